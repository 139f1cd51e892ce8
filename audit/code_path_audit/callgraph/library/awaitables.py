"""Things that can be awaited, which libraries make."""

from __future__ import annotations

from code_path_audit.callgraph.solver.abstract_values import XINST
from code_path_audit.callgraph.solver.ids import Value, Var
from code_path_audit.callgraph.solver.state import Call, State

AWAITED = "awaited"


def awaitable(s: State, key: object) -> tuple[Value, Var]:
    """Something that can be awaited, and the variable of what that gives."""
    made = s.of(XINST, "typing.Coroutine", (), (AWAITED, key))
    return made, s.field(made, AWAITED)


def awaited(s: State, call: Call, key: object) -> Call:
    """The same call, whose result has to be awaited."""
    made, result = awaitable(s, key)
    s.add(call.dst, made)
    return call._replace(dst=result)
