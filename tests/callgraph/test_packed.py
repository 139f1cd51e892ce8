"""Graphs as bytes: what is opened is what was packed, in the same order; anything else is nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from code_path_audit import pipeline
from code_path_audit.callgraph.model import Fetched, SolvedGraph
from code_path_audit.callgraph.packed import opened, pack
from tests.callgraph.solving import solve

PROGRAMS = sorted(path.parent for path in Path("tests/programs").glob("*/*.toml"))

SMALL = """
def f(x):
    for i in range(3):
        print(open('a').read(), len([1, 2]), g(i), x.y(), '\\ud800')
def g(n):
    f(n)
"""


EMPTY = SolvedGraph((), (), (), (), (), (), {}, {}, {}, (), {}, {}, False, {}, {})


def of_program(folder: Path) -> SolvedGraph:
    return pipeline.callgraph(pipeline.load_sources(folder, (".",)))


def shown(value: object) -> str:
    """A value as it is, in its order; sets, which have none that holds, sorted."""
    if isinstance(value, set | frozenset):
        return f"{type(value).__name__}({sorted(map(shown, value))})"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{shown(key)}: {shown(part)}' for key, part in value.items())}}}"
    if isinstance(value, tuple):
        return f"{type(value).__name__}({', '.join(map(shown, value))})"
    return repr(value)


@pytest.mark.parametrize("folder", PROGRAMS, ids=[folder.name for folder in PROGRAMS])
def test_a_graph_is_opened_as_it_was(folder: Path) -> None:
    graph = of_program(folder)
    found = opened(pack(graph))
    # not only equal: tables are in the same order, and rows of the same classes
    assert shown(found) == shown(graph)
    assert found == graph


def test_a_small_one() -> None:
    graph = solve(SMALL)
    assert graph.edges and graph.arguments and graph.bounds and graph.unresolved
    assert repr(opened(pack(graph))) == repr(graph)
    assert opened(pack(EMPTY)) == EMPTY


REST = (
    b"[],[],[[],[]],[],[],[[],[]],[],[[],[]],[],[],[[],[]],[],[],[[],[]],[],false,[],[],[[],[],[]],[],[[],[]],[[],[]]"
    b",[],[[],[]],[],[],[],[],[]]]"
)

BROKEN = {
    "nothing": b"",
    "no JSON": b"\x80\x04N.",
    "another value": b"{}",
    "too few parts": b'[["a"],[[0],[0]]]',
    "a text that there is none of": b'[["a"],[[7],[],[],[],' + REST,
    "columns of different lengths": b'[["a"],[[],[],[[0,0],[1],[0],[0],[0]],[],' + REST,
    "too few columns": b'[["a"],[[],[],[[0],[1]],[],' + REST,
    "registers that are no text": b'[["a"],[[],[],[],[],' + REST.replace(b"false,[],[]", b"false,[0],[7]"),
    "registers of no function": b'[["a"],[[],[],[],[],' + REST.replace(b"false,[],[]", b'false,[],["1"]'),
    "a context of no pair": b'[["a"],[[],[],[],[],' + REST[: REST.rindex(b"[],[],[],[]]]")]
    + b"[[0],[0],[0],[0],[0]],[1],[[1]],[]]]",
    "a number for a row": b'[["a"],[[],[],[3],[],' + REST,
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_no_graph(name: str) -> None:
    assert opened(BROKEN[name]) is None


def test_what_frameworks_say() -> None:
    """Of the programs above none has it."""
    fetched = {
        ("m.f", 2, "m.g"): (Fetched("rows", "m.f", 1, "order"), Fetched("one", "m.g", 0, "")),
        ("m.g", 0, "x"): (),
    }
    rows_of = {("m.f", 2, "m.g"): (("m.g", 1), ("m.f", -1)), ("m.g", 0, "x"): ()}
    names = {("m.f", 0): "orders"}
    graph = EMPTY._replace(
        fetched=fetched, loop_names=names, requests=True, plain={"m.f": "0\\1O"}, rows_of=rows_of,
        filled=frozenset([("m.f", 2), ("m.g", 0)]), inner=("m.g",),
        alternatives=frozenset([("m.f", 1), ("m.g", 2)]),
        contexts={("m.f", 1, "m.g", "call"): ((0, 1), (0, 2)), ("m.g", 0, "m.f", "call"): ((1, 0),)},
        certain_in_context=frozenset([("m.g", 0, "m.f", "call")]), chosen=("m.f", "m.g"),
    )  # fmt: skip
    assert repr(opened(pack(graph))) == repr(graph)


def test_every_field_is_packed() -> None:
    """One that is not packed, with its rows above, would have no graph kept in which it says something."""
    last = (
        "fetched", "loop_names", "requests", "plain", "rows_of", "filled", "inner", "alternatives", "contexts",
        "certain_in_context", "chosen",
    )  # fmt: skip
    assert SolvedGraph._fields[-11:] == last


def test_the_rest_of_those_is_sound() -> None:
    assert opened(b'[["a"],[[0],[0],[],[],' + REST) == EMPTY._replace(roots=("a",), functions=("a",))


def test_a_graph_that_is_cut_short_is_none() -> None:
    data = pack(solve(SMALL))
    assert all(opened(data[:end]) is None for end in range(len(data)))
