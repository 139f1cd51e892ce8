"""How a command works: what it keeps where, with how many processes, and who is told how far it is."""

from __future__ import annotations

import argparse
import mmap
import os
import struct
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from importlib import import_module
from typing import TYPE_CHECKING, TextIO

from code_path_audit.errors import AuditError

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from code_path_audit.config import Config
    from code_path_audit.program.files import How, Share

FROM = 1.0
"""Seconds that work takes before anyone is told of it."""

MAX_WORKERS = 1_000

OFTEN = 0.1
"""Seconds between two messages."""

SELDOM = 60.0
"""Seconds between two messages where no terminal is there to show how far the work is."""


def add_cache(parser: argparse.ArgumentParser) -> None:
    """Where results are kept."""
    parser.add_argument(
        "--cache-dir",
        metavar="DIR",
        help="where to keep what was read and traced (default: the user's cache folder; off: nowhere)",
    )


def add_workers(parser: argparse.ArgumentParser) -> None:
    """Who does the work."""
    who = parser.add_mutually_exclusive_group()
    who.add_argument(
        "--workers", metavar="N", type=_count, help="processes at once (default: as many as there are cores)"
    )
    who.add_argument(
        "--executor",
        metavar="ADDRESS",
        help="a Dask scheduler whose workers read and solve, such as tcp://10.0.0.1:8786",
    )


def _count(text: str) -> int:
    if text.isascii() and text.isdigit() and len(text) <= 4 and 1 <= int(text) <= MAX_WORKERS:
        return int(text)
    raise argparse.ArgumentTypeError(f"expected a number of processes from 1 to {MAX_WORKERS}, found {text!r}")


class Work:
    """A function from a configuration to how the work on it is done. `clear` takes the line away that says how far it
    is: before anything else is written on the terminal."""

    def __init__(self, begin: Callable[[Config], How], clear: Callable[[], None]) -> None:
        self.begin, self.clear = begin, clear

    def __call__(self, config: Config) -> How:
        """How the work is done."""
        return self.begin(config)


@contextmanager
def working(options: argparse.Namespace, note: Callable[[str], None]) -> Iterator[Work]:
    """How the work of a command is done, by configuration.

    At the end what was read is written down, also where an error ends the work, and `note` takes what stood in the way.
    """
    from code_path_audit.program.files import how_for, no_progress

    bar = Progress(sys.stderr, time.monotonic) if _shown(sys.stderr) else None
    made: list[How] = []
    notes: list[str] = []
    executor, share, close = _executor(getattr(options, "executor", None))

    def begin(config: Config) -> How:
        how, refused = how_for(config, os.environ, time.time(), options.cache_dir, bar or no_progress)
        waits = no_progress if bar else Waiting(note, time.monotonic)
        workers = getattr(options, "workers", None)
        made.append(how._replace(workers=workers, executor=executor, share=share, waits=waits))
        notes.extend([refused] if refused else [])
        return made[-1]

    try:
        yield Work(begin, bar.clear if bar is not None else lambda: None)
    finally:
        for how in made:
            how.store.commit()
            notes += how.store.notes
        if bar is not None:
            bar.clear()
        close()
        for text in notes:
            note(f"note: {text}")


def _shown(stream: TextIO | None) -> bool:
    try:
        return stream is not None and stream.isatty()
    except ValueError:  # it was closed
        return False


def _executor(address: str | None) -> tuple[Executor | None, Share, Callable[[], object]]:
    """Where tasks go, what hands them what they all need, and what lets go of it."""
    if not address:
        from code_path_audit.program.files import in_each

        return None, in_each, lambda: None
    todo = "Start one with: dask scheduler; and give its address, such as tcp://10.0.0.1:8786."
    try:
        client_of = import_module("distributed").Client
    except ImportError as error:
        raise AuditError(
            "executor", "Dask is not installed", "--executor", "Install it: pip install 'code-path-audit[distributed]'."
        ) from error
    try:
        client = client_of(address, timeout=10)
    except (OSError, ValueError, TypeError) as error:
        raise AuditError("executor", f"no Dask scheduler answers: {error}", address, todo) from error
    executor: Executor = client.get_executor(pure=False)

    def share(data: bytes) -> object:
        # to every worker; one that comes later has it from another
        return client.scatter(data, broadcast=True, hash=True)

    return executor, share, client.close


SLOTS, SLOT = 64, struct.Struct("<QQ")
"""Copies of this process that can say how far they are, and what each says: functions, steps."""


class Progress:
    """One line on a terminal that says how far the work is, from its first second on. `clock` gives seconds.

    What copies of this process find is told by this one, beside what it waits for: they write it into memory that all
    of them share.
    """

    def __init__(self, stream: TextIO, clock: Callable[[], float]) -> None:
        self.stream = stream
        self.clock = clock
        self.began = self.told = clock()
        self.phase = ("", self.began)
        self.width = 0
        self.process = os.getpid()
        self.shared = mmap.mmap(-1, SLOTS * SLOT.size)

    def __call__(self, what: str, done: int, total: int, steps: int = 0) -> None:
        """Something goes on."""
        if os.getpid() != self.process:
            SLOT.pack_into(self.shared, os.getpid() % SLOTS * SLOT.size, done, steps)
            return
        now = self.clock()
        if what != self.phase[0]:
            self.phase = (what, self.began if not self.phase[0] else now)
            self.shared[:] = bytes(len(self.shared))
        if now - self.began < FROM or (now - self.told < OFTEN and (done < total or not total)):
            return
        self.told = now
        if not total:
            self._write(f"{what}: {_reached(done, steps)}")
            return
        seconds = now - self.phase[1]
        copies = [sum(column) for column in zip(*SLOT.iter_unpack(self.shared), strict=True)]
        reached = f", {_reached(*copies)}" if any(copies) else ""
        rate = f", {done / seconds:,.0f} a second" if 0 < seconds < done else f", {seconds:.0f} s"
        self._write(f"{what}: {done:,} of {total:,}{reached}{rate}")

    def clear(self) -> None:
        """Leaves nothing behind."""
        if self.width:
            self._write("")
            self._write("")

    def _write(self, text: str) -> None:
        with suppress(OSError, ValueError):
            self.stream.write(f"\r{text:<{self.width}}" if text or self.width else "\r")
            self.stream.flush()
        self.width = len(text)


class Waiting:
    """A line now and then that says how far long work is, and what makes it shorter, where no terminal shows it: in the
    log of a job a hang looks alike. `clock` gives seconds."""

    def __init__(self, note: Callable[[str], None], clock: Callable[[], float]) -> None:
        self.note = note
        self.clock = clock
        self.began = self.told = clock()

    def __call__(self, what: str, done: int, total: int, steps: int = 0) -> None:
        """Something goes on."""
        now = self.clock()
        if now - self.told >= SELDOM:
            self.told = now
            self.note(f"note: {what}: {done:,} of {total:,} after {now - self.began:.0f} s; {SHORTER}")


SHORTER = "--action NAME takes one, and code-path-gate check --base REV those that a change can touch"


def _reached(functions: int, steps: int) -> str:
    return f"{functions:,} functions reached in {steps:,} steps"
