from orders.domain import CancelOrder, Event, Order, OrderCancelled, OrderError, OrderPlaced, OrderShipped, PlaceOrder
from orders.ports import Clock, Mailer
from orders.unit_of_work import UnitOfWork


def place_order(command: PlaceOrder, uow: UnitOfWork) -> None:
    with uow:
        order = Order.place(command.order_id, command.lines)
        if order in uow.orders.all():
            raise OrderError(f"there is an order {order.id}")
        uow.orders.add(order)
        uow.commit()


def cancel_order(command: CancelOrder, uow: UnitOfWork) -> None:
    with uow:
        order = uow.orders.get(command.order_id)
        order.cancel()
        uow.orders.add(order)
        uow.commit()


def thank(event: OrderPlaced, mailer: Mailer) -> None:
    mailer.send("customer", f"thanks for {event.order_id}")


def note(event: Event, mailer: Mailer, clock: Clock) -> None:
    mailer.send("office", f"{event} at {clock():.0f}")


def pack(event: OrderShipped, mailer: Mailer) -> None:
    mailer.send("stock", event.order_id)


COMMANDS = {PlaceOrder: place_order, CancelOrder: cancel_order}
EVENTS = {OrderPlaced: [thank, note], OrderCancelled: [note]}
