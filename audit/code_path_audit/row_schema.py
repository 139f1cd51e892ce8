"""JSON Schemas of plain rows, from the types of their fields: what is written cannot differ from what is promised."""

from __future__ import annotations

import types
from typing import Any, Union, get_args, get_origin, get_type_hints

DRAFT = "https://json-schema.org/draft/2020-12/schema"

_PLAIN: dict[object, dict[str, Any]] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
    type(None): {"type": "null"},
}


def row_schema(row: type, **more: object) -> dict[str, Any]:
    """The schema of an object with all the fields of a NamedTuple and no others; `more` adds to or replaces fields."""
    hints = get_type_hints(row).items()
    properties = {name: more[name] if name in more else value_schema(kind) for name, kind in hints} | more
    return {
        "type": "object", "properties": properties, "required": list(properties), "additionalProperties": False,
    }  # fmt: skip


def value_schema(kind: Any) -> dict[str, Any]:
    """The schema of one field's type: a plain one, a row, a tuple of any length, or one of several."""
    if kind in _PLAIN:
        return dict(_PLAIN[kind])
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        return {"anyOf": [value_schema(part) for part in arguments]}
    if origin is tuple and len(arguments) == 2 and arguments[1] is ...:
        return {"type": "array", "items": value_schema(arguments[0])}
    if isinstance(kind, type) and hasattr(kind, "_fields"):
        return row_schema(kind)
    raise TypeError(f"no JSON stands for {kind}")
