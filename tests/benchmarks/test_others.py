"""Other tools: their graphs and names as ours, and where one fails."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import others


def test_closure_of_another_tools_graph() -> None:
    edges = {"a.main": ["a.f", "a.g"], "a.f": ["a.main"], "a.unused": ["a.h"]}
    assert others.closure(edges, ("a.main",)) == {
        "functions": ["a.f", "a.g", "a.main"],
        "edges": {"a.f": ["a.main"], "a.main": ["a.f", "a.g"]},
    }


@pytest.mark.parametrize(
    ("theirs", "expected"),
    [("pkg.__init__.f", "pkg.f"), ("pkg/sub.f", "pkg.sub.f"), ("pkg.C.__init__", "pkg.C.__init__")],
)
def test_another_tools_names(theirs: str, expected: str) -> None:
    assert others.named(theirs) == expected


def test_another_tool_that_fails_in_one_folder(tmp_path: Path) -> None:
    for name in ("a", "b", "c"):
        (tmp_path / name).mkdir()
    program = "def edges(root, files):\n    return {root.name: [1 // (root.name != 'b')], files[0][-6:]: []}\n"
    words = [
        sys.executable,
        "-c",
        program + others.EACH,
        "main.py",
        *(str(tmp_path / name) for name in ("a", "b", "c")),
    ]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert rows == [{"a": [1], "ain.py": []}, None, {"c": [1], "ain.py": []}]
