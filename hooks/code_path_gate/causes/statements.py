"""A file as statements, each in one spelling: what a change of comments, annotations or layout leaves alone. Pure."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from code_path_audit.facts.annotations import INJECTING

WORD = re.compile(r"[^\W\d]\w*")
OVERLOAD = "overload"
PLAIN = frozenset(("self", "cls", "None", "True", "False"))
"""Names that say nothing about what a statement has to do with another."""


class Statement(NamedTuple):
    """A simple statement, the head of a compound one, or one decorator.

    `text` is its code without comments, annotations and line breaks, `depth` how deep it is nested. `first` to `last`
    are its lines. `owner` is the function or class that it stands in, within the file ("" for the module); the head of
    a function, and its decorators, are its own. `kind` is "def", "class", "decorator", "import", "loop", "branch" or
    "other". `mentions` are the names in it, also in strings; `binds` those that it gives a value to, `fills` the
    attributes, keywords, keys and containers that it puts something into, `holds` the variables of which it calls a
    method.
    """

    depth: int
    text: str
    first: int
    last: int
    owner: str
    kind: str
    mentions: frozenset[str]
    binds: frozenset[str]
    fills: frozenset[str]
    holds: frozenset[str] = frozenset()


def statements_of(data: bytes) -> tuple[Statement, ...]:
    """All statements of a file, in its order; line by line where it does not parse."""
    try:
        tree = ast.parse(data)
        return tuple(_block(tree.body, 0, "", ""))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return tuple(_lines(data))


def _lines(data: bytes) -> Iterator[Statement]:
    for number, line in enumerate(data.decode("utf-8", "replace").splitlines(), 1):
        text = line.strip()
        if text and not text.startswith("#"):
            names = frozenset(WORD.findall(text)) - PLAIN
            yield Statement(len(line) - len(line.lstrip()), text, number, number, "", "other", names, names, names)


def _block(body: Iterable[ast.stmt], depth: int, owner: str, around: str) -> Iterator[Statement]:
    """The statements of a block; `around` is the kind of what it is the body of."""
    for node in body:
        yield from _statement(node, depth, owner, around)


def _statement(node: ast.stmt, depth: int, owner: str, around: str) -> Iterator[Statement]:
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        yield from _definition(node, depth, owner)
    elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return  # a text that nothing reads
    elif isinstance(node, ast.If) and _is_of_types(node.test):
        yield from _block(node.orelse, depth, owner, around)
    elif isinstance(node, ast.AnnAssign):
        yield from _annotated(node, depth, owner, around)
    elif isinstance(node, (ast.If, ast.While)):
        kind, word = ("branch", "if") if isinstance(node, ast.If) else ("loop", "while")
        yield _made(depth, f"{word} {ast.unparse(node.test)}", node, node.test, owner, kind, [node.test])
        yield from _block(node.body, depth + 1, owner, kind)
        if node.orelse:
            yield from _block(node.orelse, depth + 1, owner, kind)
    elif isinstance(node, (ast.For, ast.AsyncFor)):
        text = f"for {ast.unparse(node.target)} in {ast.unparse(node.iter)}"
        yield _made(depth, text, node, node.iter, owner, "loop", [node.target, node.iter])
        yield from _block([*node.body, *node.orelse], depth + 1, owner, "loop")
    elif isinstance(node, (ast.With, ast.AsyncWith)):
        text = "with " + ", ".join(map(ast.unparse, node.items))
        yield _made(depth, text, node, node.items[-1].context_expr, owner, "other", node.items)
        yield from _block(node.body, depth + 1, owner, "other")
    elif isinstance(node, (ast.Try, ast.TryStar)):
        yield _made(depth, "try", node, None, owner, "branch", [])
        yield from _block(node.body, depth + 1, owner, "branch")
        for handler in node.handlers:
            text = "except" + (f" {ast.unparse(handler.type)}" if handler.type else "")
            yield _made(depth, text, handler, handler.type, owner, "branch", [handler.type] if handler.type else [])
            yield from _block(handler.body, depth + 1, owner, "branch")
        yield from _block([*node.orelse, *node.finalbody], depth + 1, owner, "branch")
    elif isinstance(node, ast.Match):
        yield _made(depth, f"match {ast.unparse(node.subject)}", node, node.subject, owner, "branch", [node.subject])
        for case in node.cases:
            text = f"case {ast.unparse(case.pattern)}" + (f" if {ast.unparse(case.guard)}" if case.guard else "")
            parts = [case.pattern, *([case.guard] if case.guard else [])]
            yield _made(depth + 1, text, case.pattern, parts[-1], owner, "branch", parts)
            yield from _block(case.body, depth + 2, owner, "branch")
    else:
        kind = "import" if isinstance(node, (ast.Import, ast.ImportFrom)) else "other"
        yield _made(depth, ast.unparse(node), node, node, owner, kind, [node])


def _definition(
    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef, depth: int, owner: str
) -> Iterator[Statement]:
    name = f"{owner}.{node.name}" if owner else node.name
    if any(OVERLOAD in _names(decorator) for decorator in node.decorator_list):
        return  # a signature for type checkers
    for decorator in node.decorator_list:
        text = f"@{ast.unparse(decorator)}"
        made = _made(depth, text, decorator, decorator, name, "decorator", [decorator])
        yield made._replace(mentions=made.mentions | {node.name}, binds=made.binds | {node.name})
    end = node.body[0].lineno - 1 if node.body[0].lineno > node.lineno else node.lineno
    if isinstance(node, ast.ClassDef):
        parts: list[ast.AST] = [*node.bases, *node.keywords]
        text, kind = f"class {node.name}({', '.join(map(ast.unparse, parts))})", "class"
        end = min(end, max((part.end_lineno or 0 for part in parts), default=node.lineno))  # type: ignore[attr-defined]
    else:
        arguments = _bare(node.args)
        word = "async def" if isinstance(node, ast.AsyncFunctionDef) else "def"
        text, kind, parts = f"{word} {node.name}({ast.unparse(arguments)})", "def", [arguments]
    mentions = _all(_names, parts) | {node.name}
    binds, last = _all(_bound, parts) | {node.name}, max(end, node.lineno)
    yield Statement(depth, text, node.lineno, last, name, kind, mentions, binds, _all(_filled, parts))
    yield from _block(node.body, depth + 1, name, kind)


def _bare(arguments: ast.arguments) -> ast.arguments:
    """Parameters without their annotations, but for those that inject something: these run."""

    def bare(found: ast.arg) -> ast.arg:
        return ast.arg(found.arg, found.annotation if injects(found.annotation) else None)

    return ast.arguments(
        [bare(found) for found in arguments.posonlyargs],
        [bare(found) for found in arguments.args],
        bare(arguments.vararg) if arguments.vararg else None,
        [bare(found) for found in arguments.kwonlyargs],
        arguments.kw_defaults,
        bare(arguments.kwarg) if arguments.kwarg else None,
        arguments.defaults,
    )


def injects(annotation: ast.expr | None) -> bool:
    """Annotated[Session, Depends(get_session)]"""
    return annotation is not None and any(
        isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in INJECTING
        for node in ast.walk(annotation)
    )


def _annotated(node: ast.AnnAssign, depth: int, owner: str, around: str) -> Iterator[Statement]:
    """An assignment without its annotation; one without a value says something in a class alone: a field."""
    target = ast.unparse(node.target)
    if node.value is not None:
        text = f"{target} = {ast.unparse(node.value)}"
        yield _made(depth, text, node, node.value, owner, "other", [node.target, node.value])
    elif around == "class":
        yield _made(depth, f"{target}: field", node, node.target, owner, "other", [node.target])


def _made(
    depth: int, text: str, start: ast.AST, end: ast.AST | None, owner: str, kind: str, parts: Iterable[ast.AST]
) -> Statement:
    first: int = start.lineno  # type: ignore[attr-defined]
    last = getattr(end, "end_lineno", None) or first
    found = list(parts)
    names, binds, fills = _all(_names, found), _all(_bound, found), _all(_filled, found)
    return Statement(depth, text, first, last, owner, kind, names, binds, fills, _all(_held, found))


def _all(names: Callable[[ast.AST], Iterator[str]], parts: Iterable[ast.AST]) -> frozenset[str]:
    return frozenset(name for part in parts for name in names(part)) - PLAIN


def _names(node: ast.AST) -> Iterator[str]:
    """Every name in a piece of code, also in its texts."""
    for inner in ast.walk(node):
        if isinstance(inner, ast.Name):
            yield inner.id
        elif isinstance(inner, ast.Attribute):
            yield inner.attr
        elif isinstance(inner, (ast.keyword, ast.arg)) and inner.arg:
            yield inner.arg
        elif isinstance(inner, ast.alias):
            yield from inner.name.split(".")
            yield from (inner.asname or "").split(".")
        elif isinstance(inner, ast.Constant) and isinstance(inner.value, str):
            yield from WORD.findall(inner.value)


def _bound(node: ast.AST) -> Iterator[str]:
    """The variables that a piece of code gives a value to."""
    for inner in ast.walk(node):
        if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Store):
            yield inner.id
        elif isinstance(inner, ast.arg):
            yield inner.arg
        elif isinstance(inner, ast.alias):
            yield (inner.asname or inner.name).partition(".")[0]


def _held(node: ast.AST) -> Iterator[str]:
    """The variables that a piece of code calls a method of: they may hold what it is given."""
    for inner in ast.walk(node):
        if isinstance(inner, ast.Call) and isinstance(inner.func, ast.Attribute):
            yield from (inner.func.value.id,) if isinstance(inner.func.value, ast.Name) else ()


def _filled(node: ast.AST) -> Iterator[str]:
    """The attributes, keywords, keys and containers that a piece of code puts something into."""
    for inner in ast.walk(node):
        if isinstance(inner, ast.Attribute) and isinstance(inner.ctx, ast.Store):
            yield inner.attr
        elif isinstance(inner, ast.Subscript) and isinstance(inner.ctx, ast.Store):
            yield from _names(inner.value)
        elif isinstance(inner, ast.keyword) and inner.arg:
            yield inner.arg
        elif isinstance(inner, ast.Dict):
            yield from (str(key.value) for key in inner.keys if isinstance(key, ast.Constant))
        elif isinstance(inner, ast.Call) and isinstance(inner.func, ast.Attribute):
            # what a method is called on may hold what it is given: HOOKS.append(hook); a variable of the function is
            # known there alone
            held = inner.func.value
            if not isinstance(held, ast.Name) or held.id.isupper():
                yield from _names(held)


def _is_of_types(test: ast.expr) -> bool:
    """Whether a branch is there for type checkers alone."""
    return (test.attr if isinstance(test, ast.Attribute) else getattr(test, "id", "")) == "TYPE_CHECKING"
