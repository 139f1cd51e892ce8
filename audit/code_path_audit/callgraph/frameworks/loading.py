"""What frameworks load although nothing imports it: by the names of modules alone."""

from __future__ import annotations

STARTED = ("models", "apps")
"""Modules that Django loads of each app when it starts: the models, and what `AppConfig.ready` imports."""

ROUTING = "urls"
"""Modules that say which view answers which request."""

RENDERING = ("django", "flask", "quart", "jinja2", "starlette", "fastapi", "litestar", "aiohttp_jinja2", "sanic_ext")
"""Packages that render templates."""

TEMPLATE = "@"
"""What the name of a template has (`sources/layout.py`)."""


def is_settings(module: str) -> bool:
    """Whether a module may be one of Django's settings, as far as its name says."""
    return "settings" in module.rpartition(".")[2].lower() or ".settings." in f".{module}."


def is_loaded(module: str) -> bool:
    """Whether a framework may load or render a module although nothing imports it, as far as its name says."""
    return (
        TEMPLATE in module
        or module.rpartition(".")[2] in (*STARTED, ROUTING)
        or ".templatetags." in f".{module}"
        or is_settings(module)
    )
