"""Assignments: to names, attributes, elements, several targets at once; del."""

from __future__ import annotations

import ast

from code_path_audit.facts import opcodes as op
from code_path_audit.facts.annotations import type_of
from code_path_audit.facts.lowering.builder import Builder
from code_path_audit.facts.lowering.conditions import bind_told
from code_path_audit.facts.lowering.dispatch import elements, expr
from code_path_audit.facts.lowering.flags import asked_of, bind_test
from code_path_audit.facts.lowering.guards import ask, is_empty
from code_path_audit.facts.lowering.mutations import is_shared, qualified
from code_path_audit.facts.lowering.operators import BINARY
from code_path_audit.facts.lowering.raised_flags import is_raised
from code_path_audit.facts.rows import NO_PARAMETER
from code_path_audit.facts.texts import field_name, text_of


def assign(b: Builder, target: ast.expr, reg: int) -> None:
    """Bind a target to a value."""
    if type(target) is ast.Name:
        copy = b.register()
        b.code.append((op.COPY, copy, reg))
        b.write(target.id, copy)
    elif type(target) is ast.Attribute:
        store_attribute(b, target, expr(b, target.value), reg)
    elif type(target) is ast.Subscript:
        base = expr(b, target.value)
        put_item(b, target, base, expr(b, target.slice), reg)
    elif isinstance(target, ast.Tuple | ast.List):
        unpack(b, target, reg)
    elif type(target) is ast.Starred:
        assign(b, target.value, reg)


def store_attribute(b: Builder, target: ast.Attribute, base: int, reg: int) -> None:
    """x.name = value"""
    text = text_of(target) or target.attr
    b.writes.append(text)
    b.code.append((op.STORE_ATTR, base, field_name(target.attr), reg, b.site(target, "property", text)))
    b.mutation("attr_write", qualified(b, text) if is_shared(b, target) else text, -1, base, target.lineno)


def put_item(b: Builder, target: ast.Subscript, base: int, key: int, reg: int) -> None:
    """x[key] = value"""
    b.fills = True
    b.code.append((op.STORE_ITEM, base, key, reg, b.site(target, "operator", "__setitem__")))
    text = text_of(target.value)
    if text:
        b.writes.append(text)
        if is_shared(b, target.value):
            b.mutation("container_mutate", qualified(b, text), -1, base, target.lineno)


def unpack(b: Builder, target: ast.Tuple | ast.List, reg: int) -> None:
    """a, *b = value"""
    parts = tuple(b.register() for _ in target.elts)
    star = next((i for i, t in enumerate(target.elts) if type(t) is ast.Starred), -1)
    b.code.append((op.UNPACK, reg, parts, star, b.site(target, "iterate", "unpack")))
    for part, sub in zip(parts, target.elts, strict=True):
        assign(b, sub, part)


def assign_statement(b: Builder, node: ast.Assign) -> None:
    """a = b = value; two tuples of the same length are bound element by element."""
    value = node.value
    if len(node.targets) == 1 and type(value) is ast.Tuple and type(node.targets[0]) is ast.Tuple:
        targets = node.targets[0].elts
        if len(targets) == len(value.elts) and not any(type(t) is ast.Starred for t in [*targets, *value.elts]):
            for target, reg in zip(targets, elements(b, value.elts), strict=True):
                assign(b, target, reg)
            return
    b.assigning = node
    name = node.targets[0] if len(node.targets) == 1 else None
    asked = asked_of(b, value) if type(name) is ast.Name else NO_PARAMETER
    reg = expr(b, value)
    empty, raised = is_empty(value), is_raised(value)
    for target in node.targets:
        assign(b, target, reg)
        if (empty or raised) and (type(target) is ast.Attribute or is_outer(b, target)):
            b.reset(text_of(target), raised)
    if type(name) is ast.Name:
        bind_test(b, name.id, value, asked)
        bind_told(b, name.id, value)
    if type(node.targets[0]) is ast.Name:
        ask(b, node.targets[0].id, value)


def is_outer(b: Builder, node: ast.expr) -> bool:
    """Whether an expression is a variable of a function around this one, or of the module."""
    return isinstance(node, ast.Name) and (node.id in b.global_names or node.id in b.nonlocal_names)


def annotated(b: Builder, node: ast.AnnAssign) -> None:
    """a: T = value, and a: T alone (evidence for a field or a variable)."""
    stated = type_of(node.annotation)
    source = expr(b, node.value) if node.value is not None else -1
    if node.value is None and type(node.target) is ast.Name and b.kind not in ("class", "module"):
        return
    reg = b.register()
    b.code.append((op.TYPED, reg, source, stated))
    if type(node.target) is ast.Name and node.value is None:
        if b.kind == "class":
            b.code.append((op.STORE_NAME, node.target.id, reg))
        return
    assign(b, node.target, reg)


def augmented(b: Builder, node: ast.AugAssign) -> None:
    """a += value"""
    target = node.target
    operator = "i" + BINARY[type(node.op)]
    if type(target) is ast.Name:
        assign(b, target, combined(b, node, operator, expr(b, target)))
        return
    base = expr(b, target.value)  # type: ignore[union-attr]
    left = b.register()
    if type(target) is ast.Attribute:
        text = text_of(target) or target.attr
        b.reads.append(text)
        b.code.append((op.ATTR, left, base, field_name(target.attr), b.site(target, "property", text)))
        store_attribute(b, target, base, combined(b, node, operator, left))
    elif type(target) is ast.Subscript:
        key = expr(b, target.slice)
        b.code.append((op.ITEM, left, base, key, b.site(target, "operator", "__getitem__")))
        put_item(b, target, base, key, combined(b, node, operator, left))


def combined(b: Builder, node: ast.AugAssign, operator: str, left: int) -> int:
    """The value of `left += right`."""
    right = expr(b, node.value)
    reg = b.register()
    b.code.append((op.BINARY, reg, operator, left, right, b.site(node, "operator", f"__{operator}__")))
    return reg


def delete(b: Builder, node: ast.Delete) -> None:
    """del"""
    targets = list(node.targets)
    for target in targets:
        if isinstance(target, ast.Tuple | ast.List):
            targets.extend(target.elts)
        elif type(target) is ast.Name:
            if target.id in b.global_names:
                b.reset(target.id)
            b.current.pop(target.id, None)
        elif type(target) is ast.Subscript:
            base = expr(b, target.value)
            key = expr(b, target.slice)
            b.code.append((op.DEL_ITEM, base, key, b.site(target, "operator", "__delitem__")))
            text = text_of(target.value)
            b.reset(text)
            if text and is_shared(b, target.value):
                b.mutation("container_mutate", qualified(b, text), -1, base, target.lineno)
        elif type(target) is ast.Attribute:
            base = expr(b, target.value)
            text = text_of(target) or target.attr
            b.code.append((op.DELETE_ATTR, base, field_name(target.attr), b.site(target, "property", text)))
            b.reset(text or target.attr)
            b.mutation("attr_write", qualified(b, text) if is_shared(b, target) else text, -1, base, target.lineno)
