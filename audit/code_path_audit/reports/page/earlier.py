"""The trend: the figures that the pages of earlier days tell of themselves, in an element that is made to be read."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path

from code_path_audit.profiles.model import ActionProfile
from code_path_audit.reports.figures import told_load
from code_path_audit.reports.page.values import Point
from code_path_audit.reports.write import is_day

FIGURES = "figures"
"""The id of the element, which stands in the page's head."""

MAX_REPORTS = 60
"""Days of a trend."""

LARGEST = 10**18
"""Greater than any load that is told."""

_HEAD = 1 << 18
_ELEMENT = re.compile(rf'<script type="application/json" id="{FIGURES}">([^<]*)</script>')


def figures(profiles: Iterable[ActionProfile], date: str) -> dict[str, Point]:
    """What the page of a date says of each action."""
    return {
        profile.action.name: Point(
            date,
            told_load(profile),
            len(profile.expensive_ops),
            sum(op.weight > profile.threshold for op in profile.expensive_ops),
            len(profile.unresolved),
            profile.model,
        )
        for profile in profiles
    }


def earlier_reports(out: Path, date: str) -> dict[str, tuple[Point, ...]]:
    """The figures of each action in the reports of the days before, below a folder, the oldest first. A page that
    cannot be read, or is of a version that told none, is passed over."""
    found: dict[str, list[Point]] = {}
    try:
        days = sorted(path.name for path in out.iterdir() if is_day(path.name) and path.name < date)
    except OSError:
        return {}
    for day in days[-MAX_REPORTS:]:
        for name, point in _read(out / day / "index.html", day).items():
            found.setdefault(name, []).append(point)
    return {name: tuple(points) for name, points in sorted(found.items())}


def _read(page: Path, day: str) -> dict[str, Point]:
    try:
        if page.is_symlink() or page.parent.is_symlink() or not page.is_file():
            return {}
        with page.open("rb") as file:
            head = file.read(_HEAD).decode("utf-8", "replace")
        element = _ELEMENT.search(head)
        rows = json.loads(element[1]) if element else {}
        return {name: point for name, row in rows.items() if (point := _point(row, day)) is not None}
    except (OSError, ValueError, AttributeError, RecursionError):
        return {}


def _point(row: object, day: str) -> Point | None:
    if not isinstance(row, list) or len(row) != len(Point._fields) - 1:
        return None
    load, ops, expensive, unresolved, model = row
    counts = (load, ops, expensive, unresolved)
    if not isinstance(model, str) or any(type(count) is not int or not 0 <= count <= LARGEST for count in counts):
        return None
    return Point(day, load, ops, expensive, unresolved, model)
