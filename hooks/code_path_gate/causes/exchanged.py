"""What a change has an action pay instead of what it paid there before, and that was no cheaper. Pure.

A fix of a slowdown seldom takes something away alone: a cache asks for the time of a file, a prefetch is a query where
there was one for each row, three functions that each did something call one that does. What is new at a cause is held
against what the same function, or one that it called, pays no more: no less in all, and in no fewer loops. What is
given up pays for one cause alone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import NamedTuple

from code_path_audit.facts.rows import CONDITIONS
from code_path_gate.baseline.model import BaselineOp
from code_path_gate.measuring.seen import Seen
from code_path_gate.verdict.drift import ALIKE, REACH, Pair, match
from code_path_gate.verdict.growth import gained_cache, lost_cache

ALWAYS = CONDITIONS[0]


class GivenUp(NamedTuple):
    """An op of before, and how much of its weight is paid no more."""

    op: BaselineOp
    weight: float


class Exchange:
    """What an action pays no more since a change, until it has paid for something else."""

    def __init__(self, head: Seen, base: Seen) -> None:
        self.head, self.base = head, base
        before, now = base.measured.current.ops, head.measured.current.ops
        found = match(before, now, head.measured.calls)
        rows = [GivenUp(op, op.weight) for op in found.gone]
        rows += [GivenUp(pair.was, spared) for pair in found.pairs if (spared := spared_of(pair)) > 0]
        self.left = {row.op.id: row for row in rows}

    def instead_of(self, function: str, added: Collection[tuple[BaselineOp | None, BaselineOp]]) -> str:
        """What a function pays no more that costs no less than what is added by it, in words; "" where nothing does.
        Each of what is added is an op as it was, None for a new one, and as it is."""
        more: float = sum(now.weight - (was.weight if was is not None else 0) for was, now in added)
        near = reached(self.base, function) | callers(self.head, frozenset(now.function for _, now in added))
        rows = [
            (row, share)
            for row in self.left.values()
            if row.op.function in near and (share := min((worth(row.op, now) for _, now in added), default=0))
        ]
        rows.sort(key=lambda found: (-found[0].weight * found[1], found[0].op.id))
        if more <= 0 or more > ALIKE * sum(row.weight * share for row, share in rows):
            return ""
        for row, share in rows:
            paid = min(row.weight * share, more)
            more -= paid
            self.left[row.op.id] = row._replace(weight=row.weight - paid / share)
        first = rows[0][0].op
        return f"paid instead of {first.callee} in {first.function}, and costs no more"


HITS = 0.9
"""The part of what is asked for that a cache is taken to have, where nobody has counted."""


def spared_of(pair: Pair) -> float:
    """What an op weighs less than before: most of it where it is made for a cache now, all where the next run of the
    action has that, too."""
    if lost_cache(pair.now, pair.was):
        return pair.was.weight
    spared = pair.was.weight - pair.now.weight
    return max(spared, HITS * pair.was.weight) if gained_cache(pair.was, pair.now) else spared


SELDOM = 0.1
"""The part of what runs on a condition that may pay for what runs on a stronger one."""

EACH = 4
"""How much of what runs in fewer loops may be paid by what ran once for each of rows that nobody counted: the weights
take these to be two."""


def worth(old: BaselineOp, new: BaselineOp) -> float:
    """The part of what an op cost that may pay for another: nothing where that is in more loops, or blocks an event
    loop that waited for the old one beside other work; all where it is on no stronger condition; more where it is in
    fewer loops."""
    if new.open_loops > old.open_loops or (new.blocks_event_loop and not old.blocks_event_loop):
        return 0
    if old.open_loops > new.open_loops:
        return EACH
    return 1 if condition(old) <= condition(new) else SELDOM


def condition(op: BaselineOp) -> int:
    """The condition of an op, the strongest first."""
    return CONDITIONS.index(op.condition or ALWAYS)


def callers(seen: Seen, functions: frozenset[str]) -> frozenset[str]:
    """What calls one of some functions itself."""
    return frozenset(name for name, callees in seen.measured.calls.items() if not functions.isdisjoint(callees))


def reached(seen: Seen, function: str) -> frozenset[str]:
    """A function, and what it calls within a few calls."""
    found = {function}
    front: Iterable[str] = [function]
    for _ in range(REACH):
        front = [callee for name in front for callee in seen.measured.calls.get(name, ()) if callee not in found]
        found.update(front)
    return frozenset(found)
