"""Caches in many spellings through the gate: taken away they fail because of a cache, made they fail nothing and are
told as less, and one rewritten as another fails nothing."""

from __future__ import annotations

from itertools import pairwise
from textwrap import dedent

import pytest

from code_path_gate.causes.explain import explain, explaining
from code_path_gate.causes.felt import Blamed, not_felt
from code_path_gate.verdict.drift import Finding, compare
from code_path_gate.verdict.policy import Policy, failure
from tests.gate.programs import traced

ONCE = {
    "None": """
        rows = None

        def get(self):
            if self.rows is None:
                self.rows = load()
            return self.rows
        """,
    "a method stores it": """
        rows = None

        def fill(self):
            self.rows = load()

        def get(self):
            if self.rows is None:
                self.fill()
            return self.rows
        """,
    "a class method": """
        rows = None

        @classmethod
        def get(cls):
            if cls.rows is None:
                cls.rows = load()
            return cls.rows
        """,
    "the class of the object": """
        rows = None

        def get(self):
            if type(self).rows is None:
                type(self).rows = load()
            return type(self).rows
        """,
    "a helper that is given what makes it": """
        def __init__(self):
            self.kept = {}

        def once(self, key, make):
            if key not in self.kept:
                self.kept[key] = make()
            return self.kept[key]

        def get(self):
            return self.once("x", load)
        """,
    "a flag": """
        def __init__(self):
            self.changed = True

        def get(self):
            if self.changed:
                self.rows = load()
                self.changed = False
            return self.rows
        """,
    "hasattr": """
        def get(self):
            if not hasattr(self, "rows"):
                self.rows = load()
            return self.rows
        """,
    "an attribute that is not there": """
        def get(self):
            try:
                return self.rows
            except AttributeError:
                self.rows = load()
                return self.rows
        """,
    "a property": """
        @functools.cached_property
        def rows(self):
            return load()

        def get(self):
            return self.rows
        """,
    "__getattr__": """
        def __getattr__(self, name):
            found = load()
            setattr(self, name, found)
            return found

        def get(self):
            return self.rows
        """,
    "a cache of a method": """
        def __init__(self):
            self.read = functools.cache(self.read)

        def read(self):
            return load()

        def get(self):
            return self.read()
        """,
    "a cache of a partial": """
        read = staticmethod(functools.lru_cache(functools.partial(load, "x")))

        def get(self):
            return self.read()
        """,
}
PLAIN = """
        def get(self):
            return load()
        """
BESIDE = """
import functools
import requests

def load(name="y"):
    return requests.get(name)

class Shop:
{body}

SHOP = Shop()

def main(orders):
    for order in orders:
        SHOP.get()
"""


def program(body: str) -> str:
    """A class of which an object is asked for each of some orders."""
    lines = (f"    {line}" if line else "" for line in dedent(body).strip().splitlines())
    return BESIDE.format(body="\n".join(lines))


def checked(old: str, new: str) -> tuple[list[Finding], list[Finding]]:
    """The findings of a change of the class, and those of them that fail."""
    return compared(program(old), program(new))


def compared(old: str, new: str) -> tuple[list[Finding], list[Finding]]:
    """The findings of a change, and those of them that fail."""
    found, failing = blamed_in(old, new)
    return found, [row.finding for row in failing]


def blamed_in(old: str, new: str) -> tuple[list[Finding], list[Blamed]]:
    """The same, those that fail with their causes."""
    base, before = traced({"shop/app.py": old})
    head, after = traced({"shop/app.py": new})
    by = explaining(head, base)
    assert by.sides is not None
    every = compare(before, after, head.measured.calls, head.measured.threshold, by.found)
    found = [row for row in every if row.id]
    blamed = [Blamed(row, cause) for row in found if row.now and (cause := explain(row, by).cause) is not None]
    why = not_felt(blamed, by.sides, head.measured.threshold)
    policy = Policy(head.measured.threshold)
    return found, [row for row in blamed if failure(row.finding, policy) and not why.get(row.finding.key)]


@pytest.mark.parametrize("name", ONCE)
def test_a_cache_that_is_gone(name: str) -> None:
    _, failing = checked(ONCE[name], PLAIN)
    assert [(row.kind, row.what) for row in failing] == [("grown", "requests.get")]
    assert failing[0].note.startswith("because of a cache: it ran once, now per order")


@pytest.mark.parametrize("name", ONCE)
def test_a_cache_that_is_new(name: str) -> None:
    found, failing = checked(PLAIN, ONCE[name])
    assert not failing
    assert [(row.kind, row.what) for row in found] == [("shrunk", "requests.get")]
    assert found[0].note.startswith("because of a cache: it ran per order, now once")


@pytest.mark.parametrize(("one", "other"), list(pairwise([*ONCE, next(iter(ONCE))])))
def test_a_cache_that_is_spelled_otherwise(one: str, other: str) -> None:
    _, failing = checked(ONCE[one], ONCE[other])
    assert not failing


ASKED = """
import requests
from django.core.cache import cache

def rates(kind):
    {}

def load(kind):
    return [requests.get("a"), requests.post("b"), requests.put("c"), requests.patch("d")]

def main(orders):
    for order in orders:
        rates(order.kind)
"""
SHARED = {
    "asked and told": """found = cache.get(kind)
    if found is None:
        found = load(kind)
        cache.set(kind, found)
    return found""",
    "told in one": "return cache.get_or_set(kind, lambda: load(kind))",
}
"""A cache behind a network: asking it is an op like what it keeps, and so is the name of its method."""


@pytest.mark.parametrize("name", SHARED)
def test_a_cache_that_is_asked_over_the_network(name: str) -> None:
    plain = ASKED.format("return load(kind)")
    found, failing = compared(plain, ASKED.format(SHARED[name]))
    assert not failing
    shrunk = {"requests.get", "requests.post", "requests.put", "requests.patch"}
    assert {row.what for row in found if row.kind == "shrunk"} == shrunk
    _, failing = compared(ASKED.format(SHARED[name]), plain)
    assert {row.what for row in failing} == shrunk
    assert all(row.note.startswith("because of a cache: it ran per kind, now per order") for row in failing)
