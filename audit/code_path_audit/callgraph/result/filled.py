"""Branches whose calls make what they ask for: `if self.rows is None: self._load()`, where `_load` stores it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping

from code_path_audit.callgraph.model import Edge
from code_path_audit.callgraph.result.rows import ByKind
from code_path_audit.facts import opcodes as op
from code_path_audit.facts.function import FunctionFacts
from code_path_audit.facts.opcodes import Row
from code_path_audit.facts.rows import Arm
from code_path_audit.program.model import Program

DEPTH = 3
"""Calls between a branch and the function that stores what it asks for."""

TAKES = ("pop", "popleft", "popitem", "remove", "discard", "clear")
"""Methods that take out of a container what others put into it."""

CONSTRUCTORS = ("__init__", "__new__", "__post_init__")


def filled(
    program: Program, functions: Iterable[str], edges: Iterable[Edge], instructions: Callable[[FunctionFacts], ByKind]
) -> frozenset[tuple[str, int]]:
    """The arms of some functions whose `asks` holds, each as (function, number). `instructions` gives those of a
    function."""
    names = sorted(functions)
    every = ((name, program.facts(name)) for name in names)
    asking = [(name, facts) for name, facts in every if any(arm.asks for arm in facts.arms)]
    if not asking:
        return frozenset()
    callees: dict[str, list[Edge]] = {}
    for edge in edges:
        if edge.kind == "call":
            callees.setdefault(edge.caller, []).append(edge)
    stores = Stores(program, names, instructions)
    return frozenset(
        (name, number)
        for name, facts in asking
        for number, arm in enumerate(facts.arms)
        if arm.asks and is_filled(stores, callees, name, facts, number)
    )


def is_filled(stores: Stores, callees: Mapping[str, list[Edge]], name: str, facts: FunctionFacts, number: int) -> bool:
    """Whether something that is called in an arm stores what the arm asks for; a flag its own function may lower."""
    arm = facts.arms[number]
    if arm.flag:
        if arm.target in stores.unsure:
            return False
        if arm.target in stores.of(name)[1]:
            return True
    level = {edge.callee for edge in callees.get(name, ()) if edge.site >= 0 and stands_in(facts, edge.site, number)}
    seen = {name}
    key = constants(facts).get(arm.key) if arm.per and arm.key >= 0 else None
    for _ in range(DEPTH):
        level -= seen
        seen |= level
        if any(
            arm.target in stores.of(callee)[arm.flag] and (key is None or stores.may_have(callee, arm.target, key))
            for callee in level
        ):
            return arm.flag or bool(arm.per) or not stores.is_consumed(name, arm)
        level = {edge.callee for callee in level for edge in callees.get(callee, ())}
    return False


Constant = tuple[int, object]
"""The kind of instruction that makes a constant, and its value."""


def constants(facts: FunctionFacts) -> dict[int, Constant | None]:
    """The constants that registers hold; None for one of which it is not known which."""
    found: dict[int, Constant | None] = {}
    for row in facts.code:
        if row[0] in (op.STR, op.INT):
            found[row[1]] = None if row[1] in found else (row[0], row[2])
    return found


def stands_in(facts: FunctionFacts, site: int, number: int) -> bool:
    """Whether a call site stands in an arm."""
    arm = facts.sites[site].arm
    while arm > number:
        arm = facts.arms[arm].parent
    return arm == number


class Stores:
    """What functions store, by the last names of places."""

    def __init__(self, program: Program, names: Iterable[str], instructions: Callable[[FunctionFacts], ByKind]) -> None:
        self.program, self.instructions = program, instructions
        self.names = list(names)
        self.beside: dict[str, list[str]] = {}
        """The functions of a class or module that take out of what others of it put there."""
        for name in self.names:
            owner, _, last = name.rpartition(".")
            if last not in CONSTRUCTORS:
                self.beside.setdefault(owner, []).append(name)
        self.found: dict[str, tuple[frozenset[str], frozenset[str]]] = {}
        every = (instructions(program.facts(function)) for function in self.names)
        self.unsure = frozenset(name for rows in every for name in set_to_anything(rows))

    def of(self, function: str) -> tuple[frozenset[str], frozenset[str]]:
        """The places that a function stores something at, and the flags that it lowers."""
        found = self.found.get(function)
        if found is None:
            facts = self.program.facts(function)
            rows = self.instructions(facts)
            found = self.found[function] = (stored_in(facts, rows), frozenset(lowered_in(rows)))
        return found

    def may_have(self, function: str, target: str, key: Constant) -> bool:
        """Whether what a function stores at a place may be under a key: it stores under that or an unknown one there,
        or anything but elements."""
        facts = self.program.facts(function)
        rows = [row for row in facts.mutations if last_name(row.target) == target]
        if not rows or any(row.kind != "container_mutate" or row.site >= 0 for row in rows):
            return True
        held = constants(facts)
        keys = [held.get(row[2]) for row in facts.code if row[0] == op.STORE_ITEM]
        return not keys or any(found is None or found == key for found in keys)

    def is_consumed(self, function: str, arm: Arm) -> bool:
        """Whether something of the same class or module takes out of what is filled, or leaves a part of it there: a
        buffer, and no cache."""
        owner = function.rpartition(".")[0]
        for name in self.beside.get(owner, ()):
            facts = self.program.facts(name)
            rows = [row for row in facts.mutations if last_name(row.target) == arm.target]
            if any(row.site >= 0 and facts.sites[row.site].text.rpartition(".")[2] in TAKES for row in rows):
                return True
            if rows and leaves_a_part(facts, arm.target):
                return True
        return False


PARTS = frozenset((op.ITEM, op.SLICE))
COPIES = frozenset((op.COPY, op.NARROW, op.TYPED))


def leaves_a_part(facts: FunctionFacts, target: str) -> bool:
    """Whether a function stores a part of what an attribute holds in its place: self.text = self.text[size:]."""
    made = {row[1]: row for row in facts.code if row[0] in PARTS or row[0] in COPIES or row[0] == op.ATTR}

    def making(reg: int) -> Row:
        row = made.get(reg, NOTHING)
        for _ in range(DEPTH):
            row = made.get(row[2], NOTHING) if row[0] in COPIES else row
        return row

    for row in facts.code:
        if row[0] == op.STORE_ATTR and row[2] == target:
            value = making(row[3])
            if value[0] in PARTS:
                held = making(value[2])
                if held[0] == op.ATTR and held[3] == target:
                    return True
    return False


NOTHING: Row = (-1,)


def last_name(target: str) -> str:
    """The name at the end of a place as it is written."""
    return target.rpartition(".")[2].replace("[]", "")


def emptied(facts: FunctionFacts) -> Counter[str]:
    """How often a function stores at a place that nothing is there."""
    return Counter(last_name(row.target) for row in facts.resets if not row.flag)


def stored_in(facts: FunctionFacts, instructions: ByKind) -> frozenset[str]:
    """The places that a function stores something at."""
    every = [
        last_name(row.target)
        for row in facts.mutations
        if row.site < 0 or facts.sites[row.site].text.rpartition(".")[2] not in TAKES
    ]
    every += [row[1] for row in instructions[op.STORE_GLOBAL]]
    return frozenset(Counter(every) - emptied(facts)) if facts.resets else frozenset(every)


def lowered_in(instructions: ByKind) -> Iterable[str]:
    """The flags that a function lowers."""
    return (name for name, value in set_in(instructions) if value == "False")


def set_to_anything(instructions: ByKind) -> Iterable[str]:
    """The names that a function sets to something else than True and False."""
    return (name for name, value in set_in(instructions) if not value)


def set_in(instructions: ByKind) -> Iterable[tuple[str, str]]:
    """The attributes and globals that a function sets, each with "True" or "False", "" where it is something else."""
    known = {row[1]: row[3] for row in instructions[op.PRIM] if row[2] == "builtins.bool" and len(row) > 3}
    yield from ((row[2], known.get(row[3], "")) for row in instructions[op.STORE_ATTR])
    yield from ((row[1], known.get(row[2], "")) for row in instructions[op.STORE_GLOBAL])
