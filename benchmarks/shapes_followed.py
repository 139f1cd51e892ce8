"""Shapes of source whose values are followed: guards, wrappers, classes above one another, what libraries run."""

from __future__ import annotations

from benchmarks.shapes_work import CONFIG, IN_F, Shape, module, over, repeated

WRAPPER = """\
import functools
def d{n}(g):
 @functools.wraps(g)
 def w(*a, **k):
  open('x')
  return g(*a, **k)
 return w
"""
"""A decorator whose wrapper pays for something."""

OWN = WRAPPER.replace("{n}", "")


def chained(head: str, line: str, tail: str = "") -> Shape:
    """A line that refers to the one before it, `{p}`; `{n}` is its number."""

    def text(size: int) -> str:
        count = max(2, size // len(line.replace("{n}", "1234").replace("{p}", "1234")))
        lines = (line.replace("{n}", str(n)).replace("{p}", str(n - 1)) for n in range(1, count))
        return head + "".join(lines) + tail.replace("{n}", str(count - 1))

    return module(text)


def late_imports(size: int) -> dict[str, str]:
    """Small modules that functions of the first import when they run."""
    count = max(2, size // 100)
    return {
        "pyproject.toml": CONFIG,
        "src/m.py": "def f():\n" + "".join(f" g{n}()\n" for n in range(count)) + "".join(
            f"def g{n}():\n from q{n} import go\n go()\n" for n in range(count)
        ),
        **{f"src/q{n}.py": "def go(): open('x')\n" for n in range(count)},
    }  # fmt: skip


SHAPES: dict[str, Shape] = {
    "guards that leave": repeated(" if not x.a{n}: return open('x')\n", head=IN_F),
    "guards in called functions": repeated(
        "def g{n}(p):\n if p is None: return\n if not p.ok: return\n open(p)\n", " g{n}(x)\n", between=IN_F
    ),
    "conditions by constants": repeated("K{n} = False\n", " if K{n}: open('x{n}')\n", between=IN_F),
    "constants that callers give": repeated(
        " g({n}, True)\n", head="def g(p, q=False):\n if q: open('x')\n else: p()\n" + IN_F
    ),
    "flags that are handed on": chained(
        "def g0(q): return open('x') if q else None\n",
        "def g{n}(q=False): return g{p}(q) if q else g{p}(True)\n",
        "def f(): g{n}()\n",
    ),
    "functions under one wrapper": repeated("@d\ndef g{n}(x): open('x{n}')\n", " g{n}(x)\n", head=OWN, between=IN_F),
    "functions under three wrappers": repeated(
        "@d1\n@d2\n@d3\ndef g{n}(x): open('x{n}')\n",
        " g{n}(x)\n",
        head="".join(WRAPPER.replace("{n}", str(n)) for n in (1, 2, 3)),
        between=IN_F,
    ),
    "functions under one wrapper that call the next": repeated(
        "@d\ndef g{n}(x): open('x{n}'); g{m}(x)\n", head=OWN, tail="def f(): g0(1)\n"
    ),
    "methods under one wrapper": repeated(
        " @d\n def g{n}(self): open('x{n}')\n", " c.g{n}()\n", head=OWN + "class C:\n", between="def f():\n c = C()\n"
    ),
    "one wrapped function that is called": repeated(" g({n})\n", head=OWN + "@d\ndef g(x): open('x')\n" + IN_F),
    "a wrapper under itself": repeated("@d\n", head=OWN, tail="def g(x): open('x')\ndef f(): g(1)\n"),
    "a wrapper that calls itself": repeated(
        "@d\ndef g{n}(x): open('x{n}')\n",
        " g{n}(x)\n",
        head="def d(g):\n def w(*a):\n  open('x')\n  if a: w()\n  return g(*a)\n return w\n",
        between=IN_F,
    ),
    "decorators with arguments": repeated(
        "@d({n})\ndef g{n}(x): open('x{n}')\n",
        " g{n}(x)\n",
        head="def d(k):\n def outer(g):\n  def w(*a): open(k); return g(*a)\n  return w\n return outer\n",
        between=IN_F,
    ),
    "functions that call one wrapper": repeated(
        "def g{n}(): return run(lambda: open('x{n}'))\n", " g{n}()\n", head="def run(g): return g()\n", between=IN_F
    ),
    "lambdas that are handed round a ring": repeated(
        "def w{n}(g): return w{m}(lambda: g())\n", tail="def f(): w0(lambda: open('x'))\n"
    ),
    "context managers of one's own": repeated(
        "@contextmanager\ndef c{n}():\n open('x')\n yield\n",
        " with c{n}(): x()\n",
        head="from contextlib import contextmanager\n",
        between=IN_F,
    ),
    "narrowing by isinstance": repeated(
        "class C{n}:\n def go(self): open('x')\n", " if not isinstance(x, C{n}): return\n x.go()\n", between=IN_F
    ),
    "one isinstance of many classes": repeated(
        "class C{n}:\n def go(self): open('x')\n", "C{n}, ", between=IN_F + " if isinstance(x, (", tail=")): x.go()\n"
    ),
    "marks by hasattr": repeated(
        "def g{n}(): open('x')\ng{n}.mark = {n}\n",
        "g{n}, ",
        between="ALL = [",
        tail="]\ndef f():\n for g in ALL:\n  if hasattr(g, 'mark'): g()\n",
    ),
    "attributes that are asked for by name": repeated(
        " def go_{n}(self): open('x')\n",
        head="class C:\n def x(self): pass\n",
        tail="def f(x):\n if hasattr(C(), 'go_' + x): getattr(C(), 'go_' + x)()\n",
    ),
    "late imports": late_imports,
    "options of argparse": repeated(
        " p.add_argument('--o{n}', action='store_true')\n",
        " if a.o{n}: open('x{n}')\n",
        head="import argparse\ndef f():\n p = argparse.ArgumentParser()\n",
        between=" a = p.parse_args()\n",
    ),
    "subcommands of argparse": repeated(
        "def g{n}(a): open('x{n}')\n",
        " s.add_parser('c{n}').set_defaults(go=g{n})\n",
        head="import argparse\n",
        between="def f():\n p = argparse.ArgumentParser()\n s = p.add_subparsers()\n",
        tail=" a = p.parse_args()\n a.go(a)\n",
    ),
    "commands of click": repeated(
        "@cli.command()\n@click.option('--a')\ndef g{n}(a): open('x{n}')\n",
        head="import click\n@click.group()\ndef cli(): pass\n",
        tail="def f(): cli()\n",
    ),
    "fixtures of pytest": lambda size: {
        **module(lambda n: "def f(a1): pass\n")(size),
        "pyproject.toml": CONFIG.replace("m.f", "test_m.test_f"),
        "src/test_m.py": "import pytest\n@pytest.fixture\ndef a0(): return open('x')\n"
        + "".join(f"@pytest.fixture\ndef a{n}(a{n - 1}): return open('x')\n" for n in range(1, max(2, size // 55)))
        + f"def test_f(a{max(2, size // 55) - 1}): pass\n",
    },
    "match of one's own classes": repeated(
        "class C{n}:\n def go(self): open('x')\n", "  case C{n}(): x.go()\n", between=IN_F + " match x:\n"
    ),
    "matches one after the other": repeated(" match x:\n  case {n}: open('x')\n  case _: y()\n", head=IN_F),
    "aliases of aliases": chained("def g0(): open('x')\n", "g{n} = g{p}\n", "def f(): g{n}()\n"),
    "types of typing": chained(
        "from typing import Union\nclass T0:\n def go(self): open('x')\n",
        "T{n} = Union[T{p}, int]\n",
        "def f(x: T{n}): x.go()\n",
    ),
    "dicts in a dict": repeated(
        " 'k{n}': {'go': g, 'of': {'a': [g, {n}]}},\n",
        head="def g(): open('x')\nD = {\n",
        tail="}\ndef f(x): D[x]['go'](); D[x]['of']['a'][0]()\n",
    ),
    "elif chains in functions": repeated(
        "def g{n}(p):\n if p == 1: open('a')\n" + "".join(f" elif p == {k}: open('b{k}')\n" for k in range(2, 80)),
        " g{n}(x)\n",
        between=IN_F,
    ),
    "methods that call super": chained(
        "class C0:\n def go(self): open('x')\n",
        "class C{n}(C{p}):\n def go(self): super().go()\n",
        "def f(): C{n}().go()\n",
    ),
    "mixins that call super": repeated(
        "class M{n}(B):\n def go(self): open('x'); super().go()\nclass C{n}(M{n}, B): pass\n",
        " C{n}().go()\n",
        head="class B:\n def go(self): pass\n",
        between=IN_F,
    ),
    "subclasses of one class": repeated(
        "class C{n}(B):\n def part(self): open('x{n}')\n",
        " C{n}().go()\n",
        head="class B:\n def go(self): self.part()\n def part(self): pass\n",
        between=IN_F,
    ),
    "observers": repeated(
        "def g{n}(e): open('x{n}')\n",
        "bus.on(g{n})\n",
        head="class Bus:\n def __init__(self): self.all = []\n def on(self, g): self.all.append(g)\n"
        " def send(self, e):\n  for g in self.all: g(e)\nbus = Bus()\n",
        tail=IN_F + " bus.send(x)\n",
    ),
    "futures": repeated(
        "def g{n}(p): return open(p)\n",
        " v{n} = pool.submit(g{n}, x)\n v{n}.result()\n",
        head="from concurrent.futures import ThreadPoolExecutor\npool = ThreadPoolExecutor()\n",
        between=IN_F,
    ),
    "coroutines that are gathered": repeated(
        "async def g{n}(p): return open(p)\n",
        " g{n}(x),\n",
        head="import asyncio\n",
        between="async " + IN_F + " await asyncio.gather(\n",
        tail=" )\n",
    ),
    "generators of generators": chained(
        "def g0(): yield open('x')\n", "def g{n}(): yield from g{p}()\n", "def f():\n for z in g{n}(): z.read()\n"
    ),
    "data classes that are made": repeated(
        "@dataclass\nclass C{n}:\n a: int = 1\n b: str = ''\n",
        " asdict(C{n}(1, x))\n",
        head="from dataclasses import dataclass, asdict\n",
        between=IN_F,
    ),
    "dispatch by a table": repeated(
        "def g{n}(p): open(p)\n",
        " {n}: g{n},\n",
        between="T = {\n",
        tail="}\ndef f(x): T.get(x, g0)(x); [T[z](z) for z in range(9)]\n",
    ),
    "objects around one another": chained(
        "class M:\n def __init__(self, n=None): self.n = n\n def __call__(self, r):\n  open('x')\n"
        "  return self.n(r) if self.n else r\na0 = M()\n",
        "a{n} = M(a{p})\n",
        "def f(): a{n}(1)\n",
    ),
    "objects of many classes around one another": chained(
        "class M0:\n def __init__(self, n): self.n = n\n def __call__(self, r): open('x')\na0 = M0(None)\n",
        "class M{n}(M0):\n def __call__(self, r): open('x'); return self.n(r)\na{n} = M{n}(a{p})\n",
        "def f(): a{n}(1)\n",
    ),
    "rows of SQLAlchemy": repeated(
        "class T{n}(Base):\n __tablename__ = 't{n}'\n id: Mapped[int] = mapped_column(primary_key=True)\n",
        " s.scalars(select(T{n})).all()\n",
        head="from sqlalchemy import select\nfrom sqlalchemy.orm import *\nclass Base(DeclarativeBase): pass\n",
        between="def f(s: Session):\n",
    ),
    "routes of FastAPI with dependencies": repeated(
        "def d{n}(): open('x')\n@app.get('/a{n}')\ndef g{n}(x=Depends(d{n})): pass\n",
        head="from fastapi import FastAPI, Depends\napp = FastAPI()\n",
        tail="def f():\n from fastapi.testclient import TestClient\n c = TestClient(app)\n c.get('/a0')\n",
    ),
    "dependencies of FastAPI that ask for the next": chained(
        "from fastapi import FastAPI, Depends\napp = FastAPI()\ndef d0(): open('x')\n",
        "def d{n}(x=Depends(d{p})): open('x')\n",
        "@app.get('/')\ndef f(x=Depends(d{n})): pass\n",
    ),
    "guards that raise in a loop that returns": repeated(
        "  if not x.a{n}: raise E\n", head=IN_F + " for z in x:\n", tail="  return open('x')\n"
    ),
    "guards whose flags are lowered behind them": repeated(
        " if not x.a{n}: return 1\n", " x.a{n} = False\n", head=IN_F, between=" open('x')\n"
    ),
    "functions under one long wrapper": module(
        lambda n: (
            "def d(g):\n def w(*a):\n"
            + "".join(over(n // 2, "  open('y{n}')\n"))
            + "  g(*a)\n return w\n"
            + IN_F.join(over(n // 2, "@d\ndef g{n}(x): open('x{n}')\n", " g{n}(x)\n"))
        )
    ),
}
"""Shapes by name: the files of a project for a size in bytes."""
