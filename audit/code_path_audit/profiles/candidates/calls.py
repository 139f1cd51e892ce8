"""Calls of functions of the source that heavy ops lie behind: as one op that stands where the call does."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from code_path_audit.callgraph.model import Edge, Evidence
from code_path_audit.costs.model import ExpensiveOp
from code_path_audit.profiles.amplification import nest, nest_at, weighed
from code_path_audit.profiles.candidates.names import positional
from code_path_audit.profiles.candidates.proposal import After, Traced, World
from code_path_audit.profiles.candidates.syntax import Spot
from code_path_audit.profiles.effects import TOO_MANY
from code_path_audit.profiles.reach import grouped, is_module, op_order
from code_path_audit.profiles.runs.standing import loops_from, stands
from code_path_audit.profiles.runs.terms import figure

LEVELS = 100
"""Functions that lead to one alone, one above the other, which are looked at."""


class SourceCall(NamedTuple):
    """A call of a function of the source. `ops` are those that nothing else leads to but calls of this function, the
    heaviest first; `standing` is the heaviest of them as if it stood at the call, for the proofs."""

    edge: Edge
    spot: Spot
    ops: tuple[ExpensiveOp, ...]
    standing: ExpensiveOp

    @property
    def name(self) -> str:
        """What is called."""
        return self.edge.callee


def source_calls(traced: Traced) -> Iterator[SourceCall]:
    """The certain calls of functions of the source that weigh enough, the heaviest first."""
    by_function: dict[str, list[ExpensiveOp]] = {}
    for op in traced.heavy:
        by_function.setdefault(op.function, []).append(op)
    wanted: dict[str, list[ExpensiveOp]] = {}
    for function, ops in by_function.items():
        for name in above(traced, function):
            wanted.setdefault(name, []).extend(ops)
    everything: dict[str, tuple[ExpensiveOp, ...]] = grouped(traced.ops, "function")
    rows = sorted(wanted.items(), key=lambda row: (-sum(op.weight for op in row[1]), row[0]))
    for callee, heavy in rows:
        facts = traced.reach.facts(callee)
        if facts.kind != "function" or facts.is_generator or callee in traced.counted.counting.plan.kept:
            continue
        inside = led_to(traced, callee)
        if len(inside) > TOO_MANY:
            continue
        found = (op for function in inside for op in everything.get(function, ()))
        ops = sorted(found, key=lambda op: (-op.weight, op_order(op)))
        ops = [op for op in ops if op.condition == heavy[0].condition or op in heavy]
        if not ops:
            continue
        for edge in traced.reach.callers.get(callee, ()):
            spot = spot_of(traced, edge)
            if spot is not None:
                stands = standing_at(traced, ops[0], edge)
                yield SourceCall(edge, spot, tuple(ops), stands)


def standing_at(traced: Traced, op: ExpensiveOp, edge: Edge) -> ExpensiveOp:
    """An op behind a call, as if it stood there and were what is called."""
    program = traced.reach.program
    line, column = program.facts(edge.caller).positions.sites[edge.site][:2]
    return op._replace(
        callee=edge.callee, function=edge.caller, site=edge.site, file=program.path(edge.caller), line=line,
        column=column,
    )  # fmt: skip


def above(traced: Traced, function: str) -> Iterator[str]:
    """A function and those that lead to it alone: each the only caller of the one below, never an entry. At most
    `LEVELS` of them."""
    seen: set[str] = set()
    program, entries = traced.reach.program, traced.reach.entries
    while len(seen) < LEVELS and function not in seen and function not in entries and not is_module(program, function):
        seen.add(function)
        yield function
        callers = {edge.caller for edge in traced.reach.callers.get(function, ())}
        if len(callers) != 1:
            return
        (function,) = callers


def led_to(traced: Traced, callee: str) -> frozenset[str]:
    """A function and those that only it leads to; where they are `TOO_MANY`, so many and some."""
    found = {callee}
    todo = [callee]
    while todo and len(found) <= TOO_MANY:
        name = todo.pop()
        for edge in traced.reach.callees.get(name, ()):
            rows = traced.reach.callers.get(edge.callee, ())
            if (
                edge.callee not in found
                and edge.callee not in traced.reach.entries
                and all(row.caller in found for row in rows)
            ):
                found.add(edge.callee)
                todo.append(edge.callee)
    return frozenset(found)


def spot_of(traced: Traced, edge: Edge) -> Spot | None:
    """Where a certain call of one function alone stands in the source."""
    if edge.kind != "call" or edge.evidence != Evidence.CERTAIN.word or edge.site < 0:
        return None
    key = (edge.caller, edge.site)
    if len(traced.edges.get(key, ())) != 1 or traced.externals.get(key):
        return None
    return traced.syntax.spot(edge.caller, edge.site)


def unpacks(call: ast.Call) -> bool:
    """Whether a call is given what is unpacked there: by `*rows` or `**row`."""
    return any(isinstance(part, ast.Starred) for part in call.args) or any(row.arg is None for row in call.keywords)


def argument_of(call: Spot, scope: ast.AST, name: str) -> ast.expr | None:
    """What a call gives a parameter of its function, which is that `scope`, as it is written; None where that is not
    seen."""
    if not isinstance(scope, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
        return None
    if unpacks(call.node):
        return None
    by_name = next((row.value for row in call.node.keywords if row.arg == name), None)
    if by_name is not None:
        return by_name
    return dict(zip(positional(scope, call.node), call.node.args, strict=False)).get(name)


def rounds(world: World, edge: Edge, loop: int) -> int:
    """How often a call runs for one round of a loop around it (-1: for one run of its function)."""
    facts = world.reach.facts(edge.caller)
    around = loops_from(facts, world.reach.graph, edge.caller, loop)
    outer = nest(world.reach, world.model, around[::-1]).factor
    return max(nest_at(world.reach, world.model, edge.caller, edge.site).factor // max(outer, 1), 1)


def called_less(edge: Edge, loop: int) -> After:
    """What an op behind a call weighs, with the call in another loop of its function (-1: outside of all)."""

    def after(world: World, op: ExpensiveOp) -> int:
        share = share_of(world, edge)
        left = op.amplification * (1 - share * (1 - 1 / rounds(world, edge, loop)))
        return weighed(world.model, op, max(round(left), 1))

    return after


def share_of(world: World, edge: Edge) -> float:
    """Of the runs of a function those that one call of it makes."""
    counting, bound = world.counted.counting, world.model.assumed_bound
    functions = counting.functions([edge.caller, edge.callee])
    where = stands(world.reach, edge.caller, edge.site)
    here = figure(counting.at(functions[edge.caller], edge.caller, where), bound)
    return min(here / max(figure(functions[edge.callee], bound), 1), 1.0)


def gone_with(edges: Iterable[Edge]) -> After:
    """What an op behind a function weighs without some of the calls of it."""
    rows = tuple(edges)

    def after(world: World, op: ExpensiveOp) -> int:
        left = round(op.amplification * (1 - min(sum(share_of(world, edge) for edge in rows), 1.0)))
        return weighed(world.model, op, left) if left else 0

    return after
