"""Definitions: functions, classes, their parameters and decorators."""

from __future__ import annotations

import ast

from code_path_audit.facts import opcodes as op
from code_path_audit.facts.annotations import type_of
from code_path_audit.facts.lowering.builder import Builder
from code_path_audit.facts.lowering.dispatch import expr
from code_path_audit.facts.rows import Argument, Param, Type
from code_path_audit.facts.texts import text_of

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef


def stated(node: ast.arg) -> Type | None:
    """What the annotation of a parameter says."""
    return None if node.annotation is None else type_of(node.annotation)


def parameters(node: ast.arguments) -> tuple[Param, ...]:
    """The parameters in order."""
    params: list[Param] = []
    positional = [("pos", a) for a in node.posonlyargs] + [("normal", a) for a in node.args]
    first_default = len(positional) - len(node.defaults)
    for index, (kind, arg) in enumerate(positional):
        params.append(Param(arg.arg, kind, index >= first_default, stated(arg)))
    if node.vararg:
        params.append(Param(node.vararg.arg, "star", False, stated(node.vararg)))
    for arg, default in zip(node.kwonlyargs, node.kw_defaults, strict=True):
        params.append(Param(arg.arg, "kwonly", default is not None, stated(arg)))
    if node.kwarg:
        params.append(Param(node.kwarg.arg, "starstar", False, stated(node.kwarg)))
    return tuple(params)


def defaults(node: ast.arguments) -> list[tuple[str, ast.expr]]:
    """The default expressions by the name of their parameter, in order."""
    found: list[tuple[str, ast.expr]] = []
    if node.defaults:
        positional = [*node.posonlyargs, *node.args][-len(node.defaults) :]
        found += [(arg.arg, default) for arg, default in zip(positional, node.defaults, strict=True)]
    for arg, default in zip(node.kwonlyargs, node.kw_defaults, strict=True):
        if default is not None:
            found.append((arg.arg, default))
    return found


def define_function(b: Builder, node: FunctionNode | ast.Lambda) -> int:
    """The function value: defaults are evaluated here, the body later."""
    values = tuple([(name, expr(b, value)) for name, value in defaults(node.args)])
    inner, reg = b.define(node)
    b.code.append((op.FUNC, reg, inner.index, values))
    return reg


def decorated(b: Builder, node: FunctionNode | ast.ClassDef, decorators: list[int], reg: int) -> int:
    """Apply decorators, the innermost first: each is a call."""
    for decorator, expression in zip(reversed(decorators), reversed(node.decorator_list), strict=True):
        text = text_of(expression)
        row = (Argument(None, "name", node.name, reg),)
        site = b.call_site(expression, "decorator", text, row, False)
        result = b.register()
        b.code.append((op.CALL, result, decorator, (reg,), (), site))
        b.called.add(decorator)
        reg = result
    return reg


def function_def(b: Builder, node: FunctionNode) -> None:
    """def, async def"""
    decorators = [expr(b, d) for d in node.decorator_list]
    b.write(node.name, decorated(b, node, decorators, define_function(b, node)))


def class_def(b: Builder, node: ast.ClassDef) -> None:
    """class"""
    decorators = [expr(b, d) for d in node.decorator_list]
    bases = tuple(~expr(b, x.value) if type(x) is ast.Starred else expr(b, x) for x in node.bases)
    keywords = tuple((k.arg, expr(b, k.value)) for k in node.keywords if k.arg is not None)
    inner, reg = b.define(node)
    site = b.site(node, "construct", node.name)
    b.code.append((op.CLASS, reg, inner.index, bases, keywords, site))
    b.write(node.name, decorated(b, node, decorators, reg))
