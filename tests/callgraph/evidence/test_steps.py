"""What an unknown receiver may be: guesses by the name of a method, and against which they are not made."""

from __future__ import annotations

import pytest

from tests.callgraph.solving import edges, guesses, solve


def test_an_unknown_receiver_may_be_what_was_constructed() -> None:
    graph = solve("def f(x):\n    C()\n    x.very_special(1)\nclass C:\n    def very_special(self, a): pass\n")
    assert (edges(graph), guesses(graph)) == ([], ["m.f -> m.C.very_special call possible"])
    assert [row.reason for row in graph.unresolved] == ["unknown receiver"]


@pytest.mark.parametrize(
    "method",
    ["def very_special(self): pass", "def very_special(self, a, b): pass", "def other(self, a): pass"],
)
def test_but_not_against_its_name_or_arity(method: str) -> None:
    graph = solve(f"def f(x):\n    C()\n    x.very_special(1)\nclass C:\n    {method}\n")
    assert edges(graph) == guesses(graph) == []
    assert [row.reason for row in graph.unresolved] == ["unknown receiver"]


def test_nor_from_a_class_that_nothing_constructs() -> None:
    graph = solve("def f(x):\n    x.very_special(1)\nclass C:\n    def very_special(self, a): pass\n")
    assert edges(graph) == guesses(graph) == []
