"""The file of observations: what is written is read, and what is no such file is refused."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given

from code_path_audit.errors import AuditError
from code_path_audit.runtime.observations import (
    LoopObservation,
    Observations,
    RunObservation,
    merge,
    update,
)
from code_path_audit.runtime.observations_file import FILE_NAME, MAX_BYTES, load, parse, render, store, write_whole
from tests.runtime.recorded import EDGE, GC, IMPORT, OBSERVATIONS, OP

LOOP = LoopObservation("save", "shop/cart.py", "shop.cart.save", 2, 50)
RUN = RunObservation("save", 3)
ALL = Observations((OP,), (EDGE,), (IMPORT,), (GC,), (LOOP,), (RUN,))


@given(OBSERVATIONS)
def test_what_is_written_is_read(observations: Observations) -> None:
    assert parse(render(observations)) == observations


@given(OBSERVATIONS, OBSERVATIONS)
def test_a_conflicted_file_merges_to_both_sides(one: Observations, other: Observations) -> None:
    text = f"<<<<<<< ours\n{render(one)}=======\n{render(other)}>>>>>>> theirs\n"
    assert parse(text, conflicts=True) == merge(one, other)


@given(OBSERVATIONS)
def test_the_same_recording_again_changes_nothing(observations: Observations) -> None:
    assert update(observations, observations, frozenset({"a", "b"})) == observations


def test_the_file_in_full() -> None:
    assert render(ALL) == (
        '{"observations": 1}\n'
        '{"kind": "op", "action": "save", "file": "shop/cart.py", "function": "shop.cart.save", '
        '"callee": "json.dumps", "ordinal": 1, "class": "json_io", "direct": true, "count": 3, "sizes": {"100": 3}, '
        '"ns": {"20000": 3}, "trips": 8}\n'
        '{"kind": "edge", "action": "save", "file": "shop/cart.py", "caller": "shop.cart.save", '
        '"text": "self.hooks[name]", "ordinal": 1, "callee": "shop.hooks.log", "direct": true, "count": 0}\n'
        '{"kind": "import", "action": "save", "file": "shop/cart.py", "module": "sqlite3", "ns": {"5000000": 0}}\n'
        '{"kind": "gc", "action": "save", "generation": 0, "count": 2, "ns": 200000}\n'
        '{"kind": "loop", "action": "save", "file": "shop/cart.py", "function": "shop.cart.save", "ordinal": 2, '
        '"trips": 50}\n'
        '{"kind": "run", "action": "save", "count": 3}\n'
    )


def test_stored_and_loaded(tmp_path) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "baselines" / "observations.jsonl"
    assert load(path) == Observations()
    store(path, ALL)
    assert load(path) == ALL
    assert [entry.name for entry in path.parent.iterdir()] == ["observations.jsonl"]


MANY_WRITERS = """
import sys
from pathlib import Path
from code_path_audit.runtime.observations import Observations, RunObservation, update
from code_path_audit.runtime.observations_file import held, load, store
path = Path(sys.argv[1])
for number in range(25):
    name = f"{sys.argv[2]}{number}"
    with held(path):
        store(path, update(load(path), Observations(runs=(RunObservation(name, 0),)), frozenset({name})))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no such lock")
def test_recordings_at_the_same_time_are_all_kept(tmp_path: Path) -> None:
    path, env = tmp_path / "baselines" / FILE_NAME, {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    writers = [subprocess.Popen([sys.executable, "-c", MANY_WRITERS, path, letter], env=env) for letter in "abcd"]
    assert [writer.wait() for writer in writers] == [0] * 4
    assert {run.action for run in load(path).runs} == {f"{letter}{number}" for letter in "abcd" for number in range(25)}


CORRUPT, SECOND = "observations-corrupt", "observations.jsonl:2"
HEAD = '{"observations": 1}\n'
LINE = render(Observations((OP,))).splitlines()[1]


@pytest.mark.parametrize(
    ("text", "slug", "where"),
    [
        ("<<<<<<< HEAD\n", "observations-conflict", "observations.jsonl:1"),
        ('{"observations": 1}\n=======\n', "observations-conflict", "observations.jsonl:2"),
        ('{"observations": 2}\n', "observations-version", "observations.jsonl"),
        (LINE, "observations-version", "observations.jsonl"),
        ('{"observations": 1}\n{"kind": "op"', CORRUPT, SECOND),
        ('{"observations": 1}\n[]', CORRUPT, SECOND),
        ('{"observations": 1}\n{"kind": "lemon"}', CORRUPT, SECOND),
        ('{"observations": 1}\n{"kind": []}', CORRUPT, SECOND),
        (HEAD + LINE.replace('"count": 3', '"count": -3'), CORRUPT, SECOND),
        (HEAD + LINE.replace('"count": 3', '"count": true'), CORRUPT, SECOND),
        (HEAD + LINE.replace('{"100": 3}', '{"100": 99}'), CORRUPT, SECOND),
        (HEAD + LINE.replace('{"100": 3}', "[1]"), CORRUPT, SECOND),
        (HEAD + LINE.replace('"ordinal"', '"original"'), CORRUPT, SECOND),
        (HEAD + LINE.replace('"count": 3', '"count": 63'), CORRUPT, SECOND),
        (HEAD + LINE.replace('"trips": 8', '"trips": 9' + "0" * 40), CORRUPT, SECOND),
        (HEAD + LINE.replace('"100"', '"1' + "0" * 40 + '"'), CORRUPT, SECOND),
        ('{"observations": 1}\n' + "[" * 100_000, CORRUPT, SECOND),
    ],
)  # fmt: skip
def test_what_is_no_file_of_observations(text: str, slug: str, where: str) -> None:
    with pytest.raises(AuditError) as caught:
        parse(text)
    assert (caught.value.slug, caught.value.where) == (slug, where)


@pytest.mark.parametrize(
    ("make", "slug", "told"),
    [
        (lambda path: path.write_bytes(b"x" * (MAX_BYTES + 1)), "observations-large", "67,108,864 bytes"),
        (lambda path: path.write_bytes(b'{"observations": 1}\n\xff'), CORRUPT, f"{SECOND})"),
        (lambda path: path.mkdir(), "observations-unreadable", "not a regular file"),
        (os.mkfifo, "observations-unreadable", "not a regular file"),
        (lambda path: path.symlink_to(__file__), "observations-unreadable", "a link that leads out of the project"),
    ],
)
def test_files_that_cannot_be_read(make: Callable[[Path], object], slug: str, told: str, tmp_path: Path) -> None:
    path = tmp_path / "observations.jsonl"
    make(path)
    with pytest.raises(AuditError) as caught:
        load(path, root=tmp_path)
    assert caught.value.slug == slug
    assert told in str(caught.value)


def test_what_is_cut_short_leaves_nothing(tmp_path: Path) -> None:
    file = tmp_path / "x.jsonl"
    file.write_bytes(b"before")
    with pytest.raises(TypeError):
        write_whole(file, None, "observations-unwritable", "it")  # type: ignore[arg-type]
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"before"]
