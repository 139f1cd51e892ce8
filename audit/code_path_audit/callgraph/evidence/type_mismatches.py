"""Calls that could only fail as their declaration stands: a function where something to iterate is asked for.

    map([1, 2, 3], f)

Then the declaration is not to be trusted: the name may stand for something else at run time, or in another version. The
call is taken for one of a library of which nothing is known: it calls the functions that it is given, at once, and
what they return is in what it returns. Asked only when values have been followed to the end, and only of arguments that
hold functions and nothing else. Wrong, by edges too many, where the call does fail.
"""

from __future__ import annotations

from code_path_audit.callgraph.library.escapes import escape, on_result_holder
from code_path_audit.callgraph.model import Evidence
from code_path_audit.callgraph.models.arguments import Iterated
from code_path_audit.callgraph.solver.abstract_values import BMETHOD, BOUND, CTXFUNC, FUNC, PARTIAL, XRES
from code_path_audit.callgraph.solver.state import State

FUNCTIONS = frozenset((FUNC, BOUND, BMETHOD, PARTIAL, CTXFUNC))
"""Kinds of values that nothing can iterate."""


def from_misfits(s: State) -> bool:
    """Step of evidence: arguments that library functions iterate, and that hold nothing but functions."""
    iterated = s.tables[Iterated]
    rows, iterated.rows = iterated.rows, []
    for var, call in rows:
        held = s.holds(var)
        if not held:
            iterated.rows.append((var, call))
        elif all(s.kinds[value] in FUNCTIONS for value in held) and any(var == given for given, _ in call.pos):
            if call.dst:
                s.add(call.dst, s.of(XRES, "()", ("misfit", *call.site)))
            for given, _ in call.pos:
                for value in s.holds(given):
                    if s.kinds[value] in FUNCTIONS:
                        out = s.variable()
                        if call.dst:
                            s.watch(call.dst, on_result_holder, out)
                        escape(s, call.site, value, out, Evidence.LIKELY)
    return s.busy()
