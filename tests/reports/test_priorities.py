"""What comes first: shares, loops, and what saves most."""

from dataclasses import replace

import pytest

from code_path_audit.reports.priorities import loop_lines, proposals
from code_path_audit.reports.text import share
from tests.reports.three_actions import SAVE, STARTUP


@pytest.mark.parametrize(
    ("part", "whole", "expected"),
    [(1, 3, "33%"), (3, 3, "100%"), (1, 1000, "under 1%"), (0, 5, "0%"), (0, 0, "")],
)
def test_share(part: int, whole: int, expected: str) -> None:
    assert share(part, whole) == expected


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (("f:3", "g:7", "f:4"), {"f": (3, 4), "g": (7,)}),
        (("a:b:3",), {"a:b": (3,)}),  # a module's name comes from its file, and a file's name may hold anything
        (("f", "f:", "f:x", "f:\u0663", "f:" + "9" * 5000), {}),
    ],
)
def test_loop_lines(rows: tuple[str, ...], expected: dict[str, tuple[int, ...]]) -> None:
    assert loop_lines(rows) == expected


def test_what_saves_most_over_all_actions_comes_first() -> None:
    base = STARTUP.candidates[0]
    small = base._replace(title="small", line=1, saving=10, felt=10)
    shared = base._replace(title="shared", line=2, saving=6, felt=6)
    found = proposals([replace(STARTUP, candidates=(small, shared)), replace(SAVE, candidates=(shared,))])
    assert [(row.candidate.title, row.saved, [part.action for part in row.savings]) for row in found] == [
        ("shared", 12, ["save", "startup"]),
        ("small", 10, ["startup"]),
    ]
