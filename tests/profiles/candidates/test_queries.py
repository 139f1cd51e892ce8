"""Queries for each row of another: what asks for them at once. Django's semantics are those of the call graph."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from code_path_audit.config import ActionConfig, default_config
from code_path_audit.pipeline import load, trace

MODELS = """\
from django.db import models
from django.db.models.signals import post_save


class Language(models.Model):
    name = models.CharField(max_length=100)


class Customer(models.Model):
    name = models.CharField(max_length=100)
    language = models.ForeignKey(Language, on_delete=models.CASCADE)

    def orders(self):
        return [order.pk for order in self.order_set.all()]


class Address(models.Model):
    customer = models.OneToOneField(Customer, on_delete=models.CASCADE)
    street = models.CharField(max_length=100)


class Tag(models.Model):
    name = models.CharField(max_length=100)


class Order(models.Model):
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE)
    tags = models.ManyToManyField(Tag)

    @property
    def first_lines(self):
        return self.lines.filter(pk__lt=10)

    def others(self):
        return Order.objects.exclude(pk=self.pk)


class Line(models.Model):
    order = models.ForeignKey(Order, related_name="lines", on_delete=models.CASCADE)


class Named(models.Model):
    name = models.CharField(max_length=100)

    def save(self, *args, **kwargs):
        self.name = self.name.lower()
        super().save(*args, **kwargs)


class Announced(models.Model):
    name = models.CharField(max_length=100)


def announce(sender, instance, **kwargs):
    print(instance.name)


post_save.connect(announce, sender=Announced)
"""

VIEW = "from shop.models import Address, Announced, Customer, Line, Named, Order, Tag\n\n"

# view, kinds and titles

PROPOSED = {
    "asked for by what an object that is no row was made with: the same each time": (
        """\
        class Member:
            def __init__(self, customer):
                self.customer = customer

            def order(self):
                return Order.objects.get(customer=self.customer)

        def view(customer):
            member = Member(customer)
            return [(tag.name, member.order()) for tag in Tag.objects.all()]
        """,
        ["hoist: Call shop.views.Member.order once, before the loop in line 12 of shop.views.view"],
    ),
    "what another query of the action loads with its own rows": (
        """\
        def view(key):
            first = [order.customer.name for order in Order.objects.filter(pk=key).select_related("customer")]
            return first, [order.customer.name for order in Order.objects.all()]
        """,
        [
            'query: Use select_related("customer") where Order is asked for (shop/views.py:5), '
            "in place of a query per order"
        ],
    ),
    "something else is loaded by a list of names": (
        """\
        NAMES = ["lines", "tags"]

        def view():
            return [order.customer.name for order in Order.objects.prefetch_related(*NAMES)]
        """,
        [
            'query: Use select_related("customer") where Order is asked for (shop/views.py:6), '
            "in place of a query per order"
        ],
    ),
    "something else is loaded one by one": (
        """\
        from django.db.models import prefetch_related_objects

        def view():
            for order in Order.objects.all():
                prefetch_related_objects([order], "tags")
                print(order.customer.name)
        """,
        [
            'query: Use select_related("customer") where Order is asked for (shop/views.py:6), '
            "in place of a query per order"
        ],
    ),
    "what belongs to what belongs to each row": (
        """\
        def view():
            return [order.customer.language.name for order in Order.objects.all()]
        """,
        [
            'query: Use select_related("customer__language") where Order is asked for (shop/views.py:4), '
            "in place of a query per order"
        ],
    ),
    "an object that a row is read from again": (
        """\
        def view():
            return [street(address.customer) for address in Address.objects.all()]

        def street(customer):
            return customer.address.street
        """,
        [
            'query: Use select_related("customer") where Address is asked for (shop/views.py:4), '
            "in place of a query per address"
        ],
    ),
    "rows that belong to each row, in a method": (
        """\
        def view():
            return [customer.orders() for customer in Customer.objects.all()]
        """,
        ['query: Use prefetch_related("order_set") on the rows (shop/views.py:4), in place of a query per customer'],
    ),
    "rows that belong to each row, in an order": (
        """\
        def view():
            return [[line.pk for line in order.lines.order_by("pk")] for order in Order.objects.all()]
        """,
        [
            'query: Use prefetch_related(Prefetch("lines", queryset=...)) on the rows (shop/views.py:4), '
            "in place of a query per order"
        ],
    ),
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
    "some of what belongs to each row is counted": (
        """\
        def view():
            return {order.pk: order.lines.filter(done=True).count() for order in Order.objects.all()}
        """,
        [
            'query: Use annotate(Count("lines", filter=Q(...))) on the rows (shop/views.py:4), '
            "in place of a query per order"
        ],
    ),
    "an object that belongs to each row, of rows as they come": (
        """\
        def view():
            return [order.customer.name for order in Order.objects.all().iterator()]
        """,
        [
            'query: Use select_related("customer") where Order is asked for (shop/views.py:4), '
            "in place of a query per order"
        ],
    ),
    "a row that is saved, beside what belongs to it": (
        """\
        def view():
            for order in Order.objects.all():
                order.total = len([line.pk for line in order.lines.all()])
                order.save()
        """,
        ['query: Use prefetch_related("lines") on the rows (shop/views.py:4), in place of a query per order'],
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
    "a row that is asked for by the one before": """\
        def view(names):
            tag = None
            for name in names:
                tag = Tag.objects.get(name=name, parent=tag)
            return tag
        """,
    "of what was loaded with rows that a relation gives": """\
        def view(customer: Customer):
            return [names(order) for order in customer.order_set.select_related("customer")]

        def names(order):
            return order.customer.language.name
        """,
    "a method that is called, by what may be the name of a relation": """\
        class Shown:
            def lines(self, rows):
                return rows.filter(pk__gt=1)

            def show(self):
                return [[line.pk for line in self.lines(order.lines)] for order in Order.objects.all()]

        def view():
            return Shown().show()
        """,
    "read of the rows of queries of two models": """\
        def view():
            first = [shown(customer) for customer in Customer.objects.all()]
            return first, [shown(order.customer) for order in Order.objects.select_related("customer")]

        def shown(customer):
            return customer.language.name
        """,
    "loaded where a variable is given the query": """\
        def view(full):
            orders = Order.objects.all()
            if full:
                orders = orders.select_related("customer")
            return [order.customer.name for order in again(orders)]

        def again(orders):
            if orders.count() > 3:
                return orders.select_related("customer")
            return orders
        """,
    "loaded where a constructor is given the query, before something else": """\
        class Shown:
            def __init__(self, orders, tags):
                if orders.count() > 3:
                    orders = orders.select_related("customer")
                self.orders = orders
                self.tags = tags

            def names(self):
                return [order.customer.name for order in self.orders]

        def view():
            return Shown(Order.objects.all(), Tag.objects.all()).names()
        """,
    "what belongs to what is loaded with each row": """\
        def view():
            return [order.customer.language.name for order in Order.objects.select_related("customer")]
        """,
    "rows that belong to what belongs to each row": """\
        def view():
            return [order.customer.orders() for order in Order.objects.select_related("customer")]
        """,
    "what is known of a row by a variable": """\
        def view():
            for order in Order.objects.select_related("customer"):
                found = order.customer
                print(found.language.name)
        """,
    "some of the rows that belong to each row": """\
        def view(names):
            for order in Order.objects.all():
                print([line.pk for line in order.lines.filter(name__in=names)])
        """,
    "something else is counted of what belongs to each row": """\
        import collections

        def view():
            for order in Order.objects.all():
                print(collections.Counter(order.lines.values_list("pk")).items())
        """,
    "a row that was just made": """\
        def view(rows):
            for row in rows:
                order = Order(pk=row)
                order.save()
                stamp(order)

        def stamp(instance):
            if not instance.lines.exists():
                print(instance)
        """,
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
    "one row that an object asks for when it is made, if it is told which": """\
        class Shown:
            def __init__(self, **given):
                self.customer = Customer.objects.get(pk=given["customer"])

        def view(names):
            return [Shown(customer=name) for name in names]
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
    "a row of which one field was asked for": """\
        def view():
            return [order.customer.name for order in Order.objects.only("pk")]
        """,
    "rows of a statement": """\
        def view():
            return [order.customer.name for order in Order.objects.raw("SELECT * FROM shop_order")]
        """,
    "rows of two queries that are one": """\
        def view():
            rows = Order.objects.filter(pk="a").union(Order.objects.filter(pk="b"))
            return [order.customer.name for order in rows]
        """,
    "a row without the field": """\
        def view():
            return [order.customer.name for order in Order.objects.defer("customer")]
        """,
    "a row that is looked for": """\
        def view():
            for order in Order.objects.all():
                if order.customer.name:
                    return order
        """,
    "the first of the rows": """\
        def view():
            return [order.customer.name for order in Order.objects.all()[:1]]
        """,
    "an object whose key was changed": """\
        def view(new):
            for order in Order.objects.all():
                order.customer_id = new[order.pk]
                print(order.customer.name)
        """,
    "an object that was put into the row": """\
        def view(new):
            for order in Order.objects.all():
                order.customer = new[order.pk]
                print(order.customer.name)
        """,
    "a row that was read again": """\
        def view():
            for order in Order.objects.all():
                order.refresh_from_db()
                print(order.customer.name)
        """,
    "how many belong to each row, after one was made": """\
        def view():
            for order in Order.objects.all():
                order.lines.create(done=True)
                print(order.lines.count())
        """,
    "how many belong to each row, after one was made in another way": """\
        def view():
            for order in Order.objects.all():
                Line.objects.create(order=order, done=True)
                print(order.lines.count())
        """,
    "whether any belong to each row, after some were removed": """\
        def view():
            for order in Order.objects.all():
                order.lines.all().delete()
                if not order.lines.exists():
                    order.delete()
        """,
    "rows that belong to each row, of rows as they come": """\
        def view():
            return [[l.pk for l in order.lines.all()] for order in Order.objects.all().iterator()]
        """,
    "how many belong to each row, beside how many of something else": """\
        from django.db import models

        def view():
            orders = Order.objects.annotate(tagged=models.Count("tags"))
            return [(order.tagged, order.lines.count()) for order in orders]
        """,
    "rows whose model has a save() of its own": """\
        def view(rows):
            for row in rows:
                Named(name=row).save()
        """,
    "rows that are made, whose model has a save() of its own": """\
        def view(rows):
            for row in rows:
                Named.objects.create(name=row)
        """,
    "rows of which others are told when they are saved": """\
        def view(rows):
            for row in rows:
                Announced(name=row).save()
        """,
    "rows of which others are told when they are made": """\
        def view(rows):
            for row in rows:
                Announced.objects.create(name=row)
        """,
    "rows that are counted, made, and then read": """\
        def view():
            orders = Order.objects.filter(pk="a")
            if orders.count() == 0:
                return []
            Order.objects.create(pk="a")
            for order in orders:
                print(order.pk)
        """,
    "rows of a few names": """\
        def view():
            for name in ("a", "b", "c"):
                print(Tag.objects.get(name=name))
        """,
    "rows that another function may have loaded more with": """\
        from django.db.models import QuerySet

        def view(rows):
            for order in loaded(Order.objects.all()):
                print(order.customer.name)

        def loaded(orders):
            if isinstance(orders, QuerySet):
                orders = orders.select_related("customer")
            return orders
        """,
    "rows that more is loaded with by names that are not written there": """\
        NAMES = ["customer", "lines"]

        def view():
            for order in Order.objects.prefetch_related(*NAMES):
                print([line.pk for line in order.lines.all()])
        """,
    "rows that more is loaded with one by one": """\
        from django.db.models import prefetch_related_objects

        NAMES = ["customer", "lines"]

        def view():
            for order in Order.objects.all():
                shown(order)

        def shown(order):
            prefetch_related_objects([order], *NAMES)
            print([line.pk for line in order.lines.all()], order.customer.name)
        """,
    "rows that belong to what belongs to each row, in a function": """\
        def view():
            return [pks(order.customer) for order in Order.objects.select_related("customer")]

        def pks(customer):
            return [order.pk for order in customer.order_set.all()]
        """,
    "what is read where something failed": """\
        def view():
            for order in Order.objects.all():
                try:
                    print(order.pk)
                except ValueError:
                    print(order.customer.name)
        """,
    "rows that are locked": """\
        def view():
            return [order.customer.name for order in Order.objects.select_for_update()]
        """,
    "a property of the model, which is no relation": """\
        def view():
            return [line.pk for order in Order.objects.all() for line in order.first_lines]
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
    shop.mkdir(exist_ok=True)
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


IN_TEMPLATES = {
    "rows that belong to each row": (
        "{% for line in order.lines.all %}{{ line.pk }}{% endfor %}",
        ['query: Use prefetch_related("lines") on the rows (shop/views.py:5), in place of a query per order'],
    ),
    "by the name that Django gives": (
        "{% for customer in order.customer.order_set.all %}{{ customer.pk }}{% endfor %}",
        [
            'query: Use select_related("customer") where Order is asked for (shop/views.py:5), '
            "in place of a query per order"
        ],
    ),
    "a property of the model": ("{% for line in order.first_lines %}{{ line.pk }}{% endfor %}", []),
    "a method of the model": ("{% for order in order.others %}{{ order.pk }}{% endfor %}", []),
}
"""What stands in the loop of a template, and what is told."""


@pytest.mark.parametrize("case", IN_TEMPLATES)
def test_a_loop_of_a_template(case: str, tmp_path: Path) -> None:
    inside, expected = IN_TEMPLATES[case]
    page = tmp_path / "shop" / "templates" / "orders.html"
    page.parent.mkdir(parents=True)
    page.write_text(f"{{% for order in orders %}}{inside}{{% endfor %}}", encoding="utf-8")
    view = """\
        def view(request):
            return render(request, "orders.html", {"orders": Order.objects.order_by("pk")})
        """
    assert told(f"from django.shortcuts import render\n{dedent(view)}", tmp_path) == expected
