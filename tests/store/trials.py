"""What happens to the store in processes of their own: killed, limited, two at once. Run as a script by its tests.

Each trial takes a folder, prints what it saw as JSON, and leaves the judgement to the test.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import sys
from collections.abc import Callable, Iterable
from random import Random

from code_path_audit.store.pack import Store, digest, open_store

NOW = 1_700_000_000.0
BATCH = 12
NOBODY = 65_534


def key(batch: int, item: int) -> bytes:
    """The key of an entry of a batch."""
    return digest("trial", b"%d %d" % (batch, item))


def value(batch: int, item: int) -> bytes:
    """What stands for that key: of any size up to 6 kB, like itself only."""
    noise = Random(batch * 1000 + item)
    return noise.randbytes(noise.randrange(6_000))


def had(store: Store, wanted: bytes) -> bytes | None:
    """A copy of what the store has."""
    data = store.get(wanted)
    return None if data is None else bytes(data)


def put_batch(store: Store, batch: int) -> None:
    """Puts a batch and commits it."""
    for item in range(BATCH):
        store.put(key(batch, item), value(batch, item))
    store.commit()


def seen(folder: str, batches: Iterable[int]) -> tuple[list[int], bool]:
    """The batches that are there whole, and whether anything is there that was never put."""
    store = open_store(folder, NOW)
    whole, wrong = [], False
    for batch in batches:
        found = [store.get(key(batch, item)) for item in range(BATCH)]
        wrong |= any(data is not None and data != value(batch, item) for item, data in enumerate(found))
        if None not in found:
            whole.append(batch)
    return whole, wrong


def in_child(run: Callable[[], None]) -> int:
    """Runs in a forked process; the signal that ended it, 0 if it came to its end."""
    pid = os.fork()
    if pid == 0:
        run()
        os._exit(0)
    return os.WTERMSIG(os.waitpid(pid, 0)[1])


def killed_at_call(folder: str, before: int, call: int) -> int:
    """One commit, killed with -9 at one of its calls of the system (files opened, locked, listed, renamed, removed)."""
    left = call

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal left
        if event in ("open", "fcntl.flock", "os.rename", "os.remove", "os.listdir", "mmap.__new__"):
            left -= 1
            if left < 0:
                os.kill(os.getpid(), signal.SIGKILL)

    def run() -> None:
        store = open_store(folder, NOW)
        sys.addaudithook(hook)
        put_batch(store, before)

    return in_child(run)


def killed_at_byte(folder: str, before: int, size: int) -> int:
    """One commit, killed by the system as soon as a file reaches a size."""

    def run() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
        put_batch(open_store(folder, NOW), before)

    return in_child(run)


def kills(folder: str, kind: str, points: list[int]) -> None:
    """Commits batch after batch, each killed at a point; what was committed is looked for after each kill."""
    by = {"call": killed_at_call, "byte": killed_at_byte}[kind]
    put_batch(open_store(folder, NOW), 0)
    committed, died, lost, wrong = {0}, 0, [], False
    for batch, point in enumerate(points, 1):
        if by(folder, batch, point):
            died += 1
        else:
            committed.add(batch)
        whole, odd = seen(folder, range(batch + 1))
        lost += sorted(committed - set(whole))
        wrong |= odd
        # after the rename it was there, though nobody was told so
        committed |= set(whole)
    batches = len(points) + 1
    put_batch(open_store(folder, NOW), batches)
    drafts = [name for name in os.listdir(folder) if name.endswith(".new")]
    after = batches in seen(folder, range(batches + 1))[0]
    print(json.dumps({"died": died, "lost": lost, "wrong": wrong, "drafts": drafts, "after": after}))


def write(folder: str, first: int, batches: int) -> None:
    """Commits batches, each told on a line as soon as it is committed."""
    store = open_store(folder, NOW)
    for batch in range(first, first + batches):
        put_batch(store, batch)
        print(batch, flush=True)
    if store.notes:
        print(*store.notes, file=sys.stderr)


def limited(folder: str, size: int) -> None:
    """Two commits by a process whose files may not exceed a size: an error of the system, as a full disk is."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
    two_commits(folder)


def as_nobody(folder: str) -> None:
    """Two commits by a user who does not own the folder, if we may change the user; else as we are."""
    import fcntl  # noqa: F401
    from _blake2 import blake2b  # noqa: F401  what is imported later could not be read any more

    if os.geteuid() == 0:
        os.seteuid(NOBODY)
    two_commits(folder)


def two_commits(folder: str) -> None:
    """Puts two batches, and says what was noted and what is there."""
    store = open_store(folder, NOW)
    put_batch(store, 1)
    put_batch(store, 2)
    drafts = [name for name in os.listdir(folder) if name.endswith(".new")]
    print(json.dumps({"notes": store.notes, "there": seen(folder, range(3))[0], "drafts": drafts}))


if __name__ == "__main__":
    trial, where, *rest = sys.argv[1:]
    if trial == "kills":
        kills(where, rest[0], [int(point) for point in rest[1:]])
    elif trial == "write":
        write(where, int(rest[0]), int(rest[1]))
    elif trial == "limited":
        limited(where, int(rest[0]))
    else:
        as_nobody(where)
