"""Objects that nothing makes that is followed: of a declared class, or of one below it. They were made before the
action began, or where nobody looks. Their constructor has run then, so their attributes hold what it stores, and what
it was given is what it declares. It is read for that, and is no part of the action.

Wrong, by edges too many, where such an object never comes, and where a class below the declared one is made there that
has another constructor.
"""

from __future__ import annotations

from itertools import islice

from code_path_audit.callgraph.heap.classes import Hierarchy
from code_path_audit.callgraph.language.construction import made_before
from code_path_audit.callgraph.solver.ids import BEFORE, Site
from code_path_audit.callgraph.solver.state import Call, State


class Constructors:
    """How far they were read."""

    def __init__(self) -> None:
        self.seen: int = 0
        """Classes of `Hierarchy.made_elsewhere` that were looked at."""


def from_made_elsewhere(s: State) -> bool:
    """The constructors of what nothing makes that is followed have run before the action."""
    table, classes = s.tables[Constructors], s.tables[Hierarchy].made_elsewhere
    rows = list(islice(classes, table.seen, None))
    table.seen += len(rows)
    for cls in rows:
        s.steps += 4
        if cls not in s.constructed:
            body = s.module_aids[s.modules[s.rows[cls].function]]
            made_before(s, Call(Site(body, BEFORE), s.variable(), (), (), "construct"), cls)
    return s.busy()
