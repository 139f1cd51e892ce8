"""The functions that classes are given though nobody wrote them, as code."""

from __future__ import annotations

import ast
from collections.abc import Callable


def bodies(text: str, add: Callable[[ast.Module, bytes], None]) -> dict[str, list[str]]:
    """The statements of each, by its name."""
    tree = ast.parse(text)
    add(tree, text.encode())
    return {
        node.name: [ast.unparse(one) for one in node.body]
        for cls in ast.walk(tree)
        if isinstance(cls, ast.ClassDef)
        for node in cls.body
        if isinstance(node, ast.FunctionDef) and node.name.startswith("<")
    }
