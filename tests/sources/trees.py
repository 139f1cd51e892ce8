"""What is found in a tree."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from code_path_audit.sources.worktree import discover

Make = Callable[[dict[str, str | bytes]], Path]


def names(root: Path, source: tuple[str, ...] = (".",), exclude: tuple[str, ...] = ()) -> dict[str, str]:
    """Module name to path."""
    return {file.module: file.path for file in discover(root, source, exclude).files}
