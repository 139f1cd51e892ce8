"""On which condition a function runs: always, sometimes, rarely.

Always is what each way through the action comes by: what stands behind no branch, and what every arm of a branch comes
by, be it through different functions. Sometimes and rarely are those of the best path, which is as good as its weakest
call.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from code_path_audit.callgraph.model import EVIDENCE
from code_path_audit.facts.rows import ALWAYS, RARELY, SOMETIMES, Arm
from code_path_audit.profiles.reach import Reach
from code_path_audit.profiles.runs.contexts import Links
from code_path_audit.profiles.runs.flags import Apart
from code_path_audit.profiles.runs.graph import strong_components
from code_path_audit.profiles.runs.model import function_of
from code_path_audit.profiles.runs.standing import arm_at, branches, stands


class Step(NamedTuple):
    """A call: what it leads to, its evidence and its condition, by number; and the arm that it stands in, -1 for none,
    -2 where no way through the function is sure to come by."""

    callee: str
    evidence: int
    condition: int
    arm: int


NOWHERE, NOT_SURE = -1, -2
LEVELS = {word: level for level, word in enumerate(EVIDENCE)}


class Steps:
    """The calls of an action in each of its contexts, and its branches, which are the same whatever is known of its
    runs: made once, and looked at for each question."""

    def __init__(self, reach: Reach) -> None:
        self.reach, self.links = reach, Links(reach)
        self.plain: dict[str, list[Step]] = {}
        for function in self.links.of:
            self.plain.update(self.of(function, (), None))
        self.arms = {name: arms_of(reach, function_of(name)) for name in self.plain}

    def of(self, function: str, once: Collection[str], apart: Apart | None) -> dict[str, list[Step]]:
        """Those of a function, by its names."""
        facts = self.reach.facts(function)
        found: dict[str, list[Step]] = {}
        for edge, caller, callee in self.links.of[function]:
            never = apart is not None and (apart.is_dead(facts, function, edge.site) or apart.leads_nowhere(edge))
            condition, arm = RARELY, NOT_SURE
            if edge.callee not in once and not never:
                condition = stands(self.reach, function, edge.site).condition
                arm = facts.sites[edge.site].arm if edge.site >= 0 else NOWHERE
            step = Step(callee, LEVELS[edge.evidence], condition, arm)
            found.setdefault(caller, []).append(step)
        return found

    def where(self, once: Collection[str], apart: Apart | None) -> Mapping[str, list[Step]]:
        """Those of all functions; only of what is told apart, or calls what runs once, do they differ."""
        others = set()
        if apart is not None:
            others = apart.states.keys() | {caller for caller, _ in apart.commands.lines}
        others |= {edge.caller for name in once for edge in self.reach.callers.get(name, ())}
        found = dict(self.plain)
        for function in others & self.links.of.keys():
            found.update(self.of(function, once, apart))
        return found


def conditions_of(
    reach: Reach,
    once: Collection[str] = (),
    kept: Collection[str] = (),
    apart: Apart | None = None,
    known: Steps | None = None,
) -> Mapping[tuple[str, str], int]:
    """The condition of each function along paths of an evidence or a better one; without a row where there is none.

    `once` are functions that run in the first of many runs of the action alone, `kept` those whose results a decorator
    keeps for a while: where the action enters at one, it does not always run, nor at one of which a run takes one. What
    no constant that callers give leads to, as `apart` has it, runs rarely. `known` is what was made of the action
    before.
    """
    known = known or Steps(reach)
    told_apart, arms, steps = known.links.names, known.arms, known.where(once, apart)
    entries = [name for entry in reach.entries for name in told_apart.get(entry, (entry,))]
    at_times = {*kept, *reach.graph.chosen}
    starting = [name for name in entries if function_of(name) not in at_times]
    found: dict[tuple[str, str], int] = {}
    levels = {step.evidence for row in steps.values() for step in row}
    seen: dict[str, int] = {}
    for level, word in enumerate(EVIDENCE):
        if level and level not in levels:
            # no further call: what holds along the better ones
            found.update(((name, word), condition) for name, condition in seen.items())
            continue
        seen = dict.fromkeys(always(starting, steps, arms, level), ALWAYS)
        for weakest in (SOMETIMES, RARELY):
            # what is reached with a stronger condition leads on, too
            todo = [*entries, *seen]
            seen.update((name, weakest) for name in entries if name not in seen)
            while todo:
                for callee, evidence, condition, _ in steps.get(todo.pop(), ()):
                    if callee not in seen and evidence <= level and condition <= weakest:
                        seen[callee] = weakest
                        todo.append(callee)
        for function, names in told_apart.items():
            # as good as in the best of its contexts
            seen.update((function, min(row)) for row in [[seen[name] for name in names if name in seen]] if row)
        found.update(((name, word), condition) for name, condition in seen.items())
    return found


def arms_of(reach: Reach, function: str) -> tuple[Arm, ...]:
    """The arms of a function, with what is known of the functions that it calls."""
    facts = reach.facts(function)
    if not any(arm.asks for arm in facts.arms):
        return facts.arms
    return tuple(arm_at(facts, reach.graph, function, number) for number in range(len(facts.arms)))


def always(
    starting: Iterable[str], steps: Mapping[str, Sequence[Step]], arms: Mapping[str, Sequence[Arm]], level: int
) -> list[str]:
    """The functions that every way from some functions comes by, along calls of an evidence or a better one."""
    calls = {name: [step for step in row if step.evidence <= level] for name, row in steps.items()}
    callees = {name: [step.callee for step in row] for name, row in calls.items()}
    names = list(dict.fromkeys(name for group in strong_components(starting, callees) for name in group))
    bit = {name: 1 << number for number, name in enumerate(names)}
    # what leads back says nothing of where it is not known yet: no way is told that is not there
    sure = dict(bit)
    for name in reversed(names):
        sure[name] |= _in_all_arms(calls.get(name, ()), sure, arms.get(name, ()))
    every = 0
    for name in starting:
        every |= sure[name]
    return [name for name in names if every & bit[name]]


def _in_all_arms(calls: Iterable[Step], sure: Mapping[str, int], arms: Sequence[Arm]) -> int:
    """What every way through a function comes by, as a set of bits, which `sure` has of what it calls. Of a branch that
    is what all of its arms come by."""
    inside = {NOWHERE: 0}
    for step in calls:
        if step.arm != NOT_SURE:
            inside[step.arm] = inside.get(step.arm, 0) | sure[step.callee]
    if len(inside) == 1:
        return inside[NOWHERE]
    for parent, members in branches(arms):
        found = 0
        for number in members:
            if arms[number].condition == ALWAYS:
                found |= inside.get(number, 0)
        if len(members) > 1 and max(arms[number].condition for number in members) < RARELY:
            common = -1
            for number in members:
                common &= inside.get(number, 0)
            found |= common
        if found:
            inside[parent] = inside.get(parent, 0) | found
    return inside[NOWHERE]
