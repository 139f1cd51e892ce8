"""Single requests that a library can do many of at once, by exact name; and requests that can run side by side."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from code_path_audit.costs.model import ExpensiveOp
from code_path_audit.profiles.amplification import base_class_of
from code_path_audit.profiles.candidates.invariance import Doubt, Invariance, leaves_early
from code_path_audit.profiles.candidates.names import loaded
from code_path_audit.profiles.candidates.proposal import Proposal, Traced, proposal
from code_path_audit.profiles.candidates.repeated import loop_after
from code_path_audit.profiles.candidates.rounds import are_independent, is_alone, is_dropped
from code_path_audit.profiles.candidates.syntax import Loop, Spot
from code_path_audit.profiles.candidates.tables import Bulk, bulks
from code_path_audit.profiles.pipelining import Concurrent
from code_path_audit.profiles.reach import op_order

POOL = 8
"""Requests at a time that a pool is taken to have."""

COMMITS = frozenset((
    "sqlite3.Connection.commit", "psycopg.Connection.commit", "psycopg2.extensions.connection.commit",
    "sqlalchemy.orm.Session.commit", "sqlalchemy.ext.asyncio.AsyncSession.commit", "sqlalchemy.Connection.commit",
    "pymysql.connections.Connection.commit", "sqlmodel.Session.commit",
))  # fmt: skip
"""What makes all that was written before it last."""

ASKING = frozenset((
    "requests.get", "requests.head", "httpx.get", "httpx.head", "httpx.Client.get", "httpx.Client.head",
    "urllib.request.urlopen", "urllib3.PoolManager.request", "urllib3.request",
))  # fmt: skip
"""Requests that change nothing, and whose functions may be called from several threads."""

AWAITED = frozenset((
    "httpx.AsyncClient.get", "httpx.AsyncClient.head", "aiohttp.ClientSession.get", "aiohttp.ClientSession.head",
))  # fmt: skip


def around(traced: Traced, op: ExpensiveOp) -> tuple[Spot, Loop] | None:
    """A call in a loop of its function that has a round for each of something."""
    spot = traced.spot(op)
    if spot is None or not spot.loops:
        return None
    loop = spot.loops[0]
    facts = traced.reach.program.facts(op.function)
    first = facts.loops[facts.sites[op.site].loop].first
    return (spot, loop) if isinstance(loop, ast.For | ast.AsyncFor) and not first else None


def bulk_forms(traced: Traced) -> Iterator[Proposal]:
    """Single calls in a loop where the library has one for many."""
    table = bulks()
    for op in traced.heavy:
        row = table.get(op.callee)
        found = around(traced, op) if row is not None and op.amplified_by else None
        if row is None or found is None:
            continue
        spot, loop = found
        if not takes_element(spot, loop) or not fits(row, spot) or leaves_early(loop):
            continue
        proof = Invariance(traced, op, spot, loop)
        try:
            proof.loop_effects()
        except Doubt:
            continue
        if not is_alone(traced, op, proof) or not (is_dropped(spot) or (row.literal == () and is_asking(traced, op))):
            continue
        name = traced.name_of(op)
        yield proposal(
            "bulk", f"Use {row.bulk} for all at once, in place of {op.callee} per {name}", op,
            {op_order(op): traced.at_once(op, row.most)}, [op], row.effort,
            f"the loop in line {loop.lineno} makes one request per {name}, and no other on the same side"
            f"{f'; {row.bulk} takes {row.most:,} at a time' if row.most else ''}; effort {row.effort}: the loop first "
            "collects what it asks for",
            row.assumes,
        )  # fmt: skip


def takes_element(spot: Spot, loop: Loop) -> bool:
    """Whether what a call is given comes from the element of the round."""
    element = {node.id for node in ast.walk(loop.target) if isinstance(node, ast.Name)}  # type: ignore[union-attr]
    names = loaded(spot.node)
    made = dict.fromkeys(element)
    for statement in loop.body:
        for node in ast.walk(statement):
            if (
                isinstance(node, ast.Assign | ast.AnnAssign)
                and node.value is not None
                and loaded(node.value) & made.keys()
            ):
                places = node.targets if isinstance(node, ast.Assign) else [node.target]
                made.update(
                    (name.id, None) for place in places for name in ast.walk(place) if isinstance(name, ast.Name)
                )
    return bool(names & made.keys())


def fits(row: Bulk, spot: Spot) -> bool:
    """Whether a call is one of those that a bulk form can stand for, by the constant that it begins with."""
    if not row.literal:
        return True
    first = spot.node.args[0] if spot.node.args else None
    text = first.value if isinstance(first, ast.Constant) and isinstance(first.value, str) else ""
    return len(spot.node.args) > 1 and text.lstrip().upper().startswith(row.literal)


def is_asking(traced: Traced, op: ExpensiveOp) -> bool:
    """Whether an op changes nothing."""
    return (op.function, op.site) not in traced.known.effectful


def commits(traced: Traced) -> Iterator[Proposal]:
    """A commit in each round: one after the loop."""
    for op in traced.heavy:
        found = around(traced, op) if op.callee in COMMITS and op.amplified_by else None
        if found is None:
            continue
        spot, loop = found
        if spot.around[1] is not loop or not isinstance(loop, ast.For) or leaves_early(loop):
            continue
        proof = Invariance(traced, op, spot, loop)
        try:
            does = proof.loop_effects()
        except Doubt:
            continue
        if does.files or waits_outside(traced, op, proof):
            continue
        yield proposal(
            "commit", f"Call {op.callee} once, after the loop in line {loop.lineno}", op,
            {op_order(op): traced.moved(op, loop_after(traced, op, 1))}, [op], "small",
            "nothing else in the loop waits for what was committed; effort small: one statement moves out of the loop",
            "where a round fails, the rounds before it need not be kept; the transaction is open as long as the "
            "loop runs", loop.lineno,
        )  # fmt: skip


DATABASES = ("sqlite3.", "psycopg", "sqlalchemy.", "pymysql.", "sqlmodel.", "django.db.")


def waits_outside(traced: Traced, op: ExpensiveOp, proof: Invariance) -> bool:
    """Whether a loop talks to something else than a database, for which what was committed may matter."""
    sites = set(proof.sites_inside())
    rows = [other for other in traced.ops if other.function == op.function and other.site in sites]
    for number in sites:
        for edge in traced.edges.get((op.function, number), ()):
            rows += proof.below(edge.callee)
    return any(base_class_of(row) in ("network", "subprocess") and not row.callee.startswith(DATABASES) for row in rows)


# side by side


def pools(traced: Traced) -> Iterator[Proposal]:
    """Requests of independent rounds: side by side, in a pool of threads or as awaits that are gathered."""
    for op in traced.heavy:
        found = around(traced, op) if op.callee in ASKING | AWAITED and op.amplified_by else None
        if found is None:
            continue
        spot, loop = found
        if not takes_element(spot, loop) or not are_independent(traced, op, spot, loop):
            continue
        name, awaited = traced.name_of(op), op.callee in AWAITED
        how = "asyncio.gather" if awaited else "a pool of threads"
        yield proposal(
            "concurrent", f"Run {op.callee} for several {name}s at a time, with {how}", op,
            {op_order(op): traced.times(op, -(-op.amplification // POOL))}, [op], "small" if awaited else "medium",
            f"no round of the loop in line {loop.lineno} needs another: each makes its own and collects it; the "
            f"saving is "
            f"that of {POOL} at a time; effort {'small' if awaited else 'medium'}: the body of the loop becomes a "
            f"function",
            "the other side answers several requests at a time; where it has one request for all, that is better still",
        )  # fmt: skip


def concurrents(traced: Traced, pipelinings: tuple[Concurrent, ...]) -> Iterator[Proposal]:
    """Independent steps that wait for something outside: the heaviest alone is waited for."""
    for row, steps in pipelinings:
        if row.how not in ("asyncio.gather", "threads"):
            continue
        ops = list(dict.fromkeys(op for step in steps for op in step))
        if not all(base_class_of(op) in ("network", "subprocess") for op in ops):
            continue
        heaviest = max(steps, key=lambda step: sum(op.weight for op in step))
        kept = {op_order(op) for op in heaviest}
        first = ops[0]._replace(function=row.function, file=row.file, line=row.line)
        effort = "small" if row.how == "asyncio.gather" else "medium"
        yield proposal(
            "concurrent", f"Run {len(row.steps)} independent steps at the same time ({row.how})", first,
            {op_order(op): 0 for op in ops if op_order(op) not in kept}, ops, effort,
            f"no step needs another: {'; '.join(row.steps)}; effort {effort}: the steps "
            f"{'are awaited already' if effort == 'small' else 'wait for network or processes, so threads do'}",
            "the other side answers several requests at a time",
        )  # fmt: skip
