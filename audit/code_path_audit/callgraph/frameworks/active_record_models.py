"""Peewee's and Tortoise's models as the class bodies declare them: what their relations lead to, and back."""

from __future__ import annotations

from typing import NamedTuple

from code_path_audit.callgraph.frameworks.row_values import (
    Place,
    name_of,
    place,
)
from code_path_audit.callgraph.functions.arguments import argument, keyword
from code_path_audit.callgraph.heap import classes
from code_path_audit.callgraph.model import Evidence
from code_path_audit.callgraph.solver.abstract_values import CLASS, EXT, STR, XINST
from code_path_audit.callgraph.solver.ids import NO_CLASS, Site, Value
from code_path_audit.callgraph.solver.points_to import sees
from code_path_audit.callgraph.solver.state import Call, State

BASES = {
    "peewee.Model": "peewee", "tortoise.models.Model": "tortoise", "tortoise.Model": "tortoise",
}  # fmt: skip
"""The classes above models, and the package."""

PACKAGES = ("peewee", "playhouse", "tortoise")

ONE = frozenset(("ForeignKeyField", "OneToOneField", "DeferredForeignKey"))
RELATIONS = ONE | {"ManyToManyField"}


class Relation(NamedTuple):
    """A relation that a class body declares: the class, and whether there are many at its other end."""

    owner: Value
    many: bool


class Records:
    """What class bodies declare."""

    def __init__(self) -> None:
        self.of: dict[Value, Relation] = {}
        self.begun: dict[Place, dict[tuple[Site, str, str], Evidence]] = {}
        """Where queries of Tortoise were put together, and what they are, by where they began."""
        self.asked: set[Place] = set()
        """Where those began that were awaited."""


def package_of(s: State, cls: Value) -> str:
    """The package that a class is a model of; "" for none."""
    if s.kinds[cls] != CLASS:
        return ""
    return next((BASES[name] for name in classes.outside_names(s, cls) if name in BASES), "")


# class bodies


def declare(s: State, call: Call, value: Value) -> bool:
    """branch = ForeignKeyField(Branch, backref="months"), van = fields.ForeignKeyField("models.Van")"""
    dotted = s.rows[value].dotted
    owner, last = s.a_class[call.site.activation], dotted.rpartition(".")[2]
    if owner == NO_CLASS or dotted.partition(".")[0] not in PACKAGES:
        return False
    s.add(s.field(registry(s), name_of(s, owner)), owner)
    if last not in RELATIONS:
        return False
    made = s.of(XINST, dotted, (), ("record", place(s, call.site)))
    s.calls_external(call.site, dotted, call.kind)
    s.answer(call.site)
    s.add(call.dst, made)
    s.tables[Records].of[made] = Relation(owner, last not in ONE)
    target = argument(call, 0, "model") or keyword(call, "model_name")
    if target is not None:
        s.watch(target, on_target, made)
    named = keyword(call, "backref") or keyword(call, "related_name")
    if named is not None:
        s.watch(named, on_back_name, made)
    else:
        default = name_of(s, owner).lower()
        back(s, made, f"{default}_set" if dotted.startswith("peewee") else f"{default}s")
    return True


def registry(s: State) -> Value:
    """The value in whose fields the models are, by name."""
    return s.of(EXT, "tortoise.Tortoise")


@sees(CLASS, STR)
def on_target(s: State, relation: Value, value: Value) -> None:
    """The model at the other end: itself, its name, or "self"."""
    to = s.field(relation, "to")
    if s.kinds[value] == CLASS:
        s.add(s.field(registry(s), name_of(s, value)), value)
        s.add(to, value)
    elif s.rows[value].text == "self":
        s.add(to, s.tables[Records].of[relation].owner)
    else:
        s.flow(s.field(registry(s), s.rows[value].text.rpartition(".")[2]), to)


@sees(STR)
def on_back_name(s: State, relation: Value, value: Value) -> None:
    """backref="months" """
    back(s, relation, s.rows[value].text)


def back(s: State, relation: Value, name: str) -> None:
    """The rows at the other end have those of a relation under a name."""
    s.watch(s.field(relation, "to"), on_other_end, (relation, name))


@sees(CLASS)
def on_other_end(s: State, data: tuple[Value, str], cls: Value) -> None:
    """The model at the other end."""
    relation, name = data
    s.add(s.field(cls, "records:" + name), relation)
