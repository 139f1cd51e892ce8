"""Mutations of programs built by hand: every kind, from calls and from syntax."""

import pytest

from code_path_audit.callgraph.model import Edge
from code_path_audit.costs.model import StateMutation
from code_path_audit.costs.mutations import find_mutations
from code_path_audit.facts.rows import Mutation
from tests.costs.programs import RULES, UNKNOWN, Call, build, mutations, pos, text


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
        (Call(5, ("asyncio.StreamWriter.write",)), "ipc_emit", "network:asyncio.StreamWriter.write"),
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
    edge = Edge("app.f", 0, "app.Cart.add", "call", "certain")
    assert mutations(Call(5, ()), mutations=row) == [("container_mutate", "self.cart", 5)]
    assert mutations(Call(5, ()), mutations=row, edges=(edge,)) == []
    # it may be either
    assert mutations(Call(5, ("builtins.set.add",)), mutations=row, edges=(edge,)) == [
        ("container_mutate", "self.cart", 5)
    ]


def test_a_function_that_is_not_reached_has_no_part() -> None:
    program, graph = build(mutations=((Mutation("attr_write", "self.x", -1, -1, 0), 3),))
    assert find_mutations(program, graph._replace(functions=()), RULES) == ()
