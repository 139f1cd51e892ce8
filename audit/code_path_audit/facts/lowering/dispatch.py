"""How any node is read: by the tables that the builder carries.

So the modules that read nodes inside their own (a call its arguments, an `if` its body) need not import one another.
"""

from __future__ import annotations

import ast

from code_path_audit.facts import opcodes as op
from code_path_audit.facts.lowering.builder import Builder
from code_path_audit.facts.rows import Statement
from code_path_audit.facts.texts import text_of

COMPOUND = frozenset((ast.If, ast.For, ast.AsyncFor, ast.While, ast.Try, ast.TryStar, ast.With, ast.AsyncWith,
                      ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Match))  # fmt: skip
"""Statements with statements inside: those get rows of their own."""


# expressions


def expr(b: Builder, node: ast.expr) -> int:
    """The register of an expression's value; one of a kind that no table has is some object."""
    handler = b.readers.expressions.get(type(node))
    if handler is None:
        return primitive(b, "builtins.object")
    return handler(b, node)


def elements(b: Builder, nodes: list[ast.expr]) -> tuple[int, ...]:
    """The registers of the elements of a display; ~r for an unpacked one, which is iterated."""
    return tuple(~unpacked(b, n.value) if type(n) is ast.Starred else expr(b, n) for n in nodes)


def unpacked(b: Builder, node: ast.expr) -> int:
    """The register of what a display unpacks."""
    over = expr(b, node)
    if type(node) not in (ast.List, ast.Tuple, ast.ListComp):
        b.code.append((op.ITER, b.register(), over, False, b.site(node, "iterate", text_of(node))))
    return over


def primitive(b: Builder, dotted: str) -> int:
    """A register with an instance of a builtin class."""
    reg = b.register()
    b.code.append((op.PRIM, reg, dotted))
    return reg


# statements


def body(b: Builder, nodes: list[ast.stmt]) -> None:
    """A list of statements; what follows a return, raise, break or continue never runs."""
    block, arm = b.block, b.arm
    b.block = b.blocks
    b.blocks += 1
    for index, node in enumerate(nodes):
        if b.dead:
            b.is_generator = b.is_generator or any(map(yields, nodes[index:]))
            break
        if type(node) in COMPOUND:
            left, around = b.exits + b.jumps, b.arm
            b.following = (nodes, index + 1)
            b.readers.statements[type(node)](b, node)
            if b.exits + b.jumps > left and b.arm == around and not b.dead:
                # something in it may leave the block: what follows need not run
                b.open_arm(b.choice(), b.readers.behind(node, nodes[index + 1 :]))
        else:
            statement(b, node, index)
    b.block, b.arm = block, arm


def yields(node: ast.AST) -> bool:
    """Whether dead code makes the function a generator all the same (return; yield), by itself."""
    todo = [node]
    while todo:
        current = todo.pop()
        if isinstance(current, ast.Yield | ast.YieldFrom):
            return True
        if not isinstance(current, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
            todo.extend(ast.iter_child_nodes(current))
    return False


def statement(b: Builder, node: ast.stmt, index: int) -> None:
    """One statement; a simple one with calls gets its row in `FunctionFacts.statements`."""
    handler = b.readers.statements.get(type(node))
    if handler is None:
        return
    first, calls = len(b.sites), b.calls
    b.reads, b.writes = [], []
    handler(b, node)
    if b.calls > calls:
        reads, writes = tuple(sorted(set(b.reads))), tuple(sorted(set(b.writes)))
        b.statements.append(Statement(b.block, index, reads, writes, first, len(b.sites)))
        b.statement_lines.append(node.lineno)
