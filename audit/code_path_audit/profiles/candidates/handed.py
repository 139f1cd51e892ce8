"""What functions make again of what they are given the same: made where that is, and handed to them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple

from code_path_audit.callgraph.model import Edge
from code_path_audit.costs.model import ExpensiveOp
from code_path_audit.profiles.candidates.caches import is_made_and_changed, is_of_constants, is_written
from code_path_audit.profiles.candidates.calls import argument_of, called_less, spot_of, standing_at
from code_path_audit.profiles.candidates.files import stream_ops
from code_path_audit.profiles.candidates.fixed import FixedInAction
from code_path_audit.profiles.candidates.invariance import Invariance
from code_path_audit.profiles.candidates.leaving import loop_after
from code_path_audit.profiles.candidates.meanwhile import may_change_files
from code_path_audit.profiles.candidates.names import bound_by, is_plain_annotation, loaded, names_of
from code_path_audit.profiles.candidates.proposal import Proposal, Traced, gone, proposal
from code_path_audit.profiles.candidates.repeatable import (
    is_repeatable,
    is_stream,
    leaves_early,
    makes_objects,
    reads_files,
    runs_each_round,
)
from code_path_audit.profiles.candidates.results import Fate, fate_of
from code_path_audit.profiles.candidates.streams import opens_for_reading
from code_path_audit.profiles.candidates.syntax import Loop, Spot, block_around, spanning, statement_of
from code_path_audit.profiles.candidates.tables import clients
from code_path_audit.profiles.reach import op_order


class Remade(NamedTuple):
    """An op that makes something of what its function is given by the one call of it: `ops` are it and what it takes
    from, `given` the arguments by the parameters that flow into it; `is_read`: files flow in."""

    op: ExpensiveOp
    edge: Edge
    call: Spot
    spot: Spot
    ops: tuple[ExpensiveOp, ...]
    given: dict[str, ast.expr]
    is_read: bool


def handed_down(traced: Traced) -> Iterator[Proposal]:
    """What functions make again of what one loop gives them the same in each round, or of what others are given beside
    them."""
    found = list(filter(None, (remade(traced, op) for op in traced.heavy)))
    for row in found:
        yield from before_loop(traced, row)
    yield from made_twice(traced, found)


def remade(traced: Traced, op: ExpensiveOp) -> Remade | None:
    """An op of a function of which there is one call, which makes an object of what that gives it, and changes
    nothing; None for any other."""
    facts = traced.reach.facts(op.function)
    site = facts.sites[op.site]
    edges = traced.reach.callers.get(op.function, ())
    if facts.kind != "function" or site.conditional or site.loop >= 0 or len(edges) != 1:
        return None
    call = spot_of(traced, edges[0]) if op.function not in traced.reach.entries else None
    spot = traced.spot(op) if call is not None else None
    if call is None or spot is None or op.callee in clients() or is_of_constants(op, spot):
        return None
    ops = [op]
    if opens_for_reading(traced, op, spot):
        ops += stream_ops(traced, op, spot) or []
    elif is_stream(op) or not is_repeatable(traced, op):
        return None
    if not any(map(makes_objects, ops)) or any(is_changed_or_kept(traced, row) for row in ops):
        return None  # text alone is read again to see what has changed
    proof = FixedInAction(traced, op, spot)
    if not proof.holds() or not proof.given or {"self", "cls"} & proof.given or is_written(traced, op):
        return None
    is_read = proof.files or any(map(reads_files, ops))
    if is_read and may_change_files(traced, op.function):
        return None
    given = {name: argument_of(call, spot.scope, name) for name in sorted(proof.given)}
    known = {name: part for name, part in given.items() if part is not None}
    return Remade(op, edges[0], call, spot, tuple(ops), known, is_read) if len(known) == len(given) else None


STAYS = "no other process changes what it reads meanwhile"


def before_loop(traced: Traced, row: Remade) -> Iterator[Proposal]:
    """What is made of what a loop gives the same in each round: once, before it."""
    stands = standing_at(traced, row.op, row.edge)
    left = loops_with_the_same(traced, stands, row) if row.op.amplification > 1 else []
    if not left:
        return
    after = called_less(row.edge, loop_after(traced, stands, len(left)))
    yield proposal(
        "hoist", f"Run {row.op.callee} once, before the loop in line {left[-1].lineno} of {row.edge.caller}", row.op,
        {op_order(op): after for op in row.ops}, row.ops, "medium",
        f"{row.op.function} is given the same {' and '.join(row.given)} in each round; effort medium: it is handed "
        "what is made of it",
        f"{STAYS}, and it is there also without any round" if row.is_read else "",
        calls=(),
    )  # fmt: skip


def made_twice(traced: Traced, rows: list[Remade]) -> Iterator[Proposal]:
    """What several functions make of the same, that one block calls one after the other: made once, and handed to
    them."""
    groups: dict[tuple[str, str, str], list[Remade]] = {}
    for row in rows:
        module = traced.reach.program.functions[row.op.function][0]
        groups.setdefault((row.edge.caller, module, as_given(row)), []).append(row)
    for same in groups.values():
        same.sort(key=lambda row: row.edge.site)
        first, block = same[0], {id(block_around(row.call.file, statement_of(row.call))) for row in same}
        facts = traced.reach.facts(first.edge.caller)
        sites = [facts.sites[row.edge.site] for row in same]
        if len({row.op.function for row in same}) < 2 or len(block) != 1 or any(site.conditional for site in sites):
            continue
        if not stays_between(traced, first, same[-1]):
            continue
        kept = max(same, key=lambda row: row.op.weight)
        gone_with = [op for row in same if row is not kept for op in row.ops]
        names = " and ".join(row.op.function for row in same)
        what = ", ".join(ast.unparse(part) for part in first.given.values())
        yield proposal(
            "keep", f"Run {first.op.callee} once for {what}, and pass on what it gives", first.op,
            dict.fromkeys(map(op_order, gone_with), gone), [op for row in same for op in row.ops], "medium",
            f"{names} are given the same by {first.edge.caller}, and nothing in between changes it; effort medium: "
            "they are handed what is made of it",
            STAYS if first.is_read else "", calls=(),
        )  # fmt: skip


def as_given(row: Remade) -> str:
    """A call as it would be written where its function is called."""
    node = ast.parse(ast.unparse(row.spot.node), mode="eval").body

    class Given(ast.NodeTransformer):
        def visit_Name(self, name: ast.Name) -> ast.expr:
            return row.given.get(name.id, name)

    return ast.unparse(Given().visit(node))


def stays_between(traced: Traced, first: Remade, last: Remade) -> bool:
    """Whether nothing from the first call to the last changes what both are given."""
    start, end = statement_of(first.call), statement_of(last.call)
    block = block_around(first.call.file, start)
    span = spanning(block[block.index(start) : block.index(end) + 1])
    if any(name in loaded(part) for part in first.given.values() for row in span.body for name in bound_in(row)):
        return False
    stands = standing_at(traced, first.op, first.edge)
    return all(is_same(traced, stands, first, span, name) for name in first.given)


def bound_in(statement: ast.stmt) -> Iterator[str]:
    """The names that a statement binds."""
    for node in ast.walk(statement):
        yield from bound_by(node)


def is_changed_or_kept(traced: Traced, op: ExpensiveOp) -> bool:
    """Whether what an op makes is changed, or kept by something, in its function."""
    spot = traced.spot(op) if makes_objects(op) else None
    if spot is None:
        return False
    return is_made_and_changed(traced, op) or (
        fate_of(Invariance(traced, op, spot, spot.scope), spot.node) >= Fate.KEPT
    )


def loops_with_the_same(traced: Traced, op: ExpensiveOp, row: Remade) -> list[Loop]:
    """The loops around a call, innermost first, in each round of which it runs, and is given the same."""
    found: list[Loop] = []
    if traced.reach.facts(op.function).sites[op.site].conditional:
        return found
    for loop in row.call.loops:
        if not isinstance(loop, ast.For) or not runs_each_round(row.call, loop) or leaves_early(loop):
            break
        if not all(is_same(traced, op, row, loop, name) for name in row.given):
            break
        found.append(loop)
    return found


def is_same(traced: Traced, op: ExpensiveOp, row: Remade, place: Loop | ast.If, name: str) -> bool:
    """Whether what a parameter is given is the same all through a loop or a block, and so are the files that it
    names."""
    proof = Invariance(traced, op, row.call, place)
    proof.files = row.is_read
    return proof.stays(row.given[name], is_plain_annotation(names_of(row.spot.scope).params[name].annotation))
