"""What a framework does at a call site of the source: calls of its own by name, and what an object keeps of them."""

from __future__ import annotations

from code_path_audit.callgraph.model import Evidence
from code_path_audit.callgraph.solver.ids import Site
from code_path_audit.callgraph.solver.state import Fetch, State


def does(
    s: State, site: Site, dotted: str, kind: str, fetch: Fetch | None = None, evidence: Evidence = Evidence.CERTAIN
) -> None:
    """A framework does something at a call site: the name says what. `fetch`: what that gives an object to keep."""
    if site.place < 0:
        return
    s.calls_external(site, dotted, kind, evidence)
    s.answer(site)
    key = (s.a_function[site.activation], site.place, dotted)
    if fetch is None:
        s.fetched_alone.add(key)
    else:
        s.fetched.setdefault(key, {})[fetch] = None


def names_loop(s: State, site: Site, name: str) -> None:
    """A loop at a call site is named for what it iterates."""
    s.iterated_as.setdefault((s.a_function[site.activation], site.place), {})[name] = None
