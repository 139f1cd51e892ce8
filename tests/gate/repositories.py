"""Real git repositories for tests."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

from code_path_gate.states import git
from tests.conftest import write_tree


class Repo:
    """A git repository in a folder; `init` makes a fresh one."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @classmethod
    def init(cls, root: Path) -> Repo:
        root.mkdir(parents=True, exist_ok=True)
        repo = cls(root)
        repo.run("init", "-q", "-b", "main")
        repo.run("config", "user.name", "Tester")
        repo.run("config", "user.email", "tester@example.org")
        repo.run("config", "commit.gpgsign", "false")
        return repo

    def run(self, *arguments: str) -> str:
        done = subprocess.run(["git", *arguments], cwd=self.root, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def write(self, files: Mapping[str, str | bytes]) -> None:
        write_tree(self.root, files)

    def commit(self, files: Mapping[str, str | bytes]) -> str:
        """Writes the files, commits everything, and returns the commit's id."""
        self.write(files)
        self.run("add", "--all")
        self.run("commit", "-q", "--no-verify", "-m", "change")
        return self.run("rev-parse", "HEAD")

    def found(self) -> git.Repository:
        repository = git.find_repository(self.root, os.environ)
        assert repository is not None
        return repository
