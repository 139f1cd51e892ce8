"""Functions, their parameters, what they return by their annotation, and where they are."""

from __future__ import annotations

import sys

import pytest

from tests.facts.reading import facts

needs_312 = pytest.mark.skipif(sys.version_info < (3, 12), reason="syntax of Python 3.12")

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


def test_lines_of_a_function_begin_with_its_decorators() -> None:
    source = "x = 1\n@a\n@b(\n)\ndef f():\n    pass\n\n\nclass C:\n    y = lambda: 1\n"
    assert [(f.name, f.line, f.end_line) for f in facts(source).functions][1:] == [
        ("f", 2, 6),
        ("C", 9, 10),
        ("C.<lambda1>", 10, 10),
    ]


@needs_312
def test_type_parameters_and_aliases() -> None:
    source = "def f[T: int](a: T) -> T: return a\nclass C[T](B[T]): pass\ntype A = g()\ntype L[T] = list[T]\n"
    found = facts(source)
    assert [f.name for f in found.functions] == ["", "f", "C"]
    assert written(found.functions[1].params[0].annotation or ()) == "T"
