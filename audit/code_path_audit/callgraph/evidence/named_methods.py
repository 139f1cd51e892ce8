"""Methods that a class names in texts: what a library that was given its objects, or those texts, is to call.

A state machine, a scheduler or a form is told by name what to call (`before="prepare"`), or finds a method by a
convention and a name that it was told (`on_enter_busy` of `State("busy")`). Which texts come to which library is not
followed: the texts of the class, and of the body of its module, count. Wrong, by edges too many, for texts that mean
something else.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from code_path_audit.callgraph.heap import classes
from code_path_audit.callgraph.solver.abstract_values import CLASS
from code_path_audit.callgraph.solver.ids import Value
from code_path_audit.callgraph.solver.state import State
from code_path_audit.facts import opcodes as op
from code_path_audit.facts.function import FunctionFacts

CONVENTION = re.compile(r"(?:on|before|after|pre|post|handle)_(?:[a-z]+_)??(\w{3,})")
"""Methods that are found by the name of what happens."""


class NamedMethods:
    """The methods that texts name."""

    def __init__(self) -> None:
        self.of: dict[Value, tuple[classes.Shape, tuple[str, ...]]] = {}
        """By class, as long as it has that shape."""
        self.texts: dict[Value, set[str]] = {}
        self.of_modules: dict[str, set[str]] = {}
        self.named_from: dict[str, dict[str, list[int]]] = {}


def named_methods(s: State, cls: Value) -> tuple[str, ...]:
    """The names of a class's attributes that texts of it spell, or the end of which they spell by a convention."""
    known, now = s.tables[NamedMethods].of, classes.shape(s, cls)
    before = known.get(cls)
    if before is not None and before[0] == now:
        return before[1]
    own = [entry for entry in now[0] if s.kinds[entry] == CLASS]
    modules = dict.fromkeys(s.modules[s.rows[entry].function] for entry in own)
    among = (set[str]().union(*(texts_of(s, entry) for entry in own)), *(module_texts(s, name) for name in modules))

    def is_spelled(text: str) -> bool:
        return any(text in texts for texts in among)

    found = tuple(name for name in classes.own_names(s, cls) if is_spelled(name) or by_convention(name, is_spelled))
    known[cls] = now, found
    return found


def by_convention(name: str, is_spelled: Callable[[str], bool]) -> bool:
    """Whether a name says what it is called for, and texts name that: "busy" of `on_busy` and of `on_enter_busy`."""
    parts = name.split("_")
    return CONVENTION.fullmatch(name) is not None and any(is_spelled("_".join(parts[i:])) for i in (1, 2))


def texts_of(s: State, cls: Value) -> set[str]:
    """The constant texts in the body of a class and in its methods; found once."""
    texts = s.tables[NamedMethods].texts
    found = texts.get(cls)
    if found is None:
        function = s.rows[cls].function
        own = s.facts[function].name
        functions = s.program.modules[s.modules[function]].functions
        places = named_from(s, s.modules[function]).get(own, ())
        found = texts[cls] = set().union(*(texts_in(functions[place]) for place in places))
    return found


def module_texts(s: State, module: str) -> set[str]:
    """The constant texts in the body of a module; found once."""
    known = s.tables[NamedMethods].of_modules
    found = known.get(module)
    if found is None:
        found = known[module] = texts_in(s.program.modules[module].functions[0])
    return found


def texts_in(facts: FunctionFacts) -> set[str]:
    """The constant texts in one body."""
    return {row[2] for row in facts.code if row[0] == op.STR}


def named_from(s: State, module: str) -> dict[str, list[int]]:
    """The functions of a module by each name that theirs begins with: `A.m` by "A" and by "A.m"."""
    known = s.tables[NamedMethods].named_from
    found = known.get(module)
    if found is None:
        found = known[module] = {}
        for place, facts in enumerate(s.program.modules[module].functions):
            parts = facts.name.split(".")
            for count in range(1, len(parts) + 1):
                found.setdefault(".".join(parts[:count]), []).append(place)
    return found
