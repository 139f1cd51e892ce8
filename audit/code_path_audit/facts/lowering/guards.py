"""What the test of a branch asks: whether something was made before ("make it when it is None"), or for debugging."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from code_path_audit.facts import opcodes as op
from code_path_audit.facts.lowering.builder import Builder
from code_path_audit.facts.lowering.exits import is_exit, says_failure
from code_path_audit.facts.texts import text_of

DEBUGGING = frozenset(("debug", "DEBUG", "_debug", "__debug__", "is_debug", "debug_mode", "debugging", "TRACE"))
ASKING = frozenset(("isEnabledFor", "is_enabled_for", "is_debug"))
ENDINGS = frozenset(("SystemExit", "Exit", "exit", "StopIteration", "StopAsyncIteration", "Return"))
"""Exceptions that end something as it should end."""

ASKED = frozenset((ast.Name, ast.Attribute, ast.Call, ast.Subscript, ast.NamedExpr))
PLACES = frozenset((ast.Name, ast.Attribute, ast.Subscript))
FILLS = frozenset(("update", "extend"))
ADDS = frozenset(("add", "append", "setdefault"))
SETS = frozenset(("set", "put", "store", "save", "insert", "__setitem__"))
"""Methods that store much at once; one element; one by its key, alone."""

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
    it is not there. `variable` holds what was asked for, or the container that was. `noted` is what the target is
    compared with, and has to be noted there. `flag`: it is true where there is something to make. `listed`: it was
    looked for among all elements, by what `key` says. `held`: a variable holds the answer."""

    target: str
    key: ast.expr | None
    missing: bool
    variable: str = ""
    noted: ast.expr | None = None
    flag: bool = False
    listed: bool = False
    held: bool = False


def guards_of(b: Builder, test: ast.expr) -> list[Guard]:
    """What a test may ask for: whoever stores one of these makes what is missing."""
    if isinstance(test, ast.Name) and test.id in b.questions:
        return [row._replace(held=True) for row in guards_of(b, b.questions[test.id])]
    if type(test) in ASKED:
        return listed(asked(b, test))
    if isinstance(test, ast.UnaryOp) and type(test.op) is ast.Not:
        return [found._replace(missing=not found.missing) for found in guards_of(b, test.operand)]
    if isinstance(test, ast.Compare) and len(test.ops) == 1:
        return listed(compared(b, test.left, test.ops[0], test.comparators[0]))
    if isinstance(test, ast.BoolOp):
        rows = [row for value in test.values for row in guards_of(b, value)]
        # there, and not out of date; missing, under a further condition; or: missing, out of date, insisted on
        return rows if type(test.op) is ast.And else [row for row in rows if row.missing]
    return []


def listed(found: Guard | None) -> list[Guard]:
    """None or one, as a list."""
    return [] if found is None else [found]


def compared(b: Builder, left: ast.expr, operator: ast.cmpop, right: ast.expr) -> Guard | None:
    """What a comparison asks for: with None and its like, in a container, with what it was when it was stored."""
    if type(operator) in (ast.In, ast.NotIn):
        held = asked(b, contained(right))
        if held is None or type(contained(right)) not in PLACES:
            return None
        missing = type(operator) is ast.NotIn
        if held.key is None:
            return held._replace(key=left, missing=missing)
        return Guard(text_of(contained(right)), ast.Tuple([held.key, left], ast.Load()), missing)
    same = type(operator) in (ast.Is, ast.Eq)
    if type(operator) in (ast.Is, ast.IsNot, ast.Eq, ast.NotEq) and says_nothing(right, operator):
        found = asked(b, left)
        return found and found._replace(missing=same)
    if isinstance(left, ast.Call) and is_length(left) and type(operator) in LENGTHS:
        found = asked(b, left)
        return found and found._replace(missing=LENGTHS[type(operator)])
    return outdated(left, operator, right) or outdated(right, MIRRORED.get(type(operator), type(operator))(), left)


LENGTHS = {ast.Lt: True, ast.LtE: True, ast.Gt: False, ast.GtE: False}
"""len(rows) < 1, len(rows) > 0: whether there is nothing where that is true."""

MIRRORED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.Gt,
    ast.Gt: ast.Lt,
    ast.LtE: ast.GtE,
    ast.GtE: ast.LtE,
}


def contained(node: ast.expr) -> ast.expr:
    """The container behind `in`: kept, kept.keys(), list(kept)."""
    if isinstance(node, ast.Call) and not node.keywords:
        if isinstance(node.func, ast.Attribute) and node.func.attr == "keys" and not node.args:
            return node.func.value
        if isinstance(node.func, ast.Name) and node.func.id in ("list", "set", "tuple") and len(node.args) == 1:
            return contained(node.args[0])
    return node


def says_nothing(node: ast.expr, operator: ast.cmpop) -> bool:
    """Whether what is compared with says that nothing is there: None, False, an object that is there to say so."""
    if isinstance(node, ast.Constant):
        return not node.value
    return type(operator) in (ast.Is, ast.IsNot) and is_sentinel(node)


SENTINEL = re.compile(
    r".*(?:missing|sentinel|undefined|unset|nothing|marker|absent|empty|no_?value|not_?(?:set|given|found|computed|"
    r"loaded|initiali[sz]ed|cached))|null|none|miss|unknown|todo",
    re.IGNORECASE,
)  # fmt: skip


def is_sentinel(node: ast.expr) -> bool:
    """Whether a name is one of an object that stands for nothing: _MISSING, UNSET, self.sentinel."""
    name = node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""
    return SENTINEL.fullmatch(name.strip("_")) is not None


OUTDATED = (ast.Eq, ast.NotEq, ast.Lt, ast.LtE, ast.Gt, ast.GtE)


def outdated(place: ast.expr, operator: ast.cmpop, value: ast.expr) -> Guard | None:
    """self.mtime != mtime, kind != self.kind: what was noted when something was made is another now."""
    if type(operator) not in OUTDATED or not isinstance(place, ast.Attribute) or isinstance(value, ast.Constant):
        return None
    text, name = text_of(place), key_name(value)
    if not text or name == "key":
        return None
    if type(operator) not in (ast.Eq, ast.NotEq) and not STAMP.search(name):
        return None
    return Guard(text, value, type(operator) is not ast.Eq, "", value)


STAMP = re.compile(r"time|stamp|version|modified|revision|generation|(\b|_)(now|ts)\b", re.IGNORECASE)
"""Names of what grows while something gets out of date."""


def is_length(node: ast.Call) -> bool:
    """len(rows)"""
    return isinstance(node.func, ast.Name) and node.func.id == "len" and len(node.args) == 1


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
    if isinstance(node, ast.Call) and is_length(node):
        return asked(b, node.args[0])
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
    if type(func) is ast.Attribute and func.attr in ASKS:
        text = text_of(func.value)
        return (text, arguments[0]) if text else None
    if type(func) is ast.Name and func.id in ("hasattr", "getattr") and len(arguments) > 1:
        text = attribute_named(node)
        return (text, None) if text else None
    return None


ASKS = frozenset(("get", "has_key", "__contains__", "has", "contains", "exists"))
"""Methods that ask a container, or what others call a cache, for an element."""


def ask(b: Builder, name: str, value: ast.expr) -> None:
    """A variable that holds what was asked for (rows = self.rows), a key of several parts (key = (kind, size)), or the
    question itself (is_new = kind not in kept)."""
    b.asked.pop(name, None)
    b.composed.pop(name, None)
    b.questions.pop(name, None)
    if isinstance(value, ast.Compare) and type(value.ops[0]) in (ast.In, ast.NotIn, ast.Is, ast.IsNot):
        b.questions[name] = value
    if isinstance(value, ast.Tuple):
        b.composed[name] = value
    elif isinstance(value, ast.JoinedStr):
        b.composed[name] = ast.Tuple([part.value for part in value.values if isinstance(part, ast.FormattedValue)])
    held = (text_of(value), None) if type(value) is ast.Attribute else question(value)
    if held is not None and held[0]:
        b.asked[name] = held


EMPTY_CALLS = frozenset(("dict", "list", "set", "OrderedDict", "WeakValueDictionary", "WeakKeyDictionary"))


def is_empty(value: ast.expr) -> bool:
    """Whether a value says that nothing is there: None, False, 0, an empty container."""
    if isinstance(value, ast.Constant):
        return not value.value
    if isinstance(value, ast.Name | ast.Attribute):
        return is_sentinel(value)
    if isinstance(value, ast.List | ast.Tuple | ast.Set):
        return not value.elts
    if isinstance(value, ast.Dict):
        return not value.keys
    if isinstance(value, ast.Call) and not value.args and not value.keywords:
        return text_of(value.func).rpartition(".")[2] in EMPTY_CALLS
    return False


def is_container(value: ast.expr) -> bool:
    """Whether a value is a container to be filled; as a default it is one for all calls."""
    return is_empty(value) and not isinstance(value, ast.Constant | ast.Tuple)


def stored(nodes: Sequence[ast.AST], found: Guard) -> Guard | None:
    """What statements store of what was asked for, at its place or in the variable that holds it; None for nothing."""
    if found.noted is not None:
        return found if is_noted(nodes, found.target, found.noted) else None
    key = found.key
    if is_stored(nodes, found.target, key) or (found.listed and is_stored(nodes, found.target, None)):
        return found
    if found.target.startswith(OWN):
        name = found.target.removeprefix(OWN)
        for place in (*(owner + name for owner in CLASS), *by_class(nodes, name)):
            if is_stored(nodes, place, key):
                return found._replace(target=place)
    if found.variable and key is not None and is_stored(nodes, found.variable, key):
        return found
    if found.variable and is_stored(nodes, found.variable, None):
        return Guard(found.variable, None, found.missing)
    return None


def is_noted(nodes: Sequence[ast.AST], target: str, value: ast.expr) -> bool:
    """Whether statements note what a place was compared with: self.mtime = mtime, self.key = (kind, size)."""
    for node in nodes:
        if isinstance(node, ast.Assign) and any(is_place(place, target, False) for place in node.targets):
            names = {text_of(part) for part in ast.walk(node.value) if isinstance(part, ast.Name | ast.Attribute)}
            if text_of(value) in names or ast.dump(value) == ast.dump(node.value):
                return True
        elif isinstance(node, ast.With | ast.AsyncWith | ast.Try | ast.If) and is_noted(parts(node), target, value):
            return True
    return False


def parts(node: ast.AST) -> list[ast.AST]:
    """The statements inside of a compound one."""
    return [part for field in ("body", "handlers", "orelse", "finalbody") for part in getattr(node, field, ())]


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


COMPOUND = (ast.With, ast.AsyncWith, ast.Try, ast.If, ast.ExceptHandler, ast.For, ast.While)


def is_stored(nodes: Iterable[ast.AST], target: str, key: ast.expr | None) -> bool:
    """Whether statements store what was asked for, at its place; `key` is that of an element."""
    for node in nodes:
        if isinstance(node, ast.Assign):
            if any(is_place(place, target, key is not None) for place in node.targets) or is_added(
                node.value, target, key
            ):
                return True
        elif isinstance(node, ast.AnnAssign | ast.AugAssign):
            if is_place(node.target, target, key is not None):
                return True
        elif isinstance(node, ast.Expr | ast.Return):
            if node.value is not None and is_added(node.value, target, key):
                return True
        elif isinstance(node, COMPOUND) and (
            is_stored(parts(node), target, key)
            or (key is None and isinstance(node, ast.For | ast.While) and is_filled(parts(node), target))
        ):
            return True
    return False


def is_filled(nodes: Iterable[ast.AST], target: str) -> bool:
    """Whether statements of a loop store elements: for row in rows: kept[row.name] = row"""
    return any(
        isinstance(node, ast.Assign) and any(is_place(place, target, True) for place in node.targets) for node in nodes
    )


def is_added(node: ast.expr, target: str, key: ast.expr | None) -> bool:
    """seen.add(kind), setattr(self, "rows", load()), return kept.setdefault(kind, load())"""
    if isinstance(node, ast.BoolOp):
        return is_added(node.values[-1], target, key)
    return isinstance(node, ast.Call) and (is_adding(node, target, key) or attribute_set(node) == target)


def is_adding(call: ast.Call, target: str, key: ast.expr | None) -> bool:
    """seen.add(kind), kept.setdefault(kind, load()), cache.set(kind, load()): what was asked for is stored; session.add
    stores something else than session.get was asked for."""
    func = call.func
    if not isinstance(func, ast.Attribute) or text_of(func.value) != target:
        return False
    if func.attr in FILLS or (key is None and func.attr in ADDS):
        return True
    if key is None or func.attr not in ADDS | SETS or not call.args:
        return False
    asked_for = ast.dump(key)
    return any(ast.dump(part) == asked_for for part in ast.walk(call.args[0]))


def attribute_set(call: ast.Call) -> str:
    """setattr(self, "rows", load()) -> "self.rows"; "" for another call."""
    if text_of(call.func) not in ("setattr", "object.__setattr__") or len(call.args) != 3:
        return ""
    return attribute_named(call)


def attribute_named(call: ast.Call) -> str:
    """The attribute that getattr(), setattr() or delattr() is about; of one that a variable names, that variable."""
    name, text = call.args[1], text_of(call.args[0])
    if isinstance(name, ast.Name) and text:
        return f"{text}.[{name.id}]"
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
        varying = [part for part in node.elts if not isinstance(part, ast.Constant)]
        return " and ".join(dict.fromkeys(map(key_name, varying[:3]))) or "key"
    text = text_of(node).rpartition(".")[2]
    return text if text.isidentifier() else "key"


def composed(b: Builder, key: ast.expr | None) -> ast.expr | None:
    """The parts of a key, where a variable holds it."""
    return b.composed.get(key.id, key) if isinstance(key, ast.Name) else key


def key_register(b: Builder, key: ast.expr | None) -> int:
    """The register of the key that was asked for, -1 where it is not found."""
    if isinstance(key, ast.Name):
        known = b.known(key.id)
        return -1 if known is None else known
    if isinstance(key, ast.Tuple):
        return -1
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


def gives_back(node: ast.AST) -> bool:
    """Whether a statement may return, or go on with the next round of a loop around it."""
    if isinstance(node, ast.Return | ast.Continue):
        return True
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.expr):
        return False
    if isinstance(node, ast.For | ast.AsyncFor | ast.While):
        return any(isinstance(part, ast.Return) for part in ast.walk(node))
    return any(map(gives_back, ast.iter_child_nodes(node)))


def may_be_left(nodes: Sequence[ast.stmt], b: Builder | None) -> bool:
    """Whether one of some statements may leave their block otherwise than by raising."""
    return any(map(may_leave, nodes)) if b is None else b.anywhere(nodes, may_leave)


def fails(nodes: Sequence[ast.stmt], b: Builder | None = None) -> bool:
    """Whether a list of statements is on the way to a raise; `b` remembers what was seen of a block from one on."""
    last: Any = nodes[-1] if nodes else None
    if type(last) is ast.Raise and not may_be_left(nodes, b):
        raised = last.exc.func if type(last.exc) is ast.Call else last.exc
        if raised is None or text_of(raised).rpartition(".")[2] not in ENDINGS:
            return True
        return type(last.exc) is ast.Call and says_failure(last.exc)
    if type(last) is ast.Expr and type(last.value) is ast.Call and is_exit(last.value):
        return says_failure(last.value) and not may_be_left(nodes, b)
    if type(last) is ast.If:
        return bool(last.orelse) and fails(last.body) and fails(last.orelse)
    return False
