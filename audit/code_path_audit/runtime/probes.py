"""What calibration runs: one row for each kind of work, with the sizes that programs use.

A probe makes its input for one size, and hands out a function without arguments that does the work once on it. Inputs
are made from a fixed seed; nothing but the clock differs between runs.
"""

from __future__ import annotations

import ast
import copy
import json
import os
import pickle
import random
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

Work = Callable[[], object]


class Probe(NamedTuple):
    """One kind of work. `make(size, folder)` returns (size as the cost model counts it, the work)."""

    callee: str
    cost_class: str
    sizes: tuple[int, ...]
    make: Callable[[int, Path], tuple[int, Work]]


def tree(leaves: int) -> object:
    """Structured data as configuration and API answers have it: records of mixed values, some nested."""
    seed = random.Random(leaves)
    rows: list[object] = []
    while leaves > 0:
        row = {
            "id": seed.randrange(10**6),
            "name": f"item {seed.random():.6f}",
            "price": seed.random(),
            "on": bool(leaves % 2),
            "tags": [f"t{seed.randrange(50)}" for _ in range(seed.randrange(4))],
        }
        rows.append(dict(list(row.items())[: max(1, min(5, leaves))]))
        leaves -= 7
    return rows[0] if len(rows) == 1 else {"rows": rows}


def nodes(value: object) -> int:
    """Leaves + containers + dict keys, all of them."""
    if isinstance(value, dict):
        return 1 + len(value) + sum(map(nodes, value.values()))
    return 1 + sum(map(nodes, value)) if isinstance(value, list) else 1


def source(size: int) -> str:
    """Python source of about `size` bytes, with the mix of statements of ordinary modules."""
    block = (
        "def function_{n}(first, second=None, *rest, **options):\n"
        '    """Return what is asked for."""\n'
        "    if second is None and first.value > {n}:\n"
        "        return [item.name for item in first.items if item.ready]\n"
        "    total = first.total + len(rest) * 2\n"
        '    options.setdefault("key", total)\n'
        "    return self.store.load(total, path=options)\n\n\n"
    )
    text, number = "", 0
    while len(text) < size:
        text += block.format(n=number)
        number += 1
    return text if size >= 300 else "x = function(first, second.third)\n" * max(1, size // 34)


def plain_rows(size: int) -> str:
    """TOML tables with about `size` values."""
    return "\n".join(
        f'[table_{n}]\nname = "value {n}"\ncount = {n}\nflags = [true, false]' for n in range(max(1, size // 9))
    )


class Record:
    """An object with attributes, as deepcopy and pickle meet them."""

    def __init__(self, values: object) -> None:
        self.values, self.name, self.count = values, "record", 1


def on_tree(
    work: Callable[[Any], object], prepare: Callable[[Any], Any] = lambda value: value
) -> Callable[[int, Path], tuple[int, Work]]:
    """A probe's `make` for work on structured data of `size` leaves."""

    def make(size: int, folder: Path) -> tuple[int, Work]:
        value = tree(size)
        prepared = prepare(value)
        return nodes(value), lambda: work(prepared)

    return make


def on_source(work: Callable[[str], object]) -> Callable[[int, Path], tuple[int, Work]]:
    def make(size: int, folder: Path) -> tuple[int, Work]:
        text = source(size)
        return len(text), lambda: work(text)

    return make


def toml(size: int, folder: Path) -> tuple[int, Work]:
    text = plain_rows(size)
    return nodes(tomllib.loads(text)), lambda: tomllib.loads(text)


def on_file(work: Callable[[Path], object]) -> Callable[[int, Path], tuple[int, Work]]:
    def make(size: int, folder: Path) -> tuple[int, Work]:
        path = folder / f"read-{size}.txt"
        path.write_text(("some text of a file\n" * (size // 20 + 1))[:size], encoding="utf-8")
        return size, lambda: work(path)

    return make


def writing(size: int, folder: Path) -> tuple[int, Work]:
    """Writes a new file each time, as a program does that makes its output."""
    text = ("some text of a file\n" * (size // 20 + 1))[:size]
    numbers = iter(range(10**9))
    return size, lambda: (folder / f"write-{size}-{next(numbers)}.txt").write_text(text, encoding="utf-8")


def opening(path: Path) -> str:
    with open(path, encoding="utf-8") as file:
        return file.read()


def copying(size: int, folder: Path) -> tuple[int, Work]:
    """Copies to a new name each time: file systems treat a truncated file as one to be saved at once."""
    path = folder / f"copied-{size}.txt"
    path.write_bytes(b"x" * size)
    numbers = iter(range(10**9))
    return size, lambda: shutil.copyfile(path, folder / f"copy-{size}-{next(numbers)}.txt")


def listing(size: int, folder: Path) -> tuple[int, Work]:
    return 0, lambda: os.listdir(folder)


def child(size: int, folder: Path) -> tuple[int, Work]:
    """The cheapest process there is: what starting one costs, not what it does."""
    command = [shutil.which("true") or sys.executable, *([] if shutil.which("true") else ["-S", "-c", ""])]
    return 0, lambda: subprocess.run(command, check=False, stdin=subprocess.DEVNULL, capture_output=True)


KIB = 1024
NODES = (1, 7, 21, 70, 210, 700, 2100, 7000, 21000)
BYTES = (0, 100, KIB, 4 * KIB, 16 * KIB, 64 * KIB, 256 * KIB, 1024 * KIB)
SOURCES = (34, 100, 300, 1000, 3000, 10_000, 30_000, 100_000)

PROBES: tuple[Probe, ...] = (
    Probe("json.dumps", "json_io", NODES, on_tree(json.dumps)),
    Probe("json.loads", "json_io", NODES, on_tree(json.loads, json.dumps)),
    Probe("tomllib.loads", "json_io", NODES[:6], toml),
    Probe("pickle.dumps", "pickle", NODES, on_tree(pickle.dumps)),
    Probe("pickle.loads", "pickle", NODES, on_tree(pickle.loads, pickle.dumps)),
    Probe("copy.deepcopy", "deep_copy", NODES[:-1], on_tree(copy.deepcopy)),
    Probe("ast.parse", "ast_parse", SOURCES, on_source(ast.parse)),
    Probe("builtins.compile", "ast_parse", SOURCES, on_source(lambda text: compile(text, "probe.py", "exec"))),
    Probe("builtins.open", "file_io", BYTES, on_file(opening)),
    Probe("pathlib.Path.read_bytes", "file_io", BYTES, on_file(Path.read_bytes)),
    Probe("pathlib.Path.write_text", "file_io", BYTES, writing),
    Probe("shutil.copyfile", "file_io", BYTES, copying),
    Probe("os.listdir", "file_io", (0,), listing),
    Probe("subprocess.run", "subprocess", (0,), child),
)
