"""Solved graphs between runs: what one command has solved, every other one has, as long as its questions are answered
alike (decision 0024). Nothing here changes a result."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from code_path_audit.callgraph.behaviours import Behaviours
from code_path_audit.callgraph.model import Evidence, ObservedCall, SolvedGraph
from code_path_audit.callgraph.packed import opened, pack
from code_path_audit.callgraph.solve import solve
from code_path_audit.fingerprint import fingerprint
from code_path_audit.program.dependencies import Consulted, Ledger
from code_path_audit.program.files import Files
from code_path_audit.program.model import Program
from code_path_audit.program.verifying_trace import VerifyingTrace


class Problem(NamedTuple):
    """All that a graph depends on besides the source: what `solve` takes."""

    roots: tuple[str, ...]
    behaviours: Behaviours
    imports: bool = False
    observed: tuple[ObservedCall, ...] = ()
    follows: Evidence = Evidence.LIKELY


def solved(program: Program, problem: Problem) -> SolvedGraph:
    """The graph, solved now."""
    roots, behaviours, imports, observed, follows = problem
    return solve(program, roots, program.stubs, behaviours, imports, observed, follows=follows)


def nobody(consulted: Consulted) -> None:
    """For where nobody keeps more than the graph."""


class Graphs:
    """The graphs of one state of the source. `told` hears on which questions to the program each one depends."""

    def __init__(self, files: Files, told: Callable[[Consulted], None] = nobody) -> None:
        self.files = files
        self.told = told

    def solved(self, problem: Problem) -> SolvedGraph:
        """The graph: as it was kept, or else solved now, and kept at once: a copy of the process may end any time."""
        store = self.files.how.store.again()
        kept = VerifyingTrace("graph", self.files, fingerprint(), problem, store=store)
        found = kept.get()
        graph = None if found is None else opened(found.data)
        if found is not None and graph is not None and set(graph.roots) == set(problem.roots):
            self.told(found.consulted)
            store.commit()
            return graph
        ledger = Ledger()
        graph = solved(ledger.watch(self.files.program()), problem)
        consulted = ledger.consulted()
        self.told(consulted)
        if store.folder and opened(data := pack(graph)) == graph:
            kept.put(data, consulted, ())
            store.commit()
        return graph
