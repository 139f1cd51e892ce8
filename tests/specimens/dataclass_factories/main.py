from dataclasses import KW_ONLY, dataclass, field
from typing import Callable, ClassVar


def read_text():
    with open("text") as source:
        return source.read()


def never():
    return 1


def plain(value=0):
    return value


class Engine:
    def go(self):
        return 1


class Other:
    def go(self):
        return 2


@dataclass
class Base:
    shared: ClassVar[list] = []
    text: str = field(default_factory=read_text)
    engine: Engine = field(default_factory=lambda: Engine())
    listeners: list = field(default_factory=list)
    others: list = field(default_factory=list)
    call: Callable = field(default=plain)
    hidden: int = field(init=False, default_factory=plain)


@dataclass
class Job(Base):
    size: int = 0
    _: KW_ONLY
    late: object = field(default_factory=never)


def on_event():
    return 3


def left_out():
    return Job(late=1)


def given():
    return Job("text", Other(), [], [], plain, 3, late=2)


def unpacked(values):
    return Job(**values)


job = left_out()
job.listeners.append(on_event)
for listener in job.listeners:
    listener()
for other in job.others:
    other()
job.engine.go()
job.call(1)
given()
unpacked({"late": 3})
