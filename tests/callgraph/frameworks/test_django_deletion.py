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

class Room(models.Model):
    tags = models.ManyToManyField(Tag, through="Label")

class Label(models.Model):
    room = models.ForeignKey(Room, on_delete=models.CASCADE)
    tag = models.ForeignKey(Tag, on_delete=models.PROTECT)

class Desk(models.Model):
    room = models.ForeignKey(Room, null=True, on_delete=models.SET_NULL)

class Lamp(models.Model):
    desk = models.ForeignKey(Desk, on_delete=models.CASCADE)
"""

TAGS, LABELS = "deletion.Collector.Book.tags once", "deletion.Collector.Label.tag once"
IN_ONE = ["transaction.begin once", "transaction.commit once"]

ROWS = {
    "Alone": [],
    "Shelf": [
        "deletion.Collector.Book.shelf once", TAGS, "deletion.Collector.delete.Book once", *IN_ONE,
    ],
    "Room": ["deletion.Collector.Desk.room once", "deletion.Collector.Label.room once", *IN_ONE],
    "Desk": ["deletion.Collector.Lamp.desk once", *IN_ONE],
    "Book": [TAGS, *IN_ONE],
    "Tag": [TAGS, LABELS, *IN_ONE],
    "Log": [],
}  # fmt: skip


@pytest.mark.parametrize("model", ROWS)
def test_what_is_deleted_with_a_row(model: str) -> None:
    found = queries(f"def f():\n    {model}.objects.get(pk=1).delete()\n", MODELS)
    assert sorted(found) == sorted(["Model.delete once", "QuerySet.get once", *ROWS[model]])


QUERIES = {
    "Alone": [],
    "Desk": ["deletion.Collector.Desk once", "deletion.Collector.Lamp.desk once", *IN_ONE],
}


@pytest.mark.parametrize("model", QUERIES)
def test_what_is_deleted_with_the_rows_of_a_query(model: str) -> None:
    """Rows that nothing refers to are deleted by one statement, others are fetched first."""
    found = queries(f"def f():\n    {model}.objects.filter(pk__gt=1).delete()\n", MODELS)
    assert sorted(found) == sorted(["QuerySet.delete once", *QUERIES[model]])


def woven(layers: int, width: int = 3) -> str:
    """Models in layers: each refers to all of the layer before."""
    lines = ["from django.db import models"]
    for layer in range(layers):
        for number in range(width):
            lines.append(f"class M{layer}_{number}(models.Model):\n    name = models.CharField(max_length=20)")
            for to in range(width if layer else 0):
                lines.append(f"    r{to} = models.ForeignKey('shop.M{layer - 1}_{to}', on_delete=models.CASCADE)")
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("layers, width", [(3, 3), (30, 3), (1000, 1)])
def test_a_model_to_which_many_ways_lead_goes_once(layers: int, width: int) -> None:
    found = queries("def f():\n    M0_0.objects.get(pk=1).delete()\n", woven(layers, width))
    relations = width + (layers - 2) * width**2
    deleted = (layers - 2) * width
    assert len(found) == len({"get", "delete", *IN_ONE}) + relations + deleted


def test_rows_of_which_a_signal_tells_are_fetched() -> None:
    told = "from django.db.models.signals import post_delete\nfrom django.dispatch import receiver\n"
    told += "@receiver(post_delete, sender=Alone)\ndef log(sender, instance, **kw):\n    Tag.objects.create(name='x')\n"
    found = queries(f"{told}def f():\n    Alone.objects.filter(pk=1).delete()\n", MODELS)
    deleted = ["QuerySet.delete once", "deletion.Collector.Alone once", *IN_ONE]
    assert sorted(found) == sorted([*deleted, "QuerySet.create once"])


def test_a_transaction_around_is_the_one() -> None:
    body = "@transaction.atomic\ndef g(row):\n    row.delete()\ndef f():\n    g(Tag.objects.get(pk=1))\n"
    assert sorted(queries(body, MODELS)) == sorted(["Model.delete once", "QuerySet.get once", TAGS, LABELS, *IN_ONE])
