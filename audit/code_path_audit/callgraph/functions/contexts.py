"""Which functions are analysed once for each context, and by which parameters."""

from __future__ import annotations

from code_path_audit.callgraph.solver.abstract_values import (
    BOUND,
    BOX,
    CLASS,
    CTXFUNC,
    EXT,
    FUNC,
    INST,
    PARTIAL,
    XMETHOD,
)
from code_path_audit.callgraph.solver.ids import Function, Value
from code_path_audit.callgraph.solver.state import Context, State

MAX_KEYS = 40
"""Values that one call passes for a key parameter; of more, none has a context of its own."""

SMALL, MANY_SMALL = 16, 8
"""A function of so few instructions (a decorator that marks, a wrapper's maker) has so many times the contexts: it is
what a hundred functions share, and costs little to read again."""

MAX_DATA_CONTEXTS = 12
"""Objects and containers keep apart less than callables do, and there are more of them."""

NO_KEY = -1
"""What stands where an activation is not for one value of a parameter."""

KEYABLE = frozenset((FUNC, CLASS, BOUND, PARTIAL, CTXFUNC, INST, EXT, XMETHOD, BOX))
"""Kinds of values that a context may be made of."""


class DataContexts:
    """Contexts that objects and containers made."""

    def __init__(self) -> None:
        self.counts: dict[Function, int] = {}
        """How many a function has."""


def is_apart(s: State, function: Value, context: Context) -> bool:
    """Whether an object or a container still gets a context of its own."""
    contexts = s.tables[DataContexts]
    row = s.rows[function]
    fid, env = row.function, row.env
    if (fid, env, context) in s.aids:
        return True
    contexts.counts[fid] = contexts.counts.get(fid, 0) + 1
    return contexts.counts[fid] <= MAX_DATA_CONTEXTS
