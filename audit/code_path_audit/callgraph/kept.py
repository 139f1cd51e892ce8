"""Solved graphs between runs: what one command has solved, every other one has, as long as its questions are answered
alike (decision 0024). Nothing here changes a result."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from code_path_audit.callgraph.behaviours import Behaviours
from code_path_audit.callgraph.model import Evidence, ObservedCall, SolvedGraph
from code_path_audit.callgraph.packed import opened, pack
from code_path_audit.callgraph.solve import solve
from code_path_audit.fingerprint import fingerprint
from code_path_audit.program.dependencies import Consulted, Ledger
from code_path_audit.program.files import Files, Progress, no_progress
from code_path_audit.program.model import Program
from code_path_audit.program.verifying_trace import VerifyingTrace
from code_path_audit.store.pack import Store


class Problem(NamedTuple):
    """All that a graph depends on besides the source: what `solve` takes."""

    roots: tuple[str, ...]
    behaviours: Behaviours
    imports: bool = False
    observed: tuple[ObservedCall, ...] = ()
    follows: Evidence = Evidence.LIKELY
    asked: tuple[tuple[str, str], ...] = ()


def solved(program: Program, problem: Problem, progress: Progress = no_progress) -> SolvedGraph:
    """The graph, solved now."""
    roots, behaviours, imports, observed, follows, asked = problem

    def told(functions: int, steps: int) -> None:
        progress("following calls", functions, 0, steps)

    hears = None if progress is no_progress else told
    return solve(program, roots, program.stubs, behaviours, imports, observed, follows=follows, told=hears, asked=asked)


def nobody(consulted: Consulted) -> None:
    """For where nobody keeps more than the graph."""


class Graphs:
    """The graphs of one state of the source. `told` hears on which questions to the program each one depends,
    `progress` how far a solution is, by default whoever waits for the files."""

    def __init__(
        self, files: Files, told: Callable[[Consulted], None] = nobody, progress: Progress | None = None
    ) -> None:
        self.files = files
        self.told = told
        self.progress = files.how.progress if progress is None else progress
        self._here: dict[str, tuple[SolvedGraph, Consulted]] = {}

    def telling(self, told: Callable[[Consulted], None]) -> Graphs:
        """The same graphs for somebody else who hears what they depend on."""
        other = Graphs(self.files, told, self.progress)
        other._here = self._here
        return other

    def solved(self, problem: Problem) -> SolvedGraph:
        """The graph: as it was kept, or else solved now, and kept."""
        found = self.known(problem)
        if found is None:
            ledger = Ledger()
            graph = solved(ledger.watch(self.files.program()), problem, self.progress)
            found = graph, ledger.consulted()
            self.keep(problem, *found)
        self.told(found[1])
        return found[0]

    def known(self, problem: Problem) -> tuple[SolvedGraph, Consulted] | None:
        """A graph that is kept, and what it depends on."""
        store = self.files.how.store
        if not store.folder:
            return self._here.get(repr(problem))
        store = store.again()
        found = self._trace(problem, store).get()
        graph = None if found is None else opened(found.data)
        if found is None or graph is None or not _is_of(graph, problem):
            return None
        store.commit()
        return graph, found.consulted

    def before(self, problem: Problem) -> Iterator[tuple[SolvedGraph, dict[str, str]]]:
        """The graphs of other states of the source, from which single modules differ now: each with these modules, and
        the content of their files then (`verifying_trace.Row`)."""
        if self.files.how.store.folder:
            for found in self._trace(problem, self.files.how.store).nearby():
                graph = opened(found.data)
                if graph is not None and _is_of(graph, problem):
                    yield graph, {was.module: was.content for was, _ in found.changed}

    def keep(self, problem: Problem, graph: SolvedGraph, consulted: Consulted) -> None:
        """Keeps a graph at once: a copy of the process may end any time."""
        if not self.files.how.store.folder:
            self._here[repr(problem)] = graph, consulted
        elif opened(data := pack(graph)) == graph:
            store = self.files.how.store.again()
            trace = self._trace(problem, store)
            if trace.is_asked:
                # somebody edits, so the next one asks for these bodies again
                self.files.keep_bodies()
            trace.put(data, consulted, ())
            store.commit()

    def _trace(self, problem: Problem, store: Store) -> VerifyingTrace:
        return VerifyingTrace("graph", self.files, fingerprint(), problem, store=store)


def _is_of(graph: SolvedGraph, problem: Problem) -> bool:
    """Whether a graph begins with what was asked for; what a framework runs beside that is among its roots, too."""
    return set(problem.roots) <= set(graph.roots)
