"""Every stage in order. Each takes and returns plain values; files are read by `sources` alone."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple, TypeVar

from code_path_audit.callgraph.behaviours import Behaviours
from code_path_audit.callgraph.kept import Graphs, Problem, solved
from code_path_audit.callgraph.model import OBSERVED, Bound, Evidence, ObservedCall, SolvedGraph
from code_path_audit.config import ActionConfig, Config, default_config
from code_path_audit.costs.model import CostModel, ExpensiveOp, StateMutation
from code_path_audit.costs.models import load_model
from code_path_audit.costs.mutations import find_mutations
from code_path_audit.costs.operations import find_ops
from code_path_audit.costs.rules import Rules, load_rules
from code_path_audit.costs.tables import RuleTable, config_table, names_of, read_table
from code_path_audit.errors import AuditError
from code_path_audit.libraries.model import Libraries
from code_path_audit.libraries.needed import needed, unweighed
from code_path_audit.libraries.project import libraries_of, shipped_libraries
from code_path_audit.processes import (
    can_fork,
    collector_off,
    cores,
    give_back,
    nobody,
    one_after_the_other,
    side_by_side,
    spawned,
)
from code_path_audit.profiles.entry import methods_asked, resolve_entries
from code_path_audit.profiles.model import Action, ActionProfile, UnmodelledLibrary, UnweighedLibrary
from code_path_audit.profiles.trace import Weighed, build_call_graph_view
from code_path_audit.profiles.trace import trace as trace_graph
from code_path_audit.profiles.trace import weigh as weigh_graph
from code_path_audit.program.files import ALONE, Files, How, no_progress
from code_path_audit.program.imports import import_closure
from code_path_audit.program.model import Program
from code_path_audit.reports.page.values import Beside, Changes, Point, Source
from code_path_audit.runtime.compare import compare
from code_path_audit.runtime.matching import Placed, measured_bounds, placed
from code_path_audit.runtime.observations import Observations
from code_path_audit.runtime.record.recordable import recordable
from code_path_audit.sources.data_files import FileSize, size_reader
from code_path_audit.sources.model import SourceTree
from code_path_audit.sources.text import ReadSource, source_reader
from code_path_audit.sources.toml_files import ReadFile, from_disk
from code_path_audit.sources.worktree import discover
from code_path_audit.store.pack import Store

T = TypeVar("T")

MANY_FILES = 500
"""From here on it is worth asking the system for less memory, once files have been read."""


class Costs(NamedTuple):
    """What the configuration says of costs and libraries: the cost model, the rules, and what libraries do."""

    model: CostModel
    rules: Rules
    behaviours: Behaviours


# source to program


def load(config: Config, how: How = ALONE) -> Program:
    """The program that a configuration names. AuditError where there is nothing to audit."""
    return read(config, how).program()


def read(config: Config, how: How = ALONE) -> Files:
    """The files that a configuration names, read and linked, without their bytes. AuditError where there are none."""
    return _read(discover(config.root, config.source, config.exclude), how)


def graphs_of(files: Files) -> Graphs | None:
    """The graphs of some files that were solved before, or by others, or while somebody looks on; else None."""
    how = files.how
    is_asked = how.store.folder or how.executor is not None or how.progress is not no_progress
    return Graphs(files) if is_asked else None


def load_sources(root: Path, source: tuple[str, ...], packages: tuple[str, ...] = ()) -> Program:
    """The program below some source roots; with `packages`, only the modules of these top-level packages."""
    tree = discover(root, source)
    if packages:
        files = tuple(f for f in tree.files if f.module.partition(".")[0] in packages)
        kept = tuple(s for s in tree.skipped if s.module.partition(".")[0] in packages)
        tree = SourceTree(files, kept, tree.entry_points, hidden=tree.hidden)
    return program_of(tree)


def program_of(tree: SourceTree, how: How = ALONE) -> Program:
    """Facts of every file, linked; files that do not parse are among `Program.skipped`."""
    return _read(tree, how).program()


def _read(tree: SourceTree, how: How) -> Files:
    files = Files(tree, how)
    files.program()
    files.let_go()
    if len(tree.files) >= MANY_FILES:
        # the bytes of the files, if the caller needs them no more
        del tree
        give_back()
    return files


# program to profile

ALONE_FUNCTIONS = 500
"""Actions of a program with fewer functions are traced in this process: others would take longer to begin than to
work."""


def traces(
    program: Program,
    actions: Sequence[ActionConfig],
    config: Config,
    max_depth: int | None = None,
    how: How = ALONE,
    follows: Evidence = Evidence.LIKELY,
    graphs: Graphs | None = None,
    asked: Callable[[Iterable[str]], object] = tuple,
    source_bytes: Callable[[], int] = lambda: 0,
    texts: bool = False,
) -> list[ActionProfile]:
    """What each action pays for, in order, traced side by side; AuditError as `trace` has them, the first in order, and
    `too-much-reached`.

    `asked` is told the files whose size was asked for, by their paths in the project. `source_bytes` is the size of the
    source. Without `texts` the `markdown` and `mermaid` of a profile are left empty.
    """
    costs = costs_of(config, store=None if graphs is None else graphs.files.how.store)
    observations, size = observations_of(config), size_reader(config.root)
    if graphs is not None:
        solve_side_by_side(graphs, actions, config, costs, observations, follows)

    def one(action: ActionConfig) -> tuple[ActionProfile, dict[str, int | None]]:
        sizes: dict[str, int | None] = {}

        def noted(path: str) -> int | None:
            return sizes.setdefault(path, size(path))

        made = trace(program, action, config, max_depth, noted, costs, observations, follows, graphs, texts=texts)
        return made, sizes

    def reached(row: tuple[ActionProfile, object]) -> int:
        return len(row[0].call_graph.nodes) + row[0].cut_by_depth

    calls = [partial(one, action) for action in actions]
    found = each_action(program, calls, how, Together(source_bytes), reached)
    for _, sizes in found:
        asked(sizes)
    return [profile for profile, _ in found]


def solve_side_by_side(
    graphs: Graphs,
    actions: Sequence[ActionConfig],
    config: Config,
    costs: Costs,
    observations: Observations,
    follows: Evidence = Evidence.LIKELY,
) -> None:
    """Has the graphs of some actions solved by the workers of the executor, if there is one, and by fresh interpreters
    where there is no fork; what stands in the way of an action is told when it is traced."""
    how, program = graphs.files.how, graphs.files.program()
    count = min(how.workers or cores(), len(actions))
    if how.executor is None and (can_fork() or count <= 1 or not is_large(program)):
        return
    from code_path_audit.callgraph.remote import solve_all

    problems = []
    for action in actions:
        with suppress(AuditError):
            problem = problem_of(program, action, config, costs, observations, follows)[1]
            if not graphs.may_resume(problem):
                problems.append(problem)
    if how.executor is not None:
        solve_all(graphs, problems, how.executor, how.share, how.progress)
    elif any(graphs.known(problem) is None for problem in problems):
        with spawned(count) as (executor, share):
            solve_all(graphs, problems, executor, share, how.progress)


def is_large(program: Program) -> bool:
    """Whether its actions are worth a process each."""
    return len(program.functions) >= ALONE_FUNCTIONS


MANY_ACTIONS = 10
"""Of fewer nobody is told where no terminal shows how far they are."""


MOST_REACHED, BYTES_EACH = 60_000, 4
"""Functions that the actions of one command reach together, each counted for each action: so many, or one for so many
bytes of source, which is each function of a usual program for some two hundred actions."""


class Together:
    """The functions that several actions reach, each counted for each action: what time and memory grow with."""

    def __init__(self, source_bytes: Callable[[], int]) -> None:
        self.source_bytes = source_bytes
        self.actions = 0
        self.reached = 0

    def at_once(self) -> int:
        """As many actions as are worth tracing before it is counted again, if the next are as those before."""
        if not self.actions:
            return FIRST
        left = self._most(self.reached + self.reached // self.actions) - self.reached
        return max(1, min(AT_ONCE, left * self.actions // max(self.reached, 1)))

    def _most(self, reached: int) -> int:
        """The limit, for so many: the size of the source is asked for by those alone that are past the first."""
        return MOST_REACHED if reached <= MOST_REACHED else max(MOST_REACHED, self.source_bytes() // BYTES_EACH)

    def add(self, functions: int) -> None:
        """Those of one more action. AuditError `too-much-reached`; one action alone is never too much."""
        self.actions += 1
        self.reached += functions
        if self.actions > 1 and self.reached > (most := self._most(self.reached)):
            raise AuditError(
                "too-much-reached",
                f"the actions reach more than {most:,} functions together, each counted for each action",
                todo="Trace them in several runs, with --action NAME, or give them fewer entry points.",
            )


FIRST, AT_ONCE = 8, 32
"""Actions after which it is counted what they reach, at first and at most."""


def nothing_reached(result: object) -> int:
    """For where nobody counts."""
    return 0


def each_action(
    program: Program,
    calls: Sequence[Callable[[], T]],
    how: How,
    together: Together | None = None,
    reached: Callable[[T], int] = nothing_reached,
) -> list[T]:
    """What each call returns, a call for each action: side by side, where the program is large enough for that.
    `together` is told how many functions each `reached`. AuditError `too-much-reached`."""
    progress = how.waits if how.progress is no_progress and len(calls) >= MANY_ACTIONS else how.progress
    together = together or Together(lambda: 0)
    results: list[T] = []

    def told(done: int) -> None:
        progress("tracing actions", len(results) + done, len(calls))

    if not is_large(program) or (progress is how.waits and how.workers == 1):
        # in this process, as without anybody to tell: what one of them solved is there for the next
        with one_after_the_other() as next_one:
            for call in calls:
                if results:
                    next_one()
                if is_large(program):
                    told(0)
                results.append(call())
                together.add(reached(results[-1]))
        return results
    while len(results) < len(calls):
        share = calls[len(results) :][: together.at_once()]
        made = side_by_side(share, how.workers, nobody if progress is no_progress else told)
        results += made
        for result in made:
            together.add(reached(result))
    return results


@collector_off()
def trace(
    program: Program,
    action: ActionConfig,
    config: Config,
    max_depth: int | None = None,
    file_size: FileSize | None = None,
    costs: Costs | None = None,
    observations: Observations | None = None,
    follows: Evidence = Evidence.LIKELY,
    graphs: Graphs | None = None,
    read: ReadSource | None = None,
    texts: bool = True,
) -> ActionProfile:
    """What an action pays for. AuditError for an entry point that names nothing, or a broken file that it may reach.

    `max_depth` is by default that of the configuration. `follows` is the weakest evidence of a call that is followed.
    `file_size` gives the size of a file by its path in the project, `observations` what recorded runs saw; by default
    those of the working tree. `costs` are by default those of the configuration. A comparison with what was recorded
    reads the rules of the working tree. `graphs` are those of this program that were solved before. `read`
    gives the source, by default of the working tree. Without `texts` its `markdown` and `mermaid` are left empty.
    """
    costs = costs or costs_of(config)
    seen = observations_of(config) if observations is None else observations
    size = file_size or size_reader(config.root)
    depth = config.max_depth if max_depth is None else max_depth
    solved = solve_and_find(program, action, config, costs, seen, size, follows, graphs)
    named = Action(action.name, list(solved.entry_points), action.description)
    profile = trace_graph(
        program,
        solved.graph,
        solved.ops,
        solved.mutations,
        costs.model,
        named,
        depth,
        read or source_reader(config.root),
    )
    guessed = needed([solved.graph], costs.behaviours.packages)
    spoken_of = costs.rules.packages | costs.behaviours.packages
    nothing_known = unweighed(
        (row for row in solved.graph.externals if row.caller in profile.call_graph.nodes),
        lambda library: library in spoken_of or library in program.modules,
    )
    profile = replace(
        profile,
        unmodelled=tuple(UnmodelledLibrary(*row) for row in guessed),
        unweighed=tuple(UnweighedLibrary(*row) for row in nothing_known),
    )
    if is_declared(action, config) and action.name in seen.actions():
        # what it would say without observations: their calls left out, and their sizes and bounds
        edges = tuple(edge for edge in solved.stated.edges if edge.kind != OBSERVED)
        externals = tuple(row for row in solved.stated.externals if row.kind != OBSERVED)
        unseen = solved.stated._replace(edges=edges, externals=externals)
        assumed = find_ops(program, unseen, costs.model, costs.rules, size, config.hints)
        comparison = compare(
            action.name,
            weigh_graph(program, unseen, assumed, (), costs.model, profile.entries, depth).ops,
            profile.expensive_ops,
            seen,
            program,
            profile.call_graph.nodes,
            {name: cost.calibrated for name, cost in costs.model.classes.items()},
            recordable(config),
        )
        profile = replace(profile, comparison=comparison)
    if not texts:
        return profile
    from code_path_audit.reports.files import rendered  # whoever measures alone needs no texts

    return rendered(profile)


@collector_off()
def weigh(
    program: Program,
    action: ActionConfig,
    config: Config,
    file_size: FileSize,
    costs: Costs,
    observations: Observations,
    graphs: Graphs | None = None,
) -> Weighed:
    """What an action reaches, however deep, and what that weighs, without proposals, comparison and texts.

    How often an op was seen to run is left out: that is of the code as it was recorded, and what is compared by it
    would not show a new loop. AuditError as `trace` has them.
    """
    solved = solve_and_find(program, action, config, costs, observations, file_size, graphs=graphs)
    entries = resolve_entries(program, list(solved.entry_points))
    ops = tuple(op._replace(measured_runs=None) for op in solved.ops)
    return weigh_graph(program, solved.graph, ops, solved.mutations, costs.model, entries)


class Solved(NamedTuple):
    """An action before it is weighed. `stated` has the bounds that source and configuration state, `graph` also those
    that were measured. `entry_points` are as written, with the modules that are started where imports count."""

    stated: SolvedGraph
    graph: SolvedGraph
    ops: tuple[ExpensiveOp, ...]
    mutations: tuple[StateMutation, ...]
    entry_points: tuple[str, ...]


def is_declared(action: ActionConfig, config: Config) -> bool:
    """Whether an action is one of the configuration, so that recordings may know it."""
    return any(other.name == action.name for other in config.actions)


def solve_and_find(
    program: Program,
    action: ActionConfig,
    config: Config,
    costs: Costs,
    seen: Observations,
    size: FileSize,
    follows: Evidence = Evidence.LIKELY,
    graphs: Graphs | None = None,
) -> Solved:
    """The graph of an action, and the ops and state changes in it."""
    here = placed_for(program, action, config, seen)
    entries, stated = solve_action(program, action, config, costs, here.calls, follows, graphs)
    graph = measured_bounds(stated, program, here.trips, costs.model.assumed_bound) if here.trips else stated
    ops = find_ops(program, graph, costs.model, costs.rules, size, config.hints, here.ops)
    mutations = find_mutations(program, graph, costs.rules)
    modules = {program.functions[name][0] for name in entries} if counts_imports(program, action, entries) else set()
    # a module is loaded after the packages around it
    around = {name.rsplit(".", level)[0] for name in modules for level in range(name.count(".") + 1)}
    started = sorted(name for name in around if name in program.modules)  # asks for no other module
    # what a framework runs beside them: functions by name, which no pattern among the entry points means
    started += [name for name in stated.roots if name not in entries]
    return Solved(stated, graph, ops, mutations, tuple(dict.fromkeys((*action.entry_points, *started))))


def placed_for(program: Program, action: ActionConfig, config: Config, seen: Observations) -> Placed:
    """What was observed that counts for an action."""
    return placed(seen, program, action.name if is_declared(action, config) else "") if any(seen) else Placed()


def problem_of(
    program: Program,
    action: ActionConfig,
    config: Config,
    costs: Costs,
    seen: Observations,
    follows: Evidence = Evidence.LIKELY,
) -> tuple[tuple[str, ...], Problem]:
    """What is to be solved for an action. AuditError as `trace` has them."""
    return _problem(program, action, costs, placed_for(program, action, config, seen).calls, follows)


def _problem(
    program: Program, action: ActionConfig, costs: Costs, observed: Iterable[ObservedCall], follows: Evidence
) -> tuple[tuple[str, ...], Problem]:
    refuse_skipped(program, action.entry_points)
    entries = resolve_entries(program, list(action.entry_points))
    asked = methods_asked(program, action.entry_points)
    imports = counts_imports(program, action, entries)
    return entries, Problem(entries, costs.behaviours, imports, tuple(observed), follows, asked)


def counts_imports(program: Program, action: ActionConfig, entries: Iterable[str]) -> bool:
    """Whether what the modules of an action import at their top is part of it: to run one is to run its imports."""
    return any(name in program.modules for name in entries) if action.imports is None else action.imports


def solve_action(
    program: Program,
    action: ActionConfig,
    config: Config,
    costs: Costs,
    observed: Iterable[ObservedCall],
    follows: Evidence = Evidence.LIKELY,
    graphs: Graphs | None = None,
) -> tuple[tuple[str, ...], SolvedGraph]:
    """The entry points of an action, as fqnames, and its graph with the bounds that are stated. AuditError as `trace`
    has them."""
    entries, problem = _problem(program, action, costs, observed, follows)
    graph = solved(program, problem) if graphs is None else graphs.solved(problem)
    program.stubs.keep()
    refuse_broken(program, graph)
    return entries, hinted(program, graph, config)


@collector_off()
def found(
    program: Program, action: ActionConfig, config: Config, observations: Observations
) -> tuple[tuple[ExpensiveOp, ...], SolvedGraph]:
    """The ops and the graph of an action, with no more of the observations than their calls: what a recording is joined
    with."""
    costs = costs_of(config)
    _, graph = solve_action(program, action, config, costs, placed(observations, program, action.name).calls)
    return find_ops(program, graph, costs.model, costs.rules), graph


def observations_of(config: Config) -> Observations:
    """What recorded runs saw, as the working tree has it; nothing where there is no such file."""
    path = config.root / config.observations
    if not os.path.lexists(path):
        return Observations()
    from code_path_audit.runtime.observations_file import load as read

    return read(path, root=config.root)


def refuse_skipped(program: Program, entry_points: Sequence[str]) -> None:
    """AuditError where an entry point lies in a file that was not read or parsed."""
    skipped = {file.module: file for file in reversed((*program.skipped, *program.hidden)) if file.module}
    for entry in entry_points:
        parts = entry.replace(":", ".").split(".")
        for end in range(1, len(parts) + 1):
            name = ".".join(parts[:end])
            # asked of the program first, and of every name: what is kept depends on the ones that were asked for
            if name not in program.modules and name in skipped:
                file = skipped[name]
                raise AuditError(
                    "source-broken",
                    f"the file of the entry point {entry} cannot be used: {file.reason}",
                    where=f"{file.path}:{file.line}" if file.line else file.path,
                    todo="Correct the file, or exclude it.",
                )


def hinted(program: Program, graph: SolvedGraph, config: Config) -> SolvedGraph:
    """The graph with the bounds that the configuration states for loops of unknown bound."""
    stated = {name: hint.bound for name, hint in config.hints.items() if hint.bound is not None}
    if not stated:
        return graph
    bounds = {
        key: Bound(stated[key[0]], "hint") if bound.count is None and key[0] in stated else bound
        for key, bound in graph.bounds.items()
    }
    return graph._replace(bounds=bounds)


def refuse_broken(program: Program, graph: SolvedGraph) -> None:
    """AuditError where a file that reached modules import was not read or parsed: half a program is no basis."""
    unread = (*program.skipped, *program.hidden)
    broken = [file for file in unread if file.module and file.module not in program.modules]
    if not broken:
        return
    closure = import_closure(program, {program.functions[name][0] for name in (*graph.functions, *graph.roots)})
    reached = [file for file in broken if file.module in closure]
    if reached:
        first = reached[0]
        more = f" (and {len(reached) - 1} more files)" if len(reached) > 1 else ""
        raise AuditError(
            "source-broken",
            f"a file that the action may reach cannot be used: {first.reason}{more}",
            where=f"{first.path}:{first.line}" if first.line else first.path,
            todo="Correct the file, or exclude it.",
        )


def costs_of(config: Config, read: ReadFile = from_disk, store: Store | None = None) -> Costs:
    """The cost model and the rules of a configuration. AuditError for files that are not what they should be.

    `read` gives the bytes of the files that the configuration names, by path below its root; `store` may have what
    ships.
    """
    tables: list[RuleTable] = [read_table(config.root / path, read=read) for path in config.rule_files]
    if config.rules:
        tables.append(config_table(config.rules, f"{config.file}: rules"))
    classes = {name: table for read in tables for name, table in read.classes.items()} | dict(config.classes)
    model = load_model(config.named_model, classes, read)
    libraries = libraries_of(config, read, names_of(tables), store=store)
    rules = load_rules(model.classes, tables, libraries, store)
    return Costs(model, rules, libraries.behaviours)


# the whole program


def solve(
    program: Program,
    entries: tuple[str, ...],
    imports: bool = False,
    observed: Iterable[ObservedCall] = (),
    follows: Evidence = Evidence.LIKELY,
    graphs: Graphs | None = None,
    libraries: Libraries | None = None,
) -> SolvedGraph:
    """The call graph from some fqnames on; `observed` are calls that recorded runs saw, `libraries` by default the
    models that ship."""
    with collector_off():
        behaviours = (libraries or shipped_libraries()).behaviours
        problem = Problem(entries, behaviours, imports, tuple(observed), follows)
        return solved(program, problem) if graphs is None else graphs.solved(problem)


def callgraph(
    program: Program,
    roots: Sequence[str] | None = None,
    observed: Iterable[ObservedCall] = (),
    follows: Evidence = Evidence.LIKELY,
    graphs: Graphs | None = None,
    libraries: Libraries | None = None,
) -> SolvedGraph:
    """The call graph from some functions on, by default from all functions and modules there are."""
    every = tuple(program.functions) if roots is None else tuple(roots)
    return solve(program, every, True, observed, follows, graphs, libraries)


def operations(program: Program, graph: SolvedGraph, config: Config | None = None) -> tuple[ExpensiveOp, ...]:
    """The ops of a graph, amplified by the loops of their own functions."""
    costs = costs_of(config or default_config(Path(".")))
    return find_ops(program, graph, costs.model, costs.rules)


def mutations(program: Program, graph: SolvedGraph, config: Config | None = None) -> tuple[StateMutation, ...]:
    """The state changes of a graph."""
    return find_mutations(program, graph, costs_of(config or default_config(Path("."))).rules)


def report_files(
    program: Program,
    profiles: Sequence[ActionProfile],
    config: Config,
    date: str,
    graphs: Graphs | None = None,
    since_baseline: Mapping[str, Changes] | None = None,
    earlier: Mapping[str, tuple[Point, ...]] = MappingProxyType({}),
) -> dict[str, str]:
    """Every file of the dated report, as text by path.

    `since_baseline` is what changed of each action, None where nobody compared; `earlier` are the figures of the
    reports before.
    """
    from code_path_audit.reports import files

    beside = Beside(Source(source_reader(config.root), program.line), since_baseline, earlier)
    costs = costs_of(config)
    here = placed(observations_of(config), program)
    graph = callgraph(program, observed=here.calls, graphs=graphs)
    graph = measured_bounds(graph, program, here.trips, costs.model.assumed_bound)
    ops = find_ops(program, graph, costs.model, costs.rules, size_reader(config.root), config.hints, here.ops)
    changes = find_mutations(program, graph, costs.rules)
    view = build_call_graph_view(program, graph, ops, changes)
    by_function: dict[str, list[ExpensiveOp]] = {}
    for op in ops:
        by_function.setdefault(op.function, []).append(op)
    changed: dict[str, list[StateMutation]] = {}
    for change in changes:
        changed.setdefault(change.function, []).append(change)
    return files.report_files(profiles, view, by_function, changed, date=date, edges=graph.edges, beside=beside)
