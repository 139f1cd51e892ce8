"""A check with `--staged` or `--base` held against the whole check: what changes of a project must not hide."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from code_path_audit.errors import AuditError
from code_path_audit.program.files import ALONE
from code_path_gate.measuring.actions import Actions, CostInputs
from code_path_gate.measuring.affected import affected
from code_path_gate.measuring.earlier import Earlier
from code_path_gate.states.comparison import CheckOptions, comparison
from code_path_gate.states.git_state import GitState
from code_path_gate.states.state import State
from tests.gate.repositories import Repo

Change = Callable[[Repo], object]


def write(path: str, text: str) -> Change:
    return lambda repo: repo.write({path: text})


def grow(path: str) -> Change:
    return write(path, "1" * 3_000_000)


def remove(path: str) -> Change:
    def change(repo: Repo) -> None:
        target = repo.root / path
        if target.is_symlink() or target.is_file():
            target.unlink()
        elif target.is_dir():
            shutil.rmtree(target)

    return change


def link(path: str, target: str) -> Change:
    def change(repo: Repo) -> None:
        remove(path)(repo)
        (repo.root / path).parent.mkdir(parents=True, exist_ok=True)
        os.symlink(target, repo.root / path)

    return change


def both(*changes: Change) -> Change:
    """One after the other."""

    def change(repo: Repo) -> None:
        for one in changes:
            one(repo)

    return change


def renamed(path: str, new: str) -> Change:
    def change(repo: Repo) -> None:
        (repo.root / path).rename(repo.root / new)

    return change


def mode(path: str, bits: int) -> Change:
    return lambda repo: (repo.root / path).chmod(bits)


def intended(path: str, text: str) -> Change:
    """A file that git is told will be added, without its content."""

    def change(repo: Repo) -> None:
        repo.write({path: text})
        repo.run("add", "--intent-to-add", path)

    return change


def sparse(*folders: str) -> Change:
    """All but some folders leave the working tree, by git's own mark."""

    def change(repo: Repo) -> None:
        repo.run("sparse-checkout", "init", "--cone")
        repo.run("sparse-checkout", "set", *folders)

    return change


def marked(mark: str, path: str, change: Change) -> Change:
    return both(lambda repo: repo.run("update-index", mark, path), change)


def replace(path: str, old: str, new: str) -> Change:
    def change(repo: Repo) -> None:
        file = repo.root / path
        if file.is_file():
            file.write_text(file.read_text().replace(old, new))

    return change


def measured(state: State, by: CostInputs | None = None) -> dict[str, object]:
    """What a whole check measures of each action of a state, or the error that it ends with."""
    actions = Actions(state, by or CostInputs(state), ALONE)
    found: dict[str, object] = {}
    for action in state.config.actions:
        try:
            found[action.name] = actions.measured(action)
        except (AuditError, OSError) as error:
            found[action.name] = str(error)
    return found


def claims(root: Path, staged: bool) -> tuple[set[str], dict[str, object], dict[str, object]] | None:
    """The actions that count as not affected, and what is measured of all before and now; None where the check itself
    is refused."""
    options = CheckOptions(staged=True) if staged else CheckOptions(base="HEAD")
    try:
        compared = comparison(options, root, os.environ)
        now = Actions(compared.state, CostInputs(compared.state), ALONE)
        earlier = Earlier(compared.before, compared.prefix, now)
        config = compared.state.config
        touched = affected(compared, config.actions, now, earlier, "baselines")
    except (AuditError, OSError):
        return None
    assert compared.before is not None
    before = GitState(compared.before, compared.before.config(""), compared.prefix)
    left_out = {action.name for action in config.actions} - {action.name for action in touched}
    return left_out, measured(before), measured(compared.state)


def holds(template: Path, folder: Path, changes: Mapping[str, Change], names: Sequence[str]) -> dict[bool, set[str]]:
    """Makes the changes in a copy of the project, and holds what is left out against the whole check."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(template, folder, symlinks=True)
    repo = Repo(folder)
    for name in names:
        try:
            changes[name](repo)
        except (OSError, AssertionError):
            continue  # what it would change is gone by another change
    found: dict[bool, set[str]] = {}
    for staged in (False, True):
        if staged:
            repo.run("add", "--all", "--sparse")
        claimed = claims(folder, staged)
        if claimed is None:
            continue
        left_out, before, now = claimed
        assert {name: now[name] for name in left_out} == {name: before[name] for name in left_out}, (staged, names)
        found[staged] = left_out
    return found
