"""The decisions are one series without gaps, have one form, and are all in the list."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.conftest import ROOT

FOLDER = ROOT / "docs" / "decisions"
FILES = sorted(path for path in FOLDER.glob("*.md") if path.name != "README.md")

STATUS = re.compile(
    r"accepted|replaced (in part )?by \d{4}( \(.+\))?|accepted; replaces (in part )?\d{4}( \(.+\))?",
)


def status_of(path: Path) -> str:
    """The status that a decision states."""
    return path.read_text(encoding="utf-8").splitlines()[2].removeprefix("- Status: ")


def numbers_in(text: str) -> list[str]:
    """The decisions that a status names."""
    return re.findall(r"\b\d{4}\b", text)


def test_numbers_have_no_gap() -> None:
    """0001, 0002, ... with a name in small letters."""
    assert [path.name[:5] for path in FILES] == [f"{number:04d}-" for number in range(1, len(FILES) + 1)]
    assert [path.name for path in FILES if not re.fullmatch(r"\d{4}(-[a-z0-9]+)+\.md", path.name)] == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name[:4])
def test_form(path: Path) -> None:
    """Title, status, date, context, decision, consequences; nothing in front of them or between."""
    lines = path.read_text(encoding="utf-8").splitlines()
    assert re.fullmatch(rf"# {int(path.name[:4])}\. .+[^.]", lines[0])
    assert STATUS.fullmatch(lines[2].removeprefix("- Status: ")), lines[2]
    assert re.fullmatch(r"- Date: \d{4}-\d{2}-\d{2}", lines[3]), lines[3]
    assert [line for line in lines[4:] if line.startswith("#")] == ["## Context", "## Decision", "## Consequences"]
    assert [lines[1], lines[4]] == ["", ""] and lines[5] == "## Context"
    sections = re.split(r"^## \w+$", "\n".join(lines), flags=re.MULTILINE)[1:]
    assert all(section.strip() for section in sections), "a section is empty"


def test_what_is_replaced_says_by_which() -> None:
    """Both ends name each other."""
    by_number = {path.name[:4]: status_of(path) for path in FILES}
    for number, status in by_number.items():
        for other in numbers_in(status):
            assert number in numbers_in(by_number[other]), f"{number} names {other}, and that does not name it"


def test_dates_follow_the_numbers() -> None:
    """In the order in which they were made."""
    dates = [path.read_text(encoding="utf-8").splitlines()[3] for path in FILES]
    assert dates == sorted(dates)


def test_list_has_all() -> None:
    """A row for each, with its title and its status, in order."""
    rows = [line for line in (FOLDER / "README.md").read_text(encoding="utf-8").splitlines() if line.startswith("| [")]
    titles = [path.read_text(encoding="utf-8").splitlines()[0].split(". ", 1)[1] for path in FILES]
    wanted = [
        f"| [{path.name[:4]}]({path.name}) | {title} | {status_of(path)} |"
        for path, title in zip(FILES, titles, strict=True)
    ]
    assert rows == wanted
