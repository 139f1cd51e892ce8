"""Asks the views of the club for real, as somebody who is logged in, and prints how many queries Django counts."""

from __future__ import annotations

import json
import os
import sys

ROOMS, BOOKINGS = 3, 4
"""How many rooms there are, and bookings."""


def main(source: str) -> None:
    """The counts of the application in a folder."""
    sys.path.insert(0, source)
    os.environ["DJANGO_SETTINGS_MODULE"] = "club.settings"
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", run_syncdb=True, verbosity=0)
    print(json.dumps(counted()))


def counted() -> dict[str, int]:
    """The queries of each route."""
    from club.models import Booking, Room
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext
    from members.models import Club, Member

    club = Club.objects.create(name="chess")
    member = Member.objects.create_user("ann", password="x", club=club)
    rooms = [Room.objects.create(name=f"r{i}", club=club) for i in range(ROOMS)]
    bookings = [Booking.objects.create(room=rooms[0], member=member) for _ in range(BOOKINGS)]
    client = Client()
    client.force_login(member)
    found = {}
    for name, path, values in routes(rooms[0].pk, [booking.pk for booking in bookings]):
        for turn in range(2):
            values = {key: value + turn * key.endswith("hours") for key, value in values.items()} if values else values
            with CaptureQueriesContext(connection) as queries:
                answer = client.get(path) if values is None else client.post(path, values)
            assert answer.status_code == 200, (path, answer.status_code)
        found[name] = len(queries)
    return found


def routes(room: int, bookings: list[int]) -> list[tuple[str, str, dict[str, int] | None]]:
    """The routes with a path of each, and what is posted to it."""
    forms = {f"form-{i}-{name}": value for i, pk in enumerate(bookings) for name, value in (("id", pk), ("hours", 5))}
    forms.update({"form-TOTAL_FORMS": len(bookings), "form-INITIAL_FORMS": len(bookings)})
    return [
        ("save-hours/", "/save-hours/", forms),
        ("home/", "/home/", None),
        ("nothing/", "/nothing/", None),
        ("greet/", "/greet/", None),
        ("remember/{pk}/", "/remember/7/", None),
        ("mine/", "/mine/", None),
        ("allowed/", "/allowed/", None),
        ("book-form/", "/book-form/", None),
        ("search-form/", "/search-form/", None),
        ("book/", "/book/", {"room": room, "hours": 2}),
        ("hours/", "/hours/", None),
        ("room/{pk}/", f"/room/{room}/", None),
        ("move/{pk}/", f"/move/{room}/", None),
        ("longer/{pk}/", f"/longer/{bookings[0]}/", None),
        ("rooms/", "/rooms/", None),
    ]


if __name__ == "__main__":
    main(*sys.argv[1:])
