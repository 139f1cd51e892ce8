"""What stays as it is while an action runs: attributes that only constructors write, globals that nothing writes.

Attributes and globals count by their last name alone, whatever object they belong to: two objects may be one.
"""

from __future__ import annotations

from functools import cached_property

from code_path_audit.callgraph.model import Edge
from code_path_audit.facts import opcodes
from code_path_audit.profiles.by_site import BySite
from code_path_audit.profiles.reach import Reach
from code_path_audit.profiles.values import ValuesOf

CONSTRUCTORS = frozenset(("__init__", "__new__", "__post_init__", "__set_name__", "__init_subclass__"))
"""What these write to `self` belongs to an object that nobody else has yet."""


WRITES = frozenset((opcodes.STORE_ATTR, opcodes.DELETE_ATTR))


def is_constructor(function: str) -> bool:
    """Whether a function makes a new object."""
    return function.rpartition(".")[2].partition("#")[0] in CONSTRUCTORS


def last_name(target: str) -> str:
    """The attribute or the global at the end of a mutation's target: "self.rows[]" has "rows"."""
    return target.rpartition(".")[2].replace("[]", "").replace("()", "")


class Steady:
    """What stays as it is in one action, found when it is first asked for; `values` are those of its functions, `calls`
    what these call in the source."""

    def __init__(self, reach: Reach) -> None:
        self.reach = reach
        self.values = ValuesOf(reach.program)
        self.calls: BySite[Edge] = BySite(reach.callees)

    @cached_property
    def attributes(self) -> frozenset[str]:
        """The attribute names that are the same whenever they are read of one object."""
        return steady_attributes(self.reach)

    @cached_property
    def written(self) -> frozenset[str]:
        """The globals that are not."""
        return written_globals(self.reach)


def written_globals(reach: Reach) -> frozenset[str]:
    """The names of the globals that an action writes."""
    return frozenset(name for function in reach.depths for name in reach.facts(function).globals_written)


def steady_attributes(reach: Reach) -> frozenset[str]:
    """The attribute names that only constructors write in an action, and nothing changes in place."""
    facts = reach.facts
    changed: set[str] = set()
    names: set[str] = set()
    for function in reach.depths:
        code = facts(function).code
        names.update([row[3] for row in code if row[0] == opcodes.ATTR])
        if not is_constructor(function):
            changed.update([row[2] for row in code if row[0] in WRITES])
    changed.update(last_name(row.target) for row in reach.mutations if not is_constructor(row.function))
    return frozenset(names - changed)
