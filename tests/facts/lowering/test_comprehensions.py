"""What a comprehension sees and binds.

Each row is a program in which a value is its own line number (see `flow`).
"""

from __future__ import annotations

import pytest

from tests.facts.lowering.flow import check

ROWS = {
    "walrus in a comprehension binds outside of it": """\
def f(xs):
    a = 2
    b = [(a := 3) for x in xs]
    use(a)  # sees 2 3
""",
    "a comprehension's own variable does not": """\
def f(xs):
    a = 2
    b = [a for a in [3]]
    use(a)  # sees 2
""",
    "a comprehension sees the elements": """\
def f(xs):
    return [use(a) for a in [2]]  # sees 2
""",
}


@pytest.mark.parametrize("row", ROWS)
def test_what_a_name_is(row: str) -> None:
    check(ROWS[row])
