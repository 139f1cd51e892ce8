"""Models: the context of click, which decorators pass to commands: `pass_obj`, `pass_context`."""

from __future__ import annotations

from code_path_audit.callgraph.language.calls import Callables
from code_path_audit.callgraph.library.stored_attributes import attribute
from code_path_audit.callgraph.models.arguments import plain
from code_path_audit.callgraph.solver.abstract_values import PARTIAL, XINST
from code_path_audit.callgraph.solver.ids import Value, Var
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
    return passing(s, call, context)


CLICK_MODELS: dict[str, Model] = {
    "click.pass_obj": pass_obj, "click.decorators.pass_obj": pass_obj,
    "click.pass_context": pass_context, "click.decorators.pass_context": pass_context,
}  # fmt: skip
