"""Files as statements: what counts as another statement, and what does not."""

from __future__ import annotations

from textwrap import dedent

import pytest

from code_path_gate.causes.statements import Statement, statements_of


def shapes(text: str) -> list[tuple[int, str]]:
    return [(row.depth, row.text) for row in statements_of(dedent(text).encode())]


SAME = {
    "comments and blank lines": ("x = 1\n", "# why\n\nx = 1  # so\n"),
    "layout": ("f(a, b)\n", "f(\n    a,\n    b,\n)\n"),
    "quotes": ("x = 'a'\n", 'x = "a"\n'),
    "a docstring": ("def f():\n    return 1\n", 'def f():\n    """One."""\n    return 1\n'),
    "annotations of a function": (
        "def f(a, *b, c=1, **d):\n    pass\n",
        "def f(a: int, *b: str, c: int = 1, **d: object) -> None:\n    pass\n",
    ),
    "the annotation of a variable": ("x = 1\n", "x: int = 1\n"),
    "a variable that is only annotated": ("y = 1\n", "x: int\ny = 1\n"),
    "a signature for type checkers": ("x = 1\n", "@t.overload\ndef f(a): ...\nx = 1\n"),
    "what is for type checkers": ("x = 1\n", "if TYPE_CHECKING:\n    from a import b\nx = 1\n"),
}
OTHER = {
    "an argument": ("f(a)\n", "f(b)\n"),
    "a default": ("def f(a=1):\n    pass\n", "def f(a=2):\n    pass\n"),
    "a decorator": ("def f():\n    pass\n", "@cache\ndef f():\n    pass\n"),
    "a base class": ("class A:\n    pass\n", "class A(B):\n    pass\n"),
    "a field": ("class A:\n    x: int\n", "class A:\n    x: int\n    y: int\n"),
    "what is iterated": ("for a in b:\n    f()\n", "for a in c:\n    f()\n"),
    "a branch around": ("f()\n", "if x:\n    f()\n"),
    "another branch": ("if x:\n    f()\n", "if not x:\n    f()\n"),
    "a handler": ("try:\n    f()\nexcept A:\n    pass\n", "try:\n    f()\nexcept B:\n    pass\n"),
    "a case": ("match a:\n    case 1:\n        f()\n", "match a:\n    case 2:\n        f()\n"),
    "a resource": ("with a():\n    f()\n", "with b():\n    f()\n"),
}  # fmt: skip


@pytest.mark.parametrize("name", SAME)
def test_the_same_statements(name: str) -> None:
    one, other = SAME[name]
    assert shapes(one) == shapes(other)


@pytest.mark.parametrize("name", OTHER)
def test_other_statements(name: str) -> None:
    one, other = OTHER[name]
    assert shapes(one) != shapes(other)


def found(text: str, start: str) -> Statement:
    return next(row for row in statements_of(dedent(text).encode()) if row.text.startswith(start))


def test_what_a_statement_says() -> None:
    text = """
    class Shop:
        @wraps(f)
        def load(self, path, again=later):
            self.rows = HOOKS.append(read(path, key="x.y"))
    """
    row = found(text, "self.rows")
    assert (row.owner, row.kind, row.first, row.depth) == ("Shop.load", "other", 5, 2)
    assert row.mentions == {"rows", "HOOKS", "append", "read", "path", "key", "x", "y"}
    assert not row.binds
    assert row.fills == {"rows", "HOOKS", "key"}
    assert found(text, "@").owner == found(text, "def").owner == "Shop.load"
    assert found(text, "def").binds == {"load", "path", "again"}


def test_a_file_that_does_not_parse_is_lines() -> None:
    assert shapes("x = (\n# no\n  y\n") == [(0, "x = ("), (2, "y")]
