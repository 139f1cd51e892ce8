"""A recorded action on a page: predicted against measured, where the model is far off, and what nobody predicted."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from code_path_audit.callgraph.model import OBSERVED
from code_path_audit.costs.weights import factor
from code_path_audit.profiles.model import ActionProfile, ComparedOp, Comparison
from code_path_audit.reports.text import TIMES, at_most, brief, code, counted, duration, prose, table, thousands

MAX_ROWS = 100
"""Rows that a table shows."""
MAX_NAMED = 20
"""Rows of a list."""
MAX_FAR = 5
"""Ops that the summary of all actions names."""

TITLE = "Predicted against measured"
MEANING = (
    "Predicted: by a trace without the recording. Informed: with its calls, sizes and numbers of runs. "
    "Measured: what the recorded executions took in one run of the action; counts of runs are known to a factor of two."
)


def measured_section(profile: ActionProfile) -> list[str]:
    """The lines of the action's own page; none where it was not recorded."""
    found = profile.comparison
    if found is None:
        return []
    lines = [verdict(found, profile.calibrated), ""]
    if found.rows:
        lines += [MEANING, "", *at_most(MAX_ROWS + 2, _table(profile, found), "in the JSON of this action."), ""]
    by_id = {op.id: op for op in profile.expensive_ops}
    ran = [code(by_id[op].callee) + " at " + code(f"{by_id[op].file}:{by_id[op].line}") for op in found.never_ran]
    unseen = sorted({code(by_id[op].callee) for op in found.unseen})
    missed = [
        f"{code(row.callee)} in {code(row.function)}, {duration(row.measured)}: {prose(row.why)}"
        for row in sorted(found.missed_ops, key=lambda row: (-row.measured, row))
    ]
    lines += _list("Ops that never ran", ran)
    lines += _list("Ops that static analysis missed", missed)
    lines += _list("Calls that static analysis missed", missed_calls(profile))
    lines += _list("Callees that a recording cannot see", unseen)
    if found.stale:
        lines += [f"{counted(found.stale, 'observation')} of an older source: record again.", ""]
    return lines[:-1]


def verdict(found: Comparison, calibrated: bool) -> str:
    """One line on all ops that were predicted and ran."""
    if not found.rows:
        return "No op that was predicted ran while this action was recorded."
    off = factor(found.predicted, found.measured)
    informed = factor(found.informed, found.measured)
    unit = partial(brief, calibrated=calibrated)
    text = (
        f"{counted(len(found.rows), 'op')} took {duration(found.measured)}; predicted {unit(found.predicted)} "
        f"(off by {_ratio(off)}), informed {unit(found.informed)} ({_ratio(informed)})."
    )
    return text if calibrated else text + " The model is not calibrated."


def missed_calls(profile: ActionProfile) -> list[str]:
    """The calls of an action that only recordings show, each with its place."""
    found = profile.call_graph.nodes
    rows = []
    for edge in profile.edges:
        if edge.kind == OBSERVED:
            rows.append(f"{code(edge.caller)} ({code(found[edge.caller].file)}) calls {code(edge.callee)}")
    return list(dict.fromkeys(rows))


def summary_section(profiles: Sequence[ActionProfile]) -> list[str]:
    """The lines of the page of all actions; none where none was recorded."""
    recorded = [(profile, profile.comparison) for profile in profiles if profile.comparison is not None]
    if not recorded:
        return []
    header = [
        "Action", "Predicted", "Informed", "Measured", "Off by",
        "Ops that ran", "Never ran", "Missed ops", "Missed calls",
    ]  # fmt: skip
    rows = []
    for profile, found in recorded:
        unit = partial(brief, calibrated=profile.calibrated)
        rows.append(
            [
                prose(profile.action.name),
                unit(found.predicted),
                unit(found.informed),
                duration(found.measured),
                _ratio(factor(found.predicted, found.measured)) if found.rows else "",
                thousands(len(found.rows)),
                thousands(len(found.never_ran)),
                thousands(len(found.missed_ops)),
                thousands(len(missed_calls(profile))),
            ]
        )
    lines = [MEANING, "", *table(header, "lrrrrrrrr", rows)]
    far = sorted(
        ((row, profile) for profile, found in recorded for row in found.rows if row.why),
        key=lambda pair: (-max(pair[0].predicted, pair[0].measured), pair[0], pair[1].action.name),
    )
    if far:
        shown = [
            f"- {code(row.callee)} in {code(row.function)} ({prose(profile.action.name)}): "
            f"{_amounts(row, profile.calibrated)}. {prose(row.why)}"
            for row, profile in far
        ]
        lines += ["", "Off by more than 4 times:", "", *at_most(MAX_FAR, shown, "in the pages of the actions.")]
    return lines


def _ratio(number: float) -> str:
    return f"{TIMES}{number:,.1f}" if number < 99.95 else f"{TIMES}{number:,.0f}"


def _amounts(row: ComparedOp, calibrated: bool) -> str:
    unit = partial(brief, calibrated=calibrated)
    return f"predicted {unit(row.predicted)}, informed {unit(row.informed)}, measured {duration(row.measured)}"


def _table(profile: ActionProfile, found: Comparison) -> list[str]:
    unit = partial(brief, calibrated=profile.calibrated)
    rows = [
        [
            code(row.callee),
            code(row.function),
            unit(row.predicted),
            unit(row.informed),
            duration(row.measured),
            _ratio(factor(row.predicted, row.measured)) if row.predicted else "",
            prose(row.why),
        ]
        for row in sorted(found.rows, key=lambda row: (-max(row.predicted, row.measured), row))
    ]
    return table(["What", "Function", "Predicted", "Informed", "Measured", "Off by", "Why"], "llrrrrl", rows)


def _list(title: str, rows: Sequence[str]) -> list[str]:
    if not rows:
        return []
    return [f"{title} ({len(rows)}):", "", *at_most(MAX_NAMED, [f"- {row}" for row in rows], "in the JSON."), ""]
