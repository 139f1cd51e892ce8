"""The working tree, as it is on disk."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from code_path_audit.config import (
    Config,
    load_config,
)
from code_path_audit.errors import AuditError
from code_path_audit.runtime.observations import Observations
from code_path_audit.sources.data_files import FileSize, size_reader
from code_path_audit.sources.model import SourceTree
from code_path_audit.sources.worktree import discover
from code_path_gate.baseline.read import MAX_BYTES, too_large
from code_path_gate.states.git_tree import Known, nothing_known
from code_path_gate.states.state import baseline_path, stems

if TYPE_CHECKING:
    from code_path_audit.costs.models import ReadFile


class Worktree:
    """The files as they are on disk; `start` is any folder of the project."""

    name = "the working tree"

    def __init__(self, start: Path) -> None:
        self.start = start

    def config(self) -> Config:
        """As `State`."""
        return load_config(self.start)

    def tree(self, config: Config, known: Known = nothing_known) -> SourceTree:
        """As `State`."""
        return discover(config.root, config.source, config.exclude)

    def baseline(self, config: Config, folder: str, action: str) -> bytes | None:
        """As `State`; AuditError where the file is a link, lies outside the project, or cannot be read."""
        path = safe_path(config.root, folder, action)
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

    def baselines(self, config: Config, folder: str) -> tuple[str, ...]:
        """As `State`; none where the folder cannot be listed."""
        try:
            return stems(os.listdir(config.root / folder))
        except OSError:
            return ()

    def file_size(self, config: Config) -> FileSize:
        """As `State`."""
        return size_reader(config.root)

    def read_file(self, config: Config) -> ReadFile:
        """As `State`."""
        from code_path_audit.costs.models import from_disk

        return from_disk

    def observations(self, config: Config) -> Observations:
        """As `State`."""
        if not os.path.lexists(config.root / config.observations):
            return Observations()
        from code_path_audit.pipeline import observations_of

        return observations_of(config)


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
