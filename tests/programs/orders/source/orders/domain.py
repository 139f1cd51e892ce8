from __future__ import annotations

from dataclasses import dataclass, field


class Event:
    pass


class Command:
    pass


@dataclass(frozen=True)
class PlaceOrder(Command):
    order_id: int
    lines: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class CancelOrder(Command):
    order_id: int


@dataclass(frozen=True)
class OrderPlaced(Event):
    order_id: int


@dataclass(frozen=True)
class OrderCancelled(Event):
    order_id: int
    reason: str = "asked"


@dataclass(frozen=True)
class OrderShipped(Event):
    """Another team's event, which nobody raises here."""

    order_id: int


class OrderError(Exception):
    pass


def new_lines() -> list[Line]:
    return []


@dataclass(frozen=True)
class Line:
    sku: str
    quantity: int

    def __post_init__(self) -> None:
        if self.quantity < 1:
            raise OrderError(f"{self.quantity} of {self.sku}")

    def price(self, prices: dict[str, int]) -> int:
        return self.quantity * prices.get(self.sku, 1)


@dataclass(eq=False)
class Order:
    id: int
    lines: list[Line] = field(default_factory=new_lines)
    state: str = "new"
    events: list[Event] = field(default_factory=list)

    def __hash__(self) -> int:
        return hash(self.id)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Order) and other.id == self.id

    @classmethod
    def place(cls, id: int, lines: tuple[tuple[str, int], ...]) -> Order:
        order = cls(id)
        order.lines.extend(Line(*row) for row in lines)
        order.record(OrderPlaced(id))
        return order

    def cancel(self) -> None:
        if not self.can_cancel:
            raise OrderError(f"{self.id} is {self.state}")
        self.state = "cancelled"
        self.record(OrderCancelled(self.id))

    @property
    def can_cancel(self) -> bool:
        return self.state == "new"

    def ship(self) -> None:
        self.record(OrderShipped(self.id))

    def record(self, event: Event) -> None:
        self.events.append(event)

    def total(self, prices: dict[str, int]) -> int:
        return sum(line.price(prices) for line in self.lines)
