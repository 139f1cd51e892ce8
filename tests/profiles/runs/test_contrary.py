"""Branches one after the other of which at most one is taken."""

from __future__ import annotations

import pytest

from tests.callgraph.frameworks.querying import ops_of

ONE_AFTER_THE_OTHER = {
    # where one call of the same function stands in each branch: how often it runs
    "texts": ('if mode == "zip":\n        pack(x)\n    if mode == "tar":\n        pack(x)', "once"),
    "one of several": (
        'if mode in ("zip", "gz"):\n        pack(x)\n    if mode == "tar":\n        pack(x)',
        "once",
    ),
    "three": (
        'if mode == 1:\n        pack(x)\n    if mode == 2:\n        pack(x)\n    if mode == 3:\n        pack(x)',
        "once",
    ),
    "members of an enumeration": (
        "if mode == Mode.ZIP:\n        pack(x)\n    if mode == Mode.TAR:\n        pack(x)", "once",
    ),
    "the same": ('if mode == "zip":\n        pack(x)\n    if mode == "zip":\n        pack(x)', "twice"),
    "one of them is asked for in both": (
        'if mode in ("zip", "gz"):\n        pack(x)\n    if mode == "gz":\n        pack(x)',
        "twice",
    ),
    "a number, and a name": (
        "if mode == 1:\n        pack(x)\n    if mode == Mode.ZIP:\n        pack(x)", "twice",
    ),
    "anything else": (
        'if mode == "zip":\n        pack(x)\n    else:\n        pack(x)\n    if mode == "tar":\n        pack(x)',
        "twice",
    ),
    "another value by then": (
        'if mode == "zip":\n        pack(x)\n        mode = "tar"\n    if mode == "tar":\n        pack(x)',
        "twice",
    ),
    "another parameter": ('if mode == "zip":\n        pack(x)\n    if x == "tar":\n        pack(x)', "twice"),
    "None, and anything else": ("if x is None:\n        pack(x)\n    if x is not None:\n        pack(x)", "once"),
    "None, and what is true": ("if x is None:\n        pack(x)\n    if x:\n        pack(x)", "once"),
    "None, and what is false": ("if x is None:\n        pack(x)\n    if not x:\n        pack(x)", "twice"),
    "a variable that is None": (
        "y = x()\n    if y is None:\n        pack(x)\n    if y is not None:\n        pack(x)", "once",
    ),
    "a variable that is bound again": (
        "y = x()\n    if y is None:\n        pack(x)\n        y = x()\n    if y is not None:\n        pack(x)", "twice",
    ),
    "in each round": (
        "for y in x:\n        new = y in mode\n        if new:\n            pack(x)\n        if not new:\n"
        "            pack(x)", "per x",
    ),
    "bound again in the loop": (
        "new = x in mode\n    for y in x:\n        if new:\n            pack(x)\n        new = y in mode\n"
        "        if not new:\n            pack(x)", "twice per x",
    ),
    "true and false of what was asked": (
        "new = x not in mode\n    if new:\n        pack(x)\n    if not new:\n        pack(x)", "once",
    ),
    "of what is a truth value": ("if deep:\n        pack(x)\n    if not deep:\n        pack(x)", "once"),
    "of a list that may be filled": ("if not x:\n        pack(x)\n    if x:\n        pack(x)", "twice"),
    "parts of a text": (
        'if "w" in mode:\n        pack(x)\n    if "b" in mode:\n        pack(x)', "twice",
    ),
    "a state that the first may change": (
        'if x.mode == "zip":\n        pack(x)\n    if x.mode == "tar":\n        pack(x)',
        "twice",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ONE_AFTER_THE_OTHER)
def test_at_most_one_is_taken(name: str) -> None:
    body, words = ONE_AFTER_THE_OTHER[name]
    text = f"""import enum, json
class Mode(enum.Enum):
    ZIP = 1
    TAR = 2
def pack(x):
    json.dumps(x)
def f(mode, x, deep: bool = False):
    {body}
"""
    (op,) = ops_of({"m": text}, "m.f")
    assert op.how_often == words
