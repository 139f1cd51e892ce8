"""What the gate asks of the engine, and nothing else does: source to profile, and the constants of the cost model."""

from __future__ import annotations

from code_path_audit import pipeline
from code_path_audit.config import ActionConfig, Config
from code_path_audit.errors import AuditError
from code_path_audit.profiles.model import ActionProfile
from code_path_audit.program.model import Program
from code_path_audit.sources.model import SourceTree
from code_path_gate.affected import import_closure
from code_path_gate.baseline.capture import capture
from code_path_gate.baseline.model import Baseline
from code_path_gate.changed_edge import Traced

NO_LIMIT = 1_000_000
"""Calls deep: a limit would make an op come and go with every helper between it and the entry point."""


def load(tree: SourceTree, config: Config) -> Program:
    """All facts of a tree, linked."""
    return pipeline.program_of(tree)


def trace(program: Program, tree: SourceTree, action: ActionConfig, config: Config) -> tuple[Traced, Baseline]:
    """One action, whole-program; AuditError `source-broken` where a file that it may reach was not read or parsed."""
    refuse_broken(program, action)
    profile = _profile(program, action, config)
    traced = Traced(profile, program, {file.path: file.data for file in tree.files})
    return traced, capture(profile, program, _model(config))


def _model(config: Config):
    from code_path_audit.costs.models import load_model

    model = config.model if not config.model.endswith(".toml") else config.root / config.model
    return load_model(model, config.classes)


def _profile(program: Program, action: ActionConfig, config: Config) -> ActionProfile:
    from code_path_audit.costs.mutations import find_mutations
    from code_path_audit.costs.operations import find_ops
    from code_path_audit.costs.rules import load_rules
    from code_path_audit.profiles.entry import resolve_entries
    from code_path_audit.profiles.model import Action
    from code_path_audit.profiles.trace import trace as t

    model = _model(config)
    rules = load_rules(model.classes)
    entries = resolve_entries(program, list(action.entry_points))
    graph = pipeline.solve(program, tuple(entries), action.imports)
    ops = find_ops(program, graph, model, rules, None, config.hints)
    return t(
        program,
        graph,
        ops,
        find_mutations(program, graph, rules),
        model,
        Action(action.name, list(action.entry_points), action.description),
        NO_LIMIT,
    )


def refuse_broken(program: Program, action: ActionConfig) -> None:
    """AuditError where a file that the action may reach is missing from the program: half of it is no basis."""
    if not program.skipped:
        return
    closure = import_closure(program, action.entry_points)
    broken = [file for file in program.skipped if file.module in closure and file.module not in program.modules]
    if broken:
        first = broken[0]
        more = f", and {len(broken) - 1} more" if len(broken) > 1 else ""
        raise AuditError(
            "source-broken",
            f"action {action.name} may reach a file that cannot be used: {first.reason}{more}",
            where=f"{first.path}:{first.line}" if first.line else first.path,
            todo="Correct the file, or exclude it.",
        )


def calls(traced: Traced) -> dict[str, tuple[str, ...]]:
    """Each function reached, and its callees in the source, sorted."""
    graph = traced.profile.call_graph
    return {name: tuple(sorted(graph.edges.get(name, ()))) for name in sorted(graph.nodes)}
