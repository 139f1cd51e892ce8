"""Mappers that tables carry: each row is the body of a function, and what it asks the database."""

from __future__ import annotations

import pytest

from tests.callgraph.frameworks.querying import ops_of

PEEWEE = """\
from peewee import CharField, ForeignKeyField, Model
class User(Model):
    name = CharField()
def f(ids):
    {}
"""

ROWS = {
    "User.select().where(User.name == 'x')": [],
    "for user in User.select().where(User.name == 'x').order_by(User.name): pass": ["ModelSelect.__iter__ once"],
    "list(User.select())": ["ModelSelect.__iter__ once"],
    "for i in ids: User.select().where(User.name == i).count()": ["ModelSelect.count per id"],
    "for i in ids: User.get_by_id(i).save()": ["Model.get_by_id per id", "Model.save per id"],
    "User.update(name='x').where(User.name == 'y').execute()": ["ModelWrite.execute once"],
    "User.insert_many([{'name': i} for i in ids]).execute()": ["ModelWrite.execute once"],
}


@pytest.mark.parametrize("body", ROWS)
def test_peewee(body: str) -> None:
    ops = ops_of({"m": PEEWEE.format(body)}, "m.f")
    assert sorted(f"{op.callee.removeprefix('peewee.')} {op.how_often}" for op in ops) == ROWS[body]
