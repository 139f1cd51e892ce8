"""Conditions that ask for a parameter alone: which values of it lead into an arm, and which into the other one."""

from __future__ import annotations

import ast
from typing import NamedTuple

from code_path_audit.facts.lowering.builder import Builder
from code_path_audit.facts.rows import EVERY, FALSY, NOTHING, TRUTHY


class Asked(NamedTuple):
    """A parameter by its number, -1 for none, and the values of it with which a condition may be true, and false."""

    param: int
    true: int = EVERY
    false: int = EVERY


NO_PARAMETER = Asked(-1)


def asked_of(b: Builder, node: ast.expr) -> Asked:
    """`p`, `not p`, `p is None`, `p is not None`; of `and` and `or` the first operand that is one."""
    if type(node) is ast.UnaryOp and type(node.op) is ast.Not:
        param, true, false = asked_of(b, node.operand)
        return Asked(param, false, true)
    if type(node) is ast.BoolOp:
        found = next((row for value in node.values if (row := asked_of(b, value)).param >= 0), NO_PARAMETER)
        return found._replace(false=EVERY) if type(node.op) is ast.And else found._replace(true=EVERY)
    if type(node) is ast.Name:
        return Asked(parameter(b, node.id), TRUTHY, FALSY | NOTHING)
    if type(node) is ast.Compare and len(node.ops) == 1 and type(node.left) is ast.Name:
        operator, other = node.ops[0], node.comparators[0]
        if isinstance(operator, ast.Is | ast.IsNot) and isinstance(other, ast.Constant) and other.value is None:
            found = Asked(parameter(b, node.left.id), NOTHING, TRUTHY | FALSY)
            return found if type(operator) is ast.Is else Asked(found.param, found.false, found.true)
    return NO_PARAMETER


def parameter(b: Builder, name: str) -> int:
    """The number of the parameter that a name holds here, -1 for none."""
    reg = b.current.get(name) if not b.frames else b.known(name)
    first = -1 if reg is None else b.first(reg)
    return b.param_registers.index(first) if first in b.param_registers else -1
