"""What Django deletes with a row: the rows that refer to it, by the `on_delete` of each relation, in a transaction.

Each relation from elsewhere is one statement at least: rows that nothing refers to, and of which no signal tells, are
deleted or set to nothing at once; others are fetched first and deleted after what refers to them. Assumes that there
are such rows, few enough for one statement.
"""

from __future__ import annotations

from code_path_audit.callgraph.frameworks import django_signals, django_transactions
from code_path_audit.callgraph.frameworks.django_declared import Models, Relation
from code_path_audit.callgraph.frameworks.django_models import row_of
from code_path_audit.callgraph.frameworks.reporting import does
from code_path_audit.callgraph.frameworks.row_values import Row, name_of, place
from code_path_audit.callgraph.heap import classes
from code_path_audit.callgraph.solver.abstract_values import CLASS, EXT
from code_path_audit.callgraph.solver.ids import Value
from code_path_audit.callgraph.solver.state import Call, State

COLLECTED = "django.db.models.deletion.Collector"
"""What is asked for a relation of a row that is deleted, as ops call it, with the model and the relation behind it."""

DELETED = f"{COLLECTED}.delete"
"""How ops call the statement that deletes rows which had to be fetched, with their model behind."""

NOTHING, CASCADE = "DO_NOTHING", "CASCADE"


def deletes(s: State, call: Call, model: Value, is_query: bool = False) -> None:
    """row.delete(), rows.delete(), once all relations are known."""
    s.later(on_deleted, (call, model, is_query), None)


def on_deleted(s: State, data: tuple[Call, Value, bool], _: None) -> None:
    """All that goes with a row, or with several, which are fetched first where one statement cannot delete them."""
    call, model, is_query = data
    if is_alone(s, model):
        return
    if is_query:
        does(s, call.site, f"{COLLECTED}.{name_of(s, model)}", call.kind)
    collect(s, call, model)
    django_transactions.writes(s, call.site, call.kind)


def collect(s: State, call: Call, model: Value) -> None:
    """The relations that lead to a row: what goes with it is deleted, or fetched first with all that goes with that,
    for each model once."""
    todo, seen = [model], {model}
    for one in todo:
        for field, relation in leading(s, one):
            owner = relation.owner
            names = [n for n in s.own.get(owner, ()) if field in s.holds(s.field(owner, n))]
            for name in names[:1]:
                does(s, call.site, f"{COLLECTED}.{name_of(s, owner)}.{name}", call.kind)
            if relation.kind == "one" and says(s, field, CASCADE) and owner not in seen and not is_alone(s, owner):
                does(s, call.site, f"{DELETED}.{name_of(s, owner)}", call.kind)
                row = row_of(s, owner, Row(place(s, call.site), "", ()))
                django_signals.send(s, call.site, ("pre_delete", "post_delete"), owner, row)
                seen.add(owner)
                todo.append(owner)


def leading(s: State, model: Value) -> list[tuple[Value, Relation]]:
    """The relations of which a row is the other end, and those to many that it has, but those whose rows stay."""
    above = set(classes.order(s, model)) if s.kinds[model] == CLASS else {model}
    found = []
    for field, relation in s.tables[Models].relations.items():
        leads_here = not above.isdisjoint(s.holds(s.field(field, "to")))
        if relation.kind in ("many", "attached"):
            is_end = relation.owner in above or (relation.kind == "many" and leads_here)
            if is_end and not relation.is_through:
                found.append((field, relation))
        elif relation.kind == "one" and leads_here and not says(s, field, NOTHING):
            found.append((field, relation))
    return found


def is_alone(s: State, model: Value) -> bool:
    """Whether one statement deletes the rows of a model: nothing refers to them, and nobody is told."""
    return not leading(s, model) and not django_signals.hears(s, ("pre_delete", "post_delete"), model)


def says(s: State, field: Value, how: str) -> bool:
    """on_delete=CASCADE"""
    var = s.tables[Models].on_delete.get(field)
    return any(s.kinds[v] == EXT and s.rows[v].dotted.endswith(how) for v in (s.holds(var) if var else ()))
