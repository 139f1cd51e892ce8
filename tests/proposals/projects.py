"""Repositories in a few lines, as proposals are made of them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path

from code_path_audit.proposals.modules import Modules
from code_path_audit.proposals.repository import Repository, read_repository
from tests.conftest import write_tree


def repository(root: Path, files: Mapping[str, str]) -> Repository:
    """Writes files, and reads them as a repository."""
    write_tree(root, files)
    return read_repository(root)


def modules(files: Mapping[str, str]) -> Modules:
    """Modules by name; one whose name ends in ".__init__" is a package."""
    data = {name.removesuffix(".__init__"): text.encode() for name, text in files.items()}
    return Modules(data, frozenset(n.removesuffix(".__init__") for n in files if n.endswith(".__init__")))


def tables(text: str) -> dict[str, object]:
    """TOML as plain values."""
    return tomllib.loads(text)
