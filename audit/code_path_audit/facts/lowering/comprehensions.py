"""Comprehensions. Each belongs to the function around it, and each of its `for` is a loop."""

from __future__ import annotations

import ast

from code_path_audit.facts import opcodes as op
from code_path_audit.facts.loop_names import loop_name
from code_path_audit.facts.lowering.assignments import assign
from code_path_audit.facts.lowering.builder import Builder
from code_path_audit.facts.lowering.conditions import test
from code_path_audit.facts.lowering.control import loop_source
from code_path_audit.facts.lowering.definitions import define_function
from code_path_audit.facts.lowering.dispatch import expr
from code_path_audit.facts.texts import text_of

KINDS: dict[type, str] = {ast.ListComp: "list", ast.SetComp: "set", ast.DictComp: "dict", ast.GeneratorExp: "generator"}


Comprehension = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp


def comprehension(b: Builder, node: Comprehension) -> int:
    """[e for x in xs if c], and its three sisters."""
    hidden: dict[str, int | None] = {}
    opened = 0
    around = b.conditional, b.optional
    # of a generator that next() is given only the first element is asked for
    drawn = b.drawn is node
    sought = any(generator.ifs for generator in node.generators)
    for generator in node.generators:
        over, range_args = loop_source(b, generator.iter)
        for target in ast.walk(generator.target):
            if type(target) is ast.Name and target.id not in hidden:
                hidden[target.id] = b.known(target.id)
        item = b.register()
        b.code.append(
            (op.ITER, item, over, bool(generator.is_async), b.site(generator.iter, "iterate", text_of(generator.iter)))
        )
        name = loop_name(generator.iter, generator.target)
        line, only = generator.iter.lineno, (drawn and sought, drawn and not sought)
        b.enter_loop("comprehension", over, range_args, line, name, *only)
        opened += 1
        b.conditional = 0
        outer, b.scoped = b.scoped, b.scoped | set(hidden)
        assign(b, generator.target, item)
        for condition in generator.ifs:
            for row in test(b, condition)[0]:
                b.narrow(*row)
            b.conditional += 1
            b.optional += 1
        b.scoped = outer
    outer, b.scoped = b.scoped, b.scoped | set(hidden)
    reg = b.register()
    if isinstance(node, ast.DictComp):
        key, value = expr(b, node.key), expr(b, node.value)
    else:
        key, value = -1, expr(b, node.elt)
    b.code.append((op.COMPREHENSION, reg, KINDS[type(node)], key, value))
    b.scoped = outer
    b.conditional, b.optional = around
    for _ in range(opened):
        b.leave_loop()
    for name, before in hidden.items():
        if before is None:
            b.current.pop(name, None)
        else:
            b.current[name] = before
    return reg


def lambda_(b: Builder, node: ast.Lambda) -> int:
    """lambda: a function of its own, read after this one."""
    return define_function(b, node)
