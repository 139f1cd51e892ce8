"""What a template does with what it is given: each row is a template and the queries that rendering it takes."""

from __future__ import annotations

import pytest

from tests.callgraph.frameworks.querying import HEAD, MODELS, ops_of, profile_of, told

TAGS = """\
from django import template
register = template.Library()
@register.filter
def first_line(order):
    return order.lines.first()
@register.filter("named")
def other(order):
    return order.customer.name
@register.simple_tag(takes_context=True)
def total(context, orders):
    return orders.count()
@register.inclusion_tag("shop/row.html")
def row(order):
    return {"order": order}
class Newest(template.Node):
    def __init__(self, words):
        self.words = words
    def render(self, context):
        return context["orders"].last()
@register.tag
def newest(parser, token):
    return Newest(token.split_contents())
@register.tag("latest")
def read_latest(parser, token):
    return Newest([])
"""

IMPORTS = "from django.shortcuts import render\nfrom django.template.loader import *\n"
BASE = "<html>{% block main %}{{ orders.count }}{% endblock %}</html>"
ROW = "{{ order.customer_name }}"
ORDERS = "QuerySet.__iter__ once"
LINES = "QuerySet.__iter__ per order"
CUSTOMERS = "ForeignKey.Order.customer per order"

LOOPS = {
    "{{ order.created }}{{ order.customer_id }}": [],
    "{{ order.customer.name }}": [CUSTOMERS],
    "{{ order.customer_name|upper }}": [CUSTOMERS],
    "{{ order.total }}": [LINES],
    "{% for line in order.lines.all %}{{ line.price }}{% endfor %}": [LINES],
    "{{ order.lines.count }}": ["QuerySet.count per order"],
    "{{ order.lines.all|length }}": ["QuerySet.__len__ per order"],
    "{% if order.lines.exists %}x{% endif %}": ["QuerySet.exists per order"],
    "{% with lines=order.lines.all %}{% for l in lines %}{{ l }}{% endfor %}{% endwith %}": [LINES],
    "{{ order|first_line }}": ["QuerySet.first per order"],
    "{{ order|named }}": [CUSTOMERS],
    "{% include 'shop/row.html' %}": [CUSTOMERS],
    "{% include 'shop/row.html' with order=order only %}": [CUSTOMERS],
    "{% row order %}": [CUSTOMERS],
    "{% newest %}": ["QuerySet.last per order"],
    "{% latest order %}": ["QuerySet.last per order"],
    "{{ order.customer.name }}{{ order.customer_name }}{% row order %}": [CUSTOMERS],
}


def rendered(text: str, body: str = "", fetch: str = "all()") -> list[str]:
    """The queries of a view that renders a template with all orders."""
    body = body or f"return render(request, 'shop/list.html', {{'orders': Order.objects.{fetch}}})"
    modules = {
        "shop.__init__": "", "shop.models": MODELS, "shop.templatetags.__init__": "", "shop.templatetags.extra": TAGS,
        "shop/templates/base.html": BASE, "shop/templates/shop/row.html": ROW, "shop/templates/shop/list.html": text,
        "m": f"{IMPORTS}{HEAD}def f(request):\n    {body}\n",
    }  # fmt: skip
    return sorted(told(op) for op in ops_of(modules, "m.f") if op.base_class == "network")


@pytest.mark.parametrize("text", LOOPS)
def test_a_loop_in_a_template_asks_for_each_row(text: str) -> None:
    assert rendered("{% for order in orders %}" + text + "{% endfor %}") == sorted([ORDERS, *LOOPS[text]])


GROUPED = "{% regroup orders by customer.name as groups %}{% for group in groups %}{{ group.grouper }}"
GROUPED += "{% for order in group.list %}{{ order.customer.name }}{{ order.total }}{% endfor %}{% endfor %}"


def test_rows_that_are_put_together_are_gone_through_once_in_all() -> None:
    assert rendered(GROUPED, fetch="select_related('customer')") == [ORDERS, "QuerySet.__iter__ per group"]
    assert rendered(GROUPED) == sorted([ORDERS, "QuerySet.__iter__ per group", CUSTOMERS])


def test_what_was_fetched_costs_nothing() -> None:
    text = "{% for order in orders %}{{ order.customer_name }}{% include 'shop/row.html' %}{% endfor %}"
    assert rendered(text, fetch="select_related('customer')") == [ORDERS]


def test_a_template_that_extends_another_runs_in_it() -> None:
    text = "{% extends 'base.html' %}{% block main %}{% for order in orders %}{{ order.id }}{% endfor %}{% endblock %}"
    assert rendered(text) == [ORDERS]
    assert rendered(text.replace("main %}", "main %}{{ block.super }}")) == [
        "QuerySet.__iter__ once",
        "QuerySet.count once",
    ]
    assert rendered("{% extends 'base.html' %}") == ["QuerySet.count once"]


RENDERING = (
    "return render_to_string('shop/list.html', {'orders': Order.objects.all()})",
    "return get_template('shop/list.html').render({'orders': Order.objects.all()}, request)",
    "name = 'shop/list.html'\n    return render(request, template_name=name, context={'orders': Order.objects.all()})",
)


@pytest.mark.parametrize("body", RENDERING)
def test_ways_to_render(body: str) -> None:
    assert rendered("{% for order in orders %}{% endfor %}", body) == [ORDERS]


def test_a_template_of_flask_is_the_same() -> None:
    modules = {
        "templates/list.html": "{% for r in rows %}{{ r.load() }}{{ r.name }}{% endfor %}",
        "m": (
            "from flask import render_template\n"
            "class Row:\n    def load(self): open('a')\n    @property\n    def name(self): open('b')\n"
            "def f():\n    return render_template('list.html', rows=[Row() for r in range(n)])\n"
        ),
    }
    ops = [f"{op.function} {op.how_often}" for op in ops_of(modules, "m.f")]
    assert ops == ["m.Row.load per row", "m.Row.name per row"]


def test_what_a_template_imports_is_there_in_its_blocks() -> None:
    modules = {
        "templates/base.html": "{% block body %}{% endblock %}",
        "templates/macros.html": "{% macro shown(row) %}{{ row.load() }}{% endmacro %}",
        "templates/list.html": (
            "{% extends 'base.html' %}{% from 'macros.html' import shown %}{% import 'macros.html' as m %}"
            "{% block body %}{% for r in rows %}{{ shown(r) }}{% endfor %}{{ m.shown(rows[0]) }}{% endblock %}"
        ),
        "m": (
            "from flask import render_template\nclass Row:\n    def load(self): open('a')\n"
            "def f():\n    return render_template('list.html', rows=[Row() for r in range(n)])\n"
        ),
    }
    assert [f"{op.function} {op.how_often}" for op in ops_of(modules, "m.f")] == ["m.Row.load per row, and once"]


def test_the_path_goes_through_the_template() -> None:
    modules = {
        "shop.__init__": "", "shop.models": MODELS,
        "shop/templates/list.html": "{% for order in orders %}\n{% include 'row.html' %}{% endfor %}",
        "shop/templates/row.html": "\n{{ order.customer_name }}",
        "m": (
            f"from django.shortcuts import render\n{HEAD}def f(request):\n"
            "    return render(request, 'list.html', {'orders': Order.objects.all()})\n"
        ),
    }  # fmt: skip
    op = next(op for op in ops_of(modules, "m.f") if "ForeignKey" in op.callee)
    assert op.path == (
        "m.f", "shop.templates.list@html.Template.render", "shop.templates.row@html.Template.render",
        "shop.models.Order.customer_name",
    )  # fmt: skip


def test_the_candidate_says_what_to_fetch_and_where() -> None:
    """An N+1 that crosses a view, a function, two templates and a property of the model."""
    modules = {
        "shop.__init__": "", "shop.models": MODELS,
        "shop/templates/list.html": "{% for order in orders %}{% include 'row.html' %}{% endfor %}",
        "shop/templates/row.html": "{{ order.customer_name }}",
        "m": (
            f"from django.shortcuts import render\n{HEAD}def recent():\n    return Order.objects.filter(id__gt=1)\n"
            "def f(request):\n    return render(request, 'list.html', {'orders': recent()})\n"
        ),
    }  # fmt: skip
    found = [row.title for row in profile_of(modules, "m.f").candidates]
    assert found == [
        'Use select_related("customer") where Order is asked for (m.py:5), in place of a query per order',
    ]
