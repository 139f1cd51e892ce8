"""Calls as written, and await."""

from __future__ import annotations

import ast

from code_path_audit.facts import opcodes as op
from code_path_audit.facts.lowering.builder import Builder
from code_path_audit.facts.lowering.dispatch import expr
from code_path_audit.facts.lowering.guards import attribute_named, is_empty
from code_path_audit.facts.lowering.mutations import is_shared, qualified
from code_path_audit.facts.rows import Argument
from code_path_audit.facts.texts import SHAPES, argument_text, text_of

MUTATORS = frozenset((
    "append", "extend", "insert", "add", "update", "pop", "popitem", "remove", "discard", "clear", "setdefault",
    "sort", "reverse", "appendleft", "extendleft", "popleft", "rotate", "intersection_update", "difference_update",
    "symmetric_difference_update",
))  # fmt: skip


EMPTYING = frozenset(("clear", "pop", "popitem", "cache_clear"))
"""Methods that take away what may be kept, or a part of it."""


def emptied(func: ast.Attribute, arguments: list[ast.expr]) -> str:
    """What such a call empties: self.__dict__.pop("rows", None) -> "self.rows"; "" for an element of a list."""
    target = text_of(func.value)
    if func.attr != "pop":
        return target
    key = arguments[0] if arguments else None
    if key is None or isinstance(key, ast.UnaryOp) or (type(key) is ast.Constant and type(key.value) is int):
        return ""
    if target.endswith("__dict__"):
        named = isinstance(key, ast.Constant) and type(key.value) is str
        return target.removesuffix("__dict__") + str(key.value) if named else ""  # type: ignore[attr-defined]
    return target


def takes_away(name: str, arguments: list[ast.expr]) -> bool:
    """delattr(self, "rows"), setattr(self, "rows", None)"""
    if name == "delattr":
        return len(arguments) == 2
    return name == "setattr" and len(arguments) == 3 and is_empty(arguments[2])


def call(b: Builder, node: ast.Call, kind: str = "call", awaited: bool = False) -> int:
    """A call as written; `locals()` and `vars()` are given the names that the function has bound so far."""
    func = node.func
    callee = expr(b, func)
    positional: list[int] = []
    keywords: list[tuple[str | None, int]] = []
    rows: list[Argument] = []
    if type(func) is ast.Name and func.id == "next" and node.args:
        b.drawn = node.args[0]
    for argument in node.args:
        if type(argument) is ast.Starred:
            reg = expr(b, argument.value)
            positional.append(~reg)
            rows.append(Argument("*", SHAPES.get(type(argument.value), "other"), argument_text(argument.value), reg))
        else:
            reg = expr(b, argument)
            positional.append(reg)
            rows.append(Argument(None, SHAPES.get(type(argument), "other"), argument_text(argument), reg))
    for keyword in node.keywords:
        reg = expr(b, keyword.value)
        keywords.append((keyword.arg, reg))
        shape = SHAPES.get(type(keyword.value), "other")
        rows.append(Argument(keyword.arg or "**", shape, argument_text(keyword.value), reg))
    if type(func) is ast.Name and func.id in ("locals", "vars") and not rows and b.kind != "module":
        keywords += b.bound()
    text = text_of(func)
    site = b.call_site(node, kind, text, tuple(rows), awaited)
    reg = b.register()
    b.code.append((op.CALL, reg, callee, tuple(positional), tuple(keywords), site))
    b.called.add(callee)
    b.passed[reg] = tuple(positional)
    if type(func) is ast.Attribute and func.attr in EMPTYING:
        b.reset(emptied(func, node.args))
    elif type(func) is ast.Name and takes_away(func.id, node.args):
        b.reset(attribute_named(node))
    if type(func) is ast.Attribute and func.attr in MUTATORS:
        b.fills = True
        target = text_of(func.value)
        if target and is_shared(b, func.value):
            b.mutation("container_mutate", qualified(b, target), site, base_register(b, callee), node.lineno)
            b.writes.append(target)
    return reg


def base_register(b: Builder, callee: int) -> int:
    """The receiver of the attribute read that made `callee`."""
    for instruction in reversed(b.code):
        if instruction[0] == op.ATTR and instruction[1] == callee:
            return int(instruction[2])
    return -1


def awaited(b: Builder, node: ast.Await) -> int:
    """await: the value of a coroutine."""
    inner = call(b, node.value, awaited=True) if type(node.value) is ast.Call else expr(b, node.value)
    reg = b.register()
    b.code.append((op.AWAIT, reg, inner, b.site(node, "call", "await")))
    return reg
