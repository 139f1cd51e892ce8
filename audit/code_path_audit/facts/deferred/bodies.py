"""The body of one function: from its tree, or late, from its text."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from code_path_audit.facts import opcodes as op
from code_path_audit.facts.annotations import type_of
from code_path_audit.facts.lowering.arms import condition_behind
from code_path_audit.facts.lowering.builder import Builder, Readers
from code_path_audit.facts.lowering.definitions import defaults, parameters
from code_path_audit.facts.lowering.dispatch import body, expr
from code_path_audit.facts.lowering.expressions import EXPRESSIONS
from code_path_audit.facts.lowering.guards import is_container
from code_path_audit.facts.lowering.statements import STATEMENTS
from code_path_audit.facts.parsing import Unparsable, deep, parse
from code_path_audit.facts.rows import Body

READERS = Readers(EXPRESSIONS, STATEMENTS, condition_behind)


def read_body(b: Builder, node: ast.AST) -> None:
    """The body of a function, lambda or class; parameters take the first registers, in order."""
    b.start()
    b.is_open = (
        isinstance(node, ast.ClassDef)
        and not getattr(node, "type_params", ())
        and b.parent is not None
        and b.parent.is_open
    )
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
        b.params = parameters(node.args)
        b.kept_defaults = frozenset(name for name, value in defaults(node.args) if is_container(value))
        if not isinstance(node, ast.Lambda):
            b.returns = None if node.returns is None else type_of(node.returns)
    for param in b.params:
        reg = b.register()
        b.write(param.name, reg)
        b.param_registers.append(reg)
    if isinstance(node, ast.Lambda):
        reg = expr(b, node.body)
        b.code.append((op.RETURN, reg))
        b.returned.add(reg)
    elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        for parameter in getattr(node, "type_params", ()):
            reg = b.current[parameter.name] = b.register()
            b.inner_versions[parameter.name] = [reg]
            b.type_names.add(parameter.name)
        body(b, node.body)


def release(builders: list[Builder]) -> None:
    """Let go of what was built, and of the tree: builders know one another, and no garbage collector runs."""
    for builder in builders:
        vars(builder).clear()
    builders.clear()


def bodies_of(module: str, is_package: bool, source: bytes, line: int, numbers: Sequence[int]) -> list[Body]:
    """What stands in a function, from its text, which begins at this line of its file; then the same of each function,
    lambda and class inside of it.

    `numbers` are those that they all have in their module. ValueError for a text that is no such function.
    """
    try:
        text = source.decode()
        (node,) = parse("if 1:\n" + text if text[:1] in (" ", "\t") else text).body
        if isinstance(node, ast.If):
            line -= 1
            (node,) = node.body
    except (ValueError, Unparsable) as error:
        raise ValueError(f"no text of a function: {error}") from None
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        raise ValueError("no text of a function")
    root = Builder(0, "", "module", None, module, [], READERS)
    root.start()
    root.is_package = is_package
    root.numbers = (0, *numbers)
    queue = [Builder(numbers[0], node.name, "function", root, module, root.all, READERS)]
    try:
        with deep():
            read_body(queue[0], node)
            for builder in queue:
                builder.settle()
                for inner, inside in builder.nested:
                    read_body(inner, inside)
                    queue.append(inner)
            for builder in queue:
                builder.shift = line - 1
            done = [builder.finish() for builder in root.all[1:]]
    except IndexError:
        done = []
    if len(done) != len(numbers):
        raise ValueError("no text of a function with so many inside")
    release(root.all)
    return done
