"""Functions that a framework or a shell calls by name: routes, commands, tasks, messages, read from the source.

Which call or decorator means what is in the tables; a framework is recognized by how it is used, not by its name.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import NamedTuple

from code_path_audit.profiles.named_entries import readable
from code_path_audit.proposals.command_classes import command_classes
from code_path_audit.proposals.modules import Found, Module, Modules, dotted_name
from code_path_audit.proposals.tables import TableRow, endpoint_of, row_of, rows_of, text_of, unknown

ROUTE, COMMAND, TASK, MESSAGE = "route", "command", "task", "message"

VERBS = {
    "get": "GET", "post": "POST", "put": "PUT", "patch": "PATCH", "delete": "DELETE", "head": "HEAD",
    "route": "", "api_route": "", "websocket": "WS", "websocket_route": "WS", "view": "",
}  # fmt: skip
"""Decorators whose first argument is the path of a request: Flask, FastAPI, Bottle, Sanic, aiohttp, Litestar."""

DECORATORS = {
    "command": COMMAND,  # click, Typer, bots
    "task": TASK, "shared_task": TASK, "periodic_task": TASK, "db_task": TASK, "db_periodic_task": TASK,
    "actor": TASK, "job": TASK, "scheduled_job": TASK, "flow": TASK,  # Celery, Huey, Dramatiq, RQ, Prefect
    "agent": MESSAGE, "subscriber": MESSAGE, "on_message": MESSAGE, "event": MESSAGE, "tool": MESSAGE,
}  # fmt: skip
"""Decorators by their last name."""

REGISTERING = frozenset(
    {
        "path", "re_path", "url",  # Django
        "add_url_rule", "add_route", "add_resource", "Route", "Rule", "WebSocketRoute", "APIRoute", "URLSpec",
        "add_get", "add_post", "add_put", "add_patch", "add_delete", "add_view", "add_api_route", "register",
    }
)  # fmt: skip
"""Calls that are given the path of a request, and a function or a class for it."""

GIVEN = ("view_func", "endpoint", "handler", "view")
"""What such a call is given its function as, where it is not by place."""

COMMAND_KEYWORDS = ("func", "handler", "fn", "run", "command_func", "callback")
"""What the function of a subcommand is called in argparse's `set_defaults`."""

METHODS = {
    "get": "GET", "post": "POST", "put": "PUT", "patch": "PATCH", "delete": "DELETE", "dispatch": "",
    "list": "GET", "retrieve": "GET", "create": "POST", "update": "PUT", "partial_update": "PATCH", "destroy": "DELETE",
    "do_GET": "GET", "do_POST": "POST",
    "on_get": "GET", "on_post": "POST", "on_put": "PUT", "on_patch": "PATCH", "on_delete": "DELETE",
}  # fmt: skip
"""Methods of a class that answer requests: views, resources, view sets."""

READING = frozenset({"get", "dispatch", "list", "retrieve", "on_get", "do_GET"})
"""Those of them that a page is shown by."""

PAGE = ("get_context_data", "get_queryset", "get_object")
"""Methods that a library's class calls to show a page."""

HINT = re.compile(
    rb"@(?:\w[\w.]*\.)?(?:route|api_route|get|post|put|patch|delete|head|websocket\w*|view|command|task|shared_task"
    rb"|periodic_task|db_\w*task|actor|job|scheduled_job|flow|agent|subscriber|on_message|event|tool)\b"
    rb"|\.as_view\s*\(|\b(?:re_path|path|url|add_url_rule|add_\w+|Rule|Route|WebSocketRoute|APIRoute|URLSpec|register|set_defaults)\s*\("
    rb"|[(\[{,]\s*r?f?[\"'](?:(?:GET|POST|PUT|PATCH|DELETE)\b|/)"
    rb"|class \w+\([^)]*(?:View|Resource|Endpoint|RequestHandler|Command)\b|class \w*Command\b|ViewSet"
)
"""What a file has in it that is worth parsing."""

DJANGO = re.compile(rb"urlpatterns|\bdjango\.(?:conf\.)?urls\b")
"""What a file has in it in which `path` is one of Django's."""

VIEW = re.compile(r"(View|ViewSet|Resource|Endpoint|RequestHandler)$")
"""How a class of a library is called whose subclasses answer requests."""

PREFIXES = ("cmd_", "command_", "do_", "handle_", "run_", "cli_")


class Handler(NamedTuple):
    """A function that is called from outside: `name` is what callers say ("GET /orders", "export"); `entry_points` are
    as configurations have them, `doc` is the first line of its docstring, `known_as` has the names by which the source
    may ask for it."""

    kind: str
    name: str
    entry_points: tuple[str, ...]
    doc: str = ""
    known_as: tuple[str, ...] = ()


def find_handlers(modules: Modules) -> tuple[Handler, ...]:
    """All of a source, by module and line; none twice."""
    found: dict[tuple[str, ...], Handler] = {}
    telling = [
        module
        for name in sorted(modules.data)
        if HINT.search(modules.data[name])
        if (module := modules.get(name)) is not None
    ]
    for module in telling:
        for handler in _of_module(module, modules):
            first = found.setdefault(handler.entry_points, handler)
            if first is not handler:  # one function for several paths
                found[handler.entry_points] = first._replace(known_as=(*first.known_as, *handler.known_as))
    # what no path leads to that is written down: a name that is looked up, a router of a library
    for module in telling:
        for handler in _views(module):
            found.setdefault(handler.entry_points, handler)
    return tuple(found.values())


def _views(module: Module) -> Iterator[Handler]:
    """Classes that answer requests by what they are made of."""
    for node in module.definitions.values():
        if isinstance(node, ast.ClassDef) and any(VIEW.search(dotted_name(base)) for base in node.bases):
            found = Found(module.name, node.name, node)
            methods = found.methods()
            for name in _answering(methods):
                doc = doc_of(methods[name]) or doc_of(node)
                yield Handler(ROUTE, f"{node.name}.{name}", (f"{module.name}:{node.name}.{name}",), doc)


def _answering(methods: Iterable[str]) -> list[str]:
    """The methods of a class that answer requests, without what leads to the others."""
    names = [name for name in methods if name in METHODS]
    return [name for name in names if name != "dispatch" or len(names) == 1]


def _of_module(module: Module, modules: Modules) -> Iterator[Handler]:
    has_patterns = DJANGO.search(modules.data[module.name]) is not None
    for command in command_classes(module):
        yield Handler(COMMAND, command.name, (f"{module.name}:{command.method}",), command.doc)
    for node, owner in _nodes(module.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from _decorated(node, owner, module, modules)
        elif isinstance(node, ast.Call):
            yield from _registered(node, owner, module, modules, has_patterns)
        elif isinstance(node, ast.Tuple | ast.List):
            row = row_of(node, owner, module, modules)
            yield from _of_table((row,) if row is not None else ())
        elif isinstance(node, ast.Dict):
            yield from _of_table(rows_of(node, owner, module, modules))


def _nodes(tree: ast.Module) -> Iterator[tuple[ast.AST, str]]:
    """Every node with the qualified name of the scope around it, in source order."""
    pending: list[tuple[ast.AST, str]] = [(tree, "")]
    while pending:
        node, owner = pending.pop()
        yield node, owner
        inner = owner
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            inner = f"{owner}.{node.name}" if owner else node.name
        pending += [(child, inner) for child in reversed(list(ast.iter_child_nodes(node)))]


def _decorated(
    node: ast.FunctionDef | ast.AsyncFunctionDef, owner: str, module: Module, modules: Modules
) -> Iterator[Handler]:
    entry = f"{module.name}:{owner}.{node.name}" if owner else f"{module.name}:{node.name}"
    for decorator in node.decorator_list:
        call = decorator if isinstance(decorator, ast.Call) else None
        dotted = dotted_name(call.func if call else decorator)
        last = dotted.rpartition(".")[2]
        if last in VERBS and call is not None:
            path = _path(call, partial(modules.text, module.name))
            # what a mock is put at is no path: patch(f"{module}.f")
            is_mock = last == "patch" and path is not None and path.startswith("/<")
            if path is not None and not is_mock and (path == "" or path[0] in "/<{"):
                verb = VERBS[last] or _methods(call)
                known_as = (*_names(call), node.name)
                yield Handler(ROUTE, f"{verb} {path or '/'}".strip(), (entry,), doc_of(node), known_as)
                return
        kind = DECORATORS.get(last)
        if kind is None or (kind == MESSAGE and not (dotted.count(".") or call)):
            continue
        name = (_text(call, 0, ("name",)) if call and kind == COMMAND else None) or _shown(node.name)
        yield Handler(kind, name, (entry,), doc_of(node))
        return


def _registered(call: ast.Call, owner: str, module: Module, modules: Modules, has_patterns: bool) -> Iterator[Handler]:
    name = dotted_name(call.func)
    last = name.rpartition(".")[2]
    if last == "set_defaults":
        for keyword in call.keywords:
            if keyword.arg in COMMAND_KEYWORDS:
                found = modules.resolve_in(module.name, owner, dotted_name(keyword.value))
                if found is not None and not found.is_class:
                    yield _handler(COMMAND, _shown(_stripped(found.name)), found)
        return
    values = [*call.args, *(k.value for k in call.keywords if k.arg in GIVEN or _is_view(k.value))]
    # a function of the project's own that is given paths and a view hands both on
    own = last not in REGISTERING and any(map(_is_view, values))
    if not own and (last not in REGISTERING or (last in ("path", "url", "re_path") and not has_patterns)):
        return
    texts = values if not own else [*values, *(k.value for k in call.keywords)]
    known = partial(modules.text, module.name)
    path = next((text for value in texts if (text := _path_in(value, known)) is not None), None)
    if path is None:
        # a path that is put together: Django has a name beside it
        path = _text(call, len(call.args), ("name",)) if has_patterns else None
    if path is None:
        return
    for value in values:
        found = _view(value, owner, module, modules)
        # what is registered under a word may be anything but a view set
        if found is not None and (last != "register" or found.is_class):
            verb = last[4:].upper() if last.startswith("add_") and VERBS.get(last[4:]) else _methods(call)
            known_as = tuple(name for part in (call, value) if isinstance(part, ast.Call) for name in _names(part))
            for handler in _routes(path, verb, found, needs_methods=last == "register"):
                yield handler._replace(known_as=known_as or (found.name,))
            return
    named = endpoint_of(call, owner, module, modules)
    if named is not None:
        yield from _of_table((TableRow(path, _methods(call), named),))


def _view(value: ast.expr, owner: str, module: Module, modules: Modules) -> Found | None:
    """What answers: a function, a class, `Orders.as_view()`, `Orders()`, or one of these in the hands of a function."""
    target = value.func if isinstance(value, ast.Call) else value
    dotted = dotted_name(target).removesuffix(".as_view")
    found = modules.resolve_in(module.name, owner, dotted) if dotted else None
    if isinstance(value, ast.Call) and not _is_view(value) and (found is None or not found.is_class):
        inner = (_view(part, owner, module, modules) for part in value.args)
        return next((view for view in inner if view is not None), None)
    return found


def _names(call: ast.Call) -> tuple[str, ...]:
    """The names that a call gives a route: `name="orders"`, `endpoint="orders"`, `Orders.as_view("orders")`."""
    text = _text(call, 0 if _is_view(call) else len(call.args), ("name", "endpoint"))
    return (text,) if text else ()


def _is_view(node: ast.expr) -> bool:
    """Whether it is `Orders.as_view(...)`."""
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "as_view"


def _path_in(node: ast.expr, known: Callable[[str], str | None]) -> str | None:
    """A text, the first of a list of texts, or what a function is given that makes a path of it."""
    if isinstance(node, ast.List | ast.Tuple) and node.elts:
        node = node.elts[0]
    if isinstance(node, ast.Call) and node.args and not isinstance(node.func, ast.Attribute):
        node = node.args[0]
    # a name may be the function that answers
    return text_of(node, known if isinstance(node, ast.JoinedStr | ast.BinOp) else unknown)


def _of_table(rows: Iterable[TableRow]) -> Iterator[Handler]:
    for row in rows:
        yield from _routes(row.path, row.verb, row.found, needs_methods=True)


def _routes(path: str, verb: str, found: Found, needs_methods: bool) -> Iterator[Handler]:
    shown = "/" + readable(path).lstrip("/")
    if not found.is_class:
        yield _handler(ROUTE, f"{verb} {shown}".strip(), found)
        return
    methods = found.methods()
    answering = _answering(methods)
    for name in answering:
        doc = doc_of(methods[name]) or doc_of(found.node)
        entry = f"{found.module}:{found.name}.{name}"
        yield Handler(ROUTE, f"{METHODS[name]} {shown}".strip(), (entry,), doc)
    hooks = tuple(f"{found.module}:{found.name}.{name}" for name in methods if name in PAGE)
    if answering and hooks and not needs_methods and READING.isdisjoint(answering):
        # the method of a library's class that reads, with what is the project's own of it
        yield Handler(ROUTE, f"GET {shown}", hooks, doc_of(found.node))
    if methods and not answering and not needs_methods:
        # a view of a library's class: its hooks are what is the project's own
        entries = tuple(f"{found.module}:{found.name}.{name}" for name in methods if not name.startswith("__"))
        if entries:
            yield Handler(ROUTE, shown, entries, doc_of(found.node))


def _handler(kind: str, name: str, found: Found) -> Handler:
    return Handler(kind, name, (f"{found.module}:{found.name}",), doc_of(found.node))


def _text(call: ast.Call, position: int, keywords: tuple[str, ...]) -> str | None:
    """A constant text that a call is given at a position or by keyword."""
    for value in _given(call, position, keywords):
        if isinstance(value, ast.Constant) and isinstance(value.value, str):
            return value.value
    return None


def _path(call: ast.Call, known: Callable[[str], str | None]) -> str | None:
    """The path that a decorator is given; `known` as for `text_of`."""
    values = _given(call, 0, ("path", "rule", "uri"))
    return next((text for value in values if (text := text_of(value, known)) is not None), None)


def _given(call: ast.Call, position: int, keywords: tuple[str, ...]) -> list[ast.expr]:
    """What a call is given at a position or by keyword."""
    return [*call.args[position : position + 1], *(k.value for k in call.keywords if k.arg in keywords)]


def _methods(call: ast.Call) -> str:
    """What `methods=["POST"]` says, where it says one."""
    for keyword in call.keywords:
        if keyword.arg in ("methods", "method"):
            value = keyword.value
            rows = value.elts if isinstance(value, ast.List | ast.Tuple | ast.Set) else [value]
            texts = [row.value for row in rows if isinstance(row, ast.Constant) and isinstance(row.value, str)]
            return texts[0] if len(texts) == 1 else ""
    return ""


def _shown(name: str) -> str:
    return name.rpartition(".")[2].replace("_", "-")


def _stripped(name: str) -> str:
    last = name.rpartition(".")[2]
    return next((last.removeprefix(p) for p in PREFIXES if last.startswith(p) and last != p), last)


def doc_of(node: ast.AST) -> str:
    """The first line of a docstring, "" where there is none."""
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Module):
        return ""
    return (ast.get_docstring(node) or "").strip().partition("\n")[0].strip()
