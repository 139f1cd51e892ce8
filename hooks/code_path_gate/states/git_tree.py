"""A git state to a SourceTree, by the rules of the working tree, with nothing checked out: pure but for `fetch`."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from code_path_audit.errors import AuditError, printable
from code_path_audit.sources.entry_points import EntryPoint, of_project
from code_path_audit.sources.exclude import excluded, parse_excludes
from code_path_audit.sources.layout import (
    BINARY,
    INIT,
    ODD_NAME,
    PROJECT_FILES,
    TOO_LARGE,
    is_file_of_source,
    is_folder_of_source,
    is_foreign,
    is_of_package,
    is_sound,
    module_of,
    one_per_module,
    package_of,
)
from code_path_audit.sources.model import SkippedFile, SourceFile, SourceTree
from code_path_audit.sources.worktree import content_key
from code_path_gate.states.git import LINK, SUBMODULE, Entry

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

    AuditError `no-files` where there is none, `git-unmerged` where a file's merge is not resolved.
    """
    by_path = _follow_links(listed, fetch)
    found: list[_Found] = []
    skipped: list[SkippedFile] = []
    for root in dict.fromkeys(source):
        _add_root("" if root == "." else root, by_path, source, exclude, found, skipped)
    found, taken = one_per_module(found)
    skipped += taken
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
    entry_points = _entry_points(by_path, fetch)
    return SourceTree(tuple(sorted(files)), tuple(sorted(set(skipped))), entry_points, frozenset(left_out))


def _left_out(file: _Found) -> SourceFile | None:
    """The same file without its bytes; None where the blob's id is no key (a repository of SHA-256)."""
    if len(file.blob) != KEY_LENGTH:
        return None
    return SourceFile(file.path, file.module, file.is_package, file.blob, b"")


def _entry_points(by_path: Mapping[str, Entry], fetch: Fetch) -> tuple[EntryPoint, ...]:
    """What the project's own files declare, as the working tree's reader has it."""
    texts = []
    for name in PROJECT_FILES:
        entry = by_path.get(name)
        data = fetch([entry.blob])[entry.blob] if entry is not None else None
        texts.append((data or b"").decode("utf-8", "replace"))
    return of_project(*texts)


def _add_root(
    root: str,
    by_path: Mapping[str, Entry],
    source: tuple[str, ...],
    exclude: tuple[str, ...],
    found: list[_Found],
    skipped: list[SkippedFile],
) -> None:
    excludes = parse_excludes(exclude)

    def is_package(folder: str) -> bool:
        return f"{folder}/{INIT}" in by_path

    if root.endswith(".py") and root in by_path:
        folder, _, name = root.rpartition("/")
        _add(by_path[root], name, package_of(folder, is_package), found, skipped)
        return
    prefix = f"{root}/" if root else ""
    package = package_of(root, is_package)
    others = tuple(other for other in source if other not in (root or ".", "."))
    folders = _Folders(path.removeprefix(prefix) for path in by_path if path.startswith(prefix))
    for path, entry in sorted(by_path.items()):
        folder, _, name = path.removeprefix(prefix).rpartition("/")
        by_name = is_folder_of_source(name) if entry.mode == SUBMODULE else is_file_of_source(name)
        if not (path.startswith(prefix) and by_name and folders.are_source(folder)):
            continue
        if any(path == other or path.startswith(other + "/") for other in others if other.startswith(prefix)):
            continue  # a source root inside another is read for itself
        if excludes and excluded(path, excludes):
            continue
        below = path.removeprefix(prefix)
        if not is_sound(path):
            skipped.append(SkippedFile(printable(path), printable(module_of(below, package)), ODD_NAME, 0))
        else:
            _add(entry, below, package, found, skipped)


class _Folders:
    """The folders below a source root, of the paths of all files below it."""

    def __init__(self, paths: Iterable[str]) -> None:
        self.inside: dict[str, set[str]] = {"": set()}
        self.known = {"": True}
        for path in paths:
            above, _, name = path.rpartition("/")
            while above not in self.inside:
                self.inside[above] = {name}
                above, _, name = above.rpartition("/")
            self.inside[above].add(name)

    def are_source(self, folder: str) -> bool:
        """Whether a folder is looked into, and all those around it."""
        if folder not in self.known:
            above, _, name = folder.rpartition("/")
            foreign = is_foreign(folder.count("/") + 1, name, self.inside[folder])
            self.known[folder] = is_folder_of_source(name) and not foreign and self.are_source(above)
        return self.known[folder]


def _add(entry: Entry, below: str, package: str, found: list[_Found], skipped: list[SkippedFile]) -> None:
    """Takes a file: its path `below` a folder that is this package."""
    module = module_of(below, package)
    if entry.stage:
        raise AuditError(
            "git-unmerged", "a merge of this file is not resolved", where=entry.path, todo="Resolve it, and git add it."
        )
    if entry.mode == SUBMODULE:
        skipped.append(SkippedFile(entry.path, module, "a submodule: its files are in another repository", 0))
    elif entry.mode == LINK:
        skipped.append(SkippedFile(entry.path, module, "a link that leads to no file of the project", 0))
    else:
        found.append(_Found(entry.path, module, is_of_package(below, package), entry.blob))


def _follow_links(listed: Iterable[Entry], fetch: Fetch) -> dict[str, Entry]:
    """Entries by path; a link to a file of the project stands for that file."""
    by_path = {entry.path: entry for entry in listed}
    links = [entry for entry in by_path.values() if entry.mode == LINK and entry.path.endswith(".py")]
    targets = fetch(sorted({link.blob for link in links})) if links else {}
    followed = dict(by_path)
    for link in links:
        text = (targets[link.blob] or b"").decode("utf-8", "surrogateescape")
        target = by_path.get(posixpath.normpath(posixpath.join(posixpath.dirname(link.path), text)))
        if target is not None and target.mode not in (LINK, SUBMODULE) and not text.startswith("/"):
            followed[link.path] = target._replace(path=link.path)
    return followed
