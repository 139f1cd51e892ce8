"""The gate as another program: what it complains of, in the words of ours."""

from __future__ import annotations

import pytest

from code_path_audit.gate_process import Answer, run_gate
from tests.conftest import MakeTree

COMPLAINTS = [
    ("code-path-gate: error: no baseline [x]\n", "no baseline [x]"),
    ("code-path-gate: skipped a.py\ncode-path-gate: error: it is torn: error: y [x]\n\n", "it is torn: error: y [x]"),
    ("code-path-gate: note\n", "note"),
    ("Killed\n", "Killed"),
    ("", "the gate said nothing"),
]


@pytest.mark.parametrize(("err", "complaint"), COMPLAINTS)
def test_what_it_complains_of(err: str, complaint: str) -> None:
    assert Answer(2, "", err).complaint == complaint


def test_a_check_that_cannot_be_made(make_tree: MakeTree) -> None:
    answer = run_gate(["check"], make_tree({"src/m.py": "x = 1\n", "pyproject.toml": "[tool.code-path-audit\n"}))
    assert (answer.code, answer.out) == (2, "")
    assert answer.complaint and not answer.complaint.startswith(("code-path-gate", "error"))


def test_an_interpreter_that_cannot_be_started(make_tree: MakeTree, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.executable", "/nowhere/python")
    answer = run_gate(["check"], make_tree({}))
    assert (answer.code, answer.complaint) == (2, "/nowhere/python cannot be started: No such file or directory")
