"""The rule tables that ship, as a store has them: read and checked once on a machine."""

from __future__ import annotations

from typing import Any

from code_path_audit.costs.tables import Rule, RuleTable, rule_tables
from code_path_audit.kept_by_program import kept
from code_path_audit.store.pack import Store


def kept_rule_tables(store: Store | None) -> tuple[RuleTable, ...]:
    """The files of rules that ship, sorted by name."""
    return kept(store, "rule tables", rule_tables, list, _tables)


def _tables(found: Any) -> tuple[RuleTable, ...]:
    return tuple(_table(*row) for row in found)


def _table(name: str, rules: Any, returns: Any, aliases: Any, classes: Any, kinds: Any) -> RuleTable:
    rows = tuple(_rule(row) for row in rules)
    places = tuple((cost_class, kind, pattern) for cost_class, kind, pattern in kinds)
    return RuleTable(name, rows, dict(returns.items()), dict(aliases.items()), dict(classes.items()), places)


def _rule(row: Any) -> Rule:
    values: list[Any] = [tuple(value) if isinstance(value, list) else value for value in row]
    return Rule(*values)
