"""Raw recordings, as the agents in the recorded processes left them: read, and added up over processes.

Written by the recorded program's own interpreter, so believed no more than the program: every line is a literal of
known shape, or is counted as broken. A line that was cut off when its process was killed is one of those.
"""

from __future__ import annotations

import ast
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

MAX_LINE = 1 << 20
MAX_FILE = 1 << 28

Position = tuple[int, int, int, int, str]
"""(line, column, last line, last column, what is done), columns in UTF-8 bytes; -1 where unknown. The last is
"iterate", "truth" or "context:N" (the N-th item of a `with`), "" for a call."""

Sample = tuple[int, int, int]
"""(size, ns, ns awaited) of one execution; size -1 where unknown."""


class Code(NamedTuple):
    """A code object of the project: its file relative to the project root, its qualified name without `<locals>`."""

    path: str
    name: str
    line: int


NOWHERE = Code("", "", 0)


class RawOp(NamedTuple):
    """Executions at one place; `direct` is False where a library did it on behalf of the place."""

    code: Code
    position: Position
    callee: str
    cost_class: str
    direct: bool
    hits: int
    samples: tuple[Sample, ...]


class RawEdge(NamedTuple):
    """Starts of `callee` caused at one place of `caller` (`NOWHERE`: from a thread's or a process's first frame)."""

    caller: Code
    position: Position
    callee: Code
    direct: bool
    hits: int


class RawImport(NamedTuple):
    """An import that ran a module: where it was asked for, and the time until it was done, with all it imported
    itself."""

    code: Code
    position: Position
    module: str
    ns: int


class Recording(NamedTuple):
    """All processes of both passes of one recording, added up; every tuple is sorted.

    `starts` counts how often a function began, -1 where counting stopped early; `collections` has (generation, runs,
    ns). `entered` counts how often an entry point began, `problems` has (slug, text), `broken` counts lines that could
    not be read. `unfinished` counts processes that did not end in order; their recordings hold until shortly before.
    """

    ops: tuple[RawOp, ...] = ()
    edges: tuple[RawEdge, ...] = ()
    starts: tuple[tuple[Code, int], ...] = ()
    imports: tuple[RawImport, ...] = ()
    collections: tuple[tuple[int, int, int], ...] = ()
    entered: int = 0
    problems: tuple[tuple[str, str], ...] = ()
    pythons: tuple[str, ...] = ()
    processes: int = 0
    unfinished: int = 0
    broken: int = 0


class _Sum:
    """What the files have held so far."""

    def __init__(self) -> None:
        self.op_counts: Counter[tuple[Code, Position, str, str, bool]] = Counter()
        self.op_samples: dict[tuple[Code, Position, str, str, bool], list[Sample]] = {}
        self.events: Counter[tuple[Code, Position, str, str, bool]] = Counter()
        self.edges: Counter[tuple[Code, Position, Code, bool]] = Counter()
        self.starts: Counter[Code] = Counter()
        self.capped: set[Code] = set()
        self.imports: list[RawImport] = []
        self.collections: dict[int, tuple[int, int]] = {}
        self.problems: set[tuple[str, str]] = set()
        self.pythons: set[str] = set()
        self.entered = self.processes = self.unfinished = self.broken = 0


def read_recording(folder: Path) -> Recording:
    """All raw files of a folder, in whatever order. OSError where the folder cannot be read.

    Times, sizes, imports and collections are those of the timing pass, starts and edges those of the edge pass; counts
    of ops come from the timing pass, or from the edge pass where only that one ran. Ops that only events see (methods
    of C types, light ones) are those of the edge pass, without times.
    """
    files = sorted(path for path in folder.iterdir() if path.suffix == ".txt" and path.is_file())
    timed = any(path.name.startswith("times-") for path in files)
    total = _Sum()
    for path in files:
        if path.name.startswith(("times-", "edges-", "failed-")):
            _read_file(path, total, ops=not timed or path.name.startswith("times-"))
    return _frozen(total)


def _read_file(path: Path, total: _Sum, ops: bool) -> None:
    with open(path, "rb") as file:
        data = file.read(MAX_FILE)
    codes: dict[int, Code] = {}
    ended = path.name.startswith("failed-")
    total.processes += not ended
    for line in data.split(b"\n"):
        if not line:
            continue
        try:
            if len(line) > MAX_LINE:
                raise ValueError("too long")
            row = ast.literal_eval(line.decode("ascii"))
            ended = _read_row(row, codes, total, ops) or ended
        except (ValueError, TypeError, KeyError, IndexError, SyntaxError, RecursionError, MemoryError):
            total.broken += 1
    total.unfinished += not ended


def _read_row(row: Any, codes: dict[int, Code], total: _Sum, ops: bool) -> bool:
    """Add one line; whether it says that its process ended in order. Raises where it has not the shape it should."""
    match row:
        case ("head", int(), str(), str(python), str(), str()):
            total.pythons.add(python)
        case ("code", int(number), str(path), str(name), int(line)):
            codes[number] = Code(path, name, line)
        case ("op", int(code), tuple(place), str(callee), str(cost_class), bool(direct), int(count), list(samples)):
            if ops:
                key = (codes[code], position(place), callee, cost_class, direct)
                total.op_counts[key] += max(0, count)
                total.op_samples.setdefault(key, []).extend(sample(each) for each in samples)
        case ("event", int(code), tuple(place), str(callee), str(cost_class), bool(direct), int(count), list()):
            total.events[codes[code], position(place), callee, cost_class, direct] += max(0, count)
        case ("edge", int(caller), tuple(place), int(callee), bool(direct), int(count)):
            above = NOWHERE if caller < 0 else codes[caller]
            total.edges[(above, position(place), codes[callee], direct)] += max(0, count)
        case ("starts", int(code), int(count), bool(capped)):
            total.starts[codes[code]] += max(0, count)
            if capped:
                total.capped.add(codes[code])
        case ("import", int(code), tuple(place), str(module), int(ns)):
            if ops:
                total.imports.append(RawImport(codes[code], position(place), module, max(0, ns)))
        case ("gc", int(generation), int(runs), int(ns)):
            before = total.collections.get(generation, (0, 0))
            total.collections[generation] = (before[0] + max(0, runs), before[1] + max(0, ns))
        case ("entered", int(count)):
            total.entered += max(0, count)
        case ("problem", str(slug), str(text)):
            total.problems.add((slug, text[:500]))
        case ("end",):
            return True
        case _:
            raise ValueError("unknown row")
    return False


def position(place: Any) -> Position:
    """Four integers and a text, or ValueError."""
    match place:
        case (int(line), int(column), int(end_line), int(end_column), str(what)):
            return (line, column, end_line, end_column, what)
    raise ValueError("no position")


def sample(each: Any) -> Sample:
    """Three integers, or ValueError."""
    match each:
        case (int(size), int(ns), int(away)):
            return (max(-1, size), max(0, ns), max(0, away))
    raise ValueError("no sample")


def _frozen(total: _Sum) -> Recording:
    counts = total.events | total.op_counts
    return Recording(
        ops=tuple(
            RawOp(*key, count, tuple(sorted(total.op_samples.get(key, ())))) for key, count in sorted(counts.items())
        ),
        edges=tuple(RawEdge(*key, count) for key, count in sorted(total.edges.items())),
        starts=tuple(sorted((code, -1 if code in total.capped else count) for code, count in total.starts.items())),
        imports=tuple(sorted(total.imports)),
        collections=tuple((generation, *row) for generation, row in sorted(total.collections.items())),
        entered=total.entered,
        problems=tuple(sorted(total.problems)),
        pythons=tuple(sorted(total.pythons)),
        processes=total.processes,
        unfinished=total.unfinished,
        broken=total.broken,
    )
