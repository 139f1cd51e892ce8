"""What observations say of one program, as the stages take it: calls at call sites, sizes and times of ops, bounds.

Observations name things as the source did when they were recorded. What names nothing any more says nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from math import ceil
from types import MappingProxyType
from typing import NamedTuple, TypeVar

from code_path_audit.callgraph.model import Bound, ObservedCall, SolvedGraph
from code_path_audit.costs.model import MeasuredOp
from code_path_audit.facts.function import FunctionFacts
from code_path_audit.program.model import Program
from code_path_audit.runtime.observations import (
    EdgeObservation,
    LoopObservation,
    Observations,
    OpObservation,
    average,
    median,
)

Place = tuple[str, str, int]
"""(fqname of the function, callee, ordinal among the ops of the function with that callee)."""

Trips = Mapping[tuple[str, int], int]
"""(fqname of the function, index of the loop) to how often its body ran for each start of the function."""

Row = TypeVar("Row", OpObservation, LoopObservation)


class Placed(NamedTuple):
    """The observations that count for one trace."""

    calls: tuple[ObservedCall, ...] = ()
    ops: Mapping[Place, MeasuredOp] = MappingProxyType({})
    trips: Trips = MappingProxyType({})


def placed(observations: Observations, program: Program, action: str = "") -> Placed:
    """What counts for an action: the calls that it was seen to make, and of each op and loop what was measured in it.

    An op or a loop that it was not seen to run has what was measured in other actions, the largest of it. Without an
    action, all that was seen counts.
    """
    calls = [calls_of(row, program) for row in observations.edges if action in ("", row.action)]
    direct = that_count(observations, program)
    began = next((row.hits for row in observations.runs if action and row.action == action), None)
    return Placed(
        tuple(sorted({call for rows in calls for call in rows})),
        {
            key: MeasuredOp(
                most(average(row.sizes) for row in rows),
                most(median(row.ns) for row in rows),
                runs_of(rows, action, began),
            )
            for key, rows in chosen(direct, action, lambda row: (row.function, row.callee, row.ordinal)).items()
        },
        {
            key: max(row.trips for row in rows)
            for key, rows in chosen(observations.loops, action, lambda row: (row.function, row.ordinal - 1)).items()
        },
    )


Name = TypeVar("Name")


def chosen(rows: Iterable[Row], action: str, key: Callable[[Row], Name]) -> dict[Name, list[Row]]:
    """Rows by what they are of: those of the action where it has any, else all."""
    found: dict[Name, list[Row]] = {}
    for row in rows:
        found.setdefault(key(row), []).append(row)
    return {name: [row for row in same if row.action == action] or same for name, same in sorted(found.items())}


def runs_of(rows: Iterable[OpObservation], action: str, began: int | None) -> int | None:
    """How often an op ran in one run of an action that began so often (a log2); None where it was not recorded."""
    hits = [row.hits for row in rows if row.action == action]
    return max(1, round(2.0 ** (max(hits) - began))) if hits and began is not None else None


def most(values: Iterable[int | None]) -> int | None:
    """The largest of the values that are known."""
    return max((value for value in values if value is not None), default=None)


def calls_of(edge: EdgeObservation, program: Program) -> list[ObservedCall]:
    """The call at its site: that call as written which is the `ordinal`th of its text; none where there is none."""
    outside = is_outside(edge, program)
    if edge.caller not in program.functions or not (outside or edge.callee in program.functions):
        return []
    sites = [site for site, row in enumerate(program.facts(edge.caller).sites) if row.text == edge.text]
    return [
        ObservedCall(edge.caller, site, edge.callee, edge.direct, outside)
        for site in sites[edge.ordinal - 1 : edge.ordinal]
    ]


def is_outside(edge: EdgeObservation, program: Program) -> bool:
    """Whether what was called is no function of the source, nor was one: an op."""
    return edge.callee not in program.functions and edge.callee.partition(".")[0] not in program.modules


def that_count(observations: Observations, program: Program, action: str = "") -> list[OpObservation]:
    """The ops that stand at call sites: those that ran there, and those that a library ran where only a recording
    shows that. An empty name stands for all actions."""
    seen = {
        (row.action, row.caller, row.callee)
        for row in observations.edges
        if not row.direct and action in ("", row.action) and is_outside(row, program)
    }
    return [op for op in observations.ops if op.direct or (op.action, op.function, op.callee) in seen]


def measured_bounds(graph: SolvedGraph, program: Program, trips: Trips, assumed_bound: int) -> SolvedGraph:
    """The graph with what was measured in the place of bounds that are unknown, with the source "measured".

    A trip count holds for a loop with the loops around it, so it is divided by theirs; one inside of a loop of which
    nothing is known leaves that the assumed bound, as far as it fits in.
    """
    bounds = dict(graph.bounds)
    for function in sorted({name for name, _ in trips if (name, 0) in graph.bounds}):
        facts = program.facts(function)
        below = reached_trips(facts, {index: count for (name, index), count in trips.items() if name == function})
        runs: list[int] = []
        for index, loop in enumerate(facts.loops):
            around = runs[loop.parent] if 0 <= loop.parent < index else 1
            bound = bounds[function, index]
            if bound.count is None:
                if (function, index) in trips:
                    bound = Bound(max(1, ceil(trips[function, index] / around)), "measured")
                elif index in below:
                    bound = Bound(max(1, min(assumed_bound, ceil(below[index] / around))), "measured")
                bounds[function, index] = bound
            runs.append(around * (assumed_bound if bound.count is None else max(1, bound.count)))
    return graph._replace(bounds=bounds)


def reached_trips(facts: FunctionFacts, trips: Mapping[int, int]) -> dict[int, int]:
    """For each loop the largest trip count of a loop inside of it."""
    below: dict[int, int] = {}
    for index in reversed(range(len(facts.loops))):
        largest = max(trips.get(index, 0), below.get(index, 0))
        parent = facts.loops[index].parent
        if largest and 0 <= parent < index:
            below[parent] = max(below.get(parent, 0), largest)
    return below
