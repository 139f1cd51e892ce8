"""Django's transactions: `with transaction.atomic()`, `@transaction.atomic`, and requests that are transactions.

A function below the decorator begins and ends one wherever it is called; so does a view by `ATOMIC_REQUESTS`. Both are
told where it is called, and of an entry point, which nothing calls, at the first thing that it asks for. Assumes that
the settings say `ATOMIC_REQUESTS` as a constant.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from code_path_audit.callgraph.frameworks import django_settings
from code_path_audit.callgraph.frameworks.reporting import does, first_site
from code_path_audit.callgraph.model import Evidence
from code_path_audit.callgraph.solver.abstract_values import FUNC
from code_path_audit.callgraph.solver.ids import Function, Site, Value, Var
from code_path_audit.callgraph.solver.points_to import sees
from code_path_audit.callgraph.solver.state import State, keep_best
from code_path_audit.facts import opcodes as op

BEGIN, COMMIT = "django.db.transaction.begin", "django.db.transaction.commit"
"""What opens and ends a transaction, or a savepoint in one: a statement each."""

ATOMIC = "django.db.transaction.atomic"
LEFT_OUT = "django.db.transaction.non_atomic_requests"

SETTING = "ATOMIC_REQUESTS"


class Transactions:
    """The functions that are a transaction, those that are none as a request, and whether requests are."""

    def __init__(self) -> None:
        self.functions: dict[Function, None] = {}
        self.left_out: set[Function] = set()
        self.views: set[Function] = set()
        """The views among the entry points."""
        self.writing: list[tuple[Site, str, Evidence]] = []
        """Where several rows are written at once."""
        self.blocks: dict[Function, set[int]] = {}
        """The call sites that enter a transaction, by function."""


def writes(s: State, site: Site, kind: str) -> None:
    """Several rows are written at once: in a transaction of their own, unless they are in one."""
    if site.place >= 0:
        s.tables[Transactions].writing.append((site, kind, s.relative(site, s.phase)))


def entered(s: State, site: Site) -> None:
    """with transaction.atomic(): a statement at its begin and one at its end."""
    s.tables[Transactions].blocks.setdefault(s.a_function[site.activation], set()).add(site.place)
    opens(s, site, "context")


def opens(s: State, site: Site, kind: str) -> None:
    """A transaction begins and ends."""
    does(s, site, BEGIN, kind)
    does(s, site, COMMIT, kind)


def decorates(s: State, dotted: str, below: Var) -> None:
    """A decorator stands above a function: whether that is a transaction then, or none as a request."""
    if dotted in (ATOMIC, LEFT_OUT):
        s.watch(below, on_function, dotted)


@sees(FUNC)
def on_function(s: State, dotted: str, value: Value) -> None:
    """The function below the decorator."""
    table = s.tables[Transactions]
    if dotted == ATOMIC:
        table.functions[s.rows[value].function] = None
    else:
        table.left_out.add(s.rows[value].function)


def is_request(s: State, root: str) -> None:
    """An entry point answers requests."""
    s.tables[Transactions].views.add(s.function(root))


def finish(s: State, roots: Iterable[str]) -> None:
    """What is a transaction is told where it is called, once all calls are known."""
    table, begun = s.tables[Transactions], set(roots)
    if table.functions:
        for (aid, place), callees in list(s.edges.items()):
            for callee, kind in callees if place >= 0 else ():
                if s.a_function[callee] in table.functions and kind in ("call", "callback", "property"):
                    told(s, Site(aid, place), kind, callees[callee, kind])
    by_request = table.views - table.left_out if table.views and are_atomic(s) else set()
    for aid in list(s.entries):
        fid = s.a_function[aid]
        if (fid in table.functions or fid in by_request) and s.names[fid] in begun:
            first = first_site(s, aid)
            if first is not None:
                told(s, first, "context", Evidence.CERTAIN)
    if table.writing:
        blocks = {fid: within(s, fid, places) for fid, places in table.blocks.items()}
        around = inside(s, {*table.functions, *by_request}, blocks)
        for site, kind, evidence in table.writing:
            fid = s.a_function[site.activation]
            if fid not in around and site.place not in blocks.get(fid, ()):
                told(s, site, kind, evidence)


def within(s: State, fid: Function, entering: Collection[int]) -> frozenset[int]:
    """The call sites of a function inside of the blocks that some of its call sites enter."""
    rows = (row for row in s.facts[fid].code if row[0] == op.LEAVE and row[1] in entering)
    return frozenset(place for _, first, last in rows for place in range(first + 1, last + 1))


def inside(s: State, functions: set[Function], blocks: Mapping[Function, frozenset[int]]) -> set[Function]:
    """The functions that run in a transaction, whoever calls them: those that are one, and what only these call, or
    only `blocks` do."""
    callers: dict[Function, set[Function]] = {}
    for (aid, place), callees in s.edges.items():
        caller = s.a_function[aid]
        is_within = place in blocks.get(caller, ())
        for callee, _kind in callees:
            asked_by = callers.setdefault(s.a_function[callee], set())
            if not is_within:
                asked_by.add(caller)
    entries, found, before = {s.a_function[aid] for aid in s.entries}, set(functions), -1
    while len(found) > before:
        before = len(found)
        found |= {fid for fid, asked_by in callers.items() if asked_by <= found and fid not in entries}
    return found


def told(s: State, site: Site, kind: str, evidence: Evidence) -> None:
    """A transaction begins and ends with a call that is as sure as that, whatever was guessed by now."""
    rows = s.external.setdefault(site, {})
    for dotted in (BEGIN, COMMIT):
        keep_best(rows, (dotted, kind), evidence)
        s.fetched_alone.add((s.a_function[site.activation], site.place, dotted))


def are_atomic(s: State) -> bool:
    """Whether the settings say that requests are transactions: {"ATOMIC_REQUESTS": True}."""
    for module in django_settings.modules(s):
        code = s.program.modules[module].functions[0].code
        keys = {row[1] for row in code if row[0] == op.STR and row[2] == SETTING}
        true = {row[1] for row in code if row[0] == op.PRIM and row[2:] == ("builtins.bool", "True")}
        pairs = [pair for row in code if row[0] == op.DICT for pair in row[2]]
        pairs += [(row[2], row[3]) for row in code if row[0] == op.STORE_ITEM]
        if any(key in keys and value in true for key, value in pairs):
            return True
    return False
