"""What a check is about: which state, since which other one, and what changed between them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from code_path_audit.config import Config
from code_path_audit.errors import AuditError
from code_path_gate.states import git
from code_path_gate.states.git_state import GitState
from code_path_gate.states.state import State, prefix_of
from code_path_gate.states.worktree import Worktree


class CheckOptions(NamedTuple):
    """What to check: the working tree, the index (`staged`) or a commit (`rev`); `base` is a revision, or ""."""

    staged: bool = False
    rev: str = ""
    base: str = ""
    actions: tuple[str, ...] = ()
    strict: bool = False


def repository_of(
    options: CheckOptions, start: Path, env: Mapping[str, str]
) -> tuple[git.Repository | None, tuple[str, ...]]:
    """The repository, and notes; the working tree can be checked without one, and then nothing says what changed."""
    needed = options.staged or options.rev or options.base
    try:
        repository = git.find_repository(start, env)
    except AuditError as error:
        if needed:
            raise
        return None, (f"nothing is known of earlier states: {error}",)
    if repository is None and needed:
        raise AuditError(
            "git-none",
            "git takes this for no repository, although there is a .git: its HEAD is missing or damaged, or it is a "
            "link to a repository that has moved"
            if any(os.path.lexists(folder / ".git") for folder in (start, *start.parents))
            else "not in a git repository",
            str(start),
            "Check the working tree instead: code-path-gate check",
        )
    return repository, ()


def head_of(options: CheckOptions, start: Path, repository: git.Repository | None) -> State:
    if repository is None or not (options.staged or options.rev):
        return Worktree(start)
    folder = prefix_of(repository, start).rstrip("/")
    state = git.INDEX if options.staged else git.require_commit(repository, options.rev)
    return GitState(repository, state, folder)


def before_of(
    options: CheckOptions, head: State, repository: git.Repository | None
) -> tuple[GitState | None, tuple[str, ...]]:
    """The state that the change started from: the merge base, else the last commit; None where there is none; notes."""
    if repository is None:
        return None, ()
    folder = head.folder if isinstance(head, GitState) else prefix_of(repository, head.config().root).rstrip("/")
    if options.base:
        tip = (
            head.state
            if isinstance(head, GitState) and head.state != git.INDEX
            else git.head_commit(repository) or git.require_commit(repository, "HEAD")
        )
        return GitState(repository, git.merge_base(repository, options.base, tip), folder), ()
    try:
        commit = git.resolve(repository, f"{options.rev}^") if options.rev else git.head_commit(repository)
    except AuditError as error:
        if options.staged:
            raise
        return None, (f"nothing is known of earlier states: {error}",)
    return None if commit is None else GitState(repository, commit, folder), ()


def changes_of(
    options: CheckOptions, head: State, before: GitState | None, config: Config, repository: git.Repository | None
) -> tuple[str, ...] | None:
    """The changed paths, relative to the project root; None where all counts as changed."""
    if repository is None or not (options.staged or options.base):
        return None
    if isinstance(head, GitState) and head.state == git.INDEX:
        paths = git.staged_changes(repository, before.state if before else None)
        if not paths:
            # checking nothing is no pass: as in `pre-commit run --all-files`, everything is to be checked
            return None
    elif before is None:
        return None
    elif isinstance(head, GitState):
        paths = git.commit_changes(repository, before.state, head.state)
    else:
        paths = git.worktree_changes(repository, before.state)
    prefix = prefix_of(repository, config.root)
    return tuple(path.removeprefix(prefix) for path in paths if path.startswith(prefix))
