"""Which program this is: results that another version of it made are not to be taken for its own."""

from __future__ import annotations

import os
import sys

from code_path_gate import program_home

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_found: list[bytes] = []
_STUBS = ("__init__.py", "resolver.py", "typeshed/VERSIONS", "typeshed/builtins.pyi", "typeshed/os/__init__.pyi")
"""What changes with every version of the package that has the stubs of the standard library."""


def program_rows() -> list[str]:
    """The files and folders of both packages, and those of the stubs; sorted."""
    found = [os.path.join(folder, "typeshed_client", name) for folder in _stub_folders()[:1] for name in _STUBS]
    for folder in program_home()[:2]:
        found += (folder, *(row[0] for row in _files(folder)), *_folders(folder))
    return sorted(set(found))


def fingerprint() -> bytes:
    """The files of both packages, with their sizes and times of change, and the interpreter; computed once a process.

    Times rather than contents: reading them all would take longer than what is saved by knowing them.
    """
    if not _found:
        *folders, version, platform = program_home()
        rows = sorted(row for folder in folders for row in _files(folder))
        _found.append(repr((version, platform, rows, _stubs())).encode("utf-8", "surrogatepass"))
    return _found[0]


def _stub_folders() -> list[str]:
    """The folders on Python's path that have the package of stubs."""
    return [folder for folder in sys.path if os.path.exists(os.path.join(folder, "typeshed_client", _STUBS[0]))]


def _stubs() -> list[object]:
    rows: list[object] = []
    for folder in _stub_folders()[:1]:
        for name in _STUBS:
            path = os.path.join(folder, "typeshed_client", name)
            try:
                state = os.stat(path)
            except OSError:
                continue
            rows.append((path, state.st_size, state.st_mtime_ns, state.st_ctime_ns, state.st_ino))
    return rows


def _folders(folder: str) -> Iterator[str]:
    for entry in os.scandir(folder):
        if entry.is_dir(follow_symlinks=False) and entry.name != "__pycache__":
            yield entry.path
            yield from _folders(entry.path)


def _files(folder: str) -> Iterator[tuple[str, int, int, int]]:
    for entry in os.scandir(folder):
        if entry.is_dir(follow_symlinks=False):
            if entry.name != "__pycache__":
                yield from _files(entry.path)
        elif entry.name.endswith((".py", ".toml", ".pyi")):
            state = entry.stat()
            # the time of the inode too: some installers set the other one to what they like
            yield entry.path, state.st_size, state.st_mtime_ns, state.st_ctime_ns
