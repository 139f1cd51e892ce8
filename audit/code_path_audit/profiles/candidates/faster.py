"""Parsers that have a faster, drop-in sibling, by exact name, with what differs."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from code_path_audit.costs.model import ExpensiveOp
from code_path_audit.profiles.candidates.names import names_of
from code_path_audit.profiles.candidates.proposal import Proposal, Traced, divided, place_of_op, proposal
from code_path_audit.profiles.candidates.repeatable import is_in_loop
from code_path_audit.profiles.candidates.syntax import Spot
from code_path_audit.profiles.candidates.tables import parsers
from code_path_audit.profiles.reach import op_order

WORTH = 25
"""Thresholds that a parser costs at least: for less, nobody changes it."""


def siblings(traced: Traced) -> Iterator[Proposal]:
    """Ops whose work another function does faster: one proposal for all calls of a function."""
    table = parsers()
    found: dict[str, list[ExpensiveOp]] = {}
    for op in traced.heavy:
        row = table.get(op.callee)
        spot = traced.spot(op) if row is not None else None
        if row is None or spot is None or op.weight < WORTH * traced.model.threshold:
            continue
        if op.size_source in ("assumed", "unknown") and (row.known_size or not is_in_loop(op)):
            continue  # once, of a size that nobody knows: a configuration of some lines, mostly
        site = traced.reach.facts(op.function).sites[op.site]
        if site.conditional and site.loop >= 0:
            continue  # which rounds come to it, nobody knows
        texts = [ast.unparse(part) for part in (*spot.node.args, *(part.value for part in spot.node.keywords))]
        texts += [part.arg or "" for part in spot.node.keywords]
        if not any(text in part for part in texts for text in row.unless) and not takes_its_own(spot):
            found.setdefault(op.callee, []).append(op)
    for callee, ops in found.items():
        row = table[callee]
        places = f"; {len(ops)} calls" if len(ops) > 1 else ""
        yield proposal(
            "parser", f"Use {row.sibling} in place of {callee}", ops[0],
            {op_order(op): divided(row.factor) for op in ops}, ops, row.effort,
            f"it does the same in about 1/{row.factor:g} of the time, as measured on a document of 400 "
            f"entries{places}; "
            f"effort {row.effort}: calls change{f', and {row.package} is one more package' if row.package else ''}",
            row.differs, calls=map(place_of_op, ops),
        )  # fmt: skip


def takes_its_own(spot: Spot) -> bool:
    """Whether a call is given a loader by a name that is not the library's: one of the source's own, or the C form
    imported as another name."""
    func = spot.node.func
    last = func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "")
    # what is dumped, and where to, come first; the safe forms take none
    first = len(spot.node.args) if last.startswith("safe_") else 1 + last.startswith("dump")
    given = [*spot.node.args[first:], *(row.value for row in spot.node.keywords if row.arg in ("Loader", "Dumper"))]
    names = [node.id for node in given if isinstance(node, ast.Name)]
    if any(not isinstance(node, ast.Name) and not is_of_yaml(node) for node in given):
        return True
    bindings = names_of(spot.file.tree).bindings
    for name in names:
        nodes = bindings.get(name, [])
        rows = [
            row for node in nodes if isinstance(node, ast.ImportFrom) and node.module == "yaml" for row in node.names
        ]
        imported = [row.name for row in rows if name in (row.name, row.asname)]
        if imported != [name]:
            return True
    return False


def is_of_yaml(node: ast.expr) -> bool:
    """Whether an expression is a class of PyYAML by the name of its module: `yaml.SafeLoader`, not `self.__class__`."""
    return (
        isinstance(node, ast.Attribute)
        and node.attr.endswith(("Loader", "Dumper"))
        and ast.unparse(node.value) == "yaml"
    )
