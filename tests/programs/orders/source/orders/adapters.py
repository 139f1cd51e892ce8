import json
import sqlite3
import time
from pathlib import Path
from typing import Iterator

from orders.domain import Line, Order, OrderError


class SqlRepository:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self.seen: set[Order] = set()

    def add(self, order: Order) -> None:
        lines = json.dumps([[line.sku, line.quantity] for line in order.lines])
        self.connection.execute("replace into orders values (?, ?, ?)", (order.id, order.state, lines))
        self.seen.add(order)

    def get(self, order_id: int) -> Order:
        row = self.connection.execute("select * from orders where id = ?", (order_id,)).fetchone()
        if row is None:
            raise OrderError(f"no order {order_id}")
        return self._load(row)

    def all(self) -> Iterator[Order]:
        yield from map(self._load, self.connection.execute("select * from orders"))

    def _load(self, row: tuple[int, str, str]) -> Order:
        order = Order(row[0], [Line(*line) for line in json.loads(row[2])], row[1])
        self.seen.add(order)
        return order


class MemoryRepository:
    """A double for tests."""

    def __init__(self) -> None:
        self.orders: dict[int, Order] = {}
        self.seen: set[Order] = set()

    def add(self, order: Order) -> None:
        self.orders[order.id] = order

    def get(self, order_id: int) -> Order:
        return self.orders[order_id]

    def all(self) -> Iterator[Order]:
        yield from self.orders.values()


class FileMailer:
    def __init__(self, path: Path) -> None:
        self.path = path

    def send(self, to: str, text: str) -> None:
        with self.path.open("a") as file:
            print(to, text, file=file)


class ListMailer:
    """A double for tests."""

    def __init__(self) -> None:
        self.sent: list[str] = []

    def send(self, to: str, text: str) -> None:
        self.sent.append(text)


class SystemClock:
    def __call__(self) -> float:
        return time.time()


class FrozenClock:
    """A double for tests."""

    def __call__(self) -> float:
        return 0.0
