"""What schemas read of rows: each row is a handler, and the queries that its response costs."""

from __future__ import annotations

import pytest

from tests.callgraph.frameworks.querying import ops_of

MODELS = """\
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship
class Base(DeclarativeBase):
    pass
class Order(Base):
    id: Mapped[int] = mapped_column(primary_key=True)
    lines: Mapped[list["Line"]] = relationship(back_populates="order")
class Line(Base):
    id: Mapped[int] = mapped_column(primary_key=True)
    order: Mapped["Order"] = relationship(back_populates="lines")
    product: Mapped["Product"] = relationship()
class Product(Base):
    id: Mapped[int] = mapped_column(primary_key=True)
"""

SCHEMAS = """\
from pydantic import BaseModel
class ProductOut(BaseModel):
    id: int
class LineOut(BaseModel):
    id: int
class LineWithProduct(LineOut):
    product: ProductOut | None
class OrderOut(BaseModel):
    id: int
class OrderDetail(OrderOut):
    lines: list[LineOut]
class OrderFull(OrderOut):
    lines: list[LineWithProduct]
"""

HEAD = """\
from fastapi import APIRouter
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload
from shop.models import *
from shop.schemas import *
router = APIRouter()
"""

LINES = "Order.lines per order"

ROWS = {
    '@router.get("/", response_model=list[OrderOut])\ndef f(db: Session): return {}': [],
    '@router.get("/")\ndef f(db: Session) -> list[OrderOut]: return {}': [],
    '@router.get("/", response_model=list[OrderDetail])\ndef f(db: Session): return {}': [LINES],
    '@router.get("/")\ndef f(db: Session) -> list[OrderDetail]: return {}': [LINES],
    '@router.get("/", response_model=None)\ndef f(db: Session) -> list[OrderDetail]: return {}': [],
    '@router.get("/")\ndef f(db: Session) -> list[OrderFull]: return {}': ["Line.product per line", LINES],
    '@router.get("/")\ndef f(db: Session): return [OrderDetail.model_validate(o) for o in {}]': [LINES],
    'def f(db: Session):\n    return [OrderOut.from_orm(o) for o in {}]': [],
    'def f(db: Session) -> list[OrderDetail]: return {}': [],
}  # fmt: skip


@pytest.mark.parametrize("text", ROWS)
def test_a_response_reads_the_fields_of_its_schema(text: str) -> None:
    body = text.replace("{}", "db.scalars(select(Order)).all()")
    found = sorted(row.removeprefix("sqlalchemy.orm.relationship.") for row in queries(body) if ".relationship." in row)
    assert [row.partition(" per ")[0] for row in found] == [row.partition(" per ")[0] for row in ROWS[text]]
    assert LINES not in ROWS[text] or LINES in found


def test_what_was_loaded_costs_nothing_more() -> None:
    text = (
        '@router.get("/")\ndef f(db: Session) -> list[OrderFull]:\n'
        "    return db.scalars(select(Order).options(selectinload(Order.lines).joinedload(Line.product))).all()"
    )
    assert [row.partition(" ")[0] for row in queries(text)] == [
        "sqlalchemy.orm.Session.scalars", "sqlalchemy.orm.selectinload.Order.lines",
    ]  # fmt: skip


def queries(body: str) -> list[str]:
    modules = {"shop.__init__": "", "shop.models": MODELS, "shop.schemas": SCHEMAS, "m": HEAD + body}
    return [f"{op.callee} {op.how_often}" for op in ops_of(modules, "m.f") if op.base_class == "network"]


MARSHALLED = """\
from marshmallow import Schema, fields
from shop.models import *
class LineSchema(Schema):
    product = fields.Int(attribute="product.id")
class OrderSchema(Schema):
    id = fields.Int()
    lines = fields.Nested(LineSchema, many=True)
    count = fields.Method("counted")
    def counted(self, order):
        return open("count")
orders = OrderSchema(many=True)
def one(db: Session):
    return OrderSchema().dump(db.get(Order, 1))
def many(db: Session):
    return orders.dump(db.query(Order).all())
def loaded(data):
    return orders.load(data)
"""

SHOWN = {
    "one": ["Session.get once", "relationship.Line.product per line", "relationship.Order.lines once"],
    "many": [
        "Query.all once", "relationship.Line.product per line", "relationship.Order.lines per order",
    ],
    "loaded": [],
}  # fmt: skip


@pytest.mark.parametrize("entry", SHOWN)
def test_a_schema_of_marshmallow(entry: str) -> None:
    ops = ops_of({"shop.__init__": "", "shop.models": MODELS, "m": MARSHALLED}, f"m.{entry}")
    found = [f"{op.callee.removeprefix('sqlalchemy.orm.')} {op.how_often}" for op in ops if op.base_class == "network"]
    assert sorted(found) == SHOWN[entry]
    assert entry == "loaded" or any(op.callee == "builtins.open" for op in ops)
