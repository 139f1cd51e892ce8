"""Django's models as the class bodies declare them: their columns and relations, with what those lead to.

Assumes the fields that Django ships, and others of the same names; wrong where a library's field of such a name does
something else.
"""

from __future__ import annotations

from itertools import islice
from typing import NamedTuple

from code_path_audit.callgraph.frameworks.loading import STARTED
from code_path_audit.callgraph.frameworks.row_values import (
    Key,
    Place,
    name_of,
)
from code_path_audit.callgraph.functions.arguments import argument, keyword, truth_of_keyword
from code_path_audit.callgraph.heap import classes
from code_path_audit.callgraph.heap.modules import load, module_activation
from code_path_audit.callgraph.solver.abstract_values import CLASS, EXT, STR, XINST
from code_path_audit.callgraph.solver.ids import NO_CLASS, NO_SITE, Value, Var
from code_path_audit.callgraph.solver.points_to import sees
from code_path_audit.callgraph.solver.state import Asking, Call, State
from code_path_audit.program.imports import imports_any

MODEL = "django.db.models.Model"
QUERYSET = "django.db.models.QuerySet"
MANAGER = "django.db.models.Manager"
USER = "django.contrib.auth.models.User"

ONE = frozenset(
    ("ForeignKey", "OneToOneField", "TreeForeignKey", "TreeOneToOneField", "ParentalKey", "HStoreForeignKey")
)
MANY = frozenset(("ManyToManyField", "TreeManyToManyField", "ParentalManyToManyField", "SortedManyToManyField"))
ATTACHED = frozenset(("GenericRelation",))
"""Relations to many rows that point here by a generic key; they have no name for it."""

GENERIC = frozenset(("GenericForeignKey",))
KINDS = {"one": ONE, "many": MANY, "attached": ATTACHED, "generic": GENERIC}
RELATIONS = frozenset().union(*KINDS.values())

OTHER_MAPPERS = frozenset((
    "peewee", "tortoise", "sqlalchemy", "ormar", "mongoengine", "marshmallow", "wtforms", "django_filters", "graphene",
    "rest_framework", "flask_wtf", "odoo", "openerp", "pony", "gino", "pynamodb", "umongo", "beanie", "odmantic",
))  # fmt: skip
"""Packages with classes named like Django's, which are none of its models and model fields."""

TYPES = {
    "CharField": "builtins.str", "TextField": "builtins.str", "SlugField": "builtins.str", "EmailField": "builtins.str",
    "URLField": "builtins.str", "IntegerField": "builtins.int", "AutoField": "builtins.int",
    "BigAutoField": "builtins.int", "BigIntegerField": "builtins.int", "SmallIntegerField": "builtins.int",
    "PositiveIntegerField": "builtins.int", "PositiveSmallIntegerField": "builtins.int",
    "PositiveBigIntegerField": "builtins.int", "BooleanField": "builtins.bool", "NullBooleanField": "builtins.bool",
    "FloatField": "builtins.float", "DecimalField": "decimal.Decimal", "DateField": "datetime.date",
    "DateTimeField": "datetime.datetime", "TimeField": "datetime.time", "DurationField": "datetime.timedelta",
    "UUIDField": "uuid.UUID", "BinaryField": "builtins.bytes",
    "JSONField": "builtins.dict", "ArrayField": "builtins.list",
}  # fmt: skip
"""What a column gives, by the field that declares it."""

FIELDS = ("django.db.", "django.contrib.postgres.", "django.contrib.gis.", "django.contrib.contenttypes.")
"""Where Django's own fields are; those of its forms are others."""


class Relation(NamedTuple):
    """A relation that a class body declares: its kind, one of `KINDS`; the class."""

    kind: str
    owner: Value
    is_unique: bool
    is_through: bool = False
    """Whether a class of the source joins the rows: it has relations of its own."""


class Models:
    """What class bodies declare."""

    def __init__(self) -> None:
        self.relations: dict[Value, Relation] = {}
        """By the value of the field."""
        self.columns: dict[Value, str] = {}
        """The field class of each other field."""
        self.asking: dict[Value | Place, Asking] = {}
        """By the manager of a relation, or a query that begins at one: where those queries were put together whose rows
        have it."""
        self.fetched_later: dict[Place, dict[str, None]] = {}
        """What `prefetch_related_objects` fetched for the rows of a query, by where that is."""
        self.fetches_later = False
        """Whether it is called anywhere: then relations are read when all else is followed."""
        self.queries: dict[Value, dict[Key, None]] = {}
        """The queries of a model whose rows are told apart."""
        self.on_delete: dict[Value, Var] = {}
        """By a relation, the variable of what becomes of its rows where the other end is deleted."""
        self.unique: set[Value] = set()
        """Those of which each value is in one row alone."""
        self.owners: set[Value] = set()
        """The classes whose bodies declare fields."""
        self.is_started = False
        self.looked = 0
        """Of how many loaded modules it was asked whether they import Django."""
        self.is_imported = False


def is_model_name(dotted: str) -> bool:
    """Whether a class outside of the source is a base of models."""
    return dotted.startswith("django.") and ".models." in dotted and dotted.rpartition(".")[2][:1].isupper()


def may_be_there(s: State) -> bool:
    """Whether some module that was loaded so far imports Django: else no class is a model."""
    models = s.tables[Models]
    if not models.is_imported and models.looked < len(s.module_aids):
        new = islice(s.module_aids, models.looked, None)
        models.is_imported = any(imports_any(s.program.modules[name], ("django",)) for name in new)
        models.looked = len(s.module_aids)
    return models.is_imported


def is_model(s: State, cls: Value) -> bool:
    """Whether a class, of the source or outside, is a model."""
    if s.kinds[cls] == EXT:
        return is_model_name(s.rows[cls].dotted)
    if s.kinds[cls] != CLASS:
        return False
    outside = classes.outside_names(s, cls)
    if any(map(is_model_name, outside)):
        return True
    owners = s.tables[Models].owners
    # below a model of another package, which is Django's where fields are
    return bool(owners) and any(".models." in d for d in outside) and not owners.isdisjoint(classes.order(s, cls))


def is_made_of(s: State, cls: Value, *ends: str) -> bool:
    """Whether a class of the source has a base outside whose name ends so: "QuerySet", "Manager"."""
    return any(
        name.endswith(ends) and name.partition(".")[0] not in OTHER_MAPPERS for name in classes.outside_names(s, cls)
    )


def registry(s: State) -> Value:
    """The value in whose fields the models of the program are, by name."""
    return s.of(EXT, MODEL)


# class bodies


def declare(s: State, call: Call, value: Value) -> bool:
    """A field in a class body: ForeignKey(...), CharField(...)."""
    dotted = s.rows[value].dotted
    owner = s.a_class[call.site.activation]
    last = dotted.rpartition(".")[2]
    if owner == NO_CLASS or not is_field(s, owner, dotted, last):
        return False
    models = s.tables[Models]
    made = s.of(XINST, dotted, (), (s.a_function[call.site.activation], call.site.place))
    s.calls_external(call.site, dotted, call.kind)
    s.add(call.dst, made)
    s.add(s.field(registry(s), "model:" + name_of(s, owner)), owner)
    models.owners.add(owner)
    if truth_of_keyword(s, call, "unique"):
        models.unique.add(made)
    start(s)
    if last not in RELATIONS:
        models.columns[made] = last
        return True
    kind = next(kind for kind, names in KINDS.items() if last in names)
    models.relations[made] = Relation(kind, owner, "OneToOne" in last, keyword(call, "through") is not None)
    if kind == "generic":
        return True
    target, deleted = argument(call, 0, "to"), argument(call, 1, "on_delete")
    if deleted is not None:
        models.on_delete[made] = deleted
    if target is not None:
        s.watch(target, on_target, made)
    if kind == "attached":
        return True
    named = keyword(call, "related_name")
    if named is None:
        default = name_of(s, owner).lower()
        back(s, made, default if models.relations[made].is_unique else f"{default}_set")
    else:
        s.watch(named, on_related_name, made)
    return True


def is_field(s: State, owner: Value, dotted: str, last: str) -> bool:
    """Whether a class that a class body calls is a field of a model: Django's, a relation by its name, or one of
    another package in a class that is a model."""
    if dotted.startswith("django."):
        return ".models." in dotted or dotted.startswith(FIELDS)
    if dotted.partition(".")[0] in OTHER_MAPPERS:
        return False
    return last in RELATIONS or is_model(s, owner)


@sees(STR)
def on_related_name(s: State, relation: Value, value: Value) -> None:
    """related_name="lines" """
    back(s, relation, s.rows[value].text)


def back(s: State, relation: Value, name: str) -> None:
    """The rows at the other end of a relation have it under a name."""
    s.watch(s.field(relation, "to"), on_other_end, (relation, name))


@sees(CLASS, EXT)
def on_other_end(s: State, data: tuple[Value, str], value: Value) -> None:
    """The model at the other end."""
    relation, name = data
    s.add(s.field(value, "back:" + name), relation)


def on_target(s: State, relation: Value, value: Value) -> None:
    """The model that a relation leads to: a class, or its name."""
    kind = s.kinds[value]
    target = s.field(relation, "to")
    if kind == CLASS:
        s.add(target, value)
    elif kind == STR:
        text = s.rows[value].text
        if text == "self":
            s.add(target, s.tables[Models].relations[relation].owner)
        else:
            s.flow(model_named(s, text), target)
    elif kind == EXT:
        dotted = s.rows[value].dotted
        if dotted.endswith(("AUTH_USER_MODEL", "get_user_model()")):
            s.flow(s.field(registry(s), "model:"), target)
            s.add(target, s.of(EXT, USER))
        elif is_model_name(dotted):
            s.add(target, value)


def model_named(s: State, text: str) -> Var:
    """The variable of the models of a name, as texts spell it: "Customer", "orders.Customer"."""
    start(s)
    return s.field(registry(s), "model:" + text.rpartition(".")[2])


def start(s: State) -> None:
    """Load what Django loads when it starts: the models of all apps, so that each knows who refers to it, and what
    `ready` imports, so that signals have their receivers."""
    models = s.tables[Models]
    if models.is_started:
        return
    models.is_started = True
    for name in sorted(s.program.modules):
        if name.rpartition(".")[2] in STARTED:
            load(s, name, NO_SITE)
            if name.rpartition(".")[2] == "apps":
                s.later(run_ready, name, None)


def run_ready(s: State, module: str, _: None) -> None:
    """AppConfig.ready of an app."""
    for index, facts in enumerate(s.program.modules[module].functions):
        if facts.name.endswith(".ready") and facts.name.count(".") == 1:
            fid = s.function(f"{module}.{facts.name}")
            if s.indices[fid] == index and fid in s.made:
                s.activate(fid, s.rows[s.made[fid]].env, ())
    module_activation(s, module)
