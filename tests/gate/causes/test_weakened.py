"""Each way of silencing the gate is seen: a row is what a change does, and what is told first."""

# ruff: noqa: E501 (a row is a change, and reads best as one line)

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from tests.gate.repositories import Repo
from tests.gate.shop import APP, BASELINE, CONFIG, SLOW_APP, STORE, Gate

GATE = "[tool.code-path-audit.gate]\n"
BEFORE = f"""{CONFIG}
{GATE}fail = ["mutation_new"]
strict = false

[tool.code-path-audit.gate.budgets.save]
max_load = 10_000_000
"""


def configured(old: str, new: str) -> Callable[[Repo, Gate], None]:
    def change(repo: Repo, _: Gate) -> None:
        assert old in BEFORE
        repo.write({"pyproject.toml": BEFORE.replace(old, new)})

    return change


def moved_out(repo: Repo, _: Gate) -> None:
    repo.run("mv", "src/shop/store.py", "store.py")
    repo.write({"src/shop/app.py": APP.replace("from shop.store", "from store")})


def imported_by_name(repo: Repo, _: Gate) -> None:
    late = "import importlib\n\n\ndef save(names):\n    getattr(importlib.import_module(input()), input())(names)\n"
    repo.write({"src/shop/app.py": late})


def executed(repo: Repo, _: Gate) -> None:
    repo.write({"src/shop/store.py": "def write(names):\n    exec(input())\n"})


def decorated(repo: Repo, _: Gate) -> None:
    text = STORE.replace("def write", "def find():\n    return getattr(json, input())\n\n\n@find()\ndef write")
    repo.write({"src/shop/store.py": text})


def accepted(repo: Repo, gate: Gate) -> None:
    repo.write({"src/shop/app.py": SLOW_APP})
    op = json.loads((repo.root / BASELINE).read_text())["ops"][0]["id"]
    gate("refresh", "--accept", op, "--reason", "the list is short")


def unmerged(repo: Repo, _: Gate) -> None:
    repo.write({"baselines/.gitattributes": "*.json -diff\n"})


WAYS = {
    "an action is taken out": (configured('[tool.code-path-audit.actions.load]\nentry_points = ["shop.reader:load"]', ""), "the action load is gone"),
    "an action enters elsewhere": (configured("shop.app:save", "shop.reader:load"), "the action save does not enter at shop.app:save any more"),
    "files are excluded": (configured('source = ["src"]', 'source = ["src"]\nexclude = ["src/shop/unused.py"]'), "src/shop/unused.py is excluded"),
    "calls are followed less deep": (configured('source = ["src"]', 'source = ["src"]\nmax_depth = 1'), "calls are followed 1 deep"),
    "a hint": (configured(GATE, '[tool.code-path-audit.hints."shop.store.write"]\nbound = 1\n\n' + GATE), "hints changed: shop.store.write"),
    "another model": (configured('model = "heuristic"', 'model = "reference"'), "the cost model changed"),
    "a kind that failed": (configured('fail = ["mutation_new"]', "fail = []"), "mutation_new fails no change any more"),
    "a budget is raised": (configured("10_000_000", "20_000_000"), "the budget max_load of save is 2e+07, it was 1e+07"),
    "a budget is gone": (configured("max_load = 10_000_000", ""), "the budget max_load of save is gone"),
    "an op is accepted": (accepted, "save: builtins.open in shop.store.write is accepted for ever: the list is short"),
    "baselines merge otherwise": (unmerged, "baselines/.gitattributes changed"),
    "code goes out of the source": (moved_out, "src/shop/store.py is no source any more: it is store.py now"),
    "code behind an import by name": (imported_by_name, "cannot be seen any more"),
    "code behind exec": (executed, "cannot be seen any more"),
}  # fmt: skip


@pytest.mark.parametrize("name", WAYS)
def test_what_weakens_the_gate_is_told_first(name: str, shop: Repo, gate: Gate) -> None:
    change, expected = WAYS[name]
    shop.write({"pyproject.toml": BEFORE})
    assert gate("refresh").code == 0
    shop.commit({})
    change(shop, gate)
    shop.run("add", "--all")
    ran = gate("check", "--staged")
    assert f"WEAKENED by this change: {expected}" in ran.out or expected in ran.out.splitlines()[1], ran.out
    assert ran.out.splitlines()[1].startswith("WEAKENED by this change: ")
    assert any(expected in line for line in json.loads(gate("check", "--staged", "--format", "json").out)["weakened"])
    assert gate("check", "--staged", "--strict").code in (1, 3)


def test_nothing_is_weakened_by_any_other_change(shop: Repo, gate: Gate) -> None:
    shop.write({"src/shop/app.py": SLOW_APP})
    assert "WEAKENED" not in gate("check").out
    assert json.loads(gate("check", "--format", "json").out)["weakened"] == []
