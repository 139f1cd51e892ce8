"""Arithmetic of constants: `64 * 1024`, `2 * LIMIT`, `10 ** 6`: what sizes and bounds are written as.

Only where both operands are numbers that the program states, and not in a computation that goes round: inside a loop
literals, globals, attributes and what they are combined to count, but no local variable. Assumes nothing; a number that
is computed in any other way is some int.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping

from code_path_audit.callgraph.solver.abstract_values import INT
from code_path_audit.callgraph.solver.ids import Site, Value, Var
from code_path_audit.callgraph.solver.state import State
from code_path_audit.facts import opcodes as op
from code_path_audit.facts.function import FunctionFacts
from code_path_audit.facts.texts import LARGEST_INT

LARGEST_SHIFT = 64
"""Neither shifts nor powers of more than this are computed: the result would be too large anyway."""

OPERATORS: Mapping[str, Callable[[int, int], int]] = {
    "add": operator.add, "sub": operator.sub, "mul": operator.mul, "floordiv": operator.floordiv, "mod": operator.mod,
    "pow": operator.pow, "lshift": operator.lshift, "rshift": operator.rshift,
}  # fmt: skip

STATED = frozenset((op.INT, op.GLOBAL, op.ATTR, op.FREE))
"""Instructions that read a number as it was stated."""


Operation = tuple[Var, str, Var, Site]
"""One that is going on: target, operator's name, right operand, site."""


def compute(s: State, data: Operation, left: Value) -> None:
    """An operation whose left operand is a number; the right one is asked for once it had time to come up."""
    if s.pts[data[2]]:
        on_operands(s, data, left)
    else:
        s.later(on_operands, data, left)


def on_operands(s: State, data: Operation, left: Value) -> None:
    """Follow the right operand where all that it holds now are numbers, and the sum does not go round in a loop."""
    dst, name, right, site = data
    held = s.pts[right]
    facts = s.facts[s.a_function[site.activation]]
    stated = facts.sites[site.place].loop < 0 or is_stated(facts, site.place)
    if stated and held and all(s.kinds[value] == INT for value in held):
        s.watch(right, on_right, (left, name, dst))
    else:
        s.add(dst, s.instance("builtins.int"))


def is_stated(facts: FunctionFacts, site: int) -> bool:
    """Whether an operation at a site is one of numbers that are stated, and of such operations."""
    made = {row[1]: row for row in facts.code if row[0] in STATED or row[0] == op.BINARY}
    todo = [row for row in made.values() if row[0] == op.BINARY and row[5] == site]
    for row in todo:
        for reg in row[3:5]:
            operand = made.get(reg)
            if operand is None:
                return False
            if operand[0] == op.BINARY:
                todo.append(operand)
    return True


def on_right(s: State, data: tuple[Value, str, Var], value: Value) -> None:
    """One value of the right operand."""
    left, name, dst = data
    number = result(name, s.rows[left].number, s.rows[value].number) if s.kinds[value] == INT else None
    s.add(dst, s.instance("builtins.int") if number is None else s.of(INT, number))


def result(name: str, left: int, right: int) -> int | None:
    """What an operation of two numbers gives; None where it fails, is no int, or is too large to be kept."""
    if name in ("pow", "lshift", "rshift") and not 0 <= right <= LARGEST_SHIFT:
        return None
    try:
        number = OPERATORS[name](left, right)
    except ArithmeticError:
        return None
    return number if -LARGEST_INT < number < LARGEST_INT else None
