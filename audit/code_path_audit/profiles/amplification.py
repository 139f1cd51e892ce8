"""How often an op runs: the product of the loop bounds around it, along the best path from an entry point to it.

A path is as good as its weakest edge. So functions that certain edges reach have a path of these alone, and it stays
whatever else calls them; from there on the likely edges lead further, and from there the possible ones. Of the paths
that are equally good the heaviest counts. It is found on the condensation of the graph: functions that call each other
in a cycle are one node of it, so there are no cycles left, and the greatest product is found in one pass in topological
order. What this assumes:

- A cycle amplifies by 1: the loops around calls inside of it do not count, and what it reaches is marked `recursive`.
- A module's body runs once, however often its import is reached: whatever lies behind an import starts again at 1.
- A loop that is known to run 0 times counts as 1: that it is empty today is no reason to hide what is in it.
- Products end at 10**12: beyond that the number says nothing but "far too often".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from heapq import heappop, heappush
from itertools import count
from typing import NamedTuple

from code_path_audit.callgraph.model import EVIDENCE, Edge
from code_path_audit.costs.model import LOOP_AMPLIFIED, CostModel, ExpensiveOp
from code_path_audit.costs.weights import weight
from code_path_audit.profiles.reach import Reach, runs_module

LIMIT = 10**12
"""The greatest amplification."""

BOUND_SOURCES = ("literal", "constant", "hint", "measured", "unknown")
"""Where a loop bound comes from, the surest first; an op names the least sure of its loops."""

LENGTHS: dict[str, int] = {word: 1_000_000**place for place, word in enumerate(EVIDENCE)}
"""How long a step is, by its evidence: of equally heavy paths the one with the fewest doubtful steps is told."""


Place = tuple[str, int]
"""A loop: its function, and its number in there."""


class Nest(NamedTuple):
    """The loops around one place: the product of their bounds, those that amplify, and where all bounds come from."""

    factor: int
    unknown: bool
    loops: tuple[Place, ...]
    sources: tuple[str, ...]


class Route(NamedTuple):
    """The best path to a function; `via` is its last edge (None at an entry), `length` that of its edges by `LENGTHS`.

    `unknown` says that a loop on it has an unknown bound, `recursive` that it runs through a cycle; `component` numbers
    the strongly connected component of the function.
    """

    amplification: int
    unknown: bool
    length: int
    via: Edge | None
    component: int
    recursive: bool


def nest(reach: Reach, model: CostModel, function: str, loop: int) -> Nest:
    """The loops around a place whose innermost loop is `loop` (-1: none)."""
    facts = reach.program.facts(function)
    factor, unknown = 1, False
    loops: list[Place] = []
    sources: list[str] = []
    while loop >= 0:
        bound = reach.graph.bounds.get((function, loop))
        if bound is None or bound.count is None:
            count, source = model.assumed_bound, "unknown"
            unknown = True
        else:
            count, source = bound.count, bound.source
        if count > 1 or source == "unknown":
            loops.append((function, loop))
        sources.append(source)
        factor = min(factor * max(count, 1), LIMIT)
        loop = facts.loops[loop].parent
    return Nest(factor, unknown, tuple(reversed(loops)), tuple(reversed(sources)))


def edge_nest(reach: Reach, model: CostModel, edge: Edge) -> Nest:
    """The loops around an edge's call site."""
    loop = reach.program.facts(edge.caller).sites[edge.site].loop if edge.site >= 0 else -1
    return nest(reach, model, edge.caller, loop)


def routes(reach: Reach, model: CostModel, edges: Iterable[Edge] | None = None) -> dict[str, Route]:
    """The best path from an entry to each function that `edges` (all of the action's, where None) lead to.

    Best: the surest, which extends the best path of its last caller; then the greatest product; among equals one with
    an unknown bound, then the one with the fewest doubtful edges, then the shortest, then the first by name.
    """
    by_evidence: dict[str, list[Edge]] = {}
    for edge in sorted(reach.edges if edges is None else edges):
        by_evidence.setdefault(edge.evidence, []).append(edge)
    best: Best = {}
    found: dict[str, Route] = {}
    starts: dict[str, list[Route]] = {name: [Route(1, False, 0, None, 0, False)] for name in sorted(set(reach.entries))}
    numbers = count()
    for word in EVIDENCE:
        for edge in by_evidence.get(word, ()):
            if edge.callee in found:
                continue
            around = edge_nest(reach, model, edge)
            known = best.setdefault(edge.caller, {}).get(edge.callee)
            if known is None or edge_order(edge, around) < edge_order(*known):
                best[edge.caller][edge.callee] = (edge, around)
        for caller, route in found.items():
            for callee, (edge, around) in best.get(caller, {}).items():
                if callee not in found:
                    starts.setdefault(callee, []).append(extended(reach, route, edge, around))
        spread(reach, starts, best, found, numbers)
        starts = {}
    return found


Best = dict[str, dict[str, tuple[Edge, Nest]]]
"""The edge that counts between two functions, by caller and callee, and the loops around it."""


def extended(reach: Reach, route: Route, edge: Edge, around: Nest) -> Route:
    """A path and one more edge."""
    if runs_module(reach, edge):
        return Route(1, False, route.length + hop(edge), edge, 0, False)
    product = min(route.amplification * around.factor, LIMIT)
    return Route(product, route.unknown or around.unknown, route.length + hop(edge), edge, 0, route.recursive)


def spread(
    reach: Reach, starts: dict[str, list[Route]], best: Best, found: dict[str, Route], numbers: Iterator[int]
) -> None:
    """The heaviest path to each function that has none and that `starts` lead to; `numbers` are those of components."""
    callees = {
        caller: sorted(callee for callee in rows if callee not in found)
        for caller, rows in best.items()
        if caller not in found
    }
    components = strong_components(sorted(starts), callees)
    waiting = dict(starts)
    for names, number in zip(components, numbers, strict=False):
        inside = set(names)
        cyclic = len(names) > 1 or names[0] in callees.get(names[0], ())
        settle(names, [(name, route) for name in names for route in waiting.pop(name, ())], number, cyclic, best, found)
        for name in names:
            for callee in callees.get(name, ()):
                if callee not in inside:
                    edge, around = best[name][callee]
                    waiting.setdefault(callee, []).append(extended(reach, found[name], edge, around))


def edge_order(edge: Edge, around: Nest) -> tuple[int, bool, int, int, str]:
    """Of the edges between two functions the first counts: the heaviest, the surest, the first in the source."""
    return (-around.factor, not around.unknown, EVIDENCE.index(edge.evidence), edge.site, edge.kind)


def settle(
    names: list[str],
    starts: list[tuple[str, Route]],
    index: int,
    cyclic: bool,
    best: Best,
    found: dict[str, Route],
) -> None:
    """The routes of one component: as often as its heaviest way in, each member by the shortest path from there."""
    amplification, unknown = min((-route.amplification, not route.unknown) for _, route in starts)
    heaviest = [(n, r) for n, r in starts if (-r.amplification, not r.unknown) == (amplification, unknown)]
    inside = set(names)
    # shortest first, then by name: of equally long paths the one whose names come first
    queue: list[tuple[int, tuple[str, ...], str, int]] = []
    steps: list[Route] = []
    shortest = min(route.length for _, route in heaviest)
    for name, route in heaviest:
        if cyclic or route.length == shortest:
            steps.append(route)
            prefix = () if len(heaviest) == 1 else path_to(route, name, found)
            heappush(queue, (route.length, prefix, name, len(steps) - 1))
    while queue:
        length, path, name, step = heappop(queue)
        if name in found:
            continue
        route = steps[step]
        found[name] = route._replace(component=index, recursive=route.recursive or cyclic)
        if not cyclic:
            return
        for callee, (edge, _) in best.get(name, {}).items():
            if callee in inside and callee not in found:
                steps.append(Route(-amplification, not unknown, length + hop(edge), edge, index, True))
                heappush(queue, (length + hop(edge), (*path, callee), callee, len(steps) - 1))


def hop(edge: Edge) -> int:
    """How long a step is."""
    return LENGTHS[edge.evidence]


def path_to(route: Route, name: str, found: dict[str, Route]) -> tuple[str, ...]:
    """The functions of a path, from the entry to `name`."""
    path = [name]
    while route.via is not None:
        path.append(route.via.caller)
        route = found[route.via.caller]
    return tuple(reversed(path))


def strong_components(roots: list[str], callees: dict[str, list[str]]) -> list[list[str]]:
    """The strongly connected components that the roots reach, callers before callees (Tarjan's, without recursion)."""
    number: dict[str, int] = {}
    low: dict[str, int] = {}
    on_stack: set[str] = set()
    stack: list[str] = []
    components: list[list[str]] = []
    for root in roots:
        if root in number:
            continue
        work = [(root, 0)]
        while work:
            name, position = work.pop()
            if position == 0:
                number[name] = low[name] = len(number)
                stack.append(name)
                on_stack.add(name)
            below = callees.get(name, [])
            while position < len(below):
                callee = below[position]
                position += 1
                if callee not in number:
                    work += [(name, position), (callee, 0)]
                    break
                if callee in on_stack:
                    low[name] = min(low[name], number[callee])
            else:
                if low[name] == number[name]:
                    component: list[str] = []
                    while not component or component[-1] != name:
                        component.append(stack.pop())
                        on_stack.discard(component[-1])
                    components.append(sorted(component))
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[name])
    return components[::-1]


def amplified(
    reach: Reach, model: CostModel, found: dict[str, Route], op: ExpensiveOp, loop: int | None = None
) -> ExpensiveOp:
    """An op as the action runs it: amplification, weight, path, loops and evidence of the best path to it.

    `loop` puts the op elsewhere in its function: into that loop, or outside of all (-1); None leaves it where it is.
    """
    route = found[op.function]
    if loop is None:
        loop = op_loop(reach, op)
    own = nest(reach, model, op.function, loop)
    amplification = min(route.amplification * own.factor, LIMIT)
    unknown = route.unknown or own.unknown
    path, nests, evidence = walked(reach, model, found, op.function)
    own_evidence = op.path_evidence[-1] if op.path_evidence else op.evidence
    path_evidence = (*evidence, own_evidence)
    facts = reach.program.facts
    sources = {*(source for row in nests for source in row.sources), *own.sources}
    base_class = base_class_of(op)
    return op._replace(
        cost_class=LOOP_AMPLIFIED if amplification > 1 or unknown else base_class,
        base_class=base_class,
        weight=weighed(model, op, amplification),
        amplification=amplification,
        amplified_by=tuple(f"{name}:{facts(name).positions.loops[n]}" for name, n in _joined(nests, own)),
        bound_source=max(sources, key=BOUND_SOURCES.index, default=""),
        recursive=route.recursive,
        evidence=max(path_evidence, key=EVIDENCE.index),
        path=path,
        path_evidence=path_evidence,
    )


def loops_of(reach: Reach, model: CostModel, found: dict[str, Route], op: ExpensiveOp) -> tuple[Place, ...]:
    """The loops that amplify an op where it stands, outermost first."""
    nests = walked(reach, model, found, op.function)[1]
    return _joined(nests, nest(reach, model, op.function, op_loop(reach, op)))


def _joined(nests: Iterable[Nest], own: Nest) -> tuple[Place, ...]:
    """The loops that amplify on a path, and those of the op's own function."""
    return (*(place for row in nests for place in row.loops), *own.loops)


def walked(
    reach: Reach, model: CostModel, found: dict[str, Route], function: str
) -> tuple[tuple[str, ...], list[Nest], list[str]]:
    """The best path to a function: its functions, the loops that count on it, and the evidence of its edges."""
    path = [function]
    nests: list[Nest] = []
    evidence: list[str] = []
    counting = True
    edge = found[function].via
    while edge is not None:
        evidence.append(edge.evidence)
        if found[edge.caller].component != found[edge.callee].component:
            # before an import nothing counts: the module's body runs once
            counting = counting and not runs_module(reach, edge)
            if counting:
                nests.append(edge_nest(reach, model, edge))
        path.append(edge.caller)
        edge = found[edge.caller].via
    return tuple(reversed(path)), nests[::-1], evidence[::-1]


def base_class_of(op: ExpensiveOp) -> str:
    """The class of an op's work."""
    return op.base_class or op.cost_class


def op_loop(reach: Reach, op: ExpensiveOp) -> int:
    """The innermost loop around an op in its own function, -1 outside of loops."""
    return reach.program.facts(op.function).sites[op.site].loop if op.site >= 0 else -1


def weighed(model: CostModel, op: ExpensiveOp, amplification: int) -> int:
    """The weight of `amplification` executions of an op."""
    return weight(model.classes[base_class_of(op)].of(op.kind), amplification, op.size, op.light)
