"""What git has and keeps out of the working tree: by a sparse checkout, or by marks on single files.

Git takes such a file for unchanged, so that no list of changes names it; a check of the working tree reads none of it.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from code_path_audit.config import Config
from code_path_audit.errors import AuditError, printable
from code_path_audit.sources.exclude import excluded, parse_excludes
from code_path_audit.sources.layout import is_folder_of_source, is_path_of_source
from code_path_gate.states import git

NAMED = 3
"""How many files a note names."""


def notes_of_working_tree(config: Config, start: Path, env: Mapping[str, str]) -> tuple[str, ...]:
    """As `notes_of_left_out`, for whoever asks nothing else of git; () where a folder is in no repository."""
    try:
        repository = git.find_repository(start, env)
    except AuditError as error:
        return (_unknown(error),)
    return () if repository is None else notes_of_left_out(repository, config, git.below(repository, config.root))


def notes_of_left_out(repository: git.Repository, config: Config, prefix: str) -> tuple[str, ...]:
    """A note where files that count are left out. `prefix` is as in `Comparison`."""
    try:
        marked = git.marked(repository)
    except AuditError as error:
        return (_unknown(error),)
    below = (path.removeprefix(prefix) for path in marked if path.startswith(prefix))
    gone = [path for path in _that_count(below, config) if not os.path.lexists(config.root / path)]
    if not gone:
        return ()
    files, are, them = ("file", "is", "it") if len(gone) == 1 else ("files", "are", "them")
    more = f" and {len(gone) - NAMED} more" if len(gone) > NAMED else ""
    return (
        f"{len(gone)} {files} that git has {are} left out of the working tree, by a sparse checkout or a mark in the "
        f"index: {', '.join(map(printable, gone[:NAMED]))}{more}; what is in {them} is not counted. git "
        "sparse-checkout disable brings files back, or git update-index --no-skip-worktree --no-assume-unchanged FILE "
        "and git checkout",
    )


def _unknown(error: AuditError) -> str:
    return f"nothing is known of files that git keeps out of the working tree: {error}"


def _that_count(paths: Iterable[str], config: Config) -> list[str]:
    """Files of the source by their paths, and those that the configuration names."""
    roots = tuple("" if root == "." else f"{root}/" for root in config.source)
    excludes, named = parse_excludes(config.exclude), {*config.files_that_count, *config.source}

    def is_of_source(path: str) -> bool:
        return is_path_of_source(path) and any(
            path.startswith(root) and all(map(is_folder_of_source, path.removeprefix(root).split("/")[:-1]))
            for root in roots
        )

    return [path for path in paths if path in named or (is_of_source(path) and not excluded(path, excludes))]
