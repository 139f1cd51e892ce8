"""Which libraries would need a model: those whose calls lead back into the source by a guess."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Collection, Iterable

from code_path_audit.callgraph.model import Evidence, SolvedGraph

CALLBACK = "callback"
CERTAIN = Evidence.CERTAIN.word


def needed(graphs: Iterable[SolvedGraph], modelled: Collection[str]) -> list[tuple[str, int]]:
    """The top-level names of libraries without a model, each with the number of edges that are guessed at calls of it,
    the most first. `modelled` are those that have a row; the standard library has its stubs."""
    edges: set[tuple[str, str, int, str]] = set()
    for graph in graphs:
        called: dict[tuple[str, int], set[str]] = {}
        for row in graph.externals:
            called.setdefault((row.caller, row.site), set()).add(row.callee.partition(".")[0].removesuffix("()"))
        for edge in (*graph.edges, *graph.guesses):
            if edge.kind == CALLBACK and edge.evidence != CERTAIN:
                for top in called.get((edge.caller, edge.site), ()):
                    if top not in modelled and top not in sys.stdlib_module_names:
                        edges.add((top, edge.caller, edge.site, edge.callee))
    counts = Counter(edge[0] for edge in edges)
    return sorted(counts.items(), key=lambda row: (-row[1], row[0]))
