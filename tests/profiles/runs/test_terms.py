"""Sums of products of loops: what they are, and that each rule about them holds for any number of rounds."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from code_path_audit.profiles.runs.terms import (
    LIMIT,
    MAX_TERMS,
    NEVER,
    ONCE,
    OTHERS,
    SELDOM_OTHERS,
    LoopName,
    Runs,
    Term,
    added,
    dearer,
    degree,
    evaluated,
    figure,
    product,
    runs_of,
    scaled,
)

ORDER, LINE, PAGE = (LoopName("loop", name) for name in ("order", "line", "page"))
TRY = LoopName("first", "3")
KEY = LoopName("distinct", "kind")

loops = st.lists(st.sampled_from([ORDER, LINE, PAGE, TRY]), max_size=4).map(lambda row: tuple(sorted(row)))
terms = st.builds(Term, loops, st.integers(1, 4))
sums = st.lists(terms, max_size=6).map(runs_of)
many = st.lists(
    st.builds(
        Term,
        st.lists(st.sampled_from([LoopName("loop", c) for c in "abcdef"]), max_size=5).map(lambda r: tuple(sorted(r))),
        st.integers(1, 4),
    ),
    min_size=MAX_TERMS,
    max_size=40,
)
rounds = st.fixed_dictionaries({name: st.integers(1, 5) for name in (ORDER, LINE, PAGE, TRY)})


def value(runs: Runs, counts: dict[LoopName, int]) -> int:
    return evaluated(runs, counts.__getitem__)


def test_terms_are_in_order_and_equal_ones_are_one() -> None:
    # 1 + order * line + 2 + order = order * line + order + 3
    found = runs_of([Term((), 1), Term((LINE, ORDER), 1), Term((), 2), Term((ORDER,), 1)])
    assert found == (Term((LINE, ORDER), 1), Term((ORDER,), 1), Term((), 3))


def test_never_adds_nothing_and_makes_nothing() -> None:
    assert added(NEVER, ONCE) == ONCE
    assert product(NEVER, ONCE) == NEVER
    assert dearer(NEVER, ONCE) == ONCE


@given(sums, sums, rounds)
def test_a_sum_and_a_product_are_those_of_the_numbers(left: Runs, right: Runs, counts: dict[LoopName, int]) -> None:
    assert value(added(left, right), counts) == value(left, counts) + value(right, counts)
    whole = product(left, right)
    if not any(OTHERS in term.loops for term in whole):
        assert value(whole, counts) == value(left, counts) * value(right, counts)


@given(sums, terms, rounds)
def test_scaling_is_a_product_with_one_term(runs: Runs, term: Term, counts: dict[LoopName, int]) -> None:
    assert scaled(runs, term) == product(runs, (term,))
    assert value(scaled(runs, term), counts) == value(runs, counts) * value((term,), counts)


@given(sums, sums, rounds)
def test_the_dearer_covers_both_and_is_no_more_than_the_sum(
    left: Runs, right: Runs, counts: dict[LoopName, int]
) -> None:
    found = value(dearer(left, right), counts)
    assert max(value(left, counts), value(right, counts)) <= found <= value(left, counts) + value(right, counts)
    assert dearer(left, right) == dearer(right, left)


def test_the_dearer_of_two() -> None:
    per_order: Runs = (Term((ORDER,), 1),)
    assert dearer(ONCE, ONCE) == ONCE
    assert dearer(per_order, ONCE) == per_order
    assert dearer((Term((), 2),), ONCE) == (Term((), 2),)
    # with one order, twice is more than once an order
    assert dearer(per_order, (Term((), 2),)) == (Term((ORDER,), 1), Term((), 1))
    # order * line covers either, but with one of each not both
    assert dearer((Term((LINE, ORDER), 1),), (Term((LINE,), 1), Term((ORDER,), 1))) in (
        (Term((LINE, ORDER), 1), Term((LINE,), 1)),
        (Term((LINE, ORDER), 1), Term((ORDER,), 1)),
    )


@given(many, st.fixed_dictionaries({LoopName("loop", c): st.integers(1, 4) for c in "abcdef"}))
def test_past_the_limit_the_rest_is_told_and_covered(rows: list[Term], counts: dict[LoopName, int]) -> None:
    runs = runs_of(rows)
    assert len(runs) <= MAX_TERMS - 1 + len({len(row.loops) for row in rows})
    assert runs_of(runs) == runs
    exact = sum(evaluated((row,), counts.__getitem__) for row in rows)
    longest = max(counts.values())
    found = value(runs, {**counts, OTHERS: longest, SELDOM_OTHERS: longest})
    if len({row.loops for row in rows}) > MAX_TERMS:
        assert any(OTHERS in term.loops for term in runs) or not runs[-1].loops
        assert found >= exact
    else:
        assert found == exact


def test_the_highest_degrees_are_kept_apart() -> None:
    pairs = [Term((LoopName("loop", f"x{n:02}"), ORDER), 1) for n in range(MAX_TERMS - 1)]
    runs = runs_of([*pairs, Term((ORDER,), 2), Term((LINE,), 5), Term((), 7)])
    assert runs == (*pairs, Term((OTHERS,), 7), Term((), 7))


@given(st.lists(terms | st.builds(Term, st.just((KEY, LINE)), st.integers(1, 4)), max_size=40), st.integers(1, 5))
def test_no_figure_is_another_because_of_the_limit(rows: list[Term], bound: int) -> None:
    assert figure(runs_of(rows), bound) == sum(figure((row,), bound) for row in rows)
    assert degree(runs_of(rows)) == max((degree((row,)) for row in rows), default=0)


def test_one_deeper_way_makes_no_other_deeper() -> None:
    ways = [Term((LoopName("loop", f"x{n:02}"),), 500) for n in range(20)]
    before = runs_of(ways)
    after = added(before, (Term((LINE, ORDER), 1),))
    assert figure(after, 10) - figure(before, 10) == 100
    assert [term for term in after if OTHERS in term.loops] == [Term((OTHERS,), 10 * 500)]


def test_what_has_one_round_in_a_figure_has_one_among_the_rest() -> None:
    pairs = [Term(tuple(sorted((LoopName("loop", f"x{n:02}"), ORDER, PAGE))), 1) for n in range(MAX_TERMS - 1)]
    runs = runs_of([*pairs, Term((TRY, LINE), 2), Term((LINE,), 5), Term((KEY,), 7)])
    assert runs == (*pairs, Term((SELDOM_OTHERS, OTHERS), 7), Term((SELDOM_OTHERS,), 7))


def test_numbers_end() -> None:
    assert added(((Term((), LIMIT)),), ONCE) == (Term((), LIMIT),)
    assert evaluated((Term((ORDER,) * 50, 9),), lambda _: 9) == LIMIT


def test_figures_are_for_where_all_goes_well() -> None:
    runs = runs_of([Term((LINE, ORDER), 1), Term((TRY,), 1), Term((KEY,), 2), Term((), 4)])
    assert figure(runs, 2) == 2 * 2 + 1 + 2 + 4
    assert degree(runs) == 2
    assert degree((Term((KEY, TRY), 1),)) == 0
