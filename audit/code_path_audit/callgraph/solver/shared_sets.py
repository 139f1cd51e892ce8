"""Equal points-to sets, kept once: where all things of a program meet, hundreds of variables hold the same hundred."""

from __future__ import annotations

from code_path_audit.callgraph.solver.ids import Value

Held = set[Value] | frozenset[Value]
"""A points-to set. A frozen one may be that of several variables: whoever gets more makes one of its own."""


def share(sets: list[Held | None]) -> None:
    """Sets of the same values in the same order become one, and frozen.

    The order counts where a cap is near. A set that is made of a list has its values where one that grew one by one has
    them, but for two that want the same place: such sets stay as they are.
    """
    known: dict[frozenset[Value], frozenset[Value]] = {}
    for held in sets:
        if type(held) is frozenset and len(held) > 1:
            known[held] = held
    for var, held in enumerate(sets):
        if type(held) is set:
            values = list(held)
            one = frozenset(values)
            one = known.setdefault(one, one)
            if list(one) == values:
                sets[var] = one
