import collections
import dataclasses
import enum
from typing import NamedTuple


def work():
    return 1


def other():
    return 2


Pair = collections.namedtuple("Pair", "first second")
Triple = NamedTuple("Triple", [("a", object), ("b", object), ("c", object)])
Job = dataclasses.make_dataclass("Job", [("action", object), "name"], namespace={"run": lambda self: self.action()})


class Named(Pair):
    def both(self):
        return self.first(), self.second()


class Kind(enum.Enum):
    def show(self):
        return self.name


Level = Kind("Level", "LOW HIGH")


def tuples():
    pair = Pair(work, other)
    pair.second()
    pair[0]()
    _, last = pair
    last()
    Triple(1, work, 2).b()
    Named(work, work).both()


def records():
    Job(work, "a").run()


def levels():
    Level.LOW.show()


tuples()
records()
levels()
