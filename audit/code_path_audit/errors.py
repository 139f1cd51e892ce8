"""The one exception that users are meant to see, and the exit codes of every command."""

from __future__ import annotations

import os

EXIT_OK = 0
"""Clean: the command did what was asked."""
EXIT_DRIFT = 1
"""A gate found drift that its policy fails."""
EXIT_ERROR = 2
"""Usage, configuration, git, unreadable or unparsable source, unknown entry point, corrupt baseline."""
EXIT_STALE = 3
"""The baseline is out of date."""
EXIT_BUG = 101
"""A bug of ours."""
EXIT_INTERRUPTED = 130
"""Interrupted by the user."""


class AuditError(Exception):
    """An expected failure, as fields; `str()` builds the text: "what (where). todo [slug]".

    `slug` names the section of docs/messages.md that explains it, `what` says what is wrong, `where` the file, line or
    key ("" where none applies), `todo` what the reader can do about it ("" where there is nothing to add). `exit_code`
    is the code to leave with. It crosses processes by pickle without loss, and compares by its fields.
    """

    def __init__(self, slug: str, what: str, where: str = "", todo: str = "", exit_code: int = EXIT_ERROR) -> None:
        # all fields go to Exception.args: pickle rebuilds an exception from those
        super().__init__(slug, what, where, todo, exit_code)
        self.slug = slug
        self.what = what
        self.where = where
        self.todo = todo
        self.exit_code = exit_code

    def __str__(self) -> str:
        place = f" ({self.where})" if self.where else ""
        advice = f" {self.todo}" if self.todo else ""
        return printable(f"{self.what.rstrip('.')}{place}.{advice} [{self.slug}]")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, AuditError) and self.args == other.args

    def __hash__(self) -> int:
        return hash(self.args)


def folder_is_gone(error: Exception) -> AuditError | None:
    """What to tell of an error that comes of the working folder having been deleted; None for any other one."""
    if not isinstance(error, FileNotFoundError):
        return None
    try:
        os.getcwd()
    except FileNotFoundError:
        todo = "Change into a folder that exists."
        return AuditError("working-folder-gone", "the working folder has been deleted", todo=todo)
    return None


def as_written(value: object, width: int = 60) -> str:
    """A value of unknown origin as a message shows it: as Python writes it, in at most `width` characters."""
    shown = repr(value)
    return shown if len(shown) <= width else f"{shown[: width - 3]}..."


def printable(text: str) -> str:
    r"""Text of unknown origin, safe for a terminal and for a log of CI, on one line: control, invisible and broken
    characters as \x..; and what runners of CI take for a command anywhere in a line, broken up."""
    text = _no_commands(text, "\\x23")
    if text.isascii() and text.isprintable():
        return text
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode("ascii") for char in text)


def inert(text: str) -> str:
    """Output of any number of lines in which a runner of CI finds no command of its own, neither `##[name]` or the like
    anywhere nor `::name::` at the beginning of a line. The same JSON, where it is JSON."""
    text = _no_commands(text, "\\u0023")
    if "::" in text:
        import re

        text = re.sub(r"(?m)^([^\S\n]*)::", r"\1\\u003a:", text)
    return text


def _no_commands(text: str, sign: str) -> str:
    """Text with the second sign of each `##[`, `##vso[` and `##teamcity[` written as `sign`: the beginnings of commands
    of GitHub Actions, Azure Pipelines and TeamCity."""
    if "##" not in text:
        return text
    import re

    return re.sub(r"(?i)##(?=(?:vso|teamcity)?\[)", lambda _: f"#{sign}", text)
