"""What an annotation says of a value: classes of the source, objects of libraries, elements of containers."""

from __future__ import annotations

from code_path_audit.callgraph.heap.classes import Hierarchy, has_all, is_protocol, members
from code_path_audit.callgraph.library.stub_values import holder_key
from code_path_audit.callgraph.library.type_names import meanings
from code_path_audit.callgraph.solver.abstract_values import CLASS, EXT, INST, NONE, XINST
from code_path_audit.callgraph.solver.ids import Value
from code_path_audit.callgraph.solver.state import State
from code_path_audit.facts.rows import Type

MAX_SUBCLASSES = 40
"""Classes below a declared one that are looked at."""

MAX_FITTING = 12
"""Classes that have the methods of one protocol: of more, none is meant."""

ITSELF = frozenset((
    "typing.Optional", "typing.Annotated", "typing.ClassVar", "typing.Final", "typing.Required", "typing.NotRequired",
    "typing.ReadOnly", "dataclasses.InitVar", "typing.Union", "typing.Unpack",
))  # fmt: skip
"""Forms whose values are those of what stands in the brackets."""

ALIASES = {
    "typing.List": "builtins.list", "typing.Dict": "builtins.dict", "typing.Set": "builtins.set",
    "typing.Tuple": "builtins.tuple", "typing.FrozenSet": "builtins.frozenset", "typing.Type": "builtins.type",
    "typing.DefaultDict": "collections.defaultdict", "typing.OrderedDict": "collections.OrderedDict",
    "typing.Deque": "collections.deque", "typing.Text": "builtins.str",
}  # fmt: skip
"""Names of typing for classes that have another."""

NOTHING = frozenset((
    "typing.Any", "typing.Callable", "collections.abc.Callable", "builtins.object", "typing.Literal", "typing.TypeVar",
    "typing.ParamSpec", "typing.Generic", "typing.Protocol", "typing.NoReturn", "typing.Hashable",
))  # fmt: skip
"""Types that say nothing of a value."""


def values_of(s: State, stated: Type, module: str, depth: int) -> list[Value]:
    """The values of an annotation, read in a module."""
    if depth > 6:
        return []
    tag = stated[0]
    if tag in ("name", "attr"):
        return [v for meaning in meanings(s, stated, module) for v in of_meaning(s, meaning)]
    if tag == "or":
        return [v for part in stated[1] for v in values_of(s, part, module, depth + 1)]
    if tag == "none":
        return [s.of(NONE)]
    if tag == "sub":
        return of_generic(s, stated, module, depth)
    return []


def of_meaning(s: State, value: Value) -> list[Value]:
    """Objects of what a name stands for; none for names that say nothing, and for NewType."""
    kind = s.kinds[value]
    if kind == CLASS:
        return instances(s, value)
    if kind == EXT:
        name = ALIASES.get(s.rows[value].dotted, s.rows[value].dotted)
        if name in NOTHING or name in ITSELF:
            return []
        if name in ("builtins.None", "types.NoneType"):
            return [s.of(NONE)]
        return [s.of(XINST, name, (), holder_key(name, "annotation")), *below_outside(s, value)]
    return []


def below_outside(s: State, outside: Value) -> list[Value]:
    """Objects of the classes that the source derives from one outside and makes: where that is declared, they are
    meant. Not of builtin ones, which are mostly themselves."""
    if s.rows[outside].dotted.startswith(PLAIN):
        return []
    return [v for v in instances(s, outside) if s.rows[v].cls != outside]


PLAIN = ("builtins.", "typing.", "collections.", "abc.", "enum.")
"""Where classes stand that everything derives from, and nobody declares for that."""


def instances(s: State, cls: Value) -> list[Value]:
    """Objects of a class: of it and of those below it that the program makes; of itself if it makes none.

    A protocol stands for the classes that have its methods and are made; it has no objects of its own.
    """
    out: list[Value] = []
    todo, seen = [cls], {cls}
    while todo:
        current = todo.pop(0)
        if current in s.constructed:
            out += [s.of(INST, current, 0), *s.tables[Hierarchy].objects.get(current, ())]
        for sub in s.tables[Hierarchy].subclasses.get(current, ()):
            if sub in seen:
                continue
            if len(seen) >= MAX_SUBCLASSES:
                s.widened["classes below a declared one"] = None
                break
            seen.add(sub)
            todo.append(sub)
    if is_protocol(s, cls):
        asked = members(s, cls)
        fitting = [c for c in s.constructed if has_all(s, c, asked)]
        if len(fitting) <= MAX_FITTING:
            out += [s.of(INST, c, 0) for c in fitting if s.of(INST, c, 0) not in out]
        return out
    if not out and s.kinds[cls] == CLASS:
        s.tables[Hierarchy].made_elsewhere[cls] = None
    return out or [s.of(INST, cls, 0)]


def of_generic(s: State, stated: Type, module: str, depth: int) -> list[Value]:
    """X[...]: objects of X with its arguments; tuple[X, ...] has elements of one type, type[X] is the class itself."""
    _, base, arguments = stated
    out: list[Value] = []
    for meaning in meanings(s, base, module):
        kind = s.kinds[meaning]
        if kind == CLASS:
            out += instances(s, meaning)
        elif kind == EXT:
            name = ALIASES.get(s.rows[meaning].dotted, s.rows[meaning].dotted)
            if name in ITSELF:
                first = arguments[:1] if name != "typing.Union" else arguments
                out += [v for part in first for v in values_of(s, part, module, depth + 1)]
            elif name == "builtins.type":
                for part in arguments[:1]:
                    out += (
                        [v for v in meanings(s, part, module) if s.kinds[v] in (CLASS, EXT)]
                        if part[0] in ("name", "attr")
                        else []
                    )
            elif name not in NOTHING:
                parts = arguments[:1] if name == "builtins.tuple" and arguments[1:] == (("name", "..."),) else arguments
                inner = tuple(tuple(values_of(s, part, module, depth + 1)) for part in parts)
                out.append(s.of(XINST, name, inner, holder_key(name, "annotation")))
    return out
