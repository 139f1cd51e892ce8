"""What runs more often on one of many ways to it fails, however little that is of all ways together: a row is what one
caller of a helper does that a whole program calls, before and after."""

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
