"""Baselines by hand: an op in one line, weighed by the heuristic table."""

from __future__ import annotations

from itertools import pairwise

from code_path_audit.costs.identity import op_id
from code_path_audit.costs.model import CostClass
from code_path_audit.costs.weights import weight
from code_path_gate.baseline.model import Baseline, BaselineOp, CostRow, MutationRow, UnresolvedRow, op_order

PER_UNIT = {"file_io": 100, "json_io": 150, "network": 500, "pickle": 300}
CLASS_OF = {"open": "file_io", "json": "json_io", "requests": "network", "pickle": "pickle"}
COSTS = tuple(sorted(CostRow(name, 0, 0, unit) for name, unit in PER_UNIT.items()))
THRESHOLD = 40_000


def op(text: str, body: str = "") -> BaselineOp:
    """One op as "function callee size"; "xN" is amplification, "#N" the ordinal, "loop" one of unknown bound."""
    function, callee, size, *rest = text.split()
    base = CLASS_OF[callee.partition(".")[0]]
    times = next((int(word[1:]) for word in rest if word.startswith("x")), 1)
    ordinal = next((int(word[1:]) for word in rest if word.startswith("#")), 1)
    amplified = times > 1 or "loop" in rest
    open_loops = rest.count("loop")
    return BaselineOp(
        id=op_id(function, callee, base, ordinal),
        function=function,
        callee=callee,
        cost_class="loop_amplified" if amplified else base,
        base_class=base,
        ordinal=ordinal,
        size=int(size),
        size_source="literal",
        amplification=times,
        open_loops=open_loops,
        weight=weight(CostClass(base, 0, PER_UNIT[base], 1, 0, "", False), times, int(size)),
        evidence="certain",
        body=body or f"body of {function}",
    )


def baseline(*ops: BaselineOp, unresolved: str = "", mutations: str = "", action: str = "save") -> Baseline:
    """A baseline of ops; `unresolved` as "f getattr 2, ...", `mutations` as "f attr_write self.x, ..."."""
    return Baseline(
        action=action,
        analysis=1,
        model="heuristic",
        costs=COSTS,
        ops=tuple(sorted(ops, key=op_order)),
        unresolved=tuple(sorted(UnresolvedRow(f, r, int(n)) for f, r, n in _words(unresolved))),
        mutations=tuple(sorted(MutationRow(f, k, t, f"body of {f}") for f, k, t in _words(mutations))),
    )


def _words(text: str) -> list[list[str]]:
    return [part.split() for part in text.split(",") if part.strip()]


def calls(text: str) -> dict[str, tuple[str, ...]]:
    """A call graph: "a>b>c, d" has two calls, and four functions."""
    graph: dict[str, set[str]] = {}
    for chain in text.split(","):
        names = chain.strip().split(">")
        for name in names:
            graph.setdefault(name, set())
        for caller, callee in pairwise(names):
            graph[caller].add(callee)
    return {name: tuple(sorted(callees)) for name, callees in sorted(graph.items())}
