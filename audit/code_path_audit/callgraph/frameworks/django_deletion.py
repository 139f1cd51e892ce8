"""What Django deletes with a row: the rows that refer to it, by the `on_delete` of each relation, in a transaction.

Each relation from elsewhere is one statement at least: rows that nothing refers to are deleted, or set to nothing, at
once; others are fetched first, and what is done with those is not told (ops too few).
"""

from __future__ import annotations

from code_path_audit.callgraph.frameworks import django_transactions
from code_path_audit.callgraph.frameworks.django_models import Models
from code_path_audit.callgraph.frameworks.reporting import does
from code_path_audit.callgraph.frameworks.row_values import name_of
from code_path_audit.callgraph.heap import classes
from code_path_audit.callgraph.solver.abstract_values import CLASS, EXT
from code_path_audit.callgraph.solver.ids import Value
from code_path_audit.callgraph.solver.state import Call, State

COLLECTED = "django.db.models.deletion.Collector"
"""What is asked for a relation of a row that is deleted, as ops call it, with the model and the relation behind it."""

NOTHING = "DO_NOTHING"


def deletes(s: State, call: Call, model: Value) -> None:
    """row.delete(), once all relations are known."""
    s.later(on_deleted, (call, model), None)


def on_deleted(s: State, data: tuple[Call, Value], _: None) -> None:
    """The relations that lead to a row, and those to many that it has."""
    call, model = data
    above = set(classes.order(s, model)) if s.kinds[model] == CLASS else {model}
    models, found = s.tables[Models], False
    for field, relation in models.relations.items():
        leads_here = not above.isdisjoint(s.holds(s.field(field, "to")))
        is_end = relation.owner in above or (relation.kind == "many" and leads_here)
        if relation.kind in ("many", "attached") and is_end:
            found = True
        elif relation.kind != "one" or not leads_here or does_nothing(s, field):
            continue
        found = True
        names = [n for n in s.own.get(relation.owner, ()) if field in s.holds(s.field(relation.owner, n))]
        for name in names[:1]:
            does(s, call.site, f"{COLLECTED}.{name_of(s, relation.owner)}.{name}", call.kind)
    if found:
        django_transactions.writes(s, call.site, call.kind)


def does_nothing(s: State, field: Value) -> bool:
    """on_delete=DO_NOTHING"""
    var = s.tables[Models].on_delete.get(field)
    return any(s.kinds[v] == EXT and s.rows[v].dotted.endswith(NOTHING) for v in (s.holds(var) if var else ()))
