"""Keeps an answer for `replay.replayed`, where that is safe, with what it depends on."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from code_path_audit.fingerprint import program_rows
from code_path_audit.replay.dependencies import Dependencies
from code_path_audit.replay.record import (
    ABSENT,
    IDENTITY,
    RARE,
    REACHED,
    SOURCE,
    STRICT,
    UNREACHED,
    as_paths,
    changed_at,
    is_settled,
    states_one_by_one,
)
from code_path_audit.replay.record_details import Details, numbers, packed
from code_path_audit.sources.model import SourceFile
from code_path_audit.store import single
from code_path_audit.store.pack import Store, digest, open_store

MOST_TEXT = 64 << 20
"""Bytes of source that are kept to be compared with; of larger programs none is."""


class Made(NamedTuple):
    """An answer: when the work on it began (nanoseconds since 1970), the exit code and what it says.

    `files` are the files of the source that were read, by their full path, and whether the answer depends on their
    content; none where that is not known. `names` are those that no other file may begin to define or to import.
    """

    started: int
    code: int
    text: str
    files: Mapping[str, tuple[SourceFile, bool]] = {}
    names: frozenset[str] = frozenset()


def always() -> bool:
    """For where nothing else can change meanwhile."""
    return True


def remember(
    folder: str,
    key: bytes,
    made: Made,
    on: Dependencies,
    root: str,
    homes: Iterable[str],
    known: tuple[bytes, bytes, bytes] = (b"", b"", b""),
    still: Callable[[], bool] = always,
) -> None:
    """Keeps an answer in the store of a folder, under a key.

    `on` has the rows of all that it depends on in the project `root`; `homes` are the folders of the program itself;
    `known` is `git`, `index` and `known` of `Record`, and `still` whether that holds once all has been looked at.
    OSError, ValueError or OverflowError for rows that the system cannot take.
    """
    store = open_store(folder, time.time())
    rare, rare_kinds, _ = _split(found := _rows(made, on, root, homes, store), True)
    rows, kinds, about = _split(found, False)
    top = os.fsencode(root)
    # in this order: what changes after it was looked at is seen the next time
    rare_paths, paths = as_paths(top, rare), as_paths(top, rows)
    rare_states, states = states_one_by_one(rare_paths, rare_kinds), states_one_by_one(paths, kinds)
    latest = max(_latest(rare_paths, rare_kinds), _latest(paths, kinds))
    if not is_settled(latest, made.started) or not still():
        return
    text = made.text.encode("utf-8", "surrogatepass")
    details = Details(kinds, numbers(states), about, made.names)
    parts = (key, *known, top)
    record, place, more = packed(made.code, text, parts, rare, rare_kinds, rare_states, rows, states, details)
    store.commit()
    single.write(folder, place, more)
    single.write(folder, key, record)


def _latest(paths: Sequence[bytes], kinds: bytes) -> int:
    """The time of the latest change of some paths, in nanoseconds since 1970."""
    latest = 0
    for path, kind in zip(paths, kinds, strict=True):
        if kind == IDENTITY[0]:
            continue
        try:
            state = os.lstat(path)
        except OSError:
            latest = max(latest, _gone(path))
        else:
            latest = max(latest, changed_at(state))
    return latest


def _gone(path: bytes) -> int:
    """When the folder changed that a path would be in, or the first above it that there is."""
    while (folder := os.path.dirname(path)) != path:
        try:
            return os.lstat(folder or b".").st_ctime_ns
        except OSError:
            path = folder
    return 0


def _rows(
    made: Made, on: Dependencies, root: str, homes: Iterable[str], store: Store
) -> list[tuple[bytes, bytes, bytes]]:
    """The rows of a record: kind, path, and what is to be known about it; texts go to the store."""
    strict = {row[1:] for row in on.rows if row[:1] == STRICT.decode()}
    strict.update(program_rows(homes))
    found = {(STRICT, path): b"" for path in strict}
    texts = sum(len(file.data) for file, matters in made.files.values() if matters) <= MOST_TEXT
    for row in on.rows:
        kind, path = os.fsencode(row[0]), row[1:]
        if kind == IDENTITY:
            found[kind, path] = b""
        elif path in strict:
            continue
        elif kind != SOURCE:
            found[kind, path] = on.listings[row]
        elif path not in made.files:
            found[STRICT, path] = b""
        else:
            file, matters = made.files[path]
            if matters and texts:
                found[REACHED, path] = _text(file, store)
            else:
                found[STRICT if matters else UNREACHED, path] = b""
    for kind, path in [row for row in found if row[0] == STRICT and not os.path.lexists(row[1])]:
        del found[kind, path]
        found[ABSENT, path] = b""
    below = root.rstrip(os.sep) + os.sep
    # neighbours next to each other: the system has what leads there at hand
    ordered = sorted(found.items(), key=lambda item: item[0][::-1])
    return [(kind, os.fsencode(path.removeprefix(below)), about) for (kind, path), about in ordered]


def _split(rows: list[tuple[bytes, bytes, bytes]], rare: bool) -> tuple[list[bytes], bytes, bytes]:
    """The paths of the rare rows, or of the others, their kinds, and what is to be known about them."""
    found = [row for row in rows if (row[0] in RARE) == rare]
    kinds, paths, about = zip(*found, strict=True) if found else ((), (), ())
    return list(paths), b"".join(kinds), b"".join(about)


def _text(file: SourceFile, store: Store) -> bytes:
    """Where the text of a file is in the store."""
    key = digest("text", file.key.encode())
    if key not in store:
        store.put(key, file.data)
    return key
