"""After a merge: what each side admitted by itself, and the baseline that git made of both does not hold. Pure.

Git merges baselines line by line: an op that both sides added is there once, and one that both changed as one of them
left it. Neither is anything that the merge did to the program: such a baseline is out of date.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from code_path_gate.baseline.model import Baseline, BaselineOp
from code_path_gate.verdict.drift import Calls, compare
from code_path_gate.verdict.policy import ActionVerdict, Policy, failure, ranked

MERGED = "the baselines of two branches were merged, and hold less of it than both admit: refresh"


def after_merge(
    verdict: ActionVerdict,
    current: Baseline,
    calls: Calls,
    policy: Policy,
    sides: Sequence[Baseline],
    origin: Baseline | None,
) -> ActionVerdict:
    """The verdict where `sides` are the baselines of what was merged, and `origin` that of where they parted."""
    if len(sides) < 2:
        return verdict
    failing = [
        {finding.key for finding in compare(side, current, calls, policy.threshold) if failure(finding, policy)}
        for side in sides
    ]
    judged = []
    for row in verdict.judged:
        now, key = row.finding.now, row.finding.key
        if row.status == "fails" and now is not None:
            admitted = any(key not in keys for keys in failing)
            touched = [side for side in sides if _alike(side, now) != _alike(origin, now)]
            if admitted or len(touched) > 1:
                judged.append(row._replace(status="outdated", why=MERGED))
                continue
        judged.append(row)
    return verdict._replace(judged=ranked(judged))


def _alike(baseline: Baseline | None, op: BaselineOp) -> Counter[BaselineOp]:
    """The rows of a baseline about the same work in the same function."""
    about = (op.function, op.callee, op.base_class)
    rows = baseline.ops if baseline is not None else ()
    return Counter(row for row in rows if (row.function, row.callee, row.base_class) == about)
