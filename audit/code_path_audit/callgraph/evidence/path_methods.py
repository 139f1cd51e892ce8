"""What has a method that paths alone have, and is nothing that is known, is a path: `(settings.BASE / "a").unlink()`.

Likely, and used where values and declarations say nothing. A name that a class of the source defines says nothing.
Wrong where an object of a library imitates paths; what such objects do costs about the same.
"""

from __future__ import annotations

from code_path_audit.callgraph.solver.abstract_values import CLASS, NONE, UNKNOWN, XRES
from code_path_audit.callgraph.solver.ids import Activation, Var
from code_path_audit.callgraph.solver.state import State
from code_path_audit.facts import opcodes as op
from code_path_audit.facts.function import FunctionFacts

PATH = "pathlib.Path"

METHODS = frozenset((
    "read_text", "read_bytes", "write_text", "write_bytes", "iterdir", "rglob", "glob", "is_file", "is_dir",
    "is_symlink", "mkdir", "rmdir", "unlink", "touch", "lstat", "symlink_to", "hardlink_to", "samefile",
))  # fmt: skip
"""Methods of paths, of names that hardly anything else has."""

JOINED = frozenset((
    "open", "exists", "stat", "rename", "replace", "resolve", "chmod", "owner", "walk", "readlink", "copy", "move",
))  # fmt: skip
"""Further methods of what stands behind a "/": a number has none of them."""


class PathMethods:
    """How far calls were looked at."""

    def __init__(self) -> None:
        self.seen = 0
        """Activations."""
        self.receivers: dict[Var, str] = {}
        """What such a method is read of and called, with its name."""


def from_path_methods(s: State) -> bool:
    """Receivers of such methods of which nothing is known are paths."""
    table = s.tables[PathMethods]
    for aid in s.activations(table.seen):
        table.receivers.update(receivers(s, aid))
    table.seen = len(s.a_function)
    s.steps += len(table.receivers)
    own = {name for cls, names in s.own.items() if s.kinds[cls] == CLASS for name in METHODS.intersection(names)}
    for var, name in list(table.receivers.items()):
        if name not in own and all(s.kinds[value] in (UNKNOWN, XRES, NONE) for value in s.pts[var] or ()):
            del table.receivers[var]
            s.add(var, s.instance(PATH))
    return s.busy()


def receivers(s: State, aid: Activation) -> dict[Var, str]:
    """The variables of an activation that such a method is called of."""
    facts, base = s.facts[s.a_function[aid]], s.a_base[aid]
    read = {row[1]: row for row in facts.code if row[0] == op.ATTR and row[3] in METHODS | JOINED}
    if any(row[3] in JOINED for row in read.values()):
        joined = joins(facts)
        read = {reg: row for reg, row in read.items() if row[3] in METHODS or row[2] in joined}
    if not read:
        return {}
    called = {row[2] for row in facts.code if row[0] == op.CALL}
    return {base + row[2]: row[3] for reg, row in read.items() if reg in called}


def joins(facts: FunctionFacts) -> set[int]:
    """The registers of a function that hold what a "/" made."""
    found: set[int] = set()
    for row in facts.code:
        is_join = row[0] == op.BINARY and row[2] in ("truediv", "itruediv")
        if is_join or (row[0] in (op.COPY, op.TYPED) and row[2] in found):
            found.add(row[1])
    return found
