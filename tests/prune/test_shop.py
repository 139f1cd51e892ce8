"""Patches of mistakes in a real application, which Django runs: it gives what it gave, with no more queries."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from code_path_audit.cli import main
from tests.conftest import ROOT

APPLICATIONS = ROOT / "tests" / "applications"
SHOP = APPLICATIONS / "django_shop"

PATCHED = {
    "01": ("query", "order-list"),
    "03": ("concurrent", "product-list"),
    "04": ("cache", "order-list"),
    "06": ("copy", "product-list"),
    "08": ("client", "invoice"),
    "11": ("keep", "order-list"),
    "14": ("client", "import-orders"),
}
"""The mistakes that have a patch, by their number: its kind, and an action that it is for."""

FEWER = {"01": "order-list", "11": "order-list"}
"""Those that cost queries: with the patch as many as without the mistake."""


def git(root: Path, *command: str) -> None:
    subprocess.run(["git", "-c", "user.name=a", "-c", "user.email=a@example.org", *command], cwd=root, check=True)


def runs(root: Path) -> dict[str, Any]:
    """What Django counts, and what each action gives."""
    pytest.importorskip("django")
    command = [sys.executable, str(APPLICATIONS / "django_counts.py"), str(root / "src"), "outputs"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=root)
    assert done.returncode == 0, done.stderr[-2000:]
    return dict(json.loads(done.stdout.splitlines()[-1]))


@pytest.mark.slow  # runs Django twice or three times, and traces an action a few times
@pytest.mark.parametrize("number", PATCHED)
def test_the_patched_shop_gives_what_it_gave(
    number: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    root = Path(shutil.copytree(SHOP, tmp_path / "shop", ignore=shutil.ignore_patterns("mistakes", "__pycache__")))
    git(root, "init", "-q")
    clean = runs(root) if number in FEWER else {}
    (patch,) = (SHOP / "mistakes").glob(f"{number}-*.patch")
    git(root, "apply", str(patch))
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "The shop, with a mistake")
    before = runs(root)
    kind, action = PATCHED[number]
    monkeypatch.chdir(root)
    assert main(["prune", "--action", action, "--apply"]) == 0
    told = capsys.readouterr().out
    assert "applied" in told
    after = runs(root)
    assert after["outputs"] == before["outputs"]
    assert all(after["counts"][name] <= count for name, count in before["counts"].items())
    if number in FEWER:
        assert after["counts"][FEWER[number]] == clean["counts"][FEWER[number]] < before["counts"][FEWER[number]]
    assert kind in kinds_applied(told)


def kinds_applied(told: str) -> set[str]:
    """The kinds that were applied, by how their titles begin."""
    begins = {
        "Use select_related": "query", "Ask by one": "client", "Make the": "client", "Keep what": "cache",
        "Read the file": "hoist", "Run ": "hoist", "Copy what": "copy", "Use len": "keep", "Use bool": "keep",
    }  # fmt: skip
    lines = [line.split(" ", 3)[-1] for line in told.splitlines() if line.startswith("applied")]
    if any("several at a time" in line for line in lines):
        return {"concurrent"}
    return {kind for line in lines for begin, kind in begins.items() if line.startswith(begin)}
