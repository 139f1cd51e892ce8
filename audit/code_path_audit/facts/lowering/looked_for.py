"""What a loop looks for among elements: whoever adds it where it is not found keeps it."""

from __future__ import annotations

import ast

from code_path_audit.facts.lowering.guards import PLACES, Guard, contained
from code_path_audit.facts.texts import text_of


def looked_for(node: ast.For | ast.AsyncFor, how: type[ast.stmt]) -> list[Guard]:
    """for row in self.rows: if row.name == name: break: what a loop looks for among elements, and leaves in that way
    where it is there."""
    held = elements(node.iter)
    target = text_of(held) if type(held) in PLACES else ""
    if not target:
        return []
    own = names_in(node.target)
    tests = [row.test for row in node.body if isinstance(row, ast.If) and isinstance(row.body[-1], how)]
    keys = [key for test in tests for key in compared_with(test, own)]
    return [Guard(target, key, True, listed=True) for key in keys]


def elements(node: ast.expr) -> ast.expr:
    """The container whose elements a loop goes through: rows, rows.values(), list(rows)."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ("values", "items"):
        return node.func.value
    return contained(node)


def compared_with(test: ast.expr, own: set[str]) -> list[ast.expr]:
    """What a test holds against an element, which has the names `own`: row.name == name, folder in path.parents."""
    if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And):
        return [key for value in test.values for key in compared_with(value, own)]
    if not isinstance(test, ast.Compare) or type(test.ops[0]) not in (ast.Eq, ast.In, ast.Is):
        return []
    sides = (test.left, test.comparators[0])
    others = [
        side for side in sides if not any(part.id in own for part in ast.walk(side) if isinstance(part, ast.Name))
    ]
    if len(others) != 1 or isinstance(others[0], ast.Constant):
        return []
    held = others[0]
    return [held.value if isinstance(test.ops[0], ast.In) and isinstance(held, ast.Attribute) else held]


def names_in(node: ast.expr) -> set[str]:
    """The variables that an expression reads."""
    return {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}
