"""What the solver says beyond single features: reasons, kinds, confidence, imports, roots, caps, order.

(The graph of each language feature is a specimen.) A hundred solves: some ten seconds.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from code_path_audit import pipeline
from code_path_audit.callgraph.model import CONFIDENCES, EDGE_KINDS, UNRESOLVED_REASONS, SolvedGraph
from code_path_audit.program.model import Program
from code_path_audit.sources.model import SourceFile, SourceTree


def program_of(modules: Mapping[str, str], order: random.Random | None = None) -> Program:
    """A program of module texts; a name that ends in `.__init__` is a package."""
    files = []
    for name, text in modules.items():
        is_package = name.endswith(".__init__")
        path = name.replace(".", "/") + ".py"
        files.append(SourceFile(path, name.removesuffix(".__init__"), is_package, "", text.encode()))
    if order is not None:
        order.shuffle(files)
    program = pipeline.program_of(SourceTree(tuple(files), ()))
    assert not program.skipped
    return program


def solve(modules: Mapping[str, str] | str, *roots: str, imports: bool = False) -> SolvedGraph:
    found = program_of({"m": modules} if isinstance(modules, str) else modules)
    return pipeline.solve(found, roots or ("m.f",), imports)


def edges(graph: SolvedGraph) -> list[str]:
    return [f"{e.caller} -> {e.callee} {e.kind} {e.confidence}" for e in graph.edges]


# what stays unresolved

REASONS = {
    "getattr": ["getattr(x, y)", "getattr(x, y)()", "getattr(m(), y + '_z')()\ndef m(): pass"],
    "dynamic attribute": ["f.nothing()", "'text'.nothing()", "class C: pass\n    C().nothing()"],
    "unknown receiver": ["x.go()", "x.y.go()", "x[0].go()"],
    "unknown callee": ["x()", "x[0]()", "(x or y)()", "x.go()()"],
    "eval/exec": ["eval(x)", "exec(x)", "eval('a' + x)"],
    "dynamic import": ["import importlib\n    importlib.import_module(x)", "__import__(x)"],
    "undefined name": ["nowhere()", "nowhere(x)(y)"],
}


@pytest.mark.parametrize(("reason", "body"), [(reason, body) for reason, rows in REASONS.items() for body in rows])
def test_reasons(reason: str, body: str) -> None:
    lines = body.split("\n    ")
    graph = solve("def f(x, y):\n    " + "\n    ".join(lines) + "\n")
    assert reason in {row.reason for row in graph.unresolved}


def test_every_reason_has_a_row() -> None:
    assert {*REASONS, "widened"} == {*UNRESOLVED_REASONS}


@pytest.mark.parametrize(
    "body",
    [
        "print(x)",
        "len(x)",
        "x + y",  # operators of unknown values are not calls as written
        "for z in x: pass",
        "with x: pass",
        "int('1').bit_length()",
        "import json; json.loads(x)",
        "import numpy; numpy.array(x).sum().real()",  # a library without stubs: outside, not unknown
        "getattr(f, 'x', None)",
        "[].append(x)",
        "import importlib; importlib.import_module('json').loads(x)",
        "eval('f(1, 2)')",
        "raise x",
        "super",
        "lambda: x()",  # is not called
        "return\n    x()",
    ],
)
def test_what_is_no_unresolved_call(body: str) -> None:
    assert solve(f"def f(x, y):\n    {body}\n").unresolved == ()


def test_one_row_for_each_call_site_however_many_contexts() -> None:
    graph = solve("def f(x):\n    g(x)\n    g(x.a)\n    g(x[0])\ndef g(y):\n    y.go()\n    y()\n")
    assert [(row.caller, row.text) for row in graph.unresolved] == [("m.g", "y.go"), ("m.g", "y")]


def test_a_call_that_is_known_in_one_context_is_known() -> None:
    graph = solve("def f(x):\n    g(x)\n    g(h)\ndef g(y):\n    y()\ndef h(): pass\n")
    assert "m.g -> m.h call exact" in edges(graph)
    assert graph.unresolved == ()


# kinds and confidence

KINDS = {
    "call": "def f():\n    g()\ndef g(): pass\n",
    "construct": "def f():\n    C()\nclass C:\n    def __init__(self): pass\n",
    "property": "def f():\n    C().p\nclass C:\n    @property\n    def p(self): pass\n",
    "context": "def f():\n    with C(): pass\n"
    "class C:\n    def __enter__(self): pass\n    def __exit__(self, *a): pass\n",
    "iterate": "def f():\n    for x in C(): pass\nclass C:\n    def __iter__(self): return iter(())\n",
    "operator": "def f():\n    C() + 1\nclass C:\n    def __add__(self, x): pass\n",
    "decorator": "def f():\n    @g\n    def h(): pass\ndef g(x): return x\n",
    "callback": "def f():\n    sorted([1], key=g)\ndef g(x): return x\n",
    "import": "def f():\n    import other\n",
}


@pytest.mark.parametrize("kind", KINDS)
def test_kinds(kind: str) -> None:
    graph = solve({"m": KINDS[kind], "other": "x = 1\n"})
    assert {(e.kind, e.confidence) for e in graph.edges if e.caller == "m.f"} >= {(kind, "exact")}
    assert graph.unresolved == ()


def test_every_kind_has_a_row() -> None:
    assert {*KINDS, "observed"} == {*EDGE_KINDS}


def test_an_unknown_receiver_is_inferred_from_what_was_constructed() -> None:
    graph = solve("def f(x):\n    C()\n    x.very_special(1)\nclass C:\n    def very_special(self, a): pass\n")
    assert "m.f -> m.C.very_special call inferred" in edges(graph)


@pytest.mark.parametrize(
    "method",
    ["def very_special(self): pass", "def very_special(self, a, b): pass", "def other(self, a): pass"],
)
def test_but_not_against_its_name_or_arity(method: str) -> None:
    graph = solve(f"def f(x):\n    C()\n    x.very_special(1)\nclass C:\n    {method}\n")
    assert edges(graph) == []
    assert [row.reason for row in graph.unresolved] == ["unknown receiver"]


def test_nor_from_a_class_that_nothing_constructs() -> None:
    graph = solve("def f(x):\n    x.very_special(1)\nclass C:\n    def very_special(self, a): pass\n")
    assert edges(graph) == []


# imports

IMPORTS = {
    "m": "import early\n\ndef f():\n    import late\n    late.go()\n    early.go()\n",
    "early": "import earlier\n\ndef go(): pass\n\ndef at_import(): pass\n\nat_import()\n",
    "earlier": "import late_too\n",
    "late": "import late_too, later\n\ndef go(): pass\n\ndef at_import(): pass\n\nat_import()\n",
    "later": "def at_import(): pass\n\nat_import()\n",
    "late_too": "x = 1\n",
}


def test_a_late_import_belongs_to_the_action_and_an_early_one_does_not() -> None:
    graph = solve(IMPORTS)
    assert sorted(edges(graph)) == [
        "late -> late.at_import call exact",
        "late -> later import exact",
        "later -> later.at_import call exact",
        "m.f -> early.go call exact",
        "m.f -> late import exact",
        "m.f -> late.go call exact",
    ]
    assert graph.functions == (
        "early.go", "late", "late.at_import", "late.go", "later", "later.at_import", "m.f",
    )  # fmt: skip


def test_an_action_may_ask_for_all_imports() -> None:
    graph = solve(IMPORTS, imports=True)
    assert {"m", "early", "early.at_import", "earlier", "late_too"} <= set(graph.functions)
    assert "m -> early import exact" in edges(graph)
    assert "early -> early.at_import call exact" in edges(graph)


def test_a_module_as_a_root_runs_its_body() -> None:
    modules = {"m": "import a\na.go()\n", "a": "def go(): pass\ngo()\n"}
    assert edges(solve(modules, "m")) == ["m -> a.go call exact"]
    assert edges(solve(modules, "m", imports=True)) == [
        "a -> a.go call exact",
        "m -> a import exact",
        "m -> a.go call exact",
    ]


def test_a_package_is_imported_before_its_module() -> None:
    modules = {
        "m": "def f():\n    from p.q import go\n    go()\n",
        "p.__init__": "def setup(): pass\nsetup()\n",
        "p.q": "def go(): pass\n",
    }
    assert edges(solve(modules)) == [
        "m.f -> p import exact",
        "m.f -> p.q import exact",
        "m.f -> p.q.go call exact",
        "p -> p.setup call exact",
    ]


def test_modules_that_import_each_other() -> None:
    modules = {
        "m": "def f():\n    import a\n    a.go()\n",
        "a": "import b\ndef go(): b.go()\n",
        "b": "import a\ndef go(): a.go()\n",
    }
    assert "b.go -> a.go call exact" in edges(solve(modules))


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
    assert sorted({row.removesuffix(" exact").removesuffix(" inferred") for row in edges(graph)}) == expected
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
        "m.f -> m.g call exact",
        "m.f -> m.f call exact",
        "m.g -> m.f call exact",
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
    assert "m.f -> m.f.inner call exact" in edges(graph)
    assert "m.f -> m.C.__call__ call exact" in edges(graph)


def test_code_in_a_constant() -> None:
    assert "m.f -> m.g call exact" in edges(solve("def f():\n    eval('g(1)')\ndef g(x): pass\n"))
    assert "m.f -> m.g call exact" in edges(solve("def f():\n    exec('x = 1\\ng(x)')\ndef g(x): pass\n"))


@pytest.mark.parametrize("code", ["'('", "'a\\0b'", "'(' * 5", "''", "'import nowhere'", "'eval(\"eval(1)\")'"])
def test_code_in_a_constant_that_is_no_code(code: str) -> None:
    graph = solve(f"def f():\n    eval({code})\n    g()\ndef g(): pass\n")
    assert "m.f -> m.g call exact" in edges(graph)


def test_code_that_evaluates_itself_ends() -> None:
    source = "CODE = 'exec(CODE)'\ndef f():\n    exec(CODE)\n    g()\ndef g(): pass\n"
    assert "m.f -> m.g call exact" in edges(solve(source))


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


def test_a_long_chain_of_dicts_that_update_one_another() -> None:
    count = 1200
    source = "def g(): pass\ndef key(x): return 'a'\ndef f():\n"
    source += "".join(f"    d{i} = {{}}\n" for i in range(count))
    source += "".join(f"    d{i}.update(d{i - 1})\n" for i in range(1, count))
    source += f"    d0[key(key(key(1)))] = g\n    d{count - 1}['a']()\n"
    assert "m.f -> m.g call exact" in edges(solve(source))


def test_parts_of_a_long_list() -> None:
    """More parts than are told apart: each may be all of it, so none is missed."""
    source = "def a(): pass\ndef b(): pass\ndef f():\n    x = [a, b]\n"
    source += "".join(f"    x[{i}:][0]()\n" for i in range(40))
    source += "    y = [a, b]\n    y[1:][0]()\n"
    graph = solve(source)
    assert "m.f -> m.b call exact" in edges(graph)
    sites = [e.site for e in graph.edges if e.callee == "m.a"]
    assert 1 < len(sites) < 40


def test_caps_are_reported() -> None:
    """Very many functions in one variable: the solver may give up, but never silently."""
    count = 600
    source = "".join(f"def g{i}(x): return x\n" for i in range(count))
    source += "def f(x):\n" + "".join(f"    if x == {i}: h = g{i}\n" for i in range(count)) + "    return h(h)(h)\n"
    graph = solve(source)
    called = {e.callee for e in graph.edges if e.caller == "m.f"}
    assert len(called) == count or graph.widened


CHAIN = "".join(f"class C{i}(C{i - 1}): pass\n" for i in range(1, 70))
CAPS = {
    "classes in a resolution order": f"class C0:\n    def m(self): pass\n{CHAIN}def f():\n    C69().m()\n",
    "classes below a declared one": (
        "class C0:\n    def m(self): pass\n"
        + "".join(f"class D{i}(C0): pass\n" for i in range(60))
        + "def f(x: C0):\n    x.m()\n"
    ),
    "contexts of one function": (
        "def g(h):\n"
        + "    str(h)\n" * 20
        + "    return h\n"
        + "".join(f"def h{i}(): pass\n" for i in range(60))
        + "def f():\n"
        + "".join(f"    g(h{i})()\n" for i in range(60))
    ),
}


@pytest.mark.parametrize("cap", CAPS)
def test_a_cap_is_reported(cap: str) -> None:
    assert any(note.startswith(cap) for note in solve(CAPS[cap]).widened)


def test_a_full_variable_is_named() -> None:
    functions = "".join(f"def h{i}(): pass\n" for i in range(500))
    table = "".join(f"    table.append(h{i})\n" for i in range(500))
    graph = solve(f"{functions}def f():\n    table = []\n{table}    for g in table:\n        g()\n")
    assert [note for note in graph.widened if note.startswith("values")] == [
        "values of one variable: elements of a list in m.f"
    ]


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
        assert edge.kind in EDGE_KINDS and edge.confidence in CONFIDENCES
        assert 0 <= edge.site < len(program.facts(edge.caller).sites)
    for call in graph.externals:
        assert call.kind in EDGE_KINDS and call.confidence in CONFIDENCES
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
