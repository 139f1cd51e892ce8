"""What a check with `--staged` or `--base` leaves out of a Django project, which loads modules that nothing imports."""

from __future__ import annotations

import contextlib
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from code_path_gate.cli import main
from tests.gate.repositories import Repo
from tests.system.shortcuts import Change, holds, remove, replace, write

SHOP = Path(__file__).parents[1] / "applications" / "django_shop"

CONFIG = """\
[project]
name = "shop"
[tool.code-path-audit]
source = ["src"]
[tool.code-path-audit.actions.list]
entry_points = ["catalog.views:ProductListView.get_queryset", "catalog.views:ProductListView.get_context_data"]
[tool.code-path-audit.actions.orders]
entry_points = ["orders.views:order_list"]
[tool.code-path-audit.actions.checkout]
entry_points = ["orders.views:checkout"]
[tool.code-path-audit.actions.export]
entry_points = ["orders.views:export"]
"""

SLOW = "import requests\ndef {name}(*args, **kwargs):\n    for row in args:\n        requests.get(row)\n"
RECEIVER = SLOW.format(name="saved") + (
    "from django.db.models.signals import post_save\npost_save.connect(saved, sender='orders.Order')\n"
)
APPS = "from django.apps import AppConfig\nclass Orders(AppConfig):\n    name = 'orders'\n    def ready(self):\n"
TAGS = (
    "from django import template\nregister = template.Library()\n@register.filter\n" + SLOW.format(name="nice")
)  # fmt: skip
MIDDLEWARE = (
    "import requests\nclass Slow:\n    def __init__(self, get): self.get = get\n"
    "    def __call__(self, request):\n        requests.get('x')\n        return self.get(request)\n"
)

CHANGES: dict[str, Change] = {
    "a template": replace(
        "src/orders/templates/orders/list.html", "{% endfor %}", "{{ order.customer.name }}{% endfor %}"
    ),
    "a template goes": remove("src/orders/templates/orders/list.html"),
    "a template of the same name elsewhere": write(
        "src/catalog/templates/orders/list.html", "{% for o in orders %}{{ o.customer.email }}{% endfor %}"
    ),
    "a template of another place": write("src/shopsite/templates/catalog/list.html", "{{ products.0.category.name }}"),
    "a template extends": write(
        "src/orders/templates/orders/list.html",
        "{% extends 'base.html' %}{% block a %}{% for o in orders %}{{ o.pk }}{% endfor %}{% endblock %}",
    ),
    "what it would extend": write("src/orders/templates/base.html", "{% block a %}{% endblock %}{{ user.profile.x }}"),
    "tags": write("src/orders/templatetags/nice.py", TAGS),
    "tags of a package": write("src/orders/templatetags/__init__.py", ""),
    "a template that loads tags": write(
        "src/orders/templates/orders/list.html", "{% load nice %}{% for o in orders %}{{ o.pk|nice }}{% endfor %}"
    ),
    "a receiver that nobody imports": write("src/orders/signals.py", RECEIVER),
    "an app that imports it": write("src/orders/apps.py", APPS + "        from orders import signals\n"),
    "a receiver in the models": write("src/catalog/extra/models.py", RECEIVER),
    "a new app of models": write("src/extra/models.py", RECEIVER),
    "it is installed": replace("src/shopsite/settings.py", "INSTALLED_APPS = [", 'INSTALLED_APPS = ["extra", '),
    "middleware": write("src/shopsite/slow.py", MIDDLEWARE),
    "it is named": replace("src/shopsite/settings.py", "MIDDLEWARE = [", 'MIDDLEWARE = ["shopsite.slow.Slow", '),
    "other settings": write("src/shopsite/settings_local.py", 'MIDDLEWARE = ["shopsite.slow.Slow"]\n'),
    "a relation": replace("src/orders/models.py", "ForeignKey(", "OneToOneField("),
    "a default order": replace("src/catalog/models.py", "class Meta:", "class Meta:\n        base_manager_name = 'x'"),
    "a manager": replace(
        "src/catalog/models.py", "from django.db import models",
        "from django.db import models\nimport json\nclass Slow(models.Manager):\n"
        "    def get_queryset(self):\n        json.load(open('x'))\n        return super().get_queryset()\n",
    ),
    "routes": replace("src/shopsite/urls.py", "urlpatterns = [", "urlpatterns = [*[], "),
    "routes of an app": write("src/orders/urls.py", "from django.urls import path\nurlpatterns = []\n"),
    "a service": replace("src/orders/services.py", "def ", "import copy\ncopy.deepcopy([])\ndef "),
    "models by text": replace("src/orders/models.py", '"catalog.Product"', '"catalog.Category"'),
    "a command": write("src/orders/management/commands/sweep.py", SLOW.format(name="handle")),
}  # fmt: skip


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shop, committed with the baselines of four actions."""
    root = tmp_path_factory.mktemp("template") / "project"
    shutil.copytree(SHOP / "src", root / "src", ignore=shutil.ignore_patterns("__pycache__"))
    repo = Repo.init(root)
    repo.write({"pyproject.toml": CONFIG})
    with contextlib.chdir(root):
        assert main(["refresh"]) == 0
    repo.commit({})
    return root


@pytest.mark.parametrize("name", CHANGES)
def test_one_change(template: Path, tmp_path: Path, name: str) -> None:
    holds(template, tmp_path / "project", CHANGES, [name])


@settings(max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(names=st.lists(st.sampled_from(sorted(CHANGES)), min_size=2, max_size=4, unique=True))
def test_several_changes(template: Path, tmp_path: Path, names: list[str]) -> None:
    holds(template, tmp_path / "project", CHANGES, names)
