"""What is installed in an environment: distributions, their versions and their modules. Nothing of it is imported."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from code_path_audit.errors import AuditError
from code_path_audit.program.imports import imported_names
from code_path_audit.program.model import Program

USUAL = (".venv", "venv", "env")
"""Where a project keeps its environment."""
MAX_RECORD = 8_000_000
"""Bytes of a list of files that is read."""
COMPILED = (".so", ".pyd", ".dll")


class Distribution(NamedTuple):
    """An installed distribution: its name and version, the folder that it is in, and what it has at its top.

    `tops` are names of packages and modules; `compiled` are modules, as files, that are no Python source.
    """

    name: str
    version: str
    folder: Path
    tops: tuple[str, ...]
    compiled: tuple[str, ...]


def site_folders(root: Path, environment: str) -> tuple[Path, ...]:
    """The folders with installed packages: of the environment that is named, else of the project's, else of the one
    that runs. AuditError `no-environment` where the named one is none."""
    if environment:
        found = _folders_of(root / environment)
        if not found:
            raise AuditError(
                "no-environment",
                "no environment of Python here",
                where=str(root / environment),
                todo="Name its folder, such as .venv, or its site-packages.",
            )
        return found
    for name in USUAL:
        found = _folders_of(root / name)
        if found:
            return found
    import sysconfig

    paths = (Path(sysconfig.get_path(kind)) for kind in ("purelib", "platlib"))
    return tuple(dict.fromkeys(path for path in paths if path.is_dir()))


def _folders_of(folder: Path) -> tuple[Path, ...]:
    if any(folder.glob("*.dist-info")):
        return (folder,)
    found = [*folder.glob("lib/python3*/site-packages"), *folder.glob("Lib/site-packages")]
    return tuple(sorted(path for path in found if path.is_dir()))


def distributions(folders: Iterable[Path]) -> dict[str, Distribution]:
    """By the name of each module or package at their top, what distribution it is of."""
    found: dict[str, Distribution] = {}
    for folder in folders:
        for info in sorted(folder.glob("*.dist-info")):
            made = _distribution(folder, info)
            if made is not None:
                for top in made.tops:
                    found.setdefault(top, made)
    return found


def _distribution(folder: Path, info: Path) -> Distribution | None:
    name, version = "", ""
    for line in _text(info / "METADATA").splitlines():
        if not line:
            break
        key, _, value = line.partition(":")
        if key == "Name":
            name = value.strip()
        elif key == "Version":
            version = value.strip()
    tops: dict[str, None] = {}
    compiled: dict[str, None] = {}
    for line in _text(info / "RECORD").splitlines():
        path = line.split(",", 1)[0].strip('"')
        first = path.split("/", 1)[0]
        if path.startswith((".", "/")) or first.endswith((".dist-info", ".data", ".pth")) or first == "__pycache__":
            continue
        top = first.split(".", 1)[0]
        if path.endswith(".py") or path.endswith(COMPILED):
            tops[top] = None
        if path.endswith(COMPILED):
            compiled[path.rpartition("/")[2].split(".", 1)[0] if "/" not in path else _dotted(path)] = None
    if not name or not tops:
        return None
    return Distribution(name, version, folder, tuple(sorted(tops)), tuple(sorted(compiled)))


def _dotted(path: str) -> str:
    folder, _, name = path.rpartition("/")
    return ".".join((*folder.split("/"), name.split(".", 1)[0]))


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return file.read(MAX_RECORD).decode("utf-8", "replace")
    except OSError:
        return ""


def imported(program: Program) -> tuple[str, ...]:
    """The top-level names that the source imports and does not have itself, without the standard library; sorted."""
    own = {name.partition(".")[0] for name in program.modules}
    tops = {name.partition(".")[0] for module in program.modules.values() for name in imported_names(module)}
    return tuple(sorted(tops - own - sys.stdlib_module_names - {""}))


def source_of(distribution: Distribution, top: str) -> str:
    """The folder or the file of a package or a module at the top of a distribution, "" where it is no Python source."""
    for name in (top, f"{top}.py"):
        if os.path.exists(distribution.folder / name):
            return name
    return ""
