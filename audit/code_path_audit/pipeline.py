"""Every stage in order. Each takes and returns plain values; files are read here and nowhere below."""

from __future__ import annotations

from pathlib import Path

from code_path_audit.callgraph.model import SolvedGraph
from code_path_audit.callgraph.solve import solve as solve_graph
from code_path_audit.facts.extract import Unparsable, extract_module
from code_path_audit.facts.model import ModuleFacts
from code_path_audit.program.link import link
from code_path_audit.program.model import Program
from code_path_audit.program.stubs import Stubs
from code_path_audit.sources.model import SkippedFile, SourceTree


def program_of(tree: SourceTree) -> Program:
    """Facts of every file, linked; files that do not parse are among `Program.skipped`."""
    modules: list[tuple[ModuleFacts, str]] = []
    skipped = list(tree.skipped)
    for file in tree.files:
        try:
            modules.append((extract_module(file.data, file.module, file.is_package), file.path))
        except Unparsable as error:
            skipped.append(SkippedFile(file.path, file.module, error.reason, error.line))
    return link(modules, skipped)


def load_sources(root: Path, source: tuple[str, ...], packages: tuple[str, ...] = ()) -> Program:
    """The program below some source roots; with `packages`, only the modules of these top-level packages."""
    from code_path_audit.sources.worktree import discover  # noqa: PLC0415

    tree = discover(root, source)
    if packages:
        files = tuple(f for f in tree.files if f.module.partition(".")[0] in packages)
        tree = SourceTree(files, tuple(s for s in tree.skipped if s.module.partition(".")[0] in packages))
    return program_of(tree)


def solve(program: Program, entries: tuple[str, ...], imports: bool = False) -> SolvedGraph:
    """The call graph from some fqnames on."""
    return solve_graph(program, entries, Stubs(), {}, imports)
