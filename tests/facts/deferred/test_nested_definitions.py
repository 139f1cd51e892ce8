"""Functions with others inside are read late, where it is plain what there is and in what order."""

from __future__ import annotations

import pytest

from code_path_audit.facts.codec import encode, open_facts
from code_path_audit.facts.extract import extract_module

LATE = {
    "lambda": "return sorted(x, key=lambda a: a.b)",
    "lambda in a lambda": "y = lambda a: lambda b: a + b",
    "two lambdas in one statement": "return g(lambda: 1, k=lambda: 2)",
    "two lambdas, the later one read first": "x[lambda: 1] = lambda: 2",
    "lambda with a default": "return lambda a=x: a",
    "lambda in a comprehension": "return [lambda: a for a in x]",
    "lambda in an f-string": "return f'{(lambda: x)()!r}'",
    "lambda in tests": "if x(lambda: 1) and not (lambda: 2):\n        assert (lambda: 3), lambda: 4",
    "lambda behind an if that may return": "if x:\n        return 1\n    return lambda: 2",
    "lambda behind a loop that may break": "for y in x:\n        break\n    return lambda: 2",
    "lambda in each part of a try": (
        "try:\n        a = lambda: 1\n    except x(lambda: 2):\n        b = lambda: 3\n    else:\n"
        "        c = lambda: 4\n    finally:\n        d = lambda: 5"
    ),
    "lambda in a with": "with g(lambda: 1) as x[lambda: 2]:\n        y = lambda: 3",
    "function": "def g(y):\n        return x + y\n    return g",
    "function with a decorator": "@x.y\n    def g():\n        pass\n    return g",
    "functions of one name": "def g():\n        pass\n    def g():\n        pass",
    "async function": "async def g():\n        await x\n    return g",
    "function that changes a variable": "y = 0\n    def g():\n        nonlocal y\n        y += x\n    return g",
    "function in a function in a loop": (
        "for y in x:\n        def g():\n            def h():\n                return y\n            return h\n"
        "        k = lambda: g"
    ),
    "class": "class A(x):\n        z = 1\n        def m(self, k=z):\n            return lambda: self\n    return A",
    "words that define nothing": "return 'lambda', 'class'  # def lambda",
}

AT_ONCE = {
    "behind a return": "return 1\n    return lambda: 2",
    "behind a raise in both branches": "if x:\n        raise x\n    else:\n        return\n    y = lambda: 2",
    "behind an endless loop": "while 1:\n        x()\n    y = lambda: 2",
    "in the else of an endless loop": "while True:\n        pass\n    else:\n        y = lambda: 2",
    "behind a try that returns": "try:\n        return x\n    finally:\n        x()\n    y = lambda: 2",
    "in the else of a try that returns": "try:\n        return x\n    except y: pass\n    else:\n        y = lambda: 2",
    "in an annotation": "y: g(lambda: 1) = x",
    "in a default of a lambda": "return lambda a=lambda: 1: a",
    "in a default of a function": "def g(a=lambda: 1):\n        pass",
    "in a base class": "class A(x(lambda: 1)):\n        pass",
    "in both arms of an if-expression": "return (lambda: 1) if x else (lambda: 2)",
    "in two parts of a comprehension": "return [lambda: a for a in x(lambda: 1)]",
    "in a match": "match x:\n        case 1:\n            y = lambda: 1",
    "only where types are checked": "if TYPE_CHECKING:\n        y = lambda: 1",
    "in what is deleted": "del x[lambda: 1]",
    "with a global": "global y\n    y = lambda: 1",
    "with a global in a function inside": "def g():\n        global y\n        y = 1",
}


def module(body: str) -> bytes:
    """A function with this body, between others."""
    before, after = "def a():\n    return lambda: 0\n\n\n", "\n\n\ndef b():\n    return lambda: 0\n"
    return f"{before}def f(x):\n    {body}{after}".encode()


@pytest.mark.parametrize("name", [*LATE, *AT_ONCE])
def test_what_is_inside(name: str) -> None:
    data = module((LATE | AT_ONCE)[name])
    eager, found = extract_module(data, "m", at_once=True), extract_module(data, "m")
    at = next(index for index, function in enumerate(found.functions) if function.name == "f")
    inner = [index for index, n in enumerate(found.header.names) if n.startswith("f.")]
    opened = open_facts(encode(found))
    assert [found.sources[index] for index in inner] == [b"" if name in LATE else None] * len(inner)
    assert (found.sources[at] is None) == (name in AT_ONCE)
    assert opened.digests == found.digests
    # those inside first: whichever is asked for, all of the text are read
    for index in reversed(range(len(opened.functions))):
        assert opened.functions[index] == eager.functions[index]
    assert found == eager


def test_a_digest_tells_the_numbers_of_what_is_inside() -> None:
    """The code of a function speaks of those inside by their numbers, which may change where its text does not."""
    one = extract_module(b"def f():\n    return lambda: 0\n", "m")
    two = extract_module(b"g = lambda: 1\n\ndef f():\n    return lambda: 0\n", "m")
    assert one.functions[1].code != two.functions[2].code
    assert {*one.digests}.isdisjoint(two.digests)
