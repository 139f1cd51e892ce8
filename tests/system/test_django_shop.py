"""An application with Django as a team would write it: what is predicted against what Django itself counts, and the
mistakes that teams make in it, each of which the gate fails, while cures and harmless edits pass.
"""

from __future__ import annotations

import functools
import re
import subprocess
from pathlib import Path

import pytest

from code_path_audit import pipeline
from code_path_audit.config import load_config
from tests.applications.django_counts import ITEMS, LINES, ORDERS, PRODUCTS
from tests.conftest import ROOT
from tests.gate.repositories import Repo
from tests.system.guarded import gate, guarded, taken_back
from tests.system.predicted import counted, times

APPLICATIONS = ROOT / "tests" / "applications"
SHOP = APPLICATIONS / "django_shop"

ROUNDS = {
    "order": ORDERS,
    "line": LINES,
    "order_line": LINES,
    "product": PRODUCTS,
    "item": ITEMS,
    "file": 1,
    "row": PRODUCTS,
}
"""How many rounds the loops of the actions have in the run."""


@functools.cache
def counts() -> dict[str, int]:
    return counted(APPLICATIONS / "django_counts.py", SHOP / "src")


def queries(root: Path, action: str) -> int:
    """What is predicted, with the real numbers of rounds put in."""
    config = load_config(root)
    chosen = next(one for one in config.actions if one.name == action)
    profile = pipeline.trace(pipeline.load(config), chosen, config)
    return sum(times(op, ROUNDS) for op in profile.expensive_ops if op.callee.startswith("django."))


ACTIONS = ("order-list", "product-list", "product-detail", "checkout", "invoice", "export", "import-orders")


@pytest.mark.parametrize("action", ACTIONS)
def test_predicted_queries_are_those_that_django_counts(action: str) -> None:
    assert queries(SHOP, action) == counts()[action]


# mistakes and cures

FAILS = {
    "01": "django.db.models.ForeignKey.Order.customer",
    "02": "django.db.models.QuerySet.count",
    "03": "requests.get",
    "04": "builtins.open",
    "05": "builtins.open",
    "06": "copy.deepcopy",
    "08": "boto3.client",
    "09": "builtins.open",
    "10": "django.db.models.Model.save",
    "10b": "django.db.models.QuerySet.create",
    "10c": "django.db.models.QuerySet.get",
    "11": "django.db.models.QuerySet.count",
    "12": "pathlib.Path.write_bytes",
    "13": "django.db.models.QuerySet.get",
    "14": "requests.post",
    "15": "builtins.open",
}
"""The mistakes by number, and an op of the finding."""

PASSES = ("00", "07", "x1", "x2", "x3", "x4", "x5", "x6", "x7", "x8", "x9")
"""Harmless edits and cures; 07 compiles a pattern in a loop, which `re` keeps. The two that may be argued pass: one
small `json.loads` (x3) is nothing beside the queries that the view pays for anyway, and of either of two requests (x8)
the one costs as much as the other."""

PATCHES = {path.name.split("-")[0]: path for path in sorted((SHOP / "mistakes").glob("*.patch"))}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Repo:
    """The shop in a repository of its own, with baselines."""
    return guarded(SHOP, tmp_path_factory.mktemp("shop") / "shop", "mistakes")


def checked(repo: Repo, name: str) -> subprocess.CompletedProcess[str]:
    """What the gate says of one of the changes."""
    with taken_back(repo):
        repo.run("apply", str(PATCHES[name]))
        return gate(repo.root, "check")


def test_every_change_is_a_row() -> None:
    assert sorted(PATCHES) == sorted((*FAILS, *PASSES))


@pytest.mark.parametrize("name", FAILS)
def test_a_mistake_fails(project: Repo, name: str) -> None:
    found = checked(project, name)
    assert found.returncode == 1, found.stdout
    changed = set(re.findall(r"^\+\+\+ b/(.*)$", PATCHES[name].read_text(encoding="utf-8"), re.MULTILINE))
    assert FAILS[name] in found.stdout
    assert any(path in found.stdout for path in changed), "the finding names no file of the change"


@pytest.mark.parametrize("name", PASSES)
def test_a_harmless_edit_passes(project: Repo, name: str) -> None:
    found = checked(project, name)
    assert found.returncode == 0, found.stdout


def test_the_readme_shows_what_the_gate_says(project: Repo) -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    shown = re.search(r"<!-- example: begin .*?-->\n```text\n(.*?)```\n<!-- example: end -->", text, re.DOTALL)
    assert shown is not None
    assert shown[1] == checked(project, "13").stdout
