"""Objects that nothing makes that is followed: of a declared class, or of one below it. They were made before the
action began, or where nobody looks. Their constructor has run then, so their attributes hold what it stores, and what
it was given is what it declares. It is read for that, and is no part of the action.

What the action begins with is sure to be there: what its entry points are given, and what that holds. All else may yet
be made by what is only likely, and is asked for last.

Wrong, by edges too many, where such an object never comes, and where a class below the declared one is made there that
has another constructor.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from code_path_audit.callgraph.heap.classes import Hierarchy
from code_path_audit.callgraph.language.construction import made_before
from code_path_audit.callgraph.solver.abstract_values import INST
from code_path_audit.callgraph.solver.ids import BEFORE, Site, Value, Var
from code_path_audit.callgraph.solver.state import Call, State


class Constructors:
    """How far they were read."""

    def __init__(self) -> None:
        self.seen: set[Value] = set()
        """Classes of `Hierarchy.made_elsewhere` that were looked at."""
        self.begun: dict[Value, None] = {}
        """The objects that the action begins with."""
        self.held: list[Var] = []
        """Their attributes, of the first `fields` of the state."""
        self.fields: int = 0


def from_begun_with(s: State) -> bool:
    """The constructors of what the action begins with have run."""
    waiting = unseen(s)
    if waiting:
        table = s.tables[Constructors]
        held = (value for var in attributes(s, table) for value in s.holds(var))
        objects = (value for value in (*table.begun, *held) if s.kinds[value] == INST)
        construct_all(s, [cls for cls in dict.fromkeys(s.rows[value].cls for value in objects) if cls in waiting])
    return s.busy()


def attributes(s: State, table: Constructors) -> list[Var]:
    """The attributes of what the action begins with; fields only come, so those that were looked at are not again."""
    s.steps += len(s.fields)
    new = [value for value in given(s) if value not in table.begun]
    if new:
        table.begun.update(dict.fromkeys(new))
        table.held, table.fields = [], 0
    rows = islice(s.fields.items(), table.fields, None)
    table.held += [var for (base, _), var in rows if base in table.begun]
    table.fields = len(s.fields)
    return table.held


def given(s: State) -> Iterator[Value]:
    """The objects that entry points are given, `self` among them."""
    for aid in s.entries:
        for place, _ in enumerate(s.facts[s.a_function[aid]].params):
            yield from (value for value in s.holds(s.a_base[aid] + place) if s.kinds[value] == INST)


def from_made_elsewhere(s: State) -> bool:
    """The constructors of all that nothing makes that is followed have run."""
    construct_all(s, unseen(s))
    return s.busy()


def unseen(s: State) -> dict[Value, None]:
    """The classes that were not looked at."""
    seen = s.tables[Constructors].seen
    return {cls: None for cls in s.tables[Hierarchy].made_elsewhere if cls not in seen}


def construct_all(s: State, classes: Iterable[Value]) -> None:
    """Their constructors have run, but of those that the action makes."""
    for cls in classes:
        s.steps += 4
        s.tables[Constructors].seen.add(cls)
        if cls not in s.constructed:
            body = s.module_aids[s.modules[s.rows[cls].function]]
            made_before(s, Call(Site(body, BEFORE), s.variable(), (), (), "construct"), cls)
