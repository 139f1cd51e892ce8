"""Observations: steps, merging, and what is taken over from a new recording."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from code_path_audit.runtime.observations import (
    Observations,
    OpObservation,
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
from code_path_audit.runtime.observations_file import render
from tests.runtime.recorded import EDGE, GC, IMPORT, OBSERVATIONS, OP


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
