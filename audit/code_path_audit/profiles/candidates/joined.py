"""Requests that can run side by side: of the rounds of a loop, or of the steps of a block."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from code_path_audit.costs.model import ExpensiveOp
from code_path_audit.profiles.amplification import base_class_of
from code_path_audit.profiles.candidates.calls import SourceCall, spot_of, standing_at
from code_path_audit.profiles.candidates.proposal import (
    After,
    Proposal,
    Traced,
    gone,
    named_place,
    part_of,
    proposal,
    without,
)
from code_path_audit.profiles.candidates.repeatable import only_reads
from code_path_audit.profiles.candidates.rounds import (
    are_independent,
    around,
    loop_of_rounds,
    takes_element,
    writes_files,
)
from code_path_audit.profiles.candidates.syntax import Loop, Spot, block_around
from code_path_audit.profiles.model import Pipelining
from code_path_audit.profiles.pipelining import Concurrent
from code_path_audit.profiles.reach import OpKey, op_order
from code_path_audit.profiles.runs.terms import degree

POOL = 8
"""Requests at a time that a pool is taken to have."""

WAITING = frozenset(("network", "subprocess"))
"""Classes of which the work is done elsewhere, so that several can be waited for at a time."""

ASKING = frozenset((
    "requests.get", "requests.head", "requests.Session.get", "requests.Session.head", "httpx.get", "httpx.head",
    "httpx.Client.get", "httpx.Client.head", "urllib.request.urlopen", "urllib3.PoolManager.request",
    "urllib3.request",
))  # fmt: skip
"""Requests that change nothing, and whose functions may be called from several threads."""

AWAITED = frozenset((
    "httpx.AsyncClient.get", "httpx.AsyncClient.head", "aiohttp.ClientSession.get", "aiohttp.ClientSession.head",
))  # fmt: skip


ANSWERS = frozenset((
    "aiohttp.ClientResponse.text", "aiohttp.ClientResponse.json", "aiohttp.ClientResponse.read", "httpx.Response.aread",
    "http.client.HTTPResponse.read",
))  # fmt: skip
"""What reads the answer to a request: a part of it."""


DATABASES = ("sqlite3.", "psycopg", "sqlalchemy.", "pymysql.", "sqlmodel.", "django.db.")


def asks_database(op: ExpensiveOp) -> bool:
    """Whether an op asks a database."""
    return op.kind in QUESTIONS or op.callee.startswith(DATABASES)


QUESTIONS = frozenset(("query", "local"))
"""The kinds of work of what asks a database."""


def pools(traced: Traced, calls: Iterable[SourceCall]) -> Iterator[Proposal]:
    """Requests of independent rounds: side by side, in a pool of threads or as awaits that are gathered."""
    for op in traced.heavy:
        found = around(traced, op) if is_asking(traced, op) and op.amplified_by else None
        if found is None:
            continue
        spot, loop = found
        if op.callee in AWAITED and not is_awaited(spot):
            continue
        if takes_element(spot, loop) and are_independent(traced, op, spot, loop):
            yield pooled(traced, op, op.callee, [op], loop, spot, op.callee in AWAITED)
    for call in calls:
        asked = [op for op in call.ops if is_asking(traced, op)]
        each = loop_of_rounds(traced, call.standing, call.spot) if asked else None
        if not isinstance(each, ast.For):
            continue
        awaited = any(op.callee in AWAITED for op in asked)
        if awaited and not isinstance(call.spot.file.above[call.spot.node], ast.Await):
            continue
        asked += [op for op in call.ops if op.callee in ANSWERS]
        if not all(op in asked or base_class_of(op) not in WAITING for op in call.ops):
            continue
        if takes_element(call.spot, each) and are_independent(traced, call.standing, call.spot, each):
            yield pooled(traced, call.standing, call.name, asked, each, call.spot, awaited)


def is_asking(traced: Traced, op: ExpensiveOp) -> bool:
    """Whether an op asks another machine, or a process that only reads, and waits for the answer."""
    if base_class_of(op) != "subprocess":
        return op.callee in ASKING | AWAITED
    spot = traced.spot(op) if op.callee in PROCESSES else None
    return spot is not None and only_reads(op, spot)


PROCESSES = frozenset((
    "subprocess.run", "subprocess.call", "subprocess.check_call", "subprocess.check_output", "subprocess.getoutput",
))  # fmt: skip
"""What runs a process to its end, in any thread."""


def is_awaited(spot: Spot) -> bool:
    """Whether a round waits for what it asks: what it only starts, or collects, is waited for elsewhere."""
    return isinstance(spot.file.above.get(spot.node), ast.Await | ast.withitem)


def pooled(
    traced: Traced, op: ExpensiveOp, name: str, asked: list[ExpensiveOp], loop: Loop, spot: Spot, awaited: bool
) -> Proposal:  # fmt: skip
    """The rounds of a loop side by side."""
    how = "asyncio.gather" if awaited else "a pool of threads"
    effort = "small" if awaited else "medium"
    shared = not awaited and any("Session" in op.callee for op in asked)
    own = "; each thread asks by a session of its own" if shared else ""
    return proposal(
        "concurrent", f"Run {name} several at a time, not one after the other, with {how}", op,
        {op_order(row): part_of(POOL) for row in asked}, asked, effort,
        f"no round of the loop in line {loop.lineno} needs another: each makes its own and collects it; the saving is "
        f"that of {POOL} at a time; effort {effort}: the body of the loop becomes a function",
        "the other side answers several requests at a time; where it has one request for all, that is better still"
        f"{own}{FIRST_ALL if asks_before(traced, op, spot, loop) else ''}",
        loop.lineno, adds="gather" if awaited else "threads",
    )  # fmt: skip


FIRST_ALL = "; all answers are kept until the last is there, and where a request fails, nothing is written before it"


def asks_before(traced: Traced, op: ExpensiveOp, spot: Spot, loop: Loop) -> bool:
    """Whether a loop does something with each answer that has to wait for all of them: it yields it, or writes it."""
    return any(isinstance(node, ast.Yield) for node in ast.walk(loop)) or writes_files(traced, op, spot, loop)


def side_by_side(traced: Traced, calls: Iterable[SourceCall]) -> Iterator[Proposal]:
    """Awaits in one expression that do not need each other: `{"a": await f(), "b": await g()}`."""
    found: dict[ast.AST, list[tuple[ExpensiveOp, str, list[ExpensiveOp]]]] = {}
    direct = [(op, op.callee, [op], traced.spot(op)) for op in traced.heavy if op.callee in AWAITED]
    behind = [(row.standing, row.name, [op for op in row.ops if op.callee in AWAITED], row.spot) for row in calls]
    behind += shared_calls(traced, {(row.edge.caller, row.edge.site) for row in calls})
    for op, name, asked, spot in (*direct, *behind):
        around = shown_with(spot) if spot is not None and asked else None
        if around is not None and changes_nothing(traced, op):
            found.setdefault(around, []).append((op, name, asked))
    for rows in found.values():
        asked = list(dict.fromkeys(op for _, _, ops in rows for op in ops))
        if len(rows) < 2:
            continue
        heaviest = max(asked, key=lambda op: op.weight)
        after: dict[OpKey, After] = {op_order(op): gone for op in asked if op is not heaviest}
        count = sum(heaviest in ops for _, _, ops in rows)
        if count > 1:
            after[op_order(heaviest)] = without((count - 1) / max(heaviest.amplification, count))
        first = min((op for op, _, _ in rows), key=lambda op: op.site)
        names = "; ".join(f"{name} (line {op.line})" for op, name, _ in rows)
        yield proposal(
            "concurrent", f"Run {len(rows)} independent steps at the same time (asyncio.gather)", first, after, asked,
            "small",
            f"no step needs another: {names}; effort small: the steps are awaited already",
            "the other side answers several requests at a time", calls=(), adds="steps",
        )  # fmt: skip


STEPS = 4
"""Calls between an await and the request behind it."""


def shared_calls(traced: Traced, known: set[tuple[str, int]]) -> list[tuple[ExpensiveOp, str, list[ExpensiveOp], Spot]]:
    """The calls that lead to a request to which others lead as well, but for those that are known: what stands there,
    what is called, the request, and the call."""
    found: dict[tuple[str, int], tuple[ExpensiveOp, str, list[ExpensiveOp], Spot]] = {}
    for op in traced.heavy:
        if op.callee not in AWAITED or degree(op.runs):
            continue
        todo, seen = [(op.function, 0)], {op.function}
        while todo:
            name, deep = todo.pop()
            for edge in traced.reach.callers.get(name, ()) if deep < STEPS else ():
                place = (edge.caller, edge.site)
                spot = spot_of(traced, edge) if place not in known else None
                if spot is not None:
                    row = found.setdefault(place, (standing_at(traced, op, edge), edge.callee, [], spot))
                    row[2].append(op)
                if edge.caller not in seen:
                    seen.add(edge.caller)
                    todo.append((edge.caller, deep + 1))
    return list(found.values())


def shown_with(spot: Spot) -> ast.AST | None:
    """The dict, list or call that an awaited call is a part of, which awaits nothing that is not a part like it."""
    awaited = spot.file.above[spot.node]
    around = spot.file.above.get(awaited)
    if isinstance(around, ast.keyword):
        around = spot.file.above[around]
    if not isinstance(awaited, ast.Await) or not isinstance(around, ast.Dict | ast.List | ast.Tuple | ast.Call):
        return None
    if isinstance(around, ast.Call) and around.func is awaited:
        return None
    binds = any(isinstance(node, ast.NamedExpr | ast.Yield | ast.YieldFrom) for node in ast.walk(around))
    return None if binds else around


def changes_nothing(traced: Traced, op: ExpensiveOp) -> bool:
    """Whether a call, and all that lies behind it, changes nothing that another could see."""
    edges = traced.edges.get((op.function, op.site), ())
    masks = [traced.known.below[edge.callee] for edge in edges]
    if any(traced.known.is_doubtful(mask) for mask in masks):
        return False
    return not any(traced.known.together(mask).changes_anything for mask in masks)


def steps_at(traced: Traced, row: Pipelining) -> list[str]:
    """The awaited calls of steps that follow each other, as far as they are known by their lines."""
    program = traced.reach.program
    file = traced.syntax.file(program.path(row.function))
    wanted = [node for node in ast.walk(file.tree) if isinstance(node, ast.Assign)] if file is not None else []
    wanted = [node for node in wanted if isinstance(node.value, ast.Await) and isinstance(node.value.value, ast.Call)]
    first = next((node for node in wanted if node.lineno == row.line), None)
    if file is None or first is None:
        return []
    body = block_around(file, first)
    steps = body[body.index(first) : body.index(first) + len(row.steps)]
    found = []
    for node in steps:
        if node not in wanted:
            return []
        call = node.value.value  # type: ignore[attr-defined]
        found.append(named_place(program.path(row.function), call.lineno, call.col_offset, ast.unparse(call.func)))
    return found


def concurrents(traced: Traced, pipelinings: tuple[Concurrent, ...]) -> Iterator[Proposal]:
    """Independent steps that wait for something outside: the heaviest alone is waited for."""
    for row, steps in pipelinings:
        if row.how not in ("asyncio.gather", "threads"):
            continue
        if not all(any(base_class_of(op) in WAITING for op in step) for step in steps):
            continue
        ops = list(dict.fromkeys(op for step in steps for op in step if base_class_of(op) in WAITING))
        heaviest = max(steps, key=lambda step: sum(op.weight for op in step))
        kept = {op_order(op) for op in heaviest}
        shared = {op_order(op): sum(op in step for step in steps) for op in heaviest}
        first = ops[0]._replace(function=row.function, file=row.file, line=row.line)
        effort = "small" if row.how == "asyncio.gather" else "medium"
        if effort == "medium" and traced.reach.facts(row.function).is_async:
            continue  # threads are no way to wait in a coroutine
        if effort == "medium" and any(map(asks_database, ops)):
            continue  # a connection, and its transaction, belong to one thread
        after: dict[OpKey, After] = {op_order(op): gone for op in ops if op_order(op) not in kept}
        # several steps that come to the same op: each is a part of its runs
        after |= {place: without(1 - 1 / count) for place, count in shared.items() if count > 1}
        if effort == "medium" and sum(op.weight for op in ops if op_order(op) in after) * 4 < traced.paid_where(ops):
            continue  # threads for a step or two, beside much else
        yield proposal(
            "concurrent", f"Run {len(row.steps)} independent steps at the same time ({row.how})", first,
            after, ops, effort,
            f"no step needs another: {'; '.join(row.steps)}; effort {effort}: the steps "
            f"{'are awaited already' if effort == 'small' else 'wait for network or processes, so threads do'}",
            "the other side answers several requests at a time",
            calls=steps_at(traced, row) if effort == "small" else (), adds="steps",
        )  # fmt: skip
