"""What is kept of a check besides its record: what is needed to write one, and to see what has changed since."""

from __future__ import annotations

from code_path_gate.replay.record import FOLDER, REACHED, TOP, sum_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

KEY = 32
"""The length of a digest, in bytes."""

STRETCH = 2_000
"""Bytes of paths that are looked at in one go: so few that what is made of them is in memory that was just used."""


class Rest:
    """Of the rows of a record that are in stretches, in their order.

    `kinds` has a byte for each, `states` what `states_one_by_one` says of them, 8 bytes for each. `about` has 32 bytes
    for each row of some kinds: of TOP and FOLDER the digest of the names in it, of REACHED the key of its text in the
    store. `names` are those that no file of kind UNREACHED may begin to define.
    """

    __slots__ = ("about", "kinds", "names", "states")

    def __init__(self, kinds: bytes, states: bytes, about: bytes, names: frozenset[str] = frozenset()) -> None:
        self.kinds, self.states, self.about, self.names = kinds, states, about, names

    def told_of(self, at: int) -> bytes:
        """What it says about a row."""
        before = self.kinds[:at]
        place = KEY * sum(map(before.count, (TOP, FOLDER, REACHED)))
        return self.about[place : place + KEY]


def rest_packed(rest: Rest) -> bytes:
    """As bytes."""
    parts = (rest.kinds, rest.states, rest.about, " ".join(sorted(rest.names)).encode())
    return numbers([len(part) for part in parts]) + b"".join(parts)


def rest_opened(data: bytes, place: bytes) -> Rest:
    """What was packed for a record with that key of its rest; ValueError for anything else."""
    if data[:KEY] != place:
        raise ValueError("of another record")
    end = KEY + 4 * 8
    parts = []
    for size in memoryview(data)[KEY:end].cast("q"):
        parts.append(data[end : end + size])
        end += size
    kinds, states, about, names = parts
    if len(kinds) != len(states) // 8:
        raise ValueError("not the rest of a record")
    return Rest(kinds, states, about, frozenset(names.decode().split()))


def packed(
    code: int, text: bytes, known: Sequence[bytes], odd: Sequence[bytes], odd_kinds: bytes, odd_states: Sequence[int],
    rows: Sequence[bytes], states: Sequence[int], rest: Rest,
) -> tuple[bytes, bytes, bytes]:  # fmt: skip
    """A record as bytes, the key of its rest, and that key with the rest as bytes.

    ValueError for a path that cannot be one.
    `known` are its key, git, index, known and root; `odd_states` and `states` are as `states_one_by_one` has them.
    """
    from code_path_audit.store.pack import digest

    if any(b"\0" in row for row in (*odd, *rows)):
        raise ValueError("a path with a NUL byte")
    sums, sizes, stretches, at = [sum_of(odd_states)], [], [], 0
    for stretch in stretched(rows):
        stretches.append(b"\0".join(stretch))
        sizes.append(len(stretches[-1]))
        sums.append(sum_of(states[at : at + len(stretch)]))
        at += len(stretch)
    more = rest_packed(rest)
    last = (b"\0".join(odd), text, numbers(sizes), numbers(sums), b"\0".join(stretches))
    place = digest("rest", b"%d" % code, *known, odd_kinds, *last, more)
    parts = (*known, place, odd_kinds, *last)
    head = numbers([code, *map(len, parts)])
    return len(head).to_bytes(8, "little") + head + b"".join(parts), place, place + more


def stretched(rows: Sequence[bytes]) -> list[list[bytes]]:
    """Rows in stretches."""
    found: list[list[bytes]] = []
    room = 0
    for row in rows:
        if room <= 0:
            found.append([])
            room = STRETCH
        found[-1].append(row)
        room -= len(row)
    return found


def numbers(values: Sequence[int]) -> bytes:
    """Numbers as bytes, 8 for each."""
    found = memoryview(bytearray(8 * len(values))).cast("q")
    for index, value in enumerate(values):
        found[index] = value
    return found.tobytes()
