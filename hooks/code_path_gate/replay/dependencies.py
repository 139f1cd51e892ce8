"""Which files and folders a check could have read: what it depends on besides git's index and last commit."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from code_path_audit.config import Config
from code_path_audit.replay import dependencies as of_audit
from code_path_audit.replay.dependencies import Dependencies
from code_path_gate.baseline.acceptances import ATTRIBUTES
from code_path_gate.baseline.acceptances import FILE as ACCEPTED
from code_path_gate.settings import read_settings
from code_path_gate.states.state import baseline_path

ELSEWHERE = (
    "GIT_WORK_TREE", "GIT_COMMON_DIR", "GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_QUARANTINE_PATH", "GIT_DISCOVERY_ACROSS_FILESYSTEM",
)  # fmt: skip
"""Variables that put parts of a repository where nobody looks here."""


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
    # relative to the top, which is where we are if GIT_DIR says so
    around = start if environ.get("GIT_DIR") else top
    index = str(around / (environ.get("GIT_INDEX_FILE") or git / "index")) if staged else ""
    return Place(str(git), index, tuple(rows), str(start))


def dependencies(config: Config, start: Path, sizes: Iterable[str]) -> Dependencies | None:
    """What a check of the working tree depends on; None where it cannot all be named.

    `sizes` are the files whose size was asked for.
    """
    baselines = read_settings(config).baselines
    paths = [baseline_path(baselines, action.name) for action in config.actions]
    beside = [f"{baselines}/{name}" for name in (ACCEPTED, ATTRIBUTES)]
    return of_audit.dependencies(config, start, [baselines, *paths, *beside, *sizes])


def dependencies_of_index(config: Config) -> Dependencies:
    """What a check of the index depends on beside it: library models that were written and not staged are refused."""
    return Dependencies((f"+{config.root / config.libraries}",), {})
