"""What the audit can see in a folder of the source: the names that count, and whether it is safe to look."""

from __future__ import annotations

import os

from code_path_audit.replay.record import FOLDER, SOURCE, STRICT
from code_path_audit.sources.layout import DECLARING, INSTALLED, is_environment, is_file_of_source, is_folder_of_source
from code_path_audit.store.pack import digest

ENVIRONMENT = b"!"
"""The kind of the one row of a folder with an environment of Python, in which the audit does not look."""


def children(folder: bytes, at_top: bool) -> list[tuple[bytes, bytes]] | None:
    """The kinds and names of what counts in a folder, sorted; None for what may change without a trace there.

    `at_top` says that it is a source root. OSError for a folder that cannot be listed.
    """
    where = os.fsdecode(folder).replace(os.sep, "/")
    with os.scandir(folder) as entries:
        rows = [(os.fsdecode(entry.name), entry) for entry in entries]
        if not at_top and is_environment([name for name, _ in rows]):
            return [(ENVIRONMENT, b"")]
        found = []
        for name, entry in rows:
            if entry.is_symlink():
                # what lies behind a link
                if name.endswith((".py", INSTALLED)) or entry.is_dir():
                    return None
            elif entry.is_dir():
                if is_folder_of_source(name) or (at_top and name.endswith(INSTALLED)):
                    found.append((FOLDER, entry.name))
            elif name in DECLARING:
                found.append((STRICT, entry.name))
            elif is_file_of_source(name, where):
                found.append((SOURCE, entry.name))
    return sorted(found)


def digest_of_names(rows: list[tuple[bytes, bytes]]) -> bytes:
    """The digest of what counts in a folder."""
    return digest("listing", *(kind + name for kind, name in rows))
