"""The store: what is put can be had again, and nothing else, whatever lies in its folder."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from random import Random

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from code_path_audit.store.folder import store_folder
from code_path_audit.store.merging import LARGE, absorbed
from code_path_audit.store.pack import Store, digest, open_store
from code_path_audit.store.segment import HEAD
from tests.store.trials import had

DAY = 86_400.0
NOW = 1_700_000_000.0
KEYS = [digest("test", b"%d" % number) for number in range(300)]


def filled(folder: Path, numbers: range, *, now: float = NOW, size: int = 100, limit: int = 1 << 30) -> Store:
    """A store into which some entries were put and committed."""
    store = open_store(str(folder), now, limit)
    for number in numbers:
        store.put(KEYS[number], content(number, size))
    store.commit()
    return store


def content(number: int, size: int = 100) -> bytes:
    """What stands for a number."""
    return Random(number).randbytes(size)


def numbers_in(folder: Path, *, size: int = 100, of: int = len(KEYS)) -> list[int]:
    """The numbers whose entries are there; what is there must be right."""
    store = open_store(str(folder), NOW)
    found = [number for number, key in enumerate(KEYS[:of]) if store.get(key) is not None]
    assert [number for number in found if had(store, KEYS[number]) != content(number, size)] == []
    return found


def packs(folder: Path) -> list[Path]:
    """The files that hold entries."""
    return sorted(folder.glob("*.pack"))


# what is put, and when it is there


def test_it_is_there_for_others_after_a_commit(tmp_path: Path) -> None:
    store = open_store(str(tmp_path / "a" / "store"), NOW)
    store.put(KEYS[0], b"data")
    assert had(store, KEYS[0]) == b"data"
    assert open_store(str(tmp_path / "a" / "store"), NOW).get(KEYS[0]) is None
    store.commit()
    assert had(store, KEYS[0]) == b"data"
    assert had(open_store(str(tmp_path / "a" / "store"), NOW), KEYS[0]) == b"data"
    assert (tmp_path / "a" / "store").stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "a" / "store").iterdir()} == {0o600}


@pytest.mark.parametrize("data", [b"", b"\x00", b"x" * 3_000_000])
def test_data_of_any_size(tmp_path: Path, data: bytes) -> None:
    store = open_store(str(tmp_path), NOW)
    store.put(KEYS[0], data)
    store.put(KEYS[1], b"beside it")
    store.commit()
    again = open_store(str(tmp_path), NOW)
    assert [had(again, key) for key in KEYS[:3]] == [data, b"beside it", None]


def test_looking_makes_no_folder(tmp_path: Path) -> None:
    store = open_store(str(tmp_path / "store"), NOW)
    assert store.get(KEYS[0]) is None
    store.commit()
    assert not (tmp_path / "store").exists()
    assert store.notes == []


def test_what_is_there_is_not_written_again(tmp_path: Path) -> None:
    filled(tmp_path, range(20))
    before = packs(tmp_path)
    filled(tmp_path, range(20))
    assert packs(tmp_path) == before


def test_no_folder_keeps_nothing() -> None:
    store = open_store("", NOW)
    store.put(KEYS[0], b"data")
    store.commit()
    assert (store.get(KEYS[0]), store.notes) == (None, [])


@pytest.mark.parametrize("key", [b"", b"short", bytes(33)])
def test_a_key_has_32_bytes(tmp_path: Path, key: bytes) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        open_store(str(tmp_path), NOW).put(key, b"")


def test_much_is_written_before_the_commit(tmp_path: Path) -> None:
    store = open_store(str(tmp_path), NOW)
    for number in range(5):
        store.put(KEYS[number], bytes(15 << 20))
    assert open_store(str(tmp_path), NOW).get(KEYS[0]) is not None


def test_keys_tell_kinds_and_parts_apart() -> None:
    keys = [
        digest("a"), digest("b"), digest("a", b""), digest("a", b"", b""), digest("", b"a"), digest("a", b"bc"),
        digest("a", b"b", b"c"), digest("ab", b"c"),
    ]  # fmt: skip
    assert len(set(keys)) == len(keys)
    written = b"\x01" + bytes(7) + b"a" + b"\x02" + bytes(7) + b"bc"
    assert digest("a", b"bc") == hashlib.blake2b(written, digest_size=32).digest()


# files that are not what they should be


def flipped(data: bytes, at: int) -> bytes:
    """The data with one bit changed."""
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


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


def test_names_that_are_not_the_stores(tmp_path: Path) -> None:
    filled(tmp_path, range(3))
    (tmp_path / "v1-folder.pack").mkdir()
    (tmp_path / "v1-zz-00.pack").write_bytes(b"nothing")
    (tmp_path / "v1-link.pack").symlink_to(packs(tmp_path)[0])
    if sys.platform != "win32":
        os.mkfifo(tmp_path / "v1-fifo.pack", 0o600)
    assert numbers_in(tmp_path) == [0, 1, 2]
    assert filled(tmp_path, range(6)).notes == []
    assert numbers_in(tmp_path) == list(range(6))


def test_a_file_that_others_may_write(tmp_path: Path) -> None:
    filled(tmp_path, range(3))
    packs(tmp_path)[0].chmod(0o660)
    assert numbers_in(tmp_path) == []


# folders that are refused


def refused(folder: Path) -> list[str]:
    """The notes of a store that can neither be read nor written; it keeps nothing."""
    store = filled(folder, range(3))
    assert [store.get(key) for key in KEYS[:3]] == [None] * 3
    store.put(KEYS[0], b"data")
    store.commit()
    return [note.replace(str(folder), "FOLDER") for note in store.notes]


@pytest.mark.parametrize("mode", [0o720, 0o702, 0o777, 0o1777])
def test_a_folder_that_others_may_write(tmp_path: Path, mode: int) -> None:
    (tmp_path / "store").mkdir()
    (tmp_path / "store").chmod(mode)
    assert refused(tmp_path / "store") == ["nothing is cached: FOLDER: others may write to it; it needs the mode 0700"]


def test_once_refused_nothing_is_written_anywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "store"
    filled(folder, range(3))
    (tmp_path / "here").mkdir(mode=0o700)
    monkeypatch.chdir(tmp_path / "here")
    store = open_store(str(folder), NOW + DAY)
    for number in (0, 5):
        store.get(KEYS[0])
        store.put(KEYS[number], b"new")
        folder.chmod(0o777)
        store.commit()
        assert len(store.notes) == 1
    assert list((tmp_path / "here").iterdir()) == []


def test_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir(mode=0o700)
    (tmp_path / "store").symlink_to("real")
    assert refused(tmp_path / "store") == ["nothing is cached: FOLDER: it is a symbolic link"]
    assert list((tmp_path / "real").iterdir()) == []


def test_a_link_to_nothing(tmp_path: Path) -> None:
    (tmp_path / "store").symlink_to("nowhere")
    assert refused(tmp_path / "store") == ["nothing is cached: FOLDER: it is a symbolic link"]


def test_a_file_in_its_place(tmp_path: Path) -> None:
    (tmp_path / "store").write_bytes(b"")
    assert refused(tmp_path / "store") == ["nothing is cached: FOLDER: Not a directory"]
    assert refused(tmp_path / "store" / "below") == ["nothing is cached: FOLDER: Not a directory"]


def test_a_lock_that_is_a_link(tmp_path: Path) -> None:
    folder = tmp_path / "store"
    folder.mkdir(mode=0o700)
    (tmp_path / "precious").write_bytes(b"precious")
    (folder / "lock").symlink_to(tmp_path / "precious")
    assert len(filled(folder, range(3)).notes) == 1
    assert (tmp_path / "precious").read_bytes() == b"precious"


def test_a_folder_that_vanishes_is_made_again(tmp_path: Path) -> None:
    store = filled(tmp_path / "store", range(3))
    for path in (tmp_path / "store").iterdir():
        path.unlink()
    (tmp_path / "store").rmdir()
    assert [store.get(key) is not None for key in KEYS[:3]] == [False] * 3
    store.put(KEYS[5], content(5))
    store.commit()
    assert (store.notes, numbers_in(tmp_path / "store")) == ([], [5])


# merging, and what has to go


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


def total(folder: Path) -> int:
    """The bytes that all files take."""
    return sum(path.stat().st_size for path in folder.iterdir())


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


# where it lies

HOME = {"HOME": "/home/me"}


@pytest.mark.skipif(sys.platform == "win32", reason="folders of POSIX")
@pytest.mark.parametrize(
    ("option", "environ", "expected"),
    [
        (None, HOME, "/home/me/.cache/code-path-audit"),
        (None, HOME | {"XDG_CACHE_HOME": "/var/me"}, "/var/me/code-path-audit"),
        (None, HOME | {"XDG_CACHE_HOME": "relative"}, "/home/me/.cache/code-path-audit"),
        (None, HOME | {"XDG_CACHE_HOME": ""}, "/home/me/.cache/code-path-audit"),
        (None, HOME | {"CODE_PATH_AUDIT_CACHE": "/elsewhere/"}, "/elsewhere"),
        (None, HOME | {"CODE_PATH_AUDIT_CACHE": ""}, ""),
        (None, HOME | {"CODE_PATH_AUDIT_CACHE": "OFF"}, ""),
        ("/option", HOME | {"CODE_PATH_AUDIT_CACHE": "/elsewhere"}, "/option"),
        ("off", HOME | {"CODE_PATH_AUDIT_CACHE": "/elsewhere"}, ""),
        ("", HOME, ""),
        (None, {}, ""),
        (None, {"HOME": "relative"}, ""),
    ],
)
def test_the_folder(option: str | None, environ: dict[str, str], expected: str) -> None:
    assert store_folder(option, environ, ["/project/src"]) == (expected, "")


@pytest.mark.parametrize("place", ["src", "src/cache", "link/cache", "src/../src/cache"])
def test_a_folder_in_the_audited_source(tmp_path: Path, place: str) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "link").symlink_to("src")
    folder, note = store_folder(str(tmp_path / place), {}, [str(tmp_path / "other"), str(tmp_path / "src")])
    assert folder == ""
    assert f"lies in the audited source {tmp_path / 'src'}" in note


def test_a_folder_beside_the_audited_source(tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    assert store_folder(str(tmp_path / "src-cache"), {}, [str(tmp_path / "src")]) == (str(tmp_path / "src-cache"), "")


# what it costs

CHEAP = {"__future__", "_blake2", "errno", "fcntl", "mmap", "zlib"}


def test_it_loads_next_to_nothing(tmp_path: Path) -> None:
    code = (
        "import sys; before = set(sys.modules)\n"
        "from code_path_audit.store.pack import open_store, digest\n"
        f"store = open_store({str(tmp_path)!r}, 0)\n"
        "store.get(digest('x')); store.put(digest('x'), b''); store.commit()\n"
        "print(*sorted(set(sys.modules) - before))"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert {name for name in found if not name.startswith("code_path_audit")} <= CHEAP


# any history


class Histories(RuleBasedStateMachine):
    """A store, a second one beside it, and what may be had: any value that was put, or nothing where it was lost."""

    @initialize(limit=st.sampled_from([1 << 30, 30_000, 5_000]))
    def begin(self, limit: int) -> None:
        self.home = tempfile.TemporaryDirectory()
        self.folder = Path(self.home.name) / "store"
        self.limit = limit
        self.now = NOW
        self.put_ever: dict[bytes, set[bytes]] = {key: set() for key in KEYS[:12]}
        self.certain: dict[bytes, bytes] = {}
        self.reopen()
        self.other = open_store(str(self.folder), self.now, limit)

    def teardown(self) -> None:
        if hasattr(self, "home"):
            del self.store, self.other
            self.home.cleanup()

    def reopen(self) -> None:
        self.store = open_store(str(self.folder), self.now, self.limit)
        self.pending: dict[bytes, bytes] = {}

    @rule(number=st.integers(0, 11), kind=st.integers(0, 2), size=st.sampled_from([0, 1, 100, 900, 5_000]))
    def put(self, number: int, kind: int, size: int) -> None:
        data = bytes([kind]) * size
        self.put_ever[KEYS[number]].add(data)
        self.store.put(KEYS[number], data)
        if size <= self.limit // 4:
            self.pending[KEYS[number]] = data
            self.certain[KEYS[number]] = data
        else:
            self.certain.pop(KEYS[number], None)

    @rule()
    def commit(self) -> None:
        self.store.commit()
        self.pending = {}
        assert self.store.notes == []
        if self.limit < 1 << 30:
            self.certain = {}
            assert not self.folder.exists() or total(self.folder) <= self.limit

    @rule(days=st.integers(0, 3))
    def later(self, days: int) -> None:
        self.commit()
        self.now += days * DAY
        self.reopen()

    @rule()
    def forget(self) -> None:
        # what was put and not committed is lost; an older value may be there
        for key in self.pending:
            self.certain.pop(key, None)
        self.reopen()

    @rule(number=st.integers(0, 11))
    def other_puts(self, number: int) -> None:
        self.put_ever[KEYS[number]].add(b"other")
        self.other.put(KEYS[number], b"other")
        self.other.commit()
        self.certain.pop(KEYS[number], None)
        if self.limit < 1 << 30:
            self.certain = {}

    @rule(noise=st.randoms(use_true_random=False), how=st.sampled_from(["flip", "cut", "remove", "append", "copy"]))
    def damage(self, noise: Random, how: str) -> None:
        found = packs(self.folder)
        if not found:
            return
        # a file that shrinks under its readers would end them: let go of it first
        self.reopen()
        self.other = open_store(str(self.folder), self.now, self.limit)
        pack = noise.choice(found)
        data = pack.read_bytes()
        at = noise.randrange(len(data)) if data else 0
        if how == "remove":
            pack.unlink()
        elif how == "copy":
            pack.with_name("v1-ffffffffffff-0000000000000000.pack").write_bytes(data)
            pack.with_name("v1-ffffffffffff-0000000000000000.pack").chmod(0o600)
        elif data:
            pack.write_bytes({"flip": flipped(data, at), "cut": data[:at], "append": data + bytes(at)}[how])
        self.certain = {}

    @invariant()
    def gives_what_was_put(self) -> None:
        for key, values in self.put_ever.items() if hasattr(self, "store") else ():
            found = had(self.store, key)
            assert found is None or found in values
            if key in self.certain:
                assert found == self.certain[key]


TestHistories = Histories.TestCase
TestHistories.settings = settings(max_examples=40, stateful_step_count=30)
