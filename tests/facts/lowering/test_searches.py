"""Loops that are left at the first success."""

from __future__ import annotations

from textwrap import indent

import pytest

from tests.facts.reading import facts

FIRST = {
    "a retry": "try:\n    return a(y)\nexcept E:\n    continue",
    "a retry that breaks": "try:\n    a(y)\nexcept E:\n    b()\nelse:\n    break",
    "a retry below a with": "with y:\n    return a()",
    "only the first": "a(y)\nbreak",
    "a search by a call": "if a(y): return y",
    "a search by what was called": "z = a(y)\nif z: return z",
    "a search by what is none": "z = a(y)\nif z is not None: break",
    "a search by a value": "z = a(y)\nif z == 200: break",
    "a search in a try": "try:\n    z = a(y)\n    if z: return z\nexcept E: pass",
}
ALL = {
    "no end": "a(y)",
    "an end where nothing is left": "z = a(y)\nif not z: break\nb(z)",
    "an end where it is None": "z = a(y)\nif z is None: break\nb(z)",
    "an end by the element": "if y: break\na(y)",
    "all, or false": "if a(y): return False",
    "a raise": "if a(y): raise E",
    "another function": "def z(): return a(y)\nb(z)",
}


@pytest.mark.parametrize("name", [*FIRST, *ALL])
def test_loops(name: str) -> None:
    body = FIRST.get(name) or ALL[name]
    function = facts(f"def f(x):\n    for y in x:\n{indent(body, '        ')}\n").functions[1]
    assert [loop.first for loop in function.loops] == [name in FIRST]


def test_while_loops_are_left_where_they_end() -> None:
    text = "def f(x):\n    while True:\n        z = a()\n        if z: break\n    while True:\n        return a()\n"
    assert [loop.first for loop in facts(text).functions[1].loops] == [False, True]
