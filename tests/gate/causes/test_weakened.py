"""Each way of silencing the gate is seen: a row is what a change does, and what is told first."""

# ruff: noqa: E501 (a row is a change, and reads best as one line)

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from code_path_audit.runtime.observations import Observations
from code_path_audit.runtime.observations_file import render
from code_path_gate.causes.weakened import used_beside
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
WEIGHTS = 'extends = "heuristic"\nthreshold = 4_000_000\n'
JOB = """on: pull_request
jobs:
  gate:
    steps:
      - run: pip install .
      - run: code-path-gate check --base main --strict
"""
HOOKS = "repos:\n- repo: https://example.org/code-path-audit\n  hooks:\n  - id: code-path-gate\n"
OTHERS = {
    "rules.toml": RULES, "models.toml": MODELS, "tools/build.py": "x = 1\n", ".github/workflows/gate.yml": JOB,
    ".pre-commit-config.yaml": HOOKS, ".gitattributes": "*.py text\n",
}  # fmt: skip
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
    "a model whose threshold is higher": (written({"weights.toml": WEIGHTS, "pyproject.toml": BEFORE.replace('"heuristic"', '"weights.toml"')}), "an op is expensive above 4,000,000 load units now; it was above 40,000"),
    "a kind that failed": (configured('fail = ["mutation_new"]', "fail = []"), "mutation_new fails no change any more"),
    "a budget is raised": (configured("10_000_000", "20_000_000"), "the budget max_load of save is 2e+07, it was 1e+07"),
    "a budget is gone": (configured("max_load = 10_000_000", ""), "the budget max_load of save is gone"),
    "an op is accepted": (accepted, "save: builtins.open in shop.store.write is accepted for ever: the list is short"),
    "what imports cost is left out": (configured("imports = true", ""), "what imports cost is no part of the action load any more"),
    "what imports cost may be left out": (configured('["shop.reader:load"]\nimports = true', '["shop.reader.load"]'), "what imports cost may be no part of the action load any more"),
    "what imports cost is not wanted": (configured("imports = true", "imports = false"), "what imports cost is no part of the action load any more"),
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
    "a comment that accepts": (written({"src/shop/app.py": SLOW_APP.replace("write(names)", "write(names)  # code-path: accept: few names")}), "what runs through src/shop/app.py:7 is accepted for ever: few names"),
    "a comment that accepts what may come": (written({"src/shop/app.py": APP.replace("write(names)", "write(names)  # code-path: accept until 9999-01-31: few")}), "what runs through src/shop/app.py:7 is accepted until 9999-01-31: few"),
    "a comment that accepts elsewhere": (written({"src/shop/unused.py": "# code-path: accept: few\nx = 1\n"}), "what runs through src/shop/unused.py:2 is accepted for ever: few"),
    "debugging that is on": (written({"src/shop/app.py": "DEBUG = True\n" + APP}), "DEBUG is on at src/shop/app.py:1: what it guards counts as run for debugging"),
    "debugging that an object has on": (written({"src/shop/app.py": APP + "save.debug = True  # now\n"}), "debug is on at src/shop/app.py:8"),
    "what is for type checkers runs": (written({"src/shop/app.py": "TYPE_CHECKING: bool = True\n" + APP}), "TYPE_CHECKING is on at src/shop/app.py:1"),
    "a job is not strict any more": (written({".github/workflows/gate.yml": JOB.replace(" --strict", "")}), ".github/workflows/gate.yml ran the gate with a line that is gone, or another: - run: code-path-gate check --base main --strict"),
    "a job is gone": (lambda repo, _: repo.run("rm", "-q", ".github/workflows/gate.yml"), ".github/workflows/gate.yml ran the gate with a line that is gone"),
    "a job may fail": (written({".github/workflows/gate.yml": JOB + "    continue-on-error: true\n"}), ".github/workflows/gate.yml, which runs the gate, lets something fail now: continue-on-error: true"),
    "a hook is gone": (written({".pre-commit-config.yaml": "repos: []\n"}), ".pre-commit-config.yaml ran the gate with a line that is gone, or another: - repo: https://example.org/code-path-audit"),
    "baselines merge otherwise by a file above": (written({".gitattributes": "*.py text\n*.json merge=ours\n"}), ".gitattributes has baselines merge, or be shown, otherwise: *.json merge=ours"),
    "baselines are not shown": (written({".gitattributes": "/baselines/** -diff\n"}), ".gitattributes has baselines merge, or be shown, otherwise: /baselines/** -diff"),
    "recorded runs": (written({"baselines/observations.jsonl": render(Observations())}), "baselines/observations.jsonl is new"),
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


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("4_000", "4_001", ["an op is expensive above 4,001 load units now; it was above 4,000"]),
        ("4_000", "3_999", []),
        ("4_000", "4_000  # much", []),
        ("40_001", "", []),
        ("", "40_001", ["an op is expensive above 40,001 load units now; it was above 40,000"]),
        ("4_000", '"many"', []),
    ],
)
def test_a_threshold_in_a_file_of_weights(before: str, after: str, told: list[str], shop: Repo, gate: Gate) -> None:
    def weights(threshold: str) -> dict[str, str]:
        return {"weights.toml": 'extends = "heuristic"\n' + (f"threshold = {threshold}\n" if threshold else "")}

    shop.write({"pyproject.toml": CONFIG.replace('"heuristic"', '"weights.toml"'), **weights(before)})
    assert gate("refresh").code == 0
    shop.commit({})
    shop.write(weights(after))
    shop.run("add", "--all")
    ran = gate("check", "--staged")
    lines = [line.partition(": ")[2] for line in ran.out.splitlines() if line.startswith("WEAKENED")]
    assert lines == (["weights.toml changed", *told] if ran.code != 2 else []), ran.out
    assert (ran.code == 2) == (after == '"many"')


def test_nothing_is_weakened_by_any_other_change(shop: Repo, gate: Gate) -> None:
    shop.write({"src/shop/app.py": SLOW_APP})
    assert "WEAKENED" not in gate("check").out
    assert json.loads(gate("check", "--format", "json").out)["weakened"] == []


@pytest.mark.parametrize("change", [imported_by_name, executed])
def test_what_an_earlier_change_took_out_of_sight_is_none_of_this_one(
    change: Callable[[Repo, Gate], None], shop: Repo, gate: Gate
) -> None:
    change(shop, gate)
    assert "cannot be seen any more" in gate("check").out
    shop.commit({})
    shop.write({"src/shop/unused.py": "x = 2\n"})
    ran = gate("check").out
    assert " gone, " in ran and "WEAKENED" not in ran, ran


LEFT_ALONE = {
    "a debugging switch that is off": {"src/shop/app.py": "DEBUG = False\n" + APP},
    "a name that is no switch": {"src/shop/app.py": "FAST = True\n" + APP},
    "another step of the job": {".github/workflows/gate.yml": JOB.replace("install .", "install . pytest")},
    "another order of the steps": {".github/workflows/gate.yml": JOB.replace("      - run: pip install .\n", "")},
    "a comment on the hook": {".pre-commit-config.yaml": "# code-path-gate is told in docs\n" + HOOKS},
    "another job may fail": {".github/workflows/lint.yml": "continue-on-error: true\n"},
    "attributes of other files": {".gitattributes": "*.py -diff\n*.json text\n/docs/*.json merge=ours\n"},
    "an acceptance that has ended": {"src/shop/unused.py": "x = 1  # code-path: accept until 2020-01-31: few\n"},
    "a text that looks like an acceptance": {"src/shop/unused.py": "x = '# code-path: accept: few'\n"},
}


@pytest.mark.parametrize("name", LEFT_ALONE)
def test_what_weakens_nothing(name: str, shop: Repo, gate: Gate) -> None:
    shop.write({"pyproject.toml": BEFORE, **OTHERS})
    assert gate("refresh").code == 0
    shop.commit({})
    shop.write(LEFT_ALONE[name])
    shop.run("add", "--all")
    assert json.loads(gate("check", "--staged", "--format", "json").out)["weakened"] == []


def test_an_acceptance_that_moves_with_its_line_is_none_of_the_change(shop: Repo, gate: Gate) -> None:
    line = "    write(names)  # code-path: accept until 9999-01-31: few\n"
    shop.commit({"src/shop/app.py": APP.replace("    write(names)\n", line)})
    text = APP.replace("    write(names)\n", "    if names:\n    " + line)
    for files in ({"src/shop/app.py": text}, {"src/shop/app.py": "\n\n" + text}):
        shop.write(files)
        assert json.loads(gate("check", "--format", "json").out)["weakened"] == []
    # and into another file
    again = "\n\ndef again(names):\n    if names:\n    " + line
    shop.write({"src/shop/store.py": STORE + again})
    shop.write({"src/shop/app.py": "from shop.store import again\n\n\ndef save(names):\n    again(names)\n"})
    assert json.loads(gate("check", "--format", "json").out)["weakened"] == []


def test_an_acceptance_in_a_file_that_is_renamed_is_none_of_the_change(shop: Repo, gate: Gate) -> None:
    shop.commit({"src/shop/unused.py": "x = 1  # code-path: accept: few\n"})
    shop.run("mv", "src/shop/unused.py", "src/shop/used.py")
    assert json.loads(gate("check", "--staged", "--format", "json").out)["weakened"] == []


def test_what_is_said_again_knows_the_files_that_run_the_gate(shop: Repo, gate: Gate) -> None:
    shop.commit({".github/workflows/gate.yml": JOB})
    said = [gate("check").out for _ in range(2)]
    (shop.root / ".github/workflows/gate.yml").unlink()
    assert said[0] == said[1] != gate("check").out


def test_a_decorator_that_nobody_knows_hides_nothing(shop: Repo, gate: Gate) -> None:
    decorated(shop, gate)
    shop.write({"src/shop/app.py": SLOW_APP})
    ran = gate("check")
    assert (ran.code, "FAILS src/shop/app.py:7: shop.app.save -> shop.store.write" in ran.out) == (1, True), ran.out


def test_what_a_file_imports_is_read_in_one_pass() -> None:
    text = b"\n" * 300_000 + b"  import os, tools\n\tfrom tools.more import x\n" + b"import " * 100_000
    expected = [f"{file} is new, and no source: src/a.py imports it" for file in ("tools.py", "tools/more.py")]
    assert used_beside([("src/a.py", text)], lambda file: file.startswith("tools") and "__" not in file) == expected
