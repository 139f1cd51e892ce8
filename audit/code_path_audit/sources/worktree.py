"""The working tree as a SourceTree: finds the Python files of the source roots, reads each once, says what it skips."""

from __future__ import annotations

import os
import stat
from hashlib import sha1
from pathlib import Path
from typing import NamedTuple, Protocol, TypeVar

from code_path_audit.errors import AuditError, printable
from code_path_audit.sources.entry_points import declared
from code_path_audit.sources.exclude import Exclude, excluded, parse_excludes
from code_path_audit.sources.layout import BUILD_FOLDERS, ENVIRONMENT_MARKS, FOREIGN_FOLDERS
from code_path_audit.sources.model import SkippedFile, SourceFile, SourceTree

MAX_FILE_BYTES = 8 << 20
"""Files over this are skipped: nobody writes them by hand, and parsing one takes gigabytes."""

_TOO_LARGE = f"larger than {MAX_FILE_BYTES:,} bytes"
_INIT = "__init__.py"
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
    return SourceTree(tuple(sorted(files)), skipped, declared(root, source))


def content_key(data: bytes) -> str:
    """Git's blob id of this content, so that any revision of it has the same key."""
    return sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()


class _Folder(NamedTuple):
    """A folder to walk: its path relative to the project root ("" for that itself), its modules' prefix, and how far
    down it is: 0 for a source root, which was asked for by name and is walked whatever it looks like.
    """

    path: str
    package: str
    depth: int


class _Walk:
    """What one discovery has seen so far."""

    def __init__(self, root: str, sources: frozenset[str], excludes: tuple[Exclude, ...]) -> None:
        self.root = root
        self.sources = sources
        self.excludes = excludes
        self.files: list[SourceFile] = []
        self.skipped: list[SkippedFile] = []

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
            self._read(path, self._package_above(path), explicit=True)
            return
        try:
            with os.scandir(full):
                pass
        except OSError as error:
            raise _source_error(error, full) from error
        package = ""
        if path and os.path.isfile(os.path.join(full, _INIT)):
            package = _joined(self._package_above(path), path.rpartition("/")[2])
        self._walk_all(_Folder(path, package, 0))

    def _package_above(self, path: str) -> str:
        """The dotted name of the package that holds this file or folder, "" where none does."""
        parts: list[str] = []
        folder = path.rpartition("/")[0]
        while folder and os.path.isfile(os.path.join(self.root, folder, _INIT)):
            folder, _, name = folder.rpartition("/")
            parts.insert(0, name)
        return ".".join(parts)

    def _walk_all(self, start: _Folder) -> None:
        """Real folders first, then links to folders that are not among them: each folder once, so nothing loops."""
        seen: dict[tuple[int, int], str] = {}
        links: list[_Folder] = []
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

    def _walk_real(self, start: _Folder, seen: dict[tuple[int, int], str], links: list[_Folder]) -> None:
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
            names = {entry.name for entry in found}
            if folder.depth and names & ENVIRONMENT_MARKS:
                continue
            if folder.depth == 1 and folder.path.rpartition("/")[2] in BUILD_FOLDERS and _INIT not in names:
                continue
            for entry in found:
                self._visit(entry, folder, stack, links)

    def _visit(self, entry: os.DirEntry[str], folder: _Folder, stack: list[_Folder], links: list[_Folder]) -> None:
        name = entry.name
        path = f"{folder.path}/{name}" if folder.path else name
        is_python = name.endswith(".py")
        if name.startswith(".") or path in self.sources:  # a source root inside another is walked for itself
            return
        try:
            is_link = entry.is_symlink()
            is_folder = entry.is_dir()
        except OSError as error:  # a link that leads to itself
            if is_python:
                self._skip(path, _module_of(name, folder.package), _reason(error))
            return
        if not (is_folder or is_python) or (is_folder and name in FOREIGN_FOLDERS):
            return
        if self.excludes and excluded(path, self.excludes):
            return
        module = _joined(folder.package, name) if is_folder else _module_of(name, folder.package)
        if not _sound(name):
            self._skip(path, module, "the name holds control characters, or is not valid UTF-8")
        elif is_link and not self._inside(entry.path):
            self._skip(path, module, "links outside the project")
        elif not is_folder:
            self._read(path, folder.package)
        elif is_link:
            links.append(_Folder(path, module, folder.depth + 1))
        else:
            stack.append(_Folder(path, module, folder.depth + 1))

    def _inside(self, full: str) -> bool:
        real = os.path.realpath(full)
        return real == self.root or real.startswith(self.root.rstrip(os.sep) + os.sep)

    def _read(self, path: str, package: str, explicit: bool = False) -> None:
        name = path.rpartition("/")[2]
        full = os.path.join(self.root, path)
        is_package = name == _INIT and bool(package)
        module = package if is_package else _module_of(name, package)
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
            self._skip(path, module, "a binary file: it holds NUL bytes")
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
            return _TOO_LARGE
        data = os.read(descriptor, status.st_size + 1)
        if len(data) == status.st_size:
            return data
        # it changed under us, or the read was short: until nothing comes, or too much
        while len(data) <= MAX_FILE_BYTES and (more := os.read(descriptor, MAX_FILE_BYTES)):
            data += more
        return data if len(data) <= MAX_FILE_BYTES else _TOO_LARGE
    finally:
        os.close(descriptor)


class _Named(Protocol):
    """A file with its module, whatever state of the source it is from."""

    @property
    def path(self) -> str: ...
    @property
    def module(self) -> str: ...
    @property
    def is_package(self) -> bool: ...


_File = TypeVar("_File", bound=_Named)


def one_per_module(files: list[_File]) -> tuple[list[_File], list[SkippedFile]]:
    """Each module name once. The files come in the order of `source`; a package outranks a module within one root."""
    kept: dict[str, _File] = {}
    losers: list[SkippedFile] = []
    for file in files:
        other = kept.setdefault(file.module, file)
        if other is file:
            continue
        winner, loser = other, file
        if file.is_package and not other.is_package and _beside(other.path) == _beside(file.path.rpartition("/")[0]):
            winner, loser = file, other
        kept[file.module] = winner
        losers.append(SkippedFile(loser.path, loser.module, f"its module name is taken by {winner.path}", 0))
    return list(kept.values()), losers


def _beside(path: str) -> str:
    return path.rpartition("/")[0]


def _joined(package: str, name: str) -> str:
    return f"{package}.{name}" if package else name


def _module_of(name: str, package: str) -> str:
    if name == _INIT and package:
        return package
    return _joined(package, name.removesuffix(".py"))


def _identity(status: os.stat_result) -> tuple[int, int]:
    return status.st_dev, status.st_ino


def _name_of(entry: os.DirEntry[str]) -> str:
    return entry.name


def _sound(name: str) -> bool:
    return name.isprintable()  # false for control characters and for the surrogates that stand for broken UTF-8


def _reason(error: OSError) -> str:
    return f"cannot be read: {error.strerror}"


def _source_error(error: OSError, full: str) -> AuditError:
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return AuditError(
            "source-missing", "there is no such source root", where=full,
            todo="Set `source` to the folder that holds your modules.",
        )  # fmt: skip
    return AuditError("source-unreadable", f"cannot read it: {error.strerror}", where=full, todo="Make it readable.")
