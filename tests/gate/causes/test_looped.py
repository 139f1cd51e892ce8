"""What runs more often on one of many ways to it fails, however little that is of all ways together: a row is what one
caller of a helper does that a whole program calls, before and after; and what calls one of two functions that share a
decorator is told of that one alone. What ran for each batch of several fails where it runs for each one."""

from __future__ import annotations

import pytest

from tests.gate.causes.test_caches import blamed_in, compared

SHARED = """
import functools
import requests

def read(name):
    return requests.get(name)

def a(rows):
    for row in rows:
        for cell in row:
            read(cell)

def b(rows):
    for row in rows:
        read(row)

def main(user, rows):
    if user.old:
        a(rows)
        b(rows)
        b(user)
    mine(user, rows)

"""

MORE_OFTEN = {
    "a call that was there moves into a loop": (
        "def mine(user, rows):\n    read(user)\n    for row in rows:\n        print(row)\n",
        "def mine(user, rows):\n    for row in rows:\n        read(user)\n        print(row)\n",
        ("loop", "now in a loop"),
    ),
    "a new call in a loop": (
        "def mine(user, rows):\n    read(user)\n    for row in rows:\n        print(row)\n",
        "def mine(user, rows):\n    read(user)\n    for row in rows:\n        print(row, last(row))\n\n"
        "def last(row):\n    return read(row)\n",
        ("loop", "a new call, in a loop"),
    ),
    "what was kept for it": (
        "@functools.cache\ndef first():\n    return read('x')\n\n"
        "def mine(user, rows):\n    for row in rows:\n        first()\n",
        "def first():\n    return read('x')\n\ndef mine(user, rows):\n    for row in rows:\n        first()\n",
        ("cache", "a decorator is gone"),
    ),
}
NO_MORE = {
    "one more call of many": (
        "def mine(user, rows):\n    read(user)\n",
        "def mine(user, rows):\n    read(user)\n    read(rows)\n",
    ),
    "a loop that moves to the caller": (
        "def mine(user, rows):\n    each(rows)\n\ndef each(rows):\n    for row in rows:\n        read(row)\n",
        "def mine(user, rows):\n    for row in rows:\n        each(row)\n\ndef each(row):\n    read(row)\n",
    ),
    "a search that is left at the first success": (
        "def mine(user, rows):\n    read(user)\n",
        "def mine(user, rows):\n    for row in rows:\n        if read(row):\n            break\n",
    ),
}


@pytest.mark.parametrize("name", MORE_OFTEN)
def test_more_often_on_one_way(name: str) -> None:
    old, new, cause = MORE_OFTEN[name]
    _, failing = blamed_in(SHARED + old, SHARED + new)
    assert [(row.finding.what, bool(row.finding.loop)) for row in failing] == [("requests.get", True)]
    assert (failing[0].cause.kind, failing[0].cause.how) == cause


@pytest.mark.parametrize("name", NO_MORE)
def test_what_is_no_more_often(name: str) -> None:
    old, new = NO_MORE[name]
    _, failing = compared(SHARED + old, SHARED + new)
    assert not failing


DECORATED = """
import functools
import requests

def logged(function):
    @functools.wraps(function)
    def inner(*args, **named):
        print(function.__name__)
        return function(*args, **named)
    return inner

@logged
def rate(row):
    return requests.get(f"rates/{row}")

@logged
def name(row):
    return row.name

def first(rows):
    return rate(rows)

"""

ONE_OF_TWO = {
    "the cheap one is called once more": (
        "def main(rows):\n    first(rows)\n    name(rows)\n",
        "def main(rows):\n    first(rows)\n    name(rows)\n    name(rows[0])\n",
        [],
    ),
    "the cheap one is called in a loop": (
        "def main(rows):\n    first(rows)\n    for row in rows:\n        print(row)\n",
        "def main(rows):\n    first(rows)\n    for row in rows:\n        print(row, name(row))\n",
        [],
    ),
    "the dear one is called in a loop": (
        "def main(rows):\n    first(rows)\n    for row in rows:\n        print(row, name(row))\n",
        "def main(rows):\n    first(rows)\n    for row in rows:\n        print(row, name(row), rate(row))\n",
        [("requests.get", "one more call")],
    ),
}


@pytest.mark.parametrize("title", ONE_OF_TWO)
def test_what_shares_a_decorator(title: str) -> None:
    old, new, failing = ONE_OF_TWO[title]
    found, blamed = blamed_in(DECORATED + old, DECORATED + new)
    assert [(row.finding.what, row.cause.how) for row in blamed] == failing
    assert bool(found) == bool(failing)


MAKES_BATCHES = """
import itertools
import requests

def send(rows):
    requests.post('https://example.org', json=rows)

def chunks(rows, size):
    for start in range(0, len(rows), size):
        yield rows[start:start + size]

def taken(rows, size):
    rest = iter(rows)
    while batch := list(itertools.islice(rest, size)):
        yield batch

"""

BATCHES = {
    "of a library": "def main(rows):\n    for batch in itertools.batched(rows, 50):\n        send(batch)\n",
    "of a generator": "def main(rows):\n    for batch in chunks(rows, 50):\n        send(batch)\n",
    "of what is taken of an iterator": "def main(rows):\n    for batch in taken(rows, 50):\n        send(batch)\n",
    "by places": (
        "def main(rows):\n    for start in range(0, len(rows), 50):\n        send(rows[start:start + 50])\n"
    ),
    "in a list": (
        "def main(rows):\n    parts = [rows[i:i + 50] for i in range(0, len(rows), 50)]\n"
        "    for part in parts:\n        send(part)\n"
    ),
    "that work is done for before": (
        "def main(rows):\n    for batch in chunks(rows, 50):\n        for row in batch:\n            print(row)\n"
        "        send(batch)\n"
    ),
}  # fmt: skip

EACH = {
    "each row": "def main(rows):\n    for row in rows:\n        send([row])\n",
    "each row of a batch": (
        "def main(rows):\n    for batch in chunks(rows, 50):\n        for row in batch:\n            send([row])\n"
    ),
    "each row, by a function": (
        "def main(rows):\n    for row in rows:\n        one(row)\n\ndef one(row):\n    send([row])\n"
    ),
}  # fmt: skip

OTHER = {
    **BATCHES,
    "that are filled": (
        "def main(rows):\n    batch = []\n    for row in rows:\n        batch.append(row)\n"
        "        if len(batch) == 50:\n            send(batch)\n            batch = []\n"
    ),
    "of what is left": "def main(rows):\n    while rows:\n        send(rows[:50])\n        rows = rows[50:]\n",
    "that fewer come in": "def main(rows):\n    for batch in chunks(rows, 10):\n        send(batch)\n",
    "that are one": "def main(rows):\n    send(rows)\n",
}  # fmt: skip


BY_GENERATOR, EACH_ROW = "of a generator", "each row"
GONE = [*((batches, EACH_ROW) for batches in BATCHES), *((BY_GENERATOR, each) for each in EACH if each != EACH_ROW)]


@pytest.mark.parametrize(("batches", "each"), GONE)
def test_batches_that_are_gone(batches: str, each: str) -> None:
    _, failing = blamed_in(MAKES_BATCHES + BATCHES[batches], MAKES_BATCHES + EACH[each])
    assert [(row.finding.kind, row.finding.what) for row in failing] == [("grown", "requests.post")]
    assert failing[0].finding.note.startswith("because of batches: it ran per ")


@pytest.mark.parametrize(
    ("batches", "other"), [*((BY_GENERATOR, row) for row in OTHER), *((row, BY_GENERATOR) for row in BATCHES)]
)
def test_other_batches(batches: str, other: str) -> None:
    _, failing = compared(MAKES_BATCHES + BATCHES[batches], MAKES_BATCHES + OTHER[other])
    assert not failing


@pytest.mark.parametrize(("batches", "each"), GONE)
def test_batches_that_come(batches: str, each: str) -> None:
    _, failing = compared(MAKES_BATCHES + EACH[each], MAKES_BATCHES + BATCHES[batches])
    assert not failing
