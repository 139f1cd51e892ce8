"""What a change does with files that no finding is about: code that moves out of the source, or is written beside it,
and what silences the gate (`silenced`)."""

from __future__ import annotations

import datetime
import os
import posixpath
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

from code_path_audit.config import MAX_CONFIG_BYTES
from code_path_audit.errors import AuditError
from code_path_audit.sources.worktree import content_key
from code_path_gate.baseline.acceptances import ATTRIBUTES
from code_path_gate.causes.edited import Edited
from code_path_gate.causes.weakened import out_of_source, used_beside
from code_path_gate.measuring.actions import Actions
from code_path_gate.measuring.differences import source_now
from code_path_gate.measuring.earlier import Earlier
from code_path_gate.states import git
from code_path_gate.states.comparison import Comparison
from code_path_gate.states.git_files import GitFiles
from code_path_gate.states.git_state import GitState
from code_path_gate.states.state import baseline_path

RUNNERS = frozenset((
    ".pre-commit-config.yaml", ".pre-commit-config.yml", ".gitlab-ci.yml", ".travis.yml", "azure-pipelines.yml",
    "bitbucket-pipelines.yml", "Jenkinsfile", "Makefile", "tox.ini", "noxfile.py", "justfile", "lefthook.yml",
    "Taskfile.yml",
))  # fmt: skip
"""Files that run the gate, by their names, wherever they are."""

RUNNING = (".github/", ".gitlab/", ".circleci/", ".husky/")
"""Folders at the top of whose files some do."""


def any_loosened(edited: Iterable[Edited]) -> bool:
    """Whether a call of some files, as it is written, stands on less than before, or a constant was turned round that a
    condition may ask for."""
    rows = [row for row in edited if row.before and row.now]
    if not rows:
        return False
    from code_path_gate.causes.turned import turned
    from code_path_gate.causes.weaker import loosened

    return any(loosened(row.before, row.now) or turned(row.before, row.now) for row in rows)


def runs_the_gate(path: str) -> bool:
    """Whether a file of this path may be one that runs the gate."""
    return path.rpartition("/")[2] in RUNNERS or path.startswith(RUNNING)


def in_source(edited: Sequence[Edited], today: datetime.date) -> list[str]:
    """What of the source silences the gate."""
    if not edited:
        return []
    from code_path_gate.causes.silenced import accepted_in_comments, switched_on

    return [*accepted_in_comments(edited, today), *switched_on(edited)]


def of_files(edited: Sequence[Edited], baseline: str) -> Iterator[str]:
    """What of files that run the gate, or are about baselines, silences it."""
    if not edited:
        return
    from code_path_gate.causes.silenced import merged_otherwise, run_otherwise

    for row in edited:
        if posixpath.basename(row.path) == ATTRIBUTES:
            yield from merged_otherwise(row, baseline)
        else:
            yield from run_otherwise(row)


class FilesOfChange:
    """The files of a change, which are listed once and read as far as they differ.

    `looked_at` are the files on disk, outside of the source, that were looked at.
    """

    def __init__(self, compared: Comparison, now: Actions, earlier: Earlier, baselines: str) -> None:
        self.compared, self.now, self.earlier, self.baselines = compared, now, earlier, baselines
        self.looked_at: tuple[str, ...] = ()

    def told(self, today: datetime.date) -> list[str]:
        """All of it, in words; what cannot be read is left out."""
        was = self.earlier.state
        if was is None:
            return []
        try:
            before = {file.path: file for file in was.listed.files}
            moved, around = self._moved_out(was.tracked, self._source, before), self._around(was.tracked)
            return [*moved, *in_source(self._source, today), *around]
        except (AuditError, OSError):
            return []

    @cached_property
    def loosened(self) -> bool:
        """Whether some call of the source stands on less than before; also where it cannot be told."""
        try:
            return any_loosened(self._source)
        except (AuditError, OSError):
            return True

    @cached_property
    def _source(self) -> list[Edited]:
        """The files of the source that differ, are new, or are gone."""
        was = self.earlier.state
        if was is None:
            return []
        before = {file.path: file for file in was.listed.files}
        state, files = self.compared.state, {file.path: file for file in source_now(self.compared, self.now).files}
        changed = [file for path, file in files.items() if path not in before or before[path].key != file.key]
        data = (
            state.data(changed)
            if isinstance(state, GitState)
            else {row.path: self.now.files.data(row) for row in changed}
        )
        old = was.data([file for path, file in before.items() if path in data or path not in files])
        return [Edited(path, old.get(path, b""), data.get(path, b"")) for path in dict.fromkeys((*data, *old))]

    def _moved_out(self, before: GitFiles, edited: Sequence[Edited], source: Iterable[str]) -> list[str]:
        """Files that the change moved beside the source, or wrote there for the source to use."""
        state, prefix = self.compared.state, self.compared.prefix
        files = {file.path for file in source_now(self.compared, self.now).files}
        used = used_beside(
            ((row.path, row.now) for row in edited),
            lambda path: path not in files and prefix + path not in before.entries and state.is_file(path),
        )
        gone = [path for path in source if path not in files and not state.is_file(path)]
        if not gone:
            return used
        tracked = state.tracked if isinstance(state, GitState) else GitFiles(before.repository, git.INDEX)
        there = [path.removeprefix(prefix) for path in tracked.entries if path not in before.entries]
        return [*out_of_source([path for path in there if path not in files], gone), *used]

    def _around(self, before: GitFiles) -> list[str]:
        """What becomes of files that run the gate, and of those that say how git treats baselines."""
        baseline = self.compared.prefix + baseline_path(self.baselines, "any")
        own = posixpath.join(posixpath.dirname(baseline), ATTRIBUTES)
        folders = [""]
        for part in posixpath.dirname(baseline).split("/"):
            folders.append(posixpath.join(folders[-1], part))
        above = [path for folder in folders if (path := posixpath.join(folder, ATTRIBUTES)) != own]
        runners = [path for path in before.entries if runs_the_gate(path)]
        edited = [found for path in (*above, *runners) if (found := self._edited(path, before)) is not None]
        return list(of_files(edited, baseline))

    def _edited(self, path: str, before: GitFiles) -> Edited | None:
        """A file by its path from the repository's top; None where it is as it was."""
        state = self.compared.state
        blob = before.entries[path].blob if before.is_plain(path) else ""
        if isinstance(state, GitState):
            there = state.tracked.entries[path].blob if state.tracked.is_plain(path) else ""
            now = b"" if there in ("", blob) else state.tracked.blobs([there], MAX_CONFIG_BYTES)[there] or b""
            same = there == blob
        else:
            now = self._on_disk(os.path.join(before.repository.top, path))
            same = blob in (content_key(now), content_key(now.replace(b"\r\n", b"\n"))) if blob else not now
        if same:
            return None
        return Edited(path, before.blobs([blob], MAX_CONFIG_BYTES)[blob] or b"" if blob else b"", now)

    def _on_disk(self, full: str) -> bytes:
        self.looked_at = (*self.looked_at, full)
        try:
            if os.path.islink(full) or not os.path.isfile(full) or os.path.getsize(full) > MAX_CONFIG_BYTES:
                return b""
            with open(full, "rb") as file:
                return file.read()
        except OSError:
            return b""
