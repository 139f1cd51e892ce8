"""The text trace of one symbol: what it calls, level by level, with what each function pays for on the way."""

from __future__ import annotations

from code_path_audit.costs.model import ExpensiveOp
from code_path_audit.profiles.amplification import prominence
from code_path_audit.profiles.model import ActionProfile
from code_path_audit.reports.figures import weight_of
from code_path_audit.reports.one_of import one_of
from code_path_audit.reports.priorities import how_often
from code_path_audit.reports.text import MARKS, brief, counted, visible

MAX_LINES = 400
"""Lines of a trace; what is left out is counted."""
INDENT = "  "


def code_path_text(profile: ActionProfile, max_depth: int, most: int = MAX_LINES) -> str:
    """A line for each function, indented by its calls from the entry point, then one for each of its ops ("$ ...").

    A function stands with its calls once, where it is met first, depth first; after that it is named with "(above)".
    `max_depth` counts the calls that are followed; what is deeper is not shown.
    """
    lines: list[str] = []
    seen: set[str] = set()
    ops_of: dict[str, list[ExpensiveOp]] = {}
    for op in sorted(profile.expensive_ops, key=prominence):
        ops_of.setdefault(op.function, []).append(op)
    nodes = profile.call_graph.nodes
    pending = [(name, 0) for name in reversed(profile.entries)]
    while pending:
        name, depth = pending.pop()
        node = nodes.get(name)
        if node is None:  # outside of the source, or cut off by a depth limit
            continue
        again = name in seen
        seen.add(name)
        lines.append(f"{INDENT * depth}{visible(name)}  {visible(node.file)}:{node.line}{' (above)' if again else ''}")
        if again:
            continue
        lines += [f"{INDENT * (depth + 1)}$ {_op(op, profile.calibrated)}" for op in ops_of.get(name, ())]
        if depth < max_depth:
            pending += [(callee, depth + 1) for callee in reversed(node.calls)]
    if len(lines) > most:
        lines[most - 1 :] = [f"and {counted(len(lines) - most + 1, 'more line')}: ask for fewer calls"]
    return "\n".join(lines) + "\n"


def _op(op: ExpensiveOp, calibrated: bool) -> str:
    weight = weight_of(op, calibrated, brief)
    return f"{visible(op.callee)}{MARKS[op.evidence]}{one_of(op)}  line {op.line}  {how_often(op) or 'once'}  {weight}"
