"""The JSON Schemas of what the gate writes, from the types of the rows in it."""

from __future__ import annotations

from typing import Any

from code_path_audit.row_schema import DRAFT, row_schema, value_schema
from code_path_gate.baseline.model import FORMAT, NOT_IN_FILES, BaselineOp, CostRow, MutationRow, UnresolvedRow
from code_path_gate.baseline.read import END
from code_path_gate.formats.json_document import VERSION
from code_path_gate.verdict.drift import KINDS
from code_path_gate.verdict.evidence import Cause, Step
from code_path_gate.verdict.policy import STATUSES

_TEXT = {"type": "string"}
_TEXTS = {"type": "array", "items": _TEXT}
_WHOLE = {"type": "integer"}
_WHOLE_OR_NOTHING = {"type": ["integer", "null"]}


def baseline_schema() -> dict[str, Any]:
    """`baselines/<action>.json`: each list ends with a mark, so that adding a row changes no other line."""
    rows = {"costs": CostRow, "ops": BaselineOp, "unresolved": UnresolvedRow, "mutations": MutationRow}
    lists = {
        name: {"type": "array", "items": {"anyOf": [_in_a_file(row), {"const": END}]}} for name, row in rows.items()
    }
    head = {"format": {"const": FORMAT}, "action": _TEXT, "analysis": _WHOLE, "model": _TEXT}
    return {"$schema": DRAFT, "title": "A baseline of code-path-gate", **_closed({**head, **lists})}


def acceptance_schema() -> dict[str, Any]:
    """One line of `baselines/accepted.jsonl`."""
    until = {"type": "string", "pattern": r"^(\d{4}-\d\d-\d\d)?$"}
    row = _in_a_file(BaselineOp, action=_TEXT, reason=_TEXT, until=until)
    return {"$schema": DRAFT, "title": "One acceptance of code-path-gate", **row}


def _in_a_file(row: type, **more: object) -> dict[str, Any]:
    """A row as files have it: digests of bodies are in none."""
    properties = {
        name: value for name, value in row_schema(row, **more)["properties"].items() if name not in NOT_IN_FILES
    }
    return _closed(properties)


def check_schema() -> dict[str, Any]:
    """What `code-path-gate check --format json` prints."""
    action = _closed(
        {
            "action": _TEXT, "baseline": _TEXT, "missing_baseline": {"type": "boolean"},
            "load_before": _WHOLE_OR_NOTHING, "load": _WHOLE, "notes": _TEXTS,
        }
    )  # fmt: skip
    steps = {"type": "array", "items": row_schema(Step)}
    finding = _closed(
        {
            "action": _TEXT, "kind": {"enum": list(KINDS)}, "status": {"enum": list(STATUSES)}, "why": _TEXT,
            "id": _TEXT, "function": _TEXT, "what": _TEXT, "note": _TEXT,
            "before": _WHOLE_OR_NOTHING, "after": _WHOLE_OR_NOTHING,
            "op": value_schema(BaselineOp | None), "cause": value_schema(Cause | None), "evidence": _TEXT,
            "path": steps, "path_before": steps,
        }
    )  # fmt: skip
    whole = {
        "version": {"const": VERSION}, "exit_code": {"enum": [0, 1, 3]}, "state": _TEXT, "against": _TEXT,
        "actions": {"type": "array", "items": action}, "not_affected": _TEXTS, "weakened": _TEXTS,
        "findings": {"type": "array", "items": finding}, "notes": _TEXTS,
    }  # fmt: skip
    # fields may be added without a new version
    return {"$schema": DRAFT, "title": "A check of code-path-gate", **_closed(whole), "additionalProperties": True}


def _closed(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object", "properties": properties, "required": list(properties), "additionalProperties": False,
    }  # fmt: skip


SCHEMAS = {"baseline": baseline_schema, "acceptance": acceptance_schema, "check": check_schema}
"""By name."""
