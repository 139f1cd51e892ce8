"""What the gate writes is whole, whatever happens: a sample of the crash trials; a minute of whole runs."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from benchmarks.gate_trials_crash import REPORT, full_disk, killed, leftovers, limited, project, two_at_once, written

pytestmark = pytest.mark.slow
COMMANDS = {"refresh": ("refresh",), "report": REPORT}
SLUGS = ("[baseline-unwritable]", "[report-not-written]")


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_that_is_killed(name: str) -> None:
    outcome = killed(8, Random(7), COMMANDS[name])
    assert (outcome.kills, outcome.broken) == (8, ())


@pytest.mark.parametrize("name", COMMANDS)
def test_two_at_once(name: str) -> None:
    assert two_at_once(2, COMMANDS[name]) == ()


@pytest.mark.parametrize("name", COMMANDS)
def test_a_full_disk(name: str) -> None:
    _, code, told, same = full_disk(COMMANDS[name])
    assert (code, told.strip().endswith(SLUGS), same) == (2, True, True)


@pytest.mark.parametrize("name", COMMANDS)
def test_files_that_may_not_grow(name: str, tmp_path: Path) -> None:
    root = tmp_path / "project"
    project(root)
    code, told = limited(root, COMMANDS[name])
    assert (code, told.strip().endswith(SLUGS)) == (2, True)
    assert (written(root, COMMANDS[name]), leftovers(root)) == ({}, [])
