"""Decorators that a call of a framework makes, and that register what stands below them: @receiver(post_save)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from code_path_audit.callgraph.frameworks.row_values import place
from code_path_audit.callgraph.solver.abstract_values import XINST
from code_path_audit.callgraph.solver.ids import Value, Var
from code_path_audit.callgraph.solver.points_to import AnyHandler
from code_path_audit.callgraph.solver.state import Call, State

D = TypeVar("D")


class Registering:
    """What such decorators do."""

    def __init__(self) -> None:
        self.of: dict[Value, tuple[AnyHandler, object]] = {}
        """By the decorator: what registers, called with its data and with the variable of what stands below."""


def makes(s: State, call: Call, dotted: str, registers: Callable[[State, D, Var], None], data: D) -> None:
    """A call makes a decorator, as an object of a name."""
    made = s.of(XINST, dotted, (), place(s, call.site))
    s.tables[Registering].of[made] = (registers, data)
    s.add(call.dst, made)


def decorated(s: State, call: Call, value: Value) -> bool:
    """What stands below a decorator, which gives it back: whether such a one is what is called."""
    found = s.tables[Registering].of.get(value)
    if found is None or not call.pos:
        return False
    below = call.pos[0][0]
    s.flow(below, call.dst)
    s.answer(call.site)
    registers, data = found
    registers(s, data, below)
    return True
