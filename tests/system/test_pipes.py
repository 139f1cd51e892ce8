"""A pipe in place of a file holds nobody up: whatever reads a file of the repository says that it is none.

What reads configuration, source, rules, baselines, observations and histories has its rows beside the other bad input
of its kind.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from code_path_audit.config import load_config
from code_path_audit.contingency import evidence
from code_path_audit.errors import AuditError
from code_path_gate.states.edited import is_edited
from code_path_gate.states.worktree import Worktree
from tests.gate.repositories import Repo

pytestmark = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")

CONFIG = '[tool.code-path-audit]\nsource = ["src"]\n'


def refused_evidence(repo: Repo) -> bool:
    with pytest.raises(AuditError) as caught:
        evidence.read(repo.root, "save", "op")
    return caught.value.slug == "contingency-file"


def no_acceptances(repo: Repo) -> bool:
    return Worktree(load_config(repo.root)).accepted("baselines") is None


def edited(repo: Repo) -> bool:
    return is_edited(repo.found(), repo.run("rev-parse", "HEAD"), (".py",))


READ: dict[str, Callable[[Repo], bool]] = {
    f"{evidence.FOLDER}/op.toml": refused_evidence,
    "baselines/accepted": no_acceptances,
    "src/m.py": edited,
}
"""What becomes of a pipe, by its path."""


@pytest.mark.parametrize("path", READ)
def test_a_pipe(path: str, tmp_path: Path) -> None:
    repo = Repo.init(tmp_path)
    repo.commit({"pyproject.toml": CONFIG, "src/m.py": "", path: ""})
    (tmp_path / path).unlink()
    os.mkfifo(tmp_path / path)
    assert READ[path](repo)
