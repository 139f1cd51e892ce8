"""What is edited where no value of the action flows changes nothing of its graph, to the edge: functions that nothing
reaches come and go, classes and modules that have nothing to do with it, the order of files.

Each edit is made to a whole program of `tests/programs/`; the graph is compared by names, texts and evidence, as the
numbers of call sites move with the text.
"""

from __future__ import annotations

import ast
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from code_path_audit import pipeline
from code_path_audit.program.model import Program
from code_path_audit.sources.model import SourceFile, SourceTree
from code_path_audit.sources.worktree import content_key
from tests.callgraph.program_runs import PROGRAMS

NAMES = sorted(path.parent.name for path in PROGRAMS.glob("*/program.toml"))

FUNCTION = """

def _{name}_never_called(value, *rest):
    return value.run(value.name, [one.save() for one in rest])
"""
CLASS = """

class _{name}Unrelated:
    def __init__(self, path="x"):
        self.path = path

    def run(self, *args):
        return open(self.path).read()

    def save(self, *args):
        return self.run()

    def __eq__(self, other):
        return self.path == other.path

    def visit(self, node):
        return getattr(self, "visit_" + node)(node)
"""
"""What is added: names that the programs use, and a class that nothing makes an object of. Both are private: a program
that looks through a module for what is public there would find them, and rightly so. The class is added only to modules
that are imported before the action begins: where the action imports one, the body of each class in it runs."""

Graph = tuple[frozenset[Any], ...]


def sources(name: str) -> tuple[dict[str, str], tuple[str, ...]]:
    """The files of a program by their path, and its entry points."""
    folder = PROGRAMS / name / "source"
    files = {str(path.relative_to(folder)): path.read_text("utf-8") for path in sorted(folder.rglob("*.py"))}
    return files, tuple(tomllib.loads((PROGRAMS / name / "program.toml").read_text("utf-8"))["entries"])


def module_of(path: str) -> str:
    return ".".join(Path(path).with_suffix("").parts).removesuffix(".__init__")


def program_of(files: dict[str, str], order: list[str]) -> Program:
    """The program of some files, in an order."""
    found = []
    for path in order:
        data = files[path].encode()
        is_package = Path(path).name == "__init__.py"
        found.append(SourceFile(f"src/{path}", module_of(path), is_package, content_key(data), data))
    return pipeline.program_of(SourceTree(tuple(found), ()))


def graph_of(program: Program, entries: tuple[str, ...]) -> Graph:
    """All that is compared."""
    graph = pipeline.solve(program, entries)
    return (
        frozenset(graph.functions),
        frozenset((e.caller, e.callee, e.kind, e.evidence) for e in graph.edges),
        frozenset((e.caller, e.callee, e.kind) for e in graph.guesses),
        frozenset((e.caller, e.callee, e.kind, e.evidence) for e in graph.externals),
        frozenset((u.caller, u.reason, u.text) for u in graph.unresolved),
    )


def unreached(program: Program, graph: Graph, files: dict[str, str]) -> list[tuple[str, int, int]]:
    """Plain functions and methods that nothing names: path, first and last line."""
    named = {name for text in files.values() for name in names_in(text)}
    called = graph[0] | {row[1] for rows in graph[1:3] for row in rows}
    found = []
    for path, text in files.items():
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef) and not node.decorator_list and node.name not in named:
                fqnames = [name for name in called if name.rpartition(".")[2] == node.name]
                if not fqnames and not node.name.startswith("__") and node.col_offset <= 4:
                    found.append((path, node.lineno, node.end_lineno or node.lineno))
    return found


def names_in(text: str) -> set[str]:
    """Every name and attribute that is read in a text, and every word of its strings."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Name):
            found.add(node.id)
        elif isinstance(node, ast.Attribute):
            found.add(node.attr)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            found.update(node.value.replace(".", " ").replace(":", " ").split())
    return found


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=3, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_unrelated_edits_change_nothing(name: str, data: st.DataObject) -> None:
    files, entries = sources(name)
    program = program_of(files, sorted(files))
    before = graph_of(program, entries)
    edited = dict(files)
    for path in data.draw(st.lists(st.sampled_from(sorted(files)), max_size=3, unique=True)):
        added = FUNCTION if module_of(path) in before[0] else FUNCTION + CLASS
        edited[path] += added.format(name=Path(path).stem.strip("_").title() or "Init")
    if data.draw(st.booleans()):
        edited["zz_unrelated.py"] = (FUNCTION + CLASS).format(name="Module") + "\n\nThing = _ModuleUnrelated().save()\n"
    for path, first, last in unreached(program, before, files)[: data.draw(st.integers(0, 3))]:
        lines = edited[path].splitlines(keepends=True)
        indent = len(lines[first - 1]) - len(lines[first - 1].lstrip())
        lines[first - 1 : last] = [" " * indent + "pass\n"] + ["\n"] * (last - first)
        edited[path] = "".join(lines)
    order = data.draw(st.permutations(sorted(edited)))
    assert graph_of(program_of(edited, list(order)), entries) == before
