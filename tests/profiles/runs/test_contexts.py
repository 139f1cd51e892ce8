"""Functions that lead elsewhere by who calls them: how often each of what they lead to runs, and by which path."""

from __future__ import annotations

from textwrap import dedent

import pytest

from code_path_audit import pipeline
from code_path_audit.costs.models import load_model
from code_path_audit.profiles.amplification import routes, walked
from code_path_audit.profiles.reach import reach
from code_path_audit.profiles.runs.conditions import conditions_of
from code_path_audit.profiles.runs.words import in_words
from tests.callgraph.solving import program_of
from tests.profiles.runs.reading import runs

SHARED = """
    def logged(f):
        def inner(*args, **named):
            return f(*args, **named)
        return inner
    @logged
    def one(n=0): op()
    @logged
    def two(n=0): other()
    def op(): pass
    def other(): pass
"""

# the program, and how often `op` runs in main(), by hand: `other` is what is called beside it
ROWS: dict[str, tuple[str, str]] = {
    # one and two each call the same wrapper, and op is below one alone
    "a wrapper of two functions": (f"{SHARED}\n    def main(): one(); two(); two()", "once"),
    "in a loop": (f"{SHARED}\n    def main(rows):\n        for row in rows: one()\n        two()", "per row"),
    "the loop is around the other": (
        f"{SHARED}\n    def main(rows):\n        for row in rows: two()\n        one()", "once",
    ),
    "one that calls the other is no recursion": (
        f"{SHARED}\n    @logged\n    def three(): one(); two()\n    def main(): three()", "once",
    ),
    # three calls itself by way of its wrapper, which two has as well
    "one that calls itself": (
        f"{SHARED}\n    @logged\n    def three(n):\n        op()\n        if n: three(n - 1); two()\n"
        "    def main(): three(5)", "in each round of inner",
    ),
    "what is called beside one that calls itself": (
        f"{SHARED}\n    @logged\n    def three(n):\n        other()\n        if n: three(n - 1); two()\n"
        "    def main(): three(5); one()", "once",
    ),
    # one of them is called, whichever it is: each may be the one in each round
    "either of them at one place": (f"{SHARED}\n    def main(x):\n        f = one if x else two\n        f()", "once"),
    "whichever comes": (f"{SHARED}\n    def main(rows):\n        for f in (one, two): f()", "twice"),
    "two wrappers around each other": (
        f"{SHARED}\n    @logged\n    @logged\n    def four(): op()\n    @logged\n    @logged\n    def five(): other()\n"
        "    def main(): five(); five(); four()", "once",
    ),
    "a wrapper with a loop of its own": (
        """
    def each(f):
        def inner(rows):
            for row in rows: f(row)
        return inner
    @each
    def one(row): op()
    @each
    def two(row): other()
    def main(rows): one(rows); two(rows)
    def op(): pass
    def other(): pass
        """, "per row",
    ),
    # an inherited method is one function for all classes below: at most so often (twice it is)
    "a method that another class has otherwise": (
        """
    class Base:
        def run(self): self.step(); self.step()
    class A(Base):
        def __init__(self, x): self.x = x
        def step(self): op()
    class B(Base):
        def __init__(self, x): self.x = x
        def step(self): pass
    def main(): A(1).run(); B(1).run()
    def op(): pass
        """, "4 times",
    ),
    "what is handed on to a function that is given it": (
        """
    def call(f): return f()
    def main(rows):
        call(op)
        for row in rows: call(other)
    def op(): pass
    def other(): pass
        """, "once",
    ),
    "a wrapper that a method of a class has": (
        """
    def checked(method):
        def inner(self, *args):
            if self.closed: raise ValueError
            return method(self, *args)
        return inner
    class Box:
        closed = False
        @checked
        def one(self): op()
        @checked
        def two(self): pass
    def main(rows):
        box = Box()
        box.one()
        for row in rows: box.two()
    def op(): pass
        """, "once",
    ),
    # how many keys there are is known of all of its callers together
    "one that keeps what each function makes": (
        """
    def kept(f):
        known = {}
        def inner(key):
            if key not in known: known[key] = f(key)
            return known[key]
        return inner
    @kept
    def one(key): op()
    @kept
    def two(key): return 1
    def main(rows):
        for row in rows: one(1)
        for row in rows: two(row)
    def op(): pass
        """, "per key",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ROWS)
def test_runs(name: str) -> None:
    source, words = ROWS[name]
    assert in_words(runs(source)) == words


def test_paths_and_conditions_are_those_of_one_context() -> None:
    source = dedent(SHARED + "    def first(): two()\n    def main(x):\n        first()\n        if x: one()\n")
    program = program_of({"m": source})
    reached = reach(program, pipeline.solve(program, ("m.main",)), ("m.main",), (), ())
    found = routes(reached, load_model("heuristic"))
    path = [(edge.caller, edge.evidence) for edge in walked(reached, found, "m.op")[0]]
    assert path == [("m.main", "certain"), ("m.logged.inner", "certain"), ("m.one", "certain")]
    conditions = conditions_of(reached)
    assert conditions["m.other", "certain"] == 0 < conditions["m.op", "certain"]
