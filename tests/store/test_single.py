"""Values in files of their own: what was written is read whole, or not at all."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from code_path_audit.store import single

NAME, VALUE = b"name", b"value " * 50
Damage = Callable[[Path], object]


def written(folder: Path, value: bytes = VALUE, name: bytes = NAME) -> Path:
    """The one file in a folder, once a value was written there."""
    single.write(str(folder), name, value)
    (found,) = folder.iterdir()
    return found


def read(folder: Path, name: bytes = NAME) -> bytes | None:
    found = single.read(str(folder), name)
    return None if found is None else bytes(found)


@pytest.mark.parametrize("value", [b"", b"\0", VALUE, bytes(300_000)])
def test_what_was_written_is_read(tmp_path: Path, value: bytes) -> None:
    folder = tmp_path / "a" / "store"
    path = written(folder, value)
    assert read(folder) == value
    assert [stat.S_IMODE(one.stat().st_mode) for one in (folder, path)] == [0o700, 0o600]
    assert read(folder, b"another") is None
    assert read(tmp_path / "b") is None


def test_the_last_counts(tmp_path: Path) -> None:
    written(tmp_path, b"first")
    written(tmp_path, b"second")
    assert read(tmp_path) == b"second"


def test_no_damage_is_read(tmp_path: Path) -> None:
    path = written(tmp_path)
    whole = path.read_bytes()
    for at in range(len(whole)):
        path.write_bytes(whole[:at])
        assert read(tmp_path) is None
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 4]) + whole[at + 1 :])
        assert read(tmp_path) is None
    path.write_bytes(whole + b"\0")
    assert read(tmp_path) is None


def behind_a_link(path: Path) -> None:
    path.rename(path.with_suffix(".moved"))
    path.symlink_to(path.with_suffix(".moved"))


def to_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def to_pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path, 0o600)


def folder_behind_a_link(path: Path) -> None:
    path.parent.rename(path.parent.with_suffix(".moved"))
    path.parent.symlink_to(path.parent.with_suffix(".moved"))


@pytest.mark.parametrize(
    "damage",
    [
        lambda path: path.chmod(0o622),
        lambda path: path.parent.chmod(0o722),
        behind_a_link,
        folder_behind_a_link,
        to_folder,
        to_pipe,
    ],
    ids=["others may write it", "others may write there", "link", "link to the folder", "folder", "pipe"],
)  # fmt: skip
@pytest.mark.skipif(os.name != "posix", reason="modes, links and pipes of POSIX")
def test_what_is_not_the_users_file_is_not_read(tmp_path: Path, damage: Damage) -> None:
    damage(written(tmp_path / "store"))
    assert read(tmp_path / "store") is None


def test_where_nothing_can_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(OSError):
        single.write(str(tmp_path / "file"), NAME, VALUE)
    # what cannot be put in place leaves nothing
    path = written(tmp_path / "store")
    path.unlink()
    path.mkdir()
    with pytest.raises(OSError):
        single.write(str(tmp_path / "store"), NAME, VALUE)
    assert list((tmp_path / "store").iterdir()) == [path]


def aged(folder: Path, names: range) -> None:
    """Values written one after the other, also where the system counts in coarse steps."""
    for number in names:
        before = set(folder.iterdir())
        single.write(str(folder), b"%d" % number, b"%d" % number)
        (new,) = set(folder.iterdir()) - before
        os.utime(new, ns=(number, number))


def test_the_latest_are_kept(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_bytes(b"")
    aged(tmp_path, range(single.MOST + 9))
    left = [number for number in range(single.MOST + 9) if read(tmp_path, b"%d" % number) == b"%d" % number]
    assert left == list(range(9, single.MOST + 9))
    assert (tmp_path / "notes.txt").exists()


def test_they_do_not_grow_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(single, "MOST_BYTES", 5 * len(VALUE))
    aged(tmp_path, range(4))
    written_last = VALUE * 4
    single.write(str(tmp_path), NAME, written_last)
    single.write(str(tmp_path), b"too large", VALUE * 5)
    assert read(tmp_path) == written_last
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) <= 5 * len(VALUE) + 8
    assert read(tmp_path, b"too large") is None


def test_large_values_do_not_push_out_small_ones(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(single, "MOST_LARGE", 2)
    single.write(str(tmp_path), NAME, VALUE)
    for number in range(4):
        single.write(str(tmp_path), b"%d" % number, bytes(1000), single.LARGE)
    assert [len(list(tmp_path.glob(f"*{kind}"))) for kind in (single.SMALL, single.LARGE)] == [1, 2]
    assert read(tmp_path) == VALUE
    assert single.read(str(tmp_path), NAME, single.LARGE) is None
    found = single.read(str(tmp_path), b"3", single.LARGE)
    assert found is not None and bytes(found) == bytes(1000)
