"""The way in: a check of which nothing has changed since the last one is answered from what that one said.

So this file and all that it imports are on the path of every check: it loads next to nothing, not even `__future__`, so
some annotations are quoted. What a check depends on is written down when it ends (`replay.save`): the files and folders
that it could have read (`replay.dependencies`), with their sizes and times, and for git the commit and the index. Where
a file is not as it was, `replay.harmless_edits` says whether that is known to change nothing. Anything else leads to
the whole program, which finds out what it means.
"""

import os
import sys
import time

from code_path_audit.replay import cache_option, said
from code_path_audit.replay import replayed as kept
from code_path_audit.search_path import interruptible
from code_path_audit.store.folder import store_folder
from code_path_gate.asked import can_replay, git_says, key_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

PROG = "code-path-gate"


def main(argv: "Sequence[str] | None" = None) -> int:
    """Run one command and return its exit code; never raises."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    answer = replayed(arguments)
    if answer is None:
        from code_path_gate.cli import main as run

        return run(arguments)
    return said(PROG, *answer)


def command() -> int:
    """`main` for a process that ends with it."""
    return interruptible(PROG, _command)


def _command() -> int:
    answer = replayed(sys.argv[1:])
    if answer is None:
        from code_path_audit.processes import last_work
        from code_path_gate.cli import main as run

        return last_work(run)
    code = said(PROG, *answer)
    # nothing is left that the interpreter would have to put in order, which takes it a tenth of the time
    os._exit(code)


def replayed(arguments: "Sequence[str]") -> tuple[int, bytes] | None:
    """The exit code and the output of the same check, if nothing has changed since that matters."""
    if not can_replay(arguments):
        return None
    started = time.time_ns()
    try:
        folder, _ = store_folder(cache_option(arguments), os.environ, ())
        found = kept(folder, key_of(arguments), started, git_says) if folder else None
        return None if found is None else (found.code, _for_terminal(bytes(found.text)))
    except (OSError, ValueError, TypeError, OverflowError):
        return None


def _for_terminal(text: bytes) -> bytes:
    """An answer as stdout shows it: in colours, where it is text and there are any."""
    may_be = os.environ.get("FORCE_COLOR") or (sys.stdout is not None and sys.stdout.isatty())
    if not may_be or not text.startswith(b"code-path-gate: "):
        return text
    from code_path_audit.colors import is_colored
    from code_path_gate.formats.paint import in_colors

    if not is_colored(sys.stdout):
        return text

    return in_colors(text.decode("utf-8", "surrogatepass")).encode("utf-8", "surrogatepass")


if __name__ == "__main__":
    sys.exit(command())
