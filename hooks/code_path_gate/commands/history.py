"""The history of an action's load: one line a commit and action, kept beside the reports, shown as a trend. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import NamedTuple

from code_path_audit.errors import AuditError
from code_path_audit.reports.text import brief

SHOWN = 10
"""Commits of a trend."""

LARGEST = 10**60
"""Greater than any load; still a float."""

BARS = "▁▂▃▄▅▆▇█"


class Point(NamedTuple):
    """One action at one commit: `load` in load units, as it is told (without ops past three
    loops), `expensive` ops above the threshold, `unresolved` calls."""

    commit: str
    action: str
    load: int
    expensive: int
    unresolved: int


def parse_history(text: str, where: str) -> tuple[Point, ...]:
    """All lines, in their order. AuditError `history-broken` names the first line that is none of ours."""
    points = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            point = Point(*(row[name] for name in Point._fields))
            sound = isinstance(point.commit, str) and isinstance(point.action, str)
            if (
                not sound
                or len(row) != len(point)
                or any(type(value) is not int or not 0 <= value <= LARGEST for value in point[2:])
            ):
                raise ValueError
        except (ValueError, TypeError, KeyError, RecursionError):
            raise AuditError(
                "history-broken",
                "this line is no record of an action's load",
                where=f"{where}:{number}",
                todo="Resolve the conflict, or delete the line.",
            ) from None
        points.append(point)
    return tuple(points)


def format_history(points: Iterable[Point]) -> str:
    """One line a point."""
    return "".join(json.dumps(point._asdict()) + "\n" for point in points)


def with_points(history: Iterable[Point], new: Iterable[Point]) -> tuple[Point, ...]:
    """The history with new points at its end, in place of older ones of the same commit and action."""
    new = tuple(new)
    replaced = {(point.commit, point.action) for point in new}
    return (*(point for point in history if (point.commit, point.action) not in replaced), *new)


def trend_markdown(history: Iterable[Point], calibrated: bool) -> str:
    """A section for summary.md: the load of each action over the last commits; "" where there is only one."""
    by_action: dict[str, list[Point]] = {}
    for point in history:
        by_action.setdefault(point.action, []).append(point)
    lines = []
    for action, points in sorted(by_action.items()):
        last = points[-SHOWN:]
        if len(last) > 1:
            first, now = last[0], last[-1]
            share = f" ({(now.load - first.load) / first.load:+.0%})" if first.load else ""
            lines.append(
                f"| {action} | {_bars([point.load for point in last])} "
                f"| {brief(first.load, calibrated)} → {brief(now.load, calibrated)}{share} "
                f"| {first.expensive} → {now.expensive} | {first.unresolved} → {now.unresolved} |"
            )
    if not lines:
        return ""
    head = "| action | trend | load, about | ops above the threshold | unresolved calls |\n|---|---|---|---|---|\n"
    return (
        f"\n## Trend\n\nOver the last commits that were reported on, at most {SHOWN}.\n\n{head}"
        + "\n".join(lines)
        + "\n"
    )


def _bars(loads: list[int]) -> str:
    top = max(loads)
    return "".join(BARS[load * (len(BARS) - 1) // top] if top else BARS[0] for load in loads)
