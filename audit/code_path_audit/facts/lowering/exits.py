"""What ends a function otherwise than by returning: raises, and calls that end the process."""

from __future__ import annotations

import ast

from code_path_audit.facts.texts import text_of

EXITS = frozenset(("sys.exit", "exit", "quit", "os._exit", "os.abort"))
REPLACES = "os.exec"
"""What the names of functions begin with that put another program in the place of this one."""


def is_end(node: ast.stmt) -> bool:
    """Whether a statement leaves the function, not by returning: a raise, an exit, a false assertion."""
    if isinstance(node, ast.Expr):
        return is_exit(node.value)
    if isinstance(node, ast.Assert):
        return isinstance(node.test, ast.Constant) and not node.test.value
    return isinstance(node, ast.Raise)


def is_exit(node: ast.expr) -> bool:
    """Whether an expression ends the process, as it is written: sys.exit(), os.execv()"""
    if type(node) is not ast.Call:
        return False
    text = text_of(node.func)
    return text in EXITS or text.startswith(REPLACES)


def says_failure(call: ast.Call) -> bool:
    """Whether an exit tells that something went wrong: sys.exit(1), raise SystemExit(f"no {name}")"""
    if text_of(call.func) == "os.abort":
        return True
    named = [row.value for row in call.keywords if row.arg in ("code", "status")]
    status = next(iter([*call.args[:1], *named]), None)
    if type(status) is ast.Call and type(status.func) is ast.Attribute and status.func.attr == "format":
        status = status.func.value
    while type(status) is ast.BinOp:
        status = status.left
    if type(status) is ast.UnaryOp:
        return type(status.op) is ast.USub
    if isinstance(status, ast.Constant):
        return isinstance(status.value, str | int) and bool(status.value)
    return type(status) is ast.JoinedStr
