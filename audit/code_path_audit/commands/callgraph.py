"""`code-path-audit callgraph`: who calls whom."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING

from code_path_audit.commands.arguments import Parser, add_evidence, make_parser
from code_path_audit.commands.output import note, tell_skipped
from code_path_audit.commands.selection import config_of
from code_path_audit.commands.working import add_cache, add_workers, working
from code_path_audit.config import Config, default_config, find_config
from code_path_audit.errors import AuditError

if TYPE_CHECKING:
    from code_path_audit.program.model import Program

FORMATS = ("json", "pycg", "dot", "mermaid")


def parser() -> Parser:
    """Its arguments."""
    made = make_parser("callgraph", "Who calls whom: all of the source, or what the functions of FILES reach.")
    made.add_argument(
        "--source", metavar="DIR", action="append", default=[], help="a source root, with no configuration read"
    )
    made.add_argument("--format", choices=FORMATS, default="json", help="default: json")
    add_evidence(made)
    add_cache(made)
    add_workers(made)
    made.add_argument("files", metavar="FILES", nargs="*", help="Python files to start from")
    return made


def run(options: argparse.Namespace) -> str:
    """The graph, in the form that was asked for."""
    from code_path_audit import pipeline
    from code_path_audit.callgraph.model import Evidence
    from code_path_audit.reports.graph_formats import FORMATS as WRITERS
    from code_path_audit.reports.graph_formats import functions_of

    files = [Path(name) for name in options.files]
    if options.source:
        config = config_of([Path(name) for name in options.source])
    else:
        config = find_config(Path.cwd()) or default_config(Path.cwd())
        if files and not all(_covers(config, file) for file in files):
            config = config_of([_package_root(file) for file in files])
    with working(options, note) as how:
        read = pipeline.read(config, how(config))
        program = read.program()
        tell_skipped(program)
        roots = functions_of(program, [_module_of(program, config, file) for file in files]) if files else None
        follows = Evidence[options.evidence.upper()]
        graph = pipeline.callgraph(program, roots, follows=follows, graphs=pipeline.graphs_of(read))
    return WRITERS[options.format](program, graph)


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
