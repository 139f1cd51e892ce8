"""Programs upon the libraries with models that ship: what each function of one letter leads to, by those models.

A file of `shipped/` is a program and, behind a line of dashes, its edges that are certain or likely, callee by callee
with the best evidence. `missed` stands before what happens and is not found, `too much` before what is found and does
not happen: so a change that mends one of them shows.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

import pytest

from code_path_audit import pipeline
from code_path_audit.callgraph.model import Evidence
from code_path_audit.libraries.project import shipped_libraries
from tests.callgraph.solving import program_of

FOLDER = Path(__file__).parent / "shipped"
ENTRY = re.compile(r"^(?:async )?def ([a-z])\(", re.MULTILINE)
POSSIBLE = Evidence.POSSIBLE.word


class Example(NamedTuple):
    """A program, its edges, and what is told of it that is not so, or not told that is."""

    program: str
    expected: list[str]
    missed: list[str]


def example(name: str) -> Example:
    """What a file says."""
    program, _, text = (FOLDER / f"{name}.txt").read_text(encoding="utf-8").partition("\n---\n")
    lines = text.splitlines()
    expected = sorted(line.removeprefix("too much ") for line in lines if line and not line.startswith("missed "))
    return Example(program, expected, [line.removeprefix("missed ") for line in lines if line.startswith("missed ")])


def found_in(program: str) -> list[str]:
    """The edges of each function of one letter, and of those that it leads to."""
    source = program_of({"m": program})
    best: dict[str, str] = {}
    for name in ENTRY.findall(program):
        graph = pipeline.solve(source, (f"m.{name}",), libraries=shipped_libraries())
        for edge in graph.edges:
            if edge.kind != "import" and edge.evidence != POSSIBLE:
                row = f"{edge.caller.removeprefix('m.')} -> {edge.callee.removeprefix('m.')}"
                best[row] = min(best.get(row, edge.evidence), edge.evidence)  # "certain" comes before "likely"
    return sorted(f"{row} {evidence}" for row, evidence in best.items())


@pytest.mark.parametrize("name", sorted(path.stem for path in FOLDER.glob("*.txt")))
def test_what_a_library_calls(name: str) -> None:
    here = example(name)
    found = found_in(here.program)
    assert found == here.expected
    assert not {row.rpartition(" ")[0] for row in found} & {row.rpartition(" ")[0] for row in here.missed}
