"""One browser for all tests of the page; they are skipped where there is none."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from code_path_audit.profiles.model import ActionProfile
from code_path_audit.reports.html import index_html
from code_path_audit.reports.page.values import NOTHING_BESIDE, Beside
from tests.reports.page.chromium import Chromium, Page, installed

Show = Callable[..., Page]


@pytest.fixture(scope="session")
def browser() -> Iterator[Chromium]:
    program = installed()
    if program is None:
        pytest.skip("there is no Chromium here")
    with Chromium(program) as running:
        yield running


@pytest.fixture
def show(browser: Chromium, tmp_path: Path) -> Iterator[Show]:
    """Opens the page of some profiles; at the end nothing has gone wrong in it, and it has asked for nothing else."""
    opened: list[tuple[Page, str]] = []

    def open_page(
        *profiles: ActionProfile, beside: Beside = NOTHING_BESIDE, at: str = "", width: int = 1280, dark: bool = False
    ) -> Page:
        file = tmp_path / f"{len(opened)}.html"
        file.write_text(index_html(profiles, "2025-01-31", beside), encoding="utf-8")
        url = file.as_uri()
        page = browser.open(url + at, width, 900, dark)
        opened.append((page, url))
        return page

    yield open_page
    for page, url in opened:
        assert page.errors() == []
        assert {address.partition("#")[0] for address in page.asked_for()} == {url}
        page.close()
