"""functools.singledispatch: the implementation is chosen by the class of the first argument, along its resolution
order; the default runs where none fits.

Asked when nothing else is going on, and again for all values that came by when a further implementation is registered.
A value of which nothing is known may take any of them.
"""

from __future__ import annotations

from code_path_audit.callgraph.heap import classes
from code_path_audit.callgraph.language.narrowing import builtin_class
from code_path_audit.callgraph.library.type_names import meanings
from code_path_audit.callgraph.model import Evidence
from code_path_audit.callgraph.solver.abstract_values import CLASS, CLASSM, EXT, FUNC, INST, PARTIAL, STATIC, XINST
from code_path_audit.callgraph.solver.ids import Value, Var
from code_path_audit.callgraph.solver.state import Call, State
from code_path_audit.facts.rows import Type

ANY = None
"""What stands where it is not known which type an implementation is for."""

OBJECT = "builtins.object"


class Dispatchers:
    """Functions that choose among implementations."""

    def __init__(self) -> None:
        self.places: dict[Value, int] = {}
        """The place of the argument that decides: 1 where self is in front."""
        self.made: dict[Value, dict[tuple[Value | None, Value], None]] = {}
        """The implementations, each with the type that it is for."""
        self.asked: dict[Value, dict[tuple[Call, Value], None]] = {}
        """The calls, each with a value that decides."""
        self.chosen: dict[tuple[Call, Value], Var] = {}
        """What an implementation gets at a call: the values that are for it."""


def make(s: State, key: object, default: Var, place: int) -> Value:
    """A function that dispatches on the argument at a place."""
    dispatchers = s.tables[Dispatchers]
    made = s.of(PARTIAL, ("dispatch", key))
    dispatchers.places[made] = place
    s.flow(default, s.field(made, "func"))
    return made


def implement(s: State, made: Value, kind: Value | None, implementation: Value) -> None:
    """An implementation is registered."""
    dispatchers = s.tables[Dispatchers]
    if s.kinds[implementation] in (CLASSM, STATIC):
        implementation = s.rows[implementation].callable
    rows = dispatchers.made.setdefault(made, {})
    if (kind, implementation) not in rows:
        rows[kind, implementation] = None
        for asked in dispatchers.asked.get(made, ()):
            s.later(choose, (made, asked[0]), asked[1])


def implement_by_annotation(s: State, made: Value, implementation: Value) -> None:
    """The same, for the type of the argument that decides, as its annotation says it."""
    inner = s.rows[implementation].callable if s.kinds[implementation] in (CLASSM, STATIC) else implementation
    place = s.tables[Dispatchers].places[made]
    types: list[Value] = []
    if s.kinds[inner] == FUNC:
        params = s.facts[s.rows[inner].function].params
        if s.kinds[implementation] == STATIC:
            place = 0
        stated = params[place].annotation if place < len(params) else None
        types = types_of(s, stated, s.modules[s.rows[inner].function]) if stated is not None else []
    for kind in types:
        implement(s, made, kind, implementation)
    if not types:
        implement(s, made, ANY, implementation)


def types_of(s: State, stated: Type, module: str) -> list[Value]:
    """The classes that an annotation names."""
    if stated[0] == "or":
        return [value for part in stated[1] for value in types_of(s, part, module)]
    if stated[0] == "sub":
        return types_of(s, stated[1], module)
    if stated[0] == "none":
        return [s.of(EXT, "types.NoneType")]
    return [value for value in meanings(s, stated, module) if s.kinds[value] in (CLASS, EXT)]


def call(s: State, call: Call, made: Value) -> None:
    """Call a function that dispatches."""
    place = s.tables[Dispatchers].places[made]
    if any(star for _, star in call.pos[: place + 1]) or len(call.pos) <= place:
        on_nothing_known(s, (made, call))
        return
    s.watch(call.pos[place][0], on_argument, (made, call))
    s.when_empty(call.pos[place][0], on_nothing_known, (made, call))


def on_argument(s: State, data: tuple[Value, Call], value: Value) -> None:
    """One value that decides."""
    made, call = data
    s.tables[Dispatchers].asked.setdefault(made, {})[call, value] = None
    s.later(choose, data, value)


def on_nothing_known(s: State, data: tuple[Value, Call]) -> None:
    """Any implementation may be meant."""
    made, call = data
    unsure = call._replace(evidence=min(call.evidence, Evidence.LIKELY))
    s.watch(s.field(made, "func"), on_implementation, unsure)
    for _, implementation in s.tables[Dispatchers].made.get(made, ()):
        s.apply(s, unsure, implementation)


def on_implementation(s: State, call: Call, implementation: Value) -> None:
    """One implementation."""
    s.apply(s, call, implementation)


def choose(s: State, data: tuple[Value, Call], value: Value) -> None:
    """The implementation for one value, as far as is known now."""
    made, call = data
    rows = s.tables[Dispatchers].made.get(made, {})
    order = order_of(s, value)
    if order is None:
        choose_any(s, data, value)
        return
    s.steps += len(rows)
    places = {kind: index for index, kind in reversed(list(enumerate(order)))}
    fitting = [(places[name], one) for kind, one in rows if kind is not ANY and (name := key(s, kind)) in places]
    if not fitting:
        fitting = [(0, one) for kind, one in rows if kind is not ANY and is_structural(s, value, kind)]
    best = min((place for place, _ in fitting), default=None)
    if best is None and s.kinds[value] == XINST and not s.stubs.mro(s.rows[value].dotted):
        choose_any(s, data, value)
        return
    for place, one in fitting:
        if place == best:
            run(s, call, one, value, made)
    for one in (one for kind, one in rows if kind is ANY):
        run(s, call._replace(evidence=min(call.evidence, Evidence.LIKELY)), one, value, made)
    if best is None:
        for one in s.holds(s.field(made, "func")):
            run(s, call, one, value, made)


def choose_any(s: State, data: tuple[Value, Call], value: Value) -> None:
    """A value of which nothing is known: each implementation takes it for one of its type."""
    made, call = data
    unsure = call._replace(evidence=min(call.evidence, Evidence.LIKELY))
    for one in s.holds(s.field(made, "func")):
        run(s, unsure, one, value, made)
    for kind, one in s.tables[Dispatchers].made.get(made, ()):
        if kind is ANY:
            run(s, unsure, one, value, made)
        elif s.kinds[kind] == CLASS:
            run(s, unsure, one, s.of(INST, kind, 0), made)
        else:
            run(s, unsure, one, s.instance(s.rows[kind].dotted), made)


def run(s: State, call: Call, implementation: Value, value: Value, made: Value) -> None:
    """An implementation runs with one more value."""
    dispatchers = s.tables[Dispatchers]
    place = dispatchers.places[made]
    var = dispatchers.chosen.get((call, implementation))
    if var is None:
        var = dispatchers.chosen[call, implementation] = s.variable()
        pos = (*call.pos[:place], (var, False), *call.pos[place + 1 :])
        s.apply(s, call._replace(pos=pos), implementation)
    s.add(var, value)


def key(s: State, kind: Value) -> Value | str:
    """A class in a resolution order: one from outside by its name."""
    return str(s.rows[kind].dotted) if s.kinds[kind] == EXT else kind


def order_of(s: State, value: Value) -> list[Value | str] | None:
    """The classes of a value in their order; None where that is not known."""
    if s.kinds[value] == INST:
        out: list[Value | str] = []
        for entry in classes.order(s, s.rows[value].cls):
            out += s.stubs.mro(s.rows[entry].dotted) or [key(s, entry)] if s.kinds[entry] == EXT else [entry]
        return [*out, OBJECT]
    dotted = builtin_class(s, value)
    if dotted is None:
        return [OBJECT] if s.kinds[value] == FUNC else None
    return [*(s.stubs.mro(dotted) or [dotted]), OBJECT]


def is_structural(s: State, value: Value, kind: Value) -> bool:
    """Whether an implementation is for a protocol that an object of the source has without saying so."""
    if s.kinds[value] != INST or s.kinds[kind] != EXT:
        return False
    module, _, name = str(s.rows[kind].dotted).rpartition(".")
    methods = STRUCTURAL.get(name, ()) if module in ("typing", "collections.abc", "_collections_abc") else ()
    return bool(methods) and all(classes.find(s, s.rows[value].cls, each) is not None for each in methods)


STRUCTURAL = {
    "Iterable": ("__iter__",), "Iterator": ("__iter__", "__next__"), "Sized": ("__len__",),
    "Container": ("__contains__",), "Collection": ("__len__", "__iter__", "__contains__"), "Callable": ("__call__",),
    "Reversible": ("__reversed__",), "Awaitable": ("__await__",), "AsyncIterable": ("__aiter__",),
    "AsyncIterator": ("__aiter__", "__anext__"),
}  # fmt: skip
"""Abstract classes that take any object for theirs which has these methods."""
