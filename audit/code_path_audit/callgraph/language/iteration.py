"""Iteration, generators and await: what comes out of a value step by step."""

from __future__ import annotations

from code_path_audit.callgraph.heap import classes, containers
from code_path_audit.callgraph.language.special_methods import inherited_call, special
from code_path_audit.callgraph.library import plugins, proxies
from code_path_audit.callgraph.library.awaitables import AWAITED
from code_path_audit.callgraph.library.escapes import fire
from code_path_audit.callgraph.library.holders import content
from code_path_audit.callgraph.library.proxies import Proxies
from code_path_audit.callgraph.library.stub_values import add_type, type_of_value, unknown_element
from code_path_audit.callgraph.solver.abstract_values import BOX, CLASS, CORO, GEN, INST, STR, UNKNOWN, XINST, XRES
from code_path_audit.callgraph.solver.ids import NOWHERE, Activation, Site, Value, Var
from code_path_audit.callgraph.solver.state import Call, Iteration, State


def on_iterate(s: State, data: Iteration, value: Value) -> None:
    """The elements of one value."""
    target, site, is_async = data
    kind = s.kinds[value]
    if kind in (INST, XINST) and s.frameworks.iterated(s, data, value):
        return
    if kind == BOX:
        if s.rows[value].box_kind == "dict":
            s.flow(s.field(value, "keys"), target)
        else:
            s.flow(containers.all_field(s, value), target)
    elif kind == GEN:
        s.flow(s.a_yield[s.rows[value].activation], target)
        resume(s, site, s.rows[value].activation)
    elif kind == INST:
        iterate_instance(s, data, value)
    elif kind == CLASS:
        if classes.is_enum(s, value):
            s.add(target, s.of(INST, value, 0))
        special(s, value, "__iter__", Call(site, target, (), (), "iterate"))
    elif kind == STR:
        s.add(target, s.instance("builtins.str"))
    elif kind == XINST and plugins.is_group(s, value):
        plugins.elements(s, value, target)
    elif kind == XINST:
        if s.stubs.mro(s.rows[value].dotted):
            add_type(s, s.stubs.iter_type(type_of_value(s, value), is_async), target)
        else:
            s.add(target, unknown_element(s, value, "[]"))
        if value in s.tables[Proxies].made_of:
            s.watch(proxies.real(s, value, site), on_iterate, data)
        fire(s, value, site)
    elif kind == XRES:
        s.add(target, unknown_element(s, value, "[]"))
        s.watch(content(s, value), on_content, target)
    elif kind == UNKNOWN:
        s.add(target, s.of(UNKNOWN, ""))


def resume(s: State, site: Site, generator: Activation) -> None:
    """The body of a generator runs where it is iterated."""
    if site.place >= 0:
        s.edge(Call(site, NOWHERE, (), (), "resume"), generator)


def on_content(s: State, target: Var, value: Value) -> None:
    """What callbacks returned comes out of a library as it is, or element by element."""
    s.add(target, value)
    if s.kinds[value] == BOX and s.rows[value].box_kind != "dict":
        s.flow(containers.all_field(s, value), target)


def iterate_instance(s: State, data: Iteration, value: Value) -> None:
    """An object: __iter__ and then __next__; or __getitem__."""
    target, site, is_async = data
    made = s.variable()
    if special(s, value, "__aiter__" if is_async else "__iter__", Call(site, made, (), (), "iterate")):
        s.watch(made, on_iterator, data)
    elif special(s, value, "__next__", Call(site, target, (), (), "iterate")) or (
        not classes.is_walked_in_c(s, value) and special(s, value, "__getitem__", Call(site, target, (), (), "iterate"))
    ):
        return
    elif (box := classes.box_of(s, value)) is not None:
        on_iterate(s, data, box)
    else:
        fields_of_tuple(s, value, target)
        inherited_call(s, value, "__iter__", Call(site, target, (), (), "iterate"))


def fields_of_tuple(s: State, value: Value, target: Var) -> None:
    """A named tuple is iterated over its fields."""
    cls = s.rows[value].cls
    if classes.has_outside(s, cls, "typing.NamedTuple"):
        for name in classes.fields_of(s, cls)[0]:
            s.flow(s.field(value, name), target)


def on_iterator(s: State, data: Iteration, value: Value) -> None:
    """What __iter__ returned."""
    target, site, is_async = data
    if s.kinds[value] == INST:
        result = s.variable() if is_async else target
        special(s, value, "__anext__" if is_async else "__next__", Call(site, result, (), (), "iterate"))
        if is_async:
            wait(s, result, target, site)
    else:
        on_iterate(s, data, value)


# await, yield from


def wait(s: State, source: Var, target: Var, site: Site) -> None:
    """await"""
    s.watch(source, on_wait, (target, site))


def on_wait(s: State, data: tuple[Var, Site], value: Value) -> None:
    """await of one value; a generator can be awaited under types.coroutine."""
    target, site = data
    kind = s.kinds[value]
    if kind == CORO:
        s.flow(s.a_return[s.rows[value].activation], target)
    elif kind == INST:
        made = s.variable()
        if special(s, value, "__await__", Call(site, made, (), (), "call")):
            s.watch(made, on_delegate, (target, site, made))
    elif kind == GEN:
        on_delegate(s, (target, site, s.variable()), value)
    elif kind == XINST and s.frameworks.special(s, value, "__await__", Call(site, target, (), (), "call")):
        return
    elif kind == XINST and (value, AWAITED) in s.fields:
        s.flow(s.field(value, AWAITED), target)
    elif kind == XINST:
        if s.stubs.mro(s.rows[value].dotted):
            add_type(s, s.stubs.await_type(type_of_value(s, value)), target)
        else:
            s.add(target, value)  # rows of library models say what awaiting a call gives
        if s.rows[value].key:
            s.flow(s.field(value, "()"), target)
    elif kind in (XRES, UNKNOWN, BOX):
        s.add(target, value)


def on_delegate(s: State, data: tuple[Var, Site, Var], value: Value) -> None:
    """yield from: what the inner generator returns is the result; what it yields is yielded."""
    target, site, yielded = data
    if s.kinds[value] == GEN:
        inner = s.rows[value].activation
        s.flow(s.a_return[inner], target)
        s.flow(s.a_yield[inner], yielded)
        s.flow(s.a_send[site.activation], s.a_send[inner])
        resume(s, site, inner)
    else:
        on_iterate(s, Iteration(yielded, site, False), value)
