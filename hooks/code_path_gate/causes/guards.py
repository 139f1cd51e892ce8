"""Guards that a change took away: ops that run on fewer conditions than before, though still on some. Pure.

A call that the change edited stands on a part of what it stood on before, and on nothing else; and through it the op is
reached for less than before in all, and for no more than on any other way. So what asks for the same elsewhere is no
difference: a guard that moves to the caller or into what is called, a test that is turned round, a clause that leaves
early for an `else`. Nor is what says no more than that a value is there which the call uses, what the interpreter is
asked for, and what keeps something: that is a cache.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from heapq import heappop, heappush
from itertools import chain
from typing import NamedTuple

from code_path_audit.facts.function import FunctionFacts
from code_path_audit.facts.rows import KEPT, RARELY, SOMETIMES
from code_path_gate.baseline.model import BaselineOp
from code_path_gate.causes.cause import Sides, cause_at, edits_in
from code_path_gate.causes.change import Edit
from code_path_gate.causes.conditions import Condition, ConditionsOfFiles, Standing, Together, as_one
from code_path_gate.causes.differences import arms_around
from code_path_gate.measuring.seen import Seen
from code_path_gate.verdict.drift import Pair
from code_path_gate.verdict.evidence import Cause
from code_path_gate.verdict.growth import is_guarded, is_kept

INTERPRETER = re.compile(r"\b(?:version_info|PY2|PY3|PYPY|platform|TYPE_CHECKING|__debug__)\b|\bos\.name\b")
"""What asks for where the program runs: the same in every run."""

SELDOM = 1_000
"""What a call counts that is there for errors alone: more than the conditions of any way beside it."""


class Freed(NamedTuple):
    """A guard that an op has lost, in words, and where."""

    words: str
    cause: Cause


class _Call(NamedTuple):
    """A call that stands on less than before, or an op (`callee` begins with `OP`): `lost` are the guards that are
    gone."""

    function: str
    callee: str
    line: int
    lost: Together


def freed(pairs: Iterable[Pair], sides: Sides) -> dict[str, Freed]:
    """The expensive ops that lost a guard of several, by their ids now; `pairs` are the ops that are the same on both
    sides. What a function asks first, and asked last before, is paid instead of what it asks last now."""
    rows = [*pairs]
    lost = [*_less_asked(rows, sides)]
    if not lost:
        return {}
    back = Sides(sides.base, sides.head, sides.change.back)
    gained = [*_less_asked([Pair(pair.now, pair.was) for pair in rows], back)]
    found: dict[str, Freed] = {}
    for op, call in lost:
        more = sum(other.weight for other, row in lost if row.function == call.function)
        if more <= sum(other.weight for other, row in gained if row.function == call.function):
            continue
        words = " and ".join(sorted(condition.words for condition in call.lost))
        cause = cause_at("guard", _edit(call, sides), call.function, call.callee.removeprefix(OP), GONE)
        found[op.id] = Freed(words, cause)
    return found


def _less_asked(pairs: Iterable[Pair], sides: Sides) -> Iterator[tuple[BaselineOp, _Call]]:
    """The expensive ops that less is asked for, each with the call on the way that stands on less."""
    threshold, change = sides.head.measured.threshold, sides.change
    calls = [*_calls(sides)]
    if not calls:
        return
    head = _Ways(sides.head, change.conditions, change.changed)
    base = _Ways(sides.base, change.back.conditions, change.changed)
    for pair in pairs:
        if pair.was.condition != pair.now.condition or not is_guarded(pair.now, threshold):
            continue
        if is_kept(pair.was) or is_kept(pair.now):
            continue
        least = base.to(pair.was)
        if least is not None:
            call = next((row for row in calls if _is_on_the_way(row, pair, head, base, least.asks)), None)
            if call is not None:
                yield pair.now, call


def _is_on_the_way(call: _Call, pair: Pair, head: _Ways, base: _Ways, least: int) -> bool:
    """Whether an op is reached through a call that lost a guard for less than before, and for no more than on any
    way."""
    before, now = base.to(pair.was, call), head.to(pair.now, call)
    if before is None or now is None or now.asks >= before.asks or now.asks > least:
        return False
    return bool(call.lost - _asked_elsewhere(call, now.functions, head))


GONE = "a condition before it is gone"


def _edit(row: _Call, sides: Sides) -> Edit:
    """What of a function was edited nearest to a call that lost a guard: what is gone first."""
    edits = list(edits_in(sides, row.function))
    said = [edit for edit in edits if edit.gone and edit.statement.kind == "branch"] or edits
    return min(said, key=lambda edit: (abs(edit.line - row.line), edit.line))


def _calls(sides: Sides) -> Iterator[_Call]:
    """The calls of functions that were edited which stand on less than before."""
    head, base = sides.head, sides.base
    conditions, old_conditions = sides.change.conditions, sides.change.back.conditions
    for function in sorted(head.measured.calls):
        if function not in head.program.functions or function not in base.program.functions:
            continue
        path, old_path = head.program.path(function), base.program.path(function)
        if path not in sides.change.changed or not any(edits_in(sides, function)):
            continue
        facts, old = head.program.facts(function), base.program.facts(function)
        now, was = _sites(head, function), _sites(base, function)
        for callee in sorted(now.keys() & was.keys()):
            if any(_keeps(old, site) for site in was[callee]) or len(now[callee]) > len(was[callee]):
                continue
            stood = [old_conditions.standing(old, site, old_path) for site in was[callee]]
            for site in now[callee]:
                standing = conditions.standing(facts, site, path)
                lost = _lost(stood, standing, facts.sites[site].text, [row.text for row in facts.sites[site].arguments])
                if lost:
                    yield _Call(function, callee, facts.positions.sites[site][0], lost)
                    break


OP = " "
"""What the name of an op begins with, among callees."""


def _sites(seen: Seen, function: str) -> dict[str, list[int]]:
    """The call sites of a function by what they call, those of ops among them."""
    rows = seen.measured.call_sites(function).items()
    found = {callee: [site for site in sites if site >= 0] for callee, sites in rows}
    for op in seen.measured.current.ops:
        site = seen.measured.paths.site(op.id) if op.function == function else None
        if site is not None and site >= 0:
            found.setdefault(OP + op.callee, []).append(site)
    return {callee: sites for callee, sites in found.items() if sites}


def _keeps(facts: FunctionFacts, site: int) -> bool:
    """Whether a call site is where something is made that is not there."""
    rows = map(facts.arms.__getitem__, arms_around(facts, site))
    return any(row.left == KEPT or (row.left and row.per) for row in rows)


def _lost(stood: list[Standing], standing: Standing, call: str, arguments: list[str]) -> Together:
    """The guards that are gone of all places where something was called; none where it was called either way."""
    found: list[Together] = []
    for before in stood:
        if any(row not in before.conditions and row.text not in before.over for row in standing.guards):
            return frozenset()
        lost = frozenset(
            row
            for row in before.guards - standing.conditions
            if not (row.holds and row.text in standing.over)
            and not INTERPRETER.search(row.text)
            and not _is_used(row, [call, *arguments, *(other.text for other in standing.conditions)])
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


def _asked_elsewhere(row: _Call, functions: Iterable[str], ways: _Ways) -> Together:
    """The guards that are gone at one place and that another function on the way asks for as well."""
    known: set[tuple[str, bool]] = set()
    known.update(*(ways.masked(function) for function in functions if function != row.function))
    return frozenset(found for found in row.lost if (_masked(found.text), found.holds) in known)


def _masked(text: str) -> str:
    """A condition without the names of variables: another function may have others for the same."""
    return re.sub(r"(?<![\w.'\"])[^\W\d]\w*(?![\w(])", "_", text)


class _Way(NamedTuple):
    """The way to an op on which least is asked: how many conditions, and the functions on it."""

    asks: int
    functions: tuple[str, ...]


class _Ways:
    """How little is asked on a way through the calls of an action; `changed` are the files that differ."""

    def __init__(self, seen: Seen, conditions: ConditionsOfFiles, changed: frozenset[str]) -> None:
        self.seen, self.conditions, self.changed = seen, conditions, changed
        self._known: dict[tuple[str, ...], dict[str, tuple[int, str]]] = {}
        self._masked: dict[str, frozenset[tuple[str, bool]]] = {}

    def masked(self, function: str) -> frozenset[tuple[str, bool]]:
        """What the calls and ops of a function stand on, without the names of variables."""
        if function not in self._masked:
            self._masked[function] = frozenset(self._masked_of(function))
        return self._masked[function]

    def _masked_of(self, function: str) -> Iterator[tuple[str, bool]]:
        if function not in self.seen.program.functions:
            return
        facts, path = self.seen.program.facts(function), self.seen.program.path(function)
        for site in chain.from_iterable(_sites(self.seen, function).values()):
            for found in self.conditions.standing(facts, site, path).conditions:
                yield _masked(found.text), found.holds

    def to(self, op: BaselineOp, call: _Call | None = None) -> _Way | None:
        """The way to an op on which least is asked, through a call where one is given; None where there is none."""
        measured = self.seen.measured
        site, entries = measured.paths.site(op.id), measured.paths.entries
        if site is None:
            return None
        if call is None:
            return self._way(entries, op.function, self._asks(op.function, site))
        if call.callee.startswith(OP):
            is_it = (call.function, call.callee) == (op.function, OP + op.callee)
            return self._way(entries, op.function, self._asks(op.function, site)) if is_it else None
        sites = measured.call_sites(call.function).get(call.callee)
        first = self._way(entries, call.function, min((self._asks(call.function, at) for at in sites or ()), default=0))
        rest = self._way((call.callee,), op.function, self._asks(op.function, site))
        if not sites or first is None or rest is None:
            return None
        return _Way(first.asks + rest.asks, (*first.functions, *rest.functions))

    def _way(self, starts: tuple[str, ...], function: str, asks: int) -> _Way | None:
        """The way from some functions to a place in one, which asks for so much itself."""
        least = self._least(starts)
        if function not in least:
            return None
        way = [function]
        while least[way[-1]][1]:
            way.append(least[way[-1]][1])
        return _Way(least[function][0] + asks, tuple(reversed(way)))

    def _least(self, starts: tuple[str, ...]) -> dict[str, tuple[int, str]]:
        """The least that is asked on a way to each function, and the function before it."""
        if starts not in self._known:
            self._known[starts] = self._least_from(starts)
        return self._known[starts]

    def _least_from(self, starts: Iterable[str]) -> dict[str, tuple[int, str]]:
        found: dict[str, tuple[int, str]] = {}
        todo = [(0, name, "") for name in sorted(starts)]
        while todo:
            asks, name, before = heappop(todo)
            if name in found:
                continue
            found[name] = (asks, before)
            for callee, sites in self.seen.measured.call_sites(name).items():
                if callee not in found and sites:
                    heappush(todo, (asks + min(self._asks(name, site) for site in sites), callee, name))
        return found

    def _asks(self, function: str, site: int) -> int:
        """How many conditions a call site stands on: of a file that differs those that the source asks for."""
        if site < 0 or function not in self.seen.program.functions:
            return 0
        facts, path = self.seen.program.facts(function), self.seen.program.path(function)
        arms = [facts.arms[arm].condition for arm in arms_around(facts, site)]
        if RARELY in arms:
            return SELDOM
        if path in self.changed:
            return len(self.conditions.standing(facts, site, path).guards)
        return arms.count(SOMETIMES)
