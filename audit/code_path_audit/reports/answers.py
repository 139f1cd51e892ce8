"""Profiles as plain values of a size that an assistant's window holds: counts, then the heaviest rows, then how to ask
for more. Every text that comes from the audited source is one line without control characters."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from code_path_audit.config import ActionConfig
from code_path_audit.costs.model import ExpensiveOp
from code_path_audit.errors import printable
from code_path_audit.profiles.amplification import base_class_of
from code_path_audit.profiles.model import ActionProfile, Candidate
from code_path_audit.reports.figures import load_of, weight_of
from code_path_audit.reports.one_of import alternatives
from code_path_audit.reports.priorities import Proposal, heaviest_first, how_often, proposals, saved
from code_path_audit.reports.text import shortened, visible

MAX_ROWS = 50
"""Rows of one answer."""
MAX_STEPS = 12
"""Functions of a path that are named; those between are counted."""

MAX_CHARACTERS = 16_000
"""Characters of the rows of one answer, as JSON."""
MAX_ENTRIES = 10
"""Entry points of an action that are named, where all actions are."""

T = TypeVar("T")
Answer = dict[str, Any]


def actions_answer(actions: Sequence[ActionConfig], offset: int = 0, limit: int = MAX_ROWS) -> Answer:
    """The declared actions, with what each begins with."""
    rows, more = _page(actions, offset, limit, _action)
    return {"count": len(actions), "actions": rows, **more}


def _action(action: ActionConfig) -> Answer:
    left = len(action.entry_points) - MAX_ENTRIES
    return {
        "name": visible(action.name),
        "entry_points": [
            *(printable(point) for point in action.entry_points[:MAX_ENTRIES]),
            *([f"... {left:,} more ..."] if left > 0 else []),
        ],
        "description": printable(shortened(action.description, 300)),
    }


def profile_answer(profile: ActionProfile, offset: int = 0, limit: int = 20) -> Answer:
    """One action: counts, and `limit` of its ops from `offset` on, those to look at first at the beginning."""
    ops = heaviest_first(profile.expensive_ops)
    rows, more = _page(ops, offset, limit, lambda op: op_answer(op, profile))
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
        "ops": rows,
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
        **({"or": [visible(text) for text in alternatives(op, profile.calibrated)]} if op.others else {}),
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
    rows, more = _page(found, offset, limit, _proposal)
    return {"count": len(found), "candidates": rows, **more}


def _proposal(row: Proposal) -> Answer:
    candidate: Candidate = row.candidate
    return {
        "id": candidate.id,
        "title": visible(candidate.title),
        "kind": candidate.kind,
        "where": f"{visible(candidate.file)}:{candidate.line}",
        "function": visible(candidate.function),
        "why": visible(candidate.why, 300),
        "effort": candidate.effort,
        "op_ids": list(candidate.op_ids[:MAX_ROWS]),
        "saves": {visible(saving.action): visible(saved(saving, row.calibrated)) for saving in row.savings[:MAX_ROWS]},
    }


def _page(
    rows: Sequence[T], offset: int, limit: int, shown: Callable[[T], Answer], most: int = MAX_CHARACTERS
) -> tuple[list[Answer], Answer]:
    """Some rows as answers, as many as fit, one at least; and what an answer says of those that are left out."""
    first = max(offset, 0)
    made: list[Answer] = []
    for row in rows[first : first + min(max(limit, 1), MAX_ROWS)]:
        answer = shown(row)
        most -= len(json.dumps(answer))
        if made and most < 0:
            break
        made.append(answer)
    left = len(rows) - first - len(made)
    return made, {"more": f"{left:,} more: ask again with offset={first + len(made)}"} if left > 0 else {}
