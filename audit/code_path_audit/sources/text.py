"""The text of single files of the source, for what is only proposed where their syntax proves it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from code_path_audit.sources.data_files import plain_parts
from code_path_audit.sources.layout import MAX_FILE_BYTES

ReadSource = Callable[[str], bytes]
"""The bytes of a file of the source, by its path relative to the project root; OSError where there is none."""


def source_reader(root: Path) -> ReadSource:
    """A function that reads files of the source below a project root; OSError for anything else, and large ones."""

    def read(path: str) -> bytes:
        parts = plain_parts(path)
        if not parts:
            raise FileNotFoundError(path)
        full = root.joinpath(*parts)
        if not full.is_file() or full.stat().st_size > MAX_FILE_BYTES:
            raise FileNotFoundError(path)
        return full.read_bytes()

    return read
