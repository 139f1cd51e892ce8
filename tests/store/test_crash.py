"""The store survives what systems do: kills at any call and any byte, two writers, full and read-only disks."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest

from code_path_audit.store.pack import open_store
from tests.conftest import ROOT
from tests.store.trials import BATCH, NOBODY, NOW, had, key, put_batch, seen, value

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals and limits of POSIX")

SCRIPT = Path(__file__).with_name("trials.py")
PATHS = os.pathsep.join(str(ROOT / name) for name in ("audit", "."))


def start(*arguments: object) -> subprocess.Popen[str]:
    """A trial in a process of its own."""
    return subprocess.Popen(
        [sys.executable, str(SCRIPT), *map(str, arguments)],
        env={**os.environ, "PYTHONPATH": PATHS}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def told(*arguments: object) -> Any:
    """What a trial printed."""
    out, err = start(*arguments).communicate()
    assert err == ""
    return json.loads(out)


def test_killed_at_each_call(tmp_path: Path) -> None:
    # after each kill a commit that is not: so the next one merges, and finds something to clean up
    never = 1000
    points = [point for call in range(50) for point in (call, never)]
    seen_by_it = told("kills", tmp_path / "store", "call", *points)
    died = seen_by_it.pop("died")
    assert 15 < died < 50
    assert seen_by_it == {"lost": [], "wrong": False, "drafts": [], "after": True}


def test_killed_at_any_byte(tmp_path: Path) -> None:
    noise = Random(3)
    points = [0, 1, 31, 32, 1055, 1056, *(noise.randrange(45_000) for _ in range(14))]
    seen_by_it = told("kills", tmp_path / "store", "byte", *points)
    died = seen_by_it.pop("died")
    assert died > 10
    assert seen_by_it == {"lost": [], "wrong": False, "drafts": [], "after": True}


def killed_at_random(folder: Path, kills: int, seed: int) -> tuple[int, list[int]]:
    """How many kills hit a writer at work, and the committed batches that were lost."""
    noise = Random(seed)
    died, first, lost = 0, 0, []
    committed: set[int] = set()
    for _ in range(kills):
        writer = start("write", folder, first, 400)
        assert writer.stdout is not None
        for _ in range(noise.randrange(1, 4)):
            writer.stdout.readline()
        with pytest.raises(subprocess.TimeoutExpired):
            writer.wait(noise.random() / 50)
        writer.send_signal(signal.SIGKILL)
        out, _ = writer.communicate()
        died += writer.returncode == -signal.SIGKILL
        # those before the last line were told too
        last = max([first, *map(int, out.split())])
        committed |= set(range(first, last))
        whole, wrong = seen(str(folder), range(first, last + 1))
        assert not wrong
        lost += sorted(set(range(first, last)) - set(whole))
        first = last + 1
    whole, _ = seen(str(folder), range(first))
    return died, lost + sorted(committed - set(whole))


@pytest.mark.parametrize("kills", [10, pytest.param(100, marks=pytest.mark.slow(reason="a hundred processes"))])
def test_killed_at_random_moments(tmp_path: Path, kills: int) -> None:
    assert killed_at_random(tmp_path / "store", kills, seed=kills) == (kills, [])


def test_two_writers_at_once(tmp_path: Path) -> None:
    folder = tmp_path / "store"
    writers = [start("write", folder, first, 25) for first in (0, 25, 10)]
    assert [writer.communicate()[1] for writer in writers] == ["", "", ""]
    assert seen(str(folder), range(50)) == (list(range(50)), False)
    put_batch(open_store(str(folder), NOW), 50)
    assert len(list(folder.iterdir())) < 16


def test_a_reader_while_others_rewrite(tmp_path: Path) -> None:
    folder = str(tmp_path / "store")
    put_batch(open_store(folder, NOW), 0)
    reader = open_store(folder, NOW)
    assert had(reader, key(0, 0)) == value(0, 0)
    first = sorted(os.listdir(folder))
    writer = start("write", folder, 1, 10)
    assert writer.communicate()[1] == ""
    assert not set(os.listdir(folder)) & set(first) - {"lock"}  # its files are gone
    assert [had(reader, key(0, item)) == value(0, item) for item in range(BATCH)] == [True] * BATCH


def test_files_that_may_not_grow(tmp_path: Path) -> None:
    folder = tmp_path / "store"
    put_batch(open_store(str(folder), NOW), 0)
    note = f"nothing is cached: {folder}: {os.strerror(errno.EFBIG)}"
    assert told("limited", folder, 4096) == {"notes": [note], "there": [0], "drafts": []}


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 1 MB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=1m,mode=0700", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("a disk cannot be mounted here")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk(small_disk: Path) -> None:
    store = open_store(str(small_disk), NOW)
    put_batch(store, 0)
    (small_disk / "other").write_bytes(bytes(os.statvfs(small_disk).f_bavail * 4096))
    put_batch(store, 1)
    put_batch(store, 2)
    assert store.notes == [f"nothing is cached: {small_disk}: {os.strerror(errno.ENOSPC)}"]
    assert seen(str(small_disk), range(3)) == ([0], False)
    (small_disk / "other").unlink()
    put_batch(open_store(str(small_disk), NOW), 1)
    assert seen(str(small_disk), range(3)) == ([0, 1], False)


def test_a_read_only_disk(small_disk: Path) -> None:
    put_batch(open_store(str(small_disk), NOW - 100 * 86_400), 0)
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    assert seen(str(small_disk), range(1)) == ([0], False)
    store = open_store(str(small_disk), NOW)
    put_batch(store, 1)
    assert store.notes == [f"nothing is cached: {small_disk}: {os.strerror(errno.EROFS)}"]
    # what is there can be read, and that its day cannot be written is no news
    reader = open_store(str(small_disk), NOW)
    assert had(reader, key(0, 0)) == value(0, 0)
    reader.commit()
    assert reader.notes == []


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user may enter; pytest's own are closed to others."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


def test_a_folder_that_may_only_be_read(open_folder: Path) -> None:
    folder = open_folder / "store"
    put_batch(open_store(str(folder), NOW), 0)
    for path in (*folder.iterdir(), folder):
        if os.geteuid() == 0:
            os.chown(path, NOBODY, NOBODY)
        path.chmod(0o500)
    note = f"nothing is cached: {folder}: {os.strerror(errno.EACCES)}"
    assert told("nobody", folder) == {"notes": [note], "there": [0], "drafts": []}
    folder.chmod(0o700)


def test_a_folder_of_another_user(open_folder: Path) -> None:
    folder = open_folder
    if os.geteuid() == 0:
        os.chown(folder, NOBODY, NOBODY)
        store = open_store(str(folder), NOW)
    else:
        folder = Path("/")
        store = open_store("/", NOW)
    put_batch(store, 0)
    assert store.notes == [f"nothing is cached: {folder}: it belongs to another user"]
    assert not [path for path in folder.iterdir() if path.suffix == ".pack"]
