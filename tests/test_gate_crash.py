"""What the gate writes is whole, whatever happens: a sample of the crash trials; twenty seconds of whole runs."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from benchmarks.gate_trials_crash import full_disk, killed, limited, project, two_at_once

pytestmark = pytest.mark.slow


def test_a_refresh_that_is_killed() -> None:
    outcome = killed(8, Random(7), ("refresh",), whole=False)
    assert (outcome.kills, outcome.broken) == (8, ())


def test_two_at_once() -> None:
    assert two_at_once(2) == ()


def test_a_full_disk() -> None:
    _, code, told, same = full_disk()
    assert (code, "[baseline-unwritable]" in told, same) == (2, True, True)


def test_files_that_may_not_grow(tmp_path: Path) -> None:
    project(tmp_path / "project")
    code, told = limited(tmp_path / "project")
    assert (code, "[baseline-unwritable]" in told) == (2, True)
    assert list((tmp_path / "project" / "baselines").iterdir()) == []
