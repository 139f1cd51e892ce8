"""Entry points of which a library makes a group: the commands that it runs for them.

What a console script names is `main` below `@click.group()`: an object that runs one of the commands that it keeps. A
model says of its class that calling it calls what it keeps.
"""

from __future__ import annotations

from code_path_audit.callgraph.behaviours import SELF
from code_path_audit.callgraph.library.holders import groups_of
from code_path_audit.callgraph.library.modelled import facts_of
from code_path_audit.callgraph.library.overrides import Decorated
from code_path_audit.callgraph.solver.abstract_values import FUNC, XINST
from code_path_audit.callgraph.solver.ids import Function, Value
from code_path_audit.callgraph.solver.state import State


def commands_of(s: State, root: str) -> dict[Function, Value]:
    """The functions that the object which a library made of an entry point calls, beside itself: the commands of a
    group, and those of groups in it; by the function, its value."""
    value = s.function_value(root)
    faces = s.tables[Decorated].faces.get(value, ()) if value is not None else ()
    todo = [face for face in faces if s.kinds[face] == XINST and fires(s, s.rows[face].dotted)]
    found: dict[Function, Value] = {}
    seen = set(todo)
    for holder in todo:
        for kept in (kept for group in groups_of(s, holder) for kept in s.holds(group)):
            if s.kinds[kept] == FUNC and kept != value:
                found[s.rows[kept].function] = kept
            elif s.kinds[kept] == XINST and kept not in seen:
                seen.add(kept)
                todo.append(kept)
    return found


def fires(s: State, dotted: str) -> bool:
    """Whether an object of a class calls what it keeps when it is called itself."""
    return any(place.owner == SELF for place in facts_of(s, f"{dotted}.__call__").fires)
