"""SQLAlchemy: relationships that class bodies declare, and that load where they are read of a row.

A relationship that nothing loaded is a query where it is read; what the options of the statement loaded, or `lazy` in
the class, is none. `relationship()` is many where `uselist` says so, its annotation is a list, or its name a plural.
Wrong, by ops too many, where an object is expired and loaded again.
"""

from __future__ import annotations

from typing import NamedTuple

from code_path_audit.callgraph.frameworks.reporting import does
from code_path_audit.callgraph.frameworks.row_values import NEW, Row, below, covers, key_of, place, spelled
from code_path_audit.callgraph.frameworks.row_values import name_of as class_name
from code_path_audit.callgraph.frameworks.sqlalchemy_statements import Attribute, Statement, row_of, value_of
from code_path_audit.callgraph.functions.arguments import argument, keyword, truth_of_keyword
from code_path_audit.callgraph.heap import classes, containers
from code_path_audit.callgraph.solver.abstract_values import CLASS, EXT, INST, NONE, STR, XINST
from code_path_audit.callgraph.solver.ids import NO_CLASS, Value, Var
from code_path_audit.callgraph.solver.points_to import sees
from code_path_audit.callgraph.solver.state import Call, Fetch, Read, State
from code_path_audit.facts import opcodes as op

RELATED = "sqlalchemy.orm.relationship"
COLUMNS = frozenset(("Column", "mapped_column"))

EAGER = frozenset(("joined", "selectin", "subquery", "immediate", "raise", "raise_on_sql", "noload"))
"""Values of `lazy` with which reading costs nothing."""

ASKING = frozenset(("dynamic", "write_only"))
ANNOTATED = {"DynamicMapped": "dynamic", "WriteOnlyMapped": "write_only"}


class Relationship(NamedTuple):
    """A relationship of a class body."""

    owner: Value
    many: bool | None
    lazy: str


class Backref(NamedTuple):
    """What a relationship declares for the class at its other end: its name there; `many`: what a keyword says."""

    relationship: Value
    name: str
    lazy: str = "select"
    many: bool | None = None
    tag: str = "backref"


class Relationships:
    """What class bodies declare; `back` what they declare for other classes, by its name."""

    def __init__(self) -> None:
        self.of: dict[Value, Relationship] = {}
        self.back: dict[str, dict[Backref, None]] = {}
        self.any_mapped = False


# class bodies


def declare(s: State, call: Call, value: Value) -> bool:
    """relationship("Line", back_populates="order", lazy="selectin")"""
    owner = s.a_class[call.site.activation]
    if owner == NO_CLASS:
        return False
    dotted = s.rows[value].dotted
    made = s.of(XINST, RELATED, (), place(s, call.site))
    s.calls_external(call.site, dotted, call.kind)
    s.add(call.dst, made)
    maps(s, call)
    many, lazy = declared_as(s, call)
    s.tables[Relationships].of[made] = Relationship(owner, many, lazy)
    target, reverse = argument(call, 0, "argument"), keyword(call, "backref")
    if target is not None:
        s.watch(target, on_target, made)
    if reverse is not None:
        s.watch(reverse, on_backref, made)
    return True


def declared_as(s: State, call: Call) -> tuple[bool | None, str]:
    """What keywords say of a relationship: `uselist` whether there are many at its other end, `lazy` when it loads."""
    lazy = keyword(call, "lazy")
    texts = [s.rows[v].text for v in s.holds(lazy) if s.kinds[v] == STR] if lazy is not None else []
    return truth_of_keyword(s, call, "uselist"), (texts or ["select"])[0]


def backref(s: State, call: Call, value: Value) -> bool:
    """backref("orders", lazy="dynamic")"""
    s.calls_external(call.site, s.rows[value].dotted, call.kind)
    name = argument(call, 0, "name")
    if name is not None:
        s.watch(name, on_backref_name, call)
    return True


@sees(STR)
def on_backref_name(s: State, call: Call, value: Value) -> None:
    """The name that backref() is given."""
    many, lazy = declared_as(s, call)
    made = Backref(NO_CLASS, s.rows[value].text, lazy, many)
    s.add(call.dst, s.of(XINST, "sqlalchemy.orm.backref", (), made))


@sees(STR, XINST)
def on_backref(s: State, relationship: Value, value: Value) -> None:
    """relationship("Customer", backref="orders")"""
    row = s.rows[value]
    found = Backref(relationship, row.text) if s.kinds[value] == STR else row.key
    if isinstance(found, Backref):
        s.tables[Relationships].back.setdefault(found.name, {})[found._replace(relationship=relationship)] = None


def member(s: State, data: Read, base: Value) -> bool:
    """A relationship that another class declares, read of a class or of a row: whether it is one."""
    if data.name == "awaitable_attrs" and s.kinds[base] == INST and isinstance(key_of(s, base), Row):
        s.add(data.dst, base)
        return True
    declared = s.tables[Relationships].back.get(data.name, ())
    if not declared or s.kinds[base] not in (CLASS, INST):
        return False
    cls = base if s.kinds[base] == CLASS else s.rows[base].cls
    order = frozenset(classes.order(s, cls))
    matching = [back for back in declared if not order.isdisjoint(s.holds(s.field(back.relationship, "to")))]
    for back in matching:
        if s.kinds[base] == CLASS:
            s.add(data.dst, s.of(XINST, "sqlalchemy.orm.InstrumentedAttribute", (), Attribute(cls, data.name)))
            continue
        to = s.field(back.relationship, "from")
        s.add(to, s.tables[Relationships].of[back.relationship].owner)
        related(s, data, base, to, is_plural(data.name) if back.many is None else back.many, back.lazy)
    return bool(matching)


def maps(s: State, call: Call) -> None:
    """A class body that declares a column, or a relationship, is that of a mapped class."""
    owner = s.a_class[call.site.activation]
    if owner != NO_CLASS:
        s.tables[Relationships].any_mapped = True
        s.add(s.field(registry(s), class_name(s, owner)), owner)


def is_mapped(s: State, cls: Value) -> bool:
    """Whether a class declares columns or relationships."""
    return cls in (s.pts[s.field(registry(s), class_name(s, cls))] or ())


def registry(s: State) -> Value:
    """The value in whose fields the mapped classes are, by name."""
    return s.of(EXT, "sqlalchemy.orm.registry")


@sees(CLASS, STR)
def on_target(s: State, relationship: Value, value: Value) -> None:
    """The class at the other end: itself, or its name."""
    if s.kinds[value] == CLASS:
        s.add(s.field(relationship, "to"), value)
    else:
        s.flow(s.field(registry(s), s.rows[value].text.rpartition(".")[2]), s.field(relationship, "to"))


def annotated(s: State, cls: Value, name: str) -> tuple[tuple[str, ...], bool | None]:
    """What an annotation in a class body says of a relationship: the names of classes, and whether there are many."""
    for owner in classes.order(s, cls):
        if s.kinds[owner] != CLASS or name not in s.own[owner]:
            continue
        facts = s.facts[s.rows[owner].function]
        typed = {row[1]: row[3] for row in facts.code if row[0] == op.TYPED}
        typed.update((row[1], typed[row[2]]) for row in facts.code if row[0] == op.COPY and row[2] in typed)
        for row in facts.code:
            if row[0] == op.STORE_NAME and row[1] == name and row[2] in typed:
                names: list[str] = []
                _names(typed[row[2]], names)
                many = any(word in ("list", "List", "set", "Set", "Sequence", "Collection") for word in names)
                return tuple(names), many
    return (), None


def _names(stated: object, found: list[str]) -> None:
    """The names in a type expression; texts in it are names, too."""
    if isinstance(stated, tuple):
        if stated[:1] == ("name",) or stated[:1] == ("const",):
            if isinstance(stated[1], str):
                found.append(stated[1].strip("'\" "))
            return
        for part in stated:
            _names(part, found)


def targets(s: State, relationship: Value, cls: Value, name: str) -> tuple[Var, bool]:
    """The variable of the classes at the other end, and whether there are many rows."""
    declared = s.tables[Relationships].of[relationship]
    names, many = annotated(s, cls, name)
    to = s.field(relationship, "to")
    for word in names:
        s.flow(s.field(registry(s), word), to)
        module = s.modules[s.rows[declared.owner].function]
        if f"{module}.{word}" in s.program.functions:
            s.flow(s.field(s.module_value(module), word), to)
    if declared.many is not None:
        return to, declared.many
    return to, many if many is not None else is_plural(name)


def is_plural(name: str) -> bool:
    """Whether a relationship is named for many, by its last letters."""
    return name.endswith("s") and not name.endswith("ss")


# reading


def bound(s: State, data: Read, base: Value, cls: Value, value: Value) -> bool:
    """A relationship that is read of a row, or of the class: whether it is one."""
    declared = s.tables[Relationships].of.get(value)
    if declared is None:
        return False
    if s.kinds[base] in (CLASS, NONE):
        s.add(data.dst, s.of(XINST, "sqlalchemy.orm.InstrumentedAttribute", (), Attribute(cls, data.name)))
        return True
    if s.kinds[base] != INST:
        return False
    to, many = targets(s, value, cls, data.name)
    words = annotated(s, cls, data.name)[0]
    lazy = next((ANNOTATED[word] for word in words if word in ANNOTATED), declared.lazy)
    related(s, data, base, to, many, lazy)
    return True


def related(s: State, data: Read, base: Value, to: Var, many: bool, lazy: str) -> None:
    """A relationship that is read of an object of the source: `to` are the classes at the other end."""
    cls = s.rows[base].cls
    found = key_of(s, base)
    row = found if isinstance(found, Row) else NEW
    if not covers(row.fetched, data.name) and lazy not in EAGER | ASKING and row.made is not None:
        fetch = Fetch(base, data.name, row.made, row.each)
        does(s, data.site, f"{RELATED}.{class_name(s, cls)}.{data.name}", "property", fetch)
    if lazy in ASKING:
        s.watch(to, on_dynamic, (data, lazy == "dynamic"))
        return
    if many and row.is_new:
        made = s.box("list", (base, data.name))
        containers.all_field(s, made)
        s.open_boxes.add(made)
        s.add(data.dst, made)
    if not row.is_new:
        s.watch(to, on_related, (data.dst, base, row, data.name, many))


@sees(CLASS)
def on_dynamic(s: State, data: tuple[Read, bool], target: Value) -> None:
    """customer.orders with lazy="dynamic": a query that nobody has asked yet."""
    read, is_query = data
    s.add(read.dst, value_of(s, Statement((target,), place(s, read.site), scalars=True, is_query=is_query)))


@sees(CLASS)
def on_related(s: State, data: tuple[Var, Value, Row, str, bool], target: Value) -> None:
    """The class at the other end of a relationship that is read of a row."""
    dst, base, row, name, many = data
    each = spelled(class_name(s, target)) if many else row.each
    found = row_of(s, target, Row(row.made, each, below(row.fetched, name)))
    if not many:
        s.add(dst, found)
        return
    made = s.box("list", (base, name))
    containers.all_field(s, made)
    s.add(s.field(made, "?"), found)
    s.open_boxes.add(made)
    s.add(dst, made)
