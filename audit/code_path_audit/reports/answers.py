"""Profiles as plain values of a size that an assistant's window holds: counts, then the heaviest rows, then how to ask
for more. Every text that comes from the audited source is one line without control characters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from code_path_audit.costs.model import ExpensiveOp
from code_path_audit.profiles.amplification import base_class_of
from code_path_audit.profiles.model import ActionProfile, Candidate
from code_path_audit.reports.figures import load_of, weight_of
from code_path_audit.reports.priorities import Proposal, heaviest_first, how_often, proposals
from code_path_audit.reports.text import quantity, visible

MAX_ROWS = 50
"""Rows of one answer."""
MAX_STEPS = 12
"""Functions of a path that are named; those between are counted."""

T = TypeVar("T")
Answer = dict[str, Any]


def profile_answer(profile: ActionProfile, offset: int = 0, limit: int = 20) -> Answer:
    """One action: counts, and `limit` of its ops from `offset` on, those to look at first at the beginning."""
    ops = heaviest_first(profile.expensive_ops)
    rows, more = _page(ops, offset, limit)
    return {
        "action": visible(profile.action.name),
        "entry_points": [visible(name) for name in profile.entries[:MAX_ROWS]],
        "load": load_of(profile),
        "counts": {
            "ops": len(ops),
            "expensive_ops": sum(op.weight > profile.threshold for op in ops),
            "functions": len(profile.call_graph.nodes),
            "state_mutations": len(profile.state_mutations),
            "unresolved_calls": len(profile.unresolved),
            "possible_calls_not_followed": profile.possible_calls,
            "functions_beyond_max_depth": profile.cut_by_depth,
            "candidates": len(profile.candidates),
        },
        "ops": [op_answer(op, profile) for op in rows],
        **more,
    }


def op_answer(op: ExpensiveOp, profile: ActionProfile) -> Answer:
    """One op: what is called, where, how often, how sure that is, and the way to it."""
    return {
        "id": op.id,
        "callee": visible(op.callee),
        "class": base_class_of(op),
        "where": f"{visible(op.file)}:{op.line}",
        "how_often": visible(how_often(op)) or "once",
        "weight": weight_of(op, profile.calibrated),
        "evidence": op.evidence,
        "path": steps_of(op.path),
    }


def steps_of(path: Sequence[str]) -> list[str]:
    """The functions of a path, those in the middle of a long one counted."""
    named = [visible(name) for name in path]
    if len(named) <= MAX_STEPS:
        return named
    half = MAX_STEPS // 2
    return [*named[:half], f"... {len(named) - 2 * half} more ...", *named[-half:]]


def candidates_answer(profiles: Sequence[ActionProfile], offset: int = 0, limit: int = 20) -> Answer:
    """What could be done about what actions pay for, what saves most first."""
    found = proposals(profiles)
    rows, more = _page(found, offset, limit)
    return {"count": len(found), "candidates": [_proposal(row) for row in rows], **more}


def _proposal(row: Proposal) -> Answer:
    candidate: Candidate = row.candidate
    return {
        "title": visible(candidate.title),
        "kind": candidate.kind,
        "where": f"{visible(candidate.file)}:{candidate.line}",
        "function": visible(candidate.function),
        "why": visible(candidate.why, 300),
        "effort": candidate.effort,
        "op_ids": list(candidate.op_ids[:MAX_ROWS]),
        "saves": {
            visible(saving.action): "part of what is too deep in loops for a figure"
            if saving.is_past_figures
            else quantity(saving.saving, row.calibrated)
            for saving in row.savings[:MAX_ROWS]
        },
    }


def _page(rows: Sequence[T], offset: int, limit: int) -> tuple[Sequence[T], Answer]:
    """Some rows, and what an answer says of those that are left out."""
    first = max(offset, 0)
    count = min(max(limit, 1), MAX_ROWS)
    left = len(rows) - first - count
    more = {"more": f"{left:,} more: ask again with offset={first + count}"} if left > 0 else {}
    return rows[first : first + count], more
