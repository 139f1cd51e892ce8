"""The hook as pre-commit runs it, installed from this very repository: a minute, for installing and for each commit."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from code_path_audit.proposals.continuous import hook_entry
from tests.conftest import ROOT
from tests.gate.repositories import Repo
from tests.gate.shop import APP, FILES, SLOW_APP, STORE

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


def run(folder: Path, cache: Path, *command: str, **place: str) -> subprocess.CompletedProcess[str]:
    env = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "PRE_COMMIT", "PYTHON"))}
    env |= {"PRE_COMMIT_HOME": str(cache), "PRE_COMMIT_COLOR": "never"} | place
    return subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False)


def pre_commit(folder: Path, cache: Path, *arguments: str, **place: str) -> subprocess.CompletedProcess[str]:
    return run(folder, cache, sys.executable, "-m", "pre_commit", *arguments, **place)


def test_try_repo(tmp_path: Path, ours: Path, cache: Path) -> None:
    repo = Repo.init(tmp_path / "shop")
    repo.write(FILES)
    repo.run("add", ".")
    # the first commit: there are no baselines yet
    tried = pre_commit(repo.root, cache, "try-repo", str(ours), "code-path-gate")
    assert (tried.returncode, "exit code: 3" in tried.stdout) == (1, True), tried.stdout + tried.stderr


@pytest.mark.parametrize("elsewhere", [True, False], ids=["a commit of git", "the one on the PATH"])
def test_the_entry_that_init_writes(elsewhere: bool, tmp_path: Path, ours: Path, cache: Path) -> None:
    repo = Repo.init(tmp_path / "shop")
    requirement = f"code-path-audit @ git+{ours.as_uri()}@{Repo(ours).run('rev-parse', 'HEAD')}"
    repo.write({**FILES, ".pre-commit-config.yaml": f"repos:\n{hook_entry(requirement if elsewhere else '')}"})
    repo.run("add", ".")
    gate = Path(sysconfig.get_path("scripts"))
    place = {} if elsewhere else {"PATH": f"{gate}{os.pathsep}{os.environ['PATH']}"}
    tried = pre_commit(repo.root, cache, "run", **place)
    # the first commit: there are no baselines yet
    assert (tried.returncode, "exit code: 3" in tried.stdout) == (1, True), tried.stdout + tried.stderr


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, ours: Path, cache: Path) -> Path:
    """The shop, with the hook installed; its first commit went through it."""
    repo = Repo.init(tmp_path_factory.mktemp("made") / "shop")
    revision = Repo(ours).run("rev-parse", "HEAD")
    config = f"repos:\n- repo: {ours}\n  rev: {revision}\n  hooks:\n  - id: code-path-gate\n"
    repo.write({**FILES, ".pre-commit-config.yaml": config})
    repo.run("add", ".")
    first = pre_commit(repo.root, cache, "run")
    assert (first.returncode, "exit code: 3" in first.stdout) == (1, True), first.stdout
    refresh(repo.root, cache)
    repo.run("add", ".")
    assert pre_commit(repo.root, cache, "install").returncode == 0
    done = run(repo.root, cache, "git", "commit", "-m", "the shop")
    assert done.returncode == 0, done.stdout + done.stderr
    return repo.root


@pytest.fixture
def shop(made: Path, tmp_path: Path) -> Repo:
    shutil.copytree(made, tmp_path / "shop")
    return Repo(tmp_path / "shop")


def refresh(folder: Path, cache: Path) -> None:
    """What a person does after reading the message, with a gate that pre-commit installed: all are of one source."""
    gate = min(cache.glob("repo*/py_env-*/bin/code-path-gate"))
    assert run(folder, cache, str(gate), "refresh").returncode == 0


def commit(folder: Path, cache: Path, *arguments: str) -> tuple[int, str]:
    """A commit by a person: its exit code, and all that was said."""
    done = run(folder, cache, "git", "commit", "-m", "a change", *arguments)
    return done.returncode, done.stdout + done.stderr


SLOW = "FAILS src/shop/app.py:7: shop.app.save -> shop.store.write, now in a loop"


def test_a_file_staged_in_part(shop: Repo, cache: Path) -> None:
    # the regression is staged, the cure is not
    shop.write({"src/shop/app.py": SLOW_APP})
    shop.run("add", ".")
    shop.write({"src/shop/app.py": APP})
    code, told = commit(shop.root, cache)
    assert (code, SLOW in told) == (1, True), told
    assert (shop.root / "src/shop/app.py").read_text() == APP
    # and the other way round: with more that git knows nothing of
    shop.run("add", ".")
    shop.write({"src/shop/app.py": SLOW_APP, "src/shop/store.py": STORE + "\nx = 1\n", "src/shop/new.py": "def ("})
    shop.run("add", "src/shop/store.py")
    code, told = commit(shop.root, cache)
    assert code == 0, told
    assert (shop.root / "src/shop/app.py").read_text() == SLOW_APP


def test_a_commit_that_only_deletes(shop: Repo, cache: Path) -> None:
    # pre-commit shows no hook what was deleted
    shop.run("rm", "-q", "src/shop/store.py")
    code, told = commit(shop.root, cache)
    assert (code, "Passed" in told, "Skipped" in told) == (0, True, False), told
    # a baseline that is gone is no pass, nor is an entry point
    shop.run("rm", "-q", "baselines/save.json")
    assert (commit(shop.root, cache)[0], "there is no baseline" in commit(shop.root, cache)[1]) == (1, True)
    shop.run("reset", "-q", "--hard")
    shop.run("rm", "-q", "src/shop/reader.py")
    code, told = commit(shop.root, cache)
    assert (code, "exit code: 2" in told) == (1, True), told


def test_a_commit_of_one_file_has_an_index_of_its_own(shop: Repo, cache: Path) -> None:
    shop.write({"src/shop/app.py": SLOW_APP, "src/shop/store.py": STORE + "\n"})
    assert commit(shop.root, cache, "src/shop/store.py")[0] == 0
    assert commit(shop.root, cache, "-a")[0] == 1


def test_from_a_subfolder_and_all_files(shop: Repo, cache: Path) -> None:
    shop.write({"src/shop/app.py": SLOW_APP})
    code, told = commit(shop.root / "src", cache, "-a")
    assert (code, SLOW in told) == (1, True), told
    shop.run("add", ".")
    assert pre_commit(shop.root / "src", cache, "run").returncode == 1
    shop.run("reset", "-q", "--hard")
    assert pre_commit(shop.root, cache, "run", "--all-files").returncode == 0


@pytest.mark.parametrize("union", [True, False], ids=["both sides kept", "markers"])
def test_a_merge_conflict_in_a_baseline(shop: Repo, cache: Path, union: bool) -> None:
    if not union:
        shop.write({"baselines/.gitattributes": ""})
        assert commit(shop.root, cache, "-a")[0] == 0
    for branch, text in (("one", "'1'"), ("other", "'[1, 2]'")):
        shop.run("switch", "-q", "-c", branch, "main")
        shop.write({"src/shop/store.py": STORE.replace("json.dump", f"json.loads({text})\n        json.dump")})
        refresh(shop.root, cache)
        assert commit(shop.root, cache, "-a")[0] == 0
    merged = run(shop.root, cache, "git", "merge", "one")
    assert merged.returncode == 1
    # git itself refuses to commit what is not resolved; a person who adds all of it as it is meets the gate
    shop.write({"src/shop/store.py": STORE})
    shop.run("add", ".")
    code, told = commit(shop.root, cache)
    # rows of both sides are read, and nothing is dearer than the lighter of two; markers are nothing that can be read
    assert (code, "[baseline-conflict]" in told) == ((0, False) if union else (1, True)), told
    refresh(shop.root, cache)
    shop.run("add", ".")
    code, told = commit(shop.root, cache)
    assert code == 0, told


def test_a_worktree(shop: Repo, cache: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    shop.run("worktree", "add", "-q", "-b", "branch", str(other))
    (other / "src/shop/app.py").write_text(SLOW_APP)
    code, told = commit(other, cache, "-a")
    assert (code, SLOW in told) == (1, True), told
    (other / "src/shop/app.py").write_text(APP + "\n\nx = 1\n")
    assert commit(other, cache, "-a")[0] == 0


def test_a_submodule(shop: Repo, cache: Path, tmp_path: Path) -> None:
    outer = Repo.init(tmp_path / "outer")
    outer.run("-c", "protocol.file.allow=always", "submodule", "add", "-q", str(shop.root), "src/part")
    # the outer project has the hook too: the submodule is not its source, and its change no reason to fail
    config = (shop.root / ".pre-commit-config.yaml").read_text()
    outer.write({**FILES, ".pre-commit-config.yaml": config})
    refresh(outer.root, cache)
    outer.run("add", ".")
    assert pre_commit(outer.root, cache, "install").returncode == 0
    code, told = commit(outer.root, cache)
    assert code == 0, told
    inner = Repo(outer.root / "src" / "part")
    inner.run("config", "user.name", "Tester")
    inner.run("config", "user.email", "tester@example.org")
    assert pre_commit(inner.root, cache, "install").returncode == 0
    inner.write({"src/shop/app.py": SLOW_APP})
    code, told = commit(inner.root, cache, "-a")
    assert (code, SLOW in told) == (1, True), told
    inner.write({"src/shop/app.py": APP + "\n\nx = 1\n"})
    assert commit(inner.root, cache, "-a")[0] == 0
    code, told = commit(outer.root, cache, "-a")
    assert code == 0, told


def test_a_shallow_clone(shop: Repo, cache: Path, tmp_path: Path) -> None:
    for number in range(3):
        assert commit(shop.root, cache, "--allow-empty")[0] == 0, number
    shop.run("switch", "-q", "-c", "branch", "main~2")
    shop.write({"src/shop/unused.py": "x = 2\n"})
    assert commit(shop.root, cache, "-a")[0] == 0
    clone = tmp_path / "clone"
    shop.run("clone", "-q", "--depth", "1", "--no-single-branch", f"file://{shop.root}", str(clone))
    config = clone / ".pre-commit-config.yaml"
    config.write_text(config.read_text() + "    args: [--base, origin/main]\n")
    done = pre_commit(clone, cache, "run", "--all-files")
    assert (done.returncode, "[git-shallow]" in done.stdout) == (1, True), done.stdout
    assert "Fetch more: git fetch --unshallow" in done.stdout
    Repo(clone).run("fetch", "-q", "--unshallow")
    done = pre_commit(clone, cache, "run", "--all-files")
    assert done.returncode == 0, done.stdout
