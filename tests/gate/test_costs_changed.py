"""Baselines that were weighed by other costs: no drift of the code."""

from __future__ import annotations

from tests.gate.repositories import Repo
from tests.gate.shop import CONFIG, Gate


def test_another_cost_model_is_no_drift_of_the_code(shop: Repo, gate: Gate) -> None:
    heaviest = CONFIG.replace("base = 90000", "base = 30000")
    shop.write({"pyproject.toml": heaviest})
    gate("refresh")
    shop.commit({"pyproject.toml": heaviest})
    mine = 'name = "mine"\nextends = "heuristic"\n[classes]\nfile_io = { base = 90000, per_unit = 1 }\n'
    head, _, rest = heaviest.replace('"heuristic"', '"mine.toml"').partition("[tool.code-path-audit.classes.file_io]")
    shop.write({"pyproject.toml": head + rest[rest.index("[tool") :], "mine.toml": mine})
    told = "the baseline was weighed by the cost model 'heuristic', now it is 'mine'"
    for options in ([], ["--base", "HEAD"], ["--strict"]):
        ran = gate("check", *options)
        assert (ran.code, "OUT OF DATE save: builtins.open" in ran.out, "FAILS" in ran.out) == (3, True, False)
        assert told in ran.out
        assert "What to do: code-path-gate refresh --action save" in ran.out
    assert told in gate("refresh", "--shrink-only").err
    gate("refresh")
    assert gate("check", "--base", "HEAD").code == 0


def test_new_costs_are_no_drift_of_the_code(shop: Repo, gate: Gate) -> None:
    shop.write({"pyproject.toml": CONFIG.replace("base = 90000", "base = 900000")})
    ran = gate("check", "--base", "main")
    assert (ran.code, "OUT OF DATE" in ran.out, "FAILS" in ran.out) == (3, True, False)
    assert "the baseline was weighed by other constants of the cost model" in ran.out
    assert "[refresh-mixed]" in gate("refresh", "--shrink-only").err
    gate("refresh")
    assert gate("check", "--base", "main").code == 0
