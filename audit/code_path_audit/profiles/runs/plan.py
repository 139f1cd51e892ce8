"""The plan of one action: its part of the call graph, and what the source says of each call, as counting reads it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from code_path_audit.callgraph.model import Edge, Evidence, SolvedGraph
from code_path_audit.facts.function import FunctionFacts
from code_path_audit.facts.rows import KEPT, RARELY
from code_path_audit.profiles.reach import Reach, runs_module
from code_path_audit.profiles.runs.caches import Given, caches_of, kept_function, kept_key, owner_of
from code_path_audit.profiles.runs.callbacks import element_of, is_registered
from code_path_audit.profiles.runs.counting import count
from code_path_audit.profiles.runs.graph import term_of
from code_path_audit.profiles.runs.model import Arm, Around, Call, Plan
from code_path_audit.profiles.runs.terms import ONCE, LoopName, Runs, scaled

POSSIBLE = Evidence.POSSIBLE.word
ALTERNATIVES = frozenset(("call", "callback", "decorator"))
"""Kinds of edges of which any callee at a call site is an alternative to any other. Of the rest several methods run."""


class Standing(NamedTuple):
    """Where a call site stands in its function: the loops around it that count, outermost first; the condition that is
    the weakest of its arms; and the arm that keeps what it makes for the whole action, -1 for none."""

    loops: tuple[Around, ...]
    condition: int
    keeper: int


def standing(facts: FunctionFacts, graph: SolvedGraph, function: str, site: int) -> Standing:
    """Where a call site stands: without the loops that it leaves, or that it is kept for."""
    if site < 0:
        return Standing((), 0, -1)
    loop, arm = facts.sites[site].loop, facts.sites[site].arm
    found: list[Around] = []
    condition, keeper = 0, -1
    while arm >= 0:
        row = facts.arms[arm]
        condition = max(condition, row.condition)
        if row.left and keeper < 0:
            while loop != row.loop and is_inside(facts, loop, row.loop):
                found.append(around(facts, graph, function, loop))
                loop = facts.loops[loop].parent
            if row.left == KEPT:
                keeper = arm
            else:
                if row.per:
                    found.append(Around((function, ~arm), 1, LoopName("distinct", row.per)))
                outside = row.loop
                for _ in range(row.left):
                    outside = facts.loops[outside].parent if outside >= 0 else -1
                loop = outside if is_inside(facts, loop, outside) else loop
        arm = row.parent
    if keeper < 0:
        found += loops_from(facts, graph, function, loop)
    return Standing(tuple(reversed(found)), condition, keeper)


def is_inside(facts: FunctionFacts, loop: int, other: int) -> bool:
    """Whether a loop is another, or stands in it (-1: the function itself)."""
    while loop != other and loop >= 0:
        loop = facts.loops[loop].parent
    return loop == other


def loops_from(facts: FunctionFacts, graph: SolvedGraph, function: str, loop: int) -> list[Around]:
    """A loop of a function and those around it."""
    found = []
    while loop >= 0:
        found.append(around(facts, graph, function, loop))
        loop = facts.loops[loop].parent
    return found


def around(facts: FunctionFacts, graph: SolvedGraph, function: str, loop: int) -> Around:
    """A loop of a function: its bound, or its name."""
    row = facts.loops[loop]
    bound = graph.bounds.get((function, loop))
    known = bound is not None and bound.count is not None
    count = bound.count if bound is not None and bound.count is not None else 1
    named = graph.loop_names.get((function, loop), row.name)
    if row.first:
        name = LoopName("first", str(count) if known else named)
        return Around((function, loop), 1, name if count > 1 or not known else None)
    return Around((function, loop), count, None if known else LoopName("loop", named))


class Counting(NamedTuple):
    """The plan of an action, and how often what its arms keep is made."""

    reach: Reach
    plan: Plan
    arms: Mapping[tuple[str, int], Runs]

    def functions(self, names: Iterable[str]) -> dict[str, Runs]:
        """The runs of functions."""
        return count(self.plan, names)

    def at(self, runs: Runs, function: str, where: Standing) -> Runs:
        """The runs of a place in a function that runs so often."""
        runs = self.arms[function, where.keeper] if where.keeper >= 0 else runs
        return scaled(runs, term_of(where.loops))


def counting(reach: Reach) -> Counting:
    """What the runs in an action are counted from; what is kept is counted from a first plan in which nothing is."""
    plain = _plan(reach, {}, {})
    caches = caches_of(reach)
    keepers = _keepers(reach)
    if not caches and not keepers:
        return Counting(reach, plain, {})
    runs = count(plain, reach.depths, exact=False)
    given = Given(reach, runs)
    arms: dict[tuple[str, int], Runs] = {}
    for name, number in keepers:
        facts = reach.program.facts(name)
        arm = facts.arms[number]
        arms[name, number] = ONCE
        if arm.per or arm.key >= 0:
            plain_runs = scaled(runs[name], term_of(loops_from(facts, reach.graph, name, arm.loop)))
            arms[name, number] = kept_key(given, name, arm.key, arm.per or owner_of(facts), plain_runs)
    functions = {name: kept_function(given, name, how) for name, how in caches.items()}
    return Counting(reach, _plan(reach, functions, arms), arms)


def _keepers(reach: Reach) -> list[tuple[str, int]]:
    return [
        (name, number)
        for name in sorted(reach.depths)
        for number, arm in enumerate(reach.program.facts(name).arms)
        if arm.left == KEPT
    ]


def _plan(reach: Reach, functions: Mapping[str, Runs], arms: Mapping[tuple[str, int], Runs]) -> Plan:
    kept: dict[str, Runs] = {}
    calls: list[Call] = []
    every: dict[str, tuple[Arm, ...]] = {}
    for caller in sorted(reach.callees):
        facts = reach.program.facts(caller)
        branches = [Arm(arm.parent, arm.choice) for arm in facts.arms]
        at_site: dict[tuple[int, str, str], list[Edge]] = {}
        for edge in reach.callees[caller]:
            if runs_module(reach, edge):
                kept[edge.callee] = ONCE
                continue
            thing = "" if edge.kind in ALTERNATIVES else edge.callee.rpartition(".")[2]
            at_site.setdefault((edge.site, edge.kind, thing), []).append(edge)
            if edge.callee in functions:
                kept[edge.callee] = functions[edge.callee]
        choices = 1 + max((arm.choice for arm in branches), default=-1)
        for (site, kind, _), edges in at_site.items():
            where = standing(facts, reach.graph, caller, site)
            arm = facts.sites[site].arm if site >= 0 else -1
            loops = where.loops
            if kind == "callback" and site >= 0:
                loops = called_back(facts, caller, site, loops)
            # the callees of one call are alternatives, like the arms of a branch
            for edge in edges:
                if len(edges) > 1:
                    branches.append(Arm(arm, choices))
                calls.append(
                    Call(
                        caller, edge.callee, loops, len(branches) - 1 if len(edges) > 1 else arm,
                        edge.evidence == "certain",
                        where.condition == RARELY or edge.evidence == POSSIBLE,
                        arms.get((caller, where.keeper)) if where.keeper >= 0 else None,
                    )
                )  # fmt: skip
            choices += 1
        every[caller] = tuple(branches)
    return Plan(tuple(dict.fromkeys(reach.entries)), tuple(calls), every, kept)


def called_back(facts: FunctionFacts, caller: str, site: int, loops: tuple[Around, ...]) -> tuple[Around, ...]:
    """The loops around what a library is given at a call site: those in it, too, and none where it is kept there."""
    row = facts.sites[site]
    if is_registered(row):
        return ()
    name = element_of(row)
    return (*loops, Around((caller, ~len(facts.arms) - site), 1, LoopName("loop", name))) if name else loops
