"""What comes first: shares, loops, and what saves most."""

from dataclasses import replace

import pytest

from code_path_audit.reports.priorities import loop_lines, proposals, saved
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


IN_A_LOOP = STARTUP.candidates[0]._replace(each=1_400_000, each_paid=1_600_000, per="per file", counted=2)


def test_what_is_saved_in_a_loop_is_that_of_one_round() -> None:
    """Nobody knows how many there are: by so many that users feel it, it is judged alone."""
    row = IN_A_LOOP._replace(saving=2_800_000, felt=1_400_000_000, paid=1_800_000_000)
    (found,) = proposals([replace(STARTUP, candidates=(row,))])
    text = "about 1.4 ms of startup per file, 88% of what each costs (the load counts 2)"
    assert saved(found.savings[0], True, is_named=True) == text
    assert saved(found.savings[0], True) == text.replace(" of startup", "")


@pytest.mark.parametrize(("once", "first"), [(139_000_000, "in a loop"), (141_000_000, "once")])
def test_what_is_saved_in_a_loop_stands_beside_what_is_saved_once_by_a_hundred_rounds(once: int, first: str) -> None:
    rows = (
        STARTUP.candidates[0]._replace(title="once", line=1, saving=once, felt=once),
        IN_A_LOOP._replace(title="in a loop", line=2),
    )
    assert proposals([replace(STARTUP, candidates=rows)])[0].candidate.title == first


def test_what_saves_most_over_all_actions_comes_first() -> None:
    base = STARTUP.candidates[0]
    small = base._replace(title="small", line=1, saving=10, felt=10)
    shared = base._replace(title="shared", line=2, saving=6, felt=6)
    found = proposals([replace(STARTUP, candidates=(small, shared)), replace(SAVE, candidates=(shared,))])
    assert [(row.candidate.title, row.saved, [part.action for part in row.savings]) for row in found] == [
        ("shared", 12, ["save", "startup"]),
        ("small", 10, ["startup"]),
    ]
