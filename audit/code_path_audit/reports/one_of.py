"""Ops whose call site may call one of several things, of which each execution calls one alone: which these are, and
from what weight on, since the dearest of them is the one that counts."""

from __future__ import annotations

from code_path_audit.costs.model import ExpensiveOp
from code_path_audit.profiles.model import ActionProfile
from code_path_audit.reports.figures import is_only_possible, is_past_figures, told_load
from code_path_audit.reports.text import brief, counted


def one_of(op: ExpensiveOp) -> str:
    """What stands behind the name of an op: " (one of 5)"; "" where nothing else may be called."""
    return f" (one of {len(op.others) + 1})" if op.others else ""


def alternatives(op: ExpensiveOp, calibrated: bool) -> list[str]:
    """What an op may call instead, with its weight where that has a figure, the dearest first."""
    rows = sorted(op.others, key=lambda row: (-row.weight, row.callee))
    return [row.callee if is_past_figures(op) else f"{row.callee} ({brief(row.weight, calibrated)})" for row in rows]


def least_told(profile: ActionProfile) -> str:
    """The load of an action where each of these calls the lightest; "" where it is told as the same."""
    ops = [op for op in profile.expensive_ops if op.others and not is_past_figures(op) and not is_only_possible(op)]
    load = told_load(profile)
    least = brief(load - sum(op.weight - op.least for op in ops), profile.calibrated)
    if not ops or least == brief(load, profile.calibrated):
        return ""
    return f"one of several is called at {counted(len(ops), 'op')}: the dearest counts; with the lightest it is {least}"
