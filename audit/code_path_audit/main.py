"""The way in: an audit of which nothing has changed since the last one is answered with what that one said.

So this file and all that it imports are on the path of every audit: it loads next to nothing, not even `__future__`.
What an audit depends on is written down when it ends (`commands.kept_answer`). Anything else leads to the whole
program.
"""

import os
import sys
import time

from code_path_audit.replay import cache_option, said
from code_path_audit.replay import replayed as kept
from code_path_audit.replay.record import FORMAT
from code_path_audit.search_path import interruptible
from code_path_audit.store.folder import store_folder

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

PROG = "code-path-audit"

REPLAYABLE_OPTIONS = frozenset(
    ("--action", "--depth", "--evidence", "--json", "--markdown", "--mermaid", "--cache-dir", "--workers")
)
"""Options of an audit, and of `explain`, that can be answered so; sources that are named may lie anywhere."""

HEAD = 40
"""Bytes in which the first line of an answer ends: the size of its messages, and whether it is plain."""

SEEN_VARIABLES = ("COLUMNS", "FORCE_COLOR", "HOME", "LC_ALL", "LC_CTYPE", "LANG", "NO_COLOR", "TERM")
"""What of the environment an audit depends on."""


def main(argv: "Sequence[str] | None" = None) -> int:
    """Run one command and return its exit code; never raises."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    key = key_of(arguments)
    answer = replayed(arguments, key)
    if answer is None:
        from code_path_audit.cli import main as run

        return run(arguments, key)
    return said(PROG, 0, *answer)


def command() -> int:
    """`main` for a process that ends with it."""
    return interruptible(PROG, _command)


def _command() -> int:
    arguments = sys.argv[1:]
    key = key_of(arguments)
    answer = replayed(arguments, key)
    if answer is None:
        from code_path_audit.cli import main as run
        from code_path_audit.processes import last_work

        return last_work(lambda: run(arguments, key))
    code = said(PROG, 0, *answer)
    # nothing is left that the interpreter would have to put in order, which takes it a tenth of the time
    os._exit(code)


def replayed(arguments: "Sequence[str]", key: bytes) -> "tuple[memoryview, bool] | None":
    """The output of the same audit, and whether it is plain (`said`), if nothing has changed since that matters; its
    messages go to stderr."""
    if not key:
        return None
    started = time.time_ns()
    try:
        folder, _ = store_folder(cache_option(arguments), os.environ, ())
        found = kept(folder, key, started, nothing_else) if folder else None
        if found is None:
            return None
        head = bytes(found.text[:HEAD])
        begin = head.index(b"\n") + 1
        size, plain = map(int, head[:begin].split())
        end = begin + size
        if end > begin and sys.stderr:
            sys.stderr.write(bytes(found.text[begin:end]).decode("utf-8", "replace"))
            sys.stderr.flush()
        return found.text[end:], bool(plain)
    except (OSError, ValueError, TypeError, OverflowError):
        return None


def nothing_else(git: bytes, index: bytes) -> bytes:
    """An audit depends on files alone."""
    return b""


def key_of(arguments: "Sequence[str]") -> bytes:
    """Under which the answer to a command is kept: where it was asked, how it is shown, and by which program.

    b"" for a command that is no audit of what the configuration says.
    """
    is_audit = not arguments or arguments[0].startswith("-") or arguments[0] == "explain"
    options = [word.partition("=")[0] for word in arguments if word.startswith("-")]
    if not is_audit or not all(option in REPLAYABLE_OPTIONS for option in options):
        return b""
    environ = os.environ
    seen = [(name, environ.get(name)) for name in SEEN_VARIABLES]
    try:
        # in a terminal the width and the colours count
        shown = tuple(os.get_terminal_size(1)) if os.isatty(1) else ()
        where = ("audit", FORMAT, os.getcwd(), list(arguments), seen, shown, sys.getfilesystemencoding(), sys.path)
    except OSError:
        return b""
    program = (os.path.dirname(os.path.abspath(__file__)), sys.version, sys.platform)
    return repr((*where, *program)).encode("utf-8", "backslashreplace")


if __name__ == "__main__":
    sys.exit(command())
