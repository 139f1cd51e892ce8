"""The working tree, as it is on disk."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from code_path_audit.config import Config
from code_path_audit.errors import AuditError
from code_path_audit.program.files import Files, How
from code_path_audit.runtime.observations import Observations
from code_path_audit.sources.data_files import FileSize, size_reader
from code_path_audit.sources.worktree import discover
from code_path_gate.baseline.acceptances import FILE as ACCEPTED
from code_path_gate.baseline.read import MAX_BYTES, too_large
from code_path_gate.states.state import baseline_path, stems

if TYPE_CHECKING:
    from code_path_audit.sources.toml_files import ReadFile


class Worktree:
    """The files of a project as they are on disk."""

    name = "the working tree"
    prefix = ""

    def __init__(self, config: Config) -> None:
        self.config = config

    def files(self, how: How) -> Files:
        """As `State`."""
        config = self.config
        return Files(discover(config.root, config.source, config.exclude), how)

    def baseline(self, folder: str, action: str) -> bytes | None:
        """As `State`; AuditError where the file is a link, lies outside the project, or cannot be read."""
        path = safe_path(self.config.root, folder, action)
        try:
            if path.stat().st_size > MAX_BYTES:
                raise too_large(baseline_path(folder, action), action)
            return path.read_bytes() if path.is_file() else _not_a_file(path)
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise AuditError(
                "baseline-unreadable", f"cannot read the baseline: {error.strerror}", str(path), "Make it readable."
            ) from error

    def accepted(self, folder: str) -> bytes | None:
        """As `State`; what is behind a link is not what was reviewed."""
        path = self.config.root / folder / ACCEPTED
        try:
            plain = path.is_file() and not path.is_symlink() and path.stat().st_size <= MAX_BYTES
            return path.read_bytes() if plain else None
        except OSError:
            return None

    def baselines(self, folder: str) -> tuple[str, ...]:
        """As `State`; none where the folder cannot be listed."""
        try:
            return stems(os.listdir(self.config.root / folder))
        except OSError:
            return ()

    def file_size(self) -> FileSize:
        """As `State`."""
        return size_reader(self.config.root)

    def read_file(self) -> ReadFile:
        """As `State`."""
        from code_path_audit.sources.toml_files import from_disk

        return from_disk

    def observations(self) -> Observations:
        """As `State`."""
        if not os.path.lexists(self.config.root / self.config.observations):
            return Observations()
        from code_path_audit.pipeline import observations_of

        return observations_of(self.config)

    def is_file(self, path: str) -> bool:
        """As `State`."""
        found = self.config.root / path
        return found.is_file() and not found.is_symlink()

    def is_folder(self, path: str) -> bool:
        """As `State`."""
        return (self.config.root / path).is_dir()


def _not_a_file(path: Path) -> bytes:
    raise AuditError("baseline-unreadable", "the baseline is not a file", str(path), "Move what is there.")


def safe_path(root: Path, folder: str, action: str) -> Path:
    """The path of a baseline on disk; AuditError `baseline-outside` where links lead out of the project."""
    path = root / baseline_path(folder, action)
    home = os.path.realpath(root)
    real = os.path.realpath(path)
    if not real.startswith(home.rstrip(os.sep) + os.sep) or path.is_symlink():
        raise AuditError(
            "baseline-outside",
            "the baseline is a link, or lies behind one that leads out of the project",
            where=str(path),
            todo="Put a real file in its place: what a link leads to is not what was reviewed.",
        )
    return path
