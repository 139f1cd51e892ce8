"""Solving 200 actions of one program here, in two processes, and by two workers that come and go.

    python -m benchmarks.distributed_actions [--actions 200] [--files 300] [--megabytes 1] [--markdown]

Needs the extra `distributed`. The program is a generated tree, read before; each action is a function of it. Each way
once, wall-clock time; every way must give the same bytes as one process alone. In the last, one of the two workers is
killed once some actions are done, and another one begins then. The workers are processes of this machine: the figures
say what handing the work over costs, not what more machines gain.
"""

from __future__ import annotations

import argparse
import os
import signal
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from benchmarks.distributed import PAGE, times_as_fast, two_workers
from benchmarks.documents import rewrite
from benchmarks.generated_tree import write
from code_path_audit.callgraph.behaviours import NO_BEHAVIOURS
from code_path_audit.callgraph.kept import Graphs, Problem, solved
from code_path_audit.callgraph.packed import pack
from code_path_audit.callgraph.remote import solve_all
from code_path_audit.processes import collector_off, cores, side_by_side
from code_path_audit.program.files import Files, How
from code_path_audit.program.model import Program
from code_path_audit.sources.worktree import discover
from code_path_audit.store.pack import open_store

Packed = list[bytes]
Way = Callable[[], tuple[Packed, float]]


def problems_of(program: Program, count: int) -> list[Problem]:
    """So many functions at the top of modules, spread over the program."""
    names = [
        name
        for name, (module, index) in sorted(program.functions.items())
        if program.modules[module].functions[index].kind == "function"
        and program.modules[module].functions[index].parent == 0
    ]
    return [Problem((name,), NO_BEHAVIOURS) for name in names[:: max(len(names) // count, 1)][:count]]


def each(program: Program, problems: list[Problem], workers: int) -> tuple[Packed, float]:
    """Solved in forked copies of this process, and in how many seconds."""
    with collector_off():
        begin = time.perf_counter()
        found = side_by_side([partial(solved_alone, program, problem) for problem in problems], workers)
        return found, time.perf_counter() - begin


def solved_alone(program: Program, problem: Problem) -> bytes:
    """One action, solved in this process."""
    return pack(solved(program, problem))


def by_cluster(read: Callable[[], Files], problems: list[Problem], ending: int = 0) -> tuple[Packed, float]:
    """Solved by two workers, one of which is killed when `ending` actions are done; another one begins then. In how
    many seconds, from where the workers are there."""
    with two_workers() as (cluster, client), collector_off():
        first = next(iter(client.run(os.getpid).values()))

        def told(what: str, done: int, total: int) -> None:
            if done == ending:
                os.kill(first, signal.SIGKILL)
                cluster.scale(3)

        graphs = Graphs(read())
        executor = client.get_executor(pure=False)
        begin = time.perf_counter()
        solve_all(graphs, problems, executor, lambda data: client.scatter(data, broadcast=True, hash=True), told)
        taken = time.perf_counter() - begin
        return [pack(graphs.solved(problem)) for problem in problems], taken


def main() -> int:
    """Print the table, or write it into the document."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--actions", type=int, default=200)
    parser.add_argument("--files", type=int, default=300)
    parser.add_argument("--megabytes", type=float, default=1)
    parser.add_argument("--markdown", action="store_true", help="write the table into docs/performance.md")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        write(root / "source", options.files, int(options.megabytes * 1e6), seed=1)

        def read(name: str) -> Files:
            return Files(discover(root / "source", (".",), ()), How(open_store(str(root / name), time.time())))

        read("store").program()
        program = read("store").program()
        problems = problems_of(program, options.actions)
        ways: dict[str, Way] = {
            "one process": lambda: each(program, problems, 1),
            f"{cores()} forked processes": lambda: each(program, problems, cores()),
            "a Dask cluster of 2 workers": lambda: by_cluster(lambda: read("first"), problems),
            "the same, one killed half-way and replaced": lambda: by_cluster(
                lambda: read("second"), problems, len(problems) // 2
            ),
        }
        seconds: dict[str, float] = {}
        first: Packed | None = None
        for name, way in ways.items():
            found, seconds[name] = way()
            first = found if first is None else first
            if found != first:
                raise SystemExit(f"{name}: other graphs than those of one process")
    table = times_as_fast(f"{len(problems)} actions of {options.files} files, solved", seconds)
    print(table)
    if options.markdown:
        rewrite(PAGE, {"distributed actions": table})
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
