"""What runs around a handler of Flask, FastAPI and their like: hooks of requests, middleware, dependencies.

An entry point with a decorator that names a path (`@app.get("/orders")`) is a handler. Beside it run the functions and
the middleware that the program registers for each request: these are further entry points. Hooks of a blueprint run for
the handlers of its module alone. Assumes that decorators are called as their frameworks call them. Injected: see
`injected_dependencies.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from code_path_audit.callgraph.frameworks import flask_login
from code_path_audit.callgraph.frameworks.injected_dependencies import Entry
from code_path_audit.callgraph.frameworks.loading import (
    ADDING,
    AROUND,
    FILTERS,
    FINDING_USERS,
    HANDLING,
    INSIDE,
    ROUTING,
    SERVING,
    TASKS,
)
from code_path_audit.callgraph.frameworks.reading import Reading, loaded
from code_path_audit.callgraph.frameworks.written_decorators import decorators, decorators_above, decorators_in
from code_path_audit.callgraph.heap import classes
from code_path_audit.callgraph.library.type_names import meanings
from code_path_audit.callgraph.solver.abstract_values import CLASS, EXT, FUNC, INST
from code_path_audit.callgraph.solver.ids import BEFORE, NO_CLASS, NOWHERE, Site, Value
from code_path_audit.callgraph.solver.state import Call, State
from code_path_audit.facts import opcodes as op
from code_path_audit.facts.annotations import type_of_name
from code_path_audit.facts.rows import CallSite
from code_path_audit.facts.templates import tree
from code_path_audit.program.imports import imports_any
from code_path_audit.program.register_names import Names

NEXT = "starlette.middleware.base.RequestResponseEndpoint"
"""What a middleware hands a request on to."""

BODIES = ("module", "function")
"""What is read for such calls."""


class Routed:
    """The functions and classes of the program that calls make answer at a path; None before they were looked for."""

    def __init__(self) -> None:
        self.names: frozenset[str] | None = None
        self.known: dict[Value, bool] = {}
        """Whether functions are what a framework runs for requests and messages."""


def routed(s: State) -> frozenset[str]:
    """The functions and classes that calls make answer: Route("/orders", orders), add_url_rule("/", view_func=index)"""
    table = s.tables[Routed]
    if table.names is None:
        found: set[str] = set()
        for module in sorted(s.program.modules):
            facts = s.program.modules[module]
            if not imports_any(facts, SERVING):
                continue
            for function in facts.functions:
                sites = [site for site in function.sites if is_routing(site)] if function.kind in BODIES else []
                if not sites:
                    continue
                names = Names(s.program, module, function)
                for site in sites:
                    for argument in site.arguments:
                        found.update(name for name in named_view(names, argument.reg) if name in s.program.functions)
        table.names = frozenset(found)
    return table.names


def is_routing(site: CallSite) -> bool:
    """Whether a call site says what answers at a path."""
    owner, _, last = site.text.rpartition(".")
    return last in ROUTING or (last in HANDLING and owner.endswith("web"))


def named_view(names: Names, reg: int) -> Iterator[str]:
    """What a register that is given as a handler names: a function, a class, or Orders.as_view("orders")."""
    row = names.made.get(reg)
    method = names.made.get(row[2]) if row is not None and row[0] == op.CALL else None
    yield from names.of(method[2] if method is not None and method[0] == op.ATTR and method[3] == "as_view" else reg)


def is_handler(s: State, root: str) -> bool:
    """Whether a function answers requests, or messages, as its decorators or calls say."""
    is_served = imports_any(s.program.modules[s.program.functions[root][0]], SERVING)
    if is_served and not routed(s).isdisjoint((root, root.rpartition(".")[0])):
        return True
    found = decorators(s, root)
    if not is_served and not any("." in text for text in found):
        return False
    return any(("." in text and text.rpartition(".")[2] in HANDLING) or text == "shared_task" for text in found)


def is_task(s: State, root: str) -> bool:
    """Whether a handler is one of messages: nothing of requests runs around it."""
    return any(text.rpartition(".")[2] in TASKS for text in decorators(s, root))


def is_served(s: State, value: Value) -> bool:
    """Whether a value is a function that a framework runs for a request of its own, or around each: it calls none of
    them for another. Tasks may be called wherever they are put together."""
    if s.kinds[value] != FUNC:
        return False
    known = s.tables[Routed].known
    if value not in known:
        name = s.names[s.rows[value].function]
        around = imports_any(s.program.modules[s.modules[s.rows[value].function]], SERVING) and any(
            owner and last in AROUND for owner, _, last in (text.rpartition(".") for text in decorators(s, name))
        )
        known[value] = around or (is_handler(s, name) and not is_task(s, name))
    return known[value]


def hooks(s: State, here: str, before: Iterable[str] = ()) -> list[Entry]:
    """The functions that the program registers for each request that a handler of a module answers; `before` are the
    modules of the decorators that stand before it."""
    logs_in = any(flask_login.PACKAGE in s.program.modules[module].header.imports for module in (here, *before))
    packages = {*SERVING, flask_login.PACKAGE} if logs_in else {*SERVING}
    found: list[Entry] = []
    served = [module for module in sorted(s.program.modules) if imports_any(s.program.modules[module], packages)]
    for module in sorted(set(served).union(*(s.program.modules[name].header.imports for name in served))):
        if module in s.program.modules:
            run_factories(s, module)
    for module in served:
        start(s, module)
        facts = s.program.modules[module]
        for index, function in enumerate(facts.functions):
            if function.kind != "function" or function.parent < 0:
                continue
            texts = decorators_above(s, module, function.parent, function.name.rpartition(".")[2])
            for text in texts:
                owner, _, last = text.rpartition(".")
                finds_user = last in FINDING_USERS and logs_in
                is_ours = owner.endswith("app") or "app" in last or module == here
                if not finds_user and not (last in AROUND and owner and is_ours):
                    continue
                loaded(s, module)
                entries = _values(s, module, index)
                found += entries
                if finds_user:
                    hand_user(s, entries)
                elif last == "middleware":
                    hand_next(s, entries)
        found += registered(s, module)
        add_filters(s, module)
        found += middleware(s, module)
    return found


APPLICATION = "flask.Flask"
ASGI = ("fastapi", "starlette")


def run_factories(s: State, module: str) -> None:
    """The functions of a module that define such functions in their bodies run before any request; what they are given
    and define them by is an application."""
    functions = s.program.modules[module].functions
    around = {function.parent for function in functions if function.kind == "function" and function.parent > 0}
    for index in sorted(around):
        function = functions[index]
        texts = [text.rpartition(".") for above in decorators_in(s, module, index).values() for text in above]
        owners = {owner for owner, _, last in texts if last in INSIDE}
        if function.kind != "function" or not owners:
            continue
        loaded(s, module)
        given = [(param.name, s.variable()) for param in function.params if param.name in owners]
        for _, var in given:
            s.add(var, s.instance(APPLICATION))
        before = Call(Site(s.module_aids[module], BEFORE), NOWHERE, (), tuple(given), "call")
        for _, value, _ in _values(s, module, index):
            s.apply(s, before, value)
        s.run(s.tables[Reading].begin)


STARTING = "lifespan"
"""What an application is told to run when it starts."""


def start(s: State, module: str) -> None:
    """What an application runs when it starts has run before any request: what it stores is there
    (`FastAPI(lifespan=open_store)`)."""
    for function in s.program.modules[module].functions if imports_any(s.program.modules[module], ASGI) else ():
        given = [
            argument.reg
            for site in (function.sites if function.kind in BODIES else ())
            for argument in site.arguments
            if argument.keyword == STARTING
        ]
        if not given:
            continue
        loaded(s, module)
        names = Names(s.program, module, function)
        for _, value, _ in (entry for reg in given for entry in named(s, names, reg)):
            s.apply(s, Call(Site(s.module_aids[module], BEFORE), NOWHERE, (), (), "call"), value)
        s.run(s.tables[Reading].begin)


def hand_user(s: State, entries: Iterable[Entry]) -> None:
    """Who is logged in is what the function gives that finds the user."""
    for _, function, _ in entries:
        row = s.rows[function]
        s.flow(s.a_return[s.activate(row.function, row.env, ())], flask_login.user(s))


def registered(s: State, module: str) -> list[Entry]:
    """The functions that a module registers for each request by a call: app.before_request(load_tenant)."""
    found: list[Entry] = []
    for function in s.program.modules[module].functions:
        if function.kind not in BODIES:
            continue
        sites = [
            site
            for site in function.sites
            if site.kind == "call" and site.arguments and site.text.rpartition(".")[2] in AROUND - {"middleware"}
        ]
        if sites:
            names = Names(s.program, module, function)
            for site in sites:
                found += named(s, names, site.arguments[0].reg)
    return found


def hand_next(s: State, entries: Iterable[Entry]) -> None:
    """A middleware is given what it hands a request on to."""
    for _, function, receiver in entries:
        row = s.rows[function]
        params = [param.name for param in s.facts[row.function].params]
        aid = s.activate(row.function, row.env, (receiver,) if receiver != NO_CLASS else ())
        for name in ("call_next", "next", "handler"):
            if name in params:
                s.add(s.a_base[aid] + params.index(name), s.of(EXT, NEXT))


def add_filters(s: State, module: str) -> None:
    """The filters that a module adds by a call, or puts into an environment: app.add_template_filter(money, "money"),
    app.jinja_env.filters["money"] = money. A factory that does so runs before any request."""
    for function in s.program.modules[module].functions:
        if function.kind not in BODIES:
            continue
        tables = {row[1] for row in function.code if row[0] == op.ATTR and row[3] == "filters"}
        puts = [row for row in function.code if row[0] == op.STORE_ITEM and row[1] in tables]
        adds = [site for site in function.sites if site.text.rpartition(".")[2] in FILTERS and site.arguments]
        if not (puts or adds):
            continue
        names = Names(s.program, module, function)
        given = [(names.texts[row[2]], row[3]) for row in puts if row[2] in names.texts]
        for site in adds:
            text = next((a.text for a in site.arguments[1:2] if a.shape == "literal"), "")
            given.append((text.strip("'\""), site.arguments[0].reg))
        for text, reg in given:
            for name, value, _ in named(s, names, reg):
                own = text or name.rpartition(".")[2]
                s.add(s.field(s.of(EXT, tree.MODULE), f"filter:{own}"), value)


def middleware(s: State, module: str) -> list[Entry]:
    """The classes that a module adds as middleware: app.add_middleware(Timing), Middleware(Timing)."""
    found: list[Entry] = []
    for function in s.program.modules[module].functions:
        if function.kind not in BODIES:
            continue
        for site in function.sites:
            if site.text.rpartition(".")[2] not in ADDING or not site.arguments:
                continue
            loaded(s, module)
            for cls in meanings(s, type_of_name(site.arguments[0].text), module):
                if s.kinds[cls] == CLASS:
                    found += of_class(s, cls)
    hand_next(s, found)
    return found


def of_class(s: State, cls: Value) -> list[Entry]:
    """The method that runs for each request of a class that is middleware."""
    for name in ("dispatch", "__call__"):
        method = classes.find(s, cls, name)
        if isinstance(method, classes.Own):
            made = s.of(INST, cls, 0)
            s.constructed[cls] = None
            return [(s.names[s.rows[v].function], v, made) for v in s.holds(method.var) if s.kinds[v] == FUNC]
    return []


def named(s: State, names: Names, reg: int) -> Iterator[Entry]:
    """The functions of the program that a register names; their modules are loaded."""
    for name in names.of(reg):
        if name in s.program.functions:
            module, index = s.program.functions[name]
            loaded(s, module)
            yield from _values(s, module, index)


def _values(s: State, module: str, index: int) -> list[Entry]:
    return [
        (s.names[fid], value, NO_CLASS)
        for fid, value in s.made.items()
        if s.modules[fid] == module and s.indices[fid] == index and s.kinds[value] == FUNC
    ]
