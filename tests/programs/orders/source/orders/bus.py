import inspect
from collections.abc import Callable
from functools import partial
from typing import Any

from orders.domain import Command, Event
from orders.unit_of_work import UnitOfWork


class MessageBus:
    def __init__(
        self,
        uow: UnitOfWork,
        commands: dict[type[Command], Callable[[Any], None]],
        events: dict[type[Event], list[Callable[[Any], None]]],
    ) -> None:
        self.uow = uow
        self.commands = commands
        self.events = events

    def handle(self, message: Command | Event) -> None:
        queue = [message]
        while queue:
            message = queue.pop(0)
            if isinstance(message, Event):
                self.publish(message)
            else:
                self.commands[type(message)](message)
                queue.extend(self.uow.events())

    def publish(self, event: Event) -> None:
        for handler in self.events.get(type(event), ()):
            handler(event)


def inject(handler: Callable[..., None], dependencies: dict[str, Any]) -> Callable[[Any], None]:
    wanted = inspect.signature(handler).parameters
    return partial(handler, **{name: value for name, value in dependencies.items() if name in wanted})
