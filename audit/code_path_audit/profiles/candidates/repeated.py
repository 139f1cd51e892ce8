"""What a loop of its own function repeats: work on the same input, files opened for each item, clients made anew."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from code_path_audit.costs.model import ExpensiveOp
from code_path_audit.profiles.amplification import base_class_of
from code_path_audit.profiles.candidates.invariance import (
    Invariance,
    is_repeatable,
    leaves_early,
    runs_each_round,
)
from code_path_audit.profiles.candidates.names import names_of
from code_path_audit.profiles.candidates.proposal import Proposal, Traced, proposal
from code_path_audit.profiles.candidates.syntax import Loop, Spot
from code_path_audit.profiles.candidates.tables import clients
from code_path_audit.profiles.reach import op_order

ASKED_AGAIN = frozenset(("network", "subprocess"))
"""Classes whose answer is another machine's or process's own: in a loop that counts, asking again may be meant."""


def hoists(traced: Traced) -> Iterator[Proposal]:
    """Ops that a loop of their function repeats on the same input: once, before the loop."""
    for op in traced.heavy:
        if not op.amplified_by:
            continue
        spot = traced.spot(op)
        if spot is None or not spot.loops:
            continue
        if opens_for_reading(traced, op, spot):
            yield from read_once(traced, op, spot)
            continue
        if not is_repeatable(traced, op) or is_stream(op):
            continue
        left = loops_to_leave(traced, op, spot)
        if left:
            lines = " and ".join(str(loop.lineno) for loop in reversed(left))
            after = {op_order(op): traced.moved(op, loop_after(traced, op, len(left)))}
            yield proposal(
                "hoist", f"Run {op.callee} once, before the loop in line {lines}", op, after, [op], "small",
                f"nothing that flows into it changes in the loop; effort small: one statement moves inside "
                f"{op.function}",
                assumed(traced, op), left[-1].lineno,
            )  # fmt: skip


def assumed(traced: Traced, op: ExpensiveOp) -> str:
    """What a hoist takes for granted."""
    return "no other process changes what it reads meanwhile" if base_class_of(op) in ("file_io", "network") else ""


def is_stream(op: ExpensiveOp) -> bool:
    """Whether an op gives something that is used up."""
    return op.callee.rpartition(".")[2] in (
        "open",
        "urlopen",
        "popen",
        "Popen",
        "scandir",
        "tokenize",
        "generate_tokens",
        "iterparse",
    )


def loops_to_leave(traced: Traced, op: ExpensiveOp, spot: Spot) -> list[Loop]:
    """The loops around an op, innermost first, in each round of which it runs on the same input."""
    found: list[Loop] = []
    facts = traced.reach.program.facts(op.function)
    if facts.sites[op.site].conditional:
        return []
    for loop in spot.loops:
        if not isinstance(loop, ast.For) or not runs_each_round(spot, loop) or leaves_early(loop):
            break
        if base_class_of(op) in ASKED_AGAIN and counts(loop):
            break
        if not Invariance(traced, op, spot, loop).holds():
            break
        found.append(loop)
    return found


def counts(loop: ast.For) -> bool:
    """Whether a loop iterates numbers alone: so often, and not for each of something."""
    text = ast.unparse(loop.iter)
    return text.startswith(("range(", "count(", "itertools.count(", "itertools.repeat(", "repeat("))


def loop_after(traced: Traced, op: ExpensiveOp, left: int) -> int:
    """The loop that an op stands in after it left so many."""
    facts = traced.reach.program.facts(op.function)
    loop = facts.sites[op.site].loop
    for _ in range(left):
        loop = facts.loops[loop].parent if loop >= 0 else -1
    return loop


# files


def opens_for_reading(traced: Traced, op: ExpensiveOp, spot: Spot) -> bool:
    """Whether an op opens a file to read it."""
    return (
        op.callee.rpartition(".")[2] == "open" and base_class_of(op) == "file_io" and mode_of(spot) in ("r", "rb", "rt")
    )


def mode_of(spot: Spot) -> str:
    """The mode that a file is opened in; "" where it is not constant."""
    node = spot.node
    place = 0 if isinstance(node.func, ast.Attribute) and ast.unparse(node.func) not in MODULES_WITH_OPEN else 1
    given = next((row.value for row in node.keywords if row.arg == "mode"), None)
    if given is None and len(node.args) > place:
        given = node.args[place]
    if given is None:
        return "r"
    return given.value if isinstance(given, ast.Constant) and isinstance(given.value, str) else ""


MODULES_WITH_OPEN = frozenset(("io.open", "codecs.open", "gzip.open", "bz2.open", "lzma.open", "builtins.open"))


def stream_ops(traced: Traced, op: ExpensiveOp, spot: Spot) -> list[ExpensiveOp] | None:
    """The ops that take all of what is opened by a `with`, None where the stream is used for anything else too."""
    item = spot.around[0]
    if not isinstance(item, ast.withitem) or not isinstance(item.optional_vars, ast.Name):
        return None
    name, block = item.optional_vars.id, spot.around[1]
    facts = traced.reach.program.facts(op.function)
    used = [
        row for row in ast.walk(block) if isinstance(row, ast.Name) and row.id == name and row is not item.optional_vars
    ]
    found: list[ExpensiveOp] = []
    for row in used:
        call = spot.file.above[row]
        if isinstance(call, ast.Attribute):
            if call.attr not in ("read", "readlines"):
                return None
            call = spot.file.above[call]
        if not isinstance(call, ast.Call):
            return None
        place = (call.lineno, call.col_offset, call.end_lineno, call.end_col_offset)
        number = next(
            (n for n, at in enumerate(facts.positions.sites) if at == place and facts.sites[n].kind == "call"), -1
        )
        other = traced.ops_at.get((op.function, number))
        if other is not None and (op.function, number) not in traced.known.effectful:
            found.append(other)
        elif not (isinstance(call.func, ast.Attribute) and call.func.value is row):
            return None
    return found if len(used) == 1 else None


def read_once(traced: Traced, op: ExpensiveOp, spot: Spot) -> Iterator[Proposal]:
    """A file that is opened and read in each round, and is the same: read before the loop."""
    others = stream_ops(traced, op, spot)
    if others is None:
        return
    left = loops_to_leave(traced, op, spot)
    if not left:
        return
    lines = " and ".join(str(loop.lineno) for loop in reversed(left))
    ops = [op, *others]
    after = {op_order(row): traced.moved(row, loop_after(traced, row, len(left))) for row in ops}
    yield proposal(
        "hoist", f"Read the file of {op.callee} once, before the loop in line {lines}", op, after, ops, "small",
        f"its path does not change in the loop, and nothing there writes a file; effort small: one block moves inside "
        f"{op.function}",
        "no other process changes the file meanwhile, and what was read of it is not changed in the loop",
    )  # fmt: skip


def appends(traced: Traced) -> Iterator[Proposal]:
    """Files that are opened to append in each round: opened once, around the loop."""
    for op in traced.heavy:
        if op.callee.rpartition(".")[2] != "open" or base_class_of(op) != "file_io" or not op.amplified_by:
            continue
        spot = traced.spot(op)
        if spot is None or not spot.loops or mode_of(spot) not in ("a", "ab", "at"):
            continue
        if not isinstance(spot.around[0], ast.withitem):
            continue
        left = same_target(traced, op, spot)
        if left:
            line = left[-1].lineno
            yield proposal(
                "open", f"Open the file of {op.callee} once, around the loop in line {line}", op,
                {op_order(op): traced.moved(op, loop_after(traced, op, len(left)))}, [op], "small",
                "each round appends to the same file; effort small: one with moves out of the loop",
                "nobody reads the file before the loop has ended",
            )  # fmt: skip


def same_target(traced: Traced, op: ExpensiveOp, spot: Spot) -> list[Loop]:
    """The loops in which an appended file is the same, and is touched by nothing else."""
    facts = traced.reach.program.facts(op.function)
    found: list[Loop] = []
    for loop in spot.loops:
        if not isinstance(loop, ast.For) or not runs_each_round(spot, loop) or facts.sites[op.site].conditional:
            break
        proof = Invariance(traced, op, spot, loop)
        if not proof.holds_for_writing():
            break
        found.append(loop)
    return found


# clients


def new_clients(traced: Traced) -> Iterator[Proposal]:
    """Clients and connections that are made anew for each item, with the same arguments: made once."""
    table = clients()
    for op in traced.heavy:
        row = table.get(op.callee)
        if row is None:
            continue
        spot = traced.spot(op)
        if spot is None:
            continue
        facts = traced.reach.program.facts(op.function)
        left = []
        for loop in spot.loops:
            if not isinstance(loop, ast.For | ast.AsyncFor) or leaves_early(loop):
                break
            if not Invariance(traced, op, spot, loop).holds():
                break
            left.append(loop)
        if left:
            after = traced.moved(op, loop_after(traced, op, len(left)))
            where = f"before the loop in line {left[-1].lineno}"
        elif row.lasts and facts.sites[op.site].loop < 0 and is_called_again(traced, op) and is_constant_call(spot):
            # the module is loaded before the action begins
            after, where = 0, f"when its module is loaded, not in each call of {op.function}"
        else:
            continue
        yield proposal(
            "client", f"Make {row.thing} once, {where}", op, {op_order(op): after}, [op], "small",
            f"{op.callee} is given the same each time, and what it makes serves many requests; effort small: one "
            "statement moves",
            "; ".join(part for part in (row.assumes, "" if left else "the process serves the action more than once")
            if part),
            left[-1].lineno if left else 0,
        )  # fmt: skip


STARTS = frozenset(("main", "cli", "run", "handle"))
"""Names of functions that a process runs once."""


def is_called_again(traced: Traced, op: ExpensiveOp) -> bool:
    """Whether a function runs more than once in a process, as far as its name says: not what starts one."""
    facts = traced.reach.program.facts(op.function)
    starts = {entry.rpartition(".")[2] for entry in traced.reach.entries}
    return facts.kind == "function" and not starts & STARTS


def is_constant_call(spot: Spot) -> bool:
    """Whether all that a call is given are constants, or globals in capitals: `boto3.client("s3")`, no method of an
    object that the function was given."""
    func = spot.node.func
    owner = func.value if isinstance(func, ast.Attribute) else func
    if not isinstance(owner, ast.Name) or names_of(spot.scope).is_local(owner.id):
        return False
    parts = (*spot.node.args, *(row.value for row in spot.node.keywords))
    return all(isinstance(part, ast.Constant) or (isinstance(part, ast.Name) and part.id.isupper()) for part in parts)
