"""Class-based views of Django with mixins, formsets, tags, context processors, middleware and signals: what is asked of
a school, as it is predicted of each route and command, against what Django itself counts.

Of what is sent, all is valid: what shows a form again, which runs rarely, is left out. Three routes that answer forms
have branches of their own beside that, and are predicted with the dearest.
"""

from __future__ import annotations

import functools

import pytest

from code_path_audit import pipeline
from code_path_audit.config import ActionConfig, load_config
from code_path_audit.program.model import Program
from tests.applications.django_school_counts import COURSES, DEPARTMENTS, STUDENTS, TEACHERS
from tests.conftest import ROOT
from tests.system.predicted import counted, times

SCHOOL = ROOT / "tests" / "applications" / "django_school"

NAMES = (
    "GET /", "GET /courses/new/", "GET /courses/{pk}/", "GET /courses/{pk}/edit/", "GET /courses/{pk}/delete/",
    "GET /courses/{pk}/enrol/", "GET /courses/{pk}/grades/", "GET /teachers/", "GET /students/{number}/",
    "GET /report/", "GET /news/", "GET /news/{pk}/", "command:send_grades", "command:open_term", "POST /courses/new/",
    "POST /courses/{pk}/delete/",
)  # fmt: skip

ROUNDS = {"course": COURSES, "department": DEPARTMENTS, "teacher": TEACHERS, "enrolment": STUDENTS}
"""How many rounds the loops have in the run."""


@functools.cache
def counts() -> dict[str, int]:
    return counted(SCHOOL.parent / "django_school_counts.py", SCHOOL / "src")


@functools.cache
def program() -> Program:
    return pipeline.load(load_config(SCHOOL))


@pytest.mark.parametrize("name", NAMES)
def test_predicted_queries_are_those_that_django_counts(name: str) -> None:
    entry = name if name.startswith("command:") else f"route:{name}"
    profile = pipeline.trace(program(), ActionConfig("asked", (entry,), ""), load_config(SCHOOL))
    found = [op for op in profile.expensive_ops if op.callee.startswith("django.") and op.base_class == "network"]
    found = [op for op in found if op.condition != "rarely" and ".mail." not in op.callee]
    assert sum(times(op, ROUNDS) for op in found) == counts()[name], [f"{op.callee} {op.how_often}" for op in found]


def test_every_name_is_a_row() -> None:
    assert sorted(NAMES) == sorted(counts())
