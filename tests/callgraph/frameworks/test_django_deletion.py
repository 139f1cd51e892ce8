"""What a row is deleted with: each row is a model, and the statements of deleting one of it."""

from __future__ import annotations

import pytest

from tests.callgraph.frameworks.querying import queries

MODELS = """\
from django.db import models

class Alone(models.Model):
    name = models.CharField(max_length=20)

class Shelf(models.Model):
    name = models.CharField(max_length=20)

class Book(models.Model):
    shelf = models.ForeignKey(Shelf, on_delete=models.CASCADE)
    tags = models.ManyToManyField("Tag")

class Log(models.Model):
    shelf = models.ForeignKey(Shelf, models.DO_NOTHING)

class Tag(models.Model):
    name = models.CharField(max_length=20)
"""

IN_ONE = ["transaction.begin once", "transaction.commit once"]

ROWS = {
    "Alone": [],
    "Shelf": ["deletion.Collector.Book.shelf once", *IN_ONE],
    "Book": ["deletion.Collector.Book.tags once", *IN_ONE],
    "Tag": ["deletion.Collector.Book.tags once", *IN_ONE],
    "Log": [],
}


@pytest.mark.parametrize("model", ROWS)
def test_what_is_deleted_with_a_row(model: str) -> None:
    found = queries(f"def f():\n    {model}.objects.get(pk=1).delete()\n", MODELS)
    assert found == ["Model.delete once", "QuerySet.get once", *ROWS[model]]


def test_a_transaction_around_is_the_one() -> None:
    body = "@transaction.atomic\ndef g(row):\n    row.delete()\ndef f():\n    g(Tag.objects.get(pk=1))\n"
    assert sorted(queries(body, MODELS)) == sorted(
        ["Model.delete once", "QuerySet.get once", "deletion.Collector.Book.tags once", *IN_ONE]
    )
