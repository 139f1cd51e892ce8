"""The applications that there are."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import scenarios


def test_an_unknown_application_names_the_known_ones(tmp_path: Path) -> None:
    (tmp_path / "scenarios.toml").write_text('[[scenario]]\nname = "black"\n[[scenario]]\nname = "nox"\n')
    assert [row["name"] for row in scenarios.rows(tmp_path, "nox")] == ["nox"]
    with pytest.raises(SystemExit, match="no scenario named blcak; there are black, nox"):
        scenarios.rows(tmp_path, "blcak")
