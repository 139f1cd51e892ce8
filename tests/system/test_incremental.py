"""Incremental equals full, byte for byte, whatever the history."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from code_path_audit import pipeline
from code_path_gate.commands import check
from tests.system.incremental import History

STEPS = int(os.environ.get("INCREMENTAL_STEPS", "0"))
"""Of the long run, over as many histories as that takes; 3,000 take more than an hour."""


@pytest.fixture(autouse=True)
def quiet_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith(("GIT_", "GITHUB_")) or name == "CI":
            monkeypatch.delenv(name)


@pytest.mark.parametrize("seed", [1, 2])
def test_a_sample_of_histories(tmp_path: Path, seed: int) -> None:
    history = History(tmp_path, seed)
    for _ in range(6):
        history.step()
        history.compare(1)
    history.compare_processes()


CHECKS = (("gate", "check"), ("gate", "check", "--format", "json"))


def test_a_sample_of_edits(tmp_path: Path) -> None:
    """One check after another, as somebody who edits makes them: most of what happens matters little."""
    history = History(tmp_path, 1)
    for _ in range(8):
        history.edit()
        history.compare(2, CHECKS)


GOES_ON = "told by going on from the solution before the edit"


def test_a_sample_of_edits_that_checks_go_on_after(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However small the program is, and whatever is edited: what is said is what a solve from nothing says."""
    monkeypatch.setattr(check, "WORTH", 0)
    history, went_on = History(tmp_path, 14), 0
    for _ in range(8):
        history.edit()
        full, found = (history.run("gate", "check", cached=cached) for cached in (False, True))
        went_on += GOES_ON in found[1]
        assert found[0] == full[0], history.log
        assert [line for line in found[1].splitlines() if GOES_ON not in line] == full[1].splitlines(), history.log
        if full[0] == 1:
            history.run("gate", "refresh", cached=True)
    assert went_on


def test_actions_side_by_side(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever becomes of some of them: a baseline that is gone, a finding, a file that does not parse."""
    history = History(tmp_path, 4)
    for happens in (history.do_shift_lines, history.do_baseline_gone, history.do_data_grows, history.do_break_reader):
        happens()
        full = history.run(*CHECKS[1], cached=False)
        with monkeypatch.context() as patch:
            patch.setattr(pipeline, "ALONE_FUNCTIONS", 0)
            assert history.run(*CHECKS[1], cached=False) == full
            assert history.run(*CHECKS[1], cached=True) == full


@pytest.mark.slow
@pytest.mark.skipif(not STEPS, reason="the long run: INCREMENTAL_STEPS=3000 says how many steps")
@pytest.mark.parametrize("part", range(20))
def test_thousands_of_steps(tmp_path: Path, part: int) -> None:
    """Histories of 30 steps: longer ones end in a project of which nothing parses."""
    for number in range(STEPS // 20 // 30):
        folder = tmp_path / str(number)
        folder.mkdir()
        history = History(folder, 1_000 * part + number + 10)
        for step in range(30):
            if number % 2:
                history.edit()
                history.compare(2, CHECKS)
            else:
                history.step()
                history.compare(2)
            if step % 15 == 14:
                history.compare_processes()
