"""Which ops wait beside others: coroutines are gathered on the way to them, `asyncio.gather(*map(ask, names))`, or
threads or processes run what leads to them, `pool.map(ask, names)`.

A coroutine runs beside others where what its call gives is handed to a function that runs several at a time, directly,
as an element of a comprehension or a display, or by a list that it is put into. Where every call of a function on the
best path to an op is such a one, the op is one of several that wait at the same time, and how long all take together is
what the longest takes. Assumes that what is gathered, or mapped, is more than one; one call alone is not counted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from code_path_audit.callgraph.model import Evidence
from code_path_audit.costs.asynchronous import is_asynchronous
from code_path_audit.costs.model import ExpensiveOp
from code_path_audit.facts import opcodes as op
from code_path_audit.facts.function import FunctionFacts
from code_path_audit.profiles.amplification import base_class_of
from code_path_audit.profiles.pipelining import WAITING
from code_path_audit.profiles.reach import Reach

GATHERING = frozenset(("gather", "as_completed", "wait", "create_task", "ensure_future", "start_soon"))
"""The last part of the names of what runs several coroutines at a time."""

STARTING = frozenset(("create_task", "ensure_future", "start_soon"))
"""Those of them that start one, while whoever calls them goes on."""

GROUPS = re.compile(r"(?i)task_?group|nursery")
"""How what is entered is called whose block ends when all tasks are done that were started in it."""

MAPPING = re.compile(
    r"(?:concurrent\.futures|multiprocessing)\..*\.(?:map|map_async|imap|imap_unordered|starmap|starmap_async)"
    r"|.*\.(?:thread_map|process_map)"
)
"""What runs a function that it is given for each of several, in threads or processes."""

HANDING = re.compile(
    r"(?:concurrent\.futures|multiprocessing)\..*\.(?:submit|apply_async)"
    r"|threading\.Thread|multiprocessing\.Process|joblib\.delayed.*"
)
"""What runs it once: in a loop, or beside another such call, that is several."""

ADDING = frozenset(("append", "add", "extend"))

PASSING = frozenset(("map", "list", "wait_for", "shield", "Task", *STARTING))
"""What gives back the coroutines that it is given, or something to wait for in their place."""


def side_by_side(reach: Reach, ops: tuple[ExpensiveOp, ...]) -> frozenset[str]:
    """The ids of the ops that wait beside others."""
    places = _Places(reach)
    waiting = (found for found in ops if base_class_of(found) in WAITING and not found.blocks_event_loop)
    return frozenset(found.id for found in waiting if _is_beside(places, found))


def _is_beside(places: _Places, found: ExpensiveOp) -> bool:
    if found.site >= 0 and is_asynchronous(found.callee) and found.site in places.of(found.function):
        return True
    if found.site in places.in_pools(found.function):
        return True
    return any(places.calls_beside(caller, callee) for caller, callee in pairwise(found.path))


class _Places:
    """The call sites of functions whose coroutines are gathered."""

    def __init__(self, reach: Reach) -> None:
        self.reach = reach
        self.known: dict[str, frozenset[int]] = {}
        self.pooled: dict[str, frozenset[int]] = {}

    def of(self, function: str) -> frozenset[int]:
        if function not in self.known:
            facts = self.reach.facts(function)
            is_asked = facts.is_async and any(last_part(site.text) in GATHERING for site in facts.sites)
            self.known[function] = gathered(facts) if is_asked else frozenset()
        return self.known[function]

    def in_pools(self, function: str) -> frozenset[int]:
        """The call sites of a function that have others run what they are given, for several at a time."""
        found = self.pooled.get(function)
        if found is None:
            facts = self.reach.facts(function)
            mapped, handed = set(), set()
            for row in self.reach.externals.get(function, ()):
                if MAPPING.fullmatch(row.callee):
                    mapped.add(row.site)
                elif HANDING.fullmatch(row.callee):
                    handed.add(row.site)
            several = len(handed) > 1 or any(facts.sites[site].loop >= 0 for site in handed)
            found = self.pooled[function] = frozenset(mapped | handed if several else mapped)
        return found

    def calls_beside(self, caller: str, callee: str) -> bool:
        """Whether each call of one function in another is gathered, or made by others."""
        found = self.of(caller) | self.in_pools(caller)
        edges = [edge for edge in self.reach.callees.get(caller, ()) if edge.callee == callee] if found else []
        if any(edge.site in found and edge.kind == "callback" for edge in edges):
            # what asks for the result of a call that others make is no call: `job.result()`
            sure = Evidence.CERTAIN.word
            edges = [edge for edge in edges if edge.site in found or edge.kind != "callback" or edge.evidence == sure]
        return bool(edges) and all(edge.site in found for edge in edges)


def gathered(facts: FunctionFacts) -> frozenset[int]:
    """The call sites of a function whose result is handed to what runs several at a time; those of such calls, too."""
    calls = {row[1]: row for row in facts.code if row[0] == op.CALL}
    copies: dict[int, list[int]] = {}
    for row in facts.code:
        if row[0] in (op.COPY, op.TYPED) and row[2] >= 0:
            copies.setdefault(row[1], []).append(row[2])
            copies.setdefault(row[2], []).append(row[1])
    parts = dict(_parts(facts))
    put: dict[int, list[int]] = {}
    bases = {row[1]: row[2] for row in facts.code if row[0] == op.ATTR}
    for row in calls.values():
        if last_part(facts.sites[row[5]].text) in ADDING and row[2] in bases:
            put.setdefault(bases[row[2]], []).extend(map(_plain, row[3]))
    found: set[int] = set()
    todo: list[int] = []
    awaited = {row[2] for row in facts.code if row[0] == op.AWAIT}
    alone = frozenset(_alone(facts))
    for row in calls.values():
        last = last_part(facts.sites[row[5]].text)
        if last in STARTING and (row[1] in awaited or row[5] in alone):
            continue  # await asyncio.create_task(ask()): nothing goes on meanwhile
        if last in STARTING or (last in GATHERING and (len(row[3]) > 1 or any(reg < 0 for reg in row[3]))):
            todo += map(_plain, row[3])
            found.add(row[5])
        elif last in GATHERING:
            todo += [reg for given in row[3] for reg in (given, *copies.get(given, ())) if reg in parts or reg in put]
    seen = set(todo)
    for reg in todo:
        further = [*copies.get(reg, ()), *parts.get(reg, ()), *put.get(reg, ())]
        call = calls.get(reg)
        if call is not None:
            found.add(call[5])
            if last_part(facts.sites[call[5]].text) in PASSING:
                further += map(_plain, call[3])
        todo += [one for one in further if one not in seen]
        seen.update(further)
    return frozenset(found)


def _alone(facts: FunctionFacts) -> Iterator[int]:
    """The call sites that start the only task of a group, whose block waits for it and does no other waiting:
    `async with asyncio.TaskGroup() as group: group.create_task(ask())`."""
    groups = [row for row in facts.code if row[0] == op.LEAVE and GROUPS.search(facts.sites[row[1]].text)]
    waiting = [row[-1] for row in facts.code if is_wait(row)] if groups else []
    for _, first, last in groups:
        inside = range(first + 1, last + 1)
        started = [place for place in inside if facts.sites[place].kind == "call" and is_start(facts, place)]
        others = [place for place in waiting if place in inside]
        is_once = len(started) == 1 and facts.sites[started[0]].loop == facts.sites[first].loop
        if is_once and not others:
            yield started[0]


def is_wait(row: tuple) -> bool:  # type: ignore[type-arg]
    """Whether an instruction waits, at the call site that it ends with: `await`, `async with`, `async for`."""
    return row[0] == op.AWAIT or (row[0] in (op.ENTER, op.ITER) and row[3])


def is_start(facts: FunctionFacts, place: int) -> bool:
    """Whether a call site starts a coroutine."""
    return last_part(facts.sites[place].text) in STARTING


def _parts(facts: FunctionFacts) -> Iterator[tuple[int, tuple[int, ...]]]:
    """The elements of displays and of comprehensions."""
    for row in facts.code:
        if row[0] in (op.LIST, op.TUPLE, op.SET):
            yield row[1], tuple(map(_plain, row[2]))
        elif row[0] == op.COMPREHENSION:
            yield row[1], (row[4],)


def _plain(reg: int) -> int:
    """A register, also where it is unpacked."""
    return ~reg if reg < 0 else reg


def last_part(text: str) -> str:
    """asyncio.gather -> gather"""
    return text.removesuffix("()").rpartition(".")[2]
