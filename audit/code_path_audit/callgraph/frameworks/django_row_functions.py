"""Django's functions that take rows: `serialize` goes through them, `prefetch_related_objects` fetches for them.

`serialize` asks for the rows of a queryset, and of each row for each relation to many that its class declares, unless
that was prefetched, or `fields` leaves it out; other relations are written by their keys. What
`prefetch_related_objects` fetched is there for all rows of the query that they came out of, wherever they are read:
wrong, by ops too few, where a relation is read before that.
"""

from __future__ import annotations

from collections.abc import Iterator

from code_path_audit.callgraph.frameworks.django_declared import Models
from code_path_audit.callgraph.frameworks.django_models import model_of
from code_path_audit.callgraph.frameworks.django_querysets import PREFETCH, evaluate
from code_path_audit.callgraph.frameworks.reporting import does, names_each
from code_path_audit.callgraph.frameworks.row_values import (
    Query,
    Row,
    covers,
    key_of,
    name_of,
    spelled,
    with_paths,
)
from code_path_audit.callgraph.functions.arguments import keyword
from code_path_audit.callgraph.heap import classes
from code_path_audit.callgraph.solver.abstract_values import BOX, CLASS, INST, STR, XINST
from code_path_audit.callgraph.solver.ids import Value
from code_path_audit.callgraph.solver.points_to import sees
from code_path_audit.callgraph.solver.state import Call, State

MANY = "django.core.serializers.base.Serializer.handle_m2m_field"
"""The rows at the other end of a relation to many, as ops call them with the names of the model and the relation."""


def serialize(s: State, call: Call, value: Value) -> bool:
    """serializers.serialize("json", Order.objects.all(), fields=["number"])"""
    s.answer(call.site)
    s.add(call.dst, s.instance("builtins.str"))
    for var, _ in call.pos[1:2]:
        s.watch(var, on_serialized, call)
    return True


def asked(s: State, call: Call, value: Value, key: Query | Row) -> Value:
    """The model of rows that a function is given; a queryset is asked for them."""
    if isinstance(key, Row):
        return model_of(s, value)
    evaluate(s, call.site, value, key, "__iter__", call.kind)
    return key.model


@sees(INST, XINST, BOX)
def on_serialized(s: State, call: Call, value: Value) -> None:
    """A queryset, or rows in a container."""
    if s.kinds[value] == BOX:
        s.watch(s.field(value, "*"), on_serialized, call)
        return
    key = key_of(s, value)
    if not isinstance(key, Query | Row) or (isinstance(key, Query) and key.shape != "rows"):
        return
    model = asked(s, call, value, key)
    if isinstance(key, Query) or key.each:
        names_each(s, call.site, spelled(name_of(s, model)))
    shown = constants(s, call)
    for name in many(s, model):
        if not covers(key.fetched, name) and (shown is None or name in shown):
            does(s, call.site, f"{MANY}.{name_of(s, model)}.{name}", call.kind)


def constants(s: State, call: Call) -> set[str] | None:
    """The names of the fields that are shown; None where all are, or it is not known which."""
    given = keyword(call, "fields")
    boxes = [v for v in s.holds(given) if s.kinds[v] == BOX] if given is not None else []
    return {s.rows[v].text for box in boxes for v in s.holds(s.field(box, "*")) if s.kinds[v] == STR} or None


def many(s: State, model: Value) -> Iterator[str]:
    """The relations to many that a class and those above it declare, but for those that a class of the source joins."""
    relations = s.tables[Models].relations
    for cls in classes.order(s, model) if s.kinds[model] == CLASS else ():
        for name in s.own.get(cls, ()) if s.kinds[cls] == CLASS else ():
            held = [relations[v] for v in s.holds(s.field(cls, name)) if v in relations]
            if any(relation.kind == "many" and not relation.is_through for relation in held):
                yield name


def prefetched(s: State, call: Call, value: Value) -> bool:
    """prefetch_related_objects(rows, "lines__product")"""
    s.answer(call.site)
    s.tables[Models].fetches_later = True
    held = [v for var, star in call.pos[1:] if not star for v in s.holds(var)]
    paths = with_paths((), [s.rows[v].text for v in held if s.kinds[v] == STR])
    for var, _ in call.pos[:1]:
        s.watch(var, on_prefetched, (call, paths))
    return True


@sees(INST, XINST, BOX)
def on_prefetched(s: State, data: tuple[Call, tuple[str, ...]], value: Value) -> None:
    """Rows in a container, or a queryset."""
    call, paths = data
    if s.kinds[value] == BOX:
        s.watch(s.field(value, "*"), on_prefetched, data)
        return
    key = key_of(s, value)
    if not isinstance(key, Query | Row):
        return
    model = asked(s, call, value, key)
    for path in paths:
        if not covers(key.fetched, path):
            does(s, call.site, f"{PREFETCH}.{name_of(s, model)}.{path}", call.kind)
    if key.made is not None:
        s.tables[Models].fetched_later.setdefault(key.made, {}).update(dict.fromkeys(paths))
