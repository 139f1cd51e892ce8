"""Statements: what each reads, writes and calls; and what imports are."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from code_path_audit.facts import opcodes as op
from code_path_audit.facts.module import ModuleFacts
from tests.facts.reading import facts


def statements(source: str) -> list[str]:
    function = facts(source).functions[-1]
    return [
        f"{s.block}.{s.index} line {line} reads {' '.join(s.reads)} writes {' '.join(s.writes)} sites "
        + " ".join(site.text for site in function.sites[s.first : s.last] if site.kind == "call")
        for s, line in zip(function.statements, function.positions.statements, strict=True)
    ]


def test_statements() -> None:
    source = """
def f(self, a, b):
    c = 1
    d = g(a)
    e = h(self.rows, d.x)
    self.done = i(e)
    if j(a):
        k[b] = l()
        m()
    return n(c)
"""
    assert statements(source) == [
        "1.1 line 4 reads a g writes d sites g",
        "1.2 line 5 reads d d.x h self self.rows writes e sites h",
        "1.3 line 6 reads e i self writes self.done sites i",
        "2.0 line 8 reads b k l writes k sites l",
        "2.1 line 9 reads m writes  sites m",
        "1.5 line 10 reads c n writes  sites n",
    ]


def test_a_statement_has_the_sites_of_its_expressions() -> None:
    source = "def f(x):\n    a = g(x.p)\n    x.q = h()\n    a[0].append(i(a) + 1)\n"
    function = facts(source).functions[1]
    assert [[s.text for s in function.sites[r.first : r.last]] for r in function.statements] == [
        ["x.p", "g"],
        ["h", "x.q"],
        ["__getitem__", "a[].append", "i", "__add__", "a[].append"],
    ]


def imports(module: ModuleFacts) -> Iterator[str]:
    for function in module.functions:
        for row in function.code:
            if row[0] == op.IMPORT:
                yield f"import {row[2]} {'first' if row[3] else 'whole'}"
            elif row[0] == op.IMPORT_FROM:
                yield f"from {row[2]} import {row[3]}"
            elif row[0] == op.IMPORT_STAR:
                yield f"from {row[1]} import *"


@pytest.mark.parametrize(
    ("source", "module", "is_package", "expected"),
    [
        ("import a.b", "m", False, "import a.b first"),
        ("import a.b as c", "m", False, "import a.b whole"),
        ("from a import b as c", "m", False, "from a import b"),
        ("from a import *", "m", False, "from a import *"),
        ("from . import b", "p.q.m", False, "from p.q import b"),
        ("from .b import c", "p.q.m", False, "from p.q.b import c"),
        ("from .. import b", "p.q.m", False, "from p import b"),
        ("from ..b import *", "p.q.m", False, "from p.b import *"),
        ("from . import b", "p.q", True, "from p.q import b"),
        ("from .. import b", "p.q", True, "from p import b"),
        ("from ...... import b", "p.q", True, "from  import b"),  # above the top: there is no such module
        ("def f():\n    import a", "m", False, "import a first"),
        ("from __future__ import annotations", "m", False, "from __future__ import annotations"),
    ],
)
def test_imports(source: str, module: str, is_package: bool, expected: str) -> None:
    assert list(imports(facts(source, module, is_package))) == [expected]
