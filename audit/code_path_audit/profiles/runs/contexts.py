"""Which contexts of a function a call leads to (`SolvedGraph.contexts`): one wrapper that a decorator makes for several
functions is counted apart for each, so that each runs as often as it is called, and not as often as all of them; and no
path leads into it for one function, and out for another.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
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


def led_to(contexts: Contexts, edge: Edge, state: State) -> tuple[int, ...]:
    """The contexts of its callee that an edge leads to in a state of its caller; none where it leads nowhere then."""
    pairs = contexts.get(edge[:4])
    if pairs is None:
        return ANY_CONTEXT
    here = context_of(state)
    found = tuple(dict.fromkeys(callee for caller, callee in pairs if here in (0, caller)))
    return found if len(found) <= MOST else ANY_CONTEXT


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
