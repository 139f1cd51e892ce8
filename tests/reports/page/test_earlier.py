"""The trend, read off the pages of earlier days."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from code_path_audit.reports.html import index_html
from code_path_audit.reports.page.earlier import MAX_REPORTS, earlier_reports, figures
from code_path_audit.reports.page.values import Point
from tests.reports.three_actions import SAVE, STARTUP, nested

FIRST = Point("2025-01-01", 50_000_500, 3, 2, 2, "heuristic")


def _report(out: Path, date: str, text: str) -> None:
    (out / date).mkdir()
    (out / date / "index.html").write_text(text, encoding="utf-8")


def test_a_page_tells_what_it_is_asked_for(tmp_path: Path) -> None:
    for date in ("2025-01-01", "2025-01-02", "2025-01-03"):
        _report(tmp_path, date, index_html([STARTUP, SAVE], date))
    _report(tmp_path, "2024-99-99", index_html([STARTUP], "2025-01-01"))
    (tmp_path / "notes").mkdir()
    found = earlier_reports(tmp_path, "2025-01-03")
    assert found["startup"] == (FIRST, FIRST._replace(date="2025-01-02"))
    assert list(found) == ["save", "startup"]
    assert figures([nested(4)], "2025-01-01")["startup"].load == 20_000_500


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no page of ours",
        '<script type="application/json" id="figures">{"a": [1, 2, 3, 4</script>',
        '<script type="application/json" id="figures">[1]</script>',
        '<script type="application/json" id="figures">{"a": {"b": 1}}</script>',
        '<script type="application/json" id="figures">{"a": [1, 2, 3, 4]}</script>',
        '<script type="application/json" id="figures">{"a": [1, 2, 3, -4, "m"]}</script>',
        '<script type="application/json" id="figures">{"a": [1, 2, 3, 1.5, "m"]}</script>',
        '<script type="application/json" id="figures">{"a": [1, 2, 3, 4, 5]}</script>',
        f'<script type="application/json" id="figures">{"[" * 100_000}</script>',
    ],
    ids=range(10),
)
def test_what_is_no_page_of_ours_is_passed_over(tmp_path: Path, text: str) -> None:
    _report(tmp_path, "2025-01-01", text)
    assert earlier_reports(tmp_path, "2025-02-01") == {}


def test_links_are_not_followed(tmp_path: Path) -> None:
    _report(tmp_path, "aside", index_html([STARTUP], "2025-01-01"))
    os.symlink(tmp_path / "aside", tmp_path / "2025-01-01")
    (tmp_path / "2025-01-02").mkdir()
    os.symlink(tmp_path / "aside" / "index.html", tmp_path / "2025-01-02" / "index.html")
    assert earlier_reports(tmp_path, "2025-02-01") == {}
    assert earlier_reports(tmp_path / "nowhere", "2025-02-01") == {}


def test_no_more_than_so_many(tmp_path: Path) -> None:
    page = index_html([STARTUP], "2025-01-01")
    for day in range(MAX_REPORTS + 2):
        _report(tmp_path, f"2025-{1 + day // 28:02}-{1 + day % 28:02}", page)
    points = earlier_reports(tmp_path, "2026-01-01")["startup"]
    assert (len(points), points[0].date) == (MAX_REPORTS, "2025-01-03")
