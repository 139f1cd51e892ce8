"""Three more applications as teams would write them, each with the changes that teams make in it: a mistake fails the
gate at a line of the change, with the op that it is about; a cure or a harmless edit passes.
"""

from __future__ import annotations

import functools
import re
import tomllib
from typing import Any

import pytest

from tests.conftest import ROOT
from tests.gate.repositories import Repo
from tests.system.guarded import gate, guarded, taken_back

APPLICATIONS = ROOT / "tests" / "applications"
PACKAGES = {"fastapi_hotels": "src/hotels", "sales_pipeline": "src/sales", "rest_garage": "src", "django_school": "src"}
"""What the files of the changes of each are in."""


@functools.cache
def changes(application: str) -> dict[str, dict[str, Any]]:
    """The changes of an application, by name."""
    with open(APPLICATIONS / application / "changes.toml", "rb") as file:
        rows = tomllib.load(file)["change"]
    assert len({row["name"] for row in rows}) == len(rows)
    return {row["name"]: row for row in rows}


ROWS = [(application, name) for application in PACKAGES for name in changes(application)]


@pytest.fixture(scope="module")
def projects(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Repo]:
    """Each application in a repository of its own, with baselines."""
    found = {}
    for application in PACKAGES:
        root = tmp_path_factory.mktemp(application) / application
        found[application] = guarded(APPLICATIONS / application, root, "changes.toml", "baselines")
    return found


@pytest.mark.parametrize(("application", "name"), ROWS)
def test_a_change(projects: dict[str, Repo], application: str, name: str) -> None:
    repo, row = projects[application], changes(application)[name]
    with taken_back(repo):
        for edit in row["edit"]:
            path = repo.root / PACKAGES[application] / edit["file"]
            text = path.read_text(encoding="utf-8")
            assert text.count(edit["old"]) == 1
            path.write_text(text.replace(edit["old"], edit["new"]), encoding="utf-8")
        found = gate(repo.root, "check")
    assert found.returncode == (1 if "fails" in row else 0), found.stdout + found.stderr
    assert row.get("fails", "") in found.stdout
    assert row.get("told", "") in found.stdout
    if "fails" in row:
        causes = re.findall(r"^FAILS (\S+?):\d+:", found.stdout, re.MULTILINE)
        changed = {f"{PACKAGES[application]}/{edit['file']}" for edit in row["edit"]}
        assert changed.intersection(causes), found.stdout
