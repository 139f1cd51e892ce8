"""The calls of an action without cycles: what calls itself is one node, entered once and run in rounds.

Which cycles there are is what certain calls say: likely ones close none that certain ones do not close, since one
handler of many that leads back to a dispatcher would make a loop of half of the program. So the strongly connected
components are those of the certain calls; a call that closes a cycle of components all the same, on a walk in depth
from the entries, is left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from code_path_audit.profiles.runs.model import Around, Call, Place, Plan
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
    none of these: it is an entry, or kept."""

    rounds: tuple[Term, ...]
    node: Mapping[str, int]
    ways: Mapping[int, tuple[Way, ...]]
    starts: Mapping[int, Runs]


def graph_of(plan: Plan, calls: Iterable[Call]) -> Graph:
    """The graph of some of a plan's calls."""
    roots = list(dict.fromkeys([*plan.entries, *sorted(plan.kept)]))
    outgoing: dict[str, list[Call]] = {}
    for call in calls:
        if call.callee not in plan.kept:
            outgoing.setdefault(call.caller, []).append(call)
    for row in outgoing.values():
        row.sort(key=_first)
    certain = {name: [call.callee for call in row if call.certain] for name, row in outgoing.items()}
    everything = {name: [call.callee for call in row] for name, row in outgoing.items()}
    components = strong_components(_reached(roots, everything), certain)
    component = {name: index for index, names in enumerate(components) for name in names}
    order, backward = _walk(roots, components, component, outgoing)
    place = {index: position for position, index in enumerate(order)}
    node = {name: place[index] for name, index in component.items()}
    inside: dict[int, list[Call]] = {}
    ways: dict[int, list[Way]] = {}
    starts: dict[int, Runs] = {}
    for name in roots:
        starts[node[name]] = added(starts.get(node[name], NEVER), plan.kept.get(name, ONCE))
    entered: dict[int, set[str]] = {node[name]: {name} for name in roots}
    for name, source in node.items():
        for call in outgoing.get(name, ()):
            target = node[call.callee]
            if source == target:
                inside.setdefault(source, []).append(call)
            elif (component[name], component[call.callee]) not in backward:
                around = term_of(call.loops)
                if call.kept is not None:
                    starts[target] = added(starts.get(target, NEVER), scaled(call.kept, around))
                else:
                    ways.setdefault(target, []).append(Way(source, call, around))
                entered.setdefault(target, set()).add(call.callee)
    rounds_of = []
    for position in range(len(order)):
        rounds = Term((), 1)
        if position in inside:
            rounds = _rounds(min(entered[position]), inside[position])
        rounds_of.append(rounds)
    return Graph(tuple(rounds_of), node, {target: tuple(row) for target, row in ways.items()}, starts)


def _first(call: Call) -> tuple[bool, str, tuple[Place, ...], int]:
    return not call.certain, call.callee, tuple(loop.place for loop in call.loops), call.arm


def _reached(roots: Iterable[str], callees: Mapping[str, list[str]]) -> list[str]:
    found = dict.fromkeys(roots)
    todo = list(found)
    while todo:
        for callee in callees.get(todo.pop(), ()):
            if callee not in found:
                found[callee] = None
                todo.append(callee)
    return list(found)


def _walk(
    roots: Iterable[str], components: list[list[str]], component: Mapping[str, int], outgoing: Mapping[str, list[Call]]
) -> tuple[list[int], set[tuple[int, int]]]:
    """The components, callers first, and the pairs of them whose calls lead back on a walk in depth from the roots."""
    below: list[list[int]] = []
    for index, names in enumerate(components):
        calls = sorted((call for name in names for call in outgoing.get(name, ())), key=_first)
        below.append([other for other in dict.fromkeys(component[call.callee] for call in calls) if other != index])
    done: list[int] = []
    backward: set[tuple[int, int]] = set()
    state: dict[int, int] = {}  # how many of the callees have been seen; -1: all
    for root in roots:
        path = [component[root]]
        state.setdefault(path[0], 0)
        while path:
            index = path[-1]
            seen = state[index]
            if seen < 0 or seen == len(below[index]):
                if seen >= 0:
                    state[index] = -1
                    done.append(index)
                path.pop()
                continue
            state[index] += 1
            callee = below[index][seen]
            if callee not in state:
                state[callee] = 0
                path.append(callee)
            elif state[callee] >= 0:
                backward.add((index, callee))
    return done[::-1], backward


def _rounds(name: str, inside: Iterable[Call]) -> Term:
    """A recursion is one loop of unknown bound, and each loop around a call in it counts once."""
    around: dict[Place, Around] = {}
    for call in inside:
        around.update((loop.place, loop) for loop in call.loops)
    term = term_of(around.values())
    return Term(tuple(sorted((*term.loops, LoopName("cycle", name)))), term.count)


def term_of(loops: Iterable[Around]) -> Term:
    """The loops around something as one term."""
    count = 1
    names = []
    for loop in loops:
        if loop.name is not None:
            names.append(loop.name)
        else:
            count = min(count * max(loop.count, 1), LIMIT)
    return Term(tuple(sorted(names)), count)


def strong_components(roots: Iterable[str], callees: Mapping[str, list[str]]) -> list[list[str]]:
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
