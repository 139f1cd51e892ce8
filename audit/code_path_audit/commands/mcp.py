"""`code-path-audit mcp`: a server that assistants ask, on stdin and stdout."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from code_path_audit.commands.arguments import Parser, make_parser, version_of_this
from code_path_audit.commands.working import add_cache
from code_path_audit.config import load_config, require_actions
from code_path_audit.errors import AuditError


def parser() -> Parser:
    """Its arguments."""
    made = make_parser(
        "mcp",
        "Serve the Model Context Protocol on stdin and stdout, for assistants: traces, checks, candidates and the last "
        "report of the project in the working directory, always of the files as they are.",
    )
    add_cache(made)
    return made


def run(options: argparse.Namespace) -> str:
    """Nothing to print: stdout is the client's."""
    try:
        from code_path_audit.mcp_server import serve
    except ImportError as error:
        raise AuditError(
            "mcp-missing",
            f"the server needs the SDK of the protocol: {error}",
            todo="Install it: pip install 'code-path-audit[mcp]'.",
        ) from error
    if sys.stdin is None or sys.stdout is None:
        raise AuditError(
            "usage", "the server answers on stdin and stdout, and one of them is closed", todo="Let a client start it."
        )
    require_actions(load_config(Path.cwd()))
    serve(Path.cwd(), options.cache_dir, version_of_this())
    return ""
