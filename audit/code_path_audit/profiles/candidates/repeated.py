"""What a loop of its own function repeats: work on the same input, files opened for each item, clients made anew."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from code_path_audit.costs.model import ExpensiveOp
from code_path_audit.profiles.amplification import base_class_of
from code_path_audit.profiles.candidates.calls import SourceCall, called_less
from code_path_audit.profiles.candidates.files import read_once
from code_path_audit.profiles.candidates.invariance import Invariance
from code_path_audit.profiles.candidates.leaving import (
    ASKED_AGAIN,
    FIRST,
    loop_after,
    loops_to_leave,
    out_of_loops,
    where_to,
)
from code_path_audit.profiles.candidates.proposal import Proposal, Traced, moved_to, proposal
from code_path_audit.profiles.candidates.repeatable import (
    asks_what_stays,
    is_repeatable,
    is_stream,
    is_text_of_constants,
    makes_objects,
)
from code_path_audit.profiles.candidates.results import Fate, fate_of
from code_path_audit.profiles.candidates.streams import opens_for_reading
from code_path_audit.profiles.candidates.syntax import Spot, place_of
from code_path_audit.profiles.candidates.tables import clients
from code_path_audit.profiles.effects import is_stateful
from code_path_audit.profiles.reach import op_order


def hoists(traced: Traced) -> Iterator[Proposal]:
    """Ops that a loop of their function repeats on the same input: once, before the loop."""
    for op in traced.heavy:
        if not op.amplified_by:
            continue
        spot = traced.spot(op)
        if spot is None or not spot.loops or is_text_of_constants(op, spot):
            continue
        if opens_for_reading(traced, op, spot):
            yield from read_once(traced, op, spot)
            continue
        if is_stream(op) or op.callee in clients() or not (is_repeatable(traced, op) or asks_what_stays(op, spot)):
            continue
        left, sometimes = out_of_loops(traced, op, spot)
        fate = fate_of(Invariance(traced, op, spot, spot.scope), spot.node) if left and makes_objects(op) else Fate.READ
        if left and fate < Fate.KEPT:
            ops = [op, *within_call(traced, op, spot)]
            after = {op_order(row): moved_to(loop_after(traced, op, len(left))) for row in ops}
            yield proposal(
                "hoist", f"Run {op.callee} once, {where_to(left, sometimes)}", op, after, ops, "small",
                f"nothing that flows into it changes in the loop; effort small: one statement moves inside "
                f"{op.function}",
                assumed(ops, fate), left[-1].lineno, adds=FIRST if sometimes else "",
            )  # fmt: skip


def assumed(ops: Iterable[ExpensiveOp], fate: Fate) -> str:
    """What a hoist takes for granted."""
    parts = []
    if any(base_class_of(op) in ("file_io", "network") for op in ops):
        parts.append("no other process changes what it reads meanwhile, and it is there also without any round")
    if fate == Fate.PART_KEPT:
        parts.append("what is read of it is not changed in the loop")
    return ", and ".join(parts)


def within_call(traced: Traced, op: ExpensiveOp, spot: Spot) -> list[ExpensiveOp]:
    """The ops in what a call is given: they move with it."""
    facts = traced.reach.facts(op.function)
    places = {place_of(node) for node in ast.walk(spot.node) if isinstance(node, ast.Call) and node is not spot.node}
    return [row for row in traced.ops_in(op.function) if row.site >= 0 and facts.positions.sites[row.site] in places]


def call_hoists(traced: Traced, calls: Iterable[SourceCall]) -> Iterator[Proposal]:
    """Calls of functions of the source that a loop repeats on the same input, with heavy work behind them."""
    for call in calls:
        op, spot = call.standing, call.spot
        if any(base_class_of(row) in (*ASKED_AGAIN, "deep_copy") or is_stateful(row.callee) for row in call.ops):
            continue
        if traced.known.is_cached(call.name):
            continue
        left = loops_to_leave(traced, op, spot, is_call=True)
        if not left:
            continue
        fate = fate_of(Invariance(traced, op, spot, spot.scope), spot.node)
        if fate >= Fate.KEPT:
            continue
        outside = loop_after(traced, op, len(left))
        yield proposal(
            "hoist", f"Call {call.name} once, {where_to(left)}", op,
            {op_order(row): called_less(call.edge, outside) for row in call.ops}, call.ops, "small",
            f"nothing that flows into it changes in the loop, and it changes nothing; effort small: one statement "
            f"moves inside {op.function}",
            assumed(call.ops, fate), left[-1].lineno,
        )  # fmt: skip
