"""Things that can be awaited, which libraries make."""

from __future__ import annotations

from code_path_audit.callgraph.solver.abstract_values import XINST
from code_path_audit.callgraph.solver.ids import Value, Var
from code_path_audit.callgraph.solver.state import State

AWAITED = "awaited"


def awaitable(s: State, key: object) -> tuple[Value, Var]:
    """Something that can be awaited, and the variable of what that gives."""
    made = s.of(XINST, "typing.Coroutine", (), (AWAITED, key))
    return made, s.field(made, AWAITED)
