"""What two versions of a sequence have in common, and what not: lines of a text, statements of a file. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

MAX_COMPARED = 5_000
"""Lines or statements that differ, on both sides together: more count as changed all over, because comparing takes
quadratic time."""


class Hunk(NamedTuple):
    """A run of neighbours that were replaced: `before` and `after` are (first, end) in either sequence, from 0, end
    excluded; one of them may be empty."""

    before: tuple[int, int]
    after: tuple[int, int]


def hunks(old: Sequence[object], new: Sequence[object]) -> tuple[Hunk, ...]:
    """Where two sequences differ, in order."""
    start, shorter = 0, min(len(old), len(new))
    while start < shorter and old[start] == new[start]:
        start += 1
    end = 0
    while end < shorter - start and old[-1 - end] == new[-1 - end]:
        end += 1
    left, right = old[start : len(old) - end], new[start : len(new) - end]
    if not left and not right:
        return ()
    if not left or not right or len(left) + len(right) > MAX_COMPARED:
        return (Hunk((start, start + len(left)), (start, start + len(right))),)
    from difflib import SequenceMatcher

    return tuple(
        Hunk((start + first, start + last), (start + begin, start + stop))
        for tag, first, last, begin, stop in SequenceMatcher(None, left, right, autojunk=False).get_opcodes()
        if tag != "equal"
    )


def lines_after(found: Iterable[Hunk]) -> frozenset[int]:
    """Numbers of the lines, from 1, that are there now and were not."""
    return frozenset(line + 1 for hunk in found for line in range(*hunk.after))
