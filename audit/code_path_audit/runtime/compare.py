"""Predicted against measured, for one action: what a trace says its ops weigh, and what a recording says they took."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from code_path_audit.costs.model import ExpensiveOp
from code_path_audit.runtime.observations import EdgeObservation, Observations, OpObservation, median

FAR = 4.0
"""A prediction that is off by more than this factor is listed with a reason."""
CLOSE_SIZE = 2.0


class Row(NamedTuple):
    """One op that was predicted and ran: load units (ns) of all its executions, and why they differ, "" where they
    agree."""

    function: str
    callee: str
    ordinal: int
    cost_class: str
    predicted: int
    measured: int
    why: str


class Comparison(NamedTuple):
    """All of an action. `never_ran` are predicted ops without a measurement; `missed_ops` ran at sites without an op;
    `missed_calls` were seen where static analysis has no edge. Totals are over `rows`, in nanoseconds."""

    action: str
    rows: tuple[Row, ...]
    predicted: int
    measured: int
    never_ran: tuple[ExpensiveOp, ...]
    missed_ops: tuple[OpObservation, ...]
    missed_calls: tuple[EdgeObservation, ...]


def compare(
    action: str,
    ops: Iterable[ExpensiveOp],
    observations: Observations,
    known_edges: frozenset[tuple[str, str]] = frozenset(),
    calibrated: Mapping[str, bool] | None = None,
) -> Comparison:
    """Join a trace's ops with the observations of the action; `calibrated` says it of each class of the cost model."""
    ran = {(op.function, op.callee, op.ordinal): op for op in observations.ops if op.action == action and op.direct}
    rows, never, seen = [], [], set()
    for op in sorted(ops, key=lambda op: (op.function, op.callee, op.ordinal)):
        key = (op.function, op.callee, op.ordinal)
        found = ran.get(key)
        if found is None:
            never.append(op)
            continue
        seen.add(key)
        time = median(found.ns)
        if time is not None:
            measured = time << found.hits
            base_class = op.base_class or op.cost_class
            rows.append(
                Row(
                    *key,
                    base_class,
                    op.weight,
                    measured,
                    reason(op, found, measured, (calibrated or {}).get(base_class, True)),
                )
            )
    missed = tuple(found for key, found in sorted(ran.items()) if key not in seen)
    calls = tuple(
        edge for edge in observations.edges if edge.action == action and (edge.caller, edge.callee) not in known_edges
    )
    predicted, measured = sum(row.predicted for row in rows), sum(row.measured for row in rows)
    return Comparison(action, tuple(rows), predicted, measured, tuple(never), missed, calls)


def reason(op: ExpensiveOp, found: OpObservation, measured: int, calibrated: bool) -> str:
    """Why a prediction is off by more than `FAR`: how often it runs, how much it handles, or what its class costs."""
    if factor(op.weight, measured) <= FAR:
        return ""
    times, size = 1 << found.hits, median(found.sizes)
    if factor(op.amplification, times) > CLOSE_SIZE:
        return f"runs: {op.amplification:,} assumed, about {times:,} seen"
    if size is not None and op.size_source != "measured" and factor(op.size, size) > CLOSE_SIZE:
        return f"size: {op.size:,g} {op.size_source}, {size:,} seen"
    return "the class is not calibrated" if not calibrated else "the constants of the class"


def factor(one: float, other: float) -> float:
    """How many times the larger of two is the smaller; values below 1 count as 1."""
    one, other = max(1.0, one), max(1.0, other)
    return max(one, other) / min(one, other)


def comparison_markdown(comparison: Comparison, limit: int = 20) -> str:
    """The section of a summary: totals, then at most `limit` rows of each kind, the heaviest or first ones."""
    lines = [f"### `{plain(comparison.action)}`: predicted against measured", ""]
    if not comparison.rows:
        lines += ["No recorded op matches a predicted one.", ""]
    else:
        off = factor(comparison.predicted, comparison.measured)
        lines += [
            f"{len(comparison.rows)} ops: {comparison.predicted:,} load units predicted, "
            f"{comparison.measured:,} ns measured (off by {off:.1f}).",
            "",
            "| function | callee | predicted | measured | off by | why |",
            "|---|---|--:|--:|--:|---|",
        ]
        heaviest = sorted(comparison.rows, key=lambda row: (-max(row.predicted, row.measured), row[:3]))
        lines += [
            f"| `{plain(row.function)}` | `{plain(row.callee)}` | {row.predicted:,} | {row.measured:,} "
            f"| {factor(row.predicted, row.measured):.1f} | {plain(row.why)} |"
            for row in heaviest[:limit]
        ]
        lines += [*more(len(heaviest), limit), ""]
    lines += listed(
        "Ops that never ran", [f"`{plain(op.function)}`: `{plain(op.callee)}`" for op in comparison.never_ran], limit
    )
    lines += listed(
        "Ops that static analysis missed",
        [f"`{plain(op.function)}`: `{plain(op.callee)}`" for op in comparison.missed_ops],
        limit,
    )
    calls = [
        f"`{plain(edge.caller)}` to `{plain(edge.callee)}`, at `{plain(edge.text)}`" for edge in comparison.missed_calls
    ]
    lines += listed("Calls that static analysis missed", calls, limit)
    return "\n".join(lines).rstrip() + "\n"


def listed(title: str, rows: list[str], limit: int) -> list[str]:
    """A titled list; nothing where it is empty."""
    if not rows:
        return []
    return [f"{title} ({len(rows)}):", "", *(f"- {row}" for row in rows[:limit]), *more(len(rows), limit), ""]


def more(count: int, limit: int) -> list[str]:
    return [f"... and {count - limit} more"] if count > limit else []


def plain(text: str) -> str:
    """Text of unknown origin inside a code span of a table: nothing that could end either, nothing invisible."""
    kept = "".join(char if char.isprintable() else "?" for char in text)
    return kept.replace("`", "'").replace("|", "\\|").replace("<", "&lt;") if set(kept) & set("`|<") else kept
