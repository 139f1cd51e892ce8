"""Serializers of Django's REST framework: they read the rows that they are given, check data, and save rows.

`OrderSerializer(orders, many=True)` reads each field of each row, by the functions that `facts/schemas.py` gives its
class. One that is given data is checked: a relation is fetched by what was sent for it, a value that is unique looked
up. Then it saves a row, by its own `create` or `update` or of the model that `Meta` names, and shows that where its
`data` is read. Assumes that whoever makes a serializer with rows and no data asks for their data.
"""

from __future__ import annotations

from typing import NamedTuple

from code_path_audit.callgraph.frameworks import django_forms, django_validation
from code_path_audit.callgraph.frameworks.django_declared import Models
from code_path_audit.callgraph.frameworks.django_models import row_of
from code_path_audit.callgraph.frameworks.reporting import asks_in_turn, does
from code_path_audit.callgraph.frameworks.row_values import NEW, Manager, Place, key_of, name_of, place
from code_path_audit.callgraph.frameworks.schemas import reads
from code_path_audit.callgraph.functions.arguments import argument, keyword, truth_of_keyword
from code_path_audit.callgraph.functions.invocation import call_own
from code_path_audit.callgraph.heap import classes, containers
from code_path_audit.callgraph.solver.abstract_values import CLASS, INST
from code_path_audit.callgraph.solver.ids import Value
from code_path_audit.callgraph.solver.state import Call, Read, State
from code_path_audit.facts.schemas import ALL, BY_KEY_MARK, CHECKS, EACH, FIELDS, SERIALIZER
from code_path_audit.facts.serializer_checks import CHECK_EACH_MARK, CHECK_MARK, UNIQUE_MARK

RELATED = "rest_framework.relations.RelatedField"
UNIQUE = "rest_framework.validators.UniqueValidator"
TOGETHER = "rest_framework.validators.UniqueTogetherValidator"
"""What is fetched for what was sent, and what is looked up, as ops call it, with the serializer and the field, or
several that are unique together."""


CHECKING = ("validate", "run_validation", "to_internal_value")

METHODS = frozenset(("is_valid", "save", "create", "update"))
"""Methods of serializers that are done here."""


class Checking(NamedTuple):
    """The key of a serializer that is given data: where it is made, whether with a row, and whether there are many."""

    at: Place
    updates: bool
    many: bool
    tag: str = "serializer"


def is_serializer(s: State, cls: Value) -> bool:
    """Whether a class is one of serializers."""
    return any(SERIALIZER in name.rpartition(".")[2] for name in classes.outside_names(s, cls))


def class_of(s: State, value: Value) -> Value | None:
    """The class of a serializer; None for anything else."""
    if s.kinds[value] != INST:
        return None
    cls = s.rows[value].cls
    return cls if s.kinds[cls] == CLASS and is_serializer(s, cls) else None


def checking(s: State, value: Value) -> Checking | None:
    """The key of a serializer that is given data; None for any other value."""
    found = s.rows[value].context if s.kinds[value] == INST else None
    return found if isinstance(found, Checking) else None


# what is made


def object_of(s: State, call: Call, cls: Value) -> Value | None:
    """What constructing a class gives, where that is a serializer with data."""
    if keyword(call, "data") is None or not is_serializer(s, cls):
        return None
    updates = argument(call, 0, "instance") is not None
    return s.of(INST, cls, Checking(place(s, call.site), updates, is_many(s, call)))


def is_many(s: State, call: Call) -> bool:
    """OrderSerializer(orders, many=True)"""
    return keyword(call, "many") is not None and truth_of_keyword(s, call, "many") is not False


def constructs(s: State, call: Call, cls: Value) -> None:
    """OrderSerializer(orders, many=True): what it is given is read, where it is one of serializers without data."""
    instance = argument(call, 0, "instance")
    if instance is None or not is_serializer(s, cls):
        return
    made = object_of(s, call, cls)
    if made is None:
        # what one function shows is told apart from what another does
        shown = s.of(INST, cls, (s.a_function[call.site.activation], -1))
        reads(s, call.site, shown, EACH if is_many(s, call) else FIELDS, instance)
    else:
        s.flow(instance, s.field(made, "#shown"))


# what is asked of one with data


def method(s: State, call: Call, name: str, serializer: Value) -> bool:
    """serializer.is_valid(), serializer.save(): whether that is all there is to it."""
    cls = class_of(s, serializer)
    if cls is None:
        return False
    if name == "is_valid":
        for method in (CHECKS, *sorted(checks_of(s, cls))):
            asks_in_turn(s, call.site, serializer, method, s.variable())
        s.answer(call.site)
        s.add(call.dst, s.instance("builtins.bool"))
        return True
    return name in ("save", "create", "update") and saves(s, call, name, serializer, cls)


def checks_of(s: State, cls: Value) -> set[str]:
    """The methods of a serializer by which it checks data itself: validate, validate_customer."""
    owners = [owner for owner in classes.order(s, cls) if s.kinds[owner] == CLASS]
    names = {name for owner in owners for name in s.own.get(owner, ())}
    return {name for name in names if name in CHECKING or name.startswith("validate_")}


def saves(s: State, call: Call, name: str, serializer: Value, cls: Value) -> bool:
    """serializer.save(): by the method of the class, or of the model that `Meta` names; super().create(data)."""
    key = checking(s, serializer)
    saved = s.variable()
    s.flow(saved, call.dst)
    s.flow(saved, s.field(serializer, "#shown"))
    if name == "save":
        wanted = ("create", "update") if key is None else ("update",) if key.updates else ("create",)
        own = [one for one in wanted if isinstance(classes.find(s, cls, one), classes.Own)]
        for one in own:
            shown = ((s.field(serializer, "#shown"), False),) if one == "update" else ()
            given = (*shown, (s.variable(), False))
            call_own(s, serializer, cls, one, Call(call.site, saved, given, (), "callback"))
        if own:
            s.answer(call.site)
            return True
    models = django_forms.models_of(s, cls)
    for model in models:
        row = row_of(s, model, NEW._replace(fetched=relations_to_one(s, model)))
        if key is not None and key.updates:
            s.flow(s.field(serializer, "#shown"), call.dst)  # the row that it was given
        else:
            s.add(saved, row)
        django_forms.save_row(s, call, model, row)
    if models:
        s.answer(call.site)
    return bool(models)


def relations_to_one(s: State, model: Value) -> tuple[str, ...]:
    """The relations of a model that a row has from the data that it was made of."""
    relations = s.tables[Models].relations
    named = ((name, value) for name in s.own.get(model, ()) for value in classes.held(s, model, name))
    return tuple(sorted(name for name, value in named if value in relations and relations[value].kind == "one"))


def member(s: State, data: Read, base: Value) -> bool:
    """serializer.data, and what is read of one by the functions that its class was given."""
    if data.name == "data":
        key, cls = checking(s, base), class_of(s, base)
        if key is not None and cls is not None:
            reads(s, data.site, s.of(INST, cls, 0), EACH if key.many else FIELDS, s.field(base, "#shown"))
        return False
    return data.name[:1] == "<" and (shown_by_key(s, data, base) or checked(s, data, base))


def checked(s: State, data: Read, serializer: Value) -> bool:
    """A field is checked: one that is declared, with a mark of its own, or one of the model that `Meta` names."""
    cls = class_of(s, serializer)
    if cls is None:
        return False
    for mark, dotted in ((UNIQUE_MARK, UNIQUE), (CHECK_MARK, RELATED), (CHECK_EACH_MARK, RELATED)):
        if data.name.startswith(mark):
            name = data.name.removeprefix(mark)
            s.later(on_checked, (data, cls, mark, f"{dotted}.{name_of(s, cls)}.{name}"), None)
            return True
    return False


def on_checked(s: State, given: tuple[Read, Value, str, str], _: None) -> None:
    """A field is checked, once the models are known."""
    data, cls, mark, dotted = given
    name = dotted.rpartition(".")[2]
    if isinstance(classes.find(s, cls, name), classes.Own) or not django_forms.metas_of(s, cls):
        does(s, data.site, dotted, "property")  # declared to
        return
    models, metas = s.tables[Models], django_forms.metas_of(s, cls)
    for model in django_forms.models_of(s, cls):
        listed = listed_fields(s, metas, model)
        groups = django_validation.together(s, model) if mark == UNIQUE_MARK else ()
        for field, value in django_validation.declared(s, model):
            if name not in (field, ALL) or field not in listed or isinstance(classes.find(s, cls, field), classes.Own):
                continue
            called = dotted.removesuffix(name) + field
            relation = models.relations.get(value)
            kind = "many" if mark == CHECK_EACH_MARK else "one"
            if mark == UNIQUE_MARK:
                if value in models.unique or (relation is not None and relation.is_unique):
                    does(s, data.site, called, "property")
                for group in groups:
                    if group[-1] == field and listed.issuperset(group):
                        does(s, data.site, f"{TOGETHER}.{name_of(s, cls)}.{'_'.join(group)}", "property")
            elif relation is not None and relation.kind == kind:
                does(s, data.site, called, "property")


def listed_fields(s: State, metas: list[Value], model: Value) -> set[str]:
    """The fields that `Meta` names, or all of the model but those that it leaves out, which can be written."""
    named = {text for meta in metas for text in containers.texts_held(s, meta, "fields")}
    every = {name for name, _ in django_validation.declared(s, model)}
    left = {
        text
        for meta in metas
        for key in ("exclude", "read_only_fields")
        for text in containers.texts_held(s, meta, key)
    }
    return (named or every) - left


# fields that are shown by their key


def shown_by_key(s: State, data: Read, base: Value) -> bool:
    """A field that `Meta.fields` names: a relation to one is shown by the key that the row has, one to many by those of
    its rows, anything else as it is."""
    if not data.name.startswith(BY_KEY_MARK) or s.kinds[base] != INST:
        return False
    name = data.name.removeprefix(BY_KEY_MARK)
    relations = s.tables[Models].relations
    if name.startswith(ALL):
        s.later(show_all_by_key, (data, base), None)
        return True
    for value in classes.held(s, s.rows[base].cls, name):
        relation = relations.get(value)
        if relation is not None and relation.kind != "many":
            return True
    read = s.variable()
    s.read(s, Read(read, name, data.site), base)
    s.watch(read, on_shown_by_key, data)
    return True


def show_all_by_key(s: State, given: tuple[Read, Value], _: None) -> None:
    """All fields of a row are shown: of the relations to many that it declares the keys of their rows."""
    data, base = given
    relations, left = s.tables[Models].relations, data.name.removeprefix(BY_KEY_MARK + ALL).split("-")
    for name, value in django_validation.declared(s, s.rows[base].cls):
        if value in relations and relations[value].kind == "many" and name not in left:
            shown_by_key(s, data._replace(name=BY_KEY_MARK + name), base)


def on_shown_by_key(s: State, data: Read, value: Value) -> None:
    """What a field gives: the rows of a manager."""
    if isinstance(key_of(s, value), Manager):
        bound = s.variable()
        s.read(s, Read(bound, "all", data.site), value)
        s.watch(bound, s.apply, Call(data.site, data.dst, (), (), "call"))
