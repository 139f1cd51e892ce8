"""Whether the working tree differs from a commit, found without git's own comparison, which would run filters."""

from __future__ import annotations

import os
import stat

from code_path_audit.sources.worktree import content_key
from code_path_gate.states import git

MAX_BYTES = 1 << 26
"""What is larger is no file of source, and counts as edited."""


def is_edited(repository: git.Repository, commit: str, ends: tuple[str, ...]) -> bool:
    """Whether a file whose name ends so is not as the commit has it, or is new and not ignored."""
    for entry in git.entries(repository, commit):
        if entry.path.endswith(ends) and entry.mode not in (git.LINK, git.SUBMODULE) and not _is(repository, entry):
            return True
    return any(path.endswith(ends) for path in git.untracked(repository, ignored=False))


def _is(repository: git.Repository, entry: git.Entry) -> bool:
    """Whether a file on disk is that of an entry, but for how its lines end."""
    path = os.path.join(repository.top, entry.path)
    try:
        known = os.lstat(path)
        if not stat.S_ISREG(known.st_mode) or known.st_size > MAX_BYTES:
            return False
        with open(path, "rb") as file:
            data = file.read()
    except OSError:
        return False
    if len(entry.blob) != len(content_key(b"")):  # a repository of SHA-256
        return git.read_blobs(repository, [entry.blob], len(data))[entry.blob] == data
    return entry.blob in (content_key(data), content_key(data.replace(b"\r\n", b"\n")))
