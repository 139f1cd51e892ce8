"""Routes that stand in tables: rows of a path, a function and maybe a method, for a router to be given them."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from code_path_audit.proposals.modules import Found, Module, Modules, dotted_name

WORDS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"})
"""The methods of HTTP, as rows have them."""

NO_VERB = frozenset({"HEAD", "OPTIONS"})
"""Those that stand beside the one that a route is for."""

ROUTER = re.compile(
    rb"\b(?:add_url_rule|add_route|add_api_route|add_resource|add_handlers?|add_view|Rule|Route|route|routes|ROUTES|Router)\b"
)
"""What a module has in it that hands rows to a router."""

ROW = (ast.Tuple, ast.List)

PLACE = re.compile(r"/?%(?:\(\w+\))?s")
"""Where something is put into a path."""


class TableRow(NamedTuple):
    """A path, the method of HTTP or "", and what answers."""

    path: str
    verb: str
    found: Found


def row_of(node: ast.Tuple | ast.List, owner: str, module: Module, modules: Modules) -> TableRow | None:
    """`("/orders", orders, ["GET"])`, `("fetch", ("GET", "/"))` in a class that has `fetch`, `(r"/orders", Orders)` as
    Tornado's applications list them; None for a row of anything else."""
    parts = list(_flat(node))
    texts = [text for text in map(text_of, parts) if text is not None]
    paths = [text for text in texts if text.startswith("/")]
    verbs = [text for text in texts if text in WORDS]
    if len(paths) != 1:
        return None
    names = [name for name in map(dotted_name, parts) if name]
    called = next(filter(None, (modules.resolve_in(module.name, owner, name) for name in names)), None)
    if called is None and verbs:
        # a method of the class that the table is in, by its name
        others = (text for text in texts if text.isidentifier() and text not in WORDS)
        called = next(filter(None, (modules.resolve_in(module.name, owner, f"self.{text}") for text in others)), None)
    # a function beside a path may be what reads that file
    if called is None or not (verbs or called.is_class or _is_for_router(module, modules)):
        return None
    return TableRow(paths[0], _verb(verbs), called)


def rows_of(node: ast.Dict, owner: str, module: Module, modules: Modules) -> Iterator[TableRow]:
    """`{"/orders": orders, ("POST", "/orders"): make}`, where every key is a path."""
    keys = [_key(key) for key in node.keys]
    if len(keys) < 2 or not all(keys):
        return
    for key, value in zip(keys, node.values, strict=True):
        dotted = dotted_name(value)
        found = modules.resolve_in(module.name, owner, dotted) if dotted else None
        if key is not None and found is not None and (key[1] or found.is_class or _is_for_router(module, modules)):
            yield TableRow(*key, found)


def endpoint_of(call: ast.Call, owner: str, module: Module, modules: Modules) -> Found | None:
    """What answers where a row says its name alone: `Rule("/orders", endpoint="orders")` in a class that has `orders`
    or `on_orders`, or beside a function of that name."""
    value = next((k.value for k in call.keywords if k.arg == "endpoint"), None)
    text = value.value if isinstance(value, ast.Constant) and isinstance(value.value, str) else ""
    if not text.isidentifier():
        return None
    names = (f"self.{text}", f"self.on_{text}", text, f"on_{text}")
    return next(filter(None, (modules.resolve_in(module.name, owner, name) for name in names)), None)


def unknown(dotted: str) -> None:
    """No name stands for a text that is known."""


def text_of(node: ast.expr, known: Callable[[str], str | None] = unknown) -> str | None:
    """A constant text; or one that something is put into, which stands in it as a parameter of a path does:
    "/orders%s" % number, f"/orders{number}" and "/orders/" + number are all "/orders/<number>". `known` says which text
    a dotted name stands for."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else None
    if isinstance(node, ast.Name | ast.Attribute):
        return known(dotted_name(node))
    if isinstance(node, ast.JoinedStr):
        parts = [_piece(part, known) for part in node.values]
        return re.sub("/*(<[^<>]*>)", r"/\1", "".join(parts))
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod | ast.Add):
        before = text_of(node.left, known)
        if before is None:
            return None
        if isinstance(node.op, ast.Add):
            after = text_of(node.right, known)
            return before + after if after is not None else f"{before.removesuffix('/')}/{_put_in(node.right)}"
        put = iter(node.right.elts if isinstance(node.right, ast.Tuple) else [node.right])
        return PLACE.sub(lambda found: f"/{_put_in(next(put, node.right))}", before)
    return None


def _piece(node: ast.expr, known: Callable[[str], str | None]) -> str:
    inner = node.value if isinstance(node, ast.FormattedValue) else node
    text = text_of(inner, known)
    return _put_in(node) if text is None else text


def _put_in(node: ast.expr) -> str:
    """What is put into a text, as a parameter."""
    inner = node.value if isinstance(node, ast.FormattedValue) else node
    return f"<{dotted_name(inner).rpartition('.')[2].strip('_') or 'value'}>"


def _key(node: ast.expr | None) -> tuple[str, str] | None:
    """The path and the method of a key: "/orders", "GET /orders", ("GET", "/orders")."""
    parts = [node] if isinstance(node, ast.Constant) else list(_flat(node)) if isinstance(node, ast.Tuple) else []
    texts = [part.value for part in parts if isinstance(part, ast.Constant) and isinstance(part.value, str)]
    words = [word for text in texts for word in text.split(maxsplit=1)]
    paths, verbs = [w for w in words if w.startswith("/")], [w for w in words if w in WORDS]
    whole = len(paths) == 1 and len(words) == len(paths) + len(verbs) and len(parts) == len(texts)
    return (paths[0], _verb(verbs)) if whole else None


def _verb(verbs: list[str]) -> str:
    left = [verb for verb in dict.fromkeys(verbs) if verb not in NO_VERB]
    return left[0] if len(left) == 1 else ""


def _flat(node: ast.Tuple | ast.List) -> Iterator[ast.expr]:
    """What stands in a row, and the texts in lists inside of it."""
    for part in node.elts:
        if isinstance(part, ROW):
            yield from (inner for inner in part.elts if isinstance(inner, ast.Constant))
        else:
            yield part


def _is_for_router(module: Module, modules: Modules) -> bool:
    return ROUTER.search(modules.data[module.name]) is not None
