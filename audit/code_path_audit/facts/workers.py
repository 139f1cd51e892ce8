"""Many files to bytes of facts: in this process, in forked ones, or through any `concurrent.futures.Executor`.

Same bytes, in the order of the files, whoever does the work. A file that ends its worker (out of memory, a crash of the
interpreter, a kill) costs the run nothing but that file.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from code_path_audit.processes import can_fork, collector_off, cores, fork_each

if TYPE_CHECKING:
    from concurrent.futures import Executor

ALONE_BYTES = 400_000
"""Fewer bytes of source than this are read here: more processes would take longer to begin than to work."""

CHUNK_BYTES = 1_000_000
"""Source in one task for an executor."""

_BROKEN = b"!"
_CRASHED = "ends the process that reads it"


class File(NamedTuple):
    """One file to read: a plain tuple of these will do."""

    data: bytes
    module: str
    is_package: bool


class Broken(NamedTuple):
    """A file that gives no facts: why, and at which line (0: none)."""

    reason: str
    line: int


Result = bytes | Broken
"""What `facts.codec.open_facts` opens, or why there is nothing to open."""


def extract_all(
    files: Sequence[tuple[bytes, str, bool]], workers: int | None = None, executor: Executor | None = None
) -> list[Result]:
    """The facts of each file, in order.

    `workers` processes share the work, by default as many as there are cores; few files are read here whatever it says.
    An `executor` gets chunks of it instead, each a call of `extract_chunk`.
    """
    if executor is not None:
        return _by_executor(files, executor)
    count = min(workers if workers is not None else cores(), len(files))
    if count <= 1 or sum(len(row[0]) for row in files) < ALONE_BYTES:
        return [_result(row) for row in extract_chunk(files)]
    return _by_processes(files, count, fork if can_fork() else spawn)


def extract_chunk(files: Sequence[tuple[bytes, str, bool]]) -> list[bytes]:
    """The facts of some files as bytes; `!` and JSON of `Broken` for one that has none. What every worker runs."""
    with collector_off():
        return [_extract(*row) for row in files]


def _extract(data: bytes, module: str, is_package: bool) -> bytes:
    from code_path_audit.facts.codec import extract_bytes
    from code_path_audit.facts.parsing import Unparsable

    try:
        return extract_bytes(data, module, is_package)
    except Unparsable as error:
        return _BROKEN + json.dumps([error.reason, error.line]).encode()
    except (RecursionError, MemoryError):
        return _BROKEN + json.dumps(["nested too deeply, or too large", 0]).encode()


def _result(row: bytes) -> Result:
    return Broken(*json.loads(row[1:])) if row.startswith(_BROKEN) else row


# sharing the work


def shares(sizes: Sequence[int], count: int) -> list[list[int]]:
    """The indices of the files for each of `count` workers: about equal bytes, each in order; no share is empty."""
    loads = [0] * count
    found: list[list[int]] = [[] for _ in range(count)]
    for index in sorted(range(len(sizes)), key=lambda i: (-sizes[i], i)):
        least = loads.index(min(loads))
        loads[least] += sizes[index] + 1
        found[least].append(index)
    return [sorted(share) for share in found if share]


Files = Sequence[tuple[bytes, str, bool]]
Run = Callable[[list[list[int]], Files], list[list[bytes]]]
"""Starts a process for each share and gives what each could deliver, in the order of its share; less if it ended."""


def _by_processes(files: Files, count: int, run: Run) -> list[Result]:
    rows: dict[int, bytes] = {}
    todo = shares([len(row[0]) for row in files], count)
    while todo:
        rest: list[list[int]] = []
        for share, delivered in zip(todo, run(todo, files), strict=True):
            rows.update(zip(share, delivered, strict=False))
            lost = share[len(delivered) :]
            if lost and len(share) == 1:
                rows[lost[0]] = _BROKEN + json.dumps([_CRASHED, 0]).encode()
            elif lost:
                # the first one that is missing may have ended the process: it gets one of its own
                rest += [part for part in (lost[:1], lost[1:]) if part]
        todo = rest
    return [_result(rows[index]) for index in range(len(files))]


def fork(todo: list[list[int]], files: Files) -> list[list[bytes]]:
    """Each share in a copy of this process, which sends back what it has as it goes."""
    return [_frames(data) for data in fork_each([partial(_write, share, files) for share in todo], len(todo))]


def _write(share: list[int], files: Files, out: BinaryIO) -> None:
    for index in share:
        found = _extract(*files[index])
        out.write(b"%d\n" % len(found))
        out.write(found)
        if len(found) > 1 << 16:
            out.flush()


def _frames(data: bytearray) -> list[bytes]:
    """What came whole: the length of each in a line before it."""
    found = []
    place = 0
    while (end := data.find(b"\n", place)) >= 0:
        size = int(data[place:end])
        place = end + 1 + size
        if place > len(data):
            break
        found.append(bytes(data[end + 1 : place]))
    return found


def spawn(todo: list[list[int]], files: Files) -> list[list[bytes]]:
    """Each share in a fresh interpreter: where there is no fork, or threads run."""
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool
    from multiprocessing import get_context

    found: list[list[bytes]] = []
    with ProcessPoolExecutor(len(todo), get_context("spawn")) as pool:
        tasks = [pool.submit(extract_chunk, [(*files[index],) for index in share]) for share in todo]
        for task in tasks:
            try:
                found.append(task.result())
            except BrokenProcessPool:
                found.append([])
    return found


def _by_executor(files: Files, executor: Executor) -> list[Result]:
    """Chunks as tasks; the files of a chunk that failed once more, each alone."""
    chunks: list[list[tuple[bytes, str, bool]]] = [[]]
    size = 0
    for row in files:
        if size > CHUNK_BYTES:
            chunks.append([])
            size = 0
        chunks[-1].append((row[0], row[1], row[2]))
        size += len(row[0])
    tasks = [executor.submit(extract_chunk, chunk) for chunk in chunks]
    rows: list[bytes] = []
    for chunk, task in zip(chunks, tasks, strict=True):
        try:
            rows += task.result()
        except Exception:  # whatever ended the worker: each executor has its own words for it
            for row in chunk:
                try:
                    rows += executor.submit(extract_chunk, [row]).result()
                except Exception:
                    rows.append(_BROKEN + json.dumps([_CRASHED, 0]).encode())
    return [_result(row) for row in rows]
