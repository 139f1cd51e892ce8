"""Which lines a change touched."""

from __future__ import annotations

import pytest

from code_path_gate.causes.lines import hunks, lines_after

LINES = {
    "nothing": (b"a\nb\n", b"a\nb\n", set()),
    "one line": (b"a\nb\nc\n", b"a\nx\nc\n", {2}),
    "a line put in": (b"a\nc\n", b"a\nb\nc\n", {2}),
    "a line taken out": (b"a\nb\nc\n", b"a\nc\n", set()),
    "two places": (b"a\nb\nc\nd\n", b"x\nb\nc\ny\n", {1, 4}),
    "a new file": (b"", b"a\nb\n", {1, 2}),
    "repeated lines": (b"x\nx\n", b"x\nx\nx\n", {3}),
    "a file too large to compare": (b"", b"\n".join(b"%d" % n for n in range(6000)), set(range(1, 6001))),
}


@pytest.mark.parametrize("name", LINES)
def test_lines_after(name: str) -> None:
    before, after, expected = LINES[name]
    assert lines_after(hunks(before.splitlines(), after.splitlines())) == expected
