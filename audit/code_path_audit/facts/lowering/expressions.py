"""Expressions to instructions: each function takes a builder and a node, and returns the register of its value."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from code_path_audit.facts import opcodes as op
from code_path_audit.facts.lowering.builder import Builder
from code_path_audit.facts.lowering.calls import awaited, call
from code_path_audit.facts.lowering.comprehensions import comprehension, lambda_
from code_path_audit.facts.lowering.conditions import bool_op, if_exp
from code_path_audit.facts.lowering.dispatch import elements, expr, primitive
from code_path_audit.facts.lowering.guards import ask
from code_path_audit.facts.lowering.operators import binary, compare, unary
from code_path_audit.facts.texts import LARGEST_INT, TEXT_LIMIT, field_name, text_of


def constant(b: Builder, node: ast.Constant) -> int:
    """A literal."""
    value = node.value
    reg = b.register()
    kind = type(value)
    if kind is str:
        b.code.append((op.STR, reg, value))
    elif type(value) is int and -LARGEST_INT < value < LARGEST_INT:
        b.code.append((op.INT, reg, value))
    elif type(value) is bytes:
        b.code.append((op.PRIM, reg, "builtins.bytes", len(value)))
    elif value is None:
        b.code.append((op.PRIM, reg, "builtins.None"))
    elif kind is bool:
        b.code.append((op.PRIM, reg, "builtins.bool", str(value)))
    else:
        b.code.append((op.PRIM, reg, "builtins." + kind.__name__))
    return reg


def name(b: Builder, node: ast.Name) -> int:
    """A name that is read."""
    b.reads.append(node.id)
    return b.read(node.id)


def attribute(b: Builder, node: ast.Attribute) -> int:
    """An attribute that is read: a call where it is a property."""
    base = expr(b, node.value)
    path = text_of(node, 5)
    if path:
        b.reads.append(path)
    reg = b.register()
    b.code.append((op.ATTR, reg, base, field_name(node.attr), b.site(node, "property", path or node.attr)))
    return reg


def subscript(b: Builder, node: ast.Subscript) -> int:
    """x[key] and x[a:b]."""
    base = expr(b, node.value)
    path = text_of(node.value, 5)
    if path:
        b.reads.append(path)
    if type(node.slice) is ast.Slice:
        bounds = [
            expr(b, part) if part is not None else -1 for part in (node.slice.lower, node.slice.upper, node.slice.step)
        ]
        reg = b.register()
        b.code.append((op.SLICE, reg, base, *bounds, b.site(node, "operator", "__getitem__")))
        return reg
    key = expr(b, node.slice)
    reg = b.register()
    b.code.append((op.ITEM, reg, base, key, b.site(node, "operator", "__getitem__")))
    return reg


def slice_value(b: Builder, node: ast.Slice) -> int:
    """a:b inside a tuple of subscripts."""
    for part in (node.lower, node.upper, node.step):
        if part is not None:
            expr(b, part)
    return primitive(b, "builtins.slice")


def starred(b: Builder, node: ast.Starred) -> int:
    """*x where it is neither an argument nor an element (subscripts)."""
    return expr(b, node.value)


def named(b: Builder, node: ast.NamedExpr) -> int:
    """(x := value)"""
    reg = expr(b, node.value)
    copy = b.register()
    b.code.append((op.COPY, copy, reg))
    b.write(node.target.id, copy)
    ask(b, node.target.id, node.value)
    return copy


def yielded(b: Builder, node: ast.Yield) -> int:
    """yield"""
    b.is_generator = True
    value = expr(b, node.value) if node.value is not None else primitive(b, "builtins.None")
    reg = b.register()
    b.code.append((op.YIELD, reg, value))
    return reg


def yielded_from(b: Builder, node: ast.YieldFrom) -> int:
    """yield from"""
    b.is_generator = True
    value = expr(b, node.value)
    reg = b.register()
    b.code.append((op.YIELD_FROM, reg, value, b.site(node, "iterate", text_of(node.value) or "yield from")))
    return reg


# displays


def list_display(b: Builder, node: ast.List) -> int:
    """[a, *b]"""
    values = elements(b, node.elts)
    reg = b.register()
    b.code.append((op.LIST, reg, values))
    return reg


def tuple_display(b: Builder, node: ast.Tuple) -> int:
    """(a, *b)"""
    values = elements(b, node.elts)
    reg = b.register()
    b.code.append((op.TUPLE, reg, values))
    return reg


def set_display(b: Builder, node: ast.Set) -> int:
    """{a, *b}"""
    values = elements(b, node.elts)
    reg = b.register()
    b.code.append((op.SET, reg, values))
    return reg


def dict_display(b: Builder, node: ast.Dict) -> int:
    """{k: v, **d}"""
    pairs = tuple(
        (expr(b, key) if key is not None else -1, expr(b, value))
        for key, value in zip(node.keys, node.values, strict=True)
    )
    reg = b.register()
    b.code.append((op.DICT, reg, pairs))
    return reg


# f-strings


def constant_text(node: ast.expr | None) -> str:
    """What stands there as a text, or ""."""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


MAX_JOINED = 6
"""Parts of a text that may name something."""

IN_NAMES = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.:/-")


def may_name(node: Any) -> bool:
    """Whether an f-string may be a name that begins with a value: f"{package}.{name}", and no sentence or number."""
    parts = node.values
    if not 1 < len(parts) <= MAX_JOINED or type(parts[0]) is not ast.FormattedValue:
        return False
    return all(
        type(part.value) in (ast.Name, ast.Attribute, ast.Constant) and part.conversion == -1 and not part.format_spec
        if type(part) is ast.FormattedValue
        else IN_NAMES.issuperset(constant_text(part) or " ")
        for part in parts
    )


def joined(b: Builder, node: Any) -> int:
    """An f-string formats its values."""
    values = []
    for part in node.values:
        if type(part) is ast.FormattedValue:
            values.append(formatted(b, part))
        elif type(part) is not ast.Constant:
            expr(b, part)
    reg = b.register()
    first = node.values[0] if node.values else None
    prefix = constant_text(first)
    if type(first) is ast.FormattedValue and type(first.value) is ast.Name and first.value.id == "__name__":
        second = constant_text(node.values[1]) if len(node.values) > 1 else ""
        prefix = b.module + second if second else ""  # f"{__name__}.{plugin}" is a module below this one
    if len(node.values) == 1 and type(first) is ast.Constant and prefix:
        b.code.append((op.STR, reg, prefix))
    elif not prefix and may_name(node):
        b.code.append((op.JOINED, reg, with_gaps(node), tuple(values)))
    else:
        begins = path_text(node) if prefix[:1] == "/" else ""
        b.code.append((op.PRIM, reg, "builtins.str", begins or prefix[:TEXT_LIMIT]))
    return reg


def with_gaps(node: Any) -> str:
    """The text of an f-string with a "\0" for each value in it."""
    return "".join("\0" if type(part) is ast.FormattedValue else constant_text(part) for part in node.values)


def path_text(node: Any) -> str:
    """The same of a path, f"/orders/{order.id}/lines"; "" where it is long, or no path."""
    text = with_gaps(node)
    return text if len(text) <= TEXT_LIMIT and not any(sign in text for sign in " \n{<") else ""


def formatted(b: Builder, part: ast.FormattedValue) -> int:
    """{value!r:spec}; the register of the value."""
    value = expr(b, part.value)
    method = {114: "__repr__", 115: "__str__", 97: "__repr__"}.get(part.conversion, "__format__")
    if type(part.value) is not ast.Constant:
        b.code.append((op.FORMAT, method, value, b.site(part, "operator", method)))
    if part.format_spec is not None:
        joined(b, part.format_spec)
    return value


# the table

EXPRESSIONS: dict[type, Callable[[Builder, Any], int]] = {
    ast.Constant: constant, ast.Name: name, ast.Attribute: attribute, ast.Call: call, ast.Await: awaited,
    ast.BinOp: binary, ast.UnaryOp: unary, ast.BoolOp: bool_op, ast.IfExp: if_exp, ast.Compare: compare,
    ast.Subscript: subscript, ast.List: list_display, ast.Tuple: tuple_display, ast.Set: set_display,
    ast.Dict: dict_display, ast.JoinedStr: joined, ast.NamedExpr: named, ast.Yield: yielded,
    ast.YieldFrom: yielded_from, ast.Starred: starred, ast.Slice: slice_value, ast.ListComp: comprehension,
    ast.SetComp: comprehension, ast.DictComp: comprehension, ast.GeneratorExp: comprehension, ast.Lambda: lambda_,
}  # fmt: skip
