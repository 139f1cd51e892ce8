"""Methods that a class names in texts: what a library that was given its objects, or those texts, is to call.

A state machine, a scheduler or a form is told by name what to call (`before="prepare"`), or finds a method by a
convention and a name that it was told (`on_enter_busy` of `State("busy")`). Which texts come to which library is not
followed: the texts of the class, and of the body of its module, count. Wrong, by edges too many, for texts that mean
something else.
"""

from __future__ import annotations

import re

from code_path_audit.callgraph.heap import classes
from code_path_audit.callgraph.solver.abstract_values import CLASS
from code_path_audit.callgraph.solver.ids import Value
from code_path_audit.callgraph.solver.state import State
from code_path_audit.facts import opcodes as op

CONVENTION = re.compile(r"(?:on|before|after|pre|post|handle)_(?:[a-z]+_)??(\w{3,})")
"""Methods that are found by the name of what happens."""


class NamedMethods:
    """The methods that texts name."""

    def __init__(self) -> None:
        self.of: dict[Value, tuple[classes.Shape, tuple[str, ...]]] = {}
        """By class, as long as it has that shape."""
        self.texts: dict[Value, set[str]] = {}


def named_methods(s: State, cls: Value) -> tuple[str, ...]:
    """The names of a class's attributes that texts of it spell, or the end of which they spell by a convention."""
    known, now = s.tables[NamedMethods].of, classes.shape(s, cls)
    before = known.get(cls)
    if before is not None and before[0] == now:
        return before[1]
    texts: set[str] = set()
    for entry in now[0]:
        if s.kinds[entry] == CLASS:
            texts |= texts_of(s, entry)
    found = tuple(name for name in classes.own_names(s, cls) if name in texts or by_convention(name, texts))
    known[cls] = now, found
    return found


def by_convention(name: str, texts: set[str]) -> bool:
    """Whether a name says what it is called for, and texts name that: "busy" of `on_busy` and of `on_enter_busy`."""
    parts = name.split("_")
    return CONVENTION.fullmatch(name) is not None and any("_".join(parts[i:]) in texts for i in (1, 2))


def texts_of(s: State, cls: Value) -> set[str]:
    """The constant texts in the body of a class, in its methods, and in the body of its module; found once."""
    texts = s.tables[NamedMethods].texts
    found = texts.get(cls)
    if found is None:
        found = texts[cls] = _texts_of(s, cls)
    return found


def _texts_of(s: State, cls: Value) -> set[str]:
    function = s.rows[cls].function
    own = s.facts[function].name
    return {
        row[2]
        for facts in s.program.modules[s.modules[function]].functions
        if not facts.name or facts.name == own or facts.name.startswith(own + ".")
        for row in facts.code
        if row[0] == op.STR
    }
