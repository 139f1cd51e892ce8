"""Viewsets, nested serializers, permissions, tokens, filters and pages of Django's REST framework: what is predicted of
each route of a garage against what Django itself counts, for a mechanic with a token."""

from __future__ import annotations

import functools

import pytest

from code_path_audit import pipeline
from code_path_audit.config import ActionConfig, load_config
from code_path_audit.program.model import Program
from tests.applications.rest_garage_counts import JOBS, LINES, NOTES, PARTS, TAGS
from tests.conftest import ROOT
from tests.system.predicted import counted, times

GARAGE = ROOT / "tests" / "applications" / "rest_garage"

ROUTES = (
    "DELETE /api/jobs/{pk}/", "POST /api/jobs/{pk}/close/", "GET /api/jobs/", "GET /api/jobs/{pk}/", "POST /api/jobs/",
    "PATCH /api/jobs/{pk}/", "GET /api/jobs/mine/", "GET /api/parts/", "GET /api/parts/{pk}/", "GET /api/customers/",
    "GET /api/customers/{pk}/", "POST /api/customers/", "PUT /api/customers/{pk}/", "DELETE /api/customers/{pk}/",
    "GET /api/suppliers/", "GET /api/bikes/{pk}/", "PATCH /api/bikes/{pk}/", "GET /api/stock/", "POST /api/stock/",
    "GET /api/board/", "GET /api/me/", "GET /api/jobs/{pk}/notes/", "POST /api/jobs/{pk}/notes/",
)  # fmt: skip

ROUNDS = {"job": JOBS, "line": LINES, "job_line": LINES, "note": NOTES, "tag": TAGS, "part": PARTS}
"""How many rounds the loops have in the run."""

ASKING = ("django.db.", "django.contrib.", "django.shortcuts.", "django.core.paginator.", "rest_framework.")
"""How the names begin of what asks the database."""


@functools.cache
def counts() -> dict[str, int]:
    pytest.importorskip("rest_framework")
    pytest.importorskip("django_filters")
    pytest.importorskip("celery")
    return counted(GARAGE.parent / "rest_garage_counts.py", GARAGE / "src")


@functools.cache
def program() -> Program:
    return pipeline.load(load_config(GARAGE))


@pytest.mark.parametrize("route", ROUTES)
def test_predicted_queries_are_those_that_django_counts(route: str) -> None:
    profile = pipeline.trace(program(), ActionConfig("route", (f"route:{route}",), ""), load_config(GARAGE))
    found = [op for op in profile.expensive_ops if op.callee.startswith(ASKING) and op.base_class == "network"]
    assert sum(times(op, ROUNDS) for op in found) == counts()[route], [f"{op.callee} {op.how_often}" for op in found]


def test_every_route_is_a_row() -> None:
    assert sorted(ROUTES) == sorted(counts())
