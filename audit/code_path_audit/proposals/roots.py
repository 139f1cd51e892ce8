"""Source roots, and what in them is not what users wait for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from code_path_audit.proposals.repository import BESIDE, Project, Repository, table
from code_path_audit.sources.layout import INIT

SOURCE_FOLDERS = ("src", "lib", "python")
"""Folders that hold packages by custom."""

LEFT_OUT = {
    "tests": "tests", "test": "tests", "conftest.py": "tests", "test_*.py": "tests", "*_test.py": "tests",
    "tests.py": "tests",
    "_vendor": "code of others", "vendor": "code of others", "_vendored": "code of others",
    "vendored": "code of others", "_vendoring": "code of others", "third_party": "code of others",
    "extern": "code of others", "externals": "code of others",
}  # fmt: skip
"""Patterns of `exclude`, where something in the source matches them, and why."""

LEFT_OUT_OF_TOP = {
    "/docs": "documentation", "/doc": "documentation", "/examples": "examples", "/example": "examples",
    "/benchmarks": "benchmarks", "/setup.py": "packaging", "/noxfile.py": "packaging", "/fabfile.py": "packaging",
}  # fmt: skip
"""The same, where the top of the repository is a source root itself."""

NOT_INSTALLED = ("setup", "conftest", "noxfile", "fabfile")
"""Modules at the top of a project that are never part of what is installed."""

FROM = re.compile(rb"^[ \t]*from[ \t]+([A-Za-z_]\w*)", re.MULTILINE)
IMPORT = re.compile(rb"^[ \t]*import[ \t]+([\w., \t]+)", re.MULTILINE)


class Pattern(NamedTuple):
    """One of `exclude`, and why."""

    pattern: str
    why: str


class Roots(NamedTuple):
    """What to write as `source` and `exclude`."""

    source: tuple[str, ...]
    exclude: tuple[Pattern, ...]


def propose_roots(repository: Repository) -> Roots:
    """Where the modules of a repository are: as its projects say, else by custom, else all of it."""
    found: dict[str, None] = {}
    for project in repository.projects:
        # a project below a root that is there already is one more folder of it
        if any(_within(project.folder, root) for root in found):
            continue
        own = list(_of_project(project, repository))
        found.update(dict.fromkeys(own))
        found.update(dict.fromkeys(_script_files(project, own, repository)))
    if len(found) > 1:
        found.pop(".", None)
    source = tuple(sorted(found)) or (".",)
    return Roots(source, tuple(_excludes(source, repository)))


def _within(folder: str, root: str) -> bool:
    return bool(folder) and (root in (".", folder) or folder.startswith(f"{root}/"))


def _of_project(project: Project, repository: Repository) -> Iterator[str]:
    here = f"{project.folder}/" if project.folder else ""
    declared = [folder for folder in dict.fromkeys(_declared(project)) if _has_files(here + folder, repository)]
    if declared:
        yield from (here + folder for folder in declared if folder)
        if "" not in declared:
            return
    for custom in SOURCE_FOLDERS:
        if _holds_packages(here + custom, repository) and f"{here}{custom}/{INIT}" not in repository.files:
            yield here + custom
            return
    if project.is_packaged:
        packages = list(_packages(project, here, repository))
        if packages:
            yield from packages
            yield from _modules_beside(here, packages, repository.files)
            return
    if not project.folder and len(repository.projects) > 1 and not _has_source_of_its_own(repository):
        return  # the projects below are all there is
    yield project.folder or "."


def _script_files(project: Project, roots: Sequence[str], repository: Repository) -> Iterator[str]:
    """The files that a project installs as commands and that lie in none of its source roots."""
    for path in project.script_files:
        whole = f"{project.folder}/{path}" if project.folder else path
        if whole in repository.files and not any(_within(whole, root) for root in roots):
            yield whole


def _declared(project: Project) -> Iterator[str]:
    """The folders that a project's packaging names, relative to it; "" for the project's own."""
    tool = table(project.pyproject, "tool")
    wheel = table(tool, "hatch", "build", "targets", "wheel")
    yield from _texts(wheel.get("packages"))
    yield from _texts(wheel.get("only-include"))
    setuptools = table(tool, "setuptools")
    yield from _texts(table(setuptools, "packages", "find").get("where"))
    yield from _texts(list(table(setuptools, "package-dir").values()))
    for row in _rows(table(tool, "poetry").get("packages")):
        where, include = row.get("from"), row.get("include")
        yield where if isinstance(where, str) else include if isinstance(include, str) and "*" not in include else ""
    for names in (
        table(tool, "pdm", "build").get("package-dir"),
        table(tool, "uv", "build-backend").get("module-root"),
    ):
        yield from _texts([names])
    for name in ("options", "tool:flit"):
        yield from (line.partition("=")[2].strip() for line in _lines(project.setup_cfg, name, "package_dir"))
    yield from _lines(project.setup_cfg, "options.packages.find", "where")
    for where in re.findall(r"""package_dir\s*=\s*\{\s*["']{2}\s*:\s*["']([\w./-]+)["']""", project.setup_py):
        yield where


def _texts(value: object) -> Iterator[str]:
    for text in value if isinstance(value, list) else ():
        if isinstance(text, str) and ".." not in text.split("/") and not text.startswith("/"):
            yield "" if text in (".", "./") else text.removeprefix("./").rstrip("/")


def _rows(value: object) -> Iterator[Mapping[str, Any]]:
    yield from (row for row in value if isinstance(row, Mapping)) if isinstance(value, list) else ()


def _lines(sections: Mapping[str, Mapping[str, str]], section: str, option: str) -> Iterator[str]:
    lines = sections.get(section, {}).get(option, "").splitlines()
    yield from (line.strip() for line in lines if line.strip() and ".." not in line)


def _has_files(folder: str, repository: Repository) -> bool:
    prefix = f"{folder.rstrip('/')}/" if folder else ""
    return folder in repository.files or any(path.startswith(prefix) for path in repository.files)


def _holds_packages(folder: str, repository: Repository) -> bool:
    """Whether packages or modules lie in a folder."""
    prefix = f"{folder}/"
    return any(path.startswith(prefix) and path.count("/") <= prefix.count("/") + 1 for path in repository.files)


def is_beside(folder: str) -> bool:
    """Whether a folder is one that is beside the source of a project: "docs", "end_to_end_tests"."""
    return folder in BESIDE or folder.endswith("_tests")


def _packages(project: Project, here: str, repository: Repository) -> Iterator[str]:
    """The packages and modules in the folder of a project that is installed: what its scripts name, too."""
    inside = [path.removeprefix(here) for path in repository.files if path.startswith(here)]
    named = {project.name.partition(".")[0]}
    named |= {target.partition(":")[0].partition(".")[0] for _, _, target in project.entry_points}
    for path in sorted(inside):
        folder, _, name = path.rpartition("/")
        is_package = name == INIT and folder and "/" not in folder and (not is_beside(folder) or folder in named)
        if is_package:
            yield here + folder
        elif not folder and name.removesuffix(".py") in named:
            yield here + name


def _modules_beside(here: str, roots: Iterable[str], files: Mapping[str, bytes]) -> Iterator[str]:
    """The modules in a folder that source roots in it import, or that these import in turn: installed with them."""
    own = {root.removeprefix(here) for root in roots}
    inside = {path.removeprefix(here): path for path in files if path.startswith(here)}
    modules = {name.removesuffix(".py"): path for name, path in inside.items() if "/" not in name}
    known = {*NOT_INSTALLED, *(root.removesuffix(".py") for root in own)}
    modules = {name: path for name, path in modules.items() if name not in known and not _is_left_out(f"{name}.py")}
    todo = [files[path] for name, path in inside.items() if modules and name.partition("/")[0] in own]
    while todo:
        for name in sorted(_imported(todo.pop()) & modules.keys()):
            yield (path := modules.pop(name))
            todo.append(files[path])


def _is_left_out(file: str) -> bool:
    """Whether a module at the top is one of tests."""
    return any(_matches(pattern, (file,)) for pattern in LEFT_OUT)


def _imported(data: bytes) -> set[str]:
    """The first names of what the lines of a file import, `from . import` and continued lines left out."""
    found = {name.decode() for name in FROM.findall(data)}
    for names in IMPORT.findall(data):
        found |= {part.split()[0].partition(".")[0] for part in names.decode().split(",") if part.split()}
    return found


def _has_source_of_its_own(repository: Repository) -> bool:
    """Whether there are files that belong to no project below the top, and are more than what is beside a source."""
    below = tuple(f"{project.folder}/" for project in repository.projects if project.folder)
    return any(
        not path.startswith(below) and "/" in path and not is_beside(path.partition("/")[0])
        for path in repository.files
    )


def _excludes(source: Sequence[str], repository: Repository) -> Iterator[Pattern]:
    paths = [parts for root in source for parts in _parts_below(root, repository.files)]
    scripts = {
        part
        for project in repository.projects
        for _, _, target in project.entry_points
        for part in target.partition(":")[0].split(".")
    }
    # a folder that is a source root, or that scripts are in, is what users wait for, whatever it is called
    meant = scripts | {part for root in source for part in root.split("/")}
    for pattern, why in LEFT_OUT.items():
        if pattern not in meant and any(_matches(pattern, parts) for parts in paths):
            yield Pattern(pattern, why)
    if "." in source:
        for pattern, why in LEFT_OUT_OF_TOP.items():
            if any(parts[0] == pattern[1:] for parts in paths):
                yield Pattern(pattern, why)


def _parts_below(root: str, files: Iterable[str]) -> Iterator[tuple[str, ...]]:
    prefix = "" if root == "." else f"{root}/"
    yield from (tuple(path.removeprefix(prefix).split("/")) for path in files if path.startswith(prefix))


def _matches(pattern: str, parts: tuple[str, ...]) -> bool:
    if pattern.startswith("*"):
        return parts[-1].endswith(pattern[1:])
    if "*" in pattern:
        start, _, end = pattern.partition("*")
        return parts[-1].startswith(start) and parts[-1].endswith(end)
    return parts[-1] == pattern if pattern.endswith(".py") else pattern in parts[:-1]
