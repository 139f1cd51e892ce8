"""Graphs that others solve: as those that are solved here, whatever becomes of the workers."""

from __future__ import annotations

import os
import signal
import threading
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest

from code_path_audit.callgraph.behaviours import NO_BEHAVIOURS
from code_path_audit.callgraph.kept import Graphs, Problem, solved
from code_path_audit.callgraph.remote import solve_all
from code_path_audit.errors import AuditError
from code_path_audit.program.files import ALONE, Files, How, in_each
from code_path_audit.store.pack import open_store
from tests.gate.programs import tree

COUNT = 12
FILES = {
    "app.py": "import util\n" + "".join(f"def f{n}(x):\n    return util.clean(x, {n})\n" for n in range(COUNT)),
    "util.py": "def clean(n, m):\n    return [open(str(n)).read() for _ in range(m)]\n",
    "broken.py": "def f(:\n",
}
PROBLEMS = [Problem((f"app.f{number}",), NO_BEHAVIOURS) for number in range(COUNT)]


class Counting(ThreadPoolExecutor):
    """Counts the tasks; the first `failing` of them fail, and `version` stands for the one of the workers."""

    def __init__(self, failing: int = 0, version: bytes = b"") -> None:
        super().__init__(2)
        self.count, self.failing, self.version = 0, failing, version

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        self.count += 1
        if self.count <= self.failing:
            return super().submit(os.strerror, "no number")  # type: ignore[arg-type]
        return super().submit(fn, self.version or args[0], *args[1:], **kwargs)


def files_of(folder: Path | None) -> Files:
    return Files(tree(FILES), How(open_store(str(folder), 1e9)) if folder else ALONE)


def nobody(what: str, done: int, total: int) -> None:
    pass


def are_those_of_alone(graphs: Graphs) -> bool:
    program = files_of(None).program()
    return all(graphs.solved(problem) == solved(program, problem) for problem in PROBLEMS)


@pytest.mark.parametrize("keeps", [True, False])
@pytest.mark.parametrize(
    ("failing", "tasks", "known"),
    [(0, COUNT, COUNT), (1, COUNT + 1, COUNT), (COUNT, 2 * COUNT, COUNT), (COUNT + 3, 2 * COUNT, COUNT - 3),
     (2 * COUNT, 2 * COUNT, 0)],
)  # fmt: skip
def test_workers_that_fail(keeps: bool, failing: int, tasks: int, known: int, tmp_path: Path) -> None:
    """A task that fails is asked for once more, and then solved here; the others are not asked for again."""
    graphs = Graphs(files_of(tmp_path if keeps else None))
    with Counting(failing) as executor:
        solve_all(graphs, [*PROBLEMS, PROBLEMS[0]], executor, in_each, nobody)
    assert executor.count == tasks
    assert sum(graphs.known(problem) is not None for problem in PROBLEMS) == known
    assert are_those_of_alone(graphs)


def test_what_is_kept_is_not_asked_for(tmp_path: Path) -> None:
    for expected in (COUNT, 0):
        with Counting() as executor:
            solve_all(Graphs(files_of(tmp_path)), PROBLEMS, executor, in_each, nobody)
        assert executor.count == expected


def test_workers_of_another_version() -> None:
    with Counting(version=b"another") as executor, pytest.raises(AuditError, match="another version"):
        solve_all(Graphs(files_of(None)), PROBLEMS, executor, in_each, nobody)


def test_what_cannot_be_shared_goes_with_each_task() -> None:
    def share(data: bytes) -> object:
        raise TimeoutError("no workers")

    graphs = Graphs(files_of(None))
    with Counting() as executor:
        solve_all(graphs, PROBLEMS, executor, share, nobody)
    assert executor.count == COUNT
    assert are_those_of_alone(graphs)


def test_it_is_told_how_far_it_is() -> None:
    told: list[tuple[str, int, int]] = []
    with Counting() as executor:
        solve_all(Graphs(files_of(None)), PROBLEMS, executor, in_each, lambda *row: told.append(row))
    assert told == [("solving actions", done, COUNT) for done in range(1, COUNT + 1)]


@pytest.mark.slow
def test_processes() -> None:
    graphs = Graphs(files_of(None))
    with ProcessPoolExecutor(2, get_context("spawn")) as executor:
        solve_all(graphs, PROBLEMS, executor, in_each, nobody)
    assert all(graphs.known(problem) for problem in PROBLEMS)
    assert are_those_of_alone(graphs)


@pytest.mark.slow
def test_a_cluster_whose_workers_come_and_go() -> None:
    """One is killed at its work, another one begins then."""
    distributed = pytest.importorskip("distributed")
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, dashboard_address="127.0.0.1:0", silence_logs=50
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        executor: Executor = client.get_executor(pure=False)
        graphs = Graphs(files_of(None))
        first = next(iter(client.run(os.getpid).values()))
        seen = threading.Event()

        def told(what: str, done: int, total: int) -> None:
            if not seen.is_set():
                seen.set()
                os.kill(first, signal.SIGKILL)
                cluster.scale(3)

        solve_all(graphs, PROBLEMS, executor, lambda data: client.scatter(data, broadcast=True, hash=True), told)
        assert seen.is_set()
        assert all(graphs.known(problem) for problem in PROBLEMS)
        assert are_those_of_alone(graphs)
