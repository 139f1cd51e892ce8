"""What two sequences have in common, in order: lines of a text, statements of a file, instructions of a function. Pure.

The shortest edit script by E. W. Myers ("An O(ND) Difference Algorithm and Its Variations", 1986), as long as it is
short; what differs in more places is split at what occurs once on either side, as in a "patience diff", and what is
then still long counts as another all over. So the time grows with the length and the number of differences, never with
the product of two lengths.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Hashable, Sequence
from typing import NamedTuple

MOST = 2_000
"""Elements that an edit script may take out and put in, all together."""


class Run(NamedTuple):
    """Neighbours that both sequences have: where they begin in the old and in the new one, from 0, and how many."""

    old: int
    new: int
    size: int


def common_runs(old: Sequence[Hashable], new: Sequence[Hashable]) -> tuple[Run, ...]:
    """The runs that two sequences share, in the order of both, as long as they can be."""
    numbers: dict[Hashable, int] = {}
    before = [numbers.setdefault(one, len(numbers)) for one in old]
    now = [numbers.setdefault(one, len(numbers)) for one in new]
    found: list[Run] = []
    todo = [(0, len(before), 0, len(now))]
    while todo:
        left, right, first, last = todo.pop()
        start, end = _ends(before[left:right], now[first:last])
        found += [Run(left, first, start), Run(right - end, last - end, end)]
        left, right, first, last = left + start, right - end, first + start, last - end
        if left == right or first == last:
            continue
        pairs = _shortest(before[left:right], now[first:last])
        if pairs is not None:
            found += [Run(left + one, first + other, 1) for one, other in pairs]
            continue
        at, there = left, first
        anchors = _anchors(before[left:right], now[first:last])
        for one, other in anchors:
            todo.append((at, left + one, there, first + other))
            found.append(Run(left + one, first + other, 1))
            at, there = left + one + 1, first + other + 1
        if anchors:
            todo.append((at, right, there, last))
    return _joined(sorted(run for run in found if run.size))


def _joined(runs: Sequence[Run]) -> tuple[Run, ...]:
    """Runs as long as they can be, of sorted ones."""
    found: list[Run] = []
    for run in runs:
        if found and (found[-1].old + found[-1].size, found[-1].new + found[-1].size) == run[:2]:
            found[-1] = found[-1]._replace(size=found[-1].size + run.size)
        else:
            found.append(run)
    return tuple(found)


def _ends(old: Sequence[int], new: Sequence[int]) -> tuple[int, int]:
    """How many elements two sequences have in common at their beginning, and how many of the rest at their end."""
    shorter = min(len(old), len(new))
    start = next((at for at in range(shorter) if old[at] != new[at]), shorter)
    rest = shorter - start
    return start, next((at for at in range(rest) if old[-1 - at] != new[-1 - at]), rest)


def _shortest(old: Sequence[int], new: Sequence[int]) -> list[tuple[int, int]] | None:
    """The pairs that the shortest edit script leaves alone; None where it is too long."""
    length, width = len(old), len(new)
    shared = (Counter(old) & Counter(new)).total()
    if not shared:
        return []
    most = min(MOST, length + width)
    if length + width - 2 * shared > most:
        return None  # whatever their order
    middle = most + 1
    # by diagonal, old minus new: how far the furthest path of so many edits gets in the old one
    furthest = [-1] * (2 * middle + 1)
    furthest[middle + 1] = 0
    trace: list[list[int]] = []
    for edits in range(most + 1):
        trace.append(furthest[middle - edits - 1 : middle + edits + 2])
        low, high = edits - 2 * max(0, edits - width), edits - 2 * max(0, edits - length)
        for diagonal in range(-low, high + 1, 2):
            put_in = _is_put_in(furthest, middle, edits, diagonal)
            at = furthest[middle + diagonal + 1] if put_in else furthest[middle + diagonal - 1] + 1
            while at < length and at - diagonal < width and old[at] == new[at - diagonal]:
                at += 1
            furthest[middle + diagonal] = at
            if at >= length and at - diagonal >= width:
                return _back(trace, length, width)
    return None


def _is_put_in(furthest: Sequence[int], middle: int, edits: int, diagonal: int) -> bool:
    """Whether a path comes to a diagonal by what is put in, not by what is taken out."""
    taken_out, put_in = furthest[middle + diagonal - 1], furthest[middle + diagonal + 1]
    return diagonal == -edits or (diagonal != edits and taken_out < put_in)


def _back(trace: Sequence[Sequence[int]], length: int, width: int) -> list[tuple[int, int]]:
    """The pairs on the path to the ends of both sequences."""
    pairs = []
    for edits in range(len(trace) - 1, -1, -1):
        furthest, middle, diagonal = trace[edits], edits + 1, length - width
        put_in = _is_put_in(furthest, middle, edits, diagonal)
        beside = diagonal + 1 if put_in else diagonal - 1
        entered = furthest[middle + beside] + (not put_in)
        while length > entered:
            length, width = length - 1, width - 1
            pairs.append((length, width))
        length, width = (length, width - 1) if put_in else (length - 1, width)
    return pairs


def _anchors(old: Sequence[int], new: Sequence[int]) -> list[tuple[int, int]]:
    """Pairs of what occurs once in either sequence, as many as come in the same order in both."""
    once = {one for one, count in Counter(new).items() if count == 1}
    places = {one: at for at, one in enumerate(new) if one in once}
    counts = Counter(old)
    pairs = [(at, places[one]) for at, one in enumerate(old) if counts[one] == 1 and one in places]
    # the longest increasing subsequence, by the last element of each length
    ends: list[int] = []
    last: list[int] = []
    before: list[int] = []
    for number, (_, place) in enumerate(pairs):
        length = bisect_left(ends, place)
        before.append(last[length - 1] if length else -1)
        ends[length : length + 1] = [place]
        last[length : length + 1] = [number]
    found = []
    number = last[-1] if last else -1
    while number >= 0:
        found.append(pairs[number])
        number = before[number]
    return found[::-1]
