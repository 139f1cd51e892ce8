"""Each way of silencing the gate is seen: a row is what a change does, and what is told first."""

# ruff: noqa: E501 (a row is a change, and reads best as one line)

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from tests.gate.repositories import Repo
from tests.gate.shop import APP, BASELINE, CONFIG, SLOW_APP, STORE, Gate

GATE = "[tool.code-path-audit.gate]\n"
BEFORE = f"""{CONFIG}imports = true

{GATE}fail = ["mutation_new"]
strict = true

[tool.code-path-audit.gate.budgets.save]
max_load = 10_000_000
max_growth = 0.5
""".replace(
    'source = ["src"]\n',
    'source = ["src", "tools"]\nrule_files = ["rules.toml"]\nlibrary_files = ["models.toml"]\n',
)
RULES = '[[rule]]\nmatch = ["json.dump"]\nclass = "json_io"\n'
MODELS = 'by = "person"\n\n[versions]\nlib = ""\n\n[fires]\n"lib.run" = "0"\n'
OTHERS = {"rules.toml": RULES, "models.toml": MODELS, "tools/build.py": "x = 1\n"}
"""Files that a configuration names besides."""


def configured(old: str, new: str) -> Callable[[Repo, Gate], None]:
    def change(repo: Repo, _: Gate) -> None:
        assert old in BEFORE
        repo.write({"pyproject.toml": BEFORE.replace(old, new)})

    return change


def moved_out(repo: Repo, _: Gate) -> None:
    repo.run("mv", "src/shop/store.py", "store.py")
    repo.write({"src/shop/app.py": APP.replace("from shop.store", "from store")})


def moved_out_beside_a_link(repo: Repo, gate: Gate) -> None:
    moved_out(repo, gate)
    (repo.root / "src/shop/linked.py").symlink_to("app.py")


def imported_by_name(repo: Repo, _: Gate) -> None:
    late = "import importlib\n\n\ndef save(names):\n    getattr(importlib.import_module(input()), input())(names)\n"
    repo.write({"src/shop/app.py": late})


def executed(repo: Repo, _: Gate) -> None:
    repo.write({"src/shop/store.py": "def write(names):\n    exec(input())\n"})


def decorated(repo: Repo, _: Gate) -> None:
    text = STORE.replace("def write", "def find():\n    return getattr(json, input())\n\n\n@find()\ndef write")
    repo.write({"src/shop/store.py": text})


def written(files: dict[str, str]) -> Callable[[Repo, Gate], None]:
    def change(repo: Repo, _: Gate) -> None:
        repo.write(files)

    return change


BESIDE = {"lib/rows.py": STORE, "src/shop/app.py": APP.replace("from shop.store", "from lib.rows")}
ALONE = BEFORE.replace("tool.code-path-audit.", "").replace("[tool.code-path-audit]\n", "")
WITHOUT_LOAD = ALONE.replace('[actions.load]\nentry_points = ["shop.reader:load"]\nimports = true\n', "")


def accepted(repo: Repo, gate: Gate) -> None:
    repo.write({"src/shop/app.py": SLOW_APP})
    op = json.loads((repo.root / BASELINE).read_text())["ops"][0]["id"]
    gate("refresh", "--accept", op, "--reason", "the list is short")


def unmerged(repo: Repo, _: Gate) -> None:
    repo.write({"baselines/.gitattributes": "*.json -diff\n"})


WAYS = {
    "an action is taken out": (configured('[tool.code-path-audit.actions.load]\nentry_points = ["shop.reader:load"]\nimports = true', ""), "the action load is gone"),
    "an action enters elsewhere": (configured("shop.app:save", "shop.reader:load"), "the action save does not enter at shop.app:save any more"),
    "files are excluded": (configured("rule_files", 'exclude = ["src/shop/unused.py"]\nrule_files'), "src/shop/unused.py is excluded"),
    "calls are followed less deep": (configured("rule_files", "max_depth = 1\nrule_files"), "calls are followed 1 deep"),
    "a hint": (configured(GATE, '[tool.code-path-audit.hints."shop.store.write"]\nbound = 1\n\n' + GATE), "hints changed: shop.store.write"),
    "another model": (configured('model = "heuristic"', 'model = "reference"'), "the cost model changed"),
    "a kind that failed": (configured('fail = ["mutation_new"]', "fail = []"), "mutation_new fails no change any more"),
    "a budget is raised": (configured("10_000_000", "20_000_000"), "the budget max_load of save is 2e+07, it was 1e+07"),
    "a budget is gone": (configured("max_load = 10_000_000", ""), "the budget max_load of save is gone"),
    "an op is accepted": (accepted, "save: builtins.open in shop.store.write is accepted for ever: the list is short"),
    "what imports cost is left out": (configured("imports = true", ""), "what imports cost is no part of the action load any more"),
    "a folder is no source any more": (configured('"src", "tools"', '"src"'), "tools is no source any more"),
    "a rule": (configured("[tool.code-path-audit.classes.file_io]", '[[tool.code-path-audit.rules]]\nmatch = ["json.dump"]\nclass = "none"\n\n[tool.code-path-audit.classes.file_io]'), "cost rules changed"),
    "a weight": (configured("base = 90000", "base = 9"), "classes of work changed"),
    "a file of rules is left out": (configured('rule_files = ["rules.toml"]\n', ""), "the files of cost rules changed"),
    "a file of rules": (written({"rules.toml": RULES.replace("json_io", "none")}), "rules.toml changed"),
    "a file of library models": (written({"models.toml": MODELS.replace("lib.run", "lib.other")}), "models.toml changed"),
    "a file of library models is left out": (configured('library_files = ["models.toml"]\n', ""), "the files of library models changed"),
    "generated library models": (written({"baselines/libraries.toml": MODELS}), "baselines/libraries.toml is new"),
    "growth is allowed": (configured("max_growth = 0.5", "max_growth = 5.0"), "the budget max_growth of save is 5, it was 0.5"),
    "a stale baseline passes": (configured("strict = true", "strict = false"), "strict is off"),
    "baselines elsewhere": (configured(GATE, f'{GATE}baselines = "elsewhere"\n'), "baselines are in elsewhere now, not in baselines"),
    "a configuration over the other": (written({"code-path-audit.toml": WITHOUT_LOAD, "pyproject.toml": ""}), "the action load is gone"),
    "new code beside the source": (written(BESIDE), "lib/rows.py is new, and no source: src/shop/app.py imports it"),
    "baselines merge otherwise": (unmerged, "baselines/.gitattributes changed"),
    "code goes out of the source": (moved_out, "src/shop/store.py is no source any more: it is store.py now"),
    "code goes out of the source beside a link": (moved_out_beside_a_link, "src/shop/store.py is no source any more: it is store.py now"),
    "code behind an import by name": (imported_by_name, "cannot be seen any more"),
    "code behind exec": (executed, "cannot be seen any more"),
}  # fmt: skip


@pytest.mark.parametrize("name", WAYS)
def test_what_weakens_the_gate_is_told_first(name: str, shop: Repo, gate: Gate) -> None:
    change, expected = WAYS[name]
    shop.write({"pyproject.toml": BEFORE, **OTHERS})
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


def test_a_decorator_that_nobody_knows_hides_nothing(shop: Repo, gate: Gate) -> None:
    decorated(shop, gate)
    shop.write({"src/shop/app.py": SLOW_APP})
    ran = gate("check")
    assert (ran.code, "FAILS src/shop/app.py:7: shop.app.save -> shop.store.write" in ran.out) == (1, True), ran.out
