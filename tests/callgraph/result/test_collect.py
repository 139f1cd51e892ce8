"""What a result says of each call: its kind, what is certain of it, and why it stays unresolved."""

from __future__ import annotations

import pytest

from code_path_audit.callgraph.model import EDGE_KINDS, UNRESOLVED_REASONS
from tests.callgraph.solving import edges, solve

REASONS = {
    "getattr": ["getattr(x, y)", "getattr(x, y)()", "getattr(m(), y + '_z')()\ndef m(): pass"],
    "dynamic attribute": ["f.nothing()", "'text'.nothing()", "class C: pass\n    C().nothing()"],
    "unknown receiver": ["x.go()", "x.y.go()", "x[0].go()", "with x: pass\nclass C:\n  def __enter__(self): pass"],
    "unknown callee": ["x()", "x[0]()", "(x or y)()", "x.go()()"],
    "eval/exec": ["eval(x)", "exec(x)", "eval('a' + x)"],
    "dynamic import": ["import importlib\n    importlib.import_module(x)", "__import__(x)"],
    "only possible": ["C(); x.save()\nclass C:\n  def save(self): print(1)"],
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


def test_what_did_not_fit_into_a_variable_is_told_where_it_may_be_called() -> None:
    classes = "".join(f"class C{i}:\n    def go(self): pass\n" for i in range(500))
    table = "".join(f"    table.append(C{i}())\n" for i in range(500))
    body = "    for c in table:\n        c.go()\n        pass_on(c)\n    len(table)\n"
    graph = solve(f"{classes}def pass_on(c):\n    return c.go()\ndef f():\n    table = []\n{table}{body}")
    assert {(row.caller, row.text, row.reason) for row in graph.unresolved} == {
        ("m.f", "c.go", "widened"),
        ("m.pass_on", "c.go", "widened"),
    }


def test_what_is_called_out_of_tuples_that_did_not_fit_is_told() -> None:
    functions = "".join(f"def f{i}(): pass\n" for i in range(90))
    table = "".join(f"    table.append(({i}, f{i}))\n" for i in range(90))
    graph = solve(f"{functions}def f():\n    table = []\n{table}    for number, call in table:\n        call()\n")
    assert [(row.caller, row.text, row.reason) for row in graph.unresolved] == [("m.f", "call", "widened")]


def test_one_row_for_each_call_site_however_many_contexts() -> None:
    graph = solve("def f(x):\n    g(x)\n    g(x.a)\n    g(x[0])\ndef g(y):\n    y.go()\n    y()\n")
    assert [(row.caller, row.text) for row in graph.unresolved] == [("m.g", "y.go"), ("m.g", "y")]


def test_a_call_that_is_known_in_one_context_alone_is_told_as_well() -> None:
    graph = solve("def f(x):\n    g(x)\n    g(h)\ndef g(y):\n    y()\ndef h(): pass\n")
    assert "m.g -> m.h call certain" in edges(graph)
    assert [(row.caller, row.text) for row in graph.unresolved] == [("m.g", "y")]


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
    assert {(e.kind, e.evidence) for e in graph.edges if e.caller == "m.f"} >= {(kind, "certain")}
    assert graph.unresolved == ()


def test_every_kind_has_a_row() -> None:
    assert {*KINDS, "observed"} == {*EDGE_KINDS}


ITERATED = {
    "arguments": "g(*Rows())",
    "what is added to a list": "[].extend(Rows())",
    "a part of a list": "[1][0:1] = Rows()",
    "elements of a list": "[*Rows()]",
    "elements of a set": "{1, *Rows()}",
    "given to a library for its elements": "import itertools; list(itertools.chain.from_iterable([Rows()]))",
}


@pytest.mark.parametrize("name", ITERATED)
def test_what_iterates_is_the_function_in_which_it_stands(name: str) -> None:
    """And not whatever the solver began with: some of it stands at no call site."""
    rows = "class Rows:\n    def __iter__(self): return iter(())\ndef g(*rows): pass\n"
    graph = solve({"m": "import n\ndef h(): pass\n", "n": f"{rows}def f(): {ITERATED[name]}\n"}, "m", "m.h", "n.f")
    assert [edge.caller for edge in graph.edges if edge.callee == "n.Rows.__iter__"] == ["n.f"]


def test_each_call_that_goes_through_the_same_object_iterates() -> None:
    rows = "import tenacity\nclass Rows:\n    def __iter__(self): return iter(())\n"
    graph = solve(f"{rows}def f():\n    r = Rows()\n    tenacity.retry_all(*r)\n    tenacity.retry_all(*r)\n")
    assert len([edge for edge in graph.edges if edge.callee == "m.Rows.__iter__"]) == 2
