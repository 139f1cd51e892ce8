"""Models: classes and what stands in their bodies: type, super, property, dataclass."""

from __future__ import annotations

from code_path_audit.callgraph.functions.arguments import keyword
from code_path_audit.callgraph.functions.invocation import call_back
from code_path_audit.callgraph.heap import classes, containers
from code_path_audit.callgraph.heap.classes import Hierarchy
from code_path_audit.callgraph.language import class_factories
from code_path_audit.callgraph.language.construction import after_init, construct_plain, construct_record
from code_path_audit.callgraph.language.narrowing import CLASS_OF
from code_path_audit.callgraph.library import records
from code_path_audit.callgraph.models.arguments import of_object, plain
from code_path_audit.callgraph.solver.abstract_values import (
    BOX,
    CALLABLES,
    CLASS,
    EXT,
    INST,
    PROPERTY,
    STR,
    SUPER,
    XINST,
    XMETHOD,
    XRES,
)
from code_path_audit.callgraph.solver.ids import Value, Var
from code_path_audit.callgraph.solver.points_to import sees
from code_path_audit.callgraph.solver.state import Call, Model, State


def type_of(s: State, call: Call, value: Value) -> bool:
    """type(x): its class. type(name, bases, namespace) is a new class."""
    args = plain(call)
    if len(args) == 1 and len(call.pos) == 1:
        s.watch(args[0], on_type, call.dst)
    elif len(args) == 3:
        class_factories.make(s, call, args[1], args[2], named(call))
    else:
        s.unresolved(call.site, "eval/exec")
    return True


def named(call: Call) -> tuple[tuple[str, Var], ...]:
    """The keyword arguments that are written by name."""
    return tuple((name, var) for name, var in call.kw if name is not None)


def new_class(s: State, call: Call, value: Value) -> bool:
    """types.new_class(name, bases, keywords, fill): `fill` is called with the namespace."""
    args = plain(call)
    bases = args[1] if len(args) > 1 else keyword(call, "bases")
    given = args[2] if len(args) > 2 else keyword(call, "kwds")
    fill = args[3] if len(args) > 3 else keyword(call, "exec_body")
    meta = s.variable()
    s.add(meta, s.of(EXT, "builtins.type"))
    if given is not None:
        s.watch(given, on_class_keywords, meta)
    space = s.variable()
    box = s.box("dict", (*call.site, "namespace"))
    containers.all_field(s, box)
    s.add(space, box)
    if fill is not None:
        s.watch(fill, call_back, (call.site, (space,)))
    class_factories.make(s, call, bases, space, (("metaclass", meta),))
    return True


def on_class_keywords(s: State, meta: Var, value: Value) -> None:
    """The keywords of types.new_class."""
    if s.kinds[value] == BOX:
        s.flow(containers.key_field(s, value, "=s:metaclass"), meta)


def named_tuple(s: State, call: Call, value: Value) -> bool:
    """namedtuple("P", "x y"), NamedTuple("P", [("x", int)])"""
    args = plain(call)
    fields = args[1] if len(args) > 1 else keyword(call, "field_names")
    class_factories.record(s, call, s.of(EXT, "typing.NamedTuple"), fields)
    return True


def made_dataclass(s: State, call: Call, value: Value) -> bool:
    """dataclasses.make_dataclass("D", fields, bases=..., namespace=...)"""
    args = plain(call)
    made = class_factories.record(s, call, None, args[1] if len(args) > 1 else None)
    class_factories.make(s, call, keyword(call, "bases"), keyword(call, "namespace"), ())
    s.tables[Hierarchy].traits[made].add("record")
    classes.changed(s, made)
    return True


def simple_namespace(s: State, call: Call, value: Value) -> bool:
    """SimpleNamespace(name=x): an object of its own for each place, with these attributes."""
    cls = class_factories.new_class(s, call)
    classes.add_base(s, (cls, 0), value)
    instance = s.of(INST, cls, 0)
    for name, var in call.kw:
        if name is not None:
            s.flow(var, s.field(instance, name))
        else:
            s.watch(var, on_attributes, instance)
    s.add(call.dst, instance)
    return True


def on_attributes(s: State, instance: Value, value: Value) -> None:
    """SimpleNamespace(**value)"""
    if s.kinds[value] == BOX:
        for name, var in containers.by_text(s, value):
            s.flow(var, s.field(instance, name))


def enumeration(s: State, call: Call, value: Value) -> bool:
    """Enum("E", "A B")"""
    args = plain(call)
    if len(args) < 2:
        return False
    class_factories.record(s, call, value, args[1], is_enum=True)
    return True


def on_type(s: State, dst: Var, value: Value) -> None:
    """The class of a value."""
    if s.kinds[value] == INST:
        s.add(dst, s.rows[value].cls)
    elif s.kinds[value] == XINST:
        s.add(dst, s.of(EXT, s.rows[value].dotted))
    elif s.kinds[value] == CLASS:
        meta = s.metaclass.get(value)
        s.add(dst, s.of(EXT, "builtins.type")) if meta is None else s.flow(meta, dst)
    elif s.kinds[value] in CLASS_OF:  # of a constant, a function or a method
        s.add(dst, s.of(EXT, CLASS_OF[s.kinds[value]]))


def super_(s: State, call: Call, value: Value) -> bool:
    """super(), and super(C, self)"""
    args = plain(call)
    if len(args) == 2:
        s.watch(args[0], on_super_class, (args[1], call.dst))
        return True
    aid = call.site.activation
    fid = s.a_function[aid]
    while s.facts[fid].kind not in ("class", "module") and s.facts[s.a_function[s.a_env[aid]]].kind not in (
        "class",
        "module",
    ):
        aid = s.a_env[aid]
        fid = s.a_function[aid]
    env = s.a_env[aid]
    if env >= 0 and s.a_class[env] >= 0 and s.facts[fid].params:
        s.watch(s.a_base[aid], on_super_self, (s.a_class[env], call.dst))
    return True


def on_super_class(s: State, data: tuple[Var, Var], value: Value) -> None:
    """super(C, ...)"""
    if s.kinds[value] == CLASS:
        s.watch(data[0], on_super_self, (value, data[1]))


def on_super_self(s: State, data: tuple[Value, Var], value: Value) -> None:
    """super(..., self)"""
    cls, dst = data
    if s.kinds[value] in (INST, CLASS):
        s.add(dst, s.of(SUPER, cls, value))


BUILTIN_BASES = ("str", "int", "float", "complex", "bytes", "tuple", "frozenset", "dict")
"""Builtin classes that have a `__new__` of their own."""


def object_new(s: State, call: Call, value: Value) -> bool:
    """object.__new__(cls), str.__new__(cls, ...); type.__new__(meta, name, bases, namespace) is the class that is being
    made."""
    args = plain(call)
    for var in args[:1]:
        s.watch(var, on_object_new, call.dst)
    for var in args[2:4]:
        s.watch(var, on_own_namespace, call.dst)
    return True


def on_own_namespace(s: State, dst: Var, value: Value) -> None:
    """The namespace of a class that a statement makes leads to the class."""
    key = s.rows[value].key if s.kinds[value] == BOX else None
    if isinstance(key, tuple) and key[1:] == ("__dict__",) and s.kinds[key[0]] == CLASS:
        s.add(dst, key[0])
        s.watch(s.field(value, "keys"), on_changed_name, (key[0], value))


@sees(STR)
def on_changed_name(s: State, data: tuple[Value, Value], name: Value) -> None:
    """A name of a namespace that a metaclass may have changed."""
    cls, box = data
    text = s.rows[name].text
    s.watch(containers.key_field(s, box, "=s:" + text), on_changed, (cls, text))


def on_changed(s: State, data: tuple[Value, str], value: Value) -> None:
    """What is callable under a name of such a namespace the class has; other values of many classes would mix."""
    if s.kinds[value] in CALLABLES or s.kinds[value] == PROPERTY:
        s.add(classes.declare(s, *data), value)


def on_object_new(s: State, dst: Var, value: Value) -> None:
    """An instance without a constructor."""
    if s.kinds[value] == CLASS:
        s.constructed[value] = None
        s.add(dst, s.of(INST, value, 0))


def type_call(s: State, call: Call, value: Value) -> bool:
    """super().__call__(...), type.__call__(cls, ...): the class is called as it would be without its metaclass."""
    if s.kinds[value] == EXT:
        for var in plain(call)[:1]:
            s.watch(var, on_type_call, call._replace(pos=call.pos[1:]))
        return True
    on_type_call(s, call, s.rows[value].receiver)
    return bool(s.kinds[s.rows[value].receiver] == CLASS)


@sees(CLASS)
def on_type_call(s: State, call: Call, value: Value) -> None:
    """One class."""
    if s.kinds[value] == CLASS:
        construct_plain(s, call, value)


def replaced(s: State, call: Call, value: Value) -> bool:
    """dataclasses.replace(x, name=y): a new object of the class of x, with all of its fields given."""
    for var in plain(call)[:1]:
        s.flow(var, call.dst)
        s.watch(var, on_replaced, call)
    return True


def on_replaced(s: State, call: Call, value: Value) -> None:
    """One object that is made anew."""
    if s.kinds[value] == INST and classes.is_record(s, s.rows[value].cls):
        for name, var in named(call):
            s.flow(var, s.field(value, name))
        after_init(s, call, value)


def object_init(s: State, call: Call, value: Value) -> bool:
    """super().__init__(...) of a record: the generated constructor takes the fields and calls __post_init__."""
    instance = s.rows[value].receiver if s.kinds[value] == XMETHOD else None
    if instance is not None and s.kinds[instance] == INST and classes.is_record(s, s.rows[instance].cls):
        construct_record(s, call, instance)
    return False


@of_object
def subclasses(s: State, call: Call, value: Value) -> bool:
    """C.__subclasses__()"""
    cls = s.rows[value].receiver
    box = s.box("list", (cls, "subclasses"))
    for sub in s.tables[Hierarchy].subclasses.get(cls, ()):
        s.add(s.field(box, "?"), sub)
    containers.all_field(s, box)
    s.add(call.dst, box)
    return True


def type_variable(s: State, call: Call, value: Value) -> bool:
    """TypeVar("T"): one value for each place, so that the parameters of a class are kept apart."""
    s.add(call.dst, s.of(XINST, "typing.TypeVar", (), (s.a_function[call.site.activation], call.site.place)))
    return True


# decorators


def record_class(s: State, call: Call, value: Value) -> bool:
    """dataclass, attr.s, define: with and without arguments."""
    args = plain(call)
    if not args:
        s.add(call.dst, value)
    for var in args[:1]:
        s.watch(var, on_record, call.dst)
    return True


def on_record(s: State, dst: Var, value: Value) -> None:
    """The class becomes a record."""
    if s.kinds[value] == CLASS:
        s.tables[Hierarchy].traits[value].add("record")
        classes.changed(s, value)
        s.add(dst, value)


def ordered_class(s: State, call: Call, value: Value) -> bool:
    """functools.total_ordering"""
    for var in plain(call)[:1]:
        s.watch(var, on_ordered, call.dst)
    return True


def on_ordered(s: State, dst: Var, value: Value) -> None:
    """The class has all comparisons."""
    if s.kinds[value] == CLASS:
        s.tables[Hierarchy].traits[value].add("ordered")
    s.add(dst, value)


def record_field(s: State, call: Call, value: Value) -> bool:
    """dataclasses.field(...)"""
    made = s.of(XRES, "dataclasses.field()", call.site)
    records.declare(s, call, made, "field")
    s.add(call.dst, made)
    return True


def property_(s: State, call: Call, value: Value) -> bool:
    """property(fget, fset), cached_property and their like."""
    made = s.of(PROPERTY, call.site)
    for var, name in zip(plain(call), ("fget", "fset", "fdel"), strict=False):
        s.flow(var, s.field(made, name))
    for name, var in named(call):
        if name in ("fget", "fset", "fdel"):
            s.flow(var, s.field(made, name))
    s.add(call.dst, made)
    return True


def property_part(name: str) -> Model:
    """@x.setter: a property of its own, with what the one before has besides."""

    @of_object
    def model(s: State, call: Call, value: Value) -> bool:
        base, made = s.rows[value].receiver, s.of(PROPERTY, call.site)
        for part in ("fget", "fset", "fdel"):
            if part != name:
                s.flow(s.field(base, part), s.field(made, part))
        for var in plain(call)[:1]:
            s.flow(var, s.field(made, name))
        s.add(call.dst, made)
        return True

    return model


CLASS_MODELS: dict[str, Model] = {
    "types.new_class": new_class, "collections.namedtuple": named_tuple, "typing.NamedTuple": named_tuple,
    "dataclasses.make_dataclass": made_dataclass, "abc.ABCMeta": type_of, "types.SimpleNamespace": simple_namespace,
    "argparse.Namespace": simple_namespace,
    **dict.fromkeys(classes.ENUMS, enumeration),
    "builtins.super": super_, "builtins.type": type_of, "builtins.object.__new__": object_new,
    "builtins.type.__call__": type_call,
    "builtins.type.__new__": object_new,
    **{f"builtins.{name}.__new__": object_new for name in BUILTIN_BASES},
    "dataclasses.replace": replaced, "copy.replace": replaced,
    "attr.evolve": replaced, "attrs.evolve": replaced,
    "builtins.object.__init__": object_init,
    "builtins.type.__subclasses__": subclasses, "builtins.property": property_,
    "functools.cached_property": property_, "abc.abstractproperty": property_,
    "builtins.property.setter": property_part("fset"), "builtins.property.getter": property_part("fget"),
    "builtins.property.deleter": property_part("fdel"), "dataclasses.dataclass": record_class,
    "functools.total_ordering": ordered_class, "dataclasses.field": record_field, "attr.s": record_class,
    "attr.attrs": record_class, "attr.define": record_class, "attrs.define": record_class,
    "attr.frozen": record_class, "attrs.frozen": record_class, "attr.mutable": record_class,
    "attrs.mutable": record_class, "pydantic.dataclasses.dataclass": record_class, "typing.TypeVar": type_variable,
}  # fmt: skip
