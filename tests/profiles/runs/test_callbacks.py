"""What a call site runs for each of something, by how it is written."""

from __future__ import annotations

import pytest

from code_path_audit.facts.rows import Argument, CallSite
from code_path_audit.profiles.runs.callbacks import is_handed_over
from tests.callgraph.frameworks.querying import ops_of

ROWS = {
    ("pool.map", "requests.get"): True,
    ("pool.map", "multiprocessing.Pool.map"): False,
    ("frame.apply", "pandas.DataFrame.apply"): False,
    ("pool.submit", "requests.get"): False,
}


@pytest.mark.parametrize(("text", "callee"), ROWS)
def test_what_is_handed_over(text: str, callee: str) -> None:
    arguments = tuple(Argument(None, "name", name, 0) for name in ("fetch", "urls"))
    site = CallSite("call", text, arguments, -1, False, False, -1)
    assert is_handed_over(site, callee) == ROWS[text, callee]


def test_a_function_of_a_library_runs_for_each() -> None:
    text = """\
import requests
from concurrent.futures import ThreadPoolExecutor
def f(urls):
    with ThreadPoolExecutor() as pool:
        return list(pool.map(requests.get, urls))
"""
    (op,) = ops_of({"m": text}, "m.f")
    assert (op.callee, op.how_often) == ("requests.get", "per url")


def test_a_default_is_made_for_each_key() -> None:
    text = """\
import collections
def f(paths):
    found = collections.defaultdict(read)
    for path in paths:
        found[path.name].append(1)
def read():
    return [open("template").read()]
"""
    assert {op.how_often for op in ops_of({"m": text}, "m.f")} == {"per key"}


@pytest.mark.parametrize(
    ("lookup", "how_often"),
    [
        ('found["a"]', "once"),
        ('for path in paths:\n        found["a"]', "once"),
        ("for path in paths:\n        found[path]", "per key"),
        ("for path in (1, 2):\n        found[path] += 1", "twice"),
        ('for path in paths:\n        collections.defaultdict(read)["a"]', "per path"),
    ],
)
def test_what_a_module_looks_up_is_made_once_for_each_key(lookup: str, how_often: str) -> None:
    text = f"""\
import collections
found = collections.defaultdict(lambda: read())
def f(paths):
    {lookup}
def read():
    return open("template")
"""
    assert {op.how_often for op in ops_of({"m": text}, "m.f")} == {how_often}


def test_what_an_operator_of_a_library_runs_is_no_factory() -> None:
    """`in` runs what a class of the source overrides: in each round."""
    text = """\
from collections import UserDict
class Rows(UserDict):
    def __getitem__(self, key):
        return open("template")
def f(paths):
    rows = Rows()
    for path in paths:
        path in rows
"""
    assert {op.how_often for op in ops_of({"m": text}, "m.f")} == {"per path"}
