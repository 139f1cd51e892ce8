"""Models: the context of click, which decorators pass to commands (`pass_obj`, `pass_context`), and the object of a
class that belongs to it (`make_pass_decorator`, `ensure_object`, `find_object`)."""

from __future__ import annotations

from code_path_audit.callgraph.language.calls import Callables
from code_path_audit.callgraph.library.given import GivenVar, called_with
from code_path_audit.callgraph.library.stored_attributes import attribute
from code_path_audit.callgraph.model import Evidence
from code_path_audit.callgraph.models.arguments import plain
from code_path_audit.callgraph.solver.abstract_values import CLASS, INST, PARTIAL, XINST, XMETHOD
from code_path_audit.callgraph.solver.ids import Value, Var
from code_path_audit.callgraph.solver.points_to import sees
from code_path_audit.callgraph.solver.state import Call, Model, State


def passing(s: State, call: Call, first: Var) -> bool:
    """The decorated function with something in front of what it is called with."""
    for var in plain(call)[:1]:
        made = s.of(PARTIAL, ("passing", *call.site))
        s.tables[Callables].partials[made] = (((first, False),), ())
        s.flow(var, s.field(made, "func"))
        s.add(call.dst, made)
    return True


def pass_obj(s: State, call: Call, value: Value) -> bool:
    """click.pass_obj: what was stored as `obj` of a context."""
    return passing(s, call, attribute(s, "click", "obj"))


def pass_context(s: State, call: Call, value: Value) -> bool:
    """click.pass_context"""
    context = s.variable()
    s.add(context, s.of(XINST, "click.Context", (), 0))
    for var in plain(call)[:1]:  # of a command that is an entry point itself
        called_with(s, var, (GivenVar(0, "", (context,)),))
    return passing(s, call, context)


def make_pass_decorator(s: State, call: Call, value: Value) -> bool:
    """click.make_pass_decorator(Shop): a decorator that passes the object of that class."""
    kept = s.of(PARTIAL, call.site)
    s.tables[Callables].partials[kept] = (call.pos, call.kw)
    s.add(call.dst, s.of(XMETHOD, "click.make_pass_decorator.__call__", kept))
    return True


def pass_object(s: State, call: Call, value: Value) -> bool:
    """What such a decorator does with a function."""
    given, _ = s.tables[Callables].partials[s.rows[value].receiver]
    first = s.variable()
    for var, star in given[:1]:
        if not star:
            s.watch(var, on_class, first)
    return passing(s, call, first)


@sees(CLASS)
def on_class(s: State, dst: Var, value: Value) -> None:
    """The object of one class."""
    s.add(dst, s.of(INST, value, 0))


def ensure_object(s: State, call: Call, value: Value) -> bool:
    """context.ensure_object(Shop): the object of that class, made where there is none."""
    for var in plain(call)[:1]:
        s.watch(var, on_made, Call(call.site, s.variable(), (), (), "callback", Evidence.LIKELY))
    return find_object(s, call, value)


@sees(CLASS)
def on_made(s: State, call: Call, value: Value) -> None:
    """An object of one class is made."""
    s.construct(s, call, value)


def find_object(s: State, call: Call, value: Value) -> bool:
    """context.find_object(Shop)"""
    for var in plain(call)[:1]:
        s.watch(var, on_class, call.dst)
    return True


CLICK_MODELS: dict[str, Model] = {
    "click.pass_obj": pass_obj, "click.decorators.pass_obj": pass_obj,
    "click.pass_context": pass_context, "click.decorators.pass_context": pass_context,
    "click.make_pass_decorator": make_pass_decorator, "click.decorators.make_pass_decorator": make_pass_decorator,
    "click.make_pass_decorator.__call__": pass_object,
    "click.Context.ensure_object": ensure_object, "click.Context.find_object": find_object,
}  # fmt: skip
