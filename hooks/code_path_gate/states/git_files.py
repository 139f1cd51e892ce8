"""All files of git's index or of a commit, straight from git's objects."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import cached_property
from typing import Any

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
from code_path_audit.sources.layout import DECLARING
from code_path_gate.states import git


class GitFiles:
    """The files of the index or of a commit, by their path from the repository's top; read when somebody asks."""

    def __init__(self, repository: git.Repository, state: str) -> None:
        self.repository = repository
        self.state = state
        self.name = "the index" if state == git.INDEX else f"commit {state[:10]}"
        self._read: dict[str, bytes] = {}

    @cached_property
    def entries(self) -> Mapping[str, git.Entry]:
        """All files by path. Of an unresolved merge, one of the versions."""
        return {entry.path: entry for entry in git.entries(self.repository, self.state)}

    def config(self, folder: str) -> Config:
        """The nearest configuration from a folder upwards."""
        here = folder
        while True:
            found = self._config_of(here)
            if found is not None:
                return found
            if not here:
                break
            here = posixpath.dirname(here)
        raise AuditError(
            "config-missing",
            f"no configuration found in {self.name}",
            where=str(self.repository.top / folder),
            todo=f"Add a [{TABLE}] table to {PYPROJECT} and git add it: only what git has is audited here.",
        )

    def prefix(self, config: Config) -> str:
        """Where the project of a configuration found here lies: its root with a "/" at its end, "" for the top."""
        below = config.root.relative_to(self.repository.top).as_posix()
        return "" if below == "." else f"{below}/"

    def _config_of(self, folder: str) -> Config | None:
        self.read_ahead((posixpath.join(folder, name) for name in (OWN_FILE, *DECLARING)), MAX_CONFIG_BYTES)
        own, pyproject = (self._toml(posixpath.join(folder, name)) for name in (OWN_FILE, PYPROJECT))
        return config_of_tables(own, pyproject, self.repository.top / folder)

    def _toml(self, path: str) -> dict[str, Any] | None:
        data = self.read(path, MAX_CONFIG_BYTES)
        return None if data is None else parse_toml(data, f"{path} in {self.name}")

    def is_plain(self, path: str) -> bool:
        """Whether there is a file of this path, not a link, and with no merge to resolve."""
        entry = self.entries.get(path)
        return entry is not None and not entry.stage and entry.mode not in (git.LINK, git.SUBMODULE)

    def is_submodule(self, path: str) -> bool:
        """Whether a path is that of a submodule."""
        entry = self.entries.get(path)
        return entry is not None and entry.mode == git.SUBMODULE

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
        data = self.blobs([entry.blob], limit)[entry.blob]
        if data is None:
            raise AuditError(
                "file-too-large", f"larger than {limit:,} bytes", where=where, todo="Is it the right file?"
            )
        return data

    def read_ahead(self, paths: Iterable[str], limit: int) -> None:
        """Reads small files that are soon asked for, in one process; errors are raised when one is asked for."""
        plain = (self.entries[path].blob for path in paths if self.is_plain(path))
        blobs = [blob for blob in plain if blob not in self._read]
        with suppress(AuditError):
            read = git.read_blobs(self.repository, blobs, limit)
            self._read.update((blob, data) for blob, data in read.items() if data is not None)

    def blobs(self, blobs: Iterable[str], limit: int) -> dict[str, bytes | None]:
        """The bytes of blobs by id; None for one of more than `limit` bytes."""
        wanted = list(blobs)
        known = {blob: self._read[blob] for blob in wanted if blob in self._read}
        rest = git.read_blobs(self.repository, [blob for blob in wanted if blob not in known], limit)
        return {**rest, **{blob: data if len(data) <= limit else None for blob, data in known.items()}}
