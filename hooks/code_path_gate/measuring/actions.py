"""The actions of one state, each measured at most once: from the cache, else traced in parallel."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

from code_path_audit.config import ActionConfig
from code_path_audit.errors import AuditError
from code_path_audit.program.files import ALONE, Files, How
from code_path_gate.measuring import cache
from code_path_gate.measuring.measured import Asked, Measured, all_asked, asked_of
from code_path_gate.states.state import State

if TYPE_CHECKING:
    from code_path_audit.callgraph.kept import Graphs
    from code_path_audit.callgraph.model import SolvedGraph
    from code_path_audit.pipeline import Costs
    from code_path_audit.program.model import Program
    from code_path_audit.program.verifying_trace import Nearby
    from code_path_audit.runtime.observations import Observations
    from code_path_audit.sources.data_files import FileSize
    from code_path_audit.sources.model import SkippedFile
    from code_path_audit.sources.toml_files import ReadFile
    from code_path_audit.store.pack import Store
    from code_path_gate.measuring.seen import Seen
    from code_path_gate.measuring.shifted import Shifted

Made = tuple[cache.Fresh | None, AuditError | None]
"""What a trace gave, or why it gave nothing; a pair, since an error that a copy returns is raised at once."""


WORTH, NEVER = 400_000, float("inf")
"""Steps of a solution that is worth keeping, so that a check can go on from it: what takes less, a third of a second,
is as soon found again."""


class CostInputs:
    """What the weights of ops are computed from, as one state has it: model, rules, hints, observations; lazily.

    `store` may have the tables that ship."""

    def __init__(self, state: State, store: Store = ALONE.store) -> None:
        self.state = state
        self.store = store

    @cached_property
    def costs(self) -> Costs:
        """The cost model and the rules."""
        from code_path_gate.measuring import engine  # whoever finds what was kept needs none of it

        return engine.costs(self.state.config, self.state.read_file(), self.store)

    @cached_property
    def observations(self) -> Observations:
        """What recorded runs saw."""
        return self.state.observations()

    @cached_property
    def model_files(self) -> tuple[bytes | None, ...]:
        """The bytes of the project's own library models; None for one that is not there."""
        config, read = self.state.config, self.state.read_file()
        return tuple(content(read, config.root / path) for path in (config.libraries, *config.library_files))

    @cached_property
    def parts(self) -> tuple[object, ...]:
        """All that the configuration says of weights, with the files that it names, and what recorded runs saw."""
        config, read = self.state.config, self.state.read_file()
        files = [content(read, config.root / path) for path in config.files_that_count if path != config.observations]
        return (config.model, config.classes, config.rules, config.hints, files, self.observations)


def content(read: ReadFile, path: Path) -> bytes | None:
    """The bytes of a file that the configuration names; None where it cannot be read: its reader says why, or goes
    without it."""
    try:
        return read(path)
    except (OSError, ValueError):
        return None


class Actions:
    """The actions of a state. `by` is what weights are computed from: both sides of a comparison use the same.

    Where not `exact`, what was measured in another state also counts, if the edits since stand alone (`nearby`); else
    the solution of another state is gone on from, where bodies alone were edited (`resumed` says of which actions).
    Solutions that took `suspends` steps are kept for that.
    """

    def __init__(self, state: State, by: CostInputs, how: How, exact: bool = True, suspends: float = NEVER) -> None:
        self.state = state
        self.by = by
        self.how = how
        self.exact = exact
        self.suspends = suspends
        self._near: set[str] = set()
        self.resumed: set[str] = set()
        self._size = state.file_size()
        self._found: dict[str, cache.Known | AuditError | OSError] = {}

    @cached_property
    def files(self) -> Files:
        """The files of the source, listed when somebody asks."""
        return self.state.files(self.how)

    def skipped(self) -> tuple[SkippedFile, ...]:
        """The files that were not read or do not parse; none where nobody asked for any file."""
        return self.files.skipped() if "files" in self.__dict__ else ()

    def asked(self) -> Asked:
        """What all that was measured depends on."""
        return all_asked(found.asked for found in self._found.values() if isinstance(found, cache.Known))

    def measure(self, actions: Sequence[ActionConfig]) -> None:
        """Measures several in parallel; an error of one is raised when that one is asked for."""
        asked = [action for action in actions if action.name not in self._found]
        if not asked:
            return
        files, missing = self.files, []
        for action in asked:
            known = cache.known(files, self._about(action), self._size)
            if known is None and not self.exact:
                known = self._nearby(files, action)
            if known is None:
                missing.append(action)
            else:
                self._found[action.name] = known
        if missing:
            self._found.update(zip((action.name for action in missing), self._traced(files, missing), strict=True))

    def _nearby(self, files: Files, action: ActionConfig) -> cache.Known | None:
        """An action as it was measured in another state, where the edits since stand alone."""

        def shifted(found: Nearby) -> Shifted | None:
            from code_path_gate.measuring import nearby

            if any(self.by.observations):
                return None  # recorded calls are joined to call sites by what is written there, and how often
            return nearby.shifted(files, found, self.by.costs, partial(self._graph_before, files, action))

        try:
            known = cache.near(files, self._about(action), self._size, shifted)
        except (AuditError, OSError):
            return None  # whoever measures it says why
        if known is not None:
            self._near.add(action.name)
        return known

    def _graph_before(self, files: Files, action: ActionConfig, contents: Mapping[str, str]) -> SolvedGraph | None:
        """The graph of an action in which some modules had files of this content, if it is kept."""
        from code_path_audit.callgraph.kept import Graphs
        from code_path_gate.measuring.engine import problem

        asked = problem(files.program(), action, self.state.config, self.by.costs, self.by.observations)
        for graph, then in Graphs(files).before(asked):
            if then.items() <= contents.items():
                return graph
        return None

    def measure_exactly(self, actions: Sequence[ActionConfig]) -> bool:
        """Measures those of some actions anew that count as they were measured in another state; whether there were."""
        near = [action for action in actions if action.name in self._near]
        for action in near:
            del self._found[action.name]
            self._near.discard(action.name)
            self.resumed.discard(action.name)
        self.exact = self.exact or bool(near)
        self.measure(near)
        return bool(near)

    def measured(self, action: ActionConfig) -> Measured:
        """An action; AuditError or OSError where it cannot be traced."""
        if action.name not in self._found:
            self.measure([action])
        found = self._found[action.name]
        if isinstance(found, cache.Known):
            return found.measured
        raise found

    def seen(self, action: ActionConfig) -> Seen:
        """An action with what says where things are: nothing of it is traced again."""
        from code_path_gate.measuring.seen import Seen

        return Seen(self.measured(action), self.files.program(), self._texts, self._keys)

    @cached_property
    def _texts(self) -> Mapping[str, bytes]:
        return _Texts(self.files)

    @cached_property
    def _keys(self) -> Mapping[str, str]:
        return {file.path: file.key for file in self.files.tree.files}

    def _about(self, action: ActionConfig) -> list[object]:
        """What a trace of an action depends on besides the files."""
        return [action, self.state.config._replace(root=None, actions=(), gate={}, file=""), self.by.parts]  # type: ignore[arg-type]

    def _traced(self, files: Files, actions: Sequence[ActionConfig]) -> list[cache.Known | AuditError | OSError]:
        from code_path_audit.callgraph.kept import Graphs
        from code_path_gate.measuring import engine

        try:
            files.program()
            _ = self.by.costs, self.by.observations  # not once in each process
        except (AuditError, OSError) as wrong:
            return [wrong] * len(actions)
        resumes = not self.exact and not any(self.by.observations)
        graphs = Graphs(files, suspends=self.suspends, resumes=resumes)
        engine.solve_side_by_side(graphs, actions, self.state.config, self.by.costs, self.by.observations)
        calls = [partial(self._made, files, graphs, action) for action in actions]
        results: list[cache.Known | AuditError | OSError] = []
        try:
            made = engine.each_action(files, calls, files.how, _reached)
        except AuditError as wrong:
            return [wrong] * len(actions)
        for action, (fresh, error) in zip(actions, made, strict=True):
            if error is not None:
                results.append(error)
            elif fresh is not None and fresh.resumed:
                self._near.add(action.name)
                self.resumed.add(action.name)
                results.append(cache.Known(fresh.made, asked_of(fresh.consulted, fresh.sizes)))
            elif fresh is not None:
                results.append(cache.keep(files, self._about(action), self._size, fresh))
        return results

    def _made(self, files: Files, graphs: Graphs, action: ActionConfig) -> Made:
        try:
            return cache.fresh(files, self._size, self._measure(action), graphs), None
        except AuditError as error:
            return None, error

    def _measure(self, action: ActionConfig) -> cache.Measure:
        from code_path_gate.measuring import engine

        def measure(program: Program, size: FileSize, graphs: Graphs) -> Measured:
            return engine.trace(program, action, self.state.config, size, self.by.costs, self.by.observations, graphs)

        return measure


def _reached(made: Made) -> int:
    """The functions of one action."""
    return len(made[0].made.calls) if made[0] is not None else 0


class _Texts(Mapping[str, bytes]):
    """The bytes of files by path, each fetched when somebody asks, and once: from git that takes two processes."""

    def __init__(self, files: Files) -> None:
        self.files = files
        self.by_path = {file.path: file for file in files.tree.files}
        self.known: dict[str, bytes] = {}

    def __getitem__(self, path: str) -> bytes:
        if path not in self.known:
            self.known[path] = self.files.data(self.by_path[path])
        return self.known[path]

    def __iter__(self) -> Iterator[str]:
        return iter(self.by_path)

    def __len__(self) -> int:
        return len(self.by_path)
