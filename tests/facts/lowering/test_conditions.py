"""What an expression of conditions may be, and that a test keeps the value.

Each row is a program in which a value is its own line number (see `flow`).
"""

from __future__ import annotations

import pytest

from tests.facts.lowering.flow import check

ROWS = {
    "both operands of or": """\
def f(x):
    a = x or 2
    use(a)  # sees 2
""",
    "a conditional expression": """\
def f(x):
    a = (2 if x else
         3)
    use(a)  # sees 2 3
""",
    "isinstance keeps the value": """\
def f(x):
    a = 2
    if isinstance(a, int) and use(a):  # sees 2
        use(a)  # sees 2
    use(a)  # sees 2
""",
    "callable keeps the value": """\
def f(x):
    a = 2
    if not callable(a):
        use(a)  # sees 2
""",
    "assert keeps the value": """\
def f(x):
    a = 2
    assert isinstance(a, int), use(a)  # sees 2
    use(a)  # sees 2
""",
}


@pytest.mark.parametrize("row", ROWS)
def test_what_a_name_is(row: str) -> None:
    check(ROWS[row])
