"""Peewee and Tortoise: each row is the body of a function, with the queries that it pays for."""

from __future__ import annotations

import pytest

from tests.callgraph.frameworks.querying import ops_of

PEEWEE = """\
import peewee
from peewee import CharField, ForeignKeyField, Model
class Customer(Model):
    name = CharField()
class Order(Model):
    customer = ForeignKeyField(Customer, backref="orders")
    parent = ForeignKeyField("self", null=True)
class Line(Model):
    order = ForeignKeyField(Order, backref="lines")
"""

ROWS = "ModelSelect.__iter__ once"

OF_PEEWEE = {
    "Order.select()": [],
    "for o in Order.select(): o.customer.name": [ROWS, "ForeignKeyField.Order.customer per order"],
    "for o in Order.select().where(1): o.customer.name\n    o.customer.id": [
        ROWS, "ForeignKeyField.Order.customer per order",
    ],
    "for o in Order.select(): o.customer_id": [ROWS],
    "for o in Order.select(Order, Customer).join(Customer): o.customer.name": [ROWS],
    "for o in Order.select().join(Customer): o.customer.name": [ROWS, "ForeignKeyField.Order.customer per order"],
    "for o in Order.select(): o.parent": [
        ROWS, "ForeignKeyField.Order.parent per order",
    ],
    "for o in Order.select():\n        for l in o.lines: l": [ROWS, "ForeignKeyField.Order.lines per order"],
    "for o in Order.select(): len(o.lines)": [ROWS, "ForeignKeyField.Order.lines per order"],
    "for o in Order.select(): o.lines.count()": [ROWS, "ModelSelect.count per order"],
    "for o in Order.select(): o.lines.where(1).first()": [ROWS, "ModelSelect.first per order"],
    "for o in Order.select(): o.save()": [ROWS, "Model.save per order"],
    "q = Order.select()\n    len(q)\n    list(q)": ["ModelSelect.__len__ once"],
    "o = Order.get_by_id(1)\n    o.customer\n    o.customer.name": [
        "Model.get_by_id once", "ForeignKeyField.Order.customer once",
    ],
    "o = Order(customer=1)\n    o.customer": [],
    "for o in peewee.prefetch(Order.select(), Line.select()):\n        for l in o.lines: l": [
        "prefetch once", "prefetch.Line once",
    ],
    "for o in Order.select().prefetch(Line, Customer):\n        for l in o.lines: l": [
        "prefetch once", "prefetch.Customer once", "prefetch.Line once",
    ],
}  # fmt: skip

TORTOISE = """\
import asyncio
from tortoise import fields
from tortoise.models import Model
class Team(Model):
    name = fields.TextField()
class Event(Model):
    team = fields.ForeignKeyField("models.Team", related_name="events")
    guests = fields.ManyToManyField("models.Team")
"""

OF_TORTOISE = {
    "for e in await Event.all(): (await e.team).name": ["Model.all once", "ForeignKeyField.Event.team per event"],
    "async for e in Event.filter(a=1): await e.team": ["Model.filter once", "ForeignKeyField.Event.team per event"],
    "for e in await Event.all().prefetch_related('team'): e.team.name": [
        "Model.all once", "prefetch_related.Event.team once",
    ],
    "for e in await Event.all(): await e.fetch_related('team')": ["Model.all once", "Model.fetch_related per event"],
    "e = await Event.get(id=1).select_related('team')\n    e.team.name": ["Model.get once"],
    "t = await Team.get(id=1)\n    for e in await t.events: await e.save()": [
        "Model.get once", "ForeignKeyField.Team.events once", "Model.save per event",
    ],
    "t = await Team.get(id=1)\n    async for e in t.events: e": ["Model.get once", "ForeignKeyField.Team.events once"],
    "for t in await Team.all(): await t.events.all().count()": [
        "Model.all once", "ForeignKeyField.Team.events per team",
    ],
    "for t in await Team.all(): await t.events.filter(a=1)": ["Model.all once", "ForeignKeyField.Team.events per team"],
    "for t in await Team.all().prefetch_related('events'):\n        for e in t.events: e": [
        "Model.all once", "prefetch_related.Team.events once",
    ],
    "for e in await Event.all(): await e.guests": ["Model.all once", "ForeignKeyField.Event.guests per event"],
    "q = Event.filter(a=1)\n    q = q.order_by('b')\n    await q.first()": ["Model.filter once"],
    "q = Event.all()\n    for i in range(n): await q.filter(a=i)": ["Model.all per n"],
    "q = Event.all().prefetch_related('team')\n    for i in range(n): await q": [
        "Model.all per n", "prefetch_related.Event.team per n",
    ],
    "await asyncio.gather(Event.all(), Team.filter(a=1))": ["Model.all once", "Model.filter once"],
    "await elsewhere(Event.all())": ["Model.all once"],
    "await Event.filter(a=1).update(b=1)": ["Model.filter once"],
    "t = await Team.get(id=1)\n    q = t.events.filter(a=1)\n    for i in range(n): await q": [
        "Model.get once", "ForeignKeyField.Team.events per n",
    ],
}  # fmt: skip


def queries(models: str, head: str, body: str) -> list[str]:
    found = ops_of({"m": f"{models}\n{head} f():\n    {body}\n"}, "m.f")
    ends = ("peewee.", "tortoise.models.", "tortoise.fields.", "tortoise.queryset.")
    return [f"{named(op.callee, ends)} {op.how_often}" for op in found if op.base_class == "network"]


def named(callee: str, ends: tuple[str, ...]) -> str:
    return next((callee.removeprefix(end) for end in ends if callee.startswith(end)), callee)


@pytest.mark.parametrize("body", OF_PEEWEE)
def test_what_peewee_asks(body: str) -> None:
    assert sorted(queries(PEEWEE, "def", body)) == sorted(OF_PEEWEE[body])


@pytest.mark.parametrize("body", OF_TORTOISE)
def test_what_tortoise_asks(body: str) -> None:
    assert sorted(queries(TORTOISE, "async def", body)) == sorted(OF_TORTOISE[body])
