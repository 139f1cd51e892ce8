"""Django's models: their fields and relations as the class bodies declare them, and what reading one of a row does.

A relation that was not fetched with the row is a query where it is read; one that `select_related` or
`prefetch_related` covers is none. Assumes the fields that Django ships, and others of the same names; wrong where a
library's field of such a name does something else.
"""

from __future__ import annotations

from itertools import islice
from typing import NamedTuple

from code_path_audit.callgraph.frameworks.loading import STARTED
from code_path_audit.callgraph.frameworks.reporting import does
from code_path_audit.callgraph.frameworks.row_values import (
    NEW,
    Key,
    Manager,
    Place,
    Query,
    Row,
    below,
    covers,
    is_read,
    key_of,
    name_of,
    with_paths,
)
from code_path_audit.callgraph.functions.arguments import argument, keyword, truth_of_keyword
from code_path_audit.callgraph.heap import classes, containers
from code_path_audit.callgraph.heap.modules import load, module_activation
from code_path_audit.callgraph.model import Evidence
from code_path_audit.callgraph.solver.abstract_values import BOX, CLASS, EXT, INST, STR, XINST, XMETHOD
from code_path_audit.callgraph.solver.ids import NO_CLASS, NO_SITE, Site, Value, Var
from code_path_audit.callgraph.solver.points_to import sees
from code_path_audit.callgraph.solver.state import Asking, Call, Fetch, Read, State
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

ROW_METHODS = frozenset((
    "save", "delete", "refresh_from_db", "full_clean", "validate_unique", "clean", "clean_fields", "save_base",
    "asave", "adelete", "arefresh_from_db",
))  # fmt: skip

FIELDS = ("django.db.", "django.contrib.postgres.", "django.contrib.gis.", "django.contrib.contenttypes.")
"""Where Django's own fields are; those of its forms are others."""

MAX_QUERIES = 24
"""Queries of one model whose rows are told apart; the rows of others have no query that they came out of."""


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


USER = "django.contrib.auth.models.User"
"""Who is logged in, where no setting says another."""


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


# rows


def row_of(s: State, model: Value, row: Row) -> Value:
    """The rows of a model that one query gave."""
    if row.made is not None:
        known = s.tables[Models].queries.setdefault(model, {})
        if row not in known and len(known) >= MAX_QUERIES:
            row = row._replace(made=None, fetched=("*",))
        else:
            known[row] = None
    if s.kinds[model] == CLASS:
        return s.of(INST, model, row)
    return s.of(XINST, s.rows[model].dotted, (), row)


def model_of(s: State, row: Value) -> Value:
    """The model of a row."""
    return s.rows[row].cls if s.kinds[row] == INST else s.of(EXT, s.rows[row].dotted)


def object_of(s: State, cls: Value) -> Value | None:
    """What constructing a class gives, where that is a model: a row that the program made."""
    return s.of(INST, cls, NEW) if is_model(s, cls) else None


def construct(s: State, call: Call, instance: Value) -> None:
    """Model(name=value): the columns are what is given."""
    for name, var in call.kw:
        if name is not None:
            s.assigned.add((instance, name))
            s.flow(var, s.field(instance, name))
        else:
            s.watch(var, on_columns, instance)


@sees(BOX)
def on_columns(s: State, instance: Value, value: Value) -> None:
    """Model(**values)"""
    for name, var in containers.by_text(s, value):
        s.assigned.add((instance, name))
        s.flow(var, s.field(instance, name))


def bound(s: State, dst: Var, base: Value, site: Site, name: str, value: Value) -> bool:
    """A class attribute that is read of a row: whether it is a field."""
    models = s.tables[Models]
    relation = models.relations.get(value)
    if relation is None and value not in models.columns:
        return False
    key = key_of(s, base)
    if key is None and s.kinds[base] != INST:
        return False
    row = key if isinstance(key, Row) else Row(None, "", ())
    if relation is not None:
        s.watch(s.field(value, "to"), on_related, (dst, base, row, relation.kind, name, site))
        if relation.kind == "generic":
            fetch(s, base, row, name, site, "GenericForeignKey")
    else:
        if not is_read(row.only, name):
            fetch(s, base, row, name, site, "DeferredAttribute")
        type_ = TYPES.get(models.columns[value])
        if type_:
            s.add(dst, s.instance(type_))
    return True


@sees(CLASS, EXT)
def on_related(s: State, data: tuple[Var, Value, Row, str, str, Site], target: Value) -> None:
    """One model at the other end of a relation that is read of a row."""
    dst, base, row, kind, name, site = data
    if kind in ("many", "attached"):
        s.add(dst, related_manager(s, target, row, name))
        return
    fetched = below(row.fetched, name)
    if covers(row.fetched, name):
        s.add(dst, row_of(s, target, Row(row.made, row.each, fetched)))
    elif row.is_new or key_of(s, base) is None:
        # what the program gave it is there; of an object that nothing is known of, so is what was fetched
        s.later(on_unset, data, target)
    else:
        fetch(s, base, row, name, site, "ForeignKey")
        s.add(dst, row_of(s, target, Row(row.made, row.each, ())))


def on_unset(s: State, data: tuple[Var, Value, Row, str, str, Site], target: Value) -> None:
    """A relation of a row that the program made, or that came from outside, asked for when all else is followed."""
    dst, base, row, _, name, site = data
    if s.pts[s.field(base, name)] or (base, name) in s.assigned:
        return
    fetch(s, base, row, name, site, "ForeignKey", Evidence.CERTAIN if row.is_new else Evidence.LIKELY)
    s.add(dst, row_of(s, target, Row(None, "", ())))


def fetch(
    s: State, base: Value, row: Row, name: str, site: Site, how: str, evidence: Evidence = Evidence.CERTAIN
) -> None:
    """A query for what was not fetched with a row."""
    model = name_of(s, model_of(s, base))
    shared = Fetch(base, name, row.made, row.each) if row.made is not None else None
    does(s, site, f"django.db.models.{how}.{model}.{name}", "property", shared, evidence)


def related_manager(s: State, target: Value, row: Row, name: str, here: tuple[str, ...] = ()) -> Value:
    """The manager of a relation to many; `here`: what its rows have of the row that it is read of."""
    done = row.made if covers(row.fetched, name) else None
    own = default_manager(s, target)
    fetched = with_paths(below(row.fetched, name) if done is not None else (), here)
    key = Manager(target, own.cls if own is not None else NO_CLASS, done, fetched)
    is_own = own is not None and own.manager != NO_CLASS
    made = s.of(INST, own.manager, key) if own is not None and is_own else s.of(XINST, MANAGER, (), key)
    if row.made is not None:
        s.tables[Models].asking.setdefault(made, Asking()).places[row.made] = None
    return made


class OwnManager(NamedTuple):
    """The classes of the source of a model's manager, and of the queries that it makes."""

    manager: Value
    cls: Value


def default_manager(s: State, model: Value) -> OwnManager | None:
    """The manager that a model of the source declares as `objects`."""
    if s.kinds[model] != CLASS:
        return None
    found = classes.find(s, model, "objects")
    if not isinstance(found, classes.Own):
        return None
    for held in s.holds(found.var):
        if s.kinds[held] == INST:
            cls = s.rows[held].cls
            return OwnManager(cls, queries_of(s, cls))
    return None


def queries_of(s: State, cls: Value) -> Value:
    """The class of the queries that a manager makes: its own where it was made of a queryset's."""
    return cls if is_made_of(s, cls, "QuerySet") else NO_CLASS


def member(s: State, data: Read, base: Value) -> bool:
    """A member that a row, a model, a manager or a query has of Django: whether that is all there is to it."""
    dst, name, _ = data
    key = key_of(s, base)
    if isinstance(key, Row) or (key is None and s.kinds[base] == INST and is_model(s, s.rows[base].cls)):
        return row_member(s, data, base, key if isinstance(key, Row) else Row(None, "", ()))
    if isinstance(key, Query | Manager):
        if name == "model":
            s.add(dst, key.model)
        elif name == "object_list":
            s.add(dst, base)  # a page of rows
        else:
            s.add(dst, s.of(XMETHOD, f"{MANAGER if isinstance(key, Manager) else QUERYSET}.{name}", base))
        return True
    if s.kinds[base] == CLASS and name in MANAGERS and is_model(s, base):
        s.add(s.field(registry(s), "model:" + name_of(s, base)), base)
        own = default_manager(s, base) if name == "_default_manager" else None
        if own is not None:
            s.add(dst, s.of(INST, own.manager, Manager(base, own.cls)))
        else:
            s.add(dst, s.of(XINST, MANAGER, (), Manager(base)))
        return True
    if s.kinds[base] == EXT and name in MANAGERS and is_model_name(s.rows[base].dotted):
        s.add(dst, s.of(XINST, MANAGER, (), Manager(base)))
        return True
    return False


MANAGERS = frozenset(("objects", "_default_manager", "_base_manager"))
"""The names under which each model has its manager, unless it declares one."""


def is_display(name: str) -> bool:
    """get_status_display: what a choice is called."""
    return name.startswith("get_") and name.endswith("_display")


def row_member(s: State, data: Read, base: Value, row: Row) -> bool:
    """A member of a row that its class does not declare: a method, or a relation that another model declares."""
    dst, name, site = data
    model = model_of(s, base)
    if name in ROW_METHODS or is_display(name):
        s.add(dst, s.of(XMETHOD, f"{MODEL}.{name}", base))
    elif name in ("pk", "id") or name.endswith("_id"):
        s.add(dst, s.instance("builtins.int"))
    elif name == "objects" or name.startswith(("get_", "_")):
        return False
    else:
        start(s)
        s.watch(declared_elsewhere(s, model, name), on_back, (dst, base, row, name, site))
        for path in row.fetched:
            attribute, _, relation = path.partition("<")
            if relation and attribute == name:
                read_kept(s, dst, row, name, model, relation)
    return True


def read_kept(s: State, dst: Var, row: Row, name: str, model: Value, relation: str) -> None:
    """Prefetch(..., to_attr=name): the rows as a list."""
    s.watch(declared_elsewhere(s, model, relation), on_kept, (dst, row, name))


def declared_elsewhere(s: State, model: Value, name: str) -> Var:
    """The variable of the relations that other models declare, and that the rows of this one have under a name."""
    found = s.variable()
    for cls in classes.order(s, model) if s.kinds[model] == CLASS else (model,):
        s.flow(s.field(cls, "back:" + name), found)
    return found


@sees(XINST)
def on_kept(s: State, data: tuple[Var, Row, str], value: Value) -> None:
    """The relation whose rows are kept under another name."""
    dst, row, name = data
    relation = s.tables[Models].relations.get(value)
    if relation is not None and row.made is not None:
        fetched = with_paths(below(row.fetched, name), names_of(s, value, relation))
        key = Query(relation.owner, NO_CLASS, row.made, fetched, is_done=True)
        s.add(dst, s.of(XINST, QUERYSET, (), key))


@sees(XINST)
def on_back(s: State, data: tuple[Var, Value, Row, str, Site], value: Value) -> None:
    """A relation that another model declares, read from this end."""
    dst, base, row, name, site = data
    relation = s.tables[Models].relations[value]
    here = () if relation.kind == "many" else names_of(s, value, relation)
    if not relation.is_unique:
        s.add(dst, related_manager(s, relation.owner, row, name, here))
        return
    if not covers(row.fetched, name):
        fetch(s, base, row, name, site, "OneToOneField")
    s.add(dst, row_of(s, relation.owner, Row(row.made, row.each, with_paths(below(row.fetched, name), here))))


def names_of(s: State, value: Value, relation: Relation) -> tuple[str, ...]:
    """The name of a relation in the class that declares it: its rows know the row that they were asked from."""
    return tuple(
        sorted(name for name in s.own.get(relation.owner, ()) if value in (s.pts[s.field(relation.owner, name)] or ()))
    )


# managers


def bound_manager(s: State, dst: Var, cls: Value, value: Value) -> bool:
    """A manager that a model declares, read of the model: whether it is one."""
    kind = s.kinds[value]
    if kind == INST and s.rows[value].context == 0 and is_model(s, cls):
        manager = s.rows[value].cls
        if is_made_of(s, manager, "Manager", "QuerySet"):
            s.add(dst, s.of(INST, manager, Manager(cls, queries_of(s, manager))))
            return True
    elif kind == XINST and s.rows[value].dotted.endswith("Manager") and key_of(s, value) is None and is_model(s, cls):
        s.add(dst, s.of(XINST, MANAGER, (), Manager(cls)))
        return True
    return False


def all_rows(s: State, model: Value, site: Site, out: Var) -> None:
    """model._default_manager.all(), as Django itself asks for all rows."""
    manager = s.variable()
    s.read(s, Read(manager, "_default_manager", site), model)
    s.watch(manager, on_manager, (site, out))


def on_manager(s: State, data: tuple[Site, Var], value: Value) -> None:
    """The manager that is asked for all."""
    site, out = data
    bound = s.variable()
    s.read(s, Read(bound, "all", site), value)
    s.watch(bound, s.apply, Call(site, out, (), (), "call"))
