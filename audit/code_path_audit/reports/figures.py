"""Which figures reports tell: the weight of an op that runs in so many loops is assumed rounds, multiplied that often,
and says nothing. It has none, and no part in a load that is told; JSON has them all."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from code_path_audit.callgraph.model import Evidence
from code_path_audit.costs.model import ExpensiveOp
from code_path_audit.facts.rows import CONDITIONS
from code_path_audit.profiles.model import ActionProfile
from code_path_audit.profiles.runs.terms import MAX_LOOPS, PlainRuns, degree
from code_path_audit.reports.text import counted, quantity, share

NO_FIGURE = "-"
CERTAIN, POSSIBLE = Evidence.CERTAIN.word, Evidence.POSSIBLE.word

MOST_HEAVIEST = 3
"""Ops that are named as those that make most of a load."""


class Told(NamedTuple):
    """The load of some ops as it is told: that of those with a figure, and how many have none."""

    load: int
    deep: int

    def text(self, calibrated: bool) -> str:
        """ "about 2.1 ms, and 6 ops past 3 loops" """
        load = quantity(self.load, calibrated)
        return f"{load}, and {counted(self.deep, 'op')} past {MAX_LOOPS} loops" if self.deep else load


def told(weighed: Iterable[tuple[int, PlainRuns]]) -> Told:
    """What is told of ops, of each of which there is its weight and how often it runs."""
    rows = [(weight, degree(runs) > MAX_LOOPS) for weight, runs in weighed]
    return Told(sum(weight for weight, deep in rows if not deep), sum(deep for _, deep in rows))


def figure_of(weight: int, runs: PlainRuns, calibrated: bool, form: Callable[[int, bool], str] = quantity) -> str:
    """A weight in some form, of an op that runs so often."""
    return NO_FIGURE if degree(runs) > MAX_LOOPS else form(weight, calibrated)


def is_past_figures(op: ExpensiveOp) -> bool:
    """Whether an op is too deep in loops for its weight to be told."""
    return degree(op.runs) > MAX_LOOPS


def is_counted(op: ExpensiveOp) -> bool:
    """Whether the number of an op's runs is told: more than one, and not the product of too many loops."""
    return op.amplification > 1 and not is_past_figures(op)


def weight_of(op: ExpensiveOp, calibrated: bool, form: Callable[[int, bool], str] = quantity) -> str:
    """The weight of an op, in some form."""
    return figure_of(op.weight, op.runs, calibrated, form)


def share_of(op: ExpensiveOp, load: int) -> str:
    """What part of the load that is told of its action an op is; "" where it has no figure, or no part in it."""
    return "" if is_past_figures(op) or is_only_possible(op) else share(op.weight, load)


def part_of(op: ExpensiveOp, profile: ActionProfile) -> str:
    """What stands between the weight of an op and its action: ", 60% of", or " in" where it has no part in the load."""
    part = share_of(op, told_load(profile))
    return f", {part} of" if part else " in"


def told_load(profile: ActionProfile) -> int:
    """The load of an action without the ops that have no figure."""
    deep = sum(op.weight for op in profile.expensive_ops if is_past_figures(op) and not is_only_possible(op))
    return profile.total_load_estimate - deep


def is_only_possible(op: ExpensiveOp) -> bool:
    """Whether an op is in no load, since only guesses lead to it."""
    return op.evidence == POSSIBLE


def load_of(profile: ActionProfile) -> str:
    """The load of an action as it is told."""
    deep = sum(map(is_past_figures, profile.expensive_ops))
    return Told(told_load(profile), deep).text(profile.calibrated)


def by_weight(profile: ActionProfile) -> list[ExpensiveOp]:
    """The ops of the load that is told, by falling weight; equal ones by place."""
    ops = [op for op in profile.expensive_ops if not is_past_figures(op) and not is_only_possible(op)]
    return sorted(ops, key=lambda op: (-op.weight, op.file, op.line, op.column, op.callee, op.id))


def making_most(profile: ActionProfile) -> list[ExpensiveOp]:
    """The fewest ops that make half of the load that is told, the heaviest first, and at most `MOST_HEAVIEST`."""
    found: list[ExpensiveOp] = []
    left = told_load(profile)
    for op in by_weight(profile)[:MOST_HEAVIEST]:
        if op.weight <= 0 or 2 * left <= told_load(profile):
            break
        found.append(op)
        left -= op.weight
    return found


def always_load(profile: ActionProfile) -> int:
    """The part of the load that is told which is of ops that always run, and that certain calls lead to."""
    return sum(op.weight for op in by_weight(profile) if op.condition in ("", CONDITIONS[0]) and op.evidence == CERTAIN)
