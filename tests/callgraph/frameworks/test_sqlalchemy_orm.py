"""Where SQLAlchemy asks the database: each row is a function and its queries."""

from __future__ import annotations

import pytest

from tests.callgraph.frameworks.querying import ops_of

MODELS = """\
from __future__ import annotations
from typing import Annotated
from sqlalchemy import create_engine, select
from sqlalchemy.ext.asyncio import AsyncAttrs, AsyncSession
from sqlalchemy.orm import (
    DeclarativeBase, Mapped, Session, joinedload, mapped_column, relationship, selectinload, sessionmaker,
)

class Base(AsyncAttrs, DeclarativeBase):
    pass

class Customer(Base):
    id: Mapped[int] = mapped_column(primary_key=True)
    orders: Mapped[list["Order"]] = relationship(back_populates="customer")

class Order(Base):
    id: Mapped[int] = mapped_column(primary_key=True)
    customer: Mapped["Customer"] = relationship(back_populates="orders")
    lines: Mapped[list["Line"]] = relationship(back_populates="order")
    notes = relationship("Note", lazy="selectin")
    @property
    def customer_name(self):
        return self.customer.id

class Line(Base):
    id: Mapped[int] = mapped_column(primary_key=True)
    order = relationship("Order", back_populates="lines")

class Note(Base):
    id: Mapped[int] = mapped_column(primary_key=True)

engine = create_engine("sqlite://")
SessionLocal = sessionmaker(bind=engine)
"""

HEAD = """\
from shop.models import *
from fastapi import Depends
def get_db():
    db = SessionLocal()
    try:
        yield db
    finally:
        db.close()
Db = Annotated[Session, Depends(get_db)]
"""


def queries(body: str) -> list[str]:
    ops = ops_of({"shop.__init__": "", "shop.models": MODELS, "m": HEAD + body}, "m.f")
    return [told(op.callee, op.how_often, op.evidence) for op in ops if op.base_class == "network"]


def told(callee: str, how_often: str, evidence: str) -> str:
    doubt = "" if evidence == "certain" else f", {evidence}"
    return f"{callee.removeprefix('sqlalchemy.').removeprefix('orm.')} {how_often}{doubt}"


CUSTOMERS = "relationship.Order.customer per order"
LINES = "relationship.Order.lines per order"

READ = {
    "db.scalars(select(Order).where(Order.id > 1))": ["Session.scalars once"],
    "db.execute(select(Order)).scalars().all()": ["Session.execute once"],
    "db.scalars(select(Order)).unique().all()": ["Session.scalars once"],
    "db.query(Order).filter(Order.id > 1)": ["Query.__iter__ once"],
    "db.query(Order).order_by(Order.id).all()": ["Query.all once"],
}

BODIES = {
    "o.id, o.notes": [], "o.customer.id": [CUSTOMERS], "o.customer_name": [CUSTOMERS],
    "[l.id for l in o.lines]": [LINES], "o.customer.id, o.customer_name": [CUSTOMERS],
    "o.customer.orders": [CUSTOMERS, "relationship.Customer.orders per order"],
}  # fmt: skip


@pytest.mark.parametrize("statement", READ)
@pytest.mark.parametrize("body", BODIES)
def test_a_relationship_that_was_not_loaded_is_a_query_for_each_row(statement: str, body: str) -> None:
    found = queries(f"def f(db: Session):\n    for o in {statement}:\n        {body}\n")
    assert sorted(found) == sorted([*READ[statement], *BODIES[body]])


LOADED = {
    "joinedload(Order.customer)": ("o.customer_name", []),
    "selectinload(Order.lines)": ("[l.id for l in o.lines]", ["selectinload.Order.lines once"]),
    "selectinload(Order.lines).joinedload(Line.order)": (
        "[l.order.id for l in o.lines]", ["selectinload.Order.lines once"],
    ),
    "selectinload(Order.lines), joinedload(Order.customer)": (
        "[l.id for l in o.lines], o.customer_name", ["selectinload.Order.lines once"],
    ),
    "joinedload(Order.customer), selectinload(Order.lines).joinedload(Line.order)": (
        "[l.order.id for l in o.lines], o.customer_name", ["selectinload.Order.lines once"],
    ),
    "*[joinedload(Order.customer)]": ("o.customer_name", []),
}  # fmt: skip


@pytest.mark.parametrize("option", LOADED)
def test_a_relationship_that_was_loaded_is_none(option: str) -> None:
    body, extra = LOADED[option]
    text = f"def f(db: Session):\n    for o in db.scalars(select(Order).options({option})):\n        {body}\n"
    assert sorted(queries(text)) == sorted(["Session.scalars once", *extra])


SESSIONS = (
    "def f(db: Session):\n    {}", "def f(db: Db):\n    {}", "def f(db: Session = Depends(get_db)):\n    {}",
    "def f():\n    with SessionLocal() as db:\n        {}", "def f():\n    db = SessionLocal()\n    {}",
    "def f():\n    for db in get_db():\n        {}", "def g(db):\n    {}\ndef f(session: Session):\n    g(session)",
)  # fmt: skip


@pytest.mark.parametrize("text", SESSIONS)
def test_where_sessions_come_from(text: str) -> None:
    found = queries(text.format("[o.customer.id for o in db.scalars(select(Order))]"))
    assert [row.partition(" ")[0] for row in found] == ["Session.scalars", "relationship.Order.customer"]
    assert not any("likely" in row for row in found)


def test_an_asynchronous_session_is_the_same() -> None:
    body = """
async def f(db: AsyncSession):
    found = await db.execute(select(Order))
    for o in found.scalars():
        o.customer
"""
    assert queries(body) == ["ext.asyncio.AsyncSession.execute once", CUSTOMERS]


def test_relationships_that_are_awaited_are_the_same() -> None:
    rows = "await db.scalars(select(Order))"
    body = f"async def f(db: AsyncSession):\n    for o in {rows}:\n        await o.awaitable_attrs.lines\n"
    assert queries(body) == ["ext.asyncio.AsyncSession.scalars once", LINES]


WRITING = {
    "for i in ids:\n        db.add(Order(id=i))\n        db.commit()": ["Session.commit per id"],
    "db.add_all([Order(id=i) for i in ids])\n    db.commit()": ["Session.commit once"],
    "[db.get(Order, i).customer for i in ids]": ["Session.get per id", "relationship.Order.customer per id"],
    "o = Order(id=3)\n    o.lines.append(Line())\n    o.customer": [],
}


@pytest.mark.parametrize("text", WRITING)
def test_objects_of_a_session(text: str) -> None:
    assert queries(f"def f(db: Session, ids):\n    {text}\n") == WRITING[text]
