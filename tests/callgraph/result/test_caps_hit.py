"""What was given up is told, and where."""

from __future__ import annotations

import pytest

from tests.callgraph.solving import solve


def test_caps_are_reported() -> None:
    """Very many functions in one variable: the solver may give up, but never silently."""
    count = 600
    source = "".join(f"def g{i}(x): return x\n" for i in range(count))
    source += "def f(x):\n" + "".join(f"    if x == {i}: h = g{i}\n" for i in range(count)) + "    return h(h)(h)\n"
    graph = solve(source)
    called = {e.callee for e in graph.edges if e.caller == "m.f"}
    assert len(called) == count or graph.widened


CHAIN = "".join(f"class C{i}(C{i - 1}): pass\n" for i in range(1, 70))
CAPS = {
    "classes in a resolution order": f"class C0:\n    def m(self): pass\n{CHAIN}def f():\n    C69().m()\n",
    "classes in a resolution": (
        "".join(f"class B{i}: pass\n" for i in range(70))
        + f"class C({', '.join(f'B{i}' for i in range(70))}): pass\ndef f():\n    C().m()\n"
    ),
    "classes below a declared one": (
        "class C0:\n    def m(self): pass\n"
        + "".join(f"class D{i}(C0): pass\n" for i in range(60))
        + "def f(x: C0):\n    x.m()\n"
    ),
    "contexts of one function": (
        "def g(h):\n"
        + "    str(h)\n" * 20
        + "    return h\n"
        + "".join(f"def h{i}(): pass\n" for i in range(60))
        + "def f():\n"
        + "".join(f"    g(h{i})()\n" for i in range(60))
    ),
}


@pytest.mark.parametrize("cap", CAPS)
def test_a_cap_is_reported(cap: str) -> None:
    assert any(note.startswith(cap) for note in solve(CAPS[cap]).widened)


def test_a_full_variable_is_named() -> None:
    functions = "".join(f"def h{i}(): pass\n" for i in range(500))
    table = "".join(f"    table.append(h{i})\n" for i in range(500))
    graph = solve(f"{functions}def f():\n    table = []\n{table}    for g in table:\n        g()\n")
    assert [note for note in graph.widened if note.startswith("values")] == [
        "values of one variable: elements of a list in m.f"
    ]
