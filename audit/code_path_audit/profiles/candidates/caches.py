"""What a function gives each time it is called with the same: kept, by a cache."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from functools import partial

from code_path_audit.costs.model import ExpensiveOp
from code_path_audit.profiles.amplification import base_class_of
from code_path_audit.profiles.candidates.files import made_of_lines, stream_ops
from code_path_audit.profiles.candidates.fixed import PATHS, FixedInAction, objects_of
from code_path_audit.profiles.candidates.meanwhile import may_change_files
from code_path_audit.profiles.candidates.names import is_plain_annotation, names_of, targets
from code_path_audit.profiles.candidates.of_a_kind import by_a_kind, names_a_file_of_its_own
from code_path_audit.profiles.candidates.proposal import (
    Proposal,
    Traced,
    executed,
    gone,
    proposal,
)
from code_path_audit.profiles.candidates.repeatable import (
    OF_PROCESS,
    asks_packages,
    asks_what_stays,
    is_in_loop,
    is_repeatable,
    is_stream,
    is_text_of_constants,
    makes_objects,
    makes_text,
    reads_files,
    uses_of_process,
)
from code_path_audit.profiles.candidates.seen_changes import is_changed, is_filled_and_changed, is_made_changed
from code_path_audit.profiles.candidates.streams import is_shipped, opens_for_reading
from code_path_audit.profiles.candidates.syntax import Spot, nodes_of
from code_path_audit.profiles.candidates.tables import clients
from code_path_audit.profiles.reach import constant_texts, op_order
from code_path_audit.profiles.runs.distinct import DEPTH, Given, values_of_param

WRITE_THEMSELVES = frozenset(("configobj.ConfigObj", "shelve.open", "dbm.open"))
"""Objects that are bound to the file that they were read from, and are written back to it."""

PARSED = frozenset(("json_io", "pickle", "ast_parse"))
"""Classes that make objects of what they read, which whoever gets them could change."""


def caches(traced: Traced) -> Iterator[Proposal]:
    """Ops that callers repeat on the same input, or on one of a few: a cache. One proposal for each function."""
    found: dict[str, dict[ExpensiveOp, int]] = {}
    shared: dict[str, str] = {}
    apart: dict[str, set[str]] = {}
    owners: dict[str, str] = {}
    counting = traced.counted.counting
    given = Given(traced.reach, partial(counting.functions, traced.reach.depths), counting.steady, joins=True)
    for op in dict.fromkeys(started_by(traced, op) for op in traced.heavy):
        facts = traced.reach.facts(op.function)
        each_request = op.amplification < 2 and traced.reach.graph.requests
        if op.amplification < 2 and not each_request:
            continue
        if facts.kind != "function" or facts.sites[op.site].loop >= 0 or facts.is_generator:
            continue
        if traced.known.is_cached(op.function) or op.function in counting.plan.kept:
            continue
        spot = traced.spot(op)
        if (
            spot is None
            or op.callee in clients()
            or op.callee in WRITE_THEMSELVES
            or op.callee.rpartition(".")[2] in ANSWERS
            or is_of_constants(op, spot)
            or is_wrapped(traced, spot, op)
        ):
            continue
        fills = fills_its_own(op, spot)
        others: list[ExpensiveOp] | None = []
        if opens_for_reading(traced, op, spot):
            others = stream_ops(traced, op, spot)
            if others is None:
                continue
        elif op.callee == "subprocess.Popen" and asks_what_stays(op, spot):
            waits = [traced.op_of(op.function, call) for call in uses_of_process(spot) or ()]
            others = [row for row in waits if row is not None and row != op]
        elif is_stream(op) or not any((is_repeatable(traced, op), asks_what_stays(op, spot), fills)):
            continue
        proof = FixedInAction(traced, op, spot)
        if not (proof.holds_for_filling() if fills else proof.holds()) or is_written(traced, op):
            continue
        if proof.files and may_change_files(traced, op.function):
            continue
        if any(is_made_and_changed(traced, row) for row in (op, *(others or ()))):
            continue
        lines = made_of_lines(spot) if others is not None else None
        if lines is not None and is_made_changed(traced, op.function, spot, lines):
            continue
        most: int | None = 1
        if each_request:
            if is_kept_already(spot):
                continue
            # only what no operator changes while the process serves
            if proof.given or (proof.files and not (asks_what_stays(op, spot) or is_shipped(spot))):
                continue
            if not (proof.files or asks_packages(op)):
                continue
            most = 0
        elif proof.given == {"self"}:
            most = objects_of(traced, op, proof)
            owners[op.function] = op.function.rpartition(".")[0]
        elif proof.given:
            objects = None
            if "self" in proof.given:
                # by what the object says, and by what its method is asked for: each object keeps its own
                objects = objects_of(traced, op, proof)
                proof.given.discard("self")
                if objects is None:
                    continue
                owners[op.function] = op.function.rpartition(".")[0]
            if not all(is_key(spot, name) for name in proof.given) or not is_in_loop(op):
                continue  # no key, or asked for a few times alone: those who ask pass it on
            most = inputs_of(traced, given, op, proof)
            of_a_kind = proof.files and names_a_file_of_its_own(spot, proof.given)
            own = most is not None and is_parsed(traced, op, spot) and not asked_by_entry(traced, given, op, proof)
            if proof.files and not (of_a_kind or own):
                continue  # a function that reads what it is told to may be there to see what has changed
            asked = by_a_kind(traced, op.function, spot, proof.given) if most is None and of_a_kind else ""
            if asked:
                shared[op.function], most = asked, 1
            most = most * objects if most is not None and objects is not None else most
        if most is None or most >= op.amplification:
            continue
        apart.setdefault(op.function, set()).update(proof.other_folders)
        found.setdefault(op.function, {}).update(dict.fromkeys((op, *(others or ())), most))
    for function, rows in found.items():
        ops = list(rows)
        first, most = ops[0], max(rows.values())
        for_what = f" ({most:,} different inputs)" if most > 1 else ""
        asked = shared.get(function, "")
        owner = owners.get(function, "")
        for_each = "".join(f", for each {one}" for one in (owner, asked) if one)
        for_what = "" if owner else for_what
        assumes = (
            kept_assumes(traced, first, ops),
            f"many rows have the same {asked}" if asked else "",
            *(f"{two} are not one folder" for two in sorted(apart.get(function, ()))),
        )
        how = "an attribute of the object that has it" if owner else "functools.cache on the function that does it"
        how += f", by {asked}" if owner and asked else ""
        yield proposal(
            "cache", f"Keep what {said_by(ops)} gives in {function}{for_what}{for_each}",
            first, {op_order(op): executed(most) if most else gone for op, most in rows.items()}, ops, "small",
            f"{function} is called {(first.how_often or 'often') if most else 'in each request'}, and what flows into "
            f"the call does not change in the action; effort small: {how}",
            "; ".join(filter(None, assumes)),
        )  # fmt: skip


def said_by(ops: list[ExpensiveOp]) -> str:
    """What gives the result of some ops that belong together: the last of them, but of a process what starts it."""
    return ops[0].callee if ops[0].callee == "subprocess.Popen" else ops[-1].callee


def started_by(traced: Traced, op: ExpensiveOp) -> ExpensiveOp:
    """Of what waits for a process that its function started the op that started it; of any other op itself."""
    spot = traced.spot(op) if op.callee.startswith(OF_PROCESS) else None
    func = spot.node.func if spot is not None else None
    if spot is None or not isinstance(func, ast.Attribute) or not isinstance(func.value, ast.Name):
        return op
    made = names_of(spot.scope).only_binding(func.value.id)
    value = made.value if isinstance(made, ast.Assign) else None
    return (traced.op_of(op.function, value) if isinstance(value, ast.Call) else None) or op


def is_of_constants(op: ExpensiveOp, spot: Spot) -> bool:
    """Whether an op makes a text of what is written in its call; or of what its function is given, which is no key of
    a cache."""
    first = spot.node.args[0] if spot.node.args else None
    if makes_text(op) and isinstance(first, ast.Name) and first.id in names_of(spot.scope).params:
        return True
    return is_text_of_constants(op, spot)


ANSWERS = frozenset(("jsonify", "JSONResponse", "JsonResponse", "UJSONResponse", "ORJSONResponse"))
"""What makes an answer to a request, which whoever gets it may change."""


def is_kept_already(spot: Spot) -> bool:
    """Whether a function may give back what it kept before it comes to a call, or keeps something itself."""
    for node in nodes_of(spot.scope):
        if isinstance(node, ast.Return) and node.lineno < spot.node.lineno:
            return True
        if isinstance(node, ast.Global) or any(not isinstance(part, ast.Name) for part in targets(node)):
            return True
    return False


def is_wrapped(traced: Traced, spot: Spot, op: ExpensiveOp) -> bool:
    """Whether nothing is known to call a function but code outside of the source that was handed it, by a decorator."""
    edges = traced.reach.callers.get(op.function, ())
    decorators = getattr(spot.scope, "decorator_list", ())
    return bool(decorators and edges) and all(edge.kind == "callback" for edge in edges)


def is_parsed(traced: Traced, op: ExpensiveOp, spot: Spot) -> bool:
    """Whether what a call reads is parsed where it stands, or it is a parser: not to see what has changed."""
    if makes_objects(op):
        return True
    above = spot.file.above[spot.node]
    other = traced.op_of(op.function, above) if isinstance(above, ast.Call) else None
    if other is not None and makes_objects(other):
        return True
    item = spot.around[0]
    return isinstance(item, ast.withitem) and any(makes_objects(row) for row in stream_ops(traced, op, spot) or ())


def is_key(spot: Spot, name: str) -> bool:
    """Whether a parameter that flows into a call may be the key of a cache: its annotation says so, or it is used as a
    text or a path alone, and its function changes it nowhere."""
    names = names_of(spot.scope)
    if is_plain_annotation(names.params[name].annotation):
        return True
    for node in ast.walk(spot.node):
        if not isinstance(node, ast.Name) or node.id != name:
            continue
        above = spot.file.above[node]
        while isinstance(above, ast.JoinedStr | ast.FormattedValue | ast.BinOp | ast.keyword):
            if isinstance(above, ast.keyword) and above.arg is None:
                return False
            above = spot.file.above[above]
        if isinstance(above, ast.Starred):
            return False
        if isinstance(above, ast.Call) and above is not spot.node and node is not above.func:
            func = above.func
            last = func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "")
            is_text = isinstance(func, ast.Attribute) and isinstance(func.value, ast.Constant)
            if last not in PATHS or is_text:
                return False
    return True


def asked_by_entry(traced: Traced, given: Given, op: ExpensiveOp, proof: FixedInAction) -> bool:
    """Whether what flows into an op is what an entry point is given: another thing in another run."""
    facts = traced.reach.facts(op.function)
    for index, param in enumerate(facts.params):
        tokens = values_of_param(given, op.function, index, DEPTH) if param.name in proof.given else ()
        if any(token[0] == "entry" for token in tokens or ()):
            return True
    return False


def is_made_and_changed(traced: Traced, op: ExpensiveOp) -> bool:
    """Whether an op makes or fills an object that somebody is seen to change: each has to have its own."""
    spot = traced.spot(op) if base_class_of(op) in PARSED else None
    if spot is None:
        return False
    changed = is_filled_and_changed if op.callee in FILLS else is_changed
    return changed(traced, op.function, spot)


FILLS = frozenset(("configparser.ConfigParser.read", "configparser.RawConfigParser.read"))
"""Methods that read a file into their object."""


def fills_its_own(op: ExpensiveOp, spot: Spot) -> bool:
    """Whether an op reads a file into an object that its function makes, and hands to nobody."""
    func = spot.node.func
    if op.callee not in FILLS or not isinstance(func, ast.Attribute) or not isinstance(func.value, ast.Name):
        return False
    names, name = names_of(spot.scope), func.value.id
    made = names.bindings.get(name, [])
    if len(made) != 1 or not isinstance(made[0], ast.Assign) or not isinstance(made[0].value, ast.Call):
        return False
    used = [node for node in ast.walk(spot.scope) if isinstance(node, ast.Name) and node.id == name]
    return all(
        isinstance(node.ctx, ast.Store) or isinstance(spot.file.above[node], ast.Attribute | ast.Subscript)
        for node in used
    )


def inputs_of(traced: Traced, given: Given, op: ExpensiveOp, proof: FixedInAction) -> int | None:
    """How many different inputs an op has in the whole action, by the parameters that flow into it."""
    facts = traced.reach.facts(op.function)
    most = 1
    for name in sorted(proof.given):
        index = next(n for n, param in enumerate(facts.params) if param.name == name)
        tokens = values_of_param(given, op.function, index, DEPTH)
        if tokens is None or name in ("self", "cls"):
            return None
        most *= len(tokens) or 1
    return most


def kept_assumes(traced: Traced, op: ExpensiveOp, ops: Iterable[ExpensiveOp]) -> str:
    """What keeping a result takes for granted."""
    parts = []
    if base_class_of(op) == "subprocess":
        parts.append("what it says does not change while the process runs")
    elif reads_files(op):
        parts.append("the file does not change while the process runs")
    if asks_packages(op):
        parts.append("no package is installed while the process runs")
    spot = traced.spot(op)
    if any(base_class_of(row) in PARSED for row in ops) or (spot is not None and made_of_lines(spot) is not None):
        parts.append("those who get the result do not change it")
    return ", and ".join(parts)


def is_written(traced: Traced, op: ExpensiveOp) -> bool:
    """Whether the action writes a file that the op may read: one of the same constant path."""
    texts = set(constant_texts(traced.reach, op))
    return any(row.kind == "file_write" and row.target.removeprefix("file:") in texts for row in traced.reach.mutations)
