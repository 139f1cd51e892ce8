"""What the gate's tests share: its command, and a shop in a repository."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.gate.repositories import Repo
from tests.gate.shop import Gate, commit_shop, make_gate


@pytest.fixture
def gate(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Gate:
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    return make_gate(capsys)


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("shop")


@pytest.fixture
def shop(tmp_path: Path, made: Path, gate: Gate, monkeypatch: pytest.MonkeyPatch) -> Repo:
    """A fresh copy of the committed shop, which is made once; the test runs in it."""
    if not (made / ".git").exists():
        monkeypatch.chdir(made)
        commit_shop(Repo.init(made), gate)
    root = tmp_path / "shop"
    shutil.copytree(made, root)
    monkeypatch.chdir(root)
    return Repo(root)
