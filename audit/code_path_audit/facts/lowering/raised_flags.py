"""Flags that say that there is something to make: `if self.changed: self.rows = load(); self.changed = False`."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence

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


def is_lowered(b: Builder, nodes: Iterable[ast.AST], target: str) -> bool:
    """Whether statements lower a flag: self.changed = False."""
    return any(is_place(place, target, False) for node in nodes for place in lowered(b, node))


def lowered(b: Builder, node: ast.AST) -> Sequence[ast.expr]:
    """What a statement lowers; each guard in front of it asks."""
    if isinstance(node, ast.Assign):
        return node.targets if isinstance(node.value, ast.Constant) and node.value.value is False else ()
    if not isinstance(node, COMPOUND):
        return ()
    found = b.lowered.get(node)
    if found is None:
        found = b.lowered[node] = [place for part in parts(node) for place in lowered(b, part)]
    return found
