"""What was measured of an action, with the numbers that call sites have after an edit, and the digests of bodies."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from code_path_gate.baseline.model import op_order
from code_path_gate.measuring.measured import Measured


class Shifted(NamedTuple):
    """The functions, by name, whose call sites have other numbers now; and the digests of the bodies that
    changed with them, those of the functions around them included."""

    places: dict[str, dict[int, int]]
    bodies: dict[str, str]


def moved(measured: Measured, by: Shifted) -> Measured:
    """What was measured before, with the numbers of now."""
    current = measured.current
    ops = tuple([op._replace(body=by.bodies.get(op.function, op.body)) for op in current.ops])
    mutations = tuple([row._replace(body=by.bodies.get(row.function, row.body)) for row in current.mutations])
    hops = tuple([
        hop._replace(site=_place(by.places[hop.function], hop.site)) if hop.function in by.places else hop
        for hop in measured.paths.hops
    ])  # fmt: skip
    asked = {
        op: tuple([(name, _place(by.places[name], site) if name in by.places else site) for name, site in rows])
        for op, rows in measured.paths.asked.items()
    }
    sites = {
        name: tuple([tuple([_place(by.places[name], site) for site in row]) for row in rows])
        if name in by.places
        else rows
        for name, rows in measured.sites.items()
    }
    return measured._replace(
        current=current._replace(ops=tuple(sorted(ops, key=op_order)), mutations=tuple(sorted(mutations))),
        paths=measured.paths._replace(hops=hops, asked=asked),
        sites=sites,
    )


def _place(places: Mapping[int, int], site: int) -> int:
    return site if site < 0 else places[site]
