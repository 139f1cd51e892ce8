"""A project in git's index or in a commit."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from code_path_audit.config import Config
from code_path_audit.errors import AuditError
from code_path_audit.program.files import Files, How, was_read
from code_path_audit.runtime.observations import Observations
from code_path_audit.sources.data_files import FileSize
from code_path_audit.sources.layout import MAX_FILE_BYTES
from code_path_audit.sources.model import SourceFile, SourceTree
from code_path_gate.baseline.acceptances import FILE as ACCEPTED
from code_path_gate.baseline.read import MAX_BYTES, too_large
from code_path_gate.states import git
from code_path_gate.states.git_files import GitFiles
from code_path_gate.states.git_tree import source_tree
from code_path_gate.states.state import baseline_path, stems

if TYPE_CHECKING:
    from code_path_audit.sources.toml_files import ReadFile


def _refuse_unstaged(path: Path, name: str) -> None:
    """AuditError where a file of library models is there and was not added: it need not be there, so that nobody would
    see that it does not count."""
    if os.path.lexists(path):
        raise AuditError(
            "library-file", "the library models are not in the index", where=name, todo=f"git add {name}, or delete it."
        )


class GitState:
    """A project in the files of the index or of a commit.

    `prefix` is its root, relative to the repository's top, with a "/" at its end; "" where they are one.
    """

    def __init__(self, tracked: GitFiles, config: Config, prefix: str) -> None:
        self.tracked = tracked
        self.config = config
        self.prefix = prefix
        self.name = tracked.name
        self._ahead = False

    def files(self, how: How) -> Files:
        """As `State`; of those that were read before, the bytes are left out."""
        config = self.config

        def known(file: SourceFile) -> bool:
            return was_read(file, how.store)

        return Files(source_tree(self._below(), config.source, config.exclude, self._blobs, known), how, self.data)

    @cached_property
    def listed(self) -> SourceTree:
        """The files of the source by their ids, without any of their bytes: to be compared with another state."""
        return source_tree(self._below(), self.config.source, self.config.exclude, self._blobs, lambda file: True)

    def _below(self) -> list[git.Entry]:
        return [
            entry._replace(path=entry.path.removeprefix(self.prefix))
            for entry in self.tracked.entries.values()
            if entry.path.startswith(self.prefix)
        ]

    def _blobs(self, blobs: Iterable[str]) -> dict[str, bytes | None]:
        return self.tracked.blobs(blobs, MAX_FILE_BYTES)

    def data(self, files: Sequence[SourceFile]) -> dict[str, bytes]:
        """The bytes of files of the source by their path, in one process; of one that is too large to be read, none."""
        found = self._blobs([file.key for file in files])
        return {file.path: found[file.key] or b"" for file in files}

    def baseline(self, folder: str, action: str) -> bytes | None:
        """As `State`."""
        if not self._ahead:
            self._ahead = True
            names = [baseline_path(folder, other.name) for other in self.config.actions]
            self.tracked.read_ahead([self.prefix + name for name in names], MAX_BYTES)
        path = self.prefix + baseline_path(folder, action)
        entry = self.tracked.entries.get(path)
        if entry is not None and entry.stage:
            raise AuditError(
                "baseline-conflict",
                "the merge of this baseline is not resolved",
                where=f"{path} in {self.name}",
                todo=f"Resolve it by making it anew: code-path-gate refresh --action {action}, then git add it.",
            )
        try:
            return self.tracked.read(path, MAX_BYTES)
        except AuditError as error:
            raise too_large(path, action) if error.slug == "file-too-large" else error from None

    def accepted(self, folder: str) -> bytes | None:
        """As `State`."""
        try:
            return self.tracked.read(f"{self.prefix}{folder}/{ACCEPTED}", MAX_BYTES)
        except AuditError:
            return None

    def baselines(self, folder: str) -> tuple[str, ...]:
        """As `State`."""
        head = f"{self.prefix}{folder}/"
        return stems(path.removeprefix(head) for path in self.tracked.entries if path.startswith(head))

    def file_size(self) -> FileSize:
        """As `State`; the size of a link is that of no file."""

        def size(path: str) -> int | None:
            full = self.prefix + path
            if not self.tracked.is_plain(full):
                return None
            return git.blob_size(self.tracked.repository, self.tracked.entries[full].blob)

        return size

    def entry(self, path: str) -> tuple[str, str] | None:
        """The mode and the blob of a file, None where there is none. What may be executed is as what may not."""
        entry = self.tracked.entries.get(self.prefix + path)
        return None if entry is None else (entry.mode.replace("100755", "100644"), entry.blob)

    def sizes(self, paths: Iterable[str]) -> dict[str, int]:
        """The sizes of those that are files, as `file_size` has them, in one process."""
        plain = {path: self.tracked.entries[self.prefix + path].blob for path in paths if self._is_plain(path)}
        known = git.blob_sizes(self.tracked.repository, plain.values())
        return {path: known[blob] for path, blob in plain.items()}

    def _is_plain(self, path: str) -> bool:
        return self.tracked.is_plain(self.prefix + path)

    def read_file(self) -> ReadFile:
        """As `State`; AuditError `library-file` for models that were written and not staged."""
        from code_path_audit.sources.toml_files import LARGEST_FILE

        def read(path: Path) -> bytes:
            data = self.tracked.read(self.prefix + path.relative_to(self.config.root).as_posix(), LARGEST_FILE)
            if data is None and self.tracked.state == git.INDEX and path == self.config.root / self.config.libraries:
                _refuse_unstaged(path, self.config.libraries)
            if data is None:
                raise FileNotFoundError(errno.ENOENT, f"it is not in {self.name}")
            return data

        return read

    def observations(self) -> Observations:
        """As `State`."""
        path = self.prefix + self.config.observations
        if path not in self.tracked.entries:
            return Observations()
        from code_path_audit.runtime import observations_file

        where = f"{path} in {self.name}"
        if self.tracked.entries[path].stage:
            raise AuditError(
                "observations-conflict",
                "the merge of the observations is not resolved",
                where=where,
                todo="Run code-path-audit record --merge on the file, then git add it.",
            )
        try:
            data = self.tracked.read(path, observations_file.MAX_BYTES)
        except AuditError as error:
            if error.slug != "file-too-large":
                raise
            raise observations_file.too_large(where) from None
        return observations_file.decode(data or b"", where)

    def is_file(self, path: str) -> bool:
        """As `State`."""
        return self.tracked.is_plain(self.prefix + path)

    def is_folder(self, path: str) -> bool:
        """As `State`."""
        return self.tracked.is_submodule(self.prefix + path)
