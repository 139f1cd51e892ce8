"""One file of the store: entries in the order of their keys, mapped into memory, found without reading the others.

The file, all numbers in the byte order that its head names:

    head    16 bytes of magic (name, version, byte order), the number of entries, the size of the file: 8 bytes each
    fan     256 numbers of 4 bytes: how many keys begin with a byte up to this one
    rows    for each entry: offset and length of its data, checksum of key and data: 8 bytes each
    keys    for each entry: 32 bytes
    days    for each entry: the day it was last used, 2 bytes; the one part that changes, and that no checksum covers
    data

Nothing of it is believed: an offset, a length or an order that is wrong leads to an entry whose checksum does not fit,
and that is no entry.
"""

from __future__ import annotations

import os
import sys
from mmap import ACCESS_READ, mmap
from zlib import crc32

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import Literal

VERSION = 1
"""Goes up with every change of the file's form; another version's files are not read."""

KEY = 32
"""The length of a key, in bytes."""
ROW = 24 + KEY + 2
"""What an entry takes besides its data, in bytes."""
HEAD = 32 + 256 * 4
"""What a file takes besides its entries, in bytes, up to the padding of the days."""

_MAGIC = b"code-path-pack%c%c" % (VERSION, ord(sys.byteorder[0]))
_CHUNK = 1 << 20

Entry = tuple[bytes, memoryview, int]
"""Key, data, and the day of the last use, counted from 1970."""


class Segment:
    """An open file. It can be read as long as it is held, also after another process removed it from its folder."""

    __slots__ = ("_count", "_days", "_days_at", "_fan", "_keys_at", "_map", "_rows", "_view", "name", "size")

    def __init__(self, name: str, fd: int) -> None:
        """Maps the file. ValueError if it is not one of this version, or shorter than its own index; or OSError."""
        self.name = name
        self.size = os.fstat(fd).st_size
        if self.size < HEAD:
            raise ValueError("too short")
        self._map = mmap(fd, self.size, access=ACCESS_READ)
        self._view = view = memoryview(self._map)
        self._count = count = view[16:24].cast("Q")[0]
        self._keys_at = HEAD + count * 24
        self._days_at = self._keys_at + count * KEY
        if self._map[:16] != _MAGIC or not count or _data_at(count) > self.size:
            raise ValueError("not a segment of this version")
        self._fan = view[32:HEAD].cast("I")
        self._rows = view[HEAD : self._keys_at].cast("Q")
        self._days = view[self._days_at : self._days_at + count * 2].cast("H")

    def find(self, key: bytes) -> int:
        """The index of a key, -1 if it is not here."""
        first = key[0]
        low, high = self._fan[first - 1] if first else 0, self._fan[first]
        if high > self._count:
            return -1
        map_, keys_at = self._map, self._keys_at
        while low < high:
            middle = (low + high) >> 1
            at = keys_at + middle * KEY
            found = map_[at : at + KEY]
            if found < key:
                low = middle + 1
            elif found > key:
                high = middle
            else:
                return middle
        return -1

    def data(self, index: int, key: bytes) -> memoryview | None:
        """The data of an entry, without a copy; None if it is damaged."""
        offset, length, check = self._rows[index * 3 : index * 3 + 3]
        if offset + length > self.size:
            return None
        found = self._view[offset : offset + length]
        return found if crc32(found, crc32(key)) == check else None

    def day(self, index: int) -> int:
        """The day on which an entry was last used, as far as that was written down."""
        return self._days[index]

    def entries(self) -> Iterator[Entry]:
        """Every entry that is not damaged."""
        for index in range(self._count):
            at = self._keys_at + index * KEY
            key = self._map[at : at + KEY]
            data = self.data(index, key)
            if data is not None:
                yield key, data, self._days[index]

    def write_days(self, fd: int, indexes: Iterable[int], day: int) -> None:
        """Writes the day of the last use of some entries, into the same file opened for writing."""
        days = memoryview(bytearray(self._days.tobytes())).cast("H")
        for index in indexes:
            days[index] = day
        os.lseek(fd, self._days_at, os.SEEK_SET)
        os.write(fd, days)


def write_segment(fd: int, entries: Sequence[Entry]) -> bytes:
    """Writes a whole file: entries in the order of their keys, no key twice. Returns its index.

    OSError if it cannot be written whole.
    """
    offset = _data_at(len(entries))
    rows: list[int] = []
    fan = [0] * 256
    for key, data, _ in entries:
        rows += (offset, len(data), crc32(data, crc32(key)))
        offset += len(data)
        fan[key[0]] += 1
    for first in range(1, 256):
        fan[first] += fan[first - 1]
    index = b"".join(
        (
            _MAGIC,
            _numbers("Q", [len(entries), offset]),
            _numbers("I", fan),
            _numbers("Q", rows),
            b"".join([key for key, _, _ in entries]),
        )
    )
    days = _numbers("H", [day for _, _, day in entries])
    write_all(fd, index + days + bytes(_data_at(len(entries)) - len(index) - len(days)))
    waiting: list[memoryview] = []
    size = 0
    for _, data, _ in entries:
        waiting.append(data)
        size += len(data)
        if size >= _CHUNK:
            write_all(fd, b"".join(waiting))
            waiting, size = [], 0
    write_all(fd, b"".join(waiting))
    return index


def _data_at(count: int) -> int:
    return HEAD + (count * ROW + 7) // 8 * 8


def _numbers(kind: Literal["Q", "I", "H"], values: list[int]) -> bytes:
    size = {"Q": 8, "I": 4, "H": 2}[kind]
    numbers = memoryview(bytearray(len(values) * size)).cast(kind)
    for index, value in enumerate(values):
        numbers[index] = value
    return numbers.tobytes()


def write_all(fd: int, data: bytes) -> None:
    """Writes all of it. OSError if it cannot be written whole."""
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(fd, rest) :]
