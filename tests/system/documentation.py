"""What the tests of the documentation share: which files and names the pages may point to."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
DOCS = PROJECT / "docs"

PACKAGES = {"code_path_audit": PROJECT / "audit/code_path_audit", "code_path_gate": PROJECT / "hooks/code_path_gate"}

CODE = re.compile(r"`([^`\n]+)`")
"""What stands between backticks."""

PATH = re.compile(r"[\w.*/-]*[\w*]\.(?:py|toml|md|json|jsonl|yml|yaml)")
"""A path, or the name of a file."""

FOLDERS = ("contingency", "audit", "hooks", "tests", "docs", "benchmarks", "baselines", ".github")


def pages() -> list[Path]:
    """All pages for people; reports and the changelog are of their time."""
    return [PROJECT / "README.md", *sorted(DOCS.glob("*.md")), *sorted(DOCS.glob("decisions/*.md"))]


@cache
def files() -> tuple[str, ...]:
    """The repository's own files, from its top."""
    found = [path.name for path in PROJECT.iterdir() if path.is_file()]
    for folder in FOLDERS:
        for path in (PROJECT / folder).rglob("*"):
            if "__pycache__" not in path.parts and path.is_file():
                found.append(path.relative_to(PROJECT).as_posix())
    return tuple(sorted(found))


@cache
def endings() -> frozenset[str]:
    """Every file from its top, and from each folder on the way: "values.py", "profiles/values.py", ..."""
    out: set[str] = set()
    for path in files():
        parts = path.split("/")
        out.update("/".join(parts[index:]) for index in range(len(parts)))
    return frozenset(out)


def exists(path: str) -> bool:
    """Whether a path of a page, from the top or from some folder on, is a file; "*" stands for any name."""
    path = path.removeprefix("./")
    if "*" not in path:
        return path in endings()
    pattern = re.compile(re.escape(path).replace(r"\*", "[^/]*"))
    return any(pattern.fullmatch(ending) for ending in endings())


def source_of(path: str) -> list[Path]:
    """The files that a path of a page may mean."""
    return [PROJECT / known for known in files() if known == path or known.endswith("/" + path)]


@cache
def names_of(file: Path) -> frozenset[str]:
    """What a module defines: "solve", "State", "State.run", "MAX_VALUES"."""
    out: set[str] = set()
    for node in ast.parse(file.read_bytes()).body:
        for name in defined(node):
            out.add(name)
        if isinstance(node, ast.ClassDef):
            out.update(f"{node.name}.{name}" for inner in node.body for name in defined(inner))
            out.update(f"{node.name}.{name}" for name in fields_set(node))
    return frozenset(out)


def defined(node: ast.stmt) -> Iterator[str]:
    """The names that one statement defines or imports."""
    match node:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            yield name
        case ast.AnnAssign(target=ast.Name(id=name)):
            yield name
        case ast.Assign(targets=targets):
            for target in targets:
                yield from (part.id for part in ast.walk(target) if isinstance(part, ast.Name))
        case ast.Import(names=names) | ast.ImportFrom(names=names):
            yield from (alias.asname or alias.name for alias in names)


def fields_set(node: ast.ClassDef) -> Iterator[str]:
    """The attributes that methods set on `self`."""
    for part in ast.walk(node):
        if isinstance(part, ast.Attribute) and isinstance(part.ctx, ast.Store) and isinstance(part.value, ast.Name):
            yield part.attr


def find_dotted(dotted: str) -> bool | None:
    """Whether a dotted name of this project is defined; None if it is none of this project.

    It begins with a package, or with something in one: "code_path_gate.main", "callgraph.solve.solve".
    """
    parts = dotted.split(".")
    for package, root in PACKAGES.items():
        inner = parts[1:] if parts[0] == package else parts
        if not inner or not (parts[0] == package or (root / inner[0]).is_dir()):
            continue
        here = root
        while inner and (here / inner[0]).is_dir() and not (here / f"{inner[0]}.py").is_file():
            here, inner = here / inner[0], inner[1:]
        file = here / f"{inner[0]}.py" if inner else here / "__init__.py"
        rest = inner[1:] if file.is_file() else inner
        file = file if file.is_file() else here / "__init__.py"
        return file.is_file() and (not rest or ".".join(rest) in names_of(file))
    return None
