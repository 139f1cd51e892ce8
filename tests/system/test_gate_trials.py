"""A sample of the gate's trials, on one package: each kind of edit once. Half a minute: a whole trace for each edit."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

from benchmarks import gate_trials_team
from benchmarks.gate_trials import PACKAGES, REGRESSIONS, run
from benchmarks.gate_trials_harmless import HARMLESS, run_ruff

pytestmark = [pytest.mark.slow, pytest.mark.network]


NO_PLACE = {"a guard clause", "a loop to a comprehension", "method to a base class"}
"""Kinds for which the one package of this sample has no place."""


def test_harmless_edits_pass_and_regressions_fail() -> None:
    cache = Path(tempfile.gettempdir()) / "code-path-audit-trials"
    cache.mkdir(exist_ok=True)
    harmless, regressions = run(PACKAGES[:1], cache, len(HARMLESS), len(REGRESSIONS), seed=5)
    assert {row.kind for row in harmless} == set(HARMLESS) - NO_PLACE
    assert {row.kind for row in regressions} == set(REGRESSIONS)
    assert [row for row in (*harmless, *regressions) if not row.good and not row.spared] == []


def test_what_teams_do() -> None:
    cache = Path(tempfile.gettempdir()) / "code-path-audit-trials"
    cache.mkdir(exist_ok=True)
    done = list(gate_trials_team.run(cache, every=12))
    assert len(done) > 10
    assert [(trial.name, trial.way, trial.said) for trial in done if not trial.good] == []


def test_what_no_formatter_takes() -> None:
    assert run_ruff("def (", 80) is None
    assert run_ruff("a=1\n", 80) == "a = 1\n"
