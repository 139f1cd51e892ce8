"""How a command works: progress on a terminal, from one second on; who reads the files."""

from __future__ import annotations

import argparse
import io
import json
import os
import subprocess
import sys
from functools import partial
from importlib.util import find_spec
from pathlib import Path

import pytest

from code_path_audit import pipeline
from code_path_audit.cli import main
from code_path_audit.commands.working import SHORTER, Progress, Waiting, working
from code_path_audit.config import default_config
from code_path_audit.pipeline import program_of
from code_path_audit.processes import can_fork, side_by_side
from code_path_audit.program.files import ALONE, no_progress
from code_path_audit.sources.model import SourceTree
from tests.conftest import MakeTree

posix = pytest.mark.skipif(os.name != "posix", reason="there are no pseudo-terminals")


class Clock:
    """A time that passes when told."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize(
    ("told", "text"),
    [
        ([(0.0, 10), (0.9, 20)], ""),
        ([(0.9, 20), (1.0, 40)], "\rreading files: 40 of 80, 40 a second"),
        ([(2.0, 40), (2.05, 50), (2.2, 55)], "\rreading files: 40 of 80, 20 a second\rreading files: 55 of 80, 25 a second"),  # noqa: E501
        ([(2.0, 40), (2.05, 80)], "\rreading files: 40 of 80, 20 a second\rreading files: 80 of 80, 39 a second"),
        ([(4.0, 0)], "\rreading files: 0 of 80, 4 s"),
        ([(30.0, 2)], "\rreading files: 2 of 80, 30 s"),
    ],
)  # fmt: skip
def test_from_one_second_on(told: list[tuple[float, int]], text: str) -> None:
    clock, stream = Clock(), io.StringIO()
    bar = Progress(stream, clock)
    for after, done in told:
        clock.now = 100.0 + after
        bar("reading files", done, 80)
    assert stream.getvalue() == text
    bar.clear()
    assert stream.getvalue().removeprefix(text).strip(" \r") == ""


def test_work_of_which_nobody_knows_the_end() -> None:
    clock, stream = Clock(), io.StringIO()
    bar = Progress(stream, clock)
    for after in (0.5, 2.0, 2.05, 3.0):
        clock.now = 100.0 + after
        bar("following calls", int(1000 * after), 0, int(100_000 * after))
    assert stream.getvalue() == (
        "\rfollowing calls: 2,000 functions reached in 200,000 steps"
        "\rfollowing calls: 3,000 functions reached in 300,000 steps"
    )


def test_where_no_terminal_is_long_work_says_how_far_it_is() -> None:
    clock: Clock = Clock()
    notes: list[str] = []
    waiting = Waiting(notes.append, clock)
    for after, done in ((1.0, 3), (59.9, 20), (60.0, 21), (119.0, 50), (130.0, 60)):
        clock.now = 100.0 + after
        waiting("tracing actions", done, 200)
    assert notes == [
        f"note: tracing actions: 21 of 200 after 60 s; {SHORTER}",
        f"note: tracing actions: 60 of 200 after 130 s; {SHORTER}",
    ]


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize(("count", "heard"), [(3, False), (12, True)])
def test_who_waits_for_many_actions_hears_of_them(
    count: int, heard: bool, workers: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipeline, "ALONE_FUNCTIONS", 0)
    told: list[tuple[str, int, int]] = []
    how = ALONE._replace(workers=workers, waits=lambda *row: told.append(row))
    calls = [partial(pow, number, 2) for number in range(count)]
    assert pipeline.each_action(program_of(SourceTree((), ()), ALONE), calls, how) == [n * n for n in range(count)]
    # how often depends on how long it takes
    assert bool(told) is heard or not can_fork()
    assert all(what == "tracing actions" and total == count for what, _, total in told)


def test_what_copies_of_the_process_find_is_told_by_the_one_that_waits() -> None:
    if not can_fork():  # asked now: a test before may have left a thread behind
        pytest.skip("nothing is forked here")
    clock, stream = Clock(), io.StringIO()
    bar = Progress(stream, clock)

    def tell(functions: int) -> int:
        bar("following calls", functions, 0, 100 * functions)
        return functions

    bar("tracing actions", 0, 2)
    clock.now = 102.0
    assert side_by_side([partial(tell, 30), partial(tell, 1_200)], 2, lambda done: None) == [30, 1_200]
    assert stream.getvalue() == ""
    bar("tracing actions", 1, 2)
    assert stream.getvalue() == "\rtracing actions: 1 of 2, 1,230 functions reached in 123,000 steps, 2 s"
    clock.now = 105.0
    bar("another thing", 1, 2)
    assert stream.getvalue().rstrip().endswith("\ranother thing: 1 of 2, 0 s")


@posix
@pytest.mark.parametrize("terminal", [True, False])
def test_only_on_a_terminal(terminal: bool, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    reading, writing = os.openpty() if terminal else os.pipe()
    options = argparse.Namespace(cache_dir="off")
    with open(reading, "rb", buffering=0) as out:
        with open(writing, "w") as stream:
            monkeypatch.setattr("sys.stderr", stream)
            with working(options, lambda text: None) as how:
                tell = how(default_config(tmp_path, ["."])).progress
                assert (tell is no_progress) == (not terminal)
                if isinstance(tell, Progress):
                    tell.began = tell.told = tell.began - 2  # as if it had begun earlier
                tell("reading files", 3, 7)
                stream.flush()
                shown = out.read(1000) if terminal else b""
                how.clear()
                stream.flush()
                cleared = out.read(1000) if terminal else b""
        assert (b"reading files: 3 of 7" in shown) == terminal
        # what is asked next begins at the left, in a line where nothing else stands
        assert (cleared[:1], cleared[-1:], cleared.strip()) == ((b"\r", b"\r", b"") if terminal else (b"", b"", b""))
        if not terminal:
            assert out.read() == b""


@pytest.mark.parametrize("value", ["0", "-1", "x", "1001", ""])
def test_workers_are_a_number(value: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--workers", value]) == 2
    assert "--workers" in capsys.readouterr().err


SOURCE = {f"m{number}.py": f"def f{number}():\n    open('x')\n" for number in range(6)} | {"broken.py": "def (\n"}


@pytest.mark.parametrize("more", [["--workers", "1"], ["--workers", "2"], ["--cache-dir", "{cache}"]])
def test_the_same_whoever_reads(
    more: list[str], make_tree: MakeTree, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.chdir(make_tree(SOURCE))
    arguments = ["--entry", "m1.f1", "--source", ".", "--json"]
    assert main(arguments) == 0
    alone = capsys.readouterr().out
    for _ in range(2):
        assert main([*arguments, *(word.format(cache=tmp_path / "cache") for word in more)]) == 0
        assert capsys.readouterr().out == alone
    assert json.loads(alone)["action"]


def test_a_store_in_the_source_is_told(
    make_tree: MakeTree, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(make_tree(SOURCE))
    assert main(["--entry", "m1.f1", "--source", ".", "--cache-dir", "cache"]) == 0
    assert "nothing is cached" in capsys.readouterr().err
    assert not Path("cache").exists()


def run_alone(program: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """A program in a process of its own: who imports `distributed` keeps threads, and then nothing is forked here."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    words = [sys.executable, "-c", program]
    return subprocess.run(words, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def test_an_executor_that_is_not_there(make_tree: MakeTree) -> None:
    arguments = ["--entry", "m1.f1", "--source", ".", "--executor", "nonsense://x"]
    program = f"import sys\nfrom code_path_audit.cli import main\nsys.exit(main({arguments}))\n"
    done = run_alone(program, make_tree(SOURCE))
    assert (done.returncode, done.stderr.endswith("[executor]\n")) == (2, True), done.stderr


CLUSTER = """\
import contextlib, io
import distributed
from code_path_audit import pipeline
from code_path_audit.cli import main
from code_path_audit.facts.workers import extract_all
from tests.commands.test_working import SOURCE

def printed(*arguments):
    with contextlib.redirect_stdout(io.StringIO()) as out:
        assert main(["--entry", "m1.f1", "--source", ".", "--json", *arguments]) == 0
    return out.getvalue()

if __name__ == "__main__":
    rows = [(text.encode() * 40, f"m{number}", False) for number, text in enumerate(list(SOURCE.values()) * 30)]
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address="127.0.0.1:0") as cluster:
        with distributed.Client(cluster) as client:
            assert extract_all(rows, executor=client.get_executor(pure=False)) == extract_all(rows, 1)
        assert printed("--executor", cluster.scheduler_address) == printed() != ""
    print("the same")
"""


@pytest.mark.slow
def test_a_cluster_of_two_workers(make_tree: MakeTree) -> None:
    """Same bytes as alone; takes seconds, for the processes of the cluster."""
    if find_spec("distributed") is None:
        pytest.skip("distributed is not installed")
    done = run_alone(CLUSTER, make_tree(SOURCE))
    assert (done.returncode, done.stdout) == (0, "the same\n"), done.stderr
