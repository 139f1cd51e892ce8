"""Who runs where a row is saved: receivers, by decorator and by `connect`, of the row's model alone."""

from __future__ import annotations

import pytest

from tests.callgraph.frameworks.querying import HEAD, MODELS, ops_of

CONNECTED = {
    "decorator": "@receiver(post_save, sender=Order)\ndef told(sender, instance, **kw):\n    open('a')\n",
    "several signals": "@receiver([post_save, pre_save], sender=Order)\ndef told(sender, **kw):\n    open('a')\n",
    "any sender": "@receiver(post_save)\ndef told(sender, **kw):\n    open('a')\n",
    "connect": "def told(sender, **kw):\n    open('a')\npost_save.connect(told, sender=Order)\n",
    "receivers put aside": "@receiver(post_save)\ndef told(sender, **kw):\n    open('a')\npost_save.receivers = []\n",
    "sender by name": "def told(sender, **kw):\n    open('a')\npost_save.connect(told, sender='shop.Order')\n",
}

APPS = "from django.apps import AppConfig\nclass Shop(AppConfig):\n    def ready(self):\n        import shop.told\n"

SAVING = ("Order.objects.create()", "Order().save()", "Order.objects.get_or_create(id=1)")


def opens(receivers: str, body: str) -> list[str]:
    head = "from django.db.models.signals import post_save, pre_save\nfrom django.dispatch import receiver\n"
    modules = {
        "shop.__init__": "",
        "shop.models": MODELS,
        "shop.apps": APPS,
        "shop.told": f"{head}from shop.models import *\n{receivers}",
        "m": f"{HEAD}def f():\n    {body}\n",
    }
    return [f"{op.function} {op.how_often}" for op in ops_of(modules, "m.f") if op.callee == "builtins.open"]


@pytest.mark.parametrize("how", CONNECTED)
@pytest.mark.parametrize("body", SAVING)
def test_a_receiver_runs_where_a_row_is_saved(how: str, body: str) -> None:
    assert opens(CONNECTED[how], body) == ["shop.told.told once"]


@pytest.mark.parametrize("body", ["Customer.objects.create()", "Order.objects.bulk_create([Order()])", "Order()"])
def test_it_runs_for_no_other_model_and_no_bulk_write(body: str) -> None:
    assert opens(CONNECTED["decorator"], body) == []


def test_it_runs_for_each_row() -> None:
    assert opens(CONNECTED["decorator"], "[Order.objects.create() for name in names]") == ["shop.told.told per name"]
