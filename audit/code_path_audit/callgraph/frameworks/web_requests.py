"""What runs around a handler of Flask, FastAPI and their like: hooks of requests, middleware, dependencies.

An entry point with a decorator that names a path (`@app.get("/orders")`) is a handler. Beside it run the functions that
the program registers for each request, and the dependencies that stand as defaults of its parameters
(`Depends(get_db)`): these are further entry points, and what a dependency gives reaches the parameter. Hooks of a
blueprint run for the handlers of its module alone. Assumes that decorators are called as their frameworks call them;
dependencies within `Annotated` are not followed (edges too few).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from code_path_audit.callgraph.heap.modules import load
from code_path_audit.callgraph.solver.abstract_values import FUNC
from code_path_audit.callgraph.solver.ids import NO_CLASS, NO_SITE, Activation, Value, Var
from code_path_audit.callgraph.solver.state import Call, State
from code_path_audit.facts.function import FunctionFacts

HANDLING = frozenset((
    "get", "post", "put", "patch", "delete", "head", "options", "route", "api_route", "websocket", "task",
    "shared_task", "actor",
))  # fmt: skip
"""Decorators of what a process runs again and again."""

AROUND = frozenset((
    "before_request", "before_app_request", "after_request", "after_app_request", "context_processor",
    "app_context_processor", "middleware", "url_value_preprocessor",
))  # fmt: skip
"""Decorators of what runs for each request."""

PACKAGES = ("flask", "quart", "fastapi", "starlette", "sanic", "litestar", "celery", "dramatiq", "huey")

DEPENDENCIES = frozenset(("Depends", "Security"))

Entry = tuple[str, Value, Value]


class Reading:
    """How bodies are read: `solve` sets it."""

    def __init__(self) -> None:
        self.begin: Callable[[State, Activation], None] = nothing


def nothing(_: State, __: Activation) -> None:
    """Before that is set."""


class Dependencies:
    """Defaults of parameters that are dependencies."""

    def __init__(self) -> None:
        self.of: dict[Var, Var] = {}
        """By the variable of `Depends(f)`, that of the function."""


def declare(s: State, call: Call, value: Value) -> bool:
    """Depends(get_db)"""
    if not call.pos or call.pos[0][1]:
        return False
    s.tables[Dependencies].of[call.dst] = call.pos[0][0]
    s.calls_external(call.site, "fastapi.Depends", call.kind)
    return True  # the parameter is never the default: it is what the dependency gives


def decorators(s: State, root: str) -> list[str]:
    """The decorators of a function, as the source writes them."""
    module, index = s.program.functions[root]
    functions = s.program.modules[module].functions
    facts = functions[index]
    if facts.parent < 0:
        return []
    return _above(functions[facts.parent], facts.name.rpartition(".")[2])


def _above(around: FunctionFacts, name: str) -> list[str]:
    return [
        site.text.removesuffix("()")
        for site in around.sites
        if site.kind == "decorator" and site.arguments and site.arguments[0].text == name
    ]


def is_handler(s: State, root: str) -> bool:
    """Whether a function answers requests, or messages, as its decorators say."""
    module = s.program.functions[root][0]
    imported = {name.partition(".")[0] for name in s.program.modules[module].header.imports}
    found = decorators(s, root)
    if imported.isdisjoint(PACKAGES) and not any("." in text for text in found):
        return False
    return any(("." in text and text.rpartition(".")[2] in HANDLING) or text == "shared_task" for text in found)


def dependencies(s: State, root: str) -> list[Entry]:
    """The dependencies of a handler, and theirs; what each gives reaches its parameter."""
    found: list[Entry] = []
    todo = [s.made.get(s.function(root))]
    seen: set[Value] = set()
    while todo:
        value = todo.pop()
        if value is None or value in seen or s.kinds[value] != FUNC:
            continue
        seen.add(value)
        fid, env = s.rows[value].function, s.rows[value].env
        params = [param.name for param in s.facts[fid].params]
        for name, default in s.defaults.get(value, {}).items():
            given = s.tables[Dependencies].of.get(default)
            for function in s.holds(given) if given is not None else ():
                if s.kinds[function] != FUNC:
                    continue
                inner = s.activate(s.rows[function].function, s.rows[function].env, ())
                here = s.activate(fid, env, ())
                facts = s.facts[s.rows[function].function]
                source = s.a_yield[inner] if facts.is_generator else s.a_return[inner]
                s.flow(source, s.a_base[here] + params.index(name))
                found.append((s.names[s.rows[function].function], function, NO_CLASS))
                todo.append(function)
    return found


def hooks(s: State, root: str) -> list[Entry]:
    """The functions that the program registers for each request."""
    here = s.program.functions[root][0]
    found: list[Entry] = []
    for module in sorted(s.program.modules):
        facts = s.program.modules[module]
        if {name.partition(".")[0] for name in facts.header.imports}.isdisjoint(PACKAGES):
            continue
        for index, function in enumerate(facts.functions):
            if function.kind != "function" or function.parent < 0:
                continue
            texts = _above(facts.functions[function.parent], function.name.rpartition(".")[2])
            for text in texts:
                owner, _, last = text.rpartition(".")
                if last in AROUND and owner and (owner.endswith("app") or "app" in last or module == here):
                    load(s, module, NO_SITE)
                    s.run(s.tables[Reading].begin)
                    found += _values(s, module, index)
    return found


def _values(s: State, module: str, index: int) -> Iterable[Entry]:
    return [
        (s.names[fid], value, NO_CLASS)
        for fid, value in s.made.items()
        if s.modules[fid] == module and s.indices[fid] == index and s.kinds[value] == FUNC
    ]
