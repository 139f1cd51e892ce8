"""How an action reaches its ops, as plain data: taken down when it is traced, and kept, in case there is a finding.

Nothing here is a line: call sites and loops are named by their number in their function, which an edit that only moves
lines leaves alone. So what was kept of a trace explains a finding as a fresh one would, with the lines of now.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from code_path_audit.callgraph.model import Edge
    from code_path_audit.costs.model import ExpensiveOp
    from code_path_audit.profiles.trace import Weighed


class Hop(NamedTuple):
    """One function on a path; paths that begin alike share their hops.

    `before` is the number of the hop before it, -1 at an entry point. `site` is the call site of the next function, or
    of the op (-1: none in particular), `loops` those that amplify in it, outermost first: numbers in the function.
    `evidence` is that of the call from here, in a word.
    """

    before: int
    function: str
    site: int
    loops: tuple[int, ...]
    evidence: str


class Paths(NamedTuple):
    """The best path to each op. `entries` are the functions that the action enters at, `ends` has the number of the
    last hop of each op by its id. `asked` has the call sites that put together the queries whose rows an op reads, by
    its id, for those of which they are known."""

    entries: tuple[str, ...]
    hops: tuple[Hop, ...]
    ends: dict[str, int]
    asked: Mapping[str, tuple[tuple[str, int], ...]] = MappingProxyType({})

    def to(self, op_id: str) -> tuple[Hop, ...]:
        """The path from an entry point to an op, () for one that is not there."""
        path = []
        number = self.ends.get(op_id, -1)
        while number >= 0:
            path.append(self.hops[number])
            number = path[-1].before
        return tuple(reversed(path))

    def site(self, op_id: str) -> int | None:
        """The call site of an op in its function, -1 for none in particular; None for an op that is not there."""
        number = self.ends.get(op_id, -1)
        return self.hops[number].site if number >= 0 else None


def paths_of(found: Weighed) -> Paths:
    """The paths of an action as it was weighed."""
    hops: dict[Hop, int] = {}
    ends: dict[str, int] = {}
    asked: dict[str, tuple[tuple[str, int], ...]] = {}
    for op in found.ops:
        rows = found.reach.graph.fetched.get((op.function, op.site, op.callee), ())
        rows_of = found.reach.graph.rows_of.get((op.function, op.site, op.callee), ())
        if rows or rows_of:
            asked[op.id] = tuple(sorted({*((row.function, row.site) for row in rows), *rows_of}))
        last = -1
        for function, site, loops, evidence in _steps(op, found.edges(op), found.loops(op)):
            last = hops.setdefault(Hop(last, function, site, loops, evidence), len(hops))
        ends[op.id] = last
    return Paths(found.reach.entries, tuple(hops), ends, asked)


def _steps(
    op: ExpensiveOp, edges: Iterable[Edge], amplifying: Iterable[tuple[str, int]]
) -> Iterator[tuple[str, int, tuple[int, ...], str]]:
    """(function, call site, amplifying loops, evidence of the call) along the path of an op."""
    loops: dict[str, tuple[int, ...]] = {}
    for function, loop in amplifying:
        loops[function] = (*loops.get(function, ()), loop)
    for edge in edges:
        yield edge.caller, edge.site, loops.get(edge.caller, ()), edge.evidence
    yield op.function, op.site, loops.get(op.function, ()), op.path_evidence[-1]
