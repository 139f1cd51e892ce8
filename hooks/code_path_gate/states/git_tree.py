"""A git state to a SourceTree, by the rules of the working tree, with nothing checked out: pure but for `fetch`."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from code_path_audit.errors import AuditError, printable
from code_path_audit.sources.entry_points import MAX_BYTES, EntryPoint, of_ini, of_project
from code_path_audit.sources.exclude import Exclude, excluded, parse_excludes
from code_path_audit.sources.layout import (
    BINARY,
    HIDDEN,
    INIT,
    INSTALLED,
    ODD_NAME,
    PROJECT_FILES,
    TOO_LARGE,
    hidden_module,
    is_file_of_source,
    is_folder_of_source,
    is_foreign,
    is_of_package,
    is_sound,
    joined,
    module_of,
    one_per_module,
    package_of,
)
from code_path_audit.sources.model import Folder, SkippedFile, SourceFile, SourceTree
from code_path_audit.sources.worktree import content_key
from code_path_gate.states.git import LINK, SUBMODULE, Entry
from code_path_gate.states.git_project import Project

KEY_LENGTH = len(content_key(b""))

Fetch = Callable[[Iterable[str]], Mapping[str, bytes | None]]
"""The bytes of blobs by id; None for one that is too large."""


Known = Callable[[SourceFile], bool]
"""Whether a file was read before, so that its bytes are hardly asked for; only its names and its key are to be looked
at."""


def nothing_known(_: SourceFile) -> bool:
    """Where nothing was read before."""
    return False


class _Found(NamedTuple):
    path: str
    module: str
    is_package: bool
    blob: str


def source_tree(
    listed: Iterable[Entry],
    source: tuple[str, ...],
    exclude: tuple[str, ...],
    fetch: Fetch,
    known: Known = nothing_known,
) -> SourceTree:
    """The Python files of the source roots among `listed`, whose paths are relative to the project root.

    The bytes of those that are `known` are left out.

    AuditErrors: `no-files` where there is none, `git-unmerged` where a file's merge is not resolved,
    `source-submodule`.
    """
    project = Project(listed, fetch)
    walk = _Walk(project, frozenset(source), parse_excludes(exclude))
    for root in dict.fromkeys(source):
        walk.add_source("" if root == "." else root)
    found, taken = one_per_module(walk.found)
    skipped = [*walk.skipped, *taken]
    left_out = {file.path: made for file in found if (made := _left_out(file)) is not None and known(made)}
    blobs = fetch(sorted({file.blob for file in found if file.path not in left_out}))
    files = list(left_out.values())
    for file in found:
        if file.path in left_out:
            continue
        data = blobs[file.blob]
        if data is None:
            skipped.append(SkippedFile(file.path, file.module, TOO_LARGE, 0))
        elif b"\0" in data:
            skipped.append(SkippedFile(file.path, file.module, BINARY, 0))
        else:
            files.append(SourceFile(file.path, file.module, file.is_package, content_key(data), data))
    if not files:
        raise AuditError(
            "no-files",
            "no Python file to audit",
            where=", ".join(source),
            todo="Set `source` to the folder that holds your modules; git must track them.",
        )
    return SourceTree(
        tuple(sorted(files)),
        tuple(sorted(set(skipped))),
        _entry_points(project, source, fetch),
        frozenset(left_out),
        tuple(sorted(set(walk.hidden))),
    )


def _left_out(file: _Found) -> SourceFile | None:
    """The same file without its bytes; None where the blob's id is no key (a repository of SHA-256)."""
    if len(file.blob) != KEY_LENGTH:
        return None
    return SourceFile(file.path, file.module, file.is_package, file.blob, b"")


def _entry_points(project: Project, source: Iterable[str], fetch: Fetch) -> tuple[EntryPoint, ...]:
    """What the project's own files declare, and what is installed in its source roots, as the working tree's reader has
    it."""

    def text(path: str) -> str:
        entry = project.entries.get(path)
        if entry is None or entry.mode in (LINK, SUBMODULE):
            return ""
        data = fetch([entry.blob])[entry.blob] or b""
        try:
            return "" if len(data) > MAX_BYTES else data.decode("utf-8")
        except UnicodeDecodeError:
            return ""

    rows = set(of_project(*map(text, PROJECT_FILES)))
    for root in source:
        folder = project.resolve("" if root == "." else root)
        for name in project.folders.get(folder, ()) if folder is not None else ():
            if name.endswith(INSTALLED):
                rows |= set(of_ini(text(posixpath.join(folder or "", name, "entry_points.txt")), ""))
    return tuple(sorted(rows))


class _Walk:
    """The walk of the working tree, step by step, over what git has."""

    def __init__(self, project: Project, sources: frozenset[str], excludes: tuple[Exclude, ...]) -> None:
        self.project = project
        self.sources = sources
        self.excludes = excludes
        self.found: list[_Found] = []
        self.skipped: list[SkippedFile] = []
        self.hidden: list[SkippedFile] = []

    def add_source(self, path: str) -> None:
        """A source root: a folder or a file; "" is the project itself."""
        parts = path.split("/")
        for end in range(1, len(parts) + 1):
            entry = self.project.entries.get("/".join(parts[:end]))
            if entry is not None and entry.mode == SUBMODULE:
                raise AuditError(
                    "source-submodule",
                    "a source root is in a submodule: git has its files in another repository",
                    where=path,
                    todo="Check the working tree, without --staged and --rev; or leave the root out of `source`.",
                )
        real = self.project.resolve(path)
        if real is None:
            return
        if real in self.project.folders:
            self._walk_all(Folder(path, package_of(path, self._is_package), 0))
        elif real in self.project.entries:
            folder, _, name = path.rpartition("/")
            self._add(path, name, package_of(folder, self._is_package), self.project.entries[real])

    def _is_package(self, folder: str) -> bool:
        return self.project.file(f"{folder}/{INIT}") is not None

    def _walk_all(self, start: Folder) -> None:
        seen: dict[str, str] = {}
        links: list[Folder] = []
        self._walk_real(start, seen, links)
        while links:
            links.sort()
            link = links.pop(0)
            real = self.project.resolve(link.path) or ""
            if real in seen:
                around = self.project.resolve(posixpath.dirname(link.path)) or ""
                loop = not real or f"{around}/".startswith(f"{real}/")
                self._skip(link.path, link.package, "symlink loop" if loop else f"link to {seen[real]}, audited there")
            else:
                self._walk_real(link, seen, links)

    def _walk_real(self, start: Folder, seen: dict[str, str], links: list[Folder]) -> None:
        stack = [start]
        while stack:
            folder = stack.pop()
            real = self.project.resolve(folder.path) or ""
            seen[real] = folder.path
            names = self.project.folders[real]
            if is_foreign(folder.depth, folder.path.rpartition("/")[2], names):
                self._hide(folder, real, names)
                continue
            for name in sorted(names):
                self._visit(name, real, folder, stack, links)

    def _visit(self, name: str, real: str, folder: Folder, stack: list[Folder], links: list[Folder]) -> None:
        path, inside = posixpath.join(folder.path, name), posixpath.join(real, name)
        is_python = is_file_of_source(name, folder.path)
        if not (is_python or is_folder_of_source(name)) or path in self.sources:
            return  # a source root inside another is walked for itself
        entry = self.project.entries.get(inside)
        target = self.project.resolve(inside)
        is_folder = target in self.project.folders or (entry is not None and entry.mode == SUBMODULE)
        if not (is_folder_of_source(name) if is_folder else is_python):
            return
        if self.excludes and excluded(path, self.excludes):
            return
        module = joined(folder.package, name) if is_folder else module_of(name, folder.package)
        if not is_sound(name):
            self._skip(path, module, ODD_NAME)
        elif entry is not None and entry.mode == SUBMODULE:
            self._skip(path, module, "a submodule: its files are in another repository")
        elif not is_folder:
            file = self.project.file(inside)
            if file is None:
                self._skip(path, module, "a link that leads to no file of the project")
            else:
                self._add(path, name, folder.package, file)
        elif entry is not None:
            links.append(Folder(path, module, folder.depth + 1))
        else:
            stack.append(Folder(path, module, folder.depth + 1))

    def _hide(self, folder: Folder, real: str, names: Iterable[str]) -> None:
        for name in names:
            path = posixpath.join(real, name)
            is_folder = self.project.resolve(path) in self.project.folders
            module = hidden_module(folder.package, name, is_folder)
            if module:
                self.hidden.append(SkippedFile(printable(f"{folder.path}/{name}"), printable(module), HIDDEN, 0))

    def _add(self, path: str, below: str, package: str, entry: Entry) -> None:
        if entry.stage:
            raise AuditError(
                "git-unmerged", "a merge of this file is not resolved", where=path, todo="Resolve it, and git add it."
            )
        self.found.append(_Found(path, module_of(below, package), is_of_package(below, package), entry.blob))

    def _skip(self, path: str, module: str, reason: str) -> None:
        self.skipped.append(SkippedFile(printable(path or "."), printable(module), reason, 0))
