"""Shapes of source by its syntax: one construct that is long, deep, or there many times."""

from __future__ import annotations

from collections.abc import Callable

from benchmarks.shapes_work import CONFIG, IN_F, Shape, module, over, repeated


def long(head: str, piece: str, tail: str = "") -> Shape:
    """One statement whose pieces follow one another; `{n}` stands for their numbers."""
    return repeated(piece, head=head, tail=tail)


def towers(begin: Callable[[int], str], end: Callable[[int], str], most: int, core: str) -> Shape:
    """Blocks in one another to a depth, and such towers one after the other; each line has its indentation."""

    def text(size: int) -> str:
        down = "".join(f"{' ' * (level + 1)}{begin(level)}\n" for level in range(most))
        up = "".join(f"{' ' * (level + 1)}{end(level)}\n" for level in reversed(range(most)) if end(level))
        tower = f"{down}{' ' * (most + 1)}{core}\n{up}"
        return IN_F + tower * max(1, size // len(tower))

    return module(text)


def brackets(begin: str, end: str, most: int) -> Shape:
    """An expression within itself to a depth, and such expressions one after the other."""
    line = f" y = {begin * most}x{end * most}\n"
    return repeated(line, head=IN_F)


def star_imports(size: int) -> dict[str, str]:
    """Modules that import all of one another, in a ring."""
    count = max(2, size // 60)
    return {
        "pyproject.toml": CONFIG,
        "src/m.py": "from q0 import *\ndef f(): g0(); g1()\n",
        **{f"src/q{n}.py": f"from q{(n + 1) % count} import *\ndef g{n}(): open('x')\n" for n in range(count)},
    }


def routes(request: str) -> Shape:
    """Routes of Flask, and as many requests."""
    return module(
        lambda n: (
            "from flask import Flask\nimport requests\napp = Flask(__name__)\n"
            + "".join(over(n // 2, "@app.route('/a{n}/<b>')\ndef g{n}(): pass\n"))
            + "def f(x):\n client = app.test_client()\n"
            + "".join(over(n // 2, request))
        )
    )


SHAPES: dict[str, Shape] = {
    "finally within finally": towers(lambda _: "try:", lambda n: f"finally: x(y{n})", 18, "return x()"),
    "except within except": towers(lambda _: "try:", lambda n: f"except E{n}: x(y{n})", 18, "x()"),
    "finally within loops": towers(
        lambda n: "while x():" if n % 2 else "try:", lambda n: "" if n % 2 else "finally: x()", 30, "break"
    ),
    "with within with": towers(lambda n: f"with x({n}) as y:", lambda _: "", 60, "return y()"),
    "if within if": towers(lambda n: f"if x({n}):", lambda n: f"else: y({n})", 80, "x()"),
    "while within while": towers(lambda n: f"while x({n}):", lambda n: f"else: y({n})", 60, "break"),
    "conditional expressions in one another": brackets("(x() if y() else ", ")", 60),
    "lambdas in one another": brackets("(lambda x: ", ")", 60),
    "calls in one another": brackets("x(", ")", 60),
    "subscripts in one another": brackets("x[", "]", 60),
    "dicts in one another": brackets("{'a': ", "}", 60),
    "f-strings in one another": repeated(""" y = f"{f'{x()!r:>{y}}'}"\n""", head=IN_F),
    "format specifications": repeated(""" y = f"{x:{y}.{x}}"\n""", head=IN_F),
    "one f-string of text": module(lambda n: IN_F + ' return f"' + "text " * (n // 5) + '{x()}"\n'),
    "strings that are joined": long(IN_F + " return (", "'a{n}' ", ")\n"),
    "base classes": module(
        lambda n: (
            "".join(over(n // 2, "class B{n}: pass\n"))
            + "class C("
            + "".join(f"B{i}, " for i in range(n // 2 // 20))
            + "): pass\ndef f(): C().go()\n"
        )
    ),
    "decorators of many functions": repeated("def d{n}(g): return g\n", "@d{n}\n", tail="def f(): f()\n"),
    "one decorator of many functions": repeated(
        "@d\ndef g{n}(): open('x')\n", head="def d(g):\n def w(): return g()\n return w\n", tail="def f(): g0()\n"
    ),
    "global declarations": module(
        lambda n: (
            IN_F
            + " global "
            + ", ".join(f"v{i}" for i in range(n // 15))
            + "\n"
            + "".join(over(n // 2, " v{n} = x()\n"))
        )
    ),
    "or patterns": long(IN_F + " match x:\n  case 0", " | {n}", ": x()\n"),
    "class patterns": repeated("  case C(a={n}, b=[1, *y]): x(y)\n", head=IN_F + " match x:\n"),
    "mapping patterns": long(IN_F + " match x:\n  case {", "'k{n}': v{n}, ", "}: v0()\n"),
    "targets of one assignment": long(IN_F + " ", "v{n}, ", "= x()\n"),
    "assignments in a row": long(IN_F + " ", "v{n} = ", "x()\n"),
    "walruses": repeated(" (v{n} := x(v{n}))\n", head=IN_F),
    "starred arguments": long(IN_F + " x(", "*y, ", ")\n"),
    "starred keywords": long(IN_F + " x(", "**y, ", ")\n"),
    "keywords of a call": long(IN_F + " x(", "k{n}=y, ", ")\n"),
    "keywords of a function's call": module(
        lambda n: "def g(**k): k['k1']()\ndef f(x=None, y=None): g(" + "".join(over(n, "k{n}=y, ")) + ")\n"
    ),
    "annotations": long("x: '", "dict[str, ", "int'\ndef f(): f()\n"),
    "annotated parameters": module(
        lambda n: (
            "def f("
            + "".join(over(n, "a{n}: 'dict[str, list[C]] | None' = None, "))
            + "): a1.go()\nclass C:\n def go(self): open('x')\n"
        )
    ),
    "a union of many classes": module(
        lambda n: (
            "".join(over(n // 2, "class C{n}:\n def go(self): open('x')\n"))
            + "def f(x: "
            + " | ".join(f"C{i}" for i in range(n // 2 // 40))
            + "): x.go()\n"
        )
    ),
    "type aliases": repeated("T{n} = list['T{m}']\n", tail="def f(x: T0): x[0][0].go()\n"),
    "fields of a dataclass": repeated(
        " a{n}: int = 0\n",
        head="from dataclasses import dataclass\n@dataclass\nclass C:\n",
        tail="def f(): C(1).a0()\n",
    ),
    "members of an enum": repeated(
        " A{n} = {n}\n", head="from enum import Enum\nclass C(Enum):\n", tail="def f(): C.A0()\n"
    ),
    "names in __all__": long("def f(): f()\n__all__ = [", "'n{n}', ", "]\n"),
    "overloads": repeated(
        "@overload\ndef g(x: int) -> int: ...\n",
        head="from typing import overload\n",
        tail="def g(x): open(x)\ndef f(): g(1)\n",
    ),
    "functions of one name": repeated("def g(): open('x{n}')\n", tail="def f(): g()\n"),
    "methods of one name that are likely": repeated(
        "class C{n}:\n def go_there(self): open('x')\n", tail=IN_F + " x.go_there()\n"
    ),
    "calls of likely methods": module(
        lambda n: (
            "".join(over(n // 2, "class C{n}:\n def go_there(self): open('x')\n"))
            + IN_F
            + "".join(over(n // 2, " x.go_there({n})\n"))
        )
    ),
    "functions in a dict": repeated(
        "def g{n}(): open('x')\n", "'k{n}': g{n}, ", between="D = {", tail="}\n" + IN_F + " D[x]()\n"
    ),
    "isinstance arms": repeated(
        "class C{n}:\n def go(self): open('x')\n", " if isinstance(x, C{n}): x.go()\n", between=IN_F
    ),
    "registered implementations": repeated(
        "@g.register\ndef _(x: C{n}): open('x')\n",
        head="from functools import singledispatch\n@singledispatch\ndef g(x): pass\n" + IN_F + " g(x)\n",
    ),
    "partials of partials": repeated(
        " x = partial(x, {n})\n", head="from functools import partial\n" + IN_F, tail=" x()\n"
    ),
    "routes, and requests for each": routes(" requests.get('http://localhost/a{n}/1')\n"),
    "routes, and a test client's requests for each": routes(" client.get('/a{n}/1')\n"),
    "routes, and a test client's requests for none": routes(" client.get('/b{n}/1')\n"),
    "colons of an f-string": module(lambda n: IN_F + " return f'{x}" + ":" * n + "'\n"),
    "a name of underscores": module(lambda n: IN_F + " y = None\n if y is " + "_" * n + ": y = x()\n return y\n"),
    "a chain of methods": module(
        lambda n: "class C:\n def a(self): return self\ndef f(): (C()\n" + "  .a()\n" * min(n // 7, 900) + " )\n"
    ),
    "returns": repeated(" if x == {n}: return open('x')\n", head="def f(): g(1)()\ndef g(x):\n"),
    "yields": repeated(" yield x\n", head="def f():\n for z in g(1): z()\ndef g(x):\n"),
    "slices": repeated(" x[{n}:y] = x[y:{n}]\n", head=IN_F),
    "deletions": repeated(" del x.a{n}, y[{n}]\n", head=IN_F),
    "attributes of self": module(
        lambda n: "def f(): C().go()\nclass C:\n def go(self):\n" + "".join(over(n, "  self.a{n} = self.b{n}()\n"))
    ),
    "paths by name": repeated(" open('/tmp/' + x + 'f{n}.json')\n", head=IN_F),
    "texts that are put together": repeated(" x = x + 'a{n}'\n", head="def f():\n x = ''\n", tail=" open(x)\n"),
    "entries of a dict of texts": repeated(" 'k{n}': 'v{n}',\n", head="D = {\n", tail="}\ndef f(x): open(D[x])\n"),
    "comments that accept": repeated(" # code-path: accept until 2030-01-01: why {n}\n", head=IN_F + " x()\n"),
    "comments that give sizes": repeated(" for z in x: open(z)  # audit: bound=3\n", head=IN_F),
    "functions with a comment that gives sizes": repeated(
        "def g{n}(x):\n for z in x: open(z)  # audit: bound=3\n", " g{n}(x)\n", between=IN_F
    ),
    "star imports in a ring": star_imports,
    "packages in one another": lambda size: {
        **module(lambda _: "def f(): import p.p; p.p()\n")(0),
        **{f"src/{'/'.join(['p'] * (n + 1))}/__init__.py": "from . import p\n" for n in range(min(size // 50, 300))},
    },
    "many small files that are reached": lambda size: {
        **module(lambda _: "import q0\ndef f(): q0.g()\n")(0),
        **{f"src/q{n}.py": f"import q{n + 1}\ndef g(): q{n + 1}.g(); open('x')\n" for n in range(size // 80)},
    },
    "40 actions that each reach all files": lambda size: {
        "pyproject.toml": CONFIG
        + "".join(f'[tool.code-path-audit.actions.b{n}]\nentry_points = ["m.f"]\n' for n in range(39)),
        "src/m.py": "".join(f"import q{n}\n" for n in range(size // 60))
        + "def f():\n"
        + "".join(f" q{n}.g()\n" for n in range(size // 60)),
        **{f"src/q{n}.py": "def g(): open('x')\n" for n in range(size // 60)},
    },
}
"""Shapes by name: the files of a project for a size in bytes."""
