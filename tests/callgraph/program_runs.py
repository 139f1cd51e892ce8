"""Runs a program of `tests/programs/` and prints the calls that were made in it: the proof of the graph made by hand.

    python tests/callgraph/program_runs.py NAME

`tests/programs/NAME/runs.py` has `runs(load, folder)`, which yields functions without arguments. Each is one run: the
modules of the program are forgotten, those of the entry points are imported anew, then calls are watched. A call counts
from the function whose frame is nearest on the stack, whatever lies between; generators and coroutines where they are
made, and what an executor runs where it was submitted. Prints JSON: `edges` as pairs, and `outside`, what was called
with no function of the program on the stack.
"""

from __future__ import annotations

import ast
import builtins
import contextlib
import functools
import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import inspect
import io
import json
import sys
import tempfile
import threading
import tomllib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import CodeType, FrameType
from typing import Any, NamedTuple

PROGRAMS = Path(__file__).resolve().parents[1] / "programs"
RESUMED = inspect.CO_GENERATOR | inspect.CO_COROUTINE | inspect.CO_ASYNC_GENERATOR
FOLDED = ("<listcomp>", "<setcomp>", "<dictcomp>", "<genexpr>", "__annotate__")
"""Code that belongs to the function around it."""


class Named(NamedTuple):
    """What a code object is."""

    fqname: str
    kind: str  # function, class, module, folded


class Watch:
    """The calls of one program, over all runs."""

    def __init__(self, source: Path) -> None:
        self.source = source
        self.codes: dict[CodeType, Named] = {}
        self.edges: set[tuple[str, str]] = set()
        self.outside: set[str] = set()
        self.on = False
        self.submitted = threading.local()

    def compile(self, text: bytes, path: str, module: str) -> CodeType:
        """The code of a module, its functions named, those that are resumed reported where they are made."""
        tree = Marked().visit(ast.parse(text))
        code = compile(ast.fix_missing_locations(tree), path, "exec", dont_inherit=True)
        self.name(code, Named(module, "module"), module)
        return code

    def name(self, code: CodeType, named: Named, owner: str) -> None:
        """Enters a code object and all below it; `owner` is the function or class that what is below belongs to."""
        self.codes[code] = named
        if named.kind == "folded":
            return
        counts: dict[str, int] = {}
        for inner in sorted(below(code), key=position):
            if inner.co_name in FOLDED:
                self.name(inner, Named(owner, "folded"), owner)
                continue
            number = counts[inner.co_name] = counts.get(inner.co_name, 0) + 1
            name = f"{owner}.{inner.co_name}" + (f"#{number}" if number > 1 else "")
            if inner.co_name == "<lambda>":
                name = f"{owner}.<lambda{number}>"
            kind = "function" if inner.co_flags & inspect.CO_OPTIMIZED else "class"
            self.name(inner, Named(name, kind), name)

    def caller(self, frame: FrameType | None) -> str:
        """The function that the nearest frame of the program belongs to, "" where there is none."""
        while frame is not None:
            named = self.codes.get(frame.f_code)
            if named is not None:
                return named.fqname
            frame = frame.f_back
        return getattr(self.submitted, "name", "")

    def called(self, code: CodeType, frame: FrameType | None) -> None:
        """Notes a call of a function, or that a module's body begins."""
        named = self.codes.get(code)
        if named is None or named.kind not in ("function", "module") or not self.on:
            return
        if caller := self.caller(frame):
            self.edges.add((caller, named.fqname))
        else:
            self.outside.add(named.fqname)

    def event(self, frame: FrameType, event: str, argument: object) -> None:
        """What sys.setprofile calls."""
        if event == "call" and not frame.f_code.co_flags & RESUMED:
            self.called(frame.f_code, frame.f_back)

    def made(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """A function whose body is resumed, so that calling it is noted."""

        @functools.wraps(function)
        def call(*args: Any, **kwargs: Any) -> Any:
            self.called(function.__code__, sys._getframe(1))
            return function(*args, **kwargs)

        return call

    def submit(self, submit: Callable[..., Any]) -> Callable[..., Any]:
        """`ThreadPoolExecutor.submit`, so that what it is given counts for who gives it."""

        def submitted(executor: ThreadPoolExecutor, function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
            name = self.caller(sys._getframe(1))

            def work() -> Any:
                self.submitted.name = name
                sys.setprofile(self.event)
                return function(*args, **kwargs)

            return submit(executor, work)

        return submitted


def below(code: CodeType) -> Iterator[CodeType]:
    """The code objects of the functions and classes in a scope, those in comprehensions too."""
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield constant
            if constant.co_name in FOLDED:
                yield from below(constant)


def position(code: CodeType) -> tuple[int, int]:
    """Where a function begins."""
    columns = [column for _, _, column, _ in code.co_positions() if column is not None]
    return code.co_firstlineno, min(columns, default=0)


class Marked(ast.NodeTransformer):
    """Decorates each generator and coroutine function, innermost, with `__made__`."""

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> ast.AST:
        self.generic_visit(node)
        if isinstance(node, ast.AsyncFunctionDef) or any(map(yields, node.body)):
            node.decorator_list.append(ast.copy_location(ast.Name("__made__", ast.Load()), node))
        return node

    visit_AsyncFunctionDef = visit_FunctionDef


def yields(node: ast.AST) -> bool:
    """Whether a statement has a `yield` of its own function."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef):
        return False
    return isinstance(node, ast.Yield | ast.YieldFrom) or any(map(yields, ast.iter_child_nodes(node)))


class Finder(importlib.abc.MetaPathFinder):
    """Finds and loads the modules below the source root."""

    def __init__(self, watch: Watch) -> None:
        self.watch = watch

    def find_spec(self, fullname: str, path: object = None, target: object = None) -> Any:
        stem = self.watch.source.joinpath(*fullname.split("."))
        for file, package in ((stem / "__init__.py", [str(stem)]), (stem.with_suffix(".py"), None)):
            if file.is_file():
                loader = Loader(fullname, str(file), self.watch)
                return importlib.util.spec_from_file_location(
                    fullname, file, loader=loader, submodule_search_locations=package
                )
        return None


class Loader(importlib.machinery.SourceFileLoader):
    """A module's source, with its calls of generators and coroutines marked; no bytecode is kept."""

    def __init__(self, fullname: str, path: str, watch: Watch) -> None:
        super().__init__(fullname, path)
        self.watch = watch

    def get_code(self, fullname: str) -> CodeType:
        path = self.get_filename(fullname)
        return self.watch.compile(self.get_data(path), path, fullname)


def main(name: str) -> dict[str, Any]:
    """Runs a program over all its runs."""
    folder = PROGRAMS / name
    source = folder / "source"
    watch = Watch(source)
    own = {path.relative_to(source).parts[0].removesuffix(".py") for path in source.rglob("*.py")}
    modules = {".".join(path.relative_to(source).with_suffix("").parts) for path in source.rglob("*.py")}
    entries = tomllib.loads((folder / "program.toml").read_text(encoding="utf-8"))["entries"]
    sys.meta_path.insert(0, Finder(watch))
    builtins.__made__ = watch.made  # type: ignore[attr-defined]
    ThreadPoolExecutor.submit = watch.submit(ThreadPoolExecutor.submit)  # type: ignore[method-assign]
    space: dict[str, Any] = {"__name__": "runs"}
    exec(compile((folder / "runs.py").read_bytes(), "runs.py", "exec"), space)
    with tempfile.TemporaryDirectory() as work, contextlib.redirect_stdout(io.StringIO()):
        for run in space["runs"](importlib.import_module, Path(work)):
            for module in [key for key in sys.modules if key.partition(".")[0] in own]:
                del sys.modules[module]
            for entry in entries:
                importlib.import_module(module_of(entry, modules))
            watch.on = True
            sys.setprofile(watch.event)
            try:
                run()
            finally:
                sys.setprofile(None)
                watch.on = False
    return {"edges": sorted(watch.edges), "outside": sorted(watch.outside)}


def module_of(entry: str, modules: set[str]) -> str:
    """The module that an entry point is in."""
    while entry not in modules and f"{entry}.__init__" not in modules:
        entry = entry.rpartition(".")[0]
    return entry


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1]), indent=1))
