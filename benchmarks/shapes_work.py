"""Shapes of source that pays for something: what is counted, compared and proposed grows with operations, not lines."""

from __future__ import annotations

from collections.abc import Callable, Mapping

CONFIG = '[tool.code-path-audit]\nsource = ["src"]\n[tool.code-path-audit.actions.a]\nentry_points = ["m.f"]\n'

Shape = Callable[[int], Mapping[str, str]]

HEAD = "import json, copy, requests\nfrom functools import cache\n"
IN_F = "def f(x=None, y=None):\n"


def over(size: int, *lines: str) -> list[str]:
    """Each line over and over, `{n}` its number and `{m}` the next: about so many bytes of all of them."""
    count = max(1, size // sum(len(line.replace("{n}", "12345").replace("{m}", "12345")) for line in lines))
    return [
        "".join(line.replace("{n}", str(n)).replace("{m}", str((n + 1) % count)) for n in range(count))
        for line in lines
    ]


def module(text: Callable[[int], str]) -> Shape:
    """A module of about so many bytes."""
    return lambda size: {"pyproject.toml": CONFIG, "src/m.py": HEAD + text(size)}


def repeated(*lines: str, head: str = "", between: str = "", tail: str = "") -> Shape:
    """A module in which one line after the other stands over and over, with something between the kinds of lines."""
    return module(lambda size: head + between.join(over(size, *lines)) + tail)


def all_by_all(size: int) -> str:
    """Functions of which each calls each."""
    count = max(2, int((size / 5) ** 0.5))
    body = "".join(f" g{n}()\n" for n in range(count))
    return "def f(): g0()\n" + "".join(f"def g{n}():\n open('x')\n{body}" for n in range(count))


SHAPES: dict[str, Shape] = {
    "ops on other inputs": repeated(" open('x{n}').read()\n", head=IN_F),
    "ops on one input": repeated(" open('x').read()\n", head=IN_F),
    "ops on what is given": repeated(" open(x).read()\n", head=IN_F),
    "ops whose result is used": repeated(" v{n} = json.loads(x.a{n})\n", head=IN_F),
    "ops in loops": repeated(" for z in x: open(z).read()\n", head=IN_F),
    "ops in branches": repeated(" if x == {n}: open('x{n}').read()\n", head=IN_F),
    "ops in with": repeated(" with open('x{n}') as z: z.read()\n", head=IN_F),
    "requests": repeated(" requests.get('u{n}')\n", head=IN_F),
    "requests by new sessions": repeated(" for z in x: requests.Session().get(z)\n", head=IN_F),
    "deep copies": repeated(" y = copy.deepcopy(y)\n", head=IN_F),
    "writes of files": repeated(" open('x{n}', 'w').write(x)\n", head=IN_F),
    "attributes that are written": repeated(" x.a{n} = y\n", head="def f(x, y):\n x = C()\n", tail="class C: pass\n"),
    "additions to a list": repeated(" x.append({n})\n", head="def f():\n x = []\n"),
    "globals that are written": repeated(" global a{n}; a{n} = x\n", head=IN_F),
    "functions with an op": repeated("def g{n}(p): return open(p).read()\n", " g{n}(x)\n", between=IN_F),
    "calls of one function with an op": repeated(" g(x)\n", head="def g(p): return open(p).read()\n" + IN_F),
    "calls of one function with other arguments": repeated(
        " g('x{n}')\n", head="def g(p): return open(p).read()\n" + IN_F
    ),
    "calls of a function with many ops": repeated(
        " open(p + '{n}').read()\n", " g(x)\n", head="def g(p):\n", between=IN_F
    ),
    "functions that call the next, with ops": repeated(
        "def g{n}(p): return open(p).read() + g{m}(p)\n", head="def f(p): g0(p)\n"
    ),
    "functions that call the next twice": repeated(
        "def g{n}(p): open(p); g{m}(p); g{m}(p)\n", head="def f(p): g0(p)\n"
    ),
    "functions that call the next in loops": repeated(
        "def g{n}(p):\n for q in p: g{m}(q); open(q)\n", head="def f(p): g0(p)\n"
    ),
    "functions of which each calls each": module(all_by_all),
    "functions that are kept": repeated("@cache\ndef g{n}(p): return open(p).read()\n", " g{n}(x)\n", between=IN_F),
    "globals that are filled once": repeated(
        "X{n} = None\ndef g{n}():\n global X{n}\n if X{n} is None: X{n} = open('x').read()\n return X{n}\n",
        " g{n}()\n",
        between=IN_F,
    ),
    "handlers by name": repeated(
        "def g{n}(p): return open(p).read()\n", "D['k{n}'] = g{n}\n", head="D = {}\n" + IN_F + " D[x](y)\n"
    ),
    "subclasses with an op": repeated(
        "class C{n}(B):\n def go(self): open('x')\n",
        "C{n}(), ",
        head="class B:\n def go(self): pass\n",
        between="X = [",
        tail="]\ndef f():\n for x in X: x.go()\n",
    ),
    "methods of one object": repeated(
        " def m{n}(self): return open(self.p)\n", " c.m{n}()\n", head="class C:\n", between="def f():\n c = C()\n"
    ),
    "results that are handed on": repeated(" x = g(x)\n", head="def g(p): return open(p).read()\n" + IN_F),
    "results of which each is read": repeated(
        " v{n} = g(x)\n", " v{n}.strip()\n", head="def g(p): return open(p).read()\n" + IN_F
    ),
    "loops in one another": module(
        lambda size: (
            IN_F
            + "".join(
                "".join(f"{' ' * level} for z{level} in x:\n" for level in range(15)) + " " * 17 + "open(z3)\n"
                for _ in range(max(1, size // 400))
            )
        )
    ),
    "coroutines": repeated(" await g(x)\n", head="async def g(p): return open(p).read()\nasync " + IN_F),
    "generators": repeated("def g{n}(p): yield open(p)\n", " for z in g{n}(x): z.read()\n", between=IN_F),
    "callbacks of a library": repeated(" q.add(lambda: open('x{n}'))\n", head="import q\n" + IN_F),
    "comprehensions": repeated(" [open(z) for z in x]\n", head=IN_F),
    "properties": repeated(
        " @property\n def m{n}(self): return open(self.p)\n",
        " c.m{n}\n",
        head="class C:\n",
        between="def f():\n c = C()\n",
    ),
}
"""Shapes by name: the files of a project for a size in bytes."""
