"""Conditions that ask for a parameter alone, or for an attribute of a variable (`args.command == "check"`): which
values of it lead into an arm, and which into the other one."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from code_path_audit.facts.constants import BEGINS, ENDS, HAS, member, written
from code_path_audit.facts.lowering.builder import Builder
from code_path_audit.facts.rows import FALSY, NO_PARAMETER, NONE_OF, NOTHING, ONE_OF, TRUTHY, Asked, Want
from code_path_audit.facts.texts import text_of

OWN = ("self", "cls")
"""Variables of whose attributes no caller says what they are."""


def asked_of(b: Builder, node: ast.expr) -> Asked:
    """`p`, `not p`, `p is None`, `p is not None`, `p == "all"`, `p in ("all", "new")`, `"w" in p`, `p.startswith("w")`,
    and all of these of `p.name`, and of a variable that is bound to one; of `and` and `or` the first operand that is
    one, of a parameter before an attribute, but all of `p == "all" or p == "new"`."""
    if type(node) is ast.UnaryOp and type(node.op) is ast.Not:
        param, true, false = asked_of(b, node.operand)
        return Asked(param, false, true)
    if type(node) is ast.BoolOp:
        rows = [asked_of(b, value) for value in node.values]
        return asked_of_several(type(node.op) is ast.And, rows, len(b.param_registers))
    if type(node) is ast.Compare and len(node.ops) == 1:
        given, attr = asked_for(b, node.left)
        if given < 0:
            return asked_in_text(b, node) or asked_for_nothing(b, node)
        return asked_of_comparison(given, attr, node.ops[0], node.comparators[0])
    if type(node) is ast.Call:
        return asked_of_ends(b, node)
    if type(node) is ast.Name and (found := b.tests.get(variable(b, node.id))) is not None:
        b.through.append((node.id, len(b.arms), found.param))
        return found
    given, attr = asked_for(b, node)
    return Asked(given, Want(TRUTHY, attr=attr), Want(FALSY | NOTHING, attr=attr))


def asked_for(b: Builder, node: ast.expr) -> tuple[int, str]:
    """The parameter that an expression is, and ""; or the variable that it is an attribute of, and the attribute."""
    if type(node) is ast.Name:
        param = parameter(b, node.id)
        alias = b.aliases.get(variable(b, node.id)) if param < 0 else None
        if alias is not None:
            b.through.append((node.id, len(b.arms), alias[0]))
            return alias
        return param, ""
    if type(node) is ast.Attribute and type(node.value) is ast.Name and node.value.id not in OWN:
        return variable(b, node.value.id), node.attr
    return -1, ""


def asked_in_text(b: Builder, node: ast.Compare) -> Asked | None:
    """`"w" in p`; None for what asks something else."""
    if not isinstance(node.ops[0], ast.In | ast.NotIn):
        return None
    found = parts(HAS, node.left)
    given, attr = asked_for(b, node.comparators[0]) if found else (-1, "")
    if given < 0:
        return None
    true, false = one_of(found, attr), none_of(found, attr)
    return Asked(given, true, false) if isinstance(node.ops[0], ast.In) else Asked(given, false, true)


def asked_of_ends(b: Builder, node: ast.Call) -> Asked:
    """`p.startswith("w")`, `p.endswith((".gz", ".xz"))`."""
    func = node.func
    if type(func) is not ast.Attribute or func.attr not in WITH_ENDS or len(node.args) != 1 or node.keywords:
        return NO_PARAMETER
    found = parts(WITH_ENDS[func.attr], node.args[0])
    given, attr = asked_for(b, func.value) if found else (-1, "")
    return Asked(given, one_of(found, attr), none_of(found, attr)) if given >= 0 else NO_PARAMETER


WITH_ENDS = {"startswith": BEGINS, "endswith": ENDS}


def parts(kind: str, node: ast.expr) -> list[str]:
    """The texts of which each stands for all that have it in them, or at an end; none where one is no constant."""
    nodes = node.elts if isinstance(node, ast.Tuple) and kind != HAS else [node]
    found = [row.value if isinstance(row, ast.Constant) else None for row in nodes]
    texts = [kind + written(text) for text in found if isinstance(text, str) and written(text)]
    return texts if len(texts) == len(found) else []


def asked_for_nothing(b: Builder, node: ast.Compare) -> Asked:
    """`x is None` of a variable of the function, which is the same for as long as it is bound."""
    other = node.comparators[0]
    is_asked = isinstance(node.ops[0], ast.Is | ast.IsNot) and isinstance(other, ast.Constant) and other.value is None
    reg = variable(b, node.left.id) if is_asked and type(node.left) is ast.Name else -1
    if reg < 0 or type(node.left) is not ast.Name:
        return NO_PARAMETER
    b.through.append((node.left.id, len(b.arms), reg))
    return asked_of_comparison(reg, "", node.ops[0], other)


def bind_test(b: Builder, name: str, value: ast.expr, found: Asked) -> None:
    """A variable is bound to what asks for something, as `found` says, which it stands for where it is asked; or to an
    attribute; or to what is True or False whatever it asks for."""
    reg = variable(b, name)
    if type(value) is ast.Constant and (constant := known(value)):
        b.constants[reg] = constant
    is_test = type(value) is ast.Compare or (type(value) is ast.UnaryOp and type(value.op) is ast.Not)
    if reg < 0 or parameter(b, name) >= 0:
        return
    if found.param >= 0 and type(value) is ast.Attribute:
        b.aliases[reg] = (found.param, found.true.attr)
    elif found.param >= 0 and type(value) in (ast.Compare, ast.UnaryOp, ast.BoolOp, ast.Call):
        b.tests[reg] = found
    elif is_test:
        b.tests[reg] = Asked(reg, Want(TRUTHY), Want(FALSY))


def asked_of_several(conjunction: bool, rows: list[Asked], params: int) -> Asked:
    """Operands of `and`, or of `or`, in a function of so many parameters: what callers give comes first."""
    asking = sorted(
        [row for row in rows if row.param >= 0],
        key=lambda row: (row.param >= params and not row.true.attr, bool(row.true.attr)),
    )
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


def known(node: ast.Constant) -> int | str:
    """What a constant is to a condition, 0 where that is not known."""
    if node.value is None:
        return NOTHING
    if type(node.value) is bool:
        return TRUTHY if node.value else FALSY
    return written(node.value)


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
    """The number of the parameter that a name holds here, or a constant instead of what that is given; -1 for none."""
    first = variable(b, name)
    if first not in b.param_registers and first >= 0 and name not in b.scoped and b.is_given(name):
        first = b.versions[name][0]
    return b.param_registers.index(first) if first in b.param_registers else -1


def variable(b: Builder, name: str) -> int:
    """The register that a variable was bound to, -1 where it is not known."""
    reg = b.current.get(name) if not b.frames else b.known(name)
    return -1 if reg is None else b.first(reg)
