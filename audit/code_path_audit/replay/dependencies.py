"""Which files and folders an answer could have come from.

Each is a row, a path with its kind in front (see `record`): `+` stands for all that is known of it without opening it,
`=` for which file or folder it is, whatever happened in it; `D`, `d` and `s` are source roots, folders below them and
files of the source. Where not all can be named, or something is out of the ordinary, there are no rows, and nothing is
replayed.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from code_path_audit.config import OWN_FILE, PYPROJECT, Config
from code_path_audit.replay.folder_listing import children, digest_of_names
from code_path_audit.replay.record import FOLDER, SOURCE, TOP
from code_path_audit.sources.data_files import plain_parts

MAX_PATHS = 60_000
"""More than this are not told apart faster than they are read."""


class Dependencies(NamedTuple):
    """Rows, and of each folder of the source the digest of the names that count in it, by its row."""

    rows: tuple[str, ...]
    listings: Mapping[str, bytes]

    def with_files(self, paths: Iterable[str]) -> Dependencies:
        """With further files, by their full paths, there or not."""
        return Dependencies((*self.rows, *(f"+{path}" for path in paths)), self.listings)


def dependencies(config: Config, start: Path, more: Iterable[str]) -> Dependencies | None:
    """What an answer on the working tree depends on; None where it cannot all be named.

    `more` are paths in the project, such as those of files whose size was asked for.
    """
    root = str(config.root)
    if os.path.realpath(root) != root:
        return None
    rows = [f"={root}", *(f"+{path}" for path in _configurations(config.root, start))]
    named = [
        "setup.cfg", PYPROJECT, OWN_FILE, *config.files_that_count, *more,
    ]  # fmt: skip
    for source in config.source:
        # a folder in a package has the package's name in front, and so have its modules
        folders = source.split("/")[:-1]
        named += [source, *("/".join([*folders[:end], "__init__.py"]) for end in range(1, len(folders) + 1))]
    for name in named:
        found = _named(root, name)
        if found is None:
            return None
        rows += found
    listings: dict[str, bytes] = {}
    for source in config.source:
        for row, names in _below(os.fsencode(os.path.normpath(os.path.join(root, source)))):
            rows.append(row)
            if names is None or len(rows) > MAX_PATHS:
                return None
            if names:
                listings[row] = names
    return Dependencies(tuple(rows), listings)


def _named(root: str, name: str) -> list[str] | None:
    """A path as the configuration or the code has it, and the folders on the way; None where a link is among them."""
    if name == ".":
        return []
    parts = plain_parts(name)
    rows = []
    path = root
    for part in parts:
        path = os.path.join(path, part)
        if os.path.islink(path):
            return None
        rows.append(f"={path}")
    return [*rows[:-1], f"+{path}"] if rows else []


def _configurations(root: Path, start: Path) -> Iterator[str]:
    """Where a configuration stands, or would be found first."""
    folder = start.resolve()
    while True:
        yield from (str(folder / PYPROJECT), str(folder / OWN_FILE))
        if folder in (root.resolve(), folder.parent):
            return
        folder = folder.parent


def _below(top: bytes) -> Iterator[tuple[str, bytes | None]]:
    """The rows of a source root, its folders and what the audit reads in them; with each the digest of the names in it.

    b"" for what is no folder, None for what it is not safe to look through.
    """
    todo = [(TOP, top)]
    while todo:
        kind, path = todo.pop()
        row = os.fsdecode(kind + path)
        if kind in (TOP, FOLDER):
            try:
                found = children(path, kind == TOP)
            except NotADirectoryError:
                # a source root that is one file
                yield os.fsdecode(SOURCE + path), b""
                continue
            except FileNotFoundError:
                yield f"+{os.fsdecode(path)}", b""
                continue
            except OSError:
                found = None
            yield row, None if found is None else digest_of_names(found)
            todo += [(kind, path + os.fsencode(os.sep) + name) for kind, name in found or () if name]
        else:
            yield row, b""
