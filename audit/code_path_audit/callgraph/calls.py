"""Calls of values: functions in their contexts, bound methods, classes, objects, partials.

Context: a function is read once for each value of its key parameter (`FunctionFacts.key_params`: a parameter that it
calls, returns, or that a function inside it captures), so that wrappers, decorators and factories keep apart what goes
through them. Assumes that such a function is reached with few different values; past `MAX_CONTEXTS` the rest share one.
"""

from __future__ import annotations


from code_path_audit.callgraph import classes, containers
from code_path_audit.callgraph.attributes import bind_and_call
from code_path_audit.callgraph.state import Call, State
from code_path_audit.callgraph.values import (
    BMETHOD, BOUND, BOX, CALLABLES, CLASS, CLASSM, CORO, CTX, CTXFUNC, EXT, FUNC, GEN, INST, INT, PARTIAL, STATIC, STR,
    UNKNOWN, XINST, XMETHOD, XRES,
)  # fmt: skip
from code_path_audit.facts.model import FunctionFacts

MAX_CONTEXTS = 48
MAX_DATA_CONTEXTS = 12
"""Objects and containers keep apart less than callables do, and there are more of them."""

KEYABLE = frozenset((FUNC, CLASS, BOUND, PARTIAL, CTXFUNC, INST, EXT, XMETHOD, BOX))


def apply(s: State, call: Call, value: int) -> None:
    """Call one value."""
    kind = s.kinds[value]
    row = s.rows[value]
    if kind != UNKNOWN:
        s.answered.add((call.aid, call.site))
    if kind == FUNC:
        invoke(s, call, value, None)
        if value in s.faces:
            from code_path_audit.callgraph.externals import fire  # noqa: PLC0415

            for face in s.faces[value]:
                fire(s, face, call.aid, call.site, call.dst)
    elif kind == BOUND:
        call_bound(s, call, row[1], row[2])
    elif kind == CLASS:
        construct(s, call, value)
    elif kind == INST:
        call_instance(s, call, value)
    elif kind == BMETHOD:
        containers.method(s, value, call)
    elif kind in (EXT, XMETHOD, XRES, XINST):
        from code_path_audit.callgraph.externals import call_outside  # noqa: PLC0415

        call_outside(s, call, value)
    elif kind == PARTIAL:
        pos, kw = s.partials[value]
        merged = Call(call.aid, call.site, call.dst, pos + call.pos, kw + call.kw, call.kind)
        s.watch(s.field(value, "func"), apply, merged)
    elif kind == CTXFUNC:
        call_context_function(s, call, row[1], None)
    elif kind in (STATIC, CLASSM):
        apply(s, call, row[1])
    elif kind == UNKNOWN:
        s.guesses.append((call, value))


def apply_with(s: State, data: tuple[Call, int], value: int) -> None:
    """Call one value with a first argument in front."""
    call, first = data
    s.answered.add((call.aid, call.site))
    if s.kinds[value] == FUNC:
        invoke(s, call, value, first)
        return
    var = s.variable()
    s.add(var, first)
    apply(s, Call(call.aid, call.site, call.dst, ((var, False), *call.pos), call.kw, call.kind), value)


def call_bound(s: State, call: Call, target: int, first: int) -> None:
    """A bound method."""
    kind = s.kinds[target]
    if kind == FUNC:
        invoke(s, call, target, first)
    elif kind == CTXFUNC:
        call_context_function(s, call, s.rows[target][1], first)
    else:
        apply_with(s, (call, first), target)


def call_instance(s: State, call: Call, value: int) -> None:
    """An object with __call__."""
    cls = s.rows[value][1]
    found = classes.find(s, cls, "__call__")
    if found is not None and found[0] == "own":
        s.watch(found[2], bind_and_call, (value, cls, call))
    elif found is not None:
        from code_path_audit.callgraph.externals import call_inherited  # noqa: PLC0415

        call_inherited(s, call, found[1], "__call__", value)
    classes.depends(s, cls, on_class_changed, (call,), value)


def on_class_changed(s: State, data: tuple[Call], value: int) -> None:
    """The bases of a class became known after one of its objects was called."""
    call_instance(s, data[0], value)


def call_context_function(s: State, call: Call, target: int, first: int | None) -> None:
    """A @contextmanager function: its result is a context manager over its generator."""
    made = s.variable()
    inner = Call(call.aid, call.site, made, call.pos, call.kw, call.kind)
    if s.kinds[target] == FUNC:
        invoke(s, inner, target, first)
    elif first is not None:
        call_bound(s, inner, target, first)
    else:
        apply(s, inner, target)
    s.watch(made, on_context_generator, call.dst)


def on_context_generator(s: State, dst: int, value: int) -> None:
    """The generator behind a context manager."""
    s.add(dst, s.of(CTX, s.rows[value][1]) if s.kinds[value] == GEN else value)


# functions


def invoke(s: State, call: Call, function: int, first: int | None) -> None:
    """Call a function; `first` is what it is bound to."""
    facts = s.facts[s.rows[function][1]]
    context: tuple = ()
    for key in facts.key_params:
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
            s.watch(var, on_key, data)
            s.if_empty.append((var, on_no_key, data))
            return
    link(s, call, function, first, context, -1, 0)


def argument_for(call: Call, facts: FunctionFacts, index: int, bound: bool) -> int | None:
    """The variable that a call passes for a parameter, None where that is not told by position or name."""
    position = index - bound
    if facts.params[index].kind in ("pos", "normal") and position < len(call.pos):
        var, star = call.pos[position]
        return None if star or any(row[1] for row in call.pos[:position]) else var
    name = facts.params[index].name
    for keyword, var in call.kw:
        if keyword == name:
            return var
    return None


def on_key(s: State, data: tuple[Call, int, int | None, tuple, int], value: int) -> None:
    """One value of the key parameter: a context of its own."""
    call, function, first, context, key = data
    index = ~key if key < 0 else key
    if s.kinds[value] in CALLABLES:
        context = (*context, index, value)
    elif key >= 0 and s.kinds[value] in KEYABLE and is_apart(s, function, (*context, index, value)):
        context = (*context, index, value)
    link(s, call, function, first, context, index, value)


def is_apart(s: State, function: int, context: tuple) -> bool:
    """Whether an object or a container still gets a context of its own."""
    _, fid, env = s.rows[function]
    if (fid, env, context) in s.aids:
        return True
    s.data_contexts[fid] = s.data_contexts.get(fid, 0) + 1
    return s.data_contexts[fid] <= MAX_DATA_CONTEXTS


def on_no_key(s: State, data: tuple[Call, int, int | None, tuple, int], _: int) -> None:
    """Nothing is known of the key parameter."""
    call, function, first, context, index = data
    link(s, call, function, first, context, -1, 0)


def link(s: State, call: Call, function: int, first: int | None, context: tuple, key: int, value: int) -> None:
    """Bind the arguments of a call to an activation, and its result to the call."""
    _, fid, env = s.rows[function]
    if context and (fid, env, context) not in s.aids and s.contexts.get(fid, 0) >= MAX_CONTEXTS:
        context = ()
    aid = s.activate(fid, env, context)
    s.edge(call, aid)
    done = (call, function, first, aid, value)
    if done in s.linked:
        return
    s.linked.add(done)
    facts = s.facts[fid]
    bind_arguments(s, call, facts, aid, first, key, value, s.defaults.get(function, {}))
    result(s, facts, aid, call.dst)


def result(s: State, facts: FunctionFacts, aid: int, dst: int) -> None:
    """What calling an activation gives."""
    if not dst:
        return
    if facts.is_generator:
        s.add(dst, s.of(GEN, aid))
    elif facts.is_async:
        s.add(dst, s.of(CORO, aid))
    else:
        s.flow(s.a_return[aid], dst)


def star_box(s: State, aid: int, kind: str) -> int:
    """The tuple behind *args, or the dict behind **kwargs, of an activation."""
    return s.box("tuple" if kind == "star" else "dict", (kind, aid))


def bind_arguments(s: State, call: Call, facts: FunctionFacts, aid: int, first: int | None, key: int, value: int,
                   defaults: dict[str, int]) -> None:  # fmt: skip
    """Each argument to its parameter."""
    base = s.a_base[aid]
    positional = [i for i, p in enumerate(facts.params) if p.kind in ("pos", "normal")]
    by_name = {p.name: i for i, p in enumerate(facts.params) if p.kind in ("normal", "kwonly")}
    star = any(p.kind == "star" for p in facts.params)
    starstar = any(p.kind == "starstar" for p in facts.params)
    given: set[int] = set()
    place = 0
    if first is not None:
        if positional:
            s.add(base + positional[0], first)
            given.add(positional[0])
            place = 1
        elif star:
            var = s.variable()
            s.add(var, first)
            containers.put(s, star_box(s, aid, "star"), s.of(INT, 0), var)
    unpacked = False
    for var, is_star in call.pos:
        if is_star:
            unpacked = True
            s.watch(var, on_star, (aid, tuple(positional), place, star))
            continue
        if unpacked:
            for index in positional[place:]:
                s.flow(var, base + index)
            if star:
                containers.put(s, star_box(s, aid, "star"), None, var)
            continue
        if place < len(positional):
            index = positional[place]
            given.add(index)
            if index == key:
                s.add(base + index, value)
            else:
                s.flow(var, base + index)
        elif star:
            number = s.of(INT, place - len(positional))
            containers.put(s, star_box(s, aid, "star"), number, var)
        place += 1
    for keyword, var in call.kw:
        if keyword is None:
            unpacked = True
            rest = tuple((n, i) for n, i in by_name.items() if i not in given)
            s.watch(var, on_star_star, (aid, rest, starstar))
        elif keyword in by_name:
            index = by_name[keyword]
            given.add(index)
            if index == key:
                s.add(base + index, value)
            else:
                s.flow(var, base + index)
        elif starstar:
            containers.put(s, star_box(s, aid, "starstar"), s.of(STR, keyword), var)
    for name, var in defaults.items():
        index = next((i for i, p in enumerate(facts.params) if p.name == name), -1)
        if index >= 0 and index not in given:
            s.flow(var, base + index)


def on_star(s: State, data: tuple[int, tuple[int, ...], int, bool], value: int) -> None:
    """f(*value): elements by position where they are known."""
    aid, positional, place, star = data
    base = s.a_base[aid]
    if s.kinds[value] != BOX:
        element = s.variable()
        from code_path_audit.callgraph.protocols import on_iterate  # noqa: PLC0415

        on_iterate(s, (element, 0, -1, False), value)
        for index in positional[place:]:
            s.flow(element, base + index)
        if star:
            containers.put(s, star_box(s, aid, "star"), None, element)
        return
    for offset, index in enumerate(positional[place:]):
        containers.get(s, value, s.of(INT, offset), base + index)
    if star:
        out = star_box(s, aid, "star")
        shift = len(positional) - place
        known = [name for owner, name in s.fields if owner == value and name.startswith("=i:")]
        for name in known:
            number = int(name[3:])
            if number >= shift:
                s.flow(s.fields[value, name], containers.key_field(s, out, f"=i:{number - shift}"))
        containers.all_field(s, out)
        s.flow(s.field(value, "?"), s.field(out, "?"))
        if not known:
            s.flow(containers.all_field(s, value), s.field(out, "?"))


def on_star_star(s: State, data: tuple[int, tuple[tuple[str, int], ...], bool], value: int) -> None:
    """f(**value)"""
    aid, rest, starstar = data
    base = s.a_base[aid]
    if s.kinds[value] != BOX:
        return
    for name, index in rest:
        if s.facts[s.a_function[aid]].params[index].kind == "pos":
            continue
        containers.get(s, value, s.of(STR, name), base + index)
    if starstar:
        containers.merge(s, star_box(s, aid, "starstar"), value)


# classes


def construct(s: State, call: Call, cls: int) -> None:
    """C(...): __new__, then __init__; the call gives an instance."""
    s.constructed[cls] = None
    instance = s.of(INST, cls, 0)
    made = Call(call.aid, call.site, 0, call.pos, call.kw, "construct" if call.kind in ("call", "construct") else call.kind)
    meta = s.metaclass.get(cls)
    if meta is not None:
        s.watch(meta, on_metaclass_call, (call, cls))
    on_construct(s, (call, made), cls)
    new = classes.find(s, cls, "__new__")
    if new is None or new[0] != "own":
        s.add(call.dst, instance)
    classes.depends(s, cls, on_construct, (call, made), cls)


def on_construct(s: State, data: tuple[Call, Call], cls: int) -> None:
    """The part of a construction that the order of the class decides."""
    call, made = data
    instance = s.of(INST, cls, 0)
    new = classes.find(s, cls, "__new__")
    if new is not None and new[0] == "own":
        result_var = s.variable()
        new_call = Call(call.aid, call.site, result_var, made.pos, made.kw, made.kind)
        s.watch(new[2], apply_new, (new_call, cls))
        s.flow(result_var, call.dst)
        s.watch(result_var, on_new, (made, cls))
    else:
        initialize(s, made, instance, cls)
    if classes.is_record(s, cls):
        fill_record(s, call, instance, cls)
    post = classes.find(s, cls, "__post_init__") or classes.find(s, cls, "__attrs_post_init__")
    if post is not None and post[0] == "own":
        s.watch(post[2], bind_and_call, (instance, cls, Call(call.aid, call.site, 0, (), (), made.kind)))


def apply_new(s: State, data: tuple[Call, int], value: int) -> None:
    """__new__ is static, and gets the class."""
    if s.kinds[value] == STATIC:
        value = s.rows[value][1]
    apply_with(s, data, value)


def on_new(s: State, data: tuple[Call, int], value: int) -> None:
    """What __new__ returned is initialized if it is an instance of the class."""
    made, cls = data
    if s.kinds[value] == INST and cls in classes.order(s, s.rows[value][1]):
        s.constructed[s.rows[value][1]] = None
        initialize(s, made, value, s.rows[value][1])


def on_metaclass_call(s: State, data: tuple[Call, int], value: int) -> None:
    """A metaclass with __call__ takes over."""
    call, cls = data
    if s.kinds[value] == CLASS:
        found = classes.find(s, value, "__call__")
        if found is not None and found[0] == "own":
            s.watch(found[2], bind_and_call, (cls, value, call))


def initialize(s: State, made: Call, instance: int, cls: int) -> None:
    """__init__, of the source or from outside."""
    init = classes.find(s, cls, "__init__")
    if init is not None and init[0] == "own":
        s.watch(init[2], bind_and_call, (instance, cls, made))
    else:
        from code_path_audit.callgraph.externals import construct_outside  # noqa: PLC0415

        for outside in classes.outside_bases(s, cls):
            construct_outside(s, made, outside, instance)


def fill_record(s: State, call: Call, instance: int, cls: int) -> None:
    """The arguments of a dataclass (or its like) are its fields."""
    names = classes.record_fields(s, cls)
    for (var, star), name in zip(call.pos, names, strict=False):
        if star:
            break
        s.flow(var, s.field(instance, name))
    for keyword, var in call.kw:
        if keyword in names:
            s.flow(var, s.field(instance, str(keyword)))


# callbacks


def call_back(s: State, data: tuple[int, int, tuple[int, ...]], value: int) -> None:
    """Code outside the source calls a value of the source, from a call site, with these arguments."""
    aid, site, args = data
    if s.kinds[value] in CALLABLES or s.kinds[value] in (INST, BMETHOD):
        apply(s, Call(aid, site, 0, tuple((var, False) for var in args), (), "callback"), value)


def call_back_into(s: State, data: tuple[int, int, tuple[int, ...], int], value: int) -> None:
    """Like `call_back`, with a variable for the result."""
    aid, site, args, dst = data
    if s.kinds[value] in CALLABLES or s.kinds[value] in (INST, BMETHOD):
        apply(s, Call(aid, site, dst, tuple((var, False) for var in args), (), "callback"), value)
    elif s.kinds[value] in (EXT, XMETHOD, XRES):
        apply(s, Call(aid, site, dst, tuple((var, False) for var in args), (), "call"), value)


