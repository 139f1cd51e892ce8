"""Asks the routes of the garage for real, as a mechanic with a token, and prints how many queries Django counts."""

from __future__ import annotations

import json
import os
import sys
from types import SimpleNamespace
from typing import Any

JOBS, LINES, NOTES, TAGS, PARTS, SUPPLIERS, CUSTOMERS = 5, 3, 2, 2, 6, 2, 4
"""How many jobs there are, lines, notes and tags of each, parts, suppliers, customers with a bike."""


def main(source: str) -> None:
    """The counts of the application in a folder."""
    sys.path.insert(0, source)
    os.environ["DJANGO_SETTINGS_MODULE"] = "garage.settings"
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", run_syncdb=True, verbosity=0)
    print(json.dumps(counted(made())))


def made() -> SimpleNamespace:
    """The rows that the requests are about."""
    from accounts.models import Account, Garage
    from rest_framework.authtoken.models import Token
    from workshop import tasks
    from workshop.models import Bike, Customer, Job, JobLine, Note, Part, Supplier, Tag

    tasks.send_invoice.delay = lambda *_: None
    garage = Garage.objects.create(name="g", city="c")
    account = Account.objects.create_user("ann", password="x", garage=garage, is_mechanic=True)
    suppliers = [Supplier.objects.create(name=f"s{i}") for i in range(SUPPLIERS)]
    parts = [
        Part.objects.create(sku=f"p{i}", name=f"n{i}", price=1, stock=3, supplier=suppliers[i % SUPPLIERS])
        for i in range(PARTS)
    ]
    tags = [Tag.objects.create(slug=f"t{i}") for i in range(TAGS)]
    customers = [Customer.objects.create(garage=garage, name=f"c{i}", email=f"c{i}@x.de") for i in range(CUSTOMERS + 1)]
    bikes = [Bike.objects.create(customer=one, frame_number="1", label="b") for one in customers[:CUSTOMERS]]
    jobs = []
    for i in range(JOBS + 2):
        job = Job.objects.create(bike=bikes[i % CUSTOMERS], mechanic=account)
        for part in parts[:LINES]:
            JobLine.objects.create(job=job, part=part, quantity=1, price=2)
        for _ in range(NOTES):
            Note.objects.create(job=job, author=account, text="x")
        job.tags.set(tags)
        jobs.append(job.pk)
    return SimpleNamespace(
        jobs=jobs, bike=bikes[0].pk, part=parts[0].pk, customers=[one.pk for one in customers],
        token=Token.objects.create(user=account).key,
    )  # fmt: skip


def counted(rows: SimpleNamespace) -> dict[str, int]:
    """The queries of each route."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext
    from rest_framework.test import APIClient

    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {rows.token}")
    found = {}
    for name, (path, data) in requests(rows).items():
        ask = getattr(client, name.partition(" ")[0].lower())
        if name == "DELETE /api/customers/{pk}/":
            own_something(rows)
        with CaptureQueriesContext(connection) as queries:
            answer = ask(f"/api/{path}", data, format="json") if data is not None else ask(f"/api/{path}")
        assert answer.status_code < 300, (name, answer.status_code, answer.content)
        found[name] = len(queries)
    return found


def own_something(rows: SimpleNamespace) -> None:
    """The customer who leaves has a bike with a job, which go with them."""
    from workshop.models import Bike, Job

    bike = Bike.objects.create(customer_id=rows.customers[-1], frame_number="9", label="b")
    Job.objects.create(bike=bike)


def requests(rows: SimpleNamespace) -> dict[str, tuple[str, dict[str, Any] | None]]:
    """The routes, each with a path of it and the data that is sent."""
    first, gone, closed, *_ = rows.jobs
    lines = [{"sku": f"p{i}", "quantity": 1} for i in range(LINES)]
    return {
        "DELETE /api/jobs/{pk}/": (f"jobs/{gone}/", None),
        "POST /api/jobs/{pk}/close/": (f"jobs/{closed}/close/", {}),
        "GET /api/jobs/": ("jobs/", None),
        "GET /api/jobs/{pk}/": (f"jobs/{first}/", None),
        "POST /api/jobs/": ("jobs/", {"bike": rows.bike, "lines": lines}),
        "GET /api/jobs/{pk}/notes/": (f"jobs/{first}/notes/", None),
        "POST /api/jobs/{pk}/notes/": (f"jobs/{closed}/notes/", {"text": "x"}),
        "PATCH /api/jobs/{pk}/": (f"jobs/{first}/", {"state": "open"}),
        "GET /api/jobs/mine/": ("jobs/mine/", None),
        "GET /api/parts/": ("parts/", None),
        "GET /api/parts/{pk}/": (f"parts/{rows.part}/", None),
        "GET /api/customers/": ("customers/", None),
        "GET /api/customers/{pk}/": (f"customers/{rows.customers[0]}/", None),
        "POST /api/customers/": ("customers/", {"name": "a", "email": "q@x.de"}),
        "PUT /api/customers/{pk}/": (f"customers/{rows.customers[0]}/", {"name": "a", "email": "r@x.de"}),
        "DELETE /api/customers/{pk}/": (f"customers/{rows.customers[-1]}/", None),
        "GET /api/suppliers/": ("suppliers/", None),
        "GET /api/bikes/{pk}/": (f"bikes/{rows.bike}/", None),
        "PATCH /api/bikes/{pk}/": (f"bikes/{rows.bike}/", {"label": "k"}),
        "GET /api/stock/": ("stock/", None),
        "POST /api/stock/": ("stock/", {"sku": "p0", "count": 1}),
        "GET /api/board/": ("board/", None),
        "GET /api/me/": ("me/", None),
    }


if __name__ == "__main__":
    main(*sys.argv[1:])
