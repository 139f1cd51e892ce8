"""docs/glossary.md has the words of the design, each with the field's word and a place in the code that exists."""

from __future__ import annotations

import re

import pytest

from tests.system.documentation import DOCS, PACKAGES, names_of

WORDS = (
    "source root", "function", "call site", "edge", "evidence", "op", "size", "runs", "weight", "amplification", "load",
    "mutation", "action", "profile", "library model", "baseline", "drift", "cause", "verdict", "observation",
    "candidate", "points-to set", "fixpoint", "allocation site", "context", "widened", "abstract value", "activation",
    "policy",
)  # fmt: skip
"""The design's words that the code uses, and the field's for the solver."""

FIELD = (
    "Andersen", "inclusion", "PyCG", "Tai-e", "Doop", "worklist", "on-the-fly", "object-sensitivity", "widening",
    "abstract domain", "procedure summary", "SSA", "verifying trace",
)  # fmt: skip
"""What somebody who knows the field looks for."""

SECTIONS = {
    "The program that is audited": "code_path_audit",
    "The call graph": "code_path_audit",
    "Costs and actions": "code_path_audit",
    "The gate": "code_path_gate",
}

TEXT = (DOCS / "glossary.md").read_text(encoding="utf-8")


def rows() -> list[tuple[str, str, str, str, str]]:
    """(package, word, meaning, the field's word, where) of each row."""
    out = []
    for section in re.split(r"^## ", TEXT, flags=re.MULTILINE)[1:]:
        package = SECTIONS[section.split("\n", 1)[0]]
        lines = [line for line in section.splitlines() if line.startswith("|")]
        for line in lines[2:]:
            word, meaning, field, where = (cell.strip() for cell in line.strip("|").split(" | "))
            out.append((package, word, meaning, field, where))
    return out


def test_words_of_the_design() -> None:
    known = {part for _, word, *_ in rows() for part in word.split(", ")}
    assert [word for word in WORDS if word not in known] == []


def test_words_of_the_field() -> None:
    assert [word for word in FIELD if word not in TEXT] == []


def test_each_word_once() -> None:
    words = [word for _, word, *_ in rows()]
    assert sorted(words) == sorted(set(words))


@pytest.mark.parametrize("row", rows(), ids=lambda row: row[1])
def test_row(row: tuple[str, str, str, str, str]) -> None:
    """A meaning, the field's word, and a file with the name that is said to be there."""
    package, _, meaning, field, where = row
    assert meaning and field
    found = re.fullmatch(r"`([\w/]+\.py)`(?:: `([\w.]+)`)?", where)
    assert found, where
    path, name = found.groups()
    file = PACKAGES[package] / path
    assert file.is_file(), path
    assert not name or name in names_of(file), where
