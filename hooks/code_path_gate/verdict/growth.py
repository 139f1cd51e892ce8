"""Because of what an op grew, as far as its runs say: a loop, a call, a cycle, a cache, a guard."""

from __future__ import annotations

from code_path_audit.profiles.runs.conditions import WORDS
from code_path_audit.profiles.runs.terms import Runs, degree, evaluated
from code_path_audit.profiles.runs.words import from_text, in_words
from code_path_gate.baseline.model import BaselineOp


def lost_guard(was: BaselineOp, now: BaselineOp) -> bool:
    """Whether an op runs on a weaker condition now: always, where a branch or an error led to it before."""
    if not was.condition or not now.condition:
        return False
    return WORDS.index(now.condition) < WORDS.index(was.condition)


def causes(was: BaselineOp, now: BaselineOp) -> list[str]:
    """What makes an op run more often than before, in words."""
    found = [f"a guard: it ran {was.condition}, now {now.condition}"] if lost_guard(was, now) else []
    if not was.runs or not now.runs or was.runs == now.runs:
        return found
    before, after = from_text(was.runs), from_text(now.runs)
    if at_most(after) <= at_most(before):
        return found
    told = f"it ran {in_words(before)}, now {in_words(after)}"
    if number_of(before, "distinct") > number_of(after, "distinct"):
        return [*found, f"a cache: {told}"]
    if number_of(after, "cycle") > number_of(before, "cycle"):
        return [*found, f"a cycle: {told}"]
    return [*found, f"{'a loop' if degree(after) > degree(before) else 'a call'}: {told}"]


def at_most(runs: Runs) -> int:
    """The runs where every loop has 10 rounds: what orders sums of terms, be they what they may."""
    return evaluated(runs, lambda loop: 1 if loop.kind in ("first", "distinct") else 10)


def number_of(runs: Runs, kind: str) -> int:
    """The greatest number of loops of a kind in a term."""
    return max((sum(loop.kind == kind for loop in term.loops) for term in runs), default=0)
