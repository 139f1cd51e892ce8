"""Functions that are given a constant where they ask for a parameter: save(row, commit=False) runs no `if commit:`.

A function with such conditions stands in the plan once for each combination of constants that its callers give it,
followed through the functions that hand them on. In each the calls are left out that stand behind a condition which
these constants do not meet. What is not known to be a constant meets every condition.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from code_path_audit.callgraph.model import Edge, Evidence
from code_path_audit.facts import opcodes as op
from code_path_audit.facts.function import FunctionFacts
from code_path_audit.facts.rows import FALSY, NOTHING, TRUTHY
from code_path_audit.profiles.reach import Reach, runs_module
from code_path_audit.profiles.runs.distinct import DEFAULT, Given, default_of, register_given
from code_path_audit.profiles.runs.model import SEPARATOR

MOST = 4
"""Combinations of constants that a function is counted apart for; with more it is counted as with any."""

POSSIBLE = Evidence.POSSIBLE.word

State = tuple[tuple[int, int], ...]
"""What is known of parameters, by number: `TRUTHY`, `FALSY` or `NOTHING`."""

ANY: State = ()


class Apart(NamedTuple):
    """The functions of an action that are counted apart. `states`: of each its states; every other is in `ANY` alone.
    `given` has the state of the callee by call, in each state of the caller, where that is not `ANY`."""

    states: Mapping[str, tuple[State, ...]] = {}
    given: Mapping[tuple[Edge, State], State] = {}

    def of(self, function: str) -> tuple[State, ...]:
        """The states of a function."""
        return self.states.get(function, (ANY,))

    def callee(self, edge: Edge, state: State) -> str:
        """The name of what an edge leads to, in a state of its caller."""
        return named(edge.callee, self.given_to(edge, state))

    def given_to(self, edge: Edge, state: State) -> State:
        """The state of what an edge leads to, in a state of its caller."""
        known = self.given.get((edge, state), ANY)
        rows = self.of(edge.callee)
        return known if known in rows else rows[0]

    def may_take(self, facts: FunctionFacts, arm: int, edge: Edge) -> bool:
        """Whether a call may have what it leads to, whose facts these are, take an arm."""
        return any(is_alive(facts, arm, self.given_to(edge, state)) for state in self.of(edge.caller))

    def names(self, function: str) -> list[str]:
        """The names of a function in a plan, one for each state."""
        return [named(function, state) for state in self.of(function)]

    def is_dead(self, facts: FunctionFacts, function: str, site: int) -> bool:
        """Whether nothing that a function is given leads to a call site of it."""
        if site < 0 or function not in self.states or facts.sites[site].arm < 0:
            return False
        return not any(is_alive(facts, facts.sites[site].arm, state) for state in self.states[function])

    def living(self, facts: FunctionFacts, function: str, site: int) -> list[str]:
        """Those of them in which a call site may be reached; all, where there is none."""
        arm = facts.sites[site].arm if site >= 0 else -1
        found = [named(function, state) for state in self.of(function) if is_alive(facts, arm, state)]
        return found or self.names(function)


def named(function: str, state: State) -> str:
    """A function's name in a plan."""
    return f"{function}{SEPARATOR}{state}" if state else function


def function_of(name: str) -> str:
    """The function that a name of a plan stands for."""
    return name.partition(SEPARATOR)[0]


def asking(facts: FunctionFacts, site: int) -> int:
    """The innermost arm around a call site that is taken by what a parameter is, -1 where there is none."""
    arm = facts.sites[site].arm
    while arm >= 0 and facts.arms[arm].given < 0:
        arm = facts.arms[arm].parent
    return arm


def is_alive(facts: FunctionFacts, arm: int, state: State) -> bool:
    """Whether an arm may be taken in a state."""
    known = dict(state)
    while arm >= 0:
        row = facts.arms[arm]
        if row.given in known and not known[row.given] & row.wants:
            return False
        arm = row.parent
    return True


def told_apart(reach: Reach, given: Given, whole: Collection[str]) -> Apart:
    """Which functions are counted apart; those in `whole` (what is kept, and so runs once whoever asks) are not."""
    wanted = parameters(reach, given)
    if not wanted:
        return Apart()
    values = Constants(reach, given)
    states: dict[str, list[State]] = {name: [ANY] for name in (*reach.entries, *whole)}
    found: dict[tuple[Edge, State], State] = {}
    whole = {*whole, *reach.entries}
    todo = [(name, ANY) for name in states]
    while todo:
        caller, state = todo.pop()
        facts = reach.program.facts(caller)
        for edge in reach.callees.get(caller, ()):
            callee = edge.callee
            if edge.site >= 0 and not is_alive(facts, facts.sites[edge.site].arm, state):
                continue
            known = ANY
            if callee in wanted and callee not in whole and not runs_module(reach, edge):
                known = values.given_by(edge, sorted(wanted[callee]), dict(state))
            rows = states.setdefault(callee, [])
            if known not in rows and len(rows) >= MOST:
                known = ANY
            if known:
                found[edge, state] = known
            if known not in rows:
                rows.append(known)
                todo.append((callee, known))
    return Apart({name: tuple(rows) for name, rows in states.items() if rows != [ANY]}, found)


def parameters(reach: Reach, given: Given) -> dict[str, set[int]]:
    """The parameters that conditions ask for, by function, and those that are handed on to such."""
    found: dict[str, set[int]] = {}
    todo: list[tuple[str, int]] = []
    for name in sorted(reach.depths):
        asked = {arm.given for arm in reach.program.facts(name).arms if arm.given >= 0}
        if asked:
            found[name] = asked
            todo += [(name, index) for index in sorted(asked)]
    while todo:
        name, index = todo.pop()
        for edge in reach.callers.get(name, ()):
            reg = register_given(given, edge, index)
            if reg is None or reg == DEFAULT:
                continue
            values = given.of(edge.caller)
            reg = values.origin(reg)
            if reg < len(values.facts.params) and values.is_param(reg) and reg not in found.get(edge.caller, ()):
                found.setdefault(edge.caller, set()).add(reg)
                todo.append((edge.caller, reg))
    return found


class Constants:
    """The constants that calls give to parameters."""

    def __init__(self, reach: Reach, given: Given) -> None:
        self.reach, self.given = reach, given
        self.defaults: dict[tuple[str, int], int] = {}

    def given_by(self, edge: Edge, params: Iterable[int], known: Mapping[int, int]) -> State:
        """What is known of some parameters of what a call calls, of whose own parameters something is known."""
        if edge.evidence == POSSIBLE:
            return ANY
        found = []
        for index in params:
            value = self.value(edge, index, known)
            if value:
                found.append((index, value))
        return tuple(found)

    def value(self, edge: Edge, index: int, known: Mapping[int, int]) -> int:
        """What a call gives to one parameter, 0 where it is not known."""
        reg = register_given(self.given, edge, index)
        if reg is None:
            return 0
        if reg == DEFAULT:
            return self.default(edge, index)
        values = self.given.of(edge.caller)
        reg = values.origin(reg)
        if values.is_param(reg):
            return known.get(reg, 0)
        return constant(values.making(reg))

    def default(self, edge: Edge, index: int) -> int:
        """The default of a parameter, where the function is called by its name, and nobody has put arguments before."""
        facts = self.reach.program.facts(edge.callee)
        text = self.reach.program.facts(edge.caller).sites[edge.site].text
        if edge.kind == "call" and text.rpartition(".")[2] != facts.name.rpartition(".")[2].partition("#")[0]:
            return 0
        key = edge.callee, index
        found = self.defaults.get(key)
        if found is None:
            found = self.defaults[key] = constant(default_of(self.given, *key))
        return found


def constant(row: tuple | None) -> int:  # type: ignore[type-arg]
    """What the value that an instruction makes is to a condition, 0 where that is not known."""
    if row is None:
        return 0
    if row[0] in (op.STR, op.INT):
        return TRUTHY if row[2] else FALSY
    if row[0] == op.PRIM and row[2] == "builtins.None":
        return NOTHING
    if row[0] == op.PRIM and row[2] == "builtins.bool" and len(row) > 3:
        return TRUTHY if row[3] == "True" else FALSY
    return 0
