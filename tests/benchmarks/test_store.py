"""The store is measured."""

from __future__ import annotations

from pathlib import Path

from benchmarks import store


def test_the_store_is_measured(tmp_path: Path) -> None:
    rows = store.figures(tmp_path, entries=20, size=100)
    assert [what for what, _ in rows][:3] == ["open, and get one", "open, and get 20", "open, and get all 20"]
    assert all(time > 0 for _, time in rows)
