"""On which condition a function runs: always, sometimes, rarely. That of the best path to it, which is as good as its
weakest call."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from code_path_audit.callgraph.model import EVIDENCE
from code_path_audit.facts.rows import ALWAYS, RARELY
from code_path_audit.profiles.reach import Reach
from code_path_audit.profiles.runs.flags import Apart
from code_path_audit.profiles.runs.standing import standing


def conditions_of(
    reach: Reach, once: Collection[str] = (), kept: Collection[str] = (), apart: Apart | None = None
) -> Mapping[tuple[str, str], int]:
    """The condition of each function along paths of an evidence or a better one; without a row where there is none.

    `once` are functions that run in the first of many runs of the action alone, `kept` those whose results a decorator
    keeps for a while: where the action enters at one, it does not always run. What no constant that callers give leads
    to, as `apart` has it, runs rarely.
    """
    found: dict[tuple[str, str], int] = {}
    steps: dict[str, list[tuple[str, int, int]]] = {}
    for caller, edges in reach.callees.items():
        facts = reach.program.facts(caller)
        for edge in edges:
            never = apart is not None and (apart.is_dead(facts, caller, edge.site) or apart.leads_nowhere(edge))
            if edge.callee in once or never:
                condition = RARELY
            else:
                condition = standing(facts, reach.graph, caller, edge.site).condition
            steps.setdefault(caller, []).append((edge.callee, EVIDENCE.index(edge.evidence), condition))
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
