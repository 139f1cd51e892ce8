"""Queries for each row of another: what asks for them at once. Django's semantics are those of the call graph."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from code_path_audit.config import ActionConfig, default_config
from code_path_audit.pipeline import load, trace

MODELS = """\
from django.db import models


class Customer(models.Model):
    name = models.CharField(max_length=100)


class Order(models.Model):
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE)


class Line(models.Model):
    order = models.ForeignKey(Order, related_name="lines", on_delete=models.CASCADE)
"""

VIEW = "from shop.models import Customer, Order\n\n"

# view, kinds and titles

PROPOSED = {
    "an object that belongs to each row": (
        """\
        def view():
            return [order.customer.name for order in Order.objects.all()]
        """,
        [
            'query: Use select_related("customer") where Order is asked for (shop/views.py:4), '
            "in place of a query per order"
        ],
    ),
    "rows that belong to each row": (
        """\
        def view():
            found = []
            for order in Order.objects.all():
                for line in order.lines.all():
                    found.append(line)
            return found
        """,
        ['query: Use prefetch_related("lines") on the rows (shop/views.py:5), in place of a query per order'],
    ),
    "how many belong to each row": (
        """\
        def view():
            return {order.pk: order.lines.count() for order in Order.objects.all()}
        """,
        ['query: Use annotate(Count("lines")) on the rows (shop/views.py:4), in place of a query per order'],
    ),
    "an object that belongs to each row, in two functions": (
        """\
        def view():
            found = []
            for order in Order.objects.all():
                found.append(name(order))
                if order.customer.name:
                    found.append(order.pk)
            return found

        def name(order):
            return order.customer.name
        """,
        [
            'query: Use select_related("customer") where Order is asked for (shop/views.py:5), '
            "in place of a query per order"
        ],
    ),
    "how many belong to each row, at three places": (
        """\
        def view():
            found = []
            for order in Order.objects.all():
                if order.lines.count():
                    found.append((order.lines.count(), order.lines.count()))
            return found
        """,
        ['query: Use annotate(Count("lines")) on the rows (shop/views.py:5), in place of a query per order'],
    ),
    "one row that a function asks for, for each": (
        """\
        def view(names):
            return [customer(name) for name in names]

        def customer(name):
            return Customer.objects.get(name=name)
        """,
        [
            "query: Ask once for all, with in_bulk or select_related, "
            "in place of django.db.models.QuerySet.get per name",
        ],
    ),
    "rows that are counted and then read": (
        """\
        def view():
            orders = Order.objects.all()
            if orders.count() == 0:
                return []
            found = []
            for order in orders:
                found.append(order.pk)
            return found
        """,
        ["keep: Use len(orders) of the rows that are read, in place of django.db.models.QuerySet.count"],
    ),
}  # fmt: skip

# view

LEFT_ALONE = {
    "a query that gives no rows": """\
        def view(key):
            rows = Order.objects.none()
            if key:
                rows = Order.objects.select_related("customer").filter(pk=key)
            return [order.customer.name for order in rows]
        """,
    "a query that gives no rows, and is asked for some": """\
        def view(key):
            return [order.customer.name for order in Order.objects.none().filter(pk=key)]
        """,
    "loaded with the rows": """\
        def view():
            return [order.customer.name for order in Order.objects.select_related("customer")]
        """,
    "an object that the row was made with": """\
        def view(customers):
            orders = []
            for customer in customers:
                order = Order(customer=customer)
                order.total = len(order.customer.name)
                orders.append(order)
            return orders
        """,
    "one row, and what belongs to it, on a condition": """\
        def view(names):
            return [customer(name) for name in names]

        def customer(request):
            found = getattr(request, "customer", None)
            if found is None:
                found = Customer.objects.get(name=request.name)
            return found
        """,
    "how many belong to what the function looked up": """\
        def view(lines):
            for line in lines:
                moved(line)

        def moved(line):
            former = line.order
            line.delete()
            if former.lines.count() == 0:
                former.delete()
        """,
    "how many belong to one row, for each of something else": """\
        def view(words):
            order = Order.objects.get(pk=1)
            return [word for word in words if shown(order, word)]

        def shown(order, word):
            return order.lines.count() > len(word)
        """,
    "asked for once": """\
        def view():
            return list(Order.objects.all())
        """,
    "counted, and other rows read": """\
        def view():
            orders = Order.objects.all()
            if orders.count() == 0:
                return []
            return list(Customer.objects.all())
        """,
}


def told(view: str, folder: Path) -> list[str]:
    """The candidates of a view, as kind and title."""
    shop = folder / "shop"
    shop.mkdir()
    (shop / "__init__.py").touch()
    (shop / "models.py").write_text(MODELS, encoding="utf-8")
    (shop / "views.py").write_text(VIEW + dedent(view), encoding="utf-8")
    config = default_config(folder)
    profile = trace(load(config), ActionConfig("view", ("shop.views.view",)), config)
    return [f"{row.kind}: {row.title}" for row in profile.candidates]


@pytest.mark.parametrize("case", PROPOSED)
def test_proposed(case: str, tmp_path: Path) -> None:
    view, expected = PROPOSED[case]
    assert told(view, tmp_path) == expected


@pytest.mark.parametrize("case", LEFT_ALONE)
def test_left_alone(case: str, tmp_path: Path) -> None:
    assert told(LEFT_ALONE[case], tmp_path) == []
