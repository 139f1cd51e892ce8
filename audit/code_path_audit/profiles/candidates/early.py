"""Work that is done before anybody knows whether it is needed: moved to the branch, or the function, that needs it."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from code_path_audit.costs.model import ExpensiveOp
from code_path_audit.facts.function import FunctionFacts
from code_path_audit.facts.rows import ALWAYS, CONDITIONS, RARELY
from code_path_audit.profiles.candidates.invariance import Invariance, is_repeatable
from code_path_audit.profiles.candidates.names import bound_by, names_of
from code_path_audit.profiles.candidates.proposal import Proposal, Traced, proposal
from code_path_audit.profiles.candidates.repeated import is_stream
from code_path_audit.profiles.candidates.syntax import SCOPES, Spot, nodes_of
from code_path_audit.profiles.reach import op_order


def eager_work(traced: Traced) -> Iterator[Proposal]:
    """Results that only one branch uses, made before it."""
    for op in traced.heavy:
        if op.condition != CONDITIONS[ALWAYS] or not is_repeatable(traced, op) or is_stream(op):
            continue
        spot = traced.spot(op)
        if spot is None:
            continue
        branch = only_branch(spot)
        if branch is None or not is_rare(traced, op, branch) or not is_undisturbed(traced, op, spot, branch):
            continue
        yield proposal(
            "lazy", f"Run {op.callee} only in the branch in line {branch.lineno}", op, {op_order(op): 0}, [op], "small",
            f"what it gives is used nowhere else, the branch is rare, and nothing before the branch changes what it "
            f"is given; effort small: one "
            f"statement moves inside {op.function}",
            "an error of the call may come later",
        )  # fmt: skip


def only_branch(spot: Spot) -> ast.If | None:
    """The later `if` of the same block in one arm of which alone the result of a call is used."""
    statement = next((node for node in (spot.node, *spot.around) if isinstance(node, ast.stmt)), None)
    if (
        not isinstance(statement, ast.Assign)
        or len(statement.targets) != 1
        or not isinstance(statement.targets[0], ast.Name)
    ):
        return None
    name = statement.targets[0].id
    names = names_of(spot.scope)
    if names.bindings.get(name) != [statement] or name in names.params or name in names.shared:
        return None
    above = spot.file.above[statement]
    block = next((rows for rows in blocks_of(above) if statement in rows), [])
    later = block[block.index(statement) + 1 :] if block else []
    using = [node for node in later if reads(node, name)]
    everywhere = [node for node in ast.walk(spot.scope) if is_read(node, name)]
    if len(using) != 1 or not isinstance(using[0], ast.If) or reads(using[0].test, name):
        return None
    branch = using[0]
    inside = [node for part in (*branch.body, *branch.orelse) for node in ast.walk(part) if is_read(node, name)]
    arms = [any(reads(node, name) for node in arm) for arm in (branch.body, branch.orelse)]
    return branch if sum(arms) == 1 and len(inside) == len(everywhere) else None


def is_rare(traced: Traced, op: ExpensiveOp, branch: ast.If) -> bool:
    """Whether a branch runs rarely: on the way to an error, behind a debug guard."""
    facts = traced.reach.program.facts(op.function)
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


def blocks_of(node: ast.AST) -> list[list[ast.stmt]]:
    """The lists of statements of a node."""
    rows = [getattr(node, field, None) for field in ("body", "orelse", "finalbody")]
    return [row for row in rows if isinstance(row, list)]


def is_read(node: ast.AST, name: str) -> bool:
    """Whether a node reads a name."""
    return isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Load)


def reads(node: ast.AST, name: str) -> bool:
    """Whether anything in a node reads a name."""
    return any(is_read(part, name) for part in ast.walk(node))


def is_undisturbed(traced: Traced, op: ExpensiveOp, spot: Spot, branch: ast.If) -> bool:
    """Whether nothing between a call and a branch changes what the call is given."""
    statement = next(node for node in spot.around if isinstance(node, ast.stmt))
    block = next(rows for rows in blocks_of(spot.file.above[statement]) if statement in rows)
    between = block[block.index(statement) + 1 : block.index(branch)]
    span = ast.If(ast.Constant(True), [statement, *between], [])
    last = (between or [statement])[-1]
    span.lineno, span.col_offset, span.end_lineno, span.end_col_offset = (
        statement.lineno, statement.col_offset, last.end_lineno, last.end_col_offset,
    )  # fmt: skip
    changed = {name for part in between for node in ast.walk(part) for name in bound_by(node)}
    given = {node.id for node in ast.walk(spot.node) if isinstance(node, ast.Name)}
    return not changed & given and Invariance(traced, op, spot, span).holds()


# imports


def late_imports(traced: Traced) -> Iterator[Proposal]:
    """Imports of packages at the top of modules that only functions use which the action does not reach."""
    by_callee: dict[str, list[ExpensiveOp]] = {}
    for op in traced.ops:
        if op.site >= 0 and traced.reach.program.facts(op.function).sites[op.site].kind == "import":
            by_callee.setdefault(op.callee, []).append(op)
    for callee, ops in by_callee.items():
        heaviest = max(ops, key=lambda op: op.weight)
        if not traced.is_worth([heaviest], heaviest.weight):
            continue
        uses = [unneeded(traced, op) for op in ops]
        if not all(uses):
            continue
        effort = "small" if len(ops) == 1 else "medium"
        yield proposal(
            "late_import", f"Import {callee} where it is used, not when {heaviest.function} is imported", heaviest,
            {op_order(op): 0 for op in ops}, ops, effort,
            f"only functions use it that this action does not reach; effort {effort}: "
            f"{'one import moves' if len(ops) == 1 else f'{len(ops)} imports move'} into them",
            "nothing needs what importing it does beside",
        )  # fmt: skip


def unneeded(traced: Traced, op: ExpensiveOp) -> bool:
    """Whether what an import at the top of a module binds is only used in functions that the action does not reach."""
    program = traced.reach.program
    file = traced.syntax.file(program.path(op.function))
    if file is None or program.facts(op.function).kind != "module":
        return False
    nodes = [
        node for node in file.tree.body
        if isinstance(node, ast.Import | ast.ImportFrom) and node.lineno <= op.line <= (node.end_lineno or node.lineno)
    ]  # fmt: skip
    if len(nodes) != 1:
        return False
    bound = set(bound_by(nodes[0]))
    if "*" in bound or any(name in bound for name in exported(file.tree)):
        return False
    reached = {
        program.facts(name).line for name in traced.reach.depths if program.path(name) == program.path(op.function)
    }
    for node in nodes_of(file.tree):
        if any(is_read(node, name) for name in bound):
            return False
    found = False
    for scope in ast.walk(file.tree):
        if isinstance(scope, SCOPES) and not isinstance(scope, ast.Module):
            used = any(is_read(node, name) for node in nodes_of(scope) for name in bound)
            found = found or used
            if used and (isinstance(scope, ast.Lambda | ast.ClassDef) or lines_of(scope) & reached):
                return False
    return found


def lines_of(scope: ast.FunctionDef | ast.AsyncFunctionDef) -> set[int]:
    """The lines that a function may be known by: that of its def, and those of its decorators."""
    return {scope.lineno, *(row.lineno for row in scope.decorator_list)}


def exported(tree: ast.Module) -> set[str]:
    """The names in `__all__`."""
    return {
        part.value
        for node in tree.body
        if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign) and "__all__" in set(bound_by(node))
        for part in ast.walk(node)
        if isinstance(part, ast.Constant) and isinstance(part.value, str)
    }
