"""The command line: from arguments to a command of `commands`, and from each kind of end to an exit code.

Every command is a function of its arguments that returns the text to print; nothing is printed before all of it is
made, so that a failure leaves nothing behind.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable, Sequence

from code_path_audit.commands import (
    calibrate,
    callgraph,
    completion,
    contingency,
    explain,
    init,
    libraries,
    mcp,
    prune,
    record,
    report,
    schema,
    trace,
)
from code_path_audit.commands.arguments import Parser
from code_path_audit.commands.kept_answer import keep
from code_path_audit.commands.output import Output, abandon_stdout, note, write
from code_path_audit.config import nearest
from code_path_audit.errors import (
    EXIT_BUG,
    EXIT_ERROR,
    EXIT_INTERRUPTED,
    EXIT_OK,
    AuditError,
    as_written,
    folder_is_gone,
    inert,
)

DEBUG = "CODE_PATH_AUDIT_DEBUG"
"""Set in the environment: a bug shows its traceback. It changes no result."""

COMMANDS: dict[str, tuple[Callable[[], Parser], Callable[[argparse.Namespace], str | Output]]] = {
    "init": (init.parser, init.run),
    "callgraph": (callgraph.parser, callgraph.run),
    "explain": (explain.parser, explain.run),
    "libraries": (libraries.parser, libraries.run),
    "report": (report.parser, report.run),
    "record": (record.parser, record.run),
    "mcp": (mcp.parser, mcp.run),
    "completion": (completion.parser, lambda options: completion.run(options, _parsers())),
    "schema": (schema.parser, schema.run),
    "calibrate": (calibrate.parser, calibrate.run),
    "prune": (prune.parser, prune.run),
    "contingency": (contingency.parser, contingency.run),
}
"""A text stands for success."""


def _parsers() -> dict[str, Callable[[], Parser]]:
    return {name: made for name, (made, _) in COMMANDS.items()}


def main(argv: Sequence[str] | None = None, key: bytes = b"") -> int:
    """Run one command and return its exit code; never raises. Its answer is kept under a key, if there is one."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    started = time.time_ns()
    try:
        output = _command(arguments)
        output = output._replace(text=inert(output.text))
        write(output.text)
        keep(key, started, output)
        return output.exit_code
    except SystemExit as stop:  # argparse: --help, --version, a usage error
        return stop.code if isinstance(stop.code, int) else EXIT_ERROR
    except AuditError as error:
        note(f"error: {error}")
        return error.exit_code
    except BrokenPipeError:
        # the reader has seen enough; what is still buffered must not fail again when the interpreter ends
        abandon_stdout()
        return EXIT_OK
    except KeyboardInterrupt:
        note("interrupted")
        return EXIT_INTERRUPTED
    except Exception as error:
        if expected := folder_is_gone(error):
            note(f"error: {expected}")
            return expected.exit_code
        if os.environ.get(DEBUG):
            import traceback

            traceback.print_exc()
        what = f"a bug of ours: {type(error).__name__}: {str(error)[:300]}"
        todo = f"Please report it, with what you ran; {DEBUG}=1 shows where it happened."
        note(f"error: {AuditError('bug', what, todo=todo)}")
        return EXIT_BUG


def _command(arguments: list[str]) -> Output:
    """What a command line asks for."""
    parser, run = trace.parser, trace.run
    if arguments and not arguments[0].startswith("-"):
        name, arguments = arguments[0], arguments[1:]
        if name not in COMMANDS:
            known = ", ".join(COMMANDS)
            trace.parser().error(
                f"no command is called {as_written(name)}{nearest(name, COMMANDS)} (commands: {known})"
            )
        parser, run = COMMANDS[name]  # type: ignore[assignment]
    found = run(parser().parse_args(arguments))
    return Output(found) if isinstance(found, str) else found
