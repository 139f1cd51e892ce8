"""An application in a repository of its own, with baselines, where changes are tried one after the other."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.conftest import ROOT
from tests.gate.repositories import Repo


def guarded(application: Path, root: Path, *left_out: str) -> Repo:
    """A copy of an application without some of its files, committed with the baselines of all its actions."""
    shutil.copytree(application, root, ignore=shutil.ignore_patterns("__pycache__", *left_out))
    repo = Repo.init(root)
    refreshed = gate(root, "refresh")
    assert refreshed.returncode == 0, refreshed.stderr
    repo.commit({})
    return repo


def gate(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A command of the gate, in a process of its own."""
    command = [sys.executable, "-m", "code_path_gate", *arguments]
    path = os.pathsep.join(map(str, (ROOT / "audit", ROOT / "hooks")))
    environ = {**os.environ, "PYTHONPATH": path}
    return subprocess.run(command, cwd=root, capture_output=True, text=True, check=False, env=environ)


@contextmanager
def taken_back(repo: Repo) -> Iterator[None]:
    """Afterwards the working tree is what was committed."""
    try:
        yield
    finally:
        repo.run("reset", "-q", "--hard")
        repo.run("clean", "-qfd")
