"""Values in files of their own, by name: for one that is asked for alone, by who cannot spare a search among others.

To read one takes half of what the packs need (no memory map, no search through several files, no cryptographic digest),
and most of that are imports. Not for values in numbers: only the `MOST` that were written last are kept.
"""

import os
from _imp import source_hash  # zlib would have to be loaded first

from code_path_audit.store.folder import Folder

MOST = 128
"""So many values are kept, the latest."""

MOST_BYTES = 256 << 20
"""So large they may be together."""

SMALL = ".single"
"""What values are called that are read at the beginning of each check."""

LARGE, MOST_LARGE = ".state", 64
"""What values of megabytes are called, and how many are kept: of these together as much as of the small ones."""

_SEED = 0x636F64655F706174
_CHECK = 8


def read(folder: str, name: bytes, kind: str = SMALL) -> memoryview | None:
    """What was written under a name; None if there is nothing, or nothing whole. Never an error.

    Another name may have led to it: values must say what they are.
    """
    try:
        opened = Folder(folder, create=False)
        try:
            fd = opened.open(_file(name, kind), os.O_RDONLY)
            try:
                data = os.read(fd, os.fstat(fd).st_size)
            finally:
                os.close(fd)
        finally:
            opened.close()
    except OSError:
        return None
    value = memoryview(data)[_CHECK:]
    return value if source_hash(_SEED, value) == data[:_CHECK] else None


def write(folder: str, name: bytes, value: bytes, kind: str = SMALL) -> None:
    """Keeps a value, whole or not at all, and drops what was written long ago. OSError if it cannot be written."""
    from code_path_audit.store.pack import draft_in
    from code_path_audit.store.segment import write_all

    if _CHECK + len(value) > MOST_BYTES:
        return
    opened = Folder(folder, create=True)
    try:
        draft, fd = draft_in(opened)
        try:
            try:
                write_all(fd, source_hash(_SEED, value) + value)
                opened.rename(draft, _file(name, kind))
            finally:
                os.close(fd)
        except OSError:
            opened.remove(draft)
            raise
        _drop(opened, _file(name, kind), len(value), kind)
    finally:
        opened.close()


def _file(name: bytes, kind: str) -> str:
    return source_hash(_SEED, name).hex() + kind


def _drop(folder: Folder, latest: str, size: int, kind: str) -> None:
    """Removes what is too much of a kind besides the latest, which has that size."""
    found = []
    for name in folder.names():
        if name.endswith(kind) and name != latest:
            try:
                state = folder.state(name)
            except OSError:
                continue  # another process dropped it
            found.append((-state.st_mtime_ns, name, state.st_size))
    for number, (_, name, more) in enumerate(sorted(found), 2):
        size += more
        if number > (MOST if kind == SMALL else MOST_LARGE) or size > MOST_BYTES:
            folder.remove(name)
