"""One guard of several that a change takes away: a row is a program with it and without it. Taken away it fails
because of a guard, at a line of the change; put in it fails nothing; and one that is said otherwise is no change."""

from __future__ import annotations

from textwrap import dedent

import pytest

from code_path_gate.causes.conditions import asked, conditions_of
from code_path_gate.causes.edited import Edited
from code_path_gate.causes.explain import explain, explaining
from code_path_gate.causes.felt import Blamed, not_felt
from code_path_gate.causes.files_of_change import any_loosened
from code_path_gate.causes.weaker import loosened
from code_path_gate.verdict.drift import Finding, compare
from code_path_gate.verdict.evidence import Cause
from code_path_gate.verdict.policy import Policy, failure
from tests.gate.programs import traced

HEAD = """
import os
import re
import requests
import subprocess
import sys

"""

LOST: dict[str, tuple[str, str, str]] = {
    "an end on purpose": (
        """
        def main(user, url):
            if user.active:
                if user.version > 3:
                    sys.exit(0)
                requests.get(url)
        """,
        """
        def main(user, url):
            if user.active:
                requests.get(url)
        """,
        "where user.version > 3",
    ),
    "of two around one another": (
        """
        def main(user, url):
            if user.active:
                if user.stale:
                    requests.get(url)
        """,
        """
        def main(user, url):
            if user.active:
                requests.get(url)
        """,
        "where not user.stale",
    ),
    "of an `and`": (
        """
        def main(user, url):
            if user.active and not user.known:
                requests.get(url)
        """,
        """
        def main(user, url):
            if user.active:
                requests.get(url)
        """,
        "where user.known",
    ),
    "what left early": (
        """
        def main(user, url):
            if not user.active:
                return
            if user.known:
                return
            requests.get(url)
        """,
        """
        def main(user, url):
            if not user.active:
                return
            requests.get(url)
        """,
        "where user.known",
    ),
    "what went on with the next": (
        """
        def main(users):
            for user in users:
                if not user.active:
                    continue
                if user.known:
                    continue
                requests.get(user.url)
        """,
        """
        def main(users):
            for user in users:
                if not user.active:
                    continue
                requests.get(user.url)
        """,
        "where user.known",
    ),
    "in a clause of a comprehension": (
        """
        def main(users):
            return [requests.get(user.url) for user in users if user.active if not user.known]
        """,
        """
        def main(users):
            return [requests.get(user.url) for user in users if user.active]
        """,
        "where user.known",
    ),
    "in what is called": (
        """
        def main(user, url):
            if user.active:
                fetch(user, url)

        def fetch(user, url):
            if user.known:
                return
            requests.get(url)
        """,
        """
        def main(user, url):
            if user.active:
                fetch(user, url)

        def fetch(user, url):
            requests.get(url)
        """,
        "where user.known",
    ),
    "around a call of the project's own": (
        """
        def main(user, url):
            if user.active and user.stale:
                fetch(user, url)

        def fetch(user, url):
            requests.get(url)
        """,
        """
        def main(user, url):
            if user.active:
                fetch(user, url)

        def fetch(user, url):
            requests.get(url)
        """,
        "where not user.stale",
    ),
    "cheaper questions came first": (
        """
        def main(user, url):
            if user.known:
                return True
            if not os.path.isfile(user.name):
                return True
            if user.asks:
                return requests.get(url)
        """,
        """
        def main(user, url):
            if user.asks:
                if requests.get(url):
                    return True
            if user.known:
                return True
            if not os.path.isfile(user.name):
                return True
        """,
        "where user.known or not os.path.isfile(user.name)",
    ),
    "the first answer was enough": (
        """
        def main(user):
            if user.active:
                return cheap(user) or dear(user)

        def cheap(user):
            return user.changed

        def dear(user):
            return requests.get(user.url)
        """,
        """
        def main(user):
            if user.active:
                return any([cheap(user), dear(user)])

        def cheap(user):
            return user.changed

        def dear(user):
            return requests.get(user.url)
        """,
        "where cheap(user)",
    ),
    "an answer that was there was returned": (
        """
        def main(user, pins):
            if user.active:
                return found(user, pins)

        def found(user, pins):
            pin = pins.get(user.name)
            if pin and pin.good:
                digest = pin.digest
                if digest:
                    return digest
            return requests.get(user.url)
        """,
        """
        def main(user, pins):
            if user.active:
                return found(user, pins)

        def found(user, pins):
            return requests.get(user.url)
        """,
        "where (digest and pin and pin.good)",
    ),
    "one arm of a chain": (
        """
        def main(kind, url):
            if kind == "a":
                pass
            elif kind == "b":
                requests.get(url)
        """,
        """
        def main(kind, url):
            if kind != "a":
                requests.get(url)
        """,
        "where not kind == 'b'",
    ),
    "of one of two ways": (
        """
        def main(user, pins):
            if user.pinned:
                known(user, pins)
            elif user.active:
                fetch(user)

        def known(user, pins):
            if pins.get(user.name):
                return
            fetch(user)

        def fetch(user):
            requests.get(user.url)
        """,
        """
        def main(user, pins):
            if user.pinned:
                known(user, pins)
            elif user.active:
                fetch(user)

        def known(user, pins):
            fetch(user)

        def fetch(user):
            requests.get(user.url)
        """,
        "where pins.get(user.name)",
    ),
    "of a small part, in a loop below": (
        """
        def main(user, pins, names):
            for number in range(100):
                requests.post("x")
            if user.pinned:
                known(user, pins, names)
            elif user.active:
                fetch(names)

        def known(user, pins, names):
            if pins.get(user.name):
                return
            fetch(names)

        def fetch(names):
            for name in names:
                requests.get(name)
        """,
        """
        def main(user, pins, names):
            for number in range(100):
                requests.post("x")
            if user.pinned:
                known(user, pins, names)
            elif user.active:
                fetch(names)

        def known(user, pins, names):
            fetch(names)

        def fetch(names):
            for name in names:
                requests.get(name)
        """,
        "where pins.get(user.name)",
    ),
    "beside what left early on one of two, which is an `else` now": (
        """
        def main(user, url):
            if user.gone or user.known:
                print("no")
                return
            if user.stamp == user.seen:
                return
            requests.get(url)
        """,
        """
        def main(user, url):
            if user.gone or user.known:
                print("no")
            else:
                requests.get(url)
        """,
        "where user.stamp == user.seen",
    ),
    "in a helper that is gone": (
        """
        def main(user, url):
            if user.active:
                fetch(user, url)
        def fetch(user, url):
            if user.stale:
                requests.get(url)
        """,
        """
        def main(user, url):
            if user.active:
                requests.get(url)
        """,
        "where not user.stale",
    ),
    "in a helper that has another name": (
        """
        def main(user, url):
            if user.active:
                fetch(user, url)
        def fetch(user, url):
            if user.stale:
                requests.get(url)
        """,
        """
        def main(user, url):
            if user.active:
                load(user, url)
        def load(user, url):
            requests.get(url)
        """,
        "where not user.stale",
    ),
    "in a decorator": (
        """
        def if_changed(f):
            @functools.wraps(f)
            def inner(user):
                if not user.changed:
                    return None
                return f(user)
            return inner
        @if_changed
        def load(user):
            return requests.get(user.url)
        def main(user):
            if user.active:
                return load(user)
        """,
        """
        def load(user):
            return requests.get(user.url)
        def main(user):
            if user.active:
                return load(user)
        """,
        "where not user.changed",
    ),
    "of the second of two calls": (
        """
        def main(user, url):
            found = load(url)
            if found != user.key:
                if user.locked == "r":
                    found = load(url)
                print(found)
            return found
        def load(url):
            return requests.get(url)
        """,
        """
        def main(user, url):
            found = load(url)
            if found != user.key:
                found = load(url)
                print(found)
            return found
        def load(url):
            return requests.get(url)
        """,
        "where not user.locked == 'r'",
    ),
    "a filter before a loop": (
        """
        def main(users):
            stale = [user for user in users if user.stale]
            for user in stale:
                requests.get(user.url)
        """,
        """
        def main(users):
            for user in users:
                requests.get(user.url)
        """,
        "where not user.stale",
    ),
    "a filter by a function": (
        """
        def is_stale(user):
            return user.stale
        def main(users):
            for user in filter(is_stale, users):
                requests.get(user.url)
        """,
        """
        def main(users):
            for user in users:
                requests.get(user.url)
        """,
        "where not is_stale(user)",
    ),
    "either is enough": (
        """
        def main(user, url):
            if user.active and user.stale:
                requests.get(url)
        """,
        """
        def main(user, url):
            if user.active or user.stale:
                requests.get(url)
        """,
        "where not user.stale or not user.active",
    ),
    "a narrower reason to leave early": (
        """
        def main(user, url):
            if user and (user.known or user.far):
                return
            requests.get(url)
        """,
        """
        def main(user, url):
            if user and user.known:
                return
            requests.get(url)
        """,
        "where ((user.far or user.known) and user)",
    ),
    "an argument that is always true": (
        """
        def main(user, url):
            load(url, user.stale)
        def load(url, fetch):
            if fetch:
                requests.get(url)
        """,
        """
        def main(user, url):
            load(url, True)
        def load(url, fetch):
            if fetch:
                requests.get(url)
        """,
        "where it did not: fetch holds now",
    ),
    "a setting that is true now": (
        """
        VERIFY = False
        def main(url):
            if VERIFY:
                requests.get(url)
        """,
        """
        VERIFY = True
        def main(url):
            if VERIFY:
                requests.get(url)
        """,
        "where it did not: VERIFY holds now",
    ),
    "a default of an object that is true now": (
        """
        class Shop:
            def __init__(self, verify=False):
                self.verify = verify
            def load(self, url):
                if self.verify:
                    requests.get(url)
        def main(url):
            Shop().load(url)
        """,
        """
        class Shop:
            def __init__(self, verify=True):
                self.verify = verify
            def load(self, url):
                if self.verify:
                    requests.get(url)
        def main(url):
            Shop().load(url)
        """,
        "where it did not: self.verify holds now",
    ),
    "an option that is on by default": (
        """
        import argparse
        def main():
            p = argparse.ArgumentParser()
            p.add_argument("--fetch", action="store_true")
            args = p.parse_args()
            if args.fetch:
                requests.get("x")
        """,
        """
        import argparse
        def main():
            p = argparse.ArgumentParser()
            p.add_argument("--no-fetch", dest="fetch", action="store_false")
            args = p.parse_args()
            if args.fetch:
                requests.get("x")
        """,
        "where it did not: args.fetch holds now",
    ),
    "a number that is passed earlier": (
        """
        def main(user, url):
            if user.age > 90:
                requests.get(url)
        """,
        """
        def main(user, url):
            if user.age > 9:
                requests.get(url)
        """,
        "where not user.age > 90",
    ),
    "one of two ways, of which the other asks for less": (
        """
        def main(user, url):
            if user.asks:
                fetch(url)
            if user.active and user.stale and user.due:
                fetch(url)

        def fetch(url):
            requests.get(url)
        """,
        """
        def main(user, url):
            if user.asks:
                fetch(url)
            if user.active and user.stale:
                fetch(url)

        def fetch(url):
            requests.get(url)
        """,
        "where not user.due",
    ),
}


SAME: dict[str, tuple[str, str]] = {
    "an end that tells of a failure, as what raises": (
        """
        def main(user, url):
            if user.active:
                if user.version > 3:
                    print("too new")
                    sys.exit(1)
                requests.get(url)
        """,
        """
        def main(user, url):
            if user.active:
                requests.get(url)
        """,
    ),
    "a test that is turned round": (
        """
        def main(user, url):
            if user.active:
                if not user.known:
                    requests.get(url)
        """,
        """
        def main(user, url):
            if not user.active or user.known:
                return
            requests.get(url)
        """,
    ),
    "tests that become one": (
        """
        def main(user, url):
            if user.active:
                if user.stale:
                    requests.get(url)
        """,
        """
        def main(user, url):
            if user.active and user.stale:
                requests.get(url)
        """,
    ),
    "calls on contrary conditions that become one": (
        """
        def main(user, url):
            if user.active:
                if user.known and not user.stale:
                    return fetch(url, 1)
                return fetch(url, 2)

        def fetch(url, times):
            requests.get(url)
        """,
        """
        def main(user, url):
            if user.active:
                return fetch(url, 1 if user.known and not user.stale else 2)

        def fetch(url, times):
            requests.get(url)
        """,
    ),
    "a guard that moves to the caller": (
        """
        def main(user, url):
            if user.active:
                fetch(user, url)

        def fetch(user, url):
            if not user.stale:
                return
            requests.get(url)
        """,
        """
        def main(user, url):
            if user.active and user.stale:
                fetch(user, url)

        def fetch(user, url):
            requests.get(url)
        """,
    ),
    "guards that move to what is called": (
        """
        def main(user, url):
            if user.active:
                if user.stale:
                    fetch(user, url)

        def fetch(user, url):
            requests.get(url)
        """,
        """
        def main(user, url):
            fetch(user, url)

        def fetch(user, url):
            if user.active and user.stale:
                requests.get(url)
        """,
    ),
    "a guard that is asked twice": (
        """
        def main(user, url):
            if user.active:
                fetch(user, url)

        def fetch(user, url):
            if user.active and user.stale:
                requests.get(url)
        """,
        """
        def main(user, url):
            fetch(user, url)

        def fetch(user, url):
            if user.active and user.stale:
                requests.get(url)
        """,
    ),
    "a guard that is asked twice, of what has another name": (
        """
        def main(owner, url):
            if owner.active:
                fetch(owner, url)

        def fetch(user, url):
            if user.active and user.stale:
                requests.get(url)
        """,
        """
        def main(owner, url):
            fetch(owner, url)

        def fetch(user, url):
            if user.active and user.stale:
                requests.get(url)
        """,
    ),
    "a condition with a name": (
        """
        def main(user, url):
            if user.active and user.stale:
                requests.get(url)
        """,
        """
        def main(user, url):
            if is_due(user):
                requests.get(url)

        def is_due(user):
            return user.active and user.stale
        """,
    ),
    "a condition with a name, of several": (
        """
        def main(user, url):
            if user.active and user.stale and user.asks:
                requests.get(url)
        """,
        """
        def main(user, url):
            if user.active and is_due(user):
                requests.get(url)

        def is_due(user):
            return user.stale and user.asks
        """,
    ),
    "an else that becomes an early return": (
        """
        def main(user, url):
            if user.active:
                if user.known:
                    return None
                else:
                    return requests.get(url)
        """,
        """
        def main(user, url):
            if not user.active:
                return None
            if user.known:
                return None
            return requests.get(url)
        """,
    ),
    "rows that are asked for before a loop over them": (
        """
        def main(user, rows):
            if user.active:
                if rows:
                    for row in rows:
                        requests.get(row)
        """,
        """
        def main(user, rows):
            if user.active:
                for row in rows:
                    requests.get(row)
        """,
    ),
    "rows of a dict that are counted before a loop over them": (
        """
        def main(user, rows):
            if user.active:
                if len(rows) > 0:
                    for row in rows.values():
                        requests.get(row)
        """,
        """
        def main(user, rows):
            if user.active:
                for row in rows.values():
                    requests.get(row)
        """,
    ),
    "what is always there": (
        """
        def main(user, client):
            if user.active:
                if client is not None:
                    fetch(client)

        def fetch(client):
            requests.get(client.url)
        """,
        """
        def main(user, client):
            if user.active:
                fetch(client)

        def fetch(client):
            requests.get(client.url)
        """,
    ),
    "an old interpreter": (
        """
        def main(user, url):
            if user.active:
                if sys.version_info >= (3, 8):
                    requests.get(url)
        """,
        """
        def main(user, url):
            if user.active:
                requests.get(url)
        """,
    ),
    "what fails": (
        """
        def main(user, url):
            if user.active:
                if user.good:
                    requests.get(url)
                else:
                    raise ValueError(user)
        """,
        """
        def main(user, url):
            if user.active:
                if not user.good:
                    raise ValueError(user)
                requests.get(url)
        """,
    ),
    "a cache in another spelling": (
        """
        import functools

        class Shop:
            def __init__(self):
                self.kept = None

            def rows(self):
                if self.kept is None:
                    self.kept = requests.get("x")
                return self.kept

        SHOP = Shop()

        def main(user):
            if user.active:
                SHOP.rows()
        """,
        """
        import functools

        class Shop:
            @functools.cache
            def rows(self):
                return requests.get("x")

        SHOP = Shop()

        def main(user):
            if user.active:
                SHOP.rows()
        """,
    ),
    "an `else` of one of two that leaves early": (
        """
        def main(user, url):
            if user.gone or user.known:
                print("no")
            else:
                requests.get(url)
        """,
        """
        def main(user, url):
            if user.gone or user.known:
                print("no")
                return
            requests.get(url)
        """,
    ),
    "another condition": (
        """
        def main(user, url):
            if user.active and user.stale:
                requests.get(url)
        """,
        """
        def main(user, url):
            if user.active and user.due:
                requests.get(url)
        """,
    ),
    "arms by different functions, on a condition": (
        """
        def main(user, kind):
            if user.active:
                if kind.new:
                    one(kind)
                else:
                    two(kind)

        def one(kind):
            fetch(kind)

        def two(kind):
            fetch(kind)

        def fetch(kind):
            requests.get("x")
        """,
        """
        def main(user, kind):
            if user.active:
                fetch(kind)

        def fetch(kind):
            requests.get("x")
        """,
    ),
    "a filter before a loop that becomes a clause of it": (
        """
        def main(users):
            stale = [row for row in users if row.stale]
            for user in stale:
                requests.get(user.url)
        """,
        """
        def main(users):
            for user in users:
                if not user.stale:
                    continue
                requests.get(user.url)
        """,
    ),
    "either of two, turned round": (
        """
        def main(user, url):
            if user.active or user.stale:
                requests.get(url)
        """,
        """
        def main(user, url):
            if not (not user.stale and not user.active):
                requests.get(url)
        """,
    ),
}


def checked(old: str, new: str) -> tuple[list[Finding], list[tuple[str, Cause]]]:
    """The findings of a change about ops, and the guards of those that fail, with their causes."""
    base, before = traced({"shop/app.py": HEAD + dedent(old)})
    head, after = traced({"shop/app.py": HEAD + dedent(new)})
    by = explaining(head, base)
    assert by.sides is not None
    every = compare(before, after, head.measured.calls, head.measured.threshold, by.found)
    found = [row for row in every if row.id]
    blamed = [Blamed(row, cause) for row in found if row.now and (cause := explain(row, by).cause) is not None]
    why = not_felt(blamed, by.sides, head.measured.threshold)
    policy = Policy(head.measured.threshold)
    failing = [row for row in blamed if failure(row.finding, policy) and not why.get(row.finding.key)]
    return found, [(row.finding.guard, row.cause) for row in failing]


@pytest.mark.parametrize("name", LOST)
def test_a_guard_of_several_that_is_gone(name: str) -> None:
    """The program without it fails because of it, at a line of the change."""
    old, new, guard = LOST[name]
    _, failing = checked(old, new)
    assert [(words, cause.kind) for words, cause in failing] == [(guard, "guard")]
    assert any_loosened([Edited("shop/app.py", dedent(old).encode(), dedent(new).encode())])


@pytest.mark.parametrize("name", LOST)
def test_what_stands_as_before_lost_no_guard(name: str) -> None:
    """Nothing is looked for in a file whose calls stand as they stood: also in a loop over what is asked for."""
    loop = """
    def sent(rows):
        if rows:
            for row in rows:
                requests.post(row.url)
    """
    for text in LOST[name][:2]:
        before = dedent(text) + dedent(loop)
        assert not loosened(before.encode(), before.replace("if rows:", "if rows:\n        print(1)").encode())


@pytest.mark.parametrize("name", LOST)
def test_a_guard_more(name: str) -> None:
    """Put in, it fails nothing, and nothing says that one is gone."""
    old, new, _ = LOST[name]
    found, failing = checked(new, old)
    assert not failing
    assert not [row for row in found if row.guard]


@pytest.mark.parametrize("one, other", [rows for pair in SAME.values() for rows in (pair, pair[::-1])])
def test_a_guard_that_is_said_otherwise(one: str, other: str) -> None:
    """Neither way is a difference."""
    found, failing = checked(one, other)
    assert not failing
    assert not [row for row in found if row.guard]


MORE_CASES: dict[str, tuple[str, str, str]] = {
    "something else is enough, too": (
        """
        def main(user, url):
            if user.active:
                requests.get(url)
        """,
        """
        def main(user, url):
            if user.active or user.fresh:
                requests.get(url)
        """,
        "where not user.active",
    ),
    "one of several constants is enough": (
        """
        def main(user, url):
            if user.kind in ("a",):
                requests.get(url)
        """,
        """
        def main(user, url):
            if user.kind in ("a", "b", "c"):
                requests.get(url)
        """,
        "where not user.kind in ('a',)",
    ),
}


@pytest.mark.parametrize("name", MORE_CASES)
def test_one_more_case(name: str) -> None:
    """It is told, and nobody is stopped for it."""
    old, new, guard = MORE_CASES[name]
    found, failing = checked(old, new)
    assert not failing
    assert [row.guard for row in found if row.guard] == [guard]


ASKED = {
    "a and not b": {"a", "not b"},
    "not (a or b)": {"not a", "not b"},
    "not (not a)": {"a"},
    "x is not None": {"not x is None"},
    "x != y": {"not x == y"},
    "len(rows) > 0": {"rows"},
    "len(rows) == 0": {"not rows"},
    "bool(rows)": {"rows"},
    "a or b": {"(a or b)"},
    "not (a and b)": {"(not a or not b)"},
    "True": set(),
}


@pytest.mark.parametrize("test", ASKED)
def test_what_a_test_asks_for(test: str) -> None:
    """In one spelling, whatever that of the source."""
    import ast

    assert {row.words for row in asked(ast.parse(test, mode="eval").body)} == ASKED[test]


def test_conditions_are_those_of_the_function_around() -> None:
    """A function that is defined on a condition runs on none of its own."""
    text = "if a:\n    def f():\n        if b:\n            g()\n    h()\n"
    found = conditions_of(text.encode())
    assert {row.words for row in found.at(4, 12).conditions} == {"b"}
    assert {row.words for row in found.at(5, 4).conditions} == {"a"}


def test_a_file_that_does_not_parse_asks_for_nothing() -> None:
    """What reads it says so."""
    assert not conditions_of(b"if a:\nf(").rows


ANOTHER = {
    "an attribute of another class": (
        "class Other:\n    def __init__(self, stale={}):\n        self.stale = stale\n",
        "class Shop:\n    def main(self, url):\n        if self.stale:\n            requests.get(url)\n",
    ),
    "a variable of another function": (
        "def other():\n    stale = {}\n",
        "def main(stale, url):\n    if stale:\n        requests.get(url)\n",
    ),
    "a default of another function": (
        "def other(stale={}):\n    print(stale)\n",
        "def main(stale, url):\n    if stale:\n        requests.get(url)\n",
    ),
    "an argument of another function": (
        "def other(stale):\n    print(stale)\n\ndef more():\n    other({})\n",
        "def main(stale, url):\n    if stale:\n        requests.get(url)\n",
    ),
}
"""What turns round, and what asks for something else by the same name."""


@pytest.mark.parametrize("name", ANOTHER)
def test_a_constant_that_no_condition_asks_for(name: str) -> None:
    given, asking = ANOTHER[name]
    run = "\n\ndef run(stale, url):\n    Shop().main(url)\n    other()\n" if "class" in asking else ""
    old, new = (f"{given.format(value)}\n{asking}{run}" for value in (False, True))
    if run:
        old, new = (f"{text}\ndef other():\n    Other()\n" for text in (old, new))
        old, new = (text.replace("def run(", "def main(") for text in (old, new))
    found, failing = checked(old, new)
    assert not failing
    assert not [row for row in found if row.guard]
