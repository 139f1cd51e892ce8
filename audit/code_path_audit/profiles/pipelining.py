"""Independent ops in one block that run one after the other, and could run at the same time.

A group is proved from its statements and all that they call: they follow each other without anything between that is
not proved too, none reads or writes a name, an attribute, a global or a file that another writes, nothing is sent by
one that another could wait for, and no object that changes unseen (a cursor, a stream) is in the hands of two. A call
nothing is known of ends the proof. What cannot be told is taken to be dependent.
"""

from __future__ import annotations

from typing import NamedTuple

from code_path_audit.callgraph.model import OBSERVED, ExternalCall, Unresolved
from code_path_audit.costs.model import CostModel, ExpensiveOp, StateMutation
from code_path_audit.costs.weights import weight
from code_path_audit.facts.rows import Statement
from code_path_audit.profiles.by_site import BySite
from code_path_audit.profiles.effects import (
    MUTATORS,
    Effects,
    Knowledge,
    is_harmless,
    is_stateful,
    keeps_order,
)
from code_path_audit.profiles.model import Pipelining
from code_path_audit.profiles.reach import Reach, constant_texts, grouped, runs_module
from code_path_audit.profiles.steady import last_name

SHARE = 20
"""A step counts where it is at least one part in so many of the action's load: less is not worth a thread."""

MOST_STEPS = 50
"""Statements that are compared with one another: what follows them directly is looked at for itself."""

MOST_OPS = 100_000
"""Ops that are looked at for all statements of an action; what would take more is not proved."""

MOST_PROVED = 20_000
"""Statements of an action that are compared; further ones, in the order of the functions' names, are not."""

WAITING = frozenset(("file_io", "network", "subprocess"))
"""Classes whose work waits for something outside, so that threads help; the rest holds the interpreter."""


class Step(NamedTuple):
    """One statement and all that it calls. Names are as written; `roots` are the names whose objects it hands on.

    `named` are the last names of what is read and written; `inputs` are the constant texts that its ops are given;
    `waits` says that its work waits for something outside.
    """

    statement: Statement
    line: int
    reads: frozenset[str]
    writes: frozenset[str]
    named: frozenset[str]
    roots: frozenset[str]
    effects: Effects
    ops: tuple[ExpensiveOp, ...]
    load: int
    inputs: frozenset[str]
    awaited: bool
    waits: bool
    text: str


class Concurrent(NamedTuple):
    """A group of independent steps, and the ops of each."""

    row: Pipelining
    steps: tuple[tuple[ExpensiveOp, ...], ...]


class Rows:
    """What an action reaches, by the call sites of its functions."""

    def __init__(self, reach: Reach, known: Knowledge, ops: tuple[ExpensiveOp, ...]) -> None:
        self.ops_of: dict[str, tuple[ExpensiveOp, ...]] = grouped(ops, "function")
        self.ops: BySite[ExpensiveOp] = BySite(self.ops_of)
        self.calls = known.calls
        self.externals: BySite[ExternalCall] = BySite(reach.externals)
        self.unresolved: BySite[Unresolved] = BySite(grouped(reach.unresolved, "caller"))
        self.mutations: BySite[StateMutation] = BySite(known.mutations)
        self.left = MOST_OPS

    def are_too_many(self, functions: list[str]) -> bool:
        """Whether so many ops are not looked at any more."""
        count = sum(len(self.ops_of.get(name, ())) for name in functions)
        if count > self.left:
            return True
        self.left -= count
        return False


def find_pipelining(reach: Reach, known: Knowledge, ops: tuple[ExpensiveOp, ...]) -> tuple[Concurrent, ...]:
    """All groups of independent ops of an action, the greatest saving first. `ops` are as the action runs them."""
    worth = max(sum(op.weight for op in ops) // SHARE, 1)
    rows = Rows(reach, known, ops)
    tables = known.load_tables(ops)
    found = []
    left = MOST_PROVED
    for function in sorted(reach.depths):
        facts = reach.facts(function)
        if len(facts.statements) < 2 or not (function in rows.ops_of or function in reach.callees):
            continue
        for run in runs(facts.statements):
            # most runs end here: a proof is only begun where two steps could count
            statements = [facts.statements[index] for index in run]
            if sum(may_count(reach, known, function, one, rows, tables, worth) for one in statements) < 2:
                continue
            if (left := left - len(run)) < 0:
                break
            steps = [step_of(reach, known, function, index, rows) for index in run]
            for group in groups(steps, worth):
                found.append(Concurrent(row_of(reach, function, group), tuple(step.ops for step in group)))
    return tuple(sorted(found, key=lambda group: (-group.row.saving, group.row)))


def pays(row: Pipelining, model: CostModel) -> bool:
    """Whether running steps at the same time saves more than it costs: other processes have to be started."""
    start = model.classes.get("subprocess")
    return row.how != "processes" or start is None or row.saving > weight(start, 1, start.assumed_size)


def runs(statements: tuple[Statement, ...]) -> list[list[int]]:
    """The statements of each block that follow each other directly, by index: between others anything may happen. At
    most `MOST_STEPS` each."""
    order = sorted(range(len(statements)), key=lambda index: (statements[index].block, statements[index].index))
    found: list[list[int]] = []
    for index in order:
        row = statements[index]
        if found:
            last = statements[found[-1][-1]]
            if (last.block, last.index + 1) == (row.block, row.index) and len(found[-1]) < MOST_STEPS:
                found[-1].append(index)
                continue
        found.append([index])
    return [run for run in found if len(run) > 1]


def called(reach: Reach, known: Knowledge, function: str, statement: Statement, rows: Rows) -> int:
    """The functions that a statement reaches, as a mask; modules that an import runs left out."""
    below = 0
    for edge in rows.calls.between(function, statement.first, statement.last):
        if not runs_module(reach, edge):
            below |= known.below[edge.callee]
    return below


def may_count(
    reach: Reach,
    known: Knowledge,
    function: str,
    statement: Statement,
    rows: Rows,
    tables: list[list[int]],
    worth: int,
) -> bool:
    """Whether a statement is worth a proof: its ops may weigh enough, and nothing below it voids the proof at once."""
    load = sum(op.weight for op in rows.ops.between(function, statement.first, statement.last))
    for edge in rows.calls.between(function, statement.first, statement.last):
        if not runs_module(reach, edge):
            load += known.load_below(edge.callee, tables)
    return load >= worth and not known.is_doubtful(called(reach, known, function, statement, rows))


def reach_ops(function: str, statement: Statement, below: list[str], rows: Rows) -> tuple[ExpensiveOp, ...]:
    """The ops of a statement and of the functions that it reaches."""
    own = rows.ops.between(function, statement.first, statement.last)
    own += [op for name in below for op in rows.ops_of.get(name, ())]
    return tuple(dict.fromkeys(own))


def step_of(reach: Reach, known: Knowledge, function: str, index: int, rows: Rows) -> Step:
    """All that a proof has to know of one statement."""
    facts = reach.facts(function)
    statement = facts.statements[index]
    below = called(reach, known, function, statement, rows)
    with_ops = known.names(below & known.with_ops)
    too_many = rows.are_too_many(with_ops)
    ops = reach_ops(function, statement, [] if too_many else with_ops, rows)
    effects = known.together(0 if known.is_doubtful(below) else below)
    writes, roots = set(statement.writes), set()
    doubts = "doubtful" if too_many or known.is_doubtful(below) else ""
    emits, files, shared = effects.emits, set(effects.files), effects.shared
    if below & known.bit[function]:
        doubts = doubts or "recursion"
    first, last = statement.first, statement.last
    sites = range(first, last)
    for number in sites:
        site = facts.sites[number]
        head, dot, name = site.text.rpartition(".")
        if site.kind == "call" and dot:
            roots.add(head.partition(".")[0])
            if name in MUTATORS:
                writes.add(head)
        for argument in site.arguments:
            if argument.shape in ("name", "attribute"):
                roots.add(argument.text.partition(".")[0])
            elif argument.shape != "literal":
                roots.update(path.partition(".")[0] for path in statement.reads)
    for call in rows.externals.between(function, first, last):
        whole = any(argument.text in ("self", "cls") for argument in facts.sites[call.site].arguments)
        if keeps_order(call.callee) or whole:
            doubts = doubts or call.callee
        if is_stateful(call.callee):
            if known.is_local(known.values(function), call.site):
                # an object that the function made: another step that names it meets what this one did to it
                writes.add(facts.sites[call.site].text.partition(".")[0])
            else:
                shared = True
    for row in rows.unresolved.between(function, first, last):
        if not is_harmless(row.text):
            doubts = doubts or row.reason
    if any(edge.kind == OBSERVED for edge in rows.calls.between(function, first, last)):
        doubts = doubts or OBSERVED
    for mutation in rows.mutations.between(function, max(first, 0), last):
        emits = emits or mutation.kind == "ipc_emit"
        if mutation.kind == "file_write":
            files.add(mutation.target)
    # what is called is no object that is handed on: modules, functions and classes
    roots -= callee_roots(reach, known, function, sites)
    attribute_writes = {last_name(path) for path in writes if "." in path} | set(facts.globals_written) & writes
    inputs = frozenset(text for op in ops for text in constant_texts(reach, op))
    return Step(
        statement, facts.positions.statements[index], frozenset(statement.reads), frozenset(writes),
        frozenset(map(last_name, {*statement.reads, *writes})), frozenset(roots),
        Effects(effects.reads, effects.writes | attribute_writes, frozenset(files), emits, shared, doubts),
        ops, sum(op.weight for op in ops), inputs, any(facts.sites[number].awaited for number in sites),
        all(op.base_class in WAITING for op in ops), text_of_step(reach, function, statement, ops, rows),
    )  # fmt: skip


def callee_roots(reach: Reach, known: Knowledge, function: str, sites: range) -> set[str]:
    """The names through which a statement reaches what it calls, where they are globals that nothing writes."""
    values = known.values(function)
    assigned = known.written_globals
    text = [reach.facts(function).sites[number].text for number in sites]
    return {root for row in text if (root := row.partition(".")[0]) in values.globals and root not in assigned}


def text_of_step(reach: Reach, function: str, statement: Statement, ops: tuple[ExpensiveOp, ...], rows: Rows) -> str:
    """What a person knows a step by: the call through which its heaviest work is reached."""
    own = [op for op in ops if op.function == function and statement.first <= op.site < statement.last]
    if own:
        return max(own, key=lambda op: (op.weight, -op.site)).callee
    facts = reach.facts(function)
    calls = rows.calls.between(function, statement.first, statement.last)
    texts = [facts.sites[edge.site].text for edge in calls]
    return next((text for text in reversed(texts) if text), "")


def groups(steps: list[Step], worth: int) -> list[list[Step]]:
    """The steps of one run that may start together: each independent of the others, and of what it moves across."""
    found: list[list[Step]] = []
    group: list[Step] = []
    crossed: list[Step] = []
    for step in steps:
        if (
            group
            and step.load >= worth
            and step.awaited == group[0].awaited
            and all(independent(earlier, step) for earlier in [*group, *crossed])
        ):
            group.append(step)
        elif step.load >= worth:
            found.append(group)
            group, crossed = [step], []
        elif group:
            crossed.append(step)
    return [steps for steps in [*found, group] if len(steps) > 1]


def independent(first: Step, second: Step) -> bool:
    """Whether two steps may swap places: proved, else False."""
    a, b = first.effects, second.effects
    if a.doubts or b.doubts:
        return False
    if any(x.writes and names_meet(x.writes, y.reads | y.writes) for x, y in ((first, second), (second, first))):
        return False
    # what one writes anywhere below, the other must not touch anywhere below, nor by name in the statement itself
    for x, y in ((first, second), (second, first)):
        writes = x.effects.writes
        if writes and not all(map(writes.isdisjoint, (y.effects.reads, y.effects.writes, y.named))):
            return False
    if (a.emits and (b.emits or not calm(second))) or (b.emits and not calm(first)):
        return False
    if files_meet(first, second) or files_meet(second, first):
        return False
    # an object that changes unseen may reach both in ways that no name here shows
    return not ((a.shared and b.shared) or ((a.shared or b.shared) and first.roots & second.roots))


def calm(step: Step) -> bool:
    """Whether a step asks nothing of the network or another process: what was sent before cannot matter to it."""
    return not any(op.base_class in ("network", "subprocess") for op in step.ops)


def files_meet(writer: Step, other: Step) -> bool:
    """Whether one step may write a file that the other reads or writes; files that are not known may be the same."""
    if not writer.effects.files:
        return False
    if not other.effects.files and not any(op.base_class in ("file_io", "subprocess") for op in other.ops):
        return False
    targets = {target.removeprefix("file:") for target in writer.effects.files}
    others = {target.removeprefix("file:") for target in other.effects.files} | other.inputs
    unknown = any(not constant(writer, target) for target in targets) or any(
        op.base_class in ("file_io", "subprocess") and not other.inputs for op in other.ops
    )
    return unknown or bool(targets & others)


def constant(step: Step, target: str) -> bool:
    """Whether a written file is known by a constant path: then the path is among what the step's ops are given."""
    return target in step.inputs


def names_meet(written: frozenset[str], other: frozenset[str]) -> bool:
    """Whether one of the names that are written is, or is a part of, or holds, one of the other names.

    Reading `self` alone is no reading of `self.rows`: what methods of it read is known from their own code.
    """
    for name in written:
        for path in other:
            if (
                name == path
                or path.startswith((f"{name}.", f"{name}["))
                or (name.startswith((f"{path}.", f"{path}[")) and path not in ("self", "cls"))
            ):
                return True
    return False


def row_of(reach: Reach, function: str, group: list[Step]) -> Pipelining:
    """The row of one group."""
    load = sum(step.load for step in group)
    how = "threads"
    if all(step.awaited for step in group):
        how = "asyncio.gather"
    elif not all(step.waits for step in group):
        how = "processes"
    return Pipelining(
        function, reach.program.path(function), group[0].line,
        tuple(f"{step.text} (line {step.line})" for step in group),
        tuple(dict.fromkeys(op.id for step in group for op in step.ops)),
        load, load - max(step.load for step in group), how,
    )  # fmt: skip
