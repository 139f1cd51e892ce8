"""Functions that are told apart by what they lead to: which call sites lead to which of what they call."""

from __future__ import annotations

import random

import pytest

from code_path_audit import pipeline
from code_path_audit.callgraph.model import SolvedGraph
from tests.callgraph.solving import program_of, solve

WRAPPED = """
def logged(f):
    def inner(*args): return f(*args)
    return inner
@logged
def one(): pass
@logged
def two(): pass
"""

# a program, and its edges by context: "caller context -> callee context", those that are certain in it marked
ROWS: dict[str, tuple[str, list[str]]] = {
    "a wrapper of two functions": (
        f"{WRAPPED}\ndef f(): one(); two()",
        ["f -> logged.inner 1", "f -> logged.inner 2", "logged.inner 1 -> one !", "logged.inner 2 -> two !"],
    ),
    "a call that leads to either asks for none": (f"{WRAPPED}\ndef f(x): (one if x else two)()", []),
    "one function alone has one context": (f"{WRAPPED}\ndef f(): one(); one()", []),
    "a function that hands on": (
        "def call(g): return run(g)\ndef run(g): return g()\ndef a(): pass\ndef b(): pass\ndef f(): call(a); call(b)",
        [
            "call 1 -> run 1", "call 2 -> run 2", "f -> call 1", "f -> call 2", "run 1 -> a !", "run 2 -> b !",
        ],
    ),
    "contexts that lead to the same are one": (
        "def call(g): return other()\ndef other(): pass\ndef a(): pass\ndef b(): pass\ndef f(): call(a); call(b)", [],
    ),
    "what is not known in one context is certain in none": (
        "def call(g): return g()\ndef a(): pass\ndef b(): pass\ndef f(x): call(a); call(b); call(x)",
        ["call 2 -> a", "call 3 -> b", "f -> call 1", "f -> call 2", "f -> call 3"],
    ),
}  # fmt: skip


def told(graph: SolvedGraph) -> list[str]:
    return [
        f"{_named(caller, one)} -> {_named(callee, other)}{' !' * (key in graph.certain_in_context)}"
        for key, pairs in graph.contexts.items()
        for caller, _, callee, _ in (key,)
        for one, other in pairs
    ]


def _named(function: str, context: int) -> str:
    return function.removeprefix("m.") + (f" {context}" if context else "")


@pytest.mark.parametrize("name", ROWS)
def test_contexts(name: str) -> None:
    source, edges = ROWS[name]
    assert sorted(told(solve(source))) == edges


def test_as_many_are_told_apart_as_the_solver_keeps_apart() -> None:
    functions = "".join(f"@logged\ndef g{number}(): pass\n" for number in range(50))
    calls = "".join(f"    g{number}()\n" for number in range(50))
    graph = solve(f"{WRAPPED}{functions}def f():\n{calls}")
    assert [len(pairs) for pairs in graph.contexts.values()] == [1] * 100
    assert len({pairs for key, pairs in graph.contexts.items() if key[0] == "m.f"}) == 50


def test_the_order_of_files_changes_nothing() -> None:
    modules = {"w": WRAPPED, "m": "import w\ndef f(): w.two(); w.one()", "n": "import m, w\ndef g(): w.one()"}
    found = [pipeline.solve(program_of(modules, random.Random(seed)), ("m.f", "n.g")) for seed in range(3)]
    assert len({str((graph.contexts, graph.certain_in_context)) for graph in found}) == 1
