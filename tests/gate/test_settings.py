"""The gate's settings: mistakes, and budgets."""

from __future__ import annotations

import pytest

from tests.gate.repositories import Repo
from tests.gate.shop import CONFIG, STORE, Gate

SETTINGS = {
    "an unknown key": ("basline = 'x'", "nearest: baselines"),
    "a folder outside": ("baselines = '../x'", "a folder below the project root"),
    "git's own folder": ("baselines = '.git/hooks'", "a folder outside of .git"),
    "git's own folder in other letters": ("reports = 'docs/.Git'", "a folder outside of .git"),
    "its short name": ("baselines = 'GIT~1/hooks'", "a folder outside of .git"),
    "a growth beyond floats": (f"budgets.save.max_growth = 1{'0' * 400}", "a share of at least 0"),
    "a load beyond floats": (f"budgets.save.max_load = 1{'0' * 400}", "a load in load units"),
    "a load that is infinite": ("budgets.save.max_growth = inf", "a share of at least 0"),
    "an unknown kind": ("fail = ['newly']", "unknown kind of drift 'newly'"),
    "a budget of no action": ("budgets.sav.max_load = 1", "unknown action 'sav'; nearest: save"),
    "a growth that is none": ("budgets.save.max_growth = -1", "a share of at least 0"),
    "strict that is none": ("strict = 'yes'", "true or false"),
}


@pytest.mark.parametrize("name", SETTINGS)
def test_bad_settings(shop: Repo, gate: Gate, name: str) -> None:
    line, told = SETTINGS[name]
    shop.write({"pyproject.toml": f"{CONFIG}\n[tool.code-path-audit.gate]\n{line}\n"})
    ran = gate("check")
    assert (ran.code, told in ran.err, "pyproject.toml: gate" in ran.err) == (2, True, True)


def test_budgets_and_kinds_of_the_configuration(shop: Repo, gate: Gate) -> None:
    shop.write({"pyproject.toml": f"{CONFIG}\n[tool.code-path-audit.gate]\nbudgets.save.max_load = 100\n"})
    ran = gate("check")
    assert (ran.code, "the load is over the budget max_load = 100" in ran.out) == (1, True)


def test_a_budget_that_is_broken_already(shop: Repo, gate: Gate) -> None:
    tight = f"{CONFIG}\n[tool.code-path-audit.gate]\nbudgets.save.max_load = 100\n"
    # who sets a budget must keep it
    shop.write({"pyproject.toml": tight})
    assert gate("check", "--base", "main").code == 1
    shop.commit({"pyproject.toml": tight})
    # and a change that adds nothing is not to blame, though no refresh helps
    shop.write({"src/shop/store.py": STORE + "\nx = 1\n"})
    ran = gate("check", "--base", "main")
    assert ran == (
        3,
        """\
code-path-gate: 1 action with a baseline out of date (save); 1 action not affected by the change
OUT OF DATE load of save: load changed, about 110,000 units
    the load is over the budget max_load = 100 load units, and was so before this change
What to do:
    Lower the load, or raise max_load in the configuration: code-path-audit --action save
""",
        "",
    )
    shop.write({"src/shop/store.py": STORE.replace("json.dump", "open('y')\n        json.dump")})
    assert gate("check", "--base", "main").code == 1
