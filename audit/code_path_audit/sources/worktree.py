"""The working tree as a SourceTree: finds the Python files of the source roots, reads each once, says what it skips."""

from __future__ import annotations

import os
import stat
from hashlib import sha1
from pathlib import Path

from code_path_audit.errors import AuditError, printable
from code_path_audit.sources.entry_points import declared
from code_path_audit.sources.exclude import Exclude, excluded, parse_excludes
from code_path_audit.sources.layout import (
    BINARY,
    HIDDEN,
    INIT,
    MAX_FILE_BYTES,
    ODD_NAME,
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

_OPEN_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)


def discover(root: Path, source: tuple[str, ...], exclude: tuple[str, ...] = ()) -> SourceTree:
    """All Python files below the source roots, in the order of their paths, and what was skipped, with reasons.

    `root` is the project root; `source` names folders or single files in it, relative, with "/". A folder that is a
    package itself, and a file inside a package, keep the package's name in their module names. `exclude` holds patterns
    as in `parse_excludes`. Where two files have the same module name, the first of `source` wins, a package outranks a
    module, and the loser is reported. AuditError `source-missing`, `source-unreadable` or `source-outside` for a root
    that cannot be used, `no-files` where nothing is left to audit.
    """
    walk = _Walk(os.path.realpath(root), frozenset(source), parse_excludes(exclude))
    for name in dict.fromkeys(source):
        walk.add_source(name)
    files, duplicates = one_per_module(walk.files)
    skipped = tuple(sorted({*walk.skipped, *duplicates}))
    if not files:
        more = f"; {len(skipped)} skipped, such as {skipped[0].path}: {skipped[0].reason}" if skipped else ""
        raise AuditError(
            "no-files",
            f"no Python file to audit{more}",
            where=", ".join(str(root / name) for name in source) or str(root),
            todo="Set `source` to the folder that holds your modules.",
        )
    hidden = tuple(sorted(set(walk.hidden)))
    return SourceTree(tuple(sorted(files)), skipped, declared(root, source), hidden=hidden)


def content_key(data: bytes) -> str:
    """Git's blob id of this content, so that any revision of it has the same key."""
    return sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()


class _Walk:
    """What one discovery has seen so far."""

    def __init__(self, root: str, sources: frozenset[str], excludes: tuple[Exclude, ...]) -> None:
        self.root = root
        self.sources = sources
        self.excludes = excludes
        self.files: list[SourceFile] = []
        self.skipped: list[SkippedFile] = []
        self.hidden: list[SkippedFile] = []

    def add_source(self, name: str) -> None:
        path = "" if name == "." else name
        full = os.path.join(self.root, path) if path else self.root
        try:
            mode = os.stat(full).st_mode
        except OSError as error:
            raise _source_error(error, full) from error
        if not self._inside(full):
            raise AuditError(
                "source-outside", "the source root is a link to a place outside the project", where=full,
                todo="Set `source` to a folder of the project, or run in the folder that holds both.",
            )  # fmt: skip
        if not stat.S_ISDIR(mode):
            self._read(path, package_of(path.rpartition("/")[0], self._is_package), explicit=True)
            return
        try:
            with os.scandir(full):
                pass
        except OSError as error:
            raise _source_error(error, full) from error
        self._walk_all(Folder(path, package_of(path, self._is_package), 0))

    def _is_package(self, folder: str) -> bool:
        return os.path.isfile(os.path.join(self.root, folder, INIT))

    def _walk_all(self, start: Folder) -> None:
        """Real folders first, then links to folders that are not among them: each folder once, so nothing loops."""
        seen: dict[tuple[int, int], str] = {}
        links: list[Folder] = []
        self._walk_real(start, seen, links)
        while links:
            links.sort()
            link = links.pop(0)
            full = os.path.join(self.root, link.path)
            try:
                identity = _identity(os.stat(full))
            except OSError as error:
                self._skip(link.path, link.package, _reason(error))
                continue
            if identity in seen:
                target = os.path.realpath(full)
                loop = (os.path.realpath(os.path.dirname(full)) + os.sep).startswith(target + os.sep)
                first = seen[identity] or "."
                self._skip(link.path, link.package, "symlink loop" if loop else f"link to {first}, audited there")
            else:
                self._walk_real(link, seen, links)

    def _walk_real(self, start: Folder, seen: dict[tuple[int, int], str], links: list[Folder]) -> None:
        stack = [start]
        while stack:
            folder = stack.pop()
            full = os.path.join(self.root, folder.path) if folder.path else self.root
            try:
                seen[_identity(os.stat(full))] = folder.path
                with os.scandir(full) as entries:
                    found = sorted(entries, key=_name_of)
            except OSError as error:
                self._skip(folder.path, folder.package, _reason(error))
                continue
            if is_foreign(folder.depth, folder.path.rpartition("/")[2], {entry.name for entry in found}):
                self._hide(folder, found)
                continue
            for entry in found:
                self._visit(entry, folder, stack, links)

    def _visit(self, entry: os.DirEntry[str], folder: Folder, stack: list[Folder], links: list[Folder]) -> None:
        name = entry.name
        path = f"{folder.path}/{name}" if folder.path else name
        is_python = is_file_of_source(name, folder.path)
        if not (is_python or is_folder_of_source(name)) or path in self.sources:
            return  # a source root inside another is walked for itself
        try:
            is_link = entry.is_symlink()
            is_folder = entry.is_dir()
        except OSError as error:  # a link that leads to itself
            if is_python:
                self._skip(path, module_of(name, folder.package), _reason(error))
            return
        if not (is_folder_of_source(name) if is_folder else is_python):
            return
        if self.excludes and excluded(path, self.excludes):
            return
        module = joined(folder.package, name) if is_folder else module_of(name, folder.package)
        if not is_sound(name):
            self._skip(path, module, ODD_NAME)
        elif is_link and not self._inside(entry.path):
            self._skip(path, module, "links outside the project")
        elif not is_folder:
            self._read(path, folder.package)
        elif is_link:
            links.append(Folder(path, module, folder.depth + 1))
        else:
            stack.append(Folder(path, module, folder.depth + 1))

    def _hide(self, folder: Folder, inside: list[os.DirEntry[str]]) -> None:
        for entry in inside:
            module = hidden_module(folder.package, entry.name, entry.is_dir())
            if module:
                self.hidden.append(SkippedFile(printable(f"{folder.path}/{entry.name}"), printable(module), HIDDEN, 0))

    def _inside(self, full: str) -> bool:
        real = os.path.realpath(full)
        return real == self.root or real.startswith(self.root.rstrip(os.sep) + os.sep)

    def _read(self, path: str, package: str, explicit: bool = False) -> None:
        name = path.rpartition("/")[2]
        full = os.path.join(self.root, path)
        module, is_package = module_of(name, package), is_of_package(name, package)
        try:
            data = _read_regular(full)
        except OSError as error:
            if explicit:
                raise _source_error(error, full) from error
            self._skip(path, module, _reason(error))
            return
        if isinstance(data, str):
            self._skip(path, module, data)
        elif b"\0" in data:
            self._skip(path, module, BINARY)
        else:
            self.files.append(SourceFile(path, module, is_package, content_key(data), data))

    def _skip(self, path: str, module: str, reason: str) -> None:
        self.skipped.append(SkippedFile(printable(path or "."), printable(module), reason, 0))


def _read_regular(full: str) -> bytes | str:
    """The bytes of a file, or why it is skipped. Opened without blocking: a pipe named `x.py` must not hold us up."""
    descriptor = os.open(full, _OPEN_FLAGS)
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            return "not a regular file"
        if status.st_size > MAX_FILE_BYTES:
            return TOO_LARGE
        data = os.read(descriptor, status.st_size + 1)
        if len(data) == status.st_size:
            return data
        # it changed under us, or the read was short: until nothing comes, or too much
        while len(data) <= MAX_FILE_BYTES and (more := os.read(descriptor, MAX_FILE_BYTES)):
            data += more
        return data if len(data) <= MAX_FILE_BYTES else TOO_LARGE
    finally:
        os.close(descriptor)


def _identity(status: os.stat_result) -> tuple[int, int]:
    return status.st_dev, status.st_ino


def _name_of(entry: os.DirEntry[str]) -> str:
    return entry.name


def _reason(error: OSError) -> str:
    return f"cannot be read: {error.strerror}"


def _source_error(error: OSError, full: str) -> AuditError:
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return AuditError(
            "source-missing", "there is no such source root", where=full,
            todo="Set `source` to the folder that holds your modules.",
        )  # fmt: skip
    return AuditError("source-unreadable", f"cannot read it: {error.strerror}", where=full, todo="Make it readable.")
