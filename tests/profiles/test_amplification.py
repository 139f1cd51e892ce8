"""How often an op runs: by hand, and against a brute force over all paths."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from code_path_audit.callgraph.model import Bound, Edge
from code_path_audit.costs.model import ExpensiveOp
from code_path_audit.profiles.amplification import amplified, counted, prominence, routes
from code_path_audit.profiles.reach import Reach, reach
from code_path_audit.profiles.runs.graph import strong_components
from code_path_audit.profiles.runs.terms import LIMIT
from code_path_audit.profiles.stream_reads import WHOLE
from code_path_audit.program.model import Program
from tests.profiles.builders import Built, build, heuristic, traced

DIAMOND = """\
    def main():
        left()
        right()

    def left():
        for _ in range(5):
            work()

    def right():
        for _ in range(7):
            work()

    def work():
        json.loads(text)
    """

RECURSION = """\
    def main():
        for _ in range(4):
            walk(tree)

    def walk(tree):
        for child in tree:
            visit(child)

    def visit(tree):
        walk(tree)
        for _ in range(3):
            json.loads(tree)
        leaf()

    def leaf():
        ast.parse(text)
    """

UNKNOWN = """\
    def main(items):
        for item in items:
            for _ in range(2):
                json.loads(item)
    """

TWO_SITES = """\
    def main(items):
        work()
        for item in items:
            work()

    def work():
        json.loads(text)
    """

TIE = """\
    def main():
        b()
        a()

    def a():
        work()

    def b():
        work()

    def work():
        json.loads(text)
    """

LATE = {
    "m": """\
        def main():
            for _ in range(50):
                import late
        """,
    "late": """\
        Path("table").read_text()
        """,
}


@pytest.mark.parametrize(
    ("source", "callee", "assumed", "expected"),
    [
        # amplification, weight, path, loops, bound source, recursive
        # both ways: 5 + 7
        (DIAMOND, "json.loads", 1, (12, 1_800, "main right work", ["m.right:10"], "literal", False)),
        (RECURSION, "json.loads", 1, (12, 1_800, "main walk visit", ["m.main:2", "m.visit:11"], "unknown", True)),
        # below a cycle: still marked; 4 * child * the rounds of walk, both of them 1 here
        (RECURSION, "ast.parse", 1, (4, 800, "main walk visit leaf", ["m.main:2"], "unknown", True)),
        (UNKNOWN, "json.loads", 1, (2, 300, "main", ["m.main:2", "m.main:3"], "unknown", False)),
        (UNKNOWN, "json.loads", 10, (20, 3_000, "main", ["m.main:2", "m.main:3"], "unknown", False)),
        # equally heavy: the call site in the loop of unknown bound wins, and the class says so
        (TWO_SITES, "json.loads", 1, (2, 300, "main work", ["m.main:3"], "unknown", False)),
        # two callers: no loop, and twice
        (TIE, "json.loads", 1, (2, 300, "main a work", [], "", False)),
        # a module's body runs once, however often its import is reached
        (LATE, "pathlib.Path.read_text", 1, (1, 100, "main late", [], "", False)),
    ],
)
def test_amplification(source: str | dict[str, str], callee: str, assumed: int, expected: tuple[object, ...]) -> None:
    profile = traced(build(source), model=heuristic(assumed))
    (op,) = [op for op in profile.expensive_ops if op.callee == callee]
    path = " ".join(name.removeprefix("m.") for name in op.path)
    assert (op.amplification, op.weight, path, list(op.amplified_by), op.bound_source, op.recursive) == expected
    assert (op.cost_class == "loop_amplified") == bool(op.amplified_by)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("while piece := f.read(8192):\n        print(piece)", "once"),
        ("for part in parts:\n        f.read(8)", "once"),
        ("for part in parts:\n        g = open(part)\n        while g.read(8): pass", "per part"),
        ("while self.f.read(8): pass", "once"),
        ("while self.f.read(8):\n        self.f = open(f)", "per round"),
    ],
)
def test_a_stream_that_is_read_piece_by_piece_is_read_once(body: str, words: str) -> None:
    assert how_often_read(body, "io.BufferedReader.read") == words


@pytest.mark.parametrize("callee", sorted(WHOLE))
def test_what_reads_all_that_it_is_asked_for_is_read_in_each_round(callee: str) -> None:
    assert how_often_read("for part in parts:\n        f.read(part)", callee) == "per part"


def how_often_read(body: str, callee: str) -> str:
    """How often the first call of `read` in a body is told to run, if it is one of a method."""
    built = build(f"def main(self, f, parts):\n    {body}\n")
    facts = built.program.facts("m.main")
    site = next(index for index, row in enumerate(facts.sites) if row.kind == "call" and row.text.endswith(".read"))
    op = ExpensiveOp(callee, "file_io", None, 1, 1, function="m.main", site=site, base_class="file_io")
    (found,) = traced(built._replace(ops=(op,))).expensive_ops
    return found.how_often


@pytest.mark.parametrize(
    ("loop", "seen", "told"),
    [
        # how often, what a trace says where it differs, the amplification that is weighed, the source
        ("for item in items:", 50, ("about 50 times, measured", "per item", 50, "measured")),
        ("for item in items:", 1, ("once, measured", "per item", 1, "measured")),
        ("for n in range(10):", 8, ("10 times, measured", "", 10, "measured")),  # a count is known to a factor of two
        ("for n in range(2):", 1, ("once, measured", "twice", 1, "measured")),
        ("for n in range(4):", 8, ("about 8 times, measured", "4 times", 8, "measured")),
        ("for n in range(10):", 64, ("about 64 times, measured", "10 times", 64, "measured")),
        ("for n in range(10):", None, ("10 times", "", 10, "literal")),
    ],
)
def test_what_was_counted_is_told_and_weighed(loop: str, seen: int | None, told: tuple[str, str, int, str]) -> None:
    built = build(f"def main(items):\n    {loop}\n        json.loads(text)\n")
    built = built._replace(ops=tuple(op._replace(measured_runs=seen) for op in built.ops))
    (op,) = traced(built, model=heuristic(assumed_bound=2)).expensive_ops
    assert (op.how_often, op.predicted, op.amplification, op.bound_source) == told
    assert op.weight == 150 * op.amplification


def test_products_end_at_a_limit() -> None:
    source = "def main():\n" + "".join(f"{' ' * 4 * (i + 1)}for _ in range(1000000):\n" for i in range(3))
    (op,) = traced(build(source + " " * 16 + "json.loads(x)\n")).expensive_ops
    assert op.amplification == LIMIT


# properties: random graphs of functions f0, f1, ... in which fN has a call site for each edge, in a loop of its own


def random_built(edges: list[tuple[int, int, int | None]]) -> Built:
    """A program in which f<a> calls f<b> in a loop of bound n (None: unknown), for each (a, b, n)."""
    lines = []
    for function in range(8):
        lines.append(f"def f{function}(x):\n    json.loads(x)")
        lines += [f"    for _ in x:\n        f{b}(x)" for a, b, _ in edges if a == function]
    built = build("\n".join(lines) + "\n")
    bounds = dict(built.graph.bounds)
    for function in range(8):
        counts = [n for a, _, n in edges if a == function]
        for loop, count in enumerate(counts):
            bounds[f"m.f{function}", loop] = Bound(count, "literal" if count is not None else "unknown")
    return built._replace(graph=built.graph._replace(bounds=bounds))


def brute_force(graph: Reach, assumed: int) -> dict[str, int]:
    """The greatest product over all simple paths from f0, by walking them all."""
    best: dict[str, int] = {}

    def walk(name: str, product: int, seen: frozenset[str]) -> None:
        best[name] = max(best.get(name, 0), product)
        for edge in graph.callees.get(name, ()):
            if edge.callee not in seen:
                loop = graph.program.facts(name).sites[edge.site].loop
                count = graph.graph.bounds[name, loop].count
                walk(edge.callee, product * max(1, assumed if count is None else count), seen | {edge.callee})

    walk("m.f0", 1, frozenset(("m.f0",)))
    return best


BOUNDS = st.one_of(st.none(), st.integers(0, 5))
ACYCLIC = st.lists(
    st.tuples(st.integers(0, 6), st.integers(1, 7), BOUNDS).filter(lambda edge: edge[0] < edge[1]), max_size=14
)
ANY = st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7), BOUNDS), max_size=16)


@settings(max_examples=60, deadline=None)
@given(ACYCLIC, st.integers(1, 3))
def test_amplification_is_that_of_a_brute_force_over_all_simple_paths(
    edges: list[tuple[int, int, int | None]], assumed: int
) -> None:
    program, graph, *_ = random_built(edges)
    reached = reach(program, graph, ("m.f0",), (), (), 100)
    found = routes(reached, heuristic(assumed))
    assert {name: route.amplification for name, route in found.items()} == brute_force(reached, assumed)


@settings(max_examples=60, deadline=None)
@given(ANY, st.randoms(use_true_random=False))
def test_the_order_of_edges_does_not_matter_and_every_path_is_real(
    edges: list[tuple[int, int, int | None]], random: object
) -> None:
    built = random_built(edges)
    program, graph = built.program, built.graph
    shuffled = list(graph.edges)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    profiles = []
    for order in (graph.edges, tuple(shuffled)):
        ops = tuple(sorted(op_at(program, name) for name in graph.functions if name != "m"))
        profiles.append(traced(built._replace(graph=graph._replace(edges=order), ops=ops), "m.f0"))
    assert profiles[0] == profiles[1]
    calls = {(edge.caller, edge.callee) for edge in graph.edges}
    for op in profiles[0].expensive_ops:
        assert (op.path[0], op.path[-1]) == ("m.f0", op.function)
        assert len(set(op.path)) == len(op.path)
        assert calls.issuperset(pairwise(op.path))


def op_at(program: Program, function: str) -> ExpensiveOp:
    """The json.loads of a function."""
    sites = program.facts(function).sites
    site = next(index for index, row in enumerate(sites) if row.kind == "call" and row.text == "json.loads")
    return ExpensiveOp(
        "json.loads", "json_io", None, 1, 150, "json_io", function, "m.py", 0, site, 1, function, 1, "assumed"
    )


@settings(max_examples=60, deadline=None)
@given(ANY)
def test_components_come_callers_first_and_partition_what_is_reached(edges: list[tuple[int, int, int | None]]) -> None:
    callees = {f"f{a}": sorted({f"f{b}" for x, b, _ in edges if x == a}) for a, _, _ in edges}
    components = strong_components(["f0"], callees)
    order = {name: index for index, names in enumerate(components) for name in names}
    assert sum(map(len, components)) == len(order)
    assert all(order[a] <= order[b] for a in order for b in callees.get(a, ()))


def test_a_long_chain_and_a_large_cycle_need_no_recursion() -> None:
    count = 3_000
    source = "".join(f"def f{i}():\n    f{(i + 1) % count}()\n" for i in range(count))
    built = build(source)
    reached = reach(built.program, built.graph, ("m.f0",), (), (), 10_000)
    assert len(routes(reached, heuristic())) == count
    last = tuple(edge for edge in reached.edges if edge != Edge(f"m.f{count - 1}", 0, "m.f0", "call", "certain"))
    assert routes(reached._replace(edges=last), heuristic())[f"m.f{count - 1}"].length == count - 1
    reached = reached._replace(ops=(op_in("m.f5"),))
    (op,) = (
        amplified(reached, heuristic(), routes(reached, heuristic()), counted(reached), row) for row in reached.ops
    )
    assert (op.recursive, op.runs) == (True, ((((("cycle", "m.f0")),), 1),))


def op_in(function: str) -> ExpensiveOp:
    """An op without a call site: an observed one."""
    return ExpensiveOp("json.loads", "json_io", None, 1, 150, "json_io", function, site=-1, size=1)


def test_what_a_likely_call_leads_to_stands_with_what_may_run() -> None:
    """One of the writers of a registry is chosen: the dearest of them need not run."""
    op = ExpensiveOp("json.dump", "json_io", None, 1, 150, condition="always")
    rows = {
        "always": op,
        "sometimes, and dearer": op._replace(condition="sometimes", weight=900),
        "likely, and dear": op._replace(evidence="likely", weight=500),
        "sometimes": op._replace(condition="sometimes"),
        "rarely, and dear": op._replace(condition="rarely", weight=5000),
    }
    assert sorted(rows, key=lambda name: prominence(rows[name])) == list(rows)
