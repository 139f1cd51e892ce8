"""Profiles and indexes as JSON documents, which are the source of truth of a report.

Each document carries `schema_version`, and is valid against `schemas/<kind>.schema.json` (`schema`). Lists stand in a
fixed order, keys are sorted, and nothing names the machine or the day: the same source gives the same bytes.
"""

import json
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from code_path_audit.callgraph.model import Edge
from code_path_audit.costs.model import ExpensiveOp, OtherCallee, StateMutation
from code_path_audit.errors import AuditError
from code_path_audit.profiles.model import (
    Action,
    ActionProfile,
    CallGraph,
    Candidate,
    ComparedOp,
    Comparison,
    FunctionNode,
    MissedOp,
    Pipelining,
    Redundancy,
    UnmodelledLibrary,
    UnresolvedCall,
    UnweighedLibrary,
)
from code_path_audit.sources.model import SkippedFile

SCHEMA_VERSION = 2
"""The version of all documents; a reader refuses any other."""
SCHEMAS = ("action_profile", "call_graph", "expensive_ops", "state_mutations")
"""The kinds of documents."""

Row = TypeVar("Row")


def to_json(document: Mapping[str, Any]) -> str:
    """The text of a document: ASCII, keys sorted, a newline at its end. It is what `json.dumps` makes with an
    indentation of 2, sign by sign and in Python, which was a sixth of an audit with `--json`."""
    return _written(document, "\n") + "\n"


def _written(value: Any, end: str) -> str:
    """A value whose last line begins as `end` does, with an end of line and the indentation."""
    scalar = SCALARS.get(type(value))
    if scalar is not None:
        return scalar(value)
    if isinstance(value, dict):
        inner = end + "  "
        body = f",{inner}".join([f"{_quoted(key)}: {_written(value[key], inner)}" for key in sorted(value)])
        return f"{{{inner}{body}{end}}}" if value else "{}"
    if isinstance(value, list | tuple):
        inner = end + "  "
        body = f",{inner}".join([_written(part, inner) for part in value])
        return f"[{inner}{body}{end}]" if value else "[]"
    return json.dumps(value, allow_nan=False)


def _float(value: float) -> str:
    return float.__repr__(value) if math.isfinite(value) else json.dumps(value, allow_nan=False)


_quoted = json.encoder.encode_basestring_ascii

SCALARS: Mapping[type, Callable[[Any], str]] = {
    str: _quoted,
    int: int.__repr__,
    float: _float,
    bool: {True: "true", False: "false"}.__getitem__,
    type(None): lambda _: "null",
}
"""How what occurs most is written."""


def profiles_json(profiles: Sequence[ActionProfile]) -> str:
    """One profile; of several an object by action name, made of one document after the other: all at once would take
    several times the memory of their text."""
    by_name = {profile.action.name: profile for profile in profiles}
    if len(by_name) == 1:
        return to_json(profile_to_dict(profiles[-1]))
    # no text in JSON has an end of line in it
    texts = (
        f"  {json.dumps(name)}: " + to_json(profile_to_dict(by_name[name])).rstrip("\n").replace("\n", "\n  ")
        for name in sorted(by_name)
    )
    return "{\n" + ",\n".join(texts) + "\n}\n"


def schema(kind: str) -> dict[str, Any]:
    """The JSON Schema (2020-12) of one of `SCHEMAS`, or of "callgraph": what that command prints."""
    from importlib.resources import files

    text = files(__package__).joinpath("schemas", f"{kind}.schema.json").read_text("utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded


def profile_to_dict(profile: ActionProfile) -> dict[str, Any]:
    """All fields of a profile as JSON values; `profile_from_dict` brings them back without loss."""
    return {
        "schema_version": SCHEMA_VERSION,
        "action": {
            "name": profile.action.name,
            "entry_points": list(profile.action.entry_points),
            "description": profile.action.description,
        },
        "model": profile.model,
        "threshold": profile.threshold,
        "calibrated": profile.calibrated,
        "uncalibrated": list(profile.uncalibrated),
        "entries": list(profile.entries),
        "total_load_estimate": profile.total_load_estimate,
        "call_graph": {
            "nodes": [_node(node) for _, node in sorted(profile.call_graph.nodes.items())],
            "edges": _callees(profile.call_graph),
        },
        "edges": _rows(profile.edges),
        "expensive_ops": _ops(profile.expensive_ops),
        "state_mutations": _rows(profile.state_mutations),
        "redundancy": [[callee, count] for callee, count in profile.redundancy],
        "redundancies": _rows(profile.redundancies),
        "pipelining_candidates": [list(names) for names in profile.pipelining_candidates],
        "pipelinings": _rows(profile.pipelinings),
        "candidates": _rows(profile.candidates),
        "unresolved_calls": list(profile.unresolved_calls),
        "unresolved": _rows(profile.unresolved),
        "max_depth": profile.max_depth,
        "cut_by_depth": profile.cut_by_depth,
        "cut_functions": list(profile.cut_functions),
        "possible_calls": profile.possible_calls,
        "unmodelled": _rows(profile.unmodelled),
        "unweighed": _rows(profile.unweighed),
        "skipped": _rows(profile.skipped),
        "widened": list(profile.widened),
        "comparison": _comparison(profile.comparison),
        "mermaid": profile.mermaid,
        "markdown": profile.markdown,
    }


def profile_from_dict(document: Mapping[str, Any]) -> ActionProfile:
    """The profile that `profile_to_dict` was given. AuditError where the document is not one of this version."""
    try:
        if document["schema_version"] != SCHEMA_VERSION:
            raise _unreadable(f"its schema_version is {document['schema_version']!r}, not {SCHEMA_VERSION}")
        return _profile(document)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise _unreadable(f"{type(error).__name__}: {error}") from error


def _unreadable(why: str) -> AuditError:
    return AuditError(
        "profile-unreadable", f"This is no profile that can be read: {why}", todo="Make the report again."
    )


def _profile(document: Mapping[str, Any]) -> ActionProfile:
    graph = CallGraph()
    graph.nodes = {row["fqname"]: _node_from(row) for row in document["call_graph"]["nodes"]}
    graph.edges = {caller: set(callees) for caller, callees in document["call_graph"]["edges"].items()}
    return ActionProfile(
        action=Action(**document["action"]),
        call_graph=graph,
        expensive_ops=_ops_from(document["expensive_ops"]),
        state_mutations=_from(StateMutation, document["state_mutations"]),
        redundancy=[(callee, count) for callee, count in document["redundancy"]],
        pipelining_candidates=[list(names) for names in document["pipelining_candidates"]],
        total_load_estimate=document["total_load_estimate"],
        unresolved_calls=list(document["unresolved_calls"]),
        mermaid=document["mermaid"],
        markdown=document["markdown"],
        redundancies=tuple(_from(Redundancy, document["redundancies"])),
        pipelinings=tuple(_from(Pipelining, document["pipelinings"])),
        candidates=tuple(_from(Candidate, document["candidates"])),
        unresolved=tuple(_from(UnresolvedCall, document["unresolved"])),
        model=document["model"],
        threshold=document["threshold"],
        calibrated=document["calibrated"],
        uncalibrated=tuple(document["uncalibrated"]),
        max_depth=document["max_depth"],
        cut_by_depth=document["cut_by_depth"],
        cut_functions=tuple(document["cut_functions"]),
        possible_calls=document["possible_calls"],
        unmodelled=tuple(_from(UnmodelledLibrary, document["unmodelled"])),
        unweighed=tuple(_from(UnweighedLibrary, document.get("unweighed", ()))),
        skipped=tuple(_from(SkippedFile, document["skipped"])),
        widened=tuple(document["widened"]),
        edges=tuple(_from(Edge, document["edges"])),
        entries=tuple(document["entries"]),
        comparison=_comparison_from(document["comparison"]),
    )


def _comparison(comparison: Comparison | None) -> dict[str, Any] | None:
    if comparison is None:
        return None
    return {
        **{name: list(value) if isinstance(value, tuple) else value for name, value in comparison._asdict().items()},
        "rows": _rows(comparison.rows),
        "missed_ops": _rows(comparison.missed_ops),
    }


def _comparison_from(document: Mapping[str, Any] | None) -> Comparison | None:
    if document is None:
        return None
    found: Comparison = _from(Comparison, [document])[0]
    rows, missed = _from(ComparedOp, document["rows"]), _from(MissedOp, document["missed_ops"])
    return found._replace(rows=tuple(rows), missed_ops=tuple(missed))


def _node(node: FunctionNode) -> dict[str, Any]:
    return {
        "fqname": node.fqname,
        "file": node.file,
        "line": node.line,
        "calls": list(node.calls),
        "state_mutations": _rows(node.state_mutations),
        "expensive_ops": _ops(node.expensive_ops),
    }


def _node_from(row: Mapping[str, Any]) -> FunctionNode:
    return FunctionNode(
        fqname=row["fqname"],
        file=row["file"],
        line=row["line"],
        calls=list(row["calls"]),
        state_mutations=_from(StateMutation, row["state_mutations"]),
        expensive_ops=_ops_from(row["expensive_ops"]),
    )


def _callees(graph: CallGraph) -> dict[str, list[str]]:
    return {caller: sorted(callees) for caller, callees in sorted(graph.edges.items())}


def _rows(rows: Iterable[Any]) -> list[dict[str, Any]]:
    return [
        {name: list(value) if isinstance(value, tuple) else value for name, value in row._asdict().items()}
        for row in rows
    ]


def _from(kind: Callable[..., Row], rows: Iterable[Mapping[str, Any]]) -> list[Row]:
    return [
        kind(**{name: tuple(value) if isinstance(value, list) else value for name, value in row.items()})
        for row in rows
    ]


def _ops(ops: Sequence[ExpensiveOp]) -> list[dict[str, Any]]:
    """Ops as rows; of the runs each term is a count and the loops it is multiplied by."""
    rows = _rows(ops)
    for op, row in zip(ops, rows, strict=True):
        row["runs"] = [
            {"count": count, "loops": [{"kind": kind, "name": name} for kind, name in loops]}
            for loops, count in op.runs
        ]
        row["others"] = _rows(op.others)
    return rows


def _ops_from(rows: Iterable[Mapping[str, Any]]) -> list[ExpensiveOp]:
    read = [{**row, "runs": [_term(term) for term in row["runs"]]} for row in rows]
    return _from(ExpensiveOp, [{**row, "others": _from(OtherCallee, row["others"])} for row in read])


def _term(row: Mapping[str, Any]) -> tuple[tuple[tuple[str, str], ...], int]:
    return tuple((loop["kind"], loop["name"]) for loop in row["loops"]), row["count"]


def call_graph_document(graph: CallGraph, edges: Iterable[Edge] = ()) -> dict[str, Any]:
    """The document `call_graph.json`: functions, who calls whom, and each call site where `edges` are given."""
    return {
        "schema_version": SCHEMA_VERSION,
        "nodes": [
            {"fqname": node.fqname, "file": node.file, "line": node.line, "calls": list(node.calls)}
            for _, node in sorted(graph.nodes.items())
        ],
        "edges": _callees(graph),
        "sites": _rows(sorted(edges)),
    }


def expensive_ops_document(index: Mapping[str, Iterable[ExpensiveOp]]) -> dict[str, Any]:
    """The document `expensive_ops.json`: the ops of each function that has any."""
    return _by_function({name: _ops(sorted(ops, key=_op_place)) for name, ops in index.items()})


def _op_place(op: ExpensiveOp) -> tuple[str, int, int, str, str]:
    return (op.file, op.line, op.column, op.callee, op.id)


def state_mutations_document(index: Mapping[str, Iterable[StateMutation]]) -> dict[str, Any]:
    """The document `state_mutations.json`: the state changes of each function that has any."""
    return _by_function({name: _rows(sorted(rows, key=_mutation_place)) for name, rows in index.items()})


def _mutation_place(row: StateMutation) -> tuple[str, int, str, str, int]:
    return (row.file, row.line, row.kind, row.target, row.site)


def _by_function(index: Mapping[str, list[dict[str, Any]]]) -> dict[str, Any]:
    return {
        "schema_version": SCHEMA_VERSION,
        "functions": {name: rows for name, rows in sorted(index.items()) if rows},
    }
