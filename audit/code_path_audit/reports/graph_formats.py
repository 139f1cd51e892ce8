"""A solved call graph as text: JSON, PyCG's JSON, Graphviz, Mermaid. Pure, and sorted whatever comes in."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from code_path_audit.callgraph.model import Evidence, SolvedGraph
from code_path_audit.mermaid_text import label, node_id
from code_path_audit.program.model import Program

SCHEMA_VERSION = 2
BUILTIN_MARKERS = frozenset(("builtins.staticmethod", "builtins.classmethod", "builtins.property"))
STORES = frozenset(
    f"builtins.{owner}.{name}"
    for owner, names in {
        "dict": ("update", "clear"),
        "list": ("append", "clear", "extend", "insert", "remove"),
        "set": ("add", "clear", "discard", "remove", "update"),
    }.items()
    for name in names
)
"""Methods that only put something into a container or take it out, and give nothing back."""
MERMAID_EDGES = 500
"""What Mermaid draws where nobody configured it."""


def graph_json(program: Program, graph: SolvedGraph) -> str:
    """Everything the graph knows, one object: functions, edges, externals and unresolved calls, each with its place.

    `possible_calls` counts the edges that are only possible, where these were not to be followed.
    """
    document = {
        "schema_version": SCHEMA_VERSION,
        "roots": list(graph.roots),
        "functions": [
            {"fqname": name, "file": program.path(name), "line": program.line(name)} for name in graph.functions
        ],
        "edges": [_call(program, edge) for edge in graph.edges],
        "externals": [_call(program, external) for external in graph.externals],
        "unresolved": [
            {"caller": row.caller, "reason": row.reason, "text": row.text, **_place(program, row.caller, row.site)}
            for row in graph.unresolved
        ],
        "skipped": [skip._asdict() for skip in program.skipped],
        "possible_calls": len({(edge.caller, edge.site, edge.callee) for edge in graph.guesses}),
        "widened": list(graph.widened),
    }
    return json.dumps(document, indent=1, ensure_ascii=True) + "\n"


def pycg_json(program: Program, graph: SolvedGraph) -> str:
    """`{caller: [callees]}` as the PyCG project writes it: every node is a key.

    Builtins are `<builtin>.name`, methods of a builtin class `<**PyStr**>.name`; the constructor that a class of the
    source has from outside is `module.Base.__init__`. That project knows no edge for an import that runs a module, for
    a class statement that runs a class body, for `@staticmethod` and its like, or for what only stores into a container
    (`d.update(...)`, as `d[k] = v`); a class is a node only where its body calls something.
    """
    calls: dict[str, set[str]] = {
        _plain(program, name): set() for name in graph.functions if program.facts(name).kind != "class"
    }
    for edge in graph.edges:
        if edge.kind != "import" and program.facts(edge.callee).kind != "class":
            calls.setdefault(_plain(program, edge.caller), set()).add(_plain(program, edge.callee))
    for external in graph.externals:
        if (external.kind == "decorator" and external.callee in BUILTIN_MARKERS) or external.callee in STORES:
            continue
        name = _pycg_name(external.callee + ".__init__" if external.kind == "construct" else external.callee)
        calls.setdefault(_plain(program, external.caller), set()).add(name)
        calls.setdefault(name, set())
    return json.dumps({name: sorted(calls[name]) for name in sorted(calls)}, indent=1, ensure_ascii=True) + "\n"


def graph_dot(program: Program, graph: SolvedGraph) -> str:
    """A Graphviz digraph of the functions in the source; an edge that is not certain is dashed."""
    lines = ["digraph calls {", "  rankdir=LR;", "  node [shape=box];"]
    lines += [f"  {_quoted(name)};" for name in graph.functions]
    for (caller, callee), certain in _pairs(graph).items():
        lines.append(f"  {_quoted(caller)} -> {_quoted(callee)}{'' if certain else ' [style=dashed]'};")
    return "\n".join([*lines, "}"]) + "\n"


def graph_mermaid(program: Program, graph: SolvedGraph) -> str:
    """A Mermaid flowchart of the functions in the source; an edge that is not certain is dotted."""
    ids = {name: node_id(index) for index, name in enumerate(graph.functions)}
    lines = ["flowchart LR"]
    pairs = _pairs(graph)
    if len(pairs) > MERMAID_EDGES:
        limit = f"Mermaid draws {MERMAID_EDGES} unless its maxEdges and maxTextSize are raised"
        lines.append(f"  %% {len(pairs)} edges: {limit}")
    lines += [f"  {ids[name]}[{label(name)}]" for name in graph.functions]
    for (caller, callee), certain in pairs.items():
        lines.append(f"  {ids[caller]} {'-->' if certain else '-.->'} {ids[callee]}")
    return "\n".join(lines) + "\n"


FORMATS: Mapping[str, Callable[[Program, SolvedGraph], str]] = {
    "json": graph_json,
    "pycg": pycg_json,
    "dot": graph_dot,
    "mermaid": graph_mermaid,
}


def functions_of(program: Program, modules: Iterable[str]) -> tuple[str, ...]:
    """The fqnames of all functions of these modules, sorted: the roots where a user names files."""
    wanted = set(modules)
    return tuple(sorted(name for name, (module, _) in program.functions.items() if module in wanted))


def _call(program: Program, call: Any) -> dict[str, Any]:
    return {
        "caller": call.caller,
        "callee": call.callee,
        "kind": call.kind,
        "evidence": call.evidence,
        **_place(program, call.caller, call.site),
    }


def _pycg_name(callee: str) -> str:
    """PyCG's name for an external: `builtins.len` is `<builtin>.len`, `builtins.str.join` is `<**PyStr**>.join`."""
    module, _, name = callee.partition(".")
    if module != "builtins":
        return callee
    owner, dot, method = name.partition(".")
    return f"<**Py{owner.capitalize()}**>.{method}" if dot else f"<builtin>.{name}"


def _place(program: Program, caller: str, site: int) -> dict[str, Any]:
    """Where a call stands; what happens at no call site is told at the beginning of the function."""
    column = program.facts(caller).positions.sites[site][1] if site >= 0 else 0
    return {"file": program.path(caller), "line": program.line(caller, site), "column": column}


def _pairs(graph: SolvedGraph) -> dict[tuple[str, str], bool]:
    """Each (caller, callee) once, sorted; True where one of its edges is certain."""
    pairs: dict[tuple[str, str], bool] = {}
    for edge in graph.edges:
        pair = (edge.caller, edge.callee)
        pairs[pair] = pairs.get(pair, False) or edge.evidence == Evidence.CERTAIN.word
    return dict(sorted(pairs.items()))


def _plain(program: Program, fqname: str) -> str:
    """Without the `#2` that tells definitions of one name apart: PyCG has one node for all of them."""
    module = program.functions[fqname][0]
    segments = fqname[len(module) :].split(".")
    return module + ".".join(segment.partition("#")[0] for segment in segments)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(char if char.isprintable() else "?" for char in escaped) + '"'
