"""Because of what an op grew, as far as its runs say: a loop, a call, a cycle, a cache, a guard."""

from __future__ import annotations

from code_path_audit.facts.rows import CONDITIONS
from code_path_audit.profiles.runs.terms import Runs, degree, figure
from code_path_audit.profiles.runs.words import from_text, in_words
from code_path_gate.baseline.model import BaselineOp

ROUNDS = 10
"""Rounds of every loop by which sums of terms are ordered, be they what they may."""


def lost_guard(was: BaselineOp, now: BaselineOp) -> bool:
    """Whether an op runs on a weaker condition now: always, where a branch or an error led to it before."""
    if not was.condition or not now.condition:
        return False
    return CONDITIONS.index(now.condition) < CONDITIONS.index(was.condition)


def causes(was: BaselineOp, now: BaselineOp) -> list[str]:
    """What makes an op run more often than before, in words."""
    found = [f"a guard: it ran {was.condition}, now {now.condition}"] if lost_guard(was, now) else []
    if not was.runs or not now.runs or was.runs == now.runs:
        return found
    before, after = from_text(was.runs), from_text(now.runs)
    if figure(after, ROUNDS) <= figure(before, ROUNDS):
        return found
    told = f"it ran {in_words(before)}, now {in_words(after)}"
    if number_of(before, "distinct") > number_of(after, "distinct"):
        return [*found, f"a cache: {told}"]
    if number_of(after, "cycle") > number_of(before, "cycle"):
        return [*found, f"a cycle: {told}"]
    return [*found, f"{'a loop' if degree(after) > degree(before) else 'a call'}: {told}"]


def number_of(runs: Runs, kind: str) -> int:
    """The greatest number of loops of a kind in a term."""
    return max((sum(loop.kind == kind for loop in term.loops) for term in runs), default=0)
