"""The table of keys is what the readers go by: each key it has is read, and what a schema refuses, a reader refuses."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jsonschema
import pytest

from code_path_audit.config import parse_config
from code_path_audit.config_keys import KINDS, TABLES
from code_path_audit.costs.models import load_model
from code_path_audit.costs.tables import config_table
from code_path_audit.errors import AuditError
from code_path_audit.reports.configuration import configuration_schema, pyproject_schema
from code_path_gate.settings import read_settings

SCHEMA = configuration_schema()
ACTION = {"entry_points": ["shop.save"]}
CLASS = {"per_unit": 3}

GOOD: list[dict[str, Any]] = [
    {},
    {"source": ["src", "tools/x.py"], "exclude": ["tests", "src/*/old"], "max_depth": 3, "model": "mine.toml"},
    {"actions": {"save": ACTION, "a.b-c_1": {**ACTION, "description": "One save", "imports": True}}},
    {"rule_files": ["mine.toml"], "library_files": ["more.toml"], "observations": "x.jsonl", "libraries": "l.toml"},
    {"rules": ["mine.toml"], "bottleneck_percent": 20},
    {"rules": [{"match": "shop.slow", "class": "file_io", "size_from": [0, "data"], "light": True, "unit": "nodes"}]},
    {"rules": [{"match": ["a.*", "b.**"], "class": "none", "unless": "a.b", "path_from": 0}]},
    {"rules": [{"match": "a.b", "class": "network", "only_given": [0, "host"], "unless_given": "pool"}]},
    {"rules": [{"match": "a.b", "mutation": "ipc_emit", "channel": "bus", "sql_argument": "query"}]},
    {"classes": {"mine": {**CLASS, "base": 1.5, "kinds": {"fast": {"per_unit": 1, "unit": "bytes"}}}}},
    {"hints": {"shop.save": {"bound": 3, "size": 100}}},
    {"actions": {"save": ACTION}, "gate": {"budgets": {"save": {"max_load": 0, "max_growth": 0.5}}}},
    {"gate": {"baselines": "b", "reports": "r/s", "fail": ["new"], "strict": True}},
]

BAD: list[dict[str, Any]] = [
    {"sorce": ["src"]},
    {"source": []},
    {"source": "src"},
    {"source": ["/src"]},
    {"exclude": [""]},
    {"model": ""},
    {"max_depth": 0},
    {"max_depth": "3"},
    {"actions": {"save": {}}},
    {"actions": {"save": {"entry_points": []}}},
    {"actions": {"save": {**ACTION, "entrypoints": []}}},
    {"actions": {"save": {**ACTION, "imports": 1}}},
    {"actions": {"-save": ACTION}},
    {"rules": [{"class": "file_io"}]},
    {"rules": [{"match": "a.b", "class": "file_io", "clas": "x"}]},
    {"rules": [{"match": "a.b", "class": "file_io", "light": "yes"}]},
    {"rules": [{"match": "a.b", "mutation": "other"}]},
    {"classes": {"mine": {}}},
    {"classes": {"mine": {**CLASS, "perunit": 1}}},
    {"classes": {"mine": {**CLASS, "base": -1}}},
    {"hints": {"shop.save": {"bound": 0}}},
    {"hints": {"shop.save": {"bounds": 1}}},
    {"observations": ""},
    {"gate": {"strict": "yes"}},
    {"gate": {"stric": True}},
    {"gate": {"budgets": {"save": {"max_load": -1}}}},
    {"gate": {"budgets": {"save": {"load": 1}}}},
]


def read(table: dict[str, Any]) -> None:
    """Everything that reads a part of the configuration, one after the other."""
    config = parse_config(table, Path("/project"), "code-path-audit.toml")
    read_settings(config)
    config_table(config.rules, "rules")
    load_model("reference", dict(config.classes))


@pytest.mark.parametrize("table", GOOD, ids=str)
def test_what_is_right_is_right_to_both(table: dict[str, Any]) -> None:
    jsonschema.validate(table, SCHEMA)
    read(table)


@pytest.mark.parametrize("table", BAD, ids=str)
def test_what_is_wrong_is_wrong_to_both(table: dict[str, Any]) -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(table, SCHEMA)
    with pytest.raises(AuditError):
        read(table)


def keys_of(table: object) -> set[str]:
    if isinstance(table, dict):
        return set(table) | {name for value in table.values() for name in keys_of(value)}
    return {name for row in table for name in keys_of(row)} if isinstance(table, list) else set()


def test_every_key_is_tried() -> None:
    tried = {name for table in GOOD for name in keys_of(table)}
    left = {
        "assumed_size", "warm_base", "calibrated", "provenance", "count_from", "most_from", "mode_argument", "apart",
    }  # fmt: skip
    assert {key.name for keys in TABLES.values() for key in keys} - tried == left


def test_schemas_are_schemas() -> None:
    for schema in (SCHEMA, pyproject_schema()):
        jsonschema.Draft7Validator.check_schema(schema)
    jsonschema.validate(
        {"project": {"name": "x"}, "tool": {"ruff": {}, "code-path-audit": GOOD[1]}}, pyproject_schema()
    )
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"tool": {"code-path-audit": BAD[0]}}, pyproject_schema())


def test_every_kind_is_used() -> None:
    assert {key.kind for keys in TABLES.values() for key in keys} == set(KINDS)
