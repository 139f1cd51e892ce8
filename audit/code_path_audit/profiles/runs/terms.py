"""Runs as a polynomial in named loops: how often something is executed, as a sum of products.

`3 * order * line + 1` is two terms: three times for each line of each order, and once more. A loop whose bound is
known is a number and part of the factor; every other loop has a name. Values are plain and frozen, in one fixed order,
so that equal runs are equal values.

What may be assumed of a loop's rounds is that there is at least one: a loop known to run 0 times counts as 1 already.
So of two terms with the same factor the one with more loops is never the smaller.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

LIMIT = 10**12
"""The greatest factor, and the greatest figure: beyond that a number says nothing but "far too often"."""

MAX_TERMS = 12
"""Terms that are kept apart: those of the highest degrees. Past that the rest becomes one term for each number of
loops, which says so (`OTHERS`)."""

MAX_NAMES = 100
"""Loops of one term: more than there are levels of indentation in Python, and in all that runs to its end."""

MAX_LOOPS = 3
"""Loops of unknown bound inside of one another that a figure is believed in: of more it is assumed rounds, multiplied
that often, and says nothing."""

CACHED = 1 << 15
"""Sums, products and alternatives that are kept while an action is counted: of ten, eight or nine come again."""


class LoopName(NamedTuple):
    """A loop of unknown bound. `kind`:

    loop      one round for each `name`: what the loop iterates, as the source says it
    pieces    one round for each piece that several of what is iterated make: a batch
    cycle     the rounds of a recursion; `name` is the function that it is entered by
    first     left at the first success: at most once for each `name`, or at most `name` times where that is a number
    distinct  once for each distinct `name`: what a cache is asked for
    others    any of the loops: of terms that are not kept apart
    """

    kind: str
    name: str


SELDOM = frozenset(("first", "distinct"))
"""The kinds of loops that have one round in a figure."""

OTHERS = LoopName("others", "")
"""A loop of terms that are not kept apart: it stands for as many rounds as the longest of all loops has."""

SELDOM_OTHERS = LoopName("first", "other loop")
"""The same of a loop that has one round in a figure: one that is left at the first success, or what a cache is asked
for."""


class Term(NamedTuple):
    """`count` times for each round of all of the loops, which are sorted; one that comes twice is nested in itself."""

    loops: tuple[LoopName, ...]
    count: int  # type: ignore[assignment]  # a term is never asked for tuple.count


Runs = tuple[Term, ...]
"""A sum of terms with different loops, the highest degree first, then by the names of the loops. () is never."""

PlainRuns = tuple[tuple[tuple[tuple[str, str], ...], int], ...]
"""The same without the names of its parts, as an op has it."""

NEVER: Runs = ()
ONCE: Runs = (Term((), 1),)


def runs_of(terms: Iterable[Term]) -> Runs:
    """A sum of terms, in order; past `MAX_TERMS` the lowest degrees, and of those the smallest factors, become one for
    each number of loops. No figure is another by that, and the sum is no smaller for any number of rounds."""
    rows = _summed(terms)
    if len(rows) > MAX_TERMS:
        rows.sort(key=_importance)
        rows = _summed(chain(rows[: MAX_TERMS - 1], _together(rows[MAX_TERMS - 1 :])))
    if len(rows) > 1:
        rows.sort(key=_order)
    return tuple([Term(loops, count) for loops, count in rows])


Row = tuple[tuple[LoopName, ...], int]
"""A term without the names of its parts: most that are summed up never become one."""


def _summed(terms: Iterable[Row]) -> list[Row]:
    """Terms with different loops, in any order."""
    found: dict[tuple[LoopName, ...], int] = {}
    for loops, count in terms:
        known = found.get(loops)
        found[loops] = count if known is None else known + count
    return [(loops, min(count, LIMIT)) for loops, count in found.items() if count > 0]


def _together(terms: Iterable[Row]) -> list[Row]:
    """Terms as one for each number of loops that are run through in full: each of them runs at most as often as in the
    longest loop. Of the others it has as many as any has."""
    counts: dict[int, int] = {}
    seldom: dict[int, int] = {}
    for loops, count in terms:
        full = _full(loops)
        counts[full] = counts.get(full, 0) + count
        seldom[full] = max(seldom.get(full, 0), len(loops) - full)
    return [((SELDOM_OTHERS,) * seldom[full] + (OTHERS,) * full, count) for full, count in counts.items()]


def times(count: int) -> Runs:
    """So many times."""
    return (Term((), count),)


def _order(term: Row) -> tuple[int, tuple[LoopName, ...]]:
    return -len(term[0]), term[0]


def _importance(term: Row) -> tuple[bool, int, int, tuple[LoopName, ...]]:
    loops, count = term
    return OTHERS in loops or SELDOM_OTHERS in loops, -len(loops), -count, loops


def added(left: Runs, right: Runs) -> Runs:
    """Both."""
    if not left or not right:
        return left or right
    if len(left) == len(right) == 1 and left[0].loops == right[0].loops:
        return (Term(left[0].loops, min(left[0].count + right[0].count, LIMIT)),)
    return _added(left, right)


@lru_cache(CACHED)
def _added(left: Runs, right: Runs) -> Runs:
    return runs_of((*left, *right))


def scaled(runs: Runs, term: Term) -> Runs:
    """As often in each round of a term."""
    loops, count = term
    if not loops:
        return runs if count == 1 else tuple([Term(row.loops, min(row.count * count, LIMIT)) for row in runs])
    return _scaled(runs, term)


@lru_cache(CACHED)
def _scaled(runs: Runs, term: Term) -> Runs:
    loops, count = term
    # another factor changes no term into another: only their order may change
    rows = [Term(tuple(sorted((*row.loops, *loops)))[:MAX_NAMES], min(row.count * count, LIMIT)) for row in runs]
    if len(rows) > 1:
        rows.sort(key=_order)
    return tuple(rows)


def product(left: Runs, right: Runs) -> Runs:
    """As often in each of so many rounds."""
    if len(right) == 1:
        return scaled(left, right[0])
    return runs_of(term for row in right for term in scaled(left, row))


def dearer(left: Runs, right: Runs) -> Runs:
    """Either the one or the other: at least as much as each of them, and as little more as their terms allow.

    That is the one that is dearer, if it covers the other term by term: `order` covers `1`, not `2`.
    """
    if left == right or not right:
        return left
    if not left:
        return right
    return _dearer(left, right)


@lru_cache(CACHED)
def _dearer(left: Runs, right: Runs) -> Runs:
    if _size(left) < _size(right):
        left, right = right, left
    rest = _uncovered(right, left)
    return added(left, rest) if rest else left


def forget() -> None:
    """Lets go of what is kept to be found again."""
    for function in (_added, _scaled, _dearer):
        function.cache_clear()


def fewer(left: Runs, right: Runs) -> Runs:
    """The one that is less, of two that are both enough: by the number of loops first; the left one of equals, and
    beside one that is never."""
    if not right:
        return left
    return min(left, right, key=lambda runs: (max((len(term.loops) for term in runs), default=0), size(runs)))


def _size(runs: Runs) -> tuple[int, Runs]:
    """What says which of two is the dearer one: the runs where every loop has two rounds."""
    return size(runs), runs


def size(runs: Runs) -> int:
    """The runs where every loop has two rounds."""
    return sum([count << len(loops) for loops, count in runs])


def _uncovered(runs: Runs, by: Runs) -> Runs:
    """What is left of some runs where others are counted already: a term covers as much of any that it contains."""
    free = dict(by)
    rest: list[Term] = []
    for loops, count in runs:
        # its own loops first, then those with the fewest more
        used = min(count, free.get(loops, 0))
        if used:
            count -= used
            free[loops] -= used
        if count:
            for have, _ in reversed(by):
                if len(have) > len(loops) and free[have] and _within(loops, have):
                    used = min(count, free[have])
                    count -= used
                    free[have] -= used
                    if not count:
                        break
        if count:
            rest.append(Term(loops, count))
    return tuple(rest)


def _within(loops: tuple[LoopName, ...], more: tuple[LoopName, ...]) -> bool:
    """Whether all of some loops are among others; both are sorted."""
    place = 0
    for loop in loops:
        try:
            place = more.index(loop, place) + 1
        except ValueError:
            return False
    return True


def degree(runs: PlainRuns) -> int:
    """The largest number of loops inside of one another, each run through in full: what grows fastest with the data.

    A loop that is left at the first success does not count, nor what a cache is asked for.
    """
    return max((_full(loops) for loops, _ in runs), default=0)


def _full(loops: Iterable[tuple[str, str]]) -> int:
    return sum([kind not in SELDOM for kind, _ in loops])


def evaluated(runs: Runs, rounds: Callable[[LoopName], int]) -> int:
    """The number of runs where each loop has so many rounds; `OTHERS` is asked for, too."""
    total = 0
    for loops, count in runs:
        for loop in loops:
            count = min(count * max(rounds(loop), 1), LIMIT)
        total += count
    return min(total, LIMIT)


def figure(runs: Runs, assumed_bound: int) -> int:
    """The number of runs where all goes well: a loop that is left at the first success has one round, a cache is asked
    for one thing, and any other loop has the assumed bound."""
    return evaluated(runs, lambda loop: 1 if loop.kind in SELDOM else assumed_bound)
