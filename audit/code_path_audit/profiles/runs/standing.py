"""Where something stands in its function: the loops around it that count, its condition, and what keeps it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from code_path_audit.callgraph.model import SolvedGraph
from code_path_audit.facts.function import FunctionFacts
from code_path_audit.facts.rows import ALWAYS, KEPT, RARELY, Arm
from code_path_audit.profiles.reach import Reach
from code_path_audit.profiles.runs.model import Around
from code_path_audit.profiles.runs.terms import LoopName


class Standing(NamedTuple):
    """Where a call site stands in its function: the loops around it that count, outermost first; the condition that is
    the weakest of its arms; and the arm that keeps what it makes for the whole action, -1 for none."""

    loops: tuple[Around, ...]
    condition: int
    keeper: int


PLAIN = Standing((), ALWAYS, -1)
"""In no loop and in no branch."""


def stands(reach: Reach, function: str, site: int) -> Standing:
    """Where a call site of an action stands, looked at once: every step of weighing asks for it."""
    if site < 0:
        return PLAIN
    found: Standing | None = reach.standings.get((function, site))
    if found is None:
        found = standing(reach.facts(function), reach.graph, function, site)
        reach.standings[function, site] = found
    return found


def standing(facts: FunctionFacts, graph: SolvedGraph, function: str, site: int) -> Standing:
    """Where a call site stands: without the loops that it leaves, or that it is kept for."""
    if site < 0:
        return PLAIN
    row = facts.sites[site]
    return standing_at(facts, graph, function, row.loop, row.arm) if row.loop >= 0 or row.arm >= 0 else PLAIN


def standing_at(facts: FunctionFacts, graph: SolvedGraph, function: str, loop: int, arm: int) -> Standing:
    """The same of a place that is no call site, by the innermost loop and arm around it."""
    found: list[Around] = []
    condition, keeper = 0, -1
    while arm >= 0:
        row, left = facts.arms[arm], 0
        if row.asks and (function, arm) in graph.filled:
            left = row.asks  # as `arm_at` says; here it is asked of up to 500 arms for each place
        else:
            condition = row.condition if row.condition > condition else condition
            left = row.left
        if left and keeper < 0 and not is_emptied(facts, row):
            while loop != row.loop and is_inside(facts, loop, row.loop):
                found.append(around(facts, graph, function, loop))
                loop = facts.loops[loop].parent
            if left == KEPT:
                keeper = arm
            else:
                if row.per:
                    found.append(Around((function, ~arm), 1, LoopName("distinct", row.per)))
                outside = row.loop
                for _ in range(left):
                    outside = facts.loops[outside].parent if outside >= 0 else -1
                loop = outside if is_inside(facts, loop, outside) else loop
        arm = row.parent
    if keeper < 0:
        found += loops_from(facts, graph, function, loop)
    return Standing(tuple(reversed(found)), condition, keeper)


def arm_at(facts: FunctionFacts, graph: SolvedGraph, function: str, number: int) -> Arm:
    """An arm of a function, with what is known of the functions that it calls: they may make what it asks for."""
    arm = facts.arms[number]
    return arm._replace(condition=ALWAYS, left=arm.asks) if arm.asks and (function, number) in graph.filled else arm


def branches(arms: Sequence[Arm]) -> list[tuple[int, list[int]]]:
    """The branches of a function, inner ones before those around them: the arm that each stands in, -1 for none, and
    its own arms by number."""
    choices: dict[tuple[int, int], list[int]] = {}
    for number, arm in enumerate(arms):
        choices.setdefault((arm.parent, arm.choice), []).append(number)
    # what stands inside of an arm has a greater number than the first of its choice
    return [(parent, members) for (parent, _), members in reversed(choices.items())]


def together(arms: Sequence[Arm], around: Iterable[int]) -> int:
    """On which condition one of several calls runs that each stand in one of some arms of a function, -1 for none:
    always, where each arm of a branch has one."""
    best = dict.fromkeys(around, ALWAYS)
    for parent, members in branches(arms):
        ways = [max(arms[number].condition, best[number]) for number in members if number in best]
        if not ways:
            continue
        condition = min(ways)
        if len(ways) == len(members) > 1 and max(arms[number].condition for number in members) < RARELY:
            condition = min(condition, max(best[number] for number in members))
        best[parent] = min(best.get(parent, condition), condition)
    return best.get(-1, RARELY)


def is_emptied(facts: FunctionFacts, arm: Arm) -> bool:
    """Whether a variable of the function that an arm keeps something in is emptied again in the loops that it is kept
    for."""
    loops = emptied_in(facts).get((arm.target, arm.flag)) if arm.target else None
    loop = arm.loop if loops else -1
    while loop >= 0:
        if loops and loop in loops:
            return True
        loop = facts.loops[loop].parent
    return False


@lru_cache(maxsize=64)
def emptied_in(facts: FunctionFacts) -> dict[tuple[str, bool], set[int]]:
    """The loops in which variables of a function are emptied, or flags are raised, by what they are called."""
    found: dict[tuple[str, bool], set[int]] = {}
    for reset in facts.resets:
        if reset.own and reset.loop >= 0:
            found.setdefault((reset.target, reset.flag), set()).add(reset.loop)
    return found


def is_inside(facts: FunctionFacts, loop: int, other: int) -> bool:
    """Whether a loop is another, or stands in it (-1: the function itself)."""
    while loop != other and loop >= 0:
        loop = facts.loops[loop].parent
    return loop == other


def loops_from(facts: FunctionFacts, graph: SolvedGraph, function: str, loop: int) -> list[Around]:
    """A loop of a function and those around it."""
    found = []
    while loop >= 0:
        found.append(around(facts, graph, function, loop))
        loop = facts.loops[loop].parent
    return found


def around(facts: FunctionFacts, graph: SolvedGraph, function: str, loop: int) -> Around:
    """A loop of a function: its bound, or its name."""
    row = facts.loops[loop]
    if row.once:
        return Around((function, loop), 1, None)
    bound = graph.bounds.get((function, loop))
    named = graph.loop_names.get((function, loop), row.name)
    known = bound is not None and bound.count is not None
    count = bound.count if bound is not None and bound.count is not None else 1
    if row.first:
        name = LoopName("first", str(count) if known else named)
        return Around((function, loop), 1, name if count > 1 or not known else None)
    return Around((function, loop), count, None if known else LoopName("loop", named))
