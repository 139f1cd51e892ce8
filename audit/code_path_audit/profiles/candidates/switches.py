"""What is off by default: parameters of entry points, options of the command line."""

from __future__ import annotations

import ast
from collections.abc import Callable
from functools import cached_property
from typing import TypeGuard

from code_path_audit.facts.lowering.definitions import defaults
from code_path_audit.profiles.candidates.names import names_of
from code_path_audit.profiles.candidates.proposal import Traced
from code_path_audit.profiles.candidates.syntax import Spot, is_call_of

OPTION = "add_argument"
"""The method of argparse that adds an option."""


class Switches:
    """What a traced action is switched by."""

    def __init__(self, traced: Traced) -> None:
        self.traced = traced

    def off(self, spot: Spot, test: ast.expr, wanted: bool, is_entry: bool) -> str:
        """Why a test comes out otherwise than `wanted` where nothing is asked for, in words; "" where it may not.
        `is_entry`: the parameters of the function are those of an entry point."""
        if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
            return self.off(spot, test.operand, not wanted, is_entry)
        if not wanted:
            return ""
        if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And):
            return next(filter(None, (self.off(spot, part, True, is_entry) for part in test.values)), "")
        if isinstance(test, ast.Name) and is_entry:
            default = default_of(spot.scope, test.id)
            return f"{test.id} is {default} by default" if default is not None else ""
        if isinstance(test, ast.Attribute) and test.attr in self.flags:
            return f"{self.said(test.attr)} is off by default"
        is_not = isinstance(test, ast.Compare) and isinstance(test.ops[0], ast.IsNot)
        given = test.left if isinstance(test, ast.Compare) and is_not and is_no(test.comparators[0]) else test
        if isinstance(given, ast.Attribute) and given.attr in self.given:
            return f"{self.said(given.attr)} is not given by default"
        return ""

    def of_a_command(self, test: ast.expr, wanted: bool) -> str:
        """Why a test comes out otherwise than `wanted` for some commands of a command line of several, in words: it
        compares which one was asked for with the name of one. "" for any other."""
        if not isinstance(test, ast.Compare) or len(test.ops) != 1 or not isinstance(test.left, ast.Attribute):
            return ""
        other = test.comparators[0]
        if test.left.attr not in self.commands or not isinstance(other, ast.Constant):
            return ""
        is_one = isinstance(test.ops[0], ast.Eq) if wanted else isinstance(test.ops[0], ast.NotEq)
        if is_one:
            return f"of the commands {other.value!r} alone uses it"
        is_other = isinstance(test.ops[0], ast.NotEq) if wanted else isinstance(test.ops[0], ast.Eq)
        return f"the command {other.value!r} does not use it" if is_other else ""

    def command_of(self, test: ast.expr) -> str:
        """The command of a test that holds for that one alone; "" for any other."""
        if not isinstance(test, ast.Compare) or not isinstance(test.ops[0], ast.Eq) or len(test.ops) != 1:
            return ""
        name = test.comparators[0]
        is_one = isinstance(name, ast.Constant) and isinstance(name.value, str) and self.of_a_command(test, True)
        return str(name.value) if is_one else ""  # type: ignore[attr-defined]

    @cached_property
    def commands(self) -> frozenset[str]:
        """The names of the attributes that say which of several commands of argparse was asked for."""
        found: set[str] = set()
        for spot in self.calls["add_subparsers"]:
            dest = next((row.value for row in spot.node.keywords if row.arg == "dest"), None)
            if isinstance(dest, ast.Constant) and isinstance(dest.value, str):
                found.add(dest.value)
        return frozenset(found) if self.added > 1 else frozenset()

    @cached_property
    def added(self) -> int:
        """How many commands are added."""
        return len(self.calls["add_parser"])

    @cached_property
    def calls(self) -> dict[str, list[Spot]]:
        """The calls of the methods of argparse in all functions of the action, by their names."""
        traced = self.traced
        found: dict[str, list[Spot]] = {name: [] for name in (OPTION, "add_subparsers", "add_parser")}
        for function in sorted(traced.reach.depths):
            for site, row in enumerate(traced.reach.facts(function).sites):
                last = row.text.rpartition(".")[2]
                if last in found and (spot := traced.syntax.spot(function, site)) is not None:
                    found[last].append(spot)
        return found

    @staticmethod
    def said(name: str) -> str:
        """An option by its attribute."""
        return f"--{name.replace('_', '-')}"

    @cached_property
    def given(self) -> frozenset[str]:
        """The names of the options of argparse that are None unless they are given, as far as the action adds them;
        none that another option has, too."""
        return self.options(is_none)

    @cached_property
    def flags(self) -> frozenset[str]:
        """The names of the options of argparse that are False unless they are given, as far as the action adds them;
        none that another option has, too."""
        return self.options(is_flag)

    def options(self, is_one: Callable[[ast.Call], bool]) -> frozenset[str]:
        """The names of the options of a kind; none that an option of another has, too."""
        found: set[str] = set()
        others: set[str] = set()
        for spot in self.calls[OPTION]:
            (found if is_one(spot.node) else others).add(name_of(spot.node))
        return frozenset(found - others - {""})


def name_of(node: ast.Call) -> str:
    """The attribute that an option is stored in; "" where that is not constant."""
    given = {row.arg: row.value for row in node.keywords}
    dest = given.get("dest")
    if dest is not None:
        return dest.value if isinstance(dest, ast.Constant) and isinstance(dest.value, str) else ""
    names = [row.value for row in node.args if isinstance(row, ast.Constant) and isinstance(row.value, str)]
    long = next((name for name in names if name.startswith("--")), names[0] if names else "")
    return long.lstrip("-").replace("-", "_")


def is_flag(node: ast.Call) -> bool:
    """Whether an option is False unless it is given."""
    given = {row.arg: row.value for row in node.keywords}
    action, default = given.get("action"), given.get("default")
    is_on = isinstance(action, ast.Constant) and action.value == "store_true"
    return is_on and (default is None or is_off(default))


def is_none(node: ast.Call) -> bool:
    """Whether an option takes a value, and is None unless it is given one."""
    given = {row.arg: row.value for row in node.keywords}
    names = [row.value for row in node.args if isinstance(row, ast.Constant) and isinstance(row.value, str)]
    is_option = bool(names) and all(name.startswith("-") for name in names)
    default = given.get("default")
    is_plain = default is None or is_no(default)
    return is_option and is_plain and not {"required", "action", "const"} & given.keys()


def default_of(scope: ast.AST, name: str) -> str | None:
    """The default of a parameter that is bound nowhere else, where it is off: "False", "None"; also where a decorator
    of click makes it a flag."""
    if not isinstance(scope, ast.FunctionDef | ast.AsyncFunctionDef) or name in names_of(scope).bindings:
        return None
    value = dict(defaults(scope.args)).get(name)
    if value is not None:
        # typer.Option(False, ...)
        asked = value.args[0] if isinstance(value, ast.Call) and value.args else value
        return repr(asked.value) if is_off(asked) else None
    for node in scope.decorator_list:
        if is_call_of(node, ("option",)):
            is_one = name_of(node) == name or any(is_text(row, name) for row in node.args)
            words = {row.arg: row.value for row in node.keywords}
            flag, default = words.get("is_flag"), words.get("default")
            if is_one and isinstance(flag, ast.Constant) and flag.value and (default is None or is_off(default)):
                return "False"
    return None


def is_text(node: ast.expr, text: str) -> bool:
    """Whether an expression is that constant."""
    return isinstance(node, ast.Constant) and node.value == text


def is_no(node: ast.expr) -> bool:
    """Whether an expression is None as it is written."""
    return isinstance(node, ast.Constant) and node.value is None


def is_off(node: ast.expr) -> TypeGuard[ast.Constant]:
    """Whether an expression is False or None as it is written."""
    return isinstance(node, ast.Constant) and (node.value is False or node.value is None)
