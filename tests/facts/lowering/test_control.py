"""Loops, and which values a name has where branches, loops, handlers and contexts meet.

Each row of the second is a program in which a value is its own line number (see `flow`).
"""

from __future__ import annotations

import pytest

from code_path_audit.facts import opcodes as op
from tests.facts.lowering.flow import check
from tests.facts.reading import facts


def test_loops() -> None:
    source = """
def f(n, xs):
    for a in range(n, 10):
        while a:
            [b for b in xs for c in range(*xs)]
    for d in range(n, **xs): pass
    for e in n.range(3): pass
"""
    function = facts(source).functions[1]
    found = [
        (loop.parent, loop.kind, loop.over >= 0, None if loop.range_args is None else len(loop.range_args), line)
        for loop, line in zip(function.loops, function.positions.loops, strict=True)
    ]
    assert found == [
        (-1, "for", True, 2, 3),
        (0, "while", False, None, 4),
        (1, "comprehension", True, None, 5),
        (2, "comprehension", True, None, 5),
        (-1, "for", True, None, 6),
        (-1, "for", True, None, 7),
    ]


WITHIN = {
    "with a() as x, b(): c(x); d()": ["b", "c", "d"],
    "with a(): pass\n    b()": [],
    "with a():\n        with b(): c()\n    d()": ["b", "c"],
    "async with a(): return c()": ["c"],
}
"""Bodies, and the calls inside of what `a()` enters."""


@pytest.mark.parametrize("body", WITHIN)
def test_what_stands_inside_of_a_context(body: str) -> None:
    function = facts(f"async def f():\n    {body}\n").functions[1]
    entered = [row for row in function.code if row[0] == op.LEAVE and function.sites[row[1]].text == "a()"]
    inside = [function.sites[first + 1 : last + 1] for _, first, last in entered]
    assert [site.text for site in (inside or [()])[0] if site.kind == "call"] == WITHIN[body]


ROWS = {
    "the last assignment before": """\
a = 1
use(a)  # sees 1
a = 3
use(a)  # sees 3
""",
    "both arms of an if": """\
def f(c):
    a = 2
    if c:
        a = 4
        use(a)  # sees 4
    elif c.x:
        use(a)  # sees 2
    else:
        a = 9
    use(a)  # sees 2 4 9
""",
    "an arm that returns says nothing of what follows": """\
def f(c):
    a = 2
    if c:
        a = 4
        return use(a)  # sees 4
    use(a)  # sees 2
""",
    "an arm that raises, likewise": """\
def f(c):
    a = 2
    if not c:
        a = 4
        raise ValueError(a)
    use(a)  # sees 2
""",
    "a loop's body sees what its end left": """\
def f(xs):
    a = 2
    for x in xs:
        use(a)  # sees 2 5
        a = 5
    use(a)  # sees 2 5
""",
    "a loop within a loop": """\
def f(xs):
    a = 2
    for x in xs:
        use(a)  # sees 2 7
        while x:
            use(a)  # sees 2 7
            a = 7
        use(a)  # sees 2 7
    use(a)  # sees 2 7
""",
    "two variables that change places in a loop": """\
def f(xs):
    a = 2
    b = 3
    for x in xs:
        use(a)  # sees 2 3
        a, b = b, a
    use(b)  # sees 2 3
""",
    "what a loop does not assign passes through it": """\
def f(xs):
    a = 2
    for x in xs:
        use(a)  # sees 2
    use(a)  # sees 2
""",
    "break leaves with the value it has": """\
def f(xs):
    a = 2
    for x in xs:
        a = 4
        if x:
            a = 6
            break
        a = 8
    use(a)  # sees 2 6 8
""",
    "continue carries its value to the next round": """\
def f(xs):
    a = 2
    for x in xs:
        use(a)  # sees 2 6 8
        if x:
            a = 6
            continue
        a = 8
    use(a)  # sees 2 6 8
""",
    "a loop's else does not see what a break left": """\
def f(xs):
    a = 2
    for x in xs:
        if x:
            a = 5
            break
    else:
        use(a)  # sees 2
        a = 9
    use(a)  # sees 5 9
""",
    "a loop's else that returns does not end what a break goes on to": """\
def f(xs):
    for x in xs:
        if x:
            a = 4
            break
    else:
        return None
    use(a)  # sees 4
""",
    "the same of a while": """\
def f(x):
    while x:
        if x.y:
            a = 4
            break
    else:
        raise KeyError
    use(a)  # sees 4
""",
    "an endless loop is left by its breaks alone": """\
def f(x):
    a = 2
    while True:
        a = 4
        if x:
            break
        a = 7
    use(a)  # sees 4
""",
    "a handler may see each version that the body made": """\
def f(x):
    a = 2
    try:
        a = 4
        x()
        a = 6
    except ValueError:
        use(a)  # sees 2 4 6
        a = 9
    use(a)  # sees 6 9
""",
    "else runs after the body, and not after a handler": """\
def f(x):
    a = 2
    try:
        a = 4
    except ValueError:
        a = 6
    else:
        use(a)  # sees 4
        a = 9
    use(a)  # sees 6 9
""",
    "finally sees every end": """\
def f(x):
    a = 2
    try:
        a = 4
        x()
    except ValueError:
        a = 7
    finally:
        use(a)  # sees 4 7 maybe 2
    use(a)  # sees 4 7 maybe 2
""",
    "finally runs on the way out of a return too": """\
def f(x):
    a = 2
    try:
        a = 4
        return x(a)
    except ValueError:
        a = 7
    finally:
        use(a)  # sees 4 7 maybe 2
    use(a)  # sees 7 maybe 2 4
""",
    "finally where every path returns": """\
def f(x):
    a = 2
    try:
        a = 4
        return x(a)
    finally:
        use(a)  # sees 4 maybe 2
""",
    "except star": """\
def f(x):
    try:
        a = 3
    except* ValueError:
        a = 5
    use(a)  # sees 3 5
""",
    "a with may swallow what its body raises": """\
def f(x, y):
    a = 2
    with x:
        y()
        a = 5
        return None
    use(a)  # sees 2 5
""",
    "with in the middle": """\
def f(x):
    a = 2
    with x as b, b.c as d:
        a = 4
    use(a)  # sees 4
""",
    "del makes the name empty": """\
def f(x):
    a = 2
    del a
    a = 4
    use(a)  # sees 4
""",
    "type checking is neither arm": """\
from typing import TYPE_CHECKING
if TYPE_CHECKING:
    a = 3
else:
    a = 5
use(a)  # sees 5
""",
    "conditional imports and their fallback": """\
try:
    import fast as a
except ImportError:
    a = 4
use(a)  # sees 4
""",
}


@pytest.mark.parametrize("row", ROWS)
def test_what_a_name_is(row: str) -> None:
    check(ROWS[row])
