"""Calls of values, whatever they are: the one place that distinguishes the kinds of callees."""

from __future__ import annotations

from code_path_audit.callgraph.functions.invocation import (
    as_decorator,
    bind_and_call,
    call_bound,
    call_context_function,
    invoke,
    is_partial_method,
)
from code_path_audit.callgraph.heap import classes
from code_path_audit.callgraph.language import class_factories, container_methods, single_dispatch
from code_path_audit.callgraph.language.construction import construct
from code_path_audit.callgraph.language.single_dispatch import Dispatchers
from code_path_audit.callgraph.language.special_methods import special
from code_path_audit.callgraph.library.calls import call_inherited, call_outside
from code_path_audit.callgraph.library.escapes import fire
from code_path_audit.callgraph.library.overrides import Decorated
from code_path_audit.callgraph.solver.abstract_values import (
    BMETHOD,
    BOUND,
    CLASS,
    CLASSM,
    CTX,
    CTXFUNC,
    EXT,
    FUNC,
    INST,
    PARTIAL,
    STATIC,
    UNKNOWN,
    XINST,
    XMETHOD,
    XRES,
)
from code_path_audit.callgraph.solver.ids import NOWHERE, Value
from code_path_audit.callgraph.solver.points_to import sees
from code_path_audit.callgraph.solver.state import Call, Keywords, Positional, State

ANSWERS = frozenset(
    (FUNC, BOUND, CLASS, INST, BMETHOD, EXT, XMETHOD, XRES, XINST, PARTIAL, CTXFUNC, STATIC, CLASSM, CTX)
)
"""Kinds of values that a call of them resolves; calling a string or None answers nothing."""

DECORATING = ("contextlib.ContextDecorator", "contextlib.AsyncContextDecorator")
"""Classes whose objects are context managers and decorators at once."""

MAX_ARGUMENTS = 40
"""Positional arguments that partials of partials gather."""


class Callables:
    """Values that are called in a way of their own."""

    def __init__(self) -> None:
        self.cached: set[Value] = set()
        """Functions with a cache."""
        self.partials: dict[Value, tuple[Positional, Keywords]] = {}
        """The arguments that a partial keeps."""
        self.unknown: list[tuple[Call, Value]] = []
        """Calls of values nothing is known of."""


def apply(s: State, call: Call, value: Value) -> None:
    """Call one value."""
    callables = s.tables[Callables]
    kind = s.kinds[value]
    row = s.rows[value]
    if kind in ANSWERS:
        s.answer(call.site)
    for face in s.tables[Decorated].faces.get(value, ()):
        fire(s, face, call.site, call.dst, "__call__")
        if call.kind == "decorator" and call.pos:
            # a decorator that went through one of an unknown library: what it decorates can still be called
            s.flow(call.pos[0][0], call.dst)
    if kind == FUNC:
        if class_factories.stands_between(s.facts[row.function]) and class_factories.between(s, call):
            call = call._replace(dst=s.variable())
        invoke(s, call, value, None)
        if value in callables.cached:
            hash_arguments(s, call)
    elif kind == BOUND:
        if row.evidence < call.evidence:
            call = call._replace(evidence=row.evidence)
        call_bound(s, call, row.callable, row.receiver)
    elif kind == CLASS:
        construct(s, call, value)
    elif kind == INST:
        call_instance(s, call, value)
    elif kind == BMETHOD:
        container_methods.method(s, value, call)
    elif kind in (EXT, XMETHOD, XRES, XINST):
        call_outside(s, call, value)
    elif kind == PARTIAL and value in s.tables[Dispatchers].places:
        single_dispatch.call(s, call, value)
    elif kind == PARTIAL:
        call_partial(s, call, value)
    elif kind == CTXFUNC:
        call_context_function(s, call, row.callable, None)
    elif kind in (STATIC, CLASSM):
        apply(s, call, row.callable)
    elif kind == CTX:
        for var, _ in call.pos[:1]:
            s.watch(var, as_decorator, (value, call.dst))
    elif kind == UNKNOWN:
        callables.unknown.append((call, value))


def call_partial(s: State, call: Call, value: Value) -> None:
    """partial(f, ...)(...): what was kept goes in front; a keyword of the call takes the place of one that was kept."""
    pos, kw = s.tables[Callables].partials[value]
    if len(pos) + len(call.pos) > MAX_ARGUMENTS:  # a partial that, as far as is known, holds itself
        s.widened["arguments of one partial"] = None
        return
    given = {name for name, _ in call.kw}
    kept = tuple(pair for pair in kw if pair[0] not in given or (pair[0] is None and pair not in call.kw))
    first = call.pos[:1] if is_partial_method(s, value) else ()  # the object
    s.watch(
        s.field(value, "func"), apply, call._replace(pos=(*first, *pos, *call.pos[len(first) :]), kw=kept + call.kw)
    )


def hash_arguments(s: State, call: Call) -> None:
    """A function with a cache: its arguments are hashed at each call."""
    inner = Call(call.site, NOWHERE, (), (), "operator")
    for var in (*(v for v, star in call.pos if not star), *(v for k, v in call.kw if k is not None)):
        s.watch(var, on_hashed, inner)


@sees(INST, CLASS)
def on_hashed(s: State, call: Call, value: Value) -> None:
    """One argument of a function with a cache."""
    special(s, value, "__hash__", call)


def call_instance(s: State, call: Call, value: Value) -> None:
    """An object with __call__."""
    cls = s.rows[value].cls
    found = classes.find(s, cls, "__call__")
    if isinstance(found, classes.Own):
        s.watch(found.var, bind_and_call, (value, cls, call))
    elif found is not None and classes.has_outside(s, cls, *DECORATING):
        for var, _ in call.pos[:1]:
            s.watch(var, as_decorator, (value, call.dst))
    elif found is not None:
        call_inherited(s, call, found.base, "__call__", value)
    classes.depends(s, cls, on_class_changed, (call,), value, "__call__")


def on_class_changed(s: State, data: tuple[Call], value: Value) -> None:
    """The bases of a class became known after one of its objects was called."""
    call_instance(s, data[0], value)
