"""The runs of functions: for each, the sum over all call paths from the entries of the products of the loops around.

The sum is made backwards, from a function to the entries, in one pass over what leads to it: then the alternatives of a
branch can be compared by what they cost in the end, and the dearer one counts, also where each leads to the function by
way of others. What is kept (a cache, a module's body) runs so often as the plan says, and no path leads on beyond it.

Paths that are only taken where something went wrong count where no other path leads to a function.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from code_path_audit.profiles.runs.graph import Graph, graph_of
from code_path_audit.profiles.runs.model import Arm, Call, Plan
from code_path_audit.profiles.runs.terms import NEVER, ONCE, Runs, added, dearer, product, scaled


def count(plan: Plan, functions: Iterable[str]) -> dict[str, Runs]:
    """The runs of some functions of an action; `NEVER` for one that it does not reach."""
    usual = graph_of(plan, [call for call in plan.calls if not call.rare])
    every: Graph | None = None
    found: dict[str, Runs] = {}
    for name in functions:
        runs = runs_in(plan, usual, name)
        if not runs:
            if every is None:
                every = graph_of(plan, plan.calls)
            runs = runs_in(plan, every, name)
        found[name] = runs
    return found


def runs_in(plan: Plan, graph: Graph, function: str) -> Runs:
    """The runs of one function, over the calls of a graph."""
    if function not in graph.node:
        return NEVER
    total = NEVER
    roots = dict.fromkeys([*plan.entries, *plan.kept])
    # the calls of each node that lead to the function, with how often it runs for each time that they are reached
    target = graph.node[function]
    leading: dict[int, list[tuple[Call, Runs]]] = {target: []}
    while leading:
        place = max(leading)
        calls = leading.pop(place)
        node = graph.nodes[place]
        runs = ONCE if place == target else combined(plan.arms, calls)
        for call, made in calls:
            if call.kept is not None:
                total = added(total, product(made, call.kept))
        if not runs:
            continue
        runs = scaled(runs, node.rounds)
        for name in node.members:
            if name in roots:
                total = added(total, product(runs, plan.kept.get(name, ONCE)))
        for call, around in graph.callers.get(place, ()):
            leading.setdefault(graph.node[call.caller], []).append((call, scaled(runs, around)))
    return total


def combined(arms: Mapping[str, tuple[Arm, ...]], calls: list[tuple[Call, Runs]]) -> Runs:
    """The calls of some functions together, each with what it makes: the sum, where of the alternatives of a branch the
    dearer one counts. What is kept is not among them."""
    total = NEVER
    branched: dict[str, dict[int, Runs]] = {}
    for call, made in calls:
        if call.kept is not None:
            continue
        if call.arm < 0 or len(calls) == 1:
            total = added(total, made)
        else:
            found = branched.setdefault(call.caller, {})
            found[call.arm] = added(found.get(call.arm, NEVER), made)
    for name, found in branched.items():
        total = added(total, dearest(arms[name], found))
    return total


def dearest(arms: tuple[Arm, ...], found: dict[int, Runs]) -> Runs:
    """The runs in the arms of one function, from the innermost out."""
    total = NEVER
    choices: dict[int, dict[int, Runs]] = {}
    # an arm comes before what is in it: from the last to the first, each is complete when it is its turn
    waiting = dict(found)
    while waiting:
        index = max(waiting)
        runs = waiting.pop(index)
        for made in choices.pop(index, {}).values():
            runs = added(runs, made)
        parent, choice = arms[index]
        siblings = choices.setdefault(parent, {})
        siblings[choice] = dearer(siblings.get(choice, NEVER), runs)
        if parent >= 0:
            waiting.setdefault(parent, NEVER)
    for runs in choices.get(-1, {}).values():
        total = added(total, runs)
    return total
