"""Whether an answer that was kept still holds where something has changed: files that can be told to matter to nothing.

It is on the path of a check after an edit, and loads next to nothing, so it decides the plain cases alone; whatever it
does not know to be harmless is for the whole program. Harmless are:

- a folder in which the same names count as before;
- another content of a file that no action depends on, as long as it can be read as Python (what cannot is reported) and
  defines none of the names that were looked for in all files;
- a file that an action depends on, whose text differs in layout and comments alone.
"""

from __future__ import annotations

import os
import stat

from code_path_audit.store.pack import digest
from code_path_gate.record import FOLDER, KEY, REACHED, TOP, UNREACHED, changed_at, is_settled, written

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from code_path_audit.store.pack import Store
    from code_path_gate.record import Record

MOST_ROWS = 100
MOST_BYTES = 400_000
"""More than this is read faster by the whole program, which does so side by side and keeps what it found."""

DEPTH = 2_500
"""Levels of a syntax tree; what is nested deeper may be too deep for the engine, though the parser takes it."""

_OPEN_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0)


def holds(data: bytes, record: Record, paths: Sequence[bytes], states: list[int], started: int, store: Store) -> bool:
    """Whether a record still holds, whose rows are these paths now, in these states; `data` is the record as bytes.

    `store` has the texts. It is put there that the record holds in these states, if nobody can change anything without
    changing them, too. `started` says when the check began, in nanoseconds since 1970.
    """
    old = memoryview(record.states).cast("q").tolist()
    changed = [at for at in range(len(old)) if old[at] != states[at]]
    if len(changed) > MOST_ROWS:
        return False
    now = [os.lstat(paths[at]) for at in changed]
    key = b""
    if all(is_settled(changed_at(state), started) for state in now):
        key = digest("holds", data, written(states))
        if store.get(key) is not None:
            return True
    if sum(state.st_size for state in now) > MOST_BYTES:
        return False
    for at in changed:
        if not _is_harmless(paths[at], record.kinds[at : at + 1], _about(record, at), record.names, store):
            return False
    if key:
        store.put(key, b"yes")
    return True


def _is_harmless(path: bytes, kind: bytes, about: bytes, defined: frozenset[str], store: Store) -> bool:
    """Whether it is as good as before, whatever changed."""
    if kind in (TOP, FOLDER):
        from code_path_gate.listing import children, told

        names = None if os.path.islink(path) else children(path, kind == TOP)
        return names is not None and told(names) == about
    if kind not in (REACHED, UNREACHED):
        return False
    data = _content(path)
    if data is None:
        return False
    if kind == UNREACHED:
        return can_be_read(data, defined)
    from code_path_audit.facts.essence import same_code

    text = store.get(about)
    return text is not None and same_code(bytes(text), data)


def _about(record: Record, at: int) -> bytes:
    """What the record says of a row."""
    before = record.kinds[:at]
    place = KEY * sum(map(before.count, (TOP, FOLDER, REACHED)))
    return record.about[place : place + KEY]


def _content(path: bytes) -> bytes | None:
    """The bytes of a regular file, read at once; None for anything else."""
    descriptor = os.open(path, _OPEN_FLAGS)
    try:
        state = os.fstat(descriptor)
        if not stat.S_ISREG(state.st_mode) or state.st_size > MOST_BYTES:
            return None
        data = os.read(descriptor, state.st_size + 1)
        return data if len(data) == state.st_size else None
    finally:
        os.close(descriptor)


def can_be_read(data: bytes, names: frozenset[str] = frozenset()) -> bool:
    """Whether the engine finds facts in these bytes, whatever they are, and no function or class of these names."""
    from code_path_audit.facts.parsing import Unparsable, parse

    if b"\0" in data:
        return False
    try:
        tree = parse(data)
    except Unparsable:
        return False
    if names and _defines(tree, names):
        return False
    # a level takes a character, and a few more surround the innermost
    return len(data) < DEPTH - 500 or _depth(tree) < DEPTH


def _defines(tree: object, names: frozenset[str]) -> bool:
    """Whether a function or class of one of the names stands anywhere: at the top it may stand in a branch."""
    level = [tree]
    while level:
        below: list[object] = []
        for node in level:
            if hasattr(node, "body") and getattr(node, "name", "") in names:
                return True
            for field in ("body", "orelse", "finalbody", "handlers", "cases"):
                value = getattr(node, field, None)
                if type(value) is list:
                    below += value
        level = below
    return False


def _depth(tree: object) -> int:
    """How many levels a syntax tree has."""
    level, depth = [tree], 0
    while level:
        depth += 1
        below: list[object] = []
        for node in level:
            for field in node._fields:  # type: ignore[attr-defined]
                value = getattr(node, field, None)
                if type(value) is list:
                    below += [item for item in value if hasattr(item, "_fields")]
                elif hasattr(value, "_fields"):
                    below.append(value)
        level = below
    return depth
