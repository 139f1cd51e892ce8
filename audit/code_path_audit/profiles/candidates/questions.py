"""Questions to another machine that are asked again for the same: before the loop that leads to them, or once and
passed on.

What another machine says may be another thing the next time. So nothing is kept for the life of the process here: a
question is asked once for a loop that does not count, does not wait and is not left early, or once of two that follow
each other in one run, with nothing sent between them that could change the answer.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence, Set

from code_path_audit.costs.model import ExpensiveOp
from code_path_audit.facts.lowering.definitions import defaults
from code_path_audit.facts.rows import ALWAYS, CONDITIONS
from code_path_audit.profiles.candidates.bulk import is_dropped
from code_path_audit.profiles.candidates.calls import argument_of, called_less, standing_at, unpacks
from code_path_audit.profiles.candidates.files import climbed
from code_path_audit.profiles.candidates.fixed import FixedInAction
from code_path_audit.profiles.candidates.invariance import DEPTH, Doubt, Invariance
from code_path_audit.profiles.candidates.leaving import counts, loop_after
from code_path_audit.profiles.candidates.meanwhile import may_change_files
from code_path_audit.profiles.candidates.names import names_of
from code_path_audit.profiles.candidates.proposal import Proposal, Traced, moved_to, proposal
from code_path_audit.profiles.candidates.repeatable import is_repeatable, leaves_early, makes_objects, runs_each_round
from code_path_audit.profiles.candidates.results import Fate, fate_of
from code_path_audit.profiles.candidates.seen_changes import is_result_changed
from code_path_audit.profiles.candidates.syntax import (
    Loop,
    Spot,
    is_call_of,
    statement_of,
)
from code_path_audit.profiles.reach import op_order

ROWS = "django.db.models.QuerySet."

ASKS = frozenset((
    "requests.get", "requests.Session.get", "httpx.get", "httpx.Client.get", "httpx.AsyncClient.get",
    "aiohttp.ClientSession.get", "django.shortcuts.get_object_or_404", f"{ROWS}get", f"{ROWS}first", f"{ROWS}last",
    f"{ROWS}exists", f"{ROWS}count", "redis.Redis.get", "redis.Redis.hgetall", "redis.Redis.hget",
    "redis.asyncio.Redis.get", "redis.asyncio.Redis.hgetall", "valkey.Valkey.get",
))  # fmt: skip
"""What asks another machine, and changes nothing there."""

BEGIN = ("botocore.client.BaseClient.get_", "botocore.client.BaseClient.describe_", "botocore.client.BaseClient.list_")
"""How more of them begin."""

STORES = ("redis.", "valkey.")

ANSWERED = "nobody else changes meanwhile what it is asked for"

READ = "no other process changes the file meanwhile, and those who get the result do not change it"


NEXT = frozenset((
    "next", "random", "pop", "poll", "lease", "token", "nonce", "csrf", "new", "status", "progress", "health", "now",
    "time", "wait", "job", "queue", "until", "claim", "acquire", "ticket", "session", "uuid", "ping", "heartbeat",
    "touch", "trigger", "hit", "notify", "track", "login", "refresh", "renew", "keepalive", "limit", "quota",
))  # fmt: skip
"""Words of an address, or of a function, that asks for another thing each time, for what is waited for, or to tell."""

FLAGS = frozenset((
    "cancel", "cancelled", "canceled", "stop", "stopped", "abort", "aborted", "pause", "paused", "running", "state",
    "alive", "lock", "locked", "enabled", "disabled", "ready", "done", "finished", "refresh", "reload", "status",
))  # fmt: skip
"""Words of what is looked at again while something runs, to see whether somebody has said otherwise."""


STOPS = frozenset(("cancel", "cancelled", "canceled", "stop", "stopped", "abort", "aborted", "paused"))
"""Those of them that say so wherever they stand in a function that asks."""


def loaded_fields(node: ast.AST) -> list[str]:
    """The attributes that are read in a node."""
    return [row.attr for row in ast.walk(node) if isinstance(row, ast.Attribute)]


OF_ANSWERS = frozenset(("raise_for_status", "status_code", "status", "ok"))
"""What an answer says of itself."""


def asks_for_the_next(op: ExpensiveOp, spot: Spot, calls: Sequence[Spot] = ()) -> bool:
    """Whether what is asked for is named for something that is another one each time, or that is looked at again on
    purpose: in the question, in its function, or where the `calls` that lead to it stand."""
    if "?" in texts_in(spot.node):
        return True  # in the order of chance
    words = words_in(op.function.rpartition(".")[2], *texts_in(spot.node))
    if not op.callee.startswith(ROWS) and words & NEXT:
        return True
    fields = loaded_fields(spot.scope)
    for call in calls:
        fields += loaded_fields(statement_of(call))
        words |= words_in(*texts_in(statement_of(call)))
    if calls and words_in(*texts_in(calls[0].scope), *loaded_fields(calls[0].scope)) & STOPS:
        return True
    mine = frozenset[str]() if op.callee.startswith(ROWS) else OF_ANSWERS
    return bool((words | words_in(*(name for name in fields if name not in mine))) & FLAGS)


def texts_in(node: ast.AST) -> list[str]:
    """The constant texts in a node."""
    return [row.value for row in ast.walk(node) if isinstance(row, ast.Constant) and isinstance(row.value, str)]


def words_in(*texts: str) -> set[str]:
    """The words of some texts or names."""
    return {word.lower() for text in texts for word in re.split(r"[^A-Za-z]+", text)}


def is_question(traced: Traced, op: ExpensiveOp) -> bool:
    """Whether an op asks another machine, and changes nothing there."""
    return (op.callee in ASKS or op.callee.startswith(BEGIN)) and (op.function, op.site) not in traced.known.effectful


def is_reading(traced: Traced, op: ExpensiveOp) -> bool:
    """Whether an op reads the text of a file, and its function parses none by a parser: that is kept (`caches`)."""
    if op.callee.rpartition(".")[2] not in ("read_text", "read_bytes") or not is_repeatable(traced, op):
        return False
    return not any(makes_objects(row) for row in traced.ops_in(op.function))


class Asked(FixedInAction):
    """The proof that a question is the same whenever its function is called, but for its parameters (`given`)."""

    def call(self, node: ast.Call, depth: int, is_op: bool) -> None:
        """The question itself may be one; of what else flows in, nothing is asked of another machine."""
        if is_op:
            Invariance.call(self, node, depth, True)
        else:
            super().call(node, depth, False)

    def is_fixed(self, nodes: Sequence[ast.expr]) -> bool:
        """Whether some expressions are the same whenever the function is called, but for its parameters."""
        try:
            for node in nodes:
                self.value(node, DEPTH)
            self.undisturbed()
        except Doubt:
            return False
        return True


def asked_in_loops(traced: Traced) -> Iterator[Proposal]:
    """Questions that a loop comes to in each round, or in some, and that are the same in all of them."""
    for op in traced.heavy:
        # a store of values is asked again to see what others say meanwhile
        asks = (is_question(traced, op) and not op.callee.startswith(STORES)) or is_reading(traced, op)
        spot = traced.spot(op) if asks and op.amplified_by else None
        if spot is None or is_dropped(spot):
            continue
        if spot.loops:
            yield from in_its_loop(traced, op, spot)
        else:
            yield from behind_calls(traced, op, spot)


def in_its_loop(traced: Traced, op: ExpensiveOp, spot: Spot) -> Iterator[Proposal]:
    """A query that a loop of its function asks again in each round."""
    loop = spot.loops[0]
    if not op.callee.startswith(ROWS) or not is_run_through(traced, op, spot, loop):
        return
    proof = Invariance(traced, op, spot, loop)
    if asks_for_the_next(op, spot, [spot]):
        return
    # one row may be kept by many objects: those that a query gives each of them are equal
    is_read = fate_of(Invariance(traced, op, spot, spot.scope), spot.node) <= Fate.KEPT
    if not proof.holds() or not (is_read or is_only_handed_on(traced, op, spot)):
        return
    yield proposal(
        "hoist", f"Run {op.callee} once, before the loop in line {loop.lineno}", op,
        {op_order(op): moved_to(loop_after(traced, op, 1))}, [op], "small",
        f"nothing that flows into it changes in the loop, and nothing there is written to what it asks; effort small: "
        f"one statement moves inside {op.function}",
        ANSWERED, calls=(),
    )  # fmt: skip


def is_only_handed_on(traced: Traced, op: ExpensiveOp, spot: Spot) -> bool:
    """Whether fields of a row are read, and it is handed to Django, as what a new row belongs to or is looked for by,
    and nothing else is done with it."""
    made = spot.file.above[spot.node]
    if not isinstance(made, ast.Assign) or len(made.targets) != 1 or not isinstance(made.targets[0], ast.Name):
        return False
    name = made.targets[0].id
    if names_of(spot.scope).only_binding(name) is not made:
        return False
    for node in ast.walk(spot.scope):
        if not isinstance(node, ast.Name) or node.id != name or node is made.targets[0]:
            continue
        above = spot.file.above[node]
        if isinstance(above, ast.Attribute):
            if not isinstance(above.ctx, ast.Load) or is_call_of(spot.file.above[above], (above.attr,)):
                return False
            continue
        call = spot.file.above[above] if isinstance(above, ast.keyword) else above
        site = traced.site_of(op.function, call) if isinstance(call, ast.Call) else -1
        rows = traced.externals.get((op.function, site), ())
        if not rows or not all(row.callee.startswith((ROWS, "django.db.models.Model.", "builtins.")) for row in rows):
            return False
    return True


def behind_calls(traced: Traced, op: ExpensiveOp, spot: Spot) -> Iterator[Proposal]:
    """A question of a function that a loop comes to, of what is the same in each round."""
    found = climbed(traced, op)
    if found is None:
        return
    edge, call, between = found
    loop = call.loops[0]
    if any(map(is_dropped, [*between, call])):
        return
    stands = standing_at(traced, op, edge)
    if not is_run_through(traced, stands, call, loop) or not is_asked_the_same(traced, op, spot, [*between, call]):
        return
    if is_result_changed(traced, op.function) or not is_still(traced, op.function):
        return
    if asks_for_the_next(op, spot, [*between, call]):
        return
    if not is_question(traced, op) and (may_change_files(traced, op.function) or not is_told(traced, op, spot)):
        return
    facts = traced.reach.facts(op.function)
    ops = [op, *traced.ops_among(op.function, range(op.site + 1, len(facts.sites)))]
    ops = [row for row in ops if facts.sites[row.site].loop < 0]
    sometimes = op.condition != CONDITIONS[ALWAYS]
    what = "is asked for" if is_question(traced, op) else "reads"
    where = f"the loop in line {loop.lineno} of {edge.caller}"
    when = f"the first time that {where} needs it" if sometimes else f"before {where}"
    yield proposal(
        "hoist", f"Call {op.function} once, {when}",
        op, {op_order(row): called_less(edge, loop_after(traced, stands, 1)) for row in ops}, ops, "medium",
        f"{op.callee} {what} the same in each round, and nothing there is written to it; effort medium: what it gives "
        "is handed down",
        ANSWERED if is_question(traced, op) else READ, calls=(),
    )  # fmt: skip


def is_told(traced: Traced, op: ExpensiveOp, spot: Spot) -> bool:
    """Whether parameters say what an op reads: of constants it is kept (`caches`)."""
    proof = Asked(traced, op, spot)
    return proof.holds() and bool(proof.given - {"self", "cls"})


def is_still(traced: Traced, function: str) -> bool:
    """Whether a function, and all that it calls, changes nothing, so that it may be called once in place of often."""
    known = traced.known
    mask = known.below[function]
    if known.is_doubtful(mask):
        return False
    does = known.together(mask)
    if does.writes or does.files or does.emits:
        return False
    for name in known.names(mask):
        params = {param.name for param in traced.reach.facts(name).params}
        if any(row.target.partition("[")[0].partition(".")[0] in params for row in known.mutations.get(name, ())):
            return False
    return True


def is_run_through(traced: Traced, op: ExpensiveOp, call: Spot, loop: Loop) -> bool:
    """Whether a loop has a round for each of something, comes to a call in each or in some, and it is known what it
    does: it sends nothing but questions, or rows of other models than a query is for."""
    if not isinstance(loop, ast.For) or leaves_early(loop) or counts(loop) or not runs_each_round(call, loop, True):
        return False
    proof = Invariance(traced, op, call, loop)
    try:
        does = proof.loop_effects()
    except Doubt:
        return False
    return not does.emits or all(row is not None and is_of_other_rows(traced, op, row) for row in proof.sends())


def model_of(traced: Traced, op: ExpensiveOp) -> str:
    """The model that a query is of, where it begins with the name of it: `Product.objects.filter(...).get(...)`."""
    spot = traced.syntax.spot(op.function, op.site) if op.site >= 0 else None
    node: ast.AST | None = spot.node if spot is not None else None
    last = ""
    while isinstance(node, ast.Call | ast.Attribute):
        last = node.attr if isinstance(node, ast.Attribute) else last
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) and last == "objects" else ""


def is_of_other_rows(traced: Traced, op: ExpensiveOp, written: ExpensiveOp) -> bool:
    """Whether what is written are rows of another model than those that a query asks for, both by their names."""
    asked, other = model_of(traced, op), model_of(traced, written)
    return bool(asked and other and asked != other and written.callee.startswith(ROWS))


def is_asked_the_same(traced: Traced, op: ExpensiveOp, spot: Spot, calls: Sequence[Spot]) -> bool:
    """Whether all that flows into a question is the same in each round of the loop around the last of some calls, which
    lead to it, the nearest first."""
    proof = Asked(traced, op, spot)
    if not proof.holds():
        return False
    scope, given, function = spot.scope, proof.given, op.function
    fields = set(proof.fields)
    for call in calls:
        nodes = given_by(call, scope, given)
        (edge,) = traced.reach.callers[function]
        stands = standing_at(traced, op, edge)
        if nodes is None:
            return False
        if call is calls[-1]:
            loop = call.loops[0]
            func = call.node.func
            owner = func.value if isinstance(func, ast.Attribute) else None
            return all(
                stays_in(traced, stands, call, loop, node, fields if node is owner else frozenset()) for node in nodes
            )
        above = Asked(traced, stands, call)
        if not above.is_fixed(nodes):
            return False
        scope, given, function = call.scope, above.given, edge.caller
        fields |= above.fields
    return False


def given_by(call: Spot, scope: ast.AST, names: set[str]) -> list[ast.expr] | None:
    """What a call gives some parameters of its function, the object of a method among them; constants that stand for
    what is left out are not. None where that is not seen."""
    found: list[ast.expr] = []
    for name in sorted(names):
        if name in ("self", "cls"):
            if not isinstance(call.node.func, ast.Attribute):
                return None
            found.append(call.node.func.value)
            continue
        node = argument_of(call, scope, name)
        if node is not None:
            found.append(node)
        elif not is_left_out(call, scope, name):
            return None
    return found


def is_left_out(call: Spot, scope: ast.AST, name: str) -> bool:
    """Whether a call leaves out a parameter that has a constant for that."""
    if not isinstance(scope, ast.FunctionDef | ast.AsyncFunctionDef) or unpacks(call.node):
        return False
    return isinstance(dict(defaults(scope.args)).get(name), ast.Constant)


def stays_in(traced: Traced, op: ExpensiveOp, call: Spot, loop: Loop, node: ast.expr, read: Set[str]) -> bool:
    """Whether an expression is the same in each round of a loop: also an attribute that only a constructor writes, of
    an object that the loop does not bind, and that nothing there changes in place; and the object of a method itself,
    of which attributes like that alone are `read` below."""
    path: ast.AST = node
    fields = set(read) if isinstance(node, ast.Name) else set()
    while isinstance(path, ast.Attribute):
        fields.add(path.attr)
        path = path.value
    proof = Invariance(traced, op, call, loop)
    # what is read below was looked at there: nothing but a constructor writes it
    if isinstance(path, ast.Name) and fields and (fields == read or fields <= traced.known.steady):
        names = names_of(call.scope)
        is_bound = path.id in names.shared or names.bound_among(path.id, set(ast.walk(loop)))
        if names.is_local(path.id) and not is_bound and not fields & proof.loop_effects().writes:
            return True
    return proof.stays(node, False)
