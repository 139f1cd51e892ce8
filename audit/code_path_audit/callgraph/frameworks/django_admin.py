"""Django's admin: the list of a model's rows, with the columns that the source computes.

An entry point that is a method of a class of the admin stands for its list of rows: the columns that `list_display`
names and the class, or the model, has as methods are further entry points, with the rows of its `get_queryset` as
`list_select_related` and `list_display` join them. Assumes that a class is registered for the models that a call or a
decorator of `register` names; each column counts as run once, and not once for each row.
"""

from __future__ import annotations

from collections.abc import Iterator

from code_path_audit.callgraph.frameworks import registering
from code_path_audit.callgraph.frameworks.django_declared import Models
from code_path_audit.callgraph.frameworks.django_models import all_rows, row_of
from code_path_audit.callgraph.frameworks.row_values import ANYTHING, Query, Row, key_of, name_of, spelled, with_paths
from code_path_audit.callgraph.heap import classes, containers
from code_path_audit.callgraph.solver.abstract_values import BOX, CLASS, EXT, FUNC, INST, XINST
from code_path_audit.callgraph.solver.ids import Site, Value, Var
from code_path_audit.callgraph.solver.points_to import sees
from code_path_audit.callgraph.solver.state import Call, State

ADMIN = "ModelAdmin"
"""The last part of the name of the class, and the end of those that libraries have below it."""

Entry = tuple[str, Value, Value]


def is_admin(s: State, cls: Value) -> bool:
    """Whether a class derives from the admin's of a model."""
    return s.kinds[cls] == CLASS and any(name.endswith(ADMIN) for name in classes.outside_names(s, cls))


def is_object(s: State, value: Value) -> bool:
    """Whether a value is an object of such a class."""
    return s.kinds[value] == INST and is_admin(s, s.rows[value].cls)


# registering


def register(s: State, call: Call, value: Value) -> bool:
    """@admin.register(Order); admin.site.register(Order, OrderAdmin)"""
    s.calls_external(call.site, s.rows[value].dotted, call.kind)
    given = tuple(var for var, star in call.pos if not star)
    if not s.rows[value].dotted.endswith("site.register"):
        registering.makes(s, call, "django.contrib.admin.register()", shows, given)
    elif len(given) > 1:
        s.watch(given[1], on_class, given[:1])
    return True


def shows(s: State, models: tuple[Var, ...], cls: Var) -> None:
    """A class below @admin.register."""
    s.watch(cls, on_class, models)


@sees(CLASS)
def on_class(s: State, models: tuple[Var, ...], cls: Value) -> None:
    """The class that shows the rows of some models."""
    for var in models:
        s.watch(var, on_model, s.field(cls, "#models"))


@sees(CLASS, EXT, BOX)
def on_model(s: State, out: Var, value: Value) -> None:
    """One model, or several."""
    if s.kinds[value] == BOX:
        s.watch(s.field(value, "*"), on_model, out)
    else:
        s.add(out, value)


# the list


def listed_rows(s: State, cls: Value, site: Site, out: Var) -> None:
    """What Django's own `get_queryset` of the admin gives."""
    s.watch(s.field(cls, "#models"), on_shown, (site, out))


def on_shown(s: State, data: tuple[Site, Var], model: Value) -> None:
    """One model that is shown."""
    all_rows(s, model, *data)


def inherited(s: State, call: Call, admin: Value) -> bool:
    """super().get_queryset(request)"""
    listed_rows(s, s.rows[admin].cls, call.site, call.dst)
    s.answer(call.site)
    return True


def columns(s: State, cls: Value, queries: list[Value]) -> Iterator[tuple[Entry, list[Value]]]:
    """The functions that compute a column of the list, each with the rows that it is given; those of a model have none
    beside the row that they are bound to."""
    shown = containers.texts_held(s, cls, "list_display") or ["__str__"]
    rows = [row for query in queries for row in rows_of(s, cls, query, shown)]
    admin = s.of(INST, cls, 0)
    for name in dict.fromkeys(shown):
        own = [v for v in classes.held(s, cls, name) if s.kinds[v] == FUNC] if name != "__str__" else []
        for value in own:
            yield (s.names[s.rows[value].function], value, admin), rows
        for row in () if own else rows:
            model = s.rows[row].cls if s.kinds[row] == INST else None
            for value in classes.held(s, model, name) if model is not None else ():
                if s.kinds[value] == FUNC:
                    yield (s.names[s.rows[value].function], value, row), []


def acts(s: State, cls: Value, function: Value, site: Site) -> None:
    """An action of the list, `def close(self, request, queryset)`, is given the rows that were chosen."""
    row = s.rows[function]
    params = [param.name for param in s.facts[row.function].params]
    if params[1:] == ["request", "queryset"]:
        aid = s.activate(row.function, row.env, ())
        listed_rows(s, cls, site, s.a_base[aid] + 2)


def rows_of(s: State, cls: Value, query: Value, shown: list[str]) -> Iterator[Value]:
    """The rows of a query, with what the list joins to them."""
    key = key_of(s, query)
    if isinstance(key, Query):
        joined = containers.texts_held(s, cls, "list_select_related") or [
            name for name in shown if is_one(s, key.model, name)
        ]
        is_all = any(s.kinds[v] == XINST for v in classes.held(s, cls, "list_select_related"))  # True: all relations
        fetched = with_paths(key.fetched, [*joined, ANYTHING] if is_all else joined)
        yield row_of(s, key.model, Row(key.made, spelled(name_of(s, key.model)), fetched, key.only))


def is_one(s: State, model: Value, name: str) -> bool:
    """Whether a column is a relation to one: the list joins those that it shows."""
    relations = s.tables[Models].relations
    held = classes.held(s, model, name) if s.kinds[model] == CLASS else []
    return any(v in relations and relations[v].kind == "one" for v in held)
