"""What saving and validating Django's forms asks the database: each row is the body of a view, with its queries."""

from __future__ import annotations

import pytest

from tests.callgraph.frameworks.querying import queries

FORMS = """\
from django import forms
from django.db.models.signals import post_save
from django.dispatch import receiver

class Shipped(models.Model):
    order = models.ForeignKey(Order, on_delete=models.CASCADE)
    def save(self, *args, **kwargs):
        Note.objects.count()
        super().save(*args, **kwargs)

@receiver(post_save, sender=Line)
def count(sender, instance, **kwargs):
    Line.objects.count()

class LineForm(forms.ModelForm):
    class Meta:
        model = Line
        fields = ["price"]

class OrderForm(forms.ModelForm):
    class Meta:
        model = Order
        fields = ["customer"]
    def save(self, commit=True):
        order = super().save(commit=False)
        order.save()
        return order

class NoteForm(forms.ModelForm):
    class Meta:
        model = Note
        fields = ("order",)

class ShippedForm(forms.ModelForm):
    class Meta:
        model = Shipped
        fields = ["id"]

class Chosen(forms.Form):
    customer = forms.ModelChoiceField(queryset=Customer.objects.all())

class Plain(forms.Form):
    name = forms.CharField()
"""

VIEWS = {
    "LineForm({}).save()": ["Model.save once", "QuerySet.count once"],
    "LineForm({}).save(commit=False)": [],
    "OrderForm({}).save()": ["Model.save once"],
    "ShippedForm({}).save()": ["Model.save once", "QuerySet.count once"],
    "LineForm({}).is_valid()": [],
    "NoteForm({}).is_valid()": [
        "forms.ModelChoiceField.NoteForm.order.clean once",
        "forms.ModelChoiceField.NoteForm.order.validate once",
    ],
    "Chosen({}).is_valid()": ["forms.ModelChoiceField.Chosen.customer.clean once"],
    "Plain({}).is_valid()": [],
}


@pytest.mark.parametrize("body", VIEWS)
def test_what_a_form_asks(body: str) -> None:
    assert sorted(queries(f"{FORMS}\ndef f():\n    {body}\n")) == VIEWS[body]
