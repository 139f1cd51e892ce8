"""The rows that are added to a session, told where they are made, by the database that the engine is made for.

What SQLAlchemy itself sends for such programs was counted by its events on 2026-11-30, with SQLite and PostgreSQL.
"""

from __future__ import annotations

import pytest

from tests.callgraph.frameworks.querying import ops_of
from tests.callgraph.frameworks.sqlalchemy_querying import HEAD, MODELS, queries, told

ADDED = {
    "for i in ids:\n        db.add(Order())\n    db.commit()": ["Session.commit once", "Session.insert.Order per id"],
    "db.add_all([Order() for i in ids])\n    db.commit()": ["Session.commit once", "Session.insert.Order per id"],
    "db.add_all([Order(), Order()])\n    db.flush()": [
        "Session.flush once", "Session.insert.Order once", "Session.insert.Order once",
    ],
    "o = Order()\n    for i in ids:\n        o.lines.append(Line())\n    db.add(o)\n    db.commit()": [
        "Session.commit once", "Session.insert.Line per id", "Session.insert.Order once",
    ],
    "db.add(Order(lines=[Line() for i in ids]))\n    db.commit()": [
        "Session.commit once", "Session.insert.Line per id", "Session.insert.Order once",
    ],
    "with db.begin(): db.add(Order())": ["Session.commit once", "Session.insert.Order once"],
    "for i in ids:\n        db.add(made(i))\n        db.commit()": [
        "Session.commit per id", "Session.insert.Order per id",
    ],
    "for i in ids:\n        db.add(Order(id=i))\n    db.commit()": ["Session.commit once"],
    "for i in ids:\n        db.add(Order())": [],
    "return [Order() for i in ids], db.commit()": ["Session.commit once"],
    "for i in ids:\n        db.add(Shelf())\n    Order(), db.commit()": [
        "Session.commit once", "Session.insert.Shelf per id",
    ],
}  # fmt: skip


@pytest.mark.parametrize("body", ADDED)
def test_rows_that_are_added(body: str) -> None:
    text = f"def made(i):\n    return Order()\ndef f(db: Session, ids):\n    {body}\n"
    assert sorted(queries(text)) == ADDED[body]


URL = "import os\nURL = os.getenv('URL', 'sqlite:///a.db')\n"

INSERTED = "Session.insert.Order per id"

ENGINES = {
    "create_engine('sqlite:///a.db')": [INSERTED],
    "create_engine('mysql+pymysql://a')": [INSERTED],
    "create_engine('postgresql+psycopg://a')": [],
    "create_engine(os.environ['URL'])": [],
    "create_engine(os.environ.get('URL', 'sqlite://'))": [f"{INSERTED}, likely"],
    "create_engine(url='sqlite://')": [INSERTED],
    "create_engine(URL)": [f"{INSERTED}, likely"],
    "create_engine('sqlite://' if os.environ.get('TEST') else 'postgresql://a')": [f"{INSERTED}, likely"],
}


@pytest.mark.parametrize("engine", ENGINES)
def test_which_database_takes_them_one_at_a_time(engine: str) -> None:
    models = MODELS.replace('create_engine("sqlite://")', engine).replace("from typing", f"{URL}from typing", 1)
    body = "def f(db: Session, ids):\n    for i in ids:\n        db.add(Order())\n    db.commit()\n"
    ops = ops_of({"shop.__init__": "", "shop.models": models, "m": HEAD + body}, "m.f")
    found = [told(op.callee, op.how_often, op.evidence) for op in ops if ".insert." in op.callee]
    assert found == ENGINES[engine]


def test_rows_that_bring_their_keys_go_in_one_statement() -> None:
    own = "class Doc(Base):\n    id: Mapped[str] = mapped_column(primary_key=True, default=str)\n"
    assert queries(f"{own}def f(db: Session, ids):\n    db.add_all([Doc() for i in ids])\n    db.commit()\n") == [
        "Session.commit once"
    ]


FLASK = """\
import os
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
app = Flask(__name__)
{}
db = SQLAlchemy(app)
class Order(db.Model):
    id = db.Column(db.Integer, primary_key=True)
def f(ids):
    for i in ids:
        db.session.add(Order())
    db.session.commit()
"""

CONFIGURED = {
    "app.config['SQLALCHEMY_DATABASE_URI'] = 'sqlite:///a.db'": ["Session.insert.Order per id"],
    "app.config['SQLALCHEMY_DATABASE_URI'] = os.environ.get('URL', 'sqlite://')": [
        "Session.insert.Order per id, likely",
    ],
    "class Config:\n    SQLALCHEMY_DATABASE_URI = 'sqlite://'\napp.config.from_object(Config)": [
        "Session.insert.Order per id",
    ],
    "class Config:\n    SQLALCHEMY_DATABASE_URI: str = 'sqlite://'\napp.config.from_object(Config)": [
        "Session.insert.Order per id",
    ],
    "app.config['SQLALCHEMY_DATABASE_URI'] = 'postgresql://a'": [],
    "app.config['SQLALCHEMY_DATABASE_URI'] = os.environ['URL']": [],
}  # fmt: skip


@pytest.mark.parametrize("setting", CONFIGURED)
def test_the_database_of_a_configuration_of_flask(setting: str) -> None:
    ops = ops_of({"m": FLASK.format(setting)}, "m.f")
    found = [told(op.callee, op.how_often, op.evidence) for op in ops if ".insert." in op.callee]
    assert found == CONFIGURED[setting]
