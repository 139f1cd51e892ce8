"""Format 3 had one number for how often an op runs, and no condition."""

from __future__ import annotations

from typing import Any


def upgrade(data: dict[str, Any]) -> dict[str, Any]:
    """The file in format 4; what is no list of rows stays as it is, for the reader to complain about."""
    rows = {name: data[name] for name in ("ops", "accepted") if isinstance(data.get(name), list)}
    return {**data, **{name: [_row(row) for row in found] for name, found in rows.items()}}


def _row(row: object) -> object:
    return {**row, "runs": "", "condition": ""} if isinstance(row, dict) else row
