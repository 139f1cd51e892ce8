"""One state of a project, wherever it is kept: the working tree, git's index, a commit. Reads, and never writes."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Protocol

from code_path_audit.config import (
    Config,
)
from code_path_audit.runtime.observations import Observations
from code_path_audit.sources.data_files import FileSize
from code_path_audit.sources.model import SourceTree
from code_path_gate.states import git
from code_path_gate.states.git_tree import Known, nothing_known

if TYPE_CHECKING:
    from code_path_audit.costs.models import ReadFile


class State(Protocol):
    """Where configuration, source and baselines are read from; all of one state."""

    name: str

    def config(self) -> Config:
        """The configuration, as this state has it."""

    def tree(self, config: Config, known: Known = nothing_known) -> SourceTree:
        """The Python files of the source roots; `known` says which were read before."""

    def baseline(self, config: Config, folder: str, action: str) -> bytes | None:
        """The bytes of an action's baseline, None where there is none."""

    def baselines(self, config: Config, folder: str) -> tuple[str, ...]:
        """The names of all files that could be baselines, sorted; without ".json"."""

    def file_size(self, config: Config) -> FileSize:
        """How large files are that the code names."""

    def read_file(self, config: Config) -> ReadFile:
        """The bytes of the rule and model files that the configuration names."""

    def observations(self, config: Config) -> Observations:
        """What recorded runs saw; nothing where there is no such file."""


def baseline_path(folder: str, action: str) -> str:
    """Where the baseline of an action is, relative to the project root. Names of actions are plain (see `config`)."""
    return f"{folder}/{action}.json"


def stems(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(name.removesuffix(".json") for name in names if name.endswith(".json") and "/" not in name))


def prefix_of(repository: git.Repository, root: Path) -> str:
    """A folder relative to the top of its repository, with a "/" at its end; "" for the top itself."""
    relative = os.path.relpath(os.path.realpath(root), os.path.realpath(repository.top))
    return "" if relative == "." else PurePosixPath(Path(relative)).as_posix() + "/"
