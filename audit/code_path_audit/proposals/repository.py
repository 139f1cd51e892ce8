"""What a proposal is made of: the Python files of a repository, and what its projects say of themselves."""

from __future__ import annotations

import configparser
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from code_path_audit.errors import AuditError
from code_path_audit.sources.entry_points import EntryPoint, of_project, text_of
from code_path_audit.sources.layout import PROJECT_FILES
from code_path_audit.sources.model import SourceTree
from code_path_audit.sources.worktree import discover
from code_path_audit.toml_text import loads

MAX_DEPTH = 3
"""Folders between the top of a repository and a project in it."""

BESIDE = frozenset(
    {
        "benchmark", "benchmarks", "bench", "ci", "contrib", "demo", "demos", "doc", "docs", "example", "examples",
        "notebooks", "scripts", "test", "tests", "testing", "tools", "t", "tasks", "misc", "script", "dev", "changelog",
        "samples", "sample", "extras", "packaging", "hooks",
    }
)  # fmt: skip
"""Folders that are beside the source of a project that is installed, and whose projects are none of the users'."""

MAX_DOCUMENTS = 200
MAX_DOCUMENT_CHARACTERS = 2_000_000
DOCUMENTS = re.compile(r"(?i)(readme|usage|quickstart|tutorial)[^/]*\.(md|rst|txt)|(docs?|documentation)/.*\.(md|rst)")


class Project(NamedTuple):
    """One project of a repository: a folder ("" for the top) with its tables, and the entry points that it declares.

    `setup_cfg` is by section; `setup_py` is text. Empty where there is no such file, or none that can be read.
    """

    folder: str
    pyproject: Mapping[str, Any]
    setup_cfg: Mapping[str, Mapping[str, str]]
    setup_py: str
    entry_points: tuple[EntryPoint, ...]

    @property
    def is_packaged(self) -> bool:
        """Whether it is meant to be installed."""
        poetry = table(self.pyproject, "tool", "poetry")
        return bool(
            self.pyproject.get("build-system")
            or self.pyproject.get("project")
            or (poetry.get("name") and poetry.get("package-mode") is not False)
            or self.setup_py
            or "metadata" in self.setup_cfg
        )

    @property
    def script_files(self) -> tuple[str, ...]:
        """The files that it installs as commands, as they are: paths from its folder, with "/"."""
        listed = table(self.pyproject, "tool", "setuptools").get("script-files")
        paths = [path for path in listed if isinstance(path, str)] if isinstance(listed, list) else []
        paths += self.setup_cfg.get("options", {}).get("scripts", "").split()
        for inside in re.findall(r"\bscripts\s*=\s*\[([^\[\]]*)\]", self.setup_py):
            paths += re.findall(r"""["']([^"']+)["']""", inside)
        return tuple(dict.fromkeys(path.removeprefix("./") for path in paths if ".." not in path.split("/")))

    @property
    def name(self) -> str:
        """Its name as a package would have it, "" where it says none."""
        project, poetry = table(self.pyproject, "project"), table(self.pyproject, "tool", "poetry")
        name = project.get("name") or poetry.get("name") or self.setup_cfg.get("metadata", {}).get("name", "")
        if not name and (found := re.search(r"""\bname\s*=\s*["']([\w.-]+)["']""", self.setup_py)):
            name = found.group(1)
        return name.replace("-", "_").lower() if isinstance(name, str) else ""


class Repository(NamedTuple):
    """Python files by path from the top, with "/"; the projects, outermost first; documents for users as one text."""

    files: Mapping[str, bytes]
    projects: tuple[Project, ...]
    documents: str


def read_repository(root: Path) -> Repository:
    """Everything that proposals are made of. AuditError `no-files` where there is no Python file."""
    files = {file.path: file.data for file in _discovered(root).files}
    folders = {""}
    for path in files:
        parts = path.split("/")[:-1]
        folders |= {"/".join(parts[:end]) for end in range(1, min(len(parts), MAX_DEPTH) + 1)}
    projects = [
        _project(root, folder)
        for folder in sorted(folders, key=lambda folder: (folder.count("/"), folder))
        if not folder or (BESIDE.isdisjoint(folder.split("/")) and _is_project(root / folder))
    ]
    return Repository(files, tuple(projects), _documents(root))


def _discovered(root: Path) -> SourceTree:
    try:
        return discover(root, (".",))
    except AuditError as error:
        if error.slug != "no-files":
            raise
        notebook = min(root.glob("**/*.ipynb"), default=None)
        todo = "Run init in the folder of your repository."
        if notebook is not None:
            todo = f"Notebooks are not read; jupyter nbconvert --to script {notebook.name} makes a file of one."
        raise AuditError("no-files", error.what, error.where, todo) from None


def table(tables: Mapping[str, Any], *keys: str) -> Mapping[str, Any]:
    """The table at a path of keys; an empty one where there is none."""
    found: object = tables
    for key in keys:
        found = found.get(key) if isinstance(found, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def _is_project(folder: Path) -> bool:
    return any((folder / name).is_file() for name in PROJECT_FILES)


def _project(root: Path, folder: str) -> Project:
    texts = {name: text_of(root / folder / name) for name in PROJECT_FILES}
    pyproject, setup_cfg, setup_py = (texts[name] for name in PROJECT_FILES)
    try:
        tables = loads(pyproject)
    except (ValueError, RecursionError):
        tables = {}
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    try:
        parser.read_string(setup_cfg)
        sections = {name: dict(parser.items(name)) for name in parser.sections()}
    except configparser.Error:
        sections = {}
    scripts = table(tables, "tool", "poetry", "scripts")
    poetry = {("console_scripts", name, target) for name, target in scripts.items() if isinstance(target, str)}
    graphical = table(tables, "project", "gui-scripts")
    poetry |= {("gui_scripts", name, target) for name, target in graphical.items() if isinstance(target, str)}
    return Project(
        folder, tables, sections, setup_py, tuple(sorted({*of_project(pyproject, setup_cfg, setup_py), *poetry}))
    )


def _documents(root: Path) -> str:
    """What the repository tells its users, shortest paths first."""
    found = []
    for folder, folders, names in os.walk(root):
        depth = Path(folder).relative_to(root).parts
        folders[:] = sorted(name for name in folders if not name.startswith(".") and len(depth) < MAX_DEPTH)
        for name in names:
            path = "/".join((*depth, name))
            if DOCUMENTS.fullmatch(path):
                found.append(path)
    texts, size = [], 0
    for path in sorted(found, key=lambda path: (path.count("/"), path))[:MAX_DOCUMENTS]:
        texts.append(text_of(root / path))
        size += len(texts[-1])
        if size > MAX_DOCUMENT_CHARACTERS:
            break
    return "\n".join(texts)
