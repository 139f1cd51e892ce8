"""Files that are merged, and what goes when it is full."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from code_path_audit.store.merging import LARGE, absorbed
from code_path_audit.store.pack import open_store
from tests.store.filled import DAY, KEYS, NOW, filled, numbers_in, packs, total


def test_many_commits_leave_few_files(tmp_path: Path) -> None:
    most = 0
    for number in range(200):
        filled(tmp_path, range(number, number + 1))
        most = max(most, len(packs(tmp_path)))
    assert most <= 6
    assert numbers_in(tmp_path) == list(range(200))


@pytest.mark.parametrize(
    ("sizes", "new", "limit", "count"),
    [
        ([], 10, 100, 0),
        ([40], 10, 100, 1),
        ([41], 10, 100, 0),
        ([40, 200], 10, 1000, 2),
        ([40, 201], 10, 1000, 1),
        ([41, 1, 1], 10, 1000, 0),
        ([50, 50], 1, 100, 2),  # the limit
        ([1, LARGE], LARGE, 1 << 30, 2),
        ([1, LARGE + 1, 1], LARGE, 1 << 30, 1),
        ([1, LARGE + 1, 1], LARGE, 100 << 20, 3),
    ],
)
def test_which_files_are_rewritten(sizes: list[int], new: int, limit: int, count: int) -> None:
    assert absorbed(sizes, new, limit) == count


def test_the_least_recently_used_go(tmp_path: Path) -> None:
    limit = 40_000
    filled(tmp_path, range(30), size=1000, now=NOW, limit=limit)
    # two days later ten of them are used, and nothing is put
    store = open_store(str(tmp_path), NOW + 2 * DAY, limit)
    assert [store.get(key) is not None for key in KEYS[10:20]] == [True] * 10
    store.commit()
    filled(tmp_path, range(30, 40), size=1000, now=NOW + DAY, limit=limit)
    there = numbers_in(tmp_path, size=1000)
    assert set(range(10, 20)) <= set(there)
    assert set(range(30, 37)) <= set(there)
    assert total(tmp_path) <= limit * 3 / 4


def test_it_never_exceeds_its_limit(tmp_path: Path) -> None:
    for number in range(0, 300, 10):
        filled(tmp_path, range(number, number + 10), size=500, limit=20_000)
        assert total(tmp_path) <= 20_000
    assert set(range(290, 300)) <= set(numbers_in(tmp_path, size=500))


def test_what_would_push_out_all_else_is_not_kept(tmp_path: Path) -> None:
    filled(tmp_path, range(2), size=4000, limit=16_000)
    filled(tmp_path, range(2, 3), size=4001, limit=16_000)
    assert numbers_in(tmp_path, size=4000) == [0, 1]


def test_days_are_written_once_a_day(tmp_path: Path) -> None:
    filled(tmp_path, range(20))
    [pack] = packs(tmp_path)
    stamps = []
    for hours in (1, 2, 25, 26, 49):
        os.utime(pack, (0, 0))
        store = open_store(str(tmp_path), NOW // DAY * DAY + hours * 3600)
        assert store.get(KEYS[7]) is not None
        store.commit()
        stamps.append(pack.stat().st_mtime > 0)
    assert stamps == [False, False, True, False, True]
