"""The runs of functions: for each, the sum over all call paths from the entries of the products of the loops around.

In one pass, callers before callees, each node of the graph gets the sum of what leads to it. That counts too much where
the arms of a branch lead to a node by way of different functions: of them the dearer one counts. Such a node is counted
from its immediate dominator on, which every path to it goes through: backwards, from the node to there, so that at each
branch it is known what its arms cost in the end.

What is kept (a cache, a module's body) is entered as often as the plan says, and no path leads on beyond it. Paths that
are only taken where something went wrong count where no other path leads to a function, and so do those by which code
outside may call what it holds.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from heapq import heapify, heappop, heappush
from typing import NamedTuple

from code_path_audit.profiles.runs.graph import Graph, Way, bits, depths_from, graph_of
from code_path_audit.profiles.runs.model import Arm, Call, Plan, dearest, function_of
from code_path_audit.profiles.runs.terms import NEVER, ONCE, Runs, added, dearer, product, scaled, size

OUTSIDE = -1
"""The node before all others, from which entries and what is kept are entered."""


def count(plan: Plan, functions: Iterable[str], exact: bool = True) -> dict[str, Runs]:
    """The runs of some functions of an action; `NEVER` for one that it does not reach.

    Not `exact`: branches whose arms lead to a function by way of different ones count as the sum.
    """
    names = list(functions)
    found: dict[str, Runs] = {}
    for tier, begin in needed(tiers(plan, names), names):
        asked = [tier.asked, begin] if begin and tier.holds else [[*tier.asked, *begin]]
        beside = tier.begin if len(asked) > 1 else ()
        calls = leading_to_any(tier, [*(name for row in asked for name in row), *beside])
        graph = graph_of([name for name in tier.roots if name in calls], {**plan.kept, **found}, calls, tier.depths)
        for row, others in zip(asked, ((), beside), strict=False):
            found.update(runs_in(plan, graph, row, exact, others))
    return {name: found.get(name, NEVER) for name in names}


PLAIN, HELD, RARE = range(3)
"""Calls that count first; those by code outside of what it holds; those that are made where something went wrong."""


class Tier(NamedTuple):
    """Calls that count together, of all `calls` by what they lead to those up to a `level`. `asked` are the functions
    whose runs come out of them, and `begin` those at which the paths of later tiers begin. What is found in one tier is
    `kept` in the next, as is what the plan keeps: it is among the `roots`, and no path leads on beyond it. `depths` as
    `Graph` has them. `holds`: code outside that holds functions is among the callers."""

    calls: Mapping[str, list[Call]]
    level: int
    kept: Collection[str]
    roots: list[str]
    depths: Mapping[str, int]
    holds: bool
    asked: list[str]
    begin: list[str]

    def leading_to(self, function: str) -> list[Call]:
        """The calls of a function by others."""
        rows = [] if function in self.kept else self.calls.get(function, [])
        return rows if self.level == RARE else [call for call in rows if level_of(call) <= self.level]


def level_of(call: Call) -> int:
    """The tier in which a call counts first."""
    return RARE if call.rare else HELD if call.held else PLAIN


def tiers(plan: Plan, names: list[str]) -> list[Tier]:
    """The tiers that runs of some functions come out of: calls that count first, and with them those that count where
    no others lead to a function: what code outside may do with what it holds, and with these what is done only where
    something went wrong."""
    calls = calls_towards(plan, names)
    by_level: list[list[Call]] = [[], [], []]
    for rows in calls.values():
        for call in rows:
            by_level[level_of(call)].append(call)
    later = [*by_level[HELD], *by_level[RARE]]
    leading = {call.caller for call in later}
    holds = any(call.held for call in later)
    rows_of: list[Tier] = []
    found: set[str] = set()
    missing = names
    callees: dict[str, list[str]] = {}
    for level in (PLAIN, *([HELD] if holds else ()), *([RARE] if by_level[RARE] else ())):
        for call in by_level[level]:
            callees.setdefault(call.caller, []).append(call.callee)
        kept = found.union(name for name in plan.kept if name in calls)
        roots = list(dict.fromkeys([*(name for name in plan.entries if name in calls), *sorted(kept)]))
        depths = depths_from(roots, callees)
        asked = [name for name in missing if name in depths]
        # with whatever else it may be given, too: these paths lead to the function
        known = {function_of(name) for name in asked}
        missing = [name for name in missing if function_of(name) not in known]
        begin: list[str] = []
        if missing and any(by_level[level + 1 :]):
            # what is found here is where the next paths begin
            begin = sorted(name for name in leading.difference(found, asked) if name in depths)
        holding = level > PLAIN and any(call.held for call in (by_level[HELD] if level == HELD else later))
        rows_of.append(Tier(calls, level, kept, roots, depths, holding, asked, begin))
        found.update(asked, begin)
        if not missing:
            break
    return rows_of


def calls_towards(plan: Plan, functions: Iterable[str]) -> dict[str, list[Call]]:
    """Some functions and all that lead to them, each with the calls of it."""
    callers: dict[str, list[Call]] = {}
    for call in plan.calls:
        callers.setdefault(call.callee, []).append(call)
    return closure(functions, lambda name: callers.get(name, []))


def closure(functions: Iterable[str], leading_to: Callable[[str], list[Call]]) -> dict[str, list[Call]]:
    """Some functions and all that lead to them, each with the calls that do."""
    found: dict[str, list[Call]] = {}
    todo = list(functions)
    while todo:
        name = todo.pop()
        if name not in found:
            found[name] = leading_to(name)
            todo += [call.caller for call in found[name]]
    return found


def needed(rows: list[Tier], names: list[str]) -> list[tuple[Tier, list[str]]]:
    """Tiers with those of the functions at which later paths begin that are asked for, or lead to what is."""
    found: list[tuple[Tier, list[str]]] = []
    later = set(names)
    for tier in reversed(rows):
        begin = [name for name in tier.begin if name in later]
        found.append((tier, begin))
        later.update(leading_to_any(tier, [*tier.asked, *begin]) if tier is not rows[0] else ())
    return found[::-1]


def leading_to_any(tier: Tier, functions: Iterable[str]) -> dict[str, list[Call]]:
    """Some functions and all that lead to them in a tier, each with the calls that lead to it."""
    return closure(functions, tier.leading_to)


def runs_in(
    plan: Plan, graph: Graph, functions: Iterable[str], exact: bool = True, beside: Iterable[str] = ()
) -> dict[str, Runs]:
    """The runs of some functions that a graph has. Of code outside that may call a function the nearest counts which
    leads to these or to those `beside`."""
    wanted = {name: graph.node[name] for name in functions}
    nodes = leading_to(graph, wanted.values())
    dominators = dominators_of(graph, nodes)
    joined = joined_by_arms(plan, graph, nodes, dominators) if exact else frozenset()
    found: dict[int, Runs] = {OUTSIDE: ONCE}
    ways = dict(graph.ways)
    graph = graph._replace(ways=ways)
    every = leading_to(graph, {*nodes, *(graph.node[name] for name in beside)}) if beside else nodes
    nearest = nearest_holders(graph, every)
    before: Combined = {}
    for place in nodes:
        if place in ways and any(way.call.held for way in ways[place]):
            ways[place] = with_one_holder(graph, ways[place], found, nearest)
        if place in joined:
            above = dominators[place]
            entered = product(found[above], from_above(plan, graph, place, above, before))
        else:
            entered = graph.starts.get(place, NEVER)
            for source, factor in into(plan, graph.ways.get(place, ()), before).items():
                entered = added(entered, product(found[source], factor))
        found[place] = scaled(entered, graph.rounds[place])
    return {name: found[place] for name, place in wanted.items()}


def nearest_holders(graph: Graph, nodes: Iterable[int]) -> dict[str, int]:
    """How near to the entries the nearest call stands by which code outside may call a function, whatever it is given;
    of functions that may be called so."""
    found: dict[str, int] = {}
    for place in nodes:
        for way in graph.ways.get(place, ()):
            if way.call.held:
                name = function_of(way.call.callee)
                depth = graph.depths[way.call.caller]
                found[name] = min(found.get(name, depth), depth)
    return found


def with_one_holder(
    graph: Graph, ways: Iterable[Way], found: Mapping[int, Runs], nearest: Mapping[str, int]
) -> tuple[Way, ...]:
    """The ways into a node. Of those by which code outside may call a function that it holds only those of one function
    and one method, the nearest to the entries, of equally near ones the dearest; and they count instead of the calls
    by the source where they are dearer than these, not besides."""
    held: dict[str, dict[tuple[str, str], list[Way]]] = {}
    plain: dict[str, list[Way]] = {}
    for way in ways:
        if way.call.held:
            caller = function_of(way.call.caller)
            held.setdefault(way.call.callee, {}).setdefault((caller, way.call.held), []).append(way)
        else:
            plain.setdefault(way.call.callee, []).append(way)

    def load(rows: Iterable[Way]) -> int:
        return sum(size(scaled(found[row.source], row.around)) for row in rows)

    for callee, callers in held.items():
        depths = {key: min(graph.depths[row.call.caller] for row in rows) for key, rows in callers.items()}
        least = nearest[function_of(callee)]
        rows = max((rows for key, rows in callers.items() if depths[key] == least), key=load, default=[])
        if load(rows) > load(plain.get(callee, ())):
            plain[callee] = rows
    return tuple(way for rows in plain.values() for way in rows)


def leading_to(graph: Graph, wanted: Iterable[int]) -> list[int]:
    """The nodes that lead to some nodes, and these, callers before callees."""
    todo = list(wanted)
    seen = set(todo)
    while todo:
        for way in graph.ways.get(todo.pop(), ()):
            if way.source not in seen:
                seen.add(way.source)
                todo.append(way.source)
    return sorted(seen)


def dominators_of(graph: Graph, nodes: Iterable[int]) -> dict[int, int]:
    """The immediate dominator of each node: the last that every path to it goes through."""
    found: dict[int, int] = {}
    depth = {OUTSIDE: 0}
    for place in nodes:
        above = OUTSIDE if place in graph.starts else None
        for way in graph.ways.get(place, ()):
            other = way.source
            if above is None:
                above = other
            while above != other:
                if depth[above] >= depth[other]:
                    above = found[above]
                else:
                    other = found[other]
        found[place] = OUTSIDE if above is None else above
        depth[place] = depth[found[place]] + 1
    return found


def joined_by_arms(plan: Plan, graph: Graph, nodes: list[int], dominators: Mapping[int, int]) -> frozenset[int]:
    """The nodes to which arms of one branch lead by way of different functions, below their immediate dominator."""
    bit = {place: 1 << number for number, place in enumerate(nodes)}
    below: dict[int, int] = {}
    # what each node calls, and in which arm: (choice and arm, both with those around) -> direct, further down
    arms: dict[int, dict[tuple[str, int], tuple[int, int]]] = {}
    for place in reversed(nodes):
        reached = below.setdefault(place, 0)
        for source, call, _ in graph.ways.get(place, ()):
            below[source] = below.get(source, 0) | reached | bit[place]
            if call.arm >= 0:
                found = arms.setdefault(source, {})
                direct, further = found.get((call.caller, call.arm), (0, 0))
                found[call.caller, call.arm] = (direct | bit[place], further | reached)
    suspects: dict[int, int] = {}
    for place, found in arms.items():
        mask = 0
        for rows in by_choice(plan.arms, found).values():
            seen_direct = seen_further = 0
            for direct, further in rows:
                mask |= (further & (seen_direct | seen_further)) | (direct & seen_further)
                seen_direct |= direct
                seen_further |= further
        if mask:
            suspects[place] = mask
    joined: set[int] = set()
    for place, mask in suspects.items():
        for number in bits(mask):
            target = nodes[number]
            # a node below another that is joined already is reached through that one
            if target not in joined and is_above(dominators, dominators[target], place):
                joined.add(target)
    return frozenset(joined)


def by_choice(
    arms: Mapping[str, tuple[Arm, ...]], found: Mapping[tuple[str, int], tuple[int, int]]
) -> dict[tuple[str, int], list[tuple[int, int]]]:
    """What the arms of each choice lead to, with all that is inside of them."""
    whole: dict[tuple[str, int], tuple[int, int]] = {}
    for (name, arm), (direct, further) in found.items():
        while arm >= 0:
            one, other = whole.get((name, arm), (0, 0))
            whole[name, arm] = (one | direct, other | further)
            arm = arms[name][arm].parent
    choices: dict[tuple[str, int], list[tuple[int, int]]] = {}
    for (name, arm), row in whole.items():
        choices.setdefault((name, arms[name][arm].choice), []).append(row)
    return choices


def is_above(dominators: Mapping[int, int], above: int, place: int) -> bool:
    """Whether a node is another, or dominates it."""
    while place > above:
        place = dominators[place]
    return place == above


Combined = dict[tuple[object, ...], Runs]
"""What some calls with what they make come to, in one graph: most are asked for again, by places further down."""


def from_above(plan: Plan, graph: Graph, place: int, above: int, before: Combined) -> Runs:
    """How often a node is entered for each time that one is which dominates it; OUTSIDE is entered once."""
    total = graph.starts.get(place, NEVER)
    leading: dict[int, list[tuple[Way, Runs]]] = {}
    for way in graph.ways.get(place, ()):
        leading.setdefault(way.source, []).append((way, scaled(ONCE, way.around)))
    # the last first: each is whole by then
    todo = [-source for source in leading]
    heapify(todo)
    while todo:
        source = -heappop(todo)
        runs = combined(plan.arms, leading.pop(source), before)
        if source == above:
            return runs
        runs = scaled(runs, graph.rounds[source])
        if source in graph.starts:
            total = added(total, product(runs, graph.starts[source]))
        for way in graph.ways.get(source, ()):
            rows = leading.get(way.source)
            if rows is None:
                rows = leading[way.source] = []
                heappush(todo, -way.source)
            rows.append((way, scaled(runs, way.around)))
    return total


def into(plan: Plan, ways: Iterable[Way], before: Combined) -> dict[int, Runs]:
    """How often a node is entered for each time that one is which calls it."""
    found: dict[int, list[tuple[Way, Runs]]] = {}
    for way in ways:
        found.setdefault(way.source, []).append((way, (way.around,)))
    return {source: combined(plan.arms, rows, before) for source, rows in found.items()}


def combined(arms: Mapping[str, tuple[Arm, ...]], ways: list[tuple[Way, Runs]], before: Combined) -> Runs:
    """The calls of some functions together, each with what it makes: the sum, where of the alternatives of a branch the
    dearer one counts."""
    if len(ways) == 1:
        return ways[0][1]
    # the graph keeps the ways for as long as anybody asks
    key = (*[id(way) for way, _ in ways], *[made for _, made in ways])
    known = before.get(key)
    if known is None:
        known = before[key] = _combined(arms, ways)
    return known


def _combined(arms: Mapping[str, tuple[Arm, ...]], ways: list[tuple[Way, Runs]]) -> Runs:
    total = NEVER
    branched: dict[str, dict[int, Runs]] = {}
    for (_, call, _), made in ways:
        if call.arm < 0:
            total = added(total, made)
        else:
            found = branched.setdefault(call.caller, {})
            found[call.arm] = added(found.get(call.arm, NEVER), made)
    for name, found in branched.items():
        # an arm alone is the dearest, whatever is around it
        one = found.popitem()[1] if len(found) == 1 else dearest(arms[name], found, NEVER, added, dearer)
        total = added(total, one)
    return total
