"""Observations: steps, merging, what is taken over from a new recording, and the file."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from code_path_audit.errors import AuditError
from code_path_audit.runtime.observations import (
    EdgeObservation,
    GcObservation,
    ImportObservation,
    LoopObservation,
    Observations,
    OpObservation,
    RunObservation,
    added,
    close,
    histogram,
    key_of,
    log2,
    mean,
    median,
    merge,
    step,
    update,
)
from code_path_audit.runtime.observations_file import MAX_BYTES, load, parse, render, store

OP = OpObservation(
    "save", "shop/cart.py", "shop.cart.save", "json.dumps", 1, "json_io", True, 3, ((100, 3),), ((20000, 3),), (), 8
)
EDGE = EdgeObservation("save", "shop/cart.py", "shop.cart.save", "self.hooks[name]", 1, "shop.hooks.log", True, 0)
IMPORT = ImportObservation("save", "shop/cart.py", "sqlite3", ((5_000_000, 0),))
GC = GcObservation("save", 0, 2, 200_000)
LOOP = LoopObservation("save", "shop/cart.py", "shop.cart.save", 2, 50)
RUN = RunObservation("save", 3)
ALL = Observations((OP,), (EDGE,), (IMPORT,), (GC,), (LOOP,), (RUN,))


@pytest.mark.parametrize(
    ("value", "expected"),
    [(0, 0), (0.4, 0), (0.5, 1), (1, 1), (1.4, 1), (1.5, 2), (3.1, 2), (3.2, 5), (7, 5), (8, 10), (14, 10),
     (15, 20), (10**30, 5 * 10**15)],
)  # fmt: skip
def test_step(value: float, expected: int) -> None:
    assert step(value) == expected


@pytest.mark.parametrize(("count", "expected"), [(0, 0), (1, 0), (2, 1), (3, 1), (4, 2), (1000, 9)])
def test_log2(count: int, expected: int) -> None:
    assert log2(count) == expected


def test_histogram_and_median() -> None:
    rows = histogram([1, 1, 1, 90, 110, 120, 5000])
    assert rows == ((1, 1), (100, 1), (5000, 0))
    assert median(rows) == 100
    assert median(()) is None
    assert (mean(((10, 1), (100, 0))), mean(())) == (40, None)


OPS = st.builds(
    OpObservation,
    st.sampled_from(["a", "b"]),
    st.just("m.py"),
    st.sampled_from(["m.f", "m.g"]),
    st.sampled_from(["json.loads", "builtins.open"]),
    st.integers(1, 3),
    st.just("json_io"),
    st.booleans(),
    st.integers(0, 20),
    st.lists(st.integers(0, 10**6)).map(histogram),
    st.lists(st.integers(0, 10**9)).map(histogram),
    st.just(()),
    st.one_of(st.none(), st.integers(0, 1000)),
)
EDGES = st.builds(
    EdgeObservation,
    st.sampled_from(["a", "b"]),
    st.just("m.py"),
    st.sampled_from(["m.f", "m.g"]),
    st.sampled_from(["f", "x.f"]),
    st.integers(1, 2),
    st.sampled_from(["m.f", "m.g"]),
    st.booleans(),
    st.integers(0, 20),
)
IMPORTS = st.builds(
    ImportObservation,
    st.just("a"),
    st.just("m.py"),
    st.sampled_from(["json", "re"]),
    st.lists(st.integers(0, 10**9)).map(histogram),
)
COLLECTIONS = st.builds(
    GcObservation, st.just("a"), st.integers(0, 2), st.integers(0, 9), st.integers(0, 10**9).map(step)
)
LOOPS = st.builds(
    LoopObservation,
    st.sampled_from(["a", "b"]),
    st.just("m.py"),
    st.sampled_from(["m.f", "m.g"]),
    st.integers(1, 3),
    st.integers(1, 10**6).map(step),
)
RUNS = st.builds(RunObservation, st.sampled_from(["a", "b"]), st.integers(0, 20))
OBSERVATIONS = st.builds(
    lambda *rows: merge(Observations(*map(tuple, rows))),
    st.lists(OPS),
    st.lists(EDGES),
    st.lists(IMPORTS),
    st.lists(COLLECTIONS),
    st.lists(LOOPS),
    st.lists(RUNS),
)


@given(OBSERVATIONS, OBSERVATIONS, OBSERVATIONS)
def test_branches_merge_in_any_order(one: Observations, other: Observations, third: Observations) -> None:
    assert merge(one, other) == merge(other, one)
    assert merge(one, other, third) == merge(third, one, other) == merge(other, third, one)
    # what is in both is one recording, not two
    assert merge(one, one) == merge(one) == one
    assert merge(one, Observations()) == one


@given(OBSERVATIONS, OBSERVATIONS)
def test_a_merge_adds_histograms_and_loses_nothing(one: Observations, other: Observations) -> None:
    both = merge(one, other)
    sides = [{key_of(row): row for row in side.ops} for side in (one, other)]
    assert {key_of(row) for row in both.ops} == sides[0].keys() | sides[1].keys()
    for row in both.ops:
        parts = [side[key_of(row)] for side in sides if key_of(row) in side]
        if len(set(parts)) < 2:
            assert row == parts[0]
            continue
        for value, count in row.sizes:
            counts = [dict(part.sizes)[value] for part in parts if value in dict(part.sizes)]
            assert 2**count <= sum(2**each for each in counts) < 2 ** (count + 1)
        assert {value for value, _ in row.sizes} == {value for part in parts for value, _ in part.sizes}
        assert row.hits == added(part.hits for part in parts)


JITTER = st.sampled_from([-1, 0, 1])


@given(OBSERVATIONS, st.data())
def test_a_recording_that_hardly_differs_changes_no_line(old: Observations, data: st.DataObject) -> None:
    def again(op: OpObservation) -> OpObservation:
        hits = max(0, op.hits + data.draw(JITTER))
        # other executions were slow this time: the middle is at most a factor of four away
        ns = tuple((max(1, value * 2), count) for value, count in op.ns if value)
        return op._replace(hits=hits, ns=ns if len(ns) == len(op.ns) else op.ns)

    new = old._replace(ops=tuple(map(again, old.ops)))
    assert render(update(old, new, old.actions())) == render(old)


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
    ("new", "expected"),
    [
        (OP._replace(hits=4), OP),
        (OP._replace(hits=5), OP._replace(hits=5)),
        (OP._replace(ns=((50000, 3),)), OP),
        (OP._replace(ns=((100000, 3),)), OP._replace(ns=((100000, 3),))),
        (OP._replace(sizes=((200, 3),)), OP._replace(sizes=((200, 3),))),
        (OP._replace(sizes=((50, 0), (100, 5))), OP),
        (OP._replace(trips=10), OP),
        (OP._replace(trips=20), OP._replace(trips=20)),
        (OP._replace(trips=None), OP._replace(trips=None)),
    ],
)
def test_a_value_that_hardly_changed_stays(new: OpObservation, expected: OpObservation) -> None:
    assert update(Observations((OP,)), Observations((new,)), frozenset({"save"})).ops == (expected,)


def test_a_new_recording_replaces_its_own_action_alone() -> None:
    other = OP._replace(action="load")
    old = Observations((other, OP), (EDGE,), (IMPORT,), (GC,))
    assert update(old, Observations(), frozenset({"save"})) == Observations((other,))


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [(1, 1, True), (2, 3, True), (2, 4, False), (0, 0, True), (0, 1, False), (None, None, True), (None, 0, False)],
)  # fmt: skip
def test_close(one: int | None, other: int | None, expected: bool) -> None:
    assert close(one, other, 1.5) is expected
    assert close(other, one, 1.5) is expected


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
