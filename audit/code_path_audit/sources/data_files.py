"""The sizes of files beside the source that the code names by a constant path."""

from __future__ import annotations

import stat
from collections.abc import Callable
from pathlib import Path, PurePosixPath

FileSize = Callable[[str], int | None]
"""The size in bytes of one of the project's files, by its path from the project root; None if there is no such file."""


def size_reader(root: Path) -> FileSize:
    """A function from a path relative to the project root to the size of that file in bytes; None outside of it."""
    known: dict[str, int | None] = {}

    def size(path: str) -> int | None:
        if path not in known:
            known[path] = _size(root, path)
        return known[path]

    return size


def plain_parts(path: str) -> tuple[str, ...]:
    """The names in a path below the project root; none for a path that no file is looked for at."""
    parts = PurePosixPath(path).parts
    if "\0" in path or path.startswith("/") or ".." in parts or len(path) > 500:
        return ()
    return parts


def _size(root: Path, path: str) -> int | None:
    parts = plain_parts(path)
    if not parts:
        return None
    full = root
    try:
        for part in parts:
            full = full / part
            if full.is_symlink():
                return None
        found = full.stat()
    except (OSError, ValueError):
        return None
    return found.st_size if stat.S_ISREG(found.st_mode) else None
