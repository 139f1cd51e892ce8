"""What statements and sessions ask the database, and what options load: each row is a function and its queries."""

from __future__ import annotations

import pytest

from tests.callgraph.frameworks.sqlalchemy_querying import CUSTOMERS, queries

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


WRITING = {
    "for i in ids:\n        db.add(Order(id=i))\n        db.commit()": ["Session.commit per id"],
    "db.add_all([Order(id=i) for i in ids])\n    db.commit()": ["Session.commit once"],
    "[db.get(Order, i).customer for i in ids]": ["Session.get per id", "relationship.Order.customer per id"],
    "o = Order(id=3)\n    o.lines.append(Line())\n    o.customer": [],
}


@pytest.mark.parametrize("text", WRITING)
def test_objects_of_a_session(text: str) -> None:
    assert queries(f"def f(db: Session, ids):\n    {text}\n") == WRITING[text]
