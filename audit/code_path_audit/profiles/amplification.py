"""An op as the action runs it: how often, which is counted over all paths (`runs`), and the best path, which is told.

A path is as good as its weakest edge. So functions that certain edges reach have a path of these alone, and it stays
whatever else calls them; from there on the likely edges lead further, and from there the possible ones. Of the paths
that are equally good the heaviest is told: the one with the greatest product of the loops around. It is found on the
condensation of the graph: functions that call each other in a cycle are one node of it, so there are no cycles left,
and the greatest product is found in one pass in topological order. What this assumes:

- What an op reaches through a cycle is marked `recursive`; the loops inside of a cycle are on no path.
- A module's body runs once, and what is kept is made once: whatever lies behind an import or a cache starts again at 1.
- A loop that is known to run 0 times counts as 1: that it is empty today is no reason to hide what is in it.
- Products end at 10**12: beyond that the number says nothing but "far too often".
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from heapq import heappop, heappush
from itertools import chain, count
from typing import NamedTuple

from code_path_audit.callgraph.model import EVIDENCE, Edge
from code_path_audit.costs.model import LOOP_AMPLIFIED, CostModel, ExpensiveOp
from code_path_audit.costs.weights import factor, others_weighed, weight
from code_path_audit.facts.rows import CONDITIONS, RARELY, SOMETIMES
from code_path_audit.profiles.reach import Reach, condition_of, runs_module
from code_path_audit.profiles.runs.callbacks import FOR_EACH, WHERE_MISSING, is_handed_over
from code_path_audit.profiles.runs.conditions import Steps, conditions_of
from code_path_audit.profiles.runs.contexts import Link, Links, links_of, names_of
from code_path_audit.profiles.runs.graph import strong_components, term_of
from code_path_audit.profiles.runs.model import Around, Place
from code_path_audit.profiles.runs.pieces import settled
from code_path_audit.profiles.runs.plan import Counting, called_back, counting
from code_path_audit.profiles.runs.sessions import connects_each_time, is_kept
from code_path_audit.profiles.runs.standing import loops_from, stands
from code_path_audit.profiles.runs.terms import LIMIT, Runs, degree, figure, forget, scaled, times
from code_path_audit.profiles.runs.words import in_words
from code_path_audit.profiles.stream_reads import as_one_read

MEASURED = "measured"
NETWORK, CONNECTION, KEPT_CONNECTION = "network", "connection", "kept_connection"
MAX_PATH = 300
"""Functions on the path of an op that are told: as many for each op as there are functions would be their square."""

MAX_NAMES, LEAST_PATH = 300_000, 20
"""Functions on the paths of all ops of an action that are told: of very many ops the paths are shorter, down to so
many functions each."""

SAME = 2.0
"""Counts that were measured are known to less than this factor: one of 4 stands for 4 to 7."""

BOUND_SOURCES = ("literal", "constant", "hint", "measured", "unknown")
"""Where a loop bound comes from, the surest first; an op names the least sure of its loops."""

LENGTHS: dict[str, int] = {word: 1_000_000**place for place, word in enumerate(EVIDENCE)}
"""How long a step is, by its evidence: of equally heavy paths the one with the fewest doubtful steps is told."""


class Nest(NamedTuple):
    """The loops around one place: the product of their bounds, those that amplify, and where all bounds come from.

    `kept`: what stands there is made once, whatever is around what keeps it."""

    factor: int
    unknown: bool
    loops: tuple[Place, ...]
    sources: tuple[str, ...]
    kept: bool = False


class Counted(NamedTuple):
    """How often the functions with ops run, and on which condition, by function and evidence; the links of the
    action."""

    counting: Counting
    functions: Mapping[str, Runs]
    conditions: Mapping[tuple[str, str], int]
    links: Links


def counted(reach: Reach) -> Counted:
    """The runs of an action."""
    steps = Steps(reach)
    conditions = conditions_of(reach, known=steps)
    found = counting(reach, conditions)
    runs = found.functions(sorted({op.function for op in reach.ops}))
    forget()
    if reach.graph.requests:
        conditions = conditions_of(reach, found.once, found.caches, found.apart, steps)
    elif found.apart.states or found.apart.commands.lines:
        conditions = conditions_of(reach, apart=found.apart, known=steps)
    return Counted(found, runs, conditions, steps.links)


class Route(NamedTuple):
    """The best path to a function; `via` is its last edge (None at an entry), which leads from `source`, a function in
    a context; `length` is that of its edges by `LENGTHS`.

    `unknown` says that a loop on it has an unknown bound, `recursive` that it runs through a cycle; `component` numbers
    the strongly connected component of the function. `around` are the loops of `via`, where it leads from another
    component: functions below one another share their paths.
    """

    amplification: int
    unknown: bool
    length: int
    via: Edge | None
    component: int
    recursive: bool
    around: Nest = Nest(1, False, (), ())
    source: str = ""


def nest(reach: Reach, model: CostModel, loops: Iterable[Around], kept: bool = False) -> Nest:
    """Some loops around a place, outermost first; one that is left at the first success, and what a cache is asked for,
    count as 1."""
    factor, unknown = 1, False
    places: list[Place] = []
    sources: list[str] = []
    for place, known, name in loops:
        if name is not None and name.kind != "loop":
            continue
        bound = reach.graph.bounds.get(place)
        count = known if name is None else model.assumed_bound
        source = bound.source if name is None and bound is not None else "unknown"
        unknown = unknown or name is not None
        if count > 1 or name is not None:
            places.append(place)
        sources.append(source)
        factor = min(factor * max(count, 1), LIMIT)
    return Nest(factor, unknown, tuple(place for place in places if place[1] >= 0), tuple(sources), kept)


def nest_at(reach: Reach, model: CostModel, function: str, site: int) -> Nest:
    """The loops around a call site."""
    where = stands(reach, function, site)
    return nest(reach, model, where.loops, where.keeper >= 0)


MADE_ONCE = Nest(1, False, (), (), True)


def edge_nest(reach: Reach, model: CostModel, edge: Edge, kept: Collection[str] = ()) -> Nest:
    """The loops around an edge's call site; none where the results of its callee are kept."""
    return MADE_ONCE if edge.callee in kept else nest_at(reach, model, edge.caller, edge.site)


def routes(reach: Reach, model: CostModel, kept: Collection[str] = (), links: Links | None = None) -> dict[str, Route]:
    """The best path from an entry to each function, and to each context of one (`contexts.with_context`); the results
    of the functions in `kept` are. `links` are those of the action, where somebody made them before.

    Best: the surest, which extends the best path of its last caller; then the greatest product; among equals one with
    an unknown bound, then the one with the fewest doubtful edges, then the shortest, then the first by name.
    """
    by_evidence: dict[str, list[Link]] = {}
    every = links_of(reach.graph, reach.edges) if links is None else chain.from_iterable(links.of.values())
    for link in every:
        by_evidence.setdefault(link.edge.evidence, []).append(link)
    apart = names_of(reach) if links is None else links.names
    nests: dict[tuple[str, int], Nest] = {}
    best: Best = {}
    found: dict[str, Route] = {}
    entries = sorted({name for entry in reach.entries for name in apart.get(entry, (entry,))})
    starts: dict[str, list[Route]] = {name: [Route(1, False, 0, None, 0, False)] for name in entries}
    numbers = count()
    for word in EVIDENCE:
        for edge, caller, callee in by_evidence.get(word, ()):
            if callee in found:
                continue
            at = edge[:2]
            around = MADE_ONCE if edge.callee in kept else nests.get(at)
            if around is None:
                around = nests[at] = nest_at(reach, model, *at)
            rows = best.setdefault(caller, {})
            known = rows.get(callee)
            if known is None or edge_order(edge, around) < edge_order(*known):
                rows[callee] = (edge, around)
        for caller, route in found.items():
            for callee, (edge, around) in best.get(caller, {}).items():
                if callee not in found:
                    starts.setdefault(callee, []).append(extended(reach, caller, route, edge, around))
        spread(reach, starts, best, found, numbers)
        found.update(best_of_contexts(found, apart))
        starts = {}
    return found


def best_of_contexts(found: Mapping[str, Route], apart: Mapping[str, Iterable[str]]) -> dict[str, Route]:
    """The best path to each function that is told apart, whichever context it leads to, where there is none yet."""
    best = {}
    for function, names in apart.items():
        ways = [found[name] for name in names if name in found] if function not in found else []
        if ways:
            best[function] = min(ways, key=lambda way: (-way.amplification, not way.unknown, way.length))
    return best


Best = dict[str, dict[str, tuple[Edge, Nest]]]
"""The edge that counts between two functions, by caller and callee, and the loops around it."""


def extended(reach: Reach, source: str, route: Route, edge: Edge, around: Nest) -> Route:
    """A path, which leads to `source`, and one more edge."""
    length = route.length + hop(edge)
    if runs_module(reach, edge):
        return Route(1, False, length, edge, 0, False, around, source)
    if around.kept:
        return Route(around.factor, around.unknown, length, edge, 0, False, around, source)
    product = min(route.amplification * around.factor, LIMIT)
    return Route(product, route.unknown or around.unknown, length, edge, 0, route.recursive, around, source)


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
                    waiting.setdefault(callee, []).append(extended(reach, name, found[name], edge, around))


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
                steps.append(Route(-amplification, not unknown, length + hop(edge), edge, index, True, source=name))
                heappush(queue, (length + hop(edge), (*path, callee), callee, len(steps) - 1))


def hop(edge: Edge) -> int:
    """How long a step is."""
    return LENGTHS[edge.evidence]


def path_to(route: Route, name: str, found: dict[str, Route]) -> tuple[str, ...]:
    """The functions of a path, from the entry to `name`."""
    path = [name]
    while route.via is not None:
        path.append(route.via.caller)
        route = found[route.source]
    return tuple(reversed(path))


def amplified(
    reach: Reach, model: CostModel, found: dict[str, Route], known: Counted, op: ExpensiveOp, loop: int | None = None
) -> ExpensiveOp:
    """An op as the action runs it: runs and weight over all paths; path, loops, condition and evidence of the best one.

    `loop` puts the op elsewhere in its function: into that loop, or outside of all (-1); None leaves it where it is.
    """
    route = found[op.function]
    facts = reach.facts
    every = known.counting.where_alive(op.function, op.site, known.functions[op.function])
    where = stands(reach, op.function, op.site)
    where = as_one_read(known.counting.steady.values, op.function, op.callee, op.site, where) if op.site >= 0 else where
    if op.site >= 0 and is_handed_over(facts(op.function).sites[op.site], op.callee):
        where = where._replace(loops=called_back(facts(op.function), op.function, op.site, where.loops))
    elif op.callee.startswith(FOR_EACH):
        each = reach.graph.loop_names.get((op.function, ~op.site), "")
        where = where._replace(loops=called_back(facts(op.function), op.function, op.site, where.loops, each))
    if loop is None:
        runs = known.counting.at(every, op.function, where)
        own = nest(reach, model, where.loops, where.keeper >= 0)
    else:
        around = loops_from(facts(op.function), reach.graph, op.function, loop)
        runs = settled(scaled(every, term_of(known.counting.pieces.marked(tuple(around)))))
        own = nest(reach, model, around[::-1])
    requests = base_class_of(op) == NETWORK and not op.kind and CONNECTION in model.classes[NETWORK].kinds
    if requests and connects_each_time(known.counting, known.functions, op.function, op.site, runs):
        op = op._replace(kind=CONNECTION)
    elif requests and reach.graph.requests and is_kept(known.counting, op.function, op.site):
        op = op._replace(kind=KEPT_CONNECTION)
    edges, nests = walked(reach, found, op.function)
    path = (*(edge.caller for edge in edges), op.function)
    most = max(MAX_NAMES // len(reach.ops), LEAST_PATH)
    nests = [] if own.kept else nests
    path_evidence = (*(edge.evidence for edge in edges), own_evidence(op))
    weakest = max(path_evidence, key=EVIDENCE.index)
    sources = {*(source for row in nests for source in row.sources), *own.sources}
    base_class = base_class_of(op)
    amplification = max(figure(runs, model.assumed_bound), 1)
    words, predicted = in_words(runs, [loop_name(reach, *place) for place in _joined(nests, own)]), ""
    is_measured = op.measured_runs is not None and loop is None
    if is_measured:
        seen = op.measured_runs or 1
        if degree(runs) or factor(amplification, seen) >= SAME:
            runs, amplification, predicted = times(seen), seen, words
            words = f"{'about ' * (seen > 1)}{in_words(runs)}"
        elif MEASURED in sources and amplification > 1:
            words = f"about {words}"  # rounds that were measured are known to a factor of two, too
        words = f"{words}, {MEASURED}"
    elif op.measured_runs is not None:
        # elsewhere than it was seen it runs no more often
        amplification = min(amplification, op.measured_runs)
    grows = degree(runs) > 0
    source = "unknown" if grows else max(sources - {"unknown"}, key=BOUND_SOURCES.index, default="")
    loops = tuple(f"{name}:{facts(name).positions.loops[n]}" for name, n in _joined(nests, own))
    looped = grows or (loops and amplification > 1)
    condition = max(known.conditions.get((op.function, weakest), 0), where.condition)
    if WHERE_MISSING in op.callee:
        condition = max(condition, SOMETIMES)
    if reach.graph.requests and op.site >= 0 and facts(op.function).sites[op.site].kind == "import":
        condition = RARELY  # at the first request alone
    if op.measured_runs is None and known.counting.apart.is_dead(facts(op.function), op.function, op.site):
        condition = RARELY  # nobody gives what it asks for
    return op._replace(
        cost_class=LOOP_AMPLIFIED if looped else base_class,
        base_class=base_class,
        weight=weighed(model, op, amplification),
        others=others_weighed(model, op.others, amplification),
        amplification=amplification,
        runs=runs,
        how_often=words,
        predicted=predicted,
        condition=CONDITIONS[condition],
        amplified_by=loops,
        bound_source=MEASURED if is_measured else source,
        recursive=route.recursive,
        evidence=weakest,
        path=path[-most:],
        path_evidence=path_evidence[-most:],
    )


def run_less(model: CostModel, op: ExpensiveOp, runs: Runs) -> ExpensiveOp:
    """An op as the action runs it, that runs less often than it is reached."""
    runs = settled(runs)
    amplification = max(figure(runs, model.assumed_bound), 1)
    return op._replace(
        runs=runs,
        amplification=amplification,
        weight=weighed(model, op, amplification),
        others=others_weighed(model, op.others, amplification),
        how_often=in_words(runs),
        cost_class=LOOP_AMPLIFIED if degree(runs) > 0 or amplification > 1 else base_class_of(op),
    )


def loop_name(reach: Reach, function: str, loop: int) -> str:
    """What a loop is named for."""
    return reach.graph.loop_names.get((function, loop)) or reach.facts(function).loops[loop].name


def prominence(op: ExpensiveOp) -> tuple[int, int, int]:
    """What stands first where ops are told: what runs always before what may, also by a call that is not certain, then
    what grows fastest, then weight."""
    return max(condition_of(op), int(op.evidence != EVIDENCE[0])), -degree(op.runs), -op.weight


def own_evidence(op: ExpensiveOp) -> str:
    """How sure it is that the op itself is what its call site calls."""
    return op.path_evidence[-1] if op.path_evidence else op.evidence


def loops_of(reach: Reach, model: CostModel, found: dict[str, Route], op: ExpensiveOp) -> tuple[Place, ...]:
    """The loops that amplify an op where it stands, outermost first."""
    own = nest_at(reach, model, op.function, op.site)
    return _joined([] if own.kept else walked(reach, found, op.function)[1], own)


def _joined(nests: Iterable[Nest], own: Nest) -> tuple[Place, ...]:
    """The loops that amplify on a path, and those of the op's own function."""
    return (*(place for row in nests for place in row.loops), *own.loops)


def walked(reach: Reach, found: dict[str, Route], function: str) -> tuple[list[Edge], list[Nest]]:
    """The best path to a function: its edges, and the loops that count on it. Of a path of more than `MAX_PATH`
    functions the last ones."""
    nests: list[Nest] = []
    edges: list[Edge] = []
    alive = True
    route = found[function]
    while route.via is not None and len(edges) < MAX_PATH - 1:
        before = found[route.source]
        if before.component != route.component:
            # before an import nothing counts: the module's body runs once
            alive = alive and not runs_module(reach, route.via)
            if alive:
                nests.append(route.around)
                # what is kept is made once: what is around it does not count
                alive = not nests[-1].kept
        edges.append(route.via)
        route = before
    return edges[::-1], nests[::-1]


def base_class_of(op: ExpensiveOp) -> str:
    """The class of an op's work."""
    return op.base_class or op.cost_class


def weighed(model: CostModel, op: ExpensiveOp, amplification: int) -> int:
    """The weight of `amplification` executions of an op."""
    return weight(model.classes[base_class_of(op)].of(op.kind), amplification, op.size, op.light)
