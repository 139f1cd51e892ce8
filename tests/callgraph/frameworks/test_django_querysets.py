"""Where a queryset is paid for, how often, and where it is not: each row is a function and its queries.

A row of the tables stands for a mechanism of `callgraph/frameworks/`; what Django itself counts is in
`tests/system/test_django_shop.py`.
"""

from __future__ import annotations

import pytest

from tests.callgraph.frameworks.querying import MODELS, ops_of, queries, told

BUILT = (
    "print(Order.objects, Order)",
    "logging.getLogger('a').debug('%s', Order.objects.all())",
    "Order.objects.filter(id=1).order_by('id')",
    "Order.objects.select_related('customer').prefetch_related('lines')[:50]",
    "Order.objects.values('id').annotate(n=models.Count('lines'))",
    "Order.objects.recent().with_customer() | Order.objects.none()",
    "list(Order.objects.none())",
    "Customer(name='a')",
)


@pytest.mark.parametrize("text", BUILT)
def test_building_costs_nothing(text: str) -> None:
    assert queries(f"import logging\ndef f():\n    return {text}\n") == []


EVALUATED = {
    "[o for o in Order.objects.all()]": ["QuerySet.__iter__ once"],
    "list(Order.objects.all())": ["QuerySet.__iter__ once"],
    "sorted(Order.objects.all(), key=id)": ["QuerySet.__iter__ once"],
    "len(Order.objects.all())": ["QuerySet.__len__ once"],
    "bool(Order.objects.all())": ["QuerySet.__bool__ once"],
    "3 if Order.objects.all() else 4": ["QuerySet.__bool__ once"],
    "3 in Order.objects.all()": ["QuerySet.__contains__ once"],
    "Order.objects.all()[0]": ["QuerySet.__getitem__ once"],
    "Order.objects.get(id=1)": ["QuerySet.get once"],
    "Order.objects.recent().first()": ["QuerySet.first once"],
    "Order.objects.count()": ["QuerySet.count once"],
    "Order.objects.filter(id=1).exists()": ["QuerySet.exists once"],
    "Order.objects.aggregate(models.Sum('id'))": ["QuerySet.aggregate once"],
    "Order.objects.in_bulk([1, 2])": ["QuerySet.in_bulk once"],
    "[o for o in Order.objects.iterator()]": ["QuerySet.iterator once"],
    "dict(Order.objects.values_list('id', 'created'))": ["QuerySet.__iter__ once"],
    "{1: 2}.update(Order.objects.values_list('id', 'created'))": ["QuerySet.__iter__ once"],
    "[*Order.objects.all()]": ["QuerySet.__iter__ once"],
    "[].extend(Order.objects.all())": ["QuerySet.__iter__ once"],
    "set().update(Order.objects.all())": ["QuerySet.__iter__ once"],
    "[row['id'] for row in Order.objects.values('id')]": ["QuerySet.__iter__ once"],
    "Order.objects.create(id=1)": ["QuerySet.create once"],
    "Order.objects.filter(id=1).update(id=2)": ["QuerySet.update once"],
    "Line.objects.filter(id=1).delete()": ["QuerySet.delete once"],
    "Order.objects.get_or_create(id=1)[0]": [
        "QuerySet.get_or_create once",
        "QuerySet.get_or_create.missing_begin once",
        "QuerySet.get_or_create.missing_commit once",
        "QuerySet.get_or_create.missing_save once",
    ],
    "Order.objects.update_or_create(id=1)[0]": [
        "QuerySet.update_or_create once",
        "QuerySet.update_or_create.missing_begin once",
        "QuerySet.update_or_create.missing_commit once",
        "QuerySet.update_or_create.save once",
        "transaction.begin once",
        "transaction.commit once",
    ],
    "print(Order.objects.all())": ["QuerySet.__repr__ once"],
    "str(Order.objects.values('id'))": ["QuerySet.__repr__ once"],
    "repr(Order.objects.prefetch_related('lines'))": [
        "QuerySet.__repr__ once",
        "prefetch_related_objects.Order.lines once",
    ],
    "f'{Order.objects.all()}'": ["QuerySet.__repr__ once"],
    "'{}'.format(Order.objects.all())": ["QuerySet.__repr__ once"],
    "'%s' % Order.objects.all()": ["QuerySet.__repr__ once"],
    "'%s %s' % (1, Order.objects.all())": ["QuerySet.__repr__ once"],
    "Order.objects.all()[1:9:2]": ["QuerySet.__getitem__ once"],
    "Order._default_manager.latest('id'), Order._base_manager.earliest('id'), Order.objects.last()": [
        "QuerySet.earliest once",
        "QuerySet.last once",
        "QuerySet.latest once",
    ],
    "Order.objects.contains(Order()), Order.objects.explain(), Order.objects.raw('select 1')[0]": [
        "QuerySet.__getitem__ once",
        "QuerySet.contains once",
        "QuerySet.explain once",
    ],
    "Order.objects.bulk_update([Order()], ['id'])": [
        "QuerySet.bulk_update once",
        "transaction.begin once",
        "transaction.commit once",
    ],
    "tuple(Order.objects.all()), max(Order.objects.values_list('id')), any(Order.objects.all())": [
        "QuerySet.__iter__ once",
        "QuerySet.__iter__ once",
        "QuerySet.__iter__ once",
    ],
    "list(map(str, Order.objects.all())), list(zip(Order.objects.all())), ','.join(Order.objects.all())": [
        "QuerySet.__iter__ once",
        "QuerySet.__iter__ once",
        "QuerySet.__iter__ once",
    ],
    "list(Order.objects.all()[::2])": ["QuerySet.__getitem__ once"],
    "list(Order.objects.all()[:9])": ["QuerySet.__iter__ once"],
    "list(Order.objects.defer('created'))[0].created": [
        "DeferredAttribute.Order.created once",
        "QuerySet.__iter__ once",
    ],
    "list(Order.objects.defer('created'))[0].id": ["QuerySet.__iter__ once"],
    "Order.objects.bulk_create([Order()])": [
        "QuerySet.bulk_create once",
        "transaction.begin once",
        "transaction.commit once",
    ],
    "list(Order.objects.prefetch_related('lines__order'))": [
        "QuerySet.__iter__ once",
        "prefetch_related_objects.Order.lines once",
        "prefetch_related_objects.Order.lines__order once",
    ],
}


@pytest.mark.parametrize("text", EVALUATED)
def test_evaluating_is_a_query(text: str) -> None:
    assert queries(f"def f():\n    return {text}\n") == EVALUATED[text]


KEPT = {
    "q = Order.objects.all()\n    if q:\n        return [o.id for o in q]": ["QuerySet.__bool__ once"],
    "q = Order.objects.all()\n    if q.exists():\n        return list(q)": [
        "QuerySet.exists once",
        "QuerySet.__iter__ once",
    ],
    "q = Order.objects.all()\n    return list(q), list(q.all())": ["QuerySet.__iter__ once", "QuerySet.__iter__ once"],
    "q = Order.objects.all()\n    print(q)\n    return list(q)": ["QuerySet.__repr__ once", "QuerySet.__iter__ once"],
    "q = Order.objects.all()\n    a = list(q)\n    print(q)": ["QuerySet.__iter__ once"],
    "a = Order.objects.all()\n    b = Line.objects.all()\n    list(a)\n    print(a if input() else b)": [
        "QuerySet.__iter__ once",
        "QuerySet.__repr__ once",
    ],
    "for o in Order.objects.all():\n        o.customer.name\n        o.customer.id": [
        "QuerySet.__iter__ once",
        "ForeignKey.Order.customer per order",
    ],
}


@pytest.mark.parametrize("text", KEPT)
def test_what_was_fetched_is_kept(text: str) -> None:
    assert sorted(queries(f"def f():\n    {text}\n")) == sorted(KEPT[text])


def test_asynchronous_methods_are_the_same() -> None:
    body = "async def f():\n    await Order.objects.aget(id=1)\n    async for x in Order.objects.all():\n        pass\n"
    assert queries(body) == ["QuerySet.get once", "QuerySet.__aiter__ once"]


MANAGER = """\
class Kept(models.Manager):
    def get_queryset(self):
        return super().get_queryset().select_related("author")
    def named(self, name):
        return self.filter(name=name)

class Author(models.Model):
    name = models.CharField()

class Book(models.Model):
    author = models.ForeignKey(Author, models.CASCADE)
    objects = Kept()
    plain = models.Manager()
"""


def test_a_manager_of_the_source_says_what_it_fetches() -> None:
    models = f"from django.db import models\n{MANAGER}"
    body = "def f():\n    for b in Book.objects.named('a'):\n        b.author.name\n"
    assert queries(body, models) == ["QuerySet.__iter__ once"]
    body = "def f():\n    for b in Book.plain.all():\n        b.author.name\n"
    assert queries(body, models) == ["QuerySet.__iter__ once", "ForeignKey.Book.author per book"]


def test_a_queryset_goes_through_functions() -> None:
    body = """
def recent(base):
    return base.filter(id__gt=1)
def names(orders):
    return [order.customer_name for order in orders]
def f():
    return names(recent(Order.objects))
"""
    assert queries(body) == ["QuerySet.__iter__ once", "ForeignKey.Order.customer per order"]


def test_a_list_that_grows_by_a_queryset_asks_it() -> None:
    assert queries("def f():\n    found = []\n    found += Order.objects.all()\n") == ["QuerySet.__iter__ once"]


def test_rows_that_come_by_and_by_name_their_loop() -> None:
    body = "def f():\n    for order in Order.objects.iterator(chunk_size=100):\n        order.customer.name\n"
    assert queries(body) == ["QuerySet.iterator once", "ForeignKey.Order.customer per order"]


def test_a_transaction_opens_and_ends() -> None:
    body = (
        "def f(ids):\n    for i in ids:\n        with transaction.atomic():\n            Order.objects.create(id=i)\n"
    )
    assert queries(body) == ["transaction.begin per id", "transaction.commit per id", "QuerySet.create per id"]


def test_the_framework_for_apis_asks_for_one_row() -> None:
    body = "from rest_framework.generics import get_object_or_404 as one\n\ndef f():\n    one(Order).customer.name\n"
    assert queries(body) == ["ForeignKey.Order.customer once", "shortcuts.get_object_or_404 once"]


NAMED = {
    "for user in get_user_model().objects.all(): user.boss.id": [
        "ForeignKey.Person.boss per person", "QuerySet.__iter__ once",
    ],
    "for o in apps.get_model('shop', 'Order').objects.all(): o.customer.id": [
        "ForeignKey.Order.customer per order", "QuerySet.__iter__ once",
    ],
    "apps.get_model('shop.Order').objects.count()": ["QuerySet.count once"],
}  # fmt: skip


@pytest.mark.parametrize("body", NAMED)
def test_models_that_a_call_gives_by_their_names(body: str) -> None:
    person = "class Person(models.Model):\n    boss = models.ForeignKey('self', models.CASCADE)\n"
    modules = {
        "shop.__init__": "", "shop.models": MODELS + person,
        "shop.settings": "INSTALLED_APPS = []\nMIDDLEWARE = []\nAUTH_USER_MODEL = 'shop.Person'\n",
        "m": "from django.apps import apps\nfrom django.contrib.auth import get_user_model\n"
             f"def f():\n    {body}\n",
    }  # fmt: skip
    assert sorted(told(op) for op in ops_of(modules, "m.f")) == NAMED[body]
