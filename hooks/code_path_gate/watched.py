"""Which files and folders a check could have read: what it depends on besides git."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from code_path_audit.config import OWN_FILE, PYPROJECT, Config
from code_path_audit.sources.entry_points import DECLARING
from code_path_gate.settings import read_settings
from code_path_gate.states import baseline_path

MAX_PATHS = 60_000
"""More than this are not told apart faster than they are read."""

REFUSED = frozenset(("__pycache__", "node_modules", "site-packages"))
ENVIRONMENTS = ("pyvenv.cfg", "conda-meta")


def dependencies(
    config: Config, start: Path, environ: Mapping[str, str], staged: bool, sizes: Iterable[str]
) -> tuple[list[str], str, str] | None:
    """(paths, folder of git, file of the index) that a check depends on; None where they cannot all be named.

    A check of the index depends on no other file, but for a repository that may come between.
    """
    top = start.resolve()
    between = []
    while not (top / ".git").exists():
        between.append(str(top / ".git"))
        if top == top.parent:
            break
        top = top.parent
    git = top / ".git"
    if git.is_file() or (not git.is_dir() and staged):
        return None  # a linked worktree or a submodule: its parts lie in several places
    folder = str(git) if git.is_dir() else ""
    if staged:
        return between, folder, str(top / environ.get("GIT_INDEX_FILE", str(git / "index")))
    paths = watched(config, start, read_settings(config).baselines, sizes)
    return None if paths is None else ([*between, *paths], folder, "")


def watched(config: Config, start: Path, baselines: str, sizes: Iterable[str]) -> list[str] | None:
    """The paths that a check of the working tree depends on; None where they cannot all be named.

    A folder stands for the names in it. `sizes` are the files whose size was asked for.
    """
    found = [*_configurations(config.root, start)]
    names = [
        "setup.cfg", *config.rule_files, config.model, config.observations, baselines,
        *(baseline_path(baselines, action.name) for action in config.actions), *sizes,
    ]  # fmt: skip
    found += [str(config.root / name) for name in names]
    for source in config.source:
        for path in _below(str(config.root / source)):
            if path is None or len(found) > MAX_PATHS:
                return None
            found.append(path)
    return found


def _configurations(root: Path, start: Path) -> Iterator[str]:
    """Where a configuration stands, or would be found first."""
    folder = start.resolve()
    while True:
        yield from (str(folder / PYPROJECT), str(folder / OWN_FILE))
        if folder in (root.resolve(), folder.parent):
            return
        folder = folder.parent


def _below(path: str) -> Iterator[str | None]:
    """A source root, its folders and what the audit reads in them; None for what it is not safe to look through."""
    yield path
    try:
        entries = list(os.scandir(path))
    except NotADirectoryError:
        return
    except OSError:
        yield None
        return
    if any(entry.name in ENVIRONMENTS for entry in entries):
        return
    for entry in entries:
        if entry.is_symlink():
            # what lies behind a link may change without a trace here
            if entry.is_dir() or entry.name.endswith(".py"):
                yield None
        elif entry.is_dir():
            if not entry.name.startswith(".") and entry.name not in REFUSED:
                yield from _below(entry.path)
        elif entry.name.endswith(".py") or entry.name in DECLARING:
            yield entry.path
