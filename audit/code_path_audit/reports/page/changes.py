"""What a check of the gate said (`code-path-gate check --format json`), as the differences of each action."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from code_path_audit.profiles.runs.terms import MAX_LOOPS, degree
from code_path_audit.profiles.runs.words import from_text
from code_path_audit.reports.page.values import Change, Changes

NO_BASELINE = "There is no baseline of this action."
NOT_COMPARED = "Nothing was compared: {}"


def changes_of(check: str, actions: Iterable[str]) -> dict[str, Changes]:
    """The differences of each of some actions. ValueError where the text is no such document."""
    try:
        document = json.loads(check)
        missing = {row["action"] for row in document["actions"] if row["missing_baseline"]}
        rows: dict[str, list[Change]] = {}
        for row in document["findings"]:
            if row["kind"] != "load_changed":
                rows.setdefault(row["action"], []).append(_change(row))
        return {
            name: Changes(note=NO_BASELINE) if name in missing else Changes(tuple(rows.get(name, ())))
            for name in actions
        }
    except (KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError(f"no answer of a check: {type(error).__name__}: {error}") from error


def not_compared(why: str, actions: Iterable[str]) -> dict[str, Changes]:
    """Of each action, why it was compared with no baseline."""
    return dict.fromkeys(actions, Changes(note=NOT_COMPARED.format(why)))


def _change(row: Mapping[str, Any]) -> Change:
    op = row["op"]
    is_told = op is None or degree(from_text(op["runs"])) <= MAX_LOOPS
    cause = row["cause"]
    happened = ""
    if cause is not None:
        named = " -> ".join(name for name in (cause["function"], cause["callee"]) if name)
        happened = f"{cause['file']}:{cause['line']}: {', '.join(part for part in (named, cause['how']) if part)}"
    return Change(
        kind=row["kind"],
        status=row["status"],
        op=row["id"],
        function=row["function"],
        what=row["what"],
        before=row["before"] if is_told else None,
        after=row["after"] if is_told else None,
        why="; ".join(part for part in (row["note"], row["why"]) if part),
        cause=happened,
    )
