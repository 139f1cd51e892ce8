"""Work that is done again on the same input: kept where it is done, or passed on."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from code_path_audit.callgraph.model import Edge, Unresolved
from code_path_audit.costs.model import ExpensiveOp
from code_path_audit.facts.rows import ALWAYS, CONDITIONS
from code_path_audit.profiles.amplification import base_class_of, own_evidence
from code_path_audit.profiles.candidates.invariance import Doubt, Invariance, is_repeatable, reads_files
from code_path_audit.profiles.candidates.names import names_of
from code_path_audit.profiles.candidates.proposal import Proposal, Traced, proposal
from code_path_audit.profiles.candidates.repeated import is_stream, opens_for_reading, stream_ops
from code_path_audit.profiles.candidates.syntax import Spot
from code_path_audit.profiles.reach import op_order
from code_path_audit.profiles.redundancy import Repeat, constant_texts
from code_path_audit.profiles.runs.distinct import DEPTH, Given, values_of_param
from code_path_audit.profiles.steady import last_name

ASKED = frozenset(("network", "subprocess", "deep_copy"))
"""Classes of which a second execution is not the same work: another answer, another object."""


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


def caches(traced: Traced) -> Iterator[Proposal]:
    """Ops that callers repeat on the same input, or on one of a few: a cache."""
    given: Given | None = None
    for op in traced.heavy:
        facts = traced.reach.program.facts(op.function)
        if op.amplification < 2 or facts.kind != "function" or facts.sites[op.site].loop >= 0 or facts.is_generator:
            continue
        if traced.known.is_cached(op.function) or op.function in traced.counted.counting.plan.kept:
            continue
        spot = traced.spot(op)
        if spot is None:
            continue
        if opens_for_reading(traced, op, spot):
            others = stream_ops(traced, op, spot)
            if others is None:
                continue
        elif is_repeatable(traced, op) and not is_stream(op):
            others = []
        else:
            continue
        proof = FixedInAction(traced, op, spot)
        if not proof.holds() or is_written(traced, op):
            continue
        if proof.given and proof.files:
            continue  # a function that reads what it is told to may be there to see what has changed
        counting = traced.counted.counting
        given = given or Given(traced.reach, counting.functions(traced.reach.depths), counting.steady)
        most, few = 1, True
        for name in sorted(proof.given):
            index = next(n for n, param in enumerate(facts.params) if param.name == name)
            tokens = values_of_param(given, op.function, index, DEPTH)
            few = few and tokens is not None and name not in ("self", "cls")
            most *= len(tokens or ()) or 1
        if not few or most >= op.amplification:
            continue
        ops = [op, *others]
        for_what = f" ({most:,} different inputs)" if most > 1 else ""
        yield proposal(
            "cache", f"Keep what {ops[-1].callee} gives in {op.function}{for_what}", op,
            {op_order(row): traced.times(row, most) for row in ops}, ops, "small",
            f"{op.function} is called {op.how_often or 'often'}, and what flows into the call does not change in the "
            "action; effort small: functools.cache on the function that does it",
            kept_assumes(traced, op, ops),
        )  # fmt: skip


def kept_assumes(traced: Traced, op: ExpensiveOp, ops: Iterable[ExpensiveOp]) -> str:
    """What keeping a result takes for granted."""
    parts = []
    if reads_files(op):
        parts.append("the file does not change while the process runs")
    if any(base_class_of(row) in ("json_io", "pickle", "ast_parse") for row in ops):
        parts.append("those who get the result do not change it")
    return ", and ".join(parts)


def is_written(traced: Traced, op: ExpensiveOp) -> bool:
    """Whether the action writes a file that the op may read: one of the same constant path."""
    texts = set(constant_texts(traced.reach, op))
    return any(row.kind == "file_write" and row.target.removeprefix("file:") in texts for row in traced.reach.mutations)


# the same work twice


def same_work(traced: Traced, repeats: Iterable[Repeat]) -> Iterator[Proposal]:
    """Sites that do the same work: once, and passed on."""
    for repeat in repeats:
        ops = repeat.ops
        if len(ops) < 2 or base_class_of(ops[0]) in ASKED or any(own_evidence(op) != "certain" for op in ops):
            continue
        functions = {op.function for op in ops}
        if len(functions) > 1 and not all(
            op.condition == CONDITIONS[ALWAYS] and op.evidence == "certain" for op in ops
        ):
            continue
        if any(reads_files(op) for op in ops) and writes_between(traced, ops):
            continue
        kept = max(ops, key=lambda op: (op.weight, -ops.index(op)))
        after = {op_order(op): 0 for op in ops if op is not kept}
        if repeat.once:
            after[op_order(kept)] = traced.times(kept, 1)
        effort = "small" if len(functions) == 1 else "medium"
        row = repeat.row
        yield proposal(
            "keep", f"Run {row.callee} once for {row.input}, and pass on what it gives", ops[0], after, ops, effort,
            f"{len(ops)} sites do the same work: {', '.join(row.sites)}; nothing in between changes what they are "
            f"given; "
            f"effort {effort}: its sites are in "
            f"{'one function' if len(functions) == 1 else f'{len(functions)} functions'}",
            kept_assumes(traced, ops[0], ops),
        )  # fmt: skip


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
    """Copies of a whole table of which one element is asked for."""
    for op in traced.heavy:
        spot = traced.spot(op) if op.callee == "copy.deepcopy" else None
        if spot is None or len(spot.node.args) != 1 or not isinstance(spot.node.args[0], ast.Name):
            continue
        name = spot.node.args[0].id
        parts = () if names_of(spot.scope).is_local(name) else elements_of(spot, name)
        if not parts or not asks_one(spot):
            continue
        if all(isinstance(part, ast.Constant) for part in parts):
            title, after = f"Read {name} itself, not a copy of it", 0
            why = f"the copy in line {op.line} is only asked for an element, and {name} holds constants alone"
        else:
            title = f"Copy what is asked for, not all of {name}"
            after = op.weight // len(parts)
            why = f"one of {len(parts)} elements of the copy in line {op.line} is used: a copy of that one is the same"
        yield proposal(
            "copy", title, op, {op_order(op): after}, [op], "small", f"{why}; effort small: one call moves", ""
        )


def elements_of(spot: Spot, name: str) -> tuple[ast.expr, ...]:
    """The elements of a global that is a dict, list or tuple as it is written, and is bound once; else none."""
    nodes = names_of(spot.file.tree).bindings.get(name, [])
    if len(nodes) != 1 or not isinstance(nodes[0], ast.Assign | ast.AnnAssign):
        return ()
    value = nodes[0].value
    if isinstance(value, ast.Dict):
        return tuple(value.values)
    return tuple(value.elts) if isinstance(value, ast.List | ast.Tuple) else ()


def asks_one(spot: Spot) -> bool:
    """Whether what a call gives is only asked for an element: x[key], x.get(key)."""
    above = spot.file.above[spot.node]
    if isinstance(above, ast.Subscript):
        return above.value is spot.node and isinstance(above.ctx, ast.Load) and not isinstance(above.slice, ast.Slice)
    return isinstance(above, ast.Attribute) and above.attr == "get" and isinstance(spot.file.above[above], ast.Call)
