"""Loops that give another value in each round (`range`, the keys of a dict, the names in a folder): a branch that asks
for one constant is taken in one round of them at most."""

from __future__ import annotations

import ast

from code_path_audit.facts.lowering.builder import Builder
from code_path_audit.facts.lowering.flags import constant_of, variable
from code_path_audit.facts.texts import text_of

SAME = frozenset(("sorted", "list", "tuple", "reversed", "iter"))
"""Calls that give what they are given, in some order."""

WHOLE = frozenset(("range", "set", "frozenset", "os.listdir", "listdir"))
NAMED = frozenset(("os.scandir", "scandir"))
"""Calls whose elements are all different, and those of whose elements the names are."""


def distinct_part(iterated: ast.expr, target: ast.expr) -> tuple[str, str]:
    """The variable of a loop that is another one in each round, and ""; or with the attribute of it that is; ("", "")
    for none."""
    if isinstance(iterated, ast.Set):
        return named(target), ""
    if not isinstance(iterated, ast.Call):
        return "", ""
    text = text_of(iterated.func)
    if text in SAME and iterated.args:
        return distinct_part(iterated.args[0], target)
    if text in WHOLE:
        return named(target), ""
    method = iterated.func.attr if isinstance(iterated.func, ast.Attribute) and not iterated.args else ""
    if method == "keys":
        return named(target), ""
    if text in NAMED or method == "iterdir":
        return named(target), "name"
    if (text == "enumerate" or method == "items") and isinstance(target, ast.Tuple) and target.elts:
        return named(target.elts[0]), ""
    return "", ""


def named(target: ast.expr) -> str:
    """The name of a variable, "" for another target."""
    return target.id if isinstance(target, ast.Name) else ""


def note(b: Builder, iterated: ast.expr, target: ast.expr) -> None:
    """The variable of the innermost loop, which was just bound."""
    name, attr = distinct_part(iterated, target)
    reg = variable(b, name) if name else -1
    if reg >= 0:
        b.distinct[b.loop] = reg, attr


def in_one_round(b: Builder, test: ast.expr, truth: bool = True) -> bool:
    """Whether a condition is true (or false) in one round of the innermost loop at most: `key == "size"`."""
    if b.loop not in b.distinct:
        return False
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        return in_one_round(b, test.operand, not truth)
    if isinstance(test, ast.BoolOp):
        return isinstance(test.op, ast.And) == truth and any(in_one_round(b, part, truth) for part in test.values)
    if not isinstance(test, ast.Compare) or len(test.ops) != 1 or not constant_of(test.comparators[0]):
        return False
    if not isinstance(test.ops[0], ast.Eq if truth else ast.NotEq):
        return False
    return b.distinct[b.loop] in asked(b, test.left)


def asked(b: Builder, node: ast.expr) -> list[tuple[int, str]]:
    """The register of a variable, and ""; or that of one of which an attribute is meant, and the attribute."""
    if isinstance(node, ast.Name):
        reg = variable(b, node.id)
        return [(reg, ""), b.aliases.get(reg, (reg, ""))]
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        return [(variable(b, node.value.id), node.attr)]
    return []


def once(b: Builder) -> None:
    """The arm that was just opened is taken in one round of the innermost loop at most."""
    arm = b.arms[-1]
    if arm.left == 0 and arm.loop == b.loop and not arm.target:
        b.arms[-1] = arm._replace(left=1, flag=True)
