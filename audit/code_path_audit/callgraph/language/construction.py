"""Classes of the source that are called: metaclass, __new__, __init__, generated constructors."""

from __future__ import annotations

from code_path_audit.callgraph.functions.invocation import apply_with, bind_and_call
from code_path_audit.callgraph.heap import classes
from code_path_audit.callgraph.heap.classes import Hierarchy
from code_path_audit.callgraph.language import class_factories
from code_path_audit.callgraph.library import descriptors, records
from code_path_audit.callgraph.library.calls import construct_outside
from code_path_audit.callgraph.model import Evidence
from code_path_audit.callgraph.solver.abstract_values import CLASS, INST, STATIC
from code_path_audit.callgraph.solver.ids import NO_CLASS, NOWHERE, Value
from code_path_audit.callgraph.solver.points_to import sees
from code_path_audit.callgraph.solver.state import Call, State

USUAL, EACH = 20_000, 40
"""Constructions, each of a class at a call site, past which each counts as so many steps, as it is asked what a dozen
frameworks make of it. The most that one of the fourteen applications has are 3,080 (pygments)."""


def construct(s: State, call: Call, cls: Value) -> None:
    """C(...): __new__, then __init__; the call gives an instance, or, of a metaclass or an enumeration, a new class."""
    if class_factories.called(s, call, cls) or s.frameworks.constructs(s, call, cls):
        return
    meta = s.metaclass.get(cls)
    if meta is None:
        construct_plain(s, call, cls)
    else:
        s.watch(meta, on_metaclass_call, (call, cls))
        s.when_empty(meta, on_no_metaclass, (call, cls))


def construct_plain(s: State, call: Call, cls: Value) -> None:
    """What type.__call__ does."""
    s.constructed[cls] = None
    s.constructions += 1
    if s.constructions > USUAL:
        s.steps += EACH
    made_before(s, call, cls)


def made_before(s: State, call: Call, cls: Value) -> None:
    """A construction, of a class that the action need not make for it."""
    instance = object_of(s, call, cls)
    kind = "construct" if call.kind in ("call", "construct") else call.kind
    made = Call(call.site, NOWHERE, call.pos, call.kw, kind, call.evidence)
    on_construct(s, (call, made), cls)
    new = classes.find(s, cls, "__new__")
    if not isinstance(new, classes.Own):
        s.add(call.dst, instance)
    classes.depends(s, cls, on_construct, (call, made), cls)


DESCRIBING = ("__get__", "__set__", "__set_name__")

MAX_DESCRIPTORS = 200
"""Objects of one descriptor class that are told apart."""


def object_of(s: State, call: Call, cls: Value) -> Value:
    """The object that a construction makes: one for all of a class, but of descriptors one for each attribute of a
    class body that it is made for."""
    found = s.frameworks.object_of(s, call, cls)
    if found is not None:
        return found
    aid, place = call.site
    if place < 0 or s.a_class[aid] == NO_CLASS or call.kind not in ("call", "construct", "decorator"):
        return s.of(INST, cls, 0)
    if not any(isinstance(classes.find(s, cls, name), classes.Own) for name in DESCRIBING):
        return s.of(INST, cls, 0)
    made = s.tables[Hierarchy].objects.setdefault(cls, {})
    instance = s.of(INST, cls, (s.a_function[aid], place))
    if instance not in made and len(made) >= MAX_DESCRIPTORS:
        return s.of(INST, cls, 0)
    made[instance] = None
    return instance


def on_construct(s: State, data: tuple[Call, Call], cls: Value) -> None:
    """The part of a construction that the order of the class decides."""
    call, made = data
    if class_factories.called(s, call, cls):  # as is known now
        return
    instance = object_of(s, call, cls)
    new = classes.find(s, cls, "__new__")
    if isinstance(new, classes.Own):
        escapes = made.kind == "callback" and made.evidence < Evidence.CERTAIN and not made.pos and not made.kw
        result_var = s.field(cls, "#new") if escapes else s.variable()
        new_call = Call(call.site, result_var, made.pos, made.kw, made.kind, made.evidence)
        s.watch(new.var, apply_new, (new_call, cls))
        s.flow(result_var, call.dst)
        if escapes:  # all such calls give the same, so what __new__ returns is looked through once
            s.watch(result_var, on_escaped_new, cls)
            s.watch(s.field(cls, "#made"), on_new, (made, cls))
        else:
            s.watch(result_var, on_new, (made, cls))
    else:
        initialize(s, made, instance, cls)
    descriptors.constructed(s, call, cls)
    finished(s, made, instance, cls)
    if has_generated_init(s, cls):
        construct_record(s, made, instance)
    elif classes.is_record(s, cls):
        records.fill(s, made, instance, cls)


def finished(s: State, made: Call, instance: Value, cls: Value) -> None:
    """What else a construction may lead to: the end of the object, and, of an enumeration, a value that it lacks."""
    call = Call(made.site, NOWHERE, (), (), "callback", Evidence.LIKELY)
    end = classes.find(s, cls, "__del__")
    if isinstance(end, classes.Own):
        s.watch(end.var, bind_and_call, (instance, cls, call))
    missing = classes.find(s, cls, "_missing_")
    if isinstance(missing, classes.Own) and classes.is_enum(s, cls):
        s.watch(missing.var, bind_and_call, (cls, cls, call._replace(dst=made.dst, pos=made.pos[:1])))


def has_generated_init(s: State, cls: Value) -> bool:
    """Whether no written `__init__` stands in front of the first record in the order of a class."""
    found = classes.find(s, cls, "__init__")
    if not isinstance(found, classes.Own):
        return True
    order = classes.order(s, cls)
    record = next((i for i, e in enumerate(order) if "record" in s.tables[Hierarchy].traits.get(e, ())), len(order))
    return record < order.index(found.owner)


def construct_record(s: State, made: Call, instance: Value) -> None:
    """What a generated constructor does: it takes the fields, and calls __post_init__."""
    cls = s.rows[instance].cls
    if classes.is_record(s, cls):
        records.fill(s, made, instance, cls)
    else:  # of a library that is not known to make records, but knows fields
        records.supply(s, made, cls, frozenset(name for name, _ in made.kw if name is not None), frozenset())
    after_init(s, made, instance)


def after_init(s: State, made: Call, instance: Value) -> None:
    """What a generated constructor calls at its end."""
    cls = s.rows[instance].cls
    post = classes.find(s, cls, "__post_init__") or classes.find(s, cls, "__attrs_post_init__")
    if isinstance(post, classes.Own):
        call = Call(made.site, NOWHERE, (), (), made.kind, made.evidence)
        s.watch(post.var, bind_and_call, (instance, cls, call))


def apply_new(s: State, data: tuple[Call, Value], value: Value) -> None:
    """__new__ is static, and gets the class."""
    if s.kinds[value] == STATIC:
        value = s.rows[value].callable
    apply_with(s, data, value)


@sees(INST)
def on_escaped_new(s: State, cls: Value, value: Value) -> None:
    """What __new__ returned where code outside called the class: the instances of the class."""
    if s.kinds[value] == INST and cls in classes.order(s, s.rows[value].cls):
        s.add(s.field(cls, "#made"), value)


@sees(INST)
def on_new(s: State, data: tuple[Call, Value], value: Value) -> None:
    """What __new__ returned is initialized if it is an instance of the class."""
    made, cls = data
    if s.kinds[value] == INST and cls in classes.order(s, s.rows[value].cls):
        s.constructed[s.rows[value].cls] = None
        initialize(s, made, value, s.rows[value].cls)


def on_metaclass_call(s: State, data: tuple[Call, Value], value: Value) -> None:
    """A metaclass with __call__ takes over; it may make an object, or not."""
    call, cls = data
    found = classes.find(s, value, "__call__") if s.kinds[value] == CLASS else None
    if isinstance(found, classes.Own):
        s.watch(found.var, bind_and_call, (cls, value, call))
    else:
        construct_plain(s, call, cls)


def on_no_metaclass(s: State, data: tuple[Call, Value]) -> None:
    """Nothing is known of the metaclass."""
    construct_plain(s, *data)


def initialize(s: State, made: Call, instance: Value, cls: Value) -> None:
    """__init__, of the source or from outside."""
    init = classes.find(s, cls, "__init__")
    if isinstance(init, classes.Own):
        s.watch(init.var, bind_and_call, (instance, cls, made))
    else:
        for outside in classes.outside_bases(s, cls):
            construct_outside(s, made, outside, instance)
