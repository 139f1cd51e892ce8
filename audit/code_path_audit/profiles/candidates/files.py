"""Files that are opened for each item: read once, opened once, written once."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from code_path_audit.callgraph.model import Edge
from code_path_audit.costs.model import ExpensiveOp
from code_path_audit.profiles.amplification import base_class_of
from code_path_audit.profiles.candidates.calls import called_less, spot_of
from code_path_audit.profiles.candidates.invariance import Invariance
from code_path_audit.profiles.candidates.leaving import FIRST, loop_after, out_of_loops, where_to
from code_path_audit.profiles.candidates.names import loaded, names_of
from code_path_audit.profiles.candidates.proposal import Proposal, Traced, executed, moved_to, proposal
from code_path_audit.profiles.candidates.repeatable import is_in_loop, makes_objects, reads_files, runs_each_round
from code_path_audit.profiles.candidates.results import Fate, fate_of
from code_path_audit.profiles.candidates.streams import mode_of
from code_path_audit.profiles.candidates.syntax import Loop, Spot, within
from code_path_audit.profiles.reach import op_order


def stream_ops(traced: Traced, op: ExpensiveOp, spot: Spot) -> list[ExpensiveOp] | None:
    """The ops that take all of what is opened by a `with`, None where the stream is used for anything else too."""
    item = spot.around[0]
    if not isinstance(item, ast.withitem) or not isinstance(item.optional_vars, ast.Name):
        return None
    name, block = item.optional_vars.id, spot.around[1]
    used = [
        row for row in ast.walk(block) if isinstance(row, ast.Name) and row.id == name and row is not item.optional_vars
    ]
    found: list[ExpensiveOp] = []
    for row in used:
        call = spot.file.above[row]
        if isinstance(call, ast.comprehension) and made_of_lines(spot) is not None:
            continue
        if isinstance(call, ast.Attribute):
            if call.attr not in ("read", "readlines"):
                return None
            call = spot.file.above[call]
        if not isinstance(call, ast.Call):
            return None
        other = traced.op_of(op.function, call)
        if other is not None and (op.function, other.site) not in traced.known.effectful:
            found.append(other)
        elif not (isinstance(call.func, ast.Attribute) and call.func.value is row):
            return None
        parsed = spot.file.above[call]
        if isinstance(parsed, ast.Call) and call in parsed.args and is_method_of(call, row):
            other = traced.op_of(op.function, parsed)
            if other is not None and makes_objects(other) and traced.is_called(other):
                found.append(other)
    return found if len(used) == 1 else None


def made_of_lines(spot: Spot) -> ast.expr | None:
    """The comprehension that makes something of each line of what a `with` opens, and of nothing else."""
    item = spot.around[0]
    name = item.optional_vars if isinstance(item, ast.withitem) else None
    for node in ast.walk(spot.around[1]) if isinstance(name, ast.Name) else ():
        if isinstance(node, ast.ListComp | ast.SetComp | ast.DictComp) and len(node.generators) == 1:
            over = node.generators[0].iter
            if isinstance(over, ast.Name) and isinstance(name, ast.Name) and over.id == name.id:
                return node
    return None


def is_method_of(call: ast.Call, name: ast.Name) -> bool:
    """Whether a call is of a method of a variable: `stream.read()`."""
    return isinstance(call.func, ast.Attribute) and call.func.value is name


def is_kept(traced: Traced, op: ExpensiveOp) -> bool:
    """Whether the object that an op makes is kept for each round, or may be changed."""
    spot = traced.spot(op)
    if not makes_objects(op) or spot is None:
        return False
    return fate_of(Invariance(traced, op, spot, spot.scope), spot.node) >= Fate.KEPT


def read_once(traced: Traced, op: ExpensiveOp, spot: Spot) -> Iterator[Proposal]:
    """A file that is opened and read in each round, and is the same: read before the loop."""
    others = stream_ops(traced, op, spot)
    if others is None or any(is_kept(traced, row) for row in others):
        return
    made = made_of_lines(spot)
    if made is not None and fate_of(Invariance(traced, op, spot, spot.scope), made) >= Fate.KEPT:
        return
    left, sometimes = out_of_loops(traced, op, spot)
    if not left:
        return
    ops = [op, *others]
    after = {op_order(row): moved_to(loop_after(traced, row, len(left))) for row in ops}
    yield proposal(
        "hoist", f"Read the file of {op.callee} once, {where_to(left, sometimes)}", op, after, ops, "small",
        f"its path does not change in the loop, and nothing there writes a file; effort small: one block moves inside "
        f"{op.function}",
        "no other process changes the file meanwhile, it is there also without any round, and what was read of it is "
        "not changed in the loop",
        left[-1].lineno, adds=FIRST if sometimes else "",
    )  # fmt: skip


def appends(traced: Traced) -> Iterator[Proposal]:
    """Files that are opened to append in each round: opened once, around the loop."""
    for op in traced.heavy:
        if op.callee.rpartition(".")[2] != "open" or base_class_of(op) != "file_io" or op.amplification < 2:
            continue
        spot = traced.spot(op)
        if spot is None or mode_of(spot) not in ("a", "ab", "at") or not isinstance(spot.around[0], ast.withitem):
            continue
        if not spot.loops:
            yield from appends_of_helper(traced, op, spot)
            continue
        left = same_target(traced, op, spot)
        if left:
            line = left[-1].lineno
            yield proposal(
                "open", f"Open the file of {op.callee} once, around the loop in line {line}", op,
                {op_order(op): moved_to(loop_after(traced, op, len(left)))}, [op], "small",
                "each round appends to the same file; effort small: one with moves out of the loop",
                "nobody reads the file before the loop has ended", line,
            )  # fmt: skip


def appends_of_helper(traced: Traced, op: ExpensiveOp, spot: Spot) -> Iterator[Proposal]:
    """A file that a function opens to append, and that a loop calls: opened once, and handed to it."""
    found = climbed(traced, op)
    if found is None:
        return
    edge, call, between = found
    proof, func = Invariance(traced, op, spot, spot.scope), spot.node.func
    names = {node.id for node in ast.walk(spot.node) if isinstance(node, ast.Name)}
    caller, loop = edge.caller, call.loops[0]
    given = names & proof.names.params.keys()
    if given - {"self"} or not proof.is_same(spot.node):
        return
    if given and not is_of_one_object(traced, spot, [*between, call], loop):
        return
    if not given and isinstance(func, ast.Attribute) and not proof.is_made_of_the_same(func.value):
        return
    stands = op._replace(function=caller, site=edge.site)
    proof_of_loop = Invariance(traced, stands, call, loop)
    # what the loop goes over may be read of a file meanwhile: of another one
    over = [row for row in rows_read(traced, proof_of_loop) if row.function != op.function]
    others = [row for row in proof_of_loop.ops_inside() if row not in over]
    if any(reads_files(row) and row.function != op.function for row in others):
        return
    if sum(reads_files(row) and row.callee.rpartition(".")[2] == "open" for row in others) != 1:
        return
    place = f"{traced.reach.program.path(caller)}:{loop.lineno}"
    yield proposal(
        "open", f"Open the file of {op.callee} once, around the loop in line {loop.lineno} of {caller}", op,
        {op_order(op): called_less(edge, loop_after(traced, stands, 1))}, [op], "medium",
        f"the loop in {place} {'comes to' if between else 'calls'} {op.function}, which appends to the same file each "
        "time; effort medium: it is handed what is open",
        "nobody reads the file before the loop has ended" + ", and the loop goes over what is in another" * bool(over),
    )  # fmt: skip


def rows_read(traced: Traced, proof: Invariance) -> list[ExpensiveOp]:
    """The ops that what a loop goes over reads files by, and changes none."""
    over = getattr(proof.loop, "iter", None)
    if over is None:
        return []
    sites = traced.sites_of(proof.op.function).within(over.lineno, over.col_offset, over.end_lineno or over.lineno)
    end = over.end_col_offset or 0
    places = traced.reach.facts(proof.op.function).positions.sites
    here = {site for site in sites if places[site][2:] <= (over.end_lineno or over.lineno, end)}
    found = proof.ops_at(here)
    is_read = all((row.function, row.site) not in traced.known.effectful for row in found)
    return found if is_read else []


STEPS = 4
"""Functions between a loop and what opens a file, each called by the next alone."""


def climbed(traced: Traced, op: ExpensiveOp) -> tuple[Edge, Spot, list[Spot]] | None:
    """The one call in a loop that leads to the function of an op, and the calls between the two, from below; None where
    several calls do, or a call between stands in another loop."""
    between: list[Spot] = []
    function = op.function
    while len(between) <= STEPS:
        edges = traced.reach.callers.get(function, ())
        call = spot_of(traced, edges[0]) if len(edges) == 1 and function not in traced.reach.entries else None
        if call is None:
            return None
        if call.loops:
            return (edges[0], call, between) if isinstance(call.loops[0], ast.For) else None
        between.append(call)
        function = edges[0].caller
    return None


def is_of_one_object(traced: Traced, spot: Spot, calls: list[Spot], loop: Loop) -> bool:
    """Whether a method that a loop comes to is of the same object in each round, and what it opens is named by what
    only the constructor of that object writes. `calls`: those that lead to it, the one in the loop last."""
    owners = [call.node.func.value for call in calls if isinstance(call.node.func, ast.Attribute)]
    if len(owners) < len(calls) or any(loaded(owner) != {"self"} for owner in owners[:-1]):
        return False
    nodes = (spot.node, *owners)
    if any(isinstance(row, ast.Call | ast.Subscript) for owner in owners for row in ast.walk(owner)):
        return False
    read = {row.attr for node in nodes for row in ast.walk(node) if isinstance(row, ast.Attribute)}
    read -= {getattr(spot.node.func, "attr", "")}
    inside = set(within(loop))
    names = names_of(calls[-1].scope)
    return read <= traced.known.steady and not any(names.bound_among(name, inside) for name in loaded(owners[-1]))


def same_target(traced: Traced, op: ExpensiveOp, spot: Spot) -> list[Loop]:
    """The loops in which an appended file is the same, and is touched by nothing else."""
    facts = traced.reach.facts(op.function)
    found: list[Loop] = []
    for loop in spot.loops:
        if not isinstance(loop, ast.For) or not runs_each_round(spot, loop) or facts.sites[op.site].conditional:
            break
        proof = Invariance(traced, op, spot, loop)
        if not proof.holds_for_writing():
            break
        found.append(loop)
    return found


def rewrites(traced: Traced) -> Iterator[Proposal]:
    """Files that a function reads and writes whole, and that is called for each of something: read once, written
    once."""
    by_function: dict[str, list[ExpensiveOp]] = {}
    for op in traced.heavy:
        if base_class_of(op) == "file_io" and op.amplification > 1:
            by_function.setdefault(op.function, []).append(op)
    for function, ops in by_function.items():
        facts = traced.reach.facts(function)
        if facts.kind != "function" or any(facts.sites[op.site].loop >= 0 for op in ops):
            continue
        written = [op for op in ops if (function, op.site) in traced.known.effectful]
        read = [op for op in ops if op not in written and op.callee.rpartition(".")[2] in READS]
        for first in read:
            spot = traced.spot(first)
            path = path_of(spot) if spot is not None else ""
            if spot is None or not path or not is_one_file(traced, first, spot):
                continue
            second = [op for op in written if path_of(traced.spot(op)) == path]
            if len(second) != 1 or second[0].callee.rpartition(".")[2] not in WRITES or not is_in_loop(first):
                continue
            if facts.sites[second[0].site].conditional:
                continue
            rows = [first, second[0]]
            yield proposal(
                "open", f"Read and write the file of {function} once, not {first.how_often}", first,
                {op_order(op): executed(1) for op in rows}, rows, "medium",
                f"{function} reads all of {path}, and writes all of it, {first.how_often}; effort medium: its callers "
                "read it before their loop, and write it after",
                REWRITTEN,
            )  # fmt: skip


def rewrites_of_object(traced: Traced) -> Iterator[Proposal]:
    """A file of an object that one method writes whole, after another that it calls read it whole, for each of
    something: read once, written once."""
    for op in traced.heavy:
        last = op.callee.rpartition(".")[2]
        spot = traced.spot(op) if last in WRITES and op.amplification > 1 else None
        path = path_of(spot)
        if spot is None or spot.loops or not path.startswith("self."):
            continue
        if traced.reach.facts(op.function).sites[op.site].conditional:
            continue
        found = climbed(traced, op)
        if found is None or not is_of_one_object(traced, spot, [*found[2], found[1]], found[1].loops[0]):
            continue
        owner = op.function.rpartition(".")[0]
        helpers = {edge.callee for edge in traced.reach.callees.get(op.function, ()) if edge.evidence == "certain"}
        names = {name for name in helpers if name.rpartition(".")[0] == owner}
        read = [
            row for name in names for row in traced.ops_in(name)
            if row.callee.rpartition(".")[2] in READS and path_of(traced.spot(row)) == path
            and len(traced.reach.callers.get(name, ())) == 1
        ]  # fmt: skip
        if len(read) == 1 and read[0].how_often == op.how_often and not is_checkpoint(op.function):
            rows = [read[0], op]
            yield proposal(
                "open", f"Read and write the file of {op.function} once, not {op.how_often}", op,
                {op_order(row): executed(1) for row in rows}, rows, "medium",
                f"{read[0].function} reads all of {path}, and {op.function}, which calls it, writes all of it, "
                f"{op.how_often}; effort medium: it is read before the loop, and written after it",
                REWRITTEN, calls=(),
            )  # fmt: skip


def is_checkpoint(function: str) -> bool:
    """Whether a method says that it writes how far something has come: after a failure that is what counts."""
    words = re.split(r"[^a-z]+", re.sub(r"([A-Z])", r" \1", function).lower())
    return not CHECKPOINTS.isdisjoint(words)


CHECKPOINTS = frozenset(("checkpoint", "progress", "resume", "journal", "cursor", "offset", "bookmark"))


REWRITTEN = (
    "nobody else reads the file before the loop has ended; where a round fails, what those before it wrote is lost"
)


READS = frozenset(("read_text", "read_bytes"))
WRITES = frozenset(("write_text", "write_bytes"))


def path_of(spot: Spot | None) -> str:
    """The path that a method of it is called of, as it is written."""
    if spot is None or not isinstance(spot.node.func, ast.Attribute):
        return ""
    return ast.unparse(spot.node.func.value)


def is_one_file(traced: Traced, op: ExpensiveOp, spot: Spot) -> bool:
    """Whether a path is the same each time that its function is called: nothing that it is given flows into it."""
    func = spot.node.func
    assert isinstance(func, ast.Attribute)
    proof = Invariance(traced, op, spot, spot.scope)
    names = {node.id for node in ast.walk(func.value) if isinstance(node, ast.Name)}
    return not names & proof.names.params.keys() and proof.is_made_of_the_same(func.value)
