"""Registers that hold plain values alone: what an instruction more does with these calls nothing of the source.

An edit that only looks at them can be weighed later without solving anew (`callgraph.standing_alone`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from contextlib import suppress
from operator import or_

from code_path_audit.callgraph.model import PLAIN, PLAIN_FROM
from code_path_audit.callgraph.solver.abstract_values import INT, NONE, STR, XINST
from code_path_audit.callgraph.solver.ids import Activation, Var
from code_path_audit.callgraph.solver.shared_sets import Held
from code_path_audit.callgraph.solver.state import State

BITS = {dotted: 1 << index for index, dotted in enumerate(PLAIN)}
OTHER = 1 << len(PLAIN)
"""The bit of all that is not plain, and of nothing; a mask that has it says no more."""

KINDS = {STR: BITS["builtins.str"], INT: BITS["builtins.int"], NONE: BITS["builtins.None"]}
"""The bits of values by their kinds, where that is all there is to it."""


def plain_registers(s: State, reached: Collection[Activation], open_ended: Collection[Var]) -> dict[str, str]:
    """By function, what its registers hold in all of its contexts, as `SolvedGraph.plain` has it; `open_ended` are the
    variables of which values may be missing."""
    if s.gave_up:
        return {}
    wanted = {s.a_function[aid] for aid in reached}.difference(s.synthetic)
    held = _Held(s)
    found: dict[str, list[int]] = {}
    for aid in s.activations():
        fid = s.a_function[aid]
        if fid not in wanted:
            continue
        base = s.a_base[aid]
        masks = held.masks(s.pts[base : base + s.facts[fid].registers])
        for index in range(len(masks)) if open_ended else ():
            if base + index in open_ended:
                masks[index] = OTHER
        before = found.get(s.names[fid])
        found[s.names[fid]] = masks if before is None else list(map(or_, before, masks))
    letters = {mask: chr(PLAIN_FROM + (mask if mask < OTHER else 0)) for masks in found.values() for mask in masks}
    rows = {name: "".join(map(letters.__getitem__, masks)) for name, masks in sorted(found.items())}
    nothing = chr(PLAIN_FROM)
    return {name: row.rstrip(nothing) for name, row in rows.items() if row.strip(nothing)}


class _Held(dict[Held | None, int]):
    """What points-to sets hold, as masks; most sets are of one value, and shared."""

    def __init__(self, s: State) -> None:
        super().__init__({None: OTHER})
        self.bits = [KINDS.get(kind, OTHER) for kind in s.kinds]
        """The bit of each value."""
        for value, kind in enumerate(s.kinds):
            if kind == XINST:
                self.bits[value] = BITS.get(s.rows[value].dotted, OTHER)

    def masks(self, several: Iterable[Held | None]) -> list[int]:
        """The bits of all values of each of some sets."""
        with suppress(TypeError):
            return list(map(self.__getitem__, several))
        # one that grows is no key
        return [self._of(held) if type(held) is set else self[held] for held in several]

    def __missing__(self, held: Held) -> int:
        found = self[held] = self._of(held)
        return found

    def _of(self, held: Held) -> int:
        found = 0 if held else OTHER
        for value in held:
            found |= self.bits[value]
        return found
