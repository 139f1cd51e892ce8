"""The proposal: what a repository seems to be, traced, so that what is proposed is known to work."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

from code_path_audit import pipeline
from code_path_audit.callgraph.kept import Graphs
from code_path_audit.callgraph.model import Evidence
from code_path_audit.config import ActionConfig, Config, default_config
from code_path_audit.errors import AuditError, printable
from code_path_audit.processes import can_fork, collector_off, cores
from code_path_audit.profiles.entry import resolve_entries
from code_path_audit.profiles.named_entries import declared, functions_of, named, readable
from code_path_audit.program.files import Files, How, Progress
from code_path_audit.program.model import Program
from code_path_audit.proposals.actions import Candidate, Cost, choose, find_candidates, is_site, likeliest, pool
from code_path_audit.proposals.asked import asked, length_of
from code_path_audit.proposals.handlers import COMMAND, METHODS, ROUTE, Handler
from code_path_audit.proposals.modules import Modules
from code_path_audit.proposals.repository import Repository, read_repository
from code_path_audit.proposals.roots import Pattern, Roots, propose_roots
from code_path_audit.reports.overview import overview_of
from code_path_audit.runtime.observations import Observations
from code_path_audit.sources.data_files import size_reader

LOOK = 40.0
"""Seconds of work, side by side, after which no further candidate is begun: what is proposed is chosen from those that
were traced. They are of processor time, so that the same is proposed on a busy machine."""

GRACE = 25.0
"""Seconds that those have which are begun by then; what takes longer is put off."""

LAST = LOOK + GRACE + 5.0
"""Seconds after which one is enough."""

ENOUGH = 3
"""How many that pay for something there are to choose before that."""


class Proposal(NamedTuple):
    """What to write: source roots and excludes, and actions, each with what a trace of it found. `untraced` is how many
    further candidates were left out to keep this short, `slow` has the names of those that took longer than there is
    time for."""

    roots: Roots
    chosen: tuple[Candidate, ...]
    costs: dict[str, Cost]
    untraced: int = 0
    slow: tuple[str, ...] = ()

    @property
    def actions(self) -> tuple[ActionConfig, ...]:
        """The actions, by name."""
        return tuple(candidate.action for candidate in self.chosen)


def seconds_of_work() -> float:
    """Seconds of processor time of this process and of its copies that have ended; where there are none, of a clock."""
    if not can_fork():
        return time.monotonic()
    spent = os.times()
    return spent.user + spent.system + spent.children_user + spent.children_system


def propose(root: Path, how: Callable[[Config], How], clock: Callable[[], float] = seconds_of_work) -> Proposal:
    """What a repository seems to be. AuditError `no-files`, or `init-nothing` where nothing in it can be an action.

    `clock` counts seconds of work: the likeliest candidates are traced first, some at a time, others as long as there
    is time."""
    began = clock()
    repository = read_repository(root)
    roots = propose_roots(repository)
    config = _config(root, roots)
    work = how(config)
    files = pipeline.read(config, work)
    if broken := [file.path for file in files.program().skipped if file.line]:
        roots = roots._replace(exclude=(*roots.exclude, *(Pattern(_escaped(p), "does not parse") for p in broken)))
        config = _config(root, roots)
        files = pipeline.read(config, work)
    program = files.program()
    work.progress("looking for actions", 0, 1)
    found = candidates_in(root, repository, program)
    site = is_site(found)
    candidates = tuple(as_called(candidate, program) for candidate in pool(found, site))
    first = likeliest(candidates, site)
    left = [*first, *(candidate for candidate in candidates if candidate not in first)]
    costs: dict[str, Cost] = {}
    begun: list[Candidate] = []
    some = cores() if pipeline.is_large(program) else 1
    while left and _goes_on(now := (clock() - began) / some, choose(candidates, costs, site), costs):
        batch = left[:some]
        begun += batch
        patience = None if now >= LAST else Patience(clock, max(now, LOOK) + GRACE - now)
        traced = trace_costs(files, config, _actions(batch), _actions(candidates), patience)
        costs |= traced.costs
        left = [*left[some:], *(candidate for candidate in batch if candidate.action.name in traced.slow)]
    work.store.commit()  # for the gate, which needs the graphs of some of them
    chosen = choose(candidates, costs, site)
    if not chosen:
        raise AuditError(
            "init-nothing",
            "no script, route, command, task or exported function was found that an action could begin with",
            where=str(root),
            todo="Write the configuration by hand: an entry point is any function, such as shop.store:Store.save.",
        )
    own = {candidate.action.name: costs[candidate.action.name] for candidate in chosen}
    slow = [candidate.action.name for candidate in left if candidate in begun]
    return Proposal(roots, chosen, own, len(left) - len(slow), tuple(slow))


def _goes_on(seconds: float, chosen: Sequence[Candidate], costs: Mapping[str, Cost]) -> bool:
    """Whether further candidates are traced after so many seconds."""
    if seconds < LAST:
        return seconds < LOOK or sum(costs[candidate.action.name].ops > 0 for candidate in chosen) < ENOUGH
    return not chosen


def _actions(candidates: Iterable[Candidate]) -> list[ActionConfig]:
    return [candidate.action for candidate in candidates]


def as_called(candidate: Candidate, program: Program) -> Candidate:
    """The candidate with the name that its callers say as its entry point, where that means the very functions that
    were found, or all that a request of their class runs: a route stays what it is when its function is renamed or
    moved."""
    if not candidate.called:
        return candidate
    functions = set(_entries(program, candidate.action))
    last = candidate.action.entry_points[0].partition(":")[2].partition(".")[2]
    is_method = candidate.kind == ROUTE and (last in METHODS or last.startswith("get_"))
    # a task is called like its function, where nobody gives it a name
    for name in (candidate.called, re.split(r"[.:]", candidate.action.entry_points[0])[-1]):
        text = f"{candidate.kind}:{name}"
        # a regular expression is nothing to read in a configuration
        if text.isprintable() and not set(text) & set("(*?["):
            meant = set(named(program, text))
            if meant == functions or (is_method and meant and _classes(meant) == _classes(functions)):
                return candidate._replace(action=candidate.action._replace(entry_points=(text,)))
    return candidate


def _classes(methods: Iterable[str]) -> set[str]:
    return {method.rpartition(".")[0] for method in methods}


def candidates_in(root: Path, repository: Repository, program: Program) -> tuple[Candidate, ...]:
    """All actions that may be proposed of a program, and of what else its repository has."""
    asks = partial(asked, root, tuple(repository.files.values()))
    modules, routes, commands = modules_of(repository, program), whole_routes(program), commands_of(program)
    return find_candidates(repository, modules, routes, asks, commands)


def whole_routes(program: Program) -> dict[str, str]:
    """The functions that answer requests, and the classes of those that are methods, each with the method and the whole
    path by which it is known, that of what it is included in, too: "GET /api/orders"."""
    found: dict[str, str] = {}
    for row in declared(program):
        if row.kind == "route":
            for function in (*functions_of(program, row.target, row.method), row.target):
                name = f"{row.method} /{readable(row.name).lstrip('/')}".strip()
                # of several paths the shortest: that of the list, and not of one of its elements; of several methods
                # one that answers with something
                found[function] = min(found.get(function, name), name, key=_shortest)
    return found


def _shortest(route: str) -> tuple[tuple[int, int], bool]:
    return length_of(route), route.startswith(("OPTIONS ", "HEAD "))


def commands_of(program: Program) -> tuple[Handler, ...]:
    """The functions that a program runs for the commands that argparse knows, by what its branches and tables say."""
    found = {}
    for row in declared(program):
        if row.kind == "command":
            module, index = program.functions[row.target]
            entry = f"{module}:{program.modules[module].functions[index].name}"
            found[entry] = Handler(COMMAND, row.name, (entry,))
    return tuple(found.values())


def modules_of(repository: Repository, program: Program) -> Modules:
    """The modules of a program with their bytes; those of a package are told by what their file is called."""
    data = {name: repository.files[path] for name, path in program.paths.items() if path in repository.files}
    return Modules(data, frozenset(name for name in data if program.paths[name].endswith("__init__.py")))


def _config(root: Path, roots: Roots) -> Config:
    made = default_config(root, roots.source)
    return made._replace(exclude=tuple(row.pattern for row in roots.exclude))


def _escaped(path: str) -> str:
    """A path as a pattern that matches it alone."""
    return "/" + "".join(f"[{char}]" if char in "*?[" else char for char in path)


class Patience(NamedTuple):
    """How long a trace may take, in seconds by a clock."""

    clock: Callable[[], float]
    seconds: float

    def telling(self, progress: Progress) -> Progress:
        """What hears how far a trace is that begins now, in this process, and ends it where it takes too long."""
        began = self.clock()

        def told(what: str, done: int, total: int, steps: int = 0) -> None:
            progress(what, done, total, steps)
            if self.clock() - began > self.seconds:
                raise TookTooLongError

        return told


class TookTooLongError(Exception):
    """A trace is given up, since there is no more time for it."""


UNTRACEABLE, SLOW = "untraceable", "slow"
"""What becomes of an action that has no costs."""


class Traced(NamedTuple):
    """What each action costs, by name, and which took too long; those that cannot be traced are in neither."""

    costs: dict[str, Cost]
    slow: frozenset[str]


def trace_costs(
    files: Files,
    config: Config,
    actions: Sequence[ActionConfig],
    among: Sequence[ActionConfig] = (),
    patience: Patience | None = None,
) -> Traced:
    """What each action costs, as far as there is patience for it. `among` are all candidates, these and others, of
    which one may run another (`Cost.starts`); only these where it is empty."""
    program, graphs = files.program(), pipeline.graphs_of(files)
    costs = pipeline.costs_of(config)
    model = costs.model
    calibrated = any(row.calibrated for row in model.classes.values())
    if graphs is not None:
        pipeline.solve_side_by_side(graphs, actions, config, costs, Observations())
    entries = {action.name: frozenset(_entries(program, action)) for action in among or actions}

    @collector_off()
    def cost(action: ActionConfig) -> Cost | str:
        if not entries[action.name]:
            return UNTRACEABLE
        own = graphs if patience is None else Graphs(files, progress=patience.telling(files.how.progress))
        try:
            found = pipeline.weigh(program, action, config, size_reader(config.root), costs, Observations(), own)
        except AuditError:
            return UNTRACEABLE
        except TookTooLongError:
            return SLOW
        told = [op for op in found.ops if op.evidence != Evidence.POSSIBLE.word]
        others = frozenset[str]().union(*(names for name, names in entries.items() if name != action.name))
        return Cost(
            overview_of(action.name, told, model.threshold, calibrated),
            sum(op.weight for op in told),
            len(found.reach.depths),
            others & found.reach.depths.keys(),
            # a group of commands, of which each is one
            not others.isdisjoint(set(found.reach.entries) - entries[action.name]),
        )

    made = pipeline.each_action(program, [partial(cost, action) for action in actions], files.how)
    by_name = {action.name: found for action, found in zip(actions, made, strict=True)}
    return Traced(
        {name: found for name, found in by_name.items() if isinstance(found, Cost)},
        frozenset(name for name, found in by_name.items() if found == SLOW),
    )


def costs_of_actions(config: Config, how: How) -> dict[str, Cost]:
    """What the actions of a configuration cost, by name."""
    return trace_costs(pipeline.read(config, how), config, config.actions).costs


def _entries(program: Program, action: ActionConfig) -> tuple[str, ...]:
    try:
        return resolve_entries(program, action.entry_points)
    except AuditError:
        return ()


def described(proposal: Proposal) -> list[str]:
    """The proposal for a person, a line each."""
    lines = [f"source   {', '.join(proposal.roots.source)}"]
    for row in proposal.roots.exclude:
        lines.append(f"exclude  {row.pattern} ({row.why})")
    width = max(len(action.name) for action in proposal.actions)
    for number, action in enumerate(proposal.actions, 1):
        lines.append(f"{number:>2}  {action.name:<{width}}  {', '.join(action.entry_points)}")
    return [printable(line) for line in lines]
