"""Formsets of Django: each row is the body of a view, with its queries."""

from __future__ import annotations

import pytest

from tests.callgraph.frameworks.querying import queries

FORMSETS = """\
from django import forms
from django.forms import formset_factory, inlineformset_factory, modelformset_factory

class LineForm(forms.Form):
    order = forms.ModelChoiceField(queryset=Order.objects.all())

class NoteForm(forms.ModelForm):
    class Meta:
        model = Note
        fields = []

LineFormSet = formset_factory(LineForm)
NoteFormSet = modelformset_factory(Note, form=NoteForm)
BillFormSet = inlineformset_factory(Order, Bill, fields=[])
AllFormSet = inlineformset_factory(Order, Note, fields="__all__")
"""

ROWS = "QuerySet.__iter__ once"
CLEANED = ["forms.BaseModelFormSet.clean_key per form", ROWS]

VIEWS = {
    "NoteFormSet()": [],
    "[form for form in NoteFormSet()]": [ROWS],
    "s = NoteFormSet()\n    len(s)\n    for form in s: pass": [ROWS],
    "NoteFormSet({}).is_valid()": CLEANED,
    "s = NoteFormSet({})\n    s.is_valid()\n    s.save()": [*CLEANED, "forms.BaseModelFormSet.save_existing per form"],
    "NoteFormSet({}).save(commit=False)": [ROWS],
    "BillFormSet(instance=1).management_form": [ROWS],
    "[form.instance.order.id for form in NoteFormSet()]": ["ForeignKey.Note.order per form", ROWS],
    "[form.instance.order.id for form in NoteFormSet(queryset=Note.objects.all())]": [
        "ForeignKey.Note.order per form",
        ROWS,
    ],
    "[form.instance.order.id for form in NoteFormSet(queryset=Note.objects.select_related('order'))]": [ROWS],
    "for form in AllFormSet(instance=1): form.as_p()": [ROWS],
    "for form in LineFormSet(): form.as_p()": ["forms.ModelChoiceField.LineForm.order per form"],
}


@pytest.mark.parametrize("body", VIEWS)
def test_what_a_formset_asks(body: str) -> None:
    assert sorted(queries(f"{FORMSETS}\ndef f():\n    {body}\n")) == sorted(VIEWS[body])
