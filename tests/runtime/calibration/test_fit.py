"""The fit, and the figures of its errors."""

import pytest

from code_path_audit.runtime.calibration.fit import Errors, errors, fit, quantile, two_digits
from code_path_audit.runtime.calibration.measure import Timing


@pytest.mark.parametrize(
    ("value", "expected"), [(0, 0), (-1, 0), (1, 1), (123, 120), (12_500, 12_000), (0.2345, 0.23), (99_600, 100_000)]
)
def test_two_digits(value: float, expected: float) -> None:
    assert two_digits(value) == expected


@pytest.mark.parametrize(("share", "expected"), [(0, 1), (0.5, 5), (0.9, 9), (1, 10)])
def test_quantile(share: float, expected: float) -> None:
    assert quantile(range(1, 11), share) == expected


def test_errors_are_factors_in_both_directions() -> None:
    assert errors([100, 200, 50], [100, 100, 100]) == Errors(3, 2.0, 2.0, 1.0)
    assert errors([], []).calibrated is False
    assert Errors(10, 2.0, 4.0, 1.0).calibrated is True
    assert Errors(10, 2.0, 4.1, 1.0).calibrated is False


def test_the_fit_finds_the_line_behind_the_times_and_leaves_outliers_out() -> None:
    pytest.importorskip("scipy")
    sizes = (1, 10, 100, 1000, 10_000)
    rows = [Timing("json.loads", "json_io", size, 20_000 + 150 * size, 1000 + 150 * size, 25) for size in sizes]
    rows += [Timing("json.dumps", "json_io", size, 20_000 + 150 * size, 1000 + 150 * size, 25) for size in sizes]
    rows[2] = rows[2]._replace(cold_ns=rows[2].cold_ns * 50)
    (found,) = fit(rows)
    assert (found.name, found.unit, found.warm_base) == ("json_io", "nodes", 1000)
    # without a robust loss the one that is off by 50 would double the base
    assert found.base == pytest.approx(20_000, rel=0.15)
    assert found.per_unit == pytest.approx(150, rel=0.15)
    assert found.errors.samples == 10 and found.errors.median < 1.2


def test_work_without_a_size_has_a_base_alone() -> None:
    pytest.importorskip("scipy")
    (found,) = fit([Timing("subprocess.run", "subprocess", 0, 1_230_000, 1_000_000, 25)])
    assert (found.base, found.warm_base, found.per_unit) == (1_200_000, 1_000_000, 0)
