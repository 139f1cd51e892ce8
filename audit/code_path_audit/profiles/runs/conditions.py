"""On which condition a function runs: always, sometimes, rarely. That of the best path to it, which is as good as its
weakest call."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from code_path_audit.callgraph.model import EVIDENCE, Edge
from code_path_audit.facts.rows import ALWAYS, RARELY, SOMETIMES
from code_path_audit.profiles.reach import Reach
from code_path_audit.profiles.runs.flags import Apart
from code_path_audit.profiles.runs.standing import arm_at, standing, together


def conditions_of(
    reach: Reach, once: Collection[str] = (), kept: Collection[str] = (), apart: Apart | None = None
) -> Mapping[tuple[str, str], int]:
    """The condition of each function along paths of an evidence or a better one; without a row where there is none.

    `once` are functions that run in the first of many runs of the action alone, `kept` those whose results a decorator
    keeps for a while: where the action enters at one, it does not always run. What each arm of a branch calls runs as
    the branch does. What no constant that callers give leads to, as `apart` has it, runs rarely.
    """
    found: dict[tuple[str, str], int] = {}
    steps: dict[str, list[tuple[str, int, int]]] = {}
    for caller, edges in reach.callees.items():
        facts = reach.program.facts(caller)
        in_arms: dict[str, list[Edge]] = {}
        for edge in edges:
            never = apart is not None and (apart.is_dead(facts, caller, edge.site) or apart.leads_nowhere(edge))
            if edge.callee in once or never:
                condition = RARELY
            else:
                condition = standing(facts, reach.graph, caller, edge.site).condition
                if condition == SOMETIMES:
                    in_arms.setdefault(edge.callee, []).append(edge)
            steps.setdefault(caller, []).append((edge.callee, EVIDENCE.index(edge.evidence), condition))
        for callee, calls in in_arms.items():
            if len(calls) > 1:
                steps[caller] += [(callee, *row) for row in in_each_branch(reach, caller, calls)]
    for level, word in enumerate(EVIDENCE):
        seen: dict[str, int] = {}
        for weakest in range(ALWAYS, RARELY + 1):
            # what is reached with a stronger condition leads on, too
            starting = [name for name in reach.entries if weakest > ALWAYS or name not in kept]
            todo = [*starting, *seen]
            seen.update((name, weakest) for name in starting if name not in seen)
            while todo:
                for callee, evidence, condition in steps.get(todo.pop(), ()):
                    if callee not in seen and evidence <= level and condition <= weakest:
                        seen[callee] = weakest
                        todo.append(callee)
        found.update(((name, word), condition) for name, condition in seen.items())
    return found


def in_each_branch(reach: Reach, caller: str, calls: Sequence[Edge]) -> Iterator[tuple[int, int]]:
    """The evidence and the condition of calls of one function together, where that is stronger than the condition of
    each: they stand in all arms of a branch."""
    facts = reach.program.facts(caller)
    arms = [arm_at(facts, reach.graph, caller, number) for number in range(len(facts.arms))]
    for level, _ in enumerate(EVIDENCE):
        around = {facts.sites[edge.site].arm for edge in calls if EVIDENCE.index(edge.evidence) <= level}
        condition = together(arms, around) if len(around) > 1 else SOMETIMES
        if condition < SOMETIMES:
            yield level, condition
            return
