"""The trees that the speed benchmarks measure: each a git repository with two actions; and the edits made to them."""

from __future__ import annotations

import ast
import shutil
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import NamedTuple

from benchmarks import generated_tree
from benchmarks.repositories import committed, unpacked

RELEASE = "django==5.2.19"
FILES = 5000
MEGABYTES = 60

CONFIG = '[tool.code-path-audit]\nsource = ["."]\n'
ACTION = '[tool.code-path-audit.actions.{}]\nentry_points = ["{}"]\n'


class Place(NamedTuple):
    """A function of a file, by its plain name."""

    path: str
    function: str


class Project(NamedTuple):
    """A tree with a configuration of two actions, in git; functions that actions reach, and others that none does."""

    name: str
    root: Path
    reached: tuple[Place, ...]
    unreached: tuple[Place, ...]


DJANGO_ACTIONS = {
    "manage": "django.core.management.execute_from_command_line",
    "request": "django.core.handlers.wsgi.WSGIHandler.__call__",
}
DJANGO_REACHED: tuple[Place, ...] = (
    Place("django/core/handlers/base.py", "get_response"),
    Place("django/core/handlers/wsgi.py", "get_script_name"),
    Place("django/core/management/__init__.py", "fetch_command"),
    Place("django/core/management/base.py", "run_from_argv"),
    Place("django/urls/resolvers.py", "resolve"),
)
DJANGO_UNREACHED: tuple[Place, ...] = (
    Place("django/contrib/gis/utils/ogrinfo.py", "ogrinfo"),
    Place("django/contrib/gis/utils/ogrinspect.py", "mapping"),
    Place("django/contrib/gis/utils/srs.py", "add_srs_entry"),
    Place("django/utils/archive.py", "extract"),
    Place("django/utils/itercompat.py", "is_iterable"),
)


def prepare(name: str, work: Path, django: Path | None, files: int = FILES, megabytes: float = MEGABYTES) -> Project:
    """The project of that name, made anew in the work folder; `django` is the package, None downloads it."""
    root = work / name
    shutil.rmtree(root, ignore_errors=True)
    root.mkdir(parents=True)
    if name == "django":
        ignored = shutil.ignore_patterns("__pycache__", "*.mo", "*.po")
        shutil.copytree(django or downloaded(work) / "django", root / "django", ignore=ignored)
        actions, parts = DJANGO_ACTIONS, (DJANGO_REACHED, DJANGO_UNREACHED)
    else:
        generated_tree.write(root, files, int(megabytes * 1e6), seed=1)
        actions = generated_tree.ACTIONS
        reached, unreached = generated_tree.places(files)
        parts = (tuple(Place(*place) for place in reached), tuple(Place(*place) for place in unreached))
    (root / "pyproject.toml").write_text(CONFIG + "".join(ACTION.format(*item) for item in actions.items()))
    committed(root)
    return Project(name, root, *parts)


def downloaded(work: Path, release: str = RELEASE) -> Path:
    """A folder with the packages of a release, as pip has them."""
    return unpacked(release, work / "download" / release)


# edits, each of which gives bytes that were never there before

Edit = Callable[[Path, Place], None]

_numbers = count(1)


def add_constant(root: Path, place: Place) -> None:
    """A new name at the end of a module."""
    with (root / place.path).open("a", encoding="utf-8") as file:
        file.write(f"\nSPEED_{next(_numbers)} = 1\n")


def add_comment(root: Path, place: Place) -> None:
    """A comment at the top of a module: every line moves."""
    path = root / place.path
    path.write_text(f"# edit {next(_numbers)}\n" + path.read_text(encoding="utf-8"), encoding="utf-8")


def add_statement(root: Path, place: Place) -> None:
    """A statement that costs nothing, as the last but one of a function."""
    number = next(_numbers)
    _insert(root, place, f"speed_{number} = str({number})")


def add_lambda(root: Path, place: Place) -> None:
    """A lambda that is called, as the last statement but one of a function: who has read that must solve it again."""
    _insert(root, place, f"speed_{next(_numbers)} = (lambda: 1)()")


def add_op(root: Path, place: Place) -> None:
    """A process that is started, as the last statement but one of a function: the check fails, and tells the path."""
    _insert(root, place, f"import subprocess; subprocess.run(['speed_{next(_numbers)}'])")


def _insert(root: Path, place: Place, statement: str) -> None:
    path = root / place.path
    text = path.read_text(encoding="utf-8")
    function = next(
        node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef) and node.name == place.function
    )
    last = function.body[-1]
    lines = text.splitlines(keepends=True)
    lines.insert(last.lineno - 1, f"{' ' * last.col_offset}{statement}\n")
    path.write_text("".join(lines), encoding="utf-8")
