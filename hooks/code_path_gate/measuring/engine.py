"""What the gate asks of the engine, and nothing else does: source to profile, and what a baseline of it holds."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from code_path_audit import pipeline
from code_path_audit.callgraph.kept import Graphs, Problem
from code_path_audit.callgraph.model import Evidence
from code_path_audit.config import ActionConfig, Config
from code_path_audit.pipeline import Costs
from code_path_audit.profiles.reach import Reach
from code_path_audit.program.files import ALONE, Files, How
from code_path_audit.program.model import Program
from code_path_audit.runtime.observations import Observations
from code_path_audit.sources.data_files import FileSize
from code_path_audit.sources.model import SourceTree
from code_path_audit.sources.toml_files import ReadFile
from code_path_audit.store.pack import Store
from code_path_gate.baseline.capture import capture
from code_path_gate.measuring.measured import Measured
from code_path_gate.measuring.paths import paths_of

T = TypeVar("T")
NOTHING_SEEN = Observations()


def load(tree: SourceTree, how: How = ALONE) -> Program:
    """All facts of a tree, linked."""
    return pipeline.program_of(tree, how)


def costs(config: Config, read: ReadFile, store: Store | None = None) -> Costs:
    """The cost model and the rules of a configuration; `read` gives the bytes of the files that it names, `store` may
    have those that ship."""
    return pipeline.costs_of(config, read, store)


def trace(
    program: Program,
    action: ActionConfig,
    config: Config,
    file_size: FileSize,
    costs: Costs | None = None,
    observations: Observations = NOTHING_SEEN,
    graphs: Graphs | None = None,
) -> Measured:
    """One action, whole-program; AuditError for an entry point that names nothing, or a broken file it may reach.

    `costs` are by default those of the configuration, with the files that it names as they are on disk.
    """
    costs = costs or pipeline.costs_of(config)
    found = pipeline.weigh(program, action, config, file_size, costs, observations, graphs)
    calibrated = any(found.calibrated for found in costs.model.classes.values())
    current, threshold = capture(action.name, found), costs.model.threshold
    doubts = doubtful(found.reach)
    return Measured(
        current, calls(found.reach), threshold, paths_of(found), sites(found.reach), calibrated,
        doubts, handed(found.reach, doubts), found.reach.graph.widened,
    )  # fmt: skip


def problem(
    program: Program, action: ActionConfig, config: Config, costs: Costs, observations: Observations
) -> Problem:
    """What is to be solved for an action. AuditError as `trace` has them."""
    return pipeline.problem_of(program, action, config, costs, observations)[1]


def solve_side_by_side(
    graphs: Graphs, actions: Sequence[ActionConfig], config: Config, costs: Costs, observations: Observations
) -> None:
    """Has the graphs of some actions solved by an executor, if there is one."""
    pipeline.solve_side_by_side(graphs, actions, config, costs, observations)


def each_action(files: Files, calls: Sequence[Callable[[], T]], how: How, reached: Callable[[T], int]) -> list[T]:
    """What each call returns, a call for each action, side by side; `reached` is how many functions it found.
    AuditError `too-much-reached`."""
    return pipeline.each_action(files.program(), calls, how, pipeline.Together(files.source_bytes), reached)


def calls(reach: Reach) -> dict[str, tuple[str, ...]]:
    """Each function reached, and its callees in the source, sorted."""
    return {name: tuple(sorted({edge.callee for edge in reach.callees.get(name, ())})) for name in sorted(reach.depths)}


def sites(reach: Reach) -> dict[str, tuple[tuple[int, ...], ...]]:
    """The call sites of each callee that `calls` has of a function, by their numbers in it."""
    found = {}
    for name in sorted(reach.depths):
        # the edges of a function are sorted by their sites
        of: dict[str, dict[int, None]] = {}
        for edge in reach.callees.get(name, ()):
            of.setdefault(edge.callee, {})[edge.site] = None
        if of:
            found[name] = tuple([tuple(of[callee]) for callee in sorted(of)])
    return found


def doubtful(reach: Reach) -> dict[str, tuple[str, ...]]:
    """Of each function, the callees that no certain call of it leads to."""
    found = {}
    for name in sorted(reach.depths):
        edges = reach.callees.get(name, ())
        certain = {edge.callee for edge in edges if edge.evidence == Evidence.CERTAIN.word}
        others = {edge.callee for edge in edges} - certain
        if others:
            found[name] = tuple(sorted(others))
    return found


def handed(reach: Reach, doubts: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """Of each function, those of its `doubtful` callees that nothing but calls of libraries may lead to, which were
    given them before."""
    found = {}
    for name, callees in doubts.items():
        called = {edge.callee for edge in reach.callees[name] if edge.kind != CALLBACK}
        others = tuple(callee for callee in callees if callee not in called)
        if others:
            found[name] = others
    return found


CALLBACK = "callback"
"""The kind of an edge from a call of a library to what was handed to it."""
