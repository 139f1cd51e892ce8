"""Work that is done again on the same input: kept where it is done, or passed on."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from code_path_audit.callgraph.model import Edge, Unresolved
from code_path_audit.costs.model import ExpensiveOp
from code_path_audit.facts.rows import ALWAYS, CONDITIONS
from code_path_audit.profiles.amplification import base_class_of, own_evidence
from code_path_audit.profiles.candidates.files import stream_ops
from code_path_audit.profiles.candidates.invariance import Doubt, Invariance
from code_path_audit.profiles.candidates.names import names_of
from code_path_audit.profiles.candidates.proposal import (
    After,
    Proposal,
    Traced,
    divided,
    executed,
    gone,
    place_of_op,
    place_of_site,
    proposal,
    without,
)
from code_path_audit.profiles.candidates.repeatable import asks_what_stays, is_repeatable, is_stream, reads_files
from code_path_audit.profiles.candidates.results import Fate, fate_of
from code_path_audit.profiles.candidates.streams import opens_for_reading
from code_path_audit.profiles.candidates.syntax import Spot, place_of
from code_path_audit.profiles.candidates.tables import clients
from code_path_audit.profiles.reach import OpKey, op_order, place
from code_path_audit.profiles.redundancy import Repeat, constant_texts
from code_path_audit.profiles.runs.distinct import DEPTH, Given, values_of_param
from code_path_audit.profiles.steady import last_name

ASKED = frozenset(("network", "subprocess", "deep_copy"))
"""Classes of which a second execution is not the same work: another answer, another object."""


LISTING = frozenset(("listdir", "scandir", "walk", "glob", "rglob", "iterdir"))

PARSED = frozenset(("json_io", "pickle", "ast_parse"))
"""Classes that make objects of what they read, which whoever gets them could change."""


class FixedInAction(Invariance):
    """The proof that a call is the same whenever its function is called in an action: what flows into it are constants,
    globals that nothing writes, and those of its parameters that are noted in `given`."""

    def __init__(self, traced: Traced, op: ExpensiveOp, spot: Spot) -> None:
        super().__init__(traced, op, spot, spot.scope)
        self.given: set[str] = set()

    def name(self, name: str, depth: int) -> None:
        """A parameter may be one of a few values; everything else as in a loop that is the whole function."""
        if name in self.names.params and name not in self.names.bindings:
            self.given.add(name)
            return
        super().name(name, depth)

    def call(self, node: ast.Call, depth: int, is_op: bool) -> None:
        """What another machine says, or is in a folder, may be another thing next time."""
        op = self.traced.ops_at.get((self.op.function, self.site_at.get(place_of(node), -1)))
        if op is not None and (base_class_of(op) == "network" or op.callee.rpartition(".")[2] in LISTING):
            raise Doubt
        super().call(node, depth, is_op)

    def undisturbed(self) -> None:
        """Doubt where anything in the action writes what flows in."""
        known = self.traced.known
        written = set(known.written_globals)
        written |= {
            last_name(row.target)
            for row in self.traced.reach.mutations
            if "." in row.target or row.kind == "global_write"
        }
        if (self.fields & written) - {""} or self.objects & written:
            raise Doubt
        functions = self.traced.reach.program.functions
        module = functions[self.op.function][0]
        if self.files and any(
            row.kind == "file_write" and functions[row.function][0] == module for row in self.traced.reach.mutations
        ):
            raise Doubt


def caches(traced: Traced) -> Iterator[Proposal]:
    """Ops that callers repeat on the same input, or on one of a few: a cache. One proposal for each function."""
    found: dict[str, dict[ExpensiveOp, int]] = {}
    shared: dict[str, str] = {}
    given: Given | None = None
    for op in traced.heavy:
        facts = traced.reach.program.facts(op.function)
        if op.amplification < 2 or facts.kind != "function" or facts.sites[op.site].loop >= 0 or facts.is_generator:
            continue
        if traced.known.is_cached(op.function) or op.function in traced.counted.counting.plan.kept:
            continue
        spot = traced.spot(op)
        if spot is None or op.callee in clients():
            continue
        others: list[ExpensiveOp] | None = []
        if opens_for_reading(traced, op, spot):
            others = stream_ops(traced, op, spot)
            if others is None:
                continue
        elif (not is_repeatable(traced, op) and not asks_what_stays(op, spot)) or is_stream(op):
            continue
        proof = FixedInAction(traced, op, spot)
        if not proof.holds() or is_written(traced, op):
            continue
        most: int | None = 1
        if proof.given:
            counting = traced.counted.counting
            given = given or Given(traced.reach, counting.functions(traced.reach.depths), counting.steady)
            most = inputs_of(traced, given, op, proof)
            of_a_kind = proof.files and names_a_file_of_its_own(spot, proof.given)
            if proof.files and not of_a_kind:
                continue  # a function that reads what it is told to may be there to see what has changed
            asked = by_a_kind(traced, op.function, proof.given) if most is None and of_a_kind else ""
            if asked:
                shared[op.function], most = asked, 1
        if most is None or most >= op.amplification:
            continue
        found.setdefault(op.function, {}).update(dict.fromkeys((op, *(others or ())), most))
    for function, rows in found.items():
        ops = list(rows)
        first, most = ops[0], max(rows.values())
        for_what = f" ({most:,} different inputs)" if most > 1 else ""
        asked = shared.get(function, "")
        for_each = f", for each {asked}" if asked else ""
        assumes = (kept_assumes(traced, first, ops), f"many rows have the same {asked}" if asked else "")
        yield proposal(
            "cache", f"Keep what {ops[-1].callee} gives in {function}{for_what}{for_each}",
            first, {op_order(op): executed(most) for op, most in rows.items()}, ops, "small",
            f"{function} is called {first.how_often or 'often'}, and what flows into the call does not change in the "
            "action; effort small: functools.cache on the function that does it",
            "; ".join(filter(None, assumes)),
        )  # fmt: skip


def inputs_of(traced: Traced, given: Given, op: ExpensiveOp, proof: FixedInAction) -> int | None:
    """How many different inputs an op has in the whole action, by the parameters that flow into it."""
    facts = traced.reach.program.facts(op.function)
    most = 1
    for name in sorted(proof.given):
        index = next(n for n, param in enumerate(facts.params) if param.name == name)
        tokens = values_of_param(given, op.function, index, DEPTH)
        if tokens is None or name in ("self", "cls"):
            return None
        most *= len(tokens) or 1
    return most


OWN = frozenset((
    "id", "pk", "key", "uid", "uuid", "name", "path", "file", "filename", "url", "link", "href", "slug", "sku", "title",
    "text", "body", "content", "value", "email", "number", "line", "src", "address",
))  # fmt: skip
"""Fields that tell a row from the others: asked for by them, a cache is asked for something else each time."""


def names_a_file_of_its_own(spot: Spot, params: set[str]) -> bool:
    """Whether a path is made of constants and the name of one of a kind: f"{kind}.json", DATA / f"{kind}.json". A
    function that is given a whole path may be there to see what has changed."""
    for node in ast.walk(spot.node):
        if isinstance(node, ast.JoinedStr):
            names = {row.id for row in ast.walk(node) if isinstance(row, ast.Name)}
            last = node.values[-1]
            ends = isinstance(last, ast.Constant) and isinstance(last.value, str) and last.value.startswith(".")
            if ends and names & params:
                return True
    return False


def by_a_kind(traced: Traced, function: str, params: set[str]) -> str:
    """What rows share that a function is asked for, by how each of its calls is written: `order.currency`,
    `item["kind"]`, and not what tells one row from another; "" where any call is another."""
    facts = traced.reach.program.facts(function)
    if len(params) != 1 or len([param for param in facts.params if param.name not in ("self", "cls")]) != 1:
        return ""
    words = set()
    for edge in traced.reach.callers.get(function, ()):
        spot = traced.syntax.spot(edge.caller, edge.site)
        if spot is None or len(spot.node.args) != 1 or spot.node.keywords:
            return ""
        node = spot.node.args[0]
        if isinstance(node, ast.Attribute):
            words.add(node.attr)
        elif isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
            words.add(str(node.slice.value))
        else:
            return ""
    (word,) = words if len(words) == 1 else ("",)
    return "" if word.lower().rpartition("_")[2] in OWN or not word.isidentifier() else word


def kept_assumes(traced: Traced, op: ExpensiveOp, ops: Iterable[ExpensiveOp]) -> str:
    """What keeping a result takes for granted."""
    parts = []
    if reads_files(op):
        parts.append("the file does not change while the process runs")
    if any(base_class_of(row) in PARSED for row in ops):
        parts.append("those who get the result do not change it")
    return ", and ".join(parts)


def is_written(traced: Traced, op: ExpensiveOp) -> bool:
    """Whether the action writes a file that the op may read: one of the same constant path."""
    texts = set(constant_texts(traced.reach, op))
    return any(row.kind == "file_write" and row.target.removeprefix("file:") in texts for row in traced.reach.mutations)


# the same work twice


def same_work(traced: Traced, repeats: Iterable[Repeat]) -> Iterator[Proposal]:
    """Sites that do the same work: once, and passed on."""
    rows = list(repeats)
    yield from called_again(traced, rows)
    for repeat in rows:
        ops = repeat.ops
        if len(ops) < 2 or base_class_of(ops[0]) in ASKED or ops[0].callee in clients():
            continue
        if any(own_evidence(op) != "certain" for op in ops) or is_asked_on_purpose(ops[0]):
            continue
        functions = {op.function for op in ops}
        if len(functions) > 1 and not all(
            op.condition == CONDITIONS[ALWAYS] and op.evidence == "certain" for op in ops
        ):
            continue
        if any(reads_files(op) for op in ops) and writes_between(traced, ops):
            continue
        kept = max(ops, key=lambda op: (op.weight, -ops.index(op)))
        after: dict[OpKey, After] = {op_order(op): gone for op in ops if op is not kept}
        if repeat.once:
            after[op_order(kept)] = executed(1)
        effort = "small" if len(functions) == 1 else "medium"
        row = repeat.row
        yield proposal(
            "keep", f"Run {row.callee} once for {row.input}, and pass on what it gives", ops[0], after, ops, effort,
            f"{len(ops)} sites do the same work: {', '.join(row.sites)}; nothing in between changes what they are "
            f"given; "
            f"effort {effort}: its sites are in "
            f"{'one function' if len(functions) == 1 else f'{len(functions)} functions'}",
            kept_assumes(traced, ops[0], ops), calls=map(place_of_op, ops),
        )  # fmt: skip


def is_asked_on_purpose(op: ExpensiveOp) -> bool:
    """Whether an op asks whether a file is there, or how old it is: that may be asked again to see what has changed."""
    return base_class_of(op) == "file_io" and op.callee.rpartition(".")[2] in ASKED_OF_FILES


ASKED_OF_FILES = frozenset((
    "stat", "lstat", "exists", "lexists", "isfile", "isdir", "islink", "is_file", "is_dir", "is_symlink", "getmtime",
    "getatime", "getctime", "getsize", "access",
))  # fmt: skip


def called_again(traced: Traced, repeats: Iterable[Repeat]) -> Iterator[Proposal]:
    """Functions that several calls have do the same work: called once."""
    found: dict[tuple[str, tuple[str, ...]], list[Repeat]] = {}
    for repeat in repeats:
        op = repeat.ops[0]
        if len(repeat.ops) == 1 and base_class_of(op) not in ASKED and op.evidence == "certain":
            found.setdefault((op.function, repeat.row.sites), []).append(repeat)
    for (function, sites), rows in found.items():
        ops = [row.ops[0] for row in rows]
        if any(op.condition != CONDITIONS[ALWAYS] for op in ops):
            continue
        if any(reads_files(op) for op in ops) and (
            any(row.kind == "file_write" for row in traced.reach.mutations)
            # bytes that are read as they are may be there to see what has changed
            or not any(base_class_of(op) in PARSED for op in ops)
        ):
            continue
        share = 1 - 1 / len(sites)
        ops.sort(key=lambda op: (-op.weight, op_order(op)))
        after = {op_order(row.ops[0]): without(min(share, row.row.load / row.ops[0].weight)) for row in rows}
        yield proposal(
            "keep", f"Call {function} once, and pass on what it gives", ops[0], after, ops, "medium",
            f"{len(sites)} calls have it do the same work: {', '.join(sites)}; nothing in between changes what they "
            "give it; effort medium: what it gives is handed to both",
            kept_assumes(traced, ops[0], ops), calls=calls_at(traced, function, sites),
        )  # fmt: skip


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
        return any(row.kind == "file_write" for row in traced.reach.mutations) or any(
            base_class_of(op) == "subprocess" for op in traced.ops
        )
    (function,) = functions
    first, last = min(op.site for op in ops), max(op.site for op in ops)
    if any(row.kind == "file_write" and first <= row.site <= last for row in traced.known.mutations.get(function, ())):
        return True
    rows: tuple[Unresolved | Edge, ...] = (*traced.reach.unresolved, *traced.reach.guesses)
    if any(row.caller == function and first < row.site < last for row in rows):
        return True
    for number in range(first, last):
        for edge in traced.edges.get((function, number), ()):
            mask = traced.known.below[edge.callee]
            if traced.known.is_doubtful(mask) or traced.known.together(mask).files:
                return True
    return any(
        base_class_of(op) == "subprocess" and op.function == function and first < op.site < last for op in traced.ops
    )


# copies that are only read


def needless_copies(traced: Traced) -> Iterator[Proposal]:
    """Copies that are only read, and copies of a whole table of which one element is asked for."""
    for op in traced.heavy:
        spot = traced.spot(op) if op.callee == "copy.deepcopy" else None
        if spot is None or len(spot.node.args) != 1:
            continue
        name = ast.unparse(spot.node.args[0])
        proof = Invariance(traced, op, spot, spot.scope)
        asked, fate = is_asked_once(spot), fate_of(proof, spot.node)
        if fate == Fate.READ and spot.loops:
            proof = Invariance(traced, op, spot, spot.loops[-1])
        parts: tuple[ast.expr, ...] = ()
        if isinstance(spot.node.args[0], ast.Name) and not names_of(spot.scope).is_local(name):
            parts = elements_of(spot, name)
        constants = bool(parts) and all(isinstance(part, ast.Constant) for part in parts)
        assumes = ""
        if asked and parts and not constants and not (fate == Fate.READ and stays(proof)):
            title, after = f"Copy what is asked for, not all of {name}", divided(len(parts))
            why = f"one of {len(parts)} elements of the copy in line {op.line} is used: a copy of that one is the same"
        elif (asked and constants) or (fate < Fate.KEPT and stays(proof)):
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


def is_asked_once(spot: Spot) -> bool:
    """Whether what a call gives is only asked for one element: x[key], x.get(key); also by a variable that is used for
    nothing else."""
    if is_asked(spot, spot.node):
        return True
    above = spot.file.above[spot.node]
    if not isinstance(above, ast.Assign) or len(above.targets) != 1 or not isinstance(above.targets[0], ast.Name):
        return False
    name = above.targets[0].id
    names = names_of(spot.scope)
    if names.bindings.get(name) != [above] or name in names.shared:
        return False
    used = [
        node for node in ast.walk(spot.scope)
        if isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Load)
    ]  # fmt: skip
    return len(used) == 1 and is_asked(spot, used[0])


def is_asked(spot: Spot, node: ast.expr) -> bool:
    """Whether an element of what a node gives is read, and nothing else."""
    above = spot.file.above[node]
    if isinstance(above, ast.Subscript):
        return above.value is node and isinstance(above.ctx, ast.Load) and not isinstance(above.slice, ast.Slice)
    return isinstance(above, ast.Attribute) and above.attr == "get" and isinstance(spot.file.above[above], ast.Call)
