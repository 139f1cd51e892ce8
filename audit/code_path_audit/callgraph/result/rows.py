"""What the parts of the result are made of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from code_path_audit.callgraph.model import Evidence
from code_path_audit.callgraph.solver.ids import Activation, Function, Site
from code_path_audit.callgraph.solver.state import State
from code_path_audit.facts.function import FunctionFacts
from code_path_audit.facts.opcodes import Row

EdgeKey = tuple[str, int, str, str]
"""Caller, call site, callee and kind, as `Edge` has them."""

Outgoing = dict[Activation, list[tuple[int, dict[tuple[Activation, str], Evidence]]]]
"""What each activation calls: the place, and there the evidence of each edge by its callee and kind."""

Rows = dict[EdgeKey, Evidence]
"""Callees by caller, call site, callee and kind."""


def origin(s: State, site: Site) -> tuple[str, int]:
    """The function and call site of an edge; code from eval counts where eval was called."""
    fid = s.a_function[site.activation]
    while fid in s.synthetic:
        site = s.synthetic[fid]
        fid = s.a_function[site.activation]
    return s.names[fid], site.place


def origins(s: State, sites: Iterable[Site]) -> Iterable[tuple[str, int]]:
    """The same of several."""
    if s.synthetic:
        return [origin(s, site) for site in sites]
    return [(s.names[s.a_function[aid]], place) for aid, place in sites]


ByKind = Mapping[int, list[Row]]
"""Instructions by their kind, of each kind in their order; of one that does not come up an empty list."""


class Instructions:
    """The instructions of functions by their kind: each function is gone through once, whatever is asked of it."""

    def __init__(self, s: State) -> None:
        self.s = s
        self.written: dict[int, ByKind] = {}
        self.running: dict[Function, ByKind] = {}

    def of(self, facts: FunctionFacts) -> ByKind:
        """All that are written in a function."""
        found = self.written.get(id(facts))
        if found is None:
            found = self.written[id(facts)] = by_kind(facts.code)
        return found

    def that_run(self, aid: Activation) -> ByKind:
        """Those that run in an activation, which is the same in all of its function."""
        fid = self.s.a_function[aid]
        found = self.running.get(fid)
        if found is None:
            facts, code = self.s.facts[fid], self.s.code(aid)
            found = self.running[fid] = self.of(facts) if code is facts.code else by_kind(code)
        return found


def by_kind(code: Iterable[Row]) -> ByKind:
    """Some instructions by their kind."""
    found: defaultdict[int, list[Row]] = defaultdict(list)
    for row in code:
        found[row[0]].append(row)
    return found
