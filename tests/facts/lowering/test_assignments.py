"""What assignments of every kind leave in a name.

Each row is a program in which a value is its own line number (see `flow`).
"""

from __future__ import annotations

import pytest

from tests.facts.lowering.flow import check

ROWS = {
    "walrus in a condition": """\
def f(x):
    if (a := 2) and x:
        use(a)  # sees 2
    use(a)  # sees 2
""",
    "a for sees the elements": """\
def f(xs):
    for a in [2]:
        use(a)  # sees 2
""",
    "unpacking, one by one": """\
def f(xs):
    a, b = 2, xs
    use(b)  # sees
    use(a)  # sees 2
""",
    "nested unpacking of a value": """\
def f(xs):
    pair = (2,
            3)
    a, b = pair
    use(b)  # sees
""",
    "augmented assignment makes something new": """\
def f(x):
    a = 2
    a += x
    use(a)  # sees
""",
    "an annotation does not hide the value": """\
def f(x):
    a: int = 2
    use(a)  # sees 2
""",
}


@pytest.mark.parametrize("row", ROWS)
def test_what_a_name_is(row: str) -> None:
    check(ROWS[row])
