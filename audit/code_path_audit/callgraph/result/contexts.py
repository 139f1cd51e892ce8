"""Functions that are told apart by what they lead to: a wrapper that a decorator makes for each function that it is put
on, a method of objects that the solver keeps apart.

The solver reads a function once for each context, and the result has one row for all of them. Where some contexts call
other functions than others do, and some callers lead to a part of the contexts alone, `SolvedGraph.contexts` says which
callers lead to which: contexts that call the same functions, in the same contexts of these, are one. This is a
refinement of partitions, as of bisimulation, cut short: any partition is true, a finer one says more. There are no more
of them than the contexts that the solver keeps apart, which has its own bound.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from code_path_audit.callgraph.result.rows import EdgeKey, Rows
from code_path_audit.callgraph.solver.ids import Activation, Function
from code_path_audit.callgraph.solver.state import State

MOST_GROUPS = 1 << 40
"""More than there can be activations of one function."""

ROUNDS = 8
"""Calls between a function and one that differs, at which it is told apart for that."""

Pairs = tuple[tuple[int, int], ...]
"""Contexts of the caller and of the callee, from 1 on, 0 for a function that is not told apart; sorted."""

Calls = Mapping[Activation, Sequence[tuple[EdgeKey, Activation]]]
"""The edges of each activation that is reached, with the activation that they lead to."""


def contexts_of(s: State, told: Calls, reached: Collection[Activation], rows: Rows) -> dict[EdgeKey, Pairs]:
    """Of the edges one of whose ends is told apart: which contexts lead to which. `told` are the edges that each
    activation may have, `rows` those of the result."""
    functions = grouped(s, told)
    calls = edges_of({s.names[fid] for fid in functions}, told, reached, rows)
    numbers = numbered(functions, calls)
    pairs = pairs_of(s, calls, groups_of(functions, numbers))
    while needless := {s.function(name) for name in never_asked_for(pairs)}:
        functions = {fid: rows for fid, rows in functions.items() if fid not in needless}
        pairs = pairs_of(s, calls, groups_of(functions, numbers))
    return {key: tuple(sorted(pairs[key])) for key in sorted(pairs)}


def edges_of(names: Collection[str], told: Calls, reached: Collection[Activation], rows: Rows) -> Calls:
    """The edges of the result that lead from or to some functions, of each activation that is reached."""
    found: dict[Activation, list[tuple[EdgeKey, Activation]]] = {}
    for aid, edges in told.items():
        # all have one caller
        if edges and edges[0][0][0] not in names:
            edges = [edge for edge in edges if edge[0][2] in names]
        if edges and (kept := of_result(edges, reached, rows)):
            found[aid] = kept
    return found


def of_result(
    edges: Iterable[tuple[EdgeKey, Activation]], reached: Collection[Activation], rows: Rows
) -> list[tuple[EdgeKey, Activation]]:
    """Those edges of an activation that the result has."""
    kept = []
    for key, callee in edges:
        if callee in reached:
            if key[3] == "resume":
                key = (*key[:3], "iterate")
            if key in rows:
                kept.append((key, callee))
    return kept


def grouped(s: State, reached: Iterable[Activation]) -> dict[Function, list[Activation]]:
    """The functions with several activations, and these."""
    found: dict[Function, list[Activation]] = {}
    for aid in reached:
        if s.a_function[aid] not in s.synthetic:
            found.setdefault(s.a_function[aid], []).append(aid)
    return {fid: found[fid] for fid in sorted(found) if len(found[fid]) > 1}


Numbered = Mapping[Activation, Collection[tuple[int, Activation]]]
"""Of each activation what its edges say besides the caller, as numbers in the same order, with what they lead to."""


def numbered(functions: Mapping[Function, Collection[Activation]], calls: Calls) -> Numbered:
    """The edges of all activations of some functions."""
    members = [aid for rows in functions.values() for aid in rows]
    said = sorted({key[1:] for key in {key for aid in members for key, _ in calls.get(aid, ())}})
    number = {rest: place * MOST_GROUPS for place, rest in enumerate(said)}
    return {aid: [(number[key[1:]], callee) for key, callee in calls.get(aid, ())] for aid in members}


def groups_of(functions: Mapping[Function, Collection[Activation]], told: Numbered) -> dict[Activation, int]:
    """The context of each activation of a function that is told apart."""
    groups: dict[Activation, int] = {}
    leading_to = {fid: {callee for aid in members for _, callee in told[aid]} for fid, members in functions.items()}
    changed: set[Activation] = set()
    for round_ in range(ROUNDS):
        before, changed = changed, set()
        for fid, members in functions.items():
            # what leads to nothing that was divided since is as it was
            if not round_ or not leading_to[fid].isdisjoint(before) or not leading_to[fid].isdisjoint(changed):
                changed.update(divide(members, told, groups))
        if not changed:
            break
    return groups


def divide(members: Collection[Activation], told: Numbered, groups: dict[Activation, int]) -> Collection[Activation]:
    """Put the activations of one function into groups, by what they lead to; these, if there are more than before."""
    said = {aid: tuple(sorted({number + groups.get(callee, 0) for number, callee in told[aid]})) for aid in members}
    kinds = sorted(set(said.values()))
    if len(kinds) <= len({groups.get(aid, 0) for aid in members}):
        return ()
    places = {kind: place + 1 for place, kind in enumerate(kinds)}
    groups.update((aid, places[kind]) for aid, kind in said.items())
    return members


def pairs_of(s: State, calls: Calls, groups: Mapping[Activation, int]) -> dict[EdgeKey, set[tuple[int, int]]]:
    """The contexts that each edge leads from and to, where there are any."""
    names = {s.names[fid] for fid in {s.a_function[aid] for aid in groups}}
    found: dict[EdgeKey, set[tuple[int, int]]] = {}
    plain: set[EdgeKey] = set()
    for caller, rows in calls.items():
        of_caller = groups.get(caller, 0)
        for key, callee in rows:
            of_callee = groups.get(callee, 0)
            if of_caller or of_callee:
                found.setdefault(key, set()).add((of_caller, of_callee))
            elif key[0] in names or key[2] in names:
                plain.add(key)
    for key in plain & found.keys():
        found[key].add((0, 0))
    return found


def never_asked_for(pairs: Mapping[EdgeKey, Collection[tuple[int, int]]]) -> set[str]:
    """The functions of which no call leads to some contexts, and not to others: nothing is said by telling them
    apart."""
    every: dict[str, set[int]] = {}
    led_to: dict[tuple[EdgeKey, int], set[int]] = {}
    for key, rows in pairs.items():
        for caller, callee in rows:
            every.setdefault(key[0], set()).add(caller)
            every.setdefault(key[2], set()).add(callee)
            led_to.setdefault((key, caller), set()).add(callee)
    asked = {key[2] for (key, _), contexts in led_to.items() if len(contexts) < len(every[key[2]])}
    return {name for name, contexts in every.items() if len(contexts) > 1 and name not in asked}


def certain_in_context(
    doubted: Iterable[EdgeKey], told: Calls, reached: Collection[Activation], rows: Rows
) -> frozenset[EdgeKey]:
    """Of edges that are doubted for other callees at their call sites those where each activation of the caller has but
    one there; the rest as `contexts_of` takes it."""
    wanted = set(doubted)
    places = {(key[:2], key[3]) for key in wanted}
    several: set[tuple[tuple[str, int], str]] = set()
    callers = {key[0] for key in wanted}
    for edges in told.values():
        if not edges or edges[0][0][0] not in callers:
            continue
        found: dict[tuple[tuple[str, int], str], set[str]] = {}
        for key, _ in of_result(edges, reached, rows):
            if (key[:2], key[3]) in places:
                found.setdefault((key[:2], key[3]), set()).add(key[2])
        several.update(place for place, callees in found.items() if len(callees) > 1)
    return frozenset(key for key in wanted if (key[:2], key[3]) not in several)
