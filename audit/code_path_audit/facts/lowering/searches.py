"""Loops that are left early: in their first round, or at the first success (retries, and searches)."""

from __future__ import annotations

import ast

from code_path_audit.facts.lowering.exits import is_end
from code_path_audit.facts.texts import text_of


def ends(nodes: list[ast.stmt]) -> bool:
    """Whether a loop over these statements is left in its first round, whatever happens in it."""
    for node in nodes:
        if goes_on(node):
            return False
        if isinstance(node, ast.Return | ast.Break) or is_end(node):
            return True
        if isinstance(node, ast.If) and ends(node.body) and ends(node.orelse):
            return True
        if isinstance(node, ast.Try | ast.TryStar):
            if ends(node.finalbody) or (ends(node.body) and all(ends(row.body) for row in node.handlers)):
                return True
        elif isinstance(node, ast.With | ast.AsyncWith) and ends(node.body):
            return not any(swallows(item.context_expr) for item in node.items)
    return False


def swallows(node: ast.expr) -> bool:
    """Whether what is raised below a context manager may go no further: contextlib.suppress, pytest.raises."""
    return text_of(node).removesuffix("()").rpartition(".")[2] in ("suppress", "raises")


def goes_on(node: ast.AST, how: type[ast.stmt] = ast.Continue) -> bool:
    """Whether a statement may continue the loop around it, or break it where that is `how`."""
    if isinstance(node, how):
        return True
    if isinstance(node, ast.For | ast.AsyncFor | ast.While):
        return any(goes_on(inside, how) for inside in node.orelse)
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.expr):
        return False
    return any(goes_on(inside, how) for inside in ast.iter_child_nodes(node))


def breaks(node: ast.stmt) -> bool:
    """Whether a statement may break the loop around it."""
    return goes_on(node, ast.Break)


def leaves(nodes: list[ast.stmt]) -> bool:
    """Whether a loop over these statements is left in the first round in which nothing goes wrong: a retry."""
    for node in nodes:
        if isinstance(node, ast.Return | ast.Break):
            return True
        if isinstance(node, ast.Try | ast.TryStar):
            if leaves(node.body) or leaves(node.orelse):
                return True
        elif isinstance(node, ast.With | ast.AsyncWith) and leaves(node.body):
            return True
        elif isinstance(node, ast.If) and ends([node]) and any(isinstance(part, ast.Return) for part in ast.walk(node)):
            # if good: return answer, else: raise
            return True
    return False


def is_search(nodes: list[ast.stmt]) -> bool:
    """Whether a loop over these statements is left at the first success: a retry, or what a round made is good."""
    if leaves(nodes):
        return True
    inside = list(nodes)
    for node in nodes:
        if isinstance(node, ast.Try | ast.TryStar | ast.With | ast.AsyncWith):
            inside += node.body
    ends = [node for node in inside if type(node) is ast.If and may_succeed(node)]
    if not ends:
        return False
    made: set[str] = set()
    for node in inside:
        if type(node) is ast.Assign and any(isinstance(part, ast.Call) for part in ast.walk(node.value)):
            made.update(target.id for target in node.targets if type(target) is ast.Name)
    return any(is_good(node.test, made) for node in ends)


def may_succeed(node: ast.If) -> bool:
    """Whether a branch leaves a loop, and not with nothing: if found: return found."""
    last = node.body[-1]
    if type(last) is ast.Return:
        return last.value is not None and not (type(last.value) is ast.Constant and not last.value.value)
    return type(last) is ast.Break


def is_good(test: ast.expr, made: set[str]) -> bool:
    """Whether a test asks that what a round made is good, not that it is none."""
    if isinstance(test, ast.BoolOp):
        return any(is_good(value, made) for value in test.values)
    if isinstance(test, ast.Compare):
        if type(test.ops[0]) in (ast.Is, ast.Eq) and not is_made(test.comparators[0], made):
            right = test.comparators[0]
            return not (type(right) is ast.Constant and not right.value) and is_made(test.left, made)
        return any(is_made(part, made) for part in (test.left, *test.comparators))
    return is_made(test, made)


def is_made(node: ast.expr, made: set[str]) -> bool:
    """Whether an expression calls something, or reads a variable that holds the result of a call."""
    if isinstance(node, ast.UnaryOp):
        return False
    return any(isinstance(part, ast.Call) or (type(part) is ast.Name and part.id in made) for part in ast.walk(node))
