"""What differs, of all that leads to an op, between two states: calls, loops, branches, in order of how near the best
path they are. Pure, and nothing here knows which lines were edited."""

from __future__ import annotations

import operator
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from code_path_audit.facts.function import FunctionFacts
from code_path_audit.facts.rows import CONDITIONS, KEPT
from code_path_audit.profiles.runs.model import dearest
from code_path_gate.baseline.model import BaselineOp
from code_path_gate.measuring.seen import Seen

Nest = tuple[tuple[tuple[str, str, bool], ...], tuple[tuple[int, int, str], ...]]
"""Where a call site stands in its function, as the text has it: the loops around it, and the arms."""

NOWHERE: Nest = ((), ())


class Row(NamedTuple):
    """A call site on a way to the op: `callee` is a function of the source, or "" for the op itself. `line` is that of
    the call, `loops` those of the loops around it, innermost first."""

    function: str
    callee: str
    site: int
    nest: Nest
    line: int
    loops: tuple[int, ...]


class Difference(NamedTuple):
    """A row that was not there before, or stood elsewhere. `kind` and `how` say what is different; `is_new` that its
    function did not lead there at all before: then it may be a value from elsewhere that does."""

    row: Row
    kind: str
    how: str
    is_new: bool


def callers_in(calls: Mapping[str, Iterable[str]]) -> dict[str, list[str]]:
    """What calls each function itself, in order."""
    found: dict[str, list[str]] = {}
    for caller, callees in sorted(calls.items()):
        for callee in callees:
            found.setdefault(callee, []).append(caller)
    return found


def ancestors(calls: Mapping[str, Iterable[str]], function: str) -> dict[str, int]:
    """The functions that lead to one, itself included, each with the number of calls between."""
    callers, found = callers_in(calls), {function: 0}
    for name in (todo := [function]):
        for caller in callers.get(name, ()):
            if caller not in found:
                found[caller] = found[name] + 1
                todo.append(caller)
    return found


def rows_to(seen: Seen, op: BaselineOp, around: Iterable[str], without: Collection[str] = ()) -> dict[str, list[Row]]:
    """The call sites of some functions that lead to an op, or to one like it in the same function; `without` those of
    some of these."""
    names = frozenset(around)
    measured, found = seen.measured, {}
    for name in sorted(names.difference(without)):
        if name not in seen.program.functions:
            continue
        facts = seen.program.facts(name)
        callees = measured.call_sites(name).items()
        rows = [_row(facts, name, callee, site) for callee, sites in callees if callee in names for site in sites]
        if name == op.function:
            rows += [_row(facts, name, "", site) for site in like(seen, op)]
        if rows:
            found[name] = rows
    return found


def stays(function: str, head: Seen, base: Seen) -> bool:
    """Whether a function is known to call the same at the same places in two states: its file is the same."""
    one, other = head.program.functions.get(function), base.program.functions.get(function)
    if one is None or one != other:
        return False
    path, now, was = head.program.path(function), head.measured, base.measured
    return (
        path == base.program.path(function)
        and head.keys.get(path, "") == base.keys.get(path) != ""
        and now.calls.get(function) == was.calls.get(function)
        and now.sites.get(function) == was.sites.get(function)
    )


def like(seen: Seen, op: BaselineOp) -> list[int]:
    """The call sites of an op and its like; its own first."""
    kind = (op.function, op.callee, op.base_class)
    ops = [row for row in seen.measured.current.ops if (row.function, row.callee, row.base_class) == kind]
    ops.sort(key=lambda row: row.id != op.id)
    return [site for row in ops if (site := seen.measured.paths.site(row.id)) is not None]


def _row(facts: FunctionFacts, function: str, callee: str, site: int) -> Row:
    if site < 0:
        return Row(function, callee, site, NOWHERE, facts.line, ())
    lines = tuple(facts.positions.loops[loop] for loop in loops_around(facts, site))
    return Row(function, callee, site, nest_of(facts, site), facts.positions.sites[site][0], lines)


def nest_of(facts: FunctionFacts, site: int) -> Nest:
    """Where a call site stands in its function."""
    loops = tuple((row.kind, row.name, row.first) for row in map(facts.loops.__getitem__, loops_around(facts, site)))
    around_it = map(facts.arms.__getitem__, arms_around(facts, site))
    arms = tuple((row.condition, row.left, row.per if row.left else "") for row in around_it)
    return loops, arms


def loops_around(facts: FunctionFacts, site: int) -> list[int]:
    """The loops around a call site, innermost first."""
    found = []
    loop = facts.sites[site].loop
    while loop >= 0:
        found.append(loop)
        loop = facts.loops[loop].parent
    return found


def arms_around(facts: FunctionFacts, site: int) -> list[int]:
    """The arms around a call site, innermost first."""
    found = []
    arm = facts.sites[site].arm
    while arm >= 0:
        found.append(arm)
        arm = facts.arms[arm].parent
    return found


def dearest_arms(facts: FunctionFacts, weights: Iterable[tuple[int, float]]) -> float:
    """What call sites of a function weigh together in one run of it: of the arms of which one is taken the dearest.
    Each of `weights` is a call site, -1 for none in particular, and what it weighs."""
    total: dict[int, float] = {}
    for site, weight in weights:
        arm = facts.sites[site].arm if site >= 0 else -1
        total[arm] = total.get(arm, 0) + weight
    arms = [(arm.parent, arm.choice) for arm in facts.arms]
    return total.pop(-1, 0) + dearest(arms, total, 0, operator.add, max)


def differences(op: BaselineOp, old: BaselineOp | None, head: Seen, base: Seen) -> list[Difference]:
    """What leads to an op now and did not before, or stands elsewhere; on the best path first, from its beginning, and
    what only stands behind another branch last."""
    above = ancestors(head.measured.calls, op.function)
    before = old or op
    alike = {name for name in above if stays(name, head, base)} if before.function in above else set()
    alike -= {op.function, before.function}
    now = rows_to(head, op, above, alike)
    was = rows_to(base, before, [*above, before.function], alike)
    if old is not None and old.function != op.function:
        # a function that was renamed, or an op that moved: held against where it was
        was.setdefault(op.function, was.get(old.function, []))
    path = [hop.function for hop in head.measured.paths.to(op.id)]
    deeper = _deeper(op, old, head, base)
    found: list[Difference] = []
    for name in sorted(now, key=lambda name: (path.index(name) if name in path else len(path) + above[name], name)):
        if name not in base.measured.calls and name not in was:
            continue
        found += [_difference(row, was.get(name, []), name in deeper) for row in _added(now[name], was.get(name, []))]
    if old is None:
        # what was reached behind one branch is reached behind another: no op is new because of that
        found = [row for row in found if row.how != ANOTHER_BRANCH]
    # a call that only stands behind another branch makes nothing run more often, whatever else does
    found.sort(key=lambda row: row.how == ANOTHER_BRANCH)
    return _without_moved(found, now, was)


ANOTHER_BRANCH = "behind another branch"


NEW_CALLS = ("a new call", "one more call")


def _without_moved(
    found: list[Difference], now: Mapping[str, list[Row]], was: Mapping[str, list[Row]]
) -> list[Difference]:
    """Where a function is called elsewhere now, and once more: the first of the new calls moved, the rest is more."""
    more: Counter[str] = Counter(row.callee for rows in now.values() for row in rows if row.callee)
    more.subtract(row.callee for rows in was.values() for row in rows)
    new = Counter(difference.row.callee for difference in found if difference.how in NEW_CALLS)
    moved = {callee: count - more[callee] for callee, count in new.items() if 0 < more[callee] < count}
    kept = []
    for difference in found:
        callee = difference.row.callee
        if difference.how in NEW_CALLS and moved.get(callee, 0) > 0:
            moved[callee] -= 1
        else:
            kept.append(difference)
    return kept


def _added(now: list[Row], was: list[Row]) -> list[Row]:
    """The rows that there were fewer of before: all that are alike, since any of them may be the new one."""
    count = Counter((row.callee, row.nest) for row in now)
    count.subtract((row.callee, row.nest) for row in was)
    return [row for row in now if count[row.callee, row.nest] > 0]


def _difference(row: Row, was: list[Row], deeper: bool) -> Difference:
    before = [other for other in was if other.callee == row.callee]
    kind = "op" if not row.callee else "edge"
    if not before:
        return Difference(row, kind, f"a new {'op' if not row.callee else 'call'}", True)
    if any(other.nest == row.nest for other in before):
        return Difference(row, kind, "one more op" if not row.callee else "one more call", False)
    if all(map(_is_kept, before)) and not _is_kept(row):
        return Difference(row, "cache", "what was kept is made each time", False)
    if deeper or len(row.nest[0]) > max(len(other.nest[0]) for other in before):
        return Difference(row, "loop", "now in a loop", False)
    if _condition(row) < min(map(_condition, before)):
        word = CONDITIONS[min(map(_condition, before))]
        return Difference(row, "guard", f"it ran {word}, now {CONDITIONS[_condition(row)]}", False)
    if row.nest[0] not in [other.nest[0] for other in before]:
        return Difference(row, "loop", "in another loop", False)
    return Difference(row, "guard", ANOTHER_BRANCH, False)


def _deeper(op: BaselineOp, old: BaselineOp | None, head: Seen, base: Seen) -> frozenset[str]:
    """The functions on the best path in which more loops amplify than on that of before."""
    before = {hop.function: len(hop.loops) for hop in base.measured.paths.to(old.id)} if old is not None else {}
    path = head.measured.paths.to(op.id)
    return frozenset(hop.function for hop in path if len(hop.loops) > before.get(hop.function, len(hop.loops)))


def _is_kept(row: Row) -> bool:
    """Whether a call makes what is missing alone: what an attribute, a global or a dict was asked for first."""
    return any(left == KEPT or per for _, left, per in row.nest[1])


def _condition(row: Row) -> int:
    return max((condition for condition, _, _ in row.nest[1]), default=0)
