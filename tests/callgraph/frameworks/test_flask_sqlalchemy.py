"""Where an application upon Flask-SQLAlchemy asks the database: each row is the body of a function and its queries."""

from __future__ import annotations

import pytest

from tests.callgraph.frameworks.querying import ops_of

MODELS = """\
from flask_sqlalchemy import SQLAlchemy

db = SQLAlchemy()

class Customer(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    orders = db.relationship("Order", backref="customer", lazy="dynamic")

class Shop(db.Model):
    id = db.Column(db.Integer, primary_key=True)

class Order(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    shop = db.relationship("Shop", backref=db.backref("orders", lazy=True))
    lines = db.relationship("Line", back_populates="order")

    @property
    def shop_name(self):
        return self.shop.id

class Line(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    order = db.relationship("Order", back_populates="lines")
"""

HEAD = "from shop.models import *\nfrom sqlalchemy.orm import joinedload, selectinload\n"


def queries(body: str, models: str = MODELS) -> list[str]:
    ops = ops_of({"shop.__init__": "", "shop.models": models, "m": f"{HEAD}def f(ids):\n    {body}\n"}, "m.f")
    return [f"{op.callee.removeprefix('sqlalchemy.orm.')} {op.how_often}" for op in ops if op.base_class == "network"]


ROWS = {
    "Order.query.filter_by(id=1)": [],
    "[o.id for o in Order.query]": ["Query.__iter__ once"],
    "[o.shop_name for o in Order.query.all()]": ["relationship.Order.shop per order", "Query.all once"],
    "[o.shop_name for o in Order.query.options(joinedload(Order.shop)).all()]": ["Query.all once"],
    "[o.shop_name for o in Order.query.options(db.joinedload(Order.shop)).all()]": ["Query.all once"],
    "[s.orders for s in db.session.scalars(db.select(Shop))]": [
        "Session.scalars once", "relationship.Shop.orders per shop",
    ],
    "[s.orders for s in Shop.query.options(selectinload(Shop.orders)).all()]": [
        "Query.all once", "selectinload.Shop.orders once",
    ],
    "[o.customer.id for o in Order.query.all()]": ["Query.all once", "relationship.Order.customer per order"],
    "[c.orders for c in Customer.query.all()]": ["Query.all once"],
    "[c.orders.count() for c in Customer.query.all()]": ["Query.count per customer", "Query.all once"],
    "[list(c.orders.limit(3)) for c in Customer.query.all()]": ["Query.__iter__ per customer", "Query.all once"],
    "Order.query.get_or_404(1).shop": ["Query.get_or_404 once", "relationship.Order.shop once"],
    "Order.query.filter_by(id=1).first_or_404()": ["Query.first_or_404 once"],
    "[Order.query.get(i) for i in ids]": ["Query.get per id"],
    "db.get_or_404(Order, 1, options=[joinedload(Order.shop), selectinload(Order.lines)]).shop": [
        "Session.get once", "selectinload.Order.lines once",
    ],
    "db.get_or_404(Order, 1, options=ids).shop": ["Session.get once"],
    "db.get_or_404(Order, 1).lines": ["Session.get once", "relationship.Order.lines once"],
    "[o.shop for o in Order.query.paginate(page=1).items]": [
        "Query.all once", "flask_sqlalchemy.pagination.Pagination.count once", "relationship.Order.shop per order",
    ],
    "[o.id for o in db.paginate(db.select(Order))]": [
        "Query.all once", "flask_sqlalchemy.pagination.Pagination.count once",
    ],
    "db.session.query(Order.query.exists()).scalar()": ["Query.scalar once"],
    "db.session.add(Order()); db.session.commit()": ["Session.commit once"],
}  # fmt: skip


@pytest.mark.parametrize("body", ROWS)
def test_where_it_asks(body: str) -> None:
    assert sorted(queries(body)) == sorted(ROWS[body])


def test_a_query_that_a_scoped_session_puts_into_classes() -> None:
    models = """\
from sqlalchemy.orm import DeclarativeBase, Mapped, relationship, scoped_session, sessionmaker
Session = scoped_session(sessionmaker())
class Base(DeclarativeBase):
    query = Session.query_property()
class Shop(Base):
    pass
class Order(Base):
    shop: Mapped[Shop] = relationship()
"""
    assert queries("[o.shop for o in Order.query.limit(3)]", models) == [
        "Query.__iter__ once", "relationship.Order.shop per order",
    ]  # fmt: skip


MADE = """\
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy.orm import validates
db = SQLAlchemy()
class Stamped:
    pass
class Shop(Stamped, db.Model):
    id = db.Column(db.Integer, primary_key=True)
    @classmethod
    def first(cls):
        return cls.query.first()
    @property
    def last(self):
        return Shop.query.all()
    @validates("name")
    def check(self, key, value):
        return Shop.query.count()
"""


def test_a_row_that_is_made_is_asked_for_what_a_decorator_marks_alone() -> None:
    assert queries("[Shop(id=number) for number in ids]", MADE) == ["Query.count per id"]
