"""Conditions that ask which request is answered: `self.action == "list"` in a viewset, `request.method == "POST"`.

What stands behind one gets a mark in the code, so that who knows the request can leave it out.
"""

from __future__ import annotations

import ast

from code_path_audit.facts import opcodes as op
from code_path_audit.facts.lowering.builder import Builder
from code_path_audit.facts.rows import NONE_OF, ONE_OF
from code_path_audit.facts.texts import text_of

ASKED = {"self.action": "action", "self.request.method": "method", "request.method": "method"}
"""What is asked for, and what it is called in the code."""

SAFE = ("GET", "HEAD", "OPTIONS")

ANY, END = ("any", ""), ("", "")
"""The mark of what any request runs, and the one behind what is marked."""

Which = tuple[tuple[str, str], tuple[str, str]]
"""What the mark says before what runs where a condition is true, and before what runs where it is false: what is asked
for, and the texts that it may be as `Arm.among` has them."""


def requests_of(node: ast.expr) -> Which | None:
    """The marks of a condition; None where it asks for no request."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        found = requests_of(node.operand)
        return found and (found[1], found[0])
    if isinstance(node, ast.BoolOp):
        rows = [row for value in node.values if (row := requests_of(value)) is not None]
        if not rows:
            return None
        return (rows[0][0], ANY) if isinstance(node.op, ast.And) else (ANY, rows[0][1])
    if not isinstance(node, ast.Compare) or len(node.ops) != 1:
        return None
    left, operator = node.left, node.ops[0]
    if not isinstance(left, ast.Attribute) or left.attr not in ASKED.values():
        return None
    name, texts = ASKED.get(text_of(left), ""), constants(node.comparators[0])
    if not name or not texts or not isinstance(operator, ast.Eq | ast.NotEq | ast.In | ast.NotIn):
        return None
    among = "\n".join(texts)
    marks = (name, ONE_OF + among), (name, NONE_OF + among)
    return marks if isinstance(operator, ast.Eq | ast.In) else marks[::-1]


def constants(node: ast.expr) -> tuple[str, ...]:
    """The texts that are compared with; none where one is not known."""
    if text_of(node).rpartition(".")[2] == "SAFE_METHODS":
        return SAFE
    nodes = node.elts if isinstance(node, ast.Tuple | ast.List | ast.Set) else [node]
    found = [part.value for part in nodes if isinstance(part, ast.Constant) and isinstance(part.value, str)]
    return tuple(found) if len(found) == len(nodes) else ()


def only(b: Builder, which: Which | None, side: int) -> None:
    """Begin what runs where a condition is true (0), or false (1), or end it (-1)."""
    if which is not None:
        b.code.append((op.ONLY, *(which[side] if side >= 0 else END)))
