"""Programs of a few modules as text, solved."""

from __future__ import annotations

import random
from collections.abc import Mapping

from code_path_audit import pipeline
from code_path_audit.callgraph.model import SolvedGraph
from code_path_audit.program.model import Program
from code_path_audit.sources.model import SourceFile, SourceTree


def program_of(modules: Mapping[str, str], order: random.Random | None = None) -> Program:
    """A program of module texts; a name that ends in `.__init__` is a package."""
    files = []
    for name, text in modules.items():
        is_package = name.endswith(".__init__")
        path = name.replace(".", "/") + ".py"
        files.append(SourceFile(path, name.removesuffix(".__init__"), is_package, "", text.encode()))
    if order is not None:
        order.shuffle(files)
    program = pipeline.program_of(SourceTree(tuple(files), ()))
    assert not program.skipped
    return program


def solve(modules: Mapping[str, str] | str, *roots: str, imports: bool = False) -> SolvedGraph:
    found = program_of({"m": modules} if isinstance(modules, str) else modules)
    return pipeline.solve(found, roots or ("m.f",), imports)


def edges(graph: SolvedGraph) -> list[str]:
    return [f"{e.caller} -> {e.callee} {e.kind} {e.evidence}" for e in graph.edges]


def guesses(graph: SolvedGraph) -> list[str]:
    """The calls that are only possible, in the same form."""
    return [f"{e.caller} -> {e.callee} {e.kind} {e.evidence}" for e in graph.guesses]
