"""After a merge: what each side admitted by itself, and the baseline that git made of both does not hold. Pure.

Git merges baselines line by line: an op that both sides added is there once, and one that both changed as one of them
left it. An op that one side accepts may be the second of its like where the other side added one above. Neither is
anything that the merge did to the program: such a baseline is out of date.
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Sequence

from code_path_gate.baseline.model import Baseline, BaselineOp
from code_path_gate.verdict.drift import Calls, Found, compare
from code_path_gate.verdict.policy import ActionVerdict, Policy, accepted_now, failure, fault_of, ranked

MERGED = "the baselines of two branches were merged, and hold less of it than both admit: refresh"


def after_merge(
    verdict: ActionVerdict,
    current: Baseline,
    calls: Calls,
    policy: Policy,
    sides: Sequence[Baseline],
    origin: Baseline | None,
    today: datetime.date,
) -> ActionVerdict:
    """The verdict where `sides` are the baselines of what was merged, and `origin` that of where they parted; all have
    the acceptances of their side, which may have ended by `today`."""
    if len(sides) < 2:
        return verdict
    failing = []
    rows = [row.finding for row in verdict.judged]
    found = Found({row.id: row.guard for row in rows if row.guard}, {row.id: row.loop for row in rows if row.loop})
    for side in sides:
        accepted = accepted_now(side, current, calls, today)
        findings = compare(side, current, calls, policy.threshold, found)
        failing.append({row.key for row in findings if failure(row, policy) and row.id not in accepted})
    judged = []
    for row in verdict.judged:
        now, key = row.finding.now, row.finding.key
        if row.status == "fails" and now is not None:
            admitted = any(key not in keys for keys in failing)
            touched = [side for side in sides if _alike(side, now, today) != _alike(origin, now, today)]
            if admitted or len(touched) > 1:
                judged.append(row._replace(status="outdated", why=MERGED))
                continue
        judged.append(row)
    return verdict._replace(judged=ranked(judged))


def _alike(baseline: Baseline | None, op: BaselineOp, today: datetime.date) -> Counter[BaselineOp]:
    """The rows of a baseline, and what it accepts, about the same work in the same function."""
    if baseline is None:
        return Counter()
    about = (op.function, op.callee, op.base_class)
    accepted = (row.op for row in baseline.accepted if not fault_of(row, today))
    return Counter(row for row in (*baseline.ops, *accepted) if (row.function, row.callee, row.base_class) == about)
