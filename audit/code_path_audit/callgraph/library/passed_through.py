"""What a library's stack, queue or slot was given comes out of it again: `stack.push(context)`, `stack.top`.

Of an object of which no stub and no model knows the method: what `push`, `put` and their like were given, `pop`, `get`,
`top` and their like of the same object are likely to give. Objects, classes and functions count; data does not. Joined
when all that is certain has been followed. Wrong, by edges too many, for objects whose methods of these names do
something else; by edges too few where they are awaited, or where two objects are the ends of one queue.
"""

from __future__ import annotations

from code_path_audit.callgraph.model import Evidence
from code_path_audit.callgraph.solver.abstract_values import CALLABLES, INST, XINST, XRES
from code_path_audit.callgraph.solver.ids import Value, Var
from code_path_audit.callgraph.solver.points_to import sees
from code_path_audit.callgraph.solver.state import Call, State

PUTS = frozenset(("push", "put", "put_nowait", "enqueue", "set"))
"""Methods that put something in."""

TAKES = frozenset(("pop", "get", "get_nowait", "peek", "dequeue", "top", "current"))
"""Methods that give it back."""

SHOWS = frozenset(("top", "current"))
"""Attributes that do."""


class PassedThrough:
    """What goes through objects of libraries."""

    def __init__(self) -> None:
        self.put: dict[Value, dict[Var, None]] = {}
        self.taken: dict[Value, dict[Var, None]] = {}
        """Who gets it."""


def called(s: State, call: Call, receiver: Value, method: str, dst: Var) -> None:
    """A method of a library's object, of which nothing is known, is called."""
    table = s.tables[PassedThrough]
    if s.kinds[receiver] not in (XINST, XRES) or s.stubs.mro(s.rows[receiver].dotted):
        return
    if method in PUTS:
        for var in (*(v for v, _ in call.pos), *(v for _, v in call.kw)):
            table.put.setdefault(receiver, {})[var] = None
    elif method in TAKES:
        table.taken.setdefault(receiver, {})[dst] = None


def read(s: State, base: Value, name: str, dst: Var) -> None:
    """An attribute of a library's object is read."""
    if name in SHOWS and not s.stubs.mro(s.rows[base].dotted):
        s.tables[PassedThrough].taken.setdefault(base, {})[dst] = None


def from_passed_through(s: State) -> bool:
    """Evidence: who takes something out of an object gets what was put in."""
    if s.phase is Evidence.CERTAIN:
        return False
    table = s.tables[PassedThrough]
    for holder, sources in table.put.items():
        for dst in table.taken.get(holder, ()):
            for source in sources:
                s.watch_all(source, on_put, dst)
    return s.busy()


@sees(INST, *CALLABLES)
def on_put(s: State, dst: Var, values: list[Value]) -> None:
    """What of it is more than data."""
    s.propagate(values, (dst,))
