"""What counts where values are missing: annotations, and at last names. Used only after values have been followed.

Each step looks at variables that are still empty, in the order in which they came up, and gives them what the evidence
says; then values flow on. Edges found from here on have the confidence `inferred`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeVar

from code_path_audit.callgraph import classes
from code_path_audit.callgraph.escapes import hand_over
from code_path_audit.callgraph.extent import further
from code_path_audit.callgraph.functions import bind_and_call
from code_path_audit.callgraph.instructions import begin
from code_path_audit.callgraph.misfits import from_misfits
from code_path_audit.callgraph.modules import module_names
from code_path_audit.callgraph.outside import holder_key, is_common, named
from code_path_audit.callgraph.outside_calls import call_unknown
from code_path_audit.callgraph.records import states_value
from code_path_audit.callgraph.state import State
from code_path_audit.callgraph.unknown_imports import from_texts
from code_path_audit.callgraph.values import CLASS, CTXFUNC, EXT, FUNC, INST, MODULE, NONE, UNKNOWN, XINST, XRES
from code_path_audit.facts.annotations import dotted
from code_path_audit.facts.model import Type

Row = TypeVar("Row")

MAX_ROUNDS = 100
"""Of evidence and propagation; what is hit is in `SolvedGraph.widened`."""

MAX_CANDIDATES = 8
"""A name that more classes have than this is no evidence."""

MAX_SUBCLASSES = 40
"""Classes below a declared one that are looked at."""

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


def refine(s: State) -> None:
    """Alternate evidence and propagation until neither finds anything."""
    s.confidence = "inferred"
    s.more_guesses = further
    facts = (from_annotations, from_subclasses, from_callers)
    guesses = (from_missing_keys, from_texts, from_misfits, from_unknown, from_nothing, from_names)
    for _ in range(MAX_ROUNDS):
        if not any(step(s) for step in facts):
            s.guess()
            if not any(step(s) for step in guesses):
                return
        s.run(begin)
        if s.is_over():
            return
    s.widened["rounds of evidence"] = None


def within_budget(s: State, rows: Iterable[Row]) -> Iterator[Row]:
    """The rows that a step looks at, until the steps that may be taken are taken."""
    for row in rows:
        if s.is_over():
            return
        s.steps += 4
        yield row


def from_annotations(s: State) -> bool:
    """Parameters, results and variables that hold nothing get what their annotation says.

    Assumes that annotations are true, and that an object is of the declared class or of one below it that is made.
    Wrong where an annotation is only a protocol or a lie; a variable that has real values is never touched.
    """
    s.unsettled += range(s.seen_activations, len(s.a_function))
    s.steps += 2 * len(s.unsettled) + len(s.annotated)
    s.seen_activations = len(s.a_function)
    still = []
    for aid in s.unsettled:
        facts = s.facts[s.a_function[aid]]
        base = s.a_base[aid]
        for index, param in enumerate(facts.params):
            if param.annotation is not None and is_vague(s, base + index) and param.kind in ("pos", "normal", "kwonly"):
                give(s, base + index, param.annotation, aid)
        if facts.returns is not None and not facts.is_generator and is_vague(s, s.a_return[aid]):
            still.append(aid)
            give(s, s.a_return[aid], facts.returns, aid)
    s.unsettled = still
    for var, stated, aid in s.annotated:
        if is_vague(s, var):
            give(s, var, stated, aid)
    return s.busy()


def is_vague(s: State, var: int) -> bool:
    """Whether a variable holds nothing, or only None and what an unknown library returned: an annotation says more."""
    held = s.pts[var]
    if not held:
        return True
    for value in held:
        kind = s.kinds[value]
        if kind in (NONE, UNKNOWN):
            continue
        if kind not in (XINST, XRES) or (kind == XINST and s.stubs.mro(s.rows[value][1])):
            return False
        if s.declared and states_value(s, value):
            return False
    return True


def give(s: State, var: int, stated: Type, aid: int) -> None:
    """A variable gets the values of a type."""
    for value in values_of(s, stated, s.modules[s.a_function[aid]], 0):
        s.add(var, value)


def from_subclasses(s: State) -> bool:
    """Variables of a declared class (except, isinstance) may hold objects of the classes below it made meanwhile.

    Adds edges too many where only some of those classes get there.
    """
    s.typed_sinks = list(dict.fromkeys(s.typed_sinks))
    for var, cls in within_budget(s, s.typed_sinks):
        for value in instances(s, cls):
            s.add(var, value)
    return s.busy()


def from_callers(s: State) -> bool:
    """Parameters of entry points that hold nothing may be what the source itself passes them elsewhere.

    Assumes that who calls from outside passes such things too; wrong, by edges too many, where entry points are called
    in other ways within, and by edges too few where what comes from outside is of another kind.
    """
    empty: dict[int, list[tuple[int, int]]] = {}
    for aid in s.entries:
        for index, param in enumerate(s.facts[s.a_function[aid]].params):
            if param.kind in ("pos", "normal", "kwonly") and not s.pts[s.a_base[aid] + index]:
                empty.setdefault(s.a_function[aid], []).append((index, s.a_base[aid] + index))
    if empty:
        s.steps += len(s.a_function)
        for aid, fid in enumerate(s.a_function):
            for index, var in empty.get(fid, ()):
                s.flow(s.a_base[aid] + index, var)
    return s.busy()


def from_missing_keys(s: State) -> bool:
    """Keys, key parameters and computed names of which nothing is known stand for any: handlers left them behind.

    A container is then read as a whole; wrong only by edges too many.
    """
    rows, s.if_empty = s.if_empty, []
    for var, handler, data in within_budget(s, rows):
        if not s.pts[var]:
            handler(s, data, 0)
    return s.busy()


def from_unknown(s: State) -> bool:
    """Calls of what an unknown library returned: what it is given may be called, where nothing else is known to be."""
    rows, s.postponed = s.postponed, []
    for call, value in within_budget(s, rows):
        call_unknown(s, call, value)
    return s.busy()


def from_nothing(s: State) -> bool:
    """Parameters that still hold nothing are unknown; what is read of them is then called by name, or unresolved.

    Those of entry points above all: nobody in the source passes them anything.
    """
    for aid in range(s.seen_unknown, len(s.a_function)):
        facts = s.facts[s.a_function[aid]]
        base = s.a_base[aid]
        for index, param in enumerate(facts.params):
            if param.kind in ("pos", "normal", "kwonly") and not s.pts[base + index]:
                s.add(base + index, s.of(UNKNOWN, ""))
    s.seen_unknown = len(s.a_function)
    return s.busy()


def from_names(s: State) -> bool:
    """A method of an unknown receiver: those of the classes that the reached code constructs, by name and arity.

    The weakest evidence. Names of builtin methods (`is_common`) and special ones are no evidence, nor is a name that
    more than `MAX_CANDIDATES` methods have: the site stays unresolved as widened. Wrong where the receiver is of a
    library, or of a class that is never constructed where the solver sees it.
    """
    guesses, s.guesses = s.guesses, []
    for call, value in within_budget(s, guesses):
        name = s.rows[value][1]
        callee = s.callees.get((call.aid, call.site))
        if callee is not None and any(s.kinds[v] != UNKNOWN for v in s.holds(callee)):
            continue
        if not name:
            hand_over(s, call, call.dst or s.variable(), None, True, False)
            continue
        if (name.startswith("__") and name.endswith("__")) or is_common(s, name):
            continue
        found: dict[int, int] = {}
        for cls in s.constructed:
            row = classes.find(s, cls, name)
            if row is None or row[0] != "own":
                continue
            for function in s.holds(row[2]):
                if s.kinds[function] in (FUNC, CTXFUNC) and takes(s, function, len(call.pos), call.kw):
                    found.setdefault(function, cls)
        if not found or len(found) > MAX_CANDIDATES:
            if found:
                s.unresolved(call.aid, call.site, "widened")
            continue
        s.answered.add((call.aid, call.site))
        for function, cls in found.items():
            bind_and_call(s, (s.of(INST, cls, 0), cls, call), function)
    return s.busy()


def takes(s: State, function: int, positional: int, keywords: tuple[tuple[str | None, int], ...]) -> bool:
    """Whether a method can be called with so many arguments, self not counted.

    Any @contextmanager method can; an unpacked argument counts as one.
    """
    if s.kinds[function] == CTXFUNC:
        return True
    params = s.facts[s.rows[function][1]].params
    places = sum(p.kind in ("pos", "normal") for p in params) - 1
    if positional > places and not any(p.kind == "star" for p in params):
        return False
    required = sum(p.kind in ("pos", "normal") and not p.default for p in params) - 1
    if positional + len(keywords) < required and all(k is not None for k, _ in keywords):
        return False
    names = {p.name for p in params}
    return any(p.kind == "starstar" for p in params) or all(k is None or k in names for k, _ in keywords)


# types to values


def values_of(s: State, stated: Type, module: str, depth: int) -> list[int]:
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


def meanings(s: State, stated: Type, module: str) -> list[int]:
    """The values that a name in an annotation stands for."""
    parts = dotted(stated).split(".")
    if not parts or not parts[0]:
        return []
    names = module_names(s, module) if module in s.program.modules else frozenset()
    if parts[0] in names:
        values = s.holds(s.field(s.of(MODULE, module), parts[0]))
    else:
        out = s.field(s.of(EXT, "builtins"), parts[0])
        named(s, f"builtins.{parts[0]}", out)
        values = s.holds(out)
    for part in parts[1:]:
        after: list[int] = []
        for value in values:
            if s.kinds[value] == MODULE:
                inner = s.rows[value][1]
                if part in module_names(s, inner):
                    after += s.holds(s.field(value, part))
                if f"{inner}.{part}" in s.program.modules:
                    after.append(s.of(MODULE, f"{inner}.{part}"))
            elif s.kinds[value] == EXT:
                name = f"{s.rows[value][1]}.{part}"
                after.append(s.of(EXT, s.stubs.canonical(name) or name))
            elif s.kinds[value] == CLASS and part in s.own[value]:
                after += s.holds(s.field(value, part))
        values = after
    return values


def of_meaning(s: State, value: int) -> list[int]:
    """Objects of what a name stands for; none for names that say nothing, and for NewType."""
    kind = s.kinds[value]
    if kind == CLASS:
        return instances(s, value)
    if kind == EXT:
        name = ALIASES.get(s.rows[value][1], s.rows[value][1])
        if name in NOTHING or name in ITSELF:
            return []
        if name in ("builtins.None", "types.NoneType"):
            return [s.of(NONE)]
        return [s.of(XINST, name, (), holder_key(name, "annotation"))]
    return []


def instances(s: State, cls: int) -> list[int]:
    """Objects of a class: of it and of those below it that the program makes; of itself if it makes none."""
    out: list[int] = []
    todo, seen = [cls], {cls}
    while todo:
        current = todo.pop(0)
        if current in s.constructed:
            out.append(s.of(INST, current, 0))
        for sub in s.subclasses.get(current, ()):
            if sub in seen:
                continue
            if len(seen) >= MAX_SUBCLASSES:
                s.widened["classes below a declared one"] = None
                break
            seen.add(sub)
            todo.append(sub)
    return out or [s.of(INST, cls, 0)]


def of_generic(s: State, stated: Type, module: str, depth: int) -> list[int]:
    """X[...]: objects of X with its arguments; tuple[X, ...] has elements of one type, type[X] is the class itself."""
    _, base, arguments = stated
    out: list[int] = []
    for meaning in meanings(s, base, module):
        kind = s.kinds[meaning]
        if kind == CLASS:
            out += instances(s, meaning)
        elif kind == EXT:
            name = ALIASES.get(s.rows[meaning][1], s.rows[meaning][1])
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
