"""Which contexts of a function a call leads to (`SolvedGraph.contexts`): one wrapper that a decorator makes for several
functions is counted apart for each, so that each runs as often as it is called, and not as often as all of them; and no
path leads into it for one function, and out for another.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from code_path_audit.callgraph.model import Edge, Evidence, SolvedGraph
from code_path_audit.profiles.reach import Reach
from code_path_audit.profiles.runs.held_constants import Known
from code_path_audit.profiles.runs.model import SEPARATOR

State = tuple[tuple[int, Known], ...]
"""What is known of parameters, by number, behind the context where that is known, by `CONTEXT`."""

CONTEXT = -1000
"""What stands in a state in place of a parameter's number before a context: no register has it."""

MOST = 8
"""Contexts of a function that one call leads to; with more it leads to any."""

ANY_CONTEXT = (0,)

Contexts = Mapping[tuple[str, int, str, str], tuple[tuple[int, int], ...]]


def context_of(state: State) -> int:
    """The context in a state; 0 for any."""
    return int(state[0][1]) if state and state[0][0] == CONTEXT else 0


def in_context(state: State, context: int) -> State:
    """A state without a context in one."""
    return ((CONTEXT, context), *state) if context else state


def named(function: str, state: State) -> str:
    """A function's name in a plan."""
    return f"{function}{SEPARATOR}{state}" if state else function


class Leading:
    """Which edges lead from which context of their caller to which of their callee, looked up by the caller's: a
    function with as many contexts as edges is gone through once, and not once for each."""

    def __init__(self, contexts: Contexts) -> None:
        self._towards = {key: _by_caller(pairs) for key, pairs in contexts.items()}
        self._edges: dict[str, dict[int, list[Edge]]] = {}

    def __bool__(self) -> bool:
        return bool(self._towards)

    def towards(self, edge: Edge, state: State) -> tuple[int, ...]:
        """The contexts of its callee that an edge leads to in a state of its caller; none where it leads nowhere
        then."""
        found = self._towards.get(edge[:4])
        return ANY_CONTEXT if found is None else found.get(context_of(state), ())

    def edges(self, caller: str, edges: Sequence[Edge], state: State) -> Sequence[Edge]:
        """Those of the edges of a function that may lead somewhere in a state of it, in their order."""
        context = context_of(state)
        if not context:
            return edges
        if caller not in self._edges:
            self._edges[caller] = self._by_context(edges)
        return self._edges[caller].get(context, self._edges[caller][0])

    def _by_context(self, edges: Sequence[Edge]) -> dict[int, list[Edge]]:
        """Edges by the contexts that they lead from; those that lead from each by 0."""
        places: dict[int, list[int]] = {0: []}
        for place, edge in enumerate(edges):
            for context in self.callers(edge) or (0,):
                places.setdefault(context, []).append(place)
        everywhere = places[0]
        return {
            context: [edges[place] for place in (sorted([*everywhere, *own]) if context else everywhere)]
            for context, own in places.items()
        }

    def callers(self, edge: Edge) -> frozenset[int]:
        """The contexts of its caller that an edge leads from; none where its caller is not told apart, or it leads from
        each."""
        return frozenset(self._towards.get(edge[:4], ())) - {0}


def _by_caller(pairs: Iterable[tuple[int, int]]) -> dict[int, tuple[int, ...]]:
    """The contexts of the callee by that of the caller; by 0 all of them."""
    found: dict[int, dict[int, None]] = {}
    for caller, callee in pairs:
        for context in {0, caller}:
            found.setdefault(context, {})[callee] = None
    return {context: tuple(row) if len(row) <= MOST else ANY_CONTEXT for context, row in found.items()}


class Link(NamedTuple):
    """An edge between two contexts: the names of the functions with these (`with_context`). Where a call leads to one
    function alone in each context, it is as certain as that."""

    edge: Edge
    caller: str
    callee: str


def links_of(graph: SolvedGraph, edges: Iterable[Edge]) -> Iterator[Link]:
    """Some edges by the contexts that they lead from and to, in their order."""
    for edge in edges:
        pairs = graph.contexts.get(edge[:4], ONE_PAIR)
        if edge[:4] in graph.certain_in_context:
            edge = edge._replace(evidence=Evidence.CERTAIN.word)
        for caller, callee in pairs:
            yield Link(edge, with_context(edge.caller, caller), with_context(edge.callee, callee))


class Links:
    """The links of an action, made once: by function, and the names of those that are told apart (`names_of`)."""

    def __init__(self, reach: Reach) -> None:
        self.names = names_of(reach)
        self.of = {function: tuple(links_of(reach.graph, edges)) for function, edges in reach.callees.items()}


ONE_PAIR = ((0, 0),)


def with_context(function: str, context: int) -> str:
    """The name of a function in a context."""
    return named(function, in_context((), context))


def names_of(reach: Reach) -> Mapping[str, list[str]]:
    """The functions of an action that are told apart, with their names in each context."""
    found: dict[str, dict[str, None]] = {}
    for key, pairs in reach.graph.contexts.items():
        if key[0] in reach.depths and key[2] in reach.depths:
            for caller, callee in pairs:
                for function, context in ((key[0], caller), (key[2], callee)):
                    if context:
                        found.setdefault(function, {})[with_context(function, context)] = None
    return {function: list(names) for function, names in found.items()}
