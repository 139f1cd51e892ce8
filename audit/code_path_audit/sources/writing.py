"""Where it is allowed to write in a checkout: not through links, which came with it, and not into .git."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from code_path_audit.errors import AuditError
from code_path_audit.git_program import is_git_folder, is_git_name
from code_path_audit.store.folder import checkouts


def require_plain_way(path: Path) -> None:
    """AuditError `write-outside` where a link stands on the way from the checkout around a path to it, or in its
    place, or where it lies in git's folder, whatever that is called. Outside of every checkout the way is the user's
    own, and only a link in the place of the file itself is refused."""
    full = os.path.abspath(path)
    top = here = _top(full)
    if is_git_folder(here):
        _refuse(here, "git keeps its own files there")
    for part in os.path.relpath(full, top).split(os.sep):
        here = os.path.join(here, part)
        if is_git_name(part) or is_git_folder(here):
            _refuse(here, "git keeps its own files there")
        if os.path.islink(here):
            _refuse(here, "a symbolic link stands on the way")


def _top(full: str) -> str:
    """The folder that the way to a path begins at: the top of the checkout around it, else its own folder."""
    # the top of the checkout may itself be reached through links: that is the user's way to it
    tops = [top for top in checkouts(os.path.dirname(full)) if full.startswith(top.rstrip(os.sep) + os.sep)]
    return min(tops, key=len, default=os.path.dirname(full))


HANDLES = os.open in os.supports_dir_fd and os.rename in os.supports_dir_fd
"""Whether this system has handles of folders."""


@contextmanager
def _opened_folder(path: Path) -> Iterator[int | None]:
    """A handle of the folder around a path, to which no link led; missing folders are made. What is written by it stays
    there, whatever comes in the place of a folder meanwhile. None on systems that have no such handles."""
    require_plain_way(path)
    if not HANDLES:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield None
        return
    folder = os.path.dirname(os.path.abspath(path))
    top = _top(os.path.abspath(path))
    os.makedirs(top, exist_ok=True)
    handle = os.open(top, os.O_RDONLY | os.O_DIRECTORY)
    try:
        for part in [] if folder == top else os.path.relpath(folder, top).split(os.sep):
            with suppress(FileExistsError):
                os.mkdir(part, dir_fd=handle)
            try:
                inner = os.open(part, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=handle)
            except OSError:
                require_plain_way(path)  # says what stands there now, where it is a link
                raise
            os.close(handle)
            handle = inner
        yield handle
    finally:
        os.close(handle)


def put_whole(path: Path, data: bytes, prefix: str, suffix: str = "", keep_mode: bool = False) -> None:
    """Writes a file all or nothing: whoever reads it, and whenever we are killed, it is whole, old or new. What is not
    whole yet lies beside it, between `prefix` and `suffix`.

    OSError; AuditError `write-outside`.
    """
    with _opened_folder(path) as folder:

        def at(name: str) -> str:
            return name if folder is not None else os.path.join(path.parent, name)

        beside, place = at(f"{prefix}{os.urandom(8).hex()}{suffix}"), at(path.name)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
        handle = os.open(beside, flags, 0o600, dir_fd=folder)
        try:
            with open(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            os.chmod(beside, _mode(place, folder) if keep_mode else 0o644, dir_fd=folder)
            os.replace(beside, place, src_dir_fd=folder, dst_dir_fd=folder)
        except BaseException:
            with suppress(OSError):
                os.unlink(beside, dir_fd=folder)
            raise
        if folder is not None:
            with suppress(OSError):  # a rename outlives a power cut, where a folder can be synced at all
                os.fsync(folder)


def _mode(place: str, folder: int | None) -> int:
    try:
        return os.stat(place, dir_fd=folder, follow_symlinks=False).st_mode & 0o777
    except OSError:
        return 0o644


def why_not_written(file: Path) -> str:
    """Why a file cannot be written, "" where nothing seems to stand in the way: asked before long work for it."""
    full = file.absolute()
    if full.is_dir():
        return "a folder is there"
    folder = next(folder for folder in full.parents if os.path.lexists(folder))
    return "" if folder.is_dir() and os.access(folder, os.W_OK) else f"{folder} cannot be written to"


def lock_folder(folder: Path) -> int | None:
    """Holds off every other writer of a folder that asks for this, too, until the handle is closed or the process ends;
    None on systems that have no such thing. OSError where the folder cannot be opened."""
    try:
        import fcntl
    except ImportError:  # replacing a file is atomic all the same
        return None
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
    except OSError:
        os.close(handle)
        raise
    return handle


def missing_folders(paths: Iterable[Path]) -> tuple[Path, ...]:
    """Those of the folders and of the folders around them that are not there yet, the innermost first."""
    found = {folder for path in paths for folder in (path, *path.parents) if not os.path.lexists(folder)}
    return tuple(sorted(found, key=lambda folder: len(folder.parts), reverse=True))


def remove_empty(folders: Iterable[Path]) -> None:
    """Removes the folders in which nothing is."""
    for folder in folders:
        with suppress(OSError):
            folder.rmdir()


@contextmanager
def no_folder_left(paths: Iterable[Path]) -> Iterator[None]:
    """Where what is done inside fails, the folders that it made are gone again, as far as nothing is in them."""
    missing = missing_folders(paths)
    try:
        yield
    except BaseException:
        remove_empty(missing)
        raise


def _refuse(where: str, why: str) -> None:
    raise AuditError(
        "write-outside",
        f"nothing is written there: {why}",
        where=where,
        todo="Put a real folder or file in its place, or name another place.",
    )
