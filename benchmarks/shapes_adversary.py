"""Shapes by somebody who has read the solver and the counting: what is looked up, compared or gone through twice."""

from __future__ import annotations

from benchmarks.shapes_work import CONFIG, HEAD, IN_F, Shape, module, over, repeated


def many_entries(size: int) -> dict[str, str]:
    """An action with an entry point for each handler, each in a module of its own."""
    count = max(2, size // 75)
    return {
        "pyproject.toml": CONFIG.replace('"m.f"', '"r*.*"'),
        **{
            f"src/r{n}.py": f"from web import app\n@app.get('/a{n}')\ndef g{n}(request): open('x')\n"
            for n in range(count)
        },
        "src/m.py": "def f(): pass\n",
        "src/web.py": "from flask import Flask\napp = Flask('x')\n",
    }


def star_ring(size: int) -> dict[str, str]:
    """Modules that each take all names of the next, the last those of the first; each has a function of its own."""
    count = max(2, size // 60)
    return {
        "pyproject.toml": CONFIG,
        "src/m.py": "from q0 import *\ndef f(): " + "; ".join(f"g{n}()" for n in range(count)) + "\n",
        **{f"src/q{n}.py": f"from q{(n + 1) % count} import *\ndef g{n}(): open('x')\n" for n in range(count)},
    }


def imports_at_the_top(size: int) -> dict[str, str]:
    """Modules with work in their bodies that the first imports, and that one function which nobody reaches uses."""
    count = max(2, size // 110)
    return {
        "pyproject.toml": CONFIG,
        "src/m.py": "".join(f"import q{n}\n" for n in range(count)) + "def f(): pass\n"
        + "".join(f"def h{n}(): q{n}.X\n" for n in range(count)),
        **{f"src/q{n}.py": "import yaml\nX = yaml.safe_load(open('x.yaml'))\n" for n in range(count)},
    }  # fmt: skip


def lazy_modules(size: int) -> dict[str, str]:
    """A package whose `__getattr__` loads what is asked for."""
    count = max(2, size // 75)
    return {
        "pyproject.toml": CONFIG,
        "src/p/__init__.py": "import importlib\ndef __getattr__(name): return importlib.import_module('p.' + name)\n",
        "src/m.py": "import p\n" + IN_F + "".join(f" p.q{n}.go()\n" for n in range(count)),
        **{f"src/p/q{n}.py": "def go(): open('x')\n" for n in range(count)},
    }


def inherited_templates(size: int) -> dict[str, str]:
    """Templates that extend the one before and call its macro, each with a block that calls `super()`."""
    count = max(2, size // 130)
    return {
        "pyproject.toml": CONFIG,
        "src/m.py": "from jinja2 import Environment, FileSystemLoader\n"
        "env = Environment(loader=FileSystemLoader('t'))\n"
        "class C:\n @property\n def a(self): return open('x')\n"
        f"def f(): return env.get_template('t{count - 1}.html').render(x=C())\n",
        "src/t/t0.html": "{% macro m0(x) %}{{ x.a }}{% endmacro %}{% block b %}{{ m0(x) }}{% endblock %}",
        **{
            f"src/t/t{n}.html": f"{{% extends 't{n - 1}.html' %}}{{% from 't{n - 1}.html' import m{n - 1} %}}"
            f"{{% macro m{n}(x) %}}{{{{ m{n - 1}(x) }}}}{{% endmacro %}}"
            f"{{% block b %}}{{{{ super() }}}}{{{{ m{n}(x) }}}}{{% endblock %}}"
            for n in range(1, count)
        },
    }


def shop(models: str, work: str) -> dict[str, str]:
    """A program with models of Django, and what it does with each object of `B`."""
    return {
        "pyproject.toml": CONFIG,
        "src/m.py": "from shop.models import fill\ndef f(): fill()\n",
        "src/shop/__init__.py": "",
        "src/shop/models.py": f"from django.db import models\n{models}def fill():\n for b in B.objects.all():\n{work}",
    }


SHAPES: dict[str, Shape] = {
    "entry points of one action, each a handler": many_entries,
    "star imports in a ring that are all called": star_ring,
    "imports at the top of modules with work": imports_at_the_top,
    "modules that __getattr__ loads": lazy_modules,
    "Jinja2: templates with macros that extend the next": inherited_templates,
    "names of no library behind many globals": repeated(
        "X{n} = 1\n", " u{n}()\n", head="from q import *\n", between=IN_F
    ),
    "diamonds of branches that call the next": repeated(
        "def g{n}(p):\n if p: g{m}(1)\n else: g{m}(2)\n for q in p: g{m}(q)\n open(p)\n", tail="def f(p): g0(p)\n"
    ),
    "diamonds without an end of loops": repeated(
        "def g{n}(p):\n for q{n} in p.a{n}: h{n}(q{n})\n for r{n} in p.b{n}: h{n}(r{n})\n"
        "def h{n}(p):\n open(p)\n if p > {n}: g{m}(p)\n",
        tail="def f(p): g0(p)\n",
    ),
    "descriptors": repeated(
        "class D{n}:\n def __get__(self, o, t): open('x'); return o.b{n}\nclass C{n}:\n a = D{n}()\n",
        " C{n}().a\n",
        between=IN_F,
    ),
    "properties of properties": repeated(
        " @property\n def p{n}(self): return self.p{m}\n", head="class C:\n", tail="def f(): C().p0\n"
    ),
    "pipelines of generators": module(
        lambda size: (
            "def s0(z):\n for y in z: yield open(y)\n"
            + "".join(f"def s{n}(z):\n for y in z: yield y\n" for n in range(1, size // 55))
            + IN_F
            + " z = x\n"
            + "".join(f" z = s{n}(z)\n" for n in range(size // 55))
            + " for y in z: y.read()\n"
        )
    ),
    "fields of a TypedDict": repeated(
        " k{n}: int\n",
        " x['k{n}'].go()\n",
        head="from typing import TypedDict\nclass T(TypedDict):\n",
        between="def f(x: T):\n",
    ),
    "fields of a NamedTuple": repeated(
        " k{n}: int = 0\n",
        " x.k{n}\n",
        head="from typing import NamedTuple\nclass T(NamedTuple):\n",
        between="def f(x: T):\n x = T()\n x._replace(k1=2)\n",
    ),
    "members of an enum that are called": repeated(
        " K{n} = {n}\n",
        " T.K{n}.go()\n",
        head="from enum import Enum\nclass T(Enum):\n def go(self): open('x')\n",
        between=IN_F,
    ),
    "class decorators": repeated(
        "@d\nclass C{n}:\n def go(self): open('x')\n",
        " C{n}().go()\n",
        head="def d(c):\n old = c.go\n def go(self): open('y'); return old(self)\n c.go = go\n return c\n",
        between=IN_F,
    ),
    "metaclasses below one another": module(
        lambda size: (
            "class M0(type):\n def __call__(cls, *a): open('x'); return super().__call__(*a)\n"
            + "".join(
                f"class M{n}(M{n - 1}):\n def __new__(m, *a): return super().__new__(m, *a)\n"
                f"class C{n}(metaclass=M{n}): pass\n"
                for n in range(1, size // 120)
            )
            + IN_F
            + "".join(f" C{n}()\n" for n in range(1, size // 120))
        )
    ),
    "keywords that are handed on": repeated(
        "def g{n}(*a, **k): open('x'); return g{m}(*a, **k, k{n}={n})\n", tail="def f(): g0(a=1)\n"
    ),
    "context variables": repeated(
        "v{n} = ContextVar('v{n}')\ndef s{n}(): v{n}.set(lambda: open('x{n}'))\n",
        " s{n}(); v{n}.get()()\n",
        head="from contextvars import ContextVar\n",
        between=IN_F,
    ),
    "partials that are kept": repeated(
        "p{n} = partial(g, {n})\nq{n} = partial(p{n}, p{n}, {n})\n",
        " q{n}()\n",
        head="from functools import partial\ndef g(*a): open('x')\n",
        between=IN_F,
    ),
    "texts with fields": repeated(" open('{} {a} {0[b]}'.format(x, a=x.c{n}))\n", head=IN_F),
    "one text of many fields": module(
        lambda size: IN_F + " '" + "{} " * (size // 8) + "'.format(" + "x(), " * (size // 8) + ")\n"
    ),
    "texts of SQL": repeated(
        " c.execute('SELECT a, b FROM t{n} WHERE x = ? AND y IN (SELECT z FROM u{n})', (x,))\n",
        head="import sqlite3\n" + IN_F + " c = sqlite3.connect('x')\n",
    ),
    "one text of SQL": module(
        lambda size: (
            "import sqlite3\n"
            + IN_F
            + " sqlite3.connect('x').execute('SELECT a FROM t WHERE "
            + "(x = 1 AND y IN (2)) OR " * (size // 25)
            + "z')\n"
        )
    ),
    "Django models with relations": lambda size: shop(
        "class B(models.Model):\n a = models.IntegerField()\n"
        + "".join(over(size, "class C{n}(models.Model):\n b = models.ForeignKey(B, related_name='c{n}')\n")),
        "".join(f"  for c in b.c{n}.all(): c.b.a\n" for n in range(size // 300)),
    ),
    "fields of a Django model": lambda size: shop(
        "class B(models.Model):\n" + "".join(over(size // 2, " a{n} = models.IntegerField()\n")),
        "".join(over(size // 2, "  b.a{n} = 1; b.save()\n")),
    ),
    "tasks of Celery": repeated(
        "@app.task\ndef g{n}(p): open(p); g{m}.delay(p)\n",
        " g{n}.delay(x)\n",
        head="from celery import Celery\napp = Celery()\n",
        between=IN_F,
    ),
    "pydantic models in one another": repeated(
        "class C{n}(BaseModel):\n a: int\n b: 'C{m} | None' = None\n"
        " @field_validator('a')\n def check(cls, v): open('x'); return v\n",
        " C{n}.model_validate(x).model_dump()\n",
        head="from pydantic import BaseModel, field_validator\n",
        between=IN_F,
    ),
    "finally with returns": repeated(" try:\n  if x == {n}: return open('x')\n finally:\n  open('y{n}')\n", head=IN_F),
    "finally in one another with returns": module(
        lambda size: (
            HEAD
            + "".join(
                f"def g{k}(x):\n"
                + "".join(f"{' ' * (n + 1)}try:\n{' ' * (n + 2)}if x: return open('x')\n" for n in range(18))
                + "".join(f"{' ' * (18 - n)}finally: open('y')\n" for n in range(18))
                for k in range(max(1, size // 1500))
            )
            + IN_F
            + "".join(f" g{k}(x)\n" for k in range(max(1, size // 1500)))
        )
    ),
    "texts of classes that a library is given": repeated(
        "class C{n}:\n 'c{n}'\n def on_a{n}(self): open('x')\n",
        "q.use(C{n}(), 'a{n}')\n",
        head="import q\n",
        tail="def f(): q.run()\n",
    ),
    "emptied in loops": repeated(
        "  if a{n} is None: a{n} = open('x')\n  for w in z: a{n} = None\n", head=IN_F + " for z in x:\n"
    ),
    "threads of one's own": repeated(
        "class T{n}(Thread):\n def run(self): open('x')\n",
        " T{n}().start()\n",
        head="from threading import Thread\n",
        between=IN_F,
    ),
    "caches by key": repeated(
        "D{n} = {}\ndef g{n}(k):\n if k not in D{n}: D{n}[k] = open(k).read()\n return D{n}[k]\n",
        " for z in x: g{n}(z)\n",
        between=IN_F,
    ),
    "queries that are alike": repeated(
        " c.execute('SELECT {n}').fetchall()\n c.execute('SELECT {n}').fetchall()\n",
        head="import sqlite3\n" + IN_F + " c = sqlite3.connect('x')\n",
    ),
    "files that are read again": repeated(
        " v{n} = open('x{n}').read()\n w{n} = json.loads(open('x{n}').read())\n", head=IN_F
    ),
}
"""Shapes by name: the files of a project for a size in bytes."""
