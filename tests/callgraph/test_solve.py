"""A whole solve: its roots, recursion, strange programs, and what holds of every graph.

(The graph of each language feature is a specimen.)
"""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from code_path_audit import pipeline
from code_path_audit.callgraph.model import EDGE_KINDS, EVIDENCE, UNRESOLVED_REASONS, SolvedGraph
from code_path_audit.program.model import Program
from tests.callgraph.solving import edges, program_of, solve

# roots

CLASS = """
class Base:
    def save(self): pass

class Store(Base):
    def __init__(self, path):
        self.reader = Reader()

    def load(self):
        self.reader.read()
        self.save()

    @classmethod
    def make(cls):
        return cls("x").load()

    @staticmethod
    def check():
        helper()

    @property
    def rows(self):
        return self.load()

class Reader:
    def read(self): pass

def helper(): pass
"""


@pytest.mark.parametrize(
    ("root", "expected"),
    [
        ("m.Store.load", ["m.Store.load -> m.Base.save call", "m.Store.load -> m.Reader.read call"]),
        ("m.Store.rows", ["m.Store.load -> m.Base.save call", "m.Store.load -> m.Reader.read call",
                          "m.Store.rows -> m.Store.load call"]),
        ("m.Store.make", ["m.Store.load -> m.Base.save call", "m.Store.load -> m.Reader.read call",
                          "m.Store.make -> m.Store.__init__ construct", "m.Store.make -> m.Store.load call"]),
        ("m.Store.check", ["m.Store.check -> m.helper call"]),
        ("m.Store.__init__", []),
        ("m.helper", []),
    ],
)  # fmt: skip
def test_methods_as_roots(root: str, expected: list[str]) -> None:
    graph = solve(CLASS, root)
    assert sorted({row.removesuffix(" certain").removesuffix(" likely") for row in edges(graph)}) == expected
    assert graph.unresolved == ()
    assert root in graph.functions


def test_a_class_as_a_root_is_constructed() -> None:
    assert "m.Store.__init__" in solve(CLASS, "m.Store").functions


def test_what_constructing_the_receiver_of_a_root_runs_is_no_part_of_the_action() -> None:
    graph = solve("class C:\n    def __init__(self): helper()\n    def go(self): pass\ndef helper(): pass\n", "m.C.go")
    assert graph.functions == ("m.C.go",)


def test_a_root_knows_its_annotations_and_defaults() -> None:
    source = """
def f(a: "A", b=None, *, c=g_default) -> None:
    a.go()
    c()
class A:
    def go(self): pass
"""
    graph = solve("def g_default(): pass\n" + source)
    assert [row.rpartition(" ")[0] for row in edges(graph)] == ["m.f -> m.A.go call", "m.f -> m.g_default call"]


def test_several_roots_are_one_graph() -> None:
    source = "def f(): h()\ndef g(): h()\ndef h(): pass\n"
    assert solve(source, "m.f", "m.g") == solve(source, "m.g", "m.f")
    assert solve(source, "m.f", "m.g").roots == ("m.f", "m.g")


# recursion, code in strings, hostile shapes


def test_recursion() -> None:
    source = "def f(n):\n    g(n)\n    f(n)\ndef g(n):\n    f(n - 1)\n"
    assert edges(solve(source)) == [
        "m.f -> m.g call certain",
        "m.f -> m.f call certain",
        "m.g -> m.f call certain",
    ]


def test_recursion_that_makes_ever_new_values_ends() -> None:
    source = """
def f(x):
    def inner():
        return f(lambda: x)
    return f([x, inner, {1: f}]), inner(), f(C(x)), x()
class C:
    def __init__(self, x):
        self.x = x
        self.next = lambda: C(self)
    def __call__(self):
        return C([self.next, self.x])
"""
    graph = solve(source)
    assert "m.f -> m.f.inner call certain" in edges(graph)
    assert "m.f -> m.C.__call__ call likely" in edges(graph)


@pytest.mark.parametrize(
    "source",
    [
        "class A(A): pass\ndef f(): A()\n",
        "class A(B): pass\nclass B(A): pass\ndef f(): A().go()\n",
        "class X: pass\nclass A(X, object, X): pass\ndef f(): A().go()\n",
        "def f(x): x = x.a = x[x] = x(x)\n",
        "def f(): f.f = f; f.f.f.f()\n",
        "def f(*a, **k): f(*a, *a, **k, **a)\n",
        "def f(a, a): f(a=a, a=a)\n",
        "from m import *\nfrom m import f\nimport m as m\ndef f(): m.m.m.f()\n",
        "x = [x]\nfor x in x: x\ndef f():\n    global x\n    for x in x: x()\n",
        "def f(): return [f() for f in [f]]\n",
        "class C:\n    __getattr__ = __getattribute__ = __call__ = __get__ = property(lambda s: s)\n"
        "def f(): C().x()()\n",
        "class M(type):\n    def __call__(c): return c()\nclass C(metaclass=M): pass\ndef f(): C()\n",
        "@f\ndef f(x): return f\nf()\n",
        "import functools\ndef f():\n    p = functools.partial(f)\n    p = functools.partial(p, p)\n    p()\n",
        "def f():\n    d = {}\n    d[d] = d\n    d.update(d)\n    d.get(d)()\n",
        "def f():\n    d, e = {}, {}\n    d.update(e)\n    e.update(d)\n    d[e] = {**d, **e}\n    d[e]()\n",
        "def f(x=[1]):\n    x[1:] = x\n    x = x[1:][2:]\n    x *= 2\n    x.insert(0, x[:f])\n"
        "    del x[0]\n    f(x[0:3])\n",
        "def f(x=2): return f(x * x - x // 0 + 2 ** x)\n",
        "def f(): super().f(); super(f, f).f(); super(1)\n",
        "def f(): (yield (yield))(); yield from f()\n",
        "def f(x): f'{x}'.strip(); 'a'.join(x); b'x'.decode(); [x].index(x); (1).bit_length(); getattr(f, x + x)()\n",
        "type('X', (), {})()\ndef f(): type('X', (f,), {'a': f})().a()\n",
    ],
)
def test_strange_programs_end(source: str) -> None:
    graph = solve(source)
    assert "m.f" in graph.functions
    consistent(program_of({"m": source}), graph)


# promises of every graph


def consistent(program: Program, graph: SolvedGraph) -> None:
    """What the model promises, whatever the program."""
    everything: tuple[tuple[Any, ...], ...] = (
        graph.roots, graph.functions, graph.edges, graph.externals, graph.unresolved, graph.widened,
    )  # fmt: skip
    for rows in everything:
        assert list(rows) == sorted(set(rows))
    reached = set(graph.functions)
    assert set(graph.roots) <= reached <= program.functions.keys()
    for edge in graph.edges:
        assert {edge.caller, edge.callee} <= reached
        assert edge.kind in EDGE_KINDS and edge.evidence in EVIDENCE
        assert 0 <= edge.site < len(program.facts(edge.caller).sites)
    for call in graph.externals:
        assert call.kind in EDGE_KINDS and call.evidence in EVIDENCE
        assert call.callee and call.callee not in program.functions
        key = (call.caller, call.site)
        assert len(graph.arguments[key]) == len(program.facts(call.caller).sites[call.site].arguments)
    for row in graph.unresolved:
        assert row.reason in UNRESOLVED_REASONS
        assert 0 <= row.site < len(program.facts(row.caller).sites)
    for name in graph.functions:
        for loop in range(len(program.facts(name).loops)):
            bound = graph.bounds[name, loop]
            assert (bound.count is None) == (bound.source == "unknown")
            assert bound.count is None or bound.count >= 0


SHOP = {
    "shop.__init__": "from .cart import Cart\nfrom . import store\n",
    "shop.cart": """
from shop import store, plugins
class Cart:
    def __init__(self, rows=()):
        self.rows = list(rows)
        self.hooks = [plugins.REGISTRY[name] for name in plugins.REGISTRY]
    def save(self):
        for hook in self.hooks: hook(self)
        return store.write({"rows": self.rows})
    def __add__(self, other): return Cart(self.rows + other.rows)
""",
    "shop.store": """
import json
from pathlib import Path
def write(value, to=Path("x.json")):
    with to.open("w") as file: json.dump(value, file)
def read(name): return json.loads(Path(name).read_text())
""",
    "shop.plugins": """
REGISTRY = {}
def register(f):
    REGISTRY[f.__name__] = f
    return f
@register
def audit(cart): return [len(r) for r in cart.rows]
@register
def trim(cart): cart.rows.sort(key=lambda row: row.price())
class Row:
    def price(self): return getattr(self, "price_" + self.kind)()
    def price_a(self): pass
    def price_b(self): return self.price_a()
""",
    "app": """
from shop import Cart, store
from shop.plugins import Row
def main(names):
    cart = Cart(store.read(n) for n in names) + Cart([Row()])
    while names: cart.save()
    return cart
def other(x): return x.save(), x.price(), main(x)
""",
}


@given(st.randoms(use_true_random=False))
@settings(max_examples=4)
def test_the_order_of_files_says_nothing(order: random.Random) -> None:
    roots = ["app.main", "app.other", "shop.plugins"]
    expected = pipeline.solve(program_of(SHOP), tuple(roots))
    order.shuffle(roots)
    assert pipeline.solve(program_of(SHOP, order), tuple(roots)) == expected


def test_the_promises_hold() -> None:
    program = program_of(SHOP)
    graph = pipeline.callgraph(program)
    consistent(program, graph)
    assert set(graph.functions) == set(program.functions)


def test_a_file_that_nothing_reaches_changes_nothing() -> None:
    more = {**SHOP, "aaa": "def save(self): pass\nclass Z:\n    def price(self): pass\n", "zzz": "import app\n"}
    roots = ("app.main",)
    assert pipeline.solve(program_of(more), roots) == pipeline.solve(program_of(SHOP), roots)


def test_comments_and_blank_lines_change_nothing() -> None:
    spaced = {name: text.replace("\n", "\n\n# a comment\n\n") for name, text in SHOP.items() if name != "app"}
    roots = ("app.main",)
    assert pipeline.solve(program_of({**SHOP, **spaced}), roots) == pipeline.solve(program_of(SHOP), roots)
