"""The data of the page: what its program reads, compact, every text of it fit to be shown as it is.

Functions and files stand in tables once, and are named by their index there; what an action has stands in it:

    files       paths
    functions   name, file, line: three columns
    source      by file, by line: the text of lines that paths run through
    actions     name, stem (of its files), description, calibrated, load, told (the load in words), entries, functions,
                calls (of each function: callee, line of the call, and so on), ops, unresolved, changes, trend, notes

An op is id, callee, file, line, function, weight (null where there is no figure), possible (it is in no load),
expensive, class, condition, evidence, runs (in words), size, path: a row for each function from the entry point on:
function, line of the call out of it (of the last, the op's own; 0 where it is not known), lines of the loops that the
path runs through, evidence of the call.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from code_path_audit.callgraph.model import EVIDENCE
from code_path_audit.costs.model import ExpensiveOp
from code_path_audit.facts.rows import CONDITIONS
from code_path_audit.profiles.amplification import base_class_of
from code_path_audit.profiles.model import ActionProfile
from code_path_audit.profiles.runs.terms import MAX_LOOPS, degree
from code_path_audit.reports.figures import is_only_possible, is_past_figures, load_of, told_load
from code_path_audit.reports.markdown import cut
from code_path_audit.reports.one_of import one_of
from code_path_audit.reports.page.earlier import figures
from code_path_audit.reports.page.source_lines import SourceLines
from code_path_audit.reports.page.values import Beside, Change, Changes, Source
from code_path_audit.reports.priorities import heaviest_first, how_often, steps
from code_path_audit.reports.text import (
    MAX_PROSE,
    TIMES,
    brief,
    counted,
    possible_told,
    sized,
    thousands,
    uncalibrated,
    unmodelled_told,
    unweighed_told,
    visible,
)

BESIDE_OP, BESIDE_CALL = 2, 1
"""Lines of source before and after an op, and before and after a call on the way to it."""

MAX_CHANGES = 500
"""Differences of an action that the page lists."""


class _Tables:
    """What several actions share: files and functions by index, and the source that is shown of them."""

    def __init__(self, source: Source | None) -> None:
        self.source = source
        self.files: dict[str, int] = {}
        self.functions: dict[str, int] = {}
        self.places: list[tuple[int, int]] = []
        self.paths: list[str] = []
        self.lines = SourceLines(source.read if source is not None else None)

    def file(self, path: str) -> int:
        return self.files.setdefault(path, len(self.files))

    def function(self, name: str, profile: ActionProfile) -> int:
        index = self.functions.setdefault(name, len(self.functions))
        if index == len(self.places):
            node = profile.call_graph.nodes.get(name)
            self.paths.append(node.file if node is not None else "")
            self.places.append((self.file(node.file), node.line) if node is not None else (self.file(""), 0))
        return index

    def ask(self, function: int, lines: Iterable[int], around: int) -> None:
        path = self.paths[function]
        if path:
            self.lines.ask(path, lines, around)

    def document(self) -> dict[str, Any]:
        return {
            "files": [visible(path) for path in self.files],
            "functions": {
                "name": [visible(name) for name in self.functions],
                "file": [file for file, _ in self.places],
                "line": [line for _, line in self.places],
            },
            "source": {self.files[path]: dict(sorted(rows.items())) for path, rows in sorted(self.lines.lines.items())},
        }


def page_document(
    profiles: Sequence[ActionProfile], stems: Mapping[str, str], date: str, beside: Beside
) -> dict[str, Any]:
    """The data of the page of a date; the actions in the order of `profiles`, their files named by `stems`."""
    tables = _Tables(beside.source)
    today = figures(profiles, date)
    actions = []
    for profile in profiles:
        name = profile.action.name
        now = today[name]
        earlier = [point for point in beside.earlier.get(name, ()) if point.model == now.model]
        actions.append(
            {
                **_action(profile, tables),
                "stem": stems[name],
                "changes": _changes(profile, None if beside.changes is None else beside.changes.get(name, Changes())),
                "trend": [[point.date, point.load, point.expensive] for point in (*earlier, now)],
            }
        )
    return {"date": date, "actions": actions, **tables.document()}


def _action(profile: ActionProfile, tables: _Tables) -> dict[str, Any]:
    lines = _call_lines(profile, tables.source)
    nodes = [node for _, node in sorted(profile.call_graph.nodes.items())]
    functions = [tables.function(node.fqname, profile) for node in nodes]
    ops = heaviest_first(profile.expensive_ops)
    # the heaviest first: where there is too much source to show, it is that of the lightest that is left out
    shown = [_op(op, profile, lines, tables) for op in ops]
    return {
        "name": visible(profile.action.name),
        "description": visible(profile.action.description, MAX_PROSE),
        "calibrated": profile.calibrated,
        "load": told_load(profile),
        "told": load_of(profile),
        "entries": [tables.function(name, profile) for name in profile.entries if name in profile.call_graph.nodes],
        "functions": functions,
        "calls": [
            [
                part
                for callee in node.calls
                if callee in profile.call_graph.nodes
                for part in (tables.function(callee, profile), lines.get((node.fqname, callee), 0))
            ]
            for node in nodes
        ],
        "ops": shown,
        "unresolved": len(profile.unresolved),
        "notes": _notes(profile),
    }


def _notes(profile: ActionProfile) -> list[str]:
    """What the trace did not see or knows badly, a sentence each."""
    notes = []
    guessed = uncalibrated(profile.uncalibrated, profile.calibrated)
    if guessed:
        notes.append(guessed.capitalize())
    deep = sum(map(is_past_figures, profile.expensive_ops))
    if deep:
        notes.append(f"{counted(deep, 'operation')} past {MAX_LOOPS} loops: without a figure, and not drawn")
    if profile.cut_by_depth:
        told, names, more = cut(profile)
        notes.append(f"{told}: {', '.join([*names, *([f'{more:,} more'] if more else [])])}" if names else told)
    if profile.possible_calls:
        notes.append(possible_told(profile.possible_calls))
    if profile.unmodelled:
        notes.append(unmodelled_told(profile.unmodelled))
    if profile.unweighed:
        notes.append(unweighed_told(profile.unweighed))
    if profile.unresolved:
        notes.append(f"{counted(len(profile.unresolved), 'call')} of which nothing is known: listed in the data")
    for file in sorted(profile.skipped):
        notes.append(f"Skipped {file.path}{f':{file.line}' if file.line else ''}: {file.reason}")
    notes += [f"Widened: {note}" for note in sorted(profile.widened)]
    return [visible(note, MAX_PROSE) for note in notes]


def _call_lines(profile: ActionProfile, source: Source | None) -> dict[tuple[str, str], int]:
    """The line of the surest call of each function to each other one, the first of several."""
    best: dict[tuple[str, str], tuple[int, int]] = {}
    if source is None:
        return {}
    for edge in profile.edges:
        try:
            found = (EVIDENCE.index(edge.evidence), source.line(edge.caller, edge.site))
        except (KeyError, IndexError):
            continue
        key = (edge.caller, edge.callee)
        best[key] = min(best.get(key, found), found)
    return {key: line for key, (_, line) in best.items()}


def _op(
    op: ExpensiveOp, profile: ActionProfile, lines: Mapping[tuple[str, str], int], tables: _Tables
) -> dict[str, Any]:
    way = steps(op)
    path = []
    for step, callee in zip(way, [*(following.function for following in way[1:]), ""], strict=True):
        function = tables.function(step.function, profile)
        line = lines.get((step.function, callee), 0) if callee else op.line
        tables.ask(function, [line], BESIDE_CALL if callee else BESIDE_OP)
        tables.ask(function, step.lines, 0)
        path.append([function, line, list(step.lines), EVIDENCE.index(step.evidence)])
    return {
        "id": visible(op.id),
        "callee": visible(op.callee) + one_of(op),
        "file": tables.file(op.file),
        "line": op.line,
        "function": tables.function(op.function, profile),
        "weight": None if is_past_figures(op) else op.weight,
        "possible": is_only_possible(op),
        "expensive": op.weight > profile.threshold,
        "class": visible(base_class_of(op)),
        "condition": visible(op.condition or CONDITIONS[0]),
        "evidence": visible(op.evidence),
        "runs": _runs(op),
        "size": visible(sized(op.size, op.size_source, base_class_of(op))),
        "path": path,
    }


def _runs(op: ExpensiveOp) -> str:
    """How often an op runs, in words where they are known."""
    words = how_often(op._replace(condition=""))
    if words:
        return visible(words, MAX_PROSE)
    if degree(op.runs) > MAX_LOOPS:
        return f"more than {MAX_LOOPS} loops deep"
    return f"{TIMES}{thousands(op.amplification)}" if op.amplification > 1 else "once"


def _changes(profile: ActionProfile, changes: Changes | None) -> dict[str, Any] | None:
    if changes is None:
        return None
    more = len(changes.rows) - MAX_CHANGES
    note = f"and {counted(more, 'more difference')}" if more > 0 else visible(changes.note, MAX_PROSE)
    return {"note": note, "rows": [_change(row, profile.calibrated) for row in changes.rows[:MAX_CHANGES]]}


def _change(row: Change, calibrated: bool) -> dict[str, Any]:
    def told(amount: int | None) -> str:
        if amount is None:
            return ""
        return brief(amount, calibrated) if row.op else counted(amount, "call")

    before, after = told(row.before), told(row.after)
    figures = f"{before} → {after}" if before and after and before != after else after or before
    return {
        "kind": visible(row.kind.replace("_", " ")),
        "status": visible(row.status),
        "op": visible(row.op),
        "what": visible(row.what),
        "function": visible(row.function),
        "figures": figures,
        "why": visible(row.why, MAX_PROSE),
        "cause": visible(row.cause, MAX_PROSE),
    }
