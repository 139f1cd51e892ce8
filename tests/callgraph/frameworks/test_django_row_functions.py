"""What Django's functions of rows ask the database, and what is there behind them: each row is a function's body and
its queries. What Django itself counts for the same calls was looked at on 2026-11-30, with SQLite and Django 5.2.
"""

from __future__ import annotations

import pytest

from tests.callgraph.frameworks.querying import ops_of, queries

HEAD = "from django.core import serializers\nfrom django.db.models import prefetch_related_objects\n"

TAGS = "core.serializers.base.Serializer.handle_m2m_field.Order.tags"

ASKED = {
    "serializers.serialize('json', Order.objects.all())": [f"{TAGS} per order", "QuerySet.__iter__ once"],
    "serializers.serialize('json', Line.objects.all())": ["QuerySet.__iter__ once"],
    "serializers.serialize('xml', Order.objects.prefetch_related('tags'))": [
        "QuerySet.__iter__ once", "prefetch_related_objects.Order.tags once",
    ],
    "serializers.serialize('json', Order.objects.all(), fields=['customer'])": ["QuerySet.__iter__ once"],
    "serializers.serialize('json', [Order.objects.get(id=1)])": [f"{TAGS} once", "QuerySet.get once"],
    "rows = list(Order.objects.all())\n    prefetch_related_objects(rows, 'lines', 'customer')\n"
    "    for o in rows:\n        o.customer.name, [l.id for l in o.lines.all()]": [
        "QuerySet.__iter__ once", "prefetch_related_objects.Order.customer once",
        "prefetch_related_objects.Order.lines once",
    ],
    "o = Order.objects.first()\n    prefetch_related_objects([o], 'tags', 'lines__order')\n"
    "    for i in range(3):\n        list(o.tags.all())": [
        "QuerySet.first once", "prefetch_related_objects.Order.lines once",
        "prefetch_related_objects.Order.lines__order once", "prefetch_related_objects.Order.tags once",
    ],
    "rows = list(Order.objects.all())\n    prefetch_related_objects(rows, 'lines')\n"
    "    for o in rows:\n        o.customer.name": [
        "ForeignKey.Order.customer per row", "QuerySet.__iter__ once", "prefetch_related_objects.Order.lines once",
    ],
}  # fmt: skip


@pytest.mark.parametrize("body", ASKED)
def test_functions_of_rows(body: str) -> None:
    assert sorted(queries(f"{HEAD}def f():\n    {body}\n")) == sorted(ASKED[body])


def test_what_a_function_of_the_source_fetches_for_rows() -> None:
    text = "def load(rows):\n    prefetch_related_objects(rows, 'lines')\n"
    body = "def f():\n    rows = Order.objects.all()\n    load(rows)\n    return [o.total() for o in rows]\n"
    assert queries(HEAD + text + body) == ["prefetch_related_objects.Order.lines once", "QuerySet.__iter__ once"]


def test_a_row_that_is_not_there_is_made_only_sometimes() -> None:
    text = "from shop.models import Order\ndef f():\n    Order.objects.get_or_create(id=1)\n"
    models = "from django.db import models\nclass Order(models.Model):\n    name = models.CharField()\n"
    found = ops_of({"shop.__init__": "", "shop.models": models, "m": text}, "m.f")
    assert {op.callee.rpartition(".")[2]: op.condition for op in found} == {
        "get_or_create": "always",
        "missing_begin": "sometimes",
        "missing_save": "sometimes",
        "missing_commit": "sometimes",
    }
