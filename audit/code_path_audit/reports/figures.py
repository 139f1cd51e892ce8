"""Which figures reports tell: the weight of an op that runs in so many loops is assumed rounds, multiplied that often,
and says nothing. It has none, and no part in a load that is told; JSON has them all."""

from collections.abc import Callable

from code_path_audit.costs.model import ExpensiveOp
from code_path_audit.profiles.model import ActionProfile
from code_path_audit.profiles.runs.terms import degree
from code_path_audit.reports.text import counted, quantity, share

MAX_LOOPS = 3
"""Loops inside of one another that an op with a figure runs in at most."""
NO_FIGURE = "-"


def is_past_figures(op: ExpensiveOp) -> bool:
    """Whether an op is too deep in loops for its weight to be told."""
    return degree(op.runs) > MAX_LOOPS


def weight_of(op: ExpensiveOp, calibrated: bool, form: Callable[[int, bool], str] = quantity) -> str:
    """The weight of an op, in some form."""
    return NO_FIGURE if is_past_figures(op) else form(op.weight, calibrated)


def share_of(op: ExpensiveOp, profile: ActionProfile) -> str:
    """What part of the told load an op is; "" where it has no figure."""
    return "" if is_past_figures(op) else share(op.weight, told_load(profile))


def told_load(profile: ActionProfile) -> int:
    """The load of an action without the ops that have no figure."""
    return profile.total_load_estimate - sum(op.weight for op in profile.expensive_ops if is_past_figures(op))


def load_of(profile: ActionProfile) -> str:
    """ "2,102,080 (2.1 ms) and 6 ops more than 3 loops deep" """
    deep = sum(map(is_past_figures, profile.expensive_ops))
    load = quantity(told_load(profile), profile.calibrated)
    return f"{load} and {counted(deep, 'op')} more than {MAX_LOOPS} loops deep" if deep else load
