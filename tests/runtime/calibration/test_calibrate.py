"""Calibration: the fit, the figures of its errors, and the file that it writes."""

import gc

import pytest

from code_path_audit.costs.model import CostClass
from code_path_audit.costs.models import load_model
from code_path_audit.runtime.calibration.calibrate import ASSUMED_BOUND, Provenance, render_model
from code_path_audit.runtime.calibration.fit import Errors, Fitted, errors, fit, quantile, two_digits
from code_path_audit.runtime.calibration.measure import Timing, measure
from code_path_audit.runtime.calibration.probes import PROBES, Probe, installed, nodes, tree


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


CLASSES = ("ast_parse", "deep_copy", "file_io", "json_io", "pickle", "subprocess")
FITTED = [Fitted(name, "nodes", 30_000, 2000, 0.25, Errors(8, 1.2, 3.5, 1.0)) for name in CLASSES]
ORIGIN = Provenance("CPython 3.11.7", "Linux x86_64", "2020-02-02", 60)


def test_a_written_model_is_one_that_the_audit_reads(tmp_path) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "mine.toml"
    path.write_text(render_model("mine", FITTED, [Timing("json.loads", "json_io", 1, 1, 1, 25)], ORIGIN, ("pickle",)))
    model = load_model(path)
    assert (model.name, model.threshold, model.assumed_bound) == ("mine", 40_000, ASSUMED_BOUND)
    assert sorted(model.classes) == sorted([*CLASSES, "network"])
    assert model.classes["json_io"] == CostClass("json_io", 30_000, 0.25, 10, 2000, "nodes", True)
    assert [name for name, row in model.classes.items() if not row.calibrated] == ["network", "pickle"]


def test_a_model_of_some_classes_takes_the_rest_from_the_shipped_one() -> None:
    assert 'extends = "reference"' in render_model("mine", FITTED[:2], [], ORIGIN)
    assert "extends" not in render_model("mine", FITTED, [], ORIGIN)


def test_the_shipped_model_prices_every_class() -> None:
    model = load_model("reference")
    assert set(CLASSES) <= set(model.classes)
    for row in model.classes.values():
        assert 0 < row.warm_base <= row.base
        assert row.unit == ("bytes" if row.name in ("ast_parse", "file_io", "network") else row.unit)


def test_measuring_runs_each_probe_at_each_size(tmp_path) -> None:  # type: ignore[no-untyped-def]
    calls: list[int] = []
    probe = Probe("work", "json_io", (1, 2), lambda size, folder: (size * 10, lambda: calls.append(size)))
    found = measure([probe], calls=5, level="nothing")
    assert [(row.callee, row.cost_class, row.size, row.calls) for row in found] == [
        ("work", "json_io", 10, 6),
        ("work", "json_io", 20, 6),
    ]
    # in each round once to see how slow it is, then two cold and two warm ones
    assert calls == ([1] * 5 + [2] * 5) * 3
    assert all(row.cold_ns >= 1 and row.warm_ns >= 1 for row in found)


@pytest.mark.parametrize("probe", PROBES, ids=[probe.callee for probe in PROBES])
def test_each_probe_works_at_its_smallest_size(probe: Probe, tmp_path) -> None:  # type: ignore[no-untyped-def]
    if not installed(probe):
        pytest.skip(f"{probe.needs} is not installed")
    size, work = probe.make(probe.sizes[0], tmp_path)
    work()
    work()
    del work
    gc.collect()  # what is still open then is a warning, and so an error, of this test
    assert size >= 0


@pytest.mark.parametrize("leaves", [1, 7, 70, 700])
def test_trees_have_about_the_leaves_asked_for(leaves: int) -> None:
    assert leaves <= nodes(tree(leaves)) <= 4 * leaves + 4
