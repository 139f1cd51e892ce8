"""Whether files may have been written when a call runs: what two calls read is the same where none is before the last.

A call runs after what stands before it in its function, and around it in a loop; and its function after what runs
before the calls of it. A generator, and what is handed to a library, may run later: after all that their caller does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from code_path_audit.costs.model import StateMutation
from code_path_audit.facts.function import FunctionFacts
from code_path_audit.profiles.reach import Reach

WRITE = "file_write"


class Writing(NamedTuple):
    """Where a function writes files, itself or in what it calls: the first of the call sites, -1 for one that stands
    nowhere, and the outermost loops that any of them is in (-1: one is in none)."""

    first: int
    loops: frozenset[int]

    def is_before(self, facts: FunctionFacts, site: int) -> bool:
        """Whether one may run before a call site of the same function."""
        loop = outermost_loop(facts, site)
        return self.first < site or (loop >= 0 and loop in self.loops)


class Writes:
    """Where an action writes files, or makes mutations of another `kind`. `mutations` by their functions; `below` each
    function and all that it reaches, as a mask of the functions' `bit`s."""

    def __init__(
        self,
        reach: Reach,
        mutations: Mapping[str, Sequence[StateMutation]],
        below: Mapping[str, int],
        bit: Mapping[str, int],
        kind: str = WRITE,
    ) -> None:
        self.reach, self.mutations, self.below, self.bit = reach, mutations, below, bit
        self.kind = kind
        self.known: dict[str, Writing | None] = {}
        self.mask = 0
        for name, rows in mutations.items():
            if any(row.kind == kind for row in rows):
                self.mask |= bit[name]

    def may_be_before(self, function: str, site: int) -> bool:
        """Whether a file may be written before, or between two runs of, a call site of the action."""
        if not self.mask:
            return False
        if len(self.reach.entries) > 1 or site < 0 or function in self.begun_after:
            return True
        here = self.of(function)
        return here is not None and here.is_before(self.reach.facts(function), site)

    def of(self, function: str) -> Writing | None:
        """What a function writes; None for nothing."""
        if function not in self.known:
            self.known[function] = self._of(function) if self.below[function] & self.mask else None
        return self.known[function]

    def _of(self, function: str) -> Writing | None:
        sites = [row.site for row in self.mutations.get(function, ()) if row.kind == self.kind]
        sites += [
            edge.site
            for edge in self.reach.callees.get(function, ())
            if edge.site >= 0 and self.below[edge.callee] & self.mask
        ]
        if not sites:
            return None
        facts = self.reach.facts(function)
        return Writing(min(sites), frozenset(outermost_loop(facts, site) for site in sites))

    @cached_property
    def begun_after(self) -> frozenset[str]:
        """The functions of which a call may begin after a file was written: by how they are called, or their caller
        is."""
        found = {name for name in self.reach.depths if self._may_begin_after(name)}
        todo = list(found)
        while todo:
            for edge in self.reach.callees.get(todo.pop(), ()):
                if edge.callee not in found:
                    found.add(edge.callee)
                    todo.append(edge.callee)
        return frozenset(found)

    def _may_begin_after(self, function: str) -> bool:
        """Whether the callers of a function write files before they call it."""
        facts_of = self.reach.facts
        is_generator = facts_of(function).is_generator
        for edge in self.reach.callers.get(function, ()):
            if edge.site < 0 or self.below[function] & self.bit[edge.caller]:
                return True  # from nowhere, or a recursion
            there = self.of(edge.caller)
            if there is not None and (
                is_generator or edge.kind == "callback" or there.is_before(facts_of(edge.caller), edge.site)
            ):
                return True
        return False


def outermost_loop(facts: FunctionFacts, site: int) -> int:
    """The outermost loop that a call site is in, -1 for none: sites that share any loop share this one."""
    loop = found = facts.sites[site].loop if site >= 0 else -1
    while loop >= 0:
        found, loop = loop, facts.loops[loop].parent
    return found
