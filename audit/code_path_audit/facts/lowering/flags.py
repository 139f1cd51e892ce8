"""Conditions that ask for a parameter alone: which values of it lead into an arm, and which into the other one."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from typing import NamedTuple

from code_path_audit.facts.constants import member, written
from code_path_audit.facts.lowering.builder import Builder
from code_path_audit.facts.rows import ANYTHING, FALSY, NONE_OF, NOTHING, ONE_OF, TRUTHY, Want
from code_path_audit.facts.texts import text_of


class Asked(NamedTuple):
    """A parameter by its number, -1 for none, and the values of it with which a condition may be true, and false."""

    param: int
    true: Want = ANYTHING
    false: Want = ANYTHING


NO_PARAMETER = Asked(-1)


def asked_of(b: Builder, node: ast.expr) -> Asked:
    """`p`, `not p`, `p is None`, `p is not None`, `p == "all"`, `p in ("all", "new")`; of `and` and `or` the first
    operand that is one, but all of `p == "all" or p == "new"`."""
    if type(node) is ast.UnaryOp and type(node.op) is ast.Not:
        param, true, false = asked_of(b, node.operand)
        return Asked(param, false, true)
    if type(node) is ast.BoolOp:
        return asked_of_several(type(node.op) is ast.And, [asked_of(b, value) for value in node.values])
    if type(node) is ast.Name:
        return Asked(parameter(b, node.id), Want(TRUTHY), Want(FALSY | NOTHING))
    if type(node) is ast.Compare and len(node.ops) == 1 and type(node.left) is ast.Name:
        return asked_of_comparison(b, node.left.id, node.ops[0], node.comparators[0])
    return NO_PARAMETER


def asked_of_several(conjunction: bool, rows: list[Asked]) -> Asked:
    """Operands of `and`, or of `or`."""
    found = next((row for row in rows if row.param >= 0), NO_PARAMETER)
    if conjunction:
        return found._replace(false=ANYTHING)
    if all(row.param == found.param and row.true.among[:1] == ONE_OF for row in rows):
        constants = [text for row in rows for text in row.true.among[1:].split("\n")]
        return found._replace(true=one_of(constants), false=none_of(constants))
    return found._replace(true=ANYTHING)


def asked_of_comparison(b: Builder, name: str, operator: ast.cmpop, other: ast.expr) -> Asked:
    """A variable, compared with a constant or with several."""
    is_equal = isinstance(operator, ast.Is | ast.Eq | ast.In)
    if isinstance(operator, ast.Is | ast.IsNot) and isinstance(other, ast.Constant) and other.value is None:
        true, false = Want(NOTHING), Want(TRUTHY | FALSY)
    elif isinstance(operator, ast.Is | ast.IsNot | ast.Eq | ast.NotEq | ast.In | ast.NotIn):
        is_in = isinstance(operator, ast.In | ast.NotIn)
        nodes = other.elts if isinstance(other, ast.Tuple | ast.List | ast.Set) and is_in else [other]
        found = [constant_of(node) for node in nodes]
        if not found or not all(found) or (is_in and nodes == [other]):
            return NO_PARAMETER
        true, false = one_of(found), none_of(found)
    else:
        return NO_PARAMETER
    return Asked(parameter(b, name), true, false) if is_equal else Asked(parameter(b, name), false, true)


def constant_of(node: ast.expr) -> str:
    """A constant as `Arm.among` has it, "" for what is none."""
    if type(node) is ast.Constant:
        return written(node.value)
    return member(text_of(node.value), node.attr) if type(node) is ast.Attribute else ""


def one_of(found: Iterable[str]) -> Want:
    """What is one of some constants."""
    return Want(among=ONE_OF + "\n".join(found))


def none_of(found: Iterable[str]) -> Want:
    """What is none of some constants."""
    return Want(among=NONE_OF + "\n".join(found))


def asked_of_case(b: Builder, subject: ast.expr, node: ast.pattern) -> tuple[int, list[str]]:
    """The parameter that a `match` asks for, and the constants that one case has; none of a case of another kind."""
    param = parameter(b, subject.id) if type(subject) is ast.Name else -1
    nodes = node.patterns if isinstance(node, ast.MatchOr) else [node]
    found = [constant_of(row.value) if isinstance(row, ast.MatchValue) else "" for row in nodes]
    return (param, found) if param >= 0 and all(found) else (param, [])


def parameter(b: Builder, name: str) -> int:
    """The number of the parameter that a name holds here, -1 for none."""
    reg = b.current.get(name) if not b.frames else b.known(name)
    first = -1 if reg is None else b.first(reg)
    return b.param_registers.index(first) if first in b.param_registers else -1
