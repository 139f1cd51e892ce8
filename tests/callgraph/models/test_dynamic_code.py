"""Code in strings: what is constant is followed, whatever it is."""

from __future__ import annotations

import pytest

from tests.callgraph.solving import edges, solve


def test_code_in_a_constant() -> None:
    assert "m.f -> m.g call certain" in edges(solve("def f():\n    eval('g(1)')\ndef g(x): pass\n"))
    assert "m.f -> m.g call certain" in edges(solve("def f():\n    exec('x = 1\\ng(x)')\ndef g(x): pass\n"))


@pytest.mark.parametrize("code", ["'('", "'a\\0b'", "'(' * 5", "''", "'import nowhere'", "'eval(\"eval(1)\")'"])
def test_code_in_a_constant_that_is_no_code(code: str) -> None:
    graph = solve(f"def f():\n    eval({code})\n    g()\ndef g(): pass\n")
    assert "m.f -> m.g call certain" in edges(graph)


def test_code_that_evaluates_itself_ends() -> None:
    source = "CODE = 'exec(CODE)'\ndef f():\n    exec(CODE)\n    g()\ndef g(): pass\n"
    assert "m.f -> m.g call certain" in edges(solve(source))
