"""Which attributes of a row are a query: each row of a table is the body of a function and its queries."""

from __future__ import annotations

import pytest

from tests.callgraph.frameworks.querying import MODELS, ops_of, queries, told

ORDERS = "QuerySet.__iter__ once"

READ = {
    "o.created, o.id, o.pk, o.customer_id": [],
    "o.customer.name": ["ForeignKey.Order.customer per order"],
    "o.customer_name": ["ForeignKey.Order.customer per order"],
    "o.bill.id": ["OneToOneField.Order.bill per order"],
    "o.bill.order.created": ["OneToOneField.Order.bill per order"],
    "o.total()": ["QuerySet.__iter__ per order"],
    "[t.name for t in o.tags.all()]": ["QuerySet.__iter__ per order"],
    "list(o.note_set.all())": ["QuerySet.__iter__ per order"],
    "[line.order.created for line in o.lines.all()]": ["QuerySet.__iter__ per order"],
    "o.lines.count()": ["QuerySet.count per order"],
    "o.lines": [],
}


@pytest.mark.parametrize("text", READ)
def test_a_relation_that_was_not_fetched_is_a_query_for_each_row(text: str) -> None:
    assert queries(f"def f():\n    for o in Order.objects.all():\n        {text}\n") == [ORDERS, *READ[text]]


FETCHED: tuple[tuple[str, str, list[str]], ...] = (
    ("select_related('customer')", "o.customer.name", []),
    ("select_related()", "o.customer.name", []),
    ("with_customer()", "o.customer_name", []),
    ("select_related('bill')", "o.bill.id", []),
    ("prefetch_related('lines')", "o.total()", ["prefetch_related_objects.Order.lines once"]),
    ("prefetch_related('lines')", "len(o.lines.all())", ["prefetch_related_objects.Order.lines once"]),
    (
        "prefetch_related('lines')",
        "o.lines.filter(id=3).first()",
        ["prefetch_related_objects.Order.lines once", "QuerySet.first per order"],
    ),
    (
        "prefetch_related(models.Prefetch('lines', Line.objects.select_related('order'), to_attr='paid'))",
        "[line.order.created for line in o.paid]",
        ["prefetch_related_objects.Order.lines once"],
    ),
    ("select_related(*names)", "o.customer.name", []),
    ("only('created')", "o.created", []),
    ("only('id')", "o.created", ["DeferredAttribute.Order.created per order"]),
)


@pytest.mark.parametrize(("fetch", "text", "expected"), FETCHED)
def test_a_relation_that_was_fetched_is_none(fetch: str, text: str, expected: list[str]) -> None:
    body = f"def f(names):\n    for o in Order.objects.{fetch}:\n        {text}\n"
    assert queries(body) == [ORDERS, *expected]


ATTACHED = (
    MODELS
    + """
from django.contrib.contenttypes.fields import GenericForeignKey, GenericRelation
from django.contrib.contenttypes.models import ContentType

class Mark(models.Model):
    content_type = models.ForeignKey(ContentType, on_delete=models.CASCADE)
    object_id = models.IntegerField()
    about = GenericForeignKey()

class Marked(models.Model):
    marks = GenericRelation("Mark")

    class Meta:
        abstract = True

class Article(Marked):
    pass
"""
)

ATTACHED_ROWS: dict[str, list[str]] = {
    "for a in Article.objects.all(): a.marks.latest()": ["QuerySet.latest per article"],
    "for a in Article.objects.all(): list(a.marks.all())": ["QuerySet.__iter__ per article"],
    "for a in Article.objects.all(): a.marks": [],
    "for a in Article.objects.prefetch_related('marks'): list(a.marks.all())": [
        "prefetch_related_objects.Article.marks once"
    ],
    "for m in Mark.objects.all(): m.about": ["GenericForeignKey.Mark.about per mark"],
}


@pytest.mark.parametrize("text", ATTACHED_ROWS)
def test_rows_that_point_here_by_a_generic_key(text: str) -> None:
    body = f"from shop.models import Article, Mark\ndef f():\n    {text}\n"
    assert sorted(queries(body, ATTACHED)) == sorted([ORDERS, *ATTACHED_ROWS[text]])


MADE = {
    "o = Order(customer=c)\n    o.customer.name": [],
    "o = Order()\n    o.customer = c\n    o.customer.name": [],
    "o = Order(created=1)\n    o.customer.name": ["ForeignKey.Order.customer once"],
    "o = Order.objects.create(customer=c)\n    o.customer.name": ["QuerySet.create once"],
    "o = Order.objects.get(id=1)\n    o.save()\n    o.delete()": [
        "QuerySet.get once",
        "Model.save once",
        "Model.delete once",
        *("deletion.Collector.Bill.order once", "deletion.Collector.Line.order once"),
        *("deletion.Collector.Note.order once", "deletion.Collector.Order.tags once"),
        *("transaction.begin once", "transaction.commit once"),
    ],
    "c = Customer.objects.get(id=1)\n    [o.customer.name for o in c.orders.all()]": [
        "QuerySet.get once",
        "QuerySet.__iter__ once",
    ],
}


@pytest.mark.parametrize("text", MADE)
def test_what_the_program_sets_is_there(text: str) -> None:
    assert queries(f"def f(c):\n    {text}\n") == MADE[text]


def test_of_an_object_from_outside_it_is_likely() -> None:
    assert queries("def f(o: Order):\n    return o.customer.name\n") == ["ForeignKey.Order.customer once, likely"]


def test_saving_runs_the_method_of_the_source() -> None:
    models = (
        MODELS
        + "    def save(self, *args, **kw):\n        Customer.objects.count()\n        super().save(*args, **kw)\n"
    )
    assert queries("def f():\n    Tag.objects.create()\n", models) == ["QuerySet.count once", "Model.save once"]


def test_a_model_knows_who_refers_to_it_from_a_module_that_the_action_does_not_import() -> None:
    modules = {
        "a.__init__": "",
        "a.models": "from django.db import models\nclass Shop(models.Model):\n    pass\n",
        "b.__init__": "",
        "b.models": (
            "from django.db import models\nclass Item(models.Model):\n    shop = models.ForeignKey('a.Shop', 1)\n"
        ),
        "m": "from a.models import Shop\ndef f():\n    for s in Shop.objects.all():\n        list(s.item_set.all())\n",
    }
    assert [told(op) for op in ops_of(modules, "m.f")] == ["QuerySet.__iter__ once", "QuerySet.__iter__ per shop"]


def test_no_query_without_such_a_library() -> None:
    models = """
class Model:
    def save(self): pass
class ForeignKey:
    def __init__(self, to): self.to = to
class Order(Model):
    customer = ForeignKey("Customer")
    objects = []
"""
    body = "def f():\n    for o in Order.objects:\n        o.customer.name\n        o.save()\n        o.lines.all()\n"
    assert queries(body, models) == []


OTHERS = {
    "a form": "from django import forms\nclass Form(forms.Form):\n    name = forms.CharField()\n",
    "a record": "from pydantic import BaseModel, Field\nclass Form(BaseModel):\n    name: str = Field(1)\n",
    "a model of another sort": "from transformers.models.bert import BertModel\nclass Form(BertModel):\n    pass\n",
    "a table of peewee": "import peewee\nclass Form(peewee.Model):\n    other = peewee.ForeignKeyField('self')\n",
}


@pytest.mark.parametrize("name", OTHERS)
def test_what_only_looks_like_a_model_is_none(name: str) -> None:
    body = "def f(x):\n    form = Form(name=1)\n    form.save(x)\n    form.objects.filter(x)\n    list(form.all())\n"
    assert [told(op) for op in ops_of({"m": OTHERS[name] + body}, "m.f") if "django" in op.callee] == []


def test_what_a_choice_is_called_runs_nothing_of_the_model() -> None:
    models = MODELS.replace(
        "    def total(self):", "    def save(self, *args):\n        super().save(*args)\n    def total(self):", 1
    )
    body = "def f(request):\n    return [order.get_status_display() for order in Order.objects.all()]\n"
    assert queries(body, models) == ["QuerySet.__iter__ once"]
