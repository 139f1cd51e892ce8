"""The table of configuration keys as a JSON Schema, for editors, and as a page, for people."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from code_path_audit.config import ACTION_NAME, MAX_NUMBER, OWN_FILE, TABLE
from code_path_audit.config_keys import (
    ACTION,
    BUDGET,
    CLASS,
    GATE,
    HINT,
    KIND,
    KINDS,
    RULE,
    TABLES,
    TOP,
    Key,
)
from code_path_audit.reports.text import table

DRAFT = "http://json-schema.org/draft-07/schema#"
"""The draft that the TOML plug-ins of editors read."""

Schema = dict[str, Any]
_TEXT: Schema = {"type": "string", "minLength": 1}
_TEXTS: Schema = {"type": "array", "items": _TEXT}
_PATH: Schema = {"type": "string", "minLength": 1, "pattern": r"^[^/\\]([^\\]*)$"}
_PATHS: Schema = {"type": "array", "items": _PATH}
_NUMBER: Schema = {"type": "number", "minimum": 0}
_NAMES: Schema = {"anyOf": [_TEXT, _TEXTS]}
_PLACE: Schema = {"anyOf": [{"type": "integer", "minimum": 0, "maximum": 99}, _TEXT]}


def _object(keys: tuple[Key, ...], *required: str) -> Schema:
    made: Schema = {
        "type": "object",
        "properties": {key.name: _property(key) for key in keys},
        "additionalProperties": False,
    }
    return {**made, "required": list(required)} if required else made


def _map(of: Schema, names: Schema | None = None) -> Schema:
    return {"type": "object", "additionalProperties": of, **({"propertyNames": names} if names else {})}


def _property(key: Key) -> Schema:
    more = {} if key.default is None else {"default": _plain(key.default)}
    return {"description": key.doc, **_BY_KIND[key.kind](), **more}


def _plain(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value


_BY_KIND: Mapping[str, Any] = {
    "patterns": lambda: _TEXTS,
    "folders": lambda: {**_PATHS, "minItems": 1},
    "files": lambda: _PATHS,
    "file": lambda: _PATH,
    "folder": lambda: _PATH,
    "model": lambda: _TEXT,
    "count": lambda: {"type": "integer", "minimum": 1, "maximum": MAX_NUMBER},
    "load": lambda: {"type": "integer", "minimum": 0},
    "share": lambda: _NUMBER,
    "number": lambda: _NUMBER,
    "flag": lambda: {"type": "boolean"},
    "text": lambda: {"type": "string"},
    "kinds of drift": lambda: _TEXTS,
    "rules": lambda: {"anyOf": [{"type": "array", "items": _object(RULE, "match")}, _PATHS]},
    "classes": lambda: _map(_object(CLASS, "per_unit")),
    "kinds of work": lambda: _map(_object(KIND, "per_unit")),
    "actions": lambda: _map(_object(ACTION, "entry_points"), {"pattern": ACTION_NAME, "maxLength": 100}),
    "hints": lambda: _map(_object(HINT)),
    "gate": lambda: _object(GATE),
    "budgets": lambda: _map(_object(BUDGET)),
    "entry points": lambda: {**_TEXTS, "minItems": 1},
    "places": lambda: {"anyOf": [_PLACE, {"type": "array", "items": _PLACE}]},
    "names": lambda: _NAMES,
    "class": lambda: _TEXT,
    "unit": lambda: {"enum": ["bytes", "nodes", "any"]},
    "mutation": lambda: {"enum": ["file_write", "ipc_emit"]},
}


def configuration_schema() -> Schema:
    """The schema of the configuration's table, as plug-ins for TOML take it: of code-path-audit.toml as a whole."""
    head = {"$schema": DRAFT, "title": "code-path-audit", "description": f"[{TABLE}], or {OWN_FILE}"}
    return {**head, **_object(TOP)}


def pyproject_schema() -> Schema:
    """The same for pyproject.toml as a whole: all other tables are let through."""
    own = configuration_schema()
    del own["$schema"]
    tool = {"type": "object", "properties": {"code-path-audit": own}}
    return {"$schema": DRAFT, "title": "pyproject.toml", "type": "object", "properties": {"tool": tool}}


HEAD = """\
# Configuration

In a table `[tool.code-path-audit]` of `pyproject.toml`, or in `code-path-audit.toml` beside it (the same keys, with no
prefix); not in both. The nearest one from the working directory upwards counts. Paths are relative to its folder, with
`/`, and stay inside of it. A key that is not in this list is an error.

`code-path-audit schema configuration` prints the JSON Schema of it, `code-path-audit schema pyproject` that of a whole
`pyproject.toml`. With a comment `#:schema ./code-path-audit.schema.json` at the top of the file, editors with a plug-in
for TOML complete and check the keys.

This page is made of the table that also validates: `python -m benchmarks.reference`.\
"""


def configuration_reference() -> str:
    """The page: every table, every key, what it takes, its default."""
    lines = [HEAD]
    for name, keys in TABLES.items():
        title = f"`{TABLE}.{name}`" if name else f"`{TABLE}`"
        rows = [(f"`{key.name}`", KINDS[key.kind], _default(key), key.doc) for key in keys]
        lines += ["", f"## {title}", "", *table(("key", "takes", "default", "what it is for"), "llll", rows)]
    return "\n".join(lines) + "\n"


def _default(key: Key) -> str:
    return "" if key.default in (None, "", (), {}) else f"`{json.dumps(_plain(key.default))}`"
