"""What the parts of the result are made of."""

from __future__ import annotations

from code_path_audit.callgraph.model import Evidence
from code_path_audit.callgraph.solver.ids import Site
from code_path_audit.callgraph.solver.state import State

Rows = dict[tuple[str, int, str, str], Evidence]
"""Callees by caller, call site, callee and kind."""


def origin(s: State, site: Site) -> tuple[str, int]:
    """The function and call site of an edge; code from eval counts where eval was called."""
    fid = s.a_function[site.activation]
    while fid in s.synthetic:
        site = s.synthetic[fid]
        fid = s.a_function[site.activation]
    return s.names[fid], site.place
