"""Format 4 had a digest of the function's body in each row, and acceptances in the same file."""

from __future__ import annotations

from typing import Any


def upgrade(data: dict[str, Any]) -> dict[str, Any]:
    """The file in format 5, which may still have its acceptances; what is no list of rows stays as it is."""
    lists = ("ops", "accepted", "mutations")
    rows = {name: data[name] for name in lists if isinstance(data.get(name), list)}
    return {**data, **{name: [_row(row) for row in found] for name, found in rows.items()}}


def _row(row: object) -> object:
    return {key: value for key, value in row.items() if key != "body"} if isinstance(row, dict) else row
