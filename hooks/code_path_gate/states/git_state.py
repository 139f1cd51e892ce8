"""Git's index or a commit, straight from git's objects."""

from __future__ import annotations

import errno
import posixpath
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from code_path_audit.config import (
    MAX_CONFIG_BYTES,
    OWN_FILE,
    PYPROJECT,
    TABLE,
    Config,
    config_of_tables,
    parse_toml,
)
from code_path_audit.errors import AuditError
from code_path_audit.runtime.observations import Observations
from code_path_audit.sources.data_files import FileSize
from code_path_audit.sources.layout import DECLARING, MAX_FILE_BYTES
from code_path_audit.sources.model import SourceTree
from code_path_gate.baseline.read import MAX_BYTES, too_large
from code_path_gate.states import git
from code_path_gate.states.git_tree import Known, nothing_known, source_tree
from code_path_gate.states.state import baseline_path, prefix_of, stems

if TYPE_CHECKING:
    from code_path_audit.costs.models import ReadFile


class GitState:
    """The index or a commit. `folder`, relative to the repository's top, is where to look for a configuration first."""

    def __init__(self, repository: git.Repository, state: str, folder: str) -> None:
        self.repository = repository
        self.state = state
        self.folder = folder
        self.name = "the index" if state == git.INDEX else f"commit {state[:10]}"
        self._entries: dict[str, git.Entry] | None = None
        self._read: dict[str, bytes] = {}
        self._ahead = False

    @property
    def entries(self) -> Mapping[str, git.Entry]:
        """All files by path, relative to the repository's top. Of an unresolved merge, one of the versions."""
        if self._entries is None:
            self._entries = {entry.path: entry for entry in git.entries(self.repository, self.state)}
        return self._entries

    def config(self) -> Config:
        """As `State`; the nearest configuration from `folder` upwards."""
        folder = self.folder
        while True:
            found = self._config_of(folder)
            if found is not None:
                return found
            if not folder:
                break
            folder = posixpath.dirname(folder)
        raise AuditError(
            "config-missing",
            f"no configuration found in {self.name}",
            where=str(self.repository.top / self.folder),
            todo=f"Add a [{TABLE}] table to {PYPROJECT} and git add it: only what git has is audited here.",
        )

    def _config_of(self, folder: str) -> Config | None:
        root = self.repository.top / folder
        self._read_ahead((posixpath.join(folder, name) for name in (OWN_FILE, *DECLARING)), MAX_CONFIG_BYTES)
        own, pyproject = (self._toml(posixpath.join(folder, name)) for name in (OWN_FILE, PYPROJECT))
        return config_of_tables(own, pyproject, root)

    def _toml(self, path: str) -> dict[str, Any] | None:
        data = self.read(path, MAX_CONFIG_BYTES)
        return None if data is None else parse_toml(data, f"{path} in {self.name}")

    def read(self, path: str, limit: int) -> bytes | None:
        """The bytes of one file, None where there is none; AuditError for a link, and for one over `limit` bytes."""
        entry = self.entries.get(path)
        if entry is None:
            return None
        where = f"{path} in {self.name}"
        if entry.stage:
            raise AuditError(
                "git-unmerged", "a merge of this file is not resolved", where=where, todo="Resolve it, and git add it."
            )
        if entry.mode in (git.LINK, git.SUBMODULE):
            raise AuditError(
                "baseline-outside",
                "a link stands in the place of a file",
                where=where,
                todo="Put a real file in its place.",
            )
        data = self._blobs([entry.blob], limit)[entry.blob]
        if data is None:
            raise AuditError(
                "file-too-large", f"larger than {limit:,} bytes", where=where, todo="Is it the right file?"
            )
        return data

    def tree(self, config: Config, known: Known = nothing_known) -> SourceTree:
        """As `State`."""
        prefix = self.prefix(config)
        below = [
            entry._replace(path=entry.path.removeprefix(prefix))
            for entry in self.entries.values()
            if entry.path.startswith(prefix)
        ]
        return source_tree(below, config.source, config.exclude, self._fetch, known)

    def _fetch(self, blobs: Iterable[str]) -> dict[str, bytes | None]:
        return self._blobs(list(blobs), MAX_FILE_BYTES)

    def _read_ahead(self, paths: Iterable[str], limit: int) -> None:
        """Small files that are soon asked for, in one process; what is wrong with one is told when it is asked for."""
        found = [self.entries[path] for path in paths if path in self.entries]
        blobs = [entry.blob for entry in found if not entry.stage and entry.mode not in (git.LINK, git.SUBMODULE)]
        with suppress(AuditError):
            read = git.read_blobs(self.repository, blobs, limit)
            self._read.update((blob, data) for blob, data in read.items() if data is not None)

    def _blobs(self, blobs: list[str], limit: int) -> dict[str, bytes | None]:
        known = {blob: self._read[blob] for blob in blobs if blob in self._read}
        rest = git.read_blobs(self.repository, [blob for blob in blobs if blob not in known], limit)
        return {**rest, **{blob: data if len(data) <= limit else None for blob, data in known.items()}}

    def prefix(self, config: Config) -> str:
        """The project root, relative to the repository's top, with a "/" at its end; "" where they are one."""
        return prefix_of(self.repository, config.root)

    def baseline(self, config: Config, folder: str, action: str) -> bytes | None:
        """As `State`."""
        if not self._ahead:
            self._ahead = True
            names = [baseline_path(folder, other.name) for other in config.actions]
            self._read_ahead([self.prefix(config) + name for name in names], MAX_BYTES)
        path = self.prefix(config) + baseline_path(folder, action)
        entry = self.entries.get(path)
        if entry is not None and entry.stage:
            raise AuditError(
                "baseline-conflict",
                "the merge of this baseline is not resolved",
                where=f"{path} in {self.name}",
                todo=f"Resolve it by making it anew: code-path-gate refresh --action {action}, then git add it.",
            )
        try:
            return self.read(path, MAX_BYTES)
        except AuditError as error:
            raise too_large(path, action) if error.slug == "file-too-large" else error from None

    def baselines(self, config: Config, folder: str) -> tuple[str, ...]:
        """As `State`."""
        head = f"{self.prefix(config)}{folder}/"
        return stems(path.removeprefix(head) for path in self.entries if path.startswith(head))

    def file_size(self, config: Config) -> FileSize:
        """As `State`; the size of a link is that of no file."""
        prefix = self.prefix(config)

        def size(path: str) -> int | None:
            entry = self.entries.get(prefix + path)
            if entry is None or entry.stage or entry.mode in (git.LINK, git.SUBMODULE):
                return None
            return git.blob_size(self.repository, entry.blob)

        return size

    def read_file(self, config: Config) -> ReadFile:
        """As `State`."""
        from code_path_audit.costs.models import LARGEST_FILE

        prefix = self.prefix(config)

        def read(path: Path) -> bytes:
            data = self.read(prefix + path.relative_to(config.root).as_posix(), LARGEST_FILE)
            if data is None:
                raise FileNotFoundError(errno.ENOENT, f"it is not in {self.name}")
            return data

        return read

    def observations(self, config: Config) -> Observations:
        """As `State`."""
        path = self.prefix(config) + config.observations
        if path not in self.entries:
            return Observations()
        from code_path_audit.runtime import observations_file

        where = f"{path} in {self.name}"
        if self.entries[path].stage:
            raise AuditError(
                "observations-conflict",
                "the merge of the observations is not resolved",
                where=where,
                todo="Run code-path-audit record --merge on the file, then git add it.",
            )
        try:
            data = self.read(path, observations_file.MAX_BYTES)
        except AuditError as error:
            if error.slug != "file-too-large":
                raise
            raise observations_file.too_large(where) from None
        return observations_file.decode(data or b"", where)
