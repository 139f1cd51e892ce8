"""Patterns of what is left out."""

from __future__ import annotations

import pytest

from code_path_audit.sources.exclude import excluded, parse_excludes
from tests.sources.trees import Make, names


@pytest.mark.parametrize(
    ("pattern", "matches", "leaves_alone"),
    [
        ("tests", ["tests", "tests/a.py", "p/tests/b/c.py"], ["mytests/a.py", "tests.py"]),
        ("tests/", ["p/tests/a.py"], ["mytests/a.py"]),
        ("*_pb2.py", ["a_pb2.py", "p/q/a_pb2.py"], ["a_pb2.pyi", "a.py"]),
        ("src/old", ["src/old/a.py"], ["x/src/old/a.py", "src/older/a.py"]),
        ("/old", ["old/a.py"], ["x/old/a.py"]),
        ("src/*/gen", ["src/p/gen/a.py"], ["src/gen/a.py", "src/p/q/gen/a.py"]),
        ("src/**/gen", ["src/gen/a.py", "src/p/q/gen/a.py"], ["gen/a.py"]),
        ("src/**", ["src/a.py", "src/p/a.py"], ["a.py", "src"]),
        ("**/a.py", ["a.py", "p/q/a.py"], ["b.py"]),
        ("**/" * 3_000 + "a.py", ["a.py", "p/q/a.py"], ["b.py"]),
        ("**/a*/" * 1_000 + "x.py", [], ["a/b/c.py"]),
        ("x[ab].py", ["xa.py"], ["xc.py"]),
        ("./p", ["p/a.py"], ["q/p/a.py"]),
        # a character that means something to a regular expression
        ("a.py", ["a.py"], ["aXpy"]),
    ],
)
def test_exclude(pattern: str, matches: list[str], leaves_alone: list[str]) -> None:
    patterns = parse_excludes([pattern])
    assert [path for path in matches if not excluded(path, patterns)] == []
    assert [path for path in leaves_alone if excluded(path, patterns)] == []


def test_a_hostile_pattern_ends() -> None:
    patterns = parse_excludes(["/".join(["**", "*a*a*a*a*a*a*a*a*b"] * 12)])
    assert not excluded("/".join(["a" * 200] * 60), patterns)


def test_exclude_prunes(make_tree: Make) -> None:
    root = make_tree({"a.py": "", "tests/b.py": "", "p/tests/c.py": "", "p/d.py": ""})
    assert set(names(root, (".",), ("tests",))) == {"a", "p.d"}
