"""An action as it was weighed, to what a baseline of it would hold: pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from code_path_audit.callgraph.model import Evidence
from code_path_audit.costs.model import CostModel
from code_path_audit.profiles.event_loop import off_the_loop
from code_path_audit.profiles.runs.terms import degree
from code_path_audit.profiles.runs.words import as_text
from code_path_audit.profiles.side_by_side import side_by_side
from code_path_audit.profiles.trace import Weighed
from code_path_gate.baseline.body import body_digest
from code_path_gate.baseline.model import ANALYSIS, Baseline, BaselineOp, CostRow, MutationRow, UnresolvedRow, op_order

POSSIBLE = Evidence.POSSIBLE.word
MAX_OTHERS = 6
"""Callees that are named of those that an op may call instead."""


def capture(action: str, found: Weighed) -> Baseline:
    """What the baseline of an action would hold, without acceptances and without what is only guessed."""
    program, model = found.reach.program, found.model
    digests: dict[str, str] = {}

    def body(function: str) -> str:
        if function not in digests:
            known = program.functions.get(function)
            digests[function] = body_digest(program.modules[known[0]], known[1]) if known else ""
        return digests[function]

    beside, away = side_by_side(found.reach, found.ops), off_the_loop(found.reach, found.ops)
    ops = [
        BaselineOp(
            op.id,
            op.function,
            op.callee,
            op.cost_class,
            op.base_class or op.cost_class,
            op.ordinal,
            op.size,
            op.size_source,
            op.amplification,
            degree(op.runs),
            op.weight,
            op.evidence,
            body(op.function),
            as_text(op.runs, op.id in beside, op.kept_longer, op.kept_here, op.id in away),
            op.condition,
            op.blocks_event_loop,
            ", ".join(row.callee for row in op.others[:MAX_OTHERS]),
        )
        for op in found.ops
        if op.evidence != POSSIBLE
    ]
    unresolved = Counter((call.caller, call.reason) for call in found.reach.unresolved)
    mutations = {(row.function, row.kind, row.target) for row in found.reach.mutations}
    return Baseline(
        action=action,
        analysis=ANALYSIS,
        model=model.name,
        costs=tuple(sorted(_cost_rows(model))),
        ops=tuple(sorted(ops, key=op_order)),
        unresolved=tuple(UnresolvedRow(*key, count) for key, count in sorted(unresolved.items())),
        mutations=tuple(MutationRow(*key, body(key[0])) for key in sorted(mutations)),
    )


def _cost_rows(model: CostModel) -> Iterator[CostRow]:
    """The constants of each class, and of each kind of its work as "class.kind"."""
    for name, found in model.classes.items():
        yield CostRow(name, found.base, found.warm_base, found.per_unit)
        for kind, own in found.kinds.items():
            yield CostRow(f"{name}.{kind}", own.base, own.warm_base, own.per_unit)
