"""Where routers are included, and what is so put before their paths: `include_router(orders.router, prefix="/api")`.

Routers are known by a key: the dotted name of the variable that holds one ("shop.orders.router"), the module of a
URLconf, or, for one that a function makes and keeps to itself, the place where it is made ("shop.main.create_app#6");
so is each row of a list that Django's `include` is given in the place of a module.
Read from facts alone; prefixes are constants.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from code_path_audit.facts import opcodes as op
from code_path_audit.facts.opcodes import Row
from code_path_audit.facts.rows import CallSite
from code_path_audit.program.register_names import MAX_DEPTH, Names

MAX_PREFIXES = 8
"""Places where one router is included."""

INCLUDING = frozenset(("include_router", "register_blueprint", "add_router", "mount", "add_subapp", "blueprint"))
"""Methods of a router that include another."""

PATH_FIRST = frozenset(("mount", "add_subapp", "add_router"))
"""Those of them whose first argument is the path."""

REPLACING = frozenset(("register_blueprint",))
"""Those of them whose prefix stands for that which the router has itself."""

URLCONFS = frozenset(("path", "url", "re_path"))

PREFIX = ("prefix", "url_prefix")

LISTING = {"Mount": "routes", "Host": "routes", "Starlette": "routes", "Router": "routes", "Litestar": "route_handlers"}
"""Calls that are given a list of routes, or of what answers, and the keyword of that; those of the same name as
another framework's have the keyword of either."""

OWN_PATH = frozenset(("Router", "Litestar"))
"""Those of them that have a path of their own, by keyword."""


class Inclusion(NamedTuple):
    """One router within another, by their keys: what is put before its paths, and whether its own prefix counts not."""

    child: str
    parent: str
    prefix: str
    replaces: bool


class Prefixes:
    """What is put before the paths of each router."""

    def __init__(self, own: dict[str, str], inclusions: list[Inclusion]) -> None:
        self.own = own
        self.around: dict[str, list[Inclusion]] = {}
        for row in inclusions:
            self.around.setdefault(row.child, []).append(row)

    def of(self, key: str, depth: int = MAX_DEPTH) -> list[str]:
        """The prefixes of a router, one for each place where it is included; its own alone where it is in none."""
        own = self.own.get(key, "")
        around = self.around.get(key, ()) if depth else ()
        if not around:
            return [own]
        found = [
            before + row.prefix + ("" if row.replaces else own)
            for row in around
            for before in self.of(row.parent, depth - 1)
        ]
        return list(dict.fromkeys(found))[:MAX_PREFIXES]


def prefixes_of(functions: Iterable[Names]) -> Prefixes:
    """The prefixes of all routers that these functions make and include."""
    own: dict[str, str] = {}
    found: list[Inclusion] = []
    for names in functions:
        facts = names.facts
        urls: list[Inclusion] = []
        for row in facts.code:
            if row[0] == op.CALL and row[5] >= 0:
                site = facts.sites[row[5]]
                prefix = next((text for text in (keyword(site, name) for name in PREFIX) if text is not None), None)
                if site.text.rpartition(".")[2] in INCLUDING:
                    found += included(names, row[2], site, prefix)
                elif site.text.rpartition(".")[2] in LISTING:
                    found += of_listed(names, row, site)
                    if site.text.rpartition(".")[2] in OWN_PATH:
                        own.update(dict.fromkeys(names.of(row[1]), keyword(site, "path") or ""))
                elif site.text.rpartition(".")[2] in URLCONFS and len(row[3]) > 1:
                    urls += of_urlconf(names, row[1], row[3][1], site)
                elif prefix is not None:
                    own.update(dict.fromkeys(names.of(row[1]), prefix))
        for name, regs in names.lists():
            routes = [reg for reg in regs if is_route(names, reg)]
            found += each(names, routes, f"{names.module}.{name}", "")
        listed = {row.child for row in urls}
        found += [row if row.parent in listed else row._replace(parent=names.module) for row in urls]
    return Prefixes(own, found)


def included(names: Names, callee: int, site: CallSite, prefix: str | None) -> Iterator[Inclusion]:
    """app.include_router(orders.router, prefix="/orders"); app.mount("/v2", api)"""
    last = site.text.rpartition(".")[2]
    given = [a for a in site.arguments if a.keyword in (None, "router", "blueprint", "app", "subapp")]
    if last in PATH_FIRST:
        prefix = prefix if prefix is not None else text_of(site, 0)
        given = given[1:] or given
    method = names.made.get(callee)
    if not given or method is None or method[0] != op.ATTR:
        return
    for child in names.of(given[0].reg):
        for parent in list(names.of(method[2])) or [""]:  # a parameter may be any application
            yield Inclusion(child, parent, prefix or "", last in REPLACING and prefix is not None)


def of_listed(names: Names, row: Row, site: CallSite) -> Iterator[Inclusion]:
    """Mount("/api", routes=[Route("/orders", orders)]), Mount("/api", app=api), Router(path="/api",
    route_handlers=[Orders])"""
    last = site.text.rpartition(".")[2]
    mounts = last in ("Mount", "Host")
    prefix = (text_of(site, 0) or keyword(site, "path") or "") if last == "Mount" else ""
    given = {a.keyword: a.reg for a in site.arguments if a.keyword is not None}
    positional = [a.reg for a in site.arguments if a.keyword is None]
    listed = [given[name] for name in (LISTING[last], "route_handlers", "routes") if name in given]
    listed += positional[int(last == "Mount") :][:1] if not listed and not mounts else []
    apps = [given["app"]] if "app" in given else positional[1:2] if mounts else []
    for parent in list(names.of(row[1])) or [""]:
        for reg in dict.fromkeys(listed):
            elements = url_rows(names, reg)
            yield from each(names, elements, parent, prefix)
            if not elements:
                yield from (Inclusion(child, parent, prefix, False) for child in names.of(reg))
        for reg in apps:
            yield from (Inclusion(child, parent, prefix, False) for child in names.of(reg))


def is_route(names: Names, reg: int) -> bool:
    """Whether an element of a list is a route of Starlette."""
    row = names.made.get(reg)
    text = names.facts.sites[row[5]].text if row is not None and row[0] == op.CALL and row[5] >= 0 else ""
    return text.rpartition(".")[2] in ("Route", "WebSocketRoute", "Mount", "Host")


def each(names: Names, elements: Iterable[int], parent: str, prefix: str) -> Iterator[Inclusion]:
    """The elements of a list of routes."""
    for element in elements:
        yield from (Inclusion(child, parent, prefix, False) for child in names.of(element))


def of_urlconf(names: Names, made: int, reg: int, site: CallSite) -> Iterator[Inclusion]:
    """path("shop/", include("shop.urls")), path("shop/", include([path("orders/", orders)])); the parent is what the
    outer call makes."""
    row = names.made.get(reg)
    if row is None or row[0] != op.CALL or not row[3] or not names.facts.sites[row[5]].text.endswith("include"):
        return
    parent = next(names.of(made), names.module)
    prefix = text_of(site, 0) or ""
    first = row[3][0]
    inner = url_rows(names, first)
    if inner and names.made.get(inner[0], (0,))[0] != op.CALL:
        # (urls, "name of the application")
        first, inner = inner[0], url_rows(names, inner[0])
    text = names.texts.get(first)
    for child in [text] if text is not None else names.of(first):
        key = child.removesuffix(".urls") if text is None else text
        yield Inclusion(key, parent, prefix, False)
    for element in inner:
        yield from (Inclusion(key, parent, prefix, False) for key in names.of(element))


def url_rows(names: Names, reg: int) -> tuple[int, ...]:
    """The registers of the elements of a list that stands there, or that the same module keeps in a global."""
    row = names.made.get(reg)
    if row is None or row[0] != op.GLOBAL:
        return names.elements(reg, MAX_DEPTH)
    kept = [held for held, name in names.stored.items() if name == row[2]]
    return names.elements(kept[0], MAX_DEPTH) if len(kept) == 1 else ()


def text_of(site: CallSite | None, index: int) -> str | None:
    """The constant text that a call is given by position."""
    given = [a for a in site.arguments if a.keyword is None] if site is not None else []
    return constant(given[index].text) if index < len(given) else None


def keyword(site: CallSite | None, name: str) -> str | None:
    """The constant text that a call is given by name."""
    return next((constant(a.text) for a in site.arguments if a.keyword == name), None) if site is not None else None


def constant(text: str) -> str | None:
    """A text as it stands in the source, without its quotes."""
    try:
        found = ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return None
    return found if isinstance(found, str) else None
