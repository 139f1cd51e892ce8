"""How often loops run: literals, constants, and the arithmetic between them."""

from __future__ import annotations

import pytest

from code_path_audit.callgraph.model import Bound
from tests.callgraph.solving import solve

CONSTANTS = "N = 10\nROWS = [1, 2, 3]\nclass C:\n    size = 4\n"

LOOPS = [
    ("range(7)", Bound(7, "literal")),
    ("range(2, 7)", Bound(5, "literal")),
    ("range(0, 10, 3)", Bound(4, "literal")),
    ("range(10, 0, -3)", Bound(4, "literal")),
    ("range(10, 0)", Bound(0, "literal")),
    ("range(0, 10, 0)", Bound(0, "constant")),
    ("range(N)", Bound(10, "constant")),
    ("range(2 * N)", Bound(20, "constant")),
    ("range(N * N - 1)", Bound(99, "constant")),
    ("range(10 ** 6)", Bound(1_000_000, "constant")),
    ("range(1 << 4)", Bound(16, "constant")),
    ("range(100 // N % 3)", Bound(1, "constant")),
    ("range(3 * C.size)", Bound(12, "constant")),
    ("range(10 ** 18)", Bound(10**18, "constant")),
    ("range(10 ** 30)", Bound(None, "unknown")),
    ("range(2 ** 2 ** 20)", Bound(None, "unknown")),
    ("range(1 // 0)", Bound(None, "unknown")),
    ("range(N * x)", Bound(None, "unknown")),
    ("[1, 2]", Bound(2, "literal")),
    ("ROWS", Bound(3, "constant")),
    ("x", Bound(None, "unknown")),
]


@pytest.mark.parametrize(("over", "bound"), LOOPS, ids=[row[0] for row in LOOPS])
def test_bound(over: str, bound: Bound) -> None:
    graph = solve(f"{CONSTANTS}def f(x):\n    for _ in {over}: pass\n")
    assert graph.bounds["m.f", 0] == bound


IN_LOOPS = [
    ("stated numbers", "for _ in range(2 * N): pass", Bound(20, "constant")),
    ("what goes round", "n = n + 1\n        for _ in range(n): pass", Bound(None, "unknown")),
    ("what goes round, from a local", "n = n * k\n        for _ in range(n): pass", Bound(None, "unknown")),
]


@pytest.mark.parametrize(("body", "bound"), [row[1:] for row in IN_LOOPS], ids=[row[0] for row in IN_LOOPS])
def test_bound_of_an_inner_loop(body: str, bound: Bound) -> None:
    graph = solve(f"{CONSTANTS}def f(x):\n    n, k = 1, 2\n    while x:\n        {body}\n")
    assert graph.bounds["m.f", 1] == bound


OBJECTS = [
    ("a list of objects", "[C() for _ in x]", "objects"),
    ("a literal of objects", "[C(), C()]", "objects"),
    ("a list of texts", "['a', 'b']", "container"),
    ("an object", "C()", "unknown"),
]


@pytest.mark.parametrize(("value", "kind"), [row[1:] for row in OBJECTS], ids=[row[0] for row in OBJECTS])
def test_containers_of_objects_of_the_source(value: str, kind: str) -> None:
    graph = solve(f"import copy\nclass C: pass\ndef f(x):\n    copy.deepcopy({value})\n")
    (found,) = [values for (function, _), values in graph.arguments.items() if function == "m.f" and values]
    assert found[0].kind == kind
