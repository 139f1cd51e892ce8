"""The rows that forms offer: each row is the body of a view, with its queries."""

from __future__ import annotations

import pytest

from tests.callgraph.frameworks.querying import HEAD, MODELS, ops_of, queries, told

FORMS = """\
from django import forms

class Shelf(models.Model):
    order = models.ForeignKey(Order, on_delete=models.CASCADE)
    def __str__(self):
        return self.order.id

class Book(models.Model):
    shelf = models.ForeignKey(Shelf, on_delete=models.CASCADE)
    tags = models.ManyToManyField(Tag)

class Named(forms.Form):
    shelf = forms.ModelChoiceField(queryset=Shelf.objects.all())

class Joined(forms.Form):
    shelf = forms.ModelChoiceField(Shelf.objects.select_related("order"))

class Hidden(forms.Form):
    shelf = forms.ModelChoiceField(queryset=Shelf.objects.all(), widget=forms.HiddenInput)

class Listed(forms.Form):
    tag = forms.ModelMultipleChoiceField(queryset=Tag.objects.all(), widget=forms.CheckboxSelectMultiple())

class OfBook(forms.ModelForm):
    class Meta:
        model = Book
        fields = ["shelf", "tags"]

class Every(forms.ModelForm):
    class Meta:
        model = Book
        fields = "__all__"
        widgets = {"shelf": forms.TextInput()}

class Narrowed(forms.Form):
    shelf = forms.ModelChoiceField(queryset=Shelf.objects.all())
    def __init__(self, *args):
        super().__init__(*args)
        self.fields["shelf"].queryset = Shelf.objects.select_related("order")
"""

OF_BOOK = ["ForeignKey.Shelf.order per shelf", "forms.ModelChoiceField.OfBook.shelf once",
           "forms.ModelChoiceField.OfBook.tags once"]  # fmt: skip

VIEWS = {
    "Named()": [],
    "Named().as_p()": ["ForeignKey.Shelf.order per shelf", "forms.ModelChoiceField.Named.shelf once"],
    "Joined().as_table()": ["forms.ModelChoiceField.Joined.shelf once"],
    "[field for field in Joined()]": ["forms.ModelChoiceField.Joined.shelf once"],
    "Joined().shelf": ["forms.ModelChoiceField.Joined.shelf once"],
    "Hidden().as_p()": [],
    "Listed().as_p()": ["forms.ModelChoiceField.Listed.tag once"],
    "OfBook().as_p()": OF_BOOK,
    "Every().as_p()": ["forms.ModelChoiceField.Every.tags once"],
    "Narrowed().as_p()": ["forms.ModelChoiceField.Narrowed.shelf once"],
    "OfBook({}).is_valid()": [
        "forms.ModelChoiceField.OfBook.shelf.clean once", "forms.ModelChoiceField.OfBook.shelf.validate once",
        "forms.ModelChoiceField.OfBook.tags.clean once",
    ],
}  # fmt: skip


@pytest.mark.parametrize("body", VIEWS)
def test_what_a_form_offers(body: str) -> None:
    assert sorted(queries(f"{FORMS}\ndef f():\n    {body}\n")) == VIEWS[body]


def test_a_template_shows_all_rows_of_a_form_by_itself() -> None:
    view = "from django.shortcuts import render\ndef f(r): return render(r, 'a.html', {'form': Named()})\n"
    body = f"{HEAD}{FORMS}\n{view}"
    modules = {"shop.__init__": "", "shop.models": MODELS, "m": body, "shop/templates/a.html": "{{ form }}"}
    found = [told(op) for op in ops_of(modules, "m.f") if op.base_class == "network"]
    assert sorted(found) == VIEWS["Named().as_p()"]
