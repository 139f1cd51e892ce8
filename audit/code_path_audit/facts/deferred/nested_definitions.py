"""What stands inside of a function that is read late: its functions, lambdas and classes, without reading its body.

They are found in the order in which reading would define them. Where that order is not plain to see, or where it is not
plain whether a definition would be read at all (behind a return, say), the answer is `Unclear`, and the function is
read with the rest of its module.
"""

from __future__ import annotations

import ast
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Any, NamedTuple

from code_path_audit.facts.lowering.control import is_type_checking
from code_path_audit.facts.lowering.expressions import EXPRESSIONS

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda
Inner = list[tuple[Definition, "Inner"]]
"""The definitions directly in a function, each with those in it."""

DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
PARTS = frozenset((*EXPRESSIONS, ast.keyword, ast.comprehension, ast.FormattedValue))
"""Nodes whose parts are all read, each once."""
LEAVES = frozenset((ast.Name, ast.Constant, ast.Load, ast.Store))
REORDERED = frozenset(
    (ast.IfExp, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.Starred, ast.JoinedStr)
)
"""Nodes whose parts are read in another order than they stand, or whose places in the file are not certain."""


class Unclear(Exception):
    """It has to be read to know."""


def inner_of(text: Text, node: Definition) -> Inner:
    """What stands in a function; raises Unclear."""
    found: list[Definition] = []
    if isinstance(node, ast.Lambda):
        _expression(node.body, found)
    else:
        _block(text, node.body, found)
    return [(one, inner_of(text, one)) for one in found]


def _block(text: Text, nodes: Sequence[ast.stmt], found: list[Definition]) -> None:
    checked = 0
    for index, node in enumerate(nodes):
        if _marked(text, node):
            if any(map(_may_end, nodes[checked:index])):
                raise Unclear
            checked = index
            _statement(text, node, found)


def _marked(text: Text, node: Any) -> bool:
    """Whether there may be a definition in a statement."""
    decorators = getattr(node, "decorator_list", ())
    first = decorators[0] if decorators else node
    _, starts, marks = text
    mark = bisect_left(marks, starts[first.lineno] + first.col_offset)
    return mark < len(marks) and marks[mark] < starts[node.end_lineno] + node.end_col_offset


def _may_end(node: ast.stmt) -> bool:
    """Whether what follows a statement may never run, so that it would not be read."""
    match node:
        case ast.Return() | ast.Raise() | ast.Break() | ast.Continue():
            return True
        case ast.If(test=test, body=body, orelse=orelse):
            ends = [any(map(_may_end, body)), any(map(_may_end, orelse))]
            return any(ends) if is_type_checking(test) else all(ends)
        case ast.For(orelse=orelse) | ast.AsyncFor(orelse=orelse):
            return any(map(_may_end, orelse))
        case ast.While(test=test, orelse=orelse):
            return type(test) is ast.Constant or any(map(_may_end, orelse))
        case ast.Try() | ast.TryStar():
            handled = chain.from_iterable(handler.body for handler in node.handlers)
            return any(map(_may_end, chain(node.body, node.orelse, handled, node.finalbody)))
        case ast.Match(cases=cases):
            return any(_may_end(one) for case in cases for one in case.body)
    return False


def _statement(text: Text, node: ast.stmt, found: list[Definition]) -> None:
    match node:
        case ast.FunctionDef(args=args) | ast.AsyncFunctionDef(args=args):
            _without([*node.decorator_list, *args.defaults, *filter(None, args.kw_defaults)])
            found.append(node)
        case ast.ClassDef():
            _without([*node.decorator_list, *node.bases, *node.keywords])
            found.append(node)
        case ast.If(test=test, body=body, orelse=orelse) if not is_type_checking(test):
            _expression(test, found)
            _block(text, body, found)
            _block(text, orelse, found)
        case ast.For() | ast.AsyncFor():
            _expression(node.iter, found)
            _expression(node.target, found)
            _block(text, node.body, found)
            _block(text, node.orelse, found)
        case ast.While(test=test, body=body, orelse=orelse) if not (orelse and type(test) is ast.Constant):
            _expression(test, found)
            _block(text, body, found)
            _block(text, orelse, found)
        case ast.Try() | ast.TryStar():
            _block(text, node.body, found)
            if any(map(_may_end, node.body)):
                _without(node.orelse)
            _block(text, node.orelse, found)
            for handler in node.handlers:
                _expression(handler.type, found)
                _block(text, handler.body, found)
            _block(text, node.finalbody, found)
        case ast.With(items=items, body=body) | ast.AsyncWith(items=items, body=body):
            for item in items:
                _expression(item.context_expr, found)
                _expression(item.optional_vars, found)
            _block(text, body, found)
        case ast.Expr(value=value) | ast.Return(value=value):
            _expression(value, found)
        case ast.Assign(targets=targets, value=value):
            for part in (value, *targets):
                _expression(part, found)
        case ast.AnnAssign(annotation=annotation):
            _without([annotation])
            _expression(node.value, found)
            _expression(node.target, found)
        case ast.AugAssign():
            _expression(node.target, found)
            _expression(node.value, found)
        case ast.Raise(exc=first, cause=second) | ast.Assert(test=first, msg=second):
            _expression(first, found)
            _expression(second, found)
        case _:
            _without([node])


def _without(nodes: Iterable[ast.AST]) -> None:
    """Raises Unclear where a definition stands in any of these."""
    for node in nodes:
        if any(isinstance(inner, DEFINITIONS) for inner in ast.walk(node)):
            raise Unclear


def _expression(node: ast.expr | None, found: list[Definition]) -> None:
    if node is None:
        return
    lambdas: list[ast.Lambda] = []
    plain = True
    todo: list[ast.AST] = [node]
    while todo:
        current = todo.pop()
        kind = type(current)
        if kind in LEAVES:
            continue
        if isinstance(current, ast.Lambda):
            _without([*current.args.defaults, *filter(None, current.args.kw_defaults)])
            lambdas.append(current)
        elif kind in PARTS:
            plain = plain and kind not in REORDERED
            for field in current._fields:
                part = getattr(current, field)
                if type(part) is list:
                    todo += filter(None, part)
                elif isinstance(part, ast.AST):
                    todo.append(part)
        else:
            _without([current])
    if len(lambdas) > 1:
        if not plain:
            raise Unclear
        lambdas.sort(key=lambda one: (one.lineno, one.col_offset))
    found += lambdas


class Text(NamedTuple):
    """A file as the parser counts it: lines that end with a line feed, and where each begins, from 1 on.

    `marks` are the places of what may be a definition.
    """

    data: bytes
    starts: list[int]
    marks: list[int]
