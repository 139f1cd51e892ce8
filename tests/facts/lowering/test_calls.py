"""Call sites: what is called, how, in which loop, on which condition, where, and with which arguments."""

from __future__ import annotations

import sys

import pytest

from tests.facts.reading import facts

needs_314 = pytest.mark.skipif(sys.version_info < (3, 14), reason="syntax of Python 3.14")


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


@needs_314
def test_template_strings() -> None:
    assert rows('t"{f()} {g():{h()}}"\n', "call") == ["m: call f", "m: call g", "m: call h"]
