"""What frameworks load although nothing imports it: by the names of modules alone."""

from __future__ import annotations

from collections.abc import Iterator

from code_path_audit.sources.layout import TEMPLATE_MARK

STARTED = ("models", "apps")
"""Modules that Django loads of each app when it starts: the models, and what `AppConfig.ready` imports."""

RENDERING = ("django", "flask", "quart", "jinja2", "starlette", "fastapi", "litestar", "aiohttp_jinja2", "sanic_ext")
"""Packages that render templates."""

CONTROL = (
    r"run|main\b|start|serve|listen|exec|build|crawl|collect|discover|launch|work|loop|invoke|dispatch|simulate|publish"
)
"""How the names of functions begin by which a program hands control to a library, as a regular expression."""

CARRYING = ("_vendor", "vendor", "_vendored", "vendored", "_vendoring", "third_party", "extern")
"""How folders are called in which code of others lies that the source carries along."""


def carried_at(around: str, top: str) -> Iterator[str]:
    """The names that a package of others may have that a package carries along, the likeliest first."""
    if around.rpartition(".")[2] in CARRYING:
        yield f"{around}.{top}"
    yield from (f"{around}.{folder}.{top}" for folder in CARRYING)


def is_settings(module: str) -> bool:
    """Whether a module may be one of Django's settings, as far as its name says."""
    return "settings" in module.rpartition(".")[2].lower() or ".settings." in f".{module}."


def is_routing(module: str) -> bool:
    """Whether a module may say which view answers which request, as far as its name says."""
    return module.rpartition(".")[2] == "urls"


def is_tag_library(module: str) -> bool:
    """Whether a module may add tags and filters to Django's templates, as far as its name says."""
    return ".templatetags." in f".{module}"


def is_loaded(module: str) -> bool:
    """Whether a framework may load or render a module although nothing imports it, as far as its name says."""
    return (
        TEMPLATE_MARK in module
        or module.rpartition(".")[2] in STARTED
        or is_routing(module)
        or is_tag_library(module)
        or is_settings(module)
    )
