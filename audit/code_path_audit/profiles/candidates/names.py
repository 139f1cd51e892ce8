"""Names in the source of one function: where they are bound, what may be another name of the same object."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from functools import lru_cache

from code_path_audit.profiles.candidates.syntax import COMPREHENSIONS, is_call_of, nodes_of
from code_path_audit.profiles.steady import CONSTRUCTORS

PLAIN = frozenset((
    "str", "int", "float", "bool", "bytes", "complex", "None", "Path", "PurePath", "pathlib.Path", "Decimal", "date",
    "datetime", "UUID",
))  # fmt: skip
"""Classes whose objects do not change, as annotations write them."""


def targets(node: ast.AST) -> Iterator[ast.expr]:
    """What a node binds or changes, tuples taken apart."""
    found: list[ast.expr] = []
    if isinstance(node, ast.Assign | ast.Delete):
        found = list(node.targets)
    elif isinstance(node, ast.AugAssign | ast.AnnAssign | ast.For | ast.AsyncFor | ast.comprehension | ast.NamedExpr):
        found = [node.target]
    elif isinstance(node, ast.withitem) and node.optional_vars is not None:
        found = [node.optional_vars]
    while found:
        target = found.pop()
        if isinstance(target, ast.Tuple | ast.List):
            found += target.elts
        elif isinstance(target, ast.Starred):
            found.append(target.value)
        else:
            yield target


def bound_by(node: ast.AST) -> Iterator[str]:
    """The names that a node itself binds."""
    for target in targets(node):
        if isinstance(target, ast.Name):
            yield target.id
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.ExceptHandler):
        if node.name:
            yield node.name
    elif isinstance(node, ast.Import | ast.ImportFrom):
        for alias in node.names:
            yield alias.asname or alias.name.partition(".")[0]
    elif isinstance(node, ast.MatchAs | ast.MatchStar) and node.name:
        yield node.name
    elif isinstance(node, ast.MatchMapping) and node.rest:
        yield node.rest


def parameters(scope: ast.AST) -> Iterator[ast.arg]:
    """The parameters of a function."""
    if isinstance(scope, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
        given = scope.args
        yield from (*given.posonlyargs, *given.args, *given.kwonlyargs)
        yield from (row for row in (given.vararg, given.kwarg) if row is not None)


def positional(scope: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda, call: ast.Call) -> list[str]:
    """The parameters that the arguments of a call by position are given to, in order: the object of a method is no
    argument, nor is what a constructor makes."""
    names = [row.arg for row in (*scope.args.posonlyargs, *scope.args.args)]
    is_bound = isinstance(call.func, ast.Attribute) or getattr(scope, "name", "") in CONSTRUCTORS
    return names[1:] if names[:1] in (["self"], ["cls"]) and is_bound else names


class Names:
    """The names of one function: `bindings` are the nodes that bind each, `shared` those that it declares global or
    nonlocal."""

    def __init__(self, scope: ast.AST) -> None:
        self.scope = scope
        self.params = {row.arg: row for row in parameters(scope)}
        self.bindings: dict[str, list[ast.AST]] = {}
        self._binding: dict[str, frozenset[ast.AST]] = {}
        self.shared: set[str] = set()
        self.values: list[tuple[ast.expr, ast.expr]] = []
        for node in nodes_of(scope):
            for name in bound_by(node):
                self.bindings.setdefault(name, []).append(node)
            if isinstance(node, ast.Global | ast.Nonlocal):
                self.shared.update(node.names)
            self.values += pairs(node)

    def bound_among(self, name: str, nodes: set[ast.AST]) -> bool:
        """Whether one of some nodes binds a name."""
        if name not in self._binding:
            self._binding[name] = frozenset(self.bindings.get(name, ()))
        return not self._binding[name].isdisjoint(nodes)

    def is_local(self, name: str) -> bool:
        """Whether a name is a variable of the function."""
        return (name in self.bindings or name in self.params) and name not in self.shared

    def only_binding(self, name: str) -> ast.AST | None:
        """What gives a variable of the function its one value; None where it has others, or is no such variable."""
        nodes = self.bindings.get(name, [])
        return nodes[0] if len(nodes) == 1 and name not in self.params and name not in self.shared else None

    def aliases(self, names: Iterable[str], but: ast.AST | None = None) -> frozenset[str]:
        """Names that may stand for an object that some names stand for, for one that holds it or is held by it; `but`
        gives an object of its own."""
        found = set(names)
        pairs = [row for row in self.values if row[1] is not but]
        while True:
            more = set(found)
            for target, value in pairs:
                left, right = set(roots(target)), set(roots(value))
                if (left | right) & more:
                    more |= left | right
            more -= {"self", "cls"} - found
            if more == found:
                return frozenset(found)
            found = more

    def is_plain(self, name: str) -> bool:
        """Whether a variable holds an object that does not change, as its annotation or its one value says."""
        nodes = self.bindings.get(name, [])
        if name in self.params:
            return not nodes and is_plain_annotation(self.params[name].annotation)
        if len(nodes) != 1:
            return False
        (node,) = nodes
        if isinstance(node, ast.AnnAssign) and is_plain_annotation(node.annotation):
            return True
        return isinstance(node, ast.Assign) and len(node.targets) == 1 and is_plain_value(node.value)


def pairs(node: ast.AST) -> Iterator[tuple[ast.expr, ast.expr]]:
    """What is given another name: (target, value)."""
    value: ast.expr | None = None
    if isinstance(node, ast.Assign | ast.AnnAssign | ast.NamedExpr):
        value = node.value
    elif isinstance(node, ast.For | ast.AsyncFor | ast.comprehension):
        value = node.iter
    elif isinstance(node, ast.withitem):
        value = unwrapped(node.context_expr)
    if value is not None:
        for target in targets(node):
            yield target, value


def unwrapped(node: ast.expr) -> ast.expr:
    """What a `with` binds of an expression: of closing(x) it is x."""
    return node.args[0] if is_call_of(node, ("closing", "aclosing")) and len(node.args) == 1 else node


def roots(node: ast.expr) -> Iterator[str]:
    """The names whose objects an expression may give, or a part of them; what a call makes is its own, but for what it
    holds of its arguments: those count, where the call is of a class or of a copier that is not deep."""
    if isinstance(node, ast.Name):
        yield node.id
    elif isinstance(node, ast.Attribute | ast.Subscript | ast.Starred | ast.NamedExpr | ast.Await):
        yield from roots(node.value)
    elif isinstance(node, ast.Tuple | ast.List | ast.Set):
        for part in node.elts:
            yield from roots(part)
    elif isinstance(node, (ast.Dict, ast.BoolOp)):
        for part in node.values:
            yield from roots(part)
    elif isinstance(node, ast.IfExp):
        yield from roots(node.body)
        yield from roots(node.orelse)
    elif isinstance(node, ast.Call):
        if isinstance(node.func, ast.Attribute):
            yield from roots(node.func.value)
        for part in (*node.args, *(row.value for row in node.keywords)):
            yield from roots(part)
    elif isinstance(node, COMPREHENSIONS):
        for row in node.generators:
            yield from roots(row.iter)


def is_plain_annotation(node: ast.expr | None) -> bool:
    """Whether an annotation names a class whose objects do not change, or several of them."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return all(part.strip() in PLAIN for part in node.value.split("|"))
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        return is_plain_annotation(node.left) and is_plain_annotation(node.right)
    return node is not None and ast.unparse(node) in PLAIN


def is_plain_value(node: ast.expr) -> bool:
    """Whether an expression gives an object that does not change."""
    if isinstance(node, ast.Constant | ast.JoinedStr | ast.Compare):
        return True
    if isinstance(node, ast.BinOp):
        return is_plain_value(node.left) and (isinstance(node.op, ast.Mod) or is_plain_value(node.right))
    if isinstance(node, ast.Call):
        text = ast.unparse(node.func)
        return text in PLAIN or text.startswith("os.path.") or (
            isinstance(node.func, ast.Attribute) and is_plain_value(node.func.value)
        )  # fmt: skip
    return False


def loaded(node: ast.AST) -> set[str]:
    """The names that are read in a node, those of functions in it included."""
    return {row.id for row in ast.walk(node) if isinstance(row, ast.Name) and isinstance(row.ctx, ast.Load)}


@lru_cache(maxsize=256)
def names_of(scope: ast.AST) -> Names:
    """The names of a function or a module."""
    return Names(scope)
