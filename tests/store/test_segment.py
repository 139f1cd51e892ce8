"""One file of the store: whatever is damaged is not taken."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from code_path_audit.store.segment import HEAD
from tests.store.filled import DAY, NOW, filled, flipped, numbers_in, packs


def test_a_bit_that_flips_anywhere(tmp_path: Path) -> None:
    filled(tmp_path, range(3), size=20)
    [pack] = packs(tmp_path)
    whole = pack.read_bytes()
    missing = set()
    # all but most of the fan, whose bytes are alike
    for at in (*range(40), *range(40, HEAD, 24), *range(HEAD, len(whole))):
        pack.write_bytes(flipped(whole, at))
        missing.add(3 - len(numbers_in(tmp_path, size=20, of=3)))
    # what no key of the three needs, a row or a part of the data, the head
    assert {0, 1, 3} <= missing


@pytest.mark.parametrize("kept", [0, 1, 16, 31, 32, HEAD - 1, HEAD, HEAD + 50, -100, -1])
def test_a_file_that_is_cut(tmp_path: Path, kept: int) -> None:
    filled(tmp_path, range(20))
    [pack] = packs(tmp_path)
    pack.write_bytes(pack.read_bytes()[:kept])
    there = numbers_in(tmp_path)
    assert len(there) == (19 if kept < 0 else 0)
    # and what is lost is put again
    assert filled(tmp_path, range(20)).notes == []
    assert numbers_in(tmp_path) == list(range(20))


def test_a_file_of_zeros(tmp_path: Path) -> None:
    filled(tmp_path, range(20))
    [pack] = packs(tmp_path)
    pack.write_bytes(bytes(pack.stat().st_size))
    assert numbers_in(tmp_path) == []


def test_an_entry_of_another_key(tmp_path: Path) -> None:
    filled(tmp_path, range(1))
    filled(tmp_path / "b", range(1, 2))
    # the index of one, the data of the other
    [one], [other] = packs(tmp_path), packs(tmp_path / "b")
    one.write_bytes(one.read_bytes()[:-100] + other.read_bytes()[-100:])
    assert numbers_in(tmp_path) == []


@pytest.mark.parametrize("at", [14, 15])
def test_a_file_of_another_version_or_byte_order(tmp_path: Path, at: int) -> None:
    filled(tmp_path, range(20))
    [pack] = packs(tmp_path)
    pack.write_bytes(flipped(pack.read_bytes(), at))
    assert numbers_in(tmp_path) == []


def test_files_of_other_versions_go_after_a_month(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    for name, age in (("v0-000000000001-00.pack", 31), ("v2-000000000001-00.pack", 29), ("notes.txt", 99)):
        (tmp_path / name).write_bytes(b"")
        os.utime(tmp_path / name, (NOW - age * DAY, NOW - age * DAY))
    filled(tmp_path, range(1))
    rest = sorted(path.name for path in tmp_path.iterdir() if not path.name.startswith("v1-"))
    assert rest == ["lock", "notes.txt", "v2-000000000001-00.pack"]
