"""Guards that a change took away: ops that run on fewer conditions than before, or on wider ones. Pure.

A call that the change edited stands on a part of what it stood on before, or on what follows from that, and on nothing
else; and through it the op is reached for less than before in all, and for no more than on any other way. So what asks
for the same elsewhere is no difference: a guard that moves to the caller or into what is called, a test that is turned
round, a clause that leaves early for an `else`. Where the way itself is another one, because a helper or a decorator is
gone that asked for something, all that is asked for on both ways is compared. A condition that stands as it stood is
lost where the change gives it a constant (`turned`).

No guard is what says no more than that a value is there which the call uses, what the interpreter is asked for, and
what keeps something: that is a cache.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import chain, pairwise
from typing import NamedTuple

from code_path_audit.facts.function import FunctionFacts
from code_path_audit.facts.rows import CONDITIONS, KEPT, SOMETIMES
from code_path_gate.baseline.model import BaselineOp
from code_path_gate.causes.cause import Sides, cause_at, edited_functions, edits_in
from code_path_gate.causes.change import Edit
from code_path_gate.causes.conditions import NONE, Condition, Standing, Together, as_one
from code_path_gate.causes.differences import arms_around
from code_path_gate.causes.turned import Turned, turned
from code_path_gate.causes.ways_asked import OP, Call, Way, Ways, masked, sites_of
from code_path_gate.causes.weaker import follows, is_another_case
from code_path_gate.measuring.seen import Seen
from code_path_gate.verdict.drift import Pair
from code_path_gate.verdict.evidence import Cause
from code_path_gate.verdict.growth import is_kept, may_lose_guard

INTERPRETER = re.compile(r"\b(?:version_info|PY2|PY3|PYPY|platform|TYPE_CHECKING|__debug__)\b|\bos\.name\b")
"""What asks for where the program runs: the same in every run."""


class Freed(NamedTuple):
    """Where an op runs since it lost a guard, in words, and what of the change did that."""

    words: str
    cause: Cause


def freed(pairs: Iterable[Pair], sides: Sides) -> dict[str, Freed]:
    """The expensive ops that lost a guard of several, by their ids now; `pairs` are the ops that are the same on both
    sides. What a function asks first, and asked last before, is paid instead of what it asks last now."""
    rows, (head, base) = [*pairs], ways_of(sides)
    found: dict[str, Freed] = {**_always_open(rows, sides, head), **_on_other_ways(rows, sides, head, base)}
    lost = [*_less_asked(rows, sides, head, base)]
    if not lost:
        return found
    back = Sides(sides.base, sides.head, sides.change.back)
    gained = [*_less_asked([Pair(pair.now, pair.was) for pair in rows], back, base, head)]
    for op, call in lost:
        more = sum(other.weight for other, row in lost if row.function == call.function)
        if more <= sum(other.weight for other, row in gained if row.function == call.function):
            continue
        words = _where(call.lost)
        how = ANOTHER_CASE if call.is_another_case else WIDER if call.is_wider else GONE
        cause = cause_at("guard", _edit(call, sides), call.function, call.callee.removeprefix(OP), how)
        found[op.id] = Freed(words, cause)
    return found


def ways_of(sides: Sides) -> tuple[Ways, Ways]:
    """What is asked for on the ways of now and of before."""
    change = sides.change
    return (
        Ways(sides.head, change.conditions, change.changed),
        Ways(sides.base, change.back.conditions, change.changed),
    )


SAID = 2
"""Conditions that are named, where several are gone."""


def _where(lost: Iterable[Condition]) -> str:
    """Where something runs that ran only where some conditions held."""
    words = sorted((row.contrary.words for row in lost), key=lambda text: (len(text), text))
    more = f" and {len(words) - SAID} more" if len(words) > SAID else ""
    return f"where {' or '.join(words[:SAID])}{more}"


def _less_asked(pairs: Iterable[Pair], sides: Sides, head: Ways, base: Ways) -> Iterator[tuple[BaselineOp, Call]]:
    """The expensive ops that less is asked for, each with the call on the way that stands on less."""
    threshold = sides.head.measured.threshold
    calls = [*_calls(sides)]
    if not calls:
        return
    for pair in pairs:
        if pair.was.condition != pair.now.condition or not may_lose_guard(pair.now, threshold):
            continue
        if is_kept(pair.was) != is_kept(pair.now):
            continue
        least = base.to(pair.was)
        if least is not None:
            call = next((row for row in calls if _is_on_the_way(row, pair, head, base, least.asks)), None)
            if call is not None:
                yield pair.now, call


OPEN, BY_DEFAULT = "a condition before it always holds now", "a condition before it holds by default now"


def _always_open(pairs: Iterable[Pair], sides: Sides, ways: Ways) -> dict[str, Freed]:
    """The expensive ops that stand on a constant, a default or an argument that the change turned round."""
    head, change = sides.head, sides.change
    names = [
        (path, row)
        for path in sorted(change.changed)
        for row in turned(change.before.get(path, b""), change.now.get(path, b""))
    ]
    if not names:
        return {}
    found: dict[str, Freed] = {}
    for _, now in pairs:
        if not may_lose_guard(now, head.measured.threshold) or is_kept(now):
            continue
        for function, condition in ways.asked_by_function(now):
            about = next(((path, row) for path, row in names if _is_about(path, row, function, condition, head)), None)
            edit = None if about is None else change.file(about[0]).at(about[1].line)
            if about is not None and edit is not None:
                how = BY_DEFAULT if about[1].by_default else OPEN
                words = f"where it did not: {condition.words} holds now"
                found[now.id] = Freed(words, cause_at("guard", edit, function, now.callee, how))
                break
    return found


def _is_about(path: str, row: Turned, function: str, condition: Condition, seen: Seen) -> bool:
    """Whether what a condition in a function asks for is what was turned round, and it lets through now."""
    if condition.holds != row.holds:
        return False
    facts = seen.program.facts(function)
    params = [param.name for param in facts.params if param.name not in ("self", "cls")]
    return row.may_be(condition.text, facts.name, params, seen.program.path(function) == path)


def _on_other_ways(pairs: Iterable[Pair], sides: Sides, ways: Ways, old_ways: Ways) -> dict[str, Freed]:
    """The expensive ops that are reached on another way than before, on which a part of what was asked for is, and
    nothing else: a helper, or a decorator, that asked for the rest is gone."""
    found: dict[str, Freed] = {}
    threshold, calls = sides.head.measured.threshold, sides.head.measured.calls
    for was, now in pairs:
        if not was.condition == now.condition == CONDITIONS[SOMETIMES] or now.weight <= threshold or is_kept(was):
            continue
        way = old_ways.to(was)
        if way is None or (
            was.function == now.function and all(b in calls.get(a, ()) for a, b in pairwise(way.functions))
        ):
            continue
        asked, still = old_ways.asked(was), ways.asked(now)
        left = {masked(row) for row in still}
        lost = [row for row in asked if masked(row) not in left and not INTERPRETER.search(row.text)]
        if not lost or not left < {masked(row) for row in asked}:
            continue
        if any(row.contrary in old_ways.leading(way.functions, was) for row in lost):
            continue  # the other answer led there, too
        edit = _edit_of_way(ways.to(now), sides)
        if edit is not None:
            found[now.id] = Freed(_where(lost), cause_at("guard", edit[1], edit[0], now.callee, GONE))
    return found


def is_asked_still(was: BaselineOp, now: BaselineOp, sides: Sides) -> bool:
    """Whether all that was asked for on the way to an op is asked for still, if not where it was: by a filter of what a
    loop iterates."""
    if was.condition != CONDITIONS[SOMETIMES]:
        return False
    ways, old_ways = ways_of(sides)
    asked, still, way = old_ways.asked(was), ways.asked(now), ways.to(now)
    if way is None or not asked or not {masked(row) for row in asked} <= {masked(row) for row in still}:
        return False
    leading = ways.leading(way.functions, now)
    return not any(row.contrary in leading for row in still)


def _edit_of_way(way: Way | None, sides: Sides) -> tuple[str, Edit] | None:
    """The last function of a way that was edited, and what of it: what is gone first."""
    for function in reversed(way.functions if way is not None else ()):
        edits = sorted(edits_in(sides, function), key=lambda edit: (not edit.gone, edit.line))
        if edits:
            return function, edits[0]
    return None


def _is_on_the_way(call: Call, pair: Pair, head: Ways, base: Ways, least: int) -> bool:
    """Whether an op is reached through a call that lost a guard for less than before, and for no more than on any
    way."""
    before, now = base.to(pair.was, call), head.to(pair.now, call, call.asks)
    if before is None or now is None:
        return False
    if not call.again and (now.asks >= before.asks or now.asks > least):
        return False
    return bool(call.lost - _asked_elsewhere(call, now.functions, head))


GONE = "a condition before it is gone"
WIDER = "a condition before it holds more often"
ANOTHER_CASE = "one more case leads to it"


def _edit(row: Call, sides: Sides) -> Edit:
    """What of a function was edited that says most of what a call is no more asked for, and nearest to it: what is
    gone first."""
    edits = list(edits_in(sides, row.function))
    said = [edit for edit in edits if edit.gone and edit.statement.kind == "branch"] or edits
    names = frozenset(re.findall(r"[^\W\d]\w*", " ".join(condition.text for condition in row.lost)))
    return min(said, key=lambda edit: (-len(names & edit.statement.mentions), abs(edit.line - row.line), edit.line))


def _calls(sides: Sides) -> Iterator[Call]:
    """The calls of functions that were edited which stand on less than before."""
    head, base = sides.head, sides.base
    conditions, old_conditions = sides.change.conditions, sides.change.back.conditions
    for function in edited_functions(sides):
        path, old_path = head.program.path(function), base.program.path(function)
        facts, old = head.program.facts(function), base.program.facts(function)
        now, was = sites_of(head, function), sites_of(base, function)
        for callee in sorted(now.keys() & was.keys()):
            if any(_keeps(old, site) for site in was[callee]) or len(now[callee]) > len(was[callee]):
                continue
            stood = [old_conditions.standing(old, site, old_path) for site in was[callee]]
            stands = [(site, conditions.standing(facts, site, path)) for site in now[callee]]
            as_before = Counter(stood) & Counter(standing for _, standing in stands)
            changed = list((Counter(stood) - as_before).elements())
            still = as_before.copy()
            for site, standing in stands:
                still[standing] -= 1
                texts = [row.text for row in facts.sites[site].arguments]
                lost = _lost(changed, standing, facts.sites[site].text, texts) if still[standing] < 0 else NONE
                if lost:
                    asks = len(standing.guards & frozenset(chain.from_iterable(row.guards for row in changed)))
                    again = 0 < as_before.total() <= len(changed) and _calls_alone(head, function, callee)
                    line, is_wider = facts.positions.sites[site][0], asks < len(standing.guards)
                    known = frozenset(chain.from_iterable(row.conditions for row in changed))
                    is_another = any(is_another_case(row, known) for row in standing.guards)
                    yield Call(function, callee, line, lost, asks, again, is_wider, is_another)
                    break


def _calls_alone(seen: Seen, function: str, callee: str) -> bool:
    """Whether nobody else calls what a function calls."""
    return not any(callee in callees for name, callees in seen.measured.calls.items() if name != function)


def _keeps(facts: FunctionFacts, site: int) -> bool:
    """Whether a call site is where something is made that is not there."""
    rows = map(facts.arms.__getitem__, arms_around(facts, site))
    return any(row.left == KEPT or (row.left and row.per) for row in rows)


def _lost(stood: list[Standing], standing: Standing, call: str, arguments: list[str]) -> Together:
    """The guards that are gone of all places where something was called; none where it was called either way."""
    found: list[Together] = []
    for before in stood:
        if any(not follows(row, before.conditions) and row.text not in before.over for row in standing.guards):
            return frozenset()
        lost = frozenset(
            row
            for row in before.guards - standing.conditions
            if not (row.holds and row.text in standing.over)
            and not INTERPRETER.search(row.text)
            and not _is_used(
                row, [call, *arguments, *(other.text for other in standing.conditions & before.conditions)]
            )
        )
        if not lost:
            return lost
        found.append(lost)
    each = {as_one(lost) for lost in found}
    if any(row.contrary in each for row in each):
        return frozenset()
    return min(found, key=len, default=frozenset())


IS_THERE = re.compile(r"([\w.]+)$|([\w.]+) (?:is|==) None$|(?:isinstance|hasattr|callable)\(([\w.]+)[,)]")


def _is_used(row: Condition, code: Iterable[str]) -> bool:
    """Whether a condition only asks whether a value is there which a call uses: without it that would fail."""
    match = IS_THERE.match(row.text)
    if match is None or row.holds == (match[2] is not None):
        return False
    name = re.escape(match[1] or match[2] or match[3])
    return any(re.search(rf"(?<![\w.]){name}(?![\w(])", text) for text in code)


def _asked_elsewhere(row: Call, functions: Iterable[str], ways: Ways) -> Together:
    """The guards that are gone at one place and that another function on the way asks for as well."""
    known: set[tuple[str, bool]] = set()
    known.update(*(ways.said_in(function) for function in functions if function != row.function))
    return frozenset(found for found in row.lost if masked(found) in known)
