"""One state of a project, wherever it is kept: the working tree, git's index, a commit. Reads, and never writes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Protocol

from code_path_audit.config import Config
from code_path_audit.program.files import Files, How
from code_path_audit.runtime.observations import Observations
from code_path_audit.sources.data_files import FileSize

if TYPE_CHECKING:
    from code_path_audit.sources.toml_files import ReadFile


class State(Protocol):
    """Where source, baselines and all else that the configuration names are read from; all of one state.

    `config` is the configuration, as this state has it; `name` says which state it is, in messages, and `prefix` stands
    before the paths of its files there: where the project lies in what git has, "" for what is on disk.
    """

    name: str
    config: Config
    prefix: str

    def files(self, how: How) -> Files:
        """The Python files of the source roots."""

    def baseline(self, folder: str, action: str) -> bytes | None:
        """The bytes of an action's baseline, None where there is none."""

    def accepted(self, folder: str) -> bytes | None:
        """The bytes of the file of acceptances, None where there is none that can be read."""

    def baselines(self, folder: str) -> tuple[str, ...]:
        """The names of all files that could be baselines, sorted; without ".json"."""

    def file_size(self) -> FileSize:
        """How large files are that the code names."""

    def read_file(self) -> ReadFile:
        """The bytes of the rule and model files that the configuration names."""

    def observations(self) -> Observations:
        """What recorded runs saw; nothing where there is no such file."""

    def is_file(self, path: str) -> bool:
        """Whether there is a plain file of this path."""

    def is_folder(self, path: str) -> bool:
        """Whether a path is a folder: of those that changed, git names only the folder of a submodule."""


def baseline_path(folder: str, action: str) -> str:
    """Where the baseline of an action is, relative to the project root. Names of actions are plain (see `config`)."""
    return f"{folder}/{action}.json"


def stems(names: Iterable[str]) -> tuple[str, ...]:
    """The names of baselines among those of the files in their folder."""
    return tuple(sorted(name.removesuffix(".json") for name in names if name.endswith(".json") and "/" not in name))
