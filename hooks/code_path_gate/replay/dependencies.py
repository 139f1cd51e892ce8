"""Which files and folders a check could have read: what it depends on besides git's index and last commit.

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
from code_path_audit.sources.data_files import plain_parts
from code_path_gate.replay.folder_listing import children, digest_of_names
from code_path_gate.replay.record import FOLDER, SOURCE, TOP
from code_path_gate.settings import read_settings
from code_path_gate.states.state import baseline_path

MAX_PATHS = 60_000
"""More than this are not told apart faster than they are read."""

ELSEWHERE = (
    "GIT_WORK_TREE", "GIT_COMMON_DIR", "GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_QUARANTINE_PATH", "GIT_DISCOVERY_ACROSS_FILESYSTEM",
)  # fmt: skip
"""Variables that put parts of a repository where nobody looks here."""


class Dependencies(NamedTuple):
    """Rows, and of each folder of the source the digest of the names that count in it, by its row."""

    rows: tuple[str, ...]
    listings: Mapping[str, bytes]


class Place(NamedTuple):
    """Where git keeps what a check depends on: its folder ("" for none), the index where that is checked, and rows.

    `root` is the project; `listings` are as in `Dependencies`.
    """

    folder: str
    index_file: str
    rows: tuple[str, ...]
    root: str
    listings: Mapping[str, bytes] = {}

    def and_also(self, root: str, more: Dependencies) -> Place:
        """With what else a check of a project depends on."""
        return Place(self.folder, self.index_file, (*self.rows, *more.rows), root, more.listings)


def git_place(start: Path, environ: Mapping[str, str], staged: bool) -> Place | None:
    """The repository around a folder; None for one whose parts lie in several places, or that another user owns."""
    if any(environ.get(name) for name in ELSEWHERE):
        return None
    top = start.resolve()
    rows: list[str] = []
    while not os.path.lexists(top / ".git"):
        rows.append(f"+{top / '.git'}")
        if top == top.parent:
            # git takes a folder that looks like one for a repository, too
            if staged or environ.get("GIT_DIR") or (start / "HEAD").exists():
                return None
            return Place("", "", tuple(rows), str(start))
        top = top.parent
    git = top / ".git"
    if git.is_symlink() or not git.is_dir():
        return None  # a linked worktree or a submodule
    if environ.get("GIT_DIR") and os.path.realpath(start / environ["GIT_DIR"]) != str(git):
        return None
    if os.name == "posix" and any(path.stat().st_uid != os.geteuid() for path in (top, git)):
        return None  # whether git trusts it depends on the user's configuration
    rows += [f"={top}", f"={git}", f"+{git / 'config'}", f"+{git / 'config.worktree'}"]
    index = str(start / (environ.get("GIT_INDEX_FILE") or git / "index")) if staged else ""
    return Place(str(git), index, tuple(rows), str(start))


def dependencies(config: Config, start: Path, sizes: Iterable[str]) -> Dependencies | None:
    """What a check of the working tree depends on; None where it cannot all be named.

    `sizes` are the files whose size was asked for.
    """
    root = str(config.root)
    if os.path.realpath(root) != root:
        return None
    rows = [f"={root}", *(f"+{path}" for path in _configurations(config.root, start))]
    baselines = read_settings(config).baselines
    named = [
        "setup.cfg", PYPROJECT, OWN_FILE, *config.files_that_count, baselines,
        *(baseline_path(baselines, action.name) for action in config.actions), *sizes,
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
