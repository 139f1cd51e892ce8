"""Flags that say that there is something to make: `if self.changed: self.rows = load(); self.changed = False`."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from code_path_audit.facts.lowering.builder import Builder
from code_path_audit.facts.lowering.guards import COMPOUND, Guard, asked, is_place, parts


def is_raised(value: ast.expr) -> bool:
    """Whether a value raises a flag that it is assigned to."""
    return isinstance(value, ast.Constant) and value.value is True


def raised(b: Builder, test: ast.expr) -> list[Guard]:
    """What a test may ask for as a flag: `missing` says that the test holds where it is raised."""
    if isinstance(test, ast.Name | ast.Attribute):
        found = asked(b, test)
        return [found._replace(missing=True, flag=True)] if found is not None and found.key is None else []
    if isinstance(test, ast.UnaryOp) and type(test.op) is ast.Not:
        return [row._replace(missing=not row.missing) for row in raised(b, test.operand)]
    if isinstance(test, ast.BoolOp):
        rows = [row for value in test.values for row in raised(b, value)]
        return rows if type(test.op) is ast.And else [row for row in rows if row.missing]
    return []


def is_lowered(nodes: Iterable[ast.AST], target: str) -> bool:
    """Whether statements lower a flag: self.changed = False."""
    for node in nodes:
        if isinstance(node, ast.Assign):
            is_false = isinstance(node.value, ast.Constant) and node.value.value is False
            if is_false and any(is_place(place, target, False) for place in node.targets):
                return True
        elif isinstance(node, COMPOUND) and is_lowered(parts(node), target):
            return True
    return False
