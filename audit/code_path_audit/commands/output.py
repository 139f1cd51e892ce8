"""Where the output goes, and what it looks like: results to stdout, all else to stderr."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from code_path_audit.errors import EXIT_OK, AuditError, inert, printable

if TYPE_CHECKING:
    from code_path_audit.config import Config
    from code_path_audit.program.model import Program
    from code_path_audit.store.pack import Store

PROG = "code-path-audit"
PIPE_WIDTH = 160
MAX_NOTES = 50


class Basis(NamedTuple):
    """What an audit came from: its configuration, the store, the paths of the files whose size was asked for; and the
    messages that were told, each with its line end."""

    config: Config
    store: Store
    sizes: tuple[str, ...]
    messages: tuple[str, ...]


class Output(NamedTuple):
    """What a command ends with: the text for stdout, the exit code; of an audit, what that came from."""

    text: str
    exit_code: int = EXIT_OK
    basis: Basis | None = None


def write(text: str) -> None:
    """Text to stdout, now: a full disk or a closed pipe shows here, and not when the interpreter ends."""
    if sys.stdout is None and text:
        raise AuditError("output", "cannot write the output: it is closed", "stdout")
    try:
        # a name that the terminal's encoding lacks is no reason to fail
        reconfigure: Callable[..., None] | None = getattr(sys.stdout, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")
        print(text, end="", flush=True)
    except BrokenPipeError:
        raise
    except (OSError, ValueError) as error:
        abandon_stdout()
        what = getattr(error, "strerror", None) or error
        raise AuditError("output", f"cannot write the output: {what}", "stdout") from error


def abandon_stdout() -> None:
    """Let what is still buffered go nowhere: it must not fail again when the interpreter ends."""
    with suppress(OSError, ValueError, AttributeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def note(text: str) -> None:
    """One message to stderr; where even that is closed, the exit code has to do."""
    with suppress(OSError, ValueError, AttributeError):
        # not print, which would take stdout then
        sys.stderr.write(f"{PROG}: {inert(text)}\n")
        sys.stderr.flush()


def tell_skipped(program: Program) -> tuple[str, ...]:
    """The files that were not read, a line each, told; as messages with their line ends."""
    texts = []
    for skip in program.skipped[:MAX_NOTES]:
        line = f":{skip.line}" if skip.line else ""
        texts.append(f"skipped {printable(skip.path)}{line}: {printable(skip.reason)}")
    if len(program.skipped) > MAX_NOTES:
        texts.append(f"skipped {len(program.skipped) - MAX_NOTES:,} more; callgraph --format json lists all")
    for text in texts:
        note(text)
    return tuple(f"{PROG}: {text}\n" for text in texts)


def width() -> int:
    """The terminal's width; in a pipe a fixed one, so that the same source gives the same text."""
    from shutil import get_terminal_size

    return get_terminal_size().columns if sys.stdout is not None and sys.stdout.isatty() else PIPE_WIDTH
