"""Objects that keep something, and are made anew for each item: a session its connection, an environment templates."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple

from code_path_audit.callgraph.model import ExternalCall
from code_path_audit.costs.model import ExpensiveOp
from code_path_audit.profiles.candidates.calls import called_less, spot_of, standing_at
from code_path_audit.profiles.candidates.clients import for_each, is_for_one, is_given_away, objects_with
from code_path_audit.profiles.candidates.invariance import Invariance
from code_path_audit.profiles.candidates.leaving import loop_after
from code_path_audit.profiles.candidates.meanwhile import runs_beside_itself
from code_path_audit.profiles.candidates.names import loaded, names_of, roots, targets, unwrapped
from code_path_audit.profiles.candidates.proposal import (
    After,
    Proposal,
    Traced,
    executed,
    moved_to,
    of_kind,
    place_of_site,
    proposal,
)
from code_path_audit.profiles.candidates.repeatable import leaves_early, runs_each_round
from code_path_audit.profiles.candidates.syntax import Loop, Spot, nodes_of, within
from code_path_audit.profiles.candidates.tables import clients
from code_path_audit.profiles.reach import op_order
from code_path_audit.profiles.runs.sessions import SESSIONS

ENVIRONMENTS = {
    "jinja2.Environment.get_template": ("jinja2.Environment", "jinja2.environment.Environment"),
    "jinja2.environment.Environment.get_template": ("jinja2.Environment", "jinja2.environment.Environment"),
}
"""Methods of objects that keep what they made, by exact name, and what makes such an object."""


class Made(NamedTuple):
    """Where the object of a call is made: the call that makes it, its site, -1 where that is not looked up, and the
    variable; "" for none."""

    node: ast.Call
    site: int
    name: str


def remade(traced: Traced) -> Iterator[Proposal]:
    """Sessions and environments that are made anew for each of something."""
    found: dict[tuple[str, int], list[tuple[ExpensiveOp, Spot, Made]]] = {}
    helped: dict[tuple[str, ExternalCall], list[ExpensiveOp]] = {}
    for op in traced.ops:
        is_session = op.kind == "connection"
        if op.site < 0 or op.evidence != "certain" or not (is_session or op.callee in ENVIRONMENTS):
            continue
        spot = traced.spot(op) if traced.is_called(op) and traced.is_heavy(op) else None
        made = maker_of(traced, op, spot, tuple(SESSIONS) if is_session else ENVIRONMENTS[op.callee])
        if spot is not None and made is not None and (op.function, made.site) not in traced.ops_at:
            # what makes it may be an op itself, of which `clients` tells
            found.setdefault((op.function, made.site), []).append((op, spot, made))
        elif spot is not None and made is None and is_session:
            given = made_by_helper(traced, op, spot)
            if given is not None:
                helped.setdefault(given, []).append(op)
    for rows in found.values():
        yield from made_once(traced, rows)
    for (home, row), ops in helped.items():
        yield kept_by_helper(traced, home, row, ops)


def given_by_helpers(traced: Traced) -> Iterator[Proposal]:
    """Connections that a function makes of the same in each call, for the one function that calls it: made once, in
    the loop's function or for those who ask."""
    for op in traced.heavy:
        row, spot = clients().get(op.callee), traced.spot(op)
        edges = traced.reach.callers.get(op.function, ())
        if row is None or row.lasts or spot is None or len(edges) != 1:
            continue
        is_sometimes = traced.reach.facts(op.function).sites[op.site].conditional
        if (
            is_sometimes
            or runs_beside_itself(traced, op.function)
            or given_by(traced, op.function, op.site, spot) is None
        ):
            continue
        (edge,) = edges
        call = spot_of(traced, edge)
        if call is None or call.node.args or call.node.keywords or not isinstance(call.node.func, ast.Name):
            continue
        used = call.file.above[call.node]
        if not isinstance(used, ast.Assign | ast.withitem | ast.Attribute) or is_given_away(call):
            continue
        facts = traced.reach.facts(edge.caller)
        stands = standing_at(traced, op, edge)
        left = [
            loop for loop in call.loops
            if isinstance(loop, ast.For) and not leaves_early(loop) and runs_each_round(call, loop)
        ]  # fmt: skip
        if left and len(left) == len(call.loops):
            after: After = called_less(edge, loop_after(traced, stands, len(left)))
            where, effort = f"before the loop in line {left[-1].lineno}", "small"
        elif not call.loops and op.amplification > 1 and facts.kind == "function":
            after, where, effort = (
                executed(1),
                f"and hand it to {edge.caller}, which is called {op.how_often}",
                "medium",
            )
        else:
            continue
        yield proposal(
            "client", f"Make {row.thing} once, {where}", stands, {op_order(op): after}, [op], effort,
            f"{op.function} makes it of the same in each call, and it serves many requests; effort {effort}: "
            f"{'one statement moves' if left else 'its users are handed it'}",
            row.assumes, calls=(),
        )  # fmt: skip


def given_by(traced: Traced, function: str, site: int, spot: Spot) -> tuple[Made, ast.Return] | None:
    """What a call in a plain function makes of nothing that the function is given, and the one `return` that gives it;
    None for any other."""
    facts = traced.reach.facts(function)
    if spot.loops or facts.kind != "function" or facts.is_generator or facts.is_async:
        return None
    made = Made(spot.node, site, name_given(spot))
    returns = [node for node in nodes_of(spot.scope) if isinstance(node, ast.Return)]
    if len(returns) != 1 or not is_what(returns[0].value, made):
        return None
    return None if loaded(spot.node) & names_of(spot.scope).params.keys() else (made, returns[0])


def made_by_helper(traced: Traced, op: ExpensiveOp, spot: Spot) -> tuple[str, ExternalCall] | None:
    """The function of the source that makes the session of a request, of the same in each call, and gives it to who
    asks, and what it makes it by; None for any other."""
    call = object_of(spot)
    if call is None or not is_left_alone(traced, op, spot, call, spot.scope) or is_closed(spot, call.name):
        return None
    edges = traced.edges.get((op.function, traced.site_of(op.function, call.node)), ())
    if len(edges) != 1 or edges[0].evidence != "certain":
        return None
    home = edges[0].callee
    for row in traced.reach.externals.get(home, ()):
        if row.callee not in SESSIONS:
            continue
        inner = traced.syntax.spot(home, row.site)
        found = given_by(traced, home, row.site, inner) if inner is not None else None
        if inner is None or found is None:
            return None
        made, gives = found
        stands = op._replace(function=home, site=row.site)
        return (home, row) if not made.name or is_set_alike(traced, stands, inner, made, gives) else None
    return None


def kept_by_helper(traced: Traced, home: str, row: ExternalCall, ops: list[ExpensiveOp]) -> Proposal:
    """A session that a function makes, once for all requests by it."""
    op = max(ops, key=lambda op: op.weight)
    beside = runs_beside_itself(traced, op.function)
    how = "an attribute of threading.local()" if beside else "functools.cache on the function that makes it"
    return proposal(
        "client", f"Make the session once{for_each(beside)}, in {home}, not in each call of it", op,
        {op_order(one): of_kind("") for one in ops}, ops, "small",
        f"{row.callee} is given the same each time, and what it makes keeps its connection; effort small: {how}",
        clients()[row.callee].assumes if row.callee in clients() else "",
        calls=[place_of_site(traced.reach.program, home, row.site, row.callee)], adds=beside or KEPT,
    )  # fmt: skip


def is_closed(spot: Spot, name: str) -> bool:
    """Whether a function closes what a variable of it names: nobody else can use it then."""
    return any(
        isinstance(node, ast.Attribute)
        and node.attr in ("close", "aclose")
        and isinstance(node.value, ast.Name)
        and node.value.id == name
        for node in nodes_of(spot.scope)
    )


KEPT = "cache"
"""What is added for a client that a function makes: a cache of the function."""


def object_of(spot: Spot, opened: bool = False) -> Made | None:
    """The call that gives the object of a call: `connected().get()`, `session = connected()`; where it may be `opened`,
    the same by a `with`."""
    func = spot.node.func
    node: ast.AST | None = func.value if isinstance(func, ast.Attribute) else None
    name = ""
    if isinstance(node, ast.Name):
        name = node.id
        bound = names_of(spot.scope).only_binding(name)
        node = bound.value if isinstance(bound, ast.Assign) else None
        if isinstance(bound, ast.withitem) and opened:
            node = unwrapped(bound.context_expr)
    return Made(node, -1, name) if isinstance(node, ast.Call) else None


def name_given(spot: Spot) -> str:
    """The variable that a call's result is given to; "" for none."""
    above = spot.file.above[spot.node]
    only = above.targets[0] if isinstance(above, ast.Assign) and len(above.targets) == 1 else None
    return only.id if isinstance(only, ast.Name) else ""


def is_what(node: ast.expr | None, made: Made) -> bool:
    """Whether an expression is what was made."""
    return node is made.node or (isinstance(node, ast.Name) and node.id == made.name)


def is_set_alike(traced: Traced, op: ExpensiveOp, spot: Spot, made: Made, gives: ast.Return) -> bool:
    """Whether a function does nothing with what it makes but give it what is the same each time, and return it."""
    if len(names_of(spot.scope).bindings.get(made.name, ())) != 1:
        return False
    return is_left_alone(traced, op, spot, made, spot.scope, gives)


def made_once(traced: Traced, rows: list[tuple[ExpensiveOp, Spot, Made]]) -> Iterator[Proposal]:
    """One object for all that is asked of it in one function."""
    op, spot, made = rows[0]
    program = traced.reach.program
    facts = program.facts(op.function)
    left = loops_of(traced, op, spot, made)
    inside = facts.sites[made.site].loop >= 0
    is_session = op.kind == "connection"
    if inside and not left:
        return
    if not inside and (op.amplification < 2 or facts.kind != "function" or runs_beside_itself(traced, op.function)):
        return
    if is_session and is_for_one(traced, op, spot._replace(node=made.node)):
        return
    objects = 1
    if not inside and loaded(made.node) & names_of(spot.scope).params.keys():
        found = objects_with(traced, op, spot._replace(node=made.node))
        if found is None or found >= op.amplification:
            return
        objects = found
    if not is_left_alone(traced, op, spot, made, left[-1] if left else spot.scope):
        return
    if not is_session and not Invariance(traced, op, spot, left[-1] if left else spot.scope).is_same(spot.node):
        return
    ops = [row for row, _, _ in rows]
    after: dict[object, After] = {}
    for row in ops:
        if is_session:
            after[op_order(row)] = of_kind("")
        else:
            after[op_order(row)] = moved_to(loop_after(traced, row, len(left))) if left else executed(objects)
    maker = next(row.callee for row in traced.externals[op.function, made.site])
    thing = "session" if is_session else "environment"
    where = f"before the loop in line {left[-1].lineno}" if left else (
        f"and hand it to {op.function}, which is called {op.how_often}"
    )  # fmt: skip
    keeps = "its connection" if is_session else "the templates that it compiled"
    effort = "small" if left else "medium"
    yield proposal(
        "client", f"Make the {thing} once, {where}", op, after, ops, effort,  # type: ignore[arg-type]
        f"{maker} is given the same each time, and what it makes keeps {keeps}; effort {effort}: "
        f"{'one statement moves' if left else 'its users are handed it'}",
        clients()[maker].assumes if is_session and maker in clients() else "",
        left[-1].lineno if left else 0,
        calls=[place_of_site(program, op.function, made.site, maker)],
    )  # fmt: skip


def maker_of(traced: Traced, op: ExpensiveOp, spot: Spot | None, makers: tuple[str, ...]) -> Made | None:
    """What makes the object that a call is of, in the same function: `session = requests.Session()`, the same by a
    `with`, `Environment().get_template()`."""
    made = object_of(spot, opened=True) if spot is not None else None
    if made is None:
        return None
    site = traced.site_of(op.function, made.node)
    rows = traced.externals.get((op.function, site), ())
    if traced.edges.get((op.function, site)) or [row.callee in makers for row in rows] != [True]:
        return None
    return made._replace(site=site)


def loops_of(traced: Traced, op: ExpensiveOp, spot: Spot, made: Made) -> list[Loop]:
    """The loops around what makes an object, innermost first, in each round of which it makes the same."""
    left: list[Loop] = []
    for loop in spot.loops:
        if not isinstance(loop, ast.For | ast.AsyncFor) or leaves_early(loop) or made.node not in set(within(loop)):
            break
        if not Invariance(traced, op, spot, loop).is_same(made.node):
            break
        left.append(loop)
    return left


def is_left_alone(
    traced: Traced, op: ExpensiveOp, spot: Spot, made: Made, place: ast.AST, gives: ast.Return | None = None
) -> bool:  # fmt: skip
    """Whether nothing is done to an object but that it is asked, and given what is the same each time, and that one
    `return` gives it away."""
    if not made.name:
        return True
    proof = Invariance(traced, op, spot, place)
    params = names_of(spot.scope).params.keys() if place is spot.scope else set()
    for node in nodes_of(spot.scope):
        if isinstance(node, ast.Name) and node.id == made.name and isinstance(node.ctx, ast.Load):
            above = spot.file.above[node]
            if not isinstance(above, ast.Attribute) and above is not gives:
                return False
        values: list[ast.expr] = []
        if any(not isinstance(target, ast.Name) and made.name in roots(target) for target in targets(node)):
            value = getattr(node, "value", None)
            if not isinstance(node, ast.Assign) or value is None:
                return False
            values = [node.value]
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            owner = node.func.value
            if isinstance(owner, ast.Attribute) and made.name in roots(owner):
                values = [*node.args, *(row.value for row in node.keywords)]
        if any(loaded(value) & params or not proof.is_same(value) for value in values):
            return False
    return True
