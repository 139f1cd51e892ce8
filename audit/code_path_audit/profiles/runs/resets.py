"""What is kept and taken away again in the same action: it is made again as often."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from code_path_audit.callgraph.model import Edge
from code_path_audit.facts.rows import RARELY, SOMETIMES, Reset
from code_path_audit.profiles.reach import Reach
from code_path_audit.profiles.runs.graph import term_of
from code_path_audit.profiles.runs.origins import is_below
from code_path_audit.profiles.runs.standing import standing_at, stands
from code_path_audit.profiles.runs.terms import NEVER, Runs, added, fewer, product, scaled
from code_path_audit.profiles.steady import is_constructor
from code_path_audit.profiles.values import ValuesOf

LAST = 1 << 40
"""The place of what a context manager does at its end: after all else in the function."""


class Emptied(NamedTuple):
    """A place of a function that empties something: on which condition, and how often in the whole action."""

    function: str
    reset: Reset
    condition: int
    runs: Runs


class Resets:
    """The places of an action that take away what may be kept."""

    def __init__(
        self,
        reach: Reach,
        runs: Mapping[str, Runs],
        conditions: Mapping[tuple[str, str], int],
        called: Collection[str],
        values: ValuesOf,
    ) -> None:
        """`called` are the functions that the source calls: one that code outside may call takes nothing away."""
        self.reach, self.runs, self.values = reach, runs, values
        self.by_name: dict[tuple[str, bool], list[Emptied]] = {}
        self.above: dict[str, frozenset[str]] = {}
        self.right_above: dict[str, set[str]] = {}
        emptying = [name for name in sorted(reach.depths) if reach.facts(name).resets]
        usual = {name for (name, _), condition in conditions.items() if condition < RARELY}
        for function in emptying:
            facts = reach.facts(function)
            if function not in usual or function not in called or self.belongs_to_constructors(function):
                continue
            for reset in facts.resets:
                where = standing_at(facts, reach.graph, function, reset.loop, reset.arm)
                if where.condition < RARELY and where.keeper < 0 and not reset.own:
                    times = scaled(runs[function], term_of(where.loops))
                    row = Emptied(function, reset, where.condition, times)
                    self.by_name.setdefault((reset.target.rpartition(".")[2], reset.flag), []).append(row)

    def belongs_to_constructors(self, function: str) -> bool:
        """Whether a function only gets new objects ready: what it empties was never filled."""
        callers = self.reach.callers.get(function, ())
        return is_constructor(function) or (bool(callers) and all(is_constructor(edge.caller) for edge in callers))

    def made_again(self, keeper: str, target: str, plain: Runs, kept: Runs, flag: bool = False) -> Runs:
        """How often something is made that a function keeps, and that would be made `plain` times if it did not: once
        more for each time that it is taken away, and then asked for again. `flag` as `Reset` has it."""
        found = [row for row in self.by_name.get((target, flag), ()) if self.empties(row, keeper)]
        times, again = NEVER, False
        for row in found:
            often = self.times(row, keeper)
            times = added(times, often)
            again = again or (bool(often) and self.stands_between(row, keeper))
        if not times:
            return kept
        every = product(kept, times)
        return fewer(added(every, kept) if again else every, plain)

    def empty(self, keeper: str, target: str, flag: bool = False) -> bool:
        """Whether something takes away what a function keeps."""
        found = self.by_name.get((target, flag), ())
        return any(self.empties(row, keeper) and self.times(row, keeper) for row in found)

    def times(self, row: Emptied, keeper: str) -> Runs:
        """How often a place empties something for who asks for it: not where what keeps it does so on a condition,
        because it is out of date or too much, so that it keeps what it can."""
        callers = self.reach.callers.get(row.function, ())
        own = [edge for edge in callers if edge.caller == keeper and self.is_conditional(edge)]
        if not own:
            return row.runs
        rest = NEVER
        for edge in callers:
            if edge not in own:
                where = stands(self.reach, edge.caller, edge.site)
                rest = added(rest, scaled(self.runs[edge.caller], term_of(where.loops)))
        place = standing_at(self.reach.facts(row.function), self.reach.graph, row.function, *row.reset[3:5])
        return fewer(scaled(rest, term_of(place.loops)), row.runs)

    def is_conditional(self, edge: Edge) -> bool:
        """Whether a call stands behind a branch."""
        return stands(self.reach, edge.caller, edge.site).condition >= SOMETIMES

    def empties(self, row: Emptied, keeper: str) -> bool:
        """Whether a place is about what a function keeps: of its class, of its module, or of who knows what."""
        if row.function == keeper and row.condition >= SOMETIMES:
            # a cache that is too large, or out of date: it keeps what it can
            return False
        head, dot, _ = row.reset.target.partition(".")
        if not dot or head not in ("self", "cls"):
            return True
        one, other = row.function.rpartition(".")[0], keeper.rpartition(".")[0]
        return is_below(self.values, one, other) or is_below(self.values, other, one)

    def callers(self, function: str) -> set[str]:
        """The functions that call one."""
        found = self.right_above.get(function)
        if found is None:
            found = self.right_above[function] = {edge.caller for edge in self.reach.callers.get(function, ())}
        return found

    def callers_of(self, function: str) -> frozenset[str]:
        """A function and all that lead to it."""
        found = self.above.get(function)
        if found is None:
            seen = {function}
            todo = [function]
            while todo:
                new = self.callers(todo.pop()) - seen
                seen |= new
                todo += new
            found = self.above[function] = frozenset(seen)
        return found

    def stands_between(self, row: Emptied, keeper: str) -> bool:
        """Whether what is emptied may have been asked for before, and is afterwards."""
        filling, emptying = self.callers_of(keeper), self.callers_of(row.function)
        before = after = False
        for function in filling & emptying:
            asked = list(self.sites(function, filling))
            places = list(self.sites(function, emptying))
            places += [row.reset.site] if function == row.function else []
            if asked and places:
                before = before or min(asked) < max(places)
                after = after or max(asked) > min(places)
                if before and after:
                    return True
        return False

    def sites(self, function: str, callees: frozenset[str]) -> Iterable[int]:
        """Where a function calls some others."""
        for edge in self.reach.callees.get(function, ()):
            if edge.callee in callees:
                ends = edge.kind == "context" and edge.callee.endswith("__exit__")
                yield LAST if ends else edge.site
