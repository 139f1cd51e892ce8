"""What a base class from outside may call of a class is found once: until the class gets a name, or another order."""

from __future__ import annotations

import pytest

from tests.callgraph.solving import edges, guesses, solve

PROGRAM = """
import html.parser
from lib import run

class Base: ...
class Page(Base, html.parser.HTMLParser):
    def handle_data(self, data): first()

def first(): ...
def second(): ...
def late(self, tag, attrs): second()

def f():
    run(Page())
    {later}
    run(Page())
"""

LATER = (
    # what happens between two uses; whether the method that comes with it runs
    ("pass", False),
    ("Page.handle_starttag = late", True),
    ("setattr(Page, 'handle_starttag', late)", True),
    ("Base.handle_starttag = late", True),
    ("Page._other = late", False),
    ("Base._other = late", False),
)


@pytest.mark.parametrize(("later", "runs"), LATER)
def test_a_name_that_comes_later_counts(later: str, runs: bool) -> None:
    graph = solve(PROGRAM.format(later=later))
    called = {row.split(" -> ")[1].split(" ")[0] for row in (*edges(graph), *guesses(graph))}
    assert "m.Page.handle_data" in called
    assert ("m.late" in called) == runs
