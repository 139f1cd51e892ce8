"""The JSON Schema of one line of a file of observations."""

from __future__ import annotations

from typing import Any

from code_path_audit.row_schema import DRAFT, row_schema
from code_path_audit.runtime.observations_file import FORMAT, HISTOGRAMS, KINDS, OPTIONAL, WRITTEN

_HISTOGRAM = {"type": "object", "additionalProperties": {"type": "integer", "minimum": 0}}


def observations_schema() -> dict[str, Any]:
    """The first line says the format; each other one is a record of one kind. What is empty is left out."""
    first = {
        "type": "object",
        "properties": {"observations": {"const": FORMAT}},
        "required": ["observations"],
        "additionalProperties": False,
    }
    return {
        "$schema": DRAFT,
        "title": "One line of baselines/observations.jsonl",
        "anyOf": [first, *(_record(kind, row) for kind, row in KINDS.items())],
    }


def _record(kind: str, row: Any) -> dict[str, Any]:
    histograms = {name: _HISTOGRAM for name in row._fields if (kind, name) in HISTOGRAMS}
    left_out = {*histograms, *(name for name in row._fields if (kind, name) in OPTIONAL)}
    made = row_schema(row, **histograms)
    fields = {WRITTEN.get(name, name): value for name, value in made["properties"].items()}
    required = [WRITTEN.get(name, name) for name in row._fields if name not in left_out]
    return {
        **made, "properties": {"kind": {"const": kind}, **fields}, "required": ["kind", *required],
    }  # fmt: skip
