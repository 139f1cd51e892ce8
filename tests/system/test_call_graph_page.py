"""docs/call-graph.md has a paragraph for each mechanism of the solver, in the order of the rooms."""

from __future__ import annotations

import re

import pytest

from tests.system.documentation import DOCS, PACKAGES, PROJECT

PAGE = DOCS / "call-graph.md"
CALLGRAPH = PACKAGES["code_path_audit"] / "callgraph"
ROOMS = ("heap", "functions", "language", "library", "models", "evidence", "result")

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


def test_no_private_words() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert [word for word in PRIVATE if re.search(rf"\b{word}\b", text)] == []
