"""Counts and loads of real applications: what is put in for loops, and the lines of the table."""

from __future__ import annotations

import pytest

from benchmarks.counts import Measured, Row, asked_for, evaluated, markdown, table
from code_path_audit.profiles.runs.terms import LoopName, PlainRuns
from tests.profiles.runs.reading import counted

# order: 3 rounds, line: 2 for each, visit calls itself 4 times for each call from outside, by way of step's loop
ORDER, LINE, STEP = ("loop", "0 in m.main"), ("loop", "1 in m.main"), ("loop", "0 in m.step")
MEASURED = Measured(
    {
        LoopName(*ORDER): 3.0,
        LoopName(*LINE): 2.0,
        LoopName(*STEP): 7.0,
        LoopName("cycle", "m.visit"): 4.0,
        LoopName("distinct", "name"): 5.0,
    },
    {"m.visit": frozenset(("m.visit", "m.step"))},
)


@pytest.mark.parametrize(
    ("runs", "own", "count"),
    [
        ((((), 2),), {}, 2),
        ((((ORDER, LINE), 1), ((), 1)), {}, 7),
        ((((("loop", "9 in m.other"),), 5),), {}, 0),  # a loop that did not run
        ((((("cycle", "m.visit"), STEP), 1),), {}, 4),  # the loop is what makes the rounds of the recursion
        ((((("cycle", "m.visit"), STEP), 1),), {LoopName(*STEP): 1}, 28),  # but around the op itself it counts
        ((((("cycle", "m.alone"),), 1),), {}, 1),  # a recursion that did not come back
        ((((("distinct", "kind"), ORDER), 1),), {}, 3),
        ((((("distinct", "name"), ORDER), 1),), {}, 15),  # what a function with a cache was seen to be asked for
        ((((("first", "3"),), 1),), {}, 1),
    ],
)
def test_terms_with_measured_rounds(runs: PlainRuns, own: dict[LoopName, int], count: float) -> None:
    assert evaluated(runs, MEASURED, own) == count


def test_what_functions_are_asked_for_that_keep_their_results() -> None:
    source = """
    import functools
    def op(): pass
    @functools.cache
    def load(name): op()
    @functools.cache
    def by_kind(kind): op()
    @functools.cache
    def of_kind(kind): op()
    def main(rows):
        for row in rows: load(row.name); by_kind(row.kind); of_kind(row.kind)
    """
    found = asked_for(counted(source, "m.main"), {"m.load": 4.0, "m.by_kind": 2.0, "m.of_kind": 3.0})
    assert found == {LoopName("distinct", "name"): 4.0}


def test_the_table() -> None:
    op = Row("shop", "m.f", "json.loads", "json_io", 4.0, 3.0, 2_000_000, 1_000_000.0, "per order", True)
    rows = [op, op._replace(counted=9.0), op._replace(weight=10**15, is_told=False), op._replace(app="notes")]
    lines = table(rows)
    assert lines == [
        ("shop", "3", "0.667 (2/3)", "2", "4 ms", "2 ms", "2.0"),
        ("notes", "1", "1.000 (1/1)", "1", "2 ms", "1 ms", "2.0"),
        ("all", "4", "0.750 (3/4)", "", "", "", "2 of 2 within 3, 2 within 10"),
    ]
    assert markdown(lines).splitlines()[2] == "| shop | 3 | 0.667 (2/3) | 2 | 4 ms | 2 ms | 2.0 |"
