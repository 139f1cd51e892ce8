"""Scopes, key parameters, and the globals that a function writes.

Each row of the scopes is a program in which a value is its own line number (see `flow`).
"""

from __future__ import annotations

import sys

import pytest

from code_path_audit.facts import opcodes as op
from tests.facts.lowering.flow import check
from tests.facts.reading import facts


@pytest.mark.parametrize(
    ("source", "keys"),
    [
        ("def f(a, b, c): return a", (0,)),  # it comes back
        ("def f(a, b, c): b()", (1,)),  # it is called
        ("def f(a, b, c):\n    def g(): return c\n    return g", (2,)),  # a function inside captures it
        ("def f(a, b, c): return g(b)", (~1,)),  # it is only handed on
        ("def f(a, b, c): g(a)", ()),  # what becomes of it does not come back
        ("def f(a, b, c):\n    for x in c:\n        a()\n", (0,)),  # also in a loop
        ("def f(a, b, c):\n    if callable(a): a()\n", (0,)),  # also where a test has narrowed it
    ],
)
def test_key_parameters(source: str, keys: tuple[int, ...]) -> None:
    assert facts(source).functions[1].key_params == keys


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("def f():\n    global a, b\n    a = 1\n", ("a",)),
        ("def f():\n    global a\n    for a in x: pass\n", ("a",)),
        ("def f():\n    global a\n    import a\n", ("a",)),
        ("def f():\n    global g\n    def g(): pass\n", ("g",)),
        ("def f():\n    global a\n    a += 1\n", ("a",)),
        ("def f():\n    global a\n    return a\n", ()),
        ("class C:\n    global a\n    a = 1\n", ("a",)),
        ("a = 1\ndef f():\n    a = 2\n", ()),
    ],
)
def test_globals_written(source: str, expected: tuple[str, ...]) -> None:
    assert facts(source).functions[1].globals_written == expected


ROWS = {
    "a closure sees every version of what it captures": """\
def f(x):
    a = 2
    def g():
        use(a)  # sees 2 5
    a = 5
    return g
""",
    "a lambda and a class body capture too": """\
def f(x):
    a = 2
    class C:
        use(a)  # sees 2
        def m(self):
            use(a)  # sees 2
    return lambda: use(a)  # sees 2
""",
    "a class's names are not seen by its methods": """\
class C:
    a = 2
    use(a)  # sees 2
    def m(self):
        use(a)  # sees
""",
    "nonlocal writes the variable around": """\
def f(x):
    a = 2
    def g():
        nonlocal a
        a = 5
        use(a)  # sees 5
    g()
    use(a)  # sees 2 5
""",
    "nonlocal through two functions": """\
def f(x):
    a = 2
    def g():
        nonlocal a
        def h():
            nonlocal a
            a = 7
        return h
    g()()
    use(a)  # sees 2 7
""",
    "a nonlocal that is only read elsewhere": """\
def f(x):
    a = 2
    def g():
        use(a)  # sees 2 6
    def h():
        nonlocal a
        a = 6
    return g, h
""",
    "global writes the module": """\
a = 1
def f(x):
    global a
    a = 4
def g():
    use(a)  # sees 1 4
use(a)  # sees 1 4
""",
    "a local of the same name does not": """\
a = 1
def f(x):
    a = 3
    use(a)  # sees 3
def g():
    use(a)  # sees 1
""",
    "a function sees every version of a global": """\
a = 1
def f(x):
    use(a)  # sees 1 4
a = 4
""",
    "a name that is bound later in the loop": """\
def f(xs):
    for x in xs:
        if x:
            use(a)  # sees 5
        a = 5
""",
    "a parameter may have been assigned": """\
def f(a):
    if a is None:
        a = 3
    use(a)  # sees 3
""",
}


@pytest.mark.parametrize("row", ROWS)
def test_what_a_name_is(row: str) -> None:
    check(ROWS[row])


NEW_ROWS = {
    "type parameters hide globals": """\
T = 1
def f[T](x):
    use(T)  # sees
class C[T]:
    def m(self):
        use(T)  # sees
type A[T] = list[T]
use(T)  # sees 1
""",
}


@pytest.mark.skipif(sys.version_info < (3, 12), reason="syntax of Python 3.12")
@pytest.mark.parametrize("row", NEW_ROWS)
def test_what_a_name_is_in_newer_syntax(row: str) -> None:
    check(NEW_ROWS[row])


@pytest.mark.parametrize(
    ("body", "kept"),
    [
        ("a = 1\nb = 2\na = 3\n", [2, 3]),  # nobody has seen the first
        ("a = 1\nb = a\na = 3\n", [1, 3]),  # but as another name
        ("a = 1\nif x:\n    a = 3\n", [1, 3]),
        ("if x:\n    a = 2\nelse:\n    a = 4\n", [2, 4]),
        ("for x in y:\n    a = 2\na = 3\n", [3]),
        ("try:\n    a = 2\nexcept E:\n    a = 4\n", [2, 4]),
    ],
)
def test_bindings_of_a_class_body(body: str, kept: list[int]) -> None:
    cls = facts("class C:\n" + "".join(f"    {line}\n" for line in body.splitlines())).functions[1]
    numbers: dict[int, int] = {}
    for row in cls.code:
        if row[0] in (op.INT, op.COPY):
            numbers[row[1]] = row[2] if row[0] == op.INT else numbers.get(row[2], 0)
    assert [numbers[row[2]] for row in cls.code if row[0] == op.STORE_NAME and row[1] in "ab"] == kept


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("def f(a):\n    b = 1\n    locals()\n    c = 2\n", ["a", "b"]),
        ("def f(a):\n    for b in a:\n        locals()\n", ["a", "b"]),
        ("def f(a): vars()\n", ["a"]),
        ("def f(a): vars(a)\n", []),
        ("def f(a): locals(a)\n", []),
    ],
)
def test_names_that_are_bound_where_locals_is_called(source: str, names: list[str]) -> None:
    (called,) = [row for row in facts(source).functions[1].code if row[0] == op.CALL]
    assert [name for name, _ in called[4]] == names
