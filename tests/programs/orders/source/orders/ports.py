from typing import Iterator, Protocol

from orders.domain import Order


class Repository(Protocol):
    def add(self, order: Order) -> None: ...

    def get(self, order_id: int) -> Order: ...

    def all(self) -> Iterator[Order]: ...


class Mailer(Protocol):
    def send(self, to: str, text: str) -> None: ...


class Clock(Protocol):
    def __call__(self) -> float: ...
