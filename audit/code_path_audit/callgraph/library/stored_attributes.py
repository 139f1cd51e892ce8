"""Attributes that the source stores on objects of libraries: `context.obj = shop`, `request.state.user = user`.

Which object of the library it was is not known: who reads the attribute of any object of the package is likely to find
there what was stored. Joined when all that is certain has been followed. Wrong, by edges too many, where a library has
several kinds of objects with an attribute of that name.
"""

from __future__ import annotations

from code_path_audit.callgraph.model import Evidence
from code_path_audit.callgraph.solver.abstract_values import EXT
from code_path_audit.callgraph.solver.ids import Value, Var
from code_path_audit.callgraph.solver.state import State

PLAIN = frozenset(("builtins", "typing", "types", "argparse"))
"""Packages whose objects are told apart by who makes them, or are no objects of a framework."""


class StoredAttributes:
    """Attributes of libraries' objects, by package and name."""

    def __init__(self) -> None:
        self.written: dict[tuple[str, str], None] = {}
        self.read: dict[tuple[str, str], dict[Var, None]] = {}
        """Where their reads go."""


def attribute(s: State, package: str, name: str) -> Var:
    """The variable of what is stored in an attribute of a package's objects."""
    return s.field(s.of(EXT, package), f"#stored:{name}")


def stored(s: State, base: Value, name: str, source: Var) -> None:
    """An attribute of a library's object is written."""
    package = s.rows[base].dotted.partition(".")[0]
    if package not in PLAIN:
        s.flow(source, attribute(s, package, name))
        s.tables[StoredAttributes].written[package, name] = None


def read(s: State, base: Value, name: str, dst: Var) -> None:
    """An attribute of a library's object is read."""
    package = s.rows[base].dotted.partition(".")[0]
    if package not in PLAIN:
        s.tables[StoredAttributes].read.setdefault((package, name), {})[dst] = None


def from_stored_attributes(s: State) -> bool:
    """Reads get what was stored under their name."""
    if s.phase is Evidence.CERTAIN:
        return False
    attributes = s.tables[StoredAttributes]
    for key in attributes.written:
        for dst in attributes.read.get(key, ()):
            s.flow(attribute(s, *key), dst)
    return s.busy()
