"""Mistakes on the command line."""

from __future__ import annotations

import pytest

from tests.gate.repositories import Repo
from tests.gate.shop import Gate

USAGE = {
    "no command": ([], "[usage]"),
    "an unknown command": (["chekc"], "[usage]"),
    "two states": (["check", "--staged", "--rev", "HEAD"], "[usage]"),
    "an unknown action": (["check", "--action", "sav"], "nearest: save"),
    "an unknown revision": (["check", "--base", "nowhere"], "[git-unknown-revision]"),
    "an option for a revision": (["check", "--base=--output=x"], "[git-unknown-revision]"),
    "a reason for nothing": (["refresh", "--reason", "x"], "[usage]"),
}


@pytest.mark.parametrize("name", USAGE)
def test_usage(shop: Repo, gate: Gate, name: str) -> None:
    arguments, told = USAGE[name]
    ran = gate(*arguments)
    assert (ran.code, ran.out, told in ran.err) == (2, "", True)
