"""The record in which an answer is kept, with all that tells whether it holds: as bytes, and what it says.

On the path of every check and of every audit, so it loads next to nothing, not even `__future__`, and some annotations
are quoted.
"""

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

ABSENT, STRICT, IDENTITY, TOP, FOLDER, SOURCE, REACHED, UNREACHED = b"-", b"+", b"=", b"D", b"d", b"s", b"c", b"u"
"""Kinds of rows: what is not there; what counts with all that is known of it without opening it; what counts as the
file or folder that it is, whatever happened in it; a source root, or a folder below one, of which the names in it
count; a file of the source, whose content an action depends on, or of which it counts only that it can be read. SOURCE
is one of which that is not known yet."""

RARE = (ABSENT, IDENTITY)
"""Kinds of which there are few."""

RACE = 50_000_000
"""Nanoseconds: what changed so shortly before a check began may change again without a later time."""

COARSE_RACE = 2_050_000_000
"""The same where the system counts whole seconds."""

FORMAT = 2
"""Goes up with every change of how a record is kept."""


def changed_at(state: os.stat_result) -> int:
    """When a file changed, in nanoseconds since 1970."""
    # elsewhere it is the time of creation; here it is the one that nobody can set
    return state.st_ctime_ns if os.name == "posix" else max(state.st_mtime_ns, state.st_ctime_ns)


def is_settled(latest: int, started: int) -> bool:
    """Whether what changed at a time shows any change since a check began; both in nanoseconds since 1970."""
    return latest < started - (RACE if latest % 1_000_000_000 else COARSE_RACE)


class Record:
    """A check that was made.

    `key` says of what; `code` and `text` are its answer; `git` and `index` are where git keeps the last commit and the
    index (b"" for neither), `known` what they said. `rare` are the paths of kinds ABSENT and IDENTITY, absolute or
    relative to `root`, and `rare_kinds` a byte for each. `rows` has all other paths, a NUL between two, in chunks of
    `sizes` bytes. `sums` has a number for all the rare ones, and one for each chunk. `details` is the key of what
    is needed where these are not as they were (see `Details`); no other record has it. `text` and `rows` are views: of
    megabytes each copy would cost more than all else.
    """

    __slots__ = (
        "code", "details", "git", "index", "key", "known", "rare", "rare_kinds", "root", "rows", "sizes", "sums",
        "text",
    )  # fmt: skip

    def __init__(self, data: memoryview) -> None:
        """From what `packed` made; ValueError for anything else."""
        size = int.from_bytes(data[:8], "little")
        self.code, *sizes = data[8 : 8 + size].cast("q")
        end = 8 + size
        parts = []
        for size in sizes:
            parts.append(data[end : end + size])
            end += size
        *small, self.text, lengths, sums, self.rows = parts
        self.key, self.git, self.index, self.known, self.root, self.details, self.rare_kinds, rare = map(bytes, small)
        self.rare = rare.split(b"\0") if rare else []
        self.sizes: list[int] = lengths.cast("q").tolist()
        self.sums: list[int] = sums.cast("q").tolist()
        if not len(self.rare) == len(self.rare_kinds) or len(self.sums) != len(self.sizes) + 1 or end != len(data):
            raise ValueError("not a record")

    def paths(self, number: int) -> list[bytes]:
        """The paths of a chunk."""
        begin = sum(self.sizes[:number]) + number
        return as_paths(self.root, bytes(self.rows[begin : begin + self.sizes[number]]).split(b"\0"))


def sums_of(record: Record) -> list[int]:
    """What tells one state of all paths from any other, as `sums` of a record; OSError where one is gone."""
    found = [sum_of(states_one_by_one(as_paths(record.root, record.rare), record.rare_kinds))]
    here, root, rows, begin = os.getcwdb() == record.root, record.root, record.rows, 0
    for size in record.sizes:
        paths = bytes(rows[begin : begin + size]).split(b"\0")
        if not here:
            paths = [os.path.join(root, path) for path in paths]
        # as `sum_of` and `state_of`, whose calls would take a tenth more
        states = [hash((s.st_ctime_ns, s.st_mtime_ns, s.st_size, s.st_ino)) for s in map(os.lstat, paths)]
        found.append(hash(tuple(states)))
        begin += size + 1
    return found


def sum_of(states: "Sequence[int]") -> int:
    """What tells some states from any others. Numbers have the same hash in every process."""
    return hash(tuple(states))


def as_paths(root: bytes, rows: list[bytes]) -> list[bytes]:
    """Rows as paths: relative ones take half the time, if this is where they are relative to."""
    return rows if os.getcwdb() == root else [os.path.join(root, row) for row in rows]


def state_of(state: os.stat_result) -> int:
    """All that counts of a file, in one number."""
    return hash((state.st_ctime_ns, state.st_mtime_ns, state.st_size, state.st_ino))


def states_one_by_one(paths: "Sequence[bytes]", kinds: bytes) -> list[int]:
    """The states of some paths, with 0 for what is not there."""
    found = []
    for at, path in enumerate(paths):
        try:
            s = os.lstat(path)
        except OSError:
            found.append(0)
        else:
            identity = kinds[at : at + 1] == IDENTITY
            found.append(hash((s.st_dev, s.st_ino, s.st_mode, s.st_uid)) if identity else state_of(s))
    return found
