"""Keeps the answer to a check for `main`, where that is safe, with what it depends on."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from code_path_audit.fingerprint import program_rows
from code_path_audit.sources.model import SourceFile
from code_path_audit.store import single
from code_path_audit.store.pack import Store, digest, open_store
from code_path_gate import program_home
from code_path_gate.replay.dependencies import Place
from code_path_gate.replay.record import (
    ABSENT,
    IDENTITY,
    RARE,
    REACHED,
    SOURCE,
    STRICT,
    UNREACHED,
    as_paths,
    can_replay,
    changed_at,
    git_says,
    is_settled,
    key_of,
    states_one_by_one,
)
from code_path_gate.replay.record_details import Details, numbers, packed

if TYPE_CHECKING:
    from code_path_gate.commands.check import Basis
    from code_path_gate.commands.dispatch import Answer

MOST_TEXT = 64 << 20
"""Bytes of source that are kept to be compared with; of larger programs none is."""


class Made(NamedTuple):
    """The answer to a check: when it began (nanoseconds since 1970), and what `git_state` was then.

    `files` are the files of the source that were read, by their full path, and whether the answer depends on their
    content; none where that is not known. `names` are those that no other file may begin to define.
    """

    started: int
    code: int
    text: str
    git: bytes
    files: Mapping[str, tuple[SourceFile, bool]] = {}
    names: frozenset[str] = frozenset()


def files_of(basis: Basis) -> dict[str, tuple[SourceFile, bool]]:
    """The files of the source that a check could read, by their full path, and whether its answer depends on them.

    None where any change of one may change the answer.
    """
    if basis.files is None or basis.lines:
        return {}
    skipped = {file.path for file in basis.files.skipped()}
    root, asked = str(basis.config.root), basis.asked
    return {
        os.path.join(root, *file.path.split("/")): (file, asked.everything or file.module in asked.modules)
        for file in basis.files.tree.files
        if file.path not in skipped
    }


def remember(arguments: Sequence[str], made: Made, place: Place, folder: str) -> None:
    """Keeps an answer in a store. `place` has the rows of all that it depends on (see `watched`), git's and others'.

    OSError, ValueError or OverflowError for rows that the system cannot take.
    """
    if not made.git:
        return
    store = open_store(folder, time.time())
    root = os.fsencode(place.root)
    rare, rare_kinds, _ = _split(found := _rows(made, place, store), True)
    rows, kinds, about = _split(found, False)
    git, index = os.fsencode(place.folder), os.fsencode(place.index_file)
    # in this order: what changes after it was looked at is seen the next time
    known = (key_of(arguments), git, index, git_says(git, index), root)
    rare_paths, paths = as_paths(root, rare), as_paths(root, rows)
    rare_states, states = states_one_by_one(rare_paths, rare_kinds), states_one_by_one(paths, kinds)
    if (
        not is_settled(max(_latest(rare_paths, rare_kinds), _latest(paths, kinds)), made.started)
        or git_state(place.folder, place.index_file) != made.git
        or _day(made.started) != _day()
    ):
        return
    text = made.text.encode("utf-8", "surrogatepass")
    details = Details(kinds, numbers(states), about, made.names)
    record, key, more = packed(made.code, text, known, rare, rare_kinds, rare_states, rows, states, details)
    store.commit()
    single.write(folder, key, more)
    single.write(folder, known[0], record)


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


def _rows(made: Made, place: Place, store: Store) -> list[tuple[bytes, bytes, bytes]]:
    """The rows of a record: kind, path, and what is to be known about it; texts go to the store."""
    strict = {row[1:] for row in place.rows if row[:1] == STRICT.decode()}
    strict.update(program_rows(program_home()[:2]))
    found = {(STRICT, path): b"" for path in strict}
    texts = sum(len(file.data) for file, matters in made.files.values() if matters) <= MOST_TEXT
    for row in place.rows:
        kind, path = os.fsencode(row[0]), row[1:]
        if kind == IDENTITY:
            found[kind, path] = b""
        elif path in strict:
            continue
        elif kind != SOURCE:
            found[kind, path] = place.listings[row]
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
    below = place.root.rstrip(os.sep) + os.sep
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


def git_state(git: str, index: str) -> bytes:
    """The last commit and the index (where that is checked), and which files said so; b"" if that is hard to tell."""
    try:
        known = git_says(os.fsencode(git), os.fsencode(index))
        files = [os.stat(path) for path in (os.path.join(git, "HEAD") if git else "", index) if path]
    except (OSError, ValueError):
        return b""
    stamps = [(state.st_ino, state.st_mtime_ns, state.st_ctime_ns, state.st_size) for state in files]
    return known + repr(stamps).encode()


def _day(nanoseconds: int | None = None) -> object:
    return time.localtime(None if nanoseconds is None else nanoseconds / 1e9)[:3]


class Begun(NamedTuple):
    """What was so before a check read anything: when it began, where git keeps its state, and what that was."""

    started: int
    place: Place
    git: bytes


def begun(arguments: Sequence[str], staged: bool) -> Begun | None:
    """What is to be known before a check, if its answer is to be kept; None for one whose answer cannot be."""
    if not can_replay(arguments):
        return None
    from code_path_gate.replay.dependencies import git_place

    started = time.time_ns()
    with suppress(OSError):
        # as it was before anything was read: what a check says of a state must not be kept for another
        place = git_place(Path.cwd(), os.environ, staged)
        return place and Begun(started, place, git_state(place.folder, place.index_file))
    return None


def keep(arguments: Sequence[str], staged: bool, before: Begun | None, answer: Answer) -> None:
    """Keeps the answer to a check for `main`, where that is safe."""
    basis = answer.basis
    if before is None or basis is None or answer.note or not basis.store:
        return
    from code_path_gate.replay.dependencies import dependencies

    # a path that the system cannot take, or a folder that goes meanwhile, is no reason to fail
    with suppress(OSError, ValueError, OverflowError):
        place: Place | None = before.place
        files = {}
        names: frozenset[str] = frozenset()
        if not staged:
            more = dependencies(basis.config, Path.cwd(), basis.asked.sizes)
            place = more and before.place.and_also(str(basis.config.root), more)
            files, names = files_of(basis), basis.asked.defined
        if place is not None:
            made = Made(before.started, answer.code, answer.out, before.git, files, names)
            remember(arguments, made, place, basis.store)
