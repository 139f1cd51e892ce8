"""Entry points of which a library makes a group: the commands that it runs for them.

What a console script names is `main` below `@click.group()`: an object that runs one of the commands that it keeps. A
model says of its class that calling it calls what it keeps.
"""

from __future__ import annotations

from code_path_audit.callgraph.behaviours import SELF
from code_path_audit.callgraph.functions.decorated_entries import steps
from code_path_audit.callgraph.heap import classes
from code_path_audit.callgraph.library.holders import groups_of
from code_path_audit.callgraph.library.modelled import facts_of
from code_path_audit.callgraph.library.overrides import Decorated
from code_path_audit.callgraph.solver.abstract_values import CLASS, FUNC, PARTIAL, XINST
from code_path_audit.callgraph.solver.ids import Value
from code_path_audit.callgraph.solver.state import State


def commands_of(s: State, root: str) -> list[Value]:
    """The functions that the object which a library made of an entry point calls, beside itself: the commands of a
    group, and those of groups in it. What other decorators made of the entry point on the way there is it as well."""
    value = s.function_value(root)
    if value is None:
        return []
    own = {value, *(given for var in steps(s, value) for given in s.holds(var))}
    faces = (face for given in own for face in s.tables[Decorated].faces.get(given, ()))
    todo = [face for face in dict.fromkeys(faces) if s.kinds[face] == XINST and fires(s, s.rows[face].dotted)]
    seen: dict[Value, None] = dict.fromkeys(todo)
    for holder in todo:
        vars_of = [s.field(holder, "func")] if s.kinds[holder] == PARTIAL else groups_of(s, holder)
        for kept in [kept for var in vars_of for kept in s.holds(var)]:
            if kept not in seen and kept not in own and s.kinds[kept] in (FUNC, PARTIAL, XINST):
                seen[kept] = None
                if s.kinds[kept] != FUNC:
                    todo.append(kept)
            elif s.kinds[kept] == CLASS:
                seen.update(dict.fromkeys(asked_of(s, kept)))
    return [found for found in seen if s.kinds[found] == FUNC]


def asked_of(s: State, cls: Value) -> list[Value]:
    """The methods by which an object of a class of the source says which commands there are (`click.group(cls=Lazy)`):
    those that a model says to be asked of classes below one of the library."""
    outside = [s.rows[base].dotted for base in classes.outside_bases(s, cls)]
    names = dict.fromkeys(name for dotted in outside for name in s.behaviours.overridden(dotted) or ())
    own = (found for name in names if isinstance(found := classes.find(s, cls, name), classes.Own))
    return [value for found in own for value in s.holds(found.var) if s.kinds[value] == FUNC]


def fires(s: State, dotted: str) -> bool:
    """Whether an object of a class calls what it keeps when it is called itself."""
    return any(place.owner == SELF for place in facts_of(s, f"{dotted}.__call__").fires)
