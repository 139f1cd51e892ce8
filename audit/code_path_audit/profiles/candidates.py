"""Optimization candidates: what could be done, and the load that it would save.

A saving is not guessed: the action is traced again with the candidate applied to the graph (an op outside of its loop,
all but one of the same ops gone, an import edge gone, only the heaviest of concurrent steps left), and the two loads
are subtracted. A candidate that saves nothing is left out, with one exception: an op that a loop of unknown bound runs
again and again on the same input, where the model counts that loop as 1.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from code_path_audit.costs.model import CostModel, ExpensiveOp
from code_path_audit.facts import opcodes
from code_path_audit.profiles.amplification import (
    Counted,
    Route,
    amplified,
    base_class_of,
    op_loop,
    weighed,
)
from code_path_audit.profiles.batching import batch_words
from code_path_audit.profiles.effects import STREAMS, Knowledge, is_stateful
from code_path_audit.profiles.model import Candidate
from code_path_audit.profiles.pipelining import Concurrent
from code_path_audit.profiles.reach import Reach, depths_from, op_order, runs_module
from code_path_audit.profiles.redundancy import Repeat, constant_input, constant_texts
from code_path_audit.profiles.values import UNKNOWN

IMPORTS = 20
"""Late imports that are traced again at most, the heaviest."""

BATCHED = frozenset(("network", "subprocess"))
"""Classes where one call for all is worth a proposal: what each call costs before it does anything is most of it."""

OpKey = tuple[str, int, str, int, str]


class Plan(NamedTuple):
    """A candidate applied to the graph. Ops by `op_order`: `loops` moves them in their function, `once` runs them once.

    `gone` are left out; `batched` pay their fixed cost once.
    """

    loops: Mapping[OpKey, int] = {}
    once: frozenset[OpKey] = frozenset()
    gone: frozenset[OpKey] = frozenset()
    batched: frozenset[OpKey] = frozenset()


class Proposal(NamedTuple):
    """A plan and the words for it."""

    plan: Plan
    candidate: Candidate
    unbounded: bool


def find_candidates(
    reach: Reach,
    model: CostModel,
    found: dict[str, Route],
    runs: Counted,
    known: Knowledge,
    ops: tuple[ExpensiveOp, ...],
    repeats: tuple[Repeat, ...],
    pipelinings: tuple[Concurrent, ...],
) -> tuple[Candidate, ...]:
    """All candidates of an action, the greatest saving first. `ops` are as the action runs them."""
    total = sum(op.weight for op in ops)
    proposals = [
        *hoists(reach, known, ops),
        *caches(repeats),
        *concurrents(pipelinings),
        *early_imports(reach, ops),
        *batches(reach, known, ops),
    ]
    candidates = []
    for proposal in proposals:
        saving = total - load_with(reach, model, found, runs, ops, proposal.plan)
        if saving > 0 or (saving == 0 and proposal.unbounded):
            row = proposal.candidate
            candidates.append(row._replace(saving=saving, priority=priority(saving, total, row.effort)))
    return tuple(sorted(candidates, key=lambda row: (-row.saving, row)))


def load_with(
    reach: Reach, model: CostModel, found: dict[str, Route], runs: Counted, ops: Iterable[ExpensiveOp], plan: Plan
) -> int:
    """The action's load with a plan applied."""
    load = 0
    for op in ops:
        key = op_order(op)
        if key in plan.gone:
            continue
        if key in plan.once:
            load += weighed(model, op, 1)
        elif key in plan.batched:
            # one call that carries all of the elements
            load += weighed(model, op._replace(size=op.size * op.amplification), 1)
        elif key in plan.loops:
            load += amplified(reach, model, found, runs, op, plan.loops[key]).weight
        else:
            load += op.weight
    return load


def priority(saving: int, total: int, effort: str) -> str:
    """high from a quarter of the load on, medium from a twentieth on, else low; one step down for a large effort."""
    level = 2 if saving * 4 >= total else 1 if saving * 20 >= total else 0
    if saving == 0:
        level = 0
    if effort == "large":
        level = max(level - 1, 0)
    return ("low", "medium", "high")[level]


def proposal(
    kind: str,
    title: str,
    op: ExpensiveOp,
    ops: Iterable[ExpensiveOp],
    effort: str,
    why: str,
    plan: Plan,
    unbounded: bool = False,
) -> Proposal:
    """A proposal around an op; its saving and its priority are still to be computed."""
    ops = tuple(ops)
    load = sum(each.weight for each in ops)
    ids = tuple(sorted(each.id for each in ops))
    return Proposal(
        plan, Candidate(kind, title, op.function, op.file, op.line, ids, load, 0, effort, "low", why), unbounded
    )


# hoist


def hoists(reach: Reach, known: Knowledge, ops: Iterable[ExpensiveOp]) -> Iterator[Proposal]:
    """Ops that a loop repeats on the same input: out of their function's loops, or, on constant input, its callers'."""
    written = frozenset(row.target.removeprefix("file:") for row in reach.mutations if row.kind == "file_write")
    for op in ops:
        if op.site < 0 or not op.amplified_by or not repeatable(known, op) or set(constant_texts(reach, op)) & written:
            continue
        loop = op_loop(reach, op)
        target = -1 if constant_input(reach, op) else invariant_loop(reach, known, op)
        unbounded = op.bound_source == "unknown"
        own_loops = loops_out_of(reach, op, loop, target)
        if own_loops and not any(reach.program.facts(op.function).loops[row].kind == "while" for row in own_loops):
            lines = reach.program.facts(op.function).positions.loops
            where = " and ".join(str(lines[row]) for row in reversed(own_loops))
            yield proposal(
                "hoist", f"Run {op.callee} once, before the loop in line {where}", op, [op], "small",
                f"its input does not change in the loop{stream_note(op)}; "
                f"effort small: one statement moves inside {op.function}",
                Plan(loops={op_order(op): target}), unbounded,
            )  # fmt: skip
        elif loop == -1 and constant_input(reach, op) and not known.is_cached(op.function):
            yield proposal(
                "cache", f"Keep the result of {op.callee} in {op.function}", op, [op], "small",
                f"its input is constant, and loops of its callers repeat it ({', '.join(op.amplified_by)}); "
                "effort small: one function keeps a result",
                Plan(once=frozenset((op_order(op),))), unbounded,
            )  # fmt: skip


def stream_note(op: ExpensiveOp) -> str:
    """That what is opened once is read once."""
    opens = op.callee.rpartition(".")[2] in ("open", "urlopen", "popen")
    return ", and what is read from it can be kept: a stream is read once" if opens else ""


def repeatable(known: Knowledge, op: ExpensiveOp) -> bool:
    """Whether running an op once instead of often gives the same: it changes nothing, and consumes nothing."""
    if (op.function, op.site) in known.effectful or is_stateful(op.callee):
        return False
    return op.callee.rpartition(".")[2] not in STREAMS and base_class_of(op) != "deep_copy"


def loops_out_of(reach: Reach, op: ExpensiveOp, loop: int, target: int) -> list[int]:
    """The loops that an op leaves when it moves from one loop to another around it, innermost first."""
    loops = reach.program.facts(op.function).loops
    left = []
    while loop not in (target, -1):
        left.append(loop)
        loop = loops[loop].parent
    return left if loop == target else []


def invariant_loop(reach: Reach, known: Knowledge, op: ExpensiveOp) -> int:
    """The innermost loop that makes any of an op's input anew: the op may stand there as well. -1: outside of all.

    Where it cannot be told, or an input may be changed in place inside the loops, that is the loop the op stands in.
    """
    values = known.values(op.function)
    site = values.facts.sites[op.site]
    stay = site.loop
    inputs = [argument.reg for argument in site.arguments]
    receiver = values.receiver(op.site)
    row = None if receiver is None else values.making(receiver)
    if receiver is not None and not (row is not None and row[0] in (opcodes.GLOBAL, opcodes.IMPORT)):
        inputs.append(receiver)
    changed = known.written_globals
    target = values.inner([values.home(reg, known.steady, changed) for reg in inputs])
    if target == UNKNOWN or not values.inside(stay, target):
        return stay
    if not inputs or changed_inside(reach, known, op, target, {values.origin(reg) for reg in inputs}):
        return stay
    return target


def changed_inside(reach: Reach, known: Knowledge, op: ExpensiveOp, target: int, inputs: set[int]) -> bool:
    """Whether anything in the loops that the op would leave may change one of its inputs in place."""
    values = known.values(op.function)
    facts = values.facts
    # constants and the like cannot change; parameters and made objects can
    for reg, number in values.changed:
        if number >= 0 and facts.sites[number].loop != target and values.origin(reg) in inputs:
            return True
    builtins = {row.site for row in reach.externals.get(op.function, ()) if row.callee.startswith("builtins.")}
    ops = {other.site for other in reach.ops if other.function == op.function and not is_stateful(other.callee)}
    for number, site in enumerate(facts.sites):
        if number == op.site or site.kind != "call" or site.loop == target or not values.inside(site.loop, target):
            continue
        receiver = values.receiver(number)
        if receiver is not None and values.origin(receiver) in inputs and number not in ops:
            return True
        if number not in builtins | ops and any(values.origin(argument.reg) in inputs for argument in site.arguments):
            return True
    return False


# cache, concurrent


def caches(repeats: Iterable[Repeat]) -> Iterator[Proposal]:
    """Redundant ops: one execution, or the first site, serves the others."""
    for repeat in repeats:
        ops, row = repeat.ops, repeat.row
        if base_class_of(ops[0]) == "deep_copy" or len(ops) < 2:
            continue  # two copies are two objects; and one op of a function called twice counts once in the load anyhow
        keys = [op_order(op) for op in ops]
        kept = max(ops, key=lambda op: (weighed_once(op), -ops.index(op))) if repeat.once else ops[0]
        functions = {op.function for op in ops}
        effort = "small" if len(functions) == 1 else "medium"
        reason = f"its sites are in {'one function' if len(functions) == 1 else f'{len(functions)} functions'}"
        yield proposal(
            "cache", f"Run {row.callee} once for {row.input}", ops[0], ops, effort,
            f"{len(ops)} sites do the same work: {', '.join(row.sites)}; effort {effort}: {reason}",
            Plan(
                gone=frozenset(keys) - {op_order(kept)},
                once=frozenset((op_order(kept),)) if repeat.once else frozenset(),
            ),
        )  # fmt: skip


def weighed_once(op: ExpensiveOp) -> float:
    """What orders the executions of the same work: its size."""
    return op.size


def concurrents(pipelinings: Iterable[Concurrent]) -> Iterator[Proposal]:
    """Independent steps that run at the same time: the heaviest alone is waited for."""
    for row, steps in pipelinings:
        heaviest = max(steps, key=lambda step: sum(op.weight for op in step))
        all_ops = list(dict.fromkeys(op for step in steps for op in step))
        effort = {"asyncio.gather": "small", "threads": "medium"}.get(row.how, "large")
        reason = {
            "small": "the steps are awaited already",
            "medium": "the steps wait for files, network or processes, so threads do",
            "large": "the work holds the interpreter, so it takes other processes",
        }[effort]
        first = all_ops[0]._replace(function=row.function, file=row.file, line=row.line)
        kept = {op_order(op) for op in heaviest}
        yield proposal(
            "concurrent", f"Run {len(row.steps)} independent steps at the same time ({row.how})", first, all_ops,
            effort,
            f"no step needs another: {'; '.join(row.steps)}; effort {effort}: {reason}",
            Plan(gone=frozenset(op_order(op) for op in all_ops) - kept),
        )  # fmt: skip


# imports, batches


def early_imports(reach: Reach, ops: tuple[ExpensiveOp, ...]) -> Iterator[Proposal]:
    """Imports inside functions whose module does expensive work: start-up could pay for it instead."""
    facts = reach.program.facts
    late: dict[str, list[int]] = {}
    for index, edge in enumerate(reach.edges):
        inside = facts(edge.caller).kind in ("function", "lambda")
        if inside and runs_module(reach, edge):
            late.setdefault(edge.callee, []).append(index)
    callees = {caller: list({edge.callee: None for edge in edges}) for caller, edges in reach.callees.items()}
    costly = {op.function for op in ops}
    plans = []
    for module, indexes in late.items():
        if module in reach.entries or costly.isdisjoint(depths_from([module], callees)):
            continue
        left_out = {reach.edges[index] for index in indexes}
        others = {
            caller: [edge.callee for edge in reach.callees[caller] if edge not in left_out]
            for caller in {edge.caller for edge in left_out}
        }
        still = depths_from(reach.entries, {**callees, **others})
        gone = tuple(op for op in ops if op.function not in still)
        if gone:
            plans.append((sum(op.weight for op in gone), module, indexes, gone))
    for _, module, indexes, gone in sorted(plans, key=lambda plan: (-plan[0], plan[1]))[:IMPORTS]:
        edge = reach.edges[indexes[0]]
        line = reach.program.line(edge.caller, edge.site)
        first = gone[0]._replace(function=edge.caller, file=reach.program.path(edge.caller), line=line)
        effort = "small" if len(indexes) == 1 else "medium"
        yield proposal(
            "early_import", f"Import {module} when the program starts, not in {edge.caller}", first, gone, effort,
            f"its body does the work, in the middle of this action; start-up pays for it instead; effort {effort}: "
            f"{'one import moves' if len(indexes) == 1 else f'{len(indexes)} imports move'}",
            Plan(gone=frozenset(map(op_order, gone))),
        )  # fmt: skip


def batches(reach: Reach, known: Knowledge, ops: Iterable[ExpensiveOp]) -> Iterator[Proposal]:
    """Calls to another process or machine in a loop of their own function: one call that carries everything.

    Not where every round has the same input, which is a second try or meant to be done again.
    """
    for op in ops:
        loop = op_loop(reach, op)
        if op.site < 0 or base_class_of(op) not in BATCHED or loop < 0 or op.amplification < 2:
            continue
        words = batch_words(op.callee, base_class_of(op))
        if words is None or reach.program.facts(op.function).loops[loop].kind == "while":
            continue
        if not words.same_input and (constant_input(reach, op) or invariant_loop(reach, known, op) != loop):
            continue
        key = frozenset((op_order(op),))
        plan = Plan(once=key) if words.same_input else Plan(batched=key)
        yield proposal("batch", words.title, op, [op], words.effort, words.why, plan)
