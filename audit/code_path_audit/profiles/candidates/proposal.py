"""What every kind of candidate is given, and what it gives: a proposal with the load of what it concerns."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from functools import cached_property
from hashlib import sha256
from typing import NamedTuple

from code_path_audit.callgraph.model import Edge, Evidence, ExternalCall
from code_path_audit.costs.model import CostModel, ExpensiveOp
from code_path_audit.facts.rows import RARELY
from code_path_audit.profiles.amplification import (
    Counted,
    Route,
    amplified,
    condition_of,
    own_evidence,
    weighed,
)
from code_path_audit.profiles.candidates.names import names_of
from code_path_audit.profiles.candidates.syntax import Spot, Syntax
from code_path_audit.profiles.effects import Knowledge
from code_path_audit.profiles.model import Candidate
from code_path_audit.profiles.reach import OpKey, Reach, op_order
from code_path_audit.profiles.runs.terms import MAX_LOOPS, degree

SHARE = 20
"""A candidate counts that saves at least one part in so many of what the action pays."""

Weights = Mapping[OpKey, int]
"""The weights of the ops that a candidate changes, with it applied; 0 for one that goes away."""


class Proposal(NamedTuple):
    """A candidate whose saving is still to be computed: `after` says what its ops weigh with it applied."""

    candidate: Candidate
    after: Weights


class Traced:
    """One traced action, as the kinds of candidates read it. `ops` are as the action runs them."""

    def __init__(
        self,
        reach: Reach,
        model: CostModel,
        routes: dict[str, Route],
        counted: Counted,
        known: Knowledge,
        ops: tuple[ExpensiveOp, ...],
        syntax: Syntax,
    ) -> None:
        self.reach, self.model, self.routes, self.counted, self.known = reach, model, routes, counted, known
        self.ops, self.syntax = ops, syntax

    @cached_property
    def paid(self) -> dict[tuple[int, int], int]:
        """What is paid, by the condition and the number of loops inside of one another."""
        found: dict[tuple[int, int], int] = {}
        for op in self.ops:
            key = condition_of(op), degree(op.runs)
            found[key] = found.get(key, 0) + op.weight
        return found

    def paid_where(self, ops: Iterable[ExpensiveOp]) -> int:
        """What the action surely pays where it pays for some ops: what runs on their condition or a stronger one, in no
        more loops of unknown bound than they do. How much there is of what runs deeper in loops, nobody knows."""
        rows = list(ops)
        most = min(map(condition_of, rows)), max(degree(op.runs) for op in rows)
        return sum(load for (condition, deep), load in self.paid.items() if condition <= most[0] and deep <= most[1])

    def is_worth(self, ops: Iterable[ExpensiveOp], saving: int) -> bool:
        """Whether a saving is more than the threshold of the model, and a twentieth of what the action surely pays; in
        loops of unknown bound half the threshold is enough, whatever else there is. Never on error paths."""
        rows = list(ops)
        if not rows or min(map(condition_of, rows)) == RARELY or any(degree(op.runs) > MAX_LOOPS for op in rows):
            return False
        grows = any(degree(op.runs) for op in rows)
        if grows:
            return saving * 2 > self.model.threshold
        return saving > self.model.threshold and saving * SHARE >= self.paid_where(rows)

    @cached_property
    def heavy(self) -> tuple[ExpensiveOp, ...]:
        """The ops that are worth a proof, the heaviest first: certain calls that weigh enough."""
        rows = [
            op for op in self.ops
            if op.site >= 0 and self.is_called(op) and self.is_worth([op], op.weight)
        ]  # fmt: skip
        return tuple(sorted(rows, key=lambda op: (-op.weight, op_order(op))))

    def spot(self, op: ExpensiveOp) -> Spot | None:
        """The call of an op in the source, where it is written with the name of what it calls: not through another
        function that was made of it."""
        found = self.syntax.spot(op.function, op.site)
        if found is None:
            return None
        func, last = found.node.func, op.callee.rpartition(".")[2]
        if isinstance(func, ast.Attribute):
            return found if func.attr == last else None
        if not isinstance(func, ast.Name) or func.id != last or names_of(found.scope).is_local(last):
            return None
        made = names_of(found.file.tree).bindings.get(last, ())
        return found if all(isinstance(node, ast.ImportFrom) for node in made) else None

    def is_called(self, op: ExpensiveOp) -> bool:
        """Whether it is certain that the call site calls what the op is, and does not hand it to something."""
        rows = self.externals.get((op.function, op.site), ())
        return own_evidence(op) == Evidence.CERTAIN.word and [row.kind for row in rows if row.callee == op.callee] == [
            "call"
        ]

    @cached_property
    def externals(self) -> dict[tuple[str, int], tuple[ExternalCall, ...]]:
        """What is called outside of the source, by call site."""
        found: dict[tuple[str, int], tuple[ExternalCall, ...]] = {}
        for rows in self.reach.externals.values():
            for row in rows:
                found[row.caller, row.site] = (*found.get((row.caller, row.site), ()), row)
        return found

    @cached_property
    def edges(self) -> dict[tuple[str, int], tuple[Edge, ...]]:
        """What is called in the source, by call site."""
        found: dict[tuple[str, int], tuple[Edge, ...]] = {}
        for edge in self.reach.edges:
            found[edge.caller, edge.site] = (*found.get((edge.caller, edge.site), ()), edge)
        return found

    @cached_property
    def ops_at(self) -> dict[tuple[str, int], ExpensiveOp]:
        """The op of a call site."""
        return {(op.function, op.site): op for op in self.ops if op.site >= 0}

    def moved(self, op: ExpensiveOp, loop: int) -> int:
        """The weight of an op in another loop of its function (-1: outside of all)."""
        return amplified(self.reach, self.model, self.routes, self.counted, op, loop).weight

    def times(self, op: ExpensiveOp, number: int) -> int:
        """The weight of so many executions of an op."""
        return weighed(self.model, op, max(number, 1))

    def at_once(self, op: ExpensiveOp, most: int) -> int:
        """The weight of an op whose executions are joined, so many into one: the fixed cost is paid once for each."""
        calls = -(-op.amplification // most) if most else 1
        return weighed(self.model, op._replace(size=op.size * op.amplification / calls), calls)

    def name_of(self, op: ExpensiveOp) -> str:
        """What a loop of its function around an op has one round for."""
        facts = self.reach.program.facts(op.function)
        loop = facts.sites[op.site].loop
        return facts.loops[loop].name if loop >= 0 else ""


def proposal(
    kind: str, title: str, first: ExpensiveOp, after: Weights, ops: Iterable[ExpensiveOp], effort: str, why: str,
    assumes: str, target: int = 0,
) -> Proposal:  # fmt: skip
    """A proposal at the place of an op. `why` is what was proved, `assumes` what could not be."""
    rows = tuple(ops)
    ids = tuple(sorted(op.id for op in rows))
    load = sum(op.weight for op in rows)
    row = Candidate(
        kind, title, first.function, first.file, first.line, ids, load, 0, effort, "low", why, assumes, "", target
    )
    return Proposal(row._replace(id=identity(row)), after)


def identity(row: Candidate) -> str:
    """What a candidate is named by: its kind, its function and its ops, without lines."""
    text = "\n".join((row.kind, row.function, *row.op_ids))
    return sha256(text.encode()).hexdigest()[:8]
