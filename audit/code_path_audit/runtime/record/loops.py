"""How often loops ran: the most that anything in a loop's body was seen to run, for each start of the function."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple, Protocol

from code_path_audit.program.model import Program

AGAIN = ("__new__", "__post_init__", "__init_subclass__", "__set_name__")
"""What one construction of an object starts beside `__init__`."""


class Op(Protocol):
    """A recorded op at its call site."""

    @property
    def file(self) -> str: ...
    @property
    def function(self) -> str: ...
    @property
    def site(self) -> int: ...
    @property
    def hits(self) -> int: ...


class Edge(Protocol):
    """A recorded call at its call site; -1 for one that is not written."""

    @property
    def file(self) -> str: ...
    @property
    def caller(self) -> str: ...
    @property
    def site(self) -> int: ...
    @property
    def callee(self) -> str: ...
    @property
    def direct(self) -> bool: ...
    @property
    def hits(self) -> int: ...


class JoinedLoop(NamedTuple):
    """A loop that ran; `loop` is its index in the function, `trips` include those of the loops around it."""

    file: str
    function: str
    loop: int
    trips: float


def loops_of(
    ops: Iterable[Op], edges: Iterable[Edge], starts: Mapping[str, int], program: Program
) -> tuple[JoinedLoop, ...]:
    """The loops around ops, and around calls that lead to ops, of functions whose starts were counted.

    A lower bound where everything in a body is conditional. Calls that a library makes say nothing of the loop around
    its own call.
    """
    edges = tuple(edges)
    ops = tuple(ops)
    leading = leading_to({op.function for op in ops}, edges)
    hits: dict[tuple[str, int], int] = {}
    files: dict[str, str] = {}
    wanted: set[tuple[str, int]] = set()
    for op in ops:
        files[op.function] = op.file
        wanted.add((op.function, op.site))
        hits[op.function, op.site] = max(op.hits, hits.get((op.function, op.site), 0))
    calls: dict[tuple[str, int], int] = {}
    for edge in edges:
        if edge.site >= 0 and edge.callee in leading:
            files[edge.caller] = edge.file
            wanted.add((edge.caller, edge.site))
        if edge.site >= 0 and edge.direct and edge.callee.rpartition(".")[2] not in AGAIN:
            calls[edge.caller, edge.site] = calls.get((edge.caller, edge.site), 0) + edge.hits
    for key, count in calls.items():
        hits[key] = max(count, hits.get(key, 0))
    around = {(function, loop) for function, site in wanted for loop in loops_around(program, function, site)}
    most: dict[tuple[str, int], int] = {}
    for (function, site), count in hits.items():
        loop = program.facts(function).sites[site].loop
        if (function, loop) in around:
            most[function, loop] = max(count, most.get((function, loop), 0))
    return tuple(
        JoinedLoop(files[function], function, loop, count / starts[function])
        for (function, loop), count in sorted(most.items())
        if starts.get(function, 0) > 0 and count
    )


def leading_to(functions: set[str], edges: Iterable[Edge]) -> set[str]:
    """Functions, and all that were seen to call them, however far up."""
    callers: dict[str, set[str]] = {}
    for edge in edges:
        callers.setdefault(edge.callee, set()).add(edge.caller)
    found, todo = set(functions), list(functions)
    while todo:
        for caller in callers.get(todo.pop(), ()):
            if caller not in found:
                found.add(caller)
                todo.append(caller)
    return found


def loops_around(program: Program, function: str, site: int) -> list[int]:
    """The loops around a call site, the innermost first."""
    facts = program.facts(function)
    found: list[int] = []
    loop = facts.sites[site].loop
    while loop >= 0 and loop not in found:
        found.append(loop)
        loop = facts.loops[loop].parent
    return found
