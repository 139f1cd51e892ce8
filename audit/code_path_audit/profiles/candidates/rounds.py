"""Whether the rounds of a loop need each other: what one round does, another may not see."""

from __future__ import annotations

import ast

from code_path_audit.costs.model import ExpensiveOp
from code_path_audit.profiles.candidates.invariance import Doubt, Invariance
from code_path_audit.profiles.candidates.names import bound_by, loaded, names_of, roots, targets
from code_path_audit.profiles.candidates.proposal import Traced
from code_path_audit.profiles.candidates.repeatable import leaves_early, reads_files
from code_path_audit.profiles.candidates.syntax import COMPREHENSIONS, Loop, Spot, nodes_of, within
from code_path_audit.profiles.effects import MUTATORS, is_stateful

COLLECTS = frozenset(("append", "add", "update", "extend", "setdefault"))
"""Methods that put what a round made where all rounds put theirs."""


def around(traced: Traced, op: ExpensiveOp) -> tuple[Spot, Loop] | None:
    """A call in a loop of its function that has a round for each of something."""
    spot = traced.spot(op)
    loop = loop_of_rounds(traced, op, spot) if spot is not None else None
    return (spot, loop) if spot is not None and loop is not None else None


def loop_of_rounds(traced: Traced, op: ExpensiveOp, spot: Spot) -> ast.For | ast.AsyncFor | None:
    """The innermost loop around a call, where it has a round for each of something."""
    facts = traced.reach.facts(op.function)
    number = facts.sites[op.site].loop
    loop = spot.loops[0] if spot.loops else None
    if number < 0 or facts.loops[number].first or not isinstance(loop, ast.For | ast.AsyncFor):
        return None
    return loop


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


def are_independent(traced: Traced, op: ExpensiveOp, spot: Spot, loop: Loop) -> bool:
    """Whether the rounds of a loop may run side by side: each uses only what it made itself and what no round changes,
    and what it makes is collected in something that no round reads."""
    if leaves_early(loop) or has_order(loop):
        return False
    if any(isinstance(node, ast.Yield) for node in within(loop)) and not is_taken_whole(traced, op, spot):
        return False
    proof = Invariance(traced, op, spot, loop)
    proof.is_once = True
    try:
        does = proof.loop_effects()
    except Doubt:
        return False
    if does.emits and only_asks(proof):
        does = does._replace(emits=False)
    if does.emits or calls_change(traced, op, proof) or (does.files and not asks_no_file(traced, op, proof)):
        return False
    inside = [node for statement in loop.body for node in within(statement)]
    sums = sums_of(loop)
    made = {name for node in (*inside, loop) for name in bound_by(node)} - sums
    if made & names_of(spot.scope).shared or read_before_made(loop, made) or read_after(spot, loop, made):
        return False
    collected = set()
    for node in inside:
        for target in targets(node):
            if not isinstance(target, ast.Name):
                names = set(roots(target)) - made
                if isinstance(node, ast.AugAssign | ast.Delete):
                    return False
                if not isinstance(target, ast.Subscript) and names:
                    return False
                collected |= names
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in MUTATORS:
            names = set(roots(node.func.value)) - made
            if names and node.func.attr not in COLLECTS:
                return False
            collected |= names
    reads = [
        node for node in inside
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in collected
    ]  # fmt: skip
    return all(is_collecting(spot, node) for node in reads) and not does.writes - collected


def only_asks(proof: Invariance) -> bool:
    """Whether all that a loop sends is a question to a process that only reads."""
    sent = proof.sends()
    return bool(sent) and all(op is not None and proof.only_asks(op) for op in sent)


def has_order(loop: Loop) -> bool:
    """Whether a loop says that its rounds follow each other: it waits, or looks at how often it ran."""
    sums = sums_of(loop)
    return any(
        isinstance(node, ast.YieldFrom | ast.Global | ast.Nonlocal)
        or (isinstance(node, ast.AugAssign) and not (isinstance(node.target, ast.Name) and node.target.id in sums))
        for node in within(loop)
    )


def sums_of(loop: Loop) -> set[str]:
    """The variables that a loop adds to, and does nothing else with: what they come to needs the answers, not the
    asking."""
    nodes = list(within(loop))
    found = {node.target.id for node in nodes if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name)}
    read = {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
    bound = {name for node in nodes if not isinstance(node, ast.AugAssign) for name in bound_by(node)}
    return found - read - bound - set(bound_by(loop))


def read_before_made(loop: Loop, made: set[str]) -> bool:
    """Whether a round may read what the one before it made, by the order in the source."""
    seen: set[str] = set(bound_by(loop))
    for statement in loop.body:
        stored = {name for node in within(statement) for name in bound_by(node)}
        read = {
            node.id for node in within(statement)
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in made
        }  # fmt: skip
        inner = isinstance(statement, ast.For | ast.With | ast.AsyncWith | ast.AsyncFor | ast.If | ast.Try)
        if (read - seen) - (stored if inner else set()):
            return True
        seen |= stored
    return False


def read_after(spot: Spot, loop: Loop, made: set[str]) -> bool:
    """Whether something that a round made is read after the loop."""
    last = loop.end_lineno or loop.lineno
    return any(
        isinstance(node, ast.Name)
        and isinstance(node.ctx, ast.Load)
        and node.id in made
        and node.lineno > last
        and not is_bound_around(spot, node)
        for node in nodes_of(spot.scope)
    )


def is_bound_around(spot: Spot, name: ast.Name) -> bool:
    """Whether a name is that of the element of a loop, or of a list that is made of each, which it stands in."""
    node: ast.AST = name
    while node is not spot.scope:
        child, node = node, spot.file.above[node]
        if isinstance(node, ast.For) and child in node.body and name.id in set(bound_by(node)):
            return True
        if isinstance(node, COMPREHENSIONS) and child is not node.generators[0]:
            bound = {one for clause in node.generators for one in bound_by(clause)}
            if name.id in bound:
                return True
    return False


def is_collecting(spot: Spot, node: ast.Name) -> bool:
    """Whether a name is read only to put something into what it names."""
    above = spot.file.above[node]
    if isinstance(above, ast.Subscript):
        return isinstance(above.ctx, ast.Store)
    return (
        isinstance(above, ast.Attribute)
        and above.attr in COLLECTS
        and isinstance(spot.file.above[above], ast.Call)
        and isinstance(spot.file.above[spot.file.above[above]], ast.Expr)
    )


def calls_change(traced: Traced, op: ExpensiveOp, proof: Invariance) -> bool:
    """Whether a call in a loop may change an object that it did not make: a cursor, a session, a stream."""
    sites = proof.sites_inside()
    values = traced.known.values(op.function)
    for number in sites:
        for call in traced.externals.get((op.function, number), ()):
            if number != op.site and is_stateful(call.callee) and not traced.known.is_local(values, number):
                return True
        for edge in traced.edges.get((op.function, number), ()):
            does = traced.known.together(traced.known.below[edge.callee])
            if does.emits and proof.asks_alone(edge.callee):
                does = does._replace(emits=False)
            if does._replace(files=frozenset()).changes_anything or (does.files and number == op.site):
                return True
    return False


def writes_files(traced: Traced, op: ExpensiveOp, spot: Spot, loop: Loop) -> bool:
    """Whether the rounds of a loop write files, of what was proved that it is known what they do."""
    return bool(Invariance(traced, op, spot, loop).loop_effects().files)


def asks_no_file(traced: Traced, op: ExpensiveOp, proof: Invariance) -> bool:
    """Whether a call in a loop that writes files is made in each round, and nothing that flows into it, or that lies
    behind it, reads one: then all may ask before the first writes."""
    facts = traced.reach.facts(op.function)
    if facts.sites[op.site].conditional or any(isinstance(node, ast.Continue) for node in within(proof.loop)):
        return False
    node = proof.spot.node
    parts = [traced.op_of(op.function, part) for part in ast.walk(node) if isinstance(part, ast.Call)]
    behind = [row for edge in traced.edges.get((op.function, op.site), ()) for row in traced.ops_below(edge.callee)]
    return not any(row is not None and row.callee != op.callee and reads_files(row) for row in (*parts, *behind))


WHOLE = frozenset(("list", "tuple", "set", "frozenset", "dict", "sorted", "sum"))
"""Builtins that take all that they are given."""


def is_taken_whole(traced: Traced, op: ExpensiveOp, spot: Spot) -> bool:
    """Whether all that a generator yields is taken by all that call it, and nothing that they do meanwhile changes what
    it reads: it may ask before it yields."""
    edges = traced.reach.callers.get(op.function, ())
    if not edges or op.function in traced.reach.entries:
        return False
    reads = {node.attr for node in nodes_of(spot.scope) if isinstance(node, ast.Attribute)}
    for edge in traced.edges.get((op.function, op.site), ()):
        reads |= traced.known.together(traced.known.below[edge.callee]).reads
    for edge in edges:
        call = traced.syntax.spot(edge.caller, edge.site) if edge.evidence == "certain" else None
        taker = taker_of(call) if call is not None else None
        if call is None or taker is None:
            return False
        try:
            does = Invariance(traced, op._replace(function=edge.caller, site=edge.site), call, taker).loop_effects()
        except Doubt:
            return False
        if does.emits or does.shared or does.writes & reads:
            return False
    return True


def taker_of(call: Spot) -> ast.AST | None:
    """What takes all that a call yields: a loop over it that is not left, a comprehension, `list()`; None where that is
    not known."""
    above = call.file.above[call.node]
    if isinstance(above, ast.For | ast.AsyncFor):
        return above if above.iter is call.node and not leaves_early(above) else None
    if isinstance(above, ast.comprehension):
        made = call.file.above[above]
        return made if isinstance(made, ast.ListComp | ast.SetComp | ast.DictComp) else None
    if isinstance(above, ast.Call) and isinstance(above.func, ast.Name) and above.func.id in WHOLE:
        return above
    return None


def feeds_itself(loop: Loop) -> bool:
    """Whether a loop changes what it iterates."""
    if not isinstance(loop, ast.For | ast.AsyncFor):
        return False
    names, over = set(roots(loop.iter)), path_of(loop.iter)
    for node in within(loop):
        changed: ast.expr | None = None
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in MUTATORS:
            changed = node.func.value
        elif isinstance(node, ast.AugAssign):
            changed = node.target
        if changed is not None and names & set(roots(changed)) and not are_apart(over, path_of(changed)):
            return True
    return False


def path_of(node: ast.expr) -> tuple[str, ...]:
    """The names of an attribute of a variable, `self.rows` or that of which a method is called, `self.rows.items()`; ()
    for anything else."""
    if isinstance(node, ast.Call) and not node.args and isinstance(node.func, ast.Attribute):
        node = node.func.value
    found: list[str] = []
    while isinstance(node, ast.Attribute):
        found.append(node.attr)
        node = node.value
    return (node.id, *found[::-1]) if isinstance(node, ast.Name) else ()


def are_apart(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether two attributes of an object are two: neither is the other, or a part of it."""
    least = min(len(one), len(other))
    return least > 1 and one[:least] != other[:least]
