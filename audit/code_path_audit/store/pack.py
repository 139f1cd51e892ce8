"""The store: bytes by a digest of what they were made from. Losing it costs time, and never changes a result.

A folder of files that are written whole, put in place by a rename and never changed after, but for the days of last
use. So a reader needs no lock, a writer that is killed leaves nothing that can be read, and two writers do not meet:
each adds a file of its own. Files that grew many are rewritten as one by whoever holds the lock; those who still read
the old ones have them mapped. Nothing waits for anything, and nothing is synced: after a power failure a file may be
damaged, which its checksums tell.
"""

from __future__ import annotations

import os

from code_path_audit.store.folder import Folder, lock
from code_path_audit.store.segment import HEAD, KEY, ROW, VERSION, Segment, write_segment

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from code_path_audit.store.segment import Entry

LIMIT = 1 << 30
"""The size that the store may have, in bytes, if nothing else is asked for."""

_DAY = 86_400
_STALE = 30 * _DAY
_SPILL = 64 << 20  # what is put is written when it has reached this size; the file is `merging.LARGE`
_ATTEMPTS = 3
_PREFIX = f"v{VERSION}-"
_LOCK = "lock"


def open_store(folder: str, now: float, limit: int = LIMIT) -> Store:
    """The store in a folder, which need not exist yet; "" gives one that keeps nothing. Never an error.

    `now` is the time in seconds since 1970, and says only what was used last; `limit` is in bytes.
    """
    return Store(folder, now, limit)


def digest(kind: str, *parts: bytes) -> bytes:
    """The key of what is made of some parts, in that order; `kind` tells apart what else may be made of them."""
    from _blake2 import blake2b  # hashlib would load OpenSSL first

    # the length before each part: no two lists of parts give the same bytes
    state = blake2b(digest_size=KEY)
    for part in (kind.encode(), *parts):
        state.update(len(part).to_bytes(8, "little"))
        state.update(part)
    return state.digest()


class Store:
    """Bytes by keys of 32 bytes. A key stands for one value: whoever puts it anew puts the same. For one thread.

    `notes` are words for the user, at most one of each kind; after an error of the system nothing more is written.
    """

    __slots__ = ("_day", "_folder", "_limit", "_now", "_pending", "_pending_size", "_segments", "_used", "notes")

    def __init__(self, folder: str, now: float, limit: int) -> None:
        self.notes: list[str] = []
        self._folder = folder
        self._limit = limit
        self._now = now
        self._day = min(max(int(now // _DAY), 0), 0xFFFF)
        self._pending: dict[bytes, Entry] = {}
        self._pending_size = 0
        self._segments: list[Segment] | None = None if folder else []
        self._used: dict[Segment, set[int]] = {}

    @property
    def folder(self) -> str:
        """Where it lies; "" for a store that keeps nothing."""
        return self._folder

    def again(self) -> Store:
        """The same store, with nothing that waits to be written."""
        return Store(self._folder, self._now, self._limit)

    def get(self, key: bytes) -> memoryview | None:
        """What was put for a key, valid as long as it is held; None if there is nothing, or nothing whole."""
        if self._pending:
            pending = self._pending.get(key)
            if pending is not None:
                return pending[1]
        segments = self._segments
        if segments is None:
            segments = self._segments = self._load()
        for segment in segments:
            index = segment.find(key)
            if index >= 0:
                data = segment.data(index, key)
                if data is not None:
                    # a day that lies ahead is a clock's mistake, and would outlive everything
                    if segment.day(index) != self._day:
                        self._used.setdefault(segment, set()).add(index)
                    return data
        return None

    def __contains__(self, key: bytes) -> bool:
        """Whether something was put for a key; it is not looked at whether it is whole."""
        if key in self._pending:
            return True
        if self._segments is None:
            self._segments = self._load()
        for segment in self._segments:
            index = segment.find(key)
            if index >= 0:
                if segment.day(index) != self._day:
                    self._used.setdefault(segment, set()).add(index)
                return True
        return False

    def put(self, key: bytes, data: bytes) -> None:
        """Keeps data for a key, at the latest from the next `commit` on for everyone."""
        if len(key) != KEY:
            raise ValueError(f"a key has {KEY} bytes, not {len(key)}")
        # what takes a fourth of the store would push out all else
        if not self._folder or len(data) > self._limit // 4:
            return
        found = self.get(key)
        if (found is not None and found == data) or not self._folder:
            return
        self._pending[key] = (key, memoryview(data), self._day)
        self._pending_size += len(data) + ROW
        if self._pending_size > _SPILL:
            self.commit()

    def commit(self) -> None:
        """Writes what was put, and what was used. Whole or not at all; a failure is a note, and ends the writing."""
        if not self._folder or not (self._pending or self._used):
            return
        try:
            folder = Folder(self._folder, create=bool(self._pending))
            try:
                self._write_days(folder)
                if self._pending:
                    self._write(folder)
            finally:
                folder.close()
        except OSError as error:
            # it does not matter to anyone that a day could not be written
            if self._pending:
                self._give_up(error)
        self._used = {}
        self._pending = {}
        self._pending_size = 0

    def _give_up(self, error: OSError) -> None:
        self.notes.append(f"nothing is cached: {self._folder}: {error.strerror or error}")
        self._folder = ""
        self._segments = self._segments or []

    def _load(self) -> list[Segment]:
        """The files that are there, the newest first."""
        try:
            folder = Folder(self._folder, create=False)
        except FileNotFoundError:
            return []
        except OSError as error:
            self._give_up(error)
            return []
        try:
            return _segments(folder)
        except OSError as error:
            self._give_up(error)
            return []
        finally:
            folder.close()

    def _write_days(self, folder: Folder) -> None:
        for segment, indexes in self._used.items():
            try:
                fd = folder.open(segment.name, os.O_RDWR)
            except OSError:  # rewritten meanwhile, or it may only be read
                continue
            try:
                segment.write_days(fd, indexes, self._day)
            except OSError:
                continue
            finally:
                os.close(fd)

    def _write(self, folder: Folder) -> None:
        """What was put, as one file with those that it absorbs."""
        from code_path_audit.store.merging import absorbed, kept, newest

        merging = folder.open(_LOCK, os.O_RDWR | os.O_CREAT)
        try:
            mine = lock(merging) is not False
            segments = _segments(folder)
            size = HEAD + self._pending_size
            old = segments[: absorbed([segment.size for segment in segments], size, self._limit)] if mine else []
            sources = [self._pending.values(), *(segment.entries() for segment in old)]
            entries = kept(newest(sources), self._limit)
            name = _add(folder, entries, _next(segments)) if entries else ""
            for segment in old:
                if segment.name != name:
                    folder.remove(segment.name)
            if mine:
                self._clean(folder)
        finally:
            os.close(merging)
        self._segments = None

    def _clean(self, folder: Folder) -> None:
        """Removes what killed writers left, and what other versions have not written to for a month."""
        for name in folder.names():
            draft = name.endswith(".new")
            if not draft and (not name.endswith(".pack") or name.startswith(_PREFIX)):
                continue
            try:
                fd = folder.open(name, os.O_RDONLY)
            except OSError:
                continue
            try:
                # who writes a file holds its lock
                if (draft and lock(fd)) or self._now - os.fstat(fd).st_mtime > _STALE:
                    folder.remove(name)
            finally:
                os.close(fd)


def _segments(folder: Folder) -> list[Segment]:
    """Every file of this version, the newest first."""
    opened: dict[str, Segment | None] = {}
    for _ in range(_ATTEMPTS):
        names = [name for name in folder.names() if name.startswith(_PREFIX) and name.endswith(".pack")]
        gone = False
        for name in names:
            if name not in opened:
                try:
                    opened[name] = _segment(folder, name)
                except FileNotFoundError:
                    gone = True  # rewritten as part of another, which is there by now
        if not gone:
            break
    return [segment for _, segment in sorted(opened.items(), reverse=True) if segment is not None]


def _segment(folder: Folder, name: str) -> Segment | None:
    try:
        fd = folder.open(name, os.O_RDONLY)
    except FileNotFoundError:
        raise
    except OSError:
        return None
    try:
        return Segment(name, fd)
    except (OSError, ValueError):
        return None
    finally:
        os.close(fd)


def _next(segments: Sequence[Segment]) -> int:
    """The number of a file that is newer than some."""
    newest_number = segments[0].name[len(_PREFIX) :].partition("-")[0] if segments else ""
    try:
        return int(newest_number, 16) + 1
    except ValueError:
        return 1


def _add(folder: Folder, entries: Sequence[Entry], number: int) -> str:
    """Writes a file under a name that nobody reads, then renames it. OSError, and nothing is left, if that fails."""
    draft, fd = draft_in(folder)
    try:
        try:
            index = write_segment(fd, entries)
            name = f"{_PREFIX}{number:012x}-{digest('index', index).hex()[:16]}.pack"
            folder.rename(draft, name)
        finally:
            os.close(fd)
    except OSError:
        folder.remove(draft)
        raise
    return name


def draft_in(folder: Folder) -> tuple[str, int]:
    """A new file under a name that nobody reads: its name, and a descriptor that holds its lock."""
    attempt = 0
    while True:
        name = f"{os.getpid()}-{attempt}.new"
        attempt += 1
        try:
            fd = folder.open(name, os.O_RDWR | os.O_CREAT | os.O_EXCL)
        except FileExistsError:
            continue
        # another one that cleans up may have taken it for abandoned, in the moment before the lock
        if lock(fd) is not False and os.fstat(fd).st_nlink:
            return name, fd
        os.close(fd)
