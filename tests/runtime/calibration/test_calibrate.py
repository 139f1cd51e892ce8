"""The file that calibration writes."""

import pytest

from code_path_audit.costs.model import CostClass
from code_path_audit.costs.models import load_model
from code_path_audit.runtime.calibration.calibrate import ASSUMED_BOUND, Provenance, render_model, show_progress
from code_path_audit.runtime.calibration.fit import Errors, Fitted
from code_path_audit.runtime.calibration.measure import Timing

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


def test_how_far_it_is_is_told_in_tenths_where_no_terminal_is(capsys: pytest.CaptureFixture[str]) -> None:
    for done in range(33):
        show_progress("json.dumps", done, 33)
    told = capsys.readouterr().err.splitlines()
    assert told == [f"measuring: {n}%" for n in (0, 12, 21, 30, 42, 51, 60, 72, 81, 90)]
