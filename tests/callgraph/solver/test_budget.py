"""Solving ends, whatever there is to solve: the budget of steps, what it gives up, and what may not recurse.

Steps are counted, so all of this is exact: no clock is read.
"""

from __future__ import annotations

from functools import partial

import pytest

from benchmarks.hostile import HOSTILE
from code_path_audit import pipeline
from code_path_audit.callgraph.model import Evidence, ObservedCall, SolvedGraph
from code_path_audit.callgraph.solve import solve as solve_graph
from code_path_audit.callgraph.solver.budget import Budget, Level
from code_path_audit.program.model import Program
from code_path_audit.program.stubs.queries import PARSED
from code_path_audit.sources.model import SourceFile, SourceTree

VALUES = "values still to be followed, past the budget of steps"
POSSIBLE = Evidence.POSSIBLE
GUESSES = "guesses at keys, names and results, past their budget of steps"
LEVELS = "values and contexts, for so large a program"

ENDLESS = Budget(4_000, (), 10**12, 0, 10**12)


def program_of(text: str) -> Program:
    program = pipeline.program_of(SourceTree((SourceFile("m.py", "m", False, "", text.encode()),), ()))
    assert not program.skipped
    return program


def solve(text: str, budget: Budget, *observed: ObservedCall) -> SolvedGraph:
    return solve_graph(program_of(text), ("m.main",), PARSED, observed=observed, budget=budget)


def edges(graph: SolvedGraph) -> set[tuple[str, str]]:
    return {(edge.caller, edge.callee) for edge in graph.edges}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_program_without_an_end_ends(name: str) -> None:
    """With a small part of the budget: less is found, always the same, and the result says so."""
    text = HOSTILE[name](12)
    graphs = [
        solve(text, Budget(4_000, (Level(steps, 8, 2),), 2 * steps, 0, 3 * steps)) for steps in (500, 500, 100_000)
    ]
    assert graphs[0] == graphs[1]
    assert graphs[0].edges == graphs[2].edges or {VALUES, GUESSES, LEVELS} & {*graphs[0].widened}
    assert set(graphs[0].functions) <= set(graphs[2].functions)


def test_who_hears_how_far_it_is_changes_nothing() -> None:
    """Levels, guesses and the end come as they come without anybody listening."""
    for name in HOSTILE:
        program = program_of(HOSTILE[name](12))
        for steps in (500, 30_000, 100_000):
            budget = Budget(4, (Level(steps, 8, 2),), 2 * steps, 10, 3 * steps)
            heard: list[tuple[int, int]] = []
            silent = solve_graph(program, ("m.main",), PARSED, budget=budget)
            assert solve_graph(program, ("m.main",), PARSED, budget=budget, told=partial(_hear, heard)) == silent
            assert heard == sorted(heard)
            assert len(heard) > 1


def _hear(heard: list[tuple[int, int]], functions: int, steps: int) -> None:
    heard.append((functions, steps))


LINEAR = {
    "nesting": 240,
    "objects": 160,
    "tables": 250,
    "statements": 1_100,
    "displays": 8_000,
    "listeners": 7_000,
    "names": 500,
    "wrappers": 700,
    "numerals": 20_000,
}
"""Steps that one unit of size may take: enough at any size."""


@pytest.mark.parametrize("size", [20, 80])
@pytest.mark.parametrize("name", LINEAR)
def test_steps_grow_with_the_size(name: str, size: int) -> None:
    graph = solve(HOSTILE[name](size), Budget(4_000, (), 10**12, 0, LINEAR[name] * size + 20_000))
    assert VALUES not in graph.widened


GUESSED = """
def known(): pass
class C:
    def very_special(self):
        main()
def first(x):
    known()
    C()
    x.very_special()
"""


def test_guesses_have_a_budget_of_their_own() -> None:
    text = HOSTILE["generators"](20) + GUESSED
    program = program_of(text)
    roots = ("m.first",)
    without = solve_graph(program, roots, PARSED, budget=Budget(4_000, (), 0, 0, 10**12), follows=POSSIBLE)
    assert without.widened == (GUESSES,)
    assert ("m.first", "m.known") in edges(without)
    full = solve_graph(program, roots, PARSED, budget=ENDLESS, follows=POSSIBLE)
    assert edges(without) < edges(full)
    enough = Budget(4_000, (), 0, 10**9, 10**12)
    assert full == solve_graph(program, roots, PARSED, budget=enough, follows=POSSIBLE)


def test_what_is_not_followed_is_unresolved_as_widened() -> None:
    graph = solve("def main():\n    a()\ndef a():\n    b()\ndef b():\n    pass\n", Budget(4_000, (), 0, 0, 0))
    assert graph.widened == (VALUES,)
    assert [(row.caller, row.text, row.reason) for row in graph.unresolved] == [("m.main", "a", "widened")]


def test_recorded_calls_are_followed_past_the_end() -> None:
    text = "def main():\n    a()\ndef a():\n    b()\ndef b():\n    pass\n"
    graph = solve(text, Budget(4_000, (), 10_000, 0, 0), ObservedCall("m.main", 0, "m.a"))
    assert ("m.main", "m.a") in edges(graph)


def test_a_large_program_may_take_more() -> None:
    """In proportion to the functions that are reached."""
    text = "".join(f"def f{n}():\n    pass\n" for n in range(200)) + "def main():\n"
    text += "".join(f"    f{n}()\n" for n in range(200))
    for functions, end in ((1, ()), (10_000, (VALUES,))):
        assert solve(text, Budget(functions, (), 10**12, 0, 6_000)).widened == end


def test_a_large_program_is_one_of_many_instructions() -> None:
    """Thousands of functions that say next to nothing may take no more than their instructions."""
    text = "".join(f"def f{n}():\n    pass\n" for n in range(200)) + "def main():\n"
    text += "".join(f"    f{n}()\n" for n in range(200))
    for instructions, end in ((1, ()), (1_000, (VALUES,))):
        budget = Budget(1, (), 10**12, 0, 6_000, instructions=instructions)
        assert solve(text, budget).widened == end


def ring(functions: int) -> str:
    """Functions that each hand the next a lambda around what they were given: a context for each, without an end."""
    text = "".join(f"def f{n}(g):\n    f{(n + 1) % functions}(lambda: g())\n" for n in range(functions))
    return text + "def known(): pass\ndef main():\n    f0(known)\n"


def test_contexts_count_in_all() -> None:
    """However few steps they took: past so many a function has those of the next level, and that is told."""
    text = ring(40)
    few, many = (
        solve(text, ENDLESS._replace(levels=(Level(10**12, 40, 0),), contexts=contexts)) for contexts in (1_000, 10**12)
    )
    assert LEVELS in few.widened
    assert LEVELS not in many.widened
    assert set(few.functions) == set(many.functions)


@pytest.mark.parametrize(("sites", "end"), [(130, ()), (150, (VALUES,))])
def test_very_many_constructions_count_for_more(sites: int, end: tuple[str, ...]) -> None:
    """150 classes that one name stands for, called at many places."""
    text = "".join(f"class C{n}: pass\n" for n in range(150)) + "def main():\n    for c in (" + "".join(
        f"C{n}, " for n in range(150)
    ) + "):\n" + "        c()\n" * sites  # fmt: skip
    assert solve(text, Budget(4_000, (), 10**12, 0, 430_000)).widened == end


HEAD = (
    "import lib, weakref, json, itertools\nfrom functools import *\nfrom contextlib import *\n"
    "def g(*a): return a\nclass K: pass\ndef main():\n    f, x = g, K()\n"
)
USES = "    f(f); f.a(f); f[0](); lib.use(f); str(f); f == f; x.f = f\n    for y in f: y()\n    with f as z: z()\n"
DEEP = {
    step: HEAD + f"    {step}\n" * 800 + USES
    for step in (
        "f = staticmethod(f)",
        "f = classmethod(f)",
        "f = contextmanager(f)",
        "f = staticmethod(classmethod(f))",
        "f = property(f)",
        "f = wraps(f)(f)",
        "f = f.__get__(x)",
        "f = nullcontext(f)",
        "f = iter([f])",
        "f = [f]",
        "f = {'a': f, **x}",
        "f = zip(f, f)",
        "f = super(K, f)",
        "f = lib.wrap(f)",
        "f = f.a[0]",
        "f = weakref.proxy(f)",
        "f = (lambda f=f: f())",
        "f = type('X', (K,), {'f': f})",
        "x = x + 'a'",
    )
} | {
    "a base that is known late": "def pick(c): return c.a\nclass T: pass\nclass B:\n    def go(self): self.go()\n"
    + "class C0(pick(T)): pass\n"
    + "".join(f"class C{n}(C{n - 1}): pass\n" for n in range(1, 800))
    + "def main():\n    T.a = B\n    C799().go()\n",
    "a chain of generators": "def f0(): yield 1\n"
    + "".join(f"def f{n}(): yield from f{n - 1}()\n" for n in range(1, 800))
    + "def main():\n    for x in f799(): x()\n",
}


@pytest.mark.parametrize("shape", DEEP)
def test_no_depth_is_too_deep(shape: str) -> None:
    """Values within values: nothing here may follow them by recursion."""
    graph = solve(DEEP[shape], Budget(4_000, (), 200_000, 0, 400_000))
    assert "m.main" in graph.functions


@pytest.mark.parametrize("name", HOSTILE)
def test_sharing_finds_what_is_found_without(name: str) -> None:
    """Whoever shares at each look at the clock of steps, and whoever never does, have the same graph."""
    program = program_of(HOSTILE[name](12))
    budget = Budget(4_000, (Level(30_000, 24, 4),), 60_000, 0, 90_000)
    roots = ("m.main",)
    assert solve_graph(program, roots, PARSED, budget=budget) == solve_graph(
        program, roots, PARSED, budget=budget._replace(shared=1_000)
    )
