"""Baseline against profile, as typed findings: pure, and nothing here knows what is bad.

Ops are matched in steps, the surest evidence first; each step sees only what the ones before left over:

1. same function, callee and class of work: by size and amplification first, so that an op inserted above another does
   not take its place; then one of the same method name, whose receiver is known as something else; then the closest in
   weight; then the same class of work, as often and no heavier, by another function of a library;
2. a function that was renamed or moved: same body; else same name in a module or class of which something was found
   under another name already; else same name in another module;
3. a helper extracted or inlined: one function lost the op, the other has it, and one reaches the other;
4. a function that is gone altogether, and its op found again in another.

Steps 2 to 4 ask for the same callee, class, size and amplification; a body that is found again once, and only once, or
a module that is known by its new name, is evidence enough to follow an op that changed on the way.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import NamedTuple

from code_path_audit.costs.asynchronous import is_asynchronous
from code_path_audit.costs.model import LOOP_AMPLIFIED
from code_path_audit.facts.rows import CONDITIONS, RARELY
from code_path_audit.reports.text import rounded, sized
from code_path_gate.baseline.model import Baseline, BaselineOp, MutationRow, is_past_figures, op_order
from code_path_gate.verdict.growth import (
    causes,
    gained_cache,
    grows_faster,
    lost_batches,
    lost_connection,
    lost_something,
    more_keys,
    rare_no_more,
)

KINDS = (
    "newly_expensive", "grown", "new", "moved", "shrunk", "gone", "load_changed", "unresolved_grew", "mutation_new",
)  # fmt: skip
"""All kinds of drift, the gravest first."""

HEAVIER = KINDS[:3]
"""Those of an op that costs more than before, or that there was none of."""


class Finding(NamedTuple):
    """One difference. `id` is the op's identity now (then, for one that is gone), "" for what is not about one op.

    `what` is the callee; the reason of unresolved calls; kind and target of a mutation; "" for the load. `before` and
    `after` are weights or loads in load units, or counts of calls; None where there was or is nothing. `was` and `now`
    are the op's two rows. `note` says what else is known, in words. `connects`: each round of a loop of unknown bound
    opens a connection now, and did not before. `guard` is where it runs besides where it ran, in words;
    `loop` why it runs more often on one of several ways.
    """

    kind: str
    action: str
    id: str
    function: str
    what: str
    before: int | None
    after: int | None
    was: BaselineOp | None = None
    now: BaselineOp | None = None
    note: str = ""
    connects: bool = False
    guard: str = ""
    loop: str = ""

    @property
    def key(self) -> str:
        """What it is about, within its action: the op's identity, else the kind with its place."""
        return self.id or f"{self.kind}:{self.function}:{self.what}"


def may_be_looped(finding: Finding, threshold: int) -> bool:
    """Whether an expensive op runs more often than before: it may be in a loop on one of several ways to it."""
    now = finding.now
    return (
        finding.kind == "grown" and now is not None and now.weight > threshold and now.condition != CONDITIONS[RARELY]
    )


class Pair(NamedTuple):
    """The same op on both sides."""

    was: BaselineOp
    now: BaselineOp


class Matching(NamedTuple):
    """All ops of both sides: known again, gone, new."""

    pairs: tuple[Pair, ...]
    gone: tuple[BaselineOp, ...]
    new: tuple[BaselineOp, ...]


Calls = Mapping[str, Collection[str]]
"""Who calls whom now: each function reached, and its callees in the source."""


class Found(NamedTuple):
    """What a change did that no baseline knows, by the ids of ops now, in words: `guards`, where an op runs that ran on
    one condition more; `loops`, why it runs more often on one of several ways."""

    guards: Mapping[str, str] = MappingProxyType({})
    loops: Mapping[str, str] = MappingProxyType({})


NOTHING = Found()


def compare(
    baseline: Baseline, current: Baseline, calls: Calls, threshold: int, found: Found = NOTHING
) -> Iterator[Finding]:
    """Every difference between a committed baseline and what was found now, gravest kind first, then heaviest.

    `calls` is the current call graph; `threshold`, in load units, is where an op becomes expensive; `found` is
    what else the change is known to have done.
    """
    findings = [
        *_op_findings(baseline, current, match(baseline.ops, current.ops, calls), threshold, found),
        *_load(baseline, current),
        *_unresolved(baseline, current),
        *_mutations(baseline, current, calls),
    ]
    yield from sorted(findings, key=_order)


def match(was: Collection[BaselineOp], now: Collection[BaselineOp], calls: Calls) -> Matching:
    """Which op of one side is which of the other. The result does not depend on the order of either."""
    pool = _Pool(was, now)
    pool.pair(_same_place_and_work)
    pool.pair_closest(_same_place)
    pool.pair(_same_place_and_method)
    elsewhere = _elsewhere(pool, calls)
    pool.pair_closest(
        _same_function_and_class, lambda old, new: _as_cheap(old, new) and elsewhere.isdisjoint((old, new))
    )
    renamed = _renamed(pool, calls)
    pool.pair(_same_work, lambda old, new: renamed.get(old.function) == new.function)
    pool.pair_closest(_same_callee, lambda old, new: renamed.get(old.function) == new.function)
    modules = _renamed_modules(pool.pairs)
    pool.pair(_same_work, lambda old, new: _follows(old, new, modules, calls))
    pool.pair_closest(_same_callee, lambda old, new: _follows(old, new, modules, calls))
    pool.pair(_same_work, lambda old, new: old.function not in calls and _last_name(old) == _last_name(new))
    pool.pair(_same_work, lambda old, new: _near(old.function, new.function, calls))
    pool.pair(_same_work, lambda old, new: old.function not in calls)
    return Matching(tuple(sorted(pool.pairs)), tuple(sorted(pool.was)), tuple(sorted(pool.now)))


def with_bodies(baseline: Baseline, traced: Baseline) -> Baseline:
    """A committed baseline, which has no bodies, with those of the code that it was made of, as far as they are known:
    a function that was renamed is known again by its body."""
    bodies = {op.id: op.body for op in traced.ops}
    mutations = {(row.function, row.kind, row.target): row.body for row in traced.mutations}
    return baseline._replace(
        ops=tuple(op if op.body else op._replace(body=bodies.get(op.id, "")) for op in baseline.ops),
        mutations=tuple(
            row if row.body else row._replace(body=mutations.get((row.function, row.kind, row.target), ""))
            for row in baseline.mutations
        ),
    )


Key = Callable[[BaselineOp], object]
Evidence = Callable[[BaselineOp, BaselineOp], bool]


def _elsewhere(pool: _Pool, calls: Calls) -> frozenset[BaselineOp]:
    """The ops whose very work is in a helper now that was taken out of their function, or put into it: nothing else
    that the function does stands for them."""
    waiting: dict[object, list[BaselineOp]] = defaultdict(list)
    for new in pool.now:
        waiting[_work(new)].append(new)
    found: set[BaselineOp] = set()
    for old in pool.was:
        for new in waiting.get(_work(old), ()):
            # a helper that is gone calls nothing any more: what stands beside it may have taken it in
            taken_in = old.function not in calls and _home(old) == _home(new)
            if taken_in or _near(old.function, new.function, calls):
                found.update((old, new))
    return frozenset(found)


def _home(op: BaselineOp) -> str:
    """The module or class that an op's function stands in."""
    return op.function.rpartition(".")[0]


def _same_place(op: BaselineOp) -> object:
    return (op.function, op.callee, op.base_class)


def _same_place_and_work(op: BaselineOp) -> object:
    return (op.function, *_work(op))


def _same_place_and_method(op: BaselineOp) -> object:
    # how well a receiver is known may change with an edit elsewhere: `io.BufferedWriter.write` for `io.IOBase.write`
    return (op.function, op.callee.rpartition(".")[2], is_asynchronous(op.callee), *_work(op)[1:])


def _same_work(op: BaselineOp) -> object:
    return _work(op)


def _same_function_and_class(op: BaselineOp) -> object:
    return (op.function, op.base_class)


def _as_cheap(old: BaselineOp, new: BaselineOp) -> bool:
    """Whether an op can stand for another: the same work by another function of a library."""
    if is_asynchronous(old.callee) and not is_asynchronous(new.callee):
        return False  # what other coroutines could go on beside now stands in their way
    no_oftener = new.amplification <= old.amplification and new.open_loops <= max(old.open_loops, 0)
    return no_oftener and new.weight <= ALIKE * old.weight and not lost_something(old, new)


ALIKE = 1.1
"""How much heavier one op may be than another that it took the place of: kinds of work differ by so little."""


def _work(op: BaselineOp) -> tuple[object, ...]:
    return (op.callee, op.base_class, op.size, op.amplification, op.cost_class)


def _same_callee(op: BaselineOp) -> object:
    return (op.callee, op.base_class)


def _last_name(op: BaselineOp) -> str:
    return op.function.rpartition(".")[2]


def _always(old: BaselineOp, new: BaselineOp) -> bool:
    return True


class _Pool:
    """What is not matched yet, on both sides; shrinks as pairs are found."""

    def __init__(self, was: Collection[BaselineOp], now: Collection[BaselineOp]) -> None:
        self.was = sorted(was, key=op_order)
        self.now = sorted(now, key=op_order)
        self.pairs: list[Pair] = []

    def pair(self, key: Key, evidence: Evidence = _always) -> None:
        """Pairs ops of equal key, in source order, where the evidence holds."""
        waiting: dict[object, list[BaselineOp]] = defaultdict(list)
        for new in self.now:
            waiting[key(new)].append(new)
        for old in list(self.was):
            for new in waiting.get(key(old), ()):
                if evidence(old, new):
                    waiting[key(old)].remove(new)
                    self._take(old, new)
                    break

    def pair_closest(self, key: Key, evidence: Evidence = _always) -> None:
        """Pairs ops of equal key, those closest in weight first."""
        waiting: dict[object, list[BaselineOp]] = defaultdict(list)
        for new in self.now:
            waiting[key(new)].append(new)
        candidates = sorted(
            (abs(old.weight - new.weight), old.ordinal, new.ordinal, old, new)
            for old in self.was
            for new in waiting.get(key(old), ())
            if evidence(old, new)
        )
        for _, _, _, old, new in candidates:
            if old in self.was and new in self.now:
                self._take(old, new)

    def _take(self, old: BaselineOp, new: BaselineOp) -> None:
        self.was.remove(old)
        self.now.remove(new)
        self.pairs.append(Pair(old, new))


def _renamed(pool: _Pool, calls: Calls) -> dict[str, str]:
    """Functions that are gone, each with the one new function of the same body; none where several would do.

    A function counts as gone, too, where none of its ops was found in it: another may have its name now, such as a
    package that of a module.
    """
    old: dict[str, set[str]] = defaultdict(set)
    new: dict[str, set[str]] = defaultdict(set)
    kept = {pair.now.function for pair in pool.pairs}
    for op in pool.was:
        if op.body and (op.function not in calls or op.function not in kept):
            old[op.body].add(op.function)
    before = {op.function for op in pool.was} | {pair.was.function for pair in pool.pairs}
    for op in pool.now:
        if op.body and op.function not in before:
            new[op.body].add(op.function)
    return {
        min(functions): min(new[body])
        for body, functions in sorted(old.items())
        if len(functions) == 1 and len(new.get(body, ())) == 1
    }


def _renamed_modules(pairs: Iterable[Pair]) -> dict[str, str]:
    """Modules and classes of which something was found under another name, each with the name that most of it has."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for was, now in pairs:
        if was.function != now.function:
            old, new = was.function.split("."), now.function.split(".")
            while len(old) > 1 and len(new) > 1 and old[-1] == new[-1]:
                old.pop()
                new.pop()
            found[".".join(old)][".".join(new)] += 1
    return {old: min(names, key=lambda new: (-names[new], new)) for old, names in found.items()}


def _follows(old: BaselineOp, new: BaselineOp, modules: Mapping[str, str], calls: Calls) -> bool:
    """Whether one function is the other, gone with its module or class that has another name now."""
    if old.function in calls:
        return False
    home = old.function
    while home and home not in modules:
        home = home.rpartition(".")[0]
    return bool(home) and modules[home] + old.function[len(home) :] == new.function


REACH = 4
"""How many calls apart the two functions of an extracted helper may be."""


def _near(one: str, other: str, calls: Calls) -> bool:
    """Whether one of two functions reaches the other within a few calls: a helper extracted from it, or inlined."""
    return one != other and (_reaches(one, other, calls) or _reaches(other, one, calls))


def _reaches(start: str, goal: str, calls: Calls) -> bool:
    seen = {start}
    front = [start]
    for _ in range(REACH):
        front = [callee for caller in front for callee in calls.get(caller, ()) if callee not in seen]
        if goal in front:
            return True
        seen.update(front)
    return False


def _op_findings(
    baseline: Baseline, current: Baseline, matching: Matching, threshold: int, found: Found
) -> Iterator[Finding]:
    action = baseline.action
    for was, now in matching.pairs:
        if was.function != now.function:
            yield _finding("moved", action, was, now, f"from {was.function}")
        elif was.callee != now.callee:
            yield _finding("moved", action, was, now, f"its callee was known as {was.callee}")
        if was.weight <= threshold < now.weight:
            yield _finding("newly_expensive", action, was, now, _reason(was, now))
        elif (
            now.weight > was.weight or (now.weight == was.weight and _is_worse(was, now)) or _is_worse_anyway(was, now)
        ):
            connects = lost_connection(was, now, baseline.costs, current.costs)
            is_told = entered_loop(was, now) or now.amplification >= 2 * was.amplification
            loop = "" if is_told else found.loops.get(now.id, "")
            note = f"because of one of several ways: {loop}" if loop else _reason(was, now, connects)
            yield _finding("grown", action, was, now, note)._replace(connects=connects, loop=loop)
        elif now.weight < was.weight or gained_cache(was, now):
            yield _finding("shrunk", action, was, now, _reason(was, now))
        elif now.id in found.guards:
            guard = found.guards[now.id]
            note = f"because of a guard: it runs also {guard}"
            yield _finding("grown", action, was, now, note)._replace(guard=guard)
    spared = {pair: pair.was.amplification - pair.now.amplification for pair in matching.pairs}
    for now in sorted(matching.new, key=op_order):
        source = _inlined(now, spared)
        if source is not None:
            spared[source] -= now.amplification
            note = f"from {source.now.function}, where it runs less often"
            yield _finding("moved", action, source.was, now, note)
            continue
        yield _finding("newly_expensive" if now.weight > threshold else "new", action, None, now, "")
    for was in matching.gone:
        yield _finding("gone", action, was, None, "")


def _is_worse_anyway(was: BaselineOp, now: BaselineOp) -> bool:
    """Whether an op is worse than before whatever it weighs: one of a batch is less than all of it."""
    return rare_no_more(was, now) or lost_batches(was, now)


def _is_worse(was: BaselineOp, now: BaselineOp) -> bool:
    """Whether an op is worse than before though it weighs the same."""
    return entered_loop(was, now) or more_keys(was, now) or lost_something(was, now) or grows_faster(was, now)


def _inlined(new: BaselineOp, spared: Mapping[Pair, int]) -> Pair | None:
    """The op elsewhere that does the same work less often by as many runs: its function was inlined at one of its
    callers, and nothing runs more often than before. `spared` has the runs that each op has no more."""
    for pair, runs in spared.items():
        alike = (pair.was.callee, pair.was.base_class, pair.was.size) == (new.callee, new.base_class, new.size)
        if alike and runs >= new.amplification:
            return pair
    return None


def entered_loop(was: BaselineOp, now: BaselineOp) -> bool:
    """Whether one more loop amplifies an op now, and it is not known how often it runs: any figure is a guess."""
    if was.open_loops < 0:
        return now.open_loops > 0 and was.cost_class != LOOP_AMPLIFIED
    return now.open_loops > was.open_loops


UNKNOWN_LOOP = "now in a loop whose bound is unknown"
"""In the note of an op whose weight is a guess, because a loop that it was not in before has no known bound."""


def _finding(kind: str, action: str, was: BaselineOp | None, now: BaselineOp | None, note: str) -> Finding:
    op = now or was
    assert op is not None
    return Finding(
        kind,
        action,
        op.id,
        op.function,
        op.callee,
        was.weight if was else None,
        now.weight if now else None,
        was,
        now,
        note,
    )


def _reason(was: BaselineOp, now: BaselineOp, connects: bool = False) -> str:
    """What of an op changed, in words."""
    reasons = [f"because of {cause}" for cause in causes(was, now) or gained_cache(was, now)]
    if connects:
        reasons.append("because of a connection: each round opens one")
    if entered_loop(was, now) and not reasons:
        reasons.append(UNKNOWN_LOOP)
    if was.amplification != now.amplification and not is_past_figures(now):
        reasons.append(f"about {rounded(was.amplification):,} -> {rounded(now.amplification):,} runs")
    if was.size != now.size or was.size_source != now.size_source:
        sizes = (sized(op.size, op.size_source, op.base_class) for op in (was, now))
        reasons.append(f"size {' -> '.join(sizes)}")
    return ", ".join(reasons) or "the cost model changed"


def _load(baseline: Baseline, current: Baseline) -> Iterator[Finding]:
    if baseline.load != current.load:
        yield Finding("load_changed", baseline.action, "", "", "", baseline.load, current.load)


def _unresolved(baseline: Baseline, current: Baseline) -> Iterator[Finding]:
    before = baseline.unresolved_by_reason()
    known = {(row.function, row.reason): row.calls for row in baseline.unresolved}
    for reason, count in current.unresolved_by_reason().items():
        if count > before.get(reason, 0):
            where = sorted(
                row.function
                for row in current.unresolved
                if row.reason == reason and row.calls > known.get((row.function, reason), 0)
            )
            more = f" and {len(where) - SHOWN} more" if len(where) > SHOWN else ""
            note = f"in {', '.join(where[:SHOWN])}{more}" if where else ""
            first = where[0] if where else ""
            before_count = before.get(reason, 0)
            yield Finding("unresolved_grew", baseline.action, "", first, reason, before_count, count, note=note)


SHOWN = 3
"""How many functions a finding about many of them names."""


def _mutations(baseline: Baseline, current: Baseline, calls: Calls) -> Iterator[Finding]:
    """New mutations, but for those of a function that was renamed, moved, extracted or split."""
    before = {(row.function, row.kind, row.target) for row in baseline.mutations}
    after = {(row.function, row.kind, row.target) for row in current.mutations}
    lost: dict[tuple[str, str], list[MutationRow]] = defaultdict(list)
    for row in baseline.mutations:
        if (row.function, row.kind, row.target) not in after:
            lost[row.kind, _leaf(row)].append(row)
    for row in current.mutations:
        if (row.function, row.kind, row.target) in before:
            continue
        moved_from = next((old for old in lost[row.kind, _leaf(row)] if _same_mutation(old, row, calls)), None)
        if moved_from is not None:
            lost[row.kind, _leaf(row)].remove(moved_from)
        else:
            yield Finding("mutation_new", baseline.action, "", row.function, f"{row.kind} {row.target}", None, None)


def _same_mutation(old: MutationRow, new: MutationRow, calls: Calls) -> bool:
    return (
        old.function == new.function  # the local that holds the object was renamed
        or (bool(old.body) and old.body == new.body)
        or old.function not in calls
        or _near(old.function, new.function, calls)
    )


def _leaf(row: MutationRow) -> str:
    """The last attribute of a target: what stays of `cart.rows` when the local `cart` is renamed.

    "" for a variable: one of the function, or of what stands around it (`shop.names.TOTAL` in `shop.names.count`).
    """
    owner, dot, name = row.target.rpartition(".")
    if not dot or row.target.startswith("file:") or row.function.startswith(owner + "."):
        return ""
    return name


def _order(finding: Finding) -> tuple[int, int, str, str, str, str]:
    change = (finding.after or 0) - (finding.before or 0)
    return (KINDS.index(finding.kind), -abs(change), finding.function, finding.what, finding.id, finding.note)
