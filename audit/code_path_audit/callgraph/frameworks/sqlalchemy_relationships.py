"""SQLAlchemy: relationships that class bodies declare, and that load where they are read of a row.

A relationship that nothing loaded is a query where it is read; what the options of the statement loaded, or `lazy` in
the class, is none. `relationship()` is many where `uselist` says so, its annotation is a list, or its name a plural.
Wrong, by ops too many, where an object is expired and loaded again.
"""

from __future__ import annotations

from code_path_audit.callgraph.frameworks.reporting import does
from code_path_audit.callgraph.frameworks.row_values import NEW, Row, below, covers, key_of, place, spelled
from code_path_audit.callgraph.frameworks.row_values import name_of as class_name
from code_path_audit.callgraph.frameworks.sqlalchemy_declared import (
    Backref,
    Relationship,
    Relationships,
    annotated,
    is_plural,
    loaded_by_class,
    registry,
    targets,
)
from code_path_audit.callgraph.frameworks.sqlalchemy_statements import Attribute, Statement, row_of, value_of
from code_path_audit.callgraph.functions.arguments import argument, keyword, truth_of_keyword
from code_path_audit.callgraph.heap import classes, containers
from code_path_audit.callgraph.solver.abstract_values import CLASS, INST, NONE, STR, XINST
from code_path_audit.callgraph.solver.ids import NO_CLASS, Site, Value, Var
from code_path_audit.callgraph.solver.points_to import sees
from code_path_audit.callgraph.solver.state import Call, Fetch, Read, State

RELATED = "sqlalchemy.orm.relationship"
COLUMNS = frozenset(("Column", "mapped_column"))

EAGER = frozenset(("joined", "selectin", "subquery", "immediate", "raise", "raise_on_sql", "noload"))
"""Values of `lazy` with which reading costs nothing."""

ASKING = frozenset(("dynamic", "write_only"))
ANNOTATED = {"DynamicMapped": "dynamic", "WriteOnlyMapped": "write_only"}


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


@sees(CLASS, STR)
def on_target(s: State, relationship: Value, value: Value) -> None:
    """The class at the other end: itself, or its name."""
    if s.kinds[value] == CLASS:
        s.add(s.field(relationship, "to"), value)
    else:
        s.flow(s.field(registry(s), s.rows[value].text.rpartition(".")[2]), s.field(relationship, "to"))


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
    is_asked = not covers(row.fetched, data.name) and lazy not in EAGER | ASKING and row.made is not None
    if is_asked and row.made is not None:
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
        s.watch(to, on_related, (data.dst, base, row, data.name, many, data.site if is_asked else None))


@sees(CLASS)
def on_dynamic(s: State, data: tuple[Read, bool], target: Value) -> None:
    """customer.orders with lazy="dynamic": a query that nobody has asked yet."""
    read, is_query = data
    s.add(read.dst, value_of(s, Statement((target,), place(s, read.site), scalars=True, is_query=is_query)))


@sees(CLASS)
def on_related(s: State, data: tuple[Var, Value, Row, str, bool, Site | None], target: Value) -> None:
    """The class at the other end of a relationship that is read of a row."""
    dst, base, row, name, many, site = data
    if site is not None:
        for path in loaded_by_class(s, target):
            does(s, site, f"sqlalchemy.orm.selectinload.{class_name(s, target)}.{path}", "property")
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
