"""Single requests in a loop where the library has a form that takes many: in the loop's function, or behind a call."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator

from code_path_audit.costs.asynchronous import ADDED
from code_path_audit.costs.model import ExpensiveOp
from code_path_audit.profiles.amplification import base_class_of
from code_path_audit.profiles.candidates.calls import SourceCall, unpacks
from code_path_audit.profiles.candidates.invariance import Doubt, Invariance
from code_path_audit.profiles.candidates.names import bound_by, loaded, names_of
from code_path_audit.profiles.candidates.proposal import Proposal, Traced, at_once, proposal
from code_path_audit.profiles.candidates.repeatable import leaves_early
from code_path_audit.profiles.candidates.rounds import around, feeds_itself, loop_of_rounds, takes_element
from code_path_audit.profiles.candidates.syntax import Loop, Spot, place_of
from code_path_audit.profiles.candidates.tables import Bulk, bulks
from code_path_audit.profiles.reach import OpKey, op_order
from code_path_audit.profiles.runs.terms import degree


def bulk_forms(traced: Traced, calls: Iterable[SourceCall]) -> Iterator[Proposal]:
    """Single requests in a loop of their function, and of functions of the source that a loop calls."""
    table = bulks()
    for op in traced.heavy:
        found = around(traced, op) if op.callee in table and op.amplified_by else None
        if found is None:
            continue
        spot, loop = found
        row = form_of(spot, table[op.callee])
        if row is None or not takes_element(spot, loop) or is_written_out(loop) or runs_source(traced, op):
            continue
        if not is_of_one_place(row, spot, {name for node in ast.walk(loop) for name in bound_by(node)}):
            continue
        if needs_the_one_before(spot):
            continue
        answers = answers_of(traced, op, spot)
        if is_alone(Invariance(traced, op, spot, loop), [op, *answers]) and gives(traced, op, spot, row):
            yield joined(op, answers, row, traced.name_of(op), f"the loop in line {loop.lineno} makes")
    hidden = [row for call in calls for row in behind(traced, call, table)]
    yield from hidden
    told = {place for row in hidden for place in row.after}
    yield from asked_by_templates(traced, table, told)


def asked_by_templates(traced: Traced, table: dict[str, tuple[Bulk, ...]], told: set[OpKey]) -> Iterator[Proposal]:
    """The one question of a function that a template calls for each of something. Where an action writes to what it
    asks, nothing is said."""
    if any(base_class_of(op) == "network" and (op.function, op.site) in traced.known.effectful for op in traced.ops):
        return
    for op in traced.heavy:
        spot = traced.spot(op) if op.callee in table and op_order(op) not in told and degree(op.runs) else None
        if spot is None or not is_given(spot) or traced.reach.facts(op.function).sites[op.site].loop >= 0:
            continue
        row = form_of(spot, table[op.callee])
        callers = {edge.caller for edge in traced.reach.callers.get(op.function, ())}
        if row is None or not (row.asks or row.query) or not all(is_template(traced, name) for name in callers):
            continue
        ops = [op, *answers_of(traced, op, spot)]
        yield proposal(
            "bulk", f"Use {row.bulk} for all at once, in place of {op.callee} {op.how_often}", op,
            {op_order(one): at_once(row.most) for one in ops}, ops, "medium",
            f"{op.function} asks for what one value is equal to, and is called {op.how_often}; effort medium: who "
            "calls it asks first for all, and hands it what belongs to each",
            row.assumes,
        )  # fmt: skip


def behind(traced: Traced, call: SourceCall, table: dict[str, tuple[Bulk, ...]]) -> Iterator[Proposal]:
    """The one request of a function that a loop calls for its element."""
    loop = loop_of_rounds(traced, call.standing, call.spot)
    if not isinstance(loop, ast.For) or not takes_element(call.spot, loop) or is_written_out(loop):
        return
    if needs_the_one_before(call.spot):
        return
    for op in call.ops:
        spot = traced.spot(op) if op.callee in table and traced.is_called(op) else None
        if spot is None or spot.loops or not is_given(spot):
            continue
        if traced.reach.facts(op.function).sites[op.site].conditional or runs_source(traced, op):
            continue  # for which of them it asks, only it knows
        row = form_of(spot, table[op.callee])
        mine = of_rounds(call.spot, loop, spot)
        if row is None or not gives(traced, op, spot, row) or not is_of_one_place(row, spot, mine):
            continue
        answers = answers_of(traced, op, spot)
        if is_alone(Invariance(traced, call.standing, call.spot, loop), [op, *answers]):
            place = f"{traced.reach.program.path(call.edge.caller)}:{loop.lineno}"
            name = traced.name_of(call.standing)
            yield joined(op, answers, row, name, f"the loop in {place} calls {call.name}, which makes")
            return


def needs_the_one_before(spot: Spot) -> bool:
    """Whether a call in a loop is given what it gave in the round before: `page = get(slug, parent=page)`."""
    made = {name for node in spot.around if isinstance(node, ast.stmt) for name in made_by(node)}
    return bool(made & loaded(spot.node))


def made_by(statement: ast.stmt) -> list[str]:
    """The names that an assignment binds."""
    return list(bound_by(statement)) if isinstance(statement, ast.Assign | ast.AnnAssign | ast.AugAssign) else []


def runs_source(traced: Traced, op: ExpensiveOp) -> bool:
    """Whether what an op does for each runs code of the source, which the form for many does not: what is told when a
    row is saved, a model's own save() or delete()."""
    last = op.function.rpartition(".")[2]
    is_own = op.callee.startswith("django.db.models.Model.") and op.callee.endswith(f".{last}")
    return is_own or bool(traced.edges.get((op.function, op.site)))


def is_written_out(loop: ast.AST) -> bool:
    """Whether a loop is over a few constants, as they stand there: so often it asks, and not more often."""
    over = loop.iter if isinstance(loop, ast.For) else None
    return isinstance(over, ast.Tuple | ast.List | ast.Set) and len(over.elts) <= A_FEW


A_FEW = 10


def is_template(traced: Traced, function: str) -> bool:
    """Whether a function is a template."""
    return not traced.reach.program.path(function).endswith((".py", ".pyi"))


def joined(op: ExpensiveOp, answers: list[ExpensiveOp], row: Bulk, name: str, who: str) -> Proposal:
    """The requests of a loop as one."""
    ops = [op, *answers]
    most = f"; {row.bulk} takes {row.most:,} at a time" if row.most else ""
    effort = "medium" if "calls" in who else row.effort
    return proposal(
        "bulk", f"Use {row.bulk} for all at once, in place of {op.callee} per {name}", op,
        {op_order(one): at_once(row.most) for one in ops}, ops, effort,
        f"{who} one request per {name}, and no other on the same side{most}; effort {effort}: the loop first "
        "collects what it asks for",
        row.assumes,
    )  # fmt: skip


def form_of(spot: Spot, rows: tuple[Bulk, ...]) -> Bulk | None:
    """The form that a call has, of those of its function."""
    return next((row for row in rows if fits(row, spot)), None)


EQUALS = re.compile(r"\bWHERE\s+[\w.\"`]+\s*=\s*(\?|%s|%\(\w+\)s|:\w+|\$1)\s*;?\s*$", re.IGNORECASE)
"""The end of a statement that asks for what one column is equal to."""


SUMS = re.compile(r"\b(count|sum|avg|min|max|total|group_concat|string_agg|array_agg)\s*\(", re.IGNORECASE)
"""What makes one row of all that a statement finds: of many at once it would be one for all."""

OF_EACH = re.compile(r"\b(func\.|limit\(|offset\(|with_for_update\(|exists\(|distinct\()")
"""What a statement of SQLAlchemy does with the rows of one alone."""


INSERTS = re.compile(
    r"^(\w+\.)?insert\(\w+\)(\.values\(.*\))?$|^\w+(\.\w+)?\.insert\(\)(\.values\(.*\))?$"
    r"|^(\w+\.)?text\(f?['\"]+\s*INSERT\b", re.IGNORECASE | re.DOTALL,
)  # fmt: skip
"""An INSERT of one row: `insert(table).values(...)`, `table.insert()`, `text("INSERT ...")`."""


def is_of_one_place(row: Bulk, spot: Spot, names: set[str]) -> bool:
    """Whether what has to be the same of all, as the name of a bucket, comes of none of some names."""
    return not any(given.arg in row.same and loaded(given.value) & names for given in spot.node.keywords)


def of_rounds(call: Spot, loop: ast.AST, inner: Spot) -> set[str]:
    """The parameters of a function that a call in a loop gives what comes of the element, or that it may."""
    bound = {name for node in ast.walk(loop) for name in bound_by(node)}
    names = [name for name in names_of(inner.scope).params if name not in ("self", "cls")]
    placed = zip(names, call.node.args, strict=False)
    given = {**dict(placed), **{row.arg: row.value for row in call.node.keywords if row.arg}}
    is_open = unpacks(call.node)
    return {name for name in names if is_open or (name in given and loaded(given[name]) & bound)}


def fits(row: Bulk, spot: Spot) -> bool:
    """Whether a call is one of those that a bulk form can stand for, by how it is written."""
    first = spot.node.args[0] if spot.node.args else None
    if row.root and row.root not in ast.unparse(spot.node.func).split("."):
        return False
    if row.inserts:
        return first is not None and bool(INSERTS.search(ast.unparse(first)))
    if row.query:
        written = ast.unparse(first) if first is not None else ""
        return written.startswith(row.query) and " == " in written and not OF_EACH.search(written)
    if not row.literal:
        return True
    text = first.value if isinstance(first, ast.Constant) and isinstance(first.value, str) else ""
    if row.asks and (not EQUALS.search(text) or SUMS.search(text)):
        return False
    return len(spot.node.args) > 1 and text.lstrip().upper().startswith(row.literal)


def gives(traced: Traced, op: ExpensiveOp, spot: Spot, row: Bulk) -> bool:
    """Whether a call gives what its bulk form gives too: nothing that anybody uses, or an answer. Where the error of
    each is caught, it is known which of them it is of; of many it is not."""
    if row.asks:
        return True
    if is_dropped(spot) and not asks_what_was_done(spot):
        return not any(isinstance(node, ast.Try | ast.TryStar) and node.handlers for node in spot.around)
    return row.literal == () and (op.function, op.site) not in traced.known.effectful


DONE = frozenset(("rowcount", "lastrowid", "total_changes", "changes", "statusmessage", "description"))
"""What an object says of the statement before."""


def asks_what_was_done(spot: Spot) -> bool:
    """Whether a loop asks the object of a call what it did: of many at once that is another thing."""
    func = spot.node.func
    owner = ast.unparse(func.value) if isinstance(func, ast.Attribute) else ""
    scope = spot.loops[0] if spot.loops else spot.scope
    return any(
        isinstance(node, ast.Attribute) and node.attr in DONE and ast.unparse(node.value) == owner
        for node in ast.walk(scope)
    )


def is_given(spot: Spot, of_object: bool = False) -> bool:
    """Whether a parameter of its function flows into what a call is given, the object of a method only where asked."""
    names = names_of(spot.scope)
    mine = names.params.keys() - (set() if of_object else {"self", "cls"})
    given: list[ast.expr] = []
    node: ast.expr = spot.node
    while isinstance(node, ast.Call | ast.Attribute):
        # what a query is put together of is given to it, too: `query(User).filter_by(email=email).first()`
        given += [*node.args, *(row.value for row in node.keywords)] if isinstance(node, ast.Call) else []
        node = node.func if isinstance(node, ast.Call) else node.value
    read = {name for part in given for name in loaded(part)}
    return bool(read & (names.aliases(mine) | mine))


FETCHES = frozenset((
    "fetchone", "fetchall", "fetchmany", "fetchval", "one", "one_or_none", "first", "all", "scalar", "scalars",
    "scalar_one", "scalar_one_or_none", "mappings",
))  # fmt: skip
"""Methods that give the answer to what was asked before."""


def answers_of(traced: Traced, op: ExpensiveOp, spot: Spot) -> list[ExpensiveOp]:
    """The ops that fetch what an op asked for: of what it gives, or of its object."""
    func = spot.node.func
    owner = ast.unparse(func.value) if isinstance(func, ast.Attribute) else ""
    made = next((node for node in spot.around if isinstance(node, ast.Assign)), None)
    name = ast.unparse(made.targets[0]) if made is not None and made.value is spot.node else ""
    found = []
    for other in traced.ops:
        if other.function != op.function or other.callee.rpartition(".")[2] not in FETCHES or other == op:
            continue
        asked = traced.spot(other)
        if asked is None or not isinstance(asked.node.func, ast.Attribute):
            continue
        value = asked.node.func.value
        if spot.node in ast.walk(value) or ast.unparse(value) in (owner, name):
            found.append(other)
    return found


def is_alone(proof: Invariance, mine: list[ExpensiveOp]) -> bool:
    """Whether the ops of one request are the only ones of their class in a loop and all that it calls, and it is known
    what that does."""
    loop: Loop = proof.loop  # type: ignore[assignment]
    if leaves_early(loop) or feeds_itself(loop):
        return False
    try:
        proof.loop_effects()
    except Doubt:
        return False
    mine = [*mine, *asked_by_iterating(proof, loop)]
    # rows that are added go to the database with others, when all are written
    others = [op for op in proof.ops_inside() if not op.callee.startswith(ADDED)]
    return not any(base_class_of(other) == "network" and other not in mine for other in others)


def asked_by_iterating(proof: Invariance, loop: Loop) -> list[ExpensiveOp]:
    """The ops that what a loop goes over asks, and no round does, where they change nothing: they may all be asked
    before the first round."""
    over = getattr(loop, "iter", None)
    if over is None:
        return []
    traced, function, inside = proof.traced, proof.op.function, set(proof.sites_inside())
    mine = {place_of(node) for node in ast.walk(over) if isinstance(node, ast.expr)}
    positions = traced.reach.facts(function).positions.sites
    header = {number for number in inside if positions[number] in mine}
    found = proof.ops_at(header)
    if any((op.function, op.site) in traced.known.effectful for op in found):
        return []
    rounds = proof.ops_at(inside - header)
    return [op for op in found if op not in rounds]


def is_dropped(spot: Spot) -> bool:
    """Whether what a call gives is used for nothing."""
    node = spot.file.above[spot.node]
    return isinstance(spot.file.above[node] if isinstance(node, ast.Await) else node, ast.Expr)
