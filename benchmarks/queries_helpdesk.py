"""Views of django-helpdesk for real, on SQLite in memory with its own fixtures and some rows: the queries that Django
counts, by the function that asked, and the files that are opened but modules, as JSON. Runs in the environment of
the application.
"""

from __future__ import annotations

import json
import sys
import traceback
from importlib import import_module
from pathlib import Path
from types import ModuleType

from benchmarks.queries_opened import opening

TICKETS, FOLLOWUPS, QUEUES, USERS, CATEGORIES, ITEMS = 6, 3, 2, 3, 2, 4
ROUNDS = {"ticket": TICKETS, "follow_up": FOLLOWUPS, "queue": QUEUES, "user": USERS, "kbcategory": CATEGORIES}
"""How many rows there are, by what loops are named for."""

OWN_ROUNDS = {
    "category": {"kbitem": ITEMS},
    "dashboard": {"ticket": TICKETS // USERS},
    "ticket list": {"kbitem": CATEGORIES * ITEMS},
}
"""The same of one view: elsewhere the items are those that are assigned to a team, and there is none; the dashboard has
the tickets of one user, in the longest of three lists."""

VIEWS = {
    "dashboard": "/dashboard/", "ticket list": "/tickets/", "ticket": "/tickets/1/", "edit ticket": "/tickets/1/edit/",
    "reports": "/reports/", "report": "/reports/userqueue/", "knowledge base": "/kb/", "category": "/kb/cat0/",
    "saved searches": "/saved-searches/", "feeds": "/rss/", "settings": "/settings/", "ignored addresses": "/ignore/",
    "carbon copies": "/tickets/1/cc/", "submit": "/tickets/submit/",
}  # fmt: skip


def main() -> None:
    """The counts of all views."""
    from django.conf import settings

    settings.configure(
        SECRET_KEY="a", ALLOWED_HOSTS=["*"], USE_TZ=True, SITE_ID=1, ROOT_URLCONF="site_urls", LOGIN_URL="/login/",
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}, STATIC_URL="/static/",
        MIGRATION_MODULES={"helpdesk": None}, HELPDESK_TEAMS_MODE_ENABLED=False, HELPDESK_PUBLIC_ENABLED=True,
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        INSTALLED_APPS=[
            "django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions", "django.contrib.sites",
            "django.contrib.humanize", "django.contrib.messages", "django.contrib.staticfiles", "rest_framework",
            "helpdesk",
        ],
        MIDDLEWARE=[
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "django.contrib.messages.middleware.MessageMiddleware",
        ],
        TEMPLATES=[{
            "BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True,
            "OPTIONS": {"context_processors": [
                "django.template.context_processors.request", "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]},
        }],
    )  # fmt: skip
    import django

    django.setup()
    from django.urls import include, path

    urls = ModuleType("site_urls")
    urls.urlpatterns = [path("", include("helpdesk.urls", namespace="helpdesk"))]  # type: ignore[attr-defined]
    sys.modules["site_urls"] = urls
    from django.core.management import call_command

    call_command("migrate", run_syncdb=True, verbosity=0)
    call_command("loaddata", "emailtemplate", verbosity=0)
    rows()
    print(json.dumps({"rounds": ROUNDS, "views": counted()}))


def rows() -> None:
    """The rows that the views show."""
    from django.contrib.auth import get_user_model

    models = import_module("helpdesk.models")
    FollowUp, KBCategory, KBItem = models.FollowUp, models.KBCategory, models.KBItem
    Queue, Ticket = models.Queue, models.Ticket
    users = [
        get_user_model().objects.create_user(f"user{i}", f"user{i}@example.org", "a", is_staff=True, is_superuser=True)
        for i in range(USERS)
    ]
    queues = [
        Queue.objects.create(title=f"Queue {i}", slug=f"queue{i}", allow_public_submission=True) for i in range(QUEUES)
    ]
    for i in range(TICKETS):
        ticket = Ticket.objects.create(
            title=f"Ticket {i}", queue=queues[i % QUEUES], assigned_to=users[i % USERS], description="It is broken."
        )
        for number in range(FOLLOWUPS):
            FollowUp.objects.create(
                ticket=ticket, title=f"Answer {number}", comment="Is it?", user=users[0], public=True
            )
    for i in range(CATEGORIES):
        category = KBCategory.objects.create(
            name=f"c{i}", title=f"Category {i}", slug=f"cat{i}", description="All of it"
        )
        for number in range(ITEMS):
            KBItem.objects.create(category=category, title=f"Item {number}", question="Why?", answer="So.")


def counted() -> dict[str, dict[str, object]]:
    """The queries of each view, outside and inside of the application: what asked is the innermost frame of either."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    package = str(Path(import_module("helpdesk").__file__ or "").parent)
    client = Client()
    client.login(username="user0", password="a")
    found: dict[str, dict[str, object]] = {}
    opened = opening()
    for name, path in VIEWS.items():
        client.get(path)
        places: list[str] = []

        def noted(execute, sql, params, many, context, places=places):  # type: ignore[no-untyped-def]
            frames = [f for f in traceback.extract_stack() if f.filename.startswith(package)]
            places.append(f"{frames[-1].filename[len(package) + 1 :]}:{frames[-1].name}" if frames else "Django")
            return execute(sql, params, many, context)

        opened.clear()
        with CaptureQueriesContext(connection) as queries, connection.execute_wrapper(noted):
            status = client.get(path).status_code
        own = OWN_ROUNDS.get(name, {})
        said = {"path": path, "status": status, "queries": len(queries), "by": places, "rounds": own}
        found[name] = {**said, "opened": list(opened)}
    return found


if __name__ == "__main__":
    main()
