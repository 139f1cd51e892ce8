from pathlib import Path

from orders import handlers
from orders.adapters import FileMailer, SystemClock
from orders.bus import MessageBus, inject
from orders.ports import Clock, Mailer
from orders.unit_of_work import SqlUnitOfWork, UnitOfWork


def bootstrap(
    folder: Path,
    uow: UnitOfWork | None = None,
    mailer: Mailer | None = None,
    clock: Clock | None = None,
) -> MessageBus:
    uow = uow or SqlUnitOfWork(str(folder / "orders.db"))
    dependencies = {
        "uow": uow,
        "mailer": mailer or FileMailer(folder / "mail.txt"),
        "clock": clock or SystemClock(),
    }
    return MessageBus(
        uow,
        {kind: inject(handler, dependencies) for kind, handler in handlers.COMMANDS.items()},
        {kind: [inject(one, dependencies) for one in several] for kind, several in handlers.EVENTS.items()},
    )
