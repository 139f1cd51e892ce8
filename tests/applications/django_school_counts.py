"""Asks the views and commands of the school for real, as somebody who is logged in and may all, and prints how many
queries Django counts."""

from __future__ import annotations

import datetime
import json
import os
import sys
from collections.abc import Callable
from functools import partial
from typing import Any

DEPARTMENTS, TEACHERS, COURSES, LESSONS, STUDENTS = 2, 2, 4, 3, 3
"""How many there are: lessons and students of the first course."""


def main(source: str) -> None:
    """The counts of the application in a folder."""
    sys.path.insert(0, source)
    os.environ["DJANGO_SETTINGS_MODULE"] = "school.settings"
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    call_command("migrate", run_syncdb=True, verbosity=0)
    make()
    print(json.dumps(counted()))


def make() -> None:
    """The rows that the requests are about."""
    from courses.models import Course, Department, Enrolment, Lesson, Student, Teacher, Term
    from django.contrib.auth.models import User
    from news.models import Article, Category

    today, day = datetime.date.today(), datetime.timedelta(1)
    term = Term.objects.create(name="now", begins=today - day, ends=today + day)
    Term.objects.create(name="next", begins=today + 9 * day, ends=today + 99 * day)
    departments = [Department.objects.create(name=f"d{i}") for i in range(DEPARTMENTS)]
    teachers = [
        Teacher.objects.create(user=User.objects.create_user(f"t{i}", last_name="l"), department=departments[i])
        for i in range(TEACHERS)
    ]
    courses = [
        Course.objects.create(
            term=term, department=departments[i % DEPARTMENTS], teacher=teachers[i % TEACHERS], code=f"c{i}", title="t"
        )
        for i in range(COURSES)
    ]
    for course in courses:
        for _ in range(LESSONS):
            Lesson.objects.create(course=course, day=today, topic="x")
    for i in range(STUDENTS):
        student = Student.objects.create(user=User.objects.create_user(f"s{i}"), number=f"n{i}")
        Enrolment.objects.create(course=courses[0], student=student)
    boss, category = User.objects.create_user("boss", is_staff=True), Category.objects.create(name="c")
    for _ in range(3):
        Article.objects.create(title="a", body="b", author=boss, category=category)


def counted() -> dict[str, int]:
    """The queries of each route and command."""
    from django.contrib.auth.models import Permission, User
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    boss = User.objects.get(username="boss")
    boss.user_permissions.add(*Permission.objects.all())
    client = Client()
    client.force_login(boss)
    client.get("/")
    found = {}
    for name, ask in asked(client).items():
        with CaptureQueriesContext(connection) as queries:
            answer = ask()
        assert answer is None or answer.status_code in (200, 302), (name, answer.status_code)
        found[name] = len(queries)
    return found


def asked(client: Any) -> dict[str, Callable[[], Any]]:
    """The routes and commands, each as somebody asks for it."""
    from io import StringIO

    from django.core.management import call_command

    sent = {"term": 1, "department": 1, "teacher": 1, "code": "zz", "title": "t", "places": 3}
    pages = {
        "GET /": "/", "GET /courses/new/": "/courses/new/", "GET /courses/{pk}/": "/courses/1/",
        "GET /courses/{pk}/edit/": "/courses/1/edit/", "GET /courses/{pk}/delete/": "/courses/3/delete/",
        "GET /courses/{pk}/enrol/": "/courses/1/enrol/", "GET /courses/{pk}/grades/": "/courses/1/grades/",
        "GET /teachers/": "/teachers/", "GET /students/{number}/": "/students/n1/", "GET /report/": "/report/",
        "GET /news/": "/news/", "GET /news/{pk}/": "/news/1/",
    }  # fmt: skip
    return {
        **{name: partial(client.get, path) for name, path in pages.items()},
        "command:send_grades": lambda: call_command("send_grades"),
        "command:open_term": lambda: call_command("open_term", "now", "next", stdout=StringIO()),
        "POST /courses/new/": lambda: client.post("/courses/new/", sent),
        "POST /courses/{pk}/delete/": lambda: client.post("/courses/1/delete/"),
    }


if __name__ == "__main__":
    main(*sys.argv[1:])
