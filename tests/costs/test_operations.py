"""Ops and mutations of programs built by hand: sizes with each source, loops, ordinals, and every kind of mutation."""

from typing import NamedTuple

import pytest

from code_path_audit.callgraph.model import ArgumentValue, Bound, Edge, ExternalCall, SolvedGraph
from code_path_audit.config import Hint
from code_path_audit.costs.identity import op_id
from code_path_audit.costs.model import CostModel, ExpensiveOp, StateMutation
from code_path_audit.costs.models import load_model
from code_path_audit.costs.mutations import find_mutations
from code_path_audit.costs.operations import find_ops
from code_path_audit.costs.rules import load_rules
from code_path_audit.costs.tables import config_table
from code_path_audit.facts.function import FunctionFacts
from code_path_audit.facts.module import ModuleFacts
from code_path_audit.facts.rows import Argument, CallSite, Loop, Mutation, Positions, Statement
from code_path_audit.program.link import link
from code_path_audit.program.model import Program

HEURISTIC = load_model("heuristic")
RULES = load_rules(HEURISTIC.classes)
UNKNOWN = ArgumentValue("unknown", None, None, "unknown")


class Call(NamedTuple):
    """One call site of `app.f`: its line, what it calls outside, and its arguments as (keyword, value)."""

    line: int
    callees: tuple[str, ...]
    arguments: tuple[tuple[str | None, ArgumentValue], ...] = ()
    receiver: ArgumentValue | None = None
    loop: int = -1
    kind: str = "call"
    confidence: str = "exact"
    last_line: int = 0


def text(value: str, source: str = "literal") -> ArgumentValue:
    return ArgumentValue("str", len(value.encode()), value, source)


def nodes(count: int) -> ArgumentValue:
    return ArgumentValue("container", count, None, "literal")


def number(value: int) -> ArgumentValue:
    return ArgumentValue("int", value, None, "literal")


def pos(*values: ArgumentValue) -> tuple[tuple[str | None, ArgumentValue], ...]:
    return tuple((None, value) for value in values)


def build(
    *calls: Call,
    loops: tuple[tuple[int, Bound | None], ...] = (),
    hints: tuple[tuple[int, str, int], ...] = (),
    mutations: tuple[tuple[Mutation, int], ...] = (),
    global_names: tuple[str, ...] = (),
    edges: tuple[Edge, ...] = (),
) -> tuple[Program, SolvedGraph]:
    """A program of one function, `app.f` on line 1; a loop is (parent, bound), and stands on line 100 + its index."""
    sites = tuple(
        CallSite(
            "call",
            "x",
            tuple(Argument(keyword, "other", "x", 0) for keyword, _ in call.arguments),
            call.loop,
            False,
            False,
        )
        for call in calls
    )
    blank = FunctionFacts(
        "", "module", -1, False, False, (), None, 0, (), (), (), (), (), (), (), 1, 1, Positions((), (), (), ())
    )
    function = FunctionFacts(
        "f",
        "function",
        0,
        False,
        False,
        (),
        None,
        0,
        (),
        (),
        sites,
        tuple(Loop(parent, "for", 0, None) for parent, _ in loops),
        (Statement(0, 0, (), ("total",), 0, 0),),
        tuple(row for row, _ in mutations),
        global_names,
        1,
        1,
        Positions(
            tuple((call.line, 4, call.last_line or call.line, 9) for call in calls),
            tuple(line for _, line in mutations),
            tuple(100 + index for index in range(len(loops))),
            (77,),
        ),
    )
    program = link([(ModuleFacts("app", False, (blank, function), None, hints), "src/app.py")])
    externals = tuple(
        ExternalCall("app.f", index, callee, call.kind, call.confidence)
        for index, call in enumerate(calls)
        for callee in call.callees
    )
    return program, SolvedGraph(
        ("app.f",),
        ("app.f",),
        edges,
        externals,
        (),
        {("app.f", i): tuple(value for _, value in call.arguments) for i, call in enumerate(calls)},
        {("app.f", i): call.receiver for i, call in enumerate(calls) if call.receiver is not None},
        {("app.f", i): bound for i, (_, bound) in enumerate(loops) if bound is not None},
        (),
    )


def ops(*calls: Call, model: CostModel = HEURISTIC, **more: object) -> tuple[ExpensiveOp, ...]:
    program, graph = build(*calls, **more)  # type: ignore[arg-type]
    return find_ops(program, graph, model, RULES)


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
            confidence="exact",
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


def test_what_no_rule_matches_is_no_op() -> None:
    assert ops(Call(5, ("builtins.print",)), Call(6, ("queue.Queue.put",))) == ()  # the second only changes state


# sizes

FILES = {"data/big.json": 5000, "b.py": 70}
SIZES = [
    ("a literal", Call(5, ("json.loads",), pos(text("123"))), 3, "literal"),
    ("bytes, not characters", Call(5, ("json.loads",), pos(text("é"))), 2, "literal"),
    ("a constant", Call(5, ("json.loads",), pos(text("123", "constant"))), 3, "constant"),
    ("a constant of unknown origin", Call(5, ("json.loads",), pos(text("123", "?"))), 3, "constant"),
    ("a container", Call(5, ("json.dumps",), pos(nodes(12))), 12, "literal"),
    ("by keyword", Call(5, ("json.dumps",), (("indent", number(4)), ("obj", nodes(12)))), 12, "literal"),
    ("an int is no data", Call(5, ("json.dumps",), pos(number(9))), 1, "assumed"),
    ("a number of bytes", Call(5, ("io.TextIOWrapper.read",), pos(number(64))), 64, "literal"),
    ("read(-1) is all of it", Call(5, ("io.TextIOWrapper.read",), pos(number(-1))), 1, "assumed"),
    (
        "after *args no position is sure",
        Call(5, ("json.loads",), (("*", text("123")), (None, text("12345")))),
        1,
        "assumed",
    ),
    ("a file", Call(5, ("builtins.open",), pos(text("data/big.json"))), 5000, "file"),
    ("a file by keyword", Call(5, ("builtins.open",), (("file", text("./data//big.json")),)), 5000, "file"),
    ("a receiver's file", Call(5, ("pathlib.Path.read_text",), (), text("data/big.json")), 5000, "file"),
    ("read mode", Call(5, ("builtins.open",), pos(text("data/big.json"), text("rb"))), 5000, "file"),
    (
        "what is written is not its size",
        Call(5, ("builtins.open",), pos(text("data/big.json"), text("w"))),
        1,
        "assumed",
    ),
    ("text written", Call(5, ("pathlib.Path.write_text",), pos(text("abcd")), text("data/big.json")), 4, "literal"),
    ("no such file", Call(5, ("builtins.open",), pos(text("none.json"))), 1, "assumed"),
    ("outside the project", Call(5, ("builtins.open",), pos(text("../b.py"))), 1, "assumed"),
    ("absolute", Call(5, ("builtins.open",), pos(text("/b.py"))), 1, "assumed"),
    ("unknown", Call(5, ("builtins.open",), pos(UNKNOWN)), 1, "assumed"),
    ("a callback is given other arguments", Call(5, ("json.loads",), pos(text("123")), kind="callback"), 1, "assumed"),
]


@pytest.mark.parametrize(("why", "call", "size", "source"), SIZES)
def test_size(why: str, call: Call, size: float, source: str) -> None:
    program, graph = build(call)
    asked: list[str] = []

    def file_size(path: str) -> int | None:
        asked.append(path)
        return FILES.get(path)

    (op,) = find_ops(program, graph, HEURISTIC, RULES, file_size)
    assert (op.size, op.size_source) == (size, source), why
    assert op.data_size_estimate == (None if source == "assumed" else size)
    assert not any(path.startswith(("/", "..")) for path in asked)


@pytest.mark.parametrize(
    ("hints", "sizes"),
    [
        ((), (3, 1, 1)),
        (((5, "size", 9),), (9, 1, 1)),  # on its line: outranks what is known
        (((4, "size", 9),), (9, 1, 1)),  # the line above
        (((6, "size", 9),), (3, 9, 1)),  # line 6 has a call of its own: not one for line 7
        (((11, "size", 9),), (3, 1, 9)),  # inside of a call of many lines
        (((4, "bound", 9),), (3, 1, 1)),
        (((4, "size", 8), (5, "size", 9)), (9, 1, 1)),
        (((1, "size", 8), (3, "size", 9)), (3, 1, 1)),
    ],
)
def test_comment_hints(hints: tuple[tuple[int, str, int], ...], sizes: tuple[int, ...]) -> None:
    found = ops(
        Call(5, ("json.loads",), pos(text("123"))),
        Call(6, ("json.loads",)),
        Call(10, ("json.loads",), last_line=12),
        hints=hints,
    )
    assert tuple(op.size for op in found) == sizes
    assert [op.size_source for op in found if op.size > 3] == ["hint"] * sum(size > 3 for size in sizes)


def test_a_hint_of_the_configuration_fills_in_what_is_unknown() -> None:
    program, graph = build(Call(5, ("json.loads",), pos(text("123"))), Call(6, ("json.loads",)))
    found = find_ops(program, graph, HEURISTIC, RULES, None, {"app.f": Hint(None, 50), "app.g": Hint(None, 60)})
    assert [(op.size, op.size_source, op.weight) for op in found] == [(3, "literal", 450), (50, "hint", 7500)]


def test_a_class_that_counts_nodes_converts_bytes_and_the_other_way_round() -> None:
    model = load_model(
        "heuristic", {"json_io": {"per_unit": 1, "unit": "nodes"}, "file_io": {"per_unit": 1, "unit": "bytes"}}
    )
    found = ops(
        Call(5, ("json.loads",), pos(text("x" * 80))),
        Call(6, ("json.loads",), pos(text("1"))),
        Call(7, ("io.TextIOWrapper.writelines",), pos(nodes(3))),
        model=model,
    )
    assert [op.size for op in found] == [10, 1, 24]


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


# one op a site


def test_the_heaviest_class_stands_for_a_site() -> None:
    (op,) = ops(Call(5, ("builtins.open", "pickle.loads", "requests.get", "json.loads"), confidence="inferred"))
    assert (op.callee, op.confidence) == ("requests.get", "inferred")


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


# mutations


def mutations(*calls: Call, **more: object) -> list[tuple[str, str, int]]:
    program, graph = build(*calls, **more)  # type: ignore[arg-type]
    return [(row.kind, row.target, row.line) for row in find_mutations(program, graph, RULES)]


def test_one_whole_mutation() -> None:
    program, graph = build(Call(5, ("pathlib.Path.unlink",), (), text("a/../b.txt")))
    assert find_mutations(program, graph, RULES) == (
        StateMutation("file:b.txt", "file_write", 5, "app.f", "src/app.py", 0),
    )


@pytest.mark.parametrize(
    ("call", "kind", "target"),
    [
        (Call(5, ("builtins.open",), pos(text("a.txt"), text("w"))), "file_write", "file:a.txt"),
        (Call(5, ("builtins.open",), (*pos(text("a.txt")), ("mode", text("ab")))), "file_write", "file:a.txt"),
        (Call(5, ("builtins.open",), pos(UNKNOWN, text("r+"))), "file_write", "file:builtins.open"),
        (Call(5, ("builtins.open",), pos(text("a.txt"), UNKNOWN)), "file_write", "file:a.txt"),  # it may
        (Call(5, ("builtins.open",), (*pos(text("a.txt")), ("**", UNKNOWN))), "file_write", "file:a.txt"),
        (Call(5, ("pathlib.Path.open",), pos(text("x")), text("a.txt")), "file_write", "file:a.txt"),
        (Call(5, ("pathlib.Path.write_text",), pos(text("x"))), "file_write", "file:pathlib.Path.write_text"),
        (Call(5, ("os.remove",), pos(text("a\\b.txt"))), "file_write", "file:a/b.txt"),
        (Call(5, ("os.remove",), pos(text("a\nb"))), "file_write", "file:os.remove"),  # no control characters
        (Call(5, ("shutil.rmtree",)), "file_write", "file:shutil.rmtree"),
        (Call(5, ("requests.post",)), "ipc_emit", "network:requests.post"),
        (Call(5, ("_socket.socket.sendall",)), "ipc_emit", "network:socket.socket.sendall"),
        (Call(5, ("sqlite3.Cursor.execute",), pos(text("insert into t values (1)"))), "ipc_emit",
         "database:sqlite3.Cursor.execute"),
        (Call(5, ("sqlite3.Cursor.execute",), pos(UNKNOWN)), "ipc_emit", "database:sqlite3.Cursor.execute"),
        (Call(5, ("subprocess.run",)), "ipc_emit", "process:subprocess.run"),
        (Call(5, ("queue.Queue.put",)), "ipc_emit", "queue:queue.Queue.put"),
        (Call(5, ("multiprocessing.queues.Queue.put",)), "ipc_emit", "queue:multiprocessing.Queue.put"),
        (Call(5, ("celery.shared_task().delay",)), "ipc_emit", "queue:celery.shared_task().delay"),
        (Call(5, ("os.kill",)), "ipc_emit", "signal:os.kill"),
        (Call(5, ("threading.Event.set",)), "ipc_emit", "event:threading.Event.set"),
        (Call(5, ("blinker.signal().send",)), "ipc_emit", "event:blinker.NamedSignal.send"),
    ],
)  # fmt: skip
def test_calls_that_change_state(call: Call, kind: str, target: str) -> None:
    assert mutations(call) == [(kind, target, 5)]


@pytest.mark.parametrize(
    "call",
    [
        Call(5, ("builtins.open",), pos(text("a.txt"))),
        Call(5, ("builtins.open",), pos(text("a.txt"), text("rb"))),
        Call(5, ("pathlib.Path.open",), (), text("a.txt")),
        Call(5, ("pathlib.Path.read_text",), (), text("a.txt")),
        Call(5, ("requests.get",)),
        Call(5, ("sqlite3.Cursor.execute",), pos(text("  (SELECT 1)"))),
        Call(5, ("redis.Redis.get",)),
        Call(5, ("boto3.client().list_buckets",)),
        Call(5, ("json.dump",)),  # the file is what `open` says
        Call(5, ("builtins.print",)),
    ],
)
def test_calls_that_change_nothing(call: Call) -> None:
    assert mutations(call) == []


def test_mutations_of_the_syntax() -> None:
    rows = (
        (Mutation("attr_write", "self.history", -1, -1, 0), 3),
        (Mutation("container_mutate", "self.rows", -1, -1, 0), 2),
        (Mutation("container_mutate", "app.cache", -1, -1, 0), 2),
        (Mutation("attr_write", "self.history", -1, -1, 0), 3),  # twice on a line: once
    )
    assert mutations(mutations=rows, global_names=("events", "total")) == [
        ("global_write", "app.events", 1),  # the function's own line
        ("container_mutate", "app.cache", 2),
        ("container_mutate", "self.rows", 2),
        ("attr_write", "self.history", 3),
        ("global_write", "app.total", 77),  # a statement that is known to write it
    ]


def test_a_global_write_of_the_facts_is_not_said_again() -> None:
    rows = ((Mutation("global_write", "app.total", -1, -1, -1), 3),)
    assert mutations(mutations=rows, global_names=("total",)) == [("global_write", "app.total", 3)]


def test_a_method_of_the_source_is_no_change_of_a_container() -> None:
    row = ((Mutation("container_mutate", "self.cart", -1, 0, 0), 5),)
    edge = Edge("app.f", 0, "app.Cart.add", "call", "exact")
    assert mutations(Call(5, ()), mutations=row) == [("container_mutate", "self.cart", 5)]
    assert mutations(Call(5, ()), mutations=row, edges=(edge,)) == []
    # it may be either
    assert mutations(Call(5, ("builtins.set.add",)), mutations=row, edges=(edge,)) == [
        ("container_mutate", "self.cart", 5)
    ]


def test_a_function_that_is_not_reached_has_no_part() -> None:
    program, graph = build(mutations=((Mutation("attr_write", "self.x", -1, -1, 0), 3),))
    assert find_mutations(program, graph._replace(functions=()), RULES) == ()
