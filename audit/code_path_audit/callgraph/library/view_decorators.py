"""Decorators that the body of a framework's class lists (`decorators = [login_required]`), as views of flask and its
relatives have them: each is called with what answers, and what it returns is called in the place of that.

Assumes that each decorates each public method that the framework calls. Wrong, by edges too many, where a class calls
something else so.
"""

from __future__ import annotations

from code_path_audit.callgraph.heap import classes
from code_path_audit.callgraph.solver.abstract_values import BOX, CALLABLES, FUNC
from code_path_audit.callgraph.solver.ids import Value, Var
from code_path_audit.callgraph.solver.points_to import sees
from code_path_audit.callgraph.solver.state import Call, State

LISTS = ("decorators", "method_decorators")
"""The names of such lists."""


def decorate(s: State, instance: Value, call: Call, methods: list[Var]) -> None:
    """What a framework calls of an object is decorated first; `call` is how it calls."""
    for name in LISTS if methods else ():
        found = classes.find(s, s.rows[instance].cls, name)
        if isinstance(found, classes.Own):
            answers = s.field(instance, "#answers")
            for var in methods:
                s.watch(var, on_method, (instance, answers))
            s.watch(found.var, on_list, (call, answers))


@sees(FUNC)
def on_method(s: State, data: tuple[Value, Var], value: Value) -> None:
    """One method that is called."""
    instance, answers = data
    s.add(answers, s.bound_method(value, instance))


@sees(BOX)
def on_list(s: State, data: tuple[Call, Var], value: Value) -> None:
    """One list of decorators."""
    s.watch(s.field(value, "*"), on_decorator, data)


@sees(*CALLABLES)
def on_decorator(s: State, data: tuple[Call, Var], value: Value) -> None:
    """One decorator, and what it makes."""
    call, answers = data
    made = s.variable()
    s.apply(s, call._replace(dst=made, pos=((answers, False),)), value)
    s.watch(made, s.apply, call)
