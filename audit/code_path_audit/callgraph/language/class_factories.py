"""Classes that a call makes: type(name, bases, namespace), a metaclass, types.new_class, namedtuple, Enum("E", "A B").

Such a class is a class like one that a statement makes, one for each place and activation; the elements of its
namespace under constant names are its attributes. Where names are not constant and callable things stand under them, or
nothing is known of the namespace, the call is unresolved ("eval/exec": code made at run time). Assumes that a namespace
is complete when the class is made or that what is added later belongs to it too (edges too many).
"""

from __future__ import annotations

from functools import cache

from code_path_audit.callgraph.heap import classes, containers
from code_path_audit.callgraph.heap.classes import Hierarchy
from code_path_audit.callgraph.language.definitions import hook, on_class_attribute
from code_path_audit.callgraph.solver.abstract_values import BOX, CALLABLES, CLASS, INST, INT, PROPERTY, STR
from code_path_audit.callgraph.solver.ids import NO_CLASS, Site, Value, Var
from code_path_audit.callgraph.solver.state import Call, Model, State
from code_path_audit.facts.extract import extract_module
from code_path_audit.facts.function import FunctionFacts

MAX_NAMES = 200
"""Fields of a record that one text or list names."""


class MadeClasses:
    """Classes that calls make."""

    def __init__(self) -> None:
        self.of: dict[tuple[Site, object], Value] = {}
        """By call site, and part of what the call makes."""


@cache
def empty_body() -> FunctionFacts:
    """The facts of a class with nothing in it."""
    return extract_module(b"class made:\n    pass\n", "made").functions[1]


def new_class(s: State, call: Call, part: object = "") -> Value:
    """The class that a call makes, with nothing in it and no bases."""
    hierarchy = s.tables[Hierarchy]
    made_classes = s.tables[MadeClasses]
    key = (call.site, part)
    value = made_classes.of.get(key)
    if value is None:
        caller = s.a_function[call.site.activation]
        # another index than that of code which is evaluated, whose names are looked up around it
        fid = s.add_function(f"{s.names[caller]}.<class>", empty_body(), s.modules[caller], -2)
        value = made_classes.of[key] = s.of(CLASS, fid, call.site.activation)
        s.own[value], hierarchy.bases[value], hierarchy.traits[value] = set(), [], set()
    return value


def make(
    s: State, call: Call, bases: Var | None, namespace: Var | None, keywords: tuple[tuple[str, Var], ...]
) -> Value:
    """type(name, bases, namespace), by the variables that hold them; the class is what the call gives."""
    value = new_class(s, call)
    if bases is not None:
        s.watch(bases, on_bases, value)
    if namespace is not None:
        s.watch(namespace, on_namespace, (value, call))
        s.when_empty(namespace, on_no_namespace, call)
    for name, var in keywords:
        if name == "metaclass":
            s.metaclass[value] = var
    hook(s, (call.site, tuple(row for row in keywords if row[0] != "metaclass")), value)
    s.add(call.dst, value)
    return value


def on_bases(s: State, cls: Value, value: Value) -> None:
    """The tuple of bases."""
    if s.kinds[value] != BOX:
        return
    keys = sorted((key for key in s.keys_of.get(value, ()) if key.startswith("=i:")), key=lambda key: int(key[3:]))
    for index, key in enumerate(keys):
        s.watch(s.fields[value, key], classes.add_base, (cls, index))
    s.watch(s.field(value, "?"), classes.add_base, (cls, len(keys)))


def on_namespace(s: State, data: tuple[Value, Call], value: Value) -> None:
    """The namespace: a dict, or something that nothing is known of."""
    cls, call = data
    box = classes.box_of(s, value) if s.kinds[value] == INST else value
    if box is None or s.kinds[box] != BOX or s.rows[box].box_kind != "dict":
        on_no_namespace(s, call)
        return
    s.watch(s.field(box, "keys"), on_name, (cls, box, call))
    s.watch(s.field(box, "?"), on_nameless, call)


def on_name(s: State, data: tuple[Value, Value, Call], value: Value) -> None:
    """One name of a namespace."""
    cls, box, call = data
    if s.kinds[value] == STR:
        var = classes.declare(s, cls, s.rows[value].text)
        s.flow(containers.key_field(s, box, "=s:" + s.rows[value].text), var)
        s.watch(var, on_class_attribute, (cls, s.rows[value].text, call.site.activation))


def on_nameless(s: State, call: Call, value: Value) -> None:
    """Something in a namespace under a name that is not known."""
    if s.kinds[value] in CALLABLES or s.kinds[value] == PROPERTY:
        on_no_namespace(s, call)


def on_no_namespace(s: State, call: Call) -> None:
    """Nothing is known of what a class is made of."""
    s.unresolved(call.site, "eval/exec")


# a class between others


def stands_between(facts: FunctionFacts) -> bool:
    """Whether a function is `with_metaclass(meta, *bases)`, which programs have copied from `six`."""
    if facts.name.rpartition(".")[2] != "with_metaclass":  # asked at every call
        return False
    return [p.kind for p in facts.params[:2]] == ["normal", "star"]


def between(s: State, call: Call, value: Value = NO_CLASS) -> bool:
    """class C(with_metaclass(Meta, Base)): in the end a class with these bases, which the metaclass makes."""
    if not call.pos or not call.dst or call.pos[0][1]:
        return False
    made = new_class(s, call)
    s.metaclass[made] = call.pos[0][0]
    for index, (var, star) in enumerate(call.pos[1:]):
        if star:
            s.watch(var, on_bases, made)
        else:
            s.watch(var, classes.add_base, (made, index))
    s.add(call.dst, made)
    return True


BETWEEN_MODELS: dict[str, Model] = {"six.with_metaclass": between, "future.utils.with_metaclass": between}


# records and enumerations


def record(s: State, call: Call, base: Value | None, fields: Var | None, *, is_enum: bool = False) -> Value:
    """namedtuple("P", "x y"), Enum("E", ["A", "B"]): a class below another, with the fields that a variable names."""
    value = new_class(s, call)
    s.tables[Hierarchy].record_rows[s.rows[value].function] = ()
    if base is not None:
        classes.add_base(s, (value, 0), base)
    if fields is not None:
        s.watch(fields, on_fields, (value, is_enum))
    s.add(call.dst, value)
    return value


def on_fields(s: State, data: tuple[Value, bool], value: Value) -> None:
    """The names of fields: a text, or a container of names, of pairs, or by name."""
    cls, is_enum = data
    if s.kinds[value] == STR:
        for name in s.rows[value].text.replace(",", " ").split()[:MAX_NAMES]:
            add_field(s, cls, name, is_enum)
    elif s.kinds[value] == BOX and s.rows[value].box_kind == "dict":
        s.watch(s.field(value, "keys"), on_key, (*data, value))
    elif s.kinds[value] == BOX:
        for key in s.keys_of.get(value, ()):
            s.watch(s.fields[value, key], on_field, data)
        s.watch(s.field(value, "?"), on_field, data)


def on_key(s: State, data: tuple[Value, bool, Value], value: Value) -> None:
    """One name of a dict; of an enumeration, the member has what stands under it."""
    cls, is_enum, box = data
    if s.kinds[value] == STR:
        name = s.rows[value].text
        add_field(s, cls, name, is_enum, containers.key_field(s, box, f"=s:{name}") if is_enum else None)


def on_field(s: State, data: tuple[Value, bool], value: Value) -> None:
    """One field: its name, or a tuple of its name, its type and its default."""
    if s.kinds[value] == STR:
        add_field(s, data[0], s.rows[value].text, data[1])
    elif s.kinds[value] == BOX and s.rows[value].box_kind == "tuple":
        for name in s.holds(containers.key_field(s, value, "=i:0")):
            if s.kinds[name] == STR:
                given = containers.key_field(s, value, "=i:1") if data[1] else None
                add_field(s, data[0], s.rows[name].text, data[1], given)
                default = s.fields.get((value, "=i:2"))
                if default is not None:
                    s.flow(default, classes.declare(s, data[0], s.rows[name].text))


def add_field(s: State, cls: Value, name: str, is_enum: bool, given: Var | None = None) -> None:
    """One field of a record, or one member of an enumeration, with the value that it is given."""
    hierarchy = s.tables[Hierarchy]
    fid = s.rows[cls].function
    rows = hierarchy.record_rows[fid]
    if is_enum and given is None:
        s.add(classes.declare(s, cls, name), s.of(INT, len(rows) + 1))
    elif is_enum and given is not None:
        s.flow(given, classes.declare(s, cls, name))
    if (name, True) not in rows and len(rows) < MAX_NAMES:
        hierarchy.record_rows[fid] = (*rows, (name, True))
        classes.changed(s, cls)


def called(s: State, call: Call, cls: Value) -> bool:
    """A class of the source whose call makes a class: a metaclass with three arguments, an enumeration with names."""
    if len(call.pos) < 2 or any(star for _, star in call.pos):
        return False
    outside = classes.outside_names(s, cls)
    if len(call.pos) == 3 and any(name in METACLASSES for name in outside):
        meta = s.variable()
        s.add(meta, cls)
        named = tuple((str(name), var) for name, var in call.kw if name is not None)
        make(s, call, call.pos[1][0], call.pos[2][0], (*named, ("metaclass", meta)))
        return True
    if classes.is_enum(s, cls):
        record(s, call, cls, call.pos[1][0], is_enum=True)
        return True
    return False


METACLASSES = ("builtins.type", "abc.ABCMeta", "enum.EnumMeta", "enum.EnumType")
