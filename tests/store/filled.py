"""A store with numbered entries."""

from __future__ import annotations

from pathlib import Path
from random import Random

from code_path_audit.store.pack import Store, digest, open_store
from tests.store.trials import had

DAY = 86_400.0
NOW = 1_700_000_000.0
KEYS = [digest("test", b"%d" % number) for number in range(300)]


def filled(folder: Path, numbers: range, *, now: float = NOW, size: int = 100, limit: int = 1 << 30) -> Store:
    """A store into which some entries were put and committed."""
    store = open_store(str(folder), now, limit)
    for number in numbers:
        store.put(KEYS[number], content(number, size))
    store.commit()
    return store


def content(number: int, size: int = 100) -> bytes:
    """What stands for a number."""
    return Random(number).randbytes(size)


def numbers_in(folder: Path, *, size: int = 100, of: int = len(KEYS)) -> list[int]:
    """The numbers whose entries are there; what is there must be right."""
    store = open_store(str(folder), NOW)
    found = [number for number, key in enumerate(KEYS[:of]) if store.get(key) is not None]
    assert [number for number in found if had(store, KEYS[number]) != content(number, size)] == []
    return found


def packs(folder: Path) -> list[Path]:
    """The files that hold entries."""
    return sorted(folder.glob("*.pack"))


def flipped(data: bytes, at: int) -> bytes:
    """The data with one bit changed."""
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


def total(folder: Path) -> int:
    """The bytes that all files take."""
    return sum(path.stat().st_size for path in folder.iterdir())
