"""Work that is done before anybody knows whether it is needed: moved to the branch, or the function, that needs it."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from code_path_audit.costs.model import ExpensiveOp
from code_path_audit.facts.function import FunctionFacts
from code_path_audit.facts.rows import ALWAYS, CONDITIONS, RARELY
from code_path_audit.profiles.amplification import base_class_of
from code_path_audit.profiles.candidates.calls import SourceCall, gone_with
from code_path_audit.profiles.candidates.invariance import Doubt, Invariance
from code_path_audit.profiles.candidates.names import bound_by, names_of
from code_path_audit.profiles.candidates.proposal import Proposal, Traced, Weights, gone, proposal
from code_path_audit.profiles.candidates.questions import is_question
from code_path_audit.profiles.candidates.repeatable import is_repeatable, is_stream, only_reads
from code_path_audit.profiles.candidates.switches import Switches
from code_path_audit.profiles.candidates.syntax import (
    Spot,
    block_around,
    spanning,
    statement_of,
    statements_around,
)
from code_path_audit.profiles.effects import is_stateful
from code_path_audit.profiles.reach import op_order
from code_path_audit.profiles.runs.terms import degree


class Branch(NamedTuple):
    """Where alone what a call gives is used: an arm of an `if`, or what stands behind one that leaves its block.
    `is_on`: there the test of the `if` holds, or that of its `elif`."""

    node: ast.If
    is_on: bool
    is_behind: bool = False
    test: ast.expr | None = None


def eager_work(traced: Traced, calls: Iterable[SourceCall], switches: Switches) -> Iterator[Proposal]:
    """Results that only one branch uses, made before it."""
    told: set[tuple[str, int]] = set()
    for op in traced.heavy:
        spot = traced.spot(op)
        branch = only_branch(spot) if spot is not None and op.condition == CONDITIONS[ALWAYS] else None
        if spot is None or branch is None or not may_wait(traced, op, branch):
            continue
        place = op.function, statement_of(spot).lineno
        why = seldom(traced, op, spot, branch, switches) if place not in told else ""
        if not why:
            continue
        sites = sites_of_statement(traced, op, spot)
        ops = traced.ops_among(op.function, sites)
        others = sites - {row.site for row in ops}
        if all(row == op or may_wait(traced, row, branch) for row in ops) and is_still(traced, op, others):
            told.add(place)
            first = max(ops, key=lambda row: (traced.felt(row, degree(row.runs)).weight, row.weight))
            yield moved(first, first.callee, branch, why, dict.fromkeys(map(op_order, ops), gone), ops)
    for call in calls:
        op, spot = call.standing, call.spot
        if traced.reach.facts(op.function).sites[op.site].conditional:
            continue
        asks = [row for row in call.ops if base_class_of(row) == "network"]
        if any(is_stateful(row.callee) for row in call.ops if row not in asks):
            continue
        branch = only_branch(spot)
        if branch is None or not is_undisturbed(traced, op, spot, branch.node, True):
            continue
        if asks and not (all(is_question(traced, row) for row in asks) and sends_nothing(traced, op, spot, branch)):
            continue
        if not is_still(traced, op, sites_of_statement(traced, op, spot) - {op.site}):
            continue
        why = seldom(traced, op, spot, branch, switches)
        if why:
            after = {op_order(row): gone_with([call.edge]) for row in call.ops}
            yield moved(op, call.name, branch, why, after, call.ops)


class OfStatement(Invariance):
    """The proof for a call of a statement that moves as a whole: what a comprehension there binds moves with it."""

    def name(self, name: str, depth: int) -> None:
        """An element of a comprehension is what it is made of; any other variable as in a loop."""
        nodes = self.names.bindings.get(name, [])
        clauses = [node for node in nodes if isinstance(node, ast.comprehension)]
        if not clauses or len(clauses) < len(nodes):
            super().name(name, depth)
        for clause in clauses:
            self.value(clause.iter, depth - 1)


def may_wait(traced: Traced, op: ExpensiveOp, branch: Branch) -> bool:
    """Whether it makes no difference when an op runs: it changes nothing, and gives the same in a branch."""
    spot = traced.spot(op)
    if spot is None or is_stream(op) or not (is_repeatable(traced, op) or only_reads(op, spot)):
        return False
    return is_undisturbed(traced, op, spot, branch.node)


def sends_nothing(traced: Traced, op: ExpensiveOp, spot: Spot, branch: Branch) -> bool:
    """Whether nothing is sent between a call and a branch: what is asked there would be answered alike."""
    statement = statement_of(spot)
    block = block_around(spot.file, statement)
    span = spanning(block[block.index(statement) : block.index(branch.node)])
    try:
        return not Invariance(traced, op, spot, span).loop_effects().emits
    except Doubt:
        return False


def sites_of_statement(traced: Traced, op: ExpensiveOp, spot: Spot) -> set[int]:
    """The call sites of the statement that an op stands in."""
    node = statement_of(spot)
    return {*traced.sites_of(op.function).within(node.lineno, node.col_offset, node.end_lineno or node.lineno)}


def is_still(traced: Traced, op: ExpensiveOp, sites: Iterable[int]) -> bool:
    """Whether nothing that some call sites of the function of an op run changes anything: it may as well run later."""
    known, function, mask = traced.known, op.function, 0
    for site in sites:
        if (function, site) in known.effectful:
            return False
        for edge in traced.edges.get((function, site), ()):
            mask |= known.below[edge.callee]
    return not mask or not (known.is_doubtful(mask) or known.together(mask).changes_anything)


def moved(
    op: ExpensiveOp, name: str, branch: Branch, why: str, after: Weights, ops: Iterable[ExpensiveOp]
) -> Proposal:  # fmt: skip
    """A call in the branch that uses what it gives."""
    line = (branch.test or branch.node).lineno
    where = "behind the branch" if branch.is_behind else "only in the branch"
    return proposal(
        "lazy", f"Run {name} {where} in line {line}", op, after, ops, "small",
        f"what it gives is used nowhere else, {why}, and nothing before the branch changes what it is given; effort "
        f"small: one statement moves inside {op.function}",
        "an error of the call may come later", branch.node.lineno,
    )  # fmt: skip


def seldom(traced: Traced, op: ExpensiveOp, spot: Spot, branch: Branch, switches: Switches) -> str:
    """Why a branch is taken to run in few runs: it is rare, or asked for by what is off by default; "" where nothing
    says so."""
    if not branch.is_behind and branch.test is None and is_rare(traced, op, branch.node):
        return "the branch is rare"
    callers = traced.reach.callers.get(op.function, ())
    is_entry = not callers or op.function in traced.reach.entries
    test = branch.test or branch.node.test
    return switches.off(spot, test, branch.is_on, is_entry) or switches.of_a_command(test, branch.is_on)


def only_branch(spot: Spot) -> Branch | None:
    """Where alone the result of a call is used: one arm of a later `if` of the same block, or what follows one that
    leaves it."""
    statement = next(statements_around(spot), None)
    if (
        not isinstance(statement, ast.Assign)
        or len(statement.targets) != 1
        or not isinstance(statement.targets[0], ast.Name)
    ):
        return None
    name = statement.targets[0].id
    if names_of(spot.scope).only_binding(name) is not statement:
        return None
    block = block_around(spot.file, statement)
    later = block[block.index(statement) + 1 :]
    using = [node for node in later if reads(node, name)]
    everywhere = [node for node in ast.walk(spot.scope) if is_read(node, name)]
    inside = [node for part in using for node in ast.walk(part) if is_read(node, name)]
    if not using or len(inside) != len(everywhere):
        return None
    first = using[0]
    if len(using) == 1 and isinstance(first, ast.If) and not reads(first.test, name):
        arms = [any(reads(node, name) for node in arm) for arm in (first.body, first.orelse)]
        if sum(arms) == 1 and not arms[0] and len(first.orelse) == 1 and isinstance(first.orelse[0], ast.If):
            return arm_of_chain(first, first.orelse[0], name)
        return Branch(first, arms[0]) if sum(arms) == 1 else None
    before = later[: later.index(first)]
    leaving = [node for node in before if isinstance(node, ast.If) and not node.orelse and leaves(node.body)]
    return Branch(leaving[-1], False, True) if leaving else None


def arm_of_chain(first: ast.If, node: ast.If, name: str) -> Branch | None:
    """The one arm of an `elif` chain that alone uses a name, as a branch of the whole `if`; None where that is its
    `else`, or several do."""
    while not reads(node.test, name):
        if any(reads(row, name) for row in node.body):
            is_one = not any(reads(row, name) for row in node.orelse)
            return Branch(first, True, test=node.test) if is_one else None
        if len(node.orelse) != 1 or not isinstance(node.orelse[0], ast.If):
            break
        node = node.orelse[0]
    return None


def leaves(body: list[ast.stmt]) -> bool:
    """Whether some statements end with a return."""
    return isinstance(body[-1], ast.Return)


def is_rare(traced: Traced, op: ExpensiveOp, branch: ast.If) -> bool:
    """Whether a branch runs rarely: on the way to an error, behind a debug guard."""
    facts = traced.reach.facts(op.function)
    first, last = branch.lineno, branch.end_lineno or branch.lineno
    test = branch.test.end_lineno or first, branch.test.end_col_offset or 0
    arms = [
        facts.sites[number].arm for number, row in enumerate(facts.positions.sites) if test < row[:2] and row[2] <= last
    ]
    return bool(arms) and all(arm >= 0 and weakest(facts, arm) == RARELY for arm in arms)


def weakest(facts: FunctionFacts, arm: int) -> int:
    """The condition of an arm, with those around it."""
    found = ALWAYS
    while arm >= 0:
        found = max(found, facts.arms[arm].condition)
        arm = facts.arms[arm].parent
    return found


def is_read(node: ast.AST, name: str) -> bool:
    """Whether a node reads a name."""
    return isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Load)


def reads(node: ast.AST, name: str) -> bool:
    """Whether anything in a node reads a name."""
    return any(is_read(part, name) for part in ast.walk(node))


def is_undisturbed(
    traced: Traced, op: ExpensiveOp, spot: Spot, branch: ast.If, is_call: bool = False
) -> bool:  # fmt: skip
    """Whether nothing between a call and a branch changes what the call is given."""
    statement = statement_of(spot)
    block = block_around(spot.file, statement)
    between = block[block.index(statement) + 1 : block.index(branch)]
    span = spanning([statement, *between])
    changed = {name for part in between for node in ast.walk(part) for name in bound_by(node)}
    given = {node.id for node in ast.walk(spot.node) if isinstance(node, ast.Name)}
    proof = OfStatement(traced, op, spot, span)
    proof.is_once = True
    return not changed & given and (proof.holds_for_call() if is_call else proof.holds())
