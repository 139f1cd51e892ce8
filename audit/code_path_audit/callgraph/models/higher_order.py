"""Models: functions made of functions: wraps, partial, lru_cache, singledispatch, map, reduce, weak references."""

from __future__ import annotations

from typing import Literal

from code_path_audit.callgraph.functions.invocation import (
    PartialMethod,
    call_back_into,
    call_back_unpacking,
)
from code_path_audit.callgraph.heap import containers
from code_path_audit.callgraph.language import single_dispatch
from code_path_audit.callgraph.language.calls import Callables
from code_path_audit.callgraph.models.arguments import element, identity, marks, of_object, plain
from code_path_audit.callgraph.solver.abstract_values import (
    BOX,
    CALLABLES,
    CLASS,
    CLASSM,
    CTXFUNC,
    EXT,
    FUNC,
    PARTIAL,
    STATIC,
    XINST,
    XMETHOD,
)
from code_path_audit.callgraph.solver.ids import Value, Var
from code_path_audit.callgraph.solver.state import Call, Model, State

Wrapping = Literal[19, 20, 21]
"""One of the kinds `STATIC`, `CLASSM` and `CTXFUNC`."""

WRAPPINGS = frozenset((STATIC, CLASSM, CTXFUNC))

MAX_WRAPPINGS = 8
"""Static methods of class methods of static methods ..."""


def wrapper(kind: Wrapping) -> Model:
    """staticmethod, classmethod, contextmanager: the function in a wrapping."""

    def model(s: State, call: Call, value: Value) -> bool:
        for var in plain(call)[:1]:
            s.watch(var, on_wrap, (kind, call.dst))
        return True

    return model


def on_wrap(s: State, data: tuple[Wrapping, Var], value: Value) -> None:
    """One function; one that is wrapped very often stays what it is."""
    inner = value
    for _ in range(MAX_WRAPPINGS):
        if s.kinds[inner] not in WRAPPINGS:
            s.add(data[1], s.of(data[0], value))
            return
        inner = s.rows[inner].callable
    s.add(data[1], value)


def caching(s: State, call: Call, value: Value) -> bool:
    """lru_cache, cache, singledispatch without or with arguments: the function itself."""
    args = plain(call)
    for var in args[:1]:
        s.watch(var, on_caching, (call.dst, value))
    if not args:
        s.add(call.dst, value)
    return True


def on_caching(s: State, data: tuple[Var, Value], value: Value) -> None:
    """lru_cache(f) is f; lru_cache(128) is a decorator."""
    dst, decorator = data
    if s.kinds[value] == FUNC and "cache" in s.rows[decorator].dotted:
        s.tables[Callables].cached.add(value)
    s.add(dst, value if s.kinds[value] in CALLABLES else decorator)


def dispatched(s: State, call: Call, value: Value) -> bool:
    """singledispatch, singledispatchmethod: f.register(T) adds an implementation that a call of f may choose."""
    place = int(s.rows[value].dotted.endswith("method"))
    for var in plain(call)[:1]:
        made = single_dispatch.make(s, call.site, s.variable(), place)
        s.add(s.field(made, "register"), s.of(XMETHOD, REGISTER, made))
        s.watch(var, on_default, (made, call.dst))
    return True


REGISTER = "functools.singledispatch.register"


def on_default(s: State, data: tuple[Value, Var], value: Value) -> None:
    """The implementation for what no other is for; one that is a class method makes a class method."""
    made, dst = data
    inner = s.rows[value].callable if s.kinds[value] in (CLASSM, STATIC) else value
    s.add(s.field(made, "func"), inner)
    if s.kinds[value] in (CLASSM, STATIC):
        face = s.of(CLASSM, made) if s.kinds[value] == CLASSM else s.of(STATIC, made)
        s.flow(s.field(made, "register"), s.field(face, "register"))
        if s.kinds[value] == STATIC:
            s.tables[single_dispatch.Dispatchers].places[made] = 0
        s.add(dst, face)
    else:
        s.add(dst, made)


@of_object
def register(s: State, call: Call, value: Value) -> bool:
    """f.register(T), f.register(T, g), and @f.register by annotation."""
    args = plain(call)
    for var in args[:1]:
        s.watch(var, on_register, (s.rows[value].receiver, call.dst, args[1] if len(args) > 1 else None))
    return True


def on_register(s: State, data: tuple[Value, Var, Var | None], value: Value) -> None:
    """An implementation, or the type that it is for."""
    base, dst, given = data
    key = s.rows[base].key
    if isinstance(key, tuple) and key[0] == "for":
        single_dispatch.implement(s, key[1], key[2], value)
        s.add(dst, value)
    elif s.kinds[value] not in (CLASS, EXT, BOX, XINST):
        s.later(single_dispatch.implement_by_annotation, base, value)  # when what the annotation names is bound
        s.add(dst, value)
    else:
        for kind in types_in(s, value):
            one = s.of(PARTIAL, ("for", base, kind))
            if given is not None:
                s.watch(given, on_register, (one, dst, None))
            else:
                s.add(dst, s.of(XMETHOD, REGISTER, one))


def types_in(s: State, value: Value) -> list[Value | None]:
    """The classes of what register() is given: one, or those of a union."""
    return [value] if s.kinds[value] in (CLASS, EXT) else [single_dispatch.ANY]


# functions of functions


def partial(s: State, call: Call, value: Value) -> bool:
    """functools.partial, partialmethod"""
    if not call.pos:
        return True
    is_method = s.rows[value].dotted.endswith("partialmethod")
    made = s.of(PARTIAL, PartialMethod(call.site) if is_method else call.site)
    s.tables[Callables].partials[made] = (call.pos[1:], call.kw)
    s.flow(call.pos[0][0], s.field(made, "func"))
    s.add(call.dst, made)
    return True


def method_type(s: State, call: Call, value: Value) -> bool:
    """types.MethodType(f, self)"""
    args = plain(call)
    if len(args) == 2:
        made = s.of(PARTIAL, call.site)
        s.tables[Callables].partials[made] = (((args[1], False),), ())
        s.flow(args[0], s.field(made, "func"))
        s.add(call.dst, made)
    return True


def weak(s: State, call: Call, value: Value) -> bool:
    """weakref.ref(x): calling it gives x; weakref.proxy(x) stands for x."""
    args = plain(call)
    made = s.variable()
    if s.rows[value].dotted.endswith("proxy"):
        identity(s, call._replace(dst=made), value)
    elif args:
        inner = s.of(PARTIAL, ("value", *call.site))
        s.flow(args[0], s.field(inner, "value"))
        s.add(made, s.of(XMETHOD, f"{REFERENCE}.__call__", inner))
    s.flow(made, call.dst)
    for var in args[1:2]:  # called when the object is gone
        s.watch(var, call_back_into, (call.site, (made,), s.variable()))
    return True


@of_object
def weak_call(s: State, call: Call, value: Value) -> bool:
    """ref()"""
    s.flow(s.field(s.rows[value].receiver, "value"), call.dst)
    return True


def mapped(s: State, call: Call, value: Value) -> bool:
    """map(f, xs), starmap(f, rows): f is called with elements, or their parts; the result has what it returns."""
    args = plain(call)
    if not args:
        return True
    elements = [element(s, var, call) for var in args[1:]]
    box = s.box("generator", call.site)
    containers.all_field(s, box)
    if s.rows[value].dotted == "itertools.starmap":
        for item in elements[:1]:
            s.watch(args[0], call_back_unpacking, (call.site, item, s.field(box, "?")))
    else:
        s.watch(args[0], call_back_into, (call.site, tuple(elements), s.field(box, "?")))
    s.add(call.dst, box)
    return True


def filtered(s: State, call: Call, value: Value) -> bool:
    """filter(f, xs)"""
    args = plain(call)
    if len(args) == 2:
        item = element(s, args[1], call)
        box = s.box("generator", call.site)
        containers.all_field(s, box)
        s.flow(item, s.field(box, "?"))
        s.watch(args[0], call_back_into, (call.site, (item,), s.variable()))
        s.add(call.dst, box)
    return True


def reduced(s: State, call: Call, value: Value) -> bool:
    """functools.reduce"""
    args = plain(call)
    if len(args) >= 2:
        item = element(s, args[1], call)
        so_far = s.variable()
        s.flow(item, so_far)
        for var in args[2:]:
            s.flow(var, so_far)
        s.flow(so_far, call.dst)
        s.watch(args[0], call_back_into, (call.site, (so_far, item), so_far))
    return True


REFERENCE = "weakref.ReferenceType"
"""What the stubs call weakref.ref."""

FUNCTION_MODELS: dict[str, Model] = {
    "builtins.staticmethod": wrapper(STATIC), "builtins.classmethod": wrapper(CLASSM),
    "contextlib.contextmanager": wrapper(CTXFUNC), "contextlib.asynccontextmanager": wrapper(CTXFUNC),
    "functools.wraps": marks, "functools.lru_cache": caching, "functools.cache": caching,
    "functools.singledispatch": dispatched, "functools.singledispatchmethod": dispatched,
    REGISTER: register, "functools.partial": partial, "functools.partialmethod": partial,
    "functools.reduce": reduced, "types.MethodType": method_type, "builtins.map": mapped, "builtins.filter": filtered,
    "itertools.filterfalse": filtered, "itertools.takewhile": filtered, "itertools.dropwhile": filtered,
    "itertools.starmap": mapped, REFERENCE: weak, "weakref.proxy": weak, f"{REFERENCE}.__call__": weak_call,
    "weakref.WeakMethod": weak,
}  # fmt: skip
