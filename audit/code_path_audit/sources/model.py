"""Files as the audit sees them, wherever their bytes come from."""

from typing import NamedTuple


class SourceFile(NamedTuple):
    """One Python file. `path` is relative to the project root, with "/"; `key` is the hash of `data` (a blob id)."""

    path: str
    module: str
    is_package: bool
    key: str
    data: bytes


class SkippedFile(NamedTuple):
    """A file that could not be read or parsed: never dropped silently. `line` is 0 where none applies."""

    path: str
    module: str
    reason: str
    line: int


class SourceTree(NamedTuple):
    """All files of one state of the source, sorted by path.

    `left_out` are the paths of files without their `data`: what is in them was read before, and `Files.data` gets it.
    `hidden` is what stands in folders that are taken for no source (an environment, a build): nobody is told of it,
    unless the code imports it.
    """

    files: tuple[SourceFile, ...]
    skipped: tuple[SkippedFile, ...]
    entry_points: tuple[tuple[str, str, str], ...] = ()
    left_out: frozenset[str] = frozenset()
    hidden: tuple[SkippedFile, ...] = ()


class Folder(NamedTuple):
    """A folder of one state that is walked in search of source: its path relative to the project root ("" for that
    itself), its modules' prefix, and how far down it is: 0 for a source root, which was asked for by name and is walked
    whatever it looks like.
    """

    path: str
    package: str
    depth: int
