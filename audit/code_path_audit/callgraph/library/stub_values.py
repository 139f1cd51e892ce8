"""What lies outside the source, by the stubs: names, types as values and back, members of classes."""

from __future__ import annotations

from code_path_audit.callgraph.library.holders import GLOBAL_HOLDERS, KEEPING, PLAIN, belongs
from code_path_audit.callgraph.solver.abstract_values import (
    BOX,
    CLASS,
    EXT,
    INST,
    INT,
    MODULE,
    NONE,
    STR,
    UNKNOWN,
    XINST,
    XMETHOD,
    XRES,
)
from code_path_audit.callgraph.solver.ids import Value, Var
from code_path_audit.callgraph.solver.state import Call, Read, State
from code_path_audit.program.stubs.model import ANY, Resolved, StubClass, StubFunction, StubVar

PATH_LIMIT = 120
"""Longer names of unknown externals are cut: a().b().c() ... ends somewhere."""

MAX_DERIVED = 4
"""Steps from something unknown to what is got from it, before it is taken for itself."""

COMMON = ("builtins.str", "builtins.list", "builtins.dict", "builtins.set", "builtins.bytes", "io.TextIOWrapper",
          "pathlib.Path", "re.Match", "re.Pattern", "logging.Logger", "datetime.datetime")  # fmt: skip
"""Classes whose methods' names say nothing of a receiver: it will often be one of these."""


# names


class StubValues:
    """What is known of values from outside."""

    def __init__(self) -> None:
        self.depths: dict[Value, int] = {}
        """Steps from something unknown to a value that was got from it."""
        self.common: dict[str, bool] = {}
        """Whether a name says nothing of a receiver."""


def named(s: State, dotted: str, dst: Var) -> None:
    """A name outside the source: a variable has its type's values, anything else stands for itself."""
    dotted = s.stubs.canonical(dotted) or dotted
    if dotted in s.program.modules:
        s.add(dst, s.of(MODULE, dotted))
        return
    entry = s.stubs.lookup(dotted)
    if dotted == "sys.modules":
        s.add(dst, s.of(XINST, dotted, (), 0))
    elif isinstance(entry, StubVar) and not dotted.startswith("typing."):  # Optional, Union ... stand for themselves
        add_type(s, s.stubs.returns(entry), dst, path=dotted)
    else:
        s.add(dst, s.of(EXT, dotted[:PATH_LIMIT]))


def is_common(s: State, name: str) -> bool:
    """Whether a common class of the standard library has a method of that name: then the name says nothing."""
    known_values = s.tables[StubValues]
    known = known_values.common.get(name)
    if known is None:
        known = known_values.common[name] = any(s.stubs.member(c, name) is not None for c in COMMON)
    return known


def is_class_name(dotted: str) -> bool:
    """Whether an unknown name looks like a class: requests.Session, but not numpy.array or logging.INFO.

    By its capital letter, so wrong for factories in capitals and for classes in small letters.
    """
    last = dotted.rpartition(".")[2]
    return last[:1].isupper() and not last.isupper()


SHORTEST = 2
"""The letters of names in capitals that make no class of what is called: Q, F, PI."""


def makes_object(dotted: str) -> bool:
    """Whether calling an unknown name makes an object of a class of that name: one that looks like a class, or has
    capitals alone, since what is called is no constant (`aiosmtplib.SMTP`, `weasyprint.HTML`)."""
    last = dotted.rpartition(".")[2]
    return is_class_name(dotted) or (last.isupper() and last.isalpha() and len(last) > SHORTEST)


# types and values


def type_of_value(s: State, value: Value, depth: int = 0) -> Resolved:
    """A value as a type of the stubs; values of the source pass through as opaque names.

    `depth`: how far into containers their elements count.
    """
    kind = s.kinds[value]
    row = s.rows[value]
    if kind == STR:
        return ("literal", row.text)
    if kind == INT:
        return ("literal", row.number)
    if kind == NONE:
        return ("none",)
    if kind == XINST:
        args = tuple(union_of(s, held) for held in row.args)
        return (
            ("tuple", args, False) if row.dotted == "builtins.tuple" and len(args) != 1 else ("inst", row.dotted, args)
        )
    if kind == EXT and isinstance(s.stubs.lookup(row.dotted), StubClass):
        return ("class_of", ("inst", row.dotted, ()))
    if kind == BOX and row.box_kind in ("list", "set", "tuple", "generator"):
        inner = union_of(s, tuple(sorted(s.pts[s.field(value, "*")] or ())[:12])) if depth else ANY
        name = {"generator": "typing.Iterator"}.get(row.box_kind, "builtins." + row.box_kind)
        return ("tuple", (inner,), True) if row.box_kind == "tuple" else ("inst", name, (inner,))
    if kind == BOX and row.box_kind == "dict":
        return ("inst", "builtins.dict", ())
    if kind in (XRES, UNKNOWN, EXT):
        return ANY
    return ("inst", f"value:{value}", ())


def union_of(s: State, held: tuple[Value, ...], depth: int = 0) -> Resolved:
    """The union of some values as a type."""
    types = tuple(dict.fromkeys(type_of_value(s, v, depth) for v in held))
    return types[0] if len(types) == 1 else ("union", types) if types else ANY


def types_now(s: State, var: Var) -> Resolved:
    """What a variable holds now, as a type."""
    held = s.pts[var]
    return union_of(s, tuple(sorted(held)[:6]), 1) if held else ANY


def argument_types(s: State, call: Call) -> tuple[tuple[Resolved, ...], tuple[tuple[str, Resolved], ...]]:
    """What is known of the types of the arguments so far."""
    args = tuple(types_now(s, var) for var, star in call.pos if not star)
    return args, tuple((name, types_now(s, var)) for name, var in call.kw if name is not None)


def values_of(s: State, type_: Resolved, path: str = "", key: object = 0) -> list[Value]:
    """The values of a type; of ("any",) what an external named `path` returned."""
    tag = type_[0]
    if tag == "inst":
        name = type_[1]
        if name.startswith("value:"):
            return [Value(int(name[6:]))]
        if name == "types.NoneType":
            return [s.of(NONE)]
        args = tuple(tuple(values_of(s, a)) for a in type_[2]) if type_[2] else ()
        return [s.of(XINST, name, args, holder_key(name, key))]
    if tag == "union":
        return [v for member in type_[1][:8] for v in values_of(s, member, path, key)]
    if tag == "none":
        return [s.of(NONE)]
    if tag == "literal":
        if isinstance(type_[1], str):
            return [s.instance("builtins.str")]
        return [s.instance("builtins." + type(type_[1]).__name__)]
    if tag == "tuple":
        args = tuple(tuple(values_of(s, a)) for a in type_[1])
        if type_[2]:
            return [s.of(XINST, "builtins.tuple", args[:1], 0)]
        return [s.of(XINST, "builtins.tuple", args, 0)]
    if tag == "class_of":
        inner = type_[1]
        if inner[0] == "inst" and not inner[1].startswith("value:"):
            return [s.of(EXT, inner[1])]
        if inner[0] == "tuple":
            return [s.of(EXT, "builtins.tuple")]
        return [v for v in values_of(s, inner) if s.kinds[v] == CLASS]
    if tag == "module":
        return [s.of(EXT, type_[1])]
    if path:
        return [s.of(XRES, path[:PATH_LIMIT], key)]
    return []


def add_type(s: State, type_: Resolved, dst: Var, path: str = "", key: object = 0) -> None:
    """A variable holds the values of a type."""
    if dst:
        for value in values_of(s, type_, path, key):
            s.add(dst, value)


def typed_variable(s: State, type_: Resolved) -> Var:
    """A variable that holds the values of a type."""
    var = s.variable()
    add_type(s, type_, var)
    return var


def holder_key(dotted: str, key: object) -> object:
    """0 for classes whose instances keep no callables, else where it was made.

    By the top-level module: plain ones (`PLAIN`) keep nothing, global ones (`GLOBAL_HOLDERS`) are one registry.
    """
    top = dotted.partition(".")[0]
    if top in PLAIN and dotted not in KEEPING:
        return 0
    return top if top in GLOBAL_HOLDERS else key


# members


def read_external(s: State, data: Read, base: Value) -> None:
    """An attribute of an object from outside."""
    kind = s.kinds[base]
    dotted = {STR: "builtins.str", INT: "builtins.int"}.get(kind) or s.rows[base].dotted
    member(s, dotted, data[1], base, data[0])


def member(s: State, dotted: str, name: str, base: Value, dst: Var) -> None:
    """A member of a class outside, read from an object (of the source too, where it inherits it)."""
    found = s.stubs.member(dotted, name)
    if found is None:
        path = f"{dotted}.{name}"[:PATH_LIMIT]
        known = bool(s.stubs.mro(dotted)) and path not in s.models
        if known and s.kinds[base] in (XINST, STR, INT):
            if s.stubs.member(dotted, "__getattr__") is not None and s.kinds[base] == XINST:
                s.add(dst, derived(s, base, path))
            return
        s.add(dst, s.of(XMETHOD, path, base))
        return
    entry = found[1]
    if isinstance(entry, StubFunction) and not entry.is_property:
        s.add(dst, s.of(XMETHOD, f"{dotted}.{name}"[:PATH_LIMIT], base))
    elif isinstance(entry, StubClass):
        s.add(dst, s.of(EXT, entry.name))
    else:
        receiver = type_of_value(s, base) if s.kinds[base] == XINST else ("inst", dotted, ())
        key = s.rows[base].key if s.kinds[base] == XINST else 0
        for value in values_of(s, s.stubs.returns(entry, receiver), f"{dotted}.{name}", key):
            belongs(s, value, base)
            s.add(dst, value)


def stands_for(s: State, value: Value) -> Value | None:
    """The object that a value is: of an attribute of an object that has one of any name (`__getattr__`), as a library
    model says. `client.shop` is a database once something is asked of it, which nobody asks of a method."""
    row = s.rows[value]
    if row.kind != XMETHOD:
        return value if row.kind == XINST else None
    owner = stands_for(s, row.receiver)
    return None if owner is None else by_model(s, owner, "__getattr__")


def by_model(s: State, owner: Value, method: str) -> Value | None:
    """What a method of an object outside gives, where a library model says its class."""
    row = s.rows[owner]
    name = s.behaviours.returned(f"{row.dotted}.{method}")
    return None if name is None else s.of(XINST, name, (), holder_key(name, row.key))


def item_by_model(s: State, value: Value) -> Value | None:
    """An item of an object outside, where a library model says its class: a collection of a database."""
    owner = stands_for(s, value)
    return None if owner is None else by_model(s, owner, "__getitem__")


def derived(s: State, base: Value, path: str) -> Value:
    """Something that was got from an external, and belongs to it; after `MAX_DERIVED` steps the external itself."""
    known_values = s.tables[StubValues]
    row = s.rows[base]
    if row.kind == XRES and known_values.depths.get(base, 0) >= MAX_DERIVED:
        return base
    key = row.key if row.kind == XRES else row.key if row.kind == XINST else ("of", base) if row.kind == INST else 0
    value = s.of(XRES, path[:PATH_LIMIT], key)
    known_values.depths.setdefault(value, known_values.depths.get(base, 0) + 1)
    belongs(s, value, base)
    return value


def unknown_element(s: State, value: Value, path: str) -> Value:
    """The element of something outside: still outside."""
    return derived(s, value, f"{s.rows[value].dotted}{path}")
