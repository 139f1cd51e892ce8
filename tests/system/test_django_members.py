"""Sessions, users, permissions, forms, formsets and transactions of Django: what is predicted of each route of a club
against what Django itself counts, for somebody who is logged in."""

from __future__ import annotations

import functools
import json
import subprocess
import sys

import pytest

from code_path_audit import pipeline
from code_path_audit.config import ActionConfig, load_config
from code_path_audit.costs.model import ExpensiveOp
from code_path_audit.profiles.runs.terms import LoopName, Term, evaluated, runs_of
from code_path_audit.program.model import Program
from tests.applications.django_members_counts import BOOKINGS, ROOMS, routes
from tests.conftest import ROOT

CLUB = ROOT / "tests" / "applications" / "django_members"

ROUNDS = {"room": ROOMS, "form": BOOKINGS, "booking": BOOKINGS, "group": 0}
"""How many rounds the loops have in the run."""


@functools.cache
def counts() -> dict[str, int]:
    pytest.importorskip("django")
    command = [sys.executable, str(CLUB.parent / "django_members_counts.py"), str(CLUB / "src")]
    return dict(json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout))


@functools.cache
def program() -> Program:
    return pipeline.load(load_config(CLUB))


def times(op: ExpensiveOp) -> int:
    runs = runs_of(Term(tuple(LoopName(*loop) for loop in loops), count) for loops, count in op.runs)
    return evaluated(runs, lambda loop: ROUNDS[loop.name])


@pytest.mark.parametrize("route", [name for name, _, _ in routes(1, [1])])
def test_predicted_queries_are_those_that_django_counts(route: str) -> None:
    profile = pipeline.trace(program(), ActionConfig("route", (f"route:{route}",), ""), load_config(CLUB))
    found = [op for op in profile.expensive_ops if op.callee.startswith("django.")]
    assert sum(map(times, found)) == counts()[route], [f"{op.callee} {op.how_often}" for op in found]
