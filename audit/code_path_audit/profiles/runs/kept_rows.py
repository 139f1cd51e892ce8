"""What an object keeps once it was fetched: a queryset its rows, a row the other end of a relation.

Several places may fetch the same of the same objects, and one place may be reached on several paths; only the first of
them does. Which is the first nobody can say without running the program, and it does not matter for how often: there
are no more fetches than objects. So no place counts for more than there are objects, and of several places the dearest
counts, of those the one that runs on the least condition, and of the others only as many as it takes to account for all
objects. What shows a queryset as text (`QuerySet.__repr__`) asks for its first rows and keeps none of them: each time,
but behind a place of the same function that has fetched them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from code_path_audit.callgraph.model import EVIDENCE, Fetched
from code_path_audit.costs.model import ExpensiveOp
from code_path_audit.profiles.reach import OpKey, condition_of, op_order
from code_path_audit.profiles.runs.plan import Counting
from code_path_audit.profiles.runs.standing import stands
from code_path_audit.profiles.runs.terms import NEVER, LoopName, Runs, Term, added, figure, runs_of, scaled

SHOWN = ".__repr__"
"""How the names end of ops that keep nothing of what they fetch."""


def fetching(counting: Counting, ops: tuple[ExpensiveOp, ...], assumed_bound: int) -> dict[OpKey, Runs | None]:
    """The runs of those ops, as the action runs them, that run less often than they are reached; None for one that
    finds what others have fetched."""
    graph = counting.reach.graph
    groups: dict[Fetched, list[ExpensiveOp]] = {}
    for op in ops if graph.fetched else ():
        for row in graph.fetched.get((op.function, op.site, op.callee), ()):
            groups.setdefault(row, []).append(op)
    makers = counting.functions(sorted({row.function for row in groups if row.function in counting.reach.depths}))
    bounds = {row: objects(counting, makers, row) for row in groups}
    needed: dict[OpKey, bool] = {}
    most: dict[OpKey, Runs | None] = {}
    for row, found in sorted(groups.items()):
        bound = bounds[row]
        keeping = [op for op in found if not op.callee.endswith(SHOWN)]
        first: dict[str, int] = {}
        for op in keeping:
            first[op.function] = min(op.site, first.get(op.function, op.site))
        for op in found:
            if op.callee.endswith(SHOWN):
                key = op_order(op)
                needed[key] = needed.get(key, False) or first.get(op.function, op.site) >= op.site
        for op, counts in accounting(keeping, None if bound is None else figure(bound, assumed_bound)):
            key = op_order(op)
            needed[key] = needed.get(key, False) or counts
            known = most.get(key, NEVER)
            most[key] = None if bound is None or known is None else added(known, bound)
    found_less: dict[OpKey, Runs | None] = {}
    for op in ops:
        key = op_order(op)
        bound = most.get(key)
        if not needed.get(key, True):
            found_less[key] = None
        elif bound is not None and figure(bound, assumed_bound) < op.amplification:
            found_less[key] = bound
    return found_less


def objects(counting: Counting, makers: Mapping[str, Runs], row: Fetched) -> Runs | None:
    """How many objects there are; None where nothing is known of where they come from."""
    runs = makers.get(row.function)
    if not runs:
        return None
    where = stands(counting.reach, row.function, row.site)
    made = runs_of(counting.at(runs, row.function, where))
    return scaled(made, Term((LoopName("loop", row.each),), 1)) if row.each else made


def doubt(op: ExpensiveOp) -> tuple[bool, int]:
    """Whether nobody is certain that an op is reached, and on how much of a condition it runs."""
    return op.evidence != EVIDENCE[0], condition_of(op)


def accounting(found: Iterable[ExpensiveOp], most: int | None) -> list[tuple[ExpensiveOp, bool]]:
    """Each op, and whether it is needed to account for so many objects: the dearest first, then what runs in any case,
    then the first by place."""
    rows = []
    done = 0
    for op in sorted(found, key=lambda op: (-op.amplification, *doubt(op), op_order(op))):
        rows.append((op, most is None or done < most))
        done += op.amplification
    return rows
