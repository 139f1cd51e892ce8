"""What is run without a declaration that says so: files that are scripts, and, where a source has nothing of all this,
the functions that nothing in it calls."""

from __future__ import annotations

import ast
import posixpath
from collections.abc import Iterable, Iterator
from typing import TypeGuard

from code_path_audit.proposals.handlers import doc_of
from code_path_audit.proposals.modules import Definition, Module, Modules
from code_path_audit.proposals.repository import Repository

GUARD = b"__main__"

Runnable = tuple[str, str, str]
"""A name, an entry point, a description."""


def script_files(repository: Repository, modules: Modules) -> Iterator[Runnable]:
    """The files that projects install as commands, as they are."""
    names = {data: name for name, data in modules.data.items()}
    for project in repository.projects:
        for path in project.script_files:
            # an empty file is like any other that is empty
            data = repository.files.get(posixpath.join(project.folder, path), b"")
            module = modules.get(names.get(data, "")) if data else None
            if module is not None:
                description = doc_of(module.tree) or f"python {path}"
                yield posixpath.basename(path).removesuffix(".py"), _run_as(module), description


def mains(modules: Modules) -> Iterator[Runnable]:
    """`python -m package`, and files at the top that are run and call a function of their own."""
    for name in _outermost_first(modules.data):
        package, _, last = name.rpartition(".")
        if last == "__main__" and name.count(".") == 1:
            yield package, name, f"python -m {package}"
        elif "." not in name and GUARD in modules.data[name] and name not in modules.packages:
            module = modules.get(name)
            called = _called_by_main(module) if module is not None else ""
            if called:
                yield name, f"{name}:{called}", f"python {name}.py"


def bodies_that_run(modules: Modules) -> Iterator[Runnable]:
    """Files that are run, wherever they are: the function that is called where the file is run, else all of the file;
    then, where there are none, files outside of packages that do something and that no other file imports."""
    guarded = map(modules.get, _outermost_first(name for name, data in modules.data.items() if GUARD in data))
    run = [module for module in guarded if module is not None and any(map(_is_guard, module.tree.body))]
    yield from (_file(module.name, _run_as(module)) for module in run)
    if run:
        return
    parsed = modules.parsed()
    imported = {part for module in parsed for target in module.imports.values() for part in _with_parents(target)}
    for module in parsed:
        inside = module.name.rpartition(".")[0] in modules.packages
        if not inside and module.name not in imported and any(_does_something(node) for node in module.tree.body):
            yield _file(module.name, module.name)


def called_by_none(modules: Modules) -> Iterator[Runnable]:
    """Functions, and methods of classes, whose name no code of the source asks for: what somebody else calls. The
    longest first."""
    parsed = modules.parsed()
    asked = {name for module in parsed for node in ast.walk(module.tree) for name in _asked_for(node)}
    rows: list[tuple[int, Runnable]] = []
    for module in parsed:
        name = module.name
        if any(part.startswith("_") for part in name.split(".")):
            continue
        for qualified, node in _functions(module):
            if not node.name.startswith("_") and node.name not in asked:
                lines = (node.end_lineno or node.lineno) - node.lineno
                rows.append((-lines, (qualified, f"{name}:{qualified}", doc_of(node))))
    yield from (row for _, row in sorted(rows))


def _asked_for(node: ast.AST) -> Iterator[str]:
    """The names that a node asks for, none that it defines."""
    if isinstance(node, ast.Name):
        yield node.id
    elif isinstance(node, ast.Attribute):
        yield node.attr
    elif isinstance(node, ast.Import | ast.ImportFrom):
        yield from (alias.name.rpartition(".")[2] for alias in node.names)


def _functions(module: Module) -> Iterator[tuple[str, Definition]]:
    """The functions at the top of a module, and the methods of its classes, by qualified name."""
    for name, node in module.definitions.items():
        if not isinstance(node, ast.ClassDef):
            yield name, node
        elif not name.startswith("_"):
            for part in node.body:
                if isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef):
                    yield f"{name}.{part.name}", part


def _outermost_first(names: Iterable[str]) -> list[str]:
    return sorted(names, key=lambda name: (name.count("."), name))


def _file(module: str, entry: str) -> Runnable:
    """A file that is run as it is, by its own name."""
    return module.rpartition(".")[2], entry, f"python {module.replace('.', '/')}.py"


def _run_as(module: Module) -> str:
    """The entry point of a file that is run: the function that is called then, else all of the file."""
    called = _called_by_main(module)
    return f"{module.name}:{called}" if called else module.name


def _called_by_main(module: Module) -> str:
    """The function that `if __name__ == "__main__":` calls, "" where it calls none of the module's own."""
    for node in module.tree.body:
        if _is_guard(node):
            for call in (part for statement in node.body for part in ast.walk(statement)):
                name = call.func.id if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) else ""
                if isinstance(module.definitions.get(name), ast.FunctionDef | ast.AsyncFunctionDef):
                    return name
    return ""


def _is_guard(node: ast.stmt) -> TypeGuard[ast.If]:
    return isinstance(node, ast.If) and "__main__" in ast.unparse(node.test)


def _does_something(node: ast.stmt) -> bool:
    """Whether a statement of a module's body calls something where the module runs."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return False
    return any(isinstance(part, ast.Call) for part in ast.walk(node))


def _with_parents(dotted: str) -> Iterator[str]:
    parts = dotted.split(".")
    yield from (".".join(parts[:end]) for end in range(1, len(parts) + 1))
