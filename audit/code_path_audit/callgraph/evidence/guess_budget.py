"""How much the entry points reach so far, while values are still followed: what guesses may cost is measured by it."""

from __future__ import annotations

from code_path_audit.callgraph.library.summaries import Places, following
from code_path_audit.callgraph.solver.ids import BEFORE
from code_path_audit.callgraph.solver.state import State

LEAST = 250_000
"""Steps between two looks at what is reached."""


def functions_reached(s: State) -> int:
    """The functions that the entry points reach, by calls and by what code outside calls; imports do not count."""
    after: dict[int, list[int]] = {}
    for (activation, place), rows in s.edges.items():
        if place != BEFORE:
            node = ~place if activation == s.tables[Places].nobody else activation
            after.setdefault(node, []).extend(callee for callee, kind in rows if kind != "import")
    for (aid, _), places in s.tables[Places].used.items():
        if aid != s.tables[Places].nobody:
            after.setdefault(aid, []).extend(~place for place in places)
    seen = set(s.entries)
    todo = list(s.entries)
    while todo:
        node = todo.pop()
        further = [~place for place in following(s, ~node)] if node < 0 else []
        for other in (*after.get(node, ()), *further):
            if other not in seen:
                seen.add(other)
                todo.append(other)
    s.steps += len(s.edges) + len(seen)
    return len({s.a_function[aid] for aid in seen if aid >= 0})


def further(s: State) -> bool:
    """Whether guesses may go on past the steps that were allowed: the entry points reach enough for it."""
    allowed = s.guesses_from + s.budget.guesses + s.budget.guesses_each * functions_reached(s)
    if s.steps > allowed:
        return False
    s.guesses_end = max(allowed, s.steps + LEAST)
    return True
