"""What the test of a branch asks: whether something was made before ("make it when it is None"), or for debugging."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from code_path_audit.facts import opcodes as op
from code_path_audit.facts.lowering.builder import Builder
from code_path_audit.facts.texts import text_of

DEBUGGING = frozenset(("debug", "DEBUG", "_debug", "__debug__", "is_debug", "debug_mode", "debugging", "TRACE"))
ASKING = frozenset(("isEnabledFor", "is_enabled_for", "is_debug"))
ENDINGS = frozenset(("SystemExit", "Exit", "exit", "StopIteration", "StopAsyncIteration", "Return"))
"""Exceptions that end something as it should end."""

ASKED = frozenset((ast.Name, ast.Attribute, ast.Call, ast.Subscript, ast.NamedExpr))
ADDS = frozenset(("add", "setdefault", "update", "append", "extend"))
MISSING = frozenset((
    "KeyError", "AttributeError", "LookupError", "NameError", "IndexError", "StopIteration", "ImportError",
    "ModuleNotFoundError",
))  # fmt: skip
"""What is raised where something that is asked for is not there: an answer, and no error."""

SIMPLE = (
    ast.Expr,
    ast.Assign,
    ast.AnnAssign,
    ast.AugAssign,
    ast.Raise,
    ast.Pass,
    ast.Delete,
    ast.Import,
    ast.ImportFrom,
)
OWN, CLASS = "self.", ("self.__class__.", "type().", "cls.")
"""What an object has of its own, and as what its class keeps it for all objects."""

LOOK_BACK = 16
"""Instructions in which the key of a question is looked for."""


class Guard(NamedTuple):
    """Something that is asked for: `target` as written, by `key` if it is an element. `missing`: the test holds where
    it is not there. `variable` holds what was asked for, or the container that was."""

    target: str
    key: ast.expr | None
    missing: bool
    variable: str = ""


def guard_of(b: Builder, test: ast.expr) -> Guard | None:
    """What a test asks for, if it does."""
    kind = type(test)
    if kind in ASKED:
        return asked(b, test)
    if isinstance(test, ast.UnaryOp) and type(test.op) is ast.Not:
        found = guard_of(b, test.operand)
        return found and found._replace(missing=not found.missing)
    if isinstance(test, ast.Compare) and len(test.ops) == 1:
        operator = type(test.ops[0])
        right = test.comparators[0]
        if operator in (ast.Is, ast.IsNot) and type(right) is ast.Constant and right.value is None:
            found = asked(b, test.left)
            return found and found._replace(missing=operator is ast.Is)
        if operator in (ast.In, ast.NotIn):
            found = asked(b, right) if type(right) in (ast.Name, ast.Attribute) else None
            return found and found._replace(key=test.left, missing=operator is ast.NotIn)
    if isinstance(test, ast.BoolOp) and type(test.op) is ast.And:
        for value in test.values:
            found = guard_of(b, value)
            if found is not None and found.missing:
                return found
    return None


def asked(b: Builder, node: ast.expr) -> Guard | None:
    """What an expression asks for: a variable, an attribute, an element."""
    if isinstance(node, ast.NamedExpr):
        found = asked(b, node.value)
        return found and found._replace(variable=node.target.id)
    if isinstance(node, ast.Name):
        held = b.asked.get(node.id)
        return Guard(*held, False, node.id) if held is not None else Guard(node.id, None, False)
    if isinstance(node, ast.Attribute):
        text = text_of(node)
        return Guard(text, None, False) if text else None
    held = question(node)
    return Guard(*held, False) if held is not None else None


def question(node: ast.expr) -> tuple[str, ast.expr | None] | None:
    """cache.get(key), cache[key], getattr(self, "rows", None), hasattr(self, "rows"): what is asked for."""
    if isinstance(node, ast.Subscript):
        text = text_of(node.value)
        return (text, node.slice) if text else None
    if not isinstance(node, ast.Call) or not node.args:
        return None
    func, arguments = node.func, node.args
    if type(func) is ast.Attribute and func.attr == "get":
        text = text_of(func.value)
        return (text, arguments[0]) if text else None
    if type(func) is ast.Name and func.id in ("hasattr", "getattr") and len(arguments) > 1:
        text = attribute_named(node)
        return (text, None) if text else None
    return None


def ask(b: Builder, name: str, value: ast.expr) -> None:
    """A variable that holds what was asked for: cached = cache.get(key), rows = self.rows."""
    b.asked.pop(name, None)
    held = (text_of(value), None) if type(value) is ast.Attribute else question(value)
    if held is not None and held[0]:
        b.asked[name] = held


EMPTY_CALLS = frozenset(("dict", "list", "set", "OrderedDict", "WeakValueDictionary", "WeakKeyDictionary"))


def is_empty(value: ast.expr) -> bool:
    """Whether a value says that nothing is there: None, False, 0, an empty container."""
    if isinstance(value, ast.Constant):
        return not value.value
    if isinstance(value, ast.List | ast.Tuple | ast.Set):
        return not value.elts
    if isinstance(value, ast.Dict):
        return not value.keys
    if isinstance(value, ast.Call) and not value.args and not value.keywords:
        return text_of(value.func).rpartition(".")[2] in EMPTY_CALLS
    return False


def stored(nodes: Sequence[ast.AST], found: Guard) -> Guard | None:
    """What statements store of what was asked for, at its place or in the variable that holds it; None for nothing."""
    if is_stored(nodes, found.target, found.key is not None):
        return found
    if found.target.startswith(OWN):
        name = found.target.removeprefix(OWN)
        for place in (*(owner + name for owner in CLASS), *by_class(nodes, name)):
            if is_stored(nodes, place, found.key is not None):
                return found._replace(target=place)
    if found.variable and found.key is not None and is_stored(nodes, found.variable, True):
        return found
    if found.variable and is_stored(nodes, found.variable, False):
        return Guard(found.variable, None, found.missing)
    return None


def by_class(nodes: Iterable[ast.AST], name: str) -> list[str]:
    """The places of an attribute of this name that statements write by the name of a class: Shop.rows."""
    targets = [target for node in nodes if isinstance(node, ast.Assign) for target in node.targets]
    return [
        text_of(target)
        for target in targets
        if isinstance(target, ast.Attribute)
        and target.attr == name
        and isinstance(target.value, ast.Name)
        and target.value.id[:1].isupper()
    ]


def is_stored(nodes: Iterable[ast.AST], target: str, keyed: bool) -> bool:
    """Whether statements store what was asked for, at its place."""
    for node in nodes:
        kind = type(node)
        if kind is ast.Assign:
            if any(is_place(place, target, keyed) for place in node.targets):  # type: ignore[attr-defined]
                return True
        elif kind is ast.AnnAssign or kind is ast.AugAssign:
            if is_place(node.target, target, keyed):  # type: ignore[attr-defined]
                return True
        elif isinstance(node, ast.Expr):
            call = node.value
            if isinstance(call, ast.Call) and (is_adding(call.func, target) or attribute_set(call) == target):
                return True
        elif isinstance(node, ast.With | ast.AsyncWith | ast.Try | ast.If | ast.ExceptHandler | ast.For | ast.While):
            inside = [
                part for field in ("body", "handlers", "orelse", "finalbody") for part in getattr(node, field, ())
            ]
            if is_stored(inside, target, keyed):
                return True
    return False


def is_adding(func: ast.expr, target: str) -> bool:
    """seen.add, cache.setdefault"""
    return isinstance(func, ast.Attribute) and func.attr in ADDS and text_of(func.value) == target


def attribute_set(call: ast.Call) -> str:
    """setattr(self, "rows", load()) -> "self.rows"; "" for another call, or a name that is not written out."""
    if type(call.func) is not ast.Name or call.func.id != "setattr" or len(call.args) != 3:
        return ""
    return attribute_named(call)


def attribute_named(call: ast.Call) -> str:
    """The attribute that getattr(), setattr() or delattr() is about."""
    name, text = call.args[1], text_of(call.args[0])
    return f"{text}.{name.value}" if text and type(name) is ast.Constant and type(name.value) is str else ""


def is_place(node: ast.expr, target: str, keyed: bool) -> bool:
    """Whether something that is assigned to is what was asked for."""
    if isinstance(node, ast.Tuple | ast.List):
        return any(is_place(part, target, keyed) for part in node.elts)
    if keyed:
        return type(node) is ast.Subscript and text_of(node.value) == target
    return type(node) in (ast.Name, ast.Attribute) and text_of(node) == target


def key_name(node: ast.expr | None) -> str:
    """What the key of a question is called: item["kind"] -> "kind"."""
    if node is None:
        return ""
    if isinstance(node, ast.Subscript):
        if type(node.slice) is ast.Constant and type(node.slice.value) is str and node.slice.value.isidentifier():
            return node.slice.value
        return key_name(node.value)
    if isinstance(node, ast.Call):
        return key_name(node.args[0]) if node.args else "key"
    if isinstance(node, ast.Tuple) and node.elts:
        return " and ".join(dict.fromkeys(map(key_name, node.elts[:3])))
    text = text_of(node).rpartition(".")[2]
    return text if text.isidentifier() else "key"


def key_register(b: Builder) -> int:
    """The register of the key that was asked for last, -1 where it is not found."""
    for row in b.code[: -LOOK_BACK - 1 : -1]:
        if row[0] == op.COMPARE and row[2] == "contains":
            return int(row[4])
        if row[0] == op.ITEM:
            return int(row[3])
        if row[0] == op.CALL and row[3] and row[3][0] >= 0:
            return int(row[3][0])
    return -1


def is_debugging(test: ast.expr) -> bool:
    """Whether a test asks for debugging, so that what it guards is no part of the work."""
    kind = type(test)
    if kind is ast.Name:
        return test.id in DEBUGGING  # type: ignore[attr-defined]
    if kind is ast.Attribute:
        return test.attr in DEBUGGING  # type: ignore[attr-defined]
    if isinstance(test, ast.Call) and type(test.func) is ast.Attribute:
        return test.func.attr in ASKING
    return False


def may_leave(node: ast.stmt) -> bool:
    """Whether a statement may leave the block otherwise than by raising."""
    return not isinstance(node, SIMPLE) and any(
        isinstance(inner, ast.Return | ast.Break | ast.Continue) for inner in ast.walk(node)
    )


def fails(nodes: Sequence[ast.stmt]) -> bool:
    """Whether a list of statements is on the way to a raise."""
    last: Any = nodes[-1] if nodes else None
    if type(last) is ast.Raise and not any(map(may_leave, nodes)):
        raised = last.exc.func if type(last.exc) is ast.Call else last.exc
        return text_of(raised).rpartition(".")[2] not in ENDINGS if raised is not None else True
    if type(last) is ast.If:
        return bool(last.orelse) and fails(last.body) and fails(last.orelse)
    return False
