"""What calibration runs: one row for each kind of work, with the sizes that programs use.

A probe makes its input for one size, and hands out a function without arguments that does the work once on it. Inputs
are made from a fixed seed; nothing but the clock differs between runs.
"""

from __future__ import annotations

import ast
import configparser
import copy
import csv
import dataclasses
import gzip
import html.parser
import importlib
import importlib.metadata
import importlib.util
import io
import json
import os
import pickle
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import tokenize
import tomllib
import weakref
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from code_path_audit import git_program

Work = Callable[[], object]


class Probe(NamedTuple):
    """One kind of work. `make(size, folder)` returns (size as the cost model counts it, the work).

    `kind` is that of `costs/rules/kinds.toml`, "" for the work that the constants of the class itself stand for. A
    probe whose `needs`, a library, is not installed is left out.
    """

    callee: str
    cost_class: str
    sizes: tuple[int, ...]
    make: Callable[[int, Path], tuple[int, Work]]
    kind: str = ""
    needs: str = ""


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


@dataclasses.dataclass
class Item:
    """One element of a dataclass that is turned into dictionaries."""

    number: int
    name: str
    tags: list[str]


@dataclasses.dataclass
class Items:
    rows: list[Item]


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


def reading(path: Path) -> str:
    with open(path, encoding="utf-8") as file:
        return file.read()


def opening(size: int, folder: Path) -> tuple[int, Work]:
    """Opens a file and closes it, without a read: reads on a handle are ops of their own."""
    path = folder / "opened.txt"
    path.write_text("some text of a file\n", encoding="utf-8")
    return 0, lambda: open(path, encoding="utf-8").close()


def creating(size: int, folder: Path) -> tuple[int, Work]:
    """Opens a new file for writing each time."""
    numbers = iter(range(10**9))
    return 0, lambda: open(folder / f"new-{next(numbers)}.txt", "w", encoding="utf-8").close()


def on_handle(size: int, folder: Path) -> tuple[int, Work]:
    """Reads a whole file that is open."""
    path = folder / f"handle-{size}.txt"
    path.write_text(("some text of a file\n" * (size // 20 + 1))[:size], encoding="utf-8")
    file = open(path, encoding="utf-8")  # noqa: SIM115

    def work() -> str:
        file.seek(0)
        return file.read()

    weakref.finalize(work, file.close)
    return size, work


def on_buffer(size: int, folder: Path) -> tuple[int, Work]:
    """Writes one text of `size` to a file that is open: most such writes end in the buffer."""
    file = open(folder / f"buffer-{size}.txt", "w", encoding="utf-8")  # noqa: SIM115
    text = ("some text of a file\n" * (size // 20 + 1))[:size]

    def work() -> None:
        file.write(text)

    weakref.finalize(work, file.close)
    return size, work


def rows_of_csv(size: int, folder: Path) -> tuple[int, Work]:
    """Writes a row of `size` cells to a table that is open."""
    file = open(folder / f"rows-{size}.csv", "w", encoding="utf-8", newline="")  # noqa: SIM115
    row = {f"column {number}": f"cell {number}" for number in range(size)}
    table = csv.DictWriter(file, list(row))

    def work() -> None:
        table.writerow(row)

    weakref.finalize(work, file.close)
    return size, work


def copying(size: int, folder: Path) -> tuple[int, Work]:
    """Copies to a new name each time: file systems treat a truncated file as one to be saved at once."""
    path = folder / f"copied-{size}.txt"
    path.write_bytes(b"x" * size)
    numbers = iter(range(10**9))
    return size, lambda: shutil.copyfile(path, folder / f"copy-{size}-{next(numbers)}.txt")


def zipping(size: int, folder: Path) -> tuple[int, Work]:
    """Writes a new file into an archive each time."""
    archive = zipfile.ZipFile(folder / f"zipped-{size}.zip", "w", zipfile.ZIP_DEFLATED)
    numbers = iter(range(10**9))
    text = ("some text of a file\n" * (size // 20 + 1))[:size]

    def work() -> None:
        archive.writestr(f"file-{next(numbers)}.txt", text)

    weakref.finalize(work, archive.close)
    return size, work


def unzipping(size: int, folder: Path) -> tuple[int, Work]:
    path = folder / f"zipped-{size}.gz"
    with gzip.open(path, "wb") as file:
        file.write(b"some text of a file\n" * (size // 20))

    def work() -> bytes:
        with gzip.open(path) as file:
            return file.read()

    return size, work


def version(size: int, folder: Path) -> tuple[int, Work]:
    """Looks for an installed distribution, and reads what is said of it."""
    name = next((found.name for found in importlib.metadata.distributions()), "")
    return 0, lambda: importlib.metadata.version(name) if name else None


def some_files(folder: Path) -> Path:
    """A folder of ten files and two folders."""
    top = folder / "some"
    for name in ("a", "b/c"):
        (top / name).mkdir(parents=True, exist_ok=True)
    for number in range(10):
        (top / "a" / f"{number}.txt").write_bytes(b"text")
    return top


def on_folder(work: Callable[[Path], object]) -> Callable[[int, Path], tuple[int, Work]]:
    def make(size: int, folder: Path) -> tuple[int, Work]:
        top = some_files(folder)
        return 0, lambda: work(top)

    return make


def renaming(size: int, folder: Path) -> tuple[int, Work]:
    names = [folder / "one.txt", folder / "other.txt"]
    names[0].write_bytes(b"")

    def work() -> None:
        os.replace(*names)
        names.reverse()

    return 0, work


def making(size: int, folder: Path) -> tuple[int, Work]:
    """Makes a new folder each time."""
    numbers = iter(range(10**9))
    return 0, lambda: os.mkdir(folder / f"folder-{next(numbers)}")


def temporary(size: int, folder: Path) -> tuple[int, Work]:
    return 0, lambda: os.close(tempfile.mkstemp(dir=folder)[0])


def ini(size: int, folder: Path) -> tuple[int, Work]:
    text = "\n".join(f"[section_{n}]\nname = value {n}\ncount = {n}" for n in range(max(1, size // 6)))
    return size, lambda: configparser.ConfigParser().read_string(text)


def yaml(size: int, folder: Path) -> tuple[int, Work]:
    library = importlib.import_module("yaml")
    value = tree(size)
    text = library.safe_dump(value)
    return nodes(value), lambda: library.safe_load(text)


def tokens(text: str) -> object:
    return list(tokenize.generate_tokens(io.StringIO(text).readline))


def markup(size: int, folder: Path) -> tuple[int, Work]:
    library = importlib.import_module("markdown")
    block = "# Heading {n}\n\nSome *text* with a [link](to/it.md) and `code`.\n\n- one\n- two\n\n"
    text = "".join(block.format(n=n) for n in range(size // 70 + 1))[:size]
    return len(text), lambda: library.markdown(text)


def page(size: int, folder: Path) -> tuple[int, Work]:
    block = '<div class="a"><p>Some <em>text</em> with a <a href="to/it.html">link</a>.</p>\n<ul><li>one</ul></div>\n'
    text = (block * (size // len(block) + 1))[:size]
    return len(text), lambda: html.parser.HTMLParser().feed(text)


def template(size: int, folder: Path) -> tuple[int, Work]:
    library = importlib.import_module("jinja2")
    block = (
        "{% for item in items %}<li>{{ item.name|upper }}</li>{% if item.on %}x{% endif %}{% endfor %}\n"
        "Some text around it, with {{ one }} value.\n"
    )
    text = block * (size // len(block)) or "text {{ a }}\n"
    environment = library.Environment(cache_size=0)
    return len(text), lambda: environment.from_string(text)


def local_query(size: int, folder: Path) -> tuple[int, Work]:
    connection = sqlite3.connect(folder / "data.db")
    connection.execute("create table if not exists t (a, b)")
    connection.executemany("insert into t values (?, ?)", [(n, str(n)) for n in range(20)])
    connection.commit()

    def work() -> object:
        return connection.execute("select a, b from t where a > 10")

    weakref.finalize(work, connection.close)  # with the last who asks
    return 0, work


def local_connect(size: int, folder: Path) -> tuple[int, Work]:
    path = folder / "connected.db"
    return 0, lambda: sqlite3.connect(path).close()


def records(size: int, folder: Path) -> tuple[int, Work]:
    value = [Item(n, f"item {n}", ["a", "b"]) for n in range(max(1, size // 8))]
    whole = Items(value)
    return 2 + 8 * len(value), lambda: dataclasses.asdict(whole)


def cheapest() -> list[str]:
    """The command of the cheapest process there is."""
    true = git_program.found("true", os.environ, Path.cwd())
    return [true] if true else [sys.executable, "-I", "-S", "-c", ""]


def starting(size: int, folder: Path) -> tuple[int, Work]:
    """Starts the cheapest process there is; waits for the one before it, which has long ended."""
    command = cheapest()
    running: list[subprocess.Popen[bytes]] = []

    def work() -> None:
        running.append(subprocess.Popen(command, stdin=subprocess.DEVNULL))
        if len(running) > 1:
            running.pop(0).wait()

    weakref.finalize(work, lambda: [process.wait() for process in running])
    return 0, work


def child(size: int, folder: Path) -> tuple[int, Work]:
    """The cheapest process there is: what starting one costs, not what it does."""
    command = cheapest()
    return 0, lambda: subprocess.run(command, check=False, stdin=subprocess.DEVNULL, capture_output=True)


KIB = 1024
NODES = (1, 7, 21, 70, 210, 700, 2100, 7000, 21000)
BYTES = (0, 100, KIB, 4 * KIB, 16 * KIB, 64 * KIB, 256 * KIB, 1024 * KIB)
SOURCES = (34, 100, 300, 1000, 3000, 10_000, 30_000, 100_000)

PROBES: tuple[Probe, ...] = (
    Probe("json.dumps", "json_io", NODES, on_tree(json.dumps)),
    Probe("json.loads", "json_io", NODES, on_tree(json.loads, json.dumps)),
    Probe("csv.DictWriter.writerow", "json_io", NODES[:4], rows_of_csv, "row"),
    Probe("tomllib.loads", "json_io", NODES[:6], toml, "toml"),
    Probe("configparser.ConfigParser.read_string", "json_io", NODES[:6], ini, "ini"),
    Probe("yaml.safe_load", "json_io", NODES[:5], yaml, "yaml", "yaml"),
    Probe("pickle.dumps", "pickle", NODES, on_tree(pickle.dumps)),
    Probe("pickle.loads", "pickle", NODES, on_tree(pickle.loads, pickle.dumps)),
    Probe("copy.deepcopy", "deep_copy", NODES[:-1], on_tree(copy.deepcopy)),
    Probe("dataclasses.asdict", "deep_copy", NODES[1:-2], records),
    Probe("ast.parse", "ast_parse", SOURCES, on_source(ast.parse)),
    Probe("builtins.compile", "ast_parse", SOURCES, on_source(lambda text: compile(text, "probe.py", "exec"))),
    Probe("tokenize.generate_tokens", "ast_parse", SOURCES[:6], on_source(tokens), "python"),
    Probe("markdown.markdown", "ast_parse", SOURCES[1:6], markup, "markup", "markdown"),
    Probe("html.parser.HTMLParser.feed", "ast_parse", SOURCES[1:6], page, "markup"),
    Probe("jinja2.Environment.from_string", "ast_parse", SOURCES[1:5], template, "template", "jinja2"),
    Probe("pathlib.Path.read_text", "file_io", BYTES, on_file(reading)),
    Probe("pathlib.Path.read_bytes", "file_io", BYTES, on_file(Path.read_bytes)),
    Probe("builtins.open", "file_io", (0,), opening, "open"),
    Probe("builtins.open", "file_io", (0,), creating, "open_write"),
    Probe("io.TextIOWrapper.read", "file_io", BYTES, on_handle, "handle"),
    Probe("io.TextIOWrapper.write", "file_io", BYTES, on_buffer, "buffered"),
    Probe("pathlib.Path.write_text", "file_io", BYTES, writing, "write"),
    Probe("shutil.copyfile", "file_io", BYTES, copying, "copy"),
    Probe("os.stat", "file_io", (0,), on_folder(os.stat), "metadata"),
    Probe("os.path.exists", "file_io", (0,), on_folder(os.path.exists), "metadata"),
    Probe("os.path.realpath", "file_io", (0,), on_folder(os.path.realpath), "resolve"),
    Probe("os.listdir", "file_io", (0,), on_folder(os.listdir), "folder"),
    Probe("os.walk", "file_io", (0,), on_folder(lambda top: list(os.walk(top))), "tree"),
    Probe("pathlib.Path.rglob", "file_io", (0,), on_folder(lambda top: list(top.rglob("*"))), "tree"),
    Probe("os.replace", "file_io", (0,), renaming, "change"),
    Probe("os.mkdir", "file_io", (0,), making, "change"),
    Probe("zipfile.ZipFile.writestr", "file_io", BYTES[:5], zipping, "archive"),
    Probe("gzip.open", "file_io", BYTES[:5], unzipping, "archive"),
    Probe("importlib.metadata.version", "file_io", (0,), version, "packages"),
    Probe("tempfile.mkstemp", "file_io", (0,), temporary, "temporary"),
    Probe("sqlite3.connect", "network", (0,), local_connect, "local"),
    Probe("sqlite3.Connection.execute", "network", (0,), local_query, "local"),
    Probe("subprocess.run", "subprocess", (0,), child),
    Probe("subprocess.Popen", "subprocess", (0,), starting, "start"),
)


def installed(probe: Probe) -> bool:
    """Whether the library of a probe is there."""
    return not probe.needs or importlib.util.find_spec(probe.needs) is not None
