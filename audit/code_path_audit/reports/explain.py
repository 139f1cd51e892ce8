"""One op at length: what it is, what it weighs and why, and how the action comes to it."""

from __future__ import annotations

from collections.abc import Iterable

from code_path_audit.costs.model import ExpensiveOp
from code_path_audit.errors import AuditError, as_written
from code_path_audit.profiles.amplification import base_class_of
from code_path_audit.profiles.model import ActionProfile
from code_path_audit.reports.figures import is_counted, weight_of
from code_path_audit.reports.one_of import alternatives
from code_path_audit.reports.priorities import how_often
from code_path_audit.reports.text import brief, duration, rounded, sized, visible

MIN_PREFIX = 4
"""Characters of an id that are enough, where they lead to one op."""


def find_op(profiles: Iterable[ActionProfile], op_id: str) -> list[tuple[ActionProfile, ExpensiveOp]]:
    """The op with this id, or the one whose id begins so, in each action that has it; else AuditError."""
    found = [
        (profile, op)
        for profile in profiles
        for op in profile.expensive_ops
        if op.id == op_id or (len(op_id) >= MIN_PREFIX and op.id.startswith(op_id))
    ]
    exact = [(profile, op) for profile, op in found if op.id == op_id]
    ids = sorted({op.id for _, op in exact or found})
    if len(ids) == 1:
        return exact or found
    if ids:
        raise AuditError(
            "ambiguous-op", f"{as_written(op_id)} begins several ids: {', '.join(ids[:5])}", todo="Give more of it."
        )
    raise AuditError(
        "unknown-op",
        f"no op has the id {as_written(op_id)}",
        todo="The ids are in the output of code-path-audit --json and in the reports; an id changes with the function.",
    )


def explain_op(profile: ActionProfile, op: ExpensiveOp) -> str:
    """The op as one action sees it, some ten lines of plain text."""
    work = base_class_of(op)
    if op.how_often:
        counted = f" (counted as {rounded(op.amplification):,})" if is_counted(op) else ""
        runs = f"{visible(how_often(op._replace(condition='')))}, {op.condition}{counted}"
    elif op.recursive:
        runs = f"{rounded(op.amplification):,} (in a recursive cycle, which counts as 1)"
    elif op.amplified_by:
        runs = f"{rounded(op.amplification):,} (bound: {op.bound_source or 'unknown'})"
    else:
        runs = f"{op.amplification:,}"
    over = op.weight > profile.threshold
    rows = [
        ("where", f"{visible(op.function)} ({visible(op.file)}:{op.line}:{op.column})"),
        ("action", visible(profile.action.name)),
        ("class", work if op.cost_class == work else f"{op.cost_class}, of {work}"),
        (
            "weight",
            f"{weight_of(op, profile.calibrated)}, {'above' if over else 'not above'} the threshold of "
            f"{brief(profile.threshold, profile.calibrated)}",
        ),
        *(("or", visible(text)) for text in alternatives(op, profile.calibrated)),
        ("size", sized(op.size, op.size_source, work)),
        ("runs", runs),
        *([("measured", f"{duration(op.measured_ns)} for one execution")] if op.measured_ns is not None else []),
        *(("loop", visible(place)) for place in op.amplified_by),
        ("evidence", op.evidence),
        ("path", "\n".join(f"{'' if depth == 0 else '-> '}{visible(name)}" for depth, name in enumerate(op.path))),
    ]
    lines = [f"{op.id} {visible(op.callee)}"]
    for title, text in rows:
        first, *more = text.split("\n")
        lines.append(f"  {title:<11}{first}".rstrip())
        lines += [f"  {'':<11}{line}" for line in more]
    return "\n".join(lines) + "\n"
