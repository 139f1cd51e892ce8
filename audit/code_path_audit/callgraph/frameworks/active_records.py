"""Peewee and Tortoise: models that are asked by methods of their class, and relations that load where they are read.

A select of Peewee asks where its rows are read, a query of Tortoise where it is awaited; one that is never seen to be
awaited, since a library may do that, asks where it begins. A foreign key of a row of Peewee
that was not joined is a query where it is first read; one of Tortoise where it is awaited. The rows at the other end
are a query where they are gone through, counted or awaited, unless they were prefetched. Assumes that a join of Peewee
brings the models whose columns the select names. Wrong, by ops too many, for a relation that is set after it was read.
"""

from __future__ import annotations

from typing import NamedTuple

from code_path_audit.callgraph.frameworks.active_record_models import PACKAGES, Records, package_of
from code_path_audit.callgraph.frameworks.reporting import does, names_loop
from code_path_audit.callgraph.frameworks.row_values import (
    ANYTHING,
    Place,
    below,
    covers,
    name_of,
    place,
    spelled,
    with_paths,
)
from code_path_audit.callgraph.heap import classes
from code_path_audit.callgraph.solver.abstract_values import CLASS, INST, NONE, STR, XINST, XMETHOD
from code_path_audit.callgraph.solver.ids import Site, Value
from code_path_audit.callgraph.solver.points_to import sees
from code_path_audit.callgraph.solver.state import Call, Fetch, Iteration, Read, State, keep_best

SELECTS = {"peewee": "peewee.ModelSelect", "tortoise": "tortoise.queryset.QuerySet"}
"""What a query is an object of."""

RELATED = {"peewee": "peewee.ForeignKeyField", "tortoise": "tortoise.fields.ForeignKeyField"}
"""What a relation is an object of, as ops call it with the names of the model and of the relation behind it."""

STARTING = {
    "peewee": frozenset(("select",)),
    "tortoise": frozenset(("all", "filter", "exclude", "annotate", "raw")),
}
"""Methods of a model that begin a query of several rows."""

SINGLE = {
    "peewee": frozenset(("get", "get_by_id", "get_or_none", "create", "first", "peek")),
    "tortoise": frozenset(("get", "get_or_none", "create", "first", "last", "earliest", "latest")),
}
"""Methods of a model, and of a query, that give one row."""

BUILDING = frozenset((
    "where", "order_by", "join", "join_from", "left_outer_join", "switch", "limit", "offset", "distinct", "paginate",
    "group_by", "having", "filter", "exclude", "annotate", "select_related", "prefetch_related", "only", "all",
    "using_db", "alias", "select_for_update", "for_update", "objects",
))  # fmt: skip
"""Methods of a query that give a query of the same rows."""

PREFETCH = "peewee.prefetch"

ASKING = frozenset(("count", "exists", "scalar", "__len__", "__iter__", "__getitem__", "__bool__"))
"""What asks a select of Peewee, beside what gives one row."""


class Record(NamedTuple):
    """The key of a row: the call that its query began at (None: not known), what it is one of, what came with it."""

    made: Place | None
    each: str
    fetched: tuple[str, ...]
    tag: str = "record"


class Select(NamedTuple):
    """The key of a query: the model of its rows, where it began, what comes with them, the models whose columns it
    names besides, and whether it was paid for already. `relation`: what it is of a row, as ops call it; `begun`: the
    method that it began with; `extra`: the relations that are queries of their own."""

    model: Value
    made: Place
    fetched: tuple[str, ...] = ()
    beside: tuple[Value, ...] = ()
    single: bool = False
    is_done: bool = False
    relation: str = ""
    begun: str = ""
    extra: tuple[str, ...] = ()


# rows


def key(s: State, value: Value) -> Record | Select | None:
    """The key of a row or of a query."""
    kind = s.kinds[value]
    found: object = s.rows[value].context if kind == INST else s.rows[value].key if kind == XINST else None
    return found if isinstance(found, Record | Select) else None


def query(s: State, found: Select) -> Value:
    """The value of a query."""
    return s.of(XINST, SELECTS[package_of(s, found.model)], (), found)


def row(s: State, found: Select, each: bool) -> Value:
    """The rows of a query, or one of them."""
    name = spelled(name_of(s, found.model)) if each else ""
    return s.of(INST, found.model, Record(found.made, name, found.fetched))


def bound(s: State, data: Read, base: Value, value: Value) -> bool:
    """A relation that is read of a row: whether it is one."""
    relation = s.tables[Records].of.get(value)
    if relation is None or s.kinds[base] != INST:
        return False
    s.watch(s.field(value, "to"), on_related, (data, base, relation.many))
    return True


@sees(CLASS)
def on_related(s: State, given: tuple[Read, Value, bool], target: Value) -> None:
    """One model at the other end of a relation that is read of a row."""
    data, base, many = given
    package, found = package_of(s, target), key(s, base)
    if not package:
        return
    record = found if isinstance(found, Record) else Record(None, "", ())
    here = place(s, data.site)
    fetched, is_there = below(record.fetched, data.name), covers(record.fetched, data.name)
    dotted = f"{RELATED[package]}.{name_of(s, s.rows[base].cls)}.{data.name}"
    if many:
        s.add(data.dst, query(s, Select(target, here, fetched, is_done=is_there, relation=dotted)))
        return
    made = s.of(INST, target, Record(record.made, record.each, fetched))
    if package == "tortoise":
        s.add(data.dst, query(s, Select(target, here, fetched, single=True, is_done=is_there, relation=dotted)))
        if is_there:
            s.add(data.dst, made)
        return
    s.add(data.dst, made)
    if not is_there and record.made is not None:
        does(s, data.site, dotted, "property", Fetch(base, data.name, record.made, record.each))


def member(s: State, data: Read, base: Value) -> bool:
    """What a row, or a query, has that its class does not declare: the rows at the other end of a relation."""
    found = key(s, base)
    if isinstance(found, Select):
        s.add(data.dst, s.of(XMETHOD, f"{SELECTS[package_of(s, found.model)]}.{data.name}", base))
        return True
    if s.kinds[base] != INST or not s.tables[Records].of or not package_of(s, s.rows[base].cls):
        return False
    backs = [
        relation
        for cls in classes.order(s, s.rows[base].cls)
        for relation in (s.pts[s.field(cls, "records:" + data.name)] or ())
    ]
    for relation in backs:
        owner = s.tables[Records].of[relation].owner
        fetched = found.fetched if isinstance(found, Record) else ()
        dotted = f"{RELATED[package_of(s, owner)]}.{name_of(s, s.rows[base].cls)}.{data.name}"
        is_there = covers(fetched, data.name)
        given = Select(owner, place(s, data.site), below(fetched, data.name), is_done=is_there, relation=dotted)
        s.add(data.dst, query(s, given))
    return bool(backs)


# queries


def called(s: State, call: Call, name: str, receiver: Value, dotted: str) -> bool:
    """A method of a model, or of a query: whether that is all there is to the call."""
    found = key(s, receiver)
    if isinstance(found, Select):
        return of_query(s, call, name, found)
    package = package_of(s, receiver) if dotted.partition(".")[0] in PACKAGES else ""
    if not package or name not in STARTING[package] | SINGLE[package]:
        return False
    made = Select(receiver, place(s, call.site), single=name in SINGLE[package])
    if package == "tortoise" and name != "create":
        s.answer(call.site)
        s.add(call.dst, query(s, begins(s, call, made._replace(begun=dotted))))
        return True
    s.calls_external(call.site, dotted, call.kind)
    s.answer(call.site)
    made = made._replace(is_done=package == "tortoise")
    if name == "select":
        beside = (v for var, star in call.pos if not star for v in s.holds(var) if s.kinds[v] == CLASS)
        made = made._replace(beside=tuple(dict.fromkeys(v for v in beside if v != receiver)))
    if package == "peewee" and made.single:
        s.add(call.dst, row(s, made, False))
        if name in ("get_or_none", "first", "peek"):
            s.add(call.dst, s.of(NONE))
    else:
        s.add(call.dst, query(s, made))
    return True


def of_query(s: State, call: Call, name: str, found: Select) -> bool:
    """A method of a query."""
    package = package_of(s, found.model)
    if name in BUILDING or (package == "tortoise" and name in SINGLE[package] and name != "create"):
        made = fetching(s, call, name, begins(s, call, found))
        s.add(call.dst, query(s, made._replace(single=True) if name not in BUILDING else made))
        return True
    if package == "tortoise":
        pays(s, call, found)
        done = query(s, found._replace(is_done=True, single=name == "create"))
        s.add(call.dst, s.of(XINST, "typing.Coroutine", (), 0) if name in ASKING else done)
        return name in ASKING or name == "create"
    if name == "prefetch" and package == "peewee":
        s.calls_external(call.site, PREFETCH, call.kind)
        s.answer(call.site)
        on_prefetched(s, call, query(s, found))
        for var, _ in call.pos:
            s.watch(var, on_beside, call)
        return True
    if name not in SINGLE[package] and name not in ASKING:
        return False
    asked(s, call, name, found)
    if name in SINGLE[package]:
        s.add(call.dst, row(s, found._replace(made=place(s, call.site)), False))
    return True


def begins(s: State, call: Call, found: Select) -> Select:
    """A query of Tortoise is put together: nothing is asked yet."""
    s.answer(call.site)
    dotted = found.relation or found.begun
    if package_of(s, found.model) == "tortoise" and not found.is_done and call.site.place >= 0:
        rows = s.tables[Records].begun.setdefault(found.made, {})
        keep_best(rows, (call.site, dotted, call.kind), s.relative(call.site, s.phase))
    return found


def pays(s: State, call: Call, found: Select) -> None:
    """A query of Tortoise is awaited, with one for each relation that comes with its rows, unless these are there."""
    s.answer(call.site)
    if not found.is_done:
        s.tables[Records].asked.add(found.made)
        does(s, call.site, found.relation or found.begun, call.kind)
    for path in () if found.is_done else found.extra:
        does(s, call.site, f"tortoise.queryset.prefetch_related.{name_of(s, found.model)}.{path}", call.kind)


def is_written(s: State, site: Site) -> bool:
    """Whether a place is an `await` that the source says."""
    return site.place >= 0 and s.facts[s.a_function[site.activation]].sites[site.place].text == "await"


def finish(s: State) -> None:
    """A query of Tortoise that nobody was seen to await is asked where it was put together first."""
    table = s.tables[Records]
    for made, rows in table.begun.items():
        if made not in table.asked:
            (site, dotted, kind), evidence = next(iter(rows.items()))
            keep_best(s.external.setdefault(site, {}), (dotted, kind), evidence)
            s.fetched_alone.add((s.a_function[site.activation], site.place, dotted))


def fetching(s: State, call: Call, name: str, found: Select) -> Select:
    """What a method of a query brings with its rows."""
    held = [v for var, star in call.pos if not star for v in s.holds(var)]
    if name in ("prefetch_related", "select_related"):
        paths = [s.rows[v].text for v in held if s.kinds[v] == STR]
        if name == "prefetch_related":
            found = found._replace(extra=(*found.extra, *paths))
        return found._replace(fetched=with_paths(found.fetched, paths if len(paths) == len(call.pos) else [ANYTHING]))
    if "join" in name:
        joined = {v for v in held if s.kinds[v] == CLASS} & set(found.beside)
        names = [
            name
            for cls in classes.order(s, found.model)
            for name in (s.own.get(cls, ()) if s.kinds[cls] == CLASS else ())
            for value in s.holds(s.field(cls, name))
            if value in s.tables[Records].of and joined & set(s.holds(s.field(value, "to")))
        ]
        return found._replace(fetched=with_paths(found.fetched, sorted(names)))
    return found


def asked(s: State, call: Call, how: str, found: Select) -> None:
    """A select of Peewee asks the database, once for its rows."""
    if found.is_done:
        s.answer(call.site)
    elif how in ("__iter__", "__len__", "__bool__"):
        name = found.relation or f"peewee.ModelSelect.{how}"
        does(s, call.site, name, call.kind, None if found.relation else Fetch(query(s, found), "rows", found.made))
    else:
        does(s, call.site, f"peewee.ModelSelect.{how}", call.kind)


def iterated(s: State, data: Iteration, value: Value) -> bool:
    """A loop over the rows of a query."""
    found = key(s, value)
    if not isinstance(found, Select):
        return False
    names_loop(s, data.site, spelled(name_of(s, found.model)))
    call = Call(data.site, data.target, (), (), "iterate")
    if package_of(s, found.model) == "peewee":
        asked(s, call, "__iter__", found)
    else:
        pays(s, call, found)
    s.add(data.target, row(s, found, True))
    return True


def special(s: State, value: Value, name: str, call: Call) -> bool:
    """await of a query, len(), a subscript."""
    found = key(s, value)
    if not isinstance(found, Select):
        return False
    if name == "__await__":
        if is_written(s, call.site):  # of several that a library awaits, each is told where it was put together
            pays(s, call, found)
        if found.single:
            s.add(call.dst, row(s, found, False))
        else:
            s.add(call.dst, query(s, found._replace(is_done=True)))
        return True
    if name not in ASKING or package_of(s, found.model) != "peewee":
        return False
    asked(s, call, name, found)
    if name == "__getitem__":
        s.add(call.dst, row(s, found, False))
    return True


def prefetched(s: State, call: Call, value: Value) -> bool:
    """peewee.prefetch(Customer.select(), Order.select()): the rows of the first, with what the others have."""
    s.calls_external(call.site, PREFETCH, call.kind)
    s.answer(call.site)
    for var, _ in call.pos[:1]:
        s.watch(var, on_prefetched, call)
    for var, _ in call.pos[1:]:
        s.watch(var, on_beside, call)
    return True


def on_beside(s: State, call: Call, value: Value) -> None:
    """A query, or a model, whose rows are fetched beside those of the first: a query of its own."""
    found = key(s, value)
    model = found.model if isinstance(found, Select) else value
    if s.kinds[model] == CLASS and package_of(s, model):
        does(s, call.site, f"{PREFETCH}.{name_of(s, model)}", call.kind)


def on_prefetched(s: State, call: Call, value: Value) -> None:
    """The query whose rows are given."""
    found = key(s, value)
    if isinstance(found, Select):
        s.add(call.dst, query(s, found._replace(is_done=True, fetched=(ANYTHING,))))
