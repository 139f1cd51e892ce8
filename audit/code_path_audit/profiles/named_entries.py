"""Entry points by the name that callers say: `route:GET /orders/{id}`, `command:export`, `task:send_invoice`.

They are read from what the modules of the program say at decorators and calls (facts alone, nothing is solved): routes
of Django, Flask, FastAPI, Starlette, aiohttp and their like, commands of click, Typer, argparse and Django, tasks of
Celery, RQ, Dramatiq, Huey and arq (those that no decorator declares: `named_work.py`). Assumes that paths, names and
prefixes are constants; what is composed at run time has no name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from code_path_audit.facts import generic_views
from code_path_audit.facts import opcodes as op
from code_path_audit.facts.opcodes import Row
from code_path_audit.facts.rest_views import marked
from code_path_audit.facts.rows import Argument, CallSite
from code_path_audit.profiles.named_work import WORKER, commands, tasks, text_at
from code_path_audit.profiles.route_prefixes import Prefixes, keyword, prefixes_of, text_of
from code_path_audit.program.imports import imports_any
from code_path_audit.program.model import Program
from code_path_audit.program.register_names import Names, canonical

KINDS_READ = ("module", "function", "class")
"""What declares something in its body; of classes those that answer requests by methods with paths."""

KINDS = ("route", "command", "task")
"""What stands before the colon."""

PACKAGES = frozenset((
    "django", "rest_framework", "flask", "quart", "fastapi", "starlette", "litestar", "aiohttp", "sanic", "bottle",
    "celery", "arq", "rq", "dramatiq", "huey", "click", "typer", "argparse", "ninja", "flask_restful", "falcon",
    "chalice", "aws_lambda_powertools",
))  # fmt: skip
"""Packages whose users declare what callers say."""

VERBS = {
    "get": "GET", "post": "POST", "put": "PUT", "patch": "PATCH", "delete": "DELETE", "head": "HEAD",
    "options": "OPTIONS", "route": "", "api_route": "", "websocket": "WS", "view": "",
}  # fmt: skip
"""Decorators, by the last part of their name, whose first argument is a path."""

ADDING = {
    "path": "", "re_path": "", "url": "", "add_url_rule": "", "add_api_route": "", "add_route": "", "Route": "",
    "add_get": "GET", "add_post": "POST", "add_put": "PUT", "add_patch": "PATCH", "add_delete": "DELETE",
    "add_view": "", "WebSocketRoute": "WS", "add_websocket_route": "WS", "add_api_websocket_route": "WS",
}  # fmt: skip
"""Calls that are given a path and a function."""

TABLE = ("web.", "aiohttp.web.")
"""Where functions that are named like verbs make a row of a table of routes: web.get("/orders", orders)."""

VIEWS = (None, "view_func", "view", "endpoint", "handler")
"""Where such a call is given its function."""

METHODS = frozenset(("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "*"))
"""What stands before the path where a call is given both: add_route("POST", "/orders", make)."""

ENQUEUED = {"enqueue": 0, "enqueue_call": 0, "enqueue_in": 1, "enqueue_at": 1}
"""Methods of a queue of RQ, by the position of the function that they are given."""

AFTER = frozenset(("add_task", "BackgroundTask"))
"""Calls that are given what runs behind the answer, in FastAPI and Starlette."""

TASKS = frozenset(("task", "shared_task", "periodic_task", "db_task", "actor", "job", "cron"))

CLASS_METHODS = ("dispatch", "get", "list", "retrieve", "get_queryset", "get_object", "get_context_data", "post")
"""Methods of a class that a route leads to, where no method of HTTP is asked for."""

SHARED_METHODS = tuple(name for name in CLASS_METHODS if name not in ("get", "list", "retrieve", "post"))
"""Those of them that answer no single method of HTTP: what a library's handler calls."""

VIEWSET = {
    "": {"GET": "list", "POST": "create"},
    "{pk}/": {"GET": "retrieve", "PUT": "update", "PATCH": "partial_update", "DELETE": "destroy"},
}
"""The routes of a viewset, below the path that it is registered for: the methods of HTTP, and those of the class."""

PARAMETER = re.compile(r"<(?:[\w.]+:)?(\w+)>|\{(\w+)(?::[^{}]*)?\}")

GROUP = re.compile(r"\(\?P<(\w+)>(?:[^()\[\]\\]|\\.|\[(?:[^\]\\]|\\.)*\]|\([^()]*\))*\)")
"""A parameter in a regular expression, with groups inside of it one deep: (?P<pk>[0-9]+)."""

MAX_NAME = 200
"""Characters of a name."""


class Named(NamedTuple):
    """Something that callers name: the kind, the method ("" for any), the path or name, and the function or class."""

    kind: str
    method: str
    name: str
    target: str


def is_named(text: str) -> bool:
    """Whether an entry point is a name that callers say."""
    kind, colon, rest = text.strip().partition(":")
    return bool(colon) and kind in KINDS and bool(rest)


def named(program: Program, text: str) -> list[str]:
    """The functions that an entry point of that form names, sorted."""
    return sorted({name for name, _ in asked(program, text)})


def asked(program: Program, text: str) -> Iterator[tuple[str, str]]:
    """The functions that an entry point of that form names, each with the method of HTTP that it is asked with: "" for
    any, and of what is no function by itself."""
    kind, _, rest = text.strip().partition(":")
    method, _, path = rest.strip().rpartition(" ") if kind == "route" else ("", "", rest.strip())
    wanted = same_path(path) if kind == "route" else path
    for row in declared(program):
        name = same_path(row.name) if kind == "route" else row.name
        if row.kind == kind and name == wanted and (not method or row.method in ("", method.upper())):
            for function in functions_of(program, row.target, method):
                yield function, (method.upper() or row.method) if function == row.target else ""


def names_like(program: Program, text: str) -> list[str]:
    """The names most like one that there is not."""
    from difflib import get_close_matches

    rows = [f"{row.kind}:{row.method} {row.name}".replace(": ", ":") for row in declared(program)]
    return get_close_matches(text, sorted(set(rows)), 3, 0.3)


def same_path(path: str) -> str:
    """A path as it is compared: parameters by name alone, no slash at the ends."""
    return PARAMETER.sub(lambda found: "{" + (found[1] or found[2]) + "}", readable(path)).strip("/^$")


def readable(path: str) -> str:
    """A path that is a regular expression as others write it: "/orders/<pk>/" for "^orders/(?P<pk>[0-9]+)/$"."""
    if set("^$(\\").isdisjoint(path) or len(path) > MAX_NAME:
        return path
    plain = re.sub(r"\\([./-])", r"\1", GROUP.sub(r"<\1>", path))
    return re.sub(r"\^|\$|\\[AZ]", "", plain).replace("/?", "/")


def functions_of(program: Program, target: str, method: str) -> Iterator[str]:
    """The functions behind a target: itself, or methods of a class."""
    module, index = program.functions[target]
    if program.modules[module].functions[index].kind != "class":
        yield target
        return
    own = (method.lower(), *(actions[method] for actions in VIEWSET.values() if method in actions))
    written = f"{target}.{generic_views.ASKED.get(method.upper() or 'GET', '')}"
    if written in program.functions:
        yield written
        return
    asked = [name for name in own if method and f"{target}.{name}" in program.functions]
    asked = asked or [name for name in map(marked, own) if method and f"{target}.{name}" in program.functions][:1]
    wanted = asked or (SHARED_METHODS if method else CLASS_METHODS)
    there = [f"{target}.{name}" for name in wanted if f"{target}.{name}" in program.functions]
    if method.upper() in ("", "GET"):
        there = [name for name in there if not name.endswith(".post")] or there
    yield from there or [target]


# what modules declare


def declared(program: Program) -> Iterator[Named]:
    """All that callers can name, in the order of modules."""
    functions = list(declaring(program))
    prefixes = prefixes_of(functions)
    for module in sorted(program.modules):
        if ".management.commands." in f".{module}" and f"{module}.Command.handle" in program.functions:
            yield Named("command", "", module.rpartition(".")[2], f"{module}.Command.handle")
    for names in functions:
        yield from Reader(names, prefixes).rows()
        if names.facts.kind == "module":
            yield from (Named("task", "", *row) for row in tasks(names))
            if "argparse" in program.modules[names.module].header.imports:
                yield from (Named("command", "", *row) for row in commands(program, names.module))


def declaring(program: Program) -> Iterator[Names]:
    """The bodies and the functions of the modules that import a package whose users declare something, or a module of
    the program that does: `from shop.extensions import celery`."""
    direct = {module for module, facts in program.modules.items() if imports_any(facts, PACKAGES)}
    direct |= {module for module in program.modules if f"{module}.{WORKER}" in program.functions}
    for module in sorted(program.modules):
        facts = program.modules[module]
        if module in direct or not direct.isdisjoint(facts.header.imports):
            functions = (function for function in facts.functions if function.kind in KINDS_READ)
            yield from (Names(program, module, function) for function in functions)


class Reader:
    """Reads what one function, mostly the body of a module, declares."""

    def __init__(self, names: Names, prefixes: Prefixes) -> None:
        self.names, self.prefixes = names, prefixes
        self.program, self.module = names.program, names.module
        self.facts = facts = names.facts
        self.calls = {row[1]: row for row in facts.code if row[0] == op.CALL}
        self.made = {row[1]: row for row in facts.code if row[0] in (op.ATTR, op.CALL, op.COPY, op.GLOBAL)}
        self.stored: dict[int, str] = {row[2]: row[1] for row in facts.code if row[0] == op.STORE_GLOBAL}

    def dotted(self, text: str) -> str:
        """What a name in this module stands for, as a dotted name."""
        head, _, rest = text.partition(".")
        base = canonical(self.program, f"{self.module}.{head}")
        return canonical(self.program, f"{base}.{rest}") if rest else base

    def target(self, text: str) -> str:
        """The function or class that an expression names, "" for none of the program."""
        bare = re.sub(r"\.as_view\(.*", "", text)
        name = self.dotted(bare)
        return name if name in self.program.functions else ""

    def written(self, reg: int, depth: int = 8) -> str:
        """What an expression says, by its instructions: "views.List.as_view()"; "" for what is no such chain."""
        row: Row | None = self.made.get(reg)
        if reg in self.stored:
            return self.stored[reg]
        if row is None or not depth:
            return ""
        if row[0] == op.GLOBAL:
            return str(row[2])
        inner = self.written(row[2], depth - 1)
        if not inner or row[0] == op.COPY:
            return inner
        return f"{inner}.{row[3]}" if row[0] == op.ATTR else f"{inner}()"

    def rows(self) -> Iterator[Named]:
        for site in self.facts.sites:
            if site.kind == "decorator" and site.arguments:
                yield from self.decorated(site)
            elif site.kind in ("call", "construct"):
                yield from self.added(site)

    def decorated(self, site: CallSite) -> Iterator[Named]:
        """@router.get("/orders"), @click.command(), @shared_task"""
        inner = self.facts.name
        function = site.arguments[0].text
        target = f"{self.module}.{inner}.{function}" if inner else f"{self.module}.{function}"
        if target not in self.program.functions:
            return
        made = self.made_by(site)
        last = site.text.removesuffix("()").rpartition(".")[2]
        path = next(
            (p for p in (text_of(made, 0), keyword(made, "path"), keyword(made, "rule")) if p is not None), None
        )
        if path is None and made is not None and self.facts.kind == "class":
            path = ""  # that of the class
        if last in VERBS and made is not None and path is not None and (path[:1] in ("/", "{", "<") or path == ""):
            for prefix in self.prefix(made, target):
                for method in self.methods(made) or [VERBS[last]]:
                    yield Named("route", method, prefix + path, target)
        elif last in ("command", "app_command"):
            name = (text_of(made, 0) or keyword(made, "name")) if made is not None else None
            yield Named("command", "", (name or function.replace("_", "-"))[:MAX_NAME], target)
            if not name:
                yield Named("command", "", function, target)
        elif last in TASKS:
            name = keyword(made, "name") or keyword(made, "actor_name") if made is not None else None
            yield Named("task", "", (name or function)[:MAX_NAME], target)
            yield Named("task", "", target, target)

    def made_by(self, site: CallSite) -> CallSite | None:
        """The call that made a decorator: @router.get(...)."""
        row = self.names.call_at(site)
        inner = self.calls.get(row[2]) if row is not None else None
        return self.facts.sites[inner[5]] if inner is not None else None

    def methods(self, site: CallSite) -> list[str]:
        """methods=["GET", "POST"]"""
        given = next((argument for argument in site.arguments if argument.keyword == "methods"), None)
        return [] if given is None else [text.upper() for text in self.names.texts_in(given.reg)]

    def prefix(self, site: CallSite, target: str = "") -> list[str]:
        """What stands before the paths that a call declares, a method of a router or none; or a decorator of a function
        that is listed itself."""
        if self.facts.kind == "class":
            return self.of_controller()
        if target in self.prefixes.around:
            return self.prefixes.of(target)
        listed = [key for key in self.names.made_at(site) if key in self.prefixes.around]  # a row of include([...])
        keys = listed or self.names.receivers(site)
        keys = [key.removesuffix(".router") if "#" in key else key for key in keys]  # app.router.add_get(...)
        keys = [key if key in self.prefixes.around or key in self.prefixes.own else self.module for key in keys]
        found = [prefix for key in keys or [self.module] for prefix in self.prefixes.of(key)]
        return list(dict.fromkeys(found)) or [""]

    def of_controller(self) -> list[str]:
        """What stands before the paths of the methods of a class: its own path, and that of where it is listed."""
        held = self.names.attributes()
        own = (text_at(self.names, held["path"]) if "path" in held else None) or ""
        return [joined(before, own) for before in self.prefixes.of(f"{self.module}.{self.facts.name}")]

    def added(self, site: CallSite) -> Iterator[Named]:
        """path("orders/", views.orders), add_url_rule("/orders", view_func=orders), set_defaults(func=export)"""
        last = site.text.rpartition(".")[2]
        if last == "set_defaults":
            yield from self.sub_command(site)
        elif last == "add_resource":
            yield from self.resource(site)
        elif last == "register" and len(site.arguments) > 1:
            yield from self.viewset(site)
        elif last in ENQUEUED:
            yield from self.enqueued(site, ENQUEUED[last])
        elif last in AFTER:
            yield from self.enqueued(site, 0)
        elif len(site.arguments) > 1 and (last in ADDING or (last in VERBS and site.text.startswith(TABLE))):
            first, verb = text_of(site, 0), ADDING[last] if last in ADDING else VERBS[last]
            path = first
            if first is not None and first in METHODS:
                path, verb = text_of(site, 1), first.replace("*", "")
            given = [self.view_at(a) for a in site.arguments[1:] if a.keyword in VIEWS]
            view = next((name for name in given if name), None)
            if path is not None and view is not None:
                for prefix in self.prefix(site):
                    for method in self.methods(site) or [verb]:
                        yield Named("route", method, prefix + path, view)

    def view_at(self, given: Argument) -> str:
        """The function or class that a route is given, "" for none of the program: also one that a function imports,
        and one in the hands of a decorator: `login_required(orders)`."""
        return self.target(given.text) or self.view_in(given.reg)

    def view_in(self, reg: int, depth: int = 4) -> str:
        """The same of what a register holds."""
        found, row = self.target(self.written(reg)), self.names.made.get(reg)
        held = reg
        if not found and row is not None and row[0] == op.CALL:
            made = self.names.made.get(row[2])
            if made is None or made[0] != op.ATTR or made[3] != "as_view":
                return self.view_in(row[3][0], depth - 1) if row[3] and depth else ""
            held = made[2]
        if found or row is None:
            return found
        if row[0] == op.ATTR and row[3] == "as_view":
            held = row[2]
        return next((name for name in self.names.of(held) if name in self.program.functions), "")

    def resource(self, site: CallSite) -> Iterator[Named]:
        """api.add_resource(Orders, "/orders", "/all-orders")"""
        view = self.view_at(site.arguments[0]) if site.arguments else ""
        for index in range(1, len(site.arguments) if view else 0):
            path = text_of(site, index)
            if path is not None:
                yield from (Named("route", "", prefix + path, view) for prefix in self.prefix(site))

    def viewset(self, site: CallSite) -> Iterator[Named]:
        """router.register("orders", OrderViewSet)"""
        path, view = text_of(site, 0), self.view_at(site.arguments[1])
        if path is None or not view:
            return
        for prefix in self.prefix(site):
            for below, actions in VIEWSET.items():
                for method, action in actions.items():
                    asked = (f"{view}.{action}", f"{view}.{marked(action)}")
                    target = next((name for name in asked if name in self.program.functions), view)
                    yield Named("route", method, f"{prefix}{path.rstrip('/')}/{below}", target)
            for method, below, target in self.extra_actions(view):
                yield Named("route", method, f"{prefix}{path.rstrip('/')}/{below}", target)

    def extra_actions(self, view: str) -> Iterator[tuple[str, str, str]]:
        """@action(detail=True, methods=["post"]) in a viewset: the method of HTTP, the path below, and the function."""
        module, index = self.program.functions[view]
        inner = Reader(Names(self.program, module, self.program.modules[module].functions[index]), self.prefixes)
        for site in inner.facts.sites:
            made = inner.made_by(site) if site.kind == "decorator" and site.arguments else None
            if made is None or made.text.rpartition(".")[2] != "action":
                continue
            given = {argument.keyword: argument for argument in made.arguments}
            function = site.arguments[0].text
            below = "{pk}/" if "detail" in given and given["detail"].text == "True" else ""
            methods = inner.names.texts_in(given["methods"].reg) if "methods" in given else ["get"]
            for method in methods:
                path = keyword(made, "url_path") or function
                yield method.upper(), f"{below}{path}/", f"{view}.{function}"

    def enqueued(self, site: CallSite, position: int) -> Iterator[Named]:
        """queue.enqueue(send, order), queue.enqueue_in(delay, send), queue.enqueue_call(func=send)"""
        placed = [a for a in site.arguments if a.keyword is None][position : position + 1]
        for argument in [*(a for a in site.arguments if a.keyword == "func"), *placed][:1]:
            target = self.view_at(argument)
            if target:
                yield Named("task", "", target.rpartition(".")[2], target)
                yield Named("task", "", target, target)

    def sub_command(self, site: CallSite) -> Iterator[Named]:
        """parser = commands.add_parser("export"); parser.set_defaults(func=export)"""
        row = self.names.call_at(site)
        bases = {r[1]: r[2] for r in self.facts.code if r[0] in (op.ATTR, op.COPY)}
        reg = bases.get(row[2], -1) if row is not None else -1
        for _ in range(8):
            if reg in self.calls or reg not in bases:
                break
            reg = bases[reg]
        made = self.facts.sites[self.calls[reg][5]] if reg in self.calls else None
        if made is None or not made.text.endswith("add_parser"):
            return
        name = text_of(made, 0)
        aliases = [other for a in made.arguments if a.keyword == "aliases" for other in self.names.texts_in(a.reg)]
        for argument in site.arguments:
            target = self.target(argument.text)
            if name and target:
                yield from (Named("command", "", called, target) for called in (name, *aliases))


def joined(*parts: str) -> str:
    """Paths behind one another, with one slash between them."""
    return "".join("/" + part.strip("/") for part in parts if part.strip("/"))
