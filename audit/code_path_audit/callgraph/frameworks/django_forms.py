"""Django's forms: what saving and validating one asks the database.

`form.save()` of a form of a model saves a row of the model that its `Meta` names, with the receivers of its signals,
unless `commit=False` is given. What a form that offers rows asks for: `django_form_choices.py`.
"""

from __future__ import annotations

from code_path_audit.callgraph.frameworks import django_signals
from code_path_audit.callgraph.frameworks.django_declared import MODEL, is_model
from code_path_audit.callgraph.frameworks.django_models import row_of
from code_path_audit.callgraph.frameworks.reporting import does
from code_path_audit.callgraph.frameworks.row_values import NEW
from code_path_audit.callgraph.functions.arguments import truth_of_keyword
from code_path_audit.callgraph.functions.invocation import call_own
from code_path_audit.callgraph.heap import classes
from code_path_audit.callgraph.solver.abstract_values import CLASS, INST, XINST
from code_path_audit.callgraph.solver.ids import NOWHERE, Value
from code_path_audit.callgraph.solver.state import Call, State

CHOICE = ("ModelChoiceField", "ModelMultipleChoiceField")
"""The ends of the names of fields that offer rows."""


def is_form(s: State, value: Value) -> bool:
    """Whether a value is a form of the source."""
    if s.kinds[value] != INST or s.kinds[s.rows[value].cls] != CLASS:
        return False
    return any(
        name.startswith("django.") and name.endswith("Form") for name in classes.outside_names(s, s.rows[value].cls)
    )


def metas_of(s: State, cls: Value) -> list[Value]:
    """What `Meta` of a form may be."""
    return [meta for meta in classes.held(s, cls, "Meta") if s.kinds[meta] == CLASS]


def models_of(s: State, cls: Value) -> list[Value]:
    """The models that `Meta` names."""
    return [model for meta in metas_of(s, cls) for model in classes.held(s, meta, "model") if is_model(s, model)]


def save(s: State, call: Call, form: Value) -> bool:
    """form.save(): whether it is one of a model."""
    found = models_of(s, s.rows[form].cls)
    for model in found:
        row = row_of(s, model, NEW)
        s.add(call.dst, row)
        if truth_of_keyword(s, call, "commit") is False:
            s.answer(call.site)
            continue
        save_row(s, call, model, row)
    return bool(found)


def save_row(s: State, call: Call, model: Value, row: Value) -> None:
    """A row of a model is saved: by its own method, or as Django does."""
    if call_own(s, row, model, "save", Call(call.site, NOWHERE, (), (), "callback")):
        s.constructed[model] = None
    else:
        does(s, call.site, f"{MODEL}.save", call.kind)
        django_signals.send(s, call.site, ("pre_save", "post_save"), model, row)


def is_choice(s: State, value: Value) -> bool:
    """Whether a value is a field that offers rows."""
    if s.kinds[value] == INST:
        cls = s.rows[value].cls
        return s.kinds[cls] == CLASS and any(name.endswith(CHOICE) for name in classes.outside_names(s, cls))
    return s.kinds[value] == XINST and s.rows[value].dotted.endswith(CHOICE)
