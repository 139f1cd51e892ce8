from pathlib import Path
from typing import Any

from orders.bootstrap import bootstrap
from orders.domain import CancelOrder, Order, OrderError, PlaceOrder

PRICES = {"lamp": 30, "desk": 200}


def place(folder: str, order_id: int, lines: list[tuple[str, int]]) -> str:
    return answer(folder, PlaceOrder(order_id, tuple(lines)))


def cancel(folder: str, order_id: int) -> str:
    return answer(folder, CancelOrder(order_id))


def answer(folder: str, command: Any) -> str:
    try:
        bootstrap(Path(folder)).handle(command)
    except OrderError as error:
        return f"refused: {error}"
    return "done"


def overview(folder: str) -> list[str]:
    bus = bootstrap(Path(folder))
    with bus.uow as uow:
        orders = sorted(uow.orders.all(), key=total, reverse=True)
        return [f"{order.id} {total(order)}" for order in orders if order.can_cancel]


def total(order: Order) -> int:
    return order.total(PRICES)
