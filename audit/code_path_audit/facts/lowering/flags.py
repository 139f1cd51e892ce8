"""Conditions that ask for a parameter alone, or for an attribute of a variable (`args.command == "check"`): which
values of it lead into an arm, and which into the other one."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from typing import NamedTuple

from code_path_audit.facts.constants import member, written
from code_path_audit.facts.lowering.builder import Builder
from code_path_audit.facts.rows import ANYTHING, FALSY, NONE_OF, NOTHING, ONE_OF, TRUTHY, Want
from code_path_audit.facts.texts import text_of


class Asked(NamedTuple):
    """A parameter by its number, or the register of a variable of which an attribute is asked for; -1 for none; and the
    values with which a condition may be true, and false."""

    param: int
    true: Want = ANYTHING
    false: Want = ANYTHING


NO_PARAMETER = Asked(-1)

OWN = ("self", "cls")
"""Variables of whose attributes no caller says what they are."""


def asked_of(b: Builder, node: ast.expr) -> Asked:
    """`p`, `not p`, `p is None`, `p is not None`, `p == "all"`, `p in ("all", "new")`, and all of these of `p.name`; of
    `and` and `or` the first operand that is one, of a parameter before an attribute, but all of `p == "all" or p ==
    "new"`."""
    if type(node) is ast.UnaryOp and type(node.op) is ast.Not:
        param, true, false = asked_of(b, node.operand)
        return Asked(param, false, true)
    if type(node) is ast.BoolOp:
        return asked_of_several(type(node.op) is ast.And, [asked_of(b, value) for value in node.values])
    if type(node) is ast.Compare and len(node.ops) == 1:
        given, attr = asked_for(b, node.left)
        return asked_of_comparison(given, attr, node.ops[0], node.comparators[0]) if given >= 0 else NO_PARAMETER
    given, attr = asked_for(b, node)
    return Asked(given, Want(TRUTHY, attr=attr), Want(FALSY | NOTHING, attr=attr))


def asked_for(b: Builder, node: ast.expr) -> tuple[int, str]:
    """The parameter that an expression is, and ""; or the variable that it is an attribute of, and the attribute."""
    if type(node) is ast.Name:
        return parameter(b, node.id), ""
    if type(node) is ast.Attribute and type(node.value) is ast.Name and node.value.id not in OWN:
        return variable(b, node.value.id), node.attr
    return -1, ""


def asked_of_several(conjunction: bool, rows: list[Asked]) -> Asked:
    """Operands of `and`, or of `or`."""
    asking = sorted([row for row in rows if row.param >= 0], key=lambda row: bool(row.true.attr))
    found = asking[0] if asking else NO_PARAMETER
    place = found.param, found.true.attr
    if conjunction:
        return found._replace(false=Want(attr=place[1]))
    if all((row.param, row.true.attr) == place and row.true.among[:1] == ONE_OF for row in rows):
        constants = [text for row in rows for text in row.true.among[1:].split("\n")]
        return found._replace(true=one_of(constants, place[1]), false=none_of(constants, place[1]))
    return found._replace(true=Want(attr=place[1]))


def asked_of_comparison(given: int, attr: str, operator: ast.cmpop, other: ast.expr) -> Asked:
    """A variable or an attribute, compared with a constant or with several."""
    is_equal = isinstance(operator, ast.Is | ast.Eq | ast.In)
    if isinstance(operator, ast.Is | ast.IsNot) and isinstance(other, ast.Constant) and other.value is None:
        true, false = Want(NOTHING, attr=attr), Want(TRUTHY | FALSY, attr=attr)
    elif isinstance(operator, ast.Is | ast.IsNot | ast.Eq | ast.NotEq | ast.In | ast.NotIn):
        is_in = isinstance(operator, ast.In | ast.NotIn)
        nodes = other.elts if isinstance(other, ast.Tuple | ast.List | ast.Set) and is_in else [other]
        found = [constant_of(node) for node in nodes]
        if not found or not all(found) or (is_in and nodes == [other]):
            return NO_PARAMETER
        true, false = one_of(found, attr), none_of(found, attr)
    else:
        return NO_PARAMETER
    return Asked(given, true, false) if is_equal else Asked(given, false, true)


def constant_of(node: ast.expr) -> str:
    """A constant as `Arm.among` has it, "" for what is none."""
    if type(node) is ast.Constant:
        return written(node.value)
    return member(text_of(node.value), node.attr) if type(node) is ast.Attribute else ""


def one_of(found: Iterable[str], attr: str = "") -> Want:
    """What is one of some constants, or has an attribute that is one."""
    return Want(among=ONE_OF + "\n".join(found), attr=attr)


def none_of(found: Iterable[str], attr: str = "") -> Want:
    """What is none of some constants, or has an attribute that is none."""
    return Want(among=NONE_OF + "\n".join(found), attr=attr)


def asked_of_case(b: Builder, subject: ast.expr, node: ast.pattern) -> tuple[int, str, list[str]]:
    """What a `match` asks for, as `asked_for` has it, and the constants that one case has; none of a case of another
    kind."""
    param, attr = asked_for(b, subject)
    nodes = node.patterns if isinstance(node, ast.MatchOr) else [node]
    found = [constant_of(row.value) if isinstance(row, ast.MatchValue) else "" for row in nodes]
    return (param, attr, found) if param >= 0 and all(found) else (param, attr, [])


def parameter(b: Builder, name: str) -> int:
    """The number of the parameter that a name holds here, -1 for none."""
    first = variable(b, name)
    return b.param_registers.index(first) if first in b.param_registers else -1


def variable(b: Builder, name: str) -> int:
    """The register that a variable was bound to, -1 where it is not known."""
    reg = b.current.get(name) if not b.frames else b.known(name)
    return -1 if reg is None else b.first(reg)
