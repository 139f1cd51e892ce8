"""The hook as pre-commit runs it, installed from this very repository: fifteen seconds, most of them for installing."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.gate.repositories import Repo
from tests.gate.shop import APP, FILES, SLOW_APP, STORE

ROOT = Path(__file__).parents[1]
PARTS = ("audit", "hooks", "pyproject.toml", "README.md", "LICENSE", ".pre-commit-hooks.yaml")

pytestmark = [pytest.mark.slow, pytest.mark.network]


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """This repository as pre-commit would clone it: committed, with what is needed to install it."""
    root = tmp_path_factory.mktemp("ours")
    for part in PARTS:
        source = ROOT / part
        if source.is_dir():
            shutil.copytree(source, root / part, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, root / part)
    Repo.init(root).commit({})
    return root


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


def run(folder: Path, cache: Path, *command: str) -> subprocess.CompletedProcess[str]:
    env = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "PRE_COMMIT", "PYTHON"))}
    env |= {"PRE_COMMIT_HOME": str(cache), "PRE_COMMIT_COLOR": "never"}
    return subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False)


def pre_commit(folder: Path, cache: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return run(folder, cache, sys.executable, "-m", "pre_commit", *arguments)


def test_try_repo_and_run(tmp_path: Path, ours: Path, cache: Path) -> None:
    repo = Repo.init(tmp_path / "shop")
    repo.write(FILES)
    repo.run("add", ".")
    # the first commit: there are no baselines yet
    tried = pre_commit(repo.root, cache, "try-repo", str(ours), "code-path-gate")
    assert (tried.returncode, "exit code: 3" in tried.stdout) == (1, True), tried.stdout + tried.stderr
    revision = Repo(ours).run("rev-parse", "HEAD")
    config = f"repos:\n- repo: {ours}\n  rev: {revision}\n  hooks:\n  - id: code-path-gate\n"
    repo.write({".pre-commit-config.yaml": config})
    repo.run("add", ".")
    first = pre_commit(repo.root, cache, "run")
    assert first.returncode == 1, first.stdout
    (gate,) = cache.glob("repo*/py_env-*/bin/code-path-gate")
    assert run(repo.root, cache, str(gate), "refresh").returncode == 0
    repo.run("add", ".")
    assert pre_commit(repo.root, cache, "install").returncode == 0
    done = run(repo.root, cache, "git", "commit", "-m", "the shop")
    assert done.returncode == 0, done.stdout + done.stderr

    # a file staged in part: the regression is staged, the cure is not
    repo.write({"src/shop/app.py": SLOW_APP})
    repo.run("add", ".")
    repo.write({"src/shop/app.py": APP})
    done = run(repo.root, cache, "git", "commit", "-m", "slow")
    assert (done.returncode, "FAILS save: builtins.open in shop.store.write" in done.stderr + done.stdout) == (1, True)
    assert (repo.root / "src/shop/app.py").read_text() == APP
    repo.run("restore", "--staged", ".")

    # a commit that only deletes, which pre-commit shows no hook
    repo.run("rm", "-q", "src/shop/store.py")
    done = run(repo.root, cache, "git", "commit", "-m", "gone")
    told = done.stdout + done.stderr
    assert (done.returncode, "Passed" in told, "Skipped" in told) == (0, True, False), told
    repo.run("reset", "-q", "--hard", "HEAD~1")

    # `git commit FILE` has an index of its own
    repo.write({"src/shop/app.py": SLOW_APP, "src/shop/store.py": STORE + "\n"})
    done = run(repo.root, cache, "git", "commit", "-m", "other", "src/shop/store.py")
    assert done.returncode == 0, done.stdout + done.stderr
    done = run(repo.root, cache, "git", "commit", "-a", "-m", "slow")
    assert done.returncode == 1
    # from a subfolder
    done = run(repo.root / "src", cache, "git", "commit", "-a", "-m", "slow")
    assert done.returncode == 1
    # everything
    repo.run("reset", "-q", "--hard")
    assert pre_commit(repo.root, cache, "run", "--all-files").returncode == 0
