"""Functions and requests that are transactions: each row is a program, with the statements of its action."""

from __future__ import annotations

import pytest

from tests.callgraph.frameworks.querying import MODELS, ops_of, told

SETTINGS = "INSTALLED_APPS = []\nMIDDLEWARE = []\nDATABASES = {'default': {'ENGINE': 'x', 'ATOMIC_REQUESTS': %s}}\n"
URLS = "from django.urls import path\nfrom shop import views\nurlpatterns = [path('f/', views.f)]\n"
HEAD = "from django.db import transaction\nfrom shop.models import Note\n"

ONE = ["QuerySet.count once", "transaction.begin once", "transaction.commit once"]
EACH = ["QuerySet.count 3 times", "transaction.begin 3 times", "transaction.commit 3 times"]

PROGRAMS = {
    "@transaction.atomic\ndef f(request): Note.objects.count()": ONE,
    "@transaction.atomic(using='other')\ndef f(request): Note.objects.count()": ONE,
    "@transaction.atomic\ndef g(): Note.objects.count()\ndef f(request): g()": ONE,
    "@transaction.atomic\ndef g(): Note.objects.count()\ndef f(request):\n    for _ in range(3): g()": EACH,
    "class C:\n    @transaction.atomic\n    def g(self): Note.objects.count()\ndef f(request): C().g()": ONE,
    "def f(request):\n    with transaction.atomic(): Note.objects.count()": ONE,
    "def f(request): Note.objects.count()": ONE[:1],
    "def f(request): transaction.on_commit(lambda: Note.objects.count())": ONE[:1],
    "def f(rows): Note.objects.bulk_create(rows)": ["QuerySet.bulk_create once", *ONE[1:]],
    "@transaction.atomic\ndef f(rows): Note.objects.bulk_create(rows)": ["QuerySet.bulk_create once", *ONE[1:]],
    "def f(rows):\n    with transaction.atomic(): Note.objects.bulk_create(rows)": [
        "QuerySet.bulk_create once",
        *ONE[1:],
    ],
    "def g(rows): Note.objects.bulk_create(rows)\ndef f(rows):\n    with transaction.atomic(): g(rows)": [
        "QuerySet.bulk_create once",
        *ONE[1:],
    ],
    "def f(rows):\n    with transaction.atomic(): pass\n    Note.objects.bulk_create(rows)": [
        "QuerySet.bulk_create once",
        *("transaction.begin once", "transaction.begin once", "transaction.commit once", "transaction.commit once"),
    ],
    "def g(rows): Note.objects.bulk_create(rows)\n@transaction.atomic\ndef f(rows): g(rows)": [
        "QuerySet.bulk_create once",
        *ONE[1:],
    ],
}


def pays(view: str, setting: str = "False") -> list[str]:
    modules = {"shop.__init__": "", "shop.models": MODELS, "shop.urls": URLS, "shop.settings": SETTINGS % setting}
    found = ops_of({**modules, "shop.views": f"{HEAD}{view}\n"}, "shop.views.f")
    return sorted(told(op) for op in found if op.base_class == "network")


@pytest.mark.parametrize("view", PROGRAMS)
def test_what_is_a_transaction(view: str) -> None:
    assert pays(view) == PROGRAMS[view]


def test_requests_that_are_transactions() -> None:
    assert pays("def f(request): Note.objects.count()", "True") == ONE
    assert pays("@transaction.non_atomic_requests\ndef f(request): Note.objects.count()", "True") == ONE[:1]


def test_settings_that_compute_a_flag() -> None:
    """What `not` gives is a truth of which no text says which one."""
    assert pays("def f(request): Note.objects.count()", "True}}\nDEBUG = not DATABASES\nX = {'y': {") == ONE
