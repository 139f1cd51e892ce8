"""Solved graphs between runs: what one command has solved, every other one has, as long as its questions are answered
alike (decision 0024). Nothing here changes a result."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from typing import NamedTuple

from code_path_audit.callgraph.behaviours import Behaviours
from code_path_audit.callgraph.edits import edit_of, in_program
from code_path_audit.callgraph.model import Evidence, ObservedCall, SolvedGraph
from code_path_audit.callgraph.packed import opened, pack
from code_path_audit.callgraph.resumed import gone_on
from code_path_audit.callgraph.solve import Begun, solve
from code_path_audit.callgraph.solve import nobody as unheard
from code_path_audit.callgraph.suspended import resume, suspend
from code_path_audit.fingerprint import fingerprint
from code_path_audit.program.dependencies import Consulted, Ledger
from code_path_audit.program.files import Files, Progress, no_progress
from code_path_audit.program.model import Program
from code_path_audit.program.verifying_trace import Nearby, VerifyingTrace, facts_then
from code_path_audit.store import single
from code_path_audit.store.pack import Store


class Problem(NamedTuple):
    """All that a graph depends on besides the source: what `solve` takes."""

    roots: tuple[str, ...]
    behaviours: Behaviours
    imports: bool = False
    observed: tuple[ObservedCall, ...] = ()
    follows: Evidence = Evidence.LIKELY
    asked: tuple[tuple[str, str], ...] = ()


def solved(
    program: Program,
    problem: Problem,
    progress: Progress = no_progress,
    suspended: Callable[[Begun], None] = unheard,
) -> SolvedGraph:
    """The graph, solved now. `suspended` as `solve` has it."""
    roots, behaviours, imports, observed, follows, asked = problem

    def told(functions: int, steps: int) -> None:
        progress("following calls", functions, 0, steps)

    hears = None if progress is no_progress else told
    return solve(
        program, roots, program.stubs, behaviours, imports, observed, follows=follows, told=hears, asked=asked,
        suspended=suspended,
    )  # fmt: skip


def write_state(folder: str, key: bytes, state: bytes) -> None:
    """Keeps a solution, if the system lets it."""
    with suppress(OSError):
        single.write(folder, b"state" + key, key + state, single.LARGE)


def read_state(folder: str, key: bytes) -> memoryview | None:
    """The solution that was kept beside a graph."""
    found = single.read(folder, b"state" + key, single.LARGE)
    return found[len(key) :] if found is not None and found[: len(key)] == key else None


MOST_MODULES = 20
"""Modules that may have changed since a solution that is gone on from: an edit has few."""

NEVER = float("inf")
"""Steps that no solution takes."""


def nobody(consulted: Consulted) -> None:
    """For where nobody keeps more than the graph."""


class Graphs:
    """The graphs of one state of the source. `told` hears on which questions to the program each one depends,
    `progress` how far a solution is, by default whoever waits for the files. Solutions that took `suspends` steps are
    kept, too, so that others can go on from them; with `resumes` an edit of bodies goes on from one (`resumed` says
    whether one did): its graph may not be the one that is found from nothing, and is not kept."""

    def __init__(
        self,
        files: Files,
        told: Callable[[Consulted], None] = nobody,
        progress: Progress | None = None,
        suspends: float = NEVER,
        resumes: bool = False,
    ) -> None:
        self.files = files
        self.told = told
        self.suspends, self.resumes, self.resumed = suspends, resumes, False
        self.progress = files.how.progress if progress is None else progress
        self._here: dict[str, tuple[SolvedGraph, Consulted]] = {}

    def telling(self, told: Callable[[Consulted], None]) -> Graphs:
        """The same graphs for somebody else who hears what they depend on."""
        other = Graphs(self.files, told, self.progress, self.suspends, self.resumes)
        other._here = self._here
        return other

    def solved(self, problem: Problem) -> SolvedGraph:
        """The graph: as it was kept, or else solved now, and kept."""
        found = self.known(problem)
        if found is None and self.resumes:
            found = next(filter(None, map(partial(self._gone_on, problem), self._suspended(problem))), None)
            self.resumed = found is not None
        if found is None:
            ledger, states = Ledger(), []

            def suspended(begun: Begun) -> None:
                if begun.state.steps >= self.suspends:
                    states.append(suspend(begun))

            heard = unheard if problem.observed or not self.files.how.store.folder else suspended
            graph = solved(ledger.watch(self.files.program()), problem, self.progress, heard)
            found = graph, ledger.consulted()
            key = self.keep(problem, *found)
            if key and states:
                write_state(self.files.how.store.folder, key, states[0])
        self.told(found[1])
        return found[0]

    def may_resume(self, problem: Problem) -> bool:
        """Whether there is a solution that can be gone on from, as far as that is known without going on."""
        return self.resumes and any(True for _ in self._suspended(problem))

    def _suspended(self, problem: Problem) -> Iterator[tuple[Nearby, memoryview]]:
        folder = self.files.how.store.folder
        if folder and not problem.observed:
            for found in self._trace(problem, self.files.how.store).nearby():
                state = read_state(folder, found.key) if 0 < len(found.changed) <= MOST_MODULES else None
                if state is not None:
                    yield found, state

    def _gone_on(self, problem: Problem, before: tuple[Nearby, memoryview]) -> tuple[SolvedGraph, Consulted] | None:
        """The graph after an edit, gone on from a solution; None where that is not possible."""
        found, state = before
        ledger, edits, program = Ledger(), {}, self.files.program()
        try:
            for was, _ in found.changed:
                then = facts_then(self.files, was)
                facts = program.modules.get(was.module)
                of_module = None if then is None or facts is None else edit_of(program, then, facts, was.read)
                if of_module is None:
                    return None
                edits[was.module] = of_module
            program = ledger.watch(in_program(program, edits))
            begun = resume(state, program, program.stubs, problem.behaviours)
            graph = gone_on(begun, edits)
        except (ValueError, LookupError):  # what the store has of before is damaged
            return None
        if graph is None:
            return None
        self.files.keep_bodies()  # somebody edits, so the next one asks for these bodies again
        ledger.add(found.consulted)
        return graph, ledger.consulted()

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

    def keep(self, problem: Problem, graph: SolvedGraph, consulted: Consulted) -> bytes:
        """Keeps a graph at once: a copy of the process may end any time. The key under which it is, b"" for none."""
        key = b""
        if not self.files.how.store.folder:
            self._here[repr(problem)] = graph, consulted
        elif opened(data := pack(graph)) == graph:
            store = self.files.how.store.again()
            trace = self._trace(problem, store)
            if trace.is_asked:
                # somebody edits, so the next one asks for these bodies again
                self.files.keep_bodies()
            key = trace.put(data, consulted, ())
            store.commit()
        return key

    def _trace(self, problem: Problem, store: Store) -> VerifyingTrace:
        return VerifyingTrace("graph", self.files, fingerprint(), problem, store=store)


def _is_of(graph: SolvedGraph, problem: Problem) -> bool:
    """Whether a graph begins with what was asked for; what a framework runs beside that is among its roots, too."""
    return set(problem.roots) <= set(graph.roots)
