"""Django's paginator: the rows are counted once, and a page of them is a query where it is evaluated.

A page stands for its rows: it is the queryset, cut. Assumes that somebody asks which pages there are, as every
template of pages does.
"""

from __future__ import annotations

from code_path_audit.callgraph.frameworks.django_querysets import begins, query
from code_path_audit.callgraph.frameworks.reporting import does
from code_path_audit.callgraph.frameworks.row_values import Query, key_of, place
from code_path_audit.callgraph.functions.arguments import argument
from code_path_audit.callgraph.library.awaitables import awaited
from code_path_audit.callgraph.solver.abstract_values import BOX, XINST
from code_path_audit.callgraph.solver.ids import Value, Var
from code_path_audit.callgraph.solver.state import Call, State

PAGINATOR = "django.core.paginator.Paginator"

COUNT = "django.db.models.QuerySet.count"

PAGES = frozenset(("page", "get_page", "apage", "aget_page"))


class Paginators:
    """What paginators are made of."""

    def __init__(self) -> None:
        self.of: dict[Value, Var] = {}
        """By a paginator, the variable of what it cuts."""


def made(s: State, call: Call, value: Value) -> bool:
    """Paginator(queryset, 25)"""
    cut = argument(call, 0, "object_list")
    if cut is None:
        return False
    paginator = s.of(XINST, PAGINATOR, (), place(s, call.site))
    s.tables[Paginators].of[paginator] = cut
    s.calls_external(call.site, s.rows[value].dotted, call.kind)
    s.add(call.dst, paginator)
    return True


def method(s: State, call: Call, name: str, paginator: Value) -> bool:
    """paginator.get_page(request.GET.get("page"))"""
    rows = s.tables[Paginators].of.get(paginator)
    if rows is None or name not in PAGES:
        return False
    s.answer(call.site)
    if name.startswith("a"):
        call = awaited(s, call, (call.site, name))
    s.watch(rows, on_rows, call)
    return True


def on_rows(s: State, call: Call, value: Value) -> None:
    """What is cut: the rows of a queryset, or of a list."""
    key = key_of(s, value)
    if isinstance(key, Query):
        if not key.is_done:
            does(s, call.site, COUNT, call.kind)
        begins(s, place(s, call.site), key.made)
        s.add(call.dst, query(s, key._replace(made=place(s, call.site))))
    elif s.kinds[value] == BOX:
        s.add(call.dst, value)
