"""What the gate's trials by script have in common: edits of real source, seeded.

A program is a dictionary of files: path below the source root to text. An edit is a function of (files, random source,
reached functions) that returns the new files and a word on what it did, or None where it finds no place for itself.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping
from random import Random
from typing import NamedTuple

Files = Mapping[str, str]


class Place(NamedTuple):
    """A function that an action reaches: its fqname, its file, and the line of its `def`."""

    fqname: str
    path: str
    line: int


class Edited(NamedTuple):
    """`files` after an edit; `before`, where the edit needs its own; `function` and `callee` of the op that it adds."""

    files: dict[str, str]
    what: str
    before: dict[str, str] | None = None
    function: str = ""
    callee: str = ""


Edit = Callable[[Files, Random, list[Place]], Edited | None]
FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef


def functions(text: str) -> Iterator[FunctionNode]:
    """Every function of a file, also nested ones and methods."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, FunctionNode):
            yield node


def find(files: Files, place: Place) -> FunctionNode | None:
    """The node of a reached function."""
    for node in functions(files[place.path]):
        if node.name == place.fqname.rpartition(".")[2] and first_line(node) <= place.line <= node.lineno:
            return node
    return None


def first_line(node: ast.stmt) -> int:
    """The line on which a statement begins: of a function or class its first decorator's."""
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return min([node.lineno, *(one.lineno for one in decorators)])


def with_lines(text: str, line: int, new: list[str]) -> str:
    """Lines put in before a line (numbered from 1)."""
    lines = text.splitlines(keepends=True)
    return "".join([*lines[: line - 1], *(f"{one}\n" for one in new), *lines[line - 1 :]])


def exchanged(text: str, one: ast.stmt, other: ast.stmt) -> str:
    """The text with two statements in each other's place; what stands between them stays."""
    lines = text.splitlines(keepends=True)
    first, second = lines[one.lineno - 1 : one.end_lineno], lines[other.lineno - 1 : other.end_lineno]
    between = lines[one.end_lineno : other.lineno - 1]
    lines[one.lineno - 1 : other.end_lineno] = [*second, *between, *first]
    return "".join(lines)


FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def arguments_of(node: FunctionNode) -> set[str]:
    """The names of a function's parameters."""
    rows = node.args
    named = [*rows.posonlyargs, *rows.args, *rows.kwonlyargs, *(one for one in (rows.vararg, rows.kwarg) if one)]
    return {one.arg for one in named}


def mentions(node: ast.AST, name: str) -> bool:
    """Whether a name stands anywhere below a node."""
    return any(isinstance(one, ast.Name) and one.id == name for one in ast.walk(node))


def module_of(path: str) -> str:
    """The module name of a file."""
    return path.removesuffix(".py").replace("/", ".").removesuffix(".__init__")


def same(one: ast.AST, other: ast.AST) -> bool:
    """Whether two trees have the same node."""
    return ast.dump(one, include_attributes=True) == ast.dump(other, include_attributes=True)


def changed(files: Files, new: Mapping[str, str], what: str) -> Edited | None:
    """The files with some of them replaced; None where an edit did nothing, or spoiled the syntax."""
    try:
        for text in new.values():
            ast.parse(text)
    except SyntaxError:
        return None
    if all(files.get(path) == text for path, text in new.items()):
        return None
    return Edited({**files, **new}, what)
