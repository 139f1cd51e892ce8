"""Whether anybody is seen to change what a call gives: in its function, in those that get it from there, and in those
that are handed it. What nobody is seen to change may be changed all the same, where calls are not known."""

from __future__ import annotations

import ast
from typing import NamedTuple

from code_path_audit.profiles.candidates.names import names_of, positional, targets
from code_path_audit.profiles.candidates.proposal import Traced
from code_path_audit.profiles.candidates.syntax import COMPREHENSIONS, File, Spot, lines_of
from code_path_audit.profiles.effects import CHANGES_TREES, MUTATORS
from code_path_audit.profiles.steady import last_name

CHANGERS = (MUTATORS | CHANGES_TREES | {"add_section", "remove_section", "remove_option", "move_to_end"}) - {
    "write", "feed", "close", "put", "writelines",
}  # fmt: skip
"""Methods that change the object that they are called on."""

ASKS = frozenset(("get", "items", "values", "setdefault", "__getitem__", "getroot", "find", "findall", "iter"))
"""Methods that give parts of their object."""

PARTS = frozenset(("list", "tuple", "sorted", "reversed", "enumerate", "zip", "iter", "filter", "next", "max", "min"))
"""Builtins that give the elements of what they are given, in something new."""

NAMESPACES = frozenset(("globals", "locals", "vars"))

MOST = 400
"""Places that are looked at; of what is handed on further nobody knows."""


def is_changed(traced: Traced, function: str, spot: Spot) -> bool:
    """Whether what a call gives is seen to be changed."""
    return is_made_changed(traced, function, spot, spot.node)


def is_made_changed(traced: Traced, function: str, spot: Spot, made: ast.expr) -> bool:
    """Whether what is made of what a call gives is seen to be changed."""
    search = _Search(traced)
    return search.follow(function, spot.file, spot.scope, made) or search.is_changed_there()


def is_filled_and_changed(traced: Traced, function: str, spot: Spot) -> bool:
    """Whether the object of a variable, a method of which is called, is seen to be changed."""
    func = spot.node.func
    if not isinstance(func, ast.Attribute) or not isinstance(func.value, ast.Name):
        return False
    search = _Search(traced)
    search.named(function, spot.file, spot.scope, func.value.id)
    return search.is_changed_there()


def is_result_changed(traced: Traced, function: str) -> bool:
    """Whether what a function gives is seen to be changed by those who call it."""
    search = _Search(traced)
    search.callers(function)
    return search.is_changed_there()


class _Value(NamedTuple):
    """How what is followed stands to the value: `is_part`, it is an element of the value, or an attribute; `held`: it
    is something new that holds the value, so many containers deep."""

    is_part: bool = False
    held: int = 0

    def asked(self) -> _Value:
        """An element of it."""
        return self._replace(held=self.held - 1) if self.held else self._replace(is_part=True)

    def put(self) -> _Value:
        """Something new that holds it."""
        return self._replace(held=self.held + 1)


WHOLE = _Value()


class _Place(NamedTuple):
    """Where the value is found again: what a node gives in a function, or what is read by a name there."""

    function: str
    file: File
    scope: ast.AST
    at: ast.AST | str
    value: _Value


class _Search:
    """One value, followed from place to place: where it goes on to is kept, and looked at later."""

    def __init__(self, traced: Traced) -> None:
        self.traced = traced
        self.seen: set[tuple[ast.AST, str, _Value]] = set()
        self.todo: list[_Place] = []

    def is_changed_there(self) -> bool:
        """Whether the value is changed at one of the places that are left to look at, or those that they lead to."""
        while self.todo:
            if len(self.seen) > MOST:
                return True
            place = self.todo.pop()
            if self.by_name(place) if isinstance(place.at, str) else self.follow(*place):  # type: ignore[arg-type]
                return True
        return False

    def follow(self, function: str, file: File, scope: ast.AST, node: ast.AST, value: _Value = WHOLE) -> bool:
        """Whether the value that a node gives is changed there."""
        while True:
            child, node = node, file.above[node]
            if isinstance(node, ast.Attribute | ast.Subscript):
                if child is not node.value:
                    return False
                if not isinstance(node.ctx, ast.Load):
                    return not value.held
                call = file.above[node]
                if isinstance(node, ast.Attribute) and isinstance(call, ast.Call) and call.func is node:
                    if node.attr in CHANGERS and not value.held:
                        return True
                    if node.attr not in ASKS:
                        return False
                    node = call
                value = value.asked()
            elif isinstance(node, ast.Call):
                if child is node.func:
                    return False
                if not (isinstance(node.func, ast.Name) and node.func.id in PARTS):
                    self.handed(function, node, child, value)
                    return False
                value = value.asked().put()
            elif isinstance(node, ast.keyword):
                self.handed(function, file.above[node], node, value)
                return False
            elif isinstance(node, ast.Assign | ast.AnnAssign | ast.NamedExpr):
                return child is node.value and self.bound(function, file, scope, node, value)
            elif isinstance(node, ast.For | ast.AsyncFor | ast.comprehension):
                return child is node.iter and self.bound(function, file, scope, node, value.asked())
            elif isinstance(node, ast.AugAssign):
                return child is node.target and value == WHOLE
            elif isinstance(node, ast.Return | ast.Yield):
                self.callers(function, value)
                return False
            elif isinstance(node, (ast.Tuple, ast.List, *COMPREHENSIONS)):
                if isinstance(node, ast.DictComp) and child is node.key:
                    return False
                value = value.put()
            elif not isinstance(node, ast.Await | ast.IfExp | ast.BoolOp | ast.YieldFrom):
                return False

    def bound(self, function: str, file: File, scope: ast.AST, node: ast.AST, value: _Value) -> bool:
        """Whether what a node binds is changed by one of the names that it has then."""
        for target in targets(node):
            if isinstance(target, ast.Subscript):
                space = target.value
                found = isinstance(space, ast.Call) and ast.unparse(space.func) in NAMESPACES
            elif isinstance(target, ast.Attribute):
                found = self.is_changed_by(target.attr, file)
            elif not isinstance(target, ast.Name):
                found = False
            elif isinstance(scope, ast.Module) or target.id in names_of(scope).shared:
                found = self.is_changed_by(target.id, file)
            else:
                found = False
                self.named(function, file, scope, target.id, value)
            if found:
                return True
        return False

    def named(self, function: str, file: File, scope: ast.AST, name: str, value: _Value = WHOLE) -> None:
        """What a variable of a function holds is looked at."""
        if (scope, name, value) not in self.seen:
            self.seen.add((scope, name, value))
            self.todo.append(_Place(function, file, scope, name, value))

    def by_name(self, place: _Place) -> bool:
        """Whether what a variable of a function holds is changed by that name."""
        function, file, scope, name, value = place
        for node in ast.walk(scope):
            if isinstance(node, ast.Name) and node.id == name:
                if isinstance(node.ctx, ast.Load) and self.follow(function, file, scope, node, value):
                    return True
                if isinstance(file.above[node], ast.AugAssign) and value == WHOLE:
                    return True
        return False

    def is_changed_by(self, name: str, file: File) -> bool:
        """Whether what an attribute or a global of that name holds is changed in place: in the action, or elsewhere in
        its module."""
        if any(row.kind == "container_mutate" and last_name(row.target) == name for row in self.traced.reach.mutations):
            return True
        return any(_changes_in_place(node, name) for node in ast.walk(file.tree))

    def handed(self, function: str, call: ast.AST, given: ast.AST, value: _Value) -> None:
        """What a function of the source that is handed the value does with it is looked at."""
        assert isinstance(call, ast.Call)
        site = self.traced.site_of(function, call)
        for edge in self.traced.edges.get((function, site), ()):
            found = self.definition(edge.callee)
            name = _parameter(found[1], call, given) if found is not None else ""
            if found is not None and name:
                self.named(edge.callee, *found, name, value)

    def callers(self, function: str, value: _Value = WHOLE) -> None:
        """What is done with what a function gives, where it is called, is looked at."""
        for edge in self.traced.reach.callers.get(function, ()):
            spot = self.traced.syntax.spot(edge.caller, edge.site)
            if spot is not None and (spot.node, "", value) not in self.seen:
                self.seen.add((spot.node, "", value))
                self.todo.append(_Place(edge.caller, spot.file, spot.scope, spot.node, value))

    def definition(self, function: str) -> tuple[File, ast.FunctionDef | ast.AsyncFunctionDef] | None:
        """The file and the node of a function."""
        program = self.traced.reach.program
        file = self.traced.syntax.file(program.path(function))
        facts = program.facts(function)
        if file is None or facts.kind != "function":
            return None
        for node in ast.walk(file.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and facts.line in lines_of(node):
                return file, node
        return None


def _changes_in_place(node: ast.AST, name: str) -> bool:
    """Whether a node changes what something of that name holds."""
    if isinstance(node, ast.Subscript) and not isinstance(node.ctx, ast.Load):
        return _is_called(node.value, name)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CHANGERS:
        return _is_called(node.func.value, name)
    return False


def _is_called(node: ast.expr, name: str) -> bool:
    """Whether an expression is the attribute or the variable of that name, or a part of it."""
    while isinstance(node, ast.Subscript):
        node = node.value
    return (isinstance(node, ast.Attribute) and node.attr == name) or (isinstance(node, ast.Name) and node.id == name)


def _parameter(scope: ast.FunctionDef | ast.AsyncFunctionDef, call: ast.Call, given: ast.AST) -> str:
    """The parameter that takes an argument of a call; "" where that is not sure."""
    if isinstance(given, ast.keyword):
        return given.arg or ""
    names = positional(scope, call)
    if given not in call.args or any(isinstance(row, ast.Starred) for row in call.args):
        return ""
    place = call.args.index(given)
    return names[place] if place < len(names) else ""
