"""Ops that a change runs more often on one of the ways to them, however many other ways there are. Pure.

A helper that a whole program calls runs hardly more often for one more loop in one of its callers, as a sum. Who waits
for that caller waits once for each round all the same. So a call of a function that was edited counts by itself: it
stands in more loops than any call of the same before, or what it calls is kept no more, and leads to an expensive op
that runs more often than before.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from code_path_audit.facts.function import FunctionFacts
from code_path_audit.profiles.runs.decorators import CACHES
from code_path_gate.baseline.model import BaselineOp
from code_path_gate.causes.cause import Sides, cause_at, edited_functions, edits_in
from code_path_gate.causes.change import Edit
from code_path_gate.causes.differences import ancestors, loops_around
from code_path_gate.causes.ways_asked import OP, sites_of
from code_path_gate.verdict.drift import Pair
from code_path_gate.verdict.evidence import Cause
from code_path_gate.verdict.growth import grows_faster, is_kept


class Looped(NamedTuple):
    """Why an op runs more often on one way since a change, in words, and where."""

    words: str
    cause: Cause


class _Call(NamedTuple):
    """A call that stands in more loops than before, or an op (`callee` begins with `OP`). `loop` is the innermost of
    its function; -1 for a function that was kept, called by nobody in particular."""

    function: str
    callee: str
    line: int
    loop: int


def looped(pairs: Iterable[Pair], sides: Sides) -> dict[str, Looped]:
    """The expensive ops that run more often on one of the ways to them since the change, by their ids now; `pairs` are
    the ops that are the same on both sides."""
    threshold = sides.head.measured.threshold
    oftener = [pair for pair in pairs if pair.now.weight > threshold and grows_faster(*pair) and not is_kept(pair.now)]
    calls = [*_calls(sides), *_kept_no_more(sides)] if oftener else []
    found: dict[str, Looped] = {}
    above: dict[str, frozenset[str]] = {}
    for pair in oftener if calls else ():
        op = pair.now
        if op.function not in above:
            above[op.function] = frozenset(ancestors(sides.head.measured.calls, op.function))
        call = next((row for row in calls if _leads_to(row, op, above[op.function])), None)
        if call is not None:
            found[op.id] = _told(call, op, sides)
    return found


def _leads_to(call: _Call, op: BaselineOp, above: frozenset[str]) -> bool:
    if call.callee.startswith(OP):
        return (call.function, call.callee) == (op.function, OP + op.callee)
    return call.callee in above


def _told(call: _Call, op: BaselineOp, sides: Sides) -> Looped:
    if call.loop < 0:
        edit = next(_caches_gone(call.callee, sides))
        return Looped("it was kept", cause_at("cache", edit, call.callee, op.callee, "a decorator is gone"))
    facts = sides.head.program.facts(call.function)
    line = facts.positions.loops[call.loop]
    how = (
        "now in a loop" if call.callee in sides.base.measured.calls.get(call.function, ()) else "a new call, in a loop"
    )
    cause = cause_at("loop", _edit(call, line, sides), call.function, call.callee.removeprefix(OP), how)
    return Looped(f"it is in a loop, per {facts.loops[call.loop].name}", cause)


def _edit(call: _Call, loop: int, sides: Sides) -> Edit:
    """What was edited of a function nearest to a call, or to the loop around it."""
    edits = edits_in(sides, call.function)
    return min(edits, key=lambda edit: (edit.gone, min(abs(edit.line - call.line), abs(edit.line - loop)), edit.line))


def _calls(sides: Sides) -> Iterator[_Call]:
    """The calls of functions that were edited which stand in more loops than any of the same before."""
    head, base = sides.head, sides.base
    for function in edited_functions(sides):
        facts, old = head.program.facts(function), base.program.facts(function)
        was = sites_of(base, function)
        doubtful = frozenset(head.measured.doubtful.get(function, ()))
        for callee, sites in sites_of(head, function).items():
            before = max((len(_counting(old, site)) for site in was.get(callee, ())), default=0)
            for site in sites if callee not in doubtful else ():
                loops = _counting(facts, site)
                if len(loops) > before:
                    yield _Call(function, callee, facts.positions.sites[site][0], loops[0])
                    break


def _kept_no_more(sides: Sides) -> Iterator[_Call]:
    """The functions whose results a decorator kept that is gone."""
    for function in sorted(sides.head.measured.calls):
        if function in sides.base.measured.calls and any(_caches_gone(function, sides)):
            yield _Call("", function, 0, -1)


def _caches_gone(function: str, sides: Sides) -> Iterator[Edit]:
    for edit in edits_in(sides, function):
        if edit.gone and edit.statement.kind == "decorator" and not CACHES.keys().isdisjoint(edit.names):
            yield edit


def _counting(facts: FunctionFacts, site: int) -> list[int]:
    """The loops around a call site that are not left at the first success, innermost first."""
    return [loop for loop in loops_around(facts, site) if not facts.loops[loop].first and not facts.loops[loop].once]
