"""SQLAlchemy: what class bodies declare of relationships, and which of them are loaded with the rows by that."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from code_path_audit.callgraph.frameworks.row_values import covers
from code_path_audit.callgraph.frameworks.row_values import name_of as class_name
from code_path_audit.callgraph.heap import classes
from code_path_audit.callgraph.solver.abstract_values import CLASS, EXT
from code_path_audit.callgraph.solver.ids import Value, Var
from code_path_audit.callgraph.solver.state import State
from code_path_audit.facts import opcodes as op

BY_QUERIES = frozenset(("selectin", "subquery", "immediate"))
"""Values of `lazy` with which a relationship is a query of its own where the rows are asked for."""


class Relationship(NamedTuple):
    """A relationship of a class body."""

    owner: Value
    many: bool | None
    lazy: str


class Backref(NamedTuple):
    """What a relationship declares for the class at its other end: its name there; `many`: what a keyword says."""

    relationship: Value
    name: str
    lazy: str = "select"
    many: bool | None = None
    tag: str = "backref"


class Relationships:
    """What class bodies declare; `back` what they declare for other classes, by its name."""

    def __init__(self) -> None:
        self.of: dict[Value, Relationship] = {}
        self.back: dict[str, dict[Backref, None]] = {}
        self.any_mapped = False


def registry(s: State) -> Value:
    """The value in whose fields the mapped classes are, by name."""
    return s.of(EXT, "sqlalchemy.orm.registry")


def is_mapped(s: State, cls: Value) -> bool:
    """Whether a class declares columns or relationships."""
    return cls in (s.pts[s.field(registry(s), class_name(s, cls))] or ())


def annotated(s: State, cls: Value, name: str) -> tuple[tuple[str, ...], bool | None]:
    """What an annotation in a class body says of a relationship: the names of classes, and whether there are many."""
    for owner in classes.order(s, cls):
        if s.kinds[owner] != CLASS or name not in s.own[owner]:
            continue
        facts = s.facts[s.rows[owner].function]
        typed = {row[1]: row[3] for row in facts.code if row[0] == op.TYPED}
        typed.update((row[1], typed[row[2]]) for row in facts.code if row[0] == op.COPY and row[2] in typed)
        for row in facts.code:
            if row[0] == op.STORE_NAME and row[1] == name and row[2] in typed:
                names: list[str] = []
                _names(typed[row[2]], names)
                many = any(word in ("list", "List", "set", "Set", "Sequence", "Collection") for word in names)
                return tuple(names), many
    return (), None


def _names(stated: object, found: list[str]) -> None:
    """The names in a type expression; texts in it are names, too."""
    if isinstance(stated, tuple):
        if stated[:1] == ("name",) or stated[:1] == ("const",):
            if isinstance(stated[1], str):
                found.append(stated[1].strip("'\" "))
            return
        for part in stated:
            _names(part, found)


def targets(s: State, relationship: Value, cls: Value, name: str) -> tuple[Var, bool]:
    """The variable of the classes at the other end, and whether there are many rows."""
    declared = s.tables[Relationships].of[relationship]
    names, many = annotated(s, cls, name)
    to = s.field(relationship, "to")
    for word in names:
        s.flow(s.field(registry(s), word), to)
        module = s.modules[s.rows[declared.owner].function]
        if f"{module}.{word}" in s.program.functions:
            s.flow(s.field(s.module_value(module), word), to)
    if declared.many is not None:
        return to, declared.many
    return to, many if many is not None else is_plural(name)


def is_plural(name: str) -> bool:
    """Whether a relationship is named for many, by its last letters."""
    return name.endswith("s") and not name.endswith("ss")


def loaded_by_class(s: State, model: Value, fetched: tuple[str, ...] = ()) -> Iterator[str]:
    """The relationships of a model that its class says are loaded by queries of their own, as paths, with those of the
    rows behind them, and behind what the options of a statement load (`fetched`)."""
    todo: list[tuple[Value, str, tuple[Value, ...]]] = [(model, "", (model,))]
    for cls, before, above in todo:
        owners = [owner for owner in classes.order(s, cls) if s.kinds[owner] == CLASS]
        for name in dict.fromkeys(name for owner in owners for name in s.own[owner]):
            path = f"{before}__{name}" if before else name
            rows = [(value, s.tables[Relationships].of.get(value)) for value in classes.held(s, cls, name)]
            for value, declared in rows:
                if declared is None or not (path in fetched or declared.lazy in BY_QUERIES):
                    continue
                if not covers(fetched, path):
                    yield path
                further = s.holds(targets(s, value, cls, name)[0])
                todo += [(other, path, (*above, other)) for other in further if other not in above]
