"""Branches one after the other that ask one parameter for different constants."""

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
def f(mode, x):
    {body}
"""
    (op,) = ops_of({"m": text}, "m.f")
    assert op.how_often == words
