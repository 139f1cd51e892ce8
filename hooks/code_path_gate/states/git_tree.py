"""A git state to a SourceTree, by the rules of the working tree, with nothing checked out: pure but for `fetch`."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from code_path_audit.errors import AuditError, printable
from code_path_audit.sources.entry_points import EntryPoint, of_project
from code_path_audit.sources.exclude import excluded, parse_excludes
from code_path_audit.sources.layout import BUILD_FOLDERS, ENVIRONMENT_FILE, ENVIRONMENT_FOLDER, FOREIGN_FOLDERS
from code_path_audit.sources.model import SkippedFile, SourceFile, SourceTree
from code_path_audit.sources.worktree import MAX_FILE_BYTES, content_key, one_per_module
from code_path_gate.states.git import LINK, SUBMODULE, Entry

INIT = "__init__.py"
KEY_LENGTH = len(content_key(b""))

Fetch = Callable[[Iterable[str]], Mapping[str, bytes | None]]
"""The bytes of blobs by id; None for one that is too large."""


Known = Callable[[SourceFile], bool]
"""Whether a file was read before, so that its bytes are hardly asked for; only its names and its key are to be looked
at."""


def nothing_known(_: SourceFile) -> bool:
    """Where nothing was read before."""
    return False


class LateFile(SourceFile):
    """A file whose bytes are fetched when somebody asks for them."""

    fetch: Fetch

    @property
    def data(self) -> bytes:
        """The bytes of the blob; it was read before, so it is neither too large nor binary."""
        return self.fetch([self.key])[self.key] or b""


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

    The bytes of those that are `known` are fetched late.

    AuditError `no-files` where there is none, `git-unmerged` where a file's merge is not resolved.
    """
    by_path = _follow_links(listed, fetch)
    found: list[_Found] = []
    skipped: list[SkippedFile] = []
    for root in dict.fromkeys(source):
        _add_root("" if root == "." else root, by_path, source, exclude, found, skipped)
    found, taken = one_per_module(found)
    skipped += taken
    late = {file.path: made for file in found if (made := _late(file, fetch)) is not None and known(made)}
    blobs = fetch(sorted({file.blob for file in found if file.path not in late}))
    files: list[SourceFile] = list(late.values())
    for file in found:
        if file.path in late:
            continue
        data = blobs[file.blob]
        if data is None:
            skipped.append(SkippedFile(file.path, file.module, f"larger than {MAX_FILE_BYTES:,} bytes", 0))
        elif b"\0" in data:
            skipped.append(SkippedFile(file.path, file.module, "a binary file: it holds NUL bytes", 0))
        else:
            files.append(SourceFile(file.path, file.module, file.is_package, content_key(data), data))
    if not files:
        raise AuditError(
            "no-files",
            "no Python file to audit",
            where=", ".join(source),
            todo="Set `source` to the folder that holds your modules; git must track them.",
        )
    return SourceTree(tuple(sorted(files)), tuple(sorted(set(skipped))), _entry_points(by_path, fetch))


def _late(file: _Found, fetch: Fetch) -> LateFile | None:
    """The same file, its bytes not fetched; None where the blob's id is no key (a repository of SHA-256)."""
    if len(file.blob) != KEY_LENGTH:
        return None
    made = LateFile(file.path, file.module, file.is_package, file.blob, b"")
    made.fetch = fetch
    return made


def _entry_points(by_path: Mapping[str, Entry], fetch: Fetch) -> tuple[EntryPoint, ...]:
    """What the project's own files declare, as the working tree's reader has it."""
    texts = []
    for name in ("pyproject.toml", "setup.cfg"):
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
    if root.endswith(".py") and root in by_path:
        _add(by_path[root], _module(posixpath.basename(root), _package(root, by_path)), found, skipped)
        return
    prefix = f"{root}/" if root else ""
    package = _package(root + "/", by_path) if root and prefix + INIT in by_path else ""
    others = tuple(other for other in source if other not in (root or ".", "."))
    refused = _refused_folders(by_path, prefix)
    for path, entry in sorted(by_path.items()):
        parts = path.removeprefix(prefix).split("/")
        if not path.startswith(prefix) or not (path.endswith(".py") or entry.mode == SUBMODULE):
            continue
        if any(part.startswith(".") or part in FOREIGN_FOLDERS for part in parts):
            continue
        if any(path == other or path.startswith(other + "/") for other in others if other.startswith(prefix)):
            continue  # a source root inside another is read for itself
        if any(path.startswith(folder + "/") for folder in refused) or (excludes and excluded(path, excludes)):
            continue
        module = _module("/".join(parts), package)
        if not path.isprintable():
            reason = "the name holds control characters, or is not valid UTF-8"
            skipped.append(SkippedFile(printable(path), printable(module), reason, 0))
        else:
            _add(entry, module, found, skipped)


def _refused_folders(by_path: Mapping[str, Entry], prefix: str) -> list[str]:
    """Virtual environments, and what packaging tools leave at the top of a source root."""
    refused = [prefix + name for name in sorted(BUILD_FOLDERS) if f"{prefix}{name}/{INIT}" not in by_path]
    for path in by_path:
        folder, _, name = path.rpartition("/")
        if path.startswith(prefix) and folder + "/" != prefix and folder and name == ENVIRONMENT_FILE:
            refused.append(folder)
        if f"/{ENVIRONMENT_FOLDER}/" in path and path.startswith(prefix):
            refused.append(path.partition(f"/{ENVIRONMENT_FOLDER}/")[0])
    return refused


def _add(entry: Entry, module: str, found: list[_Found], skipped: list[SkippedFile]) -> None:
    if entry.stage:
        raise AuditError(
            "git-unmerged", "a merge of this file is not resolved", where=entry.path, todo="Resolve it, and git add it."
        )
    if entry.mode == SUBMODULE:
        skipped.append(SkippedFile(entry.path, module, "a submodule: its files are in another repository", 0))
    elif entry.mode == LINK:
        skipped.append(SkippedFile(entry.path, module, "a link that leads to no file of the project", 0))
    else:
        is_package = entry.path.rpartition("/")[2] == INIT and bool(module)
        found.append(_Found(entry.path, module or INIT.removesuffix(".py"), is_package, entry.blob))


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


def _module(path: str, package: str) -> str:
    names = path.removesuffix(".py").split("/")
    if names[-1] == "__init__":
        names.pop()
    return ".".join([package, *names] if package else names)


def _package(path: str, by_path: Mapping[str, Entry]) -> str:
    """The dotted name of the package that holds a path, "" where none does."""
    names: list[str] = []
    folder = posixpath.dirname(path)
    while folder and f"{folder}/{INIT}" in by_path:
        folder, name = posixpath.split(folder)
        names.insert(0, name)
    return ".".join(names)
