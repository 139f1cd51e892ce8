"""Mistakes on the command line, and what it loads."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.gate.repositories import Repo
from tests.gate.shop import Gate

USAGE = {
    "no command": ([], "[usage]"),
    "an unknown command": (["chekc"], "[usage]"),
    "two states": (["check", "--staged", "--rev", "HEAD"], "[usage]"),
    "an unknown action": (["check", "--action", "sav"], "nearest: save"),
    "no revision": (["check", "--base", ""], "argument --base: expected a text that is not empty [usage]"),
    "an unknown revision": (["check", "--base", "nowhere"], "[git-unknown-revision]"),
    "an option for a revision": (["check", "--base=--output=x"], "[git-unknown-revision]"),
    "a reason for nothing": (["refresh", "--reason", "x"], "[usage]"),
}


@pytest.mark.parametrize("name", USAGE)
def test_usage(shop: Repo, gate: Gate, name: str) -> None:
    arguments, told = USAGE[name]
    ran = gate(*arguments)
    assert (ran.code, ran.out, told in ran.err) == (2, "", True)


def test_no_check_loads_the_solver_before_something_is_to_be_solved() -> None:
    """With all of an action kept, loading it is half of the time that a check takes."""
    code = "import sys, code_path_gate.commands.dispatch; print('code_path_audit.callgraph.solve' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout == "False\n"
