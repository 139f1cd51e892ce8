"""Clients, connections and sessions that are made anew for each item: made once."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from code_path_audit.costs.model import ExpensiveOp
from code_path_audit.facts.function import FunctionFacts
from code_path_audit.profiles.candidates.fixed import FixedInAction, objects_of
from code_path_audit.profiles.candidates.invariance import Invariance
from code_path_audit.profiles.candidates.leaving import loop_after
from code_path_audit.profiles.candidates.meanwhile import may_change_files, runs_beside_itself
from code_path_audit.profiles.candidates.names import Names, bound_by, names_of, roots
from code_path_audit.profiles.candidates.proposal import (
    After,
    Proposal,
    Traced,
    executed,
    gone,
    moved_to,
    of_kind,
    proposal,
)
from code_path_audit.profiles.candidates.repeatable import is_in_loop, leaves_early
from code_path_audit.profiles.candidates.syntax import Spot, is_call_of, nodes_of
from code_path_audit.profiles.candidates.tables import clients
from code_path_audit.profiles.reach import OpKey, op_order


def new_clients(traced: Traced) -> Iterator[Proposal]:
    """Clients and connections that are made anew for each item, with the same arguments: made once."""
    table = clients()
    for op in traced.heavy:
        row = table.get(op.callee)
        spot = traced.spot(op) if row is not None else None
        if row is None or spot is None or is_of_its_own(spot) or is_for_one(traced, op, spot):
            continue
        if row.reads and (is_written(spot) or may_change_files(traced, op.function)):
            continue
        facts = traced.reach.facts(op.function)
        left = []
        for loop in spot.loops:
            if not isinstance(loop, ast.For | ast.AsyncFor) or leaves_early(loop):
                break
            if not Invariance(traced, op, spot, loop).holds():
                break
            left.append(loop)
        assumes, adds = row.assumes, ""
        users: list[ExpensiveOp] = []
        besides: list[ExpensiveOp] = []
        if left:
            users = users_of(traced, op, spot)
            after: After = moved_to(loop_after(traced, op, len(left)))
            where = f"before the loop in line {left[-1].lineno}"
        elif row.lasts and is_helper(spot, facts) and (op.amplification > 1 or is_called_again(traced, op)):
            after, where, adds = when_loaded(traced, op), NOT_IN_EACH.format(op.function), MODULE
            assumes = assumes if op.amplification > 1 else "; ".join(filter(None, (assumes, SERVES)))
        elif runs_beside_itself(traced, op.function) or facts.sites[op.site].loop >= 0 or is_given_away(spot):
            continue
        elif not is_constant_call(spot):
            most = objects_with(traced, op, spot)
            if row.lasts or facts.kind == "module" or most is None or most >= op.amplification:
                continue
            after, where = executed(most), f"and hand it to {op.function}, which is called {op.how_often}"
            besides = prepared(traced, op, spot)
        elif row.lasts and is_called_again(traced, op):
            after, where, adds = when_loaded(traced, op), NOT_IN_EACH.format(op.function), MODULE
            assumes = "; ".join(filter(None, (assumes, SERVES)))
        elif row.lasts and op.amplification > 1 and facts.kind == "function":
            after, where, adds = when_loaded(traced, op), NOT_IN_EACH.format(op.function), MODULE
        elif op.amplification > 1 and facts.kind == "function" and not row.lasts:
            after, where = executed(1), f"and hand it to {op.function}, which is called {op.how_often}"
        else:
            continue
        changed: dict[OpKey, After] = {op_order(op): after, **dict.fromkeys(map(op_order, users), of_kind(""))}
        changed |= dict.fromkeys(map(op_order, besides), after)
        concerned = [op, *users, *besides]
        yield proposal(
            "client", f"Make {row.thing} once, {where}", op, changed, concerned, "small" if left else "medium",
            f"{op.callee} is given the same each time, and what it makes serves many requests; "
            f"effort {'small: one statement moves' if left else 'medium: its users are handed it'}",
            assumes, left[-1].lineno if left else 0, adds=adds,
        )  # fmt: skip


MODULE = "module"
"""What is added for a client that its module makes."""

NOT_IN_EACH = "when its module is loaded, not in each call of {}"


def when_loaded(traced: Traced, op: ExpensiveOp) -> After:
    """What an op of a function weighs that is moved to its module: nothing where that is loaded before the action."""
    module = traced.reach.program.functions[op.function][0]
    return executed(1) if module in traced.reach.depths else gone


def users_of(traced: Traced, op: ExpensiveOp, spot: Spot) -> list[ExpensiveOp]:
    """The requests of a session that a function makes, which open a connection each as long as it is made for each."""
    name = variable_of(spot)
    if not name:
        return []
    found = []
    for other in traced.ops:
        asked = traced.spot(other) if other.function == op.function and other.kind == "connection" else None
        func = asked.node.func if asked is not None else None
        if isinstance(func, ast.Attribute) and isinstance(func.value, ast.Name) and func.value.id == name:
            found.append(other)
    return found


SERVES = "the process serves the action more than once"


def is_helper(spot: Spot, facts: FunctionFacts) -> bool:
    """Whether a function does nothing but make a client of constants, and return it."""
    body = [row for row in getattr(spot.scope, "body", ()) if not is_text(row)]
    is_plain = facts.kind == "function" and not facts.is_generator and is_constant_call(spot)
    return is_plain and len(body) == 1 and isinstance(body[0], ast.Return) and body[0].value is spot.node


def is_text(node: ast.stmt) -> bool:
    """Whether a statement is a docstring."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def is_of_its_own(spot: Spot) -> bool:
    """Whether a connection is to a database in memory, which begins empty."""
    return any(isinstance(node, ast.Constant) and node.value == ":memory:" for node in spot.node.args)


def is_written(spot: Spot) -> bool:
    """Whether what is opened is written to: an archive, by its mode."""
    given = (*spot.node.args[1:2], *(row.value for row in spot.node.keywords if row.arg == "mode"))
    return any(not (isinstance(part, ast.Constant) and part.value == "r") for part in given)


FOR_ONE = frozenset(("login", "auth", "authenticate", "user", "cwd", "connect", "set_session", "set_isolation_level"))
"""Methods that make a connection that of one user, or of one folder."""

ASKS_ONLY = frozenset(("get", "head", "options"))


def is_for_one(traced: Traced, op: ExpensiveOp, spot: Spot) -> bool:
    """Whether what a function makes becomes that of one user or folder, of what is neither a constant there nor what
    the one object of a method has: it says who asks, and then asks. So does a session that sends something, and then
    asks for more, by the cookies that it got."""
    asked = []
    for method, node in calls_of_made(spot):
        given = (*node.args, *(row.value for row in node.keywords))
        if method in FOR_ONE and not all(is_fixed(part) or is_own(traced, op, spot, part) for part in given):
            return True
        asked += [method] if method in VERBS else []
    return len(asked) > 1 and any(verb not in ASKS_ONLY for verb in asked)


def is_own(traced: Traced, op: ExpensiveOp, spot: Spot, node: ast.expr) -> bool:
    """Whether an expression is what the constructor of an object wrote, of which there is one in the action."""
    is_field = isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "self"
    return is_field and node.attr in traced.known.steady and objects_with(traced, op, spot) == 1  # type: ignore[attr-defined]


PREPARES = frozenset(("starttls", "login", "auth", "ehlo", "quit", "close", "connect"))
"""Methods that are called once for a connection, however much goes over it."""


def prepared(traced: Traced, op: ExpensiveOp, spot: Spot) -> list[ExpensiveOp]:
    """What else a function does once for each connection that it makes."""
    others = (traced.op_of(op.function, node) for method, node in calls_of_made(spot) if method in PREPARES)
    return [other for other in others if other is not None and other != op]


def calls_of_made(spot: Spot) -> Iterator[tuple[str, ast.Call]]:
    """The methods that a function calls of what a call makes, by the variable that it is given, with these calls."""
    name = variable_of(spot)
    for node in nodes_of(spot.scope) if name else ():
        func = node.func if isinstance(node, ast.Call) else None
        if isinstance(func, ast.Attribute) and isinstance(func.value, ast.Name) and func.value.id == name:
            yield func.attr, node  # type: ignore[misc]


def variable_of(spot: Spot) -> str:
    """The variable that a function gives what a call makes; "" for none."""
    above = spot.file.above[spot.node]
    node = above.optional_vars if isinstance(above, ast.withitem) else (
        above.targets[0] if isinstance(above, ast.Assign) and len(above.targets) == 1 else None
    )  # fmt: skip
    return node.id if isinstance(node, ast.Name) else ""


def is_fixed(node: ast.expr) -> bool:
    """Whether an expression is a constant, or a name or an attribute in capitals, as those of settings are."""
    last = node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
    return isinstance(node, ast.Constant) or str(last).isupper()


def is_given_away(spot: Spot) -> bool:
    """Whether a function makes something for others: it returns it, or puts it somewhere."""
    above = spot.file.above[spot.node]
    names = {ast.unparse(target) for target in above.targets} if isinstance(above, ast.Assign) else set()
    if isinstance(above, ast.Return | ast.Yield) or any("." in name or "[" in name for name in names):
        return True
    kept = [
        node for node in nodes_of(spot.scope)
        if isinstance(node, ast.Name) and node.id in names and isinstance(node.ctx, ast.Load)
    ]  # fmt: skip
    return any(
        isinstance(spot.file.above[node], ast.Return | ast.Yield | ast.Tuple | ast.List | ast.Dict | ast.Assign)
        for node in kept
    )


def objects_with(traced: Traced, op: ExpensiveOp, spot: Spot) -> int | None:
    """How many objects there are whose own values alone a client is made of: `SMTP(self.server)`; None where other
    values are."""
    proof = FixedInAction(traced, op, spot)
    func = spot.node.func
    owner = func.value if isinstance(func, ast.Attribute) else func
    if not isinstance(owner, ast.Name) or names_of(spot.scope).is_local(owner.id):
        return None
    return objects_of(traced, op, proof) if proof.is_same(spot.node) and proof.given == {"self"} else None


def for_each(beside: str) -> str:
    """Of what there is one for each thread or process, in words; "" where the runs of a function share one."""
    return f" for each {beside}" if beside else ""


def sessions(traced: Traced) -> Iterator[Proposal]:
    """Requests that open a connection each, one after the other: by one session, which keeps it open."""
    for op in traced.ops:
        library, _, verb = op.callee.partition(".")
        session = SESSIONS.get(library) if op.kind == "connection" and op.site >= 0 else None
        if session is None or verb not in VERBS or not is_in_loop(op):
            continue
        if traced.reach.facts(op.function).sites[op.site].conditional:
            continue  # which rounds come to it, nobody knows
        if op.evidence != "certain" or not traced.is_called(op) or not traced.is_heavy(op):
            continue
        spot = traced.spot(op)
        if spot is None or is_of_own_server(spot):
            continue
        beside = "" if spot.loops else runs_beside_itself(traced, op.function)
        yield proposal(
            "client",
            f"Ask by one {session}{for_each(beside)}, in place of {op.callee}, which opens a connection {op.how_often}",
            op, {op_order(op): of_kind("")}, [op], "small",
            f"{op.callee} opens a connection and closes it each time, and a session keeps it; effort small: the "
            f"session is made once{for_each(beside)}, where all calls see it",
            "" if is_of_one_server(spot) else "the addresses are of one server, or of a few", adds=beside or session,
        )  # fmt: skip


SESSIONS = {"requests": "requests.Session", "httpx": "httpx.Client"}
"""What keeps its connections, by the library whose functions do not."""

VERBS = frozenset(("get", "head", "options", "post", "put", "patch", "delete", "request"))


def is_of_one_server(spot: Spot) -> bool:
    """Whether an address begins with something that is the same each time: a constant with a server, or a name in
    capitals or of the settings."""
    node = address_of(spot)
    while isinstance(node, ast.BinOp):
        node = node.left
    if isinstance(node, ast.JoinedStr) and node.values:
        node = node.values[0]
        if isinstance(node, ast.FormattedValue):
            node = node.value
    if isinstance(node, ast.Constant):
        return isinstance(node.value, str) and node.value.partition("://")[2].partition("/")[0] != ""
    last = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
    return last.isupper()


def address_of(spot: Spot) -> ast.expr | None:
    """The address that a request is given; None where it is given none."""
    is_named = isinstance(spot.node.func, ast.Attribute) and spot.node.func.attr == "request"
    given = [row.value for row in spot.node.keywords if row.arg == "url"] or spot.node.args[-1 if is_named else 0 :][:1]
    return given[0] if given else None


def is_of_own_server(spot: Spot) -> bool:
    """Whether an address begins with what an object says, and goes on with a path: each object has a server of its own
    then, of which a session keeps a connection that nobody uses again."""
    node = address_of(spot)
    if is_call_of(node, ("urljoin",)) and len(node.args) > 1:
        return is_said(spot, node.args[0])
    while isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        node = node.left
        if not isinstance(node, ast.BinOp):
            return is_said(spot, node)
    if isinstance(node, ast.JoinedStr) and len(node.values) > 1 and isinstance(node.values[0], ast.FormattedValue):
        return is_said(spot, node.values[0].value)
    return False


def is_said(spot: Spot, node: ast.expr) -> bool:
    """Whether an expression is what the element of a loop says: an attribute of it, or an item."""
    if isinstance(node, ast.Name):
        return False
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return isinstance(node, ast.Name) and any(node.id in bound_by(loop) for loop in spot.loops)


STARTS = frozenset(("main", "cli", "run", "handle"))
"""Names of functions that a process runs once."""


def is_called_again(traced: Traced, op: ExpensiveOp) -> bool:
    """Whether a function runs more than once in a process, as far as its name says: not what starts one. Of one
    connection in a run of the action it has to be known: requests are answered."""
    if op.kind == "connection" and op.amplification < 2 and not traced.reach.graph.requests:
        return False
    facts = traced.reach.facts(op.function)
    starts = {entry.rpartition(".")[2] for entry in traced.reach.entries}
    return facts.kind == "function" and not starts & STARTS


def is_constant_call(spot: Spot) -> bool:
    """Whether all that a call is given are constants, globals in capitals, or what the environment and the settings
    say: `boto3.client("s3")`, no method of an object that the function was given."""
    owner: ast.expr = spot.node.func
    while isinstance(owner, ast.Attribute):
        owner = owner.value
    if not isinstance(owner, ast.Name) or names_of(spot.scope).is_local(owner.id):
        return False
    parts = (*spot.node.args, *(row.value for row in spot.node.keywords))
    return all(is_settled(part, names_of(spot.scope)) for part in parts)


ENVIRONMENT = frozenset(("os.environ", "environ", "os.getenv", "getenv", "os.environ.get", "environ.get"))


def is_settled(node: ast.expr, names: Names) -> bool:
    """Whether an expression is a constant, a global or an attribute of one in capitals, or a variable of the
    environment."""
    if isinstance(node, ast.Name | ast.Attribute):
        return is_fixed(node) and not any(names.is_local(name) for name in roots(node))
    if isinstance(node, ast.Subscript):
        return ast.unparse(node.value) in ENVIRONMENT and isinstance(node.slice, ast.Constant)
    if isinstance(node, ast.Call) and not node.keywords:
        return ast.unparse(node.func) in ENVIRONMENT and all(isinstance(part, ast.Constant) for part in node.args)
    return isinstance(node, ast.Constant)
