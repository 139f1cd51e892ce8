"""What an object keeps once it was fetched: a queryset its rows, a row the other end of a relation.

Several places may fetch the same of the same objects; only the first of them does. Which is the first nobody can say
without running the program, and it does not matter for how often: there are no more fetches than objects. So of such
places the dearest counts, and of the others only as many as it takes to account for all of the objects.
"""

from __future__ import annotations

from collections.abc import Mapping

from code_path_audit.callgraph.model import Fetched
from code_path_audit.costs.model import ExpensiveOp
from code_path_audit.profiles.reach import op_order
from code_path_audit.profiles.runs.plan import Counting
from code_path_audit.profiles.runs.standing import standing
from code_path_audit.profiles.runs.terms import Runs, figure

OpKey = tuple[str, int, str, int, str]


def fetching(counting: Counting, ops: tuple[ExpensiveOp, ...], assumed_bound: int) -> tuple[ExpensiveOp, ...]:
    """The ops without those that find what another has fetched, as the action runs them."""
    graph = counting.reach.graph
    if not graph.fetched:
        return ops
    groups: dict[Fetched, list[ExpensiveOp]] = {}
    for op in ops:
        for row in graph.fetched.get((op.function, op.site, op.callee), ()):
            groups.setdefault(row, []).append(op)
    shared = {row: found for row, found in groups.items() if len(found) > 1}
    if not shared:
        return ops
    makers = counting.functions(sorted({row.function for row in shared if row.function in counting.reach.depths}))
    needed: dict[OpKey, bool] = {}
    for row, found in sorted(shared.items()):
        for op, counts in _accounting(found, objects(counting, makers, row, assumed_bound)):
            needed[op_order(op)] = needed.get(op_order(op), False) or counts
    alone = {op_order(found[0]) for found in groups.values() if len(found) == 1}
    return tuple(op for op in ops if needed.get(op_order(op), True) or op_order(op) in alone)


def objects(counting: Counting, makers: Mapping[str, Runs], row: Fetched, assumed_bound: int) -> int | None:
    """How many objects there are; None where nothing is known of where they come from."""
    runs = makers.get(row.function)
    if not runs:
        return None
    where = standing(counting.reach.program.facts(row.function), counting.reach.graph, row.function, row.site)
    count = figure(counting.at(runs, row.function, where), assumed_bound)
    return count * assumed_bound if row.many else count


def _accounting(found: list[ExpensiveOp], most: int | None) -> list[tuple[ExpensiveOp, bool]]:
    """Each op, and whether it is needed to account for so many objects: the dearest first, then the first by place."""
    told = []
    done = 0
    for op in sorted(found, key=lambda op: (-op.amplification, op_order(op))):
        told.append((op, most is None or done < most))
        done += op.amplification
    return told
