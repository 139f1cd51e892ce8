"""Every name in the tables of models is called by the program of a specimen, and some specimen fails without its model.

A name counts as called where a program calls it, decorates with it, or extends it; mere text and mere imports do not
count. A function or class must be the one that the program's imports lead to; a method, of which the receiver's type is
not looked at here, must be called by its name. That the model is what makes the edges is the second test's: it takes
one name out of the table, and one of the specimens that call it must come out wrong.
"""

from __future__ import annotations

import ast
import functools
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from code_path_audit import pipeline
from code_path_audit.callgraph.models.table import MODELS
from code_path_audit.program.model import Program
from code_path_audit.runtime.matching import placed
from code_path_audit.runtime.observations import Observations
from tests.callgraph.test_specimens import FOLDERS, Expected, differences, read_expected


@functools.cache
def specimen(folder: Path) -> tuple[Expected, Program]:
    """What a specimen expects, and its program, linked."""
    return read_expected((folder / "expected.toml").read_text(encoding="utf-8")), pipeline.load_sources(folder, (".",))


READABLE = [folder for folder in FOLDERS if specimen(folder)[0].python <= sys.version_info]
"""The specimens whose syntax the running Python knows."""

STUBS = "the stubs say as much"
SHOWN = "the table of behaviours says as much"

SAME_WITHOUT = {
    "abc.abstractmethod": STUBS,
    "asyncio.ensure_future": STUBS,
    "builtins.callable": STUBS,
    "builtins.id": STUBS,
    "builtins.repr": SHOWN,
    "builtins.str": SHOWN,
    "builtins.str.format": SHOWN,
    **dict.fromkeys(("enum.Flag", "enum.IntEnum", "enum.IntFlag", "enum.StrEnum"), STUBS),
    "enum.unique": STUBS,
    "typing.Generator.close": "it gives nothing that a program could use",
    "typing.TypeVar": "no program is known to be told apart by it",
    "typing.assert_type": STUBS,
    "typing.final": STUBS,
    "typing.no_type_check": STUBS,
    "typing.override": STUBS,
    "typing.runtime_checkable": STUBS,
}
"""Models that change no graph that we know of, each with the reason: one to mend, or to take away."""


class Calls(ast.NodeVisitor):
    """What one module calls. `names` are dotted names as imported, `methods` those called on anything else.

    `made` says by which call a variable is made, so that a call of the variable is one of that object's `__call__`.
    """

    def __init__(self, tree: ast.Module) -> None:
        self.names: set[str] = set()
        self.methods: set[str] = set()
        self.imported = dict(imports(tree))
        self.own = set(definitions(tree)) - self.imported.keys()
        self.made = {target: name for target, name in assignments(tree) if isinstance(name, ast.Call)}
        self.visit(tree)

    def dotted(self, node: ast.expr) -> str | None:
        """The dotted name of what is imported, or of a builtin."""
        if isinstance(node, ast.Name):
            return self.imported.get(node.id) or (None if node.id in self.own else f"builtins.{node.id}")
        if isinstance(node, ast.Attribute):
            owner = self.dotted(node.value)
            return None if owner is None else f"{owner}.{node.attr}"
        return None

    def called(self, node: ast.expr) -> None:
        """One thing that is called."""
        if isinstance(node, ast.Subscript):
            node = node.value
        name = self.dotted(node)
        if name is not None:
            self.names.add(name)
        elif isinstance(node, ast.Attribute):
            self.methods.add(node.attr)
        maker = self.made.get(node.id) if isinstance(node, ast.Name) else node
        owner = self.dotted(maker.func) if isinstance(maker, ast.Call) else None
        if owner is not None:
            self.names.add(f"{owner}.__call__")

    def visit_Call(self, node: ast.Call) -> None:
        self.called(node.func)
        self.generic_visit(node)

    def visit_Subscript(self, node: ast.Subscript) -> None:
        self.methods.add("__getitem__")
        self.generic_visit(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        for expression in (*node.bases, *(k.value for k in node.keywords), *node.decorator_list):
            self.called(expression)
        self.generic_visit(node)

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        for expression in node.decorator_list:
            self.called(expression)
        self.generic_visit(node)

    visit_AsyncFunctionDef = visit_FunctionDef


def imports(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Each imported name, with what it stands for."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield (alias.asname, alias.name) if alias.asname else (alias.name.partition(".")[0],) * 2
        elif isinstance(node, ast.ImportFrom) and not node.level:
            for alias in node.names:
                yield alias.asname or alias.name, f"{node.module}.{alias.name}"


def definitions(tree: ast.Module) -> Iterator[str]:
    """Each name that the module binds, anywhere, except by an import."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name
        elif isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            yield node.id


def assignments(tree: ast.Module) -> Iterator[tuple[str, ast.expr]]:
    """Each plain assignment to one name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            yield node.targets[0].id, node.value


def test_what_counts_as_a_call() -> None:
    text = """
import a.b, c as d
from e import f as g, h
from i import j, k, l
@g
class C(h): ...
def print(m, min): return min(m)
d.x(len([]), j)
a.b.y()
k("n")("o")
t = l()
t(), t.u(), "".join([]), print(max)
"""
    calls = Calls(ast.parse(text))
    assert sorted(calls.names) == [
        "a.b.y",
        "builtins.len",
        "c.x",
        "e.f",
        "e.h",
        "i.k",
        "i.k.__call__",
        "i.l",
        "i.l.__call__",
    ]
    assert sorted(calls.methods) == ["join", "u"]


@functools.cache
def calls_of(folder: Path) -> tuple[frozenset[str], frozenset[str]]:
    """The dotted names and the methods that the program of a specimen calls."""
    found = [Calls(ast.parse(path.read_bytes())) for path in sorted(folder.rglob("*.py"))]
    return frozenset().union(*(f.names for f in found)), frozenset().union(*(f.methods for f in found))


WRITTEN = {"_frozen_importlib.module_from_spec": "importlib.util.module_from_spec"}
"""What programs call a function by that the stubs know elsewhere."""


def showing(name: str) -> list[Path]:
    """The specimens whose program calls a name of the tables."""
    name = WRITTEN.get(name, name)
    owner, _, last = name.rpartition(".")
    is_method = owner not in LIBRARIES
    found = []
    for folder in READABLE:
        names, methods = calls_of(folder)
        if name in names or (is_method and last in methods):
            found.append(folder)
    return found


LIBRARIES = frozenset(
    (
        *(name.partition(".")[0] for name in MODELS),
        "concurrent.futures",
        "concurrent.futures._base",
        "importlib.metadata",
        "pydantic.dataclasses",
    )
)
"""The modules that models are of; what else stands in front of a name is a class."""


def wrong_rows(folder: Path) -> list[str]:
    """What the graph of a specimen has too little and too much: nothing, unless it is marked as not yet right."""
    expected, program = specimen(folder)
    here = placed(Observations(edges=expected.observed), program)
    return differences(expected, program, pipeline.solve(program, expected.entry, expected.imports, here.calls))


@pytest.mark.parametrize("name", sorted(MODELS))
def test_every_model_is_shown(name: str) -> None:
    if not showing(name):
        pytest.fail(f"{name} has a model, and no program in tests/specimens calls it", pytrace=False)


@pytest.mark.parametrize("name", sorted(MODELS))
def test_a_specimen_fails_without_the_model(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that is not yet right fails in another way."""
    before = [(folder, wrong_rows(folder)) for folder in showing(name)]
    monkeypatch.delitem(MODELS, name)
    is_needed = any(wrong_rows(folder) != rows for folder, rows in before)
    if is_needed == (name in SAME_WITHOUT):
        said = "is needed after all" if is_needed else "changes no graph of " + ", ".join(f.name for f, _ in before)
        pytest.fail(f"the model of {name} {said}", pytrace=False)


def test_the_lists_are_of_models() -> None:
    assert SAME_WITHOUT.keys() <= MODELS.keys()
