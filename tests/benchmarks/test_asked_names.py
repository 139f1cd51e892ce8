"""What of a change an action has asked for, by names."""

from __future__ import annotations

import pytest

from benchmarks.asked_names import Asked, bodies, is_answered, touched
from code_path_audit.facts.extract import extract_module

BEFORE = """\
import os

LIMIT = 3

def read(path):
    return os.listdir(path)

def other():
    return 1

class Box:
    def get(self):
        return 2
"""
READ = Asked(frozenset(("shop", "shop.read", "shop.Box")), frozenset(("os", "listdir", "get")), frozenset(("shop",)))


@pytest.mark.parametrize(
    ("old", "new", "kinds"),
    [
        ("# nothing", "# a comment", set()),
        ("return 1", "return 2", set()),
        ("listdir(path)", "listdir(path)[1:]", {"read"}),
        ("def read", "def more():\n    pass\n\ndef read", {"def"}),
        ("def other", "def get():\n    pass\n\ndef other", {"def named"}),
        ("def other()", "def other(more)", {"def"}),
        ("def get", "def put(self):\n        pass\n\n    def get", {"def"}),
        ("LIMIT = 3", "LIMIT = 4", {"assign"}),
        ("import os", "import os, sys", {"import"}),
        ("import os", "import os\n\nprint(1)", {"read"}),
        ("def read(path):\n    return os.listdir(path)\n", "", {"def", "read"}),
        ("return 2", '"""A text."""\n        return 2', set()),
    ],
)
def test_what_is_touched(old: str, new: str, kinds: set[str]) -> None:
    after = BEFORE.replace(old, new)
    found = touched(bodies(BEFORE.encode(), "shop"), bodies(after.encode(), "shop"), READ)
    assert found == kinds


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [("return 1", "return 2", True), ("return 2", "return (2)", True), ("listdir(path)", "listdir()", False),
     ("def read", "def more():\n    pass\n\ndef read", False)],
)  # fmt: skip
def test_what_the_program_answers_as_it_is(old: str, new: str, expected: bool) -> None:
    before, after = (extract_module(text.encode(), "shop") for text in (BEFORE, BEFORE.replace(old, new)))
    assert is_answered(before, after, READ) is expected
