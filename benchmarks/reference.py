"""The reference pages, from what the program itself knows: the table of configuration keys, and every `--help`.

python -m benchmarks.reference     writes docs/configuration.md and docs/commands.md
"""

from __future__ import annotations

import contextlib
import io
import os
import sys
from collections.abc import Callable
from pathlib import Path
from unittest import mock

DOCS = Path(__file__).resolve().parents[1] / "docs"
GATE = ("check", "refresh", "report", "schema", "completion")

HEAD = """\
# Commands

What every command says of itself with `--help`. This page is made of it: `python -m benchmarks.reference`.
"""


def commands_page() -> str:
    """The help of every command of both programs."""
    from code_path_audit import cli
    from code_path_gate import cli as gate

    lines = [HEAD]
    for program, main, commands in (
        ("code-path-audit", cli.main, tuple(cli.COMMANDS)),
        ("code-path-gate", gate.main, GATE),
    ):
        for command in ("", *commands):
            title = f"{program} {command}".rstrip()
            lines += [f"## {title}", "", "```text", help_of(main, command).rstrip("\n"), "```", ""]
    return "\n".join(lines)


def help_of(main: Callable[[list[str]], int], command: str) -> str:
    """What one command says, in lines of 100 columns."""
    said = io.StringIO()
    # the width of the terminal is the environment's, and no page depends on who makes it
    with mock.patch.dict(os.environ, {"COLUMNS": "100", "NO_COLOR": "1"}), contextlib.redirect_stdout(said):
        main([*([command] if command else []), "--help"])
    return said.getvalue()


def pages() -> dict[str, str]:
    """Every page by its name."""
    from code_path_audit.reports.configuration import configuration_reference

    return {"configuration.md": configuration_reference(), "commands.md": commands_page()}


def main() -> int:
    """Write the pages."""
    for name, text in pages().items():
        (DOCS / name).write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
