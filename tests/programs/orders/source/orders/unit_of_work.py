from __future__ import annotations

import abc
import sqlite3
from typing import Iterator

from orders.adapters import MemoryRepository, SqlRepository
from orders.domain import Event
from orders.ports import Repository


class UnitOfWork(abc.ABC):
    orders: Repository

    def __enter__(self) -> UnitOfWork:
        self._begin()
        return self

    def __exit__(self, *error: object) -> None:
        self.rollback()

    def commit(self) -> None:
        self._commit()

    def events(self) -> Iterator[Event]:
        for order in self.orders.seen:
            while order.events:
                yield order.events.pop(0)

    @abc.abstractmethod
    def _begin(self) -> None: ...

    @abc.abstractmethod
    def _commit(self) -> None: ...

    @abc.abstractmethod
    def rollback(self) -> None: ...


class SqlUnitOfWork(UnitOfWork):
    def __init__(self, path: str) -> None:
        self.path = path

    def _begin(self) -> None:
        self.connection = sqlite3.connect(self.path)
        self.connection.execute("create table if not exists orders (id integer primary key, state text, lines text)")
        self.orders = SqlRepository(self.connection)

    def __exit__(self, *error: object) -> None:
        super().__exit__(*error)
        self.connection.close()

    def _commit(self) -> None:
        self.connection.commit()

    def rollback(self) -> None:
        self.connection.rollback()


class FakeUnitOfWork(UnitOfWork):
    """A double for tests."""

    def __init__(self) -> None:
        self.orders = MemoryRepository()
        self.committed = False

    def _begin(self) -> None:
        pass

    def _commit(self) -> None:
        self.committed = True

    def rollback(self) -> None:
        pass
