"""Charts, read by the parser that draws them: whatever a name holds, it is one label, and nothing else changes.

The parser is the npm package in the folder `mermaid`, installed once into pytest's cache as its lock file says. Loading
it takes a second each time, which is why this file takes some.
"""

import hashlib
import json
import shutil
import subprocess
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from code_path_audit.callgraph.model import Edge
from code_path_audit.costs.model import ExpensiveOp
from code_path_audit.mermaid_text import label
from code_path_audit.profiles.model import Action, ActionProfile, CallGraph, FunctionNode
from code_path_audit.reports.mermaid import MAX_EDGES, MAX_NODES, best_arrows, flowchart, loop_bounds, select
from tests.reports.sample import FETCH, LOAD, MAIN, PARSE, READ, sample

FOLDER = Path(__file__).with_name("mermaid")
Reader = Callable[[list[str]], list[dict[str, Any]]]


@pytest.fixture(scope="module")
def read(request: pytest.FixtureRequest) -> Reader:
    """Reads charts with Mermaid: for each {"error", "nodes": {id: label}, "edges": [[from, to, label, stroke]]}."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        pytest.skip("Mermaid's parser is a node package, and there is no node or npm here")
    if getattr(request.config, "cache", None) is None:
        pytest.skip("Mermaid's parser is kept in pytest's cache, and this run has none")
    sources = [FOLDER / name for name in ("package.json", "package-lock.json", "check.mjs")]
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()[:16]
    folder = Path(request.config.cache.mkdir(f"mermaid-{digest}"))
    ready = folder / "ready"
    if not ready.exists():
        for path in sources:
            shutil.copy(path, folder)
        subprocess.run([npm, "ci", "--no-audit", "--no-fund", "--ignore-scripts"], cwd=folder, check=True)
        ready.touch()

    def read_charts(charts: list[str]) -> list[dict[str, Any]]:
        done = subprocess.run(
            [node, "check.mjs"], cwd=folder, input=json.dumps(charts), capture_output=True, encoding="utf-8", check=True
        )
        answers: list[dict[str, Any]] = json.loads(done.stdout)
        return answers

    return read_charts


NAMES = [
    "shop.cart.Cart.total",
    "shop.cart.<lambda1>",
    "shop.cart.total#2",
    "end",
    "graph TD; subgraph x",
    "a.__init__",
    "__proto__",
    "constructor",
    'x"] --> y["',
    "x|y",
    "{{x}}",
    "[(x)]",
    "1. first",
    "- item",
    "+ item",
    "* item",
    "`code`",
    "**bold** ~~gone~~ _soft_",
    "%% comment",
    "%%{init: {'theme': 'dark'}}%%",
    "style n0 fill:#f00;",  # Mermaid rewrites "style...:#...;" before it parses
    "classDef x fill:#f00;",
    'click n0 href "javascript:alert(1)"',
    "#35; &lt; &#60;",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "$$x^2$$",
    "C:\\new\\table",
    "größe.naïve.変数.переменная",
    "😀",
    "__dunder__.a__b._c_",
    "e\u0301",
    "...",
]


def test_a_name_is_drawn_as_it_is(read: Reader) -> None:
    charts = [f'flowchart LR\n  n0[{label(name)}]:::op\n  n0 -->|{label(name)}| n1["b"]\n' for name in NAMES]
    drawn = [chart["error"] or (chart["nodes"]["n0"], chart["edges"][0][2]) for chart in read(charts)]
    assert drawn == [(name, name) for name in NAMES]


def test_a_small_action_is_drawn_whole(read: Reader) -> None:
    chart = flowchart(sample())
    assert chart == (
        "flowchart LR\n"
        '  n0(["shop.app.main"]):::entry\n'
        '  n1["shop.config.load_all"]\n'
        '  n2["shop.config.load_all.#60;lambda1#62;"]\n'
        '  n3{{"json.loads<br/>json_io, 30,000,000 units"}}:::expensive\n'
        '  n4{{"pathlib.Path.read_text<br/>file_io, 20,000,000 units"}}:::expensive\n'
        '  n5{{"requests.get<br/>network, 500 units"}}:::op\n'
        "  n0 --> n1\n"
        "  n1 -.-> n2\n"
        '  n1 -->|"×100"| n3\n'
        '  n1 -->|"×100"| n4\n'
        "  n2 --> n5\n"
        "  classDef entry fill:#dbeafe,stroke:#1d4ed8,color:#172554\n"
        "  classDef op fill:#f4f4f5,stroke:#71717a,color:#18181b\n"
        "  classDef expensive fill:#fee2e2,stroke:#b91c1c,color:#450a0a,stroke-width:2px\n"
        "  classDef note fill:#fef9c3,stroke:#a16207,color:#422006,stroke-dasharray:4 4\n"
    )
    assert read([chart]) == [
        {
            "error": None,
            "nodes": {
                "n0": "shop.app.main",
                "n1": "shop.config.load_all",
                "n2": "shop.config.load_all.<lambda1>",
                "n3": "json.loads<br>json_io, 30,000,000 units",
                "n4": "pathlib.Path.read_text<br>file_io, 20,000,000 units",
                "n5": "requests.get<br>network, 500 units",
            },
            "edges": [
                ["n0", "n1", "", "normal"],
                ["n1", "n2", "", "dotted"],
                ["n1", "n3", "×100", "normal"],
                ["n1", "n4", "×100", "normal"],
                ["n2", "n5", "", "normal"],
            ],
        }
    ]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_order_of_the_rows_does_not_show(seed: int) -> None:
    assert flowchart(sample(seed)) == flowchart(sample())


def graph_of(pairs: list[tuple[str, str]], ops: list[ExpensiveOp], entries: tuple[str, ...]) -> ActionProfile:
    """A profile of nothing but calls and ops."""
    names = sorted({name for pair in pairs for name in pair} | set(entries))
    graph = CallGraph()
    graph.nodes = {name: FunctionNode(name, "a.py", 1) for name in names}
    for caller, callee in pairs:
        graph.edges.setdefault(caller, set()).add(callee)
    return ActionProfile(
        Action("act", list(entries)),
        graph,
        ops,
        edges=tuple(Edge(caller, 0, callee, "call", "certain") for caller, callee in sorted(pairs)),
        entries=entries,
    )


def numbered(count: int) -> list[str]:
    return [f"m.f{index:03}" for index in range(count)]


def chain(count: int) -> list[tuple[str, str]]:
    names = numbered(count)
    return list(pairwise(names))


def op_at(path: tuple[str, ...], weight: int) -> ExpensiveOp:
    return FETCH._replace(function=path[-1], path=path, weight=weight, id=f"op{weight}", line=weight)


NAMES_200 = numbered(200)
STAR = [("main", name) for name in NAMES_200]
EVERY_PAIR = [(first, second) for first in numbered(30) for second in numbered(30)]
SHAPES = [
    # what, calls, ops, entries, nodes drawn, note
    ("one function", [], [], ("main",), 1, None),
    ("a function that calls itself", [("main", "main")], [], ("main",), 1, None),
    ("a cycle", [("main", "a"), ("a", "b"), ("b", "a")], [], ("main",), 3, None),
    ("59 functions in a row and an op", chain(59), [op_at(tuple(numbered(59)), 7)], ("m.f000",), 60, None),
    (
        "200 functions, two ops",
        [*STAR, ("m.f007", "m.f008")],
        [op_at(("main", "m.f007", "m.f008"), 90_000), op_at(("main", "m.f150"), 80_000)],
        ("main",),
        7,
        "Left out: 197 functions",
    ),
    (
        "200 functions, each with an op",
        STAR,
        [op_at(("main", name), 1000 + index) for index, name in enumerate(NAMES_200)],
        ("main",),
        60,
        "Left out: 171 functions, 171 ops of at most 1,200 units each",
    ),
    ("200 functions, no op", STAR, [], ("main",), 60, "Left out: 142 functions"),
    ("a path that is too long", chain(200), [op_at(tuple(NAMES_200), 7)], ("m.f000",), 60, "Left out: 142 functions"),
    ("too many arrows", EVERY_PAIR, [], ("m.f000",), 31, "Left out: 700 arrows"),
]


def test_every_shape_is_read(read: Reader) -> None:
    charts = [flowchart(graph_of(pairs, ops, entries)) for _, pairs, ops, entries, _, _ in SHAPES]
    for (what, _, _, _, nodes, note), chart in zip(SHAPES, read(charts), strict=True):
        assert chart["error"] is None, what
        assert len(chart["nodes"]) == nodes, what
        assert len(chart["edges"]) <= MAX_EDGES, what
        if note is not None:
            assert note in chart["nodes"].values(), what


def test_nasty_names_in_a_whole_chart(read: Reader) -> None:
    names = [f"{name}{index}" for index, name in enumerate(NAMES)]
    ops = [FETCH._replace(callee=names[3], function=names[4], path=(names[0], names[4]), id="op")]
    (chart,) = read([flowchart(graph_of([(names[0], name) for name in names], ops, (names[0],)))])
    assert chart["error"] is None
    assert sorted(chart["nodes"].values()) == sorted([*names, f"{names[3]}<br>network, 500 units"])
    assert len(chart["edges"]) == len(names) + 1


def test_the_heaviest_ops_are_kept() -> None:
    light, heavy = op_at(("main", "m.f001"), 10), op_at(("main", "m.f199"), 99)
    fillers = [op_at(("main", name), 50) for name in NAMES_200[10:70]]
    shown = select(graph_of(STAR, [light, *fillers, heavy], ("main",)))
    assert heavy in shown.ops
    assert light in shown.ops_left
    assert len(shown.functions) + len(shown.ops) + 1 <= MAX_NODES


LOOPS = [
    ("one loop", [PARSE._replace(amplified_by=("f:1",), amplification=7)], {"f:1": 7}),
    (
        "an inner loop, its outer one known from another op",
        [
            PARSE._replace(amplified_by=("f:1", "g:2"), amplification=21),
            READ._replace(amplified_by=("f:1",), amplification=7),
        ],
        {"f:1": 7, "g:2": 3},
    ),
    ("two loops, nothing else known", [PARSE._replace(amplified_by=("f:1", "g:2"), amplification=21)], {}),
    ("no loop", [FETCH], {}),
]


@pytest.mark.parametrize(("what", "ops", "expected"), LOOPS, ids=[row[0] for row in LOOPS])
def test_bounds_of_loops(what: str, ops: list[ExpensiveOp], expected: dict[str, int]) -> None:
    assert loop_bounds(ops) == expected


ARROWS = [
    ("a loop in the caller", 100, (f"{MAIN}:2",), '  n0 -->|"×100"| n1'),
    ("a loop of unknown bound", 1, (f"{MAIN}:2",), '  n0 -->|"×?"| n1'),
    ("no loop", 1, (), "  n0 --> n1"),
]


@pytest.mark.parametrize(("what", "times", "loops", "arrow"), ARROWS, ids=[row[0] for row in ARROWS])
def test_a_call_in_a_loop_is_marked(what: str, times: int, loops: tuple[str, ...], arrow: str) -> None:
    op = READ._replace(amplification=times, amplified_by=loops, path=(MAIN, LOAD))
    assert arrow in flowchart(graph_of([(MAIN, LOAD)], [op], (MAIN,))).splitlines()


@pytest.mark.parametrize(
    ("edges", "arrow"),
    [
        (["call likely"], "-.->"),
        (["call possible"], "-.->"),
        (["call likely", "call certain"], "-->"),
        (["observed certain", "call likely"], "==>"),
        (["call certain", "observed certain"], "-->"),
    ],
)
def test_the_surest_edge_counts(edges: list[str], arrow: str) -> None:
    rows = [Edge("a", site, "b", *words.split()) for site, words in enumerate(edges)]
    assert best_arrows(rows) == {("a", "b"): arrow}
