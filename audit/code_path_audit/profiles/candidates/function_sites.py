"""The call sites of one function by where they stand, for proofs that each ask about a few of very many."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from functools import cached_property

from code_path_audit.facts.function import FunctionFacts

Place = tuple[int, int, int, int]
"""First line and column, last line and column."""


class FunctionSites:
    """Numbers of call sites by place; what is run in two ways, such as a `finally`, has two of one place."""

    def __init__(self, facts: FunctionFacts) -> None:
        self.facts = facts

    @cached_property
    def first_calls(self) -> dict[Place, int]:
        """The first call at a place."""
        return dict(reversed(self._calls))

    @cached_property
    def last_calls(self) -> dict[Place, int]:
        """The last call at a place."""
        return dict(self._calls)

    @cached_property
    def _calls(self) -> list[tuple[Place, int]]:
        sites = self.facts.sites
        return [
            (place, number) for number, place in enumerate(self.facts.positions.sites) if sites[number].kind == "call"
        ]

    @cached_property
    def _by_line(self) -> list[tuple[int, int]]:
        return sorted((place[0], number) for number, place in enumerate(self.facts.positions.sites))

    def within(self, first: int, column: int, last: int) -> list[int]:
        """The call sites of all kinds from a line and column on, to a line."""
        rows, places = self._by_line, self.facts.positions.sites
        begin, end = bisect_left(rows, (first, -1)), bisect_right(rows, (last, len(places)))
        return sorted(
            number
            for line, number in rows[begin:end]
            if places[number][2] <= last and (line > first or places[number][1] >= column)
        )
