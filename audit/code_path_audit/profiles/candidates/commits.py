"""Commits that a loop repeats: one after it, where nothing in it needs what was committed, or tells others by it."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from code_path_audit.costs.model import ExpensiveOp
from code_path_audit.profiles.amplification import base_class_of
from code_path_audit.profiles.candidates.calls import called_less, spot_of
from code_path_audit.profiles.candidates.invariance import Doubt, Invariance
from code_path_audit.profiles.candidates.joined import DATABASES, WAITING
from code_path_audit.profiles.candidates.leaving import loop_after
from code_path_audit.profiles.candidates.names import bound_by, names_of, roots, unwrapped
from code_path_audit.profiles.candidates.proposal import (
    Proposal,
    Traced,
    moved_to,
    place_of_op,
    place_of_site,
    proposal,
)
from code_path_audit.profiles.candidates.repeatable import leaves_early
from code_path_audit.profiles.candidates.rounds import around
from code_path_audit.profiles.candidates.syntax import Loop, Spot, within
from code_path_audit.profiles.reach import op_order

COMMITS = frozenset((
    "sqlite3.Connection.commit", "psycopg.Connection.commit", "psycopg2.extensions.connection.commit",
    "sqlalchemy.orm.Session.commit", "sqlalchemy.ext.asyncio.AsyncSession.commit", "sqlalchemy.Connection.commit",
    "pymysql.connections.Connection.commit", "sqlmodel.Session.commit",
))  # fmt: skip
"""What makes all that was written before it last."""


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
    if locks_rows(loop) or is_counted(spot, loop):
        return False
    proof = Invariance(traced, op, spot, loop)
    try:
        does = proof.loop_effects()
    except Doubt:
        return False
    inside = proof.ops_inside()
    if sum(other.callee in COMMITS for other in inside) > 1:
        return False  # what is committed in between says how far a round has come
    return not does.files and not waits_outside(inside)


LOCKING = ("for update", "begin immediate", "begin exclusive", "lock table", "for share")
"""What locks rows or a database until the next commit, in a statement."""


def locks_rows(loop: Loop) -> bool:
    """Whether a loop locks what it reads: until the end of the round, and not of the loop."""
    for node in within(loop):
        if isinstance(node, ast.Attribute) and node.attr in ("with_for_update", "select_for_update"):
            return True
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            text = node.value.lower()
            if any(word in text for word in LOCKING):
                return True
    return False


def is_counted(spot: Spot, loop: Loop) -> bool:
    """Whether a commit runs once for so many rounds: by what is left of a division, or where so much has come
    together."""
    nodes = [part for node in spot.inside(loop) if isinstance(node, ast.If) for part in ast.walk(node.test)]
    return any(isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod) for node in nodes) or any(
        isinstance(part, ast.Call) and ast.unparse(part.func) == "len"
        for node in nodes
        if isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.Gt | ast.GtE | ast.Eq)
        for part in ast.walk(node)
    )


def waits_outside(ops: list[ExpensiveOp]) -> bool:
    """Whether a loop talks to something else than a database, for which what was committed may matter."""
    return any(base_class_of(op) in WAITING and not op.callee.startswith(DATABASES) for op in ops)
