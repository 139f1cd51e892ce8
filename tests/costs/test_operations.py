"""Ops of programs built by hand: loops, kinds of work, ordinals."""

import pytest

from code_path_audit.callgraph.model import ArgumentValue, Bound
from code_path_audit.costs.identity import op_id
from code_path_audit.costs.model import ExpensiveOp
from code_path_audit.costs.models import load_model
from code_path_audit.costs.operations import find_ops
from code_path_audit.costs.rules import load_rules
from code_path_audit.costs.tables import config_table
from code_path_audit.costs.weights import weight
from tests.callgraph.frameworks.querying import ops_of
from tests.costs.programs import HEURISTIC, Call, build, nodes, ops, pos, text


def test_one_whole_op() -> None:
    assert ops(Call(5, ("json.decoder.JSONDecoder.decode",), pos(text("[1, 2]")))) == (
        ExpensiveOp(
            callee="json.JSONDecoder.decode",
            cost_class="json_io",
            data_size_estimate=6,
            line=5,
            weight=900,  # 6 bytes x 150
            base_class="json_io",
            function="app.f",
            file="src/app.py",
            column=4,
            site=0,
            ordinal=1,
            id=op_id("app.f", "json.JSONDecoder.decode", "json_io", 1),
            size=6,
            size_source="literal",
            amplification=1,
            bound_source="",
            recursive=False,
            evidence="certain",
            amplified_by=(),
            path=(),
            light=False,
        ),
    )


@pytest.mark.parametrize(
    ("callee", "cost_class", "expected"),
    [
        ("builtins.open", "file_io", 100),
        ("requests.get", "network", 500),
        ("ast.parse", "ast_parse", 200),
        ("json.load", "json_io", 150),
        ("pickle.load", "pickle", 300),
        ("copy.deepcopy", "deep_copy", 200),
        ("subprocess.run", "subprocess", 500),
    ],
)
def test_each_class_at_its_assumed_size(callee: str, cost_class: str, expected: int) -> None:
    (op,) = ops(Call(5, (callee,)))
    assert (op.base_class, op.cost_class, op.weight, op.size_source, op.data_size_estimate) == (
        cost_class, cost_class, expected, "assumed", None,
    )  # fmt: skip


def test_what_takes_one_argument_is_not_called_with_two() -> None:
    """The replace() of a text, where what it is called on may be a path."""
    replace = "pathlib.Path.replace"
    assert len(ops(Call(5, (replace,), pos(text("a"))), Call(6, (replace,), (("target", text("a")),)))) == 2
    assert ops(Call(5, (replace,), pos(text("a"), text("b"))), Call(6, (replace,), (("hour", text("a")),))) == ()


def test_what_no_rule_matches_is_no_op() -> None:
    only_change_state = (Call(6, ("queue.Queue.put",)), Call(7, ("asyncio.StreamWriter.write",)))
    assert ops(Call(5, ("builtins.print",)), *only_change_state) == ()


# loops


@pytest.mark.parametrize(
    ("loops", "expected"),
    [
        # (parent, bound) of each loop; the call is in loop 0: class, amplification, source, lines, weight (150 each)
        (((-1, Bound(10, "literal")),), ("loop_amplified", 10, "literal", ("app.f:100",), 1500)),
        (((-1, Bound(1, "literal")),), ("json_io", 1, "literal", (), 150)),
        (((-1, Bound(0, "literal")),), ("json_io", 0, "literal", (), 0)),
        (((-1, Bound(None, "unknown")),), ("loop_amplified", 1, "unknown", ("app.f:100",), 150)),
        (((-1, None),), ("loop_amplified", 1, "unknown", ("app.f:100",), 150)),
        (
            ((1, Bound(3, "literal")), (-1, Bound(4, "hint"))),
            ("loop_amplified", 12, "hint", ("app.f:101", "app.f:100"), 1800),
        ),
        (
            ((1, Bound(None, "unknown")), (-1, Bound(4, "constant"))),
            ("loop_amplified", 4, "unknown", ("app.f:101", "app.f:100"), 600),
        ),
        (((-1, Bound(10**30, "constant")),), ("loop_amplified", 10**12, "constant", ("app.f:100",), 150 * 10**12)),
    ],
)
def test_loops(loops: tuple[tuple[int, Bound | None], ...], expected: tuple[object, ...]) -> None:
    (op,) = ops(Call(5, ("json.load",), loop=0), loops=loops)
    assert (op.cost_class, op.amplification, op.bound_source, op.amplified_by, op.weight) == expected
    assert op.base_class == "json_io"


def test_an_unknown_bound_counts_as_the_models_assumed_bound() -> None:
    (op,) = ops(Call(5, ("json.load",), loop=0), loops=((-1, None),), model=HEURISTIC._replace(assumed_bound=7))
    assert (op.amplification, op.weight, op.bound_source) == (7, 1050, "unknown")


def test_a_light_op_starts_warm() -> None:
    model = load_model("heuristic", {"file_io": {"base": 1000, "warm_base": 10, "per_unit": 1}})
    found = ops(Call(5, ("builtins.open",)), Call(6, ("io.TextIOWrapper.read",)), model=model)
    assert [(op.callee, op.light, op.weight) for op in found] == [
        ("builtins.open", False, 1001),
        ("io.TextIOWrapper.read", True, 11),
    ]


def test_a_kind_of_work_has_constants_of_its_own() -> None:
    kinds = {
        "open": {"base": 50, "per_unit": 0},
        "open_write": {"base": 300, "per_unit": 0},
        "handle": {"base": 7, "per_unit": 0},
    }
    model = load_model("heuristic", {"file_io": {"base": 1000, "warm_base": 10, "per_unit": 0, "kinds": kinds}})
    found = ops(
        Call(5, ("builtins.open",)),
        Call(6, ("builtins.open",), pos(text("x"), text("w"))),
        Call(7, ("io.TextIOWrapper.read",)),
        Call(8, ("os.stat",)),
        Call(9, ("shutil.copytree",)),
        model=model,
    )
    # what has constants of its own needs no rule to be light
    assert [(op.callee, op.kind, op.light, op.weight) for op in found] == [
        ("builtins.open", "open", False, 50),
        ("builtins.open", "open_write", False, 300),
        ("io.TextIOWrapper.read", "handle", False, 7),
        ("os.stat", "", True, 10),
        ("shutil.copytree", "", False, 1000),
    ]


def test_a_deep_copy_of_objects_of_the_source_is_of_a_kind_of_its_own() -> None:
    model = load_model("heuristic", {"deep_copy": {"base": 1, "per_unit": 0, "kinds": {"graph": GRAPH}}})
    objects = ArgumentValue("objects", None, None, "unknown")
    found = ops(
        Call(5, ("copy.deepcopy",), pos(objects)), Call(6, ("copy.deepcopy",), pos(text("x"))), model=model,
    )  # fmt: skip
    assert [(op.kind, op.size, op.weight) for op in found] == [("graph", 500, 1000), ("", 1, 1)]


GRAPH = {"base": 0, "per_unit": 2, "assumed_size": 500}


# one op a site


def test_the_heaviest_class_stands_for_a_site() -> None:
    (op,) = ops(Call(5, ("builtins.open", "pickle.loads", "requests.get", "json.loads"), evidence="likely"))
    assert (op.callee, op.evidence) == ("requests.get", "likely")


def test_equal_classes_are_chosen_by_name() -> None:
    (op,) = ops(Call(5, ("requests.get", "httpx.get")))
    assert op.callee == "httpx.get"


def test_ordinals_count_the_same_in_source_order() -> None:
    found = ops(
        Call(9, ("json.load",)),
        Call(5, ("json.load",)),
        Call(6, ("json.loads",)),
        Call(7, ("json.load",)),
    )
    assert [(op.line, op.callee, op.ordinal, op.site) for op in found] == [
        (5, "json.load", 1, 1),
        (6, "json.loads", 1, 2),
        (7, "json.load", 2, 3),
        (9, "json.load", 3, 0),
    ]
    assert len({op.id for op in found}) == 4


def test_lines_are_no_part_of_an_id() -> None:
    (one,), (other,) = ops(Call(5, ("json.load",))), ops(Call(50, ("json.load",)))
    assert one.id == other.id


def test_a_users_class() -> None:
    model = load_model("heuristic", {"gpu": {"base": 7, "per_unit": 2, "assumed_size": 10}})
    rules = load_rules(model.classes, [config_table([{"match": "mylib.*", "class": "gpu", "size_from": "data"}], "x")])
    program, graph = build(Call(5, ("mylib.run",)), Call(6, ("mylib.run",), (("data", nodes(100)),)))
    assert [(op.base_class, op.weight) for op in find_ops(program, graph, model, rules)] == [("gpu", 27), ("gpu", 207)]


# what is called, the kind of work that it is
TALKS = {
    'socket.create_connection(("127.0.0.1", port))': "local",
    "socket.create_connection(('localhost', 80))": "local",
    'socket.create_connection(("example.org", 80))': "connection",
    "socket.create_connection((host, port))": "connection",
    'asyncio.open_connection("localhost", port)': "local",
    'asyncio.open_connection(host="::1", port=port)': "local",
    "asyncio.open_connection(host, port)": "",
    'requests.get("http://localhost:8000/rows")': "local",
    'requests.get(url="http://127.0.0.1/")': "local",
    'requests.get("http://[::1]:80/x?y=1")': "local",
    'requests.get("http://localhost.example.org/")': "connection",
    'requests.get("http://example.org/localhost")': "connection",
    'requests.get("http://example.org", "localhost")': "connection",
    'psycopg.connect("postgresql://me:secret@localhost/shop")': "local",
    'psycopg.connect("postgresql://me:secret@db/shop")': "connection",
    'asyncio.open_unix_connection("/run/app.sock")': "local",
    "requests.get(HERE)": "local",
    "requests.get(Settings().url)": "connection",  # a default, for the developer
    "requests.get(settings.url)": "connection",
    "requests.get(url=settings.url)": "connection",
}


@pytest.mark.parametrize("call", TALKS)
def test_what_talks_to_this_machine_is_local(call: str) -> None:
    text = f"""import asyncio, psycopg, requests, socket
HERE = "http://localhost:8000/"
class Settings:
    url = "http://localhost:8000/"
settings = Settings()
def f(host, port):
    {call}
"""
    (op,) = ops_of({"m": text}, "m.f")
    assert op.kind == TALKS[call]


ONE_OF = {
    "one is chosen": ("(gzip.open if name else open)(name)", "gzip.open", ["builtins.open"], "certain"),
    "one function gives one": ("opener(name)(name)", "bz2.open", ["builtins.open", "gzip.open"], "certain"),
    "an object keeps one": ("Lazy(opener(name)).open(name)", "bz2.open", ["builtins.open", "gzip.open"], "certain"),
    "methods of several": (
        "opener(name)(name).read()", "bz2.BZ2File.read", ["gzip.GzipFile.read", "io.TextIOWrapper.read"], "certain",
    ),
    "one alone": ("open(name)", "builtins.open", [], "certain"),
    "a callback is none": ("tokenize.tokenize(open(name).readline)", "tokenize.tokenize", [], "certain"),
    "a file, opened or declared": (
        "(open(name) if name else sys.stdin).read()", "io.TextIOWrapper.read", [], "certain",
    ),
    "a file, or none": ("(open(name) if name else io.StringIO()).read()", "io.TextIOWrapper.read", [], "likely"),
}  # fmt: skip


@pytest.mark.parametrize("name", ONE_OF)
def test_one_of_several_is_called(name: str) -> None:
    call, callee, others, evidence = ONE_OF[name]
    text = f"""import bz2, gzip, io, sys, tokenize
def opener(name):
    if name.endswith(".gz"):
        return gzip.open
    if name.endswith(".bz2"):
        return bz2.open
    return open
class Lazy:
    def __init__(self, opens):
        self.opens = opens
    def open(self, name):
        return self.opens(name)
def f(name: str):
    for name in [name] * 3:
        {call}
"""
    rows = [op for op in ops_of({"m": text}, "m.f") if op.callee == callee]
    assert [([row.callee for row in op.others], op.evidence) for op in rows] == [(others, evidence)]
    # each weighs as if it were called in each round, and the heaviest stands for all
    model = load_model("reference")
    (op,) = rows
    for row in op.others:
        constants = model.classes[row.base_class].of(row.kind)
        assert row.weight == weight(constants, op.amplification, row.size, row.light) <= op.weight
