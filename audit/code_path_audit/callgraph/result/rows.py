"""What the parts of the result are made of."""

from __future__ import annotations

from code_path_audit.callgraph.model import Evidence
from code_path_audit.callgraph.solver.ids import Activation, Site
from code_path_audit.callgraph.solver.state import State

EdgeKey = tuple[str, int, str, str]
"""Caller, call site, callee and kind, as `Edge` has them."""

Outgoing = dict[Activation, list[tuple[int, Activation, str, Evidence]]]
"""What each activation calls: the place, the callee, the kind and the evidence of each edge."""

Rows = dict[EdgeKey, Evidence]
"""Callees by caller, call site, callee and kind."""


def origin(s: State, site: Site) -> tuple[str, int]:
    """The function and call site of an edge; code from eval counts where eval was called."""
    fid = s.a_function[site.activation]
    while fid in s.synthetic:
        site = s.synthetic[fid]
        fid = s.a_function[site.activation]
    return s.names[fid], site.place
