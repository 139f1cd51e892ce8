"""Sessions, users, permissions, forms, formsets and transactions of Django: what is predicted of each route of a club
against what Django itself counts, for somebody who is logged in."""

from __future__ import annotations

import functools

import pytest

from code_path_audit import pipeline
from code_path_audit.config import ActionConfig, load_config
from code_path_audit.program.model import Program
from tests.applications.django_members_counts import BOOKINGS, ROOMS, routes
from tests.conftest import ROOT
from tests.system.predicted import counted, times

CLUB = ROOT / "tests" / "applications" / "django_members"

ROUNDS = {"room": ROOMS, "form": BOOKINGS, "booking": BOOKINGS, "group": 0}
"""How many rounds the loops have in the run."""


@functools.cache
def counts() -> dict[str, int]:
    return counted(CLUB.parent / "django_members_counts.py", CLUB / "src")


@functools.cache
def program() -> Program:
    return pipeline.load(load_config(CLUB))


@pytest.mark.parametrize("route", [name for name, _, _ in routes(1, [1])])
def test_predicted_queries_are_those_that_django_counts(route: str) -> None:
    profile = pipeline.trace(program(), ActionConfig("route", (f"route:{route}",), ""), load_config(CLUB))
    found = [op for op in profile.expensive_ops if op.callee.startswith("django.")]
    assert sum(times(op, ROUNDS) for op in found) == counts()[route], [f"{op.callee} {op.how_often}" for op in found]
