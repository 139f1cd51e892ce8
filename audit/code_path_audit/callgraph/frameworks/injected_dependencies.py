"""What FastAPI injects into a handler: dependencies, theirs, and those that routers and the application declare.

A dependency stands as the default of a parameter (`db=Depends(get_db)`), in its annotation
(`db: Annotated[Session, Depends(get_db)]`, or an alias of that), or in a list beside routes (`dependencies=[...]`).
What it gives reaches the parameter; it runs once for a request, as FastAPI keeps it, and is a further entry point.
Functions, generators, classes and objects that can be called are followed; overrides of tests are not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import NamedTuple

from code_path_audit.callgraph.frameworks.loading import ROUTERS
from code_path_audit.callgraph.frameworks.pytest_fixtures import fixture, is_given_fixtures
from code_path_audit.callgraph.frameworks.reading import loaded
from code_path_audit.callgraph.functions.arguments import argument
from code_path_audit.callgraph.functions.invocation import run_before
from code_path_audit.callgraph.heap import classes
from code_path_audit.callgraph.library.type_names import meanings
from code_path_audit.callgraph.solver.abstract_values import BOUND, CLASS, FUNC, INST, XINST
from code_path_audit.callgraph.solver.ids import BEFORE, NO_CLASS, Activation, Site, Value, Var
from code_path_audit.callgraph.solver.points_to import sees
from code_path_audit.callgraph.solver.state import Call, State
from code_path_audit.facts import opcodes as op
from code_path_audit.facts.annotations import INJECTING, type_of_name
from code_path_audit.facts.function import FunctionFacts
from code_path_audit.facts.rows import CallSite, Type
from code_path_audit.program.imports import imports_any
from code_path_audit.program.register_names import Names

MARKER = "fastapi.params.Depends"

Entry = tuple[str, Value, Value]
"""A further entry point: the name of a function, its value, the object that it is bound to."""

Step = Callable[[], object]
"""What is done for a dependency; each asks for further ones."""


class Dependencies:
    """What is known of calls of `Depends`."""

    def __init__(self) -> None:
        self.of: dict[Var, Value] = {}
        """By the variable of `Depends(f)`, its value."""
        self.given: dict[Value, Var | None] = {}
        """By that value, the variable of what it was given; None for `Depends()`."""
        self.routing: tuple[Routing, ...] | None = None
        """What all modules say of routers, once somebody asked."""
        self.decorators: dict[tuple[str, int], dict[str, list[CallSite]]] = {}
        self.names: dict[tuple[str, int], Names] = {}
        """The calls that made decorators, by the name of what has them, and what registers stand for: of what is around
        handlers, a module and a number."""


class Routing(NamedTuple):
    """A call that makes a router or an application of FastAPI, or that includes one in another: the `texts` of the
    dependencies that it declares, the keys of the `routers` that it makes or includes, and of what it puts `around`
    them."""

    module: str
    texts: tuple[str, ...]
    is_application: bool
    routers: frozenset[str] = frozenset()
    around: tuple[str, ...] = ()


class Gathered(NamedTuple):
    """What was found of one handler: further entry points in order, and the variable of what each gives.

    `steps` says what is to be done for a dependency, once; `asked` are those that were asked for since somebody looked,
    each with its step: they may lead to one another over any number of hands, so none is done inside of another.
    """

    entries: dict[Entry, None]
    results: dict[Value, Var]
    steps: dict[Value, Step]
    asked: list[Step]

    def follow(self) -> None:
        """Does what was asked for, and what that asks for: each with all below it before the next."""
        waiting: list[Step] = []
        done: set[Step] = set()
        while True:
            waiting += reversed(self.asked)
            self.asked.clear()
            if not waiting:
                return
            step = waiting.pop()
            if step not in done:
                done.add(step)
                step()


def declare(s: State, call: Call, value: Value) -> bool:
    """Depends(get_db)"""
    function = s.a_function[call.site.activation]
    made = s.of(XINST, MARKER, (), (function, call.site.place))
    table = s.tables[Dependencies]
    table.of[call.dst] = made
    table.given[made] = argument(call, 0, "dependency")
    s.calls_external(call.site, "fastapi.Depends", call.kind)
    s.add(call.dst, made)
    return True


@sees(XINST)
def on_marker(s: State, dst: Var, value: Value) -> None:
    """Annotated[T, Depends(f)]: an alias of it stands for both."""
    if s.rows[value].dotted == MARKER:
        s.add(dst, value)


def dependencies(s: State, root: str, loads: bool = True) -> list[Entry]:
    """The dependencies of a handler, and theirs; what each gives reaches its parameter. `loads`: the modules that
    include the router of the handler are loaded for that, which nobody may do while values are followed."""
    gathered = Gathered({}, {}, {}, [])
    handler = s.function_value(root)
    if handler is not None:
        for text, module in beside(s, root):
            if loads:
                loaded(s, module)
            for value in meanings(s, type_of_name(text), module):
                result(s, value, gathered)
                gathered.follow()
        inject(s, handler, s.activate(s.rows[handler].function, s.rows[handler].env, ()), gathered)
        gathered.follow()
    return list(gathered.entries)


def fixtures(s: State, root: str) -> list[Entry]:
    """The fixtures of a test, and theirs; what each gives reaches its parameter."""
    gathered = Gathered({}, {}, {}, [])
    test = s.function_value(root)
    if test is not None and is_given_fixtures(s, s.rows[test].function):
        inject(s, test, s.activate(s.rows[test].function, s.rows[test].env, ()), gathered)
        gathered.follow()
    return list(gathered.entries)


def handles(s: State, handlers: Var) -> None:
    """Functions that a decorator of a route gets: where they are called back, what they depend on runs before."""
    s.watch(handlers, on_handler, None)


@sees(FUNC)
def on_handler(s: State, data: None, value: Value) -> None:
    """One handler; what it depends on is known when the modules around it were read."""
    s.later(on_read, data, value)


def on_read(s: State, data: None, value: Value) -> None:
    """The same, later."""
    for _, function, receiver in dependencies(s, s.names[s.rows[value].function], loads=False):
        s.add(run_before(s, value), s.bound_method(function, receiver) if receiver != NO_CLASS else function)


def inject(s: State, function: Value, here: Activation, gathered: Gathered) -> None:
    """The parameters of a function get what their dependencies give."""
    for index, var in injected(s, function, gathered):
        s.flow(var, s.a_base[here] + index)


def injected(s: State, function: Value, gathered: Gathered) -> Iterator[tuple[int, Var]]:
    """The parameters of a function that are injected, and the variable of what each gets."""
    row = s.rows[function]
    defaults = s.defaults.get(function, {})
    table = s.tables[Dependencies]
    takes_fixtures = is_given_fixtures(s, row.function)
    for index, param in enumerate(s.facts[row.function].params):
        marker = table.of.get(defaults[param.name]) if param.name in defaults else None
        stated = param.annotation
        found = list(declared(s, stated, s.modules[row.function])) if stated is not None else []
        given = fixture(s, row.function, param.name) if takes_fixtures else None
        if given is not None:
            found = [(given, True)]
        elif marker is not None:
            found = marked(s, marker, found)
        elif not any(is_marked for _, is_marked in found):
            continue
        else:
            found = [(value, True) for value, is_marked in found if is_marked]
        for value, _ in found:
            var = result(s, value, gathered)
            if var is not None:
                yield index, var


def declared(s: State, stated: Type, module: str) -> Iterator[tuple[Value, bool]]:
    """What an annotation leads to: classes, and what is injected (True)."""
    tag = stated[0]
    if tag == "or":
        for part in stated[1]:
            yield from declared(s, part, module)
    elif tag in ("name", "attr"):
        values = meanings(s, stated, module)
        plain = [(value, False) for value in values if s.kinds[value] == CLASS]
        markers = [value for value in values if value in s.tables[Dependencies].given]
        yield from plain
        for marker in markers:
            yield from marked(s, marker, plain)
    elif tag == "sub" and stated[1][-1] == "Annotated" and stated[2]:
        plain = list(declared(s, stated[2][0], module))
        yield from plain
        for extra in stated[2][1:]:
            if extra[0] == "sub" and extra[1][-1] in INJECTING:
                given = [value for part in extra[2] for value in meanings(s, part, module)]
                yield from ((value, True) for value in given)
                if not extra[2]:
                    yield from ((value, True) for value, _ in plain)


def marked(s: State, marker: Value, plain: list[tuple[Value, bool]]) -> list[tuple[Value, bool]]:
    """What a `Depends(...)` injects: what it was given, else the class that the annotation names."""
    given = s.tables[Dependencies].given[marker]
    if given is None:
        return [(value, True) for value, _ in plain]
    return [(value, True) for value in s.holds(given)]


def result(s: State, value: Value, gathered: Gathered) -> Var | None:
    """The variable of what a dependency gives; it is an entry point."""
    var = gathered.results[value] if value in gathered.results else _made(s, value, gathered)
    if var is not None:
        gathered.asked.append(gathered.steps[value])
    return var


def _made(s: State, value: Value, gathered: Gathered) -> Var | None:
    kind = s.kinds[value]
    if kind == FUNC:
        return of_function(s, value, NO_CLASS, gathered, value)
    if kind == CLASS:
        return of_class(s, value, gathered)
    if kind == INST:
        return of_method(s, value, s.rows[value].cls, "__call__", gathered)
    if kind == BOUND and s.kinds[s.rows[value].callable] == FUNC:
        return of_function(s, s.rows[value].callable, s.rows[value].receiver, gathered, value)
    return None


def of_function(s: State, function: Value, receiver: Value, gathered: Gathered, value: Value) -> Var:
    """What a function gives, or a generator yields."""
    row = s.rows[function]
    inner = s.activate(row.function, row.env, (receiver,) if receiver != NO_CLASS else ())
    var = s.a_yield[inner] if s.facts[row.function].is_generator else s.a_return[inner]
    gathered.results[value] = var
    gathered.steps[value] = partial(_enter, s, function, receiver, inner, gathered)
    return var


def _enter(s: State, function: Value, receiver: Value, inner: Activation, gathered: Gathered) -> None:
    gathered.entries[(s.names[s.rows[function].function], function, receiver)] = None
    inject(s, function, inner, gathered)


def of_method(s: State, value: Value, cls: Value, name: str, gathered: Gathered) -> Var | None:
    """What a method of an object of the source gives."""
    for method in classes.held(s, cls, name):
        if s.kinds[method] == FUNC:
            return of_function(s, method, value, gathered, value)
    return None


def of_class(s: State, cls: Value, gathered: Gathered) -> Var:
    """An object of a class, whose constructor is injected."""
    made = s.variable()
    gathered.results[cls] = made
    gathered.steps[cls] = partial(_construct, s, cls, made, gathered)
    return made


def _construct(s: State, cls: Value, made: Var, gathered: Gathered) -> None:
    words: tuple[tuple[str | None, Var], ...] = ()
    for init in classes.held(s, cls, "__init__"):
        if s.kinds[init] == FUNC:
            params = s.facts[s.rows[init].function].params
            words = tuple((params[index].name, var) for index, var in injected(s, init, gathered))
            entry = (s.names[s.rows[init].function], init, s.of(INST, cls, 0))
            # what the constructor is given comes before it
            gathered.asked.append(partial(gathered.entries.setdefault, entry))
    around = s.module_aids[s.modules[s.rows[cls].function]]
    s.apply(s, Call(Site(around, BEFORE), made, (), words, "construct"), cls)


# what stands beside routes


def beside(s: State, root: str) -> Iterator[tuple[str, str]]:
    """The dependencies that the decorator of a handler, its routers and the application declare: texts, and modules."""
    here, index = s.program.functions[root]
    functions = s.program.modules[here].functions
    around = functions[functions[index].parent]
    routers: set[str] = set()
    names = names_in(s, here, functions[index].parent)
    for site in made_decorators(s, here, functions[index].parent, functions[index].name.rpartition(".")[2]):
        yield from ((text, here) for text in listed(around, site))
        routers.update(names.receivers(site))
    declaring = routing(s)
    for _ in range(MAX_NESTED):
        more = {parent for row in declaring if not row.routers.isdisjoint(routers) for parent in row.around}
        if more <= routers:
            break
        routers |= more
    for row in declaring:
        if row.is_application or not row.routers.isdisjoint(routers):
            yield from ((text, row.module) for text in row.texts)


MAX_NESTED = 8
"""Routers within routers."""


def routing(s: State) -> tuple[Routing, ...]:
    """What all modules say of routers: read once, for all handlers."""
    table = s.tables[Dependencies]
    if table.routing is None:
        table.routing = tuple(row for module in sorted(s.program.modules) for row in routing_of(s, module))
    return table.routing


def routing_of(s: State, module: str) -> Iterator[Routing]:
    """The same of one module."""
    facts = s.program.modules[module]
    if not imports_any(facts, ("fastapi",)):
        return
    for function in facts.functions:
        sites = [site for site in function.sites if site.text.rpartition(".")[2] in ROUTERS]
        if not sites or function.kind not in ("module", "function"):
            continue
        names = Names(s.program, module, function)
        for site in sites:
            last, texts = site.text.rpartition(".")[2], tuple(listed(function, site))
            if last == "FastAPI":
                yield Routing(module, texts, True)
            elif last == "APIRouter":
                yield Routing(module, texts, False, frozenset(names.made_at(site)))
            else:
                given = next((a.reg for a in site.arguments if a.keyword in (None, "router")), None)
                included = frozenset(names.of(given)) if given is not None else frozenset()
                yield Routing(module, texts, False, included, tuple(names.receivers(site)))


def listed(around: FunctionFacts, site: CallSite) -> Iterator[str]:
    """dependencies=[Depends(verify)]: what is injected, as written."""
    given = next((a.reg for a in site.arguments if a.keyword == "dependencies"), None)
    if given is None:
        return
    calls = {row[1]: row for row in around.code if row[0] == op.CALL}
    for row in around.code:
        if row[0] in (op.LIST, op.TUPLE) and row[1] == given:
            for element in row[2]:
                inner = around.sites[calls[element][5]] if element in calls else None
                if inner is not None and inner.text.rpartition(".")[2] in INJECTING:
                    yield from (a.text for a in inner.arguments[:1] if a.shape in ("name", "attribute"))


def made_decorators(s: State, module: str, around: int, name: str) -> list[CallSite]:
    """The calls that made the decorators of a function in a function, a class or a module, by the number of that:
    @router.get(...)"""
    known = s.tables[Dependencies].decorators
    if (module, around) not in known:
        found = known[module, around] = {}
        facts = s.program.modules[module].functions[around]
        calls = {row[1]: row for row in facts.code if row[0] == op.CALL}
        for row in calls.values():
            site = facts.sites[row[5]]
            if site.kind == "decorator" and site.arguments and row[2] in calls:
                found.setdefault(site.arguments[0].text, []).append(facts.sites[calls[row[2]][5]])
    return known[module, around].get(name, [])


def names_in(s: State, module: str, around: int) -> Names:
    """What the registers of a function, a class or a module stand for, by its number."""
    known = s.tables[Dependencies].names
    if (module, around) not in known:
        known[module, around] = Names(s.program, module, s.program.modules[module].functions[around])
    return known[module, around]
