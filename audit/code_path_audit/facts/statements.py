"""Statements to instructions."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from code_path_audit.facts import code as op
from code_path_audit.facts.annotations import type_of
from code_path_audit.facts.builder import Builder
from code_path_audit.facts.expressions import BINARY, call, elements, expr, is_shared, qualified, test, text_of
from code_path_audit.facts.functions import class_def, function_def
from code_path_audit.facts.model import Statement
from code_path_audit.facts.patterns import match

LENGTH_KEEPING = frozenset(("enumerate", "reversed", "sorted", "list", "tuple", "iter"))
LENGTH_KEEPING_METHODS = frozenset(("items", "keys", "values"))


def body(b: Builder, nodes: list[ast.stmt]) -> None:
    """A list of statements; what follows a return, raise, break or continue never runs."""
    block = b.block
    b.block = b.blocks
    b.blocks += 1
    for index, node in enumerate(nodes):
        if b.dead:
            b.is_generator = b.is_generator or any(map(yields, nodes[index:]))
            break
        statement(b, node, index)
    b.block = block


def yields(node: ast.AST) -> bool:
    """Whether dead code makes the function a generator all the same (return; yield)."""
    return any(isinstance(n, ast.Yield | ast.YieldFrom) for n in ast.walk(node))


def statement(b: Builder, node: ast.stmt, index: int) -> None:
    """One statement; a simple one with calls gets its row in `FunctionFacts.statements`."""
    handler = STATEMENTS.get(type(node))
    if handler is None:
        return
    if type(node) in COMPOUND:
        handler(b, node)
        return
    first, calls = len(b.sites), b.calls
    b.reads, b.writes = [], []
    handler(b, node)
    if b.calls > calls:
        reads, writes = tuple(sorted(set(b.reads))), tuple(sorted(set(b.writes)))
        b.statements.append(Statement(b.block, index, reads, writes, first, len(b.sites)))
        b.statement_lines.append(node.lineno)


# assignment


def assign(b: Builder, target: ast.expr, reg: int) -> None:
    """Bind a target to a value."""
    kind = type(target)
    if kind is ast.Name:
        copy = b.register()
        b.code.append((op.COPY, copy, reg))
        b.write(target.id, copy)  # type: ignore[attr-defined]
    elif kind is ast.Attribute:
        store_attribute(b, target, expr(b, target.value), reg)  # type: ignore[arg-type,attr-defined]
    elif kind is ast.Subscript:
        base = expr(b, target.value)  # type: ignore[attr-defined]
        put_item(b, target, base, expr(b, target.slice), reg)  # type: ignore[arg-type,attr-defined]
    elif kind in (ast.Tuple, ast.List):
        unpack(b, target, reg)  # type: ignore[arg-type]
    elif kind is ast.Starred:
        assign(b, target.value, reg)  # type: ignore[attr-defined]


def store_attribute(b: Builder, target: ast.Attribute, base: int, reg: int) -> None:
    """x.name = value"""
    text = text_of(target) or target.attr
    b.writes.append(text)
    b.code.append((op.STORE_ATTR, base, target.attr, reg, b.site(target, "property", text)))
    b.mutation("attr_write", qualified(b, text) if is_shared(b, target) else text, -1, base, target.lineno)


def put_item(b: Builder, target: ast.Subscript, base: int, key: int, reg: int) -> None:
    """x[key] = value"""
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
    reg = expr(b, value)
    for target in node.targets:
        assign(b, target, reg)


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
        b.code.append((op.ATTR, left, base, target.attr, b.site(target, "property", text)))
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
        if type(target) in (ast.Tuple, ast.List):
            targets.extend(target.elts)  # type: ignore[attr-defined]
        elif type(target) is ast.Name:
            b.current.pop(target.id, None)
        elif type(target) is ast.Subscript:
            base = expr(b, target.value)
            key = expr(b, target.slice)
            b.code.append((op.DEL_ITEM, base, key, b.site(target, "operator", "__delitem__")))
            text = text_of(target.value)
            if text and is_shared(b, target.value):
                b.mutation("container_mutate", qualified(b, text), -1, base, target.lineno)
        elif type(target) is ast.Attribute:
            base = expr(b, target.value)
            text = text_of(target) or target.attr
            b.code.append((op.DELETE_ATTR, base, target.attr, b.site(target, "property", text)))
            b.mutation("attr_write", qualified(b, text) if is_shared(b, target) else text, -1, base, target.lineno)


# control flow


def branch(b: Builder, before: dict[str, int], held: list[tuple[str, int, int]], nodes: list[ast.stmt]) -> dict[str, int] | None:
    """One arm of an if: the state at its end, None where it does not reach it."""
    b.current = dict(before)
    for row in held:
        b.narrow(*row)
    b.conditional += 1
    body(b, nodes)
    b.conditional -= 1
    dead, b.dead = b.dead, False
    return None if dead else b.current


def if_(b: Builder, node: ast.If) -> None:
    """if, elif, else"""
    if is_type_checking(node.test):
        b.typing_only += 1
        body(b, node.body)
        b.typing_only -= 1
        body(b, node.orelse)
        return
    true, false = test(b, node.test)
    before = b.current
    left = branch(b, before, true, node.body)
    right = branch(b, before, false, node.orelse)
    join(b, left, right)


def join(b: Builder, left: dict[str, int] | None, right: dict[str, int] | None) -> None:
    """The state after two arms."""
    b.dead = left is None and right is None
    b.current = b.merge(left, right)


def is_type_checking(node: ast.expr) -> bool:
    """typing.TYPE_CHECKING"""
    return (type(node) is ast.Name and node.id == "TYPE_CHECKING") or (
        type(node) is ast.Attribute and node.attr == "TYPE_CHECKING"
    )


def loop_source(b: Builder, node: ast.expr) -> tuple[int, tuple[int, ...] | None]:
    """What a for iterates: its register, and the registers of range()'s arguments where it is a range."""
    over = expr(b, node)
    if type(node) is ast.Call and type(node.func) is ast.Name and node.func.id == "range":
        row = b.sites[-1].arguments
        if all(a.keyword is None for a in row):
            return over, tuple(a.reg for a in row)
    return over, None


def for_(b: Builder, node: ast.For | ast.AsyncFor) -> None:
    """for, async for"""
    over, range_args = loop_source(b, node.iter)
    item = b.register()
    is_async = type(node) is ast.AsyncFor
    b.code.append((op.ITER, item, over, is_async, b.site(node.iter, "iterate", text_of(node.iter))))
    b.enter_loop("for", over, range_args, node.lineno)
    outer, b.conditional = b.conditional, 0
    assign(b, node.target, item)
    body(b, node.body)
    b.conditional = outer
    after_loop(b, node.orelse, b.leave_loop())


def after_loop(b: Builder, orelse: list[ast.stmt], broken: dict[str, int] | None) -> None:
    """The else of a loop runs where no break left it; then both ways meet."""
    if orelse and not b.dead:
        body(b, orelse)
    if broken is not None:
        b.current = b.merge(None if b.dead else b.current, broken)
        b.dead = False


def while_(b: Builder, node: ast.While) -> None:
    """while"""
    b.enter_loop("while", -1, None, node.lineno)
    outer, b.conditional = b.conditional, 0
    for row in test(b, node.test)[0]:
        b.narrow(*row)
    body(b, node.body)
    b.conditional = outer
    endless = type(node.test) is ast.Constant and bool(node.test.value)
    after_loop(b, node.orelse, b.leave_loop(endless))


def break_(b: Builder, _node: ast.Break) -> None:
    """break"""
    if b.frames:
        b.frames[-1].breaks.append(b.current)
    b.dead = True


def continue_(b: Builder, _node: ast.Continue) -> None:
    """continue"""
    if b.frames:
        b.frames[-1].continues.append(b.current)
    b.dead = True


def try_(b: Builder, node: Any) -> None:
    """try: a handler may see any version that its body made."""
    before = dict(b.current)
    mark = len(b.assignments)
    body(b, node.body)
    if not b.dead and node.orelse:
        body(b, node.orelse)
    after = None if b.dead else b.current
    b.dead = False
    caught = interrupted(b, before, mark) if node.handlers or node.finalbody else dict(before)
    ends = [after]
    for handler in node.handlers:
        b.current = dict(caught)
        b.conditional += 1
        if handler.type is not None:
            reg = b.register()
            b.code.append((op.CATCH, reg, expr(b, handler.type)))
            if handler.name:
                b.write(handler.name, reg)
        body(b, handler.body)
        b.conditional -= 1
        ends.append(None if b.dead else b.current)
        b.dead = False
    state: dict[str, int] | None = None
    for end in ends:
        state = b.merge(state, end) if end is not None else state
    if node.finalbody:
        alive = state is not None
        b.current = b.merge(state, caught)
        body(b, node.finalbody)
        b.dead = b.dead or not alive
    else:
        b.dead = state is None
        b.current = state if state is not None else {}


def interrupted(b: Builder, before: dict[str, int], mark: int) -> dict[str, int]:
    """What may hold where a block was left at any point: what held before it, or any version that it made."""
    made: dict[str, list[int]] = {}
    for name, reg in b.assignments[mark:]:
        made.setdefault(name, []).append(reg)
    state = dict(before)
    for name, versions in made.items():
        b.current = before
        old = b.known(name)
        phi = b.register()
        for version in [*versions, *([old] if old is not None else [])]:
            b.code.append((op.COPY, phi, version))
        state[name] = phi
    return state


def with_(b: Builder, node: ast.With | ast.AsyncWith) -> None:
    """with, async with"""
    is_async = type(node) is ast.AsyncWith
    for item in node.items:
        first, calls = len(b.sites), b.calls
        b.reads, b.writes = [], []
        inner = expr(b, item.context_expr)
        reg = b.register()
        text = text_of(item.context_expr)
        b.code.append((op.ENTER, reg, inner, is_async, b.site(item.context_expr, "context", text)))
        if item.optional_vars is not None:
            assign(b, item.optional_vars, reg)
        if b.calls > calls:
            reads, writes = tuple(sorted(set(b.reads))), tuple(sorted(set(b.writes)))
            b.statements.append(Statement(b.blocks, 0, reads, writes, first, len(b.sites)))
            b.statement_lines.append(item.context_expr.lineno)
            b.blocks += 1
    before, mark = dict(b.current), len(b.assignments)
    body(b, node.body)
    if b.dead:
        # the context manager may swallow what left the block
        b.current = interrupted(b, before, mark)
        b.dead = False


# small ones


def expression(b: Builder, node: ast.Expr) -> None:
    """An expression for its effect; a docstring says nothing."""
    if type(node.value) is not ast.Constant:
        expr(b, node.value)


def return_(b: Builder, node: ast.Return) -> None:
    """return"""
    if node.value is not None:
        reg = expr(b, node.value)
        b.code.append((op.RETURN, reg))
        b.returned.add(reg)
    b.dead = True


def raise_(b: Builder, node: ast.Raise) -> None:
    """raise"""
    if node.exc is not None:
        b.code.append((op.RAISE, expr(b, node.exc), b.site(node.exc, "call", text_of(node.exc))))
    if node.cause is not None:
        expr(b, node.cause)
    b.dead = True


def assert_(b: Builder, node: ast.Assert) -> None:
    """assert: what holds afterwards is known"""
    for row in test(b, node.test)[0]:
        b.narrow(*row)
    if node.msg is not None:
        b.conditional += 1
        expr(b, node.msg)
        b.conditional -= 1


def import_(b: Builder, node: ast.Import) -> None:
    """import a.b, import a.b as c"""
    for alias in node.names:
        reg = b.register()
        site = -1 if b.typing_only else b.site(node, "import", alias.name)
        b.code.append((op.IMPORT, reg, alias.name, alias.asname is None, site))
        b.write(alias.asname or alias.name.partition(".")[0], reg)


def import_from(b: Builder, node: ast.ImportFrom) -> None:
    """from a import b"""
    module = absolute(b, node)
    site = -1 if b.typing_only else b.site(node, "import", module)
    for alias in node.names:
        if alias.name == "*":
            b.code.append((op.IMPORT_STAR, module, site))
            continue
        reg = b.register()
        b.code.append((op.IMPORT_FROM, reg, module, alias.name, site))
        b.write(alias.asname or alias.name, reg)


def absolute(b: Builder, node: ast.ImportFrom) -> str:
    """The dotted module of a from-import, relative ones resolved against this module."""
    if not node.level:
        return node.module or ""
    parts = b.module.split(".")
    root = b.all[0]
    keep = len(parts) - node.level + (1 if root.is_package else 0)
    base = ".".join(parts[: max(keep, 0)])
    return f"{base}.{node.module}" if node.module and base else node.module or base


def global_(b: Builder, node: ast.Global) -> None:
    """global"""
    if b.kind != "module":
        b.global_names.update(node.names)
        for name in node.names:
            b.current.pop(name, None)


def nonlocal_(b: Builder, node: ast.Nonlocal) -> None:
    """nonlocal"""
    b.nonlocal_names.update(node.names)


def type_alias(b: Builder, node: Any) -> None:
    """type X = T (PEP 695): a name for a type, evaluated late; its value is what the type names."""
    b.write(node.name.id, expr(b, node.value))


STATEMENTS: dict[type, Callable[[Builder, Any], None]] = {
    ast.Expr: expression, ast.Assign: assign_statement, ast.AnnAssign: annotated, ast.AugAssign: augmented,
    ast.Delete: delete, ast.If: if_, ast.For: for_, ast.AsyncFor: for_, ast.While: while_, ast.Break: break_,
    ast.Continue: continue_, ast.Try: try_, ast.TryStar: try_, ast.With: with_, ast.AsyncWith: with_,
    ast.Return: return_, ast.Raise: raise_, ast.Assert: assert_, ast.Import: import_, ast.ImportFrom: import_from,
    ast.Global: global_, ast.Nonlocal: nonlocal_, ast.FunctionDef: function_def,
    ast.AsyncFunctionDef: function_def, ast.ClassDef: class_def,
}  # fmt: skip
STATEMENTS[ast.Match] = lambda b, node: match(b, node, branch)
if hasattr(ast, "TypeAlias"):
    STATEMENTS[ast.TypeAlias] = type_alias

COMPOUND = frozenset((ast.If, ast.For, ast.AsyncFor, ast.While, ast.Try, ast.TryStar, ast.With, ast.AsyncWith,
                      ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Match))  # fmt: skip

__all__ = ["assign", "body", "call", "loop_source", "statement"]
