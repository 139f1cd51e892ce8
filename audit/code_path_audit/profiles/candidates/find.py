"""All candidates of an action: every kind in order, what each saves, and which are worth being told.

A saving is not guessed: the ops that a candidate concerns are weighed again as they would run with it applied, and what
goes away is subtracted. What saves less than a twentieth of what the action surely pays is left out, unless it is in a
loop that nobody knows the length of; there it has a low priority. What concerns error paths alone is left out.
"""

from __future__ import annotations

from collections.abc import Iterator

from code_path_audit.costs.model import CostModel, ExpensiveOp
from code_path_audit.profiles.amplification import Counted, Route
from code_path_audit.profiles.candidates import (
    asked_twice,
    bulk,
    caches,
    clients,
    commits,
    early,
    faster,
    files,
    handed,
    joined,
    keepers,
    kept,
    late,
    queries,
    questions,
    repeated,
)  # fmt: skip
from code_path_audit.profiles.candidates.calls import source_calls
from code_path_audit.profiles.candidates.names import names_of
from code_path_audit.profiles.candidates.proposal import SHARE, Proposal, Traced
from code_path_audit.profiles.candidates.switches import Switches
from code_path_audit.profiles.candidates.syntax import Syntax, loop_of
from code_path_audit.profiles.effects import Knowledge
from code_path_audit.profiles.model import Candidate
from code_path_audit.profiles.pipelining import Concurrent
from code_path_audit.profiles.reach import Reach
from code_path_audit.profiles.redundancy import Repeat
from code_path_audit.sources.text import ReadSource

PAUSE = "pause"
"""The kind of work of what only sleeps."""

ORDER = (
    "hoist", "cache", "keep", "copy", "bulk", "query", "commit", "client", "open", "lazy", "late_import", "concurrent",
    "parser",
)  # fmt: skip
"""The kinds, those that do away with work before those that do it faster."""


def find_candidates(
    reach: Reach,
    model: CostModel,
    routes: dict[str, Route],
    counted: Counted,
    known: Knowledge,
    ops: tuple[ExpensiveOp, ...],
    repeats: tuple[Repeat, ...],
    pipelinings: tuple[Concurrent, ...],
    read: ReadSource | None = None,
) -> tuple[Candidate, ...]:
    """The candidates of an action, the greatest saving first. `ops` are as the action runs them; `read` gives the
    source, without which only steps that can run at the same time are proposed."""
    # nobody sleeps by mistake oftener than is needed: no edit that keeps what a program does takes it away
    ops = tuple(op for op in ops if op.kind != PAUSE)
    traced = Traced(reach, model, routes, counted, known, ops, Syntax(reach.program, read))
    places: dict[str, list[int]] = {}
    for place, op in enumerate(ops):
        places.setdefault(op.id, []).append(place)
    found = []
    for proposed in every_proposal(traced, repeats, pipelinings):
        row = proposed.candidate
        concerned = [ops[place] for place in sorted({place for one in row.op_ids for place in places.get(one, ())})]
        if not concerned:
            continue
        saving, felt = traced.saved(proposed, concerned)
        if traced.is_worth(concerned, saving, felt, row.grows):
            paid = traced.paid_where(concerned, row.grows)
            row = row._replace(saving=saving, priority=priority(felt, paid), felt=felt, paid=paid)
            one = traced.one_round(proposed, concerned)
            if one is not None:
                row = row._replace(each=one.saved, each_paid=one.paid, per=one.per, counted=one.counted)
            found.append(row)
    # what was looked up in the trees of this action, which would stay as long as the process
    names_of.cache_clear()
    loop_of.cache_clear()
    return tuple(sorted(best(found), key=lambda row: (-row.saving, row)))


def every_proposal(
    traced: Traced, repeats: tuple[Repeat, ...], pipelinings: tuple[Concurrent, ...]
) -> Iterator[Proposal]:
    """The proposals of every kind."""
    calls = tuple(source_calls(traced))
    switches = Switches(traced)
    yield from repeated.hoists(traced)
    yield from repeated.call_hoists(traced, calls)
    yield from handed.handed_down(traced)
    yield from caches.caches(traced)
    yield from kept.same_work(traced, repeats)
    yield from kept.needless_copies(traced)
    yield from queries.per_row(traced)
    yield from kept.counted_and_read(traced)
    yield from questions.asked_in_loops(traced)
    yield from asked_twice.asked_twice(traced)
    yield from bulk.bulk_forms(traced, calls)
    yield from commits.commits(traced)
    yield from clients.new_clients(traced)
    yield from clients.sessions(traced)
    yield from keepers.remade(traced)
    yield from keepers.given_by_helpers(traced)
    yield from files.appends(traced)
    yield from files.rewrites(traced)
    yield from files.rewrites_of_object(traced)
    yield from early.eager_work(traced, calls, switches)
    yield from late.late_imports(traced, switches)
    yield from joined.pools(traced, calls)
    yield from joined.concurrents(traced, pipelinings)
    yield from joined.side_by_side(traced, calls)
    yield from faster.siblings(traced)


def best(rows: list[Candidate]) -> list[Candidate]:
    """Of several candidates for the same ops the one that does away with most where loops are long, of equals the
    first by its kind; one that is a part of another of its kind is left out. A client that is shared goes with any
    other, but with what leaves the loop itself."""
    found: dict[tuple[tuple[str, ...], bool], Candidate] = {}
    for row in sorted(rows, key=lambda row: (-row.felt, ORDER.index(row.kind), row)):
        found.setdefault((row.op_ids, row.kind == "client"), row)
    kept = [(row, frozenset(row.op_ids)) for row in found.values()]
    around: dict[tuple[str, str], list[tuple[Candidate, frozenset[str]]]] = {}
    for row, ids in kept:
        for one in ids:
            around.setdefault((row.kind, one), []).append((row, ids))
    return [
        row for row, ids in kept
        if not any(ids < others and other.saving >= row.saving for other, others in around[row.kind, row.op_ids[0]])
        and not (row.kind == "client" and any(ids <= others for _, others in around.get(("hoist", row.op_ids[0]), ())))
    ]  # fmt: skip


def priority(saving: int, paid: int) -> str:
    """high from a quarter of what the action surely pays on, medium from a twentieth on, else low."""
    return "high" if saving * 4 >= paid else "medium" if saving * SHARE >= paid else "low"
