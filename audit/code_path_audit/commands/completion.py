"""`code-path-audit completion`: what a shell reads to complete the commands and options of both programs."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path

from code_path_audit.commands import trace
from code_path_audit.commands.arguments import Parser, make_parser
from code_path_audit.errors import AuditError

SHELLS = ("bash", "zsh", "fish", "tcsh")


def parser() -> Parser:
    """Its arguments."""
    made = make_parser(
        "completion",
        "Print what a shell completes the commands and options of code-path-audit and code-path-gate with. For bash: "
        "code-path-audit completion bash > ~/.local/share/bash-completion/completions/code-path-audit; for zsh a file "
        "_code-path-audit in a folder of $fpath; for fish ~/.config/fish/completions/code-path-audit.fish.",
    )
    made.add_argument("shell", metavar="SHELL", choices=SHELLS, help=f"one of: {', '.join(SHELLS)}")
    made.add_argument("--gate", action="store_true", help="of code-path-gate, in the place of code-path-audit")
    return made


def run(options: argparse.Namespace, commands: Mapping[str, Callable[[], Parser]]) -> str:
    """The script; `commands` are all there are, with what makes the parser of each."""
    if options.gate:
        from code_path_audit.gate_process import run_gate

        answer = run_gate(["completion", options.shell], Path.cwd())
        if answer.code:
            raise AuditError("completion", answer.err.strip().rpartition("error: ")[2], exit_code=answer.code)
        return answer.out
    return script(whole(trace.parser(), commands), options.shell)


def whole(root: argparse.ArgumentParser, commands: Mapping[str, Callable[[], Parser]]) -> argparse.ArgumentParser:
    """One parser for all commands: what is given to it is never parsed."""
    below = root.add_subparsers()
    for name, made in commands.items():
        own = made()
        below.add_parser(name, parents=[own], add_help=False, help=trace.SUMMARIES[name], allow_abbrev=False)
    return root


def script(parser: argparse.ArgumentParser, shell: str) -> str:
    """The script of a parser; AuditError `completion` where the library that writes them is not there."""
    try:
        shtab = import_module("shtab")
    except ImportError as error:
        raise AuditError(
            "completion", "shtab is not installed", todo="Install it: pip install 'code-path-audit[completion]'."
        ) from error
    text: str = shtab.complete(parser, shell)
    return text if text.endswith("\n") else f"{text}\n"
