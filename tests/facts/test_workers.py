"""Whoever reads the files, and however many: the same bytes in the same order; one bad file costs one file."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context

import pytest
from hypothesis import given
from hypothesis import strategies as st

from code_path_audit.facts import workers
from code_path_audit.facts.codec import extract_bytes
from code_path_audit.facts.extract import Unparsable
from code_path_audit.facts.workers import Broken, File, extract_all, extract_chunk, shares
from tests.conftest import ROOT

FILES = [
    File(path.read_bytes(), ".".join(path.relative_to(ROOT).with_suffix("").parts), path.name == "__init__.py")
    for path in [*sorted((ROOT / "audit").rglob("*.py"))[:60], *sorted((ROOT / "tests/specimens").rglob("*.py"))[:20]]
] + [File(b"x = (\n", "broken", False), File(b"", "empty", False), File(b"\0", "null", True)]


def one_by_one() -> list[bytes | Broken]:
    found: list[bytes | Broken] = []
    for row in FILES:
        try:
            found.append(extract_bytes(*row))
        except Unparsable as error:
            found.append(Broken(error.reason, error.line))
    return found


ALONE = one_by_one()


def printed(program: str, **environment: str) -> str:
    """What a program prints that runs in a process of its own."""
    path = os.pathsep.join([str(ROOT / "audit"), str(ROOT / "hooks"), str(ROOT)])
    words = [sys.executable, "-c", program]
    variables = {**os.environ, **environment, "PYTHONPATH": path}
    return subprocess.run(words, env=variables, capture_output=True, text=True, check=True).stdout.strip()


def test_files_that_do_not_parse_are_told() -> None:
    assert [row for row in ALONE if isinstance(row, Broken)][-2:] == [
        Broken("'(' was never closed", 1),
        Broken("source code string cannot contain null bytes", 0),
    ]


@pytest.mark.parametrize("count", [0, 1, 2, 3, 200])
def test_any_number_of_workers(count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "ALONE_BYTES", 0)
    assert extract_all(FILES, count) == ALONE


def test_nothing_to_do() -> None:
    assert extract_all([]) == []


@pytest.mark.slow
def test_without_fork(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "can_fork", lambda: False)
    monkeypatch.setattr(workers, "ALONE_BYTES", 0)
    assert extract_all(FILES, 2) == ALONE


@pytest.mark.slow
@pytest.mark.parametrize("make", [lambda: ThreadPoolExecutor(2), lambda: ProcessPoolExecutor(2, get_context("spawn"))])
def test_any_executor(make: type[Executor], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "CHUNK_BYTES", 30_000)
    with make() as executor:
        assert extract_all(FILES, executor=executor) == ALONE


def costs_that_file_alone(bad: list[int]) -> bool:
    """Whether only the files that kill their worker are lost; for a process of its own."""
    real = workers._extract
    fatal = {FILES[index].module for index in bad}

    def deadly(data: bytes, module: str, is_package: bool) -> bytes:
        if module in fatal:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(data, module, is_package)

    workers._extract = deadly
    workers.ALONE_BYTES = 0
    expected = [Broken(workers._CRASHED, 0) if row.module in fatal else ALONE[i] for i, row in enumerate(FILES)]
    return extract_all(FILES, 2) == expected


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.parametrize("bad", [[0], [5], [len(FILES) - 1], [3, 4, 40]])
def test_a_file_that_kills_its_worker_costs_that_file_alone(bad: list[int]) -> None:
    """In a process of its own: where tests before this one have left threads, no fork would read."""
    program = f"from tests.facts.test_workers import costs_that_file_alone; print(costs_that_file_alone({bad}))"
    assert printed(program) == "True"


def test_an_executor_that_fails_once() -> None:
    class Flaky(ThreadPoolExecutor):
        failed = False

        def submit(self, fn, /, *args, **kwargs):  # type: ignore[no-untyped-def]
            if not self.failed:
                self.failed = True
                return super().submit(os.strerror, "no number")  # type: ignore[arg-type]
            return super().submit(fn, *args, **kwargs)

    with Flaky(1) as executor:
        assert extract_all(FILES[:5], executor=executor) == ALONE[:5]


@pytest.mark.parametrize("seed", ["0", "1", "77"])
def test_any_hash_seed(seed: str) -> None:
    program = (
        "import sys, hashlib; from tests.facts.test_workers import FILES, extract_chunk; "
        "print(hashlib.sha256(b''.join(extract_chunk(FILES))).hexdigest())"
    )
    assert printed(program, PYTHONHASHSEED=seed) == hashlib.sha256(b"".join(extract_chunk(FILES))).hexdigest()


@given(st.lists(st.integers(0, 10_000), max_size=40), st.integers(1, 6))
def test_shares_hold_each_file_once_and_are_about_equal(sizes: list[int], count: int) -> None:
    found = shares(sizes, count)
    assert sorted(index for share in found for index in share) == list(range(len(sizes)))
    assert all(share == sorted(share) and share for share in found)
    loads = [sum(sizes[index] + 1 for index in share) for share in found]
    if len(found) > 1:
        assert max(loads) - min(loads) <= max(sizes) + 1
