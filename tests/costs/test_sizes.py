"""Sizes of ops, with each source."""

import pytest

from code_path_audit.callgraph.model import ArgumentValue
from code_path_audit.config import Hint
from code_path_audit.costs.models import load_model
from code_path_audit.costs.operations import find_ops
from tests.costs.programs import HEURISTIC, RULES, UNKNOWN, Call, build, nodes, ops, pos, text


def number(value: int) -> ArgumentValue:
    return ArgumentValue("int", value, None, "literal")


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


@pytest.mark.parametrize(("asked", "size", "source"), [(64, 64, "literal"), (1 << 20, 500, "assumed")])
def test_a_read_is_no_larger_than_what_there_is(asked: int, size: float, source: str) -> None:
    """Of a file that nobody knows the size of no more than one has that the model assumes."""
    program, graph = build(Call(5, ("io.BufferedReader.read",), pos(number(asked))))
    (op,) = find_ops(program, graph, load_model("reference"), RULES)
    assert (op.size, op.size_source) == (size, source)
