"""What breaks a rule and would still make nobody stop a change: told, with the reason, and no failure. Pure.

An op is measured against what its cause stands beside, per run of the function in which that is:

- a cheap op that a change only calls a few times more, in no loop, is as cheap as before;
- a call in one arm of a branch, or one of several callees of one call, is paid instead of the others, not besides them;
- one small op beside something much dearer, which the same function or each of its callers pays in any case, is not
  felt, in a loop where that is paid in each round, too;
- what each arm of a branch did, and is done once for all of them now, lost no condition, nor did what is asked for
  elsewhere now;
- what takes the place of something that cost no less is none either (`exchanged`);
- what belongs to rows that were read before and is asked for once for all of them (`at_once`);
- the price of a cache of something dearer (`asked_first`);
- one more case that leads where others led;
- one more way, through one more loop, to what many ways through more loops than are told lead to already;
- what is more likely a guess is none of the program's work (`unsure`).

In a loop of its own nothing else is small: it is paid per item.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from code_path_audit.callgraph.model import EVIDENCE
from code_path_audit.facts.function import FunctionFacts
from code_path_audit.facts.rows import KEPT
from code_path_audit.profiles.runs.standing import together
from code_path_audit.profiles.runs.terms import Runs, degree
from code_path_audit.profiles.runs.words import from_text
from code_path_gate.baseline.model import BaselineOp, is_past_figures
from code_path_gate.causes.asked_first import asked_first
from code_path_gate.causes.at_once import at_once
from code_path_gate.causes.beside import Beside, each
from code_path_gate.causes.cause import Sides, edits_in
from code_path_gate.causes.differences import arms_around, like, nest_of
from code_path_gate.causes.exchanged import Exchange, condition
from code_path_gate.causes.guards import ANOTHER_CASE, is_asked_still
from code_path_gate.causes.unsure import Ways, unsure
from code_path_gate.measuring.seen import Seen
from code_path_gate.verdict.drift import HEAVIER, Finding, entered_loop
from code_path_gate.verdict.evidence import Cause
from code_path_gate.verdict.growth import (
    came_onto_the_loop,
    lost_batches,
    lost_cache,
    lost_company,
    lost_guard,
    more_keys,
)

POSSIBLE = EVIDENCE[-1]
ANOTHER_MATTER = (lost_company, lost_cache, came_onto_the_loop, lost_batches)
"""What an op loses that nothing pays for which went away elsewhere."""

SPARED = ("op", "edge", "guard", "function")
"""Kinds of causes that may be small; a guard that an op has lost is none of them."""

FEW = 10
"""How many times the threshold calls of a cheap op may weigh together, outside of loops."""

DEARER = 10
"""How many times as dear an op must be, that a function pays anyway, for another beside it to be small."""


class Blamed(NamedTuple):
    """A finding about an op of now, and its cause."""

    finding: Finding
    cause: Cause


def not_felt(blamed: Iterable[Blamed], sides: Sides, threshold: int) -> dict[str, str]:
    """Why findings fail nothing, in words, by their keys. `blamed` are all that have a cause, also those that fail
    nothing anyway: together they are what a cause costs."""
    groups: dict[tuple[str, int, str], list[Blamed]] = {}
    for row in blamed:
        groups.setdefault((row.cause.file, row.cause.line, row.cause.function), []).append(row)
    found: dict[str, str] = {}
    by = _By(
        sides,
        threshold,
        _Costs(sides.base),
        _Ops(sides.head),
        Beside(sides.head, sides.base),
        Beside(sides.base, sides.base),
    )
    ways, exchange = Ways(sides.head), Exchange(sides)
    for group in groups.values():
        cause = group[0].cause
        added = sum(each(row.finding.now) for row in group if row.finding.now is not None)
        instead = _instead(cause, added, by)
        worse = [row for row in group if row.finding.kind in HEAVIER]
        exchanged = _exchanged(worse, exchange)
        for row in group:
            why = unsure(row.finding, cause, sides, ways) or exchanged.get(row.finding.key, "")
            why = why or _why(row, instead, added, by)
            if why:
                found[row.finding.key] = why
    return found


def _exchanged(worse: Sequence[Blamed], exchange: Exchange) -> dict[str, str]:
    """What pays for all that a cause makes worse, in words, by the keys of the findings; where nothing does, what pays
    for what lost a guard, and for the rest."""
    if not all(map(_may_be_exchanged, worse)):
        return {}
    freed = [row for row in worse if _lost_guard(row)]
    rest = [row for row in worse if row not in freed]
    for parts in ([worse], [freed, rest]):
        found: dict[str, str] = {}
        for part in filter(None, parts):
            ops = [(row.finding.was, row.finding.now) for row in part if row.finding.now is not None]
            why = exchange.instead_of(part[0].cause.function, ops)
            found.update((row.finding.key, why) for row in part if why)
        if found:
            return found
    return {}


def _lost_guard(row: Blamed) -> bool:
    was, now = row.finding.was, row.finding.now
    return was is not None and now is not None and lost_guard(was, now)


def _may_be_exchanged(row: Blamed) -> bool:
    """Whether a finding is about more work, be it because of a guard that cost something, and not about when."""
    was, now = row.finding.was, row.finding.now
    if now is None or row.finding.guard:
        return False
    return was is None or not any(lost(was, now) for lost in ANOTHER_MATTER)


def _is_weaker(was: BaselineOp, now: BaselineOp) -> bool:
    """Whether all that is worse of an op is that less keeps it from running."""
    return lost_guard(was, now) or (lost_cache(was, now) and not more_keys(was, now))


class _By(NamedTuple):
    """What the findings of one action are measured by."""

    sides: Sides
    threshold: int
    costs: _Costs
    ops: _Ops
    surely: Beside
    before: Beside


def _why(row: Blamed, instead: str, added: int, by: _By) -> str:
    finding, cause = row.finding, row.cause
    sides, head = by.sides, by.sides.head
    now, was = finding.now, finding.was
    if was is not None and now is not None and (lost_company(was, now) or came_onto_the_loop(was, now)):
        return ""
    is_weaker = was is not None and now is not None and now.weight <= was.weight and _is_weaker(was, now)
    if was is not None and now is not None and is_weaker and _ran_in_each_branch(cause, was, now, sides):
        return "each arm of a branch did it before, too"
    if was is not None and now is not None and lost_guard(was, now) and is_asked_still(was, now, sides):
        return "all that was asked for before it is asked for still"
    if finding.guard and cause.how == ANOTHER_CASE:
        return "one more case leads there, and what led there before is as it was"
    if now is not None and (finding.guard or is_weaker):
        return _without_guard(cause, now, added, by)
    if was is not None and now is not None and _is_one_way_of_many(was, now):
        return f"one way more of many, each through more loops than are told: under a {PART}th of them"
    if now is None or cause.kind not in SPARED or (was is not None and cause.kind == "guard"):
        return ""
    if was is not None and (entered_loop(was, now) or was.size != now.size):
        return ""
    if found := instead or at_once(now, was, sides) or asked_first(now, was, sides, by.costs.of):
        return found
    sites = _sites_of(cause, head, by.ops)
    if _is_in_loop(cause, head, sites) or _loops_below(cause, now, head):
        if _is_of_any_size(now) or _loops_below(cause, now, head, inside=False):
            return ""
        return _in_each_round(cause, added, sites, by)
    more = now.weight - (was.weight if was is not None else 0)
    is_few = each(now) <= by.threshold and more <= FEW * by.threshold
    if is_few and _in_loops(now) == (_in_loops(was) if was is not None else ()):
        return "one execution is below the threshold, and no loop is new around it"
    return _beside(cause, now, added, sites, by)


PART = 20
"""The part of all ways to an op, as one by so many, below which nobody feels one way more."""


def _without_guard(cause: Cause, now: BaselineOp, added: int, by: _By) -> str:
    """Why it is no matter that something runs always, which weighs what it weighed: whoever comes there pays much more
    anyway. What others of the action pay, who come elsewhere, is none of that."""
    head = by.sides.head
    sites = _sites_of(cause, head, by.ops)
    if each(now) <= by.threshold and now.weight <= FEW * by.threshold and not _is_of_any_size(now):
        return "one execution is below the threshold"
    if found := _asked_before(cause, added, sites, by):
        return found
    if _is_in_loop(cause, head, sites) or _loops_below(cause, now, head):
        return ""
    return "small beside what is paid anyway on the way to it" if by.surely.along(now.id) >= DEARER * added else ""


def _ran_in_each_branch(cause: Cause, was: BaselineOp, now: BaselineOp, sides: Sides) -> bool:
    """Whether an op runs on a weaker condition than before because what several arms of a branch did is done once, and
    not because a condition is gone: together they ran on no stronger one, and by itself it stood behind one."""
    if not cause.function == was.function == now.function or not lost_guard(was, now):
        return False
    base, head = sides.base, sides.head
    site = base.measured.paths.site(was.id)
    if site is None or site < 0 or any(was.function not in seen.program.functions for seen in (base, head)):
        return False
    before, after = (_condition(seen, was.function, like(seen, op)) for seen, op in ((base, was), (head, now)))
    return before <= after < _condition(base, was.function, [site])


def _condition(seen: Seen, function: str, sites: Iterable[int]) -> int:
    """On which condition one of some call sites of a function runs."""
    facts = seen.program.facts(function)
    return together(facts.arms, [facts.sites[site].arm for site in sites if site >= 0])


def _is_one_way_of_many(was: BaselineOp, now: BaselineOp) -> bool:
    """Whether next to none of the ways to an op get one loop more, where it ran in too many for a figure: what each
    way weighs says nothing then, and their number is what is left."""
    if not (entered_loop(was, now) and is_past_figures(was)):
        return False
    before = from_text(was.runs)
    deeper = [term for term in from_text(now.runs) if degree((term,)) > degree(before)]
    return PART * sum(term.count for term in deeper) < sum(term.count for term in before)


def _in_loops(op: BaselineOp) -> Runs:
    """The runs of an op that are in a loop of unknown bound."""
    return tuple(term for term in from_text(op.runs) if term.loops)


def _is_in_loop(cause: Cause, head: Seen, sites: Iterable[int]) -> bool:
    """Whether one of the call sites of a cause is in a loop of its function."""
    if cause.function not in head.program.functions:
        return False
    facts = head.program.facts(cause.function)
    return any(facts.sites[site].loop >= 0 for site in sites if site >= 0)


def _sites_of(cause: Cause, head: Seen, ops: _Ops) -> list[int]:
    """The call sites that a cause may be about."""
    sites = head.measured.call_sites(cause.function).get(cause.callee, ())
    return [*sites, *(site for site, (callee, _) in ops.at(cause.function).items() if callee == cause.callee)]


def _loops_below(cause: Cause, op: BaselineOp, head: Seen, inside: bool = True) -> bool:
    """Whether a loop amplifies an op between a cause and it, `inside` of the function of the cause or below; where
    neither that nor what it calls is on the path of the op, in the op's own."""
    path = head.measured.paths.to(op.id)
    names = [hop.function for hop in path]
    start = next((names.index(name) for name in (cause.function, cause.callee) if name in names), len(path) - 1)
    start += not inside and names[start : start + 1] == [cause.function]
    return any(hop.loops for hop in path[start:])


def _beside(cause: Cause, now: BaselineOp, added: int, sites: list[int], by: _By) -> str:
    """The dearest that is paid whenever another op is, if it is much dearer: by its function, by one that this calls,
    by each of its callers."""
    base = by.sides.base.measured
    near = {cause.function, *base.calls.get(cause.function, ())}
    rows = [row for row in base.current.ops if row.function in near and row.evidence != POSSIBLE]
    paid = [row for row in rows if condition(row) <= condition(now)]
    dearest = max(paid, key=lambda row: (each(row), row.id), default=None)
    if dearest is None or each(dearest) < DEARER * added:
        return _in_each_round(cause, added, sites, by)
    return f"small beside {dearest.callee}, which {cause.function} pays anyway"


BY_SIZE = frozenset(("json_io", "pickle", "deep_copy", "ast_parse"))
"""Classes of work of which the size is all."""


def _is_of_any_size(op: BaselineOp) -> bool:
    """Whether nobody knows what one execution weighs: it handles data of a size that is assumed."""
    return op.base_class in BY_SIZE and op.size_source in ("assumed", "unknown")


def _in_each_round(cause: Cause, added: int, sites: list[int], by: _By) -> str:
    """The dearest that is paid as often as what stands at some call sites, if it is much dearer."""
    weight, what = by.surely.dearest(cause.function, sites)
    return f"small beside {what}" if weight >= DEARER * added > 0 else _asked_before(cause, added, sites, by)


SPARES = 2
"""How many times as dear something must be that runs on a condition since, for what is asked before to be its price."""


def _asked_before(cause: Cause, added: int, sites: list[int], by: _By) -> str:
    """What was paid as often as what stands at some call sites, and runs behind them on a condition since: what is
    asked for that is the price of the guard."""
    head, base, function = by.sides.head, by.sides.base, cause.function
    if any(function not in seen.program.functions for seen in (head, base)) or min(sites, default=-1) < 0:
        return ""
    facts, old = head.program.facts(function), base.program.facts(function)
    for weight, what, site in by.before.paid_at(function, [nest_of(facts, site) for site in sites]):
        now = _sites_of(cause._replace(callee=what), head, by.ops)
        is_guarded = now and all(at > max(sites) and _depth(facts, at) > _depth(old, site) for at in now)
        if is_guarded and max(weight, by.costs.of([what])) >= SPARES * added > 0:
            return f"asked before {what}, which runs on a condition since, and is dearer"
    return ""


def _depth(facts: FunctionFacts, site: int) -> int:
    """On how many conditions a call site stands: also on that something is not there yet."""
    rows = [facts.arms[arm] for arm in arms_around(facts, site)]
    return sum(row.condition > 0 or row.left == KEPT or bool(row.per) for row in rows)


class _Costs:
    """What one run of a function costs at least: every op that it leads to, once."""

    def __init__(self, seen: Seen) -> None:
        self.calls = seen.measured.calls
        self.own: dict[str, int] = {}
        for op in seen.measured.current.ops:
            self.own[op.function] = self.own.get(op.function, 0) + each(op)

    def of(self, functions: Iterable[str]) -> int:
        """What functions cost together."""
        todo = [name for name in functions if name in self.calls]
        seen = set(todo)
        for name in todo:
            for callee in self.calls.get(name, ()):
                if callee not in seen:
                    seen.add(callee)
                    todo.append(callee)
        return sum(self.own.get(name, 0) for name in seen)


class _Ops:
    """The ops of each function: many findings ask for those of one."""

    def __init__(self, seen: Seen) -> None:
        paths = seen.measured.paths
        self.rows: dict[str, dict[int, tuple[str, int]]] = {}
        for op in seen.measured.current.ops:
            site = paths.site(op.id)
            if site is not None:
                self.rows.setdefault(op.function, {})[site] = (op.callee, each(op))

    def at(self, function: str) -> Mapping[int, tuple[str, int]]:
        """The ops of a function by their call sites: callee, and what one execution weighs."""
        return self.rows.get(function, {})


def _instead(cause: Cause, added: int, by: _By) -> str:
    """Why an action pays for the cause instead of something else that costs no less; "" where it does not."""
    sides, costs, ops = by.sides, by.costs, by.ops
    head, function = sides.head, cause.function
    if not added or function not in head.program.functions:
        return ""
    facts, rows = head.program.facts(function), head.measured.call_sites(function)
    known = frozenset(sides.base.measured.calls.get(function, ()))
    branching = [edit.line for edit in edits_in(sides, function) if edit.statement.kind == "branch" and not edit.gone]
    for site in _sites_of(cause, head, ops):
        if site < 0:
            continue
        others = [callee for callee, at in rows.items() if site in at and callee != cause.callee and callee in known]
        if facts.sites[site].loop < 0 and any(costs.of([other]) >= added for other in others):
            return "one of several callees of one call, of which another costs as much"
        if any(line <= facts.positions.sites[site][0] for line in branching):
            arms = _other_arms(facts, site, rows, known, ops.at(function), _ops_before(sides.base, function), costs)
            if any(cost >= added for cost in arms.values()):
                return "one of several branches, of which another costs as much"
    return ""


def _other_arms(
    facts: FunctionFacts,
    site: int,
    rows: Mapping[str, tuple[int, ...]],
    known: frozenset[str],
    ops: Mapping[int, tuple[str, int]],
    before: frozenset[str],
    costs: _Costs,
) -> dict[tuple[int, int, int], int]:
    """What each arm costs that is taken instead of the one around a call site, of what was called before the change."""
    arms: dict[tuple[int, int, int], int] = {}
    for callee, at in rows.items():
        for other in at if callee in known else ():
            place = _exclusive(facts, site, other)
            if place is not None:
                arms[place] = arms.get(place, 0) + costs.of([callee])
    for other, (callee, weight) in ops.items():
        place = _exclusive(facts, site, other) if callee in before else None
        if place is not None:
            arms[place] = arms.get(place, 0) + weight
    return arms


def _ops_before(seen: Seen, function: str) -> frozenset[str]:
    return frozenset(op.callee for op in seen.measured.current.ops if op.function == function)


def _exclusive(facts: FunctionFacts, site: int, other: int) -> tuple[int, int, int] | None:
    """The arm that another call site stands in, where at most one of that and the one of a site is taken."""
    if other < 0 or other == site:
        return None
    mine = arms_around(facts, site)
    choices = {(facts.arms[arm].parent, facts.arms[arm].choice): arm for arm in mine}
    for arm in arms_around(facts, other):
        row = facts.arms[arm]
        own = choices.get((row.parent, row.choice))
        if own is not None and own != arm:
            return (row.parent, row.choice, arm)
    return None
