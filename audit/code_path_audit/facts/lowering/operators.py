"""Operators and comparisons."""

from __future__ import annotations

import ast

from code_path_audit.facts import opcodes as op
from code_path_audit.facts.lowering.builder import Builder
from code_path_audit.facts.lowering.conditions import truth
from code_path_audit.facts.lowering.dispatch import expr, primitive
from code_path_audit.facts.texts import LARGEST_INT

BINARY = {
    ast.Add: "add", ast.Sub: "sub", ast.Mult: "mul", ast.MatMult: "matmul", ast.Div: "truediv", ast.Mod: "mod",
    ast.Pow: "pow", ast.LShift: "lshift", ast.RShift: "rshift", ast.BitOr: "or", ast.BitXor: "xor",
    ast.BitAnd: "and", ast.FloorDiv: "floordiv",
}  # fmt: skip


UNARY = {ast.USub: "neg", ast.UAdd: "pos", ast.Invert: "invert"}


COMPARE = {
    ast.Eq: "eq", ast.NotEq: "ne", ast.Lt: "lt", ast.LtE: "le", ast.Gt: "gt", ast.GtE: "ge",
    ast.In: "contains", ast.NotIn: "contains",
}  # fmt: skip


def binary(b: Builder, node: ast.BinOp) -> int:
    """A binary operator; long chains (a + b + c ...) are read without recursion."""
    chain = [node]
    while type(chain[-1].left) is ast.BinOp:
        chain.append(chain[-1].left)
    left = expr(b, chain[-1].left)
    for row in reversed(chain):
        right = expr(b, row.right)
        reg = b.register()
        operator = BINARY[type(row.op)]
        b.code.append((op.BINARY, reg, operator, left, right, b.site(row, "operator", f"__{operator}__")))
        left = reg
    return left


def unary(b: Builder, node: ast.UnaryOp) -> int:
    """A unary operator."""
    operand = expr(b, node.operand)
    if type(node.op) is ast.Not:
        truth(b, node.operand, operand)
        return primitive(b, "builtins.bool")
    if (
        type(node.operand) is ast.Constant
        and type(node.operand.value) is int
        and type(node.op) is ast.USub
        and (node.operand.value < LARGEST_INT)
    ):
        reg = b.register()
        b.code.append((op.INT, reg, -node.operand.value))
        return reg
    reg = b.register()
    operator = UNARY[type(node.op)]
    b.code.append((op.UNARY, reg, operator, operand, b.site(node, "operator", f"__{operator}__")))
    return reg


def compare(b: Builder, node: ast.Compare) -> int:
    """Comparisons and `in`; `is` calls nothing."""
    left = expr(b, node.left)
    for operation, right_node in zip(node.ops, node.comparators, strict=True):
        right = expr(b, right_node)
        operator = COMPARE.get(type(operation))
        if operator is not None:
            site = b.site(node, "operator", f"__{operator}__")
            a, c = (right, left) if operator == "contains" else (left, right)
            b.code.append((op.COMPARE, b.register(), operator, a, c, site))
        left = right
    if len(node.ops) > 1:
        b.join()
    return primitive(b, "builtins.bool")
