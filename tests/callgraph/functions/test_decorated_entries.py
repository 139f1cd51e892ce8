"""Entry points below decorators of the source: each row is an entry point of a program, and what its action pays."""

from __future__ import annotations

import pytest

from code_path_audit.callgraph.packed import opened, pack
from tests.callgraph.frameworks.querying import ops_of
from tests.callgraph.solving import solve

PROGRAM = """\
import asyncio, functools, requests
def guarded(f):
    @functools.wraps(f)
    def wrapper(*args, **kwargs):
        requests.get("guard")
        return f(*args, **kwargs)
    return wrapper
def limited(count):
    def around(f):
        def wrapper(*args):
            for _ in range(3):
                requests.get("limit")
            return f(*args)
        return wrapper
    return around
class Traced:
    def __init__(self, f):
        self.f = f
    def __call__(self, *args):
        requests.get("trace")
        return self.f(*args)
KNOWN = []
def known(f):
    KNOWN.append(f)
    return f
def retried(f):
    def wrapper(*args):
        for _ in range(3):
            try:
                return f(*args)
            except ValueError:
                pass
    return wrapper
def timed(f):
    async def wrapper(*args):
        requests.get("timed")
        return await f(*args)
    return wrapper
def either(f):
    def plain(*args):
        requests.get("plain")
        return f(*args)
    def other(*args):
        requests.get("other")
        return f(*args)
    return plain if KNOWN else other
def fitting(f):
    async def later(*args):
        requests.get("later")
        return await f(*args)
    def now(*args):
        requests.get("now")
        return f(*args)
    return later if asyncio.iscoroutinefunction(f) else now

@fitting
def eleven(): requests.get("eleven")
@fitting
async def twelve(): requests.get("twelve")
@guarded
def one(): requests.get("one")
@guarded
@limited(2)
def two(): requests.get("two")
@Traced
def three(x): requests.get("three")
@known
def four(): requests.get("four")
@retried
def five(): requests.get("five")
@timed
async def six(): requests.get("six")
@either
def seven(): requests.get("seven")
@functools.lru_cache
@guarded
def eight(): requests.get("eight")
@guarded
def nine(): one()
def ten(): requests.get("ten")
class Listed:
    decorators = [guarded]
    def show(self): requests.get("listed")
class View:
    @guarded
    def show(self): self.help()
    def help(self): requests.get("help")
    @classmethod
    @guarded
    def make(cls): cls.other()
    @classmethod
    def other(cls): requests.get("other")
"""

PAYS = {
    "one": ["guard once", "one once"],
    "two": ["guard once", "limit 3 times", "two once"],
    "three": ["trace once", "three once"],
    "four": ["four once"],
    "five": ["five up to 3 times"],
    "six": ["timed once", "six once"],
    "seven": ["seven once"],  # which of the two stands there is not known
    "eight": ["guard once", "eight once"],
    "nine": ["guard once", "one once"],  # the same wrapper stands before what it calls
    "ten": ["ten once"],
    "eleven": ["now once", "eleven once"],
    "twelve": ["later once", "twelve once"],
    "Listed.show": ["guard once", "listed once"],
    "View.show": ["guard once", "help once"],
    "View.make": ["guard once", "other once"],
}


def pays(*entries: str) -> list[str]:
    lines = PROGRAM.splitlines()
    found = ops_of({"m": PROGRAM}, *(f"m.{entry}" for entry in entries))
    return [f"{lines[op.line - 1].split('get(')[1].split(chr(34))[1]} {op.how_often}" for op in found]


@pytest.mark.parametrize("entry", PAYS)
def test_what_stands_under_the_name_of_an_entry_point_is_what_begins(entry: str) -> None:
    assert pays(entry) == PAYS[entry]


def test_a_wrapper_of_several_entry_points_counts_for_the_first() -> None:
    assert pays("one", "eight") == ["guard once", "one once", "eight once"]


def test_a_kept_graph_knows_which_entry_points_begin_nothing() -> None:
    graph = solve(PROGRAM, "m.one")
    assert graph.inner == ("m.one",)
    assert opened(pack(graph)) == graph
