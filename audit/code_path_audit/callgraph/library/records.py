"""Records (dataclasses, attrs, NamedTuple, pydantic and their like): their fields, and what filling them runs.

A declared field (`field(default_factory=f)`, `attrs.field(factory=f)`, `Field(default_factory=f)`) calls its factory
where an object is constructed without that argument, and what it returns is in the field. Which functions declare
fields stands in the table of behaviours (`field`, `factory`). Assumes that `init=` and `kw_only=` are written where
they are not what they are anyway; unpacked arguments may leave any field out (edges too many).
"""

from __future__ import annotations

from code_path_audit.callgraph.functions.invocation import bind_and_call
from code_path_audit.callgraph.heap import classes
from code_path_audit.callgraph.heap.containers import all_field, key_field
from code_path_audit.callgraph.model import Evidence
from code_path_audit.callgraph.solver.abstract_values import EXT, INST, STR, XRES
from code_path_audit.callgraph.solver.ids import NOWHERE, Site, Value
from code_path_audit.callgraph.solver.state import Call, Positional, State

FACTORY_KEYWORDS = ("default_factory", "factory")
"""What the argument is called that makes the value of a field, wherever records come from."""


# what declares them


Supply = tuple[Site, frozenset[str], frozenset[str]]
"""A place where a record is made, the fields that it is given, and those that unpacked arguments may give."""


class Fields:
    """The fields of records."""

    def __init__(self) -> None:
        self.declared_in: dict[Value, dict[tuple[str, Value], None]] = {}
        """The declarations of a class."""
        self.supplied: dict[Value, dict[Supply, None]] = {}
        """Where a class is constructed, with which fields."""
        self.inner: set[Value] = set()
        """Declarations of fields that no argument gives (`init=False`)."""


def declare(s: State, call: Call, made: Value, behaviour: str) -> None:
    """A field is declared, or (`factory`) what makes the default of one."""
    first = call.pos[0][0] if call.pos and not call.pos[0][1] else None
    if made in s.declared:
        return
    s.declared[made] = "takes_self" if any(name == "takes_self" for name, _ in call.kw) else ""
    for name, var in call.kw:
        if name == "init":
            s.tables[Fields].inner.add(made)
        if name in FACTORY_KEYWORDS:
            s.flow(var, s.field(made, "#factory"))
        elif name == "default":
            first = var
    if first is not None and behaviour == "factory":
        s.flow(first, s.field(made, "#factory"))
    elif first is not None:
        s.watch(first, on_default, made)


def without_factory(call: Call, behaviour: str) -> Call:
    """A declaration without what it only calls to fill the field."""
    pos = () if behaviour == "factory" else call.pos
    return call._replace(pos=pos, kw=tuple(row for row in call.kw if row[0] not in FACTORY_KEYWORDS))


def on_default(s: State, made: Value, value: Value) -> None:
    """The default of a field: a value, or a factory in its place."""
    if value in s.declared:
        s.declared[made] = s.declared[value]
        s.flow(s.field(value, "#factory"), s.field(made, "#factory"))
    else:
        s.add(s.field(made, "#default"), value)


def states_value(s: State, value: Value) -> bool:
    """Whether a declared field says what it holds, so that its annotation need not be asked."""
    if value not in s.declared:
        return False
    return bool(s.holds(s.field(value, "#factory")) or s.holds(s.field(value, "#default")))


# what construction does


def fill(s: State, call: Call, instance: Value, cls: Value) -> None:
    """The arguments of a record are its fields; those that are left out are made."""
    positional, names = classes.fields_of(s, cls)
    given: set[str] = set()
    box = classes.box_of(s, instance) if classes.has_outside(s, cls, "typing.NamedTuple") else None
    if box is not None:
        for index, name in enumerate(positional):
            s.flow(s.field(instance, name), key_field(s, box, f"=i:{index}"))
    for (var, star), name in zip(call.pos, positional, strict=False):
        if star:
            break
        s.flow(var, s.field(instance, name))
        given.add(name)
    for keyword, var in call.kw:
        for name in names & {str(keyword), f"_{keyword}"}:  # attrs takes `_x` as x; never both
            s.flow(var, s.field(instance, name))
            given.add(name)
    # unpacked arguments may give any field, and so may a library that makes the object
    is_open = any(star for _, star in call.pos) or None in dict(call.kw) or call.kind == "callback"
    supply(s, call, cls, frozenset(given), frozenset(names - given if is_open else ()))
    setter = classes.find(s, cls, "__setattr__")
    if isinstance(setter, classes.Own):
        text, value = s.variable(), s.variable()
        for name in sorted(names):
            s.add(text, s.of(STR, name))
        for var in (*(v for v, star in call.pos if not star), *(v for k, v in call.kw if k is not None)):
            s.flow(var, value)
        write = Call(call.site, NOWHERE, ((text, False), (value, False)), (), "property")
        s.watch(setter.var, bind_and_call, (instance, cls, write))


def supply(s: State, call: Call, cls: Value, given: frozenset[str], perhaps: frozenset[str]) -> None:
    """An object is made at a place that gives these fields: the declared others are made there."""
    fields = s.tables[Fields]
    place = (call.site, given, perhaps)
    places = fields.supplied.setdefault(cls, {})
    if place not in places:
        places[place] = None
        for name, declared in list(fields.declared_in.get(cls, ())):
            make_default(s, cls, name, declared, place)


def on_declared(s: State, cls: Value, name: str, value: Value) -> None:
    """A class attribute that declares a field: it is filled wherever the class is made, now or later."""
    fields = s.tables[Fields]
    known = fields.declared_in.setdefault(cls, {})
    if (name, value) in known:
        return
    known[name, value] = None
    s.flow(s.field(value, "#default"), s.field(s.of(INST, cls, 0), name))
    for place in list(fields.supplied.get(cls, ())):
        make_default(s, cls, name, value, place)


def make_default(s: State, cls: Value, name: str, declared: Value, place: Supply) -> None:
    """The factory of a field is called where the argument is left out."""
    site, given, perhaps = place
    if name not in given:
        is_perhaps = name in perhaps and declared not in s.tables[Fields].inner
        s.watch(s.field(declared, "#factory"), on_factory, (cls, name, declared, site, is_perhaps))


def on_factory(s: State, data: tuple[Value, str, Value, Site, bool], value: Value) -> None:
    """One factory: containers are one for each field, wherever it is filled."""
    cls, name, declared, site, is_perhaps = data
    instance = s.of(INST, cls, 0)
    target = s.field(instance, name)
    if s.kinds[value] == EXT and s.rows[value].dotted in classes.CONTAINERS:
        box = s.box(classes.CONTAINERS[s.rows[value].dotted], (declared, "made"))
        all_field(s, box)
        s.add(target, box)
        s.calls_external(site, s.rows[value].dotted, "callback")
        return
    handed: Positional = ()
    if s.declared[declared]:
        var = s.variable()
        s.add(var, instance)
        handed = ((var, False),)
    s.fillers.setdefault((site, cls, name), {})[value] = None
    evidence = Evidence.LIKELY if is_perhaps else Evidence.CERTAIN
    s.apply(s, Call(site, target, handed, (), "callback", evidence), value)


def hides(s: State, value: Value) -> bool:
    """Whether a class attribute is a declaration alone, which the class has the default in place of."""
    return s.kinds[value] == XRES and value in s.declared and s.rows[value].dotted.startswith("dataclasses.")
