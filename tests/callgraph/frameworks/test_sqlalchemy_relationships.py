"""Where reading a relationship asks the database: each row is a function and its queries."""

from __future__ import annotations

import pytest

from tests.callgraph.frameworks.sqlalchemy_querying import CUSTOMERS, LINES, queries

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
    "[b.order.id for b in o.paperwork]": ["relationship.Bill.order per bill", "relationship.Order.paperwork per order"],
    "o.bills.order.id": ["relationship.Bill.order per order", "relationship.Order.bills per order"],
    "o.log.select()": [], "db.scalars(o.log.select()).all()": ["Session.scalars per order"],
    "o.changes.count()": ["Query.count per order"],
    "o.customer.orders": [CUSTOMERS, "relationship.Customer.orders per order"],
}  # fmt: skip


@pytest.mark.parametrize("statement", READ)
@pytest.mark.parametrize("body", BODIES)
def test_a_relationship_that_was_not_loaded_is_a_query_for_each_row(statement: str, body: str) -> None:
    found = queries(f"def f(db: Session):\n    for o in {statement}:\n        {body}\n")
    assert sorted(found) == sorted([*READ[statement], *BODIES[body]])


def test_relationships_that_are_awaited_are_the_same() -> None:
    rows = "await db.scalars(select(Order))"
    body = f"async def f(db: AsyncSession):\n    for o in {rows}:\n        await o.awaitable_attrs.lines\n"
    assert queries(body) == ["ext.asyncio.AsyncSession.scalars once", LINES]
