"""Whether files may have been written when a call runs: what two calls read is the same where none is before the last.

A call runs after what stands before it in its function, and around it in a loop; and its function after what runs
before the calls of it. A generator, and what is handed to a library, may run later: after all that their caller does.
"""

from __future__ import annotations

from code_path_audit.facts.function import FunctionFacts
from code_path_audit.profiles.effects import Knowledge

WRITE = "file_write"


def may_be_written_before(known: Knowledge, function: str, site: int) -> bool:
    """Whether a file may be written before, or between two runs of, a call site of an action."""
    reach, writing = known.reach, 0
    for name, rows in known.mutations.items():
        if any(row.kind == WRITE for row in rows):
            writing |= known.bit[name]
    if not writing:
        return False
    if len(reach.entries) > 1 or site < 0:
        return True
    todo, seen = [(function, site, False)], {(function, site)}
    while todo:
        name, number, is_later = todo.pop()
        if known.below[name] & writing and any(
            writes_at(known, name, other, writing) for other in before(reach.program.facts(name), number, is_later)
        ):
            return True
        for edge in reach.callers.get(name, ()):
            if edge.site < 0 or known.below[name] & known.bit[edge.caller]:
                return True  # from nowhere, or a recursion
            later = edge.kind == "callback" or reach.program.facts(name).is_generator
            if (edge.caller, edge.site) not in seen:
                seen.add((edge.caller, edge.site))
                todo.append((edge.caller, edge.site, later))
    return False


def before(facts: FunctionFacts, site: int, is_later: bool) -> list[int]:
    """The call sites of a function that may run before one of them, and those that stand nowhere (-1)."""
    if is_later:
        return [-1, *range(len(facts.sites))]
    mine = set(loops_around(facts, site))
    return [
        -1,
        *(n for n in range(len(facts.sites)) if n < site or (mine and not mine.isdisjoint(loops_around(facts, n)))),
    ]


def loops_around(facts: FunctionFacts, site: int) -> list[int]:
    """The loops that a call site is in."""
    found, loop = [], facts.sites[site].loop
    while loop >= 0:
        found.append(loop)
        loop = facts.loops[loop].parent
    return found


def writes_at(known: Knowledge, function: str, site: int, writing: int) -> bool:
    """Whether what stands at a call site writes a file, or leads to one of the functions that do."""
    if any(row.kind == WRITE and row.site == site for row in known.mutations.get(function, ())):
        return True
    return site >= 0 and any(
        known.below[edge.callee] & writing for edge in known.calls.between(function, site, site + 1)
    )
