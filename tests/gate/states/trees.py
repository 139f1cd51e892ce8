"""The source of a repository, as its index has it."""

from __future__ import annotations

from code_path_gate.states import git
from code_path_gate.states.git_tree import source_tree
from tests.gate.repositories import Repo


def in_git(repo: Repo, source: tuple[str, ...], exclude: tuple[str, ...] = ()) -> object:
    found = repo.found()
    return source_tree(
        git.entries(found, git.INDEX), source, exclude, lambda blobs: git.read_blobs(found, blobs, 8 << 20)
    )
