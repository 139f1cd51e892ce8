"""Sites that are written down for several frameworks: which of their routes stay."""

from __future__ import annotations

import pytest

from code_path_audit.proposals.frameworks import is_beside_the_point, once_a_framework, without_service
from code_path_audit.proposals.handlers import find_handlers
from tests.proposals.projects import modules

PATHS = ("/", "/orders", "/orders/<name>", "/health")


def _site(framework: str, *paths: str) -> str:
    routes = "".join(f"@app.route('{path}')\ndef page_{number}(): pass\n" for number, path in enumerate(paths))
    return f"import {framework}\n{routes}"


FLASK = _site("flask", *PATHS)
LIVE = _site("aiohttp", *PATHS[:2], "/health", "/live")
OTHER = _site("aiohttp", "/", "/live", "/news")
STARLETTE = _site("starlette", *PATHS)
COMMAND = "import click\n@click.command()\ndef page_0(): pass"

ROWS: dict[str, tuple[dict[str, str], str, str]] = {
    "the one with most routes": ({"a": FLASK, "b": _site("starlette", *PATHS, "/more")}, "", "bbbbb"),
    "the one that documents name": ({"a": FLASK, "b": STARLETTE}, "Runs on FastAPI.", "bbbb"),
    "of the other what it alone has": ({"a": FLASK, "b": LIVE}, "Runs on Flask.", "aaaab"),
    "two sites": ({"a": FLASK, "b": OTHER}, "", "aaaabbb"),
    "one framework": ({"a": FLASK, "b": FLASK}, "", "aaaabbbb"),
    "packages that are used together": ({"a": _site("fastapi", *PATHS), "b": STARLETTE}, "", "aaaabbbb"),
    "a module of two frameworks": ({"a": FLASK, "b": f"import aiohttp\n{FLASK}"}, "", "aaaabbbb"),
    "what is no route": ({"a": FLASK, "b": COMMAND}, "", "aaaab"),
}


@pytest.mark.parametrize("name", ROWS)
def test_once_a_framework(name: str) -> None:
    files, documents, left = ROWS[name]
    source = modules(files)
    found = once_a_framework(find_handlers(source), source, documents)
    assert [handler.entry_points[0].partition(":")[0] for handler in found] == list(left)


SERVICE = {
    "what any site has": (("/", "/favicon.ico", "/robots.txt", "/x", "/healthz", "/api/health/"), ("/", "/x")),
    "what only sounds like it": (("/healthy-food", "/x/robots", "/x.xml"), ("/healthy-food", "/x/robots", "/x.xml")),
    "nothing else": (("/health",), ("/health",)),
}  # fmt: skip


@pytest.mark.parametrize("name", SERVICE)
def test_without_service(name: str) -> None:
    paths, left = SERVICE[name]
    kept = without_service(find_handlers(modules({"a": _site("flask", *paths)})))
    assert tuple(handler.name for handler in kept) == left


def test_commands_stay() -> None:
    kept = without_service(find_handlers(modules({"a": _site("flask", "/healthz"), "b": COMMAND})))
    assert [handler.kind for handler in kept] == ["route", "command"]


@pytest.mark.parametrize(
    ("route", "beside"),
    [
        ("/accounts/login/", True), ("POST /api/auth/sign-up", True), ("/reset-password/<token>", True),
        ("/about", True), ("/user_profile/", True),
        ("DELETE /orders/<id>", True), ("OPTIONS /orders", True), ("/profile/", True), ("GET /version", True),
        ("/orders/", False), ("POST /orders", False), ("/logins-by-day", False), ("/status-quo", False),
        ("/", False), ("GET /registers", False), ("/order-status/", False),
    ],
)  # fmt: skip
def test_what_nobody_comes_for(route: str, beside: bool) -> None:
    assert is_beside_the_point(route) == beside
