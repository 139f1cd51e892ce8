"""What one file says, row by row: functions, parameters, call sites, loops, statements, mutations, imports, hints."""

from __future__ import annotations

import ast
import gc
import sys
from collections.abc import Iterator

import pytest

from code_path_audit.facts import opcodes as op
from code_path_audit.facts.extract import extract_module
from code_path_audit.facts.lowering.builder import Builder
from code_path_audit.facts.module import ModuleFacts

needs_312 = pytest.mark.skipif(sys.version_info < (3, 12), reason="syntax of Python 3.12")
needs_314 = pytest.mark.skipif(sys.version_info < (3, 14), reason="syntax of Python 3.14")


def facts(source: str, module: str = "m", is_package: bool = False) -> ModuleFacts:
    return extract_module(source.encode(), module, is_package)


def rows(source: str, *kinds: str) -> list[str]:
    """The call sites of all functions: "function: kind text", with what is not the rule behind it."""
    found = []
    for function in facts(source).functions:
        for site in function.sites:
            if kinds and site.kind not in kinds:
                continue
            row = f"{function.name or 'm'}: {site.kind} {site.text}".rstrip()
            row += f" loop {site.loop}" if site.loop >= 0 else ""
            row += " maybe" if site.conditional else ""
            row += " awaited" if site.awaited else ""
            found.append(row)
    return found


# functions

FUNCTIONS = {
    "nested functions, methods and classes": (
        """
def f():
    def g():
        class C:
            def m(self): pass
    async def h(): pass
class D(E):
    class F: pass
    m = lambda self: (lambda: 1)
""",
        [
            "module ",
            "function f in 0",
            "class D in 0",
            "function f.g in 1",
            "async function f.h in 1",
            "class D.F in 2",
            "lambda D.<lambda1> in 2",
            "class f.g.C in 3",
            "lambda D.<lambda1>.<lambda1> in 6",
            "function f.g.C.m in 7",
        ],
    ),
    "lambdas by their order": (
        "x = f(lambda: 1, key=lambda: 2)\ndef f(a=lambda: 3): return lambda: 4\n",
        [
            "module ",
            "lambda <lambda1> in 0",
            "lambda <lambda2> in 0",
            "lambda <lambda3> in 0",
            "function f in 0",
            "lambda f.<lambda1> in 4",
        ],
    ),
    "comprehensions are no functions": (
        "x = [y for y in z]\nx = {y: y for y in z}\nx = {y for y in z}\nx = (y for y in z)\n",
        ["module "],
    ),
    "one name, several functions": (
        "if x:\n    def f(): pass\nelse:\n    def f(): pass\n",
        ["module ", "function f in 0", "function f in 0"],
    ),
    "generators": (
        """
def a(): yield
def b(): x = yield from y
def c():
    return
    yield
async def d(): yield 1
def e(): return (yield)
def f(): return [x for x in y]
def g():
    def h(): yield
g = lambda: (yield)
""",
        [
            "module ",
            "function a in 0 yields",
            "function b in 0 yields",
            "function c in 0 yields",
            "async function d in 0 yields",
            "function e in 0 yields",
            "function f in 0",
            "function g in 0",
            "lambda <lambda1> in 0 yields",
            "function g.h in 7 yields",
        ],
    ),
    "a yield in a nested function that is dead makes no generator": (
        "def f():\n    return 1\n    def g(): yield\n",
        ["module ", "function f in 0"],
    ),
}


@pytest.mark.parametrize("case", FUNCTIONS)
def test_functions(case: str) -> None:
    source, expected = FUNCTIONS[case]
    found = [
        ("async " if f.is_async else "")
        + f"{f.kind} {f.name}"
        + (f" in {f.parent}" if f.parent >= 0 else "")
        + (" yields" if f.is_generator else "")
        for f in facts(source).functions
    ]
    assert found == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("def f(): pass", ""),
        ("def f(a, b=1): pass", "normal a, normal b="),
        ("def f(a, /, b, *, c, d=1): pass", "pos a, normal b, kwonly c, kwonly d="),
        ("def f(a=1, /, *rest, c, **more): pass", "pos a=, star rest, kwonly c, starstar more"),
        ("f = lambda x, *y, z=1: x", "normal x, star y, kwonly z="),
        ("def f(a: int, b: 'A.B | None' = None): pass", "normal a: int, normal b=: A.B | None"),
        ("def f(*a: int, **k: list[str]): pass", "star a: int, starstar k: list[str]"),
        (
            "def f(a: Callable[[int], str], b: Literal['x', 1]): pass",
            "normal a: Callable[[int], str], normal b: Literal['x', 1]",
        ),
        ("def f(a: x() + 1): pass", "normal a: ?"),
    ],
)
def test_parameters(source: str, expected: str) -> None:
    function = facts(source).functions[1]
    found = [
        f"{p.kind} {p.name}{'=' if p.default else ''}" + (f": {written(p.annotation)}" if p.annotation else "")
        for p in function.params
    ]
    assert ", ".join(found) == expected
    assert function.registers >= len(function.params)


def written(stated: tuple) -> str:  # type: ignore[type-arg]
    """A type expression as source."""
    match stated:
        case ("name", name):
            return str(name)
        case ("attr", base, name):
            return f"{written(base)}.{name}"
        case ("sub", base, parts):
            return f"{written(base)}[{', '.join(map(written, parts))}]"
        case ("or", parts):
            return " | ".join(map(written, parts))
        case ("list", parts):
            return f"[{', '.join(map(written, parts))}]"
        case ("const", value):
            return repr(value)
    return {"none": "None", "unknown": "?"}[stated[0]]


def test_what_a_function_returns_by_its_annotation() -> None:
    functions = facts("def f() -> list['C']: pass\ndef g(): pass\nasync def h() -> None: pass\n").functions
    assert [f.returns and written(f.returns) for f in functions] == [None, "list[C]", None, "None"]


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


def test_lines_of_a_function_begin_with_its_decorators() -> None:
    source = "x = 1\n@a\n@b(\n)\ndef f():\n    pass\n\n\nclass C:\n    y = lambda: 1\n"
    assert [(f.name, f.line, f.end_line) for f in facts(source).functions][1:] == [
        ("f", 2, 6),
        ("C", 9, 10),
        ("C.<lambda1>", 10, 10),
    ]


# call sites

SITES = {
    "calls as written": (
        'f(a.b(), *c)\nx[0].y()()\n"a".join(z)\n(lambda: 1)()\n',
        ["m: call a.b", "m: call f", "m: call x[].y", "m: call x[].y()", "m: call 'a'.join", "m: call"],
        ("call",),
    ),
    "attributes that are read, written and deleted may be properties": (
        "a.b.c\na.b = 1\ndel a.b\na.b += 1\n",
        [
            "m: property a.b",
            "m: property a.b.c",
            "m: property a.b",
            "m: property a.b",
            "m: property a.b",
            "m: property a.b",
        ],
        (),
    ),
    "operators": (
        "-a + b @ c\na < b <= c\na in b\na is b\nnot a\na and b\na[b]\na[b:c]\na[b] = c\ndel a[b]\na += b\n",
        [
            "neg",
            "matmul",
            "add",
            "lt",
            "le",
            "contains",
            "bool",
            "bool",
            "getitem",
            "getitem",
            "setitem",
            "delitem",
            "iadd",
        ],
        ("operator",),
    ),
    "formatting": (
        'f"{a} {b!r} {c!s:>{d}} {1}"\n',
        ["format", "repr", "str", "format"],
        ("operator",),
    ),
    "iteration": (
        "for x in a.b: pass\n[y for y in c for z in y]\nd, *e = f\ndef g(): yield from h\n",
        ["m: iterate a.b", "m: iterate c", "m: iterate y loop 1", "m: iterate unpack", "g: iterate h"],
        ("iterate",),
    ),
    "contexts": (
        "with a.b as c, d(e) as (f, g): pass\n",
        ["m: context a.b", "m: context d()"],
        ("context",),
    ),
    "decorators, the innermost first": (
        "@a\n@b.c(d)\ndef f(): pass\n@e\nclass G(H, metaclass=I): pass\n",
        ["m: call b.c", "m: decorator b.c()", "m: decorator a", "m: construct G", "m: decorator e"],
        ("call", "decorator", "construct"),
    ),
    "imports": (
        "import a.b, c as d\nfrom e import f, g\nfrom h import *\nif x:\n    import i\n",
        ["m: import a.b", "m: import c", "m: import e", "m: import h", "m: import i maybe"],
        ("import",),
    ),
    "imports for the type checker run nothing": (
        "import typing\nfrom typing import TYPE_CHECKING\n"
        "if TYPE_CHECKING:\n    import a\nif typing.TYPE_CHECKING:\n    from b import c\n",
        ["m: import typing", "m: import typing"],
        ("import",),
    ),
    "in an arm of a condition": (
        "f()\nif g():\n    h()\nelif i():\n    j()\nelse:\n    k()\nl()\n",
        [
            "m: call f",
            "m: call g",
            "m: call h maybe",
            "m: call i maybe",
            "m: call j maybe",
            "m: call k maybe",
            "m: call l",
        ],
        ("call",),
    ),
    "in an expression that may stop": (
        "f() and g()\nh() or i()\nj() if k() else l()\nassert n(), o()\n",
        [
            "m: call f",
            "m: call g maybe",
            "m: call h",
            "m: call i maybe",
            "m: call k",
            "m: call j maybe",
            "m: call l maybe",
            "m: call n",
            "m: call o maybe",
        ],
        ("call",),
    ),
    "in a handler": (
        "try:\n    f()\nexcept g():\n    h()\nelse:\n    i()\nfinally:\n    j()\n",
        ["m: call f", "m: call i", "m: call g maybe", "m: call h maybe", "m: call j"],
        ("call",),
    ),
    "in a case": (
        "match f():\n    case 1 if g():\n        h()\n    case _:\n        i()\n",
        ["m: call f", "m: call g maybe", "m: call h maybe", "m: call i maybe"],
        ("call",),
    ),
    "in loops": (
        """
for x in f():
    g()
    while h():
        if i():
            j()
    for y in z:
        k()
else:
    l()
""",
        [
            "m: call f",
            "m: call g loop 0",
            "m: call h loop 1",
            "m: call i loop 1",
            "m: call j loop 1 maybe",
            "m: call k loop 2",
            "m: call l",
        ],
        ("call",),
    ),
    "a loop in an arm runs its body every round": (
        "if a:\n    for x in b:\n        f()\n",
        ["m: call f loop 0"],
        ("call",),
    ),
    "a comprehension in an arm, likewise": (
        "if a:\n    [f() for x in b]\n",
        ["m: call f loop 0"],
        ("call",),
    ),
    "in a comprehension": (
        "[f() for x in g() if h() for y in i()]\n",
        ["m: call g", "m: call h loop 0", "m: call i loop 0 maybe", "m: call f loop 1"],
        ("call",),
    ),
    "what is awaited": (
        "async def f():\n    await g(h())\n    await x\n"
        "    async with i() as j: pass\n    async for k in l(): await k()\n",
        [
            "f: call h",
            "f: call g awaited",
            "f: call await",
            "f: call await",
            "f: call i",
            "f: call l",
            "f: call k loop 0 awaited",
            "f: call await loop 0",
        ],
        ("call",),
    ),
    "what is called again and again is there once": (
        "f()[0] += 1\ng().x += 1\n",
        ["m: call f", "m: call g"],
        ("call",),
    ),
    "nothing after the end": (
        "def f():\n    return g()\n    h()\ndef i():\n    raise j()\n    k()\ndef l():\n    while True: n()\n    o()\n",
        ["f: call g", "i: call j", "i: call j()", "l: call n loop 0"],
        ("call",),
    ),
    "a default is evaluated outside": (
        "def f(a=g(), *, b=h()): pass\n(lambda a=i(): j())\n",
        ["m: call g", "m: call h", "m: call i", "<lambda1>: call j"],
        ("call",),
    ),
    "a class body": (
        "class A(f()):\n    x = g()\n    def m(self, y=h()): i()\n",
        ["m: call f", "A: call g", "A: call h", "A.m: call i"],
        ("call",),
    ),
    "annotations call nothing": (
        "x: f() = 1\ndef g(a: h()) -> i(): pass\n",
        [],
        ("call",),
    ),
}


@pytest.mark.parametrize("case", SITES)
def test_call_sites(case: str) -> None:
    source, expected, kinds = SITES[case]
    found = rows(source, *kinds)
    if kinds == ("operator",):
        found = [row.removeprefix("m: operator __").partition("__")[0] for row in found]
    elif not kinds:
        found = [row for row in found if not row.startswith("m: operator")]
    assert found == expected


def test_a_raise_constructs_what_is_a_class() -> None:
    assert rows("def f():\n    raise ValueError\n") == ["f: call ValueError"]


@pytest.mark.parametrize(
    ("source", "places"),
    [
        ("f(\n  x)\n", [(1, 0, 2, 4)]),
        ("a.b()\n", [(1, 0, 1, 3), (1, 0, 1, 5)]),
        ("x = 'äö', f()\n", [(1, 12, 1, 15)]),  # columns count bytes of UTF-8
        ("f() + g()\n", [(1, 0, 1, 3), (1, 6, 1, 9), (1, 0, 1, 9)]),
        ("\ufefff()\n", [(1, 0, 1, 3)]),  # a BOM is no column
    ],
)
def test_positions(source: str, places: list[tuple[int, int, int, int]]) -> None:
    assert list(facts(source).functions[0].positions.sites) == places


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("f(1, 'a', None)", "literal 1, literal 'a', literal None"),
        ("f([1], (2,), {3}, {4: 5}, [x for x in y])", "container, container, container, container, container"),
        ("f(a, a.b, a.b.c)", "name a, attribute a.b, attribute a.b.c"),
        ("f(g(), lambda: 1, a + b, a[0])", "call, lambda, other, other"),
        ("f(*a, **b.c)", "*: name a, **: attribute b.c"),
        ("f(x=1, y=z)", "x: literal 1, y: name z"),
        ("f('" + "a" * 59 + "')", "literal"),  # too long to be quoted
        ("f(0x" + "f" * 5_000 + ")", "literal"),  # too long to be written in decimal at all
    ],
)
def test_arguments(source: str, expected: str) -> None:
    site = next(s for s in facts(source).functions[0].sites if s.text == "f")
    found = [(f"{a.keyword}: " if a.keyword else "") + f"{a.shape} {a.text}".rstrip() for a in site.arguments]
    assert ", ".join(found) == expected


def test_texts_are_short() -> None:
    name = "a" * 500
    function = facts(f"{name}.{name}({name!r}, {name}.x)\n{name}.append(1)\n").functions[0]
    assert max(len(site.text) for site in function.sites if site.kind == "call") <= 80
    assert max(len(a.text) for site in function.sites for a in site.arguments) <= 60
    assert max(len(mutation.target) for mutation in function.mutations) <= 80


# loops


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


# statements


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


# mutations

MUTATIONS = {
    "an attribute of self": ("class A:\n    def m(self):\n        self.x = 1\n", ["attr_write self.x 3"]),
    "an attribute of an attribute": ("def f(a):\n    a.b.c = 1\n", ["attr_write a.b.c 2"]),
    "an attribute that is augmented or deleted": (
        "def f(a):\n    a.n += 1\n    del a.n\n",
        ["attr_write a.n 2", "attr_write a.n 3"],
    ),
    "an attribute in an unpacking, a for and a with": (
        "def f(a):\n    a.b, x = y\n    for a.c in z: pass\n    with z as a.d: pass\n",
        ["attr_write a.b 2", "attr_write a.c 3", "attr_write a.d 4"],
    ),
    "an element of self": ("class A:\n    def m(self):\n        self.x[0] = 1\n", ["container_mutate self.x 3"]),
    "an element of a global": ("x = {}\ndef f():\n    x[1] = 2\n", ["container_mutate m.x 3"]),
    "an element that is deleted": ("def f(a):\n    del a[0]\n", ["container_mutate a 2"]),
    "several targets of one del": ("def f(a):\n    del (a[0], a.b)\n", ["container_mutate a 2", "attr_write a.b 2"]),
    "a method that mutates": (
        "events = []\ndef f(a):\n    events.append(1)\n    a.rows.update(b=2)\n    a.pop()\n",
        ["container_mutate m.events 3", "container_mutate a.rows 4", "container_mutate a 5"],
    ),
    "a container of the function's own": (
        "def f():\n    x = []\n    x.append(1)\n    x[0] = 2\n    del x[0]\n    y = [x.add(z) for z in x]\n",
        [],
    ),
    "a method that only reads": ("def f(a):\n    a.rows.index(1)\n    a.copy()\n    a.get(2)\n", []),
    "a plain local": ("def f(a):\n    b = a\n    b += 1\n", []),
    "a global that is declared": (
        "x = 0\ndef f():\n    global x\n    x.y = 1\n    x.append(2)\n",
        ["attr_write m.x.y 4", "container_mutate m.x 5"],
    ),
    "a module's own": (
        "x = []\nx.append(1)\nx[0] = 2\nx.y = 3\n",
        ["container_mutate m.x 2", "container_mutate m.x 3", "attr_write m.x.y 4"],
    ),
}


@pytest.mark.parametrize("case", MUTATIONS)
def test_mutations(case: str) -> None:
    source, expected = MUTATIONS[case]
    found = [
        f"{row.kind} {row.target} {line}"
        for function in facts(source).functions
        for row, line in zip(function.mutations, function.positions.mutations, strict=True)
    ]
    assert found == expected


def test_a_mutating_call_names_its_site_and_its_object() -> None:
    function = facts("def f(a):\n    for x in y: pass\n    a.append(x)\n    for x in y: a.pop(x)\n").functions[1]
    first, second = function.mutations
    assert (function.sites[first.site].text, first.loop, first.reg) == ("a.append", -1, 0)
    assert (function.sites[second.site].text, second.loop) == ("a.pop", 1)


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


# imports and exports


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


@pytest.mark.parametrize(
    ("source", "exports"),
    [
        ("x = 1", None),
        ("__all__ = ['a', 'b']", ("a", "b")),
        ("__all__ = ('b', 'a')", ("b", "a")),
        ("__all__ = []", ()),
        ("__all__: list[str] = ['a']", ("a",)),
        ("__all__ = ['a']\n__all__ += ['b']", ("a", "b")),
        ("__all__ = ['a']\n__all__ += more", None),
        ("__all__ = names()", None),
    ],
)
def test_exports(source: str, exports: tuple[str, ...] | None) -> None:
    assert facts(source).exports == exports


# hints


@pytest.mark.parametrize(
    ("source", "hints"),
    [
        ("for x in y:  # audit: bound=12\n    pass\n", ((1, "bound", 12),)),
        ("\n#audit:size = 7\n", ((2, "size", 7),)),
        ("# audit: bound=1 # audit: size=2\n", ((1, "bound", 1), (1, "size", 2))),
        ("# audit: bound=-1\n# audit: bound=many\n# audit: bounds=1\n# audit bound=1\n", ()),
        ("# audit: bound=1e9\n# audit: size=" + "9" * 40 + "\n", ()),
    ],
)
def test_hints(source: str, hints: tuple[tuple[int, str, int], ...]) -> None:
    assert facts(source).hints == hints


# newer syntax


@needs_312
def test_type_parameters_and_aliases() -> None:
    source = "def f[T: int](a: T) -> T: return a\nclass C[T](B[T]): pass\ntype A = g()\ntype L[T] = list[T]\n"
    found = facts(source)
    assert [f.name for f in found.functions] == ["", "f", "C"]
    assert written(found.functions[1].params[0].annotation or ()) == "T"


@needs_314
def test_template_strings() -> None:
    assert rows('t"{f()} {g():{h()}}"\n', "call") == ["m: call f", "m: call g", "m: call h"]


# positions stand apart


SHIFTED = '''\
# a comment



"""A docstring."""
import a   # another


@b
def f(x):


    # and one more
    for y in x:

        y.z = g(y)   # here



    return 1



class C:

    z = lambda: 2
'''


def without_places(module: ModuleFacts) -> list[object]:
    """All of its functions but lines and positions."""
    return [(f.name, f.kind, f.parent, f.is_async, f.body[:-1]) for f in module.functions]


def test_blank_lines_and_comments_change_positions_alone() -> None:
    dense = "\n".join(line.partition("#")[0] for line in SHIFTED.splitlines() if line.partition("#")[0].strip())
    one, two = facts(SHIFTED), facts(dense)
    assert one != two
    assert without_places(one) == without_places(two)
    assert one.digests == two.digests
    assert one.outline == two.outline


def test_the_name_of_the_module_enters_where_it_must() -> None:
    one, two = facts(SHIFTED, "a.b"), facts(SHIFTED, "c")
    assert one.functions == two.functions
    assert set(one.digests).isdisjoint(two.digests)


def test_nothing_of_the_reading_is_left() -> None:
    # no collector runs while files are read: what knows itself would stay until the end
    gc.collect()
    gc.disable()
    try:
        found = facts(SHIFTED)
        assert [function.code for function in found.functions]
        assert not [held for held in gc.get_objects() if isinstance(held, Builder | ast.Module)]
    finally:
        gc.enable()
