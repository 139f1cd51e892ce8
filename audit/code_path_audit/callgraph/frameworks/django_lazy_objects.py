"""Objects of Django that stand for another, which a class of the source makes when it is first asked for.

A class below `LazyObject` has a method `_setup` that stores the object in `_wrapped`; what the class does not have
itself is read of that. Assumes that the first read is the one that makes it: at each, as far as the graph says.
"""

from __future__ import annotations

from code_path_audit.callgraph.functions.invocation import call_own
from code_path_audit.callgraph.heap import classes
from code_path_audit.callgraph.solver.abstract_values import INST
from code_path_audit.callgraph.solver.ids import NOWHERE, Value
from code_path_audit.callgraph.solver.points_to import sees
from code_path_audit.callgraph.solver.state import Call, Read, State

LAZY = ("django.utils.functional.LazyObject",)
MAKES, KEEPS = "_setup", "_wrapped"


def member(s: State, data: Read, base: Value) -> bool:
    """An attribute that the class of the source does not have."""
    if s.kinds[base] != INST or data.name.startswith("_") or not classes.has_outside(s, s.rows[base].cls, *LAZY):
        return False
    call_own(s, base, s.rows[base].cls, MAKES, Call(data.site, NOWHERE, (), (), "property"))
    s.watch(s.field(base, KEEPS), on_wrapped, data)
    return True


@sees(INST)
def on_wrapped(s: State, data: Read, value: Value) -> None:
    """What it stands for."""
    s.read(s, data, value)
