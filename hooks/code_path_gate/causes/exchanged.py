"""What a change has an action pay instead of what it paid there before, and that was no cheaper. Pure.

A fix of a slowdown seldom takes something away alone: a cache asks for the time of a file, a prefetch is a query where
there was one for each row, three functions that each did something call one that does. What is new at a cause is held
against what the same function, or one that it called, pays no more: no less in all, and in no fewer loops; what the
same function did for the same kind of work may become dearer, as long as an op that grew as much would not fail. What
is given up pays for one cause alone.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from functools import cached_property
from typing import NamedTuple

from code_path_audit.facts.rows import CONDITIONS
from code_path_gate.baseline.model import BaselineOp
from code_path_gate.causes.cause import PREFETCHED, Sides, edits_in
from code_path_gate.causes.differences import dearest_arms
from code_path_gate.measuring.seen import Seen
from code_path_gate.verdict.drift import ALIKE, REACH, Pair, match
from code_path_gate.verdict.growth import gained_cache, is_kept, lost_cache, lost_connection, lost_guard
from code_path_gate.verdict.policy import GROWTH

ALWAYS = CONDITIONS[0]


PUT_OFF = (
    ".delay",
    ".apply_async",
    ".send_task",
    ".enqueue",
    ".enqueue_in",
    ".enqueue_at",
    ".enqueue_job",
    ".send_with_options",
)
"""How the names of calls end that put work off: doing it there and then is no other spelling of that."""


class GivenUp(NamedTuple):
    """An op of before, and how much of its weight is paid no more. `room` is what another spelling of it may weigh
    before an op that grew to as much would fail."""

    op: BaselineOp
    weight: float
    room: float


Added = tuple[BaselineOp | None, BaselineOp]
"""An op that costs more, as it was, None for a new one, and as it is."""


class Exchange:
    """What an action pays no more since a change, until it has paid for something else."""

    def __init__(self, sides: Sides) -> None:
        self.sides, self.head, self.base = sides, sides.head, sides.base
        head, base = self.head, self.base
        before, now = base.measured.current.ops, head.measured.current.ops
        found = match(before, now, head.measured.calls)
        rows = [GivenUp(op, op.weight, GROWTH * op.weight) for op in found.gone]
        for pair in found.pairs:
            spared = max(spared_of(pair), 0)
            other = pair.was.callee != pair.now.callee
            room = GROWTH * pair.was.weight - pair.now.weight if other else GROWTH * spared
            rows += [GivenUp(pair.was, spared, room)] if spared > 0 or other else []
        self.left = {row.op.id: row for row in rows}

    def instead_of(self, function: str, added: Collection[Added]) -> str:
        """What is paid no more that costs no less than what is added by a function, in words; "" where nothing does: by
        that function; or, in an action that pays no more than before in all, one for one by any that the change
        edited."""
        near = reached(self.base, function) | callers(self.head, frozenset(now.function for _, now in added))
        if any(was is not None and lost_guard(was, now) and not is_kept(now) for was, now in added):
            return self._in_its_place(function, added)
        found = self._instead_of([row for row in self._free(added) if row.op.function in near], added)
        found = found or (self._one_for_one(added) if self.is_lighter else "")
        return found or self._in_its_place(function, added)

    def _free(self, added: Iterable[Added]) -> list[GivenUp]:
        """What may pay for something. What asked for something once for all rows pays for its like alone: without it
        each row may ask, where nobody sees it."""
        at_once = all(now.callee.startswith(PREFETCHED) for _, now in added)
        rows = [row for row in self.left.values() if row.weight > 0]
        return [row for row in rows if at_once or not row.op.callee.startswith(PREFETCHED)]

    def _one_for_one(self, added: Collection[Added]) -> str:
        """What is paid no more of the same kind of work, one for each that is added, which is no dearer."""
        waiting = [row for row in self._free(added) if row.op.function in self.edited]
        each, rest = one_for_one(waiting, added, _is_no_cheaper)
        return self._paid(each, [], 0) if each and not rest else ""

    @cached_property
    def is_lighter(self) -> bool:
        """Whether all of the action weighs no more than before."""
        now, was = self.head.measured.current.told, self.base.measured.current.told
        return now.load <= was.load and now.deep <= was.deep

    @cached_property
    def edited(self) -> frozenset[str]:
        """The functions that the change edited or took away, and what they called within a few calls."""
        back = Sides(self.base, self.head, self.sides.change.back)
        found = [name for name in self.base.measured.calls if any(edits_in(back, name))]
        return frozenset().union(*(reached(self.base, name) for name in found))

    def _instead_of(self, given_up: Collection[GivenUp], added: Collection[Added]) -> str:
        by_weight: tuple[list[GivenUp], list[Added]] = ([], [*added])
        for each, rest in (by_weight, once_for_all(given_up, added)):
            more = self._paid_at_once(rest)
            found = [
                (row, share)
                for row in given_up
                if row not in each and (share := min((worth(row.op, now) for _, now in rest), default=0))
            ]
            found.sort(key=lambda row: (-row[0].weight * row[1], row[0].op.id))
            enough = more <= ALIKE * sum(row.weight * share for row, share in found)
            if enough and (more > 0 or each):
                return self._paid(each, found, more)
        return ""

    def _in_its_place(self, function: str, added: Collection[Added]) -> str:
        """What a function itself paid for the same kind of work, where another spelling of that is heavier by less than
        would fail an op that stayed what it was: a folder that is listed in another way, two calls for one."""
        costs = (self.base.measured.current.costs, self.head.measured.current.costs)
        kinds = {now.base_class for _, now in added}
        here = [
            (row, share)
            for row in self.left.values()
            if row.op.function == function
            and not row.op.callee.startswith(PREFETCHED)
            and not row.op.callee.endswith(PUT_OFF)
            and kinds == {row.op.base_class}
            and not any(lost_connection(row.op, now, *costs) for _, now in added)
            and (share := min(worth(row.op, now) for _, now in added)) > 0
        ]
        more = self._paid_at_once(added)
        if more <= 0 or more >= sum(row.room * share for row, share in here):
            return ""
        here.sort(key=lambda row: (-row[0].room * row[1], row[0].op.id))
        self._take(here, more)
        first = here[0][0].op
        return f"done instead of {first.callee} in {first.function}, and costs less than {GROWTH:g} times as much"

    def _paid(self, each: list[GivenUp], rows: list[tuple[GivenUp, float]], more: float) -> str:
        """Takes what was given up for what costs `more`, and all of `each`; what paid first, in words."""
        for row in each:
            self._use(row, row.weight)
        self._take(rows, more)
        first = (each or [rows[0][0]])[0].op
        return f"paid instead of {first.callee} in {first.function}, and costs no more"

    def _take(self, rows: Iterable[tuple[GivenUp, float]], more: float) -> None:
        """Takes what was given up, as far as it pays for what costs `more`."""
        for row, share in rows:
            paid = min(row.room * share, more)
            more -= paid
            self._use(row, paid / share)

    def _use(self, row: GivenUp, paid: float) -> None:
        self.left[row.op.id] = row._replace(weight=max(row.weight - paid, 0), room=row.room - paid)

    def _paid_at_once(self, added: Iterable[Added]) -> float:
        """What all of what is added weighs more together: of what stands in several arms of a branch the dearest."""
        weights: dict[str, list[tuple[int, float]]] = {}
        for was, now in added:
            site = self.head.measured.paths.site(now.id)
            weights.setdefault(now.function, []).append((-1 if site is None else site, _more(was, now)))
        functions = self.head.program.functions
        return sum(
            dearest_arms(self.head.program.facts(name), rows) if name in functions else sum(more for _, more in rows)
            for name, rows in weights.items()
        )


def spared_of(pair: Pair) -> float:
    """What an op weighs less than before, where fewer runs can be counted by those that are gone; all of it where it is
    made for a cache now, or where the next run of the action has that, too. How much of what is asked for a cache has
    nobody counted; it may be all but the first."""
    if lost_cache(pair.now, pair.was) or gained_cache(pair.was, pair.now):
        return pair.was.weight
    fewer = pair.was.amplification - pair.now.amplification
    if fewer > 0 and pair.now.amplification > 0 and pair.was.open_loops <= 0 and pair.now.open_loops <= 0:
        # a run that is gone is worth what it costs alone: who does it elsewhere pays for a first one there
        return max(pair.was.weight - pair.now.weight, pair.now.weight * fewer // pair.now.amplification)
    return pair.was.weight - pair.now.weight


SELDOM = 0.1
"""The part of what runs on a condition that may pay for what runs on a stronger one."""


def worth(old: BaselineOp, new: BaselineOp) -> float:
    """The part of what an op cost that may pay for another: nothing where that is in more loops, or blocks an event
    loop that waited for the old one beside other work; all where it is on no stronger condition."""
    if new.open_loops > old.open_loops or _blocks_instead(old, new):
        return 0
    return 1 if condition(old) <= condition(new) else SELDOM


def _more(was: BaselineOp | None, now: BaselineOp) -> int:
    return now.weight - (was.weight if was is not None and not lost_guard(was, now) else 0)


def _is_no_cheaper(row: GivenUp, added: Added) -> bool:
    was, now = added
    alike = row.op.base_class == now.base_class and worth(row.op, now) == 1
    return alike and _more(was, now) <= ALIKE * row.weight


def once_for_all(given_up: Iterable[GivenUp], added: Iterable[Added]) -> tuple[list[GivenUp], list[Added]]:
    """What was done once for each of rows that nobody counted, and whose kind of work is done once for all of them now,
    whatever the weights take the rows to be: one for one. And what is added besides."""
    return one_for_one(given_up, added, _is_for_each)


def one_for_one(
    given_up: Iterable[GivenUp], added: Iterable[Added], pays: Callable[[GivenUp, Added], bool]
) -> tuple[list[GivenUp], list[Added]]:
    """For each of what is added the least of what was given up that pays for it, none for two; and what nothing pays
    for."""
    waiting = sorted(given_up, key=lambda row: (row.weight, row.op.id))
    each: list[GivenUp] = []
    rest: list[Added] = []
    for new in added:
        row = next((row for row in waiting if row not in each and pays(row, new)), None)
        if row is None:
            rest.append(new)
        else:
            each.append(row)
    return each, rest


def _is_for_each(row: GivenUp, added: Added) -> bool:
    old, (_, new) = row.op, added
    alike = old.base_class == new.base_class and not _blocks_instead(old, new)
    return alike and old.open_loops > new.open_loops


def _blocks_instead(old: BaselineOp, new: BaselineOp) -> bool:
    return new.blocks_event_loop and not old.blocks_event_loop


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
