"""The table of accuracy; what it measures is in docs/accuracy.md."""

from __future__ import annotations

from benchmarks import accuracy

ROWS = [
    accuracy.Row("one", (9, 10), (3, 4), (0, 0), (1, 2), (20, 10), 1.5),
    accuracy.Row("two", (1, 10), (1, 4), (1, 2), (0, 0), (10, 10), 0.5),
]


def test_markdown_table() -> None:
    assert "\n".join(accuracy.markdown(ROWS)) == (
        "| application | functions | direct edges | indirect edges | direct ops | predicted / ran | seconds |\n"
        "|---|---:|---:|---:|---:|---:|---:|\n"
        "| one | 0.900 (9/10) | 0.750 (3/4) | - | 0.500 (1/2) | 2.00 | 1.5 |\n"
        "| two | 0.100 (1/10) | 0.250 (1/4) | 0.500 (1/2) | - | 1.00 | 0.5 |\n"
        "| pooled | 0.500 (10/20) | 0.500 (4/8) | 0.500 (1/2) | 0.500 (1/2) | 1.50 | 2.0 |"
    )
