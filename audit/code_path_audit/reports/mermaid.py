"""One action as a Mermaid flowchart that stays readable: who calls whom, down to the heaviest ops."""

from collections.abc import Iterable, Mapping
from itertools import pairwise
from math import prod
from typing import NamedTuple

from code_path_audit.callgraph.model import EVIDENCE, OBSERVED, Edge
from code_path_audit.costs.model import ExpensiveOp
from code_path_audit.mermaid_text import label, node_id
from code_path_audit.profiles.amplification import base_class_of, own_evidence
from code_path_audit.profiles.model import ActionProfile
from code_path_audit.reports.figures import is_past_figures, weight_of
from code_path_audit.reports.priorities import heaviest_first, loop_lines, steps
from code_path_audit.reports.text import TIMES, brief, counted

MAX_NODES = 60
"""Functions and ops that a chart shows; of more, those on the paths to the heaviest ops."""
MAX_EDGES = 200
"""Arrows that a chart shows. Mermaid itself refuses to draw more than 500."""

_ARROWS = {"certain": "-->", "likely": "-.->", "possible": "-.->"}
_OBSERVED_ARROW = "==>"
_STYLES = (
    "classDef entry fill:#dbeafe,stroke:#1d4ed8,color:#172554",
    "classDef op fill:#f4f4f5,stroke:#71717a,color:#18181b",
    "classDef expensive fill:#fee2e2,stroke:#b91c1c,color:#450a0a,stroke-width:2px",
    "classDef note fill:#fef9c3,stroke:#a16207,color:#422006,stroke-dasharray:4 4",
)


class Shown(NamedTuple):
    """The part of an action that a chart shows: functions by name, ops the heaviest first, and what it leaves out."""

    functions: tuple[str, ...]
    ops: tuple[ExpensiveOp, ...]
    functions_left: int
    ops_left: tuple[ExpensiveOp, ...]


def flowchart(profile: ActionProfile) -> str:
    """The chart's text, with a newline at its end. Entry points are rounded, ops are hexagons with class and weight.

    A dashed arrow is an edge that is not certain, a thick one an edge that only a recorded run saw; a number on an
    arrow is how often loops run it.
    """
    shown = select(profile)
    names = {function: node_id(index) for index, function in enumerate(shown.functions)}
    entries = frozenset(profile.entries)
    lines = ["flowchart LR"]
    for function, node in names.items():
        text = label(function)
        lines.append(f"  {node}([{text}]):::entry" if function in entries else f"  {node}[{text}]")
    bounds = loop_bounds(profile.expensive_ops)
    arrows = _calls(profile, names, bounds)
    for index, op in enumerate(shown.ops, len(names)):
        style = "expensive" if op.weight > profile.threshold else "op"
        text = label(f"{op.callee}\n{base_class_of(op)}, {weight_of(op, profile.calibrated, brief)}")
        lines.append(f"  {node_id(index)}{{{{{text}}}}}:::{style}")
        if op.function in names:
            lines_around = loop_lines(op.amplified_by).get(op.function)
            own = _times(op.function, lines_around, bounds) if lines_around else None
            arrow = _ARROWS[own_evidence(op)]
            arrows.append(_arrow(names[op.function], arrow, own, node_id(index)))
    note = _note(shown, len(arrows) - MAX_EDGES, profile.calibrated)
    if note:
        lines.append(f"  {node_id(len(names) + len(shown.ops))}[{label(note)}]:::note")
    # ops come last in `arrows`, and matter most
    lines += arrows[-MAX_EDGES:]
    return "\n".join([*lines, *(f"  {style}" for style in _STYLES)]) + "\n"


def select(profile: ActionProfile) -> Shown:
    """All of a small action; of a large one the paths to the heaviest ops, or what is nearest to the entry points."""
    functions = sorted(profile.call_graph.nodes)
    ops = heaviest_first(profile.expensive_ops)
    if len(functions) + len(ops) <= MAX_NODES:
        return Shown(tuple(functions), tuple(ops), 0, ())
    kept: set[str] = set()
    kept_ops: list[ExpensiveOp] = []
    left: list[ExpensiveOp] = []
    for op in ops:
        on_path = {step.function for step in steps(op)}
        # one for the op itself, one for the note
        if len(kept | on_path) + len(kept_ops) + 2 <= MAX_NODES:
            kept |= on_path
            kept_ops.append(op)
        else:
            left.append(op)
    if not kept_ops and ops:
        # even the shortest of these paths is too long for a chart: the entry point, then where the heaviest op is
        path = [step.function for step in steps(ops[0])]
        kept, kept_ops, left = {path[0], *path[3 - MAX_NODES :]}, ops[:1], ops[1:]
    elif not kept_ops:
        kept.update(_nearest(profile, MAX_NODES - 1))
    return Shown(tuple(sorted(kept)), tuple(kept_ops), len(set(functions) - kept), tuple(left))


def _nearest(profile: ActionProfile, limit: int) -> list[str]:
    """The functions that take the fewest calls to reach, breadth first from the entry points."""
    nodes, callees = profile.call_graph.nodes, profile.call_graph.edges
    order = dict.fromkeys(entry for entry in sorted(profile.entries) if entry in nodes)
    level = list(order)
    while level and len(order) < limit:
        level = sorted({c for function in level for c in callees.get(function, ()) if c in nodes and c not in order})
        order.update(dict.fromkeys(level))
    return list(order)[:limit] or sorted(nodes)[:limit]


def _calls(profile: ActionProfile, names: Mapping[str, str], bounds: Mapping[str, int]) -> list[str]:
    loops = _looped_calls(profile.expensive_ops, bounds)
    pairs = best_arrows(profile.edges)
    shown = [pair for pair in sorted(pairs) if pair[0] in names and pair[1] in names]
    # the arrows in loops last, so that they are kept where there are too many
    shown.sort(key=lambda pair: pair in loops)
    return [_arrow(names[a], pairs[a, b], loops.get((a, b)), names[b]) for a, b in shown]


def best_arrows(edges: Iterable[Edge]) -> dict[tuple[str, str], str]:
    """For each (caller, callee) the arrow of the surest of its edges, rather of one that was not only recorded."""
    best: dict[tuple[str, str], tuple[int, bool]] = {}
    for edge in edges:
        pair, rank = (edge.caller, edge.callee), (EVIDENCE.index(edge.evidence), edge.kind == OBSERVED)
        best[pair] = min(best.get(pair, rank), rank)
    return {
        pair: _OBSERVED_ARROW if is_observed else _ARROWS[EVIDENCE[place]]
        for pair, (place, is_observed) in best.items()
    }


def _arrow(start: str, arrow: str, loops: int | None, end: str) -> str:
    text = "" if loops is None else f"|{label(TIMES + (f'{loops:,}' if loops > 1 else '?'))}|"
    return f"  {start} {arrow}{text} {end}"


def _looped_calls(ops: Iterable[ExpensiveOp], bounds: Mapping[str, int]) -> dict[tuple[str, str], int]:
    """How often the loops around a call run it, by (caller, callee); 1 stands for loops of unknown bound."""
    found: dict[tuple[str, str], int] = {}
    for op in ops:
        for step, after in pairwise(steps(op)):
            if step.lines:
                pair = (step.function, after.function)
                found[pair] = max(found.get(pair, 1), _times(step.function, step.lines, bounds))
    return found


def _times(function: str, lines: Iterable[int], bounds: Mapping[str, int]) -> int:
    return prod(bounds.get(f"{function}:{line}", 1) for line in lines)


def loop_bounds(ops: Iterable[ExpensiveOp]) -> dict[str, int]:
    """How often a loop runs, by "function:line", as far as the ops in it tell.

    An op tells the product of its loops alone: one is known where the bounds of the others are.
    """
    bounds: dict[str, int] = {}
    # fewest loops first: each op then adds the one loop that is new with it
    for op in sorted(ops, key=lambda op: (len(op.amplified_by), op.amplified_by, op.amplification)):
        new = [loop for loop in op.amplified_by if loop not in bounds]
        known = prod(bounds[loop] for loop in op.amplified_by if loop in bounds)
        if len(new) == 1 and known and op.amplification % known == 0:
            bounds[new[0]] = op.amplification // known
    return bounds


def _note(shown: Shown, arrows_left: int, calibrated: bool) -> str:
    parts = []
    if shown.functions_left:
        parts.append(counted(shown.functions_left, "function"))
    if shown.ops_left:
        deep = any(map(is_past_figures, shown.ops_left))
        heaviest = brief(max(op.weight for op in shown.ops_left), calibrated)
        parts.append(counted(len(shown.ops_left), "op") + ("" if deep else f" of at most {heaviest} each"))
    if arrows_left > 0:
        parts.append(counted(arrows_left, "arrow"))
    return f"Left out: {', '.join(parts)}" if parts else ""
