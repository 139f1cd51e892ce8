"""What a check is about: which state, since which other one; resolved once."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from code_path_audit.config import load_config
from code_path_audit.errors import AuditError
from code_path_gate.states import git
from code_path_gate.states.git_files import GitFiles
from code_path_gate.states.git_state import GitState
from code_path_gate.states.left_out import notes_of_left_out
from code_path_gate.states.state import State
from code_path_gate.states.worktree import Worktree


class CheckOptions(NamedTuple):
    """What to check: the working tree, the index (`staged`) or a commit (`rev`); `base` is a revision, or ""."""

    staged: bool = False
    rev: str = ""
    base: str = ""
    actions: tuple[str, ...] = ()
    strict: bool = False


class Comparison(NamedTuple):
    """What a check is about.

    `state` is what is checked; `before` is what the change started from, None where nothing is known of that. `prefix`
    is the project's root, relative to the repository's top, with a "/" at its end; "" where they are one. `whole` says
    that all is to be checked, whether or not the change can touch it. `notes` are for people. `left_out` are those of
    what git keeps out of the working tree that is checked: they go by marks in the index, which no answer is kept for.
    """

    state: State
    before: GitFiles | None
    prefix: str
    whole: bool
    notes: tuple[str, ...]
    left_out: tuple[str, ...] = ()

    @property
    def is_of_all_on_disk(self) -> bool:
        """Whether it is about all of the working tree, whatever changed and whatever git's index says."""
        return isinstance(self.state, Worktree) and self.whole and not self.left_out


def comparison(options: CheckOptions, start: Path, env: Mapping[str, str]) -> Comparison:
    """What the options ask for. `start` is any folder of the project, `env` what git may need."""
    repository, notes = _repository(options, start, env)
    if repository is None:
        return Comparison(Worktree(load_config(start)), None, "", True, notes)
    state, prefix = _state(options, start, repository)
    before, more = _before(options, state, repository)
    left_out = notes_of_left_out(repository, state.config, prefix) if isinstance(state, Worktree) else ()
    return Comparison(state, before, prefix, _is_whole(options, state, before), (*notes, *more, *left_out), left_out)


def _repository(
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


def _state(options: CheckOptions, start: Path, repository: git.Repository) -> tuple[State, str]:
    """The state that is checked, and where its project is in the repository."""
    if not (options.staged or options.rev):
        config = load_config(start)
        return Worktree(config), git.below(repository, config.root)
    tracked = GitFiles(repository, git.INDEX if options.staged else git.require_commit(repository, options.rev))
    config = tracked.config(git.below(repository, start).rstrip("/"))
    prefix = tracked.prefix(config)
    return GitState(tracked, config, prefix), prefix


def _before(options: CheckOptions, state: State, repository: git.Repository) -> tuple[GitFiles | None, tuple[str, ...]]:
    """What the change started from: the merge base, else the last commit; None where there is none; notes."""
    if options.base:
        tip = (
            state.tracked.state
            if isinstance(state, GitState) and state.tracked.state != git.INDEX
            else git.head_commit(repository) or git.require_commit(repository, "HEAD")
        )
        return GitFiles(repository, git.merge_base(repository, options.base, tip)), ()
    try:
        commit = git.resolve(repository, f"{options.rev}^") if options.rev else git.head_commit(repository)
    except AuditError as error:
        if options.staged:
            raise
        return None, (f"nothing is known of earlier states: {error}",)
    return None if commit is None else GitFiles(repository, commit), ()


def _is_whole(options: CheckOptions, state: State, before: GitFiles | None) -> bool:
    """Whether everything is to be checked: where nothing asks for less, and where nothing was staged, since checking
    nothing is no pass (as in `pre-commit run --all-files`)."""
    if before is None or not (options.staged or options.base):
        return True
    return isinstance(state, GitState) and options.staged and state.tracked.entries == before.entries
