"""docs/call-graph.md has a paragraph for each mechanism of the solver, in the order of the rooms."""

from __future__ import annotations

import ast
import re

import pytest

from code_path_audit.callgraph.solver.budget import BUDGET
from tests.system.documentation import DOCS, PACKAGES, PROJECT, names_of

PAGE = DOCS / "call-graph.md"
CALLGRAPH = PACKAGES["code_path_audit"] / "callgraph"
ROOMS = ("heap", "functions", "language", "library", "frameworks", "models", "evidence", "result")

IDEAS = (
    "points-to", "inclusion-based", "on the fly", "abstract values", "constraints", "worklist", "fixpoint", "contexts",
    "evidence", "widening", "allocation site", "field-sensitive",
)  # fmt: skip
"""What the first page explains."""

PRIVATE = ("told", "faces", "misfits", "shown as fact", "way in", "XX", "TODO", "TBD")
"""Words of our own for standard things, which were on this page once, and marks of what is not finished."""


def sections() -> dict[str, str]:
    """Each section by the first word of its heading."""
    parts = re.split(r"^## (.+)$", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {heading.split(":")[0]: text for heading, text in zip(parts[1::2], parts[2::2], strict=True)}


def paragraphs(text: str) -> list[tuple[str, str]]:
    """(files, text) of each paragraph that begins with a title and the files that it is about."""
    return re.findall(r"^\*\*[^*]+\*\* \(([^)]*)\)\.(.*?)(?=^\*\*|\Z)", text, re.MULTILINE | re.DOTALL)


def test_begins_with_the_whole() -> None:
    first = next(iter(sections().values())).lower()
    assert [idea for idea in IDEAS if idea not in first] == []


def test_rooms_are_in_order() -> None:
    assert [heading for heading in sections() if heading in ROOMS] == list(ROOMS)
    folders = sorted(path.parent.name for path in CALLGRAPH.glob("*/__init__.py"))
    assert folders == sorted((*ROOMS, "solver"))


@pytest.mark.parametrize("room", ROOMS)
def test_every_file_has_its_paragraph(room: str) -> None:
    """A file in a room is a mechanism, or belongs to one that names it."""
    described = re.findall(r"`([\w/]+\.py)`", " ".join(files for files, _ in paragraphs(sections()[room])))
    there = [f"{room}/{path.name}" for path in sorted((CALLGRAPH / room).glob("*.py")) if path.name != "__init__.py"]
    assert sorted(name for name in described if name.startswith(room + "/")) == there


@pytest.mark.parametrize("room", ROOMS)
def test_each_says_what_it_assumes_or_when_it_is_wrong(room: str) -> None:
    limits = re.compile(r"assumes|wrong|edges too|too few|too many", re.IGNORECASE)
    assert [files for files, text in paragraphs(sections()[room]) if not limits.search(text)] == []


def test_specimens_exist() -> None:
    text = PAGE.read_text(encoding="utf-8")
    named = {name for row in re.findall(r"Specimens: ([\w,\s]+)\.", text) for name in re.split(r",\s+", row)}
    assert sorted(name for name in named if not (PROJECT / "tests/specimens" / name).is_dir()) == []
    assert len(named) > len(ROOMS)


def caps_in_code() -> dict[str, int]:
    """Each `MAX_...` of the solver that is a number, as the page writes it."""
    found = {}
    for path in sorted(CALLGRAPH.rglob("*.py")):
        for node in ast.parse(path.read_bytes()).body:
            match node:
                case ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant(value=int(value))):
                    if name.startswith("MAX_"):
                        found[f"`{path.relative_to(CALLGRAPH).as_posix()}`: `{name}`"] = value
    return found


def test_caps_are_those_of_the_code() -> None:
    """Each has a row with its number, and no row names one that is not there."""
    rows = [line.strip("| ").split(" | ") for line in sections()["Caps"].splitlines() if line.count(" | ") > 2]
    listed = {
        where: {int(text.replace(",", "")) for text in cap.split(", ")} for cap, _, _, where in rows if "`" in where
    }
    for where, value in caps_in_code().items():
        assert value in listed.get(where, ()), f"{where} is {value:,}"
    for where in listed:
        path, name = re.findall(r"`([^`]+)`", where)
        assert name in names_of(CALLGRAPH / path), where


def test_budget_is_that_of_the_code() -> None:
    text = sections()["Caps"]
    numbers = [
        BUDGET.functions,
        BUDGET.guesses,
        BUDGET.guesses_each,
        BUDGET.steps,
        *(one.steps for one in BUDGET.levels),
    ]
    assert [number for number in numbers if f"{number:,}" not in text] == []
    for level in BUDGET.levels:
        row = next(line for line in text.splitlines() if line.startswith(f"| {level.steps:,} |"))
        assert f"{level.values} values" in row
        assert (f"{level.contexts} contexts" if level.contexts else "no contexts") in row


def test_no_private_words() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert [word for word in PRIVATE if re.search(rf"\b{word}\b", text)] == []
