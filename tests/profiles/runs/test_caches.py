"""Ways to keep what was made, and to take it away: how often something is made in a loop over orders.

`test_plan.py` has a row for each rule; here are the spellings of one.
"""

from __future__ import annotations

from textwrap import dedent, indent
from typing import cast

import pytest

from code_path_audit.profiles.runs.caches import Asked
from code_path_audit.profiles.runs.distinct import Given
from code_path_audit.profiles.runs.terms import times
from code_path_audit.profiles.runs.words import in_words
from tests.profiles.runs.reading import runs

ONCE = {
    "a variable that holds it, in the test": """
        if (rows := self.rows) is None:
            rows = self.rows = op()
        return rows
    """,
    "a variable that holds it": """
        rows = self.rows
        if rows is None:
            rows = self.rows = op()
        return rows
    """,
    "setattr": """
        if not hasattr(self, "rows"):
            setattr(self, "rows", op())
        return self.rows
    """,
    "a variable that holds the dict": """
        held = self.__dict__
        if "rows" not in held:
            held["rows"] = op()
        return held["rows"]
    """,
    "or": """
        self.rows = self.rows or op()
        return self.rows
    """,
    "if else": """
        self.rows = self.rows if self.rows is not None else op()
        return self.rows
    """,
    "if else, the other way round": """
        self.rows = op() if self.rows is None else self.rows
        return self.rows
    """,
    "a list that is filled": """
        if not self.rows:
            self.rows.extend(op())
        return self.rows
    """,
}  # fmt: skip

OFTENER = {
    "or, of something else": "self.rows = self.other or op()",
    "or, and kept elsewhere": "self.other = self.rows or op()",
    "if else, made where it is there": "self.rows = op() if self.rows is not None else self.rows",
    "a variable that is not stored": """
        rows = self.rows
        if rows is None:
            rows = op()
        return rows
    """,
    "setattr of another name": """
        if not hasattr(self, "rows"):
            setattr(self, "other", op())
    """,
}  # fmt: skip

PER_KIND = {
    "a variable that holds it, in the test": """
        if (found := self.by.get(kind)) is not None:
            return found
        self.by[kind] = op(kind)
        return self.by[kind]
    """,
    "tried, and made after the try": """
        try:
            return self.by[kind]
        except KeyError:
            pass
        self.by[kind] = found = op(kind)
        return found
    """,
    "a variable that holds the dict": """
        by = self.by
        if kind in by:
            return by[kind]
        by[kind] = op(kind)
        return by[kind]
    """,
}  # fmt: skip

TAKEN_AWAY = ("delattr(self, 'rows')", "setattr(self, 'rows', None)", "del self.rows", "self.rows = None")


def made(body: str, forget: str = "pass") -> str:
    """How often `op` is made in words, where a method of an object that is asked for each order does so."""
    source = f"""
class Shop:
    def __init__(self):
        self.rows = self.other = None
        self.by = {{}}
    def get(self, kind=None):
{indent(dedent(body).strip(), " " * 8)}
    def forget(self):
        {forget}
def op(kind=None): return kind
def main(orders):
    shop = Shop()
    for order in orders:
        shop.get(order.kind)
        shop.forget()
"""
    return in_words(runs(source))


@pytest.mark.parametrize("name", ONCE)
def test_what_is_kept_is_made_once(name: str) -> None:
    assert made(ONCE[name]) == "once"


@pytest.mark.parametrize("name", OFTENER)
def test_what_is_not_kept_there_is_made_each_time(name: str) -> None:
    assert made(OFTENER[name]) == "per order"


@pytest.mark.parametrize("name", PER_KIND)
def test_what_is_kept_by_a_key_is_made_for_each(name: str) -> None:
    assert made(PER_KIND[name]) == "per kind"


@pytest.mark.parametrize("forget", TAKEN_AWAY)
def test_what_is_taken_away_is_made_again(forget: str) -> None:
    assert made("if self.rows is None: self.rows = op()", forget) == "per order"


def test_a_class_that_makes_one_object_makes_it_once() -> None:
    source = """
class Single:
    one = None
    def __new__(cls):
        if cls.one is None:
            cls.one = super().__new__(cls)
            op()
        return cls.one
def op(): pass
def main(orders):
    for order in orders:
        Single()
"""
    assert in_words(runs(source)) == "once"


@pytest.mark.parametrize(
    ("asked", "words"), [("self.page(order.kind)", "per kind"), ("self._page(order.kind)", "per order")]
)
def test_a_method_that_a_cache_is_made_of(asked: str, words: str) -> None:
    source = f"""
import functools
class Shop:
    def __init__(self):
        self.page = functools.lru_cache(maxsize=None)(self._page)
    def _page(self, kind): return op(kind)
    def all(self, orders):
        for order in orders:
            {asked}
def op(kind): return kind
def main(orders):
    Shop().all(orders)
"""
    assert in_words(runs(source)) == words


def test_a_function_that_a_cache_is_made_of() -> None:
    source = """
import functools
def _page(kind): return op(kind)
page = functools.cache(_page)
def op(kind): return kind
def main(orders):
    for order in orders:
        page(order.kind)
"""
    assert in_words(runs(source)) == "per kind"


@pytest.mark.parametrize("owner", ["self.__class__", "type(self)", "Shop"])
def test_what_a_class_keeps_for_its_objects_is_made_once(owner: str) -> None:
    source = f"""
class Shop:
    rows = None
    def get(self):
        if self.rows is None:
            {owner}.rows = op()
        return self.rows
def op(): pass
def main(orders):
    for order in orders:
        Shop().get()
"""
    assert in_words(runs(source)) == "once"


@pytest.mark.parametrize(("stored", "words"), [("self[kind] = ", "per kind"), ("", "per order")])
def test_a_dict_that_makes_what_is_missing(stored: str, words: str) -> None:
    source = f"""
class Lazy(dict):
    def __missing__(self, kind):
        {stored}found = op(kind)
        return found
LAZY = Lazy()
def op(kind): return kind
def main(orders):
    for order in orders:
        LAZY[order.kind]
"""
    assert in_words(runs(source)) == words


@pytest.mark.parametrize(
    ("beside", "words"),
    [
        ("pass", "once"),
        # where all are done nothing is asked for again
        ("for pool in (pool,):\n        pool.close()", "once"),
        ("for order in orders:\n        pool.get(order)\n        pool.close()", "per order, and once"),
    ],
)
def test_what_takes_away_what_is_out_of_date_keeps_what_it_can(beside: str, words: str) -> None:
    source = f"""
class Pool:
    def __init__(self): self.kept = None
    def close(self): self.kept = None
    def get(self, order):
        if order.stale:
            self.close()
        if self.kept is None:
            self.kept = op()
        return self.kept
def op(): pass
def main(orders):
    pool = Pool()
    for order in orders:
        pool.get(order)
    {beside}
"""
    assert in_words(runs(source)) == words


def test_a_cache_that_a_dict_asks_is_asked_for_each() -> None:
    source = """
import functools
HELD = {}
@functools.cache
def made(name): op()
def op(): pass
def main(orders):
    for order in orders:
        if order.name not in HELD:
            HELD[order.name] = made(order.name)
"""
    assert in_words(runs(source)) == "per name"


def test_a_cache_that_is_emptied_each_time_makes_nothing_more_often() -> None:
    source = """
import functools
@functools.lru_cache(maxsize=None)
def themes(): op()
def load():
    themes.cache_clear()
    themes()
def dark(): load()
def light(): load()
def op(): pass
def main(orders):
    for order in orders:
        if order.dark: dark()
        else: light()
"""
    assert in_words(runs(source)) == in_words(runs(source.replace("@functools.lru_cache(maxsize=None)\n", "")))
    assert in_words(runs(source)) == "per order"


CLOSURES = {
    "one function that keeps for all": ("get = make()\nfor o in orders: get(o)", "once"),
    "a new one in each round": ("for o in orders: make()(o)", "per order"),
    "two": ("make()(1)\nmake()(2)\nget = make()\nget(1)\nget(1)", "3 times"),
    "one that is there already, and a new one": ("early()\nlater()()", "twice"),
    "a dict, by what it is asked for": ("for o in orders: ask(o.kind)", "per kind"),
    "a dict of each round": ("for o in orders:\n    ask = keyed()\n    for k in o.kinds: ask(k)", "per kind and order"),
}
"""What is done with functions that keep something in a variable of the function around them."""

AROUND = """
def op(*_): pass
def make():
    kept = None
    def get(x):
        nonlocal kept
        if kept is None:
            kept = op()
        return kept
    return get
def keyed():
    held = {}
    def get(kind):
        if kind not in held:
            held[kind] = op()
        return held[kind]
    return get
ask = keyed()
def later():
    kept = []
    def get():
        if not kept:
            kept.append(op())
        return kept[0]
    return get
early = later()
def main(orders):
"""


@pytest.mark.parametrize("name", CLOSURES)
def test_a_closure_keeps_for_as_long_as_it_is_there(name: str) -> None:
    body, often = CLOSURES[name]
    assert in_words(runs(AROUND + indent(body, "    "))) == often


def test_what_an_object_keeps_is_made_no_more_often_than_it_is_asked_for() -> None:
    """Of two branches that each make an object one is taken: not once for each object that may be made."""
    source = """
    class Shop:
        def __init__(self): self.rows = None
        def load(self):
            if self.rows is None:
                self.rows = op()
            return self.rows
    def op(): pass
    def one(): Shop().load()
    def other(): Shop().load()
    def main(orders):
        for order in orders:
            if order: one()
            else: other()
    """
    assert in_words(runs(source)) == "per order"


SWITCHED = """
def kept_for_all(function):
    memo = {}
    def inner(*args):
        if kept_for_all.off:
            return function(*args)
        %s
    return inner
kept_for_all.off = False
@kept_for_all
def load(kind): return op()
def op(): pass
def main(orders):
    for order in orders: load("x")
"""


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("if args not in memo:\n            memo[args] = function(*args)\n        return memo[args]", "per kind"),
        ("memo[args] = function(*args)\n        return memo[args]", "per order"),
        ("if not memo:\n            memo['last'] = args\n        return function(*args)", "per order"),
    ],
)
def test_a_decorator_of_any_name_that_keeps_results_and_may_be_off(body: str, words: str) -> None:
    """Whether its dict is asked before it is filled is what counts."""
    assert in_words(runs(SWITCHED % body)) == words


@pytest.mark.parametrize(("count", "words"), [(1, "once"), (2, "twice"), (3, "per shop"), (16, "per shop")])
def test_what_nobody_knows_the_objects_of_is_kept_without_a_loop_too(count: int, words: str) -> None:
    """As in a loop: a call that is gone from one makes no more of it."""
    asked = Asked(cast(Given, None), "m.Shop.get", times(count))
    asked.varying.append("shop")
    assert in_words(asked.runs()) == words
