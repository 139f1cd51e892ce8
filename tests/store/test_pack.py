"""The store: what is put can be had again, and nothing else, whatever lies in its folder."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tempfile
from pathlib import Path
from random import Random

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from code_path_audit.store.pack import digest, open_store
from tests.store.filled import DAY, KEYS, NOW, filled, flipped, packs, total
from tests.store.trials import had

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
