"""A call graph as text: whole outputs of one small graph that has one of everything."""

from __future__ import annotations

import json

import jsonschema

from code_path_audit.callgraph.model import Edge, ExternalCall, SolvedGraph, Unresolved
from code_path_audit.facts.function import FunctionFacts
from code_path_audit.facts.module import ModuleFacts
from code_path_audit.facts.rows import Positions
from code_path_audit.program.model import Program
from code_path_audit.reports.graph_formats import FORMATS, functions_of
from code_path_audit.reports.json_report import schema
from code_path_audit.sources.model import SkippedFile


def function(name: str, line: int, sites: int, kind: str = "function") -> FunctionFacts:
    """A function whose call site number n stands on line `line` + n + 1, column 4."""
    places = tuple((line + site + 1, 4, line + site + 1, 9) for site in range(sites))
    return FunctionFacts(
        name, kind, 0, False, False, (), None, 0, (), (), (), (), (), (), (), (), (), line, line + sites,
        Positions(places, (), (), ()),
    )  # fmt: skip


NAMES = {
    "main": ("main", 0),
    "main.f": ("main", 1),
    "main.f#2": ("main", 2),
    'main.<"l>': ("main", 3),
    "main.C": ("main", 4),
}
PROGRAM = Program(
    modules={
        "main": ModuleFacts(
            "main",
            False,
            (
                function("", 1, 0),
                function("f", 10, 3),
                function("f", 20, 2),
                function("l", 30, 0),
                function("C", 40, 0, "class"),
            ),
            None,
            (),
        )
    },
    paths={"main": "src/main.py"},
    functions=NAMES,
    skipped=(SkippedFile("src/bad.py", "bad", "invalid syntax", 3),),
)
GRAPH = SolvedGraph(
    roots=("main",),
    functions=tuple(sorted(NAMES)),
    edges=(
        Edge("main.f", 0, "main.f#2", "call", "likely"),
        Edge("main.f", 1, "main.f#2", "call", "certain"),
        Edge("main.f#2", 0, 'main.<"l>', "callback", "likely"),
        Edge("main.f#2", 1, "main.C", "construct", "certain"),
        Edge("main.f#2", 1, "main", "import", "certain"),
    ),
    guesses=(Edge("main.f", 2, "main.C", "call", "possible"), Edge("main.f", 2, "main.C", "callback", "possible")),
    externals=(
        ExternalCall("main.f", 2, "builtins.print", "call", "certain"),
        ExternalCall("main.f#2", 1, "builtins.staticmethod", "decorator", "certain"),
        ExternalCall("main.f#2", 1, "builtins.str.join", "call", "certain"),
        ExternalCall("main.f#2", 1, "json.load", "call", "certain"),
    ),
    unresolved=(Unresolved("main.f", 2, "getattr", "getattr(a, b)"),),
    arguments={},
    receivers={},
    bounds={},
    widened=("too many values at main.f",),
)


def test_what_happens_at_no_call_site_is_told_where_the_function_begins() -> None:
    graph = GRAPH._replace(
        edges=(Edge("main", -1, "main.f", "operator", "likely"), Edge("main.f", -2, "main.C", "call", "certain"))
    )
    told = json.loads(FORMATS["json"](PROGRAM, graph))["edges"]
    assert [(row["caller"], row["line"], row["column"]) for row in told] == [("main", 1, 0), ("main.f", 10, 0)]


def test_json_is_as_its_schema_says() -> None:
    document = json.loads(FORMATS["json"](PROGRAM, GRAPH))
    checker = jsonschema.Draft202012Validator(schema("callgraph"))
    checker.validate(document)
    assert not checker.is_valid({**document, "edges": [{"caller": "main.f"}]})


def test_json() -> None:
    assert json.loads(FORMATS["json"](PROGRAM, GRAPH)) == {
        "schema_version": 2,
        "roots": ["main"],
        "functions": [
            {"fqname": "main", "file": "src/main.py", "line": 1},
            {"fqname": 'main.<"l>', "file": "src/main.py", "line": 30},
            {"fqname": "main.C", "file": "src/main.py", "line": 40},
            {"fqname": "main.f", "file": "src/main.py", "line": 10},
            {"fqname": "main.f#2", "file": "src/main.py", "line": 20},
        ],
        "edges": [
            place("main.f", 11, callee="main.f#2", kind="call", evidence="likely"),
            place("main.f", 12, callee="main.f#2", kind="call", evidence="certain"),
            place("main.f#2", 21, callee='main.<"l>', kind="callback", evidence="likely"),
            place("main.f#2", 22, callee="main.C", kind="construct", evidence="certain"),
            place("main.f#2", 22, callee="main", kind="import", evidence="certain"),
        ],
        "externals": [
            place("main.f", 13, callee="builtins.print", kind="call", evidence="certain"),
            place("main.f#2", 22, callee="builtins.staticmethod", kind="decorator", evidence="certain"),
            place("main.f#2", 22, callee="builtins.str.join", kind="call", evidence="certain"),
            place("main.f#2", 22, callee="json.load", kind="call", evidence="certain"),
        ],
        "unresolved": [place("main.f", 13, reason="getattr", text="getattr(a, b)")],
        "skipped": [{"path": "src/bad.py", "module": "bad", "reason": "invalid syntax", "line": 3}],
        "possible_calls": 1,
        "widened": ["too many values at main.f"],
    }


def place(caller: str, line: int, **more: str) -> dict[str, object]:
    return {"caller": caller, "file": "src/main.py", "line": line, "column": 4, **more}


def test_pycg() -> None:
    # one node for all definitions of a name, every node is a key, builtins by PyCG's name for them
    assert json.loads(FORMATS["pycg"](PROGRAM, GRAPH)) == {
        "<**PyStr**>.join": [],
        "<builtin>.print": [],
        "json.load": [],
        "main": [],
        'main.<"l>': [],
        "main.f": ["<**PyStr**>.join", "<builtin>.print", "json.load", 'main.<"l>', "main.f"],
    }


def test_pycg_names_inherited_constructors_and_no_stores() -> None:
    externals = (
        ExternalCall("main.f", 0, "ext.Base", "construct", "certain"),
        ExternalCall("main.f", 1, "ext.Other", "call", "certain"),
        ExternalCall("main.f", 2, "builtins.dict.update", "call", "certain"),
        ExternalCall("main.f", 2, "builtins.dict.items", "call", "certain"),
    )
    graph = json.loads(FORMATS["pycg"](PROGRAM, GRAPH._replace(edges=(), externals=externals)))
    assert graph["main.f"] == ["<**PyDict**>.items", "ext.Base.__init__", "ext.Other"]


def test_dot() -> None:
    assert FORMATS["dot"](PROGRAM, GRAPH) == (
        "digraph calls {\n"
        "  rankdir=LR;\n"
        "  node [shape=box];\n"
        '  "main";\n'
        '  "main.<\\"l>";\n'
        '  "main.C";\n'
        '  "main.f";\n'
        '  "main.f#2";\n'
        '  "main.f" -> "main.f#2";\n'
        '  "main.f#2" -> "main";\n'
        '  "main.f#2" -> "main.<\\"l>" [style=dashed];\n'
        '  "main.f#2" -> "main.C";\n'
        "}\n"
    )


def test_mermaid() -> None:
    text = FORMATS["mermaid"](PROGRAM, GRAPH)
    assert [line for line in text.splitlines() if ">" in line] == [
        "  n3 --> n4",
        "  n4 --> n0",
        "  n4 -.-> n1",
        "  n4 --> n2",
    ]
    assert '  n3["main.f"]' in text.splitlines()
    # what could end a label stands in none
    assert [line.count('"') for line in text.splitlines() if "[" in line] == [2, 2, 2, 2, 2]


def test_mermaid_says_where_it_is_too_large() -> None:
    names = {f"m.f{index:03}": ("m", index) for index in range(502)}
    facts = tuple(function(f"f{index}", 1, 1) for index in range(502))
    program = Program({"m": ModuleFacts("m", False, facts, None, ())}, {"m": "m.py"}, names, ())
    chain = tuple(Edge(f"m.f{index:03}", 0, f"m.f{index + 1:03}", "call", "certain") for index in range(501))
    graph = GRAPH._replace(roots=("m.f000",), functions=tuple(names), edges=chain, externals=(), unresolved=())
    lines = FORMATS["mermaid"](program, graph).splitlines()
    assert lines[1] == "  %% 501 edges: Mermaid draws 500 unless its maxEdges and maxTextSize are raised"


def test_functions_of() -> None:
    assert functions_of(PROGRAM, ["main"]) == tuple(sorted(NAMES))
    assert functions_of(PROGRAM, ["other"]) == ()
