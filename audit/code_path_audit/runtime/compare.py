"""Predicted against measured, for one action: what a trace says its ops weigh, and what a recording says they took."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping

from code_path_audit.costs.model import ExpensiveOp
from code_path_audit.costs.weights import factor
from code_path_audit.profiles.model import COUNTED, ComparedOp, Comparison, MissedOp
from code_path_audit.program.model import Program
from code_path_audit.runtime.matching import Place, calls_of, is_outside, that_count
from code_path_audit.runtime.observations import Observations, OpObservation, average, mean

FAR = 4.0
"""A prediction that is off by more than this factor has a reason."""
CLOSE = 2.0
"""Numbers of runs and sizes within this factor are no reason."""


def compare(
    action: str,
    assumed: Iterable[ExpensiveOp],
    informed: Iterable[ExpensiveOp],
    observations: Observations,
    program: Program,
    reached: Collection[str],
    calibrated: Mapping[str, bool] | None = None,
    recordable: Callable[[str], bool] | None = None,
) -> Comparison:
    """The ops of a trace against the observations of its action.

    `assumed` are the ops as a trace without observations has them, `informed` as one with them does. `reached` are the
    functions of the trace. `calibrated` says it of each class of the cost model; `recordable` says which callees a
    recording can see (None: all).
    """
    runs = next((row.hits for row in observations.runs if row.action == action), 0)
    of_action = [op for op in that_count(observations, program, action) if op.action == action]
    shown = {
        (row.caller, row.callee) for row in observations.edges if row.action == action and is_outside(row, program)
    }
    ran = {place_of(op): op for op in of_action}
    before = {op.id: op for op in assumed}
    rows: list[ComparedOp] = []
    never: list[str] = []
    unseen: list[str] = []
    unfound: list[MissedOp] = []
    seen: set[Place] = set()
    for op in sorted(informed, key=lambda op: (op.function, op.callee, op.ordinal, op.base_class)):
        found = ran.get((op.function, op.callee, op.ordinal))
        time = None if found is None else measured(found, runs)
        if found is None:
            (unseen if recordable and not recordable(op.callee) else never).append(op.id)
            continue
        seen.add(place_of(found))
        known = before.get(op.id)
        if known is None and (op.function, op.callee) in shown:
            unfound.append(MissedOp(op.function, op.callee, op.base_class, time or 0, COUNTED))
            continue
        if time is not None:
            work = op.base_class or op.cost_class
            why = reason(known, op, found, time, runs, (calibrated or {}).get(work, True))
            weight = 0 if known is None else known.weight
            rows.append(ComparedOp(op.id, op.function, op.callee, work, weight, op.weight, time, why))
    missed = [
        MissedOp(op.function, op.callee, op.cost_class, measured(op, runs) or 0, missing(op, reached))
        for place, op in sorted(ran.items())
        if place not in seen and op.function in program.functions
    ]
    return Comparison(
        tuple(rows),
        sum(row.predicted for row in rows),
        sum(row.informed for row in rows),
        sum(row.measured for row in rows),
        tuple(never),
        tuple(unseen),
        (*unfound, *missed),
        stale(observations, action, program),
    )


def place_of(op: OpObservation) -> Place:
    return (op.function, op.callee, op.ordinal)


def measured(op: OpObservation, runs: int) -> int | None:
    """Nanoseconds of all executions of an op in one run of its action; None where no time was taken."""
    each = mean(op.ns)
    # counts are powers of two, known to a factor of two: so is this
    return None if each is None else round(each * 2.0 ** (op.hits - runs))


def reason(
    assumed: ExpensiveOp | None, informed: ExpensiveOp, found: OpObservation, time: int, runs: int, calibrated: bool
) -> str:
    """Why a prediction is off by more than `FAR`, "" where it is not: the most that explains it first."""
    if assumed is None:
        return "only a recorded call leads to it"
    if factor(assumed.weight, time) <= FAR:
        return ""
    times, size = max(1, round(2.0 ** (found.hits - runs))), average(found.sizes)
    causes = []
    if factor(assumed.amplification, times) > CLOSE:
        bound = "assumed" if assumed.bound_source == "unknown" else assumed.bound_source or "no loop"
        text = f"runs: {assumed.amplification:,} ({bound}), about {times:,} seen"
        causes.append((factor(assumed.amplification, times), text))
    if size is not None and factor(assumed.size, size) > CLOSE:
        text = f"size: {assumed.size:,g} ({assumed.size_source}), {size:,} seen"
        causes.append((factor(assumed.size, size), text))
    if factor(informed.weight, time) > FAR or not causes:
        text = "the constants of the class" if calibrated else "the constants of the class, which is not calibrated"
        causes.append((factor(informed.weight, time), text))
    return "; ".join(text for _, text in sorted(causes, key=lambda cause: (-cause[0], cause[1])))


def missing(op: OpObservation, reached: Collection[str]) -> str:
    """Why a trace has no op where one ran."""
    return "the call is not resolved" if op.function in reached else "the function is not reached"


def stale(observations: Observations, action: str, program: Program) -> int:
    """How many observations of an action name a function or a call that the source does not have any more."""
    gone = [op for op in observations.ops if op.action == action and op.function not in program.functions]
    lost = [edge for edge in observations.edges if edge.action == action and not calls_of(edge, program)]
    return len(gone) + len(lost)
