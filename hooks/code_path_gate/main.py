"""The way in: a check of which nothing has changed since the last one is answered from what that one said.

So this file and all that it imports are on the path of every check: it loads next to nothing, not even `__future__`, so
some annotations are quoted. What a check depends on is written down when it ends: the files and folders that it could
have read, with their sizes and times, and for git the commit and the index (`watched` says which). Where a file is not
as it was, `again` says whether that is known to be harmless. Anything else leads to the whole program, which finds out
what it means.
"""

import os
import sys

from code_path_gate.replay.lookup import replayed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


def main(argv: "Sequence[str] | None" = None) -> int:
    """Run one command and return its exit code; never raises."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    answer = replayed(arguments)
    if answer is None:
        from code_path_gate.cli import main as run

        return run(arguments)
    return _said(*answer)


def command() -> int:
    """`main` for a process that ends with it."""
    answer = replayed(sys.argv[1:])
    if answer is None:
        from code_path_gate.cli import main as run

        return run()
    code = _said(*answer)
    # nothing is left that the interpreter would have to put in order, which takes it a tenth of the time
    os._exit(code)


def _said(code: int, text: str) -> int:
    """Says an answer; the exit code."""
    try:
        # what a terminal cannot show must not end in a traceback
        encoding = sys.stdout.encoding or "utf-8"
        sys.stdout.write(text.encode(encoding, "backslashreplace").decode(encoding))
        sys.stdout.flush()
    except (OSError, ValueError) as error:
        # the reader has gone, or the disk is full: the verdict did not arrive whole, so this is no pass
        _abandon_stdout()
        if not isinstance(error, BrokenPipeError) and sys.stderr:
            what = getattr(error, "strerror", None) or error
            sys.stderr.write(f"code-path-gate: error: stdout: cannot write the output: {what} [output]\n")
            sys.stderr.flush()
        return 2
    return code


def _abandon_stdout() -> None:
    """What is still buffered must not fail again when the interpreter ends."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    except OSError:
        return


if __name__ == "__main__":
    sys.exit(command())
