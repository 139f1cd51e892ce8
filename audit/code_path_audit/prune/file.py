"""One file in which calls change: its tree, positions and parents, and what edits have in common.

libcst is an extra (`pip install 'code-path-audit[prune]'`), and imported in these modules alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

import libcst as cst
from libcst.metadata import MetadataWrapper, ParentNodeProvider, PositionProvider


class Wanted(NamedTuple):
    """What an edit is told: kind of the candidate, the calls (line, column in bytes, last name), the line that they
    move to, the name of its function, and what is added."""

    kind: str
    calls: tuple[tuple[int, int, str], ...]
    target: int
    function: str
    adds: str = ""


class Refused(Exception):
    """An edit that is not mechanical here; its text says why."""


class File:
    """A parsed file, its positions and parents."""

    def __init__(self, wrapper: MetadataWrapper, data: bytes) -> None:
        self.module = wrapper.module
        self.positions = wrapper.resolve(PositionProvider)
        self.parents = wrapper.resolve(ParentNodeProvider)
        self.lines = lines_of(data.decode(self.module.encoding))

    def call(self, line: int, column: int, name: str) -> cst.Call:
        """The call of a name at a place; of any where the name is ""."""
        text = self.lines[line - 1].encode()[:column].decode() if line <= len(self.lines) else ""
        found = [
            node for node, place in self.positions.items()
            if isinstance(node, cst.Call) and (place.start.line, place.start.column) == (line, len(text))
        ]  # fmt: skip
        named = [node for node in found if last_name(node.func) == name or not name]
        if not named:
            raise Refused(f"no call of {name} stands in line {line}")
        return max(named, key=lambda node: len(self.climb(node)))

    def module_name(self, name: str) -> str:
        """A name that nothing in the file has."""
        taken = self.names()
        while name in taken:
            name += "_"
        return name

    def statement(self, node: cst.CSTNode) -> cst.SimpleStatementLine | cst.BaseCompoundStatement:
        """The statement that a node stands in; Refused where there is none in a block."""
        child: cst.CSTNode = node
        for above in self.climb(node):
            if isinstance(above, cst.IndentedBlock | cst.Module) and isinstance(
                child, cst.SimpleStatementLine | cst.BaseCompoundStatement
            ):
                return child
            child = above
        raise Refused("it is in no statement of a block")

    def above(self, node: cst.CSTNode) -> cst.CSTNode | None:
        """The node around a node."""
        return self.parents.get(node)

    def climb(self, node: cst.CSTNode) -> Sequence[cst.CSTNode]:
        """The nodes around a node, the innermost first."""
        found = []
        parent = self.above(node)
        while parent is not None:
            found.append(parent)
            parent = self.above(parent)
        return found

    def function(self, node: cst.CSTNode) -> cst.FunctionDef | None:
        """The function that a node stands in."""
        return next((row for row in self.climb(node) if isinstance(row, cst.FunctionDef)), None)

    def names(self) -> set[str]:
        """All names of the file."""
        return {node.value for node in self.positions if isinstance(node, cst.Name)}


def lines_of(text: str) -> list[str]:
    """The lines of a text as Python counts them, with their ends: a form feed ends none."""
    return re.findall(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+", text)


def last_name(node: cst.BaseExpression) -> str:
    """The name at the end of what is called."""
    if isinstance(node, cst.Attribute):
        return node.attr.value
    return node.value if isinstance(node, cst.Name) else ""


class Replace(cst.CSTTransformer):
    """Nodes to what takes their place, by identity."""

    def __init__(self, changes: dict[cst.CSTNode, Callable[[cst.CSTNode], object]]) -> None:
        super().__init__()
        self.changes = changes

    def on_leave(self, original_node, updated_node):  # type: ignore[no-untyped-def]
        """The node, or what takes its place."""
        change = self.changes.get(original_node)
        return updated_node if change is None else change(updated_node)


def replaced(file: File, changes: dict[cst.CSTNode, Callable[[cst.CSTNode], object]]) -> cst.Module:
    """The module with nodes changed."""
    found = file.module.visit(Replace(changes))
    assert isinstance(found, cst.Module)
    return found


def loop_at(file: File, call: cst.Call, line: int) -> cst.For:
    """The `for` around a call that begins in a line."""
    for node in file.climb(call):
        if isinstance(node, cst.For) and file.positions[node].start.line == line:
            return node
        if isinstance(node, cst.FunctionDef | cst.Lambda | cst.ClassDef):
            break
    raise Refused(f"the call does not stand in a loop in line {line}")


HAS_TARGET = (cst.AssignTarget, cst.For, cst.CompFor, cst.NamedExpr, cst.AnnAssign, cst.AugAssign, cst.Del)
HAS_NAME = (cst.MatchAs, cst.MatchStar, cst.FunctionDef, cst.ClassDef)


def targets_in(node: cst.CSTNode) -> list[cst.CSTNode]:
    """What a node binds or unbinds: names, and what holds some."""
    found: list[cst.CSTNode] = []

    class Bound(cst.CSTVisitor):
        def on_visit(self, node: cst.CSTNode) -> bool:
            if isinstance(node, HAS_TARGET):
                found.append(node.target)
            elif isinstance(node, HAS_NAME) and node.name is not None:
                found.append(node.name)
            elif isinstance(node, cst.MatchMapping) and node.rest is not None:
                found.append(node.rest)
            elif isinstance(node, cst.ImportAlias) and node.asname is None:
                found.append(cst.Name(node.evaluated_name.partition(".")[0]))
            elif isinstance(node, cst.AsName):
                found.extend(map(cst.Name, names_in(node.name)))
            return True

    node.visit(Bound())
    return found


def bound_in(node: cst.CSTNode) -> set[str]:
    """The names that a node binds, and those of what it changes a part of."""
    return {name for target in targets_in(node) for name in names_in(target)}


def variables_in(node: cst.CSTNode) -> set[str]:
    """The variables that a node binds, without those of which it changes a part: `x`, not `x[0]` and `x.a`."""
    found: set[str] = set()
    todo = targets_in(node)
    while todo:
        target = todo.pop()
        if isinstance(target, cst.Name):
            found.add(target.value)
        elif isinstance(target, cst.Tuple | cst.List):
            todo += [row.value for row in target.elements]
    return found


def is_bound_once(function: cst.FunctionDef, name: str) -> bool:
    """Whether a name is a variable of a function itself, no parameter of it, that is given one value."""
    return name not in named_in(function) and sum(name in names_in(target) for target in targets_in(function)) == 1


def named_in(function: cst.FunctionDef) -> set[str]:
    """The parameters of a function and of those in it, and the names that they declare global or nonlocal."""
    found: set[str] = set()

    class Named(cst.CSTVisitor):
        def visit_Param(self, node: cst.Param) -> None:
            found.add(node.name.value)

        def visit_NameItem(self, node: cst.NameItem) -> None:
            found.add(node.name.value)

    function.visit(Named())
    return found


def names_in(node: cst.CSTNode) -> set[str]:
    """The names that a node holds; those of attributes and keywords count, which does no harm."""
    found: set[str] = set()

    class Names(cst.CSTVisitor):
        def visit_Name(self, node: cst.Name) -> None:
            found.add(node.value)

    node.visit(Names())
    return found


def read_in(node: cst.CSTNode) -> set[str]:
    """The names that a node reads: without those of attributes and keywords."""
    found: set[str] = set()

    class Read(cst.CSTVisitor):
        def visit_Name(self, node: cst.Name) -> None:
            found.add(node.value)

        def visit_Attribute(self, node: cst.Attribute) -> bool:
            node.value.visit(self)
            return False

        def visit_Arg(self, node: cst.Arg) -> bool:
            node.value.visit(self)
            return False

    node.visit(Read())
    return found


def assign(name: str, value: cst.BaseExpression) -> cst.SimpleStatementLine:
    """The statement `name = value`."""
    return cst.SimpleStatementLine([cst.Assign([cst.AssignTarget(cst.Name(name))], value)])


COMMA = cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))


def argument(value: cst.BaseExpression, keyword: str = "") -> cst.Arg:
    """An argument, written without spaces around its equals sign."""
    if not keyword:
        return cst.Arg(value)
    equal = cst.AssignEqual(cst.SimpleWhitespace(""), cst.SimpleWhitespace(""))
    return cst.Arg(value, keyword=cst.Name(keyword), equal=equal)


def before(found: Sequence[cst.BaseStatement], node: cst.CSTNode) -> cst.FlattenSentinel[cst.CSTNode]:
    """Statements before another one, below what stands above it; the first keeps its comments."""
    assert isinstance(node, cst.SimpleStatementLine | cst.BaseCompoundStatement)
    assert isinstance(found[0], cst.SimpleStatementLine | cst.BaseCompoundStatement)
    own = [row for row in found[0].leading_lines if row.comment is not None]
    first = found[0].with_changes(leading_lines=[*node.leading_lines, *own])
    return cst.FlattenSentinel([first, *found[1:], node.with_changes(leading_lines=())])
