"""What a call site runs for each of something, by how it is written."""

from __future__ import annotations

import pytest

from code_path_audit.facts.rows import Argument, CallSite
from code_path_audit.profiles.runs.callbacks import is_handed_over
from code_path_audit.profiles.runs.words import in_words
from tests.callgraph.frameworks.querying import ops_of
from tests.profiles.runs.reading import runs

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


HEADER = """\
import ast, html.parser, json, shutil, tarfile, xml.sax
def op(*_): pass
class Tags(html.parser.HTMLParser):
    def handle_starttag(self, tag, attrs): op()
class Elements(xml.sax.ContentHandler):
    def startElement(self, name, attrs): op()
class Names(ast.NodeVisitor):
    def visit_Name(self, node): op()
class Both(ast.NodeVisitor):
    def visit_If(self, node):
        op()
        self.generic_visit(node)
    def visit_For(self, node):
        op()
        self.generic_visit(node)
class Below(ast.NodeVisitor):
    def visit_Module(self, node): self.generic_visit(node)
    def visit_Name(self, node): op()
class Root(ast.NodeVisitor):
    def visit_Module(self, node): op()
class Encoder(json.JSONEncoder):
    def default(self, value): op()
"""

PIECES = {
    "Tags().feed(text)": "per tag",
    "for page in text: Tags().feed(page)": "per tag and text",
    "xml.sax.parseString(text, Elements())": "per element",
    "Names().visit(text)": "per node",
    # each node is of one kind, and the walk goes on in it: one round for each node, whatever its kind
    "Both().visit(text)": "per node",
    "Below().visit(text)": "per node",
    "Root().visit(text)": "once",
    "json.loads(text, object_hook=op)": "per object",
    "json.loads(text, object_hook=lambda row: op(row))": "per object",
    "json.dumps(text, default=op)": "per object",
    "json.dumps(text, cls=Encoder)": "per object",
    "shutil.copytree(text, 'to', copy_function=op)": "per file",
    "shutil.copytree(text, 'to', ignore=op)": "per folder",
    "with tarfile.open(text) as file: file.extractall('to', filter=op)": "per member",
    "list(filter(op, text))": "per text",
}


@pytest.mark.parametrize("body", PIECES)
def test_what_a_library_calls_for_each_piece(body: str) -> None:
    assert in_words(runs(f"{HEADER}def main(text):\n    {body}\n")) == PIECES[body]


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
