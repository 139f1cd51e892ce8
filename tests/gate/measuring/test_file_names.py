"""Which files a program could name: a row is its constants, and the files that count and that do not."""

from __future__ import annotations

import pytest

from code_path_gate.measuring.file_names import can_name, pieces_of

ROWS = {
    "a name": (["rows.csv"], ["rows.csv", "data/rows.csv"], ["rows.csv.gz", "my-rows.csv", "README.md"]),
    "a path": (["data/rows.csv"], ["data/rows.csv", "elsewhere/rows.csv"], ["data/other.csv"]),
    "a path of Windows": (["data\\\\rows.csv"], ["data/rows.csv"], []),
    "put together": (["data/rows", ".", "csv"], ["data/rows.csv"], ["csv", "data/rows.json"][1:]),
    "in three parts": (["a", "b", "c"], ["abc", "x/cab"], ["abd", "ad"]),
    "in other letters": (["ROWS.CSV"], ["rows.csv", "Rows.csv"], []),
    "a list in one text": (["a.txt, b.txt;c.txt d.txt"], ["a.txt", "b.txt", "c.txt", "d.txt"], ["e.txt"]),
    "nothing": ([], [], ["a.txt", "a"]),
    "a long name of one letter": (["a"], ["a" * 200], ["a" * 200 + "b", "b" + "a" * 200]),
}


@pytest.mark.parametrize("name", ROWS)
def test_names(name: str) -> None:
    constants, named, others = ROWS[name]
    pieces = pieces_of(constants)
    assert [path for path in named if not can_name(path, pieces)] == []
    assert [path for path in others if can_name(path, pieces)] == []
