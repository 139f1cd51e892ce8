"""Mapped classes, and the queries that functions upon them pay for: place, what it is, how often."""

from __future__ import annotations

from tests.callgraph.frameworks.querying import ops_of

MODELS = """\
from __future__ import annotations
from typing import Annotated
from sqlalchemy import create_engine, select
from sqlalchemy.ext.asyncio import AsyncAttrs, AsyncSession
from sqlalchemy.orm import (
    DeclarativeBase, DynamicMapped, Mapped, Session, WriteOnlyMapped, joinedload, mapped_column, relationship,
    selectinload, sessionmaker,
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
    notes = relationship("Note", lazy="joined")
    paperwork = relationship("Bill", uselist=True)
    bills = relationship("Bill", uselist=False)
    log: WriteOnlyMapped["Note"] = relationship()
    changes: DynamicMapped["Note"] = relationship()
    @property
    def customer_name(self):
        return self.customer.id

class Line(Base):
    id: Mapped[int] = mapped_column(primary_key=True)
    order = relationship("Order", back_populates="lines")

class Note(Base):
    id: Mapped[int] = mapped_column(primary_key=True)

class Bill(Base):
    id: Mapped[int] = mapped_column(primary_key=True)
    order = relationship("Order")

class Shelf(Base):
    id: Mapped[int] = mapped_column(primary_key=True)
    books: Mapped[list["Book"]] = relationship(lazy="selectin")

class Book(Base):
    id: Mapped[int] = mapped_column(primary_key=True)
    marks: Mapped[list["Note"]] = relationship(lazy="subquery")
    shelf: Mapped["Shelf"] = relationship()

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
