"""The answer that was given before, where nothing that it depends on has changed since.

On the path of every check and of every audit: it loads next to nothing, and some annotations are quoted. What an answer
depends on is written down when it was made (`save`): the files and folders that it could have come from
(`dependencies`), with their sizes and times. Where a file is not as it was, `harmless_edits` says whether that is known
to change nothing. The functions are here, and in no file of their own, since each file on that path costs every check.
"""

import os
import sys

from code_path_audit.replay.record import Record, sums_of
from code_path_audit.store import single

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def replayed(folder: str, key: bytes, started: int, says: "Callable[[bytes, bytes], bytes]") -> "Record | None":
    """The record of the answer that is kept for a key, if all that it depends on is as it was.

    `folder` is that of the store, `started` the time in nanoseconds since 1970; `says` is what is to be equal to
    `Record.known`, of `Record.git` and `Record.index`. OSError, ValueError, TypeError or OverflowError may mean the
    same as None.
    """
    found = single.read(folder, key)
    if found is None:
        return None
    record = Record(found)
    if record.key != key or says(record.git, record.index) != record.known:
        return None
    sums = sums_of(record)
    if sums != record.sums:
        from code_path_audit.replay.harmless_edits import holds

        if not holds(record, sums, started, folder):
            return None
    return record


def cache_option(arguments: "Sequence[str]") -> "str | None":
    """What `--cache-dir` says."""
    for index, word in enumerate(arguments):
        name, equals, value = word.partition("=")
        if name == "--cache-dir":
            return value if equals else arguments[index + 1] if index + 1 < len(arguments) else None
    return None


def said(program: str, code: int, data: "bytes | memoryview", plain: bool = False) -> int:
    """Says an answer, as `Record.text` has it; the exit code. `plain`: no byte of it is 0xED, which half characters
    begin with."""
    if sys.stdout is None:
        return _unsaid(program, "it is closed")
    try:
        encoding = sys.stdout.encoding or "utf-8"
        raw = getattr(sys.stdout, "buffer", None)  # who calls `main` may have put anything there
        plain = plain or b"\xed" not in bytes(data)
        if raw is not None and encoding.lower() == "utf-8" and os.linesep == "\n" and plain:
            # as it is: megabytes of JSON would be decoded and encoded again
            sys.stdout.flush()
            raw.write(data)
        else:
            # what a terminal cannot show must not end in a traceback
            text = bytes(data).decode("utf-8", "surrogatepass")
            sys.stdout.write(text.encode(encoding, "backslashreplace").decode(encoding))
        sys.stdout.flush()
    except (OSError, ValueError) as error:
        # the reader has gone, or the disk is full: the answer did not arrive whole, so this is no pass
        _abandon_stdout()
        return 2 if isinstance(error, BrokenPipeError) else _unsaid(program, getattr(error, "strerror", None) or error)
    return code


def _unsaid(program: str, what: object) -> int:
    """Tells that the answer could not be told; the exit code."""
    try:
        if sys.stderr is not None:
            sys.stderr.write(f"{program}: error: cannot write the output: {what} (stdout). [output]\n")
            sys.stderr.flush()
    except (OSError, ValueError):
        pass
    return 2


def _abandon_stdout() -> None:
    """What is still buffered must not fail again when the interpreter ends."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    except OSError:
        return
