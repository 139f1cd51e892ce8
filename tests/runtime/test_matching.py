"""Observations on a program: which calls, sizes and bounds a trace takes from them, and that it loses nothing by it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from code_path_audit import pipeline
from code_path_audit.callgraph.model import Bound, ObservedCall, SolvedGraph
from code_path_audit.costs.model import MeasuredOp
from code_path_audit.facts.extract import extract_module
from code_path_audit.program.link import link
from code_path_audit.program.model import Program
from code_path_audit.runtime.matching import Placed, measured_bounds, placed
from code_path_audit.runtime.observations import EdgeObservation, LoopObservation, Observations, OpObservation
from tests.conftest import SPECIMENS

SOURCE = b"""
def run(names, rows):
    for name in names:
        names[name](name)
        for row in rows:
            names[name](row)
    while rows:
        pass
    for three in (1, 2, 3):
        for row in rows:
            pass
def one(x): pass
def two(x): pass
"""
PROGRAM = link([(extract_module(SOURCE, "m", False), "m.py")], [])
EDGE = EdgeObservation("a", "m.py", "m.run", "names[]", 2, "m.one", True, 3)
OP = OpObservation("a", "m.py", "m.one", "json.loads", 1, "json_io", True, 3, ((10, 3),), ((2000, 3),), (), 8)
LOOP = LoopObservation("a", "m.py", "m.run", 1, 10)


def site(ordinal: int) -> int:
    return [index for index, row in enumerate(PROGRAM.facts("m.run").sites) if row.text == "names[]"][ordinal - 1]


@pytest.mark.parametrize(
    ("edges", "action", "expected"),
    [
        ((EDGE,), "a", (ObservedCall("m.run", site(2), "m.one"),)),
        ((EDGE._replace(direct=False),), "a", (ObservedCall("m.run", site(2), "m.one", False),)),
        # what another action was seen to call may not be what this one calls
        ((EDGE, EDGE._replace(action="b", callee="m.two")), "a", (ObservedCall("m.run", site(2), "m.one"),)),
        ((EDGE,), "b", ()),
        ((EDGE, EDGE._replace(action="b", ordinal=1)), "",
         (ObservedCall("m.run", site(1), "m.one"), ObservedCall("m.run", site(2), "m.one"))),
        # what an op is of, outside of the source
        ((EDGE._replace(callee="json.loads"),), "a", (ObservedCall("m.run", site(2), "json.loads", True, True),)),
        # of an older source
        ((EDGE._replace(ordinal=3),), "a", ()),
        ((EDGE._replace(ordinal=0),), "a", ()),
        ((EDGE._replace(text="other"),), "a", ()),
        ((EDGE._replace(caller="m.gone"),), "a", ()),
        ((EDGE._replace(callee="m.gone"),), "a", ()),
    ],
)  # fmt: skip
def test_calls(edges: tuple[EdgeObservation, ...], action: str, expected: tuple[ObservedCall, ...]) -> None:
    assert placed(Observations(edges=edges), PROGRAM, action).calls == expected


def test_an_action_has_its_own_sizes_and_bounds_and_else_the_largest() -> None:
    other = OP._replace(action="b", sizes=((500, 0),), ns=())
    third = OP._replace(action="c", sizes=(), ns=((9000, 0),))
    seen = Observations(
        (OP, other, third, OP._replace(direct=False, sizes=((9, 9),))),
        loops=(LOOP, LOOP._replace(action="b", trips=50)),
    )
    found = {action: placed(seen, PROGRAM, action) for action in ("a", "b", "d", "")}
    key = ("m.one", "json.loads", 1)
    assert {action: here.ops[key] for action, here in found.items()} == {
        "a": MeasuredOp(10, 2000), "b": MeasuredOp(500, None), "d": MeasuredOp(500, 9000), "": MeasuredOp(500, 9000),
    }  # fmt: skip
    assert {action: here.trips["m.run", 0] for action, here in found.items()} == {"a": 10, "b": 50, "d": 50, "": 50}
    assert placed(Observations(), PROGRAM) == Placed()


def test_a_size_is_the_mean_since_the_large_ones_are_most_of_the_work() -> None:
    files = OP._replace(sizes=((100, 3), (500, 1), (10_000, 1)), ns=())
    assert placed(Observations((files,)), PROGRAM, "a").ops["m.one", "json.loads", 1].size == 2_000


# the loops of m.run: names (rows), while, three (rows)
UNKNOWN, THREE = Bound(None, "unknown"), Bound(3, "literal")
STATIC = {("m.run", index): bound for index, bound in enumerate((UNKNOWN, UNKNOWN, UNKNOWN, THREE, UNKNOWN))}
GRAPH = SolvedGraph((), ("m.run",), (), (), (), (), {}, {}, STATIC, ())


@pytest.mark.parametrize(
    ("trips", "expected"),
    [
        ({}, {}),
        ({0: 10}, {0: 10}),
        ({0: 10, 1: 500}, {0: 10, 1: 50}),  # trips are those of the whole nest
        ({1: 500}, {0: 5, 1: 100}),  # the assumed bound stands for the outer one
        ({1: 2}, {0: 2, 1: 1}),
        ({2: 0}, {2: 1}),
        ({3: 7}, {}),  # what the source says stays
        ({4: 20}, {4: 7}),
        ({9: 20}, {}),
    ],
)
def test_bounds(trips: dict[int, int], expected: dict[int, int]) -> None:
    graph = measured_bounds(GRAPH, PROGRAM, {("m.run", index): count for index, count in trips.items()}, 5)
    assert graph.bounds == STATIC | {("m.run", index): Bound(count, "measured") for index, count in expected.items()}


NAMES = (
    "async_calls", "branch_join", "callbacks", "class_metaclass", "class_new", "decorator_object", "getattr_unknown",
    "generator_send", "generators", "global_rebinding", "import_late", "iteration_protocol", "operators",
    "property_descriptor", "recursion", "registry_by_decorator", "unknown_callee", "unknown_receiver",
    "with_contextmanager",
)  # fmt: skip
FOLDERS = [SPECIMENS / name for name in NAMES]
PROGRAMS: dict[Path, Program] = {}


def program_of(folder: Path) -> Program:
    if folder not in PROGRAMS:
        PROGRAMS[folder] = pipeline.load_sources(folder, (".",))
    return PROGRAMS[folder]


@settings(deadline=None, max_examples=40)
@given(st.sampled_from(FOLDERS), st.data())
def test_nothing_that_was_found_without_them_is_lost(folder: Path, data: st.DataObject) -> None:
    program = program_of(folder)
    names = st.sampled_from(sorted(program.functions))
    calls = data.draw(st.lists(st.builds(ObservedCall, names, st.integers(-1, 6), names, st.booleans()), max_size=4))
    entry = data.draw(names)
    without, with_them = pipeline.solve(program, (entry,)), pipeline.solve(program, (entry,), False, calls)
    assert set(without.functions) <= set(with_them.functions)
    assert {edge[:4] for edge in without.edges} <= {edge[:4] for edge in with_them.edges}
    assert {row[:4] for row in without.externals} <= {row[:4] for row in with_them.externals}
    made = {edge[:3] for edge in with_them.edges if edge.kind == "observed"}
    assert made.isdisjoint(edge[:3] for edge in without.edges)
    assert pipeline.solve(program, (entry,), False, calls[::-1]) == with_them
