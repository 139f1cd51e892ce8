"""Keeps the answer to a check for `main`, where that is safe, with what it depends on."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from code_path_audit.replay import save
from code_path_audit.replay.dependencies import Dependencies
from code_path_audit.replay.save import Made
from code_path_audit.sources.model import SourceFile
from code_path_gate import program_home
from code_path_gate.asked import can_replay, git_says, key_of
from code_path_gate.replay.dependencies import Place, dependencies, dependencies_of_index, git_place

if TYPE_CHECKING:
    from code_path_gate.commands.check import Basis
    from code_path_gate.commands.dispatch import Answer
    from code_path_gate.measuring.measured import Asked


def files_of(basis: Basis) -> dict[str, tuple[SourceFile, bool]]:
    """The files of the source that a check could read, by their full path, and whether its answer depends on them.

    None where any change of one may change the answer.
    """
    if basis.files is None or basis.lines:
        return {}
    skipped = {file.path for file in basis.files.skipped()}
    root, asked = str(basis.config.root), basis.asked
    importing = {module for modules in basis.files.importing(sorted(asked.imported)) for module in modules}
    return {
        os.path.join(root, *file.path.split("/")): (
            file,
            asked.everything or file.module in asked.modules or file.module in importing,
        )
        for file in basis.files.tree.files
        if file.path not in skipped
    }


def no_more(asked: Asked) -> frozenset[str]:
    """The names that no file may begin to define or to import which did neither: of what is asked who imports it the
    last part, which stands in every import of it, or in the path of the file where that is relative."""
    return asked.defined | {name.rpartition(".")[2] for name in asked.imported}


def remember(arguments: Sequence[str], made: Made, state: bytes, place: Place, folder: str) -> None:
    """Keeps the answer to a check in a store. `state` is what `git_state` was when it began; `place` has the rows of
    all that it depends on, git's and others'.

    OSError, ValueError or OverflowError for rows that the system cannot take.
    """
    if not state:
        return
    git, index = os.fsencode(place.folder), os.fsencode(place.index_file)
    # before all else: what changes after it was looked at is seen the next time
    known = (git, index, git_says(git, index))

    def still() -> bool:
        return git_state(place.folder, place.index_file) == state and _day(made.started) == _day()

    on = Dependencies(place.rows, place.listings)
    save.remember(folder, key_of(arguments), made, on, place.root, program_home()[:2], known, still)


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
    # a path that the system cannot take, or a folder that goes meanwhile, is no reason to fail
    with suppress(OSError, ValueError, OverflowError):
        place: Place | None = before.place
        files = {}
        names: frozenset[str] = frozenset()
        if staged:
            place = before.place.and_also(before.place.root, dependencies_of_index(basis.config))
        else:
            more = dependencies(basis.config, Path.cwd(), basis.asked.sizes)
            place = more and before.place.and_also(str(basis.config.root), more.with_files(basis.beside))
            files, names = files_of(basis), no_more(basis.asked)
        if place is not None:
            made = Made(before.started, answer.code, answer.out, files, names)
            remember(arguments, made, before.git, place, basis.store)
