"""What runs around a view: middleware, the methods of a class-based view, its template."""

from __future__ import annotations

import pytest

from tests.callgraph.frameworks.querying import MODELS, ops_of, told

SETTINGS = "INSTALLED_APPS = []\nROOT_URLCONF = 'site.urls'\nMIDDLEWARE = [{}]\n"
URLS = "from django.urls import path\nimport m\nurlpatterns = [path('', m.f), path('l', m.List.as_view())]\n"
VIEWS = """\
from django.views.generic import DetailView, ListView
from shop.models import *
def f(request):
    pass
def helper(request):
    pass
class List(ListView):
    {}
"""
MIDDLEWARE = """\
def plain(get_response):
    def middleware(request):
        open("a")
        return get_response(request)
    return middleware
class Counting:
    def __init__(self, get_response):
        self.get_response = get_response
    def __call__(self, request):
        open("b")
        return self.get_response(request)
    def process_view(self, request, view, args, kwargs):
        open("c")
"""
LIST = "{% for order in object_list %}{{ order.customer_name }}{% endfor %}"


def ops(entry: str, body: str = "pass", layers: str = "") -> list[str]:
    modules = {
        "shop.__init__": "", "shop.models": MODELS, "site.__init__": "", "site.settings": SETTINGS.format(layers),
        "site.urls": URLS, "site.layers": MIDDLEWARE, "m": VIEWS.format(body),
        "shop/templates/shop/order_list.html": LIST,
    }  # fmt: skip
    return sorted(told(op) for op in ops_of(modules, entry))


LAYERS = {
    "'site.layers.plain'": ["builtins.open once"],
    "'site.layers.Counting'": ["builtins.open once"] * 2,
    "'x.y'": [],
}


@pytest.mark.parametrize("layers", LAYERS)
def test_middleware_runs_around_a_view(layers: str) -> None:
    assert ops("m.f", layers=layers) == LAYERS[layers]
    assert ops("m.helper", layers=layers) == [], "no view"


def test_what_a_middleware_hands_on_to_is_no_other_view() -> None:
    body = "def get_queryset(self):\n        return list(Order.objects.all())"
    assert ops("m.f", body, "'site.layers.Counting'") == ["builtins.open once"] * 2


FETCHING = ["ForeignKey.Order.customer per order", "QuerySet.__iter__ once"]

GIVING = "\n    def get_context_data(self, **kw):\n        return super().get_context_data(**kw)"
GETTING = "def get_queryset(self):\n        return Order.objects."

LISTS = {
    "model = Order": FETCHING,
    "queryset = Order.objects.all()": FETCHING,
    f"{GETTING}recent()": FETCHING,
    f"{GETTING}with_customer()": ["QuerySet.__iter__ once"],
    "paginate_by = 3\n    model = Order": [*FETCHING, "QuerySet.count once"],
}


@pytest.mark.parametrize("body", LISTS)
def test_a_method_of_a_list_view_stands_for_the_whole_view(body: str) -> None:
    assert ops("m.List.get_context_data", body + GIVING) == LISTS[body]


MIXED = """\
from django.views.generic import ListView
from shop.models import *
class Sorted:
    def {}(self, request, *args, **kw):
        open("a")
        return super().{}(request, *args, **kw)
class List(Sorted, ListView):
    model = Order
    def get_context_data(self, **kw):
        return super().get_context_data(**kw)
def f(request):
    pass
"""


@pytest.mark.parametrize("name", ["get", "dispatch"])
@pytest.mark.parametrize("entry", ["m.List.get_context_data", "m:List"])
def test_what_a_mixin_answers_with_stands_for_the_whole_view(entry: str, name: str) -> None:
    modules = {
        "shop.__init__": "", "shop.models": MODELS, "m": MIXED.format(name, name),
        "shop/templates/shop/order_list.html": LIST,
    }  # fmt: skip
    assert sorted(told(op) for op in ops_of(modules, entry)) == [*FETCHING, "builtins.open once"]


DECORATED = """\
from django.contrib.auth.decorators import user_passes_test
from django.shortcuts import render
from shop.models import *
staff = user_passes_test(lambda user: user.is_staff)
@staff
def f(request):
    return render(request, "shop/a.html", {"orders": Order.objects.all()})
@staff
def g(request):
    return render(request, "shop/b.html", {"orders": Order.objects.all()})
class List:
    as_view = None
"""

PAGES = {
    "shop/templates/shop/base.html": "{% block main %}{% endblock %}",
    "shop/templates/shop/a.html": "{% extends 'shop/base.html' %}{% block main %}{{ orders|length }}{% endblock %}",
    "shop/templates/shop/b.html": "{% extends 'shop/base.html' %}{% block main %}{% for order in orders %}"
    "{{ order.customer_name }}{% endfor %}{% endblock %}",
}


def test_what_stands_beside_a_view_is_not_called_by_it() -> None:
    """A decorator of a library is given every view when its module is imported."""
    modules = {"shop.__init__": "", "shop.models": MODELS, "m": DECORATED, **PAGES}
    assert [told(op) for op in ops_of(modules, "m.f")] == ["QuerySet.__len__ once"]
