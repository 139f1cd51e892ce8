"""Observations: what recorded runs measured at call sites, as committed beside the code, and as the stages take it.

They are made for merging: no lines of code, dates or machines in them, counts as powers of two, sizes and times in
steps of 1, 2, 5, 10, ...; `observations_file` reads and writes them.
"""

from __future__ import annotations

import bisect
from collections import Counter
from collections.abc import Iterable
from typing import Any, NamedTuple, TypeVar

STABLE = 1.5
"""A size or a trip count is taken over where it changed by more than this factor."""
STABLE_NS = 4.0
"""A time: single executions of the same work differ by half on a quiet machine; what an audit acts on is a factor of
4."""

Histogram = tuple[tuple[int, int], ...]
"""(step, log2 of the count) in ascending order of the steps."""

_STEPS: list[int] = [0] + [mantissa * 10**power for power in range(16) for mantissa in (1, 2, 5)]

LARGEST = _STEPS[-1]
"""No size, time or trip count is larger."""


class OpObservation(NamedTuple):
    """An op that ran below an action's entry points. `hits` is a log2; `ns` and `awaited` hold times of one execution.

    `direct` is False where a library executed it on behalf of the call site. `trips` is how often it ran for each start
    of its function; None where that was not recorded.
    """

    action: str
    file: str
    function: str
    callee: str
    ordinal: int
    cost_class: str
    direct: bool
    hits: int
    sizes: Histogram
    ns: Histogram
    awaited: Histogram
    trips: int | None


class EdgeObservation(NamedTuple):
    """A call between two functions of the source. `text` is the call as written, `ordinal` its place among the same;
    `direct` is False where a library made it on behalf of the call site."""

    action: str
    file: str
    caller: str
    text: str
    ordinal: int
    callee: str
    direct: bool
    hits: int


class ImportObservation(NamedTuple):
    """A module that was first imported below an action's entry points, from `file`; `ns` with all it imported
    itself."""

    action: str
    file: str
    module: str
    ns: Histogram


class GcObservation(NamedTuple):
    """Runs of the garbage collector below an action's entry points, and what they took together."""

    action: str
    generation: int
    hits: int
    ns: int


class LoopObservation(NamedTuple):
    """A loop around ops, or around calls that lead to ops. `ordinal` is its place among the loops of its function,
    from 1; `trips` is how often its body ran for each start of the function, with the loops around it."""

    action: str
    file: str
    function: str
    ordinal: int
    trips: int


class RunObservation(NamedTuple):
    """How often the action itself ran: a log2. What its ops took is a matter of all these runs."""

    action: str
    hits: int


class Observations(NamedTuple):
    """All that is known from recordings; every tuple is sorted, with one record for each key."""

    ops: tuple[OpObservation, ...] = ()
    edges: tuple[EdgeObservation, ...] = ()
    imports: tuple[ImportObservation, ...] = ()
    collections: tuple[GcObservation, ...] = ()
    loops: tuple[LoopObservation, ...] = ()
    runs: tuple[RunObservation, ...] = ()

    def actions(self) -> frozenset[str]:
        """The actions that were recorded."""
        return frozenset(row.action for rows in self for row in rows)


Record = OpObservation | EdgeObservation | ImportObservation | GcObservation | LoopObservation | RunObservation
Row = TypeVar("Row", bound=Record)


def step(value: float) -> int:
    """The nearest of 0, 1, 2, 5, 10, 20, 50, ... by ratio; anything from 0.5 on is at least 1."""
    if value < 0.5:
        return 0
    at = bisect.bisect_left(_STEPS, value)
    if at >= len(_STEPS):
        return _STEPS[-1]
    below, above = _STEPS[at - 1], _STEPS[at]
    return above if below == 0 or value * value >= below * above else below


def log2(count: int) -> int:
    """The power of two at or below a count; 0 for none at all, too."""
    return max(0, count.bit_length() - 1)


def histogram(values: Iterable[float]) -> Histogram:
    """Values by step."""
    counts = Counter(step(value) for value in values)
    return tuple((value, log2(count)) for value, count in sorted(counts.items()))


def median(rows: Histogram) -> int | None:
    """The step that holds the middle of a histogram; None for an empty one."""
    left = sum(1 << min(count, 62) for _, count in rows) / 2
    for value, count in rows:
        left -= 1 << min(count, 62)
        if left <= 0:
            return value
    return None


def mean(rows: Histogram) -> float | None:
    """The mean of a histogram's steps; None for an empty one."""
    total = sum(1 << min(count, 62) for _, count in rows)
    return sum(value << min(count, 62) for value, count in rows) / total if total else None


def average(rows: Histogram) -> int | None:
    """The step nearest to the mean of a histogram; None for an empty one. As many executions of that size handle as
    much as all together did: of twenty files the large ones are most of the work."""
    each = mean(rows)
    return None if each is None else step(each)


# merging


def merge(*all_of: Observations) -> Observations:
    """The union of sets of observations, whatever their order. Of a key with different records their counts are added,
    bucket by bucket; records that are the same are one recording, so that merging twice adds nothing."""
    return Observations(*(_merged(row for one in all_of for row in one[index]) for index in range(len(Observations()))))  # type: ignore[arg-type]


def _merged(rows: Iterable[Row]) -> tuple[Row, ...]:
    found: dict[tuple[object, ...], dict[Row, None]] = {}
    for row in rows:
        found.setdefault(key_of(row), {})[row] = None
    return tuple(sorted((_united(tuple(same)) for same in found.values()), key=sort_key))


def _united(rows: tuple[Row, ...]) -> Row:
    first = rows[0]
    if len(rows) == 1:
        return first
    values: list[Any] = []
    for name, column in zip(first._fields, zip(*rows, strict=True), strict=True):
        if name in ("sizes", "awaited") or (name == "ns" and isinstance(column[0], tuple)):
            buckets: dict[int, list[int]] = {}
            for histogram_of in column:
                for value, count in histogram_of:
                    buckets.setdefault(value, []).append(count)
            values.append(tuple((value, added(counts)) for value, counts in sorted(buckets.items())))
        elif name == "hits":
            values.append(added(column))
        elif name == "ns":
            values.append(step(sum(column)))
        elif name == "trips":
            values.append(max((value for value in column if value is not None), default=None))
        else:
            values.append(max(column))
    return type(first)(*values)


def added(counts: Iterable[int]) -> int:
    """The log2 of the sum of counts that are given as log2."""
    return log2(sum(1 << min(count, 62) for count in counts))


def update(old: Observations, new: Observations, actions: frozenset[str]) -> Observations:
    """A new recording of some actions in the place of their old one: values that hardly changed stay as they were."""
    return Observations(
        _updated(old.ops, new.ops, actions), _updated(old.edges, new.edges, actions),
        _updated(old.imports, new.imports, actions), _updated(old.collections, new.collections, actions),
        _updated(old.loops, new.loops, actions), _updated(old.runs, new.runs, actions),
    )  # fmt: skip


def _updated(old: tuple[Row, ...], new: tuple[Row, ...], actions: frozenset[str]) -> tuple[Row, ...]:
    before = {key_of(row): row for row in old}
    rows = [row for row in old if row.action not in actions]
    rows += [_settled(before[key_of(row)], row) if key_of(row) in before else row for row in new]
    return tuple(sorted(rows, key=sort_key))


def _settled(old: Row, new: Row) -> Row:
    values: list[Any] = []
    name: str
    mine: Any
    theirs: Any
    for name, mine, theirs in zip(old._fields, old, new, strict=True):
        if name == "hits":
            values.append(mine if abs(mine - theirs) <= 1 else theirs)
        elif name in ("sizes", "ns", "awaited", "trips"):
            within = STABLE if name in ("sizes", "trips") else STABLE_NS
            told = average if name == "sizes" else median
            before, now = (told(mine), told(theirs)) if isinstance(mine, tuple) else (mine, theirs)
            values.append(mine if close(before, now, within) else theirs)
        else:
            values.append(theirs)
    return type(old)(*values)


def close(one: int | None, other: int | None, factor: float) -> bool:
    """Whether two values are within a factor of each other; None is close to None alone."""
    if one is None or other is None:
        return one is other
    return max(one, other) <= factor * min(one, other)


_VALUES = frozenset({"hits", "sizes", "ns", "awaited", "trips", "cost_class", "direct"})


def key_of(row: Row) -> tuple[object, ...]:
    """What identifies a record: all that is no measured value."""
    extra = (row.direct,) if isinstance(row, OpObservation | EdgeObservation) else ()
    return (*(value for name, value in zip(row._fields, row, strict=True) if name not in _VALUES), *extra)


def sort_key(row: Row) -> tuple[str, ...]:
    return tuple(f"{value:012d}" if isinstance(value, int) else str(value) for value in key_of(row))
