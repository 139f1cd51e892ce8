"""The formula of a weight, by hand and by its properties."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from code_path_audit.costs.model import CostClass
from code_path_audit.costs.models import load_model
from code_path_audit.costs.weights import LARGEST_WEIGHT, is_expensive, weight

HEURISTIC = load_model("heuristic")
REFERENCE = load_model("reference")
COLD = CostClass("json_io", base=1000, per_unit=2.5, assumed_size=10, warm_base=40, unit="nodes", calibrated=True)


@pytest.mark.parametrize(
    ("name", "count", "size", "expected"),
    [
        ("network", 1, 1, 500),
        ("file_io", 1, 400, 40_000),
        ("json_io", 10, 7, 10_500),
        ("pickle", 0, 7, 0),  # a loop over nothing
        ("ast_parse", 3, 0, 0),
        ("deep_copy", -1, 7, 0),
    ],
)
def test_weight_under_heuristic(name: str, count: int, size: float, expected: int) -> None:
    assert weight(HEURISTIC.classes[name], count, size) == expected
    # base is 0, so a light op weighs the same
    assert weight(HEURISTIC.classes[name], count, size, light=True) == expected


@pytest.mark.parametrize(
    ("count", "size", "light", "expected"),
    [
        (1, 10, False, 1025),  # 1000 + 1 x 2.5 x 10
        (3, 10, False, 1155),  # 1000 + 2 x 40 + 3 x 2.5 x 10
        (3, 10, True, 195),  # 40 + 2 x 40 + 3 x 2.5 x 10
        (1, 0.1, False, 1000),  # 1000.25, rounded
        (0, 10, False, 0),
    ],
)
def test_weight_with_a_warm_base(count: int, size: float, light: bool, expected: int) -> None:
    assert weight(COLD, count, size, light) == expected


COUNT = st.integers(-5, 10**30)
SIZE = st.one_of(st.floats(0, 1e30), st.integers(0, 10**400))
COST = st.builds(
    lambda base, per_unit, warm: CostClass("c", base, per_unit, 1, warm, "any", False),
    *[st.floats(0, 1e15)] * 3,
)


@given(COST, COUNT, COUNT, SIZE, SIZE, st.booleans())
def test_weight_never_decreases(cost: CostClass, n: int, m: int, size: float, other: float, light: bool) -> None:
    lower, upper = sorted((n, m))
    small, large = sorted((size, other))
    assert 0 <= weight(cost, lower, small, light) <= weight(cost, upper, large, light) <= LARGEST_WEIGHT


@given(st.integers(1, 10**6), st.integers(0, 10**6))
def test_without_a_warm_base_it_is_the_plain_product(count: int, size: int) -> None:
    cost = CostClass("c", 7, 3, 1, 7, "any", False)
    assert weight(cost, count, size) == count * (7 + 3 * size)


def test_numbers_without_a_fraction_weigh_what_they_do_with_one() -> None:
    """A baseline that was read has whole numbers, where the model has 18000.0: past 2**53 their sums differ."""
    whole = CostClass("ast_parse", 18_000, 274, 1_000, 0, "bytes", False)
    assert weight(whole, 10**12, 1_000) == weight(
        CostClass("ast_parse", 18e3, 274.0, 1_000, 0.0, "bytes", False), 10**12, 1e3
    )
    assert weight(whole, 10**12, 1_000) == 274_000_000_000_017_984


def test_expensive_is_above_the_threshold() -> None:
    assert [is_expensive(load, HEURISTIC) for load in (39_999, 40_000, 40_001)] == [False, False, True]


@pytest.mark.parametrize(
    ("cost_class", "kind", "count", "size", "least", "most"),
    [
        # a thousand lines of 50 bytes, which a buffer takes: about a microsecond each, measured 0.2 to 1.3
        ("file_io", "buffered", 1000, 50, 200_000, 1_300_000),
        ("json_io", "row", 1000, 10, 1_000_000, 5_000_000),
    ],
)
def test_what_ends_in_a_buffer_weighs_about_what_it_takes(
    cost_class: str, kind: str, count: int, size: float, least: int, most: int
) -> None:
    assert least < weight(REFERENCE.classes[cost_class].kinds[kind], count, size) < most
