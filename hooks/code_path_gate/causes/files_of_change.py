"""What a change does with files that no finding is about: code that moves out of the source, or is written beside it,
and what silences the gate (`silenced`)."""

from __future__ import annotations

import datetime
import os
import posixpath
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

from code_path_audit.config import MAX_CONFIG_BYTES
from code_path_audit.errors import AuditError
from code_path_audit.sources.model import SourceFile, SourceTree
from code_path_audit.sources.worktree import content_key
from code_path_gate.baseline.acceptances import ATTRIBUTES
from code_path_gate.causes.silenced import (
    Edited,
    accepted_in_comments,
    merged_otherwise,
    run_otherwise,
    runs_the_gate,
    switched_on,
)
from code_path_gate.causes.weakened import out_of_source, used_beside
from code_path_gate.measuring.actions import Actions
from code_path_gate.measuring.earlier import Earlier
from code_path_gate.states import git
from code_path_gate.states.comparison import Comparison
from code_path_gate.states.git_files import GitFiles
from code_path_gate.states.git_state import GitState
from code_path_gate.states.state import baseline_path


class FilesOfChange:
    """The files of a change, which are listed once and read as far as they differ.

    `looked_at` are the files on disk, outside of the source, that were looked at.
    """

    def __init__(self, compared: Comparison, now: Actions, earlier: Earlier, baselines: str) -> None:
        self.compared, self.now, self.earlier, self.baselines = compared, now, earlier, baselines
        self.looked_at: tuple[str, ...] = ()

    def told(self, today: datetime.date) -> list[str]:
        """All of it, in words; what cannot be read is left out."""
        compared = self.compared
        if compared.before is None or self.earlier.config is None:
            return []
        try:
            was = GitState(compared.before, self.earlier.config, compared.prefix)
            before = {file.path: file for file in was.listed().files}
            edited = self._source(was, before)
            return [
                *self._moved_out(compared.before, edited, before),
                *accepted_in_comments(edited, today),
                *switched_on(edited),
                *self._around(compared.before),
            ]
        except (AuditError, OSError):
            return []

    @cached_property
    def _tree(self) -> SourceTree:
        state = self.compared.state
        return state.listed() if isinstance(state, GitState) else self.now.files.tree

    def _source(self, was: GitState, before: Mapping[str, SourceFile]) -> list[Edited]:
        """The files of the source that differ, or are new."""
        state = self.compared.state
        changed = [file for file in self._tree.files if getattr(before.get(file.path), "key", "") != file.key]
        data = (
            state.data(changed)
            if isinstance(state, GitState)
            else {row.path: self.now.files.data(row) for row in changed}
        )
        old = was.data([before[path] for path in data if path in before])
        return [Edited(path, old.get(path, b""), text) for path, text in data.items()]

    def _moved_out(self, before: GitFiles, edited: Sequence[Edited], source: Iterable[str]) -> list[str]:
        """Files that the change moved beside the source, or wrote there for the source to use."""
        state, prefix = self.compared.state, self.compared.prefix
        files = {file.path for file in self._tree.files}
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
        found = [line for path in above for line in merged_otherwise(self._edited(path, before), baseline)]
        runners = [path for path in before.entries if runs_the_gate(path)]
        return [*found, *(line for path in runners for line in run_otherwise(self._edited(path, before)))]

    def _edited(self, path: str, before: GitFiles) -> Edited:
        """A file by its path from the repository's top, both sides empty where it is as it was."""
        state = self.compared.state
        blob = before.entries[path].blob if before.is_plain(path) else ""
        if isinstance(state, GitState):
            there = state.tracked.entries[path].blob if state.tracked.is_plain(path) else ""
            now = b"" if there in ("", blob) else state.tracked.blobs([there], MAX_CONFIG_BYTES)[there] or b""
            same = there == blob
        else:
            now = self._on_disk(os.path.join(before.repository.top, path))
            same = bool(blob) and blob in (content_key(now), content_key(now.replace(b"\r\n", b"\n")))
        if same:
            return Edited(path, b"", b"")
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
