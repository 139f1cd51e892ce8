"""Questions to another machine that are asked again for the same: before the loop that leads to them, or once and
passed on.

What another machine says may be another thing the next time. So nothing is kept for the life of the process here: a
question is asked once for a loop that does not count, does not wait and is not left early, or once of two that follow
each other in one run, with nothing sent between them that could change the answer.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from code_path_audit.callgraph.model import Edge, Unresolved
from code_path_audit.costs.model import ExpensiveOp
from code_path_audit.facts.lowering.statements import absolute_module
from code_path_audit.profiles.amplification import base_class_of
from code_path_audit.profiles.candidates.calls import argument_of, called_less, gone_with, spot_of, standing_at
from code_path_audit.profiles.candidates.files import climbed
from code_path_audit.profiles.candidates.fixed import FixedInAction
from code_path_audit.profiles.candidates.invariance import DEPTH, Doubt, Invariance
from code_path_audit.profiles.candidates.leaving import counts, loop_after
from code_path_audit.profiles.candidates.names import bound_by, loaded, names_of
from code_path_audit.profiles.candidates.proposal import Proposal, Traced, gone, moved_to, proposal
from code_path_audit.profiles.candidates.repeatable import leaves_early, runs_each_round
from code_path_audit.profiles.candidates.results import Fate, fate_of
from code_path_audit.profiles.candidates.seen_changes import is_result_changed
from code_path_audit.profiles.candidates.syntax import (
    COMPREHENSIONS,
    Loop,
    Spot,
    blocks_of,
    is_call_of,
    statements_around,
)
from code_path_audit.profiles.effects import keeps_order
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

ANSWERED = "nobody else changes meanwhile what it is asked for"


NEXT = frozenset((
    "next", "random", "pop", "poll", "lease", "token", "nonce", "csrf", "new", "status", "progress", "health", "now",
    "time", "wait", "job", "queue", "until", "claim", "acquire", "ticket", "session", "uuid",
))  # fmt: skip
"""Words of an address, or of a function, that asks for another thing each time, or for what is waited for."""


def asks_for_the_next(op: ExpensiveOp, spot: Spot) -> bool:
    """Whether what a request asks for is named for something that is another one each time."""
    if op.callee.startswith(ROWS):
        return False
    texts = [row.value for row in ast.walk(spot.node) if isinstance(row, ast.Constant) and isinstance(row.value, str)]
    words = {
        word.lower() for text in (op.function.rpartition(".")[2], *texts) for word in re.split(r"[^A-Za-z]+", text)
    }
    return bool(words & NEXT)


def is_question(traced: Traced, op: ExpensiveOp) -> bool:
    """Whether an op asks another machine, and changes nothing there."""
    return (op.callee in ASKS or op.callee.startswith(BEGIN)) and (op.function, op.site) not in traced.known.effectful


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


# before a loop


def asked_in_loops(traced: Traced) -> Iterator[Proposal]:
    """Questions that a loop comes to in each round, or in some, and that are the same in all of them."""
    for op in traced.heavy:
        spot = traced.spot(op) if is_question(traced, op) and op.amplified_by else None
        if spot is None:
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
    stands = standing_at(traced, op, edge)
    if not is_run_through(traced, stands, call, loop) or not is_asked_the_same(traced, op, spot, [*between, call]):
        return
    if is_result_changed(traced, op.function):
        return
    if asks_for_the_next(op, spot):
        return
    facts = traced.reach.program.facts(op.function)
    ops = [op, *(row for row in traced.ops if row.function == op.function and row.site > op.site)]
    ops = [row for row in ops if facts.sites[row.site].loop < 0]
    sometimes = op.condition != "always"
    where = f"the loop in line {loop.lineno} of {edge.caller}"
    when = f"the first time that {where} needs it" if sometimes else f"before {where}"
    yield proposal(
        "hoist", f"Call {op.function} once, {when}",
        op, {op_order(row): called_less(edge, loop_after(traced, stands, 1)) for row in ops}, ops, "medium",
        f"{op.callee} is asked for the same in each round, and nothing there is written to what it asks; effort "
        "medium: what it gives is handed down",
        ANSWERED, calls=(),
    )  # fmt: skip


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
    for call in calls:
        nodes = given_by(call, scope, given)
        (edge,) = traced.reach.callers[function]
        stands = standing_at(traced, op, edge)
        if nodes is None:
            return False
        if call is calls[-1]:
            loop = call.loops[0]
            return all(stays_in(traced, stands, call, loop, node) for node in nodes)
        above = Asked(traced, stands, call)
        if not above.is_fixed(nodes):
            return False
        scope, given, function = call.scope, above.given, edge.caller
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
    if not isinstance(scope, ast.FunctionDef | ast.AsyncFunctionDef):
        return False
    if any(isinstance(row, ast.Starred) for row in call.node.args) or any(
        row.arg is None for row in call.node.keywords
    ):
        return False
    args = scope.args
    placed = [*args.posonlyargs, *args.args]
    pairs = [
        *zip(placed[::-1], args.defaults[::-1], strict=False),
        *zip(args.kwonlyargs, args.kw_defaults, strict=True),
    ]
    return any(row.arg == name and isinstance(value, ast.Constant) for row, value in pairs)


def stays_in(traced: Traced, op: ExpensiveOp, call: Spot, loop: Loop, node: ast.expr) -> bool:
    """Whether an expression is the same in each round of a loop: also an attribute that only a constructor writes, of
    an object that the loop does not bind."""
    path: ast.AST = node
    fields = set()
    while isinstance(path, ast.Attribute):
        fields.add(path.attr)
        path = path.value
    if isinstance(path, ast.Name) and fields <= traced.known.steady:
        inside = set(ast.walk(loop))
        names = names_of(call.scope)
        if names.is_local(path.id) and path.id not in names.shared and not names.bound_among(path.id, inside):
            return True
    return Invariance(traced, op, call, loop).stays(node, False)


# once of two


class Way(NamedTuple):
    """A query as it would be written in a function that alone leads to it: `calls` from the query upwards, the last in
    that function. `apart`: the call that tells this way from others to it, None where there is no other."""

    op: ExpensiveOp
    function: str
    text: str
    calls: tuple[Spot, ...]
    sites: tuple[tuple[str, int], ...]
    apart: Edge | None


def asked_twice(traced: Traced) -> Iterator[Proposal]:
    """A query for one row that a function asks, itself or in what it calls, and then once more."""
    rows = [op for op in traced.heavy if op.callee.startswith(ROWS) or "get_object_or_404" in op.callee]
    ways = {op: list(ways_up(traced, op)) for op in rows if is_question(traced, op)}
    for op, mine in ways.items():
        found = ((way, first) for way in mine if (first := asked_before(traced, way, ways)) is not None)
        second, first = next(found, (None, None))
        if first is not None and second is not None:
            effort = "small" if first.op.function == op.function else "medium"
            yield proposal(
                "keep", f"Run {first.op.callee} once for {first.text}, and pass on what it gives", op,
                {op_order(op): gone_with([second.apart]) if second.apart else gone}, [op], effort,
                f"{first.op.function} asks for the same before, in line {first.op.line}, and nothing is written or "
                f"sent in between; effort {effort}: what it gave is handed on",
                ANSWERED, calls=(),
            )  # fmt: skip


def asked_before(traced: Traced, way: Way, ways: Mapping[ExpensiveOp, Sequence[Way]]) -> Way | None:
    """The query that surely was asked before another, and is the same."""
    for others in ways.values():
        for first in others:
            if (
                first is not way
                and first.function == way.function
                and first.text == way.text
                and first.calls[-1].node is not way.calls[-1].node
                and first.calls[-1].loops == way.calls[-1].loops
                and is_always_before(first.calls[-1], way.calls[-1])
                and is_always_asked(traced, first)
                and names_alike(traced, first.op, way.op, loaded(ast.parse(first.text, mode="eval").body))
                and is_unchanged_since(traced, first, way)
            ):
                return first
    return None


def ways_up(traced: Traced, op: ExpensiveOp) -> Iterator[Way]:
    """A query in its function, and in those that lead to it."""
    spot = traced.spot(op)
    if spot is None:
        return
    todo = [Way(op, op.function, written(spot.node), (spot,), ((op.function, op.site),), None)]
    while todo:
        way = todo.pop()
        yield way
        edges = traced.reach.callers.get(way.function, ()) if way.function not in traced.reach.entries else ()
        if len(way.calls) > DEPTH or len(edges) > MOST:
            continue
        for edge in edges:
            call = spot_of(traced, edge)
            text = written(renamed(way.text, call, way.calls[-1].scope)) if call is not None else ""
            if call is not None and text:
                apart = way.apart or (edge if len(edges) > 1 else None)
                sites = (*way.sites, (edge.caller, edge.site))
                todo.append(Way(op, edge.caller, text, (*way.calls, call), sites, apart))


MOST = 4
"""Calls of a function that are looked at."""


def is_always_asked(traced: Traced, way: Way) -> bool:
    """Whether a query is asked whenever the last of its calls runs."""
    return not any(
        traced.reach.program.facts(function).sites[site].conditional or call.loops
        for (function, site), call in zip(way.sites[:-1], way.calls[:-1], strict=True)
    )


def written(node: ast.expr | None) -> str:
    """A query for one row as it would be written by `get`; "" for none."""
    if not isinstance(node, ast.Call):
        return ""
    func = node.func
    last = func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "")
    if last == "get_object_or_404" and node.args and isinstance(node.args[0], ast.Name):
        rest = [*map(ast.unparse, node.args[1:]), *(f"{row.arg}={ast.unparse(row.value)}" for row in node.keywords)]
        return f"{node.args[0].id}.objects.get({', '.join(rest)})"
    return ast.unparse(node)


def renamed(text: str, call: Spot, scope: ast.AST) -> ast.expr | None:
    """A query with what a call gives in the place of its parameters; None where one is not seen."""
    node = ast.parse(text, mode="eval").body
    names = names_of(scope)
    given: dict[str, ast.expr] = {}
    for name in filter(names.is_local, sorted(loaded(node))):
        # what the function makes itself is another value each time that it runs
        value = argument_of(call, scope, name) if name in names.params else None
        if value is None or name in names.bindings:
            return None
        given[name] = value

    class Given(ast.NodeTransformer):
        def visit_Name(self, name: ast.Name) -> ast.expr:
            return given.get(name.id, name)

    return Given().visit(node)  # type: ignore[no-any-return]


def names_alike(traced: Traced, first: ExpensiveOp, second: ExpensiveOp, names: set[str]) -> bool:
    """Whether the modules of two ops know the globals of some names by the same imports, or are one."""
    program = traced.reach.program
    one, other = (program.functions[row.function][0] for row in (first, second))
    return one == other or all(
        origin(traced, first, name) == origin(traced, second, name) for name in names if origin(traced, first, name)
    )


def origin(traced: Traced, op: ExpensiveOp, name: str) -> str:
    """Where a global name of a module comes from; "" for what is no global."""
    file = traced.syntax.file(op.file)
    program = traced.reach.program
    here = program.modules[program.functions[op.function][0]]
    nodes = names_of(file.tree).bindings.get(name, []) if file is not None else []
    for node in nodes:
        if isinstance(node, ast.ImportFrom):
            return f"{absolute_module(node, here.module, here.is_package)}.{name}"
        if isinstance(node, ast.ClassDef):
            return f"{here.module}.{name}"
    return ""


def is_always_before(first: Spot, second: Spot) -> bool:
    """Whether one call surely ran where another does: its statement stands before that of the other, in the same block
    or in one around it; or it is what a `try` tries of which every handler leaves the function."""
    above = first.file.above
    row = next(statements_around(first), None)
    if row is None or any(isinstance(node, PARTS) for node in first.inside(row)):
        return False
    over = above.get(row)
    while isinstance(over, ast.Try) and row in over.body and over.handlers and all(map(leaves, over.handlers)):
        row, over = over, above.get(over)
    if isinstance(over, ast.With) and row in over.body:
        return any(above.get(node) is over and node.lineno > row.lineno for node in statements_around(second))
    return any(
        above.get(node) is over and node.lineno > row.lineno and same_block(over, row, node)
        for node in statements_around(second)
    )


PARTS = (ast.IfExp, ast.BoolOp, ast.Lambda, *COMPREHENSIONS)
"""Expressions of which a part may not run."""


def leaves(node: ast.ExceptHandler) -> bool:
    """Whether a handler leaves its function."""
    return isinstance(node.body[-1], ast.Return | ast.Raise)


def same_block(over: ast.AST | None, one: ast.stmt, other: ast.stmt) -> bool:
    """Whether two statements below a node are of one list of statements."""
    return over is not None and any(one in rows and other in rows for rows in blocks_of(over))


def is_unchanged_since(traced: Traced, first: Way, second: Way) -> bool:
    """Whether between two questions of one function nothing is sent, written to an object, or waited for, nobody is
    called of whom nothing is known, and nothing that they are asked for is bound anew."""
    scope, names = second.calls[-1].scope, loaded(ast.parse(second.text, mode="eval").body)
    start, end = first.calls[-1].node.lineno, second.calls[-1].node.lineno
    if traced.reach.program.facts(second.function).is_generator:
        return False
    for node in ast.walk(scope):
        if start <= getattr(node, "lineno", 0) <= end and names & set(bound_by(node)):
            return False
    # the rest of what leads to the first, what is between, what leads to the second
    facts = traced.reach.program.facts
    parts = [(name, range(site + 1, len(facts(name).sites))) for name, site in first.sites[:-1]]
    parts.append((first.function, range(first.sites[-1][1] + 1, second.sites[-1][1])))
    parts += [(name, range(site)) for name, site in second.sites[:-1]]
    return all(is_quiet(traced, name, sites) for name, sites in parts)


def is_quiet(traced: Traced, function: str, sites: range) -> bool:
    """Whether nothing at some call sites of a function changes anything, or may."""
    known = traced.known
    places = traced.reach.program.facts(function).positions.sites
    lines = range(places[sites[0]][0], places[sites[-1]][0] + 1) if sites else range(0)
    if any(row.site in sites or (row.site < 0 and row.line in lines) for row in known.mutations.get(function, ())):
        return False
    rows: tuple[Unresolved | Edge, ...] = (*traced.reach.unresolved, *traced.reach.guesses)
    if any(row.caller == function and row.site in sites for row in rows):
        return False
    mask = 0
    for site in sites:
        if any(keeps_order(row.callee) for row in traced.externals.get((function, site), ())):
            return False
        for edge in traced.edges.get((function, site), ()):
            mask |= known.below[edge.callee]
    if any(base_class_of(op) == "subprocess" for op in traced.ops_among(function, sites)):
        return False
    if not mask:
        return True
    does = known.together(mask)
    return not (known.is_doubtful(mask) or does.emits or does.writes)
