"""What every kind of candidate is given, and what it gives: a proposal with the load of what it concerns."""

from __future__ import annotations

import ast
from collections.abc import Callable, Container, Iterable, Mapping
from functools import cached_property
from hashlib import sha256
from itertools import accumulate
from operator import itemgetter
from typing import NamedTuple

from code_path_audit.callgraph.model import Edge, Evidence, ExternalCall, Unresolved
from code_path_audit.costs.model import CostModel, ExpensiveOp
from code_path_audit.facts.rows import RARELY
from code_path_audit.profiles.amplification import (
    Counted,
    Route,
    amplified,
    base_class_of,
    loop_name,
    loops_of,
    own_evidence,
    weighed,
)
from code_path_audit.profiles.candidates.function_sites import FunctionSites
from code_path_audit.profiles.candidates.names import names_of
from code_path_audit.profiles.candidates.syntax import Spot, Syntax, place_of
from code_path_audit.profiles.effects import Knowledge
from code_path_audit.profiles.model import FELT, Candidate
from code_path_audit.profiles.reach import OpKey, Reach, condition_of, grouped, op_order
from code_path_audit.profiles.runs.terms import LIMIT, MAX_LOOPS, SELDOM, LoopName, PlainRuns, Term, degree
from code_path_audit.profiles.runs.words import term_in_words
from code_path_audit.program.model import Program

SHARE = 20
"""A candidate counts that saves at least one part in so many of what the action pays."""

LITTLE = 10
"""What costs less than such a part of the threshold each time is not worth a change, however often it runs."""

IN_MEMORY = frozenset(("json_io", "pickle", "deep_copy"))
"""Classes whose work on little is done in a few microseconds."""

KNOWN_SIZES = frozenset(("literal", "constant", "measured"))
"""Where sizes come from that are known: the source says them, or a run."""

LEAST = 100
"""One part in so many of what the action surely pays is the least that is told at all."""

MOST_SITES = 10_000_000
"""Call sites that the proofs of one action may look at, in the functions of their ops: what would take more, of the
lightest ops, is not proposed. A function of 300 heavy ops among 1,000 calls is a thirtieth of it."""


ROUNDS = 10**6
"""Rounds of which one is told: so many that what is paid once is no part of it."""


class Round(NamedTuple):
    """One round of the loops that a saving grows with: load units that it saves, and of what it costs, in words what
    it is one of ("per order and line"), and how many of them the load of the action counts."""

    saved: int
    paid: int
    per: str
    counted: int


class World(NamedTuple):
    """What it takes to weigh an op elsewhere than it stands, by a model and its assumed bound."""

    reach: Reach
    model: CostModel
    routes: dict[str, Route]
    counted: Counted


After = Callable[[World, ExpensiveOp], int]
"""What an op weighs with a candidate applied; the op is as that world has it."""

Weights = Mapping[OpKey, After]
"""The same for the ops that a candidate changes."""


def gone(world: World, op: ExpensiveOp) -> int:
    """It is not run any more."""
    return 0


def moved_to(loop: int) -> After:
    """In another loop of its function (-1: outside of all)."""
    return lambda world, op: amplified(world.reach, world.model, world.routes, world.counted, op, loop).weight


def executed(times: int) -> After:
    """So many executions."""
    return lambda world, op: weighed(world.model, op, max(times, 1))


def part_of(most: int) -> After:
    """One execution in place of so many, side by side."""
    return lambda world, op: weighed(world.model, op, max(-(-op.amplification // most), 1))


def at_once(most: int) -> After:
    """Executions that are joined, so many into one (0: all): the fixed cost is paid once for each."""

    def after(world: World, op: ExpensiveOp) -> int:
        calls = -(-op.amplification // most) if most else 1
        return weighed(world.model, op._replace(size=op.size * op.amplification / calls), calls)

    return after


def divided(factor: float) -> After:
    """The same work, so many times faster."""
    return lambda world, op: round(op.weight / factor)


def without(share: float) -> After:
    """All but a share of the executions."""
    return lambda world, op: weighed(world.model, op, max(op.amplification - round(op.amplification * share), 1))


def of_size(size: float) -> After:
    """As often, on so much; never on more than today."""
    return lambda world, op: weighed(world.model, op._replace(size=min(size, op.size)), op.amplification)


def of_kind(kind: str) -> After:
    """As often, by the constants of another kind of work."""
    return lambda world, op: weighed(world.model, op._replace(kind=kind), op.amplification)


class Proposal(NamedTuple):
    """A candidate whose saving is still to be computed: `after` says what its ops weigh with it applied."""

    candidate: Candidate
    after: Weights


class Traced:
    """One traced action, as the kinds of candidates read it. `ops` are as the action runs them."""

    def __init__(
        self,
        reach: Reach,
        model: CostModel,
        routes: dict[str, Route],
        counted: Counted,
        known: Knowledge,
        ops: tuple[ExpensiveOp, ...],
        syntax: Syntax,
    ) -> None:
        self.reach, self.model, self.routes, self.counted, self.known = reach, model, routes, counted, known
        self.ops, self.syntax = ops, syntax
        self.paid: dict[tuple[int, int], int] = {}
        self._sites: dict[str, FunctionSites] = {}
        self.changing: Container[str] | None = None
        """The functions that run again with other files (`meanwhile.may_change_files`), once somebody has asked."""

    @cached_property
    def world(self) -> World:
        """By the model of the trace."""
        return World(self.reach, self.model, self.routes, self.counted)

    def rounds(self, deep: int) -> int:
        """Rounds of each of so many loops inside of one another, with which users feel what is in them."""
        return int(max(round(FELT ** (1 / max(deep, 1))), self.model.assumed_bound))

    def felt(self, op: ExpensiveOp, deep: int) -> ExpensiveOp:
        """An op where so many loops inside of one another have the rounds that users feel; what is deeper has those of
        the model."""
        if not deep or not degree(op.runs):
            return op
        assumed, many = self.model.assumed_bound, self.rounds(deep)
        amplification = 0
        for loops, count in op.runs:
            grow = sum(kind not in ("first", "distinct") for kind, _ in loops)
            amplification += count * many ** min(grow, deep) * assumed ** max(grow - deep, 0)
        amplification = max(min(amplification, LIMIT), 1)
        return op._replace(amplification=amplification, weight=weighed(self.model, op, amplification))

    def paid_where(self, ops: Iterable[ExpensiveOp], grows: bool = True) -> int:
        """What the action surely pays where it pays for some ops: what runs on their condition or a stronger one. Of
        loops of unknown bound as many inside of one another as they are in have as many rounds as users feel, deeper
        ones those of the model, and all of them where these loops do not grow with what users have."""
        rows = list(ops)
        condition, deep = min(map(condition_of, rows)), max(degree(op.runs) for op in rows) if grows else 0
        key = condition, deep
        if key not in self.paid:
            self.paid[key] = sum(
                self.felt(op, deep).weight
                for op in self.ops
                if condition_of(op) <= condition and degree(op.runs) <= MAX_LOOPS
            )
        return self.paid[key]

    def saved(self, row: Proposal, ops: Iterable[ExpensiveOp]) -> tuple[int, int]:
        """What a proposal saves of some ops: by the model, and as users feel it."""
        rows = list(ops)
        deep = max((degree(op.runs) for op in rows), default=0) if row.candidate.grows else 0
        by_model = sum(op.weight - after(self.world, op) for op, after in changed(row, rows))
        if not deep:
            return by_model, by_model
        felt = [self.felt(op, deep) for op in rows]
        world = self.world._replace(model=self.model._replace(assumed_bound=self.rounds(deep)))
        return by_model, sum(op.weight - after(world, op) for op, after in changed(row, felt))

    def one_round(self, row: Proposal, ops: Iterable[ExpensiveOp]) -> Round | None:
        """What a proposal saves of one round of the loops that its ops are deepest in, of what such a round costs: all
        that surely runs in it, loops inside of it with the rounds of the model. None outside of loops of unknown
        bound."""
        rows = list(ops)
        deep = max((degree(op.runs) for op in rows), default=0) if row.candidate.grows else 0
        if not deep:
            return None
        around = {full(loops) for op in rows for loops, _ in op.runs if len(full(loops)) == deep}
        many = round(ROUNDS ** (1 / deep))
        world = self.world._replace(model=self.model._replace(assumed_bound=many))
        often = [max(min(often_in_round(op.runs, (), many), LIMIT), 1) for op in rows]
        grown = [
            op._replace(amplification=count, weight=weighed(self.model, op, count))
            for op, count in zip(rows, often, strict=True)
        ]  # fmt: skip
        rounds = many**deep * len(around)
        saved = round(sum(op.weight - after(world, op) for op, after in changed(row, grown)) / rounds)
        condition = min(map(condition_of, rows))
        paid = sum(
            warm * often_in_round(op.runs, loops, self.model.assumed_bound)
            for op, warm in zip(self.ops, self.warm, strict=True)
            if condition_of(op) <= condition and degree(op.runs) <= MAX_LOOPS
            for loops in around
        )
        (loops, *others) = sorted(around)
        order = [
            loop_name(self.reach, *place) for op in rows for place in loops_of(self.reach, self.model, self.routes, op)
        ]
        per = "per round" if others else term_in_words(Term(loops, 1), order)
        return Round(saved, max(round(paid / len(around)), saved), per, self.model.assumed_bound**deep)

    @cached_property
    def warm(self) -> tuple[float, ...]:
        """What one execution more of each op weighs."""
        return tuple(
            (weighed(self.model, op, 2 * ROUNDS) - weighed(self.model, op, ROUNDS)) / ROUNDS for op in self.ops
        )

    def is_worth(self, ops: Iterable[ExpensiveOp], saving: int, felt: int, grows: bool = True) -> bool:
        """Whether a saving is more than half the threshold of the model, and a twentieth of what the action surely
        pays; in loops of unknown bound also a quarter of the threshold in each round, or a twentieth of it where that
        is a twentieth of what is surely paid, and a hundredth of that in any case, but in loops that do not grow with
        what users have. Never on error paths, nor where all comes by calls that are not certain."""
        rows = list(ops)
        if all(op.evidence != Evidence.CERTAIN.word for op in rows):  # also of none
            return False
        if min(map(condition_of, rows)) == RARELY or any(degree(op.runs) > MAX_LOOPS for op in rows):
            return False
        enough = saving * 2 > self.model.threshold
        if grows and any(degree(op.runs) for op in rows):
            each, paid = self.model.threshold * FELT, self.paid_where(rows)
            return felt * LEAST >= paid and (enough or felt * 4 > each or felt * SHARE > max(each, paid))
        return enough and saving * SHARE >= self.paid_where(rows, grows)

    def is_heavy(self, op: ExpensiveOp) -> bool:
        """Whether an op is worth it to do away with."""
        return self.is_worth([op], op.weight, self.felt(op, degree(op.runs)).weight)

    def is_next_to_nothing(self, op: ExpensiveOp) -> bool:
        """Whether an op works in memory on so little, by a size that is known, that no edit is worth it: what it pays
        besides is the price of the first in the process, or of texts of which nobody knows how long they are."""
        if base_class_of(op) not in IN_MEMORY or op.size_source not in KNOWN_SIZES:
            return False
        each = self.model.classes[base_class_of(op)].of(op.kind).per_unit * op.size
        return each * LITTLE < self.model.threshold

    @cached_property
    def heavy(self) -> tuple[ExpensiveOp, ...]:
        """The ops that are worth a proof, the heaviest first: certain calls that weigh enough."""
        rows = [
            op for op in self.ops
            if op.site >= 0 and self.is_called(op) and self.is_heavy(op) and not self.is_next_to_nothing(op)
        ]  # fmt: skip
        rows.sort(key=lambda op: (-op.weight, op_order(op)))
        looked_at = accumulate(len(self.reach.facts(op.function).sites) for op in rows)
        return tuple(op for op, sites in zip(rows, looked_at, strict=True) if sites <= MOST_SITES)

    def spot(self, op: ExpensiveOp) -> Spot | None:
        """The call of an op in the source, where it is written with the name of what it calls: not through another
        function that was made of it."""
        found = self.syntax.spot(op.function, op.site)
        if found is None:
            return None
        func, last = found.node.func, op.callee.rpartition(".")[2]
        if isinstance(func, ast.Attribute):
            return found if func.attr == last else None
        if not isinstance(func, ast.Name) or func.id != last or names_of(found.scope).is_local(last):
            return None
        made = names_of(found.file.tree).bindings.get(last, ())
        return found if all(isinstance(node, ast.ImportFrom) for node in made) else None

    def is_called(self, op: ExpensiveOp) -> bool:
        """Whether it is certain that the call site calls what the op is, and does not hand it to something."""
        rows = self.externals.get((op.function, op.site), ())
        return own_evidence(op) == Evidence.CERTAIN.word and [row.kind for row in rows if row.callee == op.callee] == [
            "call"
        ]

    @cached_property
    def externals(self) -> dict[tuple[str, int], tuple[ExternalCall, ...]]:
        """What is called outside of the source, by call site."""
        found: dict[tuple[str, int], tuple[ExternalCall, ...]] = {}
        for rows in self.reach.externals.values():
            for row in rows:
                found[row.caller, row.site] = (*found.get((row.caller, row.site), ()), row)
        return found

    @cached_property
    def edges(self) -> dict[tuple[str, int], tuple[Edge, ...]]:
        """What is called in the source, by call site."""
        found: dict[tuple[str, int], tuple[Edge, ...]] = {}
        for edge in self.reach.edges:
            found[edge.caller, edge.site] = (*found.get((edge.caller, edge.site), ()), edge)
        return found

    @cached_property
    def unclear(self) -> dict[str, tuple[Unresolved | Edge, ...]]:
        """The calls of a function of which nothing, or nothing but a guess, is known."""
        return grouped((*self.reach.unresolved, *self.reach.guesses), "caller")

    @cached_property
    def ops_at(self) -> dict[tuple[str, int], ExpensiveOp]:
        """The op of a call site."""
        return {(op.function, op.site): op for op in self.ops if op.site >= 0}

    def site_of(self, function: str, node: ast.Call) -> int:
        """The call site of a call that stands in a function; -1 for none."""
        return self.sites_of(function).first_calls.get(place_of(node), -1)

    def sites_of(self, function: str) -> FunctionSites:
        """The call sites of a function by where they stand."""
        found = self._sites.get(function)
        if found is None:
            found = self._sites[function] = FunctionSites(self.reach.facts(function))
        return found

    @cached_property
    def ops_by_function(self) -> dict[str, dict[int, list[tuple[int, ExpensiveOp]]]]:
        """The ops of a function by their sites, with their place among all."""
        found: dict[str, dict[int, list[tuple[int, ExpensiveOp]]]] = {}
        for number, op in enumerate(self.ops):
            found.setdefault(op.function, {}).setdefault(op.site, []).append((number, op))
        return found

    def ops_in(self, function: str) -> list[ExpensiveOp]:
        """The ops of a function, in the order of all."""
        return self.ops_among(function, self.ops_by_function.get(function, ()))

    def ops_among(self, function: str, sites: Iterable[int]) -> list[ExpensiveOp]:
        """The ops at some sites of a function, in the order of all."""
        here = self.ops_by_function.get(function, {})
        return [op for _, op in sorted((row for site in sites for row in here.get(site, ())), key=itemgetter(0))]

    def ops_below(self, function: str) -> list[ExpensiveOp]:
        """The ops that a function reaches, its own among them, in the order of all."""
        names = self.known.names(self.known.below[function] & self.known.with_ops)
        found = [row for name in names for rows in self.ops_by_function.get(name, {}).values() for row in rows]
        return [op for _, op in sorted(found, key=itemgetter(0))]

    def op_of(self, function: str, node: ast.Call) -> ExpensiveOp | None:
        """The op of a call that stands in a function."""
        return self.ops_at.get((function, self.site_of(function, node)))

    def name_of(self, op: ExpensiveOp) -> str:
        """What a loop of its function around an op has one round for."""
        facts = self.reach.facts(op.function)
        loop = facts.sites[op.site].loop
        return facts.loops[loop].name if loop >= 0 else ""


def full(loops: Iterable[tuple[str, str]]) -> tuple[LoopName, ...]:
    """Those of some loops that are run through in full."""
    return tuple(sorted(LoopName(kind, name) for kind, name in loops if kind not in SELDOM))


def often_in_round(runs: PlainRuns, around: tuple[LoopName, ...], rounds: int) -> int:
    """How often something runs in one round of some loops, where those inside of it have so many rounds; of none, where
    all loops that are run through in full have."""
    found = 0
    for loops, count in runs:
        inside = list(full(loops))
        if all(inside.count(one) >= around.count(one) for one in around):
            found += count * int(rounds ** (len(inside) - len(around)))
    return found


def changed(row: Proposal, ops: Iterable[ExpensiveOp]) -> Iterable[tuple[ExpensiveOp, After]]:
    """The ops that a proposal changes, each with what it then weighs."""
    return [(op, row.after[op_order(op)]) for op in ops if op_order(op) in row.after]


def proposal(
    kind: str, title: str, first: ExpensiveOp, after: Weights, ops: Iterable[ExpensiveOp], effort: str, why: str,
    assumes: str, target: int = 0, calls: Iterable[str] | None = None, adds: str = "",
) -> Proposal:  # fmt: skip
    """A proposal at the place of an op. `why` is what was proved, `assumes` what could not be; `calls` and `adds` as in
    a candidate, by default the call of the op."""
    rows = tuple(ops)
    ids = tuple(sorted(op.id for op in rows))
    load = sum(op.weight for op in rows)
    row = Candidate(
        kind, title, first.function, first.file, first.line, ids, load, 0, effort, "low", why, assumes, "", target,
        calls=tuple([place_of_op(first)] if calls is None else calls), adds=adds,
    )  # fmt: skip
    return Proposal(row._replace(id=identity(row)), after)


def place_of_op(op: ExpensiveOp) -> str:
    """The call of an op, as a candidate names it."""
    return named_place(op.file, op.line, op.column, op.callee)


def place_of_site(program: Program, function: str, site: int, callee: str) -> str:
    """The same of a call site and what it calls."""
    line, column = program.facts(function).positions.sites[site][:2]
    return named_place(program.path(function), line, column, callee)


def named_place(file: str, line: int, column: int, callee: str) -> str:
    """A call, as a candidate names it."""
    return f"{file}:{line}:{column} {callee}"


def identity(row: Candidate) -> str:
    """What a candidate is named by: its kind, its function and its ops, without lines."""
    text = "\n".join((row.kind, row.function, *row.op_ids))
    return sha256(text.encode()).hexdigest()[:8]
