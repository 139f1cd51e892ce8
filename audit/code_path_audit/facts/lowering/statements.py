"""Statements to instructions: the simple ones, and the table of all."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from code_path_audit.facts import opcodes as op
from code_path_audit.facts.lowering.assignments import annotated, assign_statement, augmented, delete
from code_path_audit.facts.lowering.builder import Builder
from code_path_audit.facts.lowering.conditions import test
from code_path_audit.facts.lowering.control import break_, continue_, for_, if_, try_, while_, with_
from code_path_audit.facts.lowering.definitions import class_def, function_def
from code_path_audit.facts.lowering.dispatch import expr
from code_path_audit.facts.lowering.exits import is_exit
from code_path_audit.facts.lowering.patterns import match
from code_path_audit.facts.rows import RARELY
from code_path_audit.facts.texts import text_of


def expression(b: Builder, node: ast.Expr) -> None:
    """An expression for its effect; a docstring says nothing, and nothing runs behind an exit."""
    if type(node.value) is not ast.Constant:
        expr(b, node.value)
        b.dead = is_exit(node.value) and not is_bound(b, text_of(node.value).removesuffix("()"))


def is_bound(b: Builder, name: str) -> bool:
    """Whether a name has been given a meaning of its own so far: def exit(): ..."""
    scope: Builder | None = b
    while scope is not None:
        if name in scope.versions:
            return True
        scope = scope.parent
    return False


def return_(b: Builder, node: ast.Return) -> None:
    """return"""
    if node.value is not None:
        reg = expr(b, node.value)
        b.code.append((op.RETURN, reg))
        b.returned.add(reg)
    b.exits += 1
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
        around = b.arm
        b.open_arm(b.choice(), RARELY)
        expr(b, node.msg)
        b.arm = around
        b.conditional -= 1
        b.join()


def type_alias(b: Builder, node: Any) -> None:
    """type X = T (PEP 695): a name for a type, evaluated late; its value is what the type names."""
    b.write(node.name.id, expr(b, node.value))


# names


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
    """The dotted module of a from-import in the module that is read."""
    return absolute_module(node, b.module, b.all[0].is_package)


def absolute_module(node: ast.ImportFrom, module: str, is_package: bool) -> str:
    """The dotted module of a from-import, relative ones resolved against the module that it stands in."""
    if not node.level:
        return node.module or ""
    parts = module.split(".")
    keep = len(parts) - node.level + is_package
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


# the table

STATEMENTS: dict[type, Callable[[Builder, Any], None]] = {
    ast.Expr: expression, ast.Assign: assign_statement, ast.AnnAssign: annotated, ast.AugAssign: augmented,
    ast.Delete: delete, ast.If: if_, ast.For: for_, ast.AsyncFor: for_, ast.While: while_, ast.Break: break_,
    ast.Continue: continue_, ast.Try: try_, ast.TryStar: try_, ast.With: with_, ast.AsyncWith: with_,
    ast.Return: return_, ast.Raise: raise_, ast.Assert: assert_, ast.Import: import_, ast.ImportFrom: import_from,
    ast.Global: global_, ast.Nonlocal: nonlocal_, ast.FunctionDef: function_def,
    ast.AsyncFunctionDef: function_def, ast.ClassDef: class_def, ast.Match: match,
}  # fmt: skip
if hasattr(ast, "TypeAlias"):
    STATEMENTS[ast.TypeAlias] = type_alias
