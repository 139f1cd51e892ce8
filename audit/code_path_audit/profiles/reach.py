"""What one action reaches within the depth limit: the part of the solved graph that its trace reads."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from code_path_audit.callgraph.model import OBSERVED, Edge, ExternalCall, SolvedGraph, Unresolved
from code_path_audit.costs.model import ExpensiveOp, StateMutation
from code_path_audit.facts.function import FunctionFacts
from code_path_audit.facts.rows import CONDITIONS
from code_path_audit.program.model import Program


class Reach(NamedTuple):
    """One action's share of the graph. `depths`: calls from the nearest entry, by fqname, breadth first.

    `edges` lead from and to functions within the limit, sorted; `callees` and `callers` have the same by their ends.
    `guesses` are the edges from there that are only possible, and not followed. `cut` are the functions that only
    deeper calls reach. `externals`, `unresolved`, `ops` and `mutations` are those of
    the functions within the limit. `facts` gives those of any
    function, `standings` keeps what `runs.standing.stands` found.
    """

    program: Program
    graph: SolvedGraph
    entries: tuple[str, ...]
    depths: dict[str, int]
    edges: tuple[Edge, ...]
    guesses: tuple[Edge, ...]
    callees: dict[str, tuple[Edge, ...]]
    callers: dict[str, tuple[Edge, ...]]
    cut: tuple[str, ...]
    externals: dict[str, tuple[ExternalCall, ...]]
    unresolved: tuple[Unresolved, ...]
    ops: tuple[ExpensiveOp, ...]
    mutations: tuple[StateMutation, ...]
    facts: Callable[[str], FunctionFacts]
    standings: dict[tuple[str, int], Any]


class _Facts(dict[str, FunctionFacts]):
    """The facts of functions by name, each asked of the program once."""

    def __init__(self, program: Program) -> None:
        super().__init__()
        self.program = program

    def __missing__(self, function: str) -> FunctionFacts:
        found = self[function] = self.program.facts(function)
        return found


def reach(
    program: Program,
    graph: SolvedGraph,
    entries: tuple[str, ...],
    ops: Iterable[ExpensiveOp],
    mutations: Iterable[StateMutation],
    max_depth: int | None = None,
) -> Reach:
    """What `entries` (depth 0) reach in at most `max_depth` calls (None: in any number); rows of other functions are
    left out."""
    everything: dict[str, list[str]] = {}
    for edge in graph.edges:
        everything.setdefault(edge.caller, []).append(edge.callee)
    all_depths = depths_from(entries, everything)
    depths = {name: depth for name, depth in all_depths.items() if max_depth is None or depth <= max_depth}
    edges = tuple(sorted(edge for edge in graph.edges if edge.caller in depths and edge.callee in depths))
    return Reach(
        program,
        graph,
        entries,
        depths,
        edges,
        tuple(edge for edge in graph.guesses if edge.caller in depths),
        grouped(edges, "caller"),
        grouped(edges, "callee"),
        tuple(sorted(name for name in all_depths if name not in depths)),
        grouped(sorted(row for row in graph.externals if row.caller in depths), "caller"),
        tuple(sorted(row for row in graph.unresolved if row.caller in depths)),
        tuple(sorted((op for op in ops if op.function in depths), key=op_order)),
        tuple(sorted((row for row in mutations if row.function in depths), key=mutation_order)),
        _Facts(program).__getitem__,
        {},
    )


def depths_from(entries: Iterable[str], callees: dict[str, list[str]]) -> dict[str, int]:
    """Calls from the nearest entry to every function that they reach."""
    depths = dict.fromkeys(entries, 0)
    level = list(depths)
    while level:
        below = []
        for caller in level:
            for callee in callees.get(caller, ()):
                if callee not in depths:
                    depths[callee] = depths[caller] + 1
                    below.append(callee)
        level = below
    return depths


def grouped(rows: Iterable, field: str) -> dict[str, tuple]:  # type: ignore[type-arg]
    """Rows by one of their fields, in their order."""
    groups: dict[str, list] = {}  # type: ignore[type-arg]
    for row in rows:
        groups.setdefault(getattr(row, field), []).append(row)
    return {name: tuple(group) for name, group in groups.items()}


OpKey = tuple[str, int, str, int, str]
"""What an op is found by, and sorted: its place, what it calls, which of these, its id."""


def op_order(op: ExpensiveOp) -> OpKey:
    """Ops by place."""
    return (op.function, op.site, op.callee, op.ordinal, op.id)


def condition_of(op: ExpensiveOp) -> int:
    """The condition that an op runs on; always, where no action is."""
    return CONDITIONS.index(op.condition) if op.condition else 0


def constant_texts(reach: Reach, op: ExpensiveOp) -> list[str]:
    """The constant strings that an op is given, its receiver's included."""
    key = (op.function, op.site)
    rows = [*reach.graph.arguments.get(key, ())]
    if key in reach.graph.receivers:
        rows.append(reach.graph.receivers[key])
    return [row.text for row in rows if row.text is not None]


def mutation_order(row: StateMutation) -> tuple[str, int, int, str, str]:
    """Mutations by place."""
    return (row.function, row.line, row.site, row.kind, row.target)


def is_module(program: Program, fqname: str) -> bool:
    """Whether a function is the body of a module: it runs once, however often it is imported."""
    return program.functions[fqname][1] == 0


def runs_module(reach: Reach, edge: Edge) -> bool:
    """Whether an edge is an import that runs a module's body, seen in the source or in a recorded run."""
    return edge.kind in ("import", OBSERVED) and is_module(reach.program, edge.callee)


def place(program: Program, fqname: str, site: int = -1) -> str:
    """A place as reports write it: "function:line"."""
    return f"{fqname}:{program.line(fqname, site)}"
