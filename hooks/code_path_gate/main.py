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

from code_path_audit.store import single
from code_path_audit.store.folder import store_folder
from code_path_gate.replay.record import Record, can_replay, git_says, key_of, sums_of

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


def replayed(arguments: "Sequence[str]") -> tuple[int, str] | None:
    """The exit code and the output of the same check, if nothing has changed since that matters."""
    if not can_replay(arguments):
        return None
    started = time.time_ns()
    try:
        folder, _ = store_folder(_cache_option(arguments), os.environ, ())
        if not folder:
            return None
        key = key_of(arguments)
        found = single.read(folder, key)
        if found is None:
            return None
        record = Record(found)
        if record.key != key or git_says(record.git, record.index) != record.known:
            return None
        sums = sums_of(record)
        if sums != record.sums:
            from code_path_gate.replay.harmless_edits import holds

            if not holds(record, sums, started, folder):
                return None
        return record.code, record.text.decode("utf-8", "surrogatepass")
    except (OSError, ValueError, TypeError, OverflowError):
        return None


def _cache_option(arguments: "Sequence[str]") -> str | None:
    """What `--cache-dir` says."""
    for index, word in enumerate(arguments):
        name, equals, value = word.partition("=")
        if name == "--cache-dir":
            return value if equals else arguments[index + 1] if index + 1 < len(arguments) else None
    return None


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
