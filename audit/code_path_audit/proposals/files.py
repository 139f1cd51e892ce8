"""The files that init writes: what is to be in each, and how they get there, all or none."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from code_path_audit.config import OWN_FILE, PYPROJECT, TABLE, ActionConfig, Config, config_of_tables, parse_toml
from code_path_audit.config_keys import DEFAULT_BASELINES
from code_path_audit.errors import AuditError
from code_path_audit.processes import undisturbed
from code_path_audit.proposals.continuous import (
    HOOK_ID,
    ONE_MACHINE,
    PRE_COMMIT,
    gitlab_job,
    hook_entry,
    with_hook,
    workflow,
    workflow_path,
)
from code_path_audit.proposals.roots import Roots
from code_path_audit.proposals.texts import appended, configuration_text
from code_path_audit.runtime.observations_file import write_whole

MAX_BYTES = 1 << 20


class Change(NamedTuple):
    """One file to write: its path, what is there (None: nothing), what is to be there, and what that is."""

    path: Path
    before: bytes | None
    after: bytes
    what: str


def configuration_change(root: Path, roots: Roots, actions: Sequence[ActionConfig]) -> Change:
    """The configuration: tables at the end of pyproject.toml, or a file of its own where there is none."""
    pyproject = root / PYPROJECT
    before = read_file(pyproject, root)
    if before is None:
        text = configuration_text(roots, actions, "")
        return Change(root / OWN_FILE, None, appended("", text, str(root / OWN_FILE)).encode(), "the configuration")
    where = str(pyproject)
    try:
        old = before.decode("utf-8")
    except UnicodeDecodeError:
        raise AuditError("config-syntax", "not valid TOML: not UTF-8", where, "Correct the file.") from None
    text = appended(old, configuration_text(roots, actions, TABLE), where)
    return Change(pyproject, before, text.encode(), "the configuration")


def config_after(change: Change, root: Path) -> Config:
    """The configuration that is there once it is written."""
    tables = parse_toml(change.after, str(change.path))
    own, pyproject = (None, tables) if change.path.name == PYPROJECT else (tables, None)
    config = config_of_tables(own, pyproject, root)
    assert config is not None
    return config


def continuous_changes(root: Path, top: Path | None, requirement: str) -> tuple[tuple[Change, ...], tuple[str, ...]]:
    """The hook and the workflow of a project at `root`, in a repository whose top is `top` (None: git has none); and
    what is left to a person. `requirement` is what installs this copy elsewhere, "" where nothing does."""
    if top is None:
        return (), ("no git repository here: the hook and the workflow are left out; init adds them later",)
    changes, notes = [], []
    folder = "" if top == root else root.relative_to(top).as_posix()
    for change, note in (_hook(top, folder, requirement), _workflow(top, folder, requirement)):
        changes += [change] if change else []
        notes += [note] if note else []
    if not requirement and (changes or notes):
        notes.append(ONE_MACHINE)
    return tuple(changes), tuple(notes)


def _hook(top: Path, folder: str, requirement: str) -> tuple[Change | None, str]:
    path = top / PRE_COMMIT
    before = read_file(path, top)
    text = (before or b"").decode("utf-8", "surrogateescape")
    if HOOK_ID in text:
        return None, ""
    if folder:
        return None, f"the project is not at the top of its repository: pre-commit has no entry for it ({PRE_COMMIT})"
    made = with_hook(text, hook_entry(requirement))
    if made is None:
        return None, f"{PRE_COMMIT} is not written as people write it; add this:\n{hook_entry(requirement)}"
    return Change(path, before, made.encode("utf-8", "surrogateescape"), "the pre-commit entry"), ""


def _workflow(top: Path, folder: str, requirement: str) -> tuple[Change | None, str]:
    gitlab = top / ".gitlab-ci.yml"
    if os.path.lexists(gitlab) and not (top / ".github").is_dir():
        has_hook = HOOK_ID.encode() in (read_file(gitlab, top) or b"")
        return None, "" if has_hook else f"add this to .gitlab-ci.yml:\n{gitlab_job(requirement)}"
    path = top / workflow_path(folder)
    if os.path.lexists(path):
        _no_folder(path)
        return None, ""
    for other in sorted(path.parent.glob("*.y*ml")):
        text = read_file(other, top) or b""
        if HOOK_ID.encode() in text and folder.encode() in text:
            return None, ""
    return Change(path, None, workflow(requirement, folder).encode(), "the workflow"), ""


def baseline_file(config: Config, action: str) -> Path:
    """Where the baseline of an action is; whether the gate's table is right is for the gate to say."""
    return config.root / str(config.gate.get("baselines", DEFAULT_BASELINES)) / f"{action}.json"


def without_baseline(config: Config) -> tuple[str, ...]:
    """The actions that have no baseline yet. AuditError `init-unusable` where a folder has the name of one."""
    paths = {action.name: baseline_file(config, action.name) for action in config.actions}
    for path in paths.values():
        _no_folder(path)
    return tuple(name for name, path in paths.items() if not os.path.lexists(path))


def _no_folder(path: Path) -> None:
    if path.is_dir():
        raise AuditError("init-unusable", "cannot be used: it is a folder", str(path), "Nothing was written.")


def git_top(root: Path) -> Path | None:
    """The top of the git repository that a folder lies in, None where there is none."""
    for folder in (root, *root.parents):
        if os.path.lexists(folder / ".git"):
            return folder
    return None


def read_file(path: Path, inside: Path) -> bytes | None:
    """The bytes of a file that is to be written, None where there is none.

    AuditError `init-unusable` where it is no regular file, leads out of the repository, or is too large for what it is.
    """
    try:
        if not Path(os.path.realpath(path)).is_relative_to(os.path.realpath(inside)):
            raise OSError(0, "it leads out of the repository")
        if path.is_symlink():
            raise OSError(0, "it is a link")
        if not stat.S_ISREG(os.stat(path).st_mode):
            raise OSError(0, "it is no regular file")
        with open(path, "rb") as file:
            data = file.read(MAX_BYTES + 1)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise AuditError(
            "init-unusable", f"cannot be used: {error.strerror}", str(path), "Nothing was written."
        ) from error
    if len(data) > MAX_BYTES:
        raise AuditError("init-unusable", f"larger than {MAX_BYTES:,} bytes", str(path), "Nothing was written.")
    return data


def write_all(changes: Iterable[Change]) -> None:
    """Writes every file, or none of them. AuditError `init-unwritable`."""
    written: list[Change] = []
    try:
        for change in changes:
            write_whole(change.path, change.after, slug="init-unwritable", what=change.what)
            written.append(change)
    except BaseException:
        take_back(written)
        raise


def take_back(changes: Iterable[Change]) -> None:
    """Puts every file as it was before."""
    with undisturbed():
        for change in changes:
            with suppress(AuditError, OSError):
                if change.before is None:
                    change.path.unlink()
                else:
                    write_whole(change.path, change.before, slug="init-unwritable", what=change.what)
