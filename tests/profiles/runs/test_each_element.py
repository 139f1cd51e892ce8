"""How often each runs of what a loop over things that are written down calls."""

from __future__ import annotations

import pytest

from code_path_audit.profiles.runs.words import in_words
from tests.profiles.runs.reading import runs

SOURCE = """
class Add:
    def __init__(self): self.made = op()
    def run(self): step()
class Drop:
    def run(self): print()
class More(Add): pass
def op(): pass
def step(): pass
def load(): op()
def check(): print()
def save():
    op()
    op()
STEPS = (load, check, save)
GROWING = [load, check]
GROWING.append(save)
TABLE = {"load": load, "check": check, "again": load}
PAIRS = [("a", load), ("b", save)]
PLUGINS = [Add(), Drop()]
class Work:
    def load(self): op()
    def save(self): print()
    def do(self):
        for step in (self.load, self.save): step()
def main(rows, kind):
"""

# what is done, a function, how often it runs
LOOPS = {
    "each of a tuple": ("for f in (load, check, save): f()", "op", "3 times"),
    "one of them": ("for f in (load, check, save): f()", "check", "once"),
    "one comes twice": ("for f in (load, check, load): f()", "load", "twice"),
    "of the module": ("for f in STEPS: f()", "op", "3 times"),
    "in another loop": ("for row in rows:\n    for f in STEPS: f()", "save", "per row"),
    "another loop inside": ("for f in STEPS:\n    for row in rows: f()", "save", "per row"),
    "on a condition": ("for f in STEPS:\n    if kind: f()", "op", "3 times"),
    "two calls in a round": ("for f in STEPS:\n    f()\n    f()", "check", "twice"),
    "values of a table": ("for f in TABLE.values(): f()", "load", "twice"),
    "pairs of a table": ("for key, f in TABLE.items(): f()", "check", "once"),
    "by constant keys": ('for key in ("load", "check", "load"): TABLE[key]()', "load", "twice"),
    "by all keys": ("for key in TABLE: TABLE[key]()", "check", "once"),
    "pairs": ("for key, f in PAIRS: f()", "op", "3 times"),
    "methods of an object": ("Work().do()", "op", "once"),
    "classes": ("for cls in (Add, Drop): cls()", "op", "once"),
    "objects that are made there": ("for plugin in PLUGINS: plugin.run()", "step", "once"),
    "objects of one class twice": ("for plugin in [Add(), Add(), Drop()]: plugin.run()", "step", "twice"),
    "a method that is inherited": ("for plugin in [More(), Drop()]: plugin.run()", "step", "twice"),
    "more is added later": ("for f in GROWING: f()", "op", "twice per GROWING"),
    "something that is not known": ("for f in (load, kind): f()", "load", "twice"),
    "a key that is not known": ("for row in rows: TABLE[row]()", "check", "per row"),
}


@pytest.mark.parametrize("name", LOOPS)
def test_loops(name: str) -> None:
    body, function, often = LOOPS[name]
    inside = body.replace("\n", "\n    ")
    assert in_words(runs(f"{SOURCE}    {inside}\n", f"m.{function}")) == often
