"""The model of Python's standard library that ships: read off CPython's source, where that is Python.

python -m benchmarks.standard_library [--modules NAME ...] [--output FILE]

Reads the source of the interpreter that runs it, a module or package at a time, without importing it, and writes one
sorted file, by default the one that ships. Run it with the version that the stubs are for
(docs/decisions/0013-stubs-for-one-version.md). What is written by hand of a function (`shipped/python.toml`) wins.
"""

from __future__ import annotations

import argparse
import platform
import sys
import sysconfig
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from code_path_audit.libraries.generate.read_off import read_off
from code_path_audit.libraries.generate.rows import Rows, hidden, rows_of
from code_path_audit.libraries.model import GENERATOR, LibraryModel
from code_path_audit.libraries.project import shipped_libraries
from code_path_audit.libraries.read import SHIPPED
from code_path_audit.libraries.write import text_of
from code_path_audit.program.files import Files
from code_path_audit.sources.worktree import discover

READ = (
    "argparse", "bdb", "cmd", "code", "concurrent", "configparser", "html", "http", "json", "logging",
    "multiprocessing", "optparse", "pdb", "queue", "sched", "smtplib", "socketserver", "string", "threading",
    "unittest", "wsgiref", "xml", "xmlrpc",
)  # fmt: skip
"""The modules whose classes programs extend. Others have a meaning that the solver has itself (`callgraph/models/`)."""

LEFT_OUT = ("unittest.test.", "unittest.mock.")
"""Beginnings of names that no program extends."""

WORDS = ("self",)
"""The words of which the rows ship: what the stubs cannot say."""

HEADING = "What the standard library asks its own objects for: written by python -m benchmarks.standard_library."


def modules(folder: Path) -> Iterator[str]:
    """The modules and packages that are read, each as its file or folder."""
    for name in READ:
        yield from [path for path in (name, f"{name}.py") if (folder / path).exists()][:1]


def shown(table: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """The rows of what others can extend, without what they should not override."""
    found = {name: tuple(value for value in values if not value.startswith("_")) for name, values in table.items()}
    return {
        name: values for name, values in found.items() if values and not hidden(name) and not name.startswith(LEFT_OUT)
    }


def rows_from(folder: Path, paths: Iterable[str]) -> Rows:
    """The rows of some modules, each read by itself."""
    rows: Rows = {}
    for path in paths:
        print(path, file=sys.stderr)
        package = read_off(Files(discover(folder, (path,))).program(), shipped_libraries().behaviours)
        found, _ = rows_of(package, lambda callee: "")
        for word in WORDS:
            rows.setdefault(word, {}).update(shown(found.get(word, {})))
    return rows


def main(argv: list[str] | None = None) -> int:
    """Write the file."""
    words = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    words.add_argument("--modules", nargs="*", default=[], help="only these, as files or folders")
    words.add_argument("--output", type=Path, default=SHIPPED / "python_generated.toml")
    options = words.parse_args(argv)
    folder = Path(sysconfig.get_path("stdlib"))
    rows = rows_from(folder, options.modules or modules(folder))
    version = ".".join(platform.python_version_tuple()[:2])
    heading = f"{HEADING}\nCPython {version}."
    options.output.write_text(text_of(LibraryModel("python", GENERATOR, {}, {}, rows), heading), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
