"""Exit codes of the gate, each once, from processes of their own: what a hook and a pipeline act on."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.gate.repositories import Repo
from tests.gate.shop import CONFIG, SLOW_APP, commit_shop, make_gate

ODD_GIT = """#!/bin/sh
case "$*" in
*{command}*) {action} ;;
*) exec {git} "$@" ;;
esac
"""


@pytest.fixture
def shop(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Repo:
    repo = Repo.init(tmp_path / "shop")
    monkeypatch.chdir(repo.root)
    commit_shop(repo, make_gate(capsys))
    return repo


def check(root: Path, *arguments: str, path: str = "", stdout: str = "") -> tuple[int, str]:
    """The exit code of a check, and what it said on stderr."""
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "PYTHONDONTWRITEBYTECODE": "1"}
    env["PATH"] = os.pathsep.join(part for part in (path, os.environ["PATH"]) if part)
    command = [sys.executable, "-m", "code_path_gate", "check", *arguments]
    with open(stdout or os.devnull, "w") as out:
        done = subprocess.run(command, cwd=root, env=env, stdout=out, stderr=subprocess.PIPE, text=True, check=False)
    return done.returncode, done.stderr


def odd_git(folder: Path, command: str, action: str) -> str:
    """A folder with a git that does something else for one command."""
    folder.mkdir()
    (folder / "git").write_text(ODD_GIT.format(command=command, action=action, git=shutil.which("git")))
    (folder / "git").chmod(0o755)
    return str(folder)


def test_clean_drift_error_and_out_of_date(shop: Repo) -> None:
    assert check(shop.root) == (0, "")
    shop.write({"src/shop/app.py": SLOW_APP})
    assert check(shop.root) == (1, "")
    # an error outranks drift
    shop.write({"src/shop/store.py": "def ("})
    assert check(shop.root)[0] == 2
    shop.run("checkout", "-q", ".")
    shop.write({"pyproject.toml": CONFIG.replace("base = 90000", "base = 30000")})
    assert check(shop.root) == (0, "")
    shop.write({"pyproject.toml": CONFIG.replace("base = 12000", "base = 90000")})
    assert check(shop.root) == (3, "")
    # and drift outranks a baseline that is out of date
    shop.run("rm", "-q", "baselines/load.json")
    shop.write({"pyproject.toml": CONFIG, "src/shop/app.py": SLOW_APP})
    assert check(shop.root) == (1, "")
    assert check(shop.root, "--action", "load") == (3, "")


@pytest.mark.skipif(os.name == "nt", reason="a script stands in for git")
def test_interrupted(shop: Repo, tmp_path: Path) -> None:
    path = odd_git(tmp_path / "bin", "ls-files", "kill -INT $PPID; exec sleep 5")
    assert check(shop.root, "--staged", path=path) == (130, "code-path-gate: interrupted\n")


@pytest.mark.skipif(os.name == "nt", reason="a script stands in for git")
def test_a_bug_of_ours(shop: Repo, tmp_path: Path) -> None:
    code, told = check(shop.root, "--staged", path=odd_git(tmp_path / "bin", "ls-files", "printf 'what\\0'"))
    assert (code, told.startswith("code-path-gate: a bug of ours: ValueError: ")) == (101, True)
    assert (told.count("\n"), "Traceback" in told) == (1, False)


@pytest.mark.skipif(os.name == "nt", reason="a script stands in for git")
def test_a_git_that_fails(shop: Repo, tmp_path: Path) -> None:
    code, told = check(
        shop.root, "--staged", path=odd_git(tmp_path / "bin", "ls-files", "echo fatal: no >&2; exit 128")
    )
    assert (code, "git ls-files failed: fatal: no" in told, "[git-failed]" in told) == (2, True, True)


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no full device here")
def test_output_that_cannot_be_written(shop: Repo) -> None:
    told = "code-path-gate: error: cannot write the output: No space left on device (stdout). [output]\n"
    assert check(shop.root, stdout="/dev/full") == (2, told)
