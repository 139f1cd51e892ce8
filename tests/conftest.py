"""What several tests share: file trees as indented text, and where the repository is."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from hypothesis import settings

# the same verdict on every run, and on a machine that is busy
settings.register_profile("steady", deadline=None, derandomize=True, database=None)
settings.load_profile("steady")

# what one test keeps is none of the business of another, nor of who runs them
os.environ["CODE_PATH_AUDIT_CACHE"] = "off"

ROOT = Path(__file__).resolve().parents[1]
"""The repository."""

SPECIMENS = ROOT / "tests" / "specimens"

Tree = Mapping[str, str | bytes]
"""Files by their path, with "/": text is dedented by the caller, and written as UTF-8."""

MakeTree = Callable[[Tree], Path]


def write_tree(root: Path, files: Tree) -> Path:
    """Writes the files below `root`, and returns it; a path that ends in "/" is an empty folder."""
    for path, content in files.items():
        target = root / path
        if path.endswith("/"):
            target.mkdir(parents=True, exist_ok=True)
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content.encode() if isinstance(content, str) else content)
    return root


@pytest.fixture
def make_tree(tmp_path: Path) -> MakeTree:
    """Writes a project into a folder of its own, and returns that."""

    def make(files: Tree) -> Path:
        root = tmp_path / "project"
        root.mkdir(exist_ok=True)
        return write_tree(root, files)

    return make


@pytest.fixture
def heard() -> Iterator[None]:
    """What ends a process does so to those that a test starts, whoever started the tests: `nohup` has SIGHUP ignored,
    and a shell SIGINT of what it starts in the background."""
    names = ("SIGINT", "SIGTERM", "SIGHUP")
    before = {getattr(signal, name): signal.getsignal(getattr(signal, name)) for name in names if hasattr(signal, name)}
    for number, handler in before.items():
        if handler is signal.SIG_IGN:
            signal.signal(number, signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL)
    yield
    for number, handler in before.items():
        signal.signal(number, handler)
