"""Findings as people read them: one for each cause, with what it made heavier, the gravest first. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from code_path_audit.facts.rows import CONDITIONS
from code_path_audit.profiles.runs.terms import degree
from code_path_audit.profiles.runs.words import from_text
from code_path_gate.verdict.drift import HEAVIER
from code_path_gate.verdict.evidence import Cause
from code_path_gate.verdict.result import Row


class Entry(NamedTuple):
    """One op that a cause made heavier, or one other finding: told once, for all `actions` in which it is. `row` is
    that of the action that it costs most."""

    row: Row
    actions: tuple[str, ...]


class Group(NamedTuple):
    """What one cause did, the gravest first; a finding whose `cause` is None is alone. `head` is the gravest of those
    with this status: of the others some may fail nothing by themselves."""

    status: str
    cause: Cause | None
    entries: tuple[Entry, ...]
    head: Row


def groups(rows: Iterable[Row], status: str) -> tuple[Group, ...]:
    """The findings of a status by their causes, the gravest group first."""
    found: dict[tuple[object, ...], list[Row]] = {}
    every = tuple(rows)
    for row in every:
        if row.judged.status == status:
            cause = row.evidence.cause
            about = (cause.file, cause.line) if cause is not None else (row.action, row.judged.finding.key)
            found.setdefault(about, []).append(row)
    made = []
    for place, members in found.items():
        head = min(members, key=_grave)
        cause = head.evidence.cause
        if cause is not None and status == "fails":
            members = [*members, *(row for row in every if _is_beside(row, place))]
        made.append(Group(status, cause, _entries(members), head))
    return tuple(sorted(made, key=lambda group: _grave(group.head)))


def _is_beside(row: Row, about: tuple[object, ...]) -> bool:
    """Whether a finding that fails nothing by itself has the cause of one that fails."""
    cause = row.evidence.cause
    same = cause is not None and (cause.file, cause.line) == about
    return same and row.judged.status == "reported" and row.judged.finding.kind in HEAVIER


def _entries(rows: list[Row]) -> tuple[Entry, ...]:
    same: dict[tuple[str, ...], list[Row]] = {}
    for row in rows:
        finding = row.judged.finding
        about = (finding.id,) if finding.id else (row.action, finding.key)
        same.setdefault(about, []).append(row)
    made = []
    for members in same.values():
        members.sort(key=_grave)
        made.append(Entry(members[0], tuple(dict.fromkeys(row.action for row in members))))
    return tuple(sorted(made, key=lambda entry: _grave(entry.row)))


def _grave(row: Row) -> tuple[bool, bool, int, int, int, str, str, str]:
    """By what is felt: how deep in loops, where that is new, on which condition, how much more; what is only an
    object's end last."""
    finding = row.judged.finding
    was, now = finding.was, finding.now
    ends = any(step.function.endswith(".__del__") for step in row.evidence.path)
    deep, before = (degree(from_text(op.runs)) if op is not None else 0 for op in (now, was))
    condition = CONDITIONS.index(now.condition) if now is not None and now.condition in CONDITIONS else 0
    more = (finding.after or 0) - (finding.before or 0)
    # a budget says nothing about one op: after those that do
    new = deep if was is None or deep > before else 0
    return (not finding.id, ends, -new, condition, -more, row.action, finding.function, finding.what)
