"""What Django asks the database while it checks a row, or what a form of a model was sent: a query for each value that
is unique, and for each relation whether its row is there.

Values that are unique together are looked up where all of them are checked; each other constraint is a query. Assumes
that all that is checked before is valid. Wrong, by ops too many, for values that are not given and for constraints
of what a form does not have.
"""

from __future__ import annotations

from collections.abc import Iterator

from code_path_audit.callgraph.frameworks.django_declared import MODEL, Models
from code_path_audit.callgraph.frameworks.django_forms import metas_of
from code_path_audit.callgraph.frameworks.reporting import does
from code_path_audit.callgraph.frameworks.row_values import name_of
from code_path_audit.callgraph.functions.arguments import keyword
from code_path_audit.callgraph.heap import classes, containers
from code_path_audit.callgraph.solver.abstract_values import BOX, CLASS, STR, XINST
from code_path_audit.callgraph.solver.ids import Site, Value, Var
from code_path_audit.callgraph.solver.state import Call, State

UNIQUE, THERE, HOLDS = f"{MODEL}.validate_unique", f"{MODEL}.clean_fields", f"{MODEL}.validate_constraints"
"""What is looked up, what is asked whether it is there, and what must hold, as ops call it: with the model and the
field, several, or the name of the constraint behind."""


class Constraints:
    """What constraints are given: the variables of the fields that are unique together and of the name."""

    def __init__(self) -> None:
        self.of: dict[Value, tuple[Var | None, Var | None]] = {}


def constraint(s: State, call: Call, value: Value) -> bool:
    """UniqueConstraint(fields=["shop", "number"], name="one"), CheckConstraint(condition=..., name="positive")"""
    dotted = s.rows[value].dotted
    made = s.of(XINST, dotted, (), (s.a_function[call.site.activation], call.site.place))
    s.tables[Constraints].of[made] = keyword(call, "fields"), keyword(call, "name")
    s.calls_external(call.site, dotted, call.kind)
    s.answer(call.site)
    s.add(call.dst, made)
    return True


def together(s: State, model: Value) -> list[tuple[str, ...]]:
    """The fields that are unique together: `unique_together`, and constraints that say no more."""
    found: dict[tuple[str, ...], None] = {}
    for meta in metas_of(s, model):
        for box in classes.held(s, meta, "unique_together"):
            inner = [v for v in s.holds(s.field(box, "*")) if s.kinds[v] == BOX] if s.kinds[box] == BOX else []
            found.update(dict.fromkeys(group_in(s, one) for one in inner or [box]))
        for value in constraints(s, meta):
            fields, _ = s.tables[Constraints].of[value]
            for box in s.holds(fields) if fields is not None else ():
                found[group_in(s, box)] = None
    return [group for group in found if group]


def constraints(s: State, meta: Value) -> list[Value]:
    """The constraints of a `Meta`."""
    boxes = [box for box in classes.held(s, meta, "constraints") if s.kinds[box] == BOX]
    return [v for box in boxes for v in s.holds(s.field(box, "*")) if v in s.tables[Constraints].of]


def group_in(s: State, box: Value) -> tuple[str, ...]:
    """The texts in a list, sorted."""
    return tuple(sorted(containers.texts_in(s, box)))


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
    """What a form of a model was sent for some fields is looked up, where it is unique, also together; and all that
    must hold besides is asked for."""
    for name in unique_fields(s, model):
        if name in names:
            does(s, site, f"{dotted}.{name_of(s, model)}.{name}", kind)
    for group in together(s, model):
        if names.issuperset(group):
            does(s, site, f"{dotted}.{name_of(s, model)}.{'_'.join(group)}", kind)
    for meta in metas_of(s, model):
        for value in constraints(s, meta):
            fields, named = s.tables[Constraints].of[value]
            called = [s.rows[v].text for v in s.holds(named) if s.kinds[v] == STR] if named is not None else []
            if fields is None:
                does(s, site, f"{HOLDS}.{name_of(s, model)}.{called[0] if called else 'constraint'}", kind)


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
        checks_sent(s, call.site, call.kind, model, {field for field, _ in declared(s, model)})
