"""What frameworks load although nothing imports it: by the names of modules, and by what is called in them."""

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

TASKS = frozenset(("task", "shared_task", "actor"))
"""Decorators of what a worker runs again and again."""

HANDLING = TASKS | frozenset((
    "get", "post", "put", "patch", "delete", "head", "options", "route", "api_route", "websocket",
))  # fmt: skip
"""Decorators of what a process runs again and again."""

AROUND = frozenset((
    "before_request", "before_app_request", "after_request", "after_app_request", "context_processor",
    "app_context_processor", "middleware", "url_value_preprocessor", "teardown_request", "teardown_app_request",
    "teardown_appcontext",
))  # fmt: skip
"""Decorators, and calls, of what runs for each request."""

ADDING = frozenset(("add_middleware", "Middleware"))
"""Calls that add a class as middleware."""

ROUTING = frozenset((
    "Route", "WebSocketRoute", "APIRoute", "add_route", "add_websocket_route", "add_api_route", "add_url_rule",
    "add_get", "add_post", "add_put", "add_patch", "add_delete", "add_view", "add_resource",
))  # fmt: skip
"""Calls that say which function, or class, answers at a path; so do those of aiohttp's `web` named like verbs."""

ROUTERS = frozenset(("FastAPI", "APIRouter", "include_router"))
"""Calls that say what is asked before all routes of a router (`dependencies=`)."""

SERVING = (
    "aiohttp", "flask", "quart", "fastapi", "starlette", "sanic", "litestar", "chalice", "aws_lambda_powertools",
    "celery", "dramatiq", "huey",
)  # fmt: skip
"""Packages that answer requests, or run tasks."""

FILTERS = frozenset(("add_template_filter", "add_app_template_filter"))
"""Calls that add a filter to the language of templates."""

INSIDE = AROUND | {"template_filter", "app_template_filter", "template_global", "app_template_global"}
"""Decorators of what a factory of applications defines for each request, and for the language of templates."""

FINDING_USERS = frozenset(("user_loader", "request_loader"))
"""Decorators of the function that finds who is logged in."""

WORKERS = "arq"
"""The package whose settings of workers name their tasks."""

COMMANDS = ".management.commands."
"""Where the modules of Django's commands lie."""

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
