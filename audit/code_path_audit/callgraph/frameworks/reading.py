"""How frameworks have the bodies read of what they load: `solve` sets it."""

from __future__ import annotations

from collections.abc import Callable

from code_path_audit.callgraph.heap.modules import load
from code_path_audit.callgraph.solver.ids import NO_SITE, Activation
from code_path_audit.callgraph.solver.state import State


class Reading:
    """How bodies are read: `solve` sets it."""

    def __init__(self) -> None:
        self.begin: Callable[[State, Activation], None] = nothing


def nothing(_: State, __: Activation) -> None:
    """Before that is set."""


def loaded(s: State, module: str) -> None:
    """Load a module, and read what that begins."""
    load(s, module, NO_SITE)
    s.run(s.tables[Reading].begin)
