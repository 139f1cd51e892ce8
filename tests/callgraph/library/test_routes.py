"""How well a route fits a path, of whatever framework it is: a table, and which methods answer a verb."""

from __future__ import annotations

import pytest

from code_path_audit.callgraph.library.routes import END, EXACT, WHOLE, fit, is_other_verb

FITS = (
    # route, path, how
    ("/orders", "/orders", EXACT),
    ("/orders", "/orders/", EXACT),
    ("/orders", "/orders?page=2#top", EXACT),
    ("/orders", "http://127.0.0.1:80/orders", EXACT),
    ("orders/", "/orders/", EXACT),
    ("^orders/$", "/orders/", EXACT),
    (r"^data\.json$", "/data.json", EXACT),
    ("/", "/", EXACT),
    ("/orders", "/api/orders", END),
    ("/orders", "/api/reorders", 0),
    ("/orders", "/orders/1", 0),
    ("/orders", "/", 0),
    ("/orders/<int:number>", "/orders/1", WHOLE),
    ("/orders/<int:number>", "/orders", 0),
    ("orders/<int:number>/lines", "/shop/orders/1/lines", END),
    ("/orders/{number:int}", "/orders/1", WHOLE),
    ("/files/{path:path}", "/files/a/b", WHOLE),
    ("/orders/:number", "/orders/1", WHOLE),
    (r"/rooms/(\w+)", "/rooms/blue", WHOLE),
    (r"^orders/(?P<number>[0-9]+)/back$", "/orders/7/back", WHOLE),
    (r"/rooms/((?:a|b)+)/x", "/rooms/ab/x", WHOLE),
    (r"/rooms/[^/]+", "/rooms/ab", WHOLE),
    ("/static/*", "/static/x.css", WHOLE),
    ("/<page>", "/orders", WHOLE),
    ("/<page>", "/", 0),
    ("", "/anything", END),
)


@pytest.mark.parametrize(("route", "path", "how"), FITS)
def test_a_route_fits_a_path(route: str, path: str, how: int) -> None:
    assert fit(route, path) == how


@pytest.mark.parametrize(
    ("verb", "name", "expected"),
    [
        ("get", "post", True),
        ("get", "get", False),
        ("head", "get", False),
        ("head", "head", False),
        ("post", "on_get", True),
        ("post", "on_post", False),
        ("get", "render_POST", True),
        ("get", "show", False),
        ("get", "get_queryset", False),
    ],
)
def test_a_method_answers_another_verb(verb: str, name: str, expected: bool) -> None:
    assert is_other_verb(verb, name) is expected
