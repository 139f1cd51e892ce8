"""`code-path-audit calibrate` from its arguments to the file, with times that were not measured."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from code_path_audit.cli import main
from code_path_audit.costs.models import load_model
from code_path_audit.runtime.calibration import calibrate
from code_path_audit.runtime.calibration.measure import Timing
from code_path_audit.runtime.calibration.probes import Probe


def test_one_class(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("scipy")

    def measure(probes: Sequence[Probe], calls: int, **_: object) -> list[Timing]:
        assert ({probe.cost_class for probe in probes}, calls) == ({"subprocess"}, 7)
        return [Timing("subprocess.run", "subprocess", 0, 1_230_000, 1_000_000, calls)]

    monkeypatch.setattr(calibrate, "measure", measure)
    path = tmp_path / "mine.toml"
    assert main(["calibrate", "--class", "subprocess", "--calls", "7", "--output", str(path)]) == 0
    found = capsys.readouterr()
    assert (found.out, found.err.splitlines()[-1]) == ("", f"cost model: {path}")
    model = load_model(path)
    assert (model.name, model.classes["subprocess"].base) == ("mine", 1_200_000)


def test_calls_that_say_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["calibrate", "--calls", "4", "--output", str(tmp_path / "x.toml")]) == 2
    assert "fewer than 5 say nothing" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())
