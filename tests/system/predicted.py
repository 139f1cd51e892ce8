"""What is predicted of an application with Django, and what Django itself counts."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from code_path_audit.costs.model import ExpensiveOp
from code_path_audit.profiles.runs.terms import LoopName, Term, evaluated, runs_of


def counted(script: Path, source: Path) -> dict[str, int]:
    """The queries that a script counts, which asks an application for real; without Django the test is left out."""
    pytest.importorskip("django")
    done = subprocess.run([sys.executable, str(script), str(source)], capture_output=True, text=True, check=True)
    return dict(json.loads(done.stdout))


def times(op: ExpensiveOp, rounds: Mapping[str, int]) -> int:
    """How often an op runs, with the rounds of the run in place of the names of loops: each has its number."""
    runs = runs_of(Term(tuple(LoopName(*loop) for loop in loops), count) for loops, count in op.runs)
    return evaluated(runs, lambda loop: rounds[loop.name])
