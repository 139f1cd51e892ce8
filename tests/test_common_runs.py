"""What two sequences have in common: rows, and what holds for any two."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from code_path_audit import common_runs as module
from code_path_audit.common_runs import common_runs

ROWS = {
    "nothing": ("", "", []),
    "nothing in common": ("abc", "xyz", []),
    "all": ("abc", "abc", [(0, 0, 3)]),
    "put in": ("ac", "abc", [(0, 0, 1), (1, 2, 1)]),
    "taken out": ("abc", "ac", [(0, 0, 1), (2, 1, 1)]),
    "another": ("abc", "axc", [(0, 0, 1), (2, 2, 1)]),
    "one more of the same": ("xx", "xxx", [(0, 0, 2)]),
    "before its twin": ("xay", "xbxay", [(0, 0, 1), (1, 3, 2)]),
    "two that change places": ("abcd", "cdab", [(2, 0, 2)]),
}


@pytest.mark.parametrize("name", ROWS)
def test_runs(name: str) -> None:
    old, new, expected = ROWS[name]
    assert [tuple(run) for run in common_runs(old, new)] == expected


def most_in_common(old: list[int], new: list[int]) -> int:
    """The length of the longest common subsequence, by the table of all beginnings."""
    above = [0] * (len(new) + 1)
    for one in old:
        row = [0]
        for at, other in enumerate(new):
            row.append(above[at] + 1 if one == other else max(above[at + 1], row[-1]))
        above = row
    return above[-1]


ELEMENTS = st.lists(st.integers(0, 5), max_size=14)


def are_sound(old: list[int], new: list[int]) -> int:
    """How many elements the runs have, which are equal on both sides, come in order, and are as long as they can be."""
    left = right = total = 0
    joined = False
    for one, other, size in common_runs(old, new):
        assert size > 0
        assert one >= left
        assert other >= right
        assert not (joined and (one, other) == (left, right))
        assert old[one : one + size] == new[other : other + size]
        left, right, total, joined = one + size, other + size, total + size, True
    return total


@given(ELEMENTS, ELEMENTS)
def test_as_much_as_there_is(old: list[int], new: list[int]) -> None:
    assert are_sound(old, new) == most_in_common(old, new)


@given(ELEMENTS, ELEMENTS, st.integers(0, 4))
def test_what_differs_in_too_many_places_is_still_sound(old: list[int], new: list[int], most: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "MOST", most)
        are_sound(old, new)
        assert are_sound(old, old) == len(old)


def test_long_sequences_are_split_at_what_is_there_once() -> None:
    old = [number if number % 3 else 0 for number in range(6_000)]
    new = [number if number % 3 else -number for number in range(6_000)]
    assert are_sound(old, new) == 4_001


def test_long_sequences_of_few_kinds_cost_no_product() -> None:
    old, new = ["a", "b"] * 20_000, ["b", "a", "c"] * 15_000
    assert common_runs(old, new) == ()
