"""What is asked for on the way to an op, through the calls of an action. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from heapq import heappop, heappush
from itertools import chain, pairwise
from typing import NamedTuple

from code_path_audit.facts.rows import RARELY, SOMETIMES
from code_path_gate.baseline.model import BaselineOp
from code_path_gate.causes.conditions import Condition, ConditionsOfFiles, Together
from code_path_gate.causes.differences import ancestors, arms_around
from code_path_gate.measuring.seen import Seen

SELDOM = 1_000
"""What a call counts that is there for errors alone: more than the conditions of any way beside it."""


class Call(NamedTuple):
    """A call that stands on less than before, or an op (`callee` begins with `OP`): `lost` are the guards that are
    gone, `asks` how many it still has of them. `again`: it is one of several calls of the same, of which the others are
    no more, and stand as before; `is_wider`: what it lost is asked for in a weaker form; `is_another_case`: by one more
    name or constant."""

    function: str
    callee: str
    line: int
    lost: Together
    asks: int
    again: bool = False
    is_wider: bool = False
    is_another_case: bool = False


OP = " "
"""What the name of an op begins with, among callees."""


def sites_of(seen: Seen, function: str) -> dict[str, list[int]]:
    """The call sites of a function by what they call, those of ops among them."""
    rows = seen.measured.call_sites(function).items()
    found = {callee: [site for site in sites if site >= 0] for callee, sites in rows}
    for op in seen.measured.current.ops:
        site = seen.measured.paths.site(op.id) if op.function == function else None
        if site is not None and site >= 0:
            found.setdefault(OP + op.callee, []).append(site)
    return {callee: sites for callee, sites in found.items() if sites}


def masked(condition: Condition) -> tuple[str, bool]:
    """A condition without the names of variables: another function may have others for the same."""
    return re.sub(r"(?<![\w.'\"])[^\W\d]\w*(?![\w(])", "_", condition.text), condition.holds


class Way(NamedTuple):
    """The way to an op on which least is asked: how many conditions, and the functions on it."""

    asks: int
    functions: tuple[str, ...]


class Ways:
    """How little is asked on a way through the calls of an action; `changed` are the files that differ."""

    def __init__(self, seen: Seen, conditions: ConditionsOfFiles, changed: frozenset[str]) -> None:
        self.seen, self.conditions, self.changed = seen, conditions, changed
        self._known: dict[tuple[str, ...], dict[str, tuple[int, str]]] = {}
        self._said: dict[str, frozenset[tuple[str, bool]]] = {}

    def said_in(self, function: str) -> frozenset[tuple[str, bool]]:
        """What the calls and ops of a function stand on, without the names of variables."""
        if function not in self._said:
            self._said[function] = frozenset(self._said_in(function))
        return self._said[function]

    def _said_in(self, function: str) -> Iterator[tuple[str, bool]]:
        if function not in self.seen.program.functions:
            return
        facts, path = self.seen.program.facts(function), self.seen.program.path(function)
        for site in chain.from_iterable(sites_of(self.seen, function).values()):
            for found in self.conditions.standing(facts, site, path).conditions:
                yield masked(found)

    def to(self, op: BaselineOp, call: Call | None = None, asks: int | None = None) -> Way | None:
        """The way to an op on which least is asked; through a call where one is given, which asks for so much where
        that is known. None where there is none."""
        measured = self.seen.measured
        site, entries = measured.paths.site(op.id), measured.paths.entries
        if site is None:
            return None
        if call is None:
            return self._way(entries, op.function, self._asks(op.function, site))
        if call.callee.startswith(OP):
            is_it = (call.function, call.callee) == (op.function, OP + op.callee)
            own = self._asks(op.function, site) if asks is None else asks
            return self._way(entries, op.function, own) if is_it else None
        sites = measured.call_sites(call.function).get(call.callee)
        if asks is None:
            asks = min((self._asks(call.function, at) for at in sites or ()), default=0)
        first = self._way(entries, call.function, asks)
        rest = self._way((call.callee,), op.function, self._asks(op.function, site))
        if not sites or first is None or rest is None:
            return None
        return Way(first.asks + rest.asks, (*first.functions, *rest.functions))

    def asked(self, op: BaselineOp) -> Together:
        """All that is asked for on the way to an op on which least is."""
        return frozenset(row for _, row in self.asked_by_function(op))

    def asked_by_function(self, op: BaselineOp) -> Iterator[tuple[str, Condition]]:
        """The same, each with the function that asks."""
        way, site = self.to(op), self.seen.measured.paths.site(op.id)
        places = []
        for function, callee in pairwise(way.functions if way is not None else ()):
            sites = self.seen.measured.call_sites(function)[callee]
            places.append((function, min((self._asks(function, at), at) for at in sites)[1]))
        for function, at in [*places, (op.function, -1 if site is None else site)]:
            for row in sorted(self._guards(function, at)):
                yield function, row

    def leading(self, functions: Iterable[str], op: BaselineOp) -> Together:
        """What calls of some functions stand on that lead to an op."""
        above = ancestors(self.seen.measured.calls, op.function)
        rows = ((name, row) for name in functions for row in self.seen.measured.call_sites(name).items())
        return frozenset().union(*(self._guards(name, at) for name, (to, sites) in rows if to in above for at in sites))

    def _guards(self, function: str, site: int) -> Together:
        if site < 0 or function not in self.seen.program.functions:
            return frozenset()
        facts, path = self.seen.program.facts(function), self.seen.program.path(function)
        return self.conditions.standing(facts, site, path).guards

    def _way(self, starts: tuple[str, ...], function: str, asks: int) -> Way | None:
        """The way from some functions to a place in one, which asks for so much itself."""
        least = self._least(starts)
        if function not in least:
            return None
        way = [function]
        while least[way[-1]][1]:
            way.append(least[way[-1]][1])
        return Way(least[function][0] + asks, tuple(reversed(way)))

    def _least(self, starts: tuple[str, ...]) -> dict[str, tuple[int, str]]:
        """The least that is asked on a way to each function, and the function before it."""
        if starts not in self._known:
            self._known[starts] = self._least_from(starts)
        return self._known[starts]

    def _least_from(self, starts: Iterable[str]) -> dict[str, tuple[int, str]]:
        found: dict[str, tuple[int, str]] = {}
        todo = [(0, name, "") for name in sorted(starts)]
        while todo:
            asks, name, before = heappop(todo)
            if name in found:
                continue
            found[name] = (asks, before)
            for callee, sites in self.seen.measured.call_sites(name).items():
                if callee not in found and sites:
                    heappush(todo, (asks + min(self._asks(name, site) for site in sites), callee, name))
        return found

    def _asks(self, function: str, site: int) -> int:
        """How many conditions a call site stands on: of a file that differs those that the source asks for."""
        if site < 0 or function not in self.seen.program.functions:
            return 0
        facts, path = self.seen.program.facts(function), self.seen.program.path(function)
        arms = [facts.arms[arm].condition for arm in arms_around(facts, site)]
        if RARELY in arms:
            return SELDOM
        if path in self.changed:
            return len(self.conditions.standing(facts, site, path).guards)
        return arms.count(SOMETIMES)
