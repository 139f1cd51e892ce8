"""Queries for one row that an action asks once more, with nothing in between that could change the answer."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import NamedTuple

from code_path_audit.callgraph.model import Edge
from code_path_audit.costs.model import ExpensiveOp
from code_path_audit.facts.lowering.statements import absolute_module
from code_path_audit.profiles.amplification import base_class_of
from code_path_audit.profiles.candidates.calls import argument_of, gone_with, spot_of
from code_path_audit.profiles.candidates.invariance import DEPTH
from code_path_audit.profiles.candidates.names import bound_by, loaded, names_of
from code_path_audit.profiles.candidates.proposal import Proposal, Traced, gone, proposal
from code_path_audit.profiles.candidates.questions import ANSWERED, ROWS, is_question, texts_in
from code_path_audit.profiles.candidates.syntax import (
    COMPREHENSIONS,
    Spot,
    blocks_of,
    statements_around,
)
from code_path_audit.profiles.effects import keeps_order
from code_path_audit.profiles.reach import op_order


class Way(NamedTuple):
    """A query as it would be written in a function that alone leads to it: `calls` from the query upwards, the last in
    that function. `apart`: the call that tells this way from others to it, None where there is no other."""

    op: ExpensiveOp
    function: str
    text: str
    calls: tuple[Spot, ...]
    sites: tuple[tuple[str, int], ...]
    apart: Edge | None


def asked_twice(traced: Traced) -> Iterator[Proposal]:
    """A query for one row that a function asks, itself or in what it calls, and then once more."""
    rows = [op for op in traced.heavy if op.callee.startswith(ROWS) or "get_object_or_404" in op.callee]
    ways = {op: list(ways_up(traced, op)) for op in rows if is_question(traced, op) and not is_by_chance(traced, op)}
    alike: dict[tuple[str, str], list[Way]] = {}
    for way in chain.from_iterable(ways.values()):
        alike.setdefault((way.function, way.text), []).append(way)
    for op, mine in ways.items():
        found = (
            (way, first)
            for way in mine
            if (first := asked_before(traced, way, alike[way.function, way.text])) is not None
        )
        second, first = next(found, (None, None))
        if first is not None and second is not None:
            effort = "small" if first.op.function == op.function else "medium"
            yield proposal(
                "keep", f"Run {first.op.callee} once for {first.text}, and pass on what it gives", op,
                {op_order(op): gone_with([second.apart]) if second.apart else gone}, [op], effort,
                f"{first.op.function} asks for the same before, in line {first.op.line}, and nothing is written or "
                f"sent in between; effort {effort}: what it gave is handed on",
                ANSWERED, calls=(),
            )  # fmt: skip


def is_by_chance(traced: Traced, op: ExpensiveOp) -> bool:
    """Whether a query gives another row each time: in the order of chance."""
    spot = traced.spot(op)
    return spot is None or "?" in texts_in(spot.node)


def asked_before(traced: Traced, way: Way, alike: Iterable[Way]) -> Way | None:
    """The query that surely was asked before another, of those that are written alike in the same function, and is the
    same."""
    for first in alike:
        if (
            first.calls[-1].node is not way.calls[-1].node
            and first.calls[-1].loops == way.calls[-1].loops
            and is_always_before(first.calls[-1], way.calls[-1])
            and is_always_asked(traced, first)
            and names_alike(traced, first.op, way.op, loaded(ast.parse(first.text, mode="eval").body))
            and is_unchanged_since(traced, first, way)
        ):
            return first
    return None


def ways_up(traced: Traced, op: ExpensiveOp) -> Iterator[Way]:
    """A query in its function, and in those that lead to it."""
    spot = traced.spot(op)
    if spot is None:
        return
    todo = [Way(op, op.function, written(spot.node), (spot,), ((op.function, op.site),), None)]
    while todo:
        way = todo.pop()
        yield way
        edges = traced.reach.callers.get(way.function, ()) if way.function not in traced.reach.entries else ()
        if len(way.calls) > DEPTH or len(edges) > MOST:
            continue
        for edge in edges:
            call = spot_of(traced, edge)
            text = written(renamed(way.text, call, way.calls[-1].scope)) if call is not None else ""
            if call is not None and text:
                apart = way.apart or (edge if len(edges) > 1 else None)
                sites = (*way.sites, (edge.caller, edge.site))
                todo.append(Way(op, edge.caller, text, (*way.calls, call), sites, apart))


MOST = 4
"""Calls of a function that are looked at."""


def is_always_asked(traced: Traced, way: Way) -> bool:
    """Whether a query is asked whenever the last of its calls runs."""
    return not any(
        traced.reach.facts(function).sites[site].conditional or call.loops
        for (function, site), call in zip(way.sites[:-1], way.calls[:-1], strict=True)
    )


def written(node: ast.expr | None) -> str:
    """A query for one row as it would be written by `get`; "" for none."""
    if not isinstance(node, ast.Call):
        return ""
    func = node.func
    last = func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "")
    if last == "get_object_or_404" and node.args and isinstance(node.args[0], ast.Name):
        rest = [*map(ast.unparse, node.args[1:]), *(f"{row.arg}={ast.unparse(row.value)}" for row in node.keywords)]
        return f"{node.args[0].id}.objects.get({', '.join(rest)})"
    return ast.unparse(node)


def renamed(text: str, call: Spot, scope: ast.AST) -> ast.expr | None:
    """A query with what a call gives in the place of its parameters; None where one is not seen, or a global name is
    that of a variable there."""
    node = ast.parse(text, mode="eval").body
    names, there = names_of(scope), names_of(call.scope)
    given: dict[str, ast.expr] = {}
    for name in sorted(loaded(node)):
        if not names.is_local(name):
            if there.is_local(name) and not isinstance(call.scope, ast.Module):
                return None
            continue
        # what the function makes itself is another value each time that it runs
        value = argument_of(call, scope, name) if name in names.params else None
        if value is None or name in names.bindings:
            return None
        given[name] = value

    class Given(ast.NodeTransformer):
        def visit_Name(self, name: ast.Name) -> ast.expr:
            return given.get(name.id, name)

    return Given().visit(node)  # type: ignore[no-any-return]


def names_alike(traced: Traced, first: ExpensiveOp, second: ExpensiveOp, names: set[str]) -> bool:
    """Whether the modules of two ops know the globals of some names by the same imports, or are one."""
    program = traced.reach.program
    one, other = (program.functions[row.function][0] for row in (first, second))
    return one == other or all(
        origin(traced, first, name) == origin(traced, second, name) for name in names if origin(traced, first, name)
    )


def origin(traced: Traced, op: ExpensiveOp, name: str) -> str:
    """What a global name of a module stands for: what is imported by it, or what the module binds; "" for no global."""
    file = traced.syntax.file(op.file)
    program = traced.reach.program
    here = program.modules[program.functions[op.function][0]]
    nodes = names_of(file.tree).bindings.get(name, []) if file is not None else []
    for node in nodes:
        if not isinstance(node, ast.Import | ast.ImportFrom):
            return f"{here.module}.{name}"
        base = f"{absolute_module(node, here.module, here.is_package)}." if isinstance(node, ast.ImportFrom) else ""
        return base + next((alias.name for alias in node.names if alias.asname == name), name)
    return ""


def is_always_before(first: Spot, second: Spot) -> bool:
    """Whether one call surely ran where another does: its statement stands before that of the other, in the same block
    or in one around it; or it is what a `try` tries of which every handler leaves the function."""
    above = first.file.above
    row = next(statements_around(first), None)
    if row is None or any(isinstance(node, PARTS) for node in first.inside(row)):
        return False
    over = above.get(row)
    while isinstance(over, ast.Try) and row in over.body and over.handlers and all(map(leaves, over.handlers)):
        row, over = over, above.get(over)
    return any(
        above.get(node) is over and node.lineno > row.lineno and same_block(over, row, node)
        for node in statements_around(second)
    )


PARTS = (ast.IfExp, ast.BoolOp, ast.Lambda, *COMPREHENSIONS)
"""Expressions of which a part may not run."""


def leaves(node: ast.ExceptHandler) -> bool:
    """Whether a handler leaves its function."""
    return isinstance(node.body[-1], ast.Return | ast.Raise)


def same_block(over: ast.AST | None, one: ast.stmt, other: ast.stmt) -> bool:
    """Whether two statements below a node are of one list of statements."""
    return over is not None and any(one in rows and other in rows for rows in blocks_of(over))


def is_unchanged_since(traced: Traced, first: Way, second: Way) -> bool:
    """Whether between two questions of one function nothing is sent, written to an object, or waited for, nobody is
    called of whom nothing is known, and nothing that they are asked for is bound anew."""
    scope, names = second.calls[-1].scope, loaded(ast.parse(second.text, mode="eval").body)
    if names & traced.known.written_globals:
        return False
    start, end = first.calls[-1].node.lineno, second.calls[-1].node.lineno
    if traced.reach.facts(second.function).is_generator:
        return False
    for node in ast.walk(scope):
        if start <= getattr(node, "lineno", 0) <= end and names & set(bound_by(node)):
            return False
    # the rest of what leads to the first, what is between, what leads to the second
    facts = traced.reach.facts
    parts = [(name, range(site + 1, len(facts(name).sites))) for name, site in first.sites[:-1]]
    parts.append((first.function, range(first.sites[-1][1] + 1, second.sites[-1][1])))
    parts += [(name, range(site)) for name, site in second.sites[:-1]]
    return all(is_quiet(traced, name, sites) for name, sites in parts)


def is_quiet(traced: Traced, function: str, sites: range) -> bool:
    """Whether nothing at some call sites of a function changes anything, or may."""
    known = traced.known
    places = traced.reach.facts(function).positions.sites
    lines = range(places[sites[0]][0], places[sites[-1]][0] + 1) if sites else range(0)
    if any(row.site in sites or (row.site < 0 and row.line in lines) for row in known.mutations.get(function, ())):
        return False
    if any(row.site in sites for row in traced.unclear.get(function, ())):
        return False
    mask = 0
    for site in sites:
        if any(keeps_order(row.callee) for row in traced.externals.get((function, site), ())):
            return False
        for edge in traced.edges.get((function, site), ()):
            mask |= known.below[edge.callee]
    others = [op for op in traced.ops_among(function, sites) if base_class_of(op) in ("network", "subprocess")]
    if any(not is_question(traced, op) for op in others):
        return False  # a transaction that begins in between sees what was written meanwhile
    if not mask:
        return True
    does = known.together(mask)
    return not (known.is_doubtful(mask) or does.emits or does.writes)
