"""Commits that a loop repeats, and requests that can run side by side."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from code_path_audit.costs.model import ExpensiveOp
from code_path_audit.profiles.amplification import base_class_of
from code_path_audit.profiles.candidates.calls import SourceCall, called_less, spot_of
from code_path_audit.profiles.candidates.invariance import Doubt, Invariance
from code_path_audit.profiles.candidates.leaving import loop_after
from code_path_audit.profiles.candidates.names import bound_by, names_of, roots, unwrapped
from code_path_audit.profiles.candidates.proposal import (
    After,
    Proposal,
    Traced,
    gone,
    moved_to,
    named_place,
    part_of,
    place_of_op,
    place_of_site,
    proposal,
    without,
)
from code_path_audit.profiles.candidates.repeatable import leaves_early
from code_path_audit.profiles.candidates.rounds import (
    are_independent,
    around,
    loop_of_rounds,
    takes_element,
    writes_files,
)
from code_path_audit.profiles.candidates.syntax import Loop, Spot, blocks_of, within
from code_path_audit.profiles.model import Pipelining
from code_path_audit.profiles.pipelining import Concurrent
from code_path_audit.profiles.reach import OpKey, op_order

POOL = 8
"""Requests at a time that a pool is taken to have."""

WAITING = frozenset(("network", "subprocess"))
"""Classes of which the work is done elsewhere, so that several can be waited for at a time."""

COMMITS = frozenset((
    "sqlite3.Connection.commit", "psycopg.Connection.commit", "psycopg2.extensions.connection.commit",
    "sqlalchemy.orm.Session.commit", "sqlalchemy.ext.asyncio.AsyncSession.commit", "sqlalchemy.Connection.commit",
    "pymysql.connections.Connection.commit", "sqlmodel.Session.commit",
))  # fmt: skip
"""What makes all that was written before it last."""

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


def commits(traced: Traced) -> Iterator[Proposal]:
    """A commit in each round: one after the loop."""
    for op in traced.heavy:
        if op.callee not in COMMITS:
            continue
        found = around(traced, op) if op.amplified_by else None
        if found is not None:
            yield from commit_of_loop(traced, op, *found)
        elif op.amplification > 1:
            yield from commit_of_helper(traced, op)


def commit_of_loop(traced: Traced, op: ExpensiveOp, spot: Spot, loop: Loop) -> Iterator[Proposal]:
    """A commit that is a statement of a loop, or of a branch in it."""
    maker = made_by(spot, loop)
    if not is_statement_of(spot, loop, maker) or leaves_early(loop):
        return
    if not holds_back(traced, op, spot, loop):
        return
    if maker is None and made_in(spot, loop):
        return
    first = ""
    if maker is not None:
        if not Invariance(traced, op, spot, loop).is_same(maker):
            return
        first = f", of one {ast.unparse(maker.func)} for all rounds"
    yield proposal(
        "commit", f"Call {op.callee} once, after the loop in line {loop.lineno}{first}", op,
        {op_order(op): moved_to(loop_after(traced, op, 1))}, [op], "small",
        "nothing else in the loop waits for what was committed; effort small: one statement moves out of the loop",
        COMMITTED, loop.lineno if maker is None else 0,
    )  # fmt: skip


COMMITTED = (
    "where a round fails, the rounds before it need not be kept; the transaction is open as long as the loop runs"
)


def commit_of_helper(traced: Traced, op: ExpensiveOp) -> Iterator[Proposal]:
    """A commit at the end of a function that a loop calls, or at the end of one that such a function calls last."""
    spot, function = traced.spot(op), op.function
    if spot is None or made_in(spot, spot.scope):
        return
    for _ in range(LEVELS):
        edges = traced.reach.callers.get(function, ())
        if spot is None or spot.loops or len(edges) != 1 or not is_last(spot):
            return
        (edge,) = edges
        spot, function = spot_of(traced, edge), edge.caller
        if spot is not None and spot.loops:
            break
    else:
        return
    loop = spot.loops[0]
    if not isinstance(loop, ast.For) or leaves_early(loop):
        return
    stands = op._replace(function=edge.caller, site=edge.site)
    if not holds_back(traced, stands, spot, loop):
        return
    program = traced.reach.program
    file, line = program.path(edge.caller), loop.lineno
    home = traced.spot(op)
    said = said_by_caller(home, spot, loop) if home is not None and edge.callee == op.function else ""
    calls = [place_of_op(op), *([place_of_site(program, edge.caller, edge.site, edge.callee)] if said else [])]
    yield proposal(
        "commit", f"Call {op.callee} once, after the loop in line {line} of {edge.caller}", op,
        {op_order(op): called_less(edge, loop_after(traced, stands, 1))}, [op], "small",
        f"{op.function} commits last, and is called in the loop ({file}:{line}), in which nothing else waits for what "
        "was committed; effort small: one statement moves to the caller",
        COMMITTED, line if said else 0, calls=calls, adds=said,
    )  # fmt: skip


def said_by_caller(home: Spot, call: Spot, loop: Loop) -> str:
    """How the caller of a helper says what the helper commits by: `self.db.commit()` of `users.add(...)` is
    `users.db.commit()`; "" where it has no name that lasts as long as the loop."""
    func = home.node.func
    params = list(names_of(home.scope).params)
    if not isinstance(func, ast.Attribute) or home.node.args or home.node.keywords or not params:
        return ""
    owner = ast.unparse(func.value)
    root, dot, rest = owner.partition(".")
    given: ast.expr | None = None
    asked = call.node.func
    is_method = isinstance(asked, ast.Attribute) and params[0] == "self"
    if root == "self" and is_method and isinstance(asked, ast.Attribute):
        given = asked.value
    elif root in params:
        place = params.index(root) - is_method
        given = call.node.args[place] if 0 <= place < len(call.node.args) else None
    words = ast.unparse(given) if given is not None else ""
    bound = {name for node in ast.walk(loop) for name in bound_by(node)}
    if not all(word.isidentifier() for word in (*words.split("."), *owner.split("."))) or words.split(".")[0] in bound:
        return ""
    return f"{words}{dot}{rest}.{func.attr}()"


LEVELS = 5
"""Functions that call each other last, which are looked through."""


def is_last(spot: Spot) -> bool:
    """Whether a call is the last statement of a function, but for what it returns."""
    statement = spot.around[0]
    if not isinstance(spot.scope, ast.FunctionDef) or not isinstance(statement, ast.Expr):
        return False
    if spot.around[1] is not spot.scope:
        return False
    return all(isinstance(row, ast.Return) for row in spot.scope.body[spot.scope.body.index(statement) + 1 :])


def is_statement_of(spot: Spot, loop: Loop, maker: ast.Call | None) -> bool:
    """Whether a call is a statement of a loop or of a branch in it, also in the block of what makes its object."""
    inside = spot.inside(loop)
    if not inside or not isinstance(inside[0], ast.Expr | ast.Await):
        return False
    return all(
        isinstance(node, ast.Expr | ast.Await | ast.If)
        or (isinstance(node, ast.With | ast.AsyncWith) and maker in [unwrapped(row.context_expr) for row in node.items])
        for node in inside
    )


def made_in(spot: Spot, node: ast.AST) -> bool:
    """Whether the object of a call is bound somewhere in a node."""
    names = set(roots(spot.node.func))
    return any(name in names for row in ast.walk(node) if row is not spot.scope for name in bound_by(row))


def made_by(spot: Spot, loop: Loop) -> ast.Call | None:
    """What makes the object of a call in each round: db = connect(...), with Session() as db."""
    func = spot.node.func
    name = func.value.id if isinstance(func, ast.Attribute) and isinstance(func.value, ast.Name) else ""
    found = [node for node in ast.walk(loop) if name and name in set(bound_by(node))]
    if len(found) != 1:
        return None
    made = found[0].value if isinstance(found[0], ast.Assign) else (
        unwrapped(found[0].context_expr) if isinstance(found[0], ast.withitem) else None
    )  # fmt: skip
    return made if isinstance(made, ast.Call) else None


def holds_back(traced: Traced, op: ExpensiveOp, spot: Spot, loop: Loop) -> bool:
    """Whether nothing in a loop needs what was committed."""
    if any(isinstance(node, ast.Yield | ast.YieldFrom) for node in within(loop)):
        return False  # who takes what is given may ask the database meanwhile, or stop
    proof = Invariance(traced, op, spot, loop)
    try:
        does = proof.loop_effects()
    except Doubt:
        return False
    return not does.files and not waits_outside(proof)


DATABASES = ("sqlite3.", "psycopg", "sqlalchemy.", "pymysql.", "sqlmodel.", "django.db.")


def waits_outside(proof: Invariance) -> bool:
    """Whether a loop talks to something else than a database, for which what was committed may matter."""
    return any(base_class_of(op) in WAITING and not op.callee.startswith(DATABASES) for op in proof.ops_inside())


def asks_database(op: ExpensiveOp) -> bool:
    """Whether an op asks a database."""
    return op.kind in QUESTIONS or op.callee.startswith(DATABASES)


QUESTIONS = frozenset(("query", "local"))
"""The kinds of work of what asks a database."""


# side by side


def pools(traced: Traced, calls: Iterable[SourceCall]) -> Iterator[Proposal]:
    """Requests of independent rounds: side by side, in a pool of threads or as awaits that are gathered."""
    for op in traced.heavy:
        found = around(traced, op) if op.callee in ASKING | AWAITED and op.amplified_by else None
        if found is None:
            continue
        spot, loop = found
        if takes_element(spot, loop) and are_independent(traced, op, spot, loop):
            yield pooled(traced, op, op.callee, [op], loop, spot, op.callee in AWAITED)
    for call in calls:
        asked = [op for op in call.ops if op.callee in ASKING | AWAITED]
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
            after[op_order(heaviest)] = without(1 - 1 / count)
        first = min((op for op, _, _ in rows), key=lambda op: op.site)
        names = "; ".join(f"{name} (line {op.line})" for op, name, _ in rows)
        yield proposal(
            "concurrent", f"Run {len(rows)} independent steps at the same time (asyncio.gather)", first, after, asked,
            "small",
            f"no step needs another: {names}; effort small: the steps are awaited already",
            "the other side answers several requests at a time", calls=(), adds="steps",
        )  # fmt: skip


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
    above = file.above[first]
    body = next((rows for rows in blocks_of(above) if first in rows), [])
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
        if effort == "medium" and traced.reach.program.facts(row.function).is_async:
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
