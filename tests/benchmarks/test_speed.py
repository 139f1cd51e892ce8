"""The tables of speed; what they measure is in docs/performance.md."""

from __future__ import annotations

from typing import Any

import pytest

from benchmarks import speed
from tests.conftest import ROOT

PAGE = ROOT / "docs" / "performance.md"


# tables


@pytest.mark.parametrize(
    ("row", "result", "expected"),
    [
        ("parse", None, "not measured"),
        ("parse", {"ours": 1.7, "theirs": 2.0, "runs": 5}, "0.85 (<= 0.9); 1.70 s to 2.00 s"),
        ("parse", {"ours": 2.0, "theirs": 2.0, "runs": 5}, "1 (**missed**, <= 0.9); 2.00 s to 2.00 s"),
        ("parse", {"failed": "over 600 s"}, "**missed**: over 600 s"),
        ("pyan", {"ours": 2.0, "theirs": 200.0, "runs": 1}, "1/100 (<= 1/80); 2.00 s to 200.00 s"),
        ("pyan", {"ours": 4.0, "theirs": 200.0, "runs": 1}, "1/50 (**missed**, <= 1/80); 4.00 s to 200.00 s"),
        ("unchanged", {"ours": 0.02, "theirs": 0.016, "runs": 5}, "1.25 (<= 1.4); 20 ms to 16 ms"),
        (
            "said",
            {"ours": 9.0, "theirs": 1.0, "runs": 3, "cpu": True},
            "9 (**missed**, <= 0.5); 9.00 s to 1.00 s of cpu",
        ),
        ("memory", {"ours": 140.4, "theirs": 1.0, "runs": 1}, "140 MB (<= 150)"),
    ],
)
def test_cells(row: str, result: dict[str, Any] | None, expected: str) -> None:
    [found] = [one for one in speed.ROWS if one.name == row]
    assert speed.figure(found, result, found.targets["django"]) == expected


def test_the_table_has_every_row() -> None:
    lines = speed.table({}).splitlines()
    assert len(lines) == 2 + len(speed.ROWS) + 1
    assert lines[3].endswith("| not measured | not asked for |")
    assert lines[-1].startswith("| what the graph finds (accuracy.md) |")


def test_the_accuracy_stands_beside_the_speed() -> None:
    page = """\
| pooled | 0.1 (1/10) |
<!-- begin accuracy code-path-audit -->
| application | functions |
| pooled | 0.960 (96/100) | 0.930 (93/100) | 0.799 (7/9) | 1.000 (4/4) | 2.22 | 1.0 |
<!-- end accuracy code-path-audit -->
"""
    assert speed.accuracy(page).split(" | ")[2] == (
        "functions 0.960 (>= 0.95), direct edges 0.930 (>= 0.93), indirect edges 0.799 (**missed**, >= 0.8)"
    )


@pytest.mark.parametrize("name", ["speed", "growth", "hostile", "store"])
def test_the_page_has_a_place_for_each_table(name: str) -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert text.count(f"<!-- begin {name} -->") == text.count(f"<!-- end {name} -->") == 1
