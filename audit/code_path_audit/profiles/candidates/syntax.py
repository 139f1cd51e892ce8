"""The source of what is proposed about: the nodes behind call sites, and what stands around them.

A proof that a statement may move has to know all that flows into it, and all that is around it. The syntax says so; the
facts, which keep what the call graph needs, do not. It is read for the few functions that weigh enough.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Container, Iterator
from functools import lru_cache
from typing import Any, NamedTuple, TypeGuard

from code_path_audit.facts.function import FunctionFacts
from code_path_audit.program.model import Program
from code_path_audit.sources.text import ReadSource

Scope = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef | ast.Module
SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef, ast.Module)
Loop = ast.For | ast.AsyncFor | ast.While
LOOPS = (ast.For, ast.AsyncFor, ast.While)
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)

Place = tuple[int, int, int, int]
"""Line, column, last line and last column of a node, as `Positions.sites` has them."""


class File(NamedTuple):
    """One file as a tree: `above` has the parent of each node, `calls` the calls by their place, `handled` the
    places of the statements in handlers of exceptions."""

    tree: ast.Module
    above: dict[ast.AST, ast.AST]
    calls: dict[Place, ast.Call]
    handled: tuple[Place, ...]


class Spot(NamedTuple):
    """A call in the source. `around` are the nodes around it, the innermost first, up to and with its function."""

    file: File
    node: ast.Call
    around: tuple[ast.AST, ...]

    @property
    def scope(self) -> ast.AST:
        """The function, class body or module that the call stands in."""
        return self.around[-1]

    @property
    def loops(self) -> tuple[Loop, ...]:
        """The statements among what is around it whose body it is repeated by, the innermost first."""
        inner: ast.AST = self.node
        found = []
        for node in self.around:
            if isinstance(node, LOOPS) and is_repeated(node, inner):
                found.append(node)
            inner = node
        return tuple(found)

    def inside(self, node: ast.AST) -> tuple[ast.AST, ...]:
        """What is around the call, up to a node that is, without it."""
        return self.around[: self.around.index(node)]


def is_repeated(loop: ast.For | ast.AsyncFor | ast.While, child: ast.AST) -> bool:
    """Whether a child of a loop runs in each round of it: what it iterates and its else do not."""
    return child in loop.body or (isinstance(loop, ast.While) and child is loop.test)


class Syntax:
    """The files of a program as trees, each read when it is first asked for; none where it does not read or parse."""

    def __init__(self, program: Program, read: ReadSource | None) -> None:
        self.program = program
        self.read = read
        self.files: dict[str, File | None] = {}

    def file(self, path: str) -> File | None:
        """One file."""
        if path not in self.files:
            self.files[path] = parsed(path, self.read) if self.read is not None else None
        return self.files[path]

    def is_base(self, name: str) -> bool:
        """Whether a class of the program may be below one of that name, or has the class another name (`import A as B`,
        `B = A`), by which one may be; where a file does not read, one may."""
        own = re.escape(name)
        forms = (
            rf"\bclass\s+\w+\s*(\[[^]]*\]\s*)?\([^)]*\b{own}\b", rf"\b{own}\s+as\b",
            rf"=[ \t]*([\w.]+\.)?{own}[ \t]*(#|$)",
        )  # fmt: skip
        below = re.compile("|".join(forms).encode(), re.MULTILINE)
        try:
            return any(below.search(self.read(path)) for path in self.program.paths.values()) if self.read else True
        except OSError:
            return True

    def spot(self, function: str, site: int) -> Spot | None:
        """The call behind a call site; None where the file says something else than the facts."""
        file = self.file(self.program.path(function))
        facts = self.program.facts(function)
        if file is None or not 0 <= site < len(facts.sites) or facts.sites[site].kind != "call":
            return None
        node = file.calls.get(facts.positions.sites[site])
        if node is None:
            return None
        around = tuple(climbed(file, node))
        return Spot(file, node, around) if around and is_scope_of(around[-1], facts) else None


def parsed(path: str, read: ReadSource) -> File | None:
    """A file as a tree."""
    try:
        tree = ast.parse(read(path))
    except (OSError, SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    above: dict[ast.AST, ast.AST] = {}
    calls: dict[Place, ast.Call] = {}
    handled: list[Place] = []
    todo: list[ast.AST] = [tree]
    while todo:
        node = todo.pop()
        for child in ast.iter_child_nodes(node):
            above[child] = node
            todo.append(child)
        if isinstance(node, ast.Call):
            calls[place_of(node)] = node
        elif isinstance(node, ast.ExceptHandler):
            handled += map(place_of, node.body)
    return File(tree, above, calls, tuple(handled))


def place_of(node: ast.expr | ast.stmt) -> Place:
    """Where an expression or a statement stands."""
    return node.lineno, node.col_offset, node.end_lineno or node.lineno, node.end_col_offset or node.col_offset


def climbed(file: File, node: ast.AST) -> Iterator[ast.AST]:
    """What is around a node, up to the function that runs it; of a function's head that is the one around. A list, set
    or dict that is made of each element of one thing is the loop that it stands for."""
    child = node
    while child in file.above:
        parent = file.above[child]
        loop = loop_of(parent)
        if loop is not None and child in loop.body:
            yield loop
            child = parent
            continue
        if isinstance(parent, SCOPES) and not is_head(parent, child):
            yield parent
            return
        yield parent
        child = parent


@lru_cache(maxsize=256)
def loop_of(node: ast.AST) -> ast.For | None:
    """The loop that a comprehension of one clause stands for; None for anything else. The clause stands in its
    `orelse`, so that what looks for what is bound in the loop, and for its conditions, finds it."""
    if not isinstance(node, ast.ListComp | ast.SetComp | ast.DictComp) or len(node.generators) != 1:
        return None
    (clause,) = node.generators
    if clause.is_async:
        return None
    body: list[Any] = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
    return ast.copy_location(ast.For(clause.target, clause.iter, body, [clause]), node)  # type: ignore[list-item]


def is_head(scope: ast.AST, child: ast.AST) -> bool:
    """Whether a child of a function or a class runs where that is defined: decorators, defaults, bases."""
    if isinstance(scope, ast.Module):
        return False
    if isinstance(scope, ast.Lambda):
        return child is not scope.body
    return not isinstance(child, ast.stmt)  # none stands in a head


def is_scope_of(node: ast.AST, facts: FunctionFacts) -> bool:
    """Whether a node is the function that some facts are of."""
    if isinstance(node, ast.Module):
        return facts.kind == "module"
    if isinstance(node, ast.Lambda):
        return facts.kind == "lambda"
    name = facts.name.rpartition(".")[2].partition("#")[0]
    return isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and node.name == name


def lines_of(scope: ast.FunctionDef | ast.AsyncFunctionDef) -> set[int]:
    """The lines that a function may be known by: that of its def, and those of its decorators."""
    return {scope.lineno, *(row.lineno for row in scope.decorator_list)}


def nodes_of(scope: ast.AST) -> Iterator[ast.AST]:
    """The nodes that a function runs itself, without the bodies of functions and classes in it; a lambda's are left
    out, those of a comprehension are not."""
    todo = list(body_of(scope))
    while todo:
        node = todo.pop()
        yield node
        for child in ast.iter_child_nodes(node):
            if isinstance(node, SCOPES) and not is_head(node, child):
                continue
            todo.append(child)


def body_of(scope: ast.AST) -> list[ast.AST]:
    """The statements of a function, a loop or a module."""
    body = scope.body if isinstance(scope.body, list) else [scope.body]  # type: ignore[attr-defined]
    return [*body]


def blocks_of(node: ast.AST) -> list[list[ast.stmt]]:
    """The lists of statements of a node."""
    rows = [getattr(node, field, None) for field in ("body", "orelse", "finalbody")]
    return [row for row in rows if isinstance(row, list)]


def statement_of(spot: Spot) -> ast.stmt:
    """The statement that a call stands in, which is in one."""
    return next(statements_around(spot))


def statements_around(spot: Spot) -> Iterator[ast.stmt]:
    """The statements that a call stands in, the innermost first; none for one in a lambda."""
    # of a comprehension there is a loop around that nobody wrote
    return (node for node in spot.around if isinstance(node, ast.stmt) and node in spot.file.above)


def block_around(file: File, statement: ast.stmt) -> list[ast.stmt]:
    """The statements that a statement of a file is one of."""
    return next(rows for rows in blocks_of(file.above[statement]) if statement in rows)


def spanning(statements: list[ast.stmt]) -> ast.If:
    """Some statements that follow each other, as one that stands where they do."""
    first, last = statements[0], statements[-1]
    span = ast.If(ast.Constant(True), statements, [])
    span.lineno, span.col_offset, span.end_lineno, span.end_col_offset = (
        first.lineno, first.col_offset, last.end_lineno, last.end_col_offset,
    )  # fmt: skip
    return span


def is_call_of(node: ast.AST | None, names: Container[str]) -> TypeGuard[ast.Call]:
    """Whether a node is a call of something with one of some names, whatever it belongs to."""
    func = node.func if isinstance(node, ast.Call) else None
    return (isinstance(func, ast.Attribute) and func.attr in names) or (isinstance(func, ast.Name) and func.id in names)


def within(node: ast.AST) -> Iterator[ast.AST]:
    """A node and all that is in it."""
    return ast.walk(node)
