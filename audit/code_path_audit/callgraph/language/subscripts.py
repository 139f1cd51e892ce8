"""Objects in front of a subscript: reading, writing and deleting elements."""

from __future__ import annotations

from code_path_audit.callgraph.frameworks.injected_dependencies import on_marker
from code_path_audit.callgraph.functions.invocation import bind_and_call
from code_path_audit.callgraph.heap import classes, containers, slices
from code_path_audit.callgraph.language.iteration import fields_of_tuple
from code_path_audit.callgraph.language.special_methods import inherited_call, special
from code_path_audit.callgraph.library import proxies, stored_attributes
from code_path_audit.callgraph.library.default_factories import load_or_make
from code_path_audit.callgraph.library.escapes import fire
from code_path_audit.callgraph.library.holders import hold
from code_path_audit.callgraph.library.proxies import Proxies
from code_path_audit.callgraph.library.stub_values import (
    add_type,
    derived,
    item_by_model,
    type_of_value,
    unknown_element,
)
from code_path_audit.callgraph.solver.abstract_values import (
    BOX,
    CLASS,
    EXT,
    INST,
    INT,
    STR,
    UNKNOWN,
    XINST,
    XMETHOD,
    XRES,
)
from code_path_audit.callgraph.solver.ids import NOWHERE, Site, Value, Var
from code_path_audit.callgraph.solver.points_to import sees
from code_path_audit.callgraph.solver.state import Call, State


def item(s: State, data: tuple[Var, Var, Site], value: Value) -> None:
    """value[key]"""
    dst, key, site = data
    kind = s.kinds[value]
    if kind == BOX:
        load_or_make(s, value, key, dst, site)
        s.watch(key, on_slice, (dst, value, site))
    elif kind == INST:
        call = Call(site, dst, ((key, False),), (), "operator")
        if not special(s, value, "__getitem__", call):
            box = classes.box_of(s, value)
            if box is not None:
                load_or_make(s, box, key, dst, site)
            else:
                fields_of_tuple(s, value, dst)
                inherited_call(s, value, "__getitem__", call)
            fire(s, value, site)
            special(s, value, "__missing__", call)
    elif kind == CLASS:
        subscript_class(s, data, value)
    elif kind == XINST and special(s, value, "__getitem__", Call(site, dst, ((key, False),), (), "operator")):
        return
    elif kind == XINST and f"{s.rows[value].dotted}.__getitem__" in s.models:
        method = s.of(XMETHOD, f"{s.rows[value].dotted}.__getitem__", value)
        s.apply(s, Call(site, dst, ((key, False),), (), "operator"), method)
    elif (made := item_by_model(s, value)) is not None:
        s.add(dst, made)
    elif kind in (XINST, STR):
        if value in s.tables[Proxies].made_of:
            s.watch(proxies.real(s, value, site), item, data)
        if kind == STR:
            s.watch(key, on_slice, (NOWHERE, value, site))
        if kind == STR or s.stubs.mro(s.rows[value].dotted):
            add_type(s, s.stubs.item_type(type_of_value(s, value)), dst)
        else:
            s.add(dst, unknown_element(s, value, "[]"))
            stored_attributes.read_item(s, value, key, dst, site)
    elif kind == XRES:
        s.add(dst, unknown_element(s, value, "[]"))
        stored_attributes.read_item(s, value, key, dst, site)
    elif kind == XMETHOD and stored_attributes.keeps_items(s, value):
        # an attribute of an object that nothing is known of: request.app["store"]
        s.add(dst, derived(s, s.rows[value].receiver, f"{s.rows[value].dotted}[]"))
        stored_attributes.read_item(s, value, key, dst, site)
    elif kind == EXT:
        s.add(dst, value)
        if s.rows[value].dotted.endswith(".Annotated"):
            s.watch(key, on_annotated, dst)
    elif kind == UNKNOWN:
        s.add(dst, s.of(UNKNOWN, ""))


@sees(XINST)
def on_slice(s: State, data: tuple[Var, Value, Site], value: Value) -> None:
    """value[slice(lower, upper)]: a part of a sequence; the bounds give their numbers."""
    dst, base, site = data
    if s.rows[value].dotted != slices.SLICE:
        return
    bounds = slices.bounds_of(s, value)
    ask_bounds(s, bounds, site)
    if s.kinds[base] == BOX and s.rows[base].box_kind in containers.SEQUENCES:
        slices.part(s, dst, base, bounds) if any(bounds) else slices.unordered(s, dst, base)


MAX_BESIDE = 4
"""What is looked at behind the type in Annotated."""


@sees(BOX)
def on_annotated(s: State, dst: Var, value: Value) -> None:
    """Annotated[T, ...] stands for T, and for what is injected."""
    if s.rows[value].box_kind == "tuple":
        containers.get(s, value, s.of(INT, 0), dst)
        beside = s.variable()
        for index in range(1, MAX_BESIDE):
            containers.get(s, value, s.of(INT, index), beside)
        s.watch(beside, on_marker, dst)


def ask_bounds(s: State, bounds: tuple[Var | None, ...], site: Site) -> None:
    """The bounds of a part give their numbers."""
    for bound in bounds:
        if bound is not None:
            s.watch(bound, on_bound, site)


@sees(INST)
def on_bound(s: State, site: Site, value: Value) -> None:
    """One object that is a bound."""
    special(s, value, "__index__", Call(site, NOWHERE, (), (), "operator"))


def subscript_class(s: State, data: tuple[Var, Var, Site], value: Value) -> None:
    """C[key]: an enumeration's member, __class_getitem__, or a generic alias, which is the class."""
    dst, key, site = data
    if classes.is_enum(s, value):
        s.add(dst, s.of(INST, value, 0))
        return
    found = classes.find(s, value, "__class_getitem__")
    call = Call(site, dst, ((key, False),), (), "operator")
    if isinstance(found, classes.Own):
        s.watch(found.var, bind_and_call, (value, value, call))
        return
    special(s, value, "__getitem__", call)
    s.add(dst, value)


def store_item(s: State, data: tuple[Var, Var, Site], value: Value) -> None:
    """value[key] = source"""
    key, source, site = data
    kind = s.kinds[value]
    if kind == BOX:
        containers.store(s, value, key, source, site)
    elif kind == INST:
        stored = special(s, value, "__setitem__", Call(site, NOWHERE, ((key, False), (source, False)), (), "operator"))
        box = None if stored else classes.box_of(s, value)
        if box is not None:
            containers.store(s, box, key, source, site)
        if not stored:
            fire(s, value, site)
    elif kind in (XINST, XRES):
        special(s, value, "__setitem__", Call(site, NOWHERE, ((key, False), (source, False)), (), "operator"))
        hold(s, value, source)
        stored_attributes.stored_item(s, value, key, source)
        if value in s.tables[Proxies].made_of:
            s.watch(proxies.real(s, value, site), store_item, data)
    elif kind == XMETHOD:
        # an attribute of an object that nothing is known of: env.filters["x"] = f
        hold(s, s.rows[value].receiver, source)
        stored_attributes.stored_item(s, value, key, source)


def delete_item(s: State, data: tuple[Var, Site], value: Value) -> None:
    """del value[key]"""
    key, site = data
    if s.kinds[value] == BOX and s.rows[value].box_kind == "list":
        containers.mix(s, value)
    if s.kinds[value] in (INST, XINST):
        is_done = special(s, value, "__delitem__", Call(site, NOWHERE, ((key, False),), (), "operator"))
        if s.kinds[value] == INST and not is_done:
            fire(s, value, site)
    if value in s.tables[Proxies].made_of:
        s.watch(proxies.real(s, value, site), delete_item, data)
