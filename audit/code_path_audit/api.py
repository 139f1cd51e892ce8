"""The public functions. Everything that they need is imported when they are called: importing the package is cheap."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from code_path_audit.costs.model import ExpensiveOp, StateMutation
    from code_path_audit.profiles.model import Action, ActionProfile, CallGraph


def trace_action(action: Action, max_depth: int = 10, *, source: str | Path | None = None) -> ActionProfile:
    """What an action pays for, in the project around the working directory, or below a source root alone.

    Functions more than `max_depth` calls away from the entry points are left out, and counted in `cut_by_depth`.
    Raises `code_path_audit.errors.AuditError` for an unknown entry point, a broken file, a bad configuration.
    """
    from code_path_audit import pipeline
    from code_path_audit.config import ActionConfig, default_config, find_config

    if source is not None:
        config = default_config(Path(source))
    else:
        config = find_config(Path.cwd()) or default_config(Path.cwd())
    named = ActionConfig(action.name, tuple(action.entry_points), action.description)
    return pipeline.trace(pipeline.load(config), named, config, max_depth)


def derive_code_path(target: str, max_depth: int = 5, *, start: str | Path = ".", most: int | None = None) -> str:
    """The text trace of one symbol of the project around `start`: what it calls, and what each function pays for.

    A line for each function, indented by the calls from `target`, at most `max_depth`; below it a line that begins with
    "$" for each of its ops. `target` is an entry point, such as `shop.store.Store.save`; `most` limits the lines.
    Raises `code_path_audit.errors.AuditError` for one that names nothing, a broken file, a bad configuration.
    """
    from code_path_audit import pipeline
    from code_path_audit.config import ActionConfig, default_config, find_config
    from code_path_audit.reports.code_path import MAX_LINES, code_path_text

    folder = Path(start).absolute()
    config = find_config(folder) or default_config(folder)
    profile = pipeline.trace(pipeline.load(config), ActionConfig(target, (target,)), config, max_depth)
    return code_path_text(profile, max_depth, MAX_LINES if most is None else most)


def build_call_graph(src_dir: str | Path = "src") -> CallGraph:
    """Who calls whom in all of a source root, with each function's ops and state changes."""
    from code_path_audit import pipeline
    from code_path_audit.config import default_config
    from code_path_audit.profiles.trace import build_call_graph_view

    program = pipeline.load(default_config(Path(src_dir)))
    graph = pipeline.callgraph(program)
    ops = pipeline.operations(program, graph)
    return build_call_graph_view(program, graph, ops, pipeline.mutations(program, graph))


def build_expensive_ops_index(call_graph: CallGraph) -> dict[str, list[ExpensiveOp]]:
    """The ops of each function that has any, by fqname, sorted."""
    return {name: list(node.expensive_ops) for name, node in sorted(call_graph.nodes.items()) if node.expensive_ops}


def build_state_mutations_index(call_graph: CallGraph) -> dict[str, list[StateMutation]]:
    """The state changes of each function that makes any, by fqname, sorted."""
    return {name: list(node.state_mutations) for name, node in sorted(call_graph.nodes.items()) if node.state_mutations}
