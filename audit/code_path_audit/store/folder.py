"""Where the store lies: what the user says, else the user's cache folder, and never in the audited tree.

The folder is the user's alone, and files in it are opened by name: it is opened once, so that no link can be put in its
place. One file for both: the way in of the gate needs both, and each file that is imported costs a tenth of a
millisecond.
"""

import os
import sys
from stat import S_ISDIR, S_ISREG

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

VARIABLE = "CODE_PATH_AUDIT_CACHE"
"""Names the folder; empty or `off` stands for none."""

_OTHERS_WRITE = 0o022
_BY_DESCRIPTOR = os.open in os.supports_dir_fd and os.listdir in os.supports_fd
# what a platform lacks is 0: the same calls, with less protection
_FILE = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)
_FOLDER = getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_NOFOLLOW", 0)


def store_folder(option: str | None, environ: "Mapping[str, str]", roots: "Iterable[str]") -> tuple[str, str]:
    """(folder, note): the folder as an absolute path, "" for no store; the note says why one is refused, else "".

    `option` is the command line's (None: not given) and outranks the variable; `roots` are folders of the repository. A
    store in one of them, or in the checkout around the working folder, could come with it, and is none.
    """
    asked = environ.get(VARIABLE) if option is None else option
    if asked is None:
        folder = _default(environ)
    elif asked.strip().lower() in ("", "off"):
        return "", ""
    else:
        folder = os.path.abspath(asked)
    if not folder:
        return "", ""
    try:
        around = checkouts(os.getcwd())
    except OSError:  # the working folder is gone
        return "", ""
    for root in (*around, *roots):
        if _inside(os.path.realpath(folder), os.path.realpath(root)):
            return "", f"nothing is cached: {folder} lies in the audited checkout {root}; name another with {VARIABLE}"
    return folder, ""


def checkouts(start: str) -> tuple[str, ...]:
    """The checkout around a folder, and the project: the nearest folders upwards with a .git, and with a configuration.

    What lies in them came with the repository, and is not to be believed as what this program wrote.
    """
    found = []
    for marks in ((".git",), ("pyproject.toml", "code-path-audit.toml")):
        folder = os.path.abspath(start)
        while not any(os.path.lexists(os.path.join(folder, mark)) for mark in marks):
            above = os.path.dirname(folder)
            if above == folder:
                break
            folder = above
        else:
            found.append(folder)
    return tuple(found)


def _default(environ: "Mapping[str, str]") -> str:
    name = "code-path-audit"
    if sys.platform == "win32":
        base = environ.get("LOCALAPPDATA", "")
        return os.path.join(base, name, "cache") if os.path.isabs(base) else ""
    base = environ.get("XDG_CACHE_HOME", "")
    # the XDG specification: a path that is not absolute is to be ignored
    if os.path.isabs(base):
        return os.path.join(base, name)
    home = environ.get("HOME", "")
    return os.path.join(home, ".cache", name) if os.path.isabs(home) else ""


def _inside(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)


class Folder:
    """An open folder. Names are plain file names. Every method may raise OSError; call `close` at the end."""

    __slots__ = ("_fd", "_path")

    def __init__(self, path: str, create: bool) -> None:
        """Opens `path`, and makes it if told so. OSError if it is not there, a link, or not the user's alone."""
        self._path = path = os.path.abspath(path)
        self._fd = -1
        if os.path.islink(path):
            raise OSError(0, "it is a symbolic link")
        if create:
            os.makedirs(path, 0o700, exist_ok=True)
        if _BY_DESCRIPTOR:
            self._fd = os.open(path, os.O_RDONLY | _FOLDER)
        try:
            _refuse(os.stat(path) if self._fd < 0 else os.fstat(self._fd))
        except OSError:
            self.close()
            raise

    def close(self) -> None:
        """Lets go of the folder."""
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1

    def names(self) -> list[str]:
        """The names in it, sorted."""
        return sorted(os.listdir(self._path if self._fd < 0 else self._fd))

    def open(self, name: str, flags: int) -> int:
        """A descriptor of a regular file of the user, which no other can write."""
        flags |= _FILE
        if self._fd < 0:
            fd = os.open(os.path.join(self._path, name), flags, 0o600)
        else:
            fd = os.open(name, flags, 0o600, dir_fd=self._fd)
        try:
            state = os.fstat(fd)
            if not S_ISREG(state.st_mode) or not _ours(state):
                raise OSError(0, "not a file of this user alone")
        except OSError:
            os.close(fd)
            raise
        return fd

    def state(self, name: str) -> os.stat_result:
        """What the system knows of a file, or of the link of that name."""
        if self._fd < 0:
            return os.lstat(os.path.join(self._path, name))
        return os.stat(name, dir_fd=self._fd, follow_symlinks=False)

    def rename(self, name: str, new: str) -> None:
        """Puts a file in place at once."""
        if self._fd < 0:
            os.replace(os.path.join(self._path, name), os.path.join(self._path, new))
        else:
            os.replace(name, new, src_dir_fd=self._fd, dst_dir_fd=self._fd)

    def remove(self, name: str) -> None:
        """Removes a file; one that is gone, or in use where that forbids it, is left as it is."""
        try:
            if self._fd < 0:
                os.unlink(os.path.join(self._path, name))
            else:
                os.unlink(name, dir_fd=self._fd)
        except OSError:
            pass


def lock(fd: int) -> bool | None:
    """Locks an open file for this process until it is closed, without waiting; False if another one holds it.

    None where there are no locks: nothing that the store does is wrong without, only done twice.
    """
    if sys.platform == "win32":
        return None
    from errno import EACCES, EAGAIN

    try:
        from fcntl import LOCK_EX, LOCK_NB, flock

        flock(fd, LOCK_EX | LOCK_NB)
    except OSError as error:
        return False if error.errno in (EACCES, EAGAIN) else None
    except ImportError:
        return None
    return True


def _refuse(state: os.stat_result) -> None:
    if not S_ISDIR(state.st_mode):
        raise OSError(0, "it is not a folder")
    if sys.platform != "win32" and state.st_uid != os.geteuid():
        raise OSError(0, "it belongs to another user")
    if not _ours(state):
        raise OSError(0, "others may write to it; it needs the mode 0700")


def _ours(state: os.stat_result) -> bool:
    return sys.platform == "win32" or (state.st_uid == os.geteuid() and not state.st_mode & _OTHERS_WRITE)
