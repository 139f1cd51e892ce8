"""Calls of functions of the source, each in its context; calls with something in front, and calls back from outside.

Context: a function is read once for each value of its key parameter (`FunctionFacts.key_params`: a parameter that it
calls, returns, or that a function inside it captures), so that wrappers, decorators and factories keep apart what goes
through them. Assumes that such a function is reached with few different values; past `MAX_CONTEXTS` the rest share one.
"""

from __future__ import annotations

from typing import NamedTuple

from code_path_audit.callgraph.functions.arguments import argument_for, bind_arguments
from code_path_audit.callgraph.functions.contexts import (
    KEYABLE,
    MANY_SMALL,
    MAX_KEYS,
    NO_KEY,
    SMALL,
    is_apart,
    is_of_rows,
    naming_params,
    stored_under,
)  # fmt: skip
from code_path_audit.callgraph.heap import classes
from code_path_audit.callgraph.model import Evidence
from code_path_audit.callgraph.solver.abstract_values import (
    BMETHOD,
    CALLABLES,
    CLASS,
    CLASSM,
    CORO,
    CTX,
    CTXFUNC,
    EXT,
    FUNC,
    GEN,
    INST,
    PARTIAL,
    STATIC,
    STR,
    XMETHOD,
    XRES,
)
from code_path_audit.callgraph.solver.ids import NOTHING, NOWHERE, Activation, Function, Site, Value, Var
from code_path_audit.callgraph.solver.points_to import sees
from code_path_audit.callgraph.solver.state import Call, Context, State
from code_path_audit.facts.function import FunctionFacts
from code_path_audit.facts.schemas import READERS

# contexts

MAKING = (".__init__", ".__init_subclass__")
"""What sets the fields of objects and of classes runs once for each class, however many share it."""


BY_NAME = {".__getattr__": 2, ".__getattribute__": 2, ".__setattr__": 3}
"""What is asked for an attribute by its name runs once for each name: a proxy hands each on to one of its target's.
With how many parameters each has."""


class Links:
    """Calls that are bound to activations."""

    def __init__(self) -> None:
        self.done: set[tuple[Call, Value, Value | None, Activation, Value]] = set()
        """So that each is bound once."""
        self.alongside: dict[Value, Var] = {}
        """What else runs where a function is called."""
        self.injected: dict[Value, Var] = {}
        """What a framework runs before a function that it calls back, for its arguments."""


def invoke(s: State, call: Call, function: Value, first: Value | None) -> None:
    """Call a function; `first` is what it is bound to."""
    links = s.tables[Links]
    facts = s.facts[s.rows[function].function]
    if links.alongside and function in links.alongside:
        s.watch(links.alongside[function], on_alongside, (call, first))
    if call.kind == "callback" and function in links.injected:
        s.watch(links.injected[function], on_injected, call)
    context: Context = ()
    if first is not None and s.kinds[first] == CLASS and facts.name.endswith(".__new__"):
        link(s, call, function, first, (first,), NO_KEY, NOTHING)
        return
    if first is not None and (facts.name.endswith(MAKING) or is_apart_object(s, first)):
        context = (first,)
    elif first is not None and s.kinds[first] == INST and is_of_rows(s, first, s.rows[function].function):
        context = (first,) if is_apart(s, function, (first,)) else ()
    for key in (1,) if first is not None and is_by_name(facts) else keys_of(s, facts, function):
        index = ~key if key < 0 else key
        if facts.params[index].kind in ("star", "starstar"):
            continue
        if index == 0 and first is not None:
            if key >= 0 and is_apart(s, function, (first,)):
                context = (first,)
            continue
        var = argument_for(call, facts, index, first is not None)
        if var is not None:
            data = (call, function, first, context, key)
            s.watch(var, on_key, (*data, var))
            s.when_empty(var, on_no_key, (*data, s.phase))
            return
    link(s, call, function, first, context, NO_KEY, NOTHING)


def keys_of(s: State, facts: FunctionFacts, function: Value) -> tuple[int, ...]:
    """The key parameters of a function, in their order; behind them those whose texts name what it stores."""
    if facts.name.rpartition(".")[2] in READERS:
        # for each kind of rows that it is given
        return (*facts.key_params, *range(1, len(facts.params)))
    if len(facts.params) < 2 or not (stored := stored_under(s, s.rows[function].function)):
        return facts.key_params
    return (*facts.key_params, *(index for index in stored if index not in facts.key_params))


def is_by_name(facts: FunctionFacts) -> bool:
    """Whether a function is asked for an attribute of its object."""
    return BY_NAME.get(facts.name[facts.name.rfind(".") :]) == len(facts.params)


def is_apart_object(s: State, value: Value) -> bool:
    """Whether an object is told apart from others of its class."""
    return s.kinds[value] == INST and s.rows[value].context != 0


def run_alongside(s: State, function: Value) -> Var:
    """The variable of what else runs where a function is called: context managers around it, other implementations."""
    links = s.tables[Links]
    var = links.alongside.get(function)
    if var is None:
        var = links.alongside[function] = s.variable()
    return var


def run_before(s: State, function: Value) -> Var:
    """The variable of what a framework runs before a function that it calls back."""
    links = s.tables[Links]
    var = links.injected.get(function)
    if var is None:
        var = links.injected[function] = s.variable()
    return var


def on_injected(s: State, call: Call, value: Value) -> None:
    """One function that gives an argument."""
    s.apply(s, Call(call.site, s.variable(), (), (), "callback", call.evidence), value)


def on_alongside(s: State, data: tuple[Call, Value | None], value: Value) -> None:
    """One thing that runs with a function: another one with the same arguments, or a context manager."""
    call, first = data
    kind = s.kinds[value]
    if kind == FUNC:
        invoke(s, call, value, first)
    elif kind == CTX:
        s.edge(Call(call.site, NOWHERE, (), (), "context"), s.rows[value].activation)
    elif kind == INST:
        for name in ("__enter__", "__exit__", "__aenter__", "__aexit__"):
            found = classes.find(s, s.rows[value].cls, name)
            if isinstance(found, classes.Own):
                inner = Call(call.site, NOWHERE, (), (), "context")
                s.watch(found.var, bind_and_call, (value, s.rows[value].cls, inner))


def as_decorator(s: State, data: tuple[Value, Var], value: Value) -> None:
    """A context manager decorates a function: it is entered around each call; the function stays what it is."""
    manager, dst = data
    s.add(dst, value)
    if s.kinds[value] == FUNC:
        s.add(run_alongside(s, value), manager)


def on_key(s: State, data: tuple[Call, Value, Value | None, Context, int, Var], value: Value) -> None:
    """One value of the key parameter: a context of its own, unless one call passes very many."""
    call, function, first, context, key, var = data
    index = ~key if key < 0 else key
    if len(s.pts[var] or ()) <= MAX_KEYS and (
        s.kinds[value] in CALLABLES
        or (s.kinds[value] == STR and is_naming(s, s.rows[function].function, index))
        or (key >= 0 and s.kinds[value] in KEYABLE and is_apart(s, function, (*context, index, value)))
    ):
        context = (*context, index, value)
    link(s, call, function, first, context, index, value)


def is_naming(s: State, fid: Function, index: int) -> bool:
    """Whether texts of a parameter keep apart what a function does: it is asked for an attribute of its object, or
    stores something under them."""
    return is_by_name(s.facts[fid]) or index in naming_params(s, fid)


def on_no_key(s: State, data: tuple[Call, Value, Value | None, Context, int, Evidence]) -> None:
    """Nothing is known of the key parameter; the callee is as sure as it was when the call was found."""
    call, function, first, context, _, phase = data
    link(s, call, function, first, context, NO_KEY, NOTHING, phase)


def link(s: State, call: Call, function: Value, first: Value | None, context: Context, key: int, value: Value,
         phase: Evidence | None = None) -> None:  # fmt: skip
    """Bind the arguments of a call to an activation, and its result to the call."""
    links = s.tables[Links]
    row = s.rows[function]
    fid, env = row.function, row.env
    if context and (fid, env, context) not in s.aids and s.contexts.get(fid, 0) >= s.max_contexts:
        limit = s.max_contexts * (MANY_SMALL if len(s.facts[fid].code) <= SMALL else 1)
        makes = len(context) == 1 and (s.facts[fid].name.endswith(MAKING) or is_apart_object(s, Value(context[0])))
        if not makes and s.contexts.get(fid, 0) >= limit:
            context = ()
            s.widened["contexts of one function"] = None
    aid = s.activate(fid, env, context)
    s.edge(call, aid, phase)
    done = (call, function, first, aid, value)
    if done in links.done:
        return
    links.done.add(done)
    facts = s.facts[fid]
    s.steps += 5 + len(call.pos) + len(facts.params)
    bind_arguments(s, call, facts, aid, first, key, value, s.defaults.get(function, {}))
    result(s, facts, aid, call.dst)


def result(s: State, facts: FunctionFacts, aid: Activation, dst: Var) -> None:
    """What calling an activation gives."""
    if not dst:
        return
    if facts.is_generator:
        s.add(dst, s.of(GEN, aid))
    elif facts.is_async:
        s.add(dst, s.of(CORO, aid))
    else:
        s.flow(s.a_return[aid], dst)


# with something in front


def apply_with(s: State, data: tuple[Call, Value], value: Value) -> None:
    """Call one value with a first argument in front."""
    call, first = data
    s.answer(call.site)
    if s.kinds[value] == FUNC:
        invoke(s, call, value, first)
        return
    var = s.variable()
    s.add(var, first)
    s.apply(s, Call(call.site, call.dst, ((var, False), *call.pos), call.kw, call.kind, call.evidence), value)


def bind_and_call(s: State, data: tuple[Value, Value, Call], value: Value) -> None:
    """A class attribute that is called at once as a method: special methods."""
    base, cls, call = data
    kind = s.kinds[value]
    if kind in (FUNC, CTXFUNC):
        s.apply(s, call, s.bound_method(value, base))
    elif kind == CLASSM:
        s.apply(s, call, s.bound_method(s.rows[value].callable, cls))
    elif kind == STATIC:
        s.apply(s, call, s.rows[value].callable)
    else:
        s.apply(s, call, value)


def call_own(s: State, base: Value, cls: Value, name: str, call: Call) -> bool:
    """Call a method of a value at once: whether a class of the source in the order of its class has it."""
    found = classes.find(s, cls, name)
    if not isinstance(found, classes.Own):
        return False
    s.watch(found.var, bind_and_call, (base, cls, call))
    return True


class PartialMethod(NamedTuple):
    """The key of a partial that a class has as a method: where it is made."""

    site: Site


def is_partial_method(s: State, value: Value) -> bool:
    """Whether a partial takes what it is bound to in front of what it keeps."""
    return isinstance(s.rows[value].key, PartialMethod)


def call_bound(s: State, call: Call, target: Value, first: Value) -> None:
    """A bound method."""
    kind = s.kinds[target]
    if kind == FUNC:
        invoke(s, call, target, first)
    elif kind == CTXFUNC:
        call_context_function(s, call, s.rows[target].callable, first)
    else:
        apply_with(s, (call, first), target)


def call_context_function(s: State, call: Call, target: Value, first: Value | None) -> None:
    """A @contextmanager function: its result is a context manager over its generator."""
    made = s.variable()
    inner = Call(call.site, made, call.pos, call.kw, call.kind, call.evidence)
    if s.kinds[target] == FUNC:
        invoke(s, inner, target, first)
    elif first is not None:
        call_bound(s, inner, target, first)
    else:
        s.apply(s, inner, target)
    s.watch(made, on_context_generator, call.dst)


def on_context_generator(s: State, dst: Var, value: Value) -> None:
    """The generator behind a context manager."""
    s.add(dst, s.of(CTX, s.rows[value].activation) if s.kinds[value] == GEN else value)


# callbacks


@sees(*CALLABLES, INST, BMETHOD)
def call_back(s: State, data: tuple[Site, tuple[Var, ...]], value: Value) -> None:
    """Code outside the source calls a value of the source, from a call site, with these arguments."""
    site, args = data
    if s.kinds[value] in CALLABLES or s.kinds[value] in (INST, BMETHOD):
        s.apply(s, Call(site, NOWHERE, tuple((var, False) for var in args), (), "callback"), value)


@sees(*CALLABLES, INST, BMETHOD, EXT, XMETHOD, XRES)
def call_back_into(s: State, data: tuple[Site, tuple[Var, ...], Var], value: Value) -> None:
    """Like `call_back`, with a variable for the result."""
    site, args, dst = data
    called_back(s, Call(site, dst, tuple((var, False) for var in args), (), "callback"), value)


@sees(*CALLABLES, INST, BMETHOD, EXT, XMETHOD, XRES)
def call_back_unpacking(s: State, data: tuple[Site, Var, Var], value: Value) -> None:
    """Like `call_back_into`, with the elements of what a variable holds as arguments."""
    site, args, dst = data
    called_back(s, Call(site, dst, ((args, True),), (), "callback"), value)


def called_back(s: State, call: Call, value: Value) -> None:
    """One value that code outside calls: a callback, but a plain call of what lies outside itself."""
    kind = s.kinds[value]
    if kind in CALLABLES or kind in (INST, BMETHOD) or (kind == XMETHOD and s.kinds[s.rows[value].receiver] == PARTIAL):
        s.apply(s, call, value)
    elif kind in (EXT, XMETHOD, XRES):
        s.apply(s, call._replace(kind="call"), value)
