"""Rows of functions by their call sites: those of one statement are found without a look at all others."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from typing import Generic, Protocol, TypeVar


class AtSite(Protocol):
    """What stands at a call site of its function."""

    @property
    def site(self) -> int: ...


Row = TypeVar("Row", bound=AtSite)


class BySite(Generic[Row]):
    """The rows of each function, in an order of their own, which is kept."""

    def __init__(self, rows: Mapping[str, Sequence[Row]]) -> None:
        self.rows = rows
        self.sorted: dict[str, tuple[list[int], list[int]]] = {}

    def between(self, function: str, first: int, last: int) -> list[Row]:
        """The rows of a function at the sites from `first` on, and before `last`, in the order of all rows."""
        rows = self.rows.get(function)
        if not rows:
            return []
        index = self.sorted.get(function)
        if index is None:
            order = sorted(range(len(rows)), key=lambda position: rows[position].site)
            index = self.sorted[function] = [rows[position].site for position in order], order
        sites, order = index
        return [rows[position] for position in sorted(order[bisect_left(sites, first) : bisect_left(sites, last)])]
