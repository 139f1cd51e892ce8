"""What a library hands to the functions of the source that it calls: the request, the application, the task itself.

A row `gives` of a library model says it, of a function that gets the callback, or of a method that a class below one of
the library overrides. It counts like the annotation of a parameter, and is asked where a parameter has nothing else. So
the handler that is an entry point itself has its request as well.

Assumes what the model says. Wrong, by edges too many, where several callbacks are one function.
"""

from __future__ import annotations

from typing import NamedTuple

from code_path_audit.callgraph.heap import classes
from code_path_audit.callgraph.heap.classes import Hierarchy
from code_path_audit.callgraph.library.stub_values import holder_key
from code_path_audit.callgraph.solver.abstract_values import (
    BOUND,
    BOX,
    CLASS,
    CLASSM,
    CTXFUNC,
    EXT,
    FUNC,
    INST,
    MODULE,
    NONE,
    STATIC,
    UNKNOWN,
    XINST,
    XRES,
)
from code_path_audit.callgraph.solver.ids import Function, Value, Var
from code_path_audit.callgraph.solver.points_to import sees
from code_path_audit.callgraph.solver.state import State


class GivenVar(NamedTuple):
    """The variables of what a callback gets for a parameter: the one at `position`, or the one called `name`."""

    position: int
    name: str
    sources: tuple[Var, ...]


class GivenArguments:
    """What callbacks get."""

    def __init__(self) -> None:
        self.of: dict[Function, dict[GivenVar, None]] = {}
        """By function; the position of a method's parameter counts `self`."""
        self.fresh: dict[Function, None] = {}
        """Functions of which something came up since it was last asked."""
        self.seen: int = 0
        """Activations that have been looked at."""
        self.classes: dict[str, Var] = {}
        """The variable of the objects of a class from outside, by its name."""


def of_class(s: State, dotted: str) -> Var:
    """The variable of an object of a class from outside, and of those that the source derives from it."""
    known = s.tables[GivenArguments].classes
    var = known.get(dotted)
    if var is None:
        var = known[dotted] = s.variable()
        s.add(var, s.of(XINST, dotted, (), holder_key(dotted, "given")))
    return var


def called_with(s: State, var: Var, rows: tuple[GivenVar, ...], member: str = "") -> None:
    """What a variable holds is called with these, a class to make an object; `member`: the function of that name
    of a module, or of an object."""
    s.watch(var, on_called_with, (rows, 0, member))


@sees(FUNC, BOUND, CLASSM, STATIC, CTXFUNC, MODULE, INST, CLASS, BOX)
def on_called_with(s: State, data: tuple[tuple[GivenVar, ...], int, str], value: Value) -> None:
    """One callback."""
    rows, shift, member = data
    kind, row = s.kinds[value], s.rows[value]
    if kind == BOX:
        s.watch(s.field(value, "*"), on_called_with, data)
    elif kind == MODULE:
        if member:
            s.watch(s.field(value, member), on_called_with, (rows, 0, ""))
    elif kind in (INST, CLASS):
        name = member or ("__init__" if kind == CLASS else "__call__")
        found = classes.find(s, row.cls if kind == INST else value, name)
        if isinstance(found, classes.Own):
            s.watch(found.var, on_called_with, (rows, 1, ""))
    elif kind in (BOUND, CLASSM):
        on_called_with(s, (rows, 1, ""), row.callable)
    elif kind in (STATIC, CTXFUNC):
        on_called_with(s, (rows, 0, ""), row.callable)
    elif kind == FUNC:
        note(s, row.function, rows, shift)


def note(s: State, fid: Function, rows: tuple[GivenVar, ...], shift: int) -> None:
    """A function gets these, behind so many that it is bound to."""
    table = s.tables[GivenArguments]
    known = table.of.setdefault(fid, {})
    for row in rows:
        row = row if row.name else row._replace(position=row.position + shift)
        if row not in known:
            known[row] = None
            table.fresh[fid] = None


def from_given(s: State) -> bool:
    """Evidence: parameters that hold nothing get what a library model says that the function is given."""
    table = s.tables[GivenArguments]
    for dotted, var in list(table.classes.items()):
        for cls in below(s, dotted):
            s.add(var, s.of(INST, cls, 0))
    start, table.seen = table.seen, len(s.a_function)
    for aid in s.activations(start):
        if s.behaviours.given:
            of_method(s, s.a_function[aid], s.a_base[aid])
    fresh, table.fresh = table.fresh, {}
    if table.of:
        for aid, fid in zip(s.activations(), s.a_function, strict=True):
            if fid in table.of and (aid >= start or fid in fresh):
                give(s, fid, s.a_base[aid], table.of[fid])
    return s.busy()


def give(s: State, fid: Function, base: Var, rows: dict[GivenVar, None]) -> None:
    """The parameters of one activation."""
    params = s.facts[fid].params
    for row in rows:
        for index, param in enumerate(params):
            is_meant = param.name == row.name if row.name else index == row.position
            if is_meant and param.kind in ("pos", "normal", "kwonly") and is_open(s, Var(base + index)):
                for source in row.sources:
                    s.flow(source, Var(base + index))


def is_open(s: State, var: Var) -> bool:
    """Whether nothing is known of a parameter but what such rows say."""
    return all(s.kinds[v] in (NONE, UNKNOWN, XRES) for v in s.pts[var] or ())


def of_method(s: State, fid: Function, base: Var) -> None:
    """A method of a class below one of a library, where a row says what that hands to it."""
    facts = s.facts[fid]
    name = s.names[fid].rpartition(".")[2]
    if name not in s.behaviours.given or len(facts.params) < 2:
        return
    for held in s.pts[base] or ():
        cls = s.rows[held].cls if s.kinds[held] == INST else held if s.kinds[held] == CLASS else None
        for outside in classes.outside_bases(s, cls) if cls is not None else ():
            for given in s.behaviours.facts(f"{s.rows[outside].dotted}.{name}").gives:
                if given.dotted:
                    row = GivenVar(given.position, given.name, (of_class(s, given.dotted),))
                    note(s, fid, (row,), 1)


def below(s: State, dotted: str) -> list[Value]:
    """The classes of the source below one from outside."""
    wanted = s.behaviours.canonical(dotted)
    found: dict[Value, None] = {}
    for base in s.tables[Hierarchy].subclasses:
        if s.kinds[base] == EXT and s.behaviours.canonical(s.rows[base].dotted) == wanted:
            found.update((cls, None) for cls in classes.with_subclasses(s, base) if cls != base)
    return sorted(found)
