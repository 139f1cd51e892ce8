"""Whether a cached answer still holds although files have changed: early cutoff for edits that cannot change it.

It is on the path of a check after an edit, and loads next to nothing, so it decides the plain cases alone; anything
else is left to the whole program. Harmless are:

- a folder in which the same names count as before;
- another content of a file that no action depends on, as long as it can be read as Python (what cannot is reported) and
  defines and imports none of the names that were looked for in all files;
- a file that an action depends on, whose text differs in layout and comments alone.

A comment that speaks to the gate ("# code-path: accept ...") is none of these.
"""

from __future__ import annotations

import os
import stat
import time

from code_path_audit.replay.record import FOLDER, REACHED, TOP, UNREACHED, changed_at, is_settled, state_of, sum_of
from code_path_audit.replay.record_details import numbers, opened_details
from code_path_audit.store import single

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from code_path_audit.replay.record import Record
    from code_path_audit.replay.record_details import Details
    from code_path_audit.store.pack import Store

MOST_ROWS = 100
MOST_BYTES = 400_000
"""More than this is read faster by the whole program, which does so side by side and keeps what it found."""

SPEAKS = b"code-path:"
"""What a comment begins with that an answer may depend on."""

FACTORIES = b"set_factory", b"form_factory"
"""What makes a form is read as a class with an import of its own (`facts.model_forms`), which nobody wrote."""

DEPTH = 2_500
"""Levels of a syntax tree; what is nested deeper may be too deep for the engine, though the parser takes it."""

_OPEN_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0)


def holds(record: Record, sums: list[int], started: int, folder: str) -> bool:
    """Whether a record still holds although the sums of some chunks differ; the files in those are looked at again.

    `folder` is that of the store. That the record holds is remembered there for these sums, unless a file changed so
    shortly before `started` (nanoseconds since 1970) that it may change again without a later time.
    """
    if sums[0] != record.sums[0]:
        return False
    found = single.read(folder, record.details)
    if found is None:
        return False
    details = opened_details(bytes(found), record.details)
    changed = _changed(record, details, sums)
    if len(changed) > MOST_ROWS:
        return False
    store, key = None, b""
    if all(is_settled(changed_at(state), started) for _, _, state in changed):
        from code_path_audit.store.pack import digest

        store, key = _store(folder), digest("holds", record.details, numbers(sums))
        if store.get(key) is not None:
            store.commit()
            return True
    if sum(state.st_size for _, _, state in changed) > MOST_BYTES:
        return False
    for at, path, _ in changed:
        kind, about = details.kinds[at : at + 1], details.about_row(at)
        if kind == REACHED:
            store = store or _store(folder)
            if not _is_same_code(path, store.get(about)):
                return False
        elif not _is_harmless(path, kind, about, details.names):
            return False
    if store:
        if key:
            store.put(key, b"yes")
        store.commit()
    return True


def _store(folder: str) -> Store:
    # an edit of what is not reached, while it is fresh, can do without
    from code_path_audit.store.pack import open_store

    return open_store(folder, time.time())


def _changed(record: Record, details: Details, sums: list[int]) -> list[tuple[int, bytes, os.stat_result]]:
    """The rows that changed: number, path, and what the system knows of it; `sums` become those of what is seen here.

    OSError where one is gone.
    """
    old = memoryview(details.states).cast("q")
    found, begin = [], 0
    for number in range(len(record.sizes)):
        paths = record.paths(number)
        if sums[number + 1] != record.sums[number + 1]:
            now = [os.lstat(path) for path in paths]
            states = [state_of(state) for state in now]
            sums[number + 1] = sum_of(states)
            for at, path in enumerate(paths):
                if states[at] != old[begin + at]:
                    found.append((begin + at, path, now[at]))
        begin += len(paths)
    return found


def _is_harmless(path: bytes, kind: bytes, about: bytes, defined: frozenset[str]) -> bool:
    """Whether a folder or a file that was not consulted is as good as before, whatever changed."""
    if kind in (TOP, FOLDER):
        from code_path_audit.replay.folder_listing import children, digest_of_names

        names = None if os.path.islink(path) else children(path, kind == TOP)
        return names is not None and digest_of_names(names) == about
    if kind != UNREACHED:
        return False
    data = _content(path)
    around = frozenset(os.fsdecode(path).split(os.sep))
    return data is not None and SPEAKS not in data and can_be_read(data, defined, around)


def _is_same_code(path: bytes, text: memoryview | None) -> bool:
    """Whether a file has the same code as a text."""
    from code_path_audit.facts.normalized_text import same_code

    data = _content(path)
    if data is None or text is None:
        return False
    before = bytes(text)
    if not path.endswith(b".py") or SPEAKS in data or SPEAKS in before:
        return before == data  # what is layout in Python is none in a template
    return same_code(before, data)


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


def can_be_read(data: bytes, names: frozenset[str] = frozenset(), around: frozenset[str] = frozenset()) -> bool:
    """Whether the engine finds facts in these bytes, whatever they are, and no function or class of these names, nor an
    import that has one in it; what is imported from the packages `around` has these in it."""
    from code_path_audit.facts.parsing import Unparsable, parse

    if b"\0" in data:
        return False
    try:
        tree = parse(data)
    except Unparsable:
        return False
    if names and (any(map(data.__contains__, FACTORIES)) or _defines(tree, names, around)):
        return False
    # a level takes a character, and a few more surround the innermost
    return len(data) < DEPTH - 500 or _depth(tree) < DEPTH


def _defines(tree: object, names: frozenset[str], around: frozenset[str]) -> bool:
    """Whether a function or class of one of the names stands anywhere, or an import of one: at the top it may stand in
    a branch."""
    level = [tree]
    while level:
        below: list[object] = []
        for node in level:
            if hasattr(node, "body") and getattr(node, "name", "") in names:
                return True
            if type(node).__name__ in ("Import", "ImportFrom") and not names.isdisjoint(_imported(node, around)):
                return True
            for field in ("body", "orelse", "finalbody", "handlers", "cases"):
                value = getattr(node, field, None)
                if type(value) is list:
                    below += value
        level = below
    return False


def _imported(node: Any, around: frozenset[str]) -> set[str]:
    """The parts of all names in an import; of those that it may be relative to, too."""
    named = [alias.name for alias in node.names]
    if hasattr(node, "module"):
        named.append(node.module or "")
    parts = {part for name in named for part in name.split(".")}
    return parts | around if getattr(node, "level", 0) else parts


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
