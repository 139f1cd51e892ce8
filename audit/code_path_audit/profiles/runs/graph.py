"""The calls of an action without cycles: what calls itself is one node, entered once and run in rounds.

Which cycles there are is what certain calls say: likely ones close none that certain ones do not close, since one
handler of many that leads back to a dispatcher would make a loop of half of the program. So the strongly connected
components are those of the certain calls. Where likely calls close a cycle of components all the same, those of them
are left out that lead back, to what stands nearer to the entries.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from heapq import heappop, heappush
from typing import NamedTuple

from code_path_audit.profiles.runs.model import Around, Call, Place, function_of
from code_path_audit.profiles.runs.terms import LIMIT, NEVER, ONCE, LoopName, Runs, Term, added, scaled


class Way(NamedTuple):
    """A call that leads from one node to a later one: the node it leads from, and the loops around it as one term."""

    source: int
    call: Call
    around: Term


class Graph(NamedTuple):
    """A node is functions that call one another, or one that does not; callers stand before callees, and `node` has the
    place of each function. `rounds`: how often each of a node's functions runs for each time that one of them is called
    from outside. `ways` are those into each node from nodes before it; `starts` has how often a node is entered that is
    none of these: it is an entry, or kept. `depths`: by how few calls each function is reached."""

    rounds: tuple[Term, ...]
    node: Mapping[str, int]
    depths: Mapping[str, int]
    ways: Mapping[int, tuple[Way, ...]]
    starts: Mapping[int, Runs]


def graph_of(
    roots: list[str],
    kept: Mapping[str, Runs],
    leading: Mapping[str, Iterable[Call]],
    depths: Mapping[str, int],
) -> Graph:
    """The graph of some functions from some roots on, which all that is kept among them is among. `leading` has the
    calls that lead to each function, from others of these; `depths` are as `Graph` has them."""
    outgoing: dict[str, list[Call]] = {}
    for calls in leading.values():
        for call in calls:
            outgoing.setdefault(call.caller, []).append(call)
    for row in outgoing.values():
        row.sort(key=_first)
    everything = {name: [call.callee for call in row] for name, row in outgoing.items()}
    groups = strong_components(roots, everything)
    order, backward = _in_order(groups, outgoing, depths)
    node = {name: position for position, names in enumerate(order) for name in names}
    inside: dict[int, list[Call]] = {}
    ways: dict[int, list[Way]] = {}
    starts: dict[int, Runs] = {}
    for name in roots:
        starts[node[name]] = added(starts.get(node[name], NEVER), kept.get(name, ONCE))
    entered: dict[int, set[str]] = {node[name]: {name} for name in roots}
    for name, source in node.items():
        for call in outgoing.get(name, ()):
            target = node[call.callee]
            if source == target:
                if call.certain or name != call.callee:
                    inside.setdefault(source, []).append(call)
            elif (source, target) not in backward:
                around = term_of(call.loops)
                if call.kept is not None:
                    starts[target] = added(starts.get(target, NEVER), scaled(call.kept, around))
                else:
                    ways.setdefault(target, []).append(Way(source, call, around))
                entered.setdefault(target, set()).add(call.callee)
    rounds_of = []
    for position in range(len(order)):
        rounds = NO_LOOPS
        if position in inside:
            rounds = _rounds(min(entered[position]), inside[position])
        rounds_of.append(rounds)
    return Graph(tuple(rounds_of), node, depths, {target: tuple(row) for target, row in ways.items()}, starts)


def _first(call: Call) -> tuple[bool, str, tuple[Place, ...], int]:
    places = tuple([loop.place for loop in call.loops]) if call.loops else ()
    return not call.certain, call.callee, places, call.arm


def depths_from(roots: Iterable[str], callees: Mapping[str, Iterable[str]]) -> dict[str, int]:
    """By how few calls each function is reached: from the first of the roots that lead to it, and what they lead to
    before the next."""
    depths: dict[str, int] = {}
    for root in roots:
        todo = [root] if root not in depths else []
        depths.setdefault(root, 0)
        for name in todo:
            for callee in callees.get(name, ()):
                if callee not in depths:
                    depths[callee] = depths[name] + 1
                    todo.append(callee)
    return depths


def _in_order(
    groups: Iterable[list[str]], outgoing: Mapping[str, list[Call]], depths: Mapping[str, int]
) -> tuple[list[list[str]], set[tuple[int, int]]]:
    """The components of certain calls, callers first, of groups of functions that lead to one another, callers first;
    and the pairs of them, by their places, whose calls lead back."""
    mixed = {name: number for number, names in enumerate(groups) if len(names) > 1 for name in names}
    # the calls of each group of several, and what is called from outside of them
    every: dict[str, list[str]] = {}
    certain: dict[str, list[str]] = {}
    entered = {name for name in mixed if not depths[name]}
    for caller, row in outgoing.items() if mixed else ():
        if caller not in depths:
            # nothing leads there in these calls, so it enters nothing
            continue
        group = mixed.get(caller, -1)
        for call in row:
            if call.callee not in mixed:
                continue
            if mixed[call.callee] != group:
                entered.add(call.callee)
                continue
            every.setdefault(caller, []).append(call.callee)
            if call.certain:
                certain.setdefault(caller, []).append(call.callee)
    order: list[list[str]] = []
    backward: set[tuple[int, int]] = set()
    for names in groups:
        if len(names) == 1:
            order.append(names)
            continue
        components = {row[0]: row for row in strong_components(names, certain)}
        first_of = {name: row[0] for row in components.values() for name in row}
        first = {name: min((depths[member], member) for member in row) for name, row in components.items()}
        called = {first_of[name] for name in entered.intersection(names)}
        rows = _between(names, first_of, every)
        begin = len(order)
        order += [
            components[name]
            for name in _nearest_first(components, called, rows, _between(names, first_of, certain), first)
        ]
        place = {row[0]: begin + number for number, row in enumerate(order[begin:])}
        backward |= {
            (place[one], place[other])
            for one, callees in rows.items()
            for other in callees
            if place[one] > place[other]
        }
    return order, backward


def _between(
    names: Iterable[str], first_of: Mapping[str, str], callees: Mapping[str, list[str]]
) -> dict[str, set[str]]:
    """The calls of functions as calls between their components, each by the first of its names."""
    found: dict[str, set[str]] = {}
    for name in names:
        for callee in callees.get(name, ()):
            if first_of[name] != first_of[callee]:
                found.setdefault(first_of[name], set()).add(first_of[callee])
    return found


def _nearest_first(
    names: Iterable[str],
    called: set[str],
    every: Mapping[str, set[str]],
    certain: Mapping[str, set[str]],
    first: Mapping[str, tuple[int, str]],
) -> list[str]:
    """Names that all lead to one another, each after one that calls it: of those the nearest to the entries whose
    certain callers are all there; where there is none, the nearest. `called` are those that are called from outside."""
    waiting = set(names)
    missing = dict.fromkeys(waiting, 0)
    for name in waiting:
        for callee in certain.get(name, ()):
            if callee in waiting:
                missing[callee] += 1
    known = waiting & called
    reached = sorted((first[name], name) for name in known)
    ready = [row for row in reached if not missing[row[1]]]
    order = []
    while waiting:
        heap = ready or reached
        _, name = heappop(heap)
        if name not in waiting:
            continue
        waiting.discard(name)
        order.append(name)
        for callee in certain.get(name, ()):
            if callee in waiting:
                missing[callee] -= 1
                if not missing[callee] and callee in known:
                    heappush(ready, (first[callee], callee))
        for callee in every.get(name, ()):
            if callee in waiting and callee not in known:
                known.add(callee)
                heappush(reached, (first[callee], callee))
                if not missing[callee]:
                    heappush(ready, (first[callee], callee))
    return order


def _rounds(name: str, inside: Iterable[Call]) -> Term:
    """A recursion is one loop of unknown bound, and each loop around a call in it counts once."""
    around: dict[Place, Around] = {}
    for call in inside:
        around.update((loop.place, loop) for loop in call.loops)
    term = term_of(around.values())
    return Term(tuple(sorted((*term.loops, LoopName("cycle", function_of(name))))), term.count)


NO_LOOPS = Term((), 1)


def term_of(loops: Iterable[Around]) -> Term:
    """The loops around something as one term."""
    if loops == ():
        return NO_LOOPS
    count = 1
    names = []
    for loop in loops:
        if loop.name is not None:
            names.append(loop.name)
        else:
            count = min(count * max(loop.count, 1), LIMIT)
    return Term(tuple(sorted(names)), count)


def bits(mask: int) -> Iterator[int]:
    """The numbers of the bits of a mask, the lowest first."""
    while mask:
        lowest = mask & -mask
        yield lowest.bit_length() - 1
        mask ^= lowest


def strong_components(roots: Iterable[str], callees: Mapping[str, list[str]]) -> list[list[str]]:
    """The strongly connected components that the roots reach, callers before callees (Tarjan's, without recursion)."""
    number: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    components: list[list[str]] = []
    work: list[tuple[str, Iterator[str]]] = []

    def enter(name: str) -> None:
        number[name] = low[name] = len(number)
        stack.append(name)
        work.append((name, iter(callees.get(name, ()))))

    for root in roots:
        if root not in number:
            enter(root)
        while work:
            name, below = work[-1]
            for callee in below:
                known = number.get(callee)
                if known is None:
                    enter(callee)
                    break
                low[name] = min(low[name], known)
            else:
                work.pop()
                if low[name] == number[name]:
                    component: list[str] = []
                    while not component or component[-1] != name:
                        component.append(stack.pop())
                        number[component[-1]] = DONE
                    components.append(sorted(component))
                elif work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[name])
    return components[::-1]


DONE = 1 << 60
"""The number of a function whose component is known: it is behind all others."""
