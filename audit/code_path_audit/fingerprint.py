"""Which program this is: results that another version of it made are not to be taken for its own."""

from __future__ import annotations

import os
import sys

from code_path_audit.store.pack import digest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_found: dict[tuple[str, ...], bytes] = {}
_content: list[bytes] = []
_STUBS = ("__init__.py", "resolver.py", "typeshed/VERSIONS", "typeshed/builtins.pyi", "typeshed/os/__init__.pyi")
"""What changes with every version of the package that has the stubs of the standard library."""


def home() -> str:
    """The folder of this package."""
    return os.path.dirname(os.path.abspath(__file__))


def program_rows(folders: Iterable[str]) -> list[str]:
    """The files and folders of some packages, and those of the stubs; sorted."""
    found = [os.path.join(folder, "typeshed_client", name) for folder in _stub_folders()[:1] for name in _STUBS]
    for folder in folders:
        found += (folder, *(row[0] for row in _files(folder)), *_folders(folder))
    return sorted(set(found))


def fingerprint(*more: str) -> bytes:
    """The files of this package and of those in the folders `more`, with their sizes and times of change, and the
    interpreter; computed once a process.

    Times rather than contents: reading them all would take longer than what is saved by knowing them.
    """
    if more not in _found:
        rows = sorted(row for folder in (*more, home()) for row in _files(folder))
        _found[more] = repr((sys.version, sys.platform, rows, _stubs())).encode("utf-8", "surrogatepass")
    return _found[more]


def content() -> bytes:
    """A digest of what the files of this package say, the stubs and the interpreter, wherever they are; computed once a
    process."""
    if not _content:
        parts = [repr((sys.version_info[:3], [size for _, size, *_ in _stubs()])).encode()]
        for path in sorted(row[0] for row in _files(home())):
            with open(path, "rb") as file:
                parts += [os.path.relpath(path, home()).replace(os.sep, "/").encode(), file.read()]
        _content.append(digest("program", *parts))
    return _content[0]


def _stub_folders() -> list[str]:
    """The folders on Python's path that have the package of stubs."""
    return [folder for folder in sys.path if os.path.exists(os.path.join(folder, "typeshed_client", _STUBS[0]))]


def _stubs() -> list[tuple[str, int, int, int, int]]:
    rows = []
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
