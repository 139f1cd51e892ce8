"""Loops that a call may leave: it is the same in each of their rounds."""

from __future__ import annotations

import ast

from code_path_audit.costs.model import ExpensiveOp
from code_path_audit.profiles.amplification import base_class_of
from code_path_audit.profiles.candidates.invariance import Invariance
from code_path_audit.profiles.candidates.proposal import Traced
from code_path_audit.profiles.candidates.repeatable import leaves_early, runs_each_round
from code_path_audit.profiles.candidates.syntax import Loop, Spot

ASKED_AGAIN = frozenset(("network", "subprocess"))
"""Classes whose answer is another machine's or process's own: in a loop that counts, asking again may be meant."""


FIRST = "first"
"""What a hoist adds that runs in some rounds alone: it is made in the first of them."""


def where_to(left: list[Loop], sometimes: bool = False) -> str:
    """Where a hoist that leaves some loops, the innermost first, moves work to, in words."""
    lines = " and ".join(str(loop.lineno) for loop in reversed(left))
    return f"the first time that the loop in line {lines} needs it" if sometimes else f"before the loop in line {lines}"


def loops_to_leave(
    traced: Traced, op: ExpensiveOp, spot: Spot, is_call: bool = False, sometimes: bool = False
) -> list[Loop]:
    """The loops around an op, or around a call of a function of the source that stands for one, innermost first, in
    each round of which it runs on the same input; `sometimes`: in some."""
    found: list[Loop] = []
    facts = traced.reach.facts(op.function)
    if facts.sites[op.site].conditional and not sometimes:
        return []
    for loop in spot.loops:
        if not isinstance(loop, ast.For) or not runs_each_round(spot, loop, sometimes) or leaves_early(loop):
            break
        if sometimes and any(isinstance(row, ast.comprehension) for row in loop.orelse):
            break  # a list that is made of some elements has no first round to make it in
        if base_class_of(op) in ASKED_AGAIN and counts(loop):
            break
        proof = Invariance(traced, op, spot, loop)
        if not (proof.holds_for_call() if is_call else proof.holds()):
            break
        found.append(loop)
    return found


def counts(loop: ast.For) -> bool:
    """Whether a loop iterates numbers alone: so often, and not for each of something."""
    text = ast.unparse(loop.iter)
    return text.startswith(("range(", "count(", "itertools.count(", "itertools.repeat(", "repeat("))


def loop_after(traced: Traced, op: ExpensiveOp, left: int) -> int:
    """The loop that an op stands in after it left so many."""
    facts = traced.reach.facts(op.function)
    loop = facts.sites[op.site].loop
    for _ in range(left):
        loop = facts.loops[loop].parent if loop >= 0 else -1
    return loop


def out_of_loops(traced: Traced, op: ExpensiveOp, spot: Spot) -> tuple[list[Loop], bool]:
    """The loops that an op may leave, and whether only some of their rounds run it."""
    left = loops_to_leave(traced, op, spot)
    if left or not traced.reach.facts(op.function).sites[op.site].conditional:
        return left, False
    return loops_to_leave(traced, op, spot, sometimes=True), True
