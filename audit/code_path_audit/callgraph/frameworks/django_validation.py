"""What Django asks the database while it checks a row, or what a form of a model was sent: a query for each value that
is unique, and for each relation whether its row is there.

Assumes that all that is checked before is valid. Wrong, by ops too few, for values that are unique together and for
constraints; by ops too many for values that are not given.
"""

from __future__ import annotations

from collections.abc import Iterator

from code_path_audit.callgraph.frameworks.django_models import MODEL, Models
from code_path_audit.callgraph.frameworks.reporting import does
from code_path_audit.callgraph.frameworks.row_values import name_of
from code_path_audit.callgraph.heap import classes
from code_path_audit.callgraph.solver.abstract_values import CLASS
from code_path_audit.callgraph.solver.ids import Site, Value
from code_path_audit.callgraph.solver.state import Call, State

UNIQUE, THERE = f"{MODEL}.validate_unique", f"{MODEL}.clean_fields"
"""What is looked up, and what is asked whether it is there, as ops call it: with the model and the field behind."""


def unique_fields(s: State, model: Value) -> Iterator[str]:
    """The fields of a model of which each value is in one row alone."""
    models = s.tables[Models]
    for name, value in declared(s, model):
        relation = models.relations.get(value)
        if value in models.unique or (relation is not None and relation.is_unique):
            yield name


def declared(s: State, model: Value) -> Iterator[tuple[str, Value]]:
    """The fields that a model and the models above it declare, with their values."""
    for owner in classes.order(s, model):
        if s.kinds[owner] == CLASS:
            for name in sorted(s.own.get(owner, ())):
                yield from ((name, value) for value in s.holds(s.field(owner, name)))


def checks_sent(s: State, site: Site, kind: str, model: Value, names: set[str], dotted: str = UNIQUE) -> None:
    """What a form of a model was sent for some fields is looked up, where it is unique."""
    for name in unique_fields(s, model):
        if name in names:
            does(s, site, f"{dotted}.{name_of(s, model)}.{name}", kind)


def checked(s: State, call: Call, model: Value, name: str) -> None:
    """row.full_clean(), row.validate_unique(), row.clean_fields(): once the models are known."""
    if s.kinds[model] == CLASS:
        s.later(on_checked, (call, model, name), None)


def on_checked(s: State, data: tuple[Call, Value, str], _: None) -> None:
    """The fields of a row are checked."""
    call, model, name = data
    relations = s.tables[Models].relations
    if name != "validate_unique":
        for field, value in declared(s, model):
            if value in relations and relations[value].kind == "one":
                does(s, call.site, f"{THERE}.{name_of(s, model)}.{field}", call.kind)
    if name != "clean_fields":
        checks_sent(s, call.site, call.kind, model, set(unique_fields(s, model)))
