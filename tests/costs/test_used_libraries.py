"""The libraries that are used most, kind by kind: each line of a small program for each has the work that it should.

The programs are in `used/`: behind a line stand the classes of its work, nothing where it has none; `!` marks what is
known to be missed, which docs/libraries-used.md tells.
"""

from __future__ import annotations

import pytest

from tests.conftest import ROOT
from tests.costs.used_libraries import FOLDER, checked, libraries

KINDS = sorted(path.stem for path in FOLDER.glob("*.txt"))


@pytest.mark.parametrize("kind", KINDS)
def test_what_each_library_has(kind: str) -> None:
    rows = list(checked(kind))
    assert len({row.library for row in rows}) >= 20
    wrong = [(row.library, row.line.strip(), row.expected, row.found) for row in rows if row.is_right == row.is_missed]
    assert not wrong


def test_the_page_names_each_library_and_what_is_missed() -> None:
    page = (ROOT / "docs" / "libraries-used.md").read_text(encoding="utf-8")
    for kind in KINDS:
        row = next(line for line in page.splitlines() if line.startswith(f"| {kind} |"))
        for used in libraries(kind):
            assert used.name in row
            for line, is_missed in zip(used.lines, used.missed, strict=True):
                assert not is_missed or f"`{line.partition('  #')[0].strip()}`" in row
