"""A repository of git for each test."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.gate.repositories import Repo


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    return Repo.init(tmp_path / "repo")
