"""Django's formsets: the rows that a formset of a model shows are fetched once, and each of its forms is saved.

A factory makes a class of them; an object of that has the forms of the form class that the factory was given. Assumes
that the rows are fetched where the formset is first gone through, counted, shown or validated, and that what is saved
are all of its forms. Wrong, by ops too few, for formsets that are classes of the source.
"""

from __future__ import annotations

from typing import NamedTuple

from code_path_audit.callgraph.frameworks import django_form_choices, django_signals
from code_path_audit.callgraph.frameworks.django_declared import QUERYSET, is_model
from code_path_audit.callgraph.frameworks.django_models import row_of
from code_path_audit.callgraph.frameworks.reporting import asks_in_turn, does, names_each, names_loop
from code_path_audit.callgraph.frameworks.row_values import NEW, Manager, Place, Query, Row, place
from code_path_audit.callgraph.frameworks.row_values import key_of as rows_key
from code_path_audit.callgraph.functions.arguments import argument, keyword, truth_of_keyword
from code_path_audit.callgraph.functions.invocation import call_own
from code_path_audit.callgraph.solver.abstract_values import CLASS, INST, XINST
from code_path_audit.callgraph.solver.ids import NOWHERE, Site, Value, Var
from code_path_audit.callgraph.solver.points_to import sees
from code_path_audit.callgraph.solver.state import Call, Fetch, Iteration, Read, State

FACTORIES = {"formset_factory": -1, "modelformset_factory": 0, "inlineformset_factory": 1}
"""What makes a class of formsets, and the argument that is the model of its rows; -1: it has none."""

FORMSET = "django.forms.BaseFormSet"
SAVED, FOUND = "django.forms.BaseModelFormSet.save_existing", "django.forms.BaseModelFormSet.clean_key"
"""A form of a formset is saved, and its row found by the key that it sends, as ops call it: once for each of them."""

CHECKED = "django.forms.BaseFormSet.full_clean"
"""What each form of a formset asks for while it is checked, with the form or the model and the field behind."""

SHOWING = frozenset(("management_form", "as_p", "as_table", "as_ul", "as_div", "forms", "initial_forms", "empty_form"))
"""What asks a formset for its forms."""


class Made(NamedTuple):
    """The key of a formset, or (`at` is None) of a class of them: where the class, and it, are made."""

    factory: Place
    at: Place | None
    tag: str = "formset"


class Formsets:
    """What factories were given: the variables of the form class and of the model, by where they are called."""

    def __init__(self) -> None:
        self.of: dict[Place, tuple[Var | None, Var | None]] = {}
        self.rows: dict[Place, Var] = {}
        """The variable of the queryset that a formset is given, by where it is made."""


def factory(s: State, call: Call, value: Value) -> bool:
    """modelformset_factory(Line, form=LineForm)"""
    dotted = s.rows[value].dotted
    number = FACTORIES[dotted.rpartition(".")[2]]
    s.calls_external(call.site, dotted, call.kind)
    s.answer(call.site)
    model = argument(call, number, "model") if number >= 0 else None
    form = argument(call, 0, "form") if number < 0 else argument(call, 9, "form")
    s.tables[Formsets].of[place(s, call.site)] = form, model
    parent = argument(call, 0, "parent_model") if number == 1 else None
    if parent is not None and form is not None:
        s.watch(form, on_inline, parent)
    s.add(call.dst, s.of(XINST, FORMSET, (), Made(place(s, call.site), None)))
    return True


@sees(CLASS)
def on_inline(s: State, parent: Var, cls: Value) -> None:
    """The class of the forms of an inline formset: its row belongs to the one that is edited, which nobody chooses."""
    s.tables[django_form_choices.Offered].parents[cls] = parent


def key_of(s: State, value: Value) -> Made | None:
    """The key of a formset, or of a class of them."""
    found = s.rows[value].key if s.kinds[value] == XINST else None
    return found if isinstance(found, Made) else None


def constructs(s: State, call: Call, value: Value) -> bool:
    """LineFormSet(queryset=lines): whether a class of formsets is what is called."""
    key = key_of(s, value)
    if key is None or key.at is not None:
        return False
    s.answer(call.site)
    rows = keyword(call, "queryset")
    if rows is not None:
        s.tables[Formsets].rows[place(s, call.site)] = rows
    s.add(call.dst, s.of(XINST, FORMSET, (), key._replace(at=place(s, call.site))))
    return True


def member(s: State, data: Read, base: Value) -> bool:
    """formset.management_form"""
    key = key_of(s, base)
    if key is not None and data.name in SHOWING:
        fetched(s, data.site, base, key)
        if data.name.endswith("forms"):
            s.add(data.dst, base)
            return True
    return False


def iterated(s: State, data: Iteration, value: Value) -> bool:
    """for form in formset"""
    key = key_of(s, value)
    if key is None:
        return False
    names_loop(s, data.site, "form")
    fetched(s, data.site, value, key)
    form, model = s.tables[Formsets].of[key.factory]
    if form is not None:
        s.watch(form, on_form, (data, key, model))
    return True


@sees(CLASS)
def on_form(s: State, given: tuple[Iteration, Made, Var | None], cls: Value) -> None:
    """The class of the forms: each has a row, of those that the formset is given, or of all of the model."""
    data, key, model = given
    made = s.of(INST, cls, key.at if model is not None else 0)
    s.add(data.target, made)
    rows = s.tables[Formsets].rows.get(key.at) if key.at is not None else None
    shown = s.field(made, "instance")
    if rows is not None:
        s.watch(rows, on_rows, (data.site, shown))
    elif model is not None:
        s.watch(model, on_model, (data.site, shown))


def on_rows(s: State, data: tuple[Site, Var], value: Value) -> None:
    """The rows that a formset is given: a queryset, or all of a manager."""
    _, shown = data
    key = rows_key(s, value)
    if isinstance(key, Manager):
        on_model(s, data, key.model)
    elif isinstance(key, Query):
        s.add(shown, row_of(s, key.model, Row(key.made, "form", key.fetched, key.only)))


def on_model(s: State, data: tuple[Site, Var], model: Value) -> None:
    """The model of the rows of a formset that is given none."""
    site, shown = data
    if is_model(s, model):
        s.add(shown, row_of(s, model, Row(place(s, site), "form", ())))


def special(s: State, value: Value, name: str, call: Call) -> None:
    """{{ formset }}, len(formset)"""
    key = key_of(s, value)
    if key is not None and name in ("__str__", "__len__"):
        fetched(s, call.site, value, key)


def method(s: State, call: Call, name: str, receiver: Value) -> bool:
    """formset.is_valid(), formset.save()"""
    key = key_of(s, receiver)
    if key is None or name not in ("is_valid", "save"):
        return False
    fetched(s, call.site, receiver, key)
    form, model = s.tables[Formsets].of[key.factory]
    if name == "is_valid" and (model is not None or form is not None):
        names_each(s, call.site, "form")
        if model is not None:
            does(s, call.site, FOUND, call.kind)
        if form is not None:
            s.watch(form, on_form_checked, call)
    if name == "save" and model is not None and truth_of_keyword(s, call, "commit") is not False:
        s.watch(model, on_saved, call)
    return True


@sees(CLASS)
def on_form_checked(s: State, call: Call, cls: Value) -> None:
    """The class of the forms that are checked, each."""
    if call.site.place >= 0:
        s.later(django_form_choices.on_validated, (call, cls, CHECKED), None)
        for method in sorted(name for name in s.own.get(cls, ()) if name == "clean" or name.startswith("clean_")):
            asks_in_turn(s, call.site, s.of(INST, cls, 0), method)


def on_saved(s: State, call: Call, model: Value) -> None:
    """The model of the rows that are saved, one for each form."""
    if not is_model(s, model) or call.site.place < 0:
        return
    names_each(s, call.site, "form")
    row = row_of(s, model, NEW)
    saving = Call(call.site, NOWHERE, (), (), "callback")
    if s.kinds[model] != CLASS or not call_own(s, row, model, "save", saving):
        does(s, call.site, SAVED, call.kind)
        django_signals.send(s, call.site, ("pre_save", "post_save"), model, row)


def fetched(s: State, site: Site, formset: Value, key: Made) -> None:
    """The rows of a formset of a model are fetched, once for it."""
    _, model = s.tables[Formsets].of[key.factory]
    if model is not None and key.at is not None:
        does(s, site, f"{QUERYSET}.__iter__", "property", Fetch(formset, "rows", key.at))
