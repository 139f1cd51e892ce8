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
    "joinedload(Order.customer).load_only(Customer.id)": ("o.customer_name", []),
}  # fmt: skip


@pytest.mark.parametrize("option", LOADED)
def test_a_relationship_that_was_loaded_is_none(option: str) -> None:
    body, extra = LOADED[option]
    text = f"def f(db: Session):\n    for o in db.scalars(select(Order).options({option})):\n        {body}\n"
    assert sorted(queries(text)) == sorted(["Session.scalars once", *extra])


BY_CLASS = {
    "db.scalars(select(Shelf)).all()": [
        "Session.scalars once", "selectinload.Shelf.books once", "selectinload.Shelf.books__marks once",
    ],
    "db.scalars(select(Shelf).options(joinedload(Shelf.books))).all()": [
        "Session.scalars once", "selectinload.Shelf.books__marks once",
    ],
    "db.get(Book, 1)": ["Session.get once", "selectinload.Book.marks once"],
    "[b.shelf.id for b in db.scalars(select(Book))]": [
        "Session.scalars once", "relationship.Book.shelf per book", "selectinload.Book.marks once",
        "selectinload.Shelf.books per book", "selectinload.Shelf.books__marks per book",
    ],
    "db.scalars(select(Book.id)).all()": ["Session.scalars once"],
}  # fmt: skip


@pytest.mark.parametrize("body", BY_CLASS)
def test_what_a_class_loads_with_its_rows(body: str) -> None:
    assert sorted(queries(f"def f(db: Session):\n    {body}\n")) == sorted(BY_CLASS[body])


TRANSACTIONS = {
    "with db.begin(): pass": ["Session.commit once"],
    "for i in ids:\n        with db.begin(): db.delete(i)": ["Session.commit per id"],
    "with SessionLocal.begin() as session: session.add(Order(id=3))": ["Session.commit once"],
    "with db.begin_nested(): db.add(Order())": ["Session.begin_nested once", "Session.begin_nested once"],
    "with engine.begin() as connection: connection.execute('a')": [
        "Connection.commit once", "Connection.execute once", "Engine.begin once",
    ],
    "db.begin()": [],
}  # fmt: skip
"""What commits at the end of its block, and what a savepoint asks for."""


@pytest.mark.parametrize("body", TRANSACTIONS)
def test_blocks_that_commit(body: str) -> None:
    assert sorted(queries(f"def f(db: Session, ids):\n    {body}\n")) == TRANSACTIONS[body]


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
    "db.get(Order, 1, options=[selectinload(Order.lines)]).lines": [
        "Session.get once",
        "selectinload.Order.lines once",
    ],
    "[db.get(Order, i).customer for i in ids]": ["Session.get per id", "relationship.Order.customer per id"],
    "o = Order(id=3)\n    o.lines.append(Line())\n    o.customer": [],
}


@pytest.mark.parametrize("text", WRITING)
def test_objects_of_a_session(text: str) -> None:
    assert queries(f"def f(db: Session, ids):\n    {text}\n") == WRITING[text]


REPOSITORIES = """\
class Repository:
    def __init__(self, db: Session):
        self.db = db
    def query(self):
        return select(self.model)
    def all(self, statement):
        return self.db.scalars(statement).all()

class Orders(Repository):
    model = Order
    def listed(self):
        return self.all(self.query().options(selectinload(Order.lines)))

class Customers(Repository):
    model = Customer
    def listed(self):
        return self.all(self.query())

class Kept:
    def __init__(self, db: Session, model):
        self.db, self.model = db, model
    def all(self, *options):
        return self.db.scalars(select(self.model).options(*options)).all()

class KeptOrders(Kept):
    def __init__(self, db):
        super().__init__(db, Order)

class KeptCustomers(Kept):
    def __init__(self, db):
        super().__init__(db, Customer)
"""

APART = {
    "[l.id for o in Orders(db).listed() for l in o.lines], [c.id for c in Customers(db).listed()]": [
        "Session.scalars twice", "selectinload.Order.lines twice",
    ],
    "[c.orders for c in Customers(db).listed()], Orders(db).listed()": [
        "Session.scalars twice", "relationship.Customer.orders per customer", "selectinload.Order.lines twice",
    ],
    "[c.orders for c in KeptCustomers(db).all()], KeptOrders(db).all()": [
        "Session.scalars twice", "relationship.Customer.orders per customer",
    ],
}  # fmt: skip


@pytest.mark.parametrize("body", APART)
def test_repositories_that_share_a_base_keep_their_rows_apart(body: str) -> None:
    found = queries(f"{REPOSITORIES}\ndef f(db: Session):\n    {body}\n")
    assert sorted(found) == sorted(APART[body])
