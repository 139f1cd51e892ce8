"""Parsers that have a faster, drop-in sibling, by exact name, with what differs."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from code_path_audit.profiles.candidates.proposal import Proposal, Traced, key_of, proposal
from code_path_audit.profiles.candidates.tables import parsers

WORTH = 25
"""Thresholds that a parser costs at least: for less, nobody changes it."""


def siblings(traced: Traced) -> Iterator[Proposal]:
    """Ops whose work another function does faster."""
    table = parsers()
    for op in traced.heavy:
        row = table.get(op.callee)
        spot = traced.spot(op) if row is not None else None
        if row is None or spot is None:
            continue
        if op.weight < WORTH * traced.model.threshold or (op.amplification == 1 and op.size_source == "assumed"):
            continue
        if row.known_size and op.size_source in ("assumed", "unknown"):
            continue
        given = [*spot.node.args, *(part.value for part in spot.node.keywords)]
        texts = [ast.unparse(part) for part in given] + [part.arg or "" for part in spot.node.keywords]
        if any(text in part for part in texts for text in row.unless):
            continue
        yield proposal(
            "parser", f"Use {row.sibling} in place of {op.callee}", op,
            {key_of(op): round(op.weight / row.factor)}, [op], row.effort,
            f"it does the same in about 1/{row.factor:g} of the time, as measured on documents of this project; effort "
            f"{row.effort}: one call changes{f', and {row.package} is one more package' if row.package else ''}",
            row.differs,
        )  # fmt: skip
