"""Places where state changes: what is changed, and whether it may be seen outside of the function."""

from __future__ import annotations

import ast

from code_path_audit.facts.lowering.builder import Builder
from code_path_audit.facts.texts import first_name


def is_shared(b: Builder, node: ast.AST) -> bool:
    """Whether what the expression names may be seen outside of the function: not a variable of its own."""
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    if type(node) is not ast.Name:
        return False
    if b.kind == "module":
        return True
    versions = b.versions.get(node.id, ())
    return not versions or node.id in b.global_names or versions[0] in b.param_registers


def qualified(b: Builder, target: str) -> str:
    """The target of a mutation in the design's form: "self.history", "module.events"."""
    head = first_name(target)
    if b.kind == "module" or head in b.global_names or head not in b.versions:
        return f"{b.module}.{target}"
    return target
