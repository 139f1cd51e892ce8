"""How often a check may go on from the solution before a commit, what that saves, and what it says otherwise.

    python -m benchmarks.resumed DIR [--project NAME] [--commits 60] [--verbose] [--markdown]

DIR has a git repository for each project, as `OWNER+NAME/repo`. Of each the latest commits that touch its package are
taken in turn, one action each. The state before a commit is solved in full, and its solution kept as bytes; where the
commit changes something that the action has read, and bodies alone, that solution is gone on from
(`callgraph/resumed.py`), and the state after it is solved in full, too. Both graphs are weighed and held against what
was measured before the commit, as the gate does it.

A resumed check that stops a change is measured anew before anybody hears of it, so that counts as harmless; a change
that only the full solve stops is a miss. With `--markdown` the tables go into docs/performance.md.
"""

from __future__ import annotations

import argparse
import datetime
import gc
import io
import tarfile
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import NamedTuple

from benchmarks.asked_names import PAGE, PROJECTS, Project
from benchmarks.asked_otherwise import asked_otherwise, reason
from benchmarks.documents import rewrite
from benchmarks.repositories import extract, git
from code_path_audit.callgraph.edits import ModuleEdit, edit_of, in_program
from code_path_audit.callgraph.kept import MOST_MODULES, Graphs, Problem, solved
from code_path_audit.callgraph.model import SolvedGraph
from code_path_audit.callgraph.resumed import gone_on
from code_path_audit.callgraph.solve import Begun
from code_path_audit.callgraph.suspended import resume, suspend
from code_path_audit.config import ActionConfig, Config, default_config
from code_path_audit.errors import AuditError
from code_path_audit.pipeline import Costs, costs_of, problem_of, read
from code_path_audit.processes import collector_off
from code_path_audit.program.dependencies import (
    Consulted,
    Ledger,
)
from code_path_audit.program.files import Files
from code_path_audit.program.model import Program
from code_path_audit.runtime.observations import Observations
from code_path_audit.sources.data_files import size_reader
from code_path_gate.baseline.model import BaselineOp
from code_path_gate.measuring import engine
from code_path_gate.measuring.measured import Measured
from code_path_gate.verdict.drift import may_be_looped
from code_path_gate.verdict.policy import Policy, judge

MORE = (
    Project("pallets+flask", "src", "flask", "flask.cli.main"),
    Project("wntrblm+nox", ".", "nox", "nox.__main__.main"),
    Project("pypa+pip-audit", ".", "pip_audit", "pip_audit._cli.audit"),
    Project("simonw+llm", ".", "llm", "llm.cli.prompt"),
)
TODAY = datetime.date(2026, 12, 1)

NOTHING, RESUMED, REFUSED, GIVEN_UP = "nothing read", "resumed", "refused", "given up"


class Given(Graphs):
    """One graph, whatever is asked for: what is weighed is what was solved before."""

    def __init__(self, files: Files, graph: SolvedGraph) -> None:
        super().__init__(files)
        self.graph = graph

    def solved(self, problem: Problem) -> SolvedGraph:
        """The graph that was given."""
        return self.graph


class State(NamedTuple):
    """One state of a project, solved in full: its program, what the solve asked of it, the solution as bytes (b"" where
    it ended before), the graph, the cpu seconds of solving without keeping, and the steps that it took."""

    program: Program
    consulted: Consulted
    kept: bytes
    graph: SolvedGraph
    measured: Measured
    seconds: float
    steps: int


class Gone(NamedTuple):
    """What going on from the state before says, held against a full solve: seconds of cpu; the functions and the edges
    that it has more and fewer, ops as well; those that weigh more and less; whether either may stop the change, what
    only the full one stops, what was given up in one of them, and all that differs, in words."""

    seconds: float
    full_seconds: float
    functions: tuple[int, int]
    edges: tuple[int, int]
    ops: tuple[int, int]
    heavier: int
    lighter: int
    stops: bool
    full_stops: bool
    missed: tuple[str, ...]
    widened: tuple[str, ...]
    details: tuple[str, ...]


class Row(NamedTuple):
    """What became of one commit: one of the four words above, and why. Refused is what the edits look like; given up
    what comes out on the way (a class of which something was asked, too many steps)."""

    commit: str
    sort: str
    why: str = ""
    gone: Gone | None = None


class Bench:
    """A project's action, and how its states are read, solved and weighed."""

    def __init__(self, repository: Path, project: Project) -> None:
        self.repository, self.project = repository, project
        self.action = ActionConfig("action", (project.entry,))
        self.path = Path(project.source, project.package).as_posix()

    def commits(self, count: int) -> list[str]:
        """The latest that touch the package, the oldest first."""
        log = ["log", "--first-parent", "--format=%H", f"--max-count={count}", "HEAD", "--"]
        return git(self.repository, *log, f":(glob){self.path}/**/*.py").decode().split()[::-1]

    def tree(self, commit: str) -> str:
        """The hash of the package in a state."""
        return git(self.repository, "rev-parse", f"{commit}:{self.path}").decode().strip()

    def unpack(self, commit: str, folder: Path) -> tuple[Config, Files]:
        """The package of a commit, read."""
        with tarfile.open(fileobj=io.BytesIO(git(self.repository, "archive", commit, self.path))) as archive:
            extract(archive, folder)
        config = default_config(folder, (self.project.source,))
        return config, read(config)

    def solve(self, config: Config, files: Files, costs: Costs) -> State:
        """A state, solved in full."""
        program, ledger = files.program(), Ledger()
        problem, kept, spent, steps = self.problem(config, program, costs), [b""], [0.0], [0]

        def suspended(begun: Begun) -> None:
            started = time.process_time()
            kept[0], steps[0] = suspend(begun), begun.state.steps
            spent[0] = time.process_time() - started

        started = time.process_time()
        graph = solved(ledger.watch(program), problem, suspended=suspended)
        seconds = time.process_time() - started - spent[0]
        measured = self.weigh(config, files, costs, graph)
        return State(program, ledger.consulted(), kept[0], graph, measured, seconds, steps[0])

    def problem(self, config: Config, program: Program, costs: Costs) -> Problem:
        """What is solved."""
        return problem_of(program, self.action, config, costs, Observations())[1]

    def weigh(self, config: Config, files: Files, costs: Costs, graph: SolvedGraph) -> Measured:
        """What the gate makes of a graph."""
        size = size_reader(config.root)
        return engine.trace(files.program(), self.action, config, size, costs, graphs=Given(files, graph))

    def go_on(self, before: State, commit: str) -> tuple[Row, State | None]:
        """What becomes of a commit after a state, and the state after it, where that was solved."""
        with tempfile.TemporaryDirectory() as folder:
            config, files = self.unpack(commit, Path(folder))
            costs = costs_of(config)
            program = files.program()
            changed, why = asked_otherwise(before.program, program, before.consulted)
            if not changed and not why:
                return Row(commit, NOTHING), None
            # a body that is read late is read by the solve that needs it, so each has a program of its own
            after = self.solve(config, read(config), costs)
            edits: dict[str, ModuleEdit] = {}
            for module in changed if not why else ():
                found = edit_of(program, before.program.modules[module], program.modules[module], changed[module])
                if found is None:
                    why = reason(before.program.modules[module], program.modules[module], changed[module])
                    break
                edits[module] = found
            if why or len(edits) > MOST_MODULES:
                return Row(commit, REFUSED if why else GIVEN_UP, why), after
            started = time.process_time()
            watched, problem = Ledger().watch(in_program(program, edits)), self.problem(config, program, costs)
            graph = gone_on(resume(before.kept, watched, watched.stubs, problem.behaviours), edits)
            seconds = time.process_time() - started
            if graph is None:
                return Row(commit, GIVEN_UP, f"{sum(len(edit.functions) for edit in edits.values())} functions"), after
            there = self.weigh(config, files, costs, graph)
            return Row(commit, RESUMED, "", held(before, after, graph, there, seconds)), after


def held(before: State, after: State, graph: SolvedGraph, there: Measured, seconds: float) -> Gone:
    """A graph that was gone on to, and what the gate makes of it, against a full solve of the same state."""
    mine, right = by_place(there.current.ops), by_place(after.measured.current.ops)
    both = mine.keys() & right.keys()
    stops, full_stops = (stopping(before.measured, found) for found in (there, after.measured))
    edges = [{row[:4]: row[4] for row in (*one.edges, *one.externals)} for one in (graph, after.graph)]
    weighs = {key: (mine[key].weight, right[key].weight) for key in both if mine[key].weight != right[key].weight}
    details = [
        *(f"+ {edges[0][row]} edge {row}" for row in sorted(edges[0].keys() - edges[1].keys())),
        *(f"- {edges[1][row]} edge {row}" for row in sorted(edges[1].keys() - edges[0].keys())),
        *(f"+ op {key}" for key in sorted(mine.keys() - right.keys())),
        *(f"- op {key}" for key in sorted(right.keys() - mine.keys())),
        *(f"~ op {key} {one:,} for {other:,}" for key, (one, other) in sorted(weighs.items())),
    ]
    return Gone(
        seconds,
        after.seconds,
        _differ(set(graph.functions), set(after.graph.functions)),
        _differ(*map(dict.keys, edges)),
        _differ(mine.keys(), right.keys()),
        sum(one > other for one, other in weighs.values()),
        sum(one < other for one, other in weighs.values()),
        bool(stops),
        bool(full_stops),
        () if stops else tuple(full_stops),
        tuple(sorted({*graph.widened, *after.graph.widened})),
        tuple(details),
    )


def by_place(ops: tuple[BaselineOp, ...]) -> dict[tuple[str, str, int], BaselineOp]:
    """Ops by function, callee and which of these it is."""
    return {(op.function, op.callee, op.ordinal): op for op in ops}


def _differ(mine: Collection[object], right: Collection[object]) -> tuple[int, int]:
    return sum(one not in right for one in mine), sum(one not in mine for one in right)


def stopping(before: Measured, now: Measured) -> list[str]:
    """The findings, in words, for which the gate measures from nothing before it says any (`one_action.may_stop`)."""
    return [
        f"{row.finding.kind} {row.finding.what} in {row.finding.function}: {row.why or row.finding.note}"
        for row in judge(before.current, now.current, now.calls, Policy(now.threshold), TODAY).judged
        if row.status not in ("reported", "accepted") or may_be_looped(row.finding, now.threshold)
    ]


def rows_of(bench: Bench, count: int) -> Iterator[tuple[Row, State]]:
    """Each commit, with the state before it."""
    state: State | None = None
    known = ""
    for commit in bench.commits(count):
        try:
            if state is None or bench.tree(f"{commit}~1") != known:
                with tempfile.TemporaryDirectory() as folder:
                    config, files = bench.unpack(f"{commit}~1", Path(folder))
                    state = bench.solve(config, files, costs_of(config))
            row, after = bench.go_on(state, commit)
        except AuditError as error:
            print(commit[:10], error, flush=True)
            state = None
            continue
        yield row, state
        if after is not None:
            state = after
        known = bench.tree(commit)


Figure = Callable[[list[Row], list[Gone]], str]


def _median(values: list[float]) -> float:
    ordered = sorted(values)
    return ordered[len(ordered) // 2] if ordered else 0.0


def _sorts(sort: str) -> Figure:
    return lambda rows, gone: str(sum(row.sort == sort for row in rows))


def _many(test: Callable[[Gone], bool]) -> Figure:
    return lambda rows, gone: str(sum(map(test, gone)))


FIGURES: tuple[tuple[str, Figure], ...] = (
    ("commits", lambda rows, gone: str(len(rows))),
    ("nothing read", _sorts(NOTHING)),
    ("resumed", _sorts(RESUMED)),
    ("refused", _sorts(REFUSED)),
    ("given up", _sorts(GIVEN_UP)),
    ("seconds, of a full solve", lambda rows, gone: f"{_median([one.seconds for one in gone]):.2f}, "
     f"{_median([one.full_seconds for one in gone]):.2f}"),
    ("same edges", _many(lambda one: one.edges == one.functions == (0, 0))),
    ("some more", _many(lambda one: one.edges[0] > 0)),
    ("some fewer", _many(lambda one: one.edges[1] > 0)),
    ("same ops and weights", _many(lambda one: (one.ops, one.heavier, one.lighter) == ((0, 0), 0, 0))),
    ("some more or heavier", _many(lambda one: one.ops[0] + one.heavier > 0)),
    ("some fewer or lighter", _many(lambda one: one.ops[1] + one.lighter > 0)),
    ("stops as full", _many(lambda one: one.stops == one.full_stops)),
    ("measured anew for nothing", _many(lambda one: one.stops and not one.full_stops)),
    ("missed", _many(lambda one: one.full_stops and not one.stops)),
)  # fmt: skip
"""The columns of the table."""


def table(found: dict[str, list[Row]]) -> str:
    """The tables of the document: what became of the commits, and why commits were refused."""
    titles = [title for title, _ in FIGURES]
    lines = [f"| action | {' | '.join(titles)} |", "|---|" + "---:|" * len(titles)]
    every = {**found, "all": [row for rows in found.values() for row in rows]}
    for name, rows in every.items():
        gone = [row.gone for row in rows if row.gone is not None]
        lines.append(f"| {name} | {' | '.join(figure(rows, gone) for _, figure in FIGURES)} |")
    whys = Counter(row.why for row in every["all"] if row.sort == REFUSED)
    lines += ["", f"Refused: {', '.join(f'{why} {count}' for why, count in whys.most_common()) or 'none'}.", ""]
    missed = [
        f"- {name}, {row.commit[:10]}: {op}"
        for name, rows in found.items()
        for row in rows
        if row.gone is not None
        for op in row.gone.missed
    ]
    return "\n".join([*lines, "Missed:" if missed else "Missed: nothing.", *missed])


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    projects = (*PROJECTS, *MORE)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--project", action="append", choices=[project.name for project in projects])
    parser.add_argument("--commits", type=int, default=60)
    parser.add_argument("--verbose", action="store_true", help="say of each commit what differs")
    parser.add_argument("--markdown", action="store_true", help="write the tables into docs/performance.md")
    options = parser.parse_args()
    found: dict[str, list[Row]] = {}
    with collector_off():
        for project in projects:
            if options.project and project.name not in options.project:
                continue
            bench = Bench(options.folder / project.name / "repo", project)
            rows = found.setdefault(f"`{project.entry}`", [])
            for row, before in rows_of(bench, options.commits):
                rows.append(row)
                gc.collect()
                said = () if row.gone is None else row.gone[:-2]
                print(row.commit[:10], row.sort, row.why, f"{before.steps:,}", *said, flush=True)
                for detail in row.gone.details if row.gone is not None and options.verbose else ():
                    print("   ", detail)
            if options.markdown:
                rewrite(PAGE, {"resumed": table(found)})
    print(table(found))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
