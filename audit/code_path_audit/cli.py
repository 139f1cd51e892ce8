"""The command line: reads arguments, calls the pipeline, prints. Results go to stdout, all else to stderr.

Every command is a function of its arguments that returns the text to print; nothing is printed before all of it is
made, so that a failure leaves nothing behind. `main` turns each kind of end into its exit code.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from code_path_audit.config import (
    TABLE,
    ActionConfig,
    Config,
    default_config,
    find_action,
    find_config,
    load_config,
    nearest,
    require_actions,
)
from code_path_audit.errors import EXIT_BUG, EXIT_ERROR, EXIT_INTERRUPTED, EXIT_OK, AuditError, printable

if TYPE_CHECKING:
    from code_path_audit.profiles.model import ActionProfile
    from code_path_audit.program.model import Program

PROG = "code-path-audit"
REPORT_FOLDER = "docs/reports/code_path_audit"
PIPE_WIDTH = 160
MAX_NOTES = 50
DEBUG = "CODE_PATH_AUDIT_DEBUG"
"""Set in the environment: a bug shows its traceback. It changes no result."""

GRAPH_FORMATS = ("json", "pycg", "dot", "mermaid")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; never raises."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    try:
        _write(_command(arguments))
        return EXIT_OK
    except SystemExit as stop:  # argparse: --help, --version, a usage error
        return stop.code if isinstance(stop.code, int) else EXIT_ERROR
    except AuditError as error:
        _note(f"error: {error}")
        return error.exit_code
    except BrokenPipeError:
        # the reader has seen enough; what is still buffered must not fail again when the interpreter ends
        _abandon_stdout()
        return EXIT_OK
    except KeyboardInterrupt:
        _note("interrupted")
        return EXIT_INTERRUPTED
    except Exception as error:
        if os.environ.get(DEBUG):
            import traceback

            traceback.print_exc()
        what = f"a bug of ours: {type(error).__name__}: {str(error)[:300]}"
        todo = f"Please report it, with what you ran; {DEBUG}=1 shows where it happened."
        _note(f"error: {AuditError('bug', what, todo=todo)}")
        return EXIT_BUG


def _command(arguments: list[str]) -> str:
    """The text that a command line asks for."""
    if not arguments or arguments[0].startswith("-"):
        return _trace(_trace_parser().parse_args(arguments))
    name, rest = arguments[0], arguments[1:]
    if name not in COMMANDS:
        known = ", ".join(COMMANDS)
        _trace_parser().error(f"no command is called {name!r}{nearest(name, COMMANDS)} (commands: {known})")
    parser, run = COMMANDS[name]
    return run(parser().parse_args(rest))


# --------------------------------------------------------------------------------------------------------- arguments


class _Parser(argparse.ArgumentParser):
    """Usage errors in the form of all others."""

    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        self.exit(EXIT_ERROR, f"{PROG}: error: {AuditError('usage', message)}\n")


def _parser(command: str, description: str, epilog: str = "") -> _Parser:
    return _Parser(
        prog=f"{PROG} {command}".rstrip(),
        description=description,
        epilog=epilog,
        allow_abbrev=False,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )


def _trace_parser() -> _Parser:
    parser = _parser(
        "",
        "Trace actions: which expensive operations each one reaches, along which path, how often, on how much data.",
        "commands, each with a --help of its own:\n"
        "  callgraph   who calls whom, in the whole source or from the functions of given files\n"
        "  explain     one operation at length, by its id\n"
        f"  report      all actions as files, below {REPORT_FOLDER}\n\n"
        f"Actions are declared in pyproject.toml, in tables [{TABLE}.actions.NAME] with entry_points.",
    )
    _add_selection(parser)
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="one action: its profile; several: an object by action name")
    form.add_argument("--markdown", action="store_true", help="the profiles as Markdown")
    form.add_argument("--mermaid", action="store_true", help="the calls of one action as a Mermaid flowchart")
    parser.add_argument("--version", action=_Version, nargs=0, help="show the version and exit")
    return parser


def _add_selection(parser: argparse.ArgumentParser) -> None:
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--action", metavar="NAME", help="a declared action (default: all of them)")
    which.add_argument(
        "--entry",
        metavar="FQNAME",
        action="append",
        default=[],
        help="an entry point, with no action declared: function, glob, module or module:function; can be repeated",
    )
    parser.add_argument(
        "--source",
        metavar="DIR",
        action="append",
        default=[],
        help="with --entry: a source root, with no configuration read; can be repeated",
    )
    parser.add_argument("--depth", metavar="N", type=_depth, help="follow at most N calls from an entry point")


def _callgraph_parser() -> _Parser:
    parser = _parser("callgraph", "Who calls whom: all of the source, or what the functions of FILES reach.")
    parser.add_argument(
        "--source", metavar="DIR", action="append", default=[], help="a source root, with no configuration read"
    )
    parser.add_argument("--format", choices=GRAPH_FORMATS, default="json", help="default: json")
    parser.add_argument("files", metavar="FILES", nargs="*", help="Python files to start from")
    return parser


def _explain_parser() -> _Parser:
    parser = _parser("explain", "One operation at length: what it weighs and why, and how each action comes to it.")
    _add_selection(parser)
    parser.add_argument("op_id", metavar="OP_ID", help="its id, or the beginning of it")
    return parser


def _report_parser() -> _Parser:
    parser = _parser("report", "Write the dated report on all actions: JSON, Markdown, Mermaid, HTML.")
    parser.add_argument("--date", metavar="YYYY-MM-DD", help="default: SOURCE_DATE_EPOCH, else today")
    parser.add_argument("--output", metavar="DIR", type=Path, help=f"default: {REPORT_FOLDER} in the project")
    return parser


class _Version(argparse.Action):
    """--version; reading the version takes an import that no other command needs."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from importlib.metadata import PackageNotFoundError, version

        try:
            text = version(PROG)
        except PackageNotFoundError:
            text = "(not installed)"
        _write(f"{PROG} {text}\n")
        parser.exit()


def _depth(text: str) -> int:
    if text.isascii() and text.isdigit() and len(text) <= 9:
        return int(text)
    raise argparse.ArgumentTypeError(f"expected a number of calls, 0 or more, found {text!r}")


# ---------------------------------------------------------------------------------------------------------- commands


def _trace(options: argparse.Namespace) -> str:
    from code_path_audit.reports.json_report import profile_to_dict, to_json
    from code_path_audit.reports.markdown import profile_markdown
    from code_path_audit.reports.mermaid import flowchart
    from code_path_audit.reports.terminal import summary_text

    _, profiles = _profiles(options)
    if options.json:
        documents = {profile.action.name: profile_to_dict(profile) for profile in profiles}
        return to_json(documents if len(documents) > 1 else next(iter(documents.values())))
    if options.markdown:
        return "\n".join(profile_markdown(profile) for profile in profiles)
    if options.mermaid:
        if len(profiles) > 1:
            names = ", ".join(profile.action.name for profile in profiles)
            raise AuditError(
                "one-action", "a flowchart shows one action", "--mermaid", f"Add --action, one of: {names}."
            )
        return flowchart(profiles[0])
    return summary_text(profiles, width=_width(), color=_color())


def _explain(options: argparse.Namespace) -> str:
    from code_path_audit.reports.explain import explain_op, find_op

    _, profiles = _profiles(options)
    return "\n".join(explain_op(profile, op) for profile, op in find_op(profiles, options.op_id))


def _callgraph(options: argparse.Namespace) -> str:
    from code_path_audit import pipeline
    from code_path_audit.reports.graph_formats import FORMATS, functions_of

    files = [Path(name) for name in options.files]
    if options.source:
        config = _config_of([Path(name) for name in options.source])
    else:
        config = find_config(Path.cwd()) or default_config(Path.cwd())
        if files and not all(_covers(config, file) for file in files):
            config = _config_of([_package_root(file) for file in files])
    program = pipeline.load(config)
    _tell_skipped(program)
    roots = functions_of(program, [_module_of(program, config, file) for file in files]) if files else None
    return FORMATS[options.format](program, pipeline.callgraph(program, roots))


def _report(options: argparse.Namespace) -> str:
    from code_path_audit import pipeline
    from code_path_audit.reports.write import checked_date, write_report

    config = load_config(Path.cwd())
    date = checked_date(options.date or _today())
    program, profiles = _traced(config, require_actions(config))
    out = options.output or config.root / REPORT_FOLDER
    paths = write_report(out, date, pipeline.report_files(program, profiles, config, date))
    return "".join(f"{printable(os.path.relpath(out / path))}\n" for path in paths)


def _profiles(options: argparse.Namespace) -> tuple[Program, list[ActionProfile]]:
    """What `--action`, `--entry`, `--source` and `--depth` ask for."""
    if options.entry:
        if options.source:
            config = _config_of([Path(name) for name in options.source])
        else:
            config = find_config(Path.cwd()) or default_config(Path.cwd())
        actions: tuple[ActionConfig, ...] = (ActionConfig(", ".join(options.entry), tuple(options.entry)),)
    elif options.source:
        raise AuditError(
            "usage", "--source goes with --entry", todo="Declared actions have their source in the configuration."
        )
    else:
        config = load_config(Path.cwd())
        actions = (find_action(config, options.action),) if options.action else require_actions(config)
    return _traced(config, actions, options.depth)


def _traced(
    config: Config, actions: Sequence[ActionConfig], depth: int | None = None
) -> tuple[Program, list[ActionProfile]]:
    from code_path_audit import pipeline

    program = pipeline.load(config)
    _tell_skipped(program)
    limit = config.max_depth if depth is None else depth
    return program, [pipeline.trace(program, action, config, limit) for action in actions]


def _config_of(folders: Sequence[Path]) -> Config:
    """No configuration at all: these source roots, below the working directory, or else below what they share."""
    for folder in folders:
        if not folder.exists():
            raise AuditError("source-missing", "there is no such source root", str(folder), "Name an existing folder.")
    full = [Path(os.path.realpath(folder)) for folder in folders]
    root = Path.cwd().resolve()
    if not all(folder.is_relative_to(root) for folder in full):
        root = Path(os.path.commonpath(full))
        while (root / "__init__.py").is_file() or not root.is_dir():
            root = root.parent
    return default_config(root, [folder.relative_to(root).as_posix() for folder in full])


def _package_root(file: Path) -> Path:
    """The folder that makes `file` importable by its full name: the first above it that is no package."""
    if not file.exists():
        raise AuditError("file-missing", "there is no such file", str(file), "Name a Python file.")
    folder = file.resolve().parent
    while (folder / "__init__.py").is_file():
        folder = folder.parent
    return folder


def _covers(config: Config, file: Path) -> bool:
    """Whether the file lies in a source root of this configuration."""
    full = file.resolve()
    return any(full.is_relative_to((config.root / source).resolve()) for source in config.source)


def _module_of(program: Program, config: Config, file: Path) -> str:
    full = os.path.realpath(file)
    for module, path in program.paths.items():
        if os.path.realpath(config.root / path) == full:
            return module
    raise AuditError(
        "file-not-in-source",
        "this file is not among the files that were audited",
        where=str(file),
        todo=f"The source roots are: {', '.join(str(config.root / source) for source in config.source)}.",
    )


COMMANDS: dict[str, tuple[Callable[[], _Parser], Callable[[argparse.Namespace], str]]] = {
    "callgraph": (_callgraph_parser, _callgraph),
    "explain": (_explain_parser, _explain),
    "report": (_report_parser, _report),
}

# ------------------------------------------------------------------------------------------------------------ output


def _write(text: str) -> None:
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
        _abandon_stdout()
        raise AuditError("output", f"cannot write the output: {error.strerror}", "stdout") from error


def _abandon_stdout() -> None:
    with suppress(OSError, ValueError, AttributeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _note(text: str) -> None:
    """One message to stderr; where even that is closed, the exit code has to do."""
    with suppress(OSError, ValueError):
        print(f"{PROG}: {text}", file=sys.stderr, flush=True)


def _tell_skipped(program: Program) -> None:
    for skip in program.skipped[:MAX_NOTES]:
        line = f":{skip.line}" if skip.line else ""
        _note(f"skipped {printable(skip.path)}{line}: {printable(skip.reason)}")
    if len(program.skipped) > MAX_NOTES:
        _note(f"skipped {len(program.skipped) - MAX_NOTES:,} more; callgraph --format json lists all")


def _color() -> bool:
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def _width() -> int:
    """The terminal's width; in a pipe a fixed one, so that the same source gives the same text."""
    from shutil import get_terminal_size

    return get_terminal_size().columns if sys.stdout.isatty() else PIPE_WIDTH


def _today() -> str:
    """The date of a report: SOURCE_DATE_EPOCH (seconds, UTC) where it is set, else today."""
    from datetime import UTC, date, datetime

    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    if not epoch:
        return date.today().isoformat()
    try:
        return datetime.fromtimestamp(int(epoch), UTC).date().isoformat()
    except (ValueError, OverflowError, OSError):
        raise AuditError(
            "report-date",
            f"{epoch[:40]!r} is no number of seconds",
            "SOURCE_DATE_EPOCH",
            "Set it right, or pass --date.",
        ) from None
