"""What two versions of a sequence have in common, and what not: lines of a text, statements of a file. Pure."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from typing import NamedTuple

from code_path_audit.common_runs import Run, common_runs


class Hunk(NamedTuple):
    """A run of neighbours that were replaced: `before` and `after` are (first, end) in either sequence, from 0, end
    excluded; one of them may be empty."""

    before: tuple[int, int]
    after: tuple[int, int]


def hunks(old: Sequence[Hashable], new: Sequence[Hashable]) -> tuple[Hunk, ...]:
    """Where two sequences differ, in order."""
    found: list[Hunk] = []
    first = begin = 0
    for run in (*common_runs(old, new), Run(len(old), len(new), 0)):
        if (first, begin) != (run.old, run.new):
            found.append(Hunk((first, run.old), (begin, run.new)))
        first, begin = run.old + run.size, run.new + run.size
    return tuple(found)


def lines_after(found: Iterable[Hunk]) -> frozenset[int]:
    """Numbers of the lines, from 1, that are there now and were not."""
    return frozenset(line + 1 for hunk in found for line in range(*hunk.after))
