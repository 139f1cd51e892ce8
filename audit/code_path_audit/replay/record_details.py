"""What is kept of a check besides its record: what is needed to write one, and to see what has changed since."""

from __future__ import annotations

from code_path_audit.replay.record import FOLDER, REACHED, TOP, sum_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

KEY = 32
"""The length of a digest, in bytes."""

CHUNK_BYTES = 2_000
"""Bytes of paths that are looked at in one go: so few that what is made of them is in memory that was just used."""


class Details:
    """Of the rows of a record that are in chunks, in their order.

    `kinds` has a byte for each, `states` what `states_one_by_one` says of them, 8 bytes for each. `about` has 32 bytes
    for each row of some kinds: of TOP and FOLDER the digest of the names in it, of REACHED the key of its text in the
    store. `names` are those that no file of kind UNREACHED may begin to define or to import.
    """

    __slots__ = ("about", "kinds", "names", "states")

    def __init__(self, kinds: bytes, states: bytes, about: bytes, names: frozenset[str] = frozenset()) -> None:
        self.kinds, self.states, self.about, self.names = kinds, states, about, names

    def about_row(self, at: int) -> bytes:
        """What it says about a row."""
        before = self.kinds[:at]
        place = KEY * sum(map(before.count, (TOP, FOLDER, REACHED)))
        return self.about[place : place + KEY]


def packed_details(details: Details) -> bytes:
    """As bytes."""
    parts = (details.kinds, details.states, details.about, " ".join(sorted(details.names)).encode())
    return numbers([len(part) for part in parts]) + b"".join(parts)


def opened_details(data: bytes, place: bytes) -> Details:
    """What was packed for a record with that key of its details; ValueError for anything else."""
    if data[:KEY] != place:
        raise ValueError("of another record")
    end = KEY + 4 * 8
    parts = []
    for size in memoryview(data)[KEY:end].cast("q"):
        parts.append(data[end : end + size])
        end += size
    kinds, states, about, names = parts
    if len(kinds) != len(states) // 8:
        raise ValueError("not the details of a record")
    return Details(kinds, states, about, frozenset(names.decode().split()))


def packed(
    code: int, text: bytes, known: Sequence[bytes], rare: Sequence[bytes], rare_kinds: bytes,
    rare_states: Sequence[int], rows: Sequence[bytes], states: Sequence[int], details: Details,
) -> tuple[bytes, bytes, bytes]:  # fmt: skip
    """A record as bytes, the key of its details, and that key with the details as bytes.

    ValueError for a path that cannot be one.
    `known` are its key, git, index, known and root; `rare_states` and `states` are as `states_one_by_one` has them.
    """
    from code_path_audit.store.pack import digest

    if any(b"\0" in row for row in (*rare, *rows)):
        raise ValueError("a path with a NUL byte")
    sums, sizes, chunks, at = [sum_of(rare_states)], [], [], 0
    for chunk in chunked(rows):
        chunks.append(b"\0".join(chunk))
        sizes.append(len(chunks[-1]))
        sums.append(sum_of(states[at : at + len(chunk)]))
        at += len(chunk)
    more = packed_details(details)
    last = (b"\0".join(rare), text, numbers(sizes), numbers(sums), b"\0".join(chunks))
    place = digest("details", b"%d" % code, *known, rare_kinds, *last, more)
    parts = (*known, place, rare_kinds, *last)
    head = numbers([code, *map(len, parts)])
    return len(head).to_bytes(8, "little") + head + b"".join(parts), place, place + more


def chunked(rows: Sequence[bytes]) -> list[list[bytes]]:
    """Rows in chunks."""
    found: list[list[bytes]] = []
    room = 0
    for row in rows:
        if room <= 0:
            found.append([])
            room = CHUNK_BYTES
        found[-1].append(row)
        room -= len(row)
    return found


def numbers(values: Sequence[int]) -> bytes:
    """Numbers as bytes, 8 for each."""
    found = memoryview(bytearray(8 * len(values))).cast("q")
    for index, value in enumerate(values):
        found[index] = value
    return found.tobytes()
