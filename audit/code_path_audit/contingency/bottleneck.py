"""Step 1, from a recording: what an operation takes of an action."""

from __future__ import annotations

from code_path_audit.contingency.evidence import Bottleneck
from code_path_audit.costs.model import ExpensiveOp
from code_path_audit.profiles.model import ActionProfile
from code_path_audit.runtime.observations import Observations


def ops_of(profile: ActionProfile, name: str) -> list[ExpensiveOp]:
    """The ops of an action that are called so: by callee, by the beginning of an id, or by the function they are in."""
    return [
        op
        for op in profile.expensive_ops
        if name in (op.callee, op.function) or (len(name) >= 4 and op.id.startswith(name))
    ]


def measured(profile: ActionProfile, observations: Observations, name: str, least_share: float) -> Bottleneck | None:
    """What was recorded of an operation; None where nothing was. Each run of the action counts once."""
    found = profile.comparison
    if found is None:
        return None
    ids = {op.id for op in ops_of(profile, name)}
    rows = [row for row in found.rows if row.op_id in ids]
    total = found.measured + sum(row.measured for row in found.missed_ops)
    took = sum(row.measured for row in rows)
    if not rows or total <= 0:
        return None
    sizes = [op.size for op in profile.expensive_ops if op.id in ids and op.size_source == "measured"]
    hits = max((row.hits for row in observations.runs if row.action == profile.action.name), default=-1)
    return Bottleneck(
        round(took / total, 3), least_share, 2**hits if hits >= 0 else 0, took, round(max(sizes, default=0))
    )
