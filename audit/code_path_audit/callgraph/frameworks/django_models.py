"""Django's rows and managers, and what reading a relation of a row does.

A relation that was not fetched with the row is a query where it is read; one that `select_related` or
`prefetch_related` covers is none.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from code_path_audit.callgraph.frameworks.django_declared import (
    MANAGER,
    MODEL,
    QUERYSET,
    TYPES,
    Models,
    Relation,
    is_made_of,
    is_model,
    is_model_name,
    registry,
    start,
)
from code_path_audit.callgraph.frameworks.reporting import does
from code_path_audit.callgraph.frameworks.row_values import (
    NEW,
    Manager,
    Query,
    Row,
    below,
    covers,
    is_read,
    key_of,
    name_of,
    with_paths,
)
from code_path_audit.callgraph.heap import classes, containers
from code_path_audit.callgraph.model import Evidence
from code_path_audit.callgraph.solver.abstract_values import BOX, CLASS, EXT, INST, XINST, XMETHOD
from code_path_audit.callgraph.solver.ids import NO_CLASS, Site, Value, Var
from code_path_audit.callgraph.solver.points_to import sees
from code_path_audit.callgraph.solver.state import Asking, Call, Fetch, Read, State

ROW_METHODS = frozenset((
    "save", "delete", "refresh_from_db", "full_clean", "validate_unique", "clean", "clean_fields", "save_base",
    "asave", "adelete", "arefresh_from_db",
))  # fmt: skip

ReadOfRow = tuple[Var, Value, Row, str, Site]
"""What reads a member of a row: where it goes, the object, its key, the name, the place."""

MAX_QUERIES = 24
"""Queries of one model whose rows are told apart; the rows of others have no query that they came out of."""


# rows


def row_of(s: State, model: Value, row: Row) -> Value:
    """The rows of a model that one query gave."""
    if row.made is not None:
        known = s.tables[Models].queries.setdefault(model, {})
        if row not in known and len(known) >= MAX_QUERIES:
            row = row._replace(made=None, fetched=("*",))
        else:
            known[row] = None
    if s.kinds[model] == CLASS:
        return s.of(INST, model, row)
    return s.of(XINST, s.rows[model].dotted, (), row)


def model_of(s: State, row: Value) -> Value:
    """The model of a row."""
    return s.rows[row].cls if s.kinds[row] == INST else s.of(EXT, s.rows[row].dotted)


def object_of(s: State, cls: Value) -> Value | None:
    """What constructing a class gives, where that is a model: a row that the program made."""
    return s.of(INST, cls, NEW) if is_model(s, cls) else None


def construct(s: State, call: Call, instance: Value) -> None:
    """Model(name=value): the columns are what is given."""
    for name, var in call.kw:
        if name is not None:
            s.assigned.add((instance, name))
            s.flow(var, s.field(instance, name))
        else:
            s.watch(var, on_columns, instance)


@sees(BOX)
def on_columns(s: State, instance: Value, value: Value) -> None:
    """Model(**values)"""
    for name, var in containers.by_text(s, value):
        s.assigned.add((instance, name))
        s.flow(var, s.field(instance, name))


def bound(s: State, dst: Var, base: Value, site: Site, name: str, value: Value) -> bool:
    """A class attribute that is read of a row: whether it is a field."""
    models = s.tables[Models]
    relation = models.relations.get(value)
    if relation is None and value not in models.columns:
        return False
    key = key_of(s, base)
    if key is None and s.kinds[base] != INST:
        return False
    row = key if isinstance(key, Row) else Row(None, "", ())
    if relation is not None:
        once_fetched(s, read_relation, (dst, base, row, name, site), value)
    else:
        if not is_read(row.only, name):
            fetch(s, base, row, name, site, "DeferredAttribute")
        type_ = TYPES.get(models.columns[value])
        if type_:
            s.add(dst, s.instance(type_))
    return True


def once_fetched(s: State, reading: Callable[[State, ReadOfRow, Value], None], data: ReadOfRow, value: Value) -> None:
    """A relation is read of a row when it is known what was fetched for the row after its query."""
    if s.tables[Models].fetches_later and data[2].made is not None:
        s.later(reading, data, value)
    else:
        reading(s, data, value)


def read_relation(s: State, data: ReadOfRow, value: Value) -> None:
    """A relation that is read of a row."""
    dst, base, row, name, site = data
    row, kind = with_later(s, row), s.tables[Models].relations[value].kind
    s.watch(s.field(value, "to"), on_related, (dst, base, row, kind, name, site))
    if kind == "generic":
        fetch(s, base, row, name, site, "GenericForeignKey")


def with_later(s: State, row: Row) -> Row:
    """A row with what was fetched for it after its query."""
    later = s.tables[Models].fetched_later.get(row.made, ()) if row.made is not None else ()
    return row._replace(fetched=with_paths(row.fetched, later)) if later else row


@sees(CLASS, EXT)
def on_related(s: State, data: tuple[Var, Value, Row, str, str, Site], target: Value) -> None:
    """One model at the other end of a relation that is read of a row."""
    dst, base, row, kind, name, site = data
    if kind in ("many", "attached"):
        s.add(dst, related_manager(s, target, row, name))
        return
    fetched = below(row.fetched, name)
    if covers(row.fetched, name):
        s.add(dst, row_of(s, target, Row(row.made, row.each, fetched)))
    elif row.is_new or key_of(s, base) is None:
        # what the program gave it is there; of an object that nothing is known of, so is what was fetched
        s.later(on_unset, data, target)
    else:
        fetch(s, base, row, name, site, "ForeignKey")
        s.add(dst, row_of(s, target, Row(row.made, row.each, ())))


def on_unset(s: State, data: tuple[Var, Value, Row, str, str, Site], target: Value) -> None:
    """A relation of a row that the program made, or that came from outside, asked for when all else is followed."""
    dst, base, row, _, name, site = data
    if s.pts[s.field(base, name)] or (base, name) in s.assigned:
        return
    fetch(s, base, row, name, site, "ForeignKey", Evidence.CERTAIN if row.is_new else Evidence.LIKELY)
    s.add(dst, row_of(s, target, Row(None, "", ())))


def fetch(
    s: State, base: Value, row: Row, name: str, site: Site, how: str, evidence: Evidence = Evidence.CERTAIN
) -> None:
    """A query for what was not fetched with a row."""
    model = name_of(s, model_of(s, base))
    shared = Fetch(base, name, row.made, row.each) if row.made is not None else None
    does(s, site, f"django.db.models.{how}.{model}.{name}", "property", shared, evidence)


def related_manager(s: State, target: Value, row: Row, name: str, here: tuple[str, ...] = ()) -> Value:
    """The manager of a relation to many; `here`: what its rows have of the row that it is read of."""
    done = row.made if covers(row.fetched, name) else None
    own = default_manager(s, target)
    fetched = with_paths(below(row.fetched, name) if done is not None else (), here)
    key = Manager(target, own.cls if own is not None else NO_CLASS, done, fetched)
    is_own = own is not None and own.manager != NO_CLASS
    made = s.of(INST, own.manager, key) if own is not None and is_own else s.of(XINST, MANAGER, (), key)
    if row.made is not None:
        s.tables[Models].asking.setdefault(made, Asking()).places[row.made] = None
    return made


class OwnManager(NamedTuple):
    """The classes of the source of a model's manager, and of the queries that it makes."""

    manager: Value
    cls: Value


def default_manager(s: State, model: Value) -> OwnManager | None:
    """The manager that a model of the source declares as `objects`."""
    if s.kinds[model] != CLASS:
        return None
    found = classes.find(s, model, "objects")
    if not isinstance(found, classes.Own):
        return None
    for held in s.holds(found.var):
        if s.kinds[held] == INST:
            cls = s.rows[held].cls
            return OwnManager(cls, queries_of(s, cls))
    return None


def queries_of(s: State, cls: Value) -> Value:
    """The class of the queries that a manager makes: its own where it was made of a queryset's."""
    return cls if is_made_of(s, cls, "QuerySet") else NO_CLASS


def member(s: State, data: Read, base: Value) -> bool:
    """A member that a row, a model, a manager or a query has of Django: whether that is all there is to it."""
    dst, name, _ = data
    key = key_of(s, base)
    if isinstance(key, Row) or (key is None and s.kinds[base] == INST and is_model(s, s.rows[base].cls)):
        return row_member(s, data, base, key if isinstance(key, Row) else Row(None, "", ()))
    if isinstance(key, Query | Manager):
        if name == "model":
            s.add(dst, key.model)
        elif name == "object_list":
            s.add(dst, base)  # a page of rows
        else:
            s.add(dst, s.of(XMETHOD, f"{MANAGER if isinstance(key, Manager) else QUERYSET}.{name}", base))
        return True
    if s.kinds[base] == CLASS and name in MANAGERS and is_model(s, base):
        s.add(s.field(registry(s), "model:" + name_of(s, base)), base)
        own = default_manager(s, base) if name == "_default_manager" else None
        if own is not None:
            s.add(dst, s.of(INST, own.manager, Manager(base, own.cls)))
        else:
            s.add(dst, s.of(XINST, MANAGER, (), Manager(base)))
        return True
    if s.kinds[base] == EXT and name in MANAGERS and is_model_name(s.rows[base].dotted):
        s.add(dst, s.of(XINST, MANAGER, (), Manager(base)))
        return True
    return False


MANAGERS = frozenset(("objects", "_default_manager", "_base_manager"))
"""The names under which each model has its manager, unless it declares one."""


def is_display(name: str) -> bool:
    """get_status_display: what a choice is called."""
    return name.startswith("get_") and name.endswith("_display")


def row_member(s: State, data: Read, base: Value, row: Row) -> bool:
    """A member of a row that its class does not declare: a method, or a relation that another model declares."""
    dst, name, site = data
    model = model_of(s, base)
    if name in ROW_METHODS or is_display(name):
        s.add(dst, s.of(XMETHOD, f"{MODEL}.{name}", base))
    elif name in ("pk", "id") or name.endswith("_id"):
        s.add(dst, s.instance("builtins.int"))
    elif name == "objects" or name.startswith(("get_", "_")):
        return False
    else:
        start(s)
        once_fetched(s, read_back, (dst, base, row, name, site), model)
        for path in row.fetched:
            attribute, _, relation = path.partition("<")
            if relation and attribute == name:
                read_kept(s, dst, row, name, model, relation)
    return True


def read_back(s: State, data: ReadOfRow, model: Value) -> None:
    """A relation that another model declares is read of a row."""
    dst, base, row, name, site = data
    s.watch(declared_elsewhere(s, model, name), on_back, (dst, base, with_later(s, row), name, site))


def read_kept(s: State, dst: Var, row: Row, name: str, model: Value, relation: str) -> None:
    """Prefetch(..., to_attr=name): the rows as a list."""
    s.watch(declared_elsewhere(s, model, relation), on_kept, (dst, row, name))


def declared_elsewhere(s: State, model: Value, name: str) -> Var:
    """The variable of the relations that other models declare, and that the rows of this one have under a name."""
    found = s.variable()
    for cls in classes.order(s, model) if s.kinds[model] == CLASS else (model,):
        s.flow(s.field(cls, "back:" + name), found)
    return found


@sees(XINST)
def on_kept(s: State, data: tuple[Var, Row, str], value: Value) -> None:
    """The relation whose rows are kept under another name."""
    dst, row, name = data
    relation = s.tables[Models].relations.get(value)
    if relation is not None and row.made is not None:
        fetched = with_paths(below(row.fetched, name), names_of(s, value, relation))
        key = Query(relation.owner, NO_CLASS, row.made, fetched, is_done=True)
        s.add(dst, s.of(XINST, QUERYSET, (), key))


@sees(XINST)
def on_back(s: State, data: tuple[Var, Value, Row, str, Site], value: Value) -> None:
    """A relation that another model declares, read from this end."""
    dst, base, row, name, site = data
    relation = s.tables[Models].relations[value]
    here = () if relation.kind == "many" else names_of(s, value, relation)
    if not relation.is_unique:
        s.add(dst, related_manager(s, relation.owner, row, name, here))
        return
    if not covers(row.fetched, name):
        fetch(s, base, row, name, site, "OneToOneField")
    s.add(dst, row_of(s, relation.owner, Row(row.made, row.each, with_paths(below(row.fetched, name), here))))


def names_of(s: State, value: Value, relation: Relation) -> tuple[str, ...]:
    """The name of a relation in the class that declares it: its rows know the row that they were asked from."""
    return tuple(
        sorted(name for name in s.own.get(relation.owner, ()) if value in (s.pts[s.field(relation.owner, name)] or ()))
    )


# managers


def bound_manager(s: State, dst: Var, cls: Value, value: Value) -> bool:
    """A manager that a model declares, read of the model: whether it is one."""
    kind = s.kinds[value]
    if kind == INST and s.rows[value].context == 0 and is_model(s, cls):
        manager = s.rows[value].cls
        if is_made_of(s, manager, "Manager", "QuerySet"):
            s.add(dst, s.of(INST, manager, Manager(cls, queries_of(s, manager))))
            return True
    elif kind == XINST and s.rows[value].dotted.endswith("Manager") and key_of(s, value) is None and is_model(s, cls):
        s.add(dst, s.of(XINST, MANAGER, (), Manager(cls)))
        return True
    return False


def all_rows(s: State, model: Value, site: Site, out: Var) -> None:
    """model._default_manager.all(), as Django itself asks for all rows."""
    manager = s.variable()
    s.read(s, Read(manager, "_default_manager", site), model)
    s.watch(manager, on_manager, (site, out))


def on_manager(s: State, data: tuple[Site, Var], value: Value) -> None:
    """The manager that is asked for all."""
    site, out = data
    bound = s.variable()
    s.read(s, Read(bound, "all", site), value)
    s.watch(bound, s.apply, Call(site, out, (), (), "call"))
