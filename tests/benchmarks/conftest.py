"""A project to measure on."""

from __future__ import annotations

import pytest

from benchmarks.speed_projects import Project, prepare

FILES = 80


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A small generated tree, as the benchmarks make it."""
    return prepare("generated", tmp_path_factory.mktemp("work"), None, FILES, 0.4)
