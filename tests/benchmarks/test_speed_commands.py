"""Commands in turn: their times, their memory, and those that fail."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from benchmarks.speed_commands import Failed, Run, in_turn, peak_memory, seconds


def run(limit: float = 20, repeats: int = 3) -> Run:
    """How commands are run here."""
    return Run({}, limit, repeats, Path())


def test_things_are_measured_in_turn() -> None:
    order: list[str] = []

    def named(name: str) -> Callable[[], float]:
        def measure() -> float:
            order.append(name)
            return float(len(order))

        return measure

    assert in_turn(run(), named("a"), named("b")) == ([1, 3, 5], [2, 4, 6])
    assert order == ["a", "b"] * 3


@pytest.mark.parametrize(
    ("code", "limit", "words"),
    [
        ("raise SystemExit('no good')", 20, "exit code 1: no good"),
        ("while True: pass", 0.2, "over 0 s"),
        ("import os\nif os.fork():\n    os.wait()\nwhile True: pass", 0.2, "over 0 s"),
    ],
)
def test_commands_that_fail(tmp_path: Path, code: str, limit: float, words: str) -> None:
    with pytest.raises(Failed, match=re.escape(words)):
        seconds(run(limit), [sys.executable, "-c", code], tmp_path)


@pytest.mark.skipif(sys.platform == "win32", reason="no POSIX")
@pytest.mark.parametrize(
    ("above", "least"),
    [("", 0.28), ("import subprocess, sys; subprocess.run([sys.executable, '-c', sys.argv[1]])\n", 0.56)],
)
def test_what_processes_compute_is_counted_with_those_below(tmp_path: Path, above: str, least: float) -> None:
    busy = "import time\nwhile time.process_time() < 0.3: pass"
    assert seconds(run()._replace(cpu=True), [sys.executable, "-c", above + busy, busy], tmp_path) >= least


@pytest.mark.skipif(not Path("/proc/self/smaps_rollup").exists(), reason="only Linux tells")
def test_memory_of_children_counts(tmp_path: Path) -> None:
    code = (
        "import subprocess, sys\n"
        "kept = bytearray(b'x' * 20_000_000)\n"
        "child = 'kept = bytearray(40_000_000); kept[::4096] = kept[::4096]; sum(range(20_000_000))'\n"
        "subprocess.run([sys.executable, '-c', child])\n"
    )
    assert 60 < peak_memory(run(), [sys.executable, "-c", code], tmp_path) < 110
