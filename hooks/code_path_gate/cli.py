"""The command line of the gate: reads arguments, the clock and the environment, and prints. Results go to stdout."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from code_path_audit.commands.arguments import NothingEmpty
from code_path_audit.commands.output import abandon_stdout, write
from code_path_audit.errors import (
    EXIT_BUG,
    EXIT_ERROR,
    EXIT_INTERRUPTED,
    EXIT_OK,
    AuditError,
    folder_is_gone,
    printable,
)
from code_path_gate.replay.save import begun, keep

if TYPE_CHECKING:
    from code_path_gate.commands.dispatch import Answer

PROG = "code-path-gate"
SHELLS = ("bash", "zsh", "fish", "tcsh")
SCHEMAS = ("baseline", "acceptance", "check")
"""Keys of `formats.schemas.SCHEMAS`, which is not imported to make a parser."""
FORMATS = ("text", "json", "markdown", "github", "sarif")
DEBUG = "CODE_PATH_AUDIT_DEBUG"


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; never raises."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    options: argparse.Namespace | None = None
    try:
        options = _parser().parse_args(arguments)
        options.arguments = arguments
        code: int = options.run(options)
        return code
    except SystemExit as stop:  # argparse: --help, --version, a usage error
        return stop.code if isinstance(stop.code, int) else EXIT_ERROR
    except AuditError as error:
        if getattr(options, "format", "") == "github":
            from code_path_gate.formats.github import error_annotation

            # what cannot be written there is told below all the same
            with suppress(AuditError, BrokenPipeError):
                write(error_annotation(error))
        _note(f"error: {error}")
        return error.exit_code
    except BrokenPipeError:
        # the reader has seen enough; the verdict did not arrive whole, so this is no pass
        abandon_stdout()
        return EXIT_ERROR
    except KeyboardInterrupt:
        _note("interrupted")
        return EXIT_INTERRUPTED
    except Exception as error:
        if expected := folder_is_gone(error):
            _note(f"error: {expected}")
            return expected.exit_code
        if os.environ.get(DEBUG):
            import traceback

            traceback.print_exc()
        _note(
            f"a bug of ours: {type(error).__name__}: {str(error)[:300]}. "
            f"Please report it, with what you ran; {DEBUG}=1 shows where it happened. [bug]"
        )
        return EXIT_BUG


class _Parser(NothingEmpty):
    """Usage errors in the form of all others."""

    def error(self, message: str) -> NoReturn:
        from code_path_audit.commands.arguments import with_choices

        self.print_usage(sys.stderr)
        self.exit(EXIT_ERROR, f"{PROG}: error: {printable(with_choices(self, message))} [usage]\n")


def _parser() -> _Parser:
    parser = _Parser(
        prog=PROG,
        description="Hold what actions cost against their committed baselines.",
        epilog="exit codes: 0 clean; 1 drift; 2 error; 3 baseline out of date; 101 a bug of ours; 130 interrupted",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="show the version and exit")
    commands = parser.add_subparsers(metavar="COMMAND", required=True, parser_class=_Parser)
    _add_check(commands)
    _add_refresh(commands)
    _add_report(commands)
    _add_schema(commands)
    _add_completion(commands)
    return parser


def _add_check(commands: argparse._SubParsersAction[_Parser]) -> None:
    parser = commands.add_parser(
        "check",
        allow_abbrev=False,
        help="compare with the baselines",
        description="Compare with the baselines. Writes nothing.",
    )
    state = parser.add_mutually_exclusive_group()
    state.add_argument("--staged", action="store_true", help="check git's index, as a commit would take it")
    state.add_argument("--rev", metavar="REV", help="check a commit (default: the working tree)")
    parser.add_argument(
        "--base",
        metavar="REV",
        help="also trace the merge base with REV: tells whose doing it is",
    )
    _add_actions(parser)
    parser.add_argument(
        "--strict", action="store_true", help="a baseline that holds more than the code does is an error"
    )
    parser.add_argument("--format", choices=FORMATS, default="text", help="default: text")
    parser.add_argument(
        "--explain", action="store_true", help="the long form of the text: everything about every finding"
    )
    _add_work(parser)
    parser.set_defaults(run=_check)


def _add_refresh(commands: argparse._SubParsersAction[_Parser]) -> None:
    parser = commands.add_parser(
        "refresh",
        allow_abbrev=False,
        help="rewrite baselines",
        description="Make baselines anew from the working tree.",
    )
    _add_actions(parser)
    part = parser.add_mutually_exclusive_group()
    part.add_argument("--accept", metavar="OP_ID", default="", help="accept this one op, and change nothing else")
    part.add_argument("--diff", action="store_true", help="show what a refresh would change, and write nothing")
    part.add_argument("--shrink-only", action="store_true", help="take what became lighter, admit nothing")
    parser.add_argument("--reason", metavar="TEXT", default="", help="with --accept: why the cost is worth it")
    parser.add_argument(
        "--until", metavar="DATE", default="", help="with --accept: the last day it holds, like 2027-01-31"
    )
    _add_work(parser)
    parser.set_defaults(run=_refresh)


def _add_report(commands: argparse._SubParsersAction[_Parser]) -> None:
    parser = commands.add_parser(
        "report",
        allow_abbrev=False,
        help="write the dated report",
        description="Write the dated report, and the history beside it.",
    )
    parser.add_argument("--date", metavar="YYYY-MM-DD", help="default: SOURCE_DATE_EPOCH, else today")
    parser.add_argument("--output", metavar="DIR", type=Path, help="default: the report folder of the configuration")
    _add_work(parser)
    parser.set_defaults(run=_report)


def _add_schema(commands: argparse._SubParsersAction[_Parser]) -> None:
    parser = commands.add_parser(
        "schema",
        allow_abbrev=False,
        help="print a JSON Schema",
        description="Print the JSON Schema of a baseline, of one acceptance, or of what check --format json prints.",
    )
    parser.add_argument("name", metavar="NAME", choices=SCHEMAS, help=f"one of: {', '.join(SCHEMAS)}")
    parser.set_defaults(run=_schema)


def _add_completion(commands: argparse._SubParsersAction[_Parser]) -> None:
    parser = commands.add_parser(
        "completion",
        allow_abbrev=False,
        help="what a shell completes with",
        description="Print what a shell completes commands and options with.",
    )
    parser.add_argument("shell", metavar="SHELL", choices=SHELLS, help=f"one of: {', '.join(SHELLS)}")
    parser.set_defaults(run=_completion)


def _add_actions(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--action",
        metavar="NAME",
        action="append",
        default=[],
        help="this action alone (default: all); can be repeated",
    )


def _add_work(parser: argparse.ArgumentParser) -> None:
    from code_path_audit.commands.working import add_cache, add_workers

    add_cache(parser)
    add_workers(parser)


class _Version(argparse.Action):
    """--version; reading the version takes an import that no other command needs."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from code_path_gate.commands.dispatch import tool_version

        write(f"{PROG} {tool_version()}\n")
        parser.exit()


def _check(options: argparse.Namespace) -> int:
    import datetime

    from code_path_audit.commands.working import working
    from code_path_gate.commands.dispatch import check_command
    from code_path_gate.states.comparison import CheckOptions

    with working(options, _note) as work:
        before = begun(options.arguments, options.staged)
        actions = tuple(dict.fromkeys(options.action))
        wanted = CheckOptions(options.staged, options.rev or "", options.base or "", actions, options.strict)
        today = datetime.date.today()
        answer = check_command(wanted, options.format, options.explain, Path.cwd(), os.environ, today, work)
    keep(options.arguments, options.staged, before, answer)
    if options.format == "text":
        answer = answer._replace(out=for_terminal(answer.out))
    return _show(answer)


def _refresh(options: argparse.Namespace) -> int:
    import datetime

    from code_path_audit.commands.working import working
    from code_path_gate.commands.dispatch import refresh_command
    from code_path_gate.commands.refresh import RefreshOptions

    actions = tuple(dict.fromkeys(options.action))
    wanted = RefreshOptions(actions, options.accept, options.reason, options.until, options.shrink_only, options.diff)
    with working(options, _note) as how:
        answer = refresh_command(wanted, Path.cwd(), os.environ, datetime.date.today(), how)
    if options.diff:
        answer = answer._replace(out=for_terminal(answer.out, is_patch=True))
    return _show(answer)


def _report(options: argparse.Namespace) -> int:
    from code_path_audit.commands.working import working
    from code_path_gate.commands.dispatch import report_command

    with working(options, _note) as how:
        answer = report_command(Path.cwd(), os.environ, options.date or "", options.output, how)
    return _show(answer)


def _schema(options: argparse.Namespace) -> int:
    import json

    from code_path_gate.formats import schemas

    write(json.dumps(schemas.SCHEMAS[options.name](), indent=2) + "\n")
    return EXIT_OK


def _completion(options: argparse.Namespace) -> int:
    from code_path_audit.commands.completion import script

    write(script(_parser(), options.shell))
    return EXIT_OK


def for_terminal(text: str, is_patch: bool = False) -> str:
    """The text of a check, or a patch, as stdout shows it."""
    from code_path_audit.colors import is_colored

    if not is_colored(sys.stdout):
        return text
    from code_path_gate.formats.paint import in_colors, patch_in_colors

    return patch_in_colors(text) if is_patch else in_colors(text)


def _show(answer: Answer) -> int:
    write(answer.out)
    if answer.note:
        _note(answer.note)
    return answer.code


def _note(text: str) -> None:
    # where even that is closed, the exit code has to do
    with suppress(OSError, ValueError, AttributeError):
        sys.stderr.write(f"{PROG}: {printable(text)}\n")


if __name__ == "__main__":
    sys.exit(main())
