"""What is asked for while a row or a form is checked: each row is what a function does."""

from __future__ import annotations

import pytest

from tests.callgraph.frameworks.querying import queries

MODELS = """\
from django.db import models

class Shelf(models.Model):
    name = models.CharField(max_length=20, unique=True)

class Book(models.Model):
    shelf = models.ForeignKey(Shelf, on_delete=models.CASCADE)
    isbn = models.CharField(max_length=20, unique=True)
    title = models.CharField(max_length=20)

class Seat(models.Model):
    row = models.IntegerField()
    number = models.IntegerField()
    hall = models.IntegerField()
    class Meta:
        unique_together = [("row", "number")]
        constraints = [
            models.UniqueConstraint(fields=["hall", "number"], name="one"),
            models.CheckConstraint(condition=models.Q(row__gt=0), name="positive"),
        ]

class Bed(models.Model):
    room = models.IntegerField()
    number = models.IntegerField()
    class Meta:
        unique_together = ("room", "number")
"""

FORMS = """\
from django import forms
class ShelfForm(forms.ModelForm):
    class Meta:
        model = Shelf
        fields = ["name"]
class TitleForm(forms.ModelForm):
    class Meta:
        model = Book
        fields = ["title"]
class AllForm(forms.ModelForm):
    class Meta:
        model = Shelf
        fields = "__all__"
class SeatForm(forms.ModelForm):
    class Meta:
        model = Seat
        fields = ["row", "number"]
class BedForm(forms.ModelForm):
    class Meta:
        model = Bed
        fields = ["number"]
Beds = forms.modelformset_factory(Bed, fields=["room", "number"])
class CleanForm(forms.Form):
    def clean_name(self):
        return Shelf.objects.exists()
Shelves = forms.modelformset_factory(Shelf, form=ShelfForm)
Cleans = forms.formset_factory(CleanForm)
"""

ROWS = {
    "ShelfForm(d).is_valid()": ["Model.validate_unique.Shelf.name once"],
    "TitleForm(d).is_valid()": [],
    "AllForm(d).is_valid()": ["Model.validate_unique.Shelf.name once"],
    "Shelf(name='x').full_clean()": ["Model.validate_unique.Shelf.name once"],
    "Book(title='x').full_clean()": ["Model.clean_fields.Book.shelf once", "Model.validate_unique.Book.isbn once"],
    "Book(title='x').validate_unique()": ["Model.validate_unique.Book.isbn once"],
    "Book(title='x').clean_fields()": ["Model.clean_fields.Book.shelf once"],
    "Shelves(d).is_valid()": [
        "QuerySet.__iter__ once", "forms.BaseFormSet.full_clean.Shelf.name per form",
        "forms.BaseModelFormSet.clean_key per form",
    ],
    "SeatForm(d).is_valid()": [
        "Model.validate_constraints.Seat.positive once", "Model.validate_unique.Seat.number_row once",
    ],
    "Seat(row=1).full_clean()": [
        "Model.validate_constraints.Seat.positive once", "Model.validate_unique.Seat.hall_number once",
        "Model.validate_unique.Seat.number_row once",
    ],
    "BedForm(d).is_valid()": [],
    "Bed(room=1).validate_unique()": ["Model.validate_unique.Bed.number_room once"],
    "Beds(d).is_valid()": [
        "QuerySet.__iter__ once", "forms.BaseFormSet.full_clean.Bed.number_room per form",
        "forms.BaseModelFormSet.clean_key per form",
    ],
    "CleanForm()": [],
    "CleanForm(d).is_valid()": ["QuerySet.exists once, likely"],
    "Cleans(d).is_valid()": ["QuerySet.exists per form"],
}  # fmt: skip


@pytest.mark.parametrize("body", ROWS)
def test_what_is_checked(body: str) -> None:
    assert sorted(queries(f"{FORMS}def f(d):\n    {body}\n", MODELS)) == sorted(ROWS[body])
