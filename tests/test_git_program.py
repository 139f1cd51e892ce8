"""Programs of a checkout are not run in the place of others, whatever the PATH says; git is led by no variable."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from code_path_audit.git_program import environment, found
from code_path_audit.prune.applying import is_committed
from code_path_audit.runtime.calibration.probes import cheapest
from tests.gate.repositories import Repo

TRAP = '#!/bin/sh\ntouch "$(dirname "$0")/sprung"\n'
PLACES = [".", "", "bin", "ABSOLUTE/bin", "ABSOLUTE", "LINK"]
"""Parts of a PATH that lead into the checkout."""


@pytest.fixture
def trapped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repo:
    """A checkout that has programs of the names that we start, and is where we are."""
    repo = Repo.init(tmp_path / "repo")
    repo.commit({"a.py": "1\n"})
    for path in ("git", "true", "bin/git", "bin/true"):
        repo.write({path: TRAP})
        (repo.root / path).chmod(0o755)
    (tmp_path / "link").symlink_to(repo.root / "bin")
    monkeypatch.chdir(repo.root)
    return repo


STARTS: dict[str, Callable[[Path], object]] = {
    "git for prune": lambda root: is_committed(root, "a.py"),
    "a process for calibrate": lambda root: os.path.isabs(cheapest()[0]) and root not in Path(cheapest()[0]).parents,
}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("what", STARTS)
def test_no_program_of_the_checkout_is_run(
    trapped: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: str, place: str
) -> None:
    first = place.replace("ABSOLUTE", str(trapped.root)).replace("LINK", str(tmp_path / "link"))
    monkeypatch.setenv("PATH", os.pathsep.join([first, os.environ["PATH"]]))
    assert STARTS[what](trapped.root)
    assert not list(trapped.root.rglob("sprung"))
    assert found("git", {"PATH": first}, trapped.root) is None


def test_what_git_is_told_by_its_variables(tmp_path: Path) -> None:
    outer = {"GIT_DIR": "x", "GIT_EXTERNAL_DIFF": "sh", "GIT_SSH_COMMAND": "sh", "PATH": ".:/usr/bin", "HOME": "/h"}
    made = environment(outer, tmp_path)
    assert {name: made.get(name) for name in outer} == {
        "GIT_DIR": str(tmp_path / "x"), "GIT_EXTERNAL_DIFF": None, "GIT_SSH_COMMAND": None, "PATH": "/usr/bin",
        "HOME": "/h",
    }  # fmt: skip
    assert made["GIT_ALLOW_PROTOCOL"] == "none"
