"""The tables of `tests/specimens/README.md`: which specimens show the mechanism of which file of the call graph.

Every mechanism is there, every specimen is there, and what is said of a specimen is so: solving it runs something of
that file. Most of its time goes into solving all of them under a profiler: some ten seconds.
"""

from __future__ import annotations

import functools
import re
import sys
from pathlib import Path
from types import CodeType, FrameType

import pytest

from code_path_audit import callgraph, pipeline
from code_path_audit.runtime.matching import placed
from code_path_audit.runtime.observations import Observations
from tests.callgraph.test_specimens import FOLDERS, read_expected
from tests.conftest import ROOT, SPECIMENS

CALLGRAPH = Path(callgraph.__file__).parent
ROOMS = ("evidence", "frameworks", "functions", "heap", "language", "library", "models")
"""The rooms of mechanisms; the solver itself and its result have tests of their own."""

PAGE = (SPECIMENS / "README.md").read_text(encoding="utf-8")


@functools.cache
def table() -> dict[str, tuple[tuple[str, ...], str]]:
    """For each mechanism, as its path below `callgraph/`, its specimens and its file of tests."""
    rows, room = {}, ""
    for line in PAGE.splitlines():
        if heading := re.match(r"## .*`callgraph/(\w+)/`", line):
            room = heading[1]
        elif row := re.fullmatch(r"\| `(\w+\.py)` \|(.*)\|(.*)\|", line):
            rows[f"{room}/{row[1]}"] = (tuple(row[2].replace(",", " ").split()), row[3].strip(" `"))
    return rows


def test_every_mechanism_has_a_row() -> None:
    files = {
        path.relative_to(CALLGRAPH).as_posix()
        for room in ROOMS
        for path in (CALLGRAPH / room).rglob("*.py")
        if path.name != "__init__.py"
    }
    assert sorted(files ^ table().keys()) == [], "tests/specimens/README.md has a row for each file, and for no other"


def test_every_mechanism_has_a_specimen_or_tests() -> None:
    assert [name for name, (specimens, tests) in table().items() if not specimens and not tests] == []
    assert [tests for _, tests in table().values() if tests and not (ROOT / tests).is_file()] == []


def test_every_specimen_has_a_row() -> None:
    named = [name for specimens, _ in table().values() for name in specimens]
    assert sorted({path.name for path in FOLDERS} - set(named)) == [], "which mechanism do they show?"
    assert sorted(set(named) - {path.name for path in FOLDERS}) == [], "there is no such specimen"


def test_rows_are_in_order() -> None:
    assert [name for name, (specimens, _) in table().items() if list(specimens) != sorted(set(specimens))] == []


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_specimen_runs_the_mechanisms_that_it_shows(folder: Path) -> None:
    expected = read_expected((folder / "expected.toml").read_text(encoding="utf-8"))
    if sys.version_info < expected.python:
        pytest.skip(f"syntax of Python {'.'.join(map(str, expected.python))}")
    program = pipeline.load_sources(folder, (".",))
    calls = placed(Observations(edges=expected.observed), program).calls
    codes: set[CodeType] = set()

    def called(frame: FrameType, event: str, _: object) -> None:
        if event == "call":
            codes.add(frame.f_code)

    before = sys.getprofile()
    sys.setprofile(called)
    try:
        pipeline.solve(program, expected.entry, expected.imports, calls)
    finally:
        sys.setprofile(before)
    ran = {Path(code.co_filename) for code in codes}
    shows = [name for name, (specimens, _) in table().items() if folder.name in specimens]
    assert [name for name in shows if CALLGRAPH / name not in ran] == []
