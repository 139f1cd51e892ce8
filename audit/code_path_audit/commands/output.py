"""Where the output goes, and what it looks like: results to stdout, all else to stderr."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from code_path_audit.errors import EXIT_OK, AuditError, printable

if TYPE_CHECKING:
    from code_path_audit.program.model import Program

PROG = "code-path-audit"
PIPE_WIDTH = 160
MAX_NOTES = 50


class Output(NamedTuple):
    """What a command ends with: the text for stdout, the exit code."""

    text: str
    exit_code: int = EXIT_OK


def write(text: str) -> None:
    """Text to stdout, now: a full disk or a closed pipe shows here, and not when the interpreter ends."""
    try:
        # a name that the terminal's encoding lacks is no reason to fail
        reconfigure: Callable[..., None] | None = getattr(sys.stdout, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")
        print(text, end="", flush=True)
    except BrokenPipeError:
        raise
    except OSError as error:
        abandon_stdout()
        raise AuditError("output", f"cannot write the output: {error.strerror}", "stdout") from error


def abandon_stdout() -> None:
    """Let what is still buffered go nowhere: it must not fail again when the interpreter ends."""
    with suppress(OSError, ValueError, AttributeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def note(text: str) -> None:
    """One message to stderr; where even that is closed, the exit code has to do."""
    with suppress(OSError, ValueError):
        print(f"{PROG}: {text}", file=sys.stderr, flush=True)


def tell_skipped(program: Program) -> None:
    """The files that were not read, a line each."""
    for skip in program.skipped[:MAX_NOTES]:
        line = f":{skip.line}" if skip.line else ""
        note(f"skipped {printable(skip.path)}{line}: {printable(skip.reason)}")
    if len(program.skipped) > MAX_NOTES:
        note(f"skipped {len(program.skipped) - MAX_NOTES:,} more; callgraph --format json lists all")


def color() -> bool:
    """Whether stdout is a terminal that is to be coloured."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def width() -> int:
    """The terminal's width; in a pipe a fixed one, so that the same source gives the same text."""
    from shutil import get_terminal_size

    return get_terminal_size().columns if sys.stdout.isatty() else PIPE_WIDTH
