"""Constants that a change turned round: a default, a setting or an argument that was false and is true now, or the
other way. Pure.

What stands on it is written as before, and runs where it did not: `VERIFY = True`, `def load(url, fetch=True)`,
`load(url, fetch=True)` where it was `fetch=user.asks`. What is said of a constant is whether it is true; one that is
given in several places of one function says nothing.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from code_path_audit.facts.texts import text_of


class Turned(NamedTuple):
    """Something that is always true, or never, since a change: `name` is the last name that conditions say it by; of an
    argument by position that of the function which it is given to, with its `number`, else -1. `owner` is the function
    or class that it stands in, as a path, "" for the module; of an argument, what it is given to. `line` is one of the
    file as it is now."""

    kind: str
    owner: str
    name: str
    number: int
    holds: bool
    line: int

    @property
    def by_default(self) -> bool:
        """Whether somebody may say otherwise."""
        return self.kind in (DEFAULT, OPTION)

    def may_be(self, text: str, function: str, params: Sequence[str], same_file: bool) -> bool:
        """Whether a condition of a function says it: `function` is the name within its module, `params` those that it
        is given by position."""
        if not DOTTED.fullmatch(text):
            return False
        holder, _, name = text.rpartition(".")
        if self.number >= 0:
            return self.is_given_to(function) and params[self.number : self.number + 1] == [text]
        if name != self.name:
            return False
        if holder in ("self", "cls"):
            return self._is_of(function.rpartition(".")[0])
        if holder:
            called = self.owner.rpartition(".")[2]
            return self.kind == OPTION or not self.owner or called == "__init__" or called[:1].isupper()
        if self.kind == VARIABLE:
            return same_file and self.owner in ("", function)
        return self.kind == OPTION or (self.owner == function if self.kind == DEFAULT else self.is_given_to(function))

    def _is_of(self, owner: str) -> bool:
        """Whether it may be an attribute of the objects of a class."""
        if self.kind == ARGUMENT:
            return self.owner.rpartition(".")[2] == owner.rpartition(".")[2]
        if self.kind == DEFAULT:
            return self.owner == f"{owner}.__init__"
        return self.kind == VARIABLE and bool(owner) and f"{self.owner}.".startswith(f"{owner}.")

    def is_given_to(self, function: str) -> bool:
        """Whether an argument may be one of a function."""
        called = self.owner.rpartition(".")[2]
        return called in (function.rpartition(".")[2], function.removesuffix(".__init__").rpartition(".")[2])


DOTTED = re.compile(r"[\w.]+")


class _Given(NamedTuple):
    """What is given somewhere: the constant, or `UNKNOWN`; and the line."""

    value: object
    line: int


UNKNOWN = object()
Place = tuple[str, str, str, int]
"""A function or class, what of it, by which name, and the number of the argument or -1."""


def turned(before: bytes, now: bytes) -> list[Turned]:
    """What a change of a file turned round; nothing where either does not parse."""
    old, new = _given(before), _given(now)
    found = []
    for place, row in new.items():
        was = old.get(place)
        if was is None or row.value is UNKNOWN or (place[1] != ARGUMENT and was.value is UNKNOWN):
            continue
        if was.value is UNKNOWN or bool(was.value) != bool(row.value):
            owner = place[0].rpartition(":")[2] if place[1] == ARGUMENT else place[0].partition(":")[0].lstrip(".")
            found.append(Turned(place[1], owner, place[2], place[3], bool(row.value), row.line))
    return found


VARIABLE, DEFAULT, OPTION, ARGUMENT = "variable", "default", "option", "argument"


def _given(data: bytes) -> dict[Place, _Given]:
    try:
        tree = ast.parse(data)
        rows = list(_rows(tree.body, ""))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return {}
    found: dict[Place, _Given] = {}
    for place, row in rows:
        found[place] = _Given(UNKNOWN, row.line) if place in found else row
    return found


def _rows(body: Iterable[ast.AST], owner: str) -> Iterator[tuple[Place, _Given]]:
    for node in body:
        inside = owner
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            inside = f"{owner}.{node.name}"
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield from _defaults(node.args, inside)
        elif isinstance(node, ast.Assign) and len(node.targets) == 1:
            yield from _variable(node.targets[0], node.value, owner)
        elif isinstance(node, ast.AnnAssign) and node.value is not None:
            yield from _variable(node.target, node.value, owner)
        elif isinstance(node, ast.Call):
            yield from _option(node, owner)
            yield from _arguments(node, owner)
        yield from _rows(ast.iter_child_nodes(node), inside)


def _constant(node: ast.expr | None) -> object:
    if isinstance(node, ast.Constant) and (node.value is None or isinstance(node.value, (bool, int))):
        return node.value
    return UNKNOWN


def _variable(target: ast.expr, value: ast.expr, owner: str) -> Iterator[tuple[Place, _Given]]:
    text = text_of(target)
    if text:
        yield (f"{owner}:{text}", VARIABLE, text.rpartition(".")[2], -1), _Given(_constant(value), value.lineno)


def _defaults(args: ast.arguments, owner: str) -> Iterator[tuple[Place, _Given]]:
    positional = [*args.posonlyargs, *args.args]
    pairs = [*zip(positional[len(positional) - len(args.defaults) :], args.defaults, strict=True)]
    pairs += [(arg, value) for arg, value in zip(args.kwonlyargs, args.kw_defaults, strict=True) if value is not None]
    for arg, value in pairs:
        yield (owner, DEFAULT, arg.arg, -1), _Given(_constant(value), value.lineno)


ADDING = frozenset(("add_argument", "add_option", "option"))
STORED = {"store_true": False, "store_false": True}


def _option(node: ast.Call, owner: str) -> Iterator[tuple[Place, _Given]]:
    """An option of a command line, by what its value is called, and what it is where nobody gives it."""
    if text_of(node.func).rpartition(".")[2] not in ADDING:
        return
    words = {keyword.arg: keyword.value for keyword in node.keywords}
    names = [arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
    dest, action = words.get("dest"), words.get("action")
    name = dest.value if isinstance(dest, ast.Constant) else next((row for row in names if row.startswith("--")), "")
    value = _constant(words.get("default"))
    if value is UNKNOWN and isinstance(action, ast.Constant) and "default" not in words:
        value = STORED.get(action.value, UNKNOWN)  # type: ignore[arg-type]  # any constant is a key that may be missing
    name = str(name).partition("/")[0].lstrip("-").replace("-", "_")
    if name:
        yield (owner, OPTION, name, -1), _Given(value, node.lineno)


def _arguments(node: ast.Call, owner: str) -> Iterator[tuple[Place, _Given]]:
    called = text_of(node.func)
    if not called or called.rpartition(".")[2] in ADDING:
        return
    for index, arg in enumerate(node.args):
        if isinstance(arg, ast.Starred):
            break
        place = (f"{owner}:{called}", ARGUMENT, called.rpartition(".")[2], index)
        yield place, _Given(_constant(arg), arg.lineno)
    for keyword in node.keywords:
        if keyword.arg is not None:
            place = (f"{owner}:{called}", ARGUMENT, keyword.arg, -1)
            yield place, _Given(_constant(keyword.value), keyword.value.lineno)
