"""Objects of a class that an unknown library was given: `screen.query_one(Viewer).visit()`, `shop.get(Orders).all()`.

What a function gives of which no stub and no model says what it returns, may be an object of a class that it was
given. It is taken for one where an attribute is read of it that the class has; nothing else is assumed of it. Joined
when all that is certain has been followed. Wrong, by edges too many, where the library has something of that name
itself (a query of the class, a mapping of it).
"""

from __future__ import annotations

from collections.abc import Callable

from code_path_audit.callgraph.heap import classes
from code_path_audit.callgraph.model import Evidence
from code_path_audit.callgraph.solver.abstract_values import CLASS, INST
from code_path_audit.callgraph.solver.ids import Value, Var
from code_path_audit.callgraph.solver.points_to import sees
from code_path_audit.callgraph.solver.state import Call, Read, State


class ObjectsOfClasses:
    """What libraries gave, and what is read of it."""

    def __init__(self) -> None:
        self.given: dict[Value, dict[Var, None]] = {}
        """By what a call gave, the arguments of such calls."""
        self.read: dict[Value, dict[Read, None]] = {}


def called(s: State, call: Call, made: Value) -> None:
    """A call of a library of which is not known what it gives."""
    if call.kind == "call" and (call.pos or call.kw):
        given = s.tables[ObjectsOfClasses].given.setdefault(made, {})
        given.update(dict.fromkeys((*(var for var, star in call.pos if not star), *(var for _, var in call.kw))))


def read(s: State, base: Value, data: Read) -> None:
    """An attribute is read of what a library gave."""
    if not data.name.startswith("__"):
        s.tables[ObjectsOfClasses].read.setdefault(base, {})[data] = None


def joined(s: State, read_instance: Callable[[State, Read, Value], None]) -> bool:
    """What is read of the result of a call is what a class has that the call was given; whether that is new."""
    if s.phase is Evidence.CERTAIN:
        return False
    table = s.tables[ObjectsOfClasses]
    for made, reads in table.read.items():
        for var in table.given.get(made, ()):
            s.steps += len(reads)
            for data in reads:
                s.watch(var, on_given, (data, read_instance))
    return s.busy()


@sees(CLASS)
def on_given(s: State, data: tuple[Read, Callable[[State, Read, Value], None]], cls: Value) -> None:
    """One class that was given."""
    asked, read_instance = data
    made = s.of(INST, cls, 0)
    if isinstance(classes.find(s, cls, asked.name), classes.Own) or (made, asked.name) in s.fields:
        read_instance(s, asked, made)
