"""Loops that are left at the first success."""

from __future__ import annotations

from textwrap import indent

import pytest

from tests.facts.reading import facts

FIRST = {
    "a retry": "try:\n    return a(y)\nexcept E:\n    continue",
    "a retry that breaks": "try:\n    a(y)\nexcept E:\n    b()\nelse:\n    break",
    "a retry that raises where an answer is not good": (
        "try:\n    x = a()\n    if x.good: return x\n    elif x.late: raise E\n    else: raise F\n"
        "except E:\n    sleep(1)"
    ),
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


ONCE = {
    "a return": "a(y)\nreturn",
    "a raise": "a(y)\nraise E",
    "an exit": "a(y)\nsys.exit()",
    "a false assertion": "assert False",
    "both ways": "if y: return\nelse: raise E",
    "all ways of a try": "try: return a(y)\nexcept E: raise",
    "at the end of a try": "try: a(y)\nfinally: return",
    "below a with": "with y: return",
}
MORE = {
    "one way": "if y: return\na(y)",
    "a continue before": "if y: continue\nreturn",
    "a handler that goes on": "try: return a(y)\nexcept E: pass",
    "what is raised goes no further": "with suppress(E): raise E",
    "an assertion": "assert y",
    "a break of a loop inside": "for z in y: break\na(y)",
}


@pytest.mark.parametrize("name", [*ONCE, *MORE])
def test_the_first_round_is_the_last(name: str) -> None:
    body = ONCE.get(name) or MORE[name]
    function = facts(f"def f(x):\n    while x:\n{indent(body, '        ')}\n").functions[1]
    assert function.loops[0].once == (name in ONCE)


def test_while_loops_are_left_where_they_end() -> None:
    text = "def f(x):\n    while True:\n        z = a()\n        if z: break\n    while True:\n        return a()\n"
    assert [loop.first for loop in facts(text).functions[1].loops] == [False, True]
