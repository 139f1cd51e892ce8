"""What is kept of a check: its answer, and what that depends on, as bytes.

It is on the path of every check, and imports next to nothing.
"""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

ABSENT, STRICT, IDENTITY, TOP, FOLDER, SOURCE, REACHED, UNREACHED = b"-", b"+", b"=", b"D", b"d", b"s", b"c", b"u"
"""Kinds of rows: what is not there; what counts with all that is known of it without opening it; what counts as the
file or folder that it is, whatever happened in it; a source root, or a folder below one, of which the names in it
count; a file of the source, whose content an action depends on, or of which it counts only that it can be read. SOURCE
is one of which that is not known yet."""

ODD = (ABSENT, IDENTITY)
"""Kinds of the rows in front."""

KEY = 32
"""The length of a digest, in bytes."""


RACE = 50_000_000
"""Nanoseconds: what changed so shortly before a check began may change again without a later time."""

COARSE_RACE = 2_050_000_000
"""The same where the system counts whole seconds."""


def program_home() -> tuple[str, str, str, str]:
    """Where both packages are, the version of Python, and the platform."""
    gate = os.path.dirname(os.path.abspath(__file__))
    # not by importing it: that would load what the answer may spare
    audit = os.path.dirname(os.path.abspath(sys.modules["code_path_audit"].__file__ or ""))
    return gate, audit, sys.version, sys.platform


def changed_at(state: os.stat_result) -> int:
    """When a file changed, in nanoseconds since 1970."""
    # elsewhere it is the time of creation; here it is the one that nobody can set
    return state.st_ctime_ns if os.name == "posix" else max(state.st_mtime_ns, state.st_ctime_ns)


def is_settled(latest: int, started: int) -> bool:
    """Whether what changed at a time shows any change since a check began; both in nanoseconds since 1970."""
    return latest < started - (RACE if latest % 1_000_000_000 else COARSE_RACE)


class Record:
    """A check that was made.

    `code` and `text` are its answer; `git` and `index` are where git keeps the last commit and the index (b"" for
    neither), `known` what they said. `rows` are paths, absolute or relative to `root`, those of kinds ABSENT and
    IDENTITY first; `kinds` a byte for each, `states` what `states_of` says of them, 8 bytes for each, and `sum` what
    tells all of them from any others. `about` has 32 bytes for each row of some kinds: of TOP and FOLDER the digest of
    the names in it, of REACHED the key of its text in the store. `names` are those that no file of kind UNREACHED may
    begin to define.
    """

    __slots__ = ("about", "code", "git", "index", "kinds", "known", "names", "root", "rows", "states", "sum", "text")

    def __init__(
        self,
        code: int,
        text: bytes,
        git: bytes,
        index: bytes,
        known: bytes,
        root: bytes,
        rows: Sequence[bytes],
        kinds: bytes,
        sum_of_states: int,
        states: bytes,
        about: bytes,
        names: frozenset[str] = frozenset(),
    ) -> None:
        self.code, self.text, self.git, self.index, self.known, self.root = code, text, git, index, known, root
        self.rows, self.kinds, self.sum, self.states, self.about = rows, kinds, sum_of_states, states, about
        self.names = names


def packed(record: Record) -> bytes:
    """A record as bytes; ValueError for a path that cannot be one."""
    if any(b"\0" in row for row in record.rows):
        raise ValueError("a path with a NUL byte")
    parts = (
        record.git, record.index, record.known, record.root, b"\0".join(record.rows), record.kinds, record.states,
        record.about, " ".join(sorted(record.names)).encode(), record.text,
    )  # fmt: skip
    sizes = b" ".join([b"%d" % len(part) for part in parts])
    return b"%d %d %s\n" % (record.code, record.sum, sizes) + b"".join(parts)


def opened(data: bytes) -> Record:
    """The record that was packed; ValueError for anything else."""
    end = data.index(b"\n") + 1
    code, total, *sizes = map(int, data[:end].split())
    parts = []
    for size in sizes:
        parts.append(data[end : end + size])
        end += size
    git, index, known, root, paths, kinds, states, about, names, text = parts
    rows = paths.split(b"\0") if paths else []
    if not len(rows) == len(kinds) == len(states) // 8:
        raise ValueError("not a record")
    defined = frozenset(names.decode().split())
    return Record(code, text, git, index, known, root, rows, kinds, total, states, about, defined)


def sum_of(states: list[int]) -> int:
    """What tells some states from any others. Numbers have the same hash in every process."""
    return hash(tuple(states))


def written(states: list[int]) -> bytes:
    """States as bytes, 8 for each."""
    found = memoryview(bytearray(8 * len(states))).cast("q")
    for index, state in enumerate(states):
        found[index] = state
    return found.tobytes()


def places(root: bytes, rows: Sequence[bytes]) -> Sequence[bytes]:
    """Rows as paths: relative ones take half the time, if this is where they are relative to."""
    return rows if os.getcwdb() == root else [os.path.join(root, row) for row in rows]


def states_of(paths: Sequence[bytes], kinds: bytes) -> list[int]:
    """What tells one state of each path from any other; OSError where one is gone that was there."""
    odd = kinds.count(ABSENT) + kinds.count(IDENTITY)
    found = states_one_by_one(paths[:odd], kinds)
    # a hash keeps all that counts in one number
    found += [hash((s.st_ctime_ns, s.st_mtime_ns, s.st_size, s.st_ino)) for s in map(os.lstat, paths[odd:])]
    return found


def states_one_by_one(paths: Sequence[bytes], kinds: bytes) -> list[int]:
    """The same, with 0 for what is not there."""
    found = []
    for at, path in enumerate(paths):
        try:
            s = os.lstat(path)
        except OSError:
            found.append(0)
        else:
            if kinds[at : at + 1] == IDENTITY:
                found.append(hash((s.st_dev, s.st_ino, s.st_mode, s.st_uid)))
            else:
                found.append(hash((s.st_ctime_ns, s.st_mtime_ns, s.st_size, s.st_ino)))
    return found
