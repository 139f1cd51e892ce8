"""The evidence for a finding: the paths to its op now and before, and what of the change is its cause."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from itertools import pairwise
from typing import NamedTuple

from code_path_audit.callgraph.model import EVIDENCE
from code_path_audit.profiles.runs.templates import asks_for_template, makes_templates
from code_path_gate.baseline.model import BaselineOp
from code_path_gate.causes.cause import Sides, cause_at, cause_in, cause_of, edits_in, naming
from code_path_gate.causes.change import Change, Edit, place_of
from code_path_gate.causes.differences import loops_around
from code_path_gate.causes.guards import Freed, freed
from code_path_gate.causes.looped import Looped, looped
from code_path_gate.measuring.seen import Seen
from code_path_gate.verdict.drift import Finding, Found, match
from code_path_gate.verdict.evidence import Cause, Evidence, Step


class Explaining(NamedTuple):
    """What findings of one action are explained with: the action now and before, which op was which, by the id of now,
    and what the change did. `setting` is what it did to the configuration of the action, None for nothing; `guards` are
    those that it took away, `loops` what it runs more often on one of several ways, both by the ids of now."""

    head: Seen
    base: Seen | None = None
    change: Change | None = None
    ids: Mapping[str, str] = {}
    setting: Cause | None = None
    guards: Mapping[str, Freed] = {}
    loops: Mapping[str, Looped] = {}

    @property
    def found(self) -> Found:
        """What the change did that no baseline knows."""
        return Found(
            {op: row.words for op, row in self.guards.items()}, {op: row.words for op, row in self.loops.items()}
        )

    @property
    def sides(self) -> Sides | None:
        """Both sides, where both are known."""
        return None if self.base is None or self.change is None else Sides(self.head, self.base, self.change)


def explaining(
    head: Seen, base: Seen | None, setting: Cause | None = None, change: Change | None = None, loosened: bool = True
) -> Explaining:
    """What is needed to explain the findings of an action; `base` is the action before the change, if that is known.

    `change` is that between the two, if somebody has looked at it already; where it is not `loosened`, it takes no
    condition away.
    """
    if base is None:
        return Explaining(head)
    pairs = match(base.measured.current.ops, head.measured.current.ops, head.measured.calls).pairs
    ids = {pair.now.id: pair.was.id for pair in pairs}
    change = change or change_between(head, base)
    guards = freed(pairs, Sides(head, base, change)) if loosened else {}
    return Explaining(head, base, change, ids, setting, guards, looped(pairs, Sides(head, base, change)))


def change_between(head: Seen, base: Seen) -> Change:
    """The change from one state to another, by any action of both: all of them see the same files."""
    now, was = (seen.keys or seen.source for seen in (head, base))
    changed = [path for path in {*now, *was} if now.get(path) != was.get(path)]
    return Change(head.source, base.source, changed)


def explain(finding: Finding, by: Explaining, with_cause: bool = True) -> Evidence:
    """The paths of a finding, and its cause, where that is asked for and there is one."""
    head, base = by.head, by.base
    op = head.op(finding.id)
    if op is None:
        before = base.path(finding.id) if base is not None and finding.now is None else ()
        return Evidence((), before, cause(finding, by) if with_cause else None)
    before = base.path(by.ids.get(op.id, "")) if base is not None else ()
    found = cause(finding, by) if with_cause else None
    return Evidence(path_through(head, op, found), before, found)


def path_through(head: Seen, op: BaselineOp, by: Cause | None) -> tuple[Step, ...]:
    """The best path to an op; where the call that is the cause is on another, one by that call."""
    best = head.path(op.id)
    names = [step.function for step in best]
    calls = head.measured.calls
    if by is None or by.callee not in calls.get(by.function, ()) or (by.function, by.callee) in pairwise(names):
        return best
    to_call = shortest(calls, head.measured.paths.entries, by.function)
    from_call = shortest(calls, (by.callee,), op.function)
    if not to_call or not from_call or not best:
        return best
    return (*(_step(head, caller, callee, by) for caller, callee in pairwise([*to_call, *from_call])), best[-1])


def shortest(calls: Mapping[str, Collection[str]], starts: Iterable[str], goal: str) -> list[str]:
    """The functions on a shortest way from one of some to another, both ends included; [] for none."""
    before = dict.fromkeys(starts, "")
    todo = list(before)
    for name in todo:
        if name == goal:
            break
        for callee in calls.get(name, ()):
            if callee not in before:
                before[callee] = name
                todo.append(callee)
    if goal not in before:
        return []
    way = [goal]
    while before[way[-1]]:
        way.append(before[way[-1]])
    return way[::-1]


def _step(head: Seen, caller: str, callee: str, by: Cause) -> Step:
    """One call on such a way: at the line of the cause, if it is that call; else the first in the source."""
    facts = head.program.facts(caller)
    sites = head.measured.call_sites(caller).get(callee, ())
    lines = {site: facts.positions.sites[site][0] for site in sites if site >= 0}
    site = min(lines, key=lambda site: (lines[site] != by.line, lines[site]), default=-1)
    loops = [facts.positions.loops[loop] for loop in (loops_around(facts, site) if site >= 0 else ())]
    evidence = EVIDENCE[callee in head.measured.doubtful.get(caller, ())]
    return Step(caller, head.program.path(caller), lines.get(site, facts.line), tuple(reversed(loops)), evidence)


def cause(finding: Finding, by: Explaining) -> Cause | None:
    """What of the change is the cause of a finding; None where no line of it is."""
    sides = by.sides
    if sides is None:
        return None
    op = by.head.op(finding.id) if finding.id else None
    if finding.guard and finding.id in by.guards:
        return by.guards[finding.id].cause
    if finding.loop and finding.id in by.loops:
        return by.loops[finding.id].cause
    if op is not None:
        old = sides.base.op(by.ids.get(op.id, ""))
        found = _entry(op, by) or cause_of(op, old, sides) or _of_its_templates(op, sides)
        if found is None and finding.kind in ("shrunk", "moved"):
            found = _backwards(finding.was.id if finding.was else "", by)
        return found or by.setting
    if finding.id:
        return _backwards(finding.id, by) or by.setting
    if finding.kind == "load_changed":
        return _of_load(by) or by.setting
    return cause_in(finding.function, finding.what, sides) or by.setting


def _of_its_templates(op: BaselineOp, sides: Sides) -> Cause | None:
    """What was edited where a set of templates is made, of an op that asks one for a template: what keeps the set."""
    if not asks_for_template(op.callee):
        return None
    program = sides.head.program
    for function in sorted(sides.head.measured.calls):
        facts = program.facts(function) if function in program.functions else None
        if facts is not None and any(makes_templates(site.text) for site in facts.sites):
            for edit in edits_in(sides, function):
                how = "a decorator is gone" if edit.gone and edit.statement.kind == "decorator" else MADE_ANEW
                return cause_at("cache", edit, function, op.callee, how)
    return None


MADE_ANEW = "what keeps the templates is made anew"


def _entry(op: BaselineOp, by: Explaining) -> Cause | None:
    """A new entry point, where the path begins with one."""
    path, sides = by.head.path(op.id), by.sides
    if sides is None or not path or path[0].function in sides.base.measured.paths.entries:
        return None
    function = path[0].function
    if by.setting is not None:
        callee = path[1].function if len(path) > 1 else op.callee
        return by.setting._replace(function=function, callee=callee, kind="entry point", how=NEW_ENTRY)
    found = (
        next(edits_in(sides, function), None) or naming(function, sides) or _heading(by, sides) or _leading(by, sides)
    )
    return None if found is None else cause_at("entry point", found, function, op.callee, NEW_ENTRY)


def _heading(by: Explaining, sides: Sides) -> Edit | None:
    """What was edited of how an entry point is declared: a framework may run more beside it because of that."""
    for function in by.head.measured.paths.entries:
        for edit in edits_in(sides, function):
            if edit.statement.kind in ("def", "decorator"):
                return edit
    return None


def _leading(by: Explaining, sides: Sides) -> Edit | None:
    """What was edited and names an entry point that was one before: where a framework is led to it, by a URL, it runs
    around it what it runs around all."""
    was = sides.base.measured.paths.entries
    named = (naming(entry, sides) for entry in by.head.measured.paths.entries if entry in was)
    return next((edit for edit in named if edit is not None and edit.statement.kind != "import"), None)


NEW_ENTRY = "a new entry point"


def _backwards(op_id: str, by: Explaining) -> Cause | None:
    """What took an op away, or made it lighter: what would have added it, if the change went back."""
    sides = by.sides
    op = sides.base.op(op_id) if sides is not None else None
    if sides is None or op is None:
        return None
    now = next((new for new, old in by.ids.items() if old == op_id), "")
    found = cause_of(op, sides.head.op(now), Sides(sides.base, sides.head, sides.change.back))
    if found is None:
        return None
    hunks = sides.change.file(found.file).hunks
    length = len(sides.change.now.get(found.file, b"").splitlines())
    how = "what led there is gone" if found.change == "added" else found.how
    line = place_of(found.line, hunks, length)
    return found._replace(line=line, how=how, change="taken away" if found.change == "added" else "added")


def _of_load(by: Explaining) -> Cause | None:
    """What made the load of an action greater: the cause of the op that grew most."""
    assert by.base is not None
    old = {op.id: op for op in by.base.measured.current.ops}

    def before(op: BaselineOp) -> BaselineOp | None:
        return old.get(by.ids.get(op.id, ""))

    def growth(op: BaselineOp) -> int:
        was = before(op)
        return op.weight - (was.weight if was else 0)

    ops = sorted(by.head.measured.current.ops, key=lambda op: (-growth(op), op.id))
    for op in ops:
        if growth(op) <= 0:
            break
        found = by.sides and cause_of(op, before(op), by.sides)
        if found is not None:
            return found
    return None
