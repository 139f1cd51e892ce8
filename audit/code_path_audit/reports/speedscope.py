"""What actions pay for, as speedscope.app shows profiles: a stack for each op, as heavy as the op."""

from __future__ import annotations

import json
from collections.abc import Sequence

from code_path_audit.profiles.model import ActionProfile
from code_path_audit.reports.figures import is_past_figures
from code_path_audit.reports.priorities import by_name, heaviest_first
from code_path_audit.reports.text import visible

SCHEMA = "https://www.speedscope.app/file-format-schema.json"


def speedscope_json(profiles: Sequence[ActionProfile]) -> str:
    """A profile for each action. A stack is the way to an op, from the entry point on, and what it calls at the end;
    ops too deep in loops for a figure are in none."""
    frames: dict[tuple[str, str, int], int] = {}
    shown = [_profile(profile, frames) for profile in by_name(profiles)]
    shared = [{"name": name, "file": file, "line": line} for name, file, line in frames]
    document = {
        "$schema": SCHEMA, "shared": {"frames": shared}, "profiles": shown, "exporter": "code-path-audit",
        "name": ", ".join(visible(profile.action.name) for profile in by_name(profiles)),
    }  # fmt: skip
    return json.dumps(document, indent=1) + "\n"


def _profile(profile: ActionProfile, frames: dict[tuple[str, str, int], int]) -> dict[str, object]:
    nodes = profile.call_graph.nodes
    samples, weights = [], []
    for op in heaviest_first(profile.expensive_ops):
        if is_past_figures(op) or not op.weight:
            continue
        stack = []
        for name in op.path or (op.function,):
            node = nodes.get(name)
            place = (visible(node.file), node.line) if node is not None else ("", 0)
            stack.append(frames.setdefault((visible(name), *place), len(frames)))
        stack.append(frames.setdefault((visible(op.callee), visible(op.file), op.line), len(frames)))
        samples.append(stack)
        weights.append(op.weight)
    return {
        "type": "sampled", "name": visible(profile.action.name),
        "unit": "nanoseconds" if profile.calibrated else "none",
        "startValue": 0, "endValue": sum(weights), "samples": samples, "weights": weights,
    }  # fmt: skip
