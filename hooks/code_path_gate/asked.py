"""What a check is asked, as the key under which its answer is kept, and what git says then.

On the path of every check, so it loads next to nothing, not even `__future__`, and some annotations are quoted.
"""

import os
import sys
import time

from code_path_audit.replay.record import FORMAT
from code_path_gate import program_home

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

REPLAYABLE_OPTIONS = frozenset(
    ("--staged", "--strict", "--explain", "--format", "--action", "--cache-dir", "--workers")
)
"""Options of a check that can be answered so; a revision may name another commit every time."""

SEEN_VARIABLES = frozenset(
    (
        "CI", "PATH", "HOME", "XDG_CONFIG_HOME", "LC_ALL", "LC_CTYPE", "LANG", "TZ",
        "GIT_DIR", "GIT_INDEX_FILE", "GIT_CEILING_DIRECTORIES", "GITHUB_STEP_SUMMARY",
    )
)  # fmt: skip
"""What of the environment a check depends on, with all that begins with GIT_CONFIG."""


def can_replay(arguments: "Sequence[str]") -> bool:
    """Whether a command is a check that depends on nothing but files, the index and the last commit."""
    if not arguments or arguments[0] != "check":
        return False
    if any("sarif" in word for word in arguments):
        return False  # it says which version made it, which is read from elsewhere
    options = [word.partition("=")[0] for word in arguments if word.startswith("-")]
    return all(option in REPLAYABLE_OPTIONS for option in options) and not os.environ.get("GITHUB_STEP_SUMMARY")


def key_of(arguments: "Sequence[str]") -> bytes:
    """Under which the answer to a command is kept: where it was asked, when (to the day), and by which program."""
    environ = os.environ
    seen = sorted((name, environ[name]) for name in environ if name in SEEN_VARIABLES or name.startswith("GIT_CONFIG"))
    today = time.localtime()[:3]  # acceptances end on a day
    by = (terminal_width(), sys.getfilesystemencoding(), sys.path, *program_home())
    where = (FORMAT, os.getcwd(), list(arguments), seen, today, *by)
    return repr(where).encode("utf-8", "backslashreplace")


def terminal_width() -> int:
    """The columns of the terminal that an answer goes to, 0 for none: lines are broken to fit it."""
    try:
        return os.get_terminal_size(1).columns if os.isatty(1) else 0
    except OSError:
        return 0


def git_says(git: bytes, index: bytes) -> bytes:
    """The last commit and the index, each where it is asked for.

    OSError or ValueError where they are kept in a way not known here.
    """
    return b"git %s %s" % (_commit(git) if git else b"", _index(index) if index else b"")


def _commit(git: bytes) -> bytes:
    """What HEAD says, and what the branch that it names says."""
    head = _content(os.path.join(git, b"HEAD"))
    if not head.startswith(b"ref: "):
        return head
    try:
        commit = _content(os.path.join(git, head[5:].strip()))
    except FileNotFoundError:
        return head + _content(os.path.join(git, b"packed-refs"))
    if commit.startswith(b"ref:"):
        raise ValueError("a branch that stands for another")
    return head + commit


def _index(path: bytes) -> bytes:
    """The checksum at the end of git's index; ValueError where git was told to leave it out."""
    fd = os.open(path, _FLAGS)
    try:
        size = os.lseek(fd, 0, os.SEEK_END)
        os.lseek(fd, max(0, size - 20), os.SEEK_SET)
        end = os.read(fd, 20)
    finally:
        os.close(fd)
    if not end.strip(b"\0"):
        raise ValueError("no checksum")
    return b"%d " % size + end


LARGEST = 1 << 24

# a pipe in place of a file of git's is not waited for
_FLAGS = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)


def _content(path: bytes) -> bytes:
    fd = os.open(path, _FLAGS)
    try:
        found = os.read(fd, LARGEST + 1)
    finally:
        os.close(fd)
    if not found or len(found) > LARGEST:
        raise ValueError("not what git writes")
    return found
