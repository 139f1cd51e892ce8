"""One application, traced from its entry points: what `score.py` of a truth folder takes, and what explains it."""

import re
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.scenarios import Scenario
from code_path_audit import pipeline
from code_path_audit.callgraph.model import SolvedGraph
from code_path_audit.costs.model import ExpensiveOp
from code_path_audit.program.model import Program


class Prediction(NamedTuple):
    """What was predicted of one application. `data` is the scorer's PREDICTION; `seconds`: reading to operations."""

    root: Path
    program: Program
    graph: SolvedGraph
    ops: tuple[ExpensiveOp, ...]
    data: dict[str, Any]
    seconds: float


def spoken(fqname: str) -> str:
    """An fqname as a running program spells it: definitions of one name are one (`f#2`), lambdas have no number."""
    return re.sub(r"<lambda\d+>", "<lambda>", re.sub(r"#\d+", "", fqname))


def predict(scenario: Scenario) -> Prediction:
    """Traces a scenario's entry points, with its packages as the source and nothing else."""
    began = time.perf_counter()
    program = pipeline.load_sources(scenario.root, scenario.source, scenario.packages)
    graph = pipeline.solve(program, scenario.entries)
    find: Any = getattr(pipeline, "operations", lambda *_: ())  # until that stage is there, no operation is found
    ops: tuple[ExpensiveOp, ...] = find(program, graph)
    seconds = time.perf_counter() - began
    return Prediction(scenario.root, program, graph, ops, as_prediction(program, graph, ops), seconds)


def callable_body(program: Program, fqname: str) -> bool:
    """Whether a name is that of a function, method or lambda of the program."""
    return fqname in program.functions and program.facts(fqname).kind in ("function", "lambda")


def as_prediction(program: Program, graph: SolvedGraph, ops: Iterable[ExpensiveOp]) -> dict[str, Any]:
    """The scorers' form. `calls` has all edges with their evidence, guesses too; the rest is what is reached without
    guesses. `functions` has functions and methods alone: the bodies of modules and classes are not called,
    and the scorer would take a class's name for its constructor."""
    edges: dict[str, set[str]] = {}
    for edge in graph.edges:
        if callable_body(program, edge.callee):
            edges.setdefault(spoken(edge.caller), set()).add(spoken(edge.callee))
    calls = {
        (spoken(edge.caller), program.line(edge.caller, edge.site), spoken(edge.callee), edge.evidence)
        for edge in (*graph.edges, *graph.guesses)
        if callable_body(program, edge.callee)
    }
    return {
        "functions": sorted({spoken(name) for name in graph.functions if callable_body(program, name)}),
        "edges": {caller: sorted(edges[caller]) for caller in sorted(edges)},
        "ops": [
            {
                "function": spoken(op.function),
                "line": op.line,
                "cost_class": op.base_class or op.cost_class,
                "callee": op.callee,
            }
            for op in ops
        ],
        "calls": [dict(zip(("caller", "line", "callee", "evidence"), call, strict=True)) for call in sorted(calls)],
        "unresolved": [
            {"function": spoken(row.caller), "line": program.line(row.caller, row.site)} for row in graph.unresolved
        ],
    }
