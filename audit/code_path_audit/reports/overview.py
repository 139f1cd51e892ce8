"""Actions in a line each: what each one pays for, and its heaviest op. For whoever sees them for the first time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from code_path_audit.colors import painted
from code_path_audit.costs.model import ExpensiveOp
from code_path_audit.reports.figures import is_past_figures, share_of, told
from code_path_audit.reports.priorities import heaviest_first, how_often
from code_path_audit.reports.terminal import begun, columns_of, fitted, with_fewer_parts
from code_path_audit.reports.text import brief, counted, visible

MIN_FIRST = 20
"""Columns that an op is given at least; where there are fewer, the whole line is cut."""


class Overview(NamedTuple):
    """An action: the ops that it pays for, how many are expensive, their load as a text; of the heaviest op what part
    of the load it is, what it calls, where, and how often."""

    action: str
    ops: int
    expensive: int
    load: str
    part: str = ""
    callee: str = ""
    place: str = ""
    times: str = ""


def overview_of(action: str, ops: Sequence[ExpensiveOp], threshold: int, calibrated: bool) -> Overview:
    """An action by its ops; the possible ones are left out by the caller."""
    load = told((op.weight, op.runs) for op in ops)
    expensive = sum(op.weight > threshold for op in ops)
    row = Overview(action, len(ops), expensive, brief(load.load, calibrated))
    if not ops:
        return row
    # what a load is made of, and not what is told first of it: a cheap read that always runs says nothing of seconds
    first = max(heaviest_first(ops), key=lambda op: 0 if is_past_figures(op) else op.weight)
    part = share_of(first, load.load) if len(ops) > 1 else ""
    return row._replace(part=part, callee=first.callee, place=f"{first.file}:{first.line}", times=how_often(first))


def _heaviest(row: Overview, width: int) -> str:
    """The heaviest op in at most `width` columns, as far as there are enough for anything."""
    if not row.callee:
        return ""
    callee, place = visible(row.callee), visible(row.place)
    part = f"{row.part} " if row.part else ""
    times = f", {row.times}" if row.times else ""
    width -= len(part)
    if columns_of(f"{callee} {place}{times}") > width:
        callee, place = with_fewer_parts(callee, ".", width * 3 // 10), with_fewer_parts(place, "/", width * 4 // 10)
    return part + begun(f"{callee} {place}{times}", max(width, MIN_FIRST))


def overview_text(rows: Iterable[Overview], width: int = 100, color: bool = False) -> str:
    """The actions in order, in lines of at most `width` columns; with `color`, those with expensive ops are red."""
    rows = list(rows)
    if not rows:
        return ""
    names = max(columns_of(visible(row.action)) for row in rows)
    loads = max(len(row.load) for row in rows)
    counts = [f"{counted(row.ops, 'op')}, {row.expensive:,} expensive" for row in rows]
    lines = []
    for row, count in zip(rows, counts, strict=True):
        name = visible(row.action)
        gap = " " * (names - columns_of(name))
        line = f"{name}{gap}  {row.load:>{loads}}  {count:<{max(map(len, counts))}}  "
        line = fitted(f"{line}{_heaviest(row, width - columns_of(line))}", width).rstrip()
        lines.append(painted(line, "red", color and row.expensive > 0))
    return "\n".join(lines) + "\n"
