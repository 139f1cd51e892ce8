"""Which libraries would need a model: those whose calls lead back into the source by a guess, and those whose calls
weigh nothing because nobody said anything of them."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping

from code_path_audit.callgraph.model import Evidence, ExternalCall, SolvedGraph

CALLBACK = "callback"
CERTAIN = Evidence.CERTAIN.word


def needed(graphs: Iterable[SolvedGraph], modelled: Collection[str]) -> list[tuple[str, int]]:
    """The top-level names of libraries without a model, each with the number of edges that are guessed at calls of it,
    the most first. `modelled` are those that have a row; the standard library has its stubs."""
    edges: set[tuple[str, str, int, str]] = set()
    for graph in graphs:
        called: dict[tuple[str, int], set[str]] = {}
        for row in graph.externals:
            called.setdefault((row.caller, row.site), set()).add(top_of(row.callee))
        for edge in (*graph.edges, *graph.guesses):
            if edge.kind == CALLBACK and edge.evidence != CERTAIN:
                for top in called.get((edge.caller, edge.site), ()):
                    if top not in modelled and top not in sys.stdlib_module_names:
                        edges.add((top, edge.caller, edge.site, edge.callee))
    return most_first(Counter(edge[0] for edge in edges))


WRITTEN = frozenset(("call", "construct"))
"""The kinds of what is written as a call."""


def unweighed(externals: Iterable[ExternalCall], is_known: Callable[[str], bool]) -> list[tuple[str, int]]:
    """The top-level names of libraries of which neither a rule nor a model speaks, each with the number of call sites
    at which it is called, the most first."""
    sites = {
        (top_of(row.callee), row.caller, row.site) for row in externals if row.kind in WRITTEN and "." in row.callee
    }
    tops = {top for top, _, _ in sites if top.isidentifier() and top not in sys.stdlib_module_names}
    wanted = {top for top in tops if not is_known(top)}
    return most_first(Counter(top for top, _, _ in sites if top in wanted))


def most_first(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    """Names with their counts."""
    return sorted(counts.items(), key=lambda row: (-row[1], row[0]))


def top_of(callee: str) -> str:
    """The top-level name of what a dotted callee belongs to."""
    return callee.partition(".")[0].removesuffix("()")
