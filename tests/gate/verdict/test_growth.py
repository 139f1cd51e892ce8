"""Because of what an op grew, by its runs and its condition before and after."""

from __future__ import annotations

import pytest

from code_path_gate.verdict.growth import causes, gained_cache, lost_guard
from tests.gate.rows import op

ROWS = {
    "a call": ("1", "2", "a call: it ran once, now twice"),
    "a call in a loop": ("order", "2 * order", "a call: it ran per order, now twice per order"),
    "a loop": ("1", "order", "a loop: it ran once, now per order"),
    "one more loop": ("order", "line * order", "a loop: it ran per order, now per line and order"),
    "a known loop is a call, or more": ("1", "50", "a call: it ran once, now 50 times"),
    "a cache": ("distinct kind", "item", "a cache: it ran per kind, now per item"),
    "a cycle": ("1", "child * cycle m.visit", "a cycle: it ran once, now per child in each round of visit"),
    "one more loop, of many": (
        "a_long_name * another_long_name + cycle shop.carts.visit",
        "a_long_name * another_long_name * file + cycle shop.carts.visit",
        "a loop: it runs now also per file",
    ),
    "more of the same many": (
        "a_long_name * another_long_name + cycle shop.carts.visit",
        "2 * a_long_name * another_long_name + cycle shop.carts.visit",
        "a call: it runs more often, in the loops of before",
    ),
    "less": ("order", "1", ""),
    "the same": ("order", "order", ""),
    "a retry is no growth": ("1", "first 3", ""),
    "nothing is known of before": ("", "order", ""),
}


@pytest.mark.parametrize("name", ROWS)
def test_causes(name: str) -> None:
    before, after, told = ROWS[name]
    was, now = (op("f json.load 10")._replace(runs=runs, condition="always") for runs in (before, after))
    assert causes(was, now) == ([told] if told else [])


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("sometimes", "always", ["a guard: it ran sometimes, now always"]),
        ("rarely", "sometimes", ["a guard: it ran rarely, now sometimes"]),
        ("always", "sometimes", []),
        ("", "always", []),
    ],
)
def test_a_guard_that_is_gone(before: str, after: str, told: list[str]) -> None:
    was, now = (op("f json.load 10")._replace(runs="path", condition=condition) for condition in (before, after))
    assert causes(was, now) == told


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("kept here: 1", "order", ["a cache: it ran once, now per order"]),
        ("kept here: 1", "kept here: order", ["a loop: it ran once, now per order"]),
        ("kept here: distinct kind", "order", ["a cache: it ran per kind, now per order"]),
        ("kept: 1", "order", ["a cache: it was kept for the next run of the action, now it runs in each"]),
        ("kept here: 1", "1", []),
        ("1", "kept here: 1", []),
    ],
)
def test_a_cache_that_is_gone(before: str, after: str, told: list[str]) -> None:
    was, now = (op("f json.load 10")._replace(runs=runs, condition="always") for runs in (before, after))
    assert causes(was, now)[: len(told) or 1] == told
    assert gained_cache(was, now) == []


def test_a_cache_that_is_new() -> None:
    was, now = (op("f json.load 10")._replace(runs=runs, condition="always") for runs in ("order", "kept here: 1"))
    assert gained_cache(was, now) == ["a cache: it ran per order, now once"]


def test_a_cache_for_the_next_run_that_is_new() -> None:
    was, now = (op("f json.load 10")._replace(runs=runs, condition="always") for runs in ("1", "kept: 1"))
    assert gained_cache(was, now) == ["a cache: it is kept for the next run of the action now"]


def test_what_is_kept_now_has_lost_no_guard() -> None:
    row = op("f json.load 10")._replace(runs="1", condition="sometimes")
    assert lost_guard(row, row._replace(condition="always"))
    assert not lost_guard(row, row._replace(condition="always", runs="kept here: 1"))
