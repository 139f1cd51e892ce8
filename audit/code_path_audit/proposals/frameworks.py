"""Routes that say nothing of their own: of one site that several web frameworks serve, the same pages, written down
once for each; and what browsers and machines ask for on any site."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from code_path_audit.proposals.asked import Path_, words_of
from code_path_audit.proposals.handlers import ROUTE, Handler
from code_path_audit.proposals.modules import Modules

FAMILIES = {
    "django": "django", "rest_framework": "django", "ninja": "django", "flask": "flask", "quart": "quart",
    "starlette": "starlette", "fastapi": "starlette", "aiohttp": "aiohttp", "sanic": "sanic", "bottle": "bottle",
    "tornado": "tornado", "falcon": "falcon", "litestar": "litestar", "pyramid": "pyramid", "werkzeug": "werkzeug",
    "cherrypy": "cherrypy",
}  # fmt: skip
"""Packages that answer requests, and which of them are used together."""


COMMON = 3
"""Paths that two frameworks have in common, from which on they seem to serve one site, where they are half of those of
one of both."""


SERVICE = re.compile(
    r"(?i)/(?:favicon\.ico|(?:robots|humans|ads|security)\.txt|(?:site|manifest)\.(?:webmanifest|json)"
    r"|browserconfig\.xml|apple-touch-icon[\w-]*\.png|sw\.js|service-?worker\.js"
    r"|health[_-]?(?:z|checks?)?|livez|readyz|liveness|readiness)/?$"
)
"""Paths that nobody waits for."""


BESIDE_THE_POINT = re.compile(
    r"(?i)^(?:DELETE|PUT|PATCH|OPTIONS|HEAD) "
    r"|(?:^|[/_-])(?:log-?(?:in|out)|sign-?(?:in|up|out|off)|regist(?:er|ration)|password|reset|oauth2?|sso|saml|captcha"
    r"|csrf|profile)(?:/|$)"
    r"|/(?:legal|terms|privacy|imprint|about|contact|(?:js)?i18n|set_?lang(?:uage)?|version|status|ping|debug)(?:/|$)"
)
"""Routes that nobody comes for: ways in, accounts, what the law asks for, what takes away."""


def is_beside_the_point(route: str) -> bool:
    """Whether a route is none that a site is about."""
    return BESIDE_THE_POINT.search(route) is not None


def without_service(handlers: Sequence[Handler]) -> list[Handler]:
    """Without the routes for icons, robots and monitors, where there are others."""
    kept = [handler for handler in handlers if handler.kind != ROUTE or not SERVICE.search(handler.name)]
    return kept if any(handler.kind == ROUTE for handler in kept) else list(handlers)


def once_a_framework(handlers: Sequence[Handler], modules: Modules, documents: str) -> list[Handler]:
    """Without the routes of a framework whose site another one serves as well. The one that documents name most is
    kept, else the one with most routes; and of the others the routes for paths that begin otherwise than its own."""
    families = [_family(handler, modules) for handler in handlers]
    served: dict[str, set[Path_]] = {}
    for handler, family in zip(handlers, families, strict=True):
        if family:
            served.setdefault(family, set()).add(words_of(handler.name))
    if len(served) < 2:
        return list(handlers)
    said = Counter(map(str.lower, re.findall(r"[A-Za-z]\w+", documents)))
    named = {family: sum(said[package] for package, own in FAMILIES.items() if own == family) for family in served}
    kept: list[str] = []
    gone: dict[str, set[Path_]] = {}
    for family in sorted(served, key=lambda name: (-named[name], -len(served[name]), name)):
        same = [other for other in kept if _is_same(served[family], served[other])]
        if same:
            gone[family] = {words[:1] for other in same for words in served[other]}
        else:
            kept.append(family)
    rows = zip(handlers, families, strict=True)
    return [handler for handler, family in rows if words_of(handler.name)[:1] not in gone.get(family, ())]


def _is_same(one: set[Path_], other: set[Path_]) -> bool:
    common = len(one & other)
    return common >= COMMON and 2 * common >= min(len(one), len(other))


def _family(handler: Handler, modules: Modules) -> str:
    """The one framework that the module of a route imports, "" where that is none or several."""
    module = modules.get(handler.entry_points[0].partition(":")[0]) if handler.kind == ROUTE else None
    packages = {target.partition(".")[0] for target in module.imports.values()} if module is not None else set()
    families = {FAMILIES[package] for package in packages & FAMILIES.keys()}
    return next(iter(families)) if len(families) == 1 else ""
