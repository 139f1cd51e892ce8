"""What the commands' arguments have in common."""

from __future__ import annotations

import argparse
import sys
from typing import Any, NoReturn

from code_path_audit.commands.output import PROG, write
from code_path_audit.errors import EXIT_ERROR, AuditError

EVIDENCE = ("likely", "possible")
"""Words of `callgraph.model.Evidence`, which is not imported to make a parser."""


class NothingEmpty(argparse.ArgumentParser):
    """Refuses an option that is given an empty text: what a variable of a shell that is not set leaves behind must not
    mean "all", or the folder where one is."""

    def _get_values(self, action: argparse.Action, arg_strings: list[str]) -> Any:
        if action.option_strings and not all(text.strip() for text in arg_strings):
            raise argparse.ArgumentError(action, "expected a text that is not empty")
        return super()._get_values(action, arg_strings)


class Parser(NothingEmpty):
    """Usage errors in the form of all others."""

    def error(self, message: str) -> NoReturn:
        """As argparse has it: says what is wrong, and exits with 2."""
        self.print_usage(sys.stderr)
        self.exit(EXIT_ERROR, f"{PROG}: error: {AuditError('usage', with_choices(self, message))}\n")


def with_choices(parser: argparse.ArgumentParser, message: str) -> str:
    """A usage error that also says what there is to choose from, where a word of a fixed list is missing: argparse
    says so of a wrong one alone."""
    if "arguments are required" not in message:
        return message
    rows = (
        f"{action.metavar} is one of {', '.join(map(str, action.choices))}"
        for action in parser._get_positional_actions()
        if action.choices and action.metavar
    )
    return "; ".join((message, *rows))


class Version(argparse.Action):
    """--version; reading the version takes an import that no other command needs."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        write(f"{PROG} {version_of_this() or '(not installed)'}\n")
        parser.exit()


def version_of_this() -> str:
    """The version that is installed, "" where it runs from its source."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(PROG)
    except PackageNotFoundError:
        return ""


def make_parser(command: str, description: str = "", epilog: str = "") -> Parser:
    """The parser of one command, "" for what runs without one."""
    return Parser(
        prog=f"{PROG} {command}".rstrip(),
        description=description,
        epilog=epilog,
        allow_abbrev=False,
        formatter_class=argparse.RawDescriptionHelpFormatter if epilog else argparse.HelpFormatter,
    )


def add_selection(parser: argparse.ArgumentParser) -> None:
    """Which actions, of which source: what `selection.profiles_of` reads."""
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
    parser.add_argument(
        "--depth", metavar="N", type=_depth, help="follow at most N calls from an entry point (default: all)"
    )
    add_evidence(parser)


def add_evidence(parser: argparse.ArgumentParser) -> None:
    """How sure calls must be."""
    parser.add_argument(
        "--evidence",
        choices=EVIDENCE,
        default="likely",
        help="the weakest evidence of a call that is followed (default: likely); what is only possible is in no load",
    )


def _depth(text: str) -> int:
    if text.isascii() and text.isdigit() and len(text) <= 9:
        return int(text)
    raise argparse.ArgumentTypeError(f"expected a number of calls, 0 or more, found {text!r}")
