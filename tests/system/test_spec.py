"""The specification's checks as a user sees them: source text in, ops, mutations, sizes, bounds and load out.

Everything goes through the public names of the package, on projects that say `model = "heuristic"`. Some twenty
programs are traced one by one, the rest in batches: some ten seconds.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from textwrap import indent
from typing import NamedTuple

import pytest

from code_path_audit import (
    EXPENSIVE_THRESHOLD,
    Action,
    ActionProfile,
    ExpensiveOp,
    build_call_graph,
    build_expensive_ops_index,
    build_state_mutations_index,
    trace_action,
)
from code_path_audit.errors import AuditError
from tests.conftest import write_tree

Files = dict[str, str | bytes]
Make = Callable[[Files], Path]
Trace = Callable[..., ActionProfile]

CONFIG = 'source = ["."]\nmodel = "heuristic"\n'


@pytest.fixture
def trace(make_tree: Make, monkeypatch: pytest.MonkeyPatch) -> Trace:
    """Traces `app.f` of a program given as text, other files by path."""

    def run(source: str, files: Files | None = None, entry: str = "app.f", depth: int = 10) -> ActionProfile:
        root = make_tree({"code-path-audit.toml": CONFIG, "app.py": source, **(files or {})})
        monkeypatch.chdir(root)
        return trace_action(Action("save", [entry], "What the user waits for"), depth)

    return run


def function(body: str, parameters: str = "x, y=None") -> str:
    """The body of `f`, imports at the top of the module as they are written there."""
    lines = body.strip("\n").splitlines()
    imports = [line for line in lines if line.startswith(("import ", "from "))]
    rest = [line for line in lines if line not in imports]
    return "\n".join(imports) + f"\n\ndef f({parameters}):\n" + indent("\n".join(rest) or "pass", "    ") + "\n"


class Found(NamedTuple):
    """What the profile of a batch says of one of its programs; names of modules as if it were `app`."""

    ops: list[ExpensiveOp]
    mutations: set[tuple[str, str]]

    def classes(self) -> set[str]:
        return {op.cost_class for op in self.ops}


Batch = Callable[[Sequence[str]], dict[str, Found]]


@pytest.fixture(scope="module")
def batch(tmp_path_factory: pytest.TempPathFactory) -> Batch:
    """Traces many small programs as the modules of one project, once: a trace of each would take minutes in all."""
    known: dict[tuple[str, ...], dict[str, Found]] = {}

    def run(sources: Sequence[str]) -> dict[str, Found]:
        key = tuple(dict.fromkeys(sources))
        if key not in known:
            root = tmp_path_factory.mktemp("batch")
            files: Files = {"code-path-audit.toml": CONFIG, "data/rows.json": "x" * 25}
            files |= {f"p{number}.py": source for number, source in enumerate(key)}
            with pytest.MonkeyPatch.context() as patch:
                patch.chdir(write_tree(root, files))
                profile = trace_action(Action("all", ["p*.f"]))
            known[key] = {source: part(profile, f"p{number}") for number, source in enumerate(key)}
        return known[key]

    return run


def part(profile: ActionProfile, module: str) -> Found:
    """What belongs to one module."""
    return Found(
        [op for op in profile.expensive_ops if op.function.partition(".")[0] == module],
        {
            (row.kind, row.target.replace(module + ".", "app."))
            for row in profile.state_mutations
            if row.function.partition(".")[0] == module
        },
    )


# cost classes: (class, what matches, what is left alone)

CLASSES: list[tuple[str, list[str], list[str]]] = [
    (
        "file_io",
        [
            "open(x)",
            "open(x).read()",
            "with open(x) as file:\n    for line in file: pass",
            "import io\nio.open(x)",
            "import os\nos.remove(x)",
            "import os\nos.listdir(x)",
            "import shutil\nshutil.copyfile(x, y)",
            "from pathlib import Path\nPath(x).read_text()",
            "from pathlib import Path\nPath(x).write_bytes(y)",
            "from pathlib import Path\nPath(x).parent.joinpath(y).read_text()",
            "from pathlib import Path\n(Path(x) / y).read_bytes()",
            "from pathlib import Path\nlist(Path.home().glob('*'))",
            "import tempfile\ntempfile.NamedTemporaryFile()",
            "import os.path as p\np.getsize(x)",
        ],
        [
            "import os\nos.path.join(x, y)",
            "import os\nos.getcwd",
            "from pathlib import Path\nPath(x).parent.joinpath(y).with_suffix('.a').name",
            "from pathlib import PurePath\nPurePath(x).parent",
            "import io\nio.StringIO(x).read()",
            "x.read()",
            "x.open()",
            "open",
        ],
    ),
    (
        "network",
        [
            "import requests\nrequests.get(x)",
            "import requests\nrequests.Session().post(x)",
            "import urllib.request\nurllib.request.urlopen(x)",
            "import httpx\nhttpx.get(x)",
            "import httpx\nwith httpx.Client() as client: client.get(x)",
            "import socket\nsocket.create_connection(x).sendall(y)",
            "import smtplib\nsmtplib.SMTP(x).send_message(y)",
            "import sqlite3\nsqlite3.connect(x).execute(y)",
            "import redis\nredis.Redis().get(x)",
            "import boto3\nboto3.client('s3').get_object(Bucket=x)",
            "import psycopg\npsycopg.connect(x).execute(y)",
        ],
        [
            "import urllib.parse\nurllib.parse.urlparse(x)",
            "import socket\nsocket.inet_aton(x)",
            "import requests\nrequests.exceptions.HTTPError",
            "x.get(y)",
        ],
    ),
    (
        "ast_parse",
        [
            "import ast\nast.parse(x)",
            "import ast\nast.walk(x)",
            "import ast\nast.literal_eval(x)",
            "compile(x, 'name', 'exec')",
            "import libcst\nlibcst.parse_module(x)",
            "import parso\nparso.parse(x)",
            "import markdown\nmarkdown.markdown(x)",
        ],
        ["import ast\nast.Name(x)", "import re\nre.escape(x)", "x.parse(y)", "import ast\nast.AST"],
    ),
    (
        "json_io",
        [
            "import json\njson.dumps(x)",
            "import json\njson.load(x)",
            "import tomllib\ntomllib.loads(x)",
            "import tomli_w\ntomli_w.dumps(x)",
            "import yaml\nyaml.safe_load(x)",
            "import csv\ncsv.reader(x)",
            "import xml.etree.ElementTree as ET\nET.fromstring(x)",
            "import orjson\norjson.dumps(x)",
            "import msgspec\nmsgspec.json.decode(x)",
        ],
        ["import json\njson.JSONDecodeError", "import csv\ncsv.list_dialects()", "x.dumps(y)", "str(x)"],
    ),
    (
        "pickle",
        [
            "import pickle\npickle.dumps(x)",
            "import pickle\npickle.Unpickler(x).load()",
            "import shelve\nshelve.open(x)",
            "import marshal\nmarshal.loads(x)",
            "import dill\ndill.dumps(x)",
            "import joblib\njoblib.load(x)",
        ],
        [
            "import pickle\npickle.HIGHEST_PROTOCOL",
            "import struct\nstruct.pack('i', x)",
            "import pickle\npickle.PicklingError(x)",
        ],
    ),
    (
        "deep_copy",
        [
            "import copy\ncopy.deepcopy(x)",
            "import dataclasses\ndataclasses.asdict(x)",
            "from dataclasses import astuple\nastuple(x)",
        ],
        ["import copy\ncopy.copy(x)", "x.copy()", "dict(x)", "import dataclasses\ndataclasses.fields(x)"],
    ),
    (
        "subprocess",
        ["import subprocess\nsubprocess.run(x)", "import subprocess\nsubprocess.Popen(x)", "import os\nos.system(x)"],
        [
            "import subprocess\nsubprocess.list2cmdline(x)",
            "import subprocess\nsubprocess.PIPE",
            "import shlex\nshlex.split(x)",
        ],
    ),
    (
        "loop_amplified",
        [
            "import json\nfor i in range(3): json.loads(x)",
            "import json\nfor row in x: json.dumps(row)",
            "import json\nwhile x: json.loads(y)",
            "import json\n[json.dumps(row) for row in x]",
            "import json\nreturn {json.dumps(row): 1 for row in (x, y)}",
        ],
        [
            "import json\nfor i in range(1): json.loads(x)",
            "import json\nfor row in json.loads(x): pass",
            "import json\n[row for row in json.loads(x)]",
            "import json\njson.loads(x)\nfor row in x: pass",
            "import json\nfor row in x:\n    def g(): json.loads(row)",
        ],
    ),
]


CLASS_BODIES = [body for _, matches, others in CLASSES for body in (*matches, *others)]


@pytest.mark.parametrize(("name", "body"), [(name, body) for name, matches, _ in CLASSES for body in matches])
def test_a_class_matches(batch: Batch, name: str, body: str) -> None:
    assert name in batch([function(b) for b in CLASS_BODIES])[function(body)].classes()


@pytest.mark.parametrize(("name", "body"), [(name, body) for name, _, others in CLASSES for body in others])
def test_a_class_leaves_alone(batch: Batch, name: str, body: str) -> None:
    assert name not in batch([function(b) for b in CLASS_BODIES])[function(body)].classes()


ALIASES = [
    "import json\njson.load(x)",
    "import json as j\nj.load(x)",
    "from json import load\nload(x)",
    "from json import load as l\nl(x)",
    "from json import *\nload(x)",
    "import json\ng = json.load\ng(x)",
    "import json\ng, h = json.load, 1\ng(x)",
    "import json\ntable = {'a': json.load}\ntable['a'](x)",
    "import json\n(lambda g: g(x))(json.load)",
    "import json\ng = json if x else json\ng.load(y)",
    "import json\ngetattr(json, 'load')(x)",
    "import functools, json\nfunctools.partial(json.load, x)()",
    "import json\nfrom importlib import import_module\nimport_module('json').load(x)",
    "import json\nlist(map(json.load, x))",
    "import json.decoder\njson.load(x)",
    "__import__('json').load(x)",
]


@pytest.mark.parametrize("body", ALIASES)
def test_an_op_by_any_name(batch: Batch, body: str) -> None:
    found = batch([function(b) for b in ALIASES])[function(body)]
    assert [(op.callee, op.base_class) for op in found.ops] == [("json.load", "json_io")]


@pytest.mark.parametrize(
    "files",
    [
        {"tools.py": "from json import load as read\n"},
        {"tools.py": "import json\nread = json.load\n"},
        {"tools/__init__.py": "from .inner import read\n", "tools/inner.py": "from json import load as read\n"},
        {"tools.py": "from inner import *\n", "inner.py": "from json import load as read\n"},
        {
            "tools.py": "try:\n    from fast_json import load as read\n"
            "except ImportError:\n    from json import load as read\n"
        },
    ],
)
def test_an_op_through_other_modules(trace: Trace, files: dict[str, str | bytes]) -> None:
    profile = trace(function("from tools import read\nread(x)"), files)
    assert "json.load" in {op.callee for op in profile.expensive_ops}


@pytest.mark.parametrize(
    "body",
    [
        "load(x)",  # a name that nothing binds
        "import jason as json\njson.load(x)",  # another library
        "class json:\n    def load(x): pass\njson.load(x)",  # a class of its own
        "json = y\njson.load(x)",
    ],
)
def test_the_same_name_for_something_else(trace: Trace, body: str) -> None:
    assert trace(function(body)).expensive_ops == []


# mutations: (kind, what it is, with its target; what is none)

MUTATIONS: list[tuple[str, list[tuple[str, str]], list[str]]] = [
    (
        "attr_write",
        [("x.rows = 1", "x.rows"), ("x.a.b += 1", "x.a.b"), ("del x.rows", "x.rows"), ("x.rows, z = y", "x.rows")],
        ["rows = 1", "x.rows", "x.rows == 1", "x[0] = 1"],
    ),
    (
        "container_mutate",
        [
            ("x.append(1)", "x"),
            ("x.rows.update(y)", "x.rows"),
            ("x[y] = 1", "x"),
            ("del x.rows[0]", "x.rows"),
            ("EVENTS.append(1)", "app.EVENTS"),
            ("EVENTS[0] = 1", "app.EVENTS"),
        ],
        ["z = []\nz.append(1)", "x.index(1)", "x[0]", "z = {}\nz[1] = 2\ndel z[1]", "sorted(x)", "x.copy()"],
    ),
    (
        "file_write",
        [
            ("open('a.txt', 'w')", "file:a.txt"),
            ("open('a.txt', mode='ab')", "file:a.txt"),
            ("open(x, 'r+')", "file:builtins.open"),
            ("open(x, y)", "file:builtins.open"),  # a mode that is not known may write
            ("from pathlib import Path\nPath('a.txt').write_text(x)", "file:a.txt"),
            ("from pathlib import Path\nPath('a.txt').open('w')", "file:a.txt"),
            ("import os\nos.remove('a.txt')", "file:a.txt"),
        ],
        [
            "open('a.txt')",
            "open('a.txt', 'rb')",
            "from pathlib import Path\nPath('a.txt').read_text()",
            "import os\nos.stat(x)",
        ],
    ),
    (
        "ipc_emit",
        [
            ("import requests\nrequests.post(x)", "network:requests.post"),
            ("import queue\nqueue.Queue().put(x)", "queue:queue.Queue.put"),
            ("import subprocess\nsubprocess.run(x)", "process:subprocess.run"),
        ],
        ["import queue\nqueue.Queue().get()", "import requests\nrequests.get(x)", "x.put(y)", "x.post(y)"],
    ),
    (
        "global_write",
        [
            ("global COUNT\nCOUNT = 1", "app.COUNT"),
            ("global COUNT\nCOUNT += 1", "app.COUNT"),
            ("global COUNT\nfor COUNT in x: pass", "app.COUNT"),
        ],
        ["COUNT = 1", "global COUNT\nx = COUNT", "EVENTS.append(1)"],
    ),
]

GLOBALS = "EVENTS = []\nCOUNT = 0\n"


MUTATION_BODIES = [body for _, rows, _ in MUTATIONS for body, _ in rows]
MUTATION_BODIES += [body for _, _, others in MUTATIONS for body in others]


@pytest.mark.parametrize(
    ("kind", "body", "target"), [(kind, body, target) for kind, rows, _ in MUTATIONS for body, target in rows]
)
def test_a_mutation(batch: Batch, kind: str, body: str, target: str) -> None:
    found = batch([GLOBALS + function(b) for b in MUTATION_BODIES])[GLOBALS + function(body)]
    assert (kind, target) in found.mutations


@pytest.mark.parametrize(("kind", "body"), [(kind, body) for kind, _, others in MUTATIONS for body in others])
def test_no_mutation(batch: Batch, kind: str, body: str) -> None:
    found = batch([GLOBALS + function(b) for b in MUTATION_BODIES])[GLOBALS + function(body)]
    assert kind not in {row[0] for row in found.mutations}


def test_the_state_of_self(trace: Trace) -> None:
    source = """
class Cart:
    def __init__(self):
        self.history = []

    def add(self, row):
        self.history.append(row)
        self.total = 1

def f():
    Cart().add(1)
"""
    assert [(m.target, m.kind, m.line, m.function) for m in trace(source).state_mutations] == [
        ("self.history", "attr_write", 4, "app.Cart.__init__"),
        ("self.history", "container_mutate", 7, "app.Cart.add"),
        ("self.total", "attr_write", 8, "app.Cart.add"),
    ]


# sizes and bounds, each with its source

SIZES = [
    ("import json\njson.loads('[1, 2]')", 6, "literal"),
    ("import json\njson.loads('\u00e9')", 2, "literal"),  # bytes of UTF-8
    ("import json\njson.loads(b'abc')", 3, "literal"),
    ("import json\njson.dumps([1, 2, 3])", 4, "literal"),  # one container, three leaves
    ("import json\njson.dumps({'a': 1, 'b': [2, 3]})", 7, "literal"),  # two containers, two keys, three leaves
    ("import json\njson.loads(TEXT)", 10, "constant"),
    ("import json\ntext = TEXT\njson.loads(text)", 10, "constant"),
    ("from pathlib import Path\nPath('data/rows.json').read_text()", 25, "file"),
    ("open('data/rows.json').read()", 25, "file"),
    ("import json\njson.loads(x)  # audit: size=321", 321, "hint"),
    ("import json\n# audit: size=321\njson.loads(x)", 321, "hint"),
    ("import json\njson.loads(x)", None, "assumed"),
    ("from pathlib import Path\nPath('data/missing.json').read_text()", None, "assumed"),
    ("from pathlib import Path\nPath('data/rows.json').write_text(x)", None, "assumed"),  # not what is there now
    ("from pathlib import Path\nPath('/etc/hostname').read_text()", None, "assumed"),  # no file of the project
    ("from pathlib import Path\nPath('../outside').read_text()", None, "assumed"),
    ("from pathlib import Path\nPath('elsewhere/x').joinpath('app.py').read_text()", None, "assumed"),
    ("from pathlib import Path\nPath('data/rows.json').with_suffix('.txt').read_text()", None, "assumed"),
]


@pytest.mark.parametrize(("body", "size", "source"), SIZES)
def test_sizes(batch: Batch, body: str, size: int | None, source: str) -> None:
    texts = {b: "TEXT = '0123456789'\n" + function(b) for b, *_ in SIZES}
    op = batch(list(texts.values()))[texts[body]].ops[0]
    assert (op.data_size_estimate, op.size_source) == (size, source)


def test_the_size_of_an_argument_from_the_caller(trace: Trace) -> None:
    source = "import json\n\ndef f():\n    g('0123456789')\n\ndef g(text):\n    json.loads(text)\n"
    [op] = trace(source).expensive_ops
    assert (op.data_size_estimate, op.size_source, op.weight) == (10, "constant", 1_500)


BOUNDS = [
    ("for i in range(7): WORK", 7, "literal"),
    ("for i in range(2, 10): WORK", 8, "literal"),
    ("for i in range(2, 11, 3): WORK", 3, "literal"),
    ("for i in range(10, 0, -3): WORK", 4, "literal"),
    ("for i in range(-3): WORK", 1, "literal"),
    ("for i in range(N): WORK", 5, "constant"),
    ("n = N\nfor i in range(n): WORK", 5, "constant"),
    ("for i in (1, 2, 3): WORK", 3, "literal"),
    ("for i in [x, y]: WORK", 2, "literal"),
    ("for i in {'a': 1, 'b': 2}: WORK", 2, "literal"),
    ("for i in NAMES: WORK", 4, "constant"),
    ("for i, name in enumerate(NAMES): WORK", 4, "constant"),
    ("for name in sorted(NAMES): WORK", 4, "constant"),
    ("for key, value in {'a': 1, 'b': 2}.items(): WORK", 2, "constant"),
    ("[WORK for i in range(6)]", 6, "literal"),
    ("[WORK for i in range(6) for j in NAMES]", 24, "constant"),
    ("for i in range(3):\n    for j in range(4): WORK", 12, "literal"),
    ("for i in x:  # audit: bound=9\n    WORK", 9, "hint"),
    ("# audit: bound=9\nfor i in x: WORK", 9, "hint"),
    ("while x:  # audit: bound=9\n    WORK", 9, "hint"),
    ("for i in x: WORK", 1, "unknown"),
    ("while x: WORK", 1, "unknown"),
    ("for i in range(x): WORK", 1, "unknown"),
    ("for i in range(3):\n    for j in x: WORK", 3, "unknown"),
    ("rows = [1]\nfor i in x: rows.append(i)\nfor row in rows: WORK", 1, "unknown"),  # it grows
]


@pytest.mark.parametrize(("body", "bound", "source"), BOUNDS)
def test_bounds(batch: Batch, body: str, bound: int, source: str) -> None:
    head = "import json\nN = 5\nNAMES = ['a', 'b', 'c', 'd']\n"
    texts = {b: head + function(b.replace("WORK", "json.loads('abc')")) for b, *_ in BOUNDS}
    [op] = batch(list(texts.values()))[texts[body]].ops
    assert (op.amplification, op.bound_source) == (bound, source)
    assert op.weight == bound * 3 * 150
    amplified = bound > 1 or source == "unknown"
    assert (op.cost_class, op.base_class) == ("loop_amplified" if amplified else "json_io", "json_io")


def test_a_bound_through_an_argument(trace: Trace) -> None:
    source = "import json\n\ndef f():\n    g(8)\n\ndef g(n):\n    for i in range(n):\n        json.loads('abc')\n"
    [op] = trace(source).expensive_ops
    assert (op.amplification, op.bound_source, op.weight) == (8, "constant", 8 * 3 * 150)


# an action, by hand

SHOP = """
import copy
import json
import pickle
from pathlib import Path

LIMIT = 4


class Shop:
    def __init__(self, store):
        self.store = store
        self.rows = json.loads("[1, 2, 3]")

    def save(self):
        for _ in range(10):
            self.keep()
        self.store.write(self.rows)

    def keep(self):
        for _ in range(LIMIT):
            pickle.dumps([1, 2])
        copy.deepcopy({"a": 1})


class Store:
    def write(self, rows):
        for row in rows:
            Path("out.txt").write_text("0123456789")
        requests_log(rows)


def requests_log(rows):
    Path("log.txt").read_text()


def f():
    Shop(Store()).save()


def unused():
    json.loads("never reached")
"""


def test_an_action_computed_by_hand(trace: Trace) -> None:
    """
    heuristic: an op that runs n times on size s weighs n x per_unit x s

    Shop.__init__      json.loads("[1, 2, 3]")        1 x 150 x 9 bytes                             =  1,350
    Shop.keep          pickle.dumps([1, 2])           10 (save's loop) x 4 (its own) x 300 x 3 nodes = 36,000
                       copy.deepcopy({"a": 1})        10 x 200 x 3 nodes (dict, key, leaf)          =  6,000
    Store.write        Path.write_text(10 bytes)      unknown bound: 1 x 100 x 10                   =  1,000
    requests_log       Path.read_text, 40 bytes there 1 x 100 x 40                                  =  4,000
                                                                                                     -------
                                                                                                      48,350
    """
    profile = trace(SHOP, {"log.txt": "x" * 40})
    assert [(op.function, op.callee, op.cost_class, op.amplification, op.weight) for op in profile.expensive_ops] == [
        ("app.Store.write", "pathlib.Path.write_text", "loop_amplified", 1, 1_000),
        ("app.Shop.keep", "pickle.dumps", "loop_amplified", 40, 36_000),
        ("app.Shop.keep", "copy.deepcopy", "loop_amplified", 10, 6_000),
        ("app.requests_log", "pathlib.Path.read_text", "file_io", 1, 4_000),
        ("app.Shop.__init__", "json.loads", "json_io", 1, 1_350),
    ]
    assert profile.total_load_estimate == 48_350
    # what grows with the data stands first, then the heaviest
    heaviest = profile.expensive_ops[1]
    assert heaviest.path == ("app.f", "app.Shop.save", "app.Shop.keep")
    assert heaviest.amplified_by == ("app.Shop.save:16", "app.Shop.keep:21")
    assert profile.unresolved_calls == []
    assert profile.cut_by_depth == 0
    assert sorted(profile.call_graph.nodes) == [
        "app.Shop.__init__",
        "app.Shop.keep",
        "app.Shop.save",
        "app.Store.write",
        "app.f",
        "app.requests_log",
    ]
    assert profile.call_graph.edges["app.Shop.save"] == {"app.Shop.keep", "app.Store.write"}
    assert profile.call_graph.transitive_callees("app.f") == set(profile.call_graph.nodes) - {"app.f"}
    assert "file:out.txt" in {row.target for row in profile.state_mutations}


def test_the_depth_limit_counts_what_it_cuts(trace: Trace) -> None:
    profile = trace(SHOP, depth=2)
    assert profile.cut_functions == ("app.requests_log",)
    assert profile.cut_by_depth == 1
    assert "pathlib.Path.read_text" not in {op.callee for op in profile.expensive_ops}


def test_each_field_is_there(trace: Trace) -> None:
    more = "    json.loads(unknown)\n    unknown()\n    json.loads(unknown)\n"
    profile = trace(SHOP + more, entry="app.unused")
    assert profile.action == Action("save", ["app.unused"], "What the user waits for")
    assert [type(op) for op in profile.expensive_ops] == [ExpensiveOp] * 3
    assert all(isinstance(count, int) and count > 1 for _, count in profile.redundancy)
    assert profile.unresolved_calls == ["app.unused:44 undefined name: unknown"]
    assert profile.mermaid.startswith("flowchart")
    assert profile.markdown.startswith("#")


@pytest.mark.parametrize("entry", ["app.f", "app:f", "app.[f]", "*.f"])
def test_entry_points(trace: Trace, entry: str) -> None:
    assert trace(function("import json\njson.loads(x)"), entry=entry).entries == ("app.f",)


def test_a_module_as_an_entry_point(trace: Trace) -> None:
    profile = trace("import json\njson.loads('abc')\ndef f(): json.loads('never')\n", entry="app")
    assert [op.size for op in profile.expensive_ops] == [3]


def test_an_entry_point_that_names_nothing(trace: Trace) -> None:
    with pytest.raises(AuditError) as caught:
        trace("def save(): pass\n", entry="app.sav")
    assert caught.value.slug == "unknown-entry-point"
    assert "app.save" in str(caught.value)


# the other public functions


def test_the_whole_graph_and_its_indexes(make_tree: Make) -> None:
    root = make_tree({"src/app.py": SHOP})
    graph = build_call_graph(root / "src")
    assert {"app", "app.unused", "app.f", "app.Shop.keep"} <= graph.nodes.keys()
    node = graph.nodes["app.Shop.save"]
    assert (node.fqname, node.file, node.calls) == ("app.Shop.save", "app.py", ["app.Shop.keep", "app.Store.write"])
    assert node.line == SHOP.splitlines().index("    def save(self):") + 1

    ops = build_expensive_ops_index(graph)
    assert list(ops) == ["app.Shop.__init__", "app.Shop.keep", "app.Store.write", "app.requests_log", "app.unused"]
    # not of one action: amplified by its own loops alone
    assert [(op.callee, op.amplification) for op in ops["app.Shop.keep"]] == [("pickle.dumps", 4), ("copy.deepcopy", 1)]

    mutations = build_state_mutations_index(graph)
    assert {name: [(m.target, m.kind) for m in rows] for name, rows in mutations.items()} == {
        "app.Shop.__init__": [("self.store", "attr_write"), ("self.rows", "attr_write")],
        "app.Store.write": [("file:out.txt", "file_write")],
    }
    chart = graph.render_mermaid("app.f")
    assert chart.startswith("flowchart TD\n")
    assert "app.Shop.keep" in chart


def test_the_default_source_root(make_tree: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(make_tree({"src/app.py": "def f(): pass\n"}))
    assert list(build_call_graph().nodes) == ["app", "app.f"]


def test_a_source_root_by_argument(make_tree: Make) -> None:
    root = make_tree({"lib/app.py": "def f(): g()\ndef g(): pass\n"})
    profile = trace_action(Action("a", ["app.f"]), source=root / "lib")
    assert list(profile.call_graph.nodes) == ["app.f", "app.g"]


def test_the_threshold() -> None:
    assert EXPENSIVE_THRESHOLD == 40_000


def test_the_audited_code_is_not_run(trace: Trace, tmp_path: Path) -> None:
    mark = tmp_path / "ran"
    source = f"open({str(mark)!r}, 'w')\n" + function("import json\njson.loads(x)")
    trace(source)
    assert not mark.exists()


def test_importing_the_package_imports_no_stage() -> None:
    code = (
        "import sys, code_path_audit\n"
        "heavy = ('code_path_audit.', 'ast', 'typeshed', 'json', 'dataclasses')\n"
        "print(sorted(n for n in sys.modules if n.startswith(heavy)))\n"
        "code_path_audit.EXPENSIVE_THRESHOLD\n"
        "print('code_path_audit.callgraph' in sys.modules or 'code_path_audit.facts' in sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-S", "-c", f"import sys; sys.path[:0] = {sys.path!r}\n{code}"],
                          capture_output=True, text=True, check=True)  # fmt: skip
    assert done.stdout.splitlines() == ["[]", "False"]
