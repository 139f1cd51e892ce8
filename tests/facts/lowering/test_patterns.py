"""What cases of a match see and capture.

Each row is a program in which a value is its own line number (see `flow`).
"""

from __future__ import annotations

import pytest

from tests.facts.lowering.flow import check

ROWS = {
    "each case of a match": """\
def f(x):
    match x:
        case 1:
            a = 4
        case [_, *rest] if rest:
            a = 6
        case {"k": _, **others}:
            return others
        case _:
            a = 10
    use(a)  # sees 4 6 10
""",
    "a match that may fit nowhere": """\
def f(x):
    a = 2
    match x:
        case str():
            a = 5
    use(a)  # sees 2 5
""",
    "captures": """\
def f(x):
    match 2:
        case (a):
            use(a)  # sees 2
    match 5:
        case int() as b:
            use(b)  # sees 5
""",
    "a capture of every alternative": """\
def f(x):
    match (2,
           x):
        case (a, None) | (None, a):
            use(a)  # sees 2
""",
}


@pytest.mark.parametrize("row", ROWS)
def test_what_a_name_is(row: str) -> None:
    check(ROWS[row])
