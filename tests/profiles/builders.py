"""Programs and solved graphs for the tests of the trace: real facts of small sources, with a graph made by name.

The call graph is not what these tests are about, so a table says what the text of a call means: a function of the
source, or one outside. Sizes are 1 unless a test says otherwise, so a weight under the heuristic model is the class's
number times how often it runs.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from textwrap import dedent
from typing import NamedTuple

from code_path_audit.callgraph.model import ArgumentValue, Bound, Edge, ExternalCall, SolvedGraph, Unresolved
from code_path_audit.costs.model import CostClass, CostModel, ExpensiveOp, StateMutation
from code_path_audit.facts.extract import extract_module
from code_path_audit.facts.function import FunctionFacts
from code_path_audit.profiles.model import Action, ActionProfile
from code_path_audit.profiles.trace import trace
from code_path_audit.program.link import link
from code_path_audit.program.model import Program

PER_UNIT = {
    "file_io": 100, "network": 500, "ast_parse": 200, "json_io": 150, "pickle": 300, "deep_copy": 200,
    "subprocess": 500,
}  # fmt: skip

OUTSIDE = {
    "json.loads": "json.loads", "json.dumps": "json.dumps", "json.load": "json.load", "ast.parse": "ast.parse",
    "copy.deepcopy": "copy.deepcopy", "requests.get": "requests.get", "requests.post": "requests.post",
    "subprocess.run": "subprocess.run", "Path": "pathlib.Path", "Path().read_text": "pathlib.Path.read_text",
    "Path().write_text": "pathlib.Path.write_text", "os.chdir": "os.chdir", "print": "builtins.print",
    "len": "builtins.len", "cursor.execute": "sqlite3.Cursor.execute", "db.execute": "sqlite3.Cursor.execute",
    "client.get": "httpx.AsyncClient.get", "range": "builtins.range",
    "time.sleep": "time.sleep",
}  # fmt: skip

CLASSES = {
    "json.loads": "json_io", "json.dumps": "json_io", "json.load": "json_io", "ast.parse": "ast_parse",
    "copy.deepcopy": "deep_copy", "requests.get": "network", "requests.post": "network", "subprocess.run": "subprocess",
    "pathlib.Path.read_text": "file_io", "pathlib.Path.write_text": "file_io", "sqlite3.Cursor.execute": "network",
    "httpx.AsyncClient.get": "network", "time.sleep": "subprocess",
}  # fmt: skip


class Built(NamedTuple):
    """A program with its solved graph, and the ops and mutations in it."""

    program: Program
    graph: SolvedGraph
    ops: tuple[ExpensiveOp, ...]
    mutations: tuple[StateMutation, ...]
    sources: Mapping[str, bytes] = {}


def heuristic(assumed_bound: int = 1, base: float = 0, warm_base: float | None = None) -> CostModel:
    """The heuristic model; other bases and bounds where a test is about them."""
    warm = base if warm_base is None else warm_base
    classes = {name: CostClass(name, base, unit, 1, warm, "byte", False) for name, unit in PER_UNIT.items()}
    return CostModel("heuristic", 40_000, assumed_bound, classes)


def build(
    source: str | Mapping[str, str],
    inside: Mapping[str, str] | None = None,
    unresolved: Iterable[str] = (),
    likely: Iterable[str] = (),
    possible: Iterable[str] = (),
) -> Built:
    """A program of one module `m` (or of several by name).

    `inside` says which function of the source a call's text means; else it means the function of its own module.
    Calls of a text in `unresolved` are unresolved, edges of one in `likely` are likely, and those of
    one in `possible` are guesses.
    """
    sources = {"m": source} if isinstance(source, str) else source
    program = link((extract_module(dedent(text).encode(), name), f"{name}.py") for name, text in sources.items())
    edges: list[Edge] = []
    guesses: list[Edge] = []
    externals: list[ExternalCall] = []
    missing: list[Unresolved] = []
    arguments: dict[tuple[str, int], tuple[ArgumentValue, ...]] = {}
    receivers: dict[tuple[str, int], ArgumentValue] = {}
    bounds: dict[tuple[str, int], Bound] = {}
    for name, (module, _) in program.functions.items():
        facts = program.facts(name)
        for number, loop in enumerate(facts.loops):
            bounds[name, number] = bound_of(facts, loop.range_args)
        for index, site in enumerate(facts.sites):
            text = site.text
            callee = (inside or {}).get(text, f"{module}.{text}")
            if site.kind == "import" and text in program.modules:
                edges.append(Edge(name, index, text, "import", "certain"))
            elif site.kind != "call":
                continue
            elif text in unresolved:
                missing.append(Unresolved(name, index, "unknown callee", text))
            elif callee in program.functions:
                if text in possible:
                    guesses.append(Edge(name, index, callee, "call", "possible"))
                else:
                    edges.append(Edge(name, index, callee, "call", "likely" if text in likely else "certain"))
            elif text in OUTSIDE:
                externals.append(ExternalCall(name, index, OUTSIDE[text], "call", "certain"))
                arguments[name, index] = tuple(value_of(row.text, row.shape) for row in site.arguments)
                maker = next((s for s in facts.sites[index - 1 :: -1] if s.text == text.partition("()")[0]), None)
                if "()." in text and maker and maker.arguments:
                    receivers[name, index] = value_of(maker.arguments[0].text, maker.arguments[0].shape)
    graph = SolvedGraph(
        (), tuple(program.functions), tuple(sorted(edges)), tuple(sorted(guesses)), tuple(sorted(externals)),
        tuple(sorted(missing)), arguments, receivers, bounds, (),
    )  # fmt: skip
    files = {f"{name}.py": dedent(text).encode() for name, text in sources.items()}
    return Built(program, graph, ops_of(program, externals), mutations_of(program, externals, receivers), files)


def value_of(text: str, shape: str) -> ArgumentValue:
    """What the solver would know of an argument."""
    if shape == "literal":
        value = ast.literal_eval(text)
        if isinstance(value, str):
            return ArgumentValue("str", len(value.encode()), value, "literal")
        if isinstance(value, int):
            return ArgumentValue("int", value, None, "literal")
    return ArgumentValue("unknown", None, None, "unknown")


def bound_of(facts: FunctionFacts, range_args: tuple[int, ...] | None) -> Bound:
    """The bound of range(N), else unknown."""
    numbers = {row[1]: row[2] for row in facts.code if row[0] == 1}
    if range_args and range_args[0] in numbers:
        return Bound(numbers[range_args[0]], "literal")
    return Bound(None, "unknown")


def ops_of(program: Program, externals: Iterable[ExternalCall]) -> tuple[ExpensiveOp, ...]:
    """The externals that have a class, each with the id "function:line:callee"."""
    found = []
    for row in externals:
        if row.callee in CLASSES:
            line, column = program.facts(row.caller).positions.sites[row.site][:2]
            kind = CLASSES[row.callee]
            name = f"{row.caller}:{line}:{row.callee}"
            found.append(
                ExpensiveOp(
                    row.callee, kind, None, line, PER_UNIT[kind], kind, row.caller, program.path(row.caller), column,
                    row.site, 1, name, 1, "assumed", evidence=row.evidence,
                )
            )  # fmt: skip
    return tuple(found)


def mutations_of(
    program: Program, externals: Iterable[ExternalCall], receivers: Mapping[tuple[str, int], ArgumentValue]
) -> tuple[StateMutation, ...]:
    """The facts' own mutations, file writes and messages."""
    rows = []
    for name in program.functions:
        facts = program.facts(name)
        for row, line in zip(facts.mutations, facts.positions.mutations, strict=True):
            rows.append(StateMutation(row.target, row.kind, line, name, program.path(name), row.site))
    for call in externals:
        line = program.line(call.caller, call.site)
        if call.callee == "requests.post":
            rows.append(StateMutation("requests", "ipc_emit", line, call.caller, program.path(call.caller), call.site))
        if call.callee == "pathlib.Path.write_text":
            target = f"file:{receivers[call.caller, call.site].text or '?'}"
            rows.append(StateMutation(target, "file_write", line, call.caller, program.path(call.caller), call.site))
    return tuple(rows)


def traced(built: Built, *entries: str, model: CostModel | None = None, max_depth: int = 10) -> ActionProfile:
    """The profile of an action with these entry points (`m.main` where none are given)."""
    action = Action("act", list(entries) or ["m.main"])
    program, graph, ops, mutations, sources = built
    return trace(program, graph, ops, mutations, model or heuristic(), action, max_depth, sources.__getitem__)
