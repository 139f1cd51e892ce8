"""Work that is done again on the same input: kept where it is done, or passed on."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence

from code_path_audit.costs.model import ExpensiveOp
from code_path_audit.facts.rows import ALWAYS, CONDITIONS, RARELY
from code_path_audit.profiles.amplification import base_class_of, own_evidence
from code_path_audit.profiles.candidates.asked_rows import is_in_handler, writers
from code_path_audit.profiles.candidates.caches import PARSED, is_made_and_changed, kept_assumes
from code_path_audit.profiles.candidates.invariance import Doubt, Invariance
from code_path_audit.profiles.candidates.meanwhile import may_change_files
from code_path_audit.profiles.candidates.names import names_of
from code_path_audit.profiles.candidates.proposal import (
    After,
    Proposal,
    Traced,
    executed,
    gone,
    of_size,
    place_of_op,
    place_of_site,
    proposal,
    without,
)
from code_path_audit.profiles.candidates.questions import ANSWERED, asks_for_the_next, is_question
from code_path_audit.profiles.candidates.repeatable import reads_files
from code_path_audit.profiles.candidates.results import Fate, fate_of
from code_path_audit.profiles.candidates.seen_changes import is_result_changed
from code_path_audit.profiles.candidates.syntax import Spot
from code_path_audit.profiles.candidates.syntax import nodes_of as nodes_in
from code_path_audit.profiles.candidates.tables import clients
from code_path_audit.profiles.reach import OpKey, op_order, place
from code_path_audit.profiles.redundancy import Repeat

ASKED = frozenset(("network", "subprocess", "deep_copy"))
"""Classes of which a second execution is not the same work: another answer, another object."""


# the same work twice


def same_work(traced: Traced, repeats: Iterable[Repeat]) -> Iterator[Proposal]:
    """Sites that do the same work: once, and passed on."""
    rows = list(repeats)
    yield from called_again(traced, rows)
    for repeat in rows:
        # what is done again where something failed is told by that, and seldom
        ops = tuple(op for op in repeat.ops if op.condition != CONDITIONS[RARELY] and not is_in_handler(traced, op))
        if (
            len(ops) < 2
            or all(map(traced.is_next_to_nothing, ops))
            or base_class_of(ops[0]) in ASKED
            or ops[0].callee in clients()
        ):
            continue
        if any(own_evidence(op) != "certain" for op in ops) or is_asked_on_purpose(ops[0]):
            continue
        functions = {op.function for op in ops}
        if len(functions) > 1 and any(op.evidence != "certain" for op in ops):
            continue
        always = [op for op in ops if op.condition == CONDITIONS[ALWAYS]]
        if len(functions) > 1 and not always:
            continue
        if any(reads_files(op) for op in ops) and writes_between(traced, ops):
            continue
        if any(is_made_and_changed(traced, op) for op in ops):
            continue
        kept = max(always or ops, key=lambda op: op.weight)
        after: dict[OpKey, After] = {op_order(op): gone for op in ops if op is not kept}
        if repeat.once:
            after[op_order(kept)] = executed(1)
        effort = "small" if len(functions) == 1 else "medium"
        row = repeat.row
        # what goes away on a condition is weighed against what is paid on it
        concerned = ops if len(always) in (0, len(ops)) else tuple(op for op in ops if op_order(op) in after)
        yield proposal(
            "keep", f"Run {row.callee} once for {row.input}, and pass on what it gives", ops[0], after, concerned,
            effort,
            f"{len(ops)} sites do the same work: {', '.join(row.sites)}; nothing in between changes what they are "
            f"given; "
            f"effort {effort}: its sites are in "
            f"{'one function' if len(functions) == 1 else f'{len(functions)} functions'}",
            kept_assumes(traced, ops[0], ops), calls=map(place_of_op, ops),
        )  # fmt: skip


def is_asked_on_purpose(op: ExpensiveOp) -> bool:
    """Whether an op asks whether a file is there, where, or how old it is: that may be asked again to see what has
    changed, and costs next to nothing."""
    return base_class_of(op) == "file_io" and op.callee.rpartition(".")[2] in ASKED_OF_FILES


ASKED_OF_FILES = frozenset((
    "stat", "lstat", "exists", "lexists", "isfile", "isdir", "islink", "is_file", "is_dir", "is_symlink", "getmtime",
    "getatime", "getctime", "getsize", "access", "resolve", "realpath", "samefile",
))  # fmt: skip


def called_again(traced: Traced, repeats: Iterable[Repeat]) -> Iterator[Proposal]:
    """Functions that several calls have do the same work: called once."""
    found: dict[tuple[str, tuple[str, ...]], list[Repeat]] = {}
    for repeat in repeats:
        op = repeat.ops[0]
        left_alone = base_class_of(op) in ASKED and not is_asked_alike(traced, op)
        if len(repeat.ops) == 1 and not left_alone and op.evidence == "certain":
            if traced.is_next_to_nothing(op):
                continue
            found.setdefault((op.function, repeat.row.sites), []).append(repeat)
    for (function, sites), rows in found.items():
        ops = [row.ops[0] for row in rows]
        if any(op.condition != CONDITIONS[ALWAYS] for op in ops):
            continue
        # what is parsed is what was read before it, wherever that stands in the function
        read = [op for op in traced.ops_below(function) if reads_files(op)]
        if read and (
            any(traced.known.file_writes.may_be_before(op.function, op.site) for op in read)
            or may_change_files(traced, function)
            # bytes that are read as they are may be there to see what has changed
            or not any(base_class_of(op) in PARSED for op in ops)
        ):
            continue
        if is_result_changed(traced, function) or not are_given_alike(traced, function, sites):
            continue
        share = 1 - 1 / len(sites)
        ops.sort(key=lambda op: (-op.weight, op_order(op)))
        after = {op_order(row.ops[0]): without(min(share, row.row.load / row.ops[0].weight)) for row in rows}
        is_asked = base_class_of(ops[0]) == "network"
        assumes = ANSWERED if is_asked else kept_assumes(traced, ops[0], ops)
        yield proposal(
            "keep", f"Call {function} once, and pass on what it gives", ops[0], after, ops, "medium",
            f"{len(sites)} calls have it do the same work: {', '.join(sites)}; nothing in between changes what they "
            "give it; effort medium: what it gives is handed to both",
            assumes, calls=calls_at(traced, function, sites),
        )  # fmt: skip


def is_asked_alike(traced: Traced, op: ExpensiveOp) -> bool:
    """Whether an op asks another machine for what nothing that the action sent before may have changed."""
    spot = traced.spot(op) if is_question(traced, op) else None
    if spot is None or asks_for_the_next(op, spot) or may_change_files(traced, op.function):
        return False
    return not traced.known.sends.may_be_before(op.function, op.site)


def are_given_alike(traced: Traced, function: str, sites: Iterable[str]) -> bool:
    """Whether the calls of a function at some places are written with the same arguments: what it does with others may
    be other work, whatever one op in it is given."""
    wanted, texts = set(sites), set()
    for edge in traced.reach.callers.get(function, ()):
        if edge.site >= 0 and place(traced.reach.program, edge.caller, edge.site) in wanted:
            spot = traced.syntax.spot(edge.caller, edge.site)
            if spot is not None:
                texts.add(", ".join(map(ast.unparse, (*spot.node.args, *(row.value for row in spot.node.keywords)))))
    return len(texts) <= 1


def calls_at(traced: Traced, function: str, sites: Iterable[str]) -> list[str]:
    """The calls of a function at some places."""
    wanted = set(sites)
    return [
        place_of_site(traced.reach.program, edge.caller, edge.site, edge.callee)
        for edge in traced.reach.callers.get(function, ())
        if edge.site >= 0 and place(traced.reach.program, edge.caller, edge.site) in wanted
    ]


def writes_between(traced: Traced, ops: tuple[ExpensiveOp, ...]) -> bool:
    """Whether a file may be written between the first and the last of some ops."""
    functions = {op.function for op in ops}
    if len(functions) > 1:
        return any(traced.known.file_writes.may_be_before(op.function, op.site) for op in ops) or any(
            may_change_files(traced, function) for function in functions
        )
    (function,) = functions
    first, last = min(op.site for op in ops), max(op.site for op in ops)
    if any(row.kind == "file_write" and first <= row.site <= last for row in traced.known.mutations.get(function, ())):
        return True
    if any(first < row.site < last for row in traced.unclear.get(function, ())):
        return True
    for number in range(first, last):
        for edge in traced.edges.get((function, number), ()):
            mask = traced.known.below[edge.callee]
            if traced.known.is_doubtful(mask) or traced.known.together(mask).files:
                return True
    return any(base_class_of(op) == "subprocess" for op in traced.ops_among(function, range(first + 1, last)))


# rows that are counted, and then read


QUERY = "django.db.models.QuerySet."


def counted_and_read(traced: Traced) -> Iterator[Proposal]:
    """Rows that are counted by a query of its own, and then read: read once."""
    for op in traced.heavy:
        if op.callee not in (f"{QUERY}count", f"{QUERY}exists"):
            continue
        spot = traced.spot(op)
        if (
            spot is None
            or not isinstance(spot.node.func, ast.Attribute)
            or not isinstance(spot.node.func.value, ast.Name)
        ):
            continue
        name, last = spot.node.func.value.id, spot.node.func.attr
        names = names_of(spot.scope)
        if len(names.bindings.get(name, ())) + (name in names.params) != 1 or spot.loops:
            continue
        read = [
            node for node in nodes_in(spot.scope)
            if isinstance(node, ast.For) and isinstance(node.iter, ast.Name) and node.iter.id == name
            and node.lineno > op.line
        ]  # fmt: skip
        lines = {row.line for row in traced.ops_in(op.function) if row.callee == f"{QUERY}__iter__"}
        if not read or read[0].lineno not in lines or any(writers(traced)):
            continue  # what is written meanwhile is counted before or after
        instead = "len({})" if last == "count" else "bool({})"
        yield proposal(
            "keep", f"Use {instead.format(name)} of the rows that are read, in place of {op.callee}", op,
            {op_order(op): gone}, [op], "small",
            f"line {read[0].lineno} reads the same rows, and a queryset keeps what it has read; effort small: "
            f"one call changes",
            "the rows are read in most runs",
        )  # fmt: skip


# copies that are only read


def needless_copies(traced: Traced) -> Iterator[Proposal]:
    """Copies that are only read, and copies of a whole table of which one element is asked for."""
    for op in traced.heavy:
        spot = traced.spot(op) if op.callee == "copy.deepcopy" else None
        if spot is None or len(spot.node.args) != 1:
            continue
        name = ast.unparse(spot.node.args[0])
        proof = Invariance(traced, op, spot, spot.scope)
        one, fate = asked_once(spot), fate_of(proof, spot.node)
        if fate == Fate.READ and spot.loops:
            proof = Invariance(traced, op, spot, spot.loops[-1])
        parts: tuple[ast.expr, ...] = ()
        if isinstance(spot.node.args[0], ast.Name) and not names_of(spot.scope).is_local(name):
            parts = elements_of(spot, name)
        constants = bool(parts) and all(isinstance(part, ast.Constant) for part in parts)
        assumes = ""
        if one is not None and parts and not constants and not (fate == Fate.READ and stays(proof)):
            title, after = (
                f"Copy what is asked for, not all of {name}",
                of_size(size_of_one(traced, (*parts, *others(one)))),
            )
            why = f"one of {len(parts)} elements of the copy in line {op.line} is used: a copy of that one is the same"
        elif (one is not None and constants) or (fate < Fate.KEPT and stays(proof)):
            title, after = f"Read {name} itself, not a copy of it", gone
            why = f"the copy in line {op.line} is only read, and nothing changes {name} meanwhile"
            if not constants:
                assumes = "those who get what is read of it do not change it"
        else:
            continue
        adds = "" if after is gone else "element"
        yield proposal(
            "copy", title, op, {op_order(op): after}, [op], "small", f"{why}; effort small: one call moves", assumes,
            adds=adds,
        )  # fmt: skip


def stays(proof: Invariance) -> bool:
    """Whether what a call is given stays as it is while its function runs."""
    try:
        proof.value(proof.spot.node.args[0], PATH)
        proof.undisturbed()
    except Doubt:
        return False
    return True


PATH = 4
"""Steps that what is copied is followed: a name, an attribute of it."""


def elements_of(spot: Spot, name: str) -> tuple[ast.expr, ...]:
    """The elements of a global that is a dict, list or tuple as it is written, and is bound once; else none."""
    nodes = names_of(spot.file.tree).bindings.get(name, [])
    if len(nodes) != 1 or not isinstance(nodes[0], ast.Assign | ast.AnnAssign):
        return ()
    value = nodes[0].value
    if isinstance(value, ast.Dict):
        return tuple(value.values)
    return tuple(value.elts) if isinstance(value, ast.List | ast.Tuple) else ()


def others(asking: ast.expr) -> list[ast.expr]:
    """What asking for an element may give in its place: the default of x.get(key, default)."""
    return asking.args[1:] if isinstance(asking, ast.Call) else []


MOST_COUNTED = 4
"""Elements of a table of which a trace counts each, to know how large one of them is."""


def size_of_one(traced: Traced, elements: Sequence[ast.expr]) -> float:
    """The nodes of the largest of some elements, as a trace counts them; what a copy is assumed to have where one of
    them is empty, or more than constants, or they are many."""
    counts = [nodes_of(one) for one in elements[: MOST_COUNTED + 1]]
    known = [count for count in counts if count > 1]
    return max(known) if len(known) == len(elements) else traced.model.classes[COPIED].assumed_size


def nodes_of(node: ast.expr) -> int:
    """The nodes of a container that is written of constants and of such containers: leaves, containers, and keys; 0 for
    anything else."""
    if isinstance(node, ast.Dict):
        keys, inside = node.keys, node.values
    elif isinstance(node, ast.List | ast.Tuple | ast.Set):
        keys, inside = [], node.elts
    else:
        return 0
    counts = [1 if isinstance(part, ast.Constant) else nodes_of(part) for part in inside]
    return 1 + len(keys) + sum(counts) if all(counts) and all(isinstance(key, ast.Constant) for key in keys) else 0


COPIED = "deep_copy"


def asked_once(spot: Spot) -> ast.expr | None:
    """What asks for one element of what a call gives, x[key] or x.get(key), where nothing else is done with it; also by
    a variable that is used for nothing else."""
    found = asked(spot, spot.node)
    above = spot.file.above[spot.node]
    if found is not None or not isinstance(above, ast.Assign):
        return found
    if len(above.targets) != 1 or not isinstance(above.targets[0], ast.Name):
        return None
    name = above.targets[0].id
    names = names_of(spot.scope)
    if names.bindings.get(name) != [above] or name in names.shared:
        return None
    used = [
        node for node in ast.walk(spot.scope)
        if isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Load)
    ]  # fmt: skip
    return asked(spot, used[0]) if len(used) == 1 else None


def asked(spot: Spot, node: ast.expr) -> ast.expr | None:
    """What reads an element of what a node gives, and nothing else."""
    above = spot.file.above[node]
    if isinstance(above, ast.Subscript):
        is_read = above.value is node and isinstance(above.ctx, ast.Load) and not isinstance(above.slice, ast.Slice)
        return above if is_read else None
    if not isinstance(above, ast.Attribute) or above.attr != "get":
        return None
    call = spot.file.above[above]
    return call if isinstance(call, ast.Call) else None
