"""Django's managers and querysets: built for nothing, paid for where they are evaluated.

What each method does stands in the tables below. A queryset that is evaluated keeps its rows: of the places that
evaluate one value, those beyond the first cost nothing (`reporting.does`). Assumes what the documentation of Django 5
says; what a method fetches is what its constant arguments name.
"""

from __future__ import annotations

from collections.abc import Iterable

from code_path_audit.callgraph.frameworks import django_deletion, django_signals, django_transactions, django_validation
from code_path_audit.callgraph.frameworks.django_declared import MODEL, QUERYSET, Models, is_made_of, is_model
from code_path_audit.callgraph.frameworks.django_models import construct, is_display, model_of, row_of
from code_path_audit.callgraph.frameworks.reporting import does, names_loop
from code_path_audit.callgraph.frameworks.row_values import (
    ANYTHING,
    NEW,
    Manager,
    Place,
    Query,
    Row,
    key_of,
    left_out,
    name_of,
    place,
    spelled,
    with_paths,
)
from code_path_audit.callgraph.functions.invocation import bind_and_call, call_own
from code_path_audit.callgraph.heap import classes, containers, slices
from code_path_audit.callgraph.library.awaitables import awaited
from code_path_audit.callgraph.solver.abstract_values import BOX, CLASS, EXT, INST, INT, NONE, STR, UNKNOWN, XINST
from code_path_audit.callgraph.solver.ids import NO_CLASS, NOWHERE, Site, Value, Var
from code_path_audit.callgraph.solver.points_to import sees
from code_path_audit.callgraph.solver.state import Asking, Call, Fetch, Iteration, Read, State

BUILDING = frozenset((
    "all", "filter", "exclude", "annotate", "alias", "order_by", "reverse", "distinct", "none", "union", "intersection",
    "difference", "extra", "select_for_update", "complex_filter", "using", "select_related", "prefetch_related",
    "only", "defer", "values", "values_list", "dates", "datetimes", "raw", "get_queryset", "_clone", "_chain",
))  # fmt: skip
"""Methods that give another queryset."""

ROWS = frozenset(("get", "first", "last", "latest", "earliest"))
"""Methods that fetch one row."""

VALUES = {
    "count": "builtins.int", "exists": "builtins.bool", "aggregate": "builtins.dict", "contains": "builtins.bool",
    "explain": "builtins.str", "update": "builtins.int", "_raw_delete": "builtins.int",
}  # fmt: skip
"""Methods that ask the database for something else than rows, and what they give."""

RELATED = frozenset(("add", "remove", "set", "clear"))
"""Methods of a relation to many that write."""

CREATING = frozenset(("create", "get_or_create", "update_or_create"))

MISSING = ("missing_begin", "missing_commit")
"""What get_or_create and its like ask besides the row that they save, only where there was none: a transaction."""

BULK = frozenset(("bulk_create", "bulk_update"))

ASYNC = frozenset("a" + name for name in (*ROWS, *VALUES, *CREATING, *BULK, *RELATED, "in_bulk", "delete", "iterator"))

SPECIAL = frozenset(("__len__", "__bool__", "__contains__", "__getitem__", "__iter__", "__repr__", "__str__"))
"""Special methods that evaluate a queryset."""

PREFETCH = "django.db.models.prefetch_related_objects"


class Prefetches:
    """Prefetch(...) objects: the variables of the path and the queryset, and the name that keeps the rows."""

    def __init__(self) -> None:
        self.of: dict[Value, tuple[Var | None, Var | None, Var | None]] = {}


# evaluation


def evaluate(s: State, site: Site, value: Value, key: Query, how: str, kind: str) -> None:
    """A queryset is evaluated: a query, and one for each path that is prefetched."""
    if key.is_done:
        return
    shared = Fetch(value, "rows", key.made)
    does(s, site, f"{QUERYSET}.{how}", kind, shared)
    asks(s, site, f"{QUERYSET}.{how}", key)
    prefetch(s, site, key, kind, shared)


def asks(s: State, site: Site, dotted: str, key: Query) -> None:
    """What a query begins at has it, where that is a relation of rows."""
    asking = s.tables[Models].asking.get(key.made)
    if asking is not None and site.place >= 0:
        s.rows_of.setdefault((s.a_function[site.activation], site.place, dotted), {})[asking] = None


def begins(s: State, made: Place, of: Value | Place) -> None:
    """A query is put together that begins at a manager, or at another query."""
    above = s.tables[Models].asking.get(of)
    if above is not None and made != of:
        s.tables[Models].asking.setdefault(made, Asking()).of[above] = None


def prefetch(s: State, site: Site, key: Query, kind: str, shared: Fetch | None = None) -> None:
    """The queries for the paths that are prefetched."""
    for path in key.prefetch:
        does(s, site, f"{PREFETCH}.{name_of(s, key.model)}.{path}", kind, shared and shared._replace(name=path))


def elements(s: State, key: Query, target: Var) -> None:
    """What the rows of a queryset are."""
    if key.shape == "rows":
        s.add(target, row_of(s, key.model, Row(key.made, spelled(name_of(s, key.model)), key.fetched, key.only)))
    elif key.shape == "values":
        s.add(target, s.instance("builtins.dict"))
    elif key.shape == "lists":
        s.add(target, s.instance("builtins.tuple"))
    else:
        s.add(target, s.of(UNKNOWN, ""))


def iterated(s: State, data: Iteration, value: Value) -> bool:
    """A loop over a queryset."""
    key = key_of(s, value)
    if not isinstance(key, Query):
        return False
    names_loop(s, data.site, spelled(name_of(s, key.model)))
    evaluate(s, data.site, value, key, "__aiter__" if data.is_async else "__iter__", "iterate")
    elements(s, key, data.target)
    return True


def special(s: State, value: Value, name: str, call: Call) -> bool:
    """len(), bool(), in, a subscript and the text of a queryset."""
    key = key_of(s, value)
    if not isinstance(key, Query) or name not in SPECIAL:
        return False
    if name in ("__repr__", "__str__"):  # of its first rows, which are not kept
        if not key.is_done:
            does(s, call.site, f"{QUERYSET}.__repr__", call.kind, Fetch(value, "rows", key.made))
            prefetch(s, call.site, key, call.kind)
        return True
    if name == "__getitem__":
        for var, _ in call.pos[:1]:
            s.watch(var, on_index, (value, call))
        return True
    evaluate(s, call.site, value, key, name, call.kind)
    if name == "__iter__":
        s.add(call.dst, value)
    return True


def on_index(s: State, data: tuple[Value, Call], index: Value) -> None:
    """queryset[0] is a query, queryset[:20] a queryset made where that is, queryset[::2] a list of its rows."""
    value, call = data
    key = key_of(s, value)
    if not isinstance(key, Query):
        return
    if s.kinds[index] == XINST and s.rows[index].dotted == slices.SLICE:
        if slices.bounds_of(s, index)[2] is not None:
            evaluate(s, call.site, value, key, "__getitem__", "operator")
            s.add(call.dst, query(s, key._replace(is_done=True)))
            return
        s.add(call.dst, value)
        return
    if not key.is_done:
        does(s, call.site, f"{QUERYSET}.__getitem__", "operator")
        prefetch(s, call.site, key, "operator")
    one(s, call, key)


def one(s: State, call: Call, key: Query) -> None:
    """One row of a queryset."""
    if key.shape == "rows":
        s.add(call.dst, row_of(s, key.model, Row(place(s, call.site), "", key.fetched, key.only)))
    else:
        elements(s, key, call.dst)


def query(s: State, key: Query) -> Value:
    """The value of a queryset."""
    return s.of(INST, key.cls, key) if key.cls != NO_CLASS else s.of(XINST, QUERYSET, (), key)


# methods


def method(s: State, call: Call, name: str, receiver: Value) -> bool:
    """A method of a row, a manager or a queryset that is Django's."""
    key = key_of(s, receiver)
    if key is None and s.kinds[receiver] == INST and is_model(s, s.rows[receiver].cls):
        key = Row(None, "", ())
    if isinstance(key, Row):
        return row_method(s, call, name, receiver)
    if isinstance(key, Manager):
        return manager_method(s, call, name, receiver, key)
    if isinstance(key, Query):
        return query_method(s, call, name, receiver, key)
    return False


def manager_method(s: State, call: Call, name: str, receiver: Value, key: Manager) -> bool:
    """A manager hands on to its queryset, which a `get_queryset` of the source may make."""
    made = place(s, call.site)
    own = classes.find(s, s.rows[receiver].cls, "get_queryset") if s.kinds[receiver] == INST else None
    if name in RELATED:
        return written(s, call, f"{QUERYSET}.{name}")
    if isinstance(own, classes.Own) and name != "get_queryset" and key.done is None:
        out = s.variable()
        s.watch(own.var, bind_and_call, (receiver, s.rows[receiver].cls, Call(call.site, out, (), (), "call")))
        s.watch(out, on_made_query, (call, name))
        return True
    begins(s, made, receiver)
    done = key.done is not None and name in ("all", "get_queryset")
    base = Query(key.model, key.cls, key.done if key.done is not None and done else made, key.fetched, is_done=done)
    if done:
        s.add(call.dst, query(s, base))
        return True
    if key.done is not None and name == "count":
        s.add(call.dst, s.instance("builtins.int"))  # of rows that are there
        return True
    return query_method(s, call, name, query(s, base), base)


def on_made_query(s: State, data: tuple[Call, str], value: Value) -> None:
    """What `get_queryset` of a manager gave."""
    call, name = data
    key = key_of(s, value)
    if isinstance(key, Query):
        query_method(s, call, name, value, key)


def query_method(s: State, call: Call, name: str, receiver: Value, key: Query) -> bool:
    """A method of a queryset."""
    if name in ASYNC:
        name = name[1:]
        call = awaited(s, call, (call.site, name))
    dotted = f"{QUERYSET}.{name}"
    asks(s, call.site, dotted, key)
    if name == "all" and key.is_done:
        s.add(call.dst, receiver)
    elif name in BUILDING:
        built(s, call, name, key)
    elif name in ROWS:
        does(s, call.site, dotted, call.kind)
        prefetch(s, call.site, key, call.kind)
        one(s, call, key)
        if name in ("first", "last"):
            s.add(call.dst, s.of(NONE))
    elif name in VALUES:
        does(s, call.site, dotted, call.kind)
        s.add(call.dst, s.instance(VALUES[name]))
    elif name == "iterator":
        does(s, call.site, dotted, call.kind)
        prefetch(s, call.site, key, call.kind)
        s.add(call.dst, query(s, key._replace(is_done=True)))  # its rows, as a loop asks for them
    elif name == "in_bulk":
        does(s, call.site, dotted, call.kind)
        box = s.box("dict", (receiver, "in_bulk", call.site))
        elements(s, key, s.field(box, "?"))
        containers.all_field(s, box)
        s.add(s.field(box, "keys"), s.instance("builtins.int"))
        s.add(call.dst, box)
    elif name in CREATING:
        create(s, call, name, key)
    elif name in BULK:
        written(s, call, dotted)
        django_transactions.writes(s, call.site, call.kind)
        for var, star in call.pos[:1]:
            if not star:
                s.flow(var, call.dst)
    elif name == "delete":
        written(s, call, dotted)
        django_deletion.deletes(s, call, key.model, True)
        row = row_of(s, key.model, Row(place(s, call.site), spelled(name_of(s, key.model)), ()))
        django_signals.send(s, call.site, ("pre_delete", "post_delete"), key.model, row)
    else:
        return False
    return True


def written(s: State, call: Call, dotted: str) -> bool:
    """A statement that writes."""
    does(s, call.site, dotted, call.kind)
    return True


def create(s: State, call: Call, name: str, key: Query) -> None:
    """create(...), get_or_create(...): a row, saved, with the receivers of its signals."""
    dotted = f"{QUERYSET}.{name}"
    row = row_of(s, key.model, NEW)
    if s.kinds[row] == INST:
        construct(s, call, row)
        s.constructed[key.model] = None
        for var in (v for k, v in call.kw if k == "defaults"):
            s.watch(var, on_defaults, row)
    if name == "create":
        s.add(call.dst, row)
    else:
        does(s, call.site, dotted, call.kind)
        if name == "update_or_create":  # the row is locked, and saved whether it was there or not
            django_transactions.opens(s, call.site, call.kind)
        for step in MISSING:
            does(s, call.site, f"{dotted}.{step}", call.kind)
        fetched = row_of(s, key.model, Row(place(s, call.site), "", key.fetched))
        box = s.box("tuple", (call.site, name))
        containers.put(s, box, s.of(INT, 0), _holding(s, (row, fetched)))
        containers.put(s, box, s.of(INT, 1), _holding(s, (s.instance("builtins.bool"),)))
        s.add(call.dst, box)
    saving = Call(call.site, NOWHERE, (), (), "call")
    if s.kinds[row] != INST or not call_own(s, row, key.model, "save", saving):
        step = {"create": "", "get_or_create": ".missing_save"}.get(name, ".save")
        does(s, call.site, f"{dotted}{step}", call.kind)
        django_signals.send(s, call.site, ("pre_save", "post_save"), key.model, row)


@sees(BOX)
def on_defaults(s: State, row: Value, value: Value) -> None:
    """get_or_create(defaults={...})"""
    for name, var in containers.by_text(s, value):
        s.flow(var, s.field(row, name))


def _holding(s: State, values: Iterable[Value]) -> Var:
    var = s.variable()
    for value in values:
        s.add(var, value)
    return var


def row_method(s: State, call: Call, name: str, receiver: Value) -> bool:
    """save(), delete(), refresh_from_db() of a row."""
    bare = name[1:] if name in ("asave", "adelete", "arefresh_from_db") else name
    if bare != name:
        call = awaited(s, call, (call.site, name))
    model = model_of(s, receiver)
    dotted = f"{MODEL}.{bare}"
    if bare in ("save", "save_base"):
        does(s, call.site, dotted, call.kind)
        django_signals.send(s, call.site, ("pre_save", "post_save"), model, receiver)
    elif bare == "delete":
        does(s, call.site, dotted, call.kind)
        django_deletion.deletes(s, call, model)
        django_signals.send(s, call.site, ("pre_delete", "post_delete"), model, receiver)
    elif bare == "refresh_from_db":
        does(s, call.site, dotted, call.kind)
    elif is_display(bare):
        s.answer(call.site)
        s.add(call.dst, s.instance("builtins.str"))
        return True
    elif bare in ("full_clean", "validate_unique", "clean_fields"):
        s.answer(call.site)
        django_validation.checked(s, call, model, bare)
        if s.kinds[model] == CLASS and bare == "full_clean":
            call_own(s, receiver, model, "clean", Call(call.site, NOWHERE, (), (), "callback"))
    elif bare != "clean":
        return False
    s.add(call.dst, s.of(NONE))
    return True


# what a queryset fetches


def built(s: State, call: Call, name: str, key: Query) -> None:
    """A method that gives another queryset: what its arguments name is known when all else is followed, or is not."""
    begins(s, place(s, call.site), key.made)
    key = key._replace(made=place(s, call.site), is_done=name == "none")
    if name in ("values", "values_list", "dates", "datetimes"):
        flat = any(k in ("flat", "named") for k, _ in call.kw) or name.startswith("date")
        key = key._replace(shape="values" if name == "values" else "cells" if flat else "lists", prefetch=())
    if name not in ("select_related", "prefetch_related", "only", "defer"):
        s.add(call.dst, query(s, key))
        return
    give_fetching(s, (call, name, key, 0), None)


def give_fetching(s: State, data: tuple[Call, str, Query, int], _: None) -> None:
    """The queryset that select_related(...) and its like give."""
    call, name, key, tried = data
    paths: list[str] = []
    is_known = True
    levels: list[str] = []
    for var, star in call.pos:
        held = [v for box in s.holds(var) for v in s.holds(s.field(box, "*"))] if star else s.holds(var)
        is_known = is_known and bool(held)
        for value in held:
            if s.kinds[value] == STR:
                paths.append(s.rows[value].text)
                levels.append(s.rows[value].text)
            elif value in s.tables[Prefetches].of:
                found = _of_prefetch(s, value)
                is_known = is_known and found is not None
                for path, inner in (found,) if found else ():
                    paths += [path, *inner.fetched]
                    levels += [path, *inner.prefetch]
            elif s.kinds[value] != NONE:
                is_known = False
    if not is_known and tried < 2:
        s.later(give_fetching, (call, name, key, tried + 1), None)
        return
    if name in ("only", "defer"):
        heads = {path.partition("__")[0] for path in paths}
        if is_known and name == "only":
            key = key._replace(only=tuple(sorted({"pk", "id", *heads})))
        elif is_known:
            key = key._replace(only=left_out(key.only, [path for path in paths if "__" not in path]))
        s.add(call.dst, query(s, key))
        return
    if not is_known or (name == "select_related" and not call.pos):
        paths.append(ANYTHING)
    fetched = with_paths(key.fetched, paths)
    if name == "prefetch_related":
        asked = with_paths((), [path for path in levels if path != ANYTHING and "<" not in path])
        asked = tuple(path for path in asked if path not in key.fetched)
        key = key._replace(prefetch=tuple(sorted({*key.prefetch, *asked})))
    s.add(call.dst, query(s, key._replace(fetched=fetched)))


def _of_prefetch(s: State, value: Value) -> tuple[str, Query] | None:
    """The path of a Prefetch object, and what its queryset fetches, both from the row on; None where that is not
    known."""
    path_var, query_var, to_attr = s.tables[Prefetches].of[value]
    texts = [s.rows[v].text for v in s.holds(path_var) if s.kinds[v] == STR] if path_var is not None else []
    if len(texts) != 1:
        return None
    path = texts[0]
    inner = Query(NO_CLASS, NO_CLASS, (s.a_function[0], -1))
    if query_var is not None:
        keys = [key for v in s.holds(query_var) if isinstance(key := key_of(s, v), Query | Manager)]
        if not keys:
            return None
        inner = inner._replace(
            fetched=tuple(f"{path}__{p}" if p != ANYTHING else p for p in keys[0].fetched),
            prefetch=tuple(f"{path}__{p}" for p in keys[0].prefetch) if isinstance(keys[0], Query) else (),
        )
    kept = [s.rows[v].text for v in s.holds(to_attr) if s.kinds[v] == STR] if to_attr is not None else []
    if kept:
        inner = inner._replace(fetched=(*inner.fetched, f"{kept[0]}<{path}", kept[0]))
        inner = inner._replace(fetched=(*inner.fetched, *(f"{kept[0]}{p[len(path) :]}" for p in inner.fetched)))
    return path, inner


# functions


def declare_prefetch(s: State, call: Call, value: Value) -> bool:
    """Prefetch("lines", queryset=..., to_attr=...)"""
    made = s.of(XINST, "django.db.models.Prefetch", (), place(s, call.site))
    names = ("lookup", "queryset", "to_attr")
    given: list[Var | None] = [None, None, None]
    for index, (var, star) in enumerate(call.pos[:3]):
        given[index] = None if star else var
    for name, var in call.kw:
        if name in names:
            given[names.index(name)] = var
    s.tables[Prefetches].of[made] = (given[0], given[1], given[2])
    s.add(call.dst, made)
    return True


def get_or_404(s: State, call: Call, value: Value) -> bool:
    """get_object_or_404(Model, ...), get_list_or_404: of a model, a manager or a queryset."""
    dotted = "django.shortcuts." + s.rows[value].dotted.rpartition(".")[2].removeprefix("a")
    if s.rows[value].dotted.rpartition(".")[2].startswith("a"):
        call = awaited(s, call, (call.site, "get"))
    does(s, call.site, dotted, call.kind)
    for var, _ in call.pos[:1]:
        s.watch(var, on_source, (call, dotted))
    return True


def on_source(s: State, data: tuple[Call, str], value: Value) -> None:
    """What is asked for a row."""
    call, dotted = data
    inner = s.variable()
    if s.kinds[value] in (CLASS, EXT) and is_model(s, value):
        s.read(s, Read(inner, "_default_manager", call.site), value)
        s.watch(inner, on_source, data)
        return
    key = key_of(s, value)
    if isinstance(key, Manager):
        if manager_method(s, Call(call.site, inner, (), (), "call"), "get_queryset", value, key):
            s.watch(inner, on_source, data)
        return
    if not isinstance(key, Query):
        return
    prefetch(s, call.site, key, call.kind)
    if dotted.endswith("get_object_or_404"):
        one(s, call, key)
    else:
        box = s.box("list", (value, "get_list_or_404", call.site))
        elements(s, key, s.field(box, "?"))
        containers.all_field(s, box)
        s.add(call.dst, box)


def from_queryset(s: State, call: Call, value: Value) -> bool:
    """Manager.from_queryset(OrderQuerySet): a class whose objects have the methods of the queryset."""
    for var, _ in call.pos[:1]:
        s.flow(var, call.dst)
    return True


def as_manager(s: State, call: Call, cls: Value) -> bool:
    """OrderQuerySet.as_manager()"""
    s.add(call.dst, s.of(INST, cls, 0))
    return True


def constructs_query(s: State, call: Call, cls: Value) -> bool:
    """OrderQuerySet(model, using=...): whether the class is one of querysets."""
    if not call.pos and not any(name == "model" for name, _ in call.kw):
        return False
    if not is_made_of(s, cls, "QuerySet"):
        return False
    given = [var for name, var in call.kw if name == "model"] or [var for var, _ in call.pos[:1]]
    s.watch(given[0], on_query_model, (call, cls))
    return True


@sees(CLASS, EXT)
def on_query_model(s: State, data: tuple[Call, Value], model: Value) -> None:
    """The model of a queryset that is made by its class."""
    call, cls = data
    s.add(call.dst, query(s, Query(model, cls, place(s, call.site))))
