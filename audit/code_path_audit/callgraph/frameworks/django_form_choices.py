"""The rows that Django's forms offer to choose from: a query for each such field where a form is shown, the text of
each row, and a query for what was chosen where it is validated; of a form of a model one more, whether that is there.

A form is shown where a template, or the source, reads `form.as_p` and its like or one of its fields, goes through it,
or makes a text of it. Fields are those that the class body declares, and the relations that `Meta` names; a widget that
lists nothing shows none. Where the class sets a queryset itself, nothing is known of what that fetches. Wrong, by ops
too many, where a form is gone through without its fields being shown.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from code_path_audit.callgraph.frameworks import django_validation
from code_path_audit.callgraph.frameworks.django_declared import Models
from code_path_audit.callgraph.frameworks.django_forms import is_choice, is_form, metas_of, models_of
from code_path_audit.callgraph.frameworks.django_models import all_rows, row_of
from code_path_audit.callgraph.frameworks.django_querysets import prefetch
from code_path_audit.callgraph.frameworks.reporting import does, names_each
from code_path_audit.callgraph.frameworks.row_values import (
    ANYTHING,
    Manager,
    Query,
    Row,
    key_of,
    name_of,
    place,
    spelled,
)
from code_path_audit.callgraph.functions.arguments import argument, keyword
from code_path_audit.callgraph.functions.invocation import call_own
from code_path_audit.callgraph.heap import classes, containers
from code_path_audit.callgraph.solver.abstract_values import BOX, CLASS, EXT, FUNC, INST, STR, XINST
from code_path_audit.callgraph.solver.ids import NOWHERE, Site, Value, Var
from code_path_audit.callgraph.solver.state import Call, Iteration, Read, State
from code_path_audit.facts import opcodes as op

OFFERED = "django.forms.ModelChoiceField"
"""What is asked for the rows of a field, as ops call it, with the names of the form and the field behind it."""

SHOWING = frozenset(("as_p", "as_table", "as_ul", "as_div", "visible_fields", "render", "__html__"))
"""What shows all fields of a form."""

TAGS = frozenset(("crispy", "bootstrap", "as_bootstrap", "as_crispy_form", "bootstrap_form", "render_form"))
"""Filters and tags of libraries that do."""

LISTING = ("Select", "SelectMultiple", "RadioSelect", "CheckboxSelectMultiple")
"""The ends of the names of widgets that list all rows."""


class Offered:
    """What fields offer: the variables of the queryset and the widget, by the field."""

    def __init__(self) -> None:
        self.of: dict[Value, tuple[Var | None, Var | None]] = {}
        self.parents: dict[Value, Var] = {}
        """By the class of the forms of an inline formset, the variable of the model whose rows have it."""


def declare(s: State, call: Call, value: Value) -> bool:
    """room = forms.ModelChoiceField(queryset=Room.objects.all())"""
    dotted = s.rows[value].dotted
    made = s.of(XINST, dotted, (), place(s, call.site))
    s.calls_external(call.site, dotted, call.kind)
    s.answer(call.site)
    s.add(call.dst, made)
    s.tables[Offered].of[made] = argument(call, 0, "queryset"), keyword(call, "widget")
    return True


def offers(s: State, value: Value) -> bool:
    """Whether a value is a form that may offer rows: none is, where nothing declares a relation or such a field."""
    return s.kinds[value] == INST and bool(s.tables[Offered].of or s.tables[Models].relations) and is_form(s, value)


def member(s: State, data: Read, base: Value) -> None:
    """form.as_p, form.room"""
    if offers(s, base):
        s.later(show, (base, data.site, "" if data.name in SHOWING else data.name), None)


def bound(s: State, data: Read, base: Value, value: Value) -> None:
    """{{ form.room }}, by the field that the class body declares"""
    if value in s.tables[Offered].of:
        member(s, data, base)


def iterated(s: State, data: Iteration, value: Value) -> None:
    """for field in form"""
    if offers(s, value):
        s.later(show, (value, data.site, ""), None)


def special(s: State, value: Value, name: str, call: Call) -> None:
    """{{ form }}"""
    if name == "__str__" and offers(s, value):
        s.later(show, (value, call.site, ""), None)


def tagged(s: State, value: Value, name: str, site: Site) -> None:
    """{{ form|crispy }}"""
    if name in TAGS and offers(s, value):
        s.later(show, (value, site, ""), None)


def show(s: State, data: tuple[Value, Site, str], _: None) -> None:
    """The fields of a form that offer rows, or the one of a name, are shown."""
    form, site, asked = data
    cls = s.rows[form].cls
    is_open = sets_querysets(s, cls)
    for name, field in fields(s, cls):
        if asked in ("", name) and field.lists:
            queries = field.queries
            if queries is None:
                queries = s.variable()
                for target in s.holds(s.field(field.relation, "to")):
                    all_rows(s, target, site, queries)
            s.watch(queries, on_offered, (site, f"{OFFERED}.{name_of(s, cls)}.{name}", is_open))


def validated(s: State, call: Call, form: Value) -> None:
    """form.is_valid(): what is chosen is fetched; what else it calls is the library model's."""
    s.later(on_validated, (call, s.rows[form].cls, OFFERED), None)


def on_validated(s: State, data: tuple[Call, Value, str], _: None) -> None:
    """The fields of a form, once all are known; how ops call what is asked for begins as that says."""
    call, cls, head = data
    for name, field in fields(s, cls):
        dotted = f"{head}.{name_of(s, cls)}.{name}"
        does(s, call.site, f"{dotted}.clean", call.kind)
        if field.queries is None and s.tables[Models].relations[field.relation].kind == "one":
            does(s, call.site, f"{dotted}.validate", call.kind)
    for model in models_of(s, cls):
        sent = {name for name, _ in named_fields(s, cls, model)}
        unique = head if head != OFFERED else django_validation.UNIQUE
        django_validation.checks_sent(s, call.site, call.kind, model, sent, unique)


class Field(NamedTuple):
    """A field that offers rows: the variable of its queryset, None for one of a relation of the model, which follows;
    and whether its widget lists the rows."""

    queries: Var | None
    relation: Value
    lists: bool


def fields(s: State, cls: Value) -> Iterator[tuple[str, Field]]:
    """The fields of a form that offer rows, by name: those of the class body first."""
    declared: set[str] = set()
    for owner in classes.order(s, cls):
        for name in sorted(s.own.get(owner, ())) if s.kinds[owner] == CLASS else ():
            held = s.holds(s.field(owner, name)) if name not in declared else []
            declared |= {name} if held else set()
            for value in held:
                queries, widget = s.tables[Offered].of.get(value, (None, None))
                if queries is not None and is_choice(s, value):
                    yield name, Field(queries, value, lists(s, widget))
    relations = s.tables[Models].relations
    parents = set(s.holds(s.tables[Offered].parents[cls])) if cls in s.tables[Offered].parents else set()
    for model in models_of(s, cls):
        for name, is_listed in named_fields(s, cls, model):
            for value in classes.held(s, model, name) if name not in declared else ():
                if not parents.isdisjoint(s.holds(s.field(value, "to"))):
                    continue
                if value in relations and relations[value].kind not in ("attached", "generic"):
                    yield name, Field(None, value, is_listed)


def named_fields(s: State, cls: Value, model: Value) -> Iterator[tuple[str, bool]]:
    """The fields that `Meta` names, all of the model by "__all__", each with whether its widget lists rows."""
    for meta in metas_of(s, cls):
        found = set(containers.texts_held(s, meta, "fields"))
        left = set(containers.texts_held(s, meta, "exclude"))
        if left or any(s.kinds[v] == STR for v in classes.held(s, meta, "fields")):
            found |= set(s.own.get(model, ()))
        boxes = [box for box in classes.held(s, meta, "widgets") if s.kinds[box] == BOX]
        widgets = {name: widget for box in boxes for name, widget in containers.by_text(s, box)}
        for name in sorted(found - left):
            yield name, lists(s, widgets.get(name))


def lists(s: State, widget: Var | None) -> bool:
    """Whether a widget lists all rows, as the one that a field has by itself does."""
    held = s.holds(widget) if widget is not None else ()
    return all(s.rows[v].dotted.endswith(LISTING) for v in held if s.kinds[v] in (EXT, XINST)) and not any(
        s.kinds[v] in (INST, CLASS) for v in held
    )


def sets_querysets(s: State, cls: Value) -> bool:
    """Whether a method of a form sets the queryset of a field."""
    for owner in classes.order(s, cls):
        for name in s.own.get(owner, ()) if s.kinds[owner] == CLASS else ():
            for value in s.holds(s.field(owner, name)):
                if s.kinds[value] == FUNC and any(
                    row[0] == op.STORE_ATTR and row[2] == "queryset" for row in s.facts[s.rows[value].function].code
                ):
                    return True
    return False


def on_offered(s: State, data: tuple[Site, str, bool], value: Value) -> None:
    """The queryset of a field: its rows are fetched, and each has a text."""
    site, dotted, is_open = data
    key = key_of(s, value)
    if isinstance(key, Manager):
        out = s.variable()
        all_rows(s, key.model, site, out)
        s.watch(out, on_offered, data)
    if not isinstance(key, Query) or site.place < 0:
        return
    does(s, site, dotted, "property")
    prefetch(s, site, key, "property")
    names_each(s, site, spelled(name_of(s, key.model)))
    fetched = (ANYTHING,) if is_open else key.fetched
    row = row_of(s, key.model, Row(place(s, site), spelled(name_of(s, key.model)), fetched, key.only))
    if s.kinds[key.model] == CLASS:
        call_own(s, row, key.model, "__str__", Call(site, NOWHERE, (), (), "callback"))
