"""Every file of a dated report, as text by path: pure, so that it can be compared before anything is written."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from code_path_audit.callgraph.model import Edge
from code_path_audit.costs.model import ExpensiveOp, StateMutation
from code_path_audit.profiles.model import ActionProfile, CallGraph
from code_path_audit.reports.html import index_html
from code_path_audit.reports.json_report import (
    call_graph_document,
    expensive_ops_document,
    profile_to_dict,
    state_mutations_document,
    to_json,
)
from code_path_audit.reports.markdown import profile_markdown
from code_path_audit.reports.mermaid import flowchart
from code_path_audit.reports.page.values import NOTHING_BESIDE, Beside
from code_path_audit.reports.priorities import by_name
from code_path_audit.reports.summary import candidates_markdown, summary_markdown
from code_path_audit.reports.write import action_stems


def rendered(profile: ActionProfile) -> ActionProfile:
    """The profile with its `mermaid` and `markdown` filled in."""
    return replace(profile, mermaid=flowchart(profile), markdown=profile_markdown(profile))


def report_files(
    profiles: Iterable[ActionProfile],
    graph: CallGraph,
    ops: Mapping[str, Iterable[ExpensiveOp]],
    mutations: Mapping[str, Iterable[StateMutation]],
    *,
    date: str,
    edges: Iterable[Edge] = (),
    beside: Beside = NOTHING_BESIDE,
) -> dict[str, str]:
    """The text of each file by its path below the dated folder.

    `graph`, `ops` and `mutations` are of the whole program, `edges` its call sites; `date` (YYYY-MM-DD) and
    what stands `beside` the profiles are shown in index.html alone.
    """
    rows = by_name(profiles)
    stems = action_stems(profile.action.name for profile in rows)
    files = {
        "call_graph.json": to_json(call_graph_document(graph, edges)),
        "expensive_ops.json": to_json(expensive_ops_document(ops)),
        "state_mutations.json": to_json(state_mutations_document(mutations)),
        "summary.md": summary_markdown(rows),
        "optimization_candidates.md": candidates_markdown(rows),
        "index.html": index_html(rows, date, beside),
    }
    for profile in map(rendered, rows):
        stem = f"actions/{stems[profile.action.name]}"
        files[f"{stem}.json"] = to_json(profile_to_dict(profile))
        files[f"{stem}.md"] = profile.markdown
        files[f"{stem}.mmd"] = profile.mermaid
    return files
