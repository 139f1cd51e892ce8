"""Which work is inside of a library's functions: what each of their calls surely leads to."""

from __future__ import annotations

from collections.abc import Callable

from code_path_audit.callgraph.model import Evidence, SolvedGraph
from code_path_audit.libraries.generate.package import Package

GRAVEST = ("network", "subprocess", "file_io", "pickle", "ast_parse", "json_io", "deep_copy")
"""The classes of work, of which a function that does several has the first."""

CERTAIN = Evidence.CERTAIN.word


def costs_of(package: Package, graph: SolvedGraph, classify: Callable[[str], str]) -> dict[str, str]:
    """The cost class of each function that pays for such work whenever it is called.

    What stands behind a condition does not count, nor what is only likely. `classify` gives the class of a call
    outside, "" for none.
    """
    found: dict[str, str] = {}
    for row in graph.externals:
        if row.evidence == CERTAIN and not _is_conditional(package, row.caller, row.site):
            _gravest(found, row.caller, classify(row.callee))
    callers: dict[str, list[str]] = {}
    for edge in graph.edges:
        runs = edge.evidence == CERTAIN and edge.kind in ("call", "construct", "context", "property")
        if runs and not _is_conditional(package, edge.caller, edge.site):
            callers.setdefault(edge.callee, []).append(edge.caller)
    todo = list(found)
    while todo:
        name = todo.pop()
        for caller in callers.get(name, ()):
            if _gravest(found, caller, found[name]):
                todo.append(caller)
    return found


def _gravest(found: dict[str, str], name: str, cost_class: str) -> bool:
    """A function does work of a class; whether that is graver than what was known."""
    if cost_class not in GRAVEST:
        return False
    known = found.get(name)
    if known is not None and GRAVEST.index(known) <= GRAVEST.index(cost_class):
        return False
    found[name] = cost_class
    return True


def _is_conditional(package: Package, name: str, site: int) -> bool:
    return site < 0 or package.facts(name).sites[site].conditional
