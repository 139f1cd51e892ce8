"""Which routes fit a path, of whatever framework they are: a table, and the same as a pattern has it; which methods
answer a verb."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from code_path_audit.callgraph.library.routes import RouteIndex, is_other_verb, path_of, pieces
from code_path_audit.callgraph.solver.ids import Value
from tests.callgraph.solving import edges, guesses, solve

FITS = (
    # route, path, whether it fits
    ("/orders", "/orders", True),
    ("/orders", "/orders/", True),
    ("/orders", "/orders?page=2#top", True),
    ("/orders", "http://127.0.0.1:80/orders", True),
    ("orders/", "/orders/", True),
    ("^orders/$", "/orders/", True),
    (r"^data\.json$", "/data.json", True),
    ("/", "/", True),
    ("/orders", "/api/orders", True),
    ("/orders", "/api/reorders", False),
    ("/orders", "/orders/1", False),
    ("/orders", "/", False),
    ("/orders/<int:number>", "/orders/1", True),
    ("/orders/<int:number>", "/orders", False),
    ("orders/<int:number>/lines", "/shop/orders/1/lines", True),
    ("/orders/{number:int}", "/orders/1", True),
    ("/files/{path:path}", "/files/a/b", True),
    ("/orders/:number", "/orders/1", True),
    (r"/rooms/(\w+)", "/rooms/blue", True),
    (r"^orders/(?P<number>[0-9]+)/back$", "/orders/7/back", True),
    (r"/rooms/((?:a|b)+)/x", "/rooms/ab/x", True),
    (r"/rooms/[^/]+", "/rooms/ab", True),
    ("/static/*", "/static/x.css", True),
    ("/<page>", "/orders", True),
    ("/<page>", "/", False),
    ("", "/anything", True),
    (r"^(?P<type>\w+-\w+)/(?P<key>[-\w]+)/$", "/comments/post/", False),  # a group spells what it spells
    (r"^(?P<type>\w+-\w+)/(?P<key>[-\w]+)/$", "/paper-article/1/", True),
    (r"^(?P<year>\d{4})/(?:\d{1,2})/$", "/2026/1/", True),
    (r"^(orders|stock)/$", "/stock/", True),
    (r"^orders(/new)?/$", "/orders/new/", True),
    (r"^(a(b)?c)/$", "/abc/", True),
    (r"^(?!old)\w+/$", "/orders/", True),
)


ONE, OTHER = Value(1), Value(2)


@pytest.mark.parametrize(("route", "path", "fits"), FITS)
def test_a_route_fits_a_path(route: str, path: str, fits: bool) -> None:
    assert RouteIndex({ONE: {route}}).meant(path) == [ONE] * fits


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("/orders/new", "/orders/<id>", {ONE}),
        ("/new", "/orders/<id>", {ONE, OTHER}),
        ("/<page>/new", "/orders/<id>", {ONE, OTHER}),
        ("/orders/new", "^orders/new/$", {ONE, OTHER}),
        ("/old", "/orders/<id>", {OTHER}),
    ],
)
def test_a_route_that_spells_a_path_out_is_meant_alone(one: str, other: str, expected: set[Value]) -> None:
    assert set(RouteIndex({ONE: {one}, OTHER: {other}}).meant("/orders/new")) == expected


def as_a_pattern(route: str) -> str:
    """What fits the whole of a path, or its end."""
    spelled = pieces(route)
    return "(?:.*/)?" + ".+".join(map(re.escape, spelled)) if any(spelled) or len(spelled) > 1 else ".*"


@given(
    st.lists(st.text("ab/", max_size=4).map(lambda text: text.replace("b", "<b>")), min_size=1, max_size=6),
    st.text("ab/", max_size=8),
)
def test_routes_fit_as_a_pattern_has_it(routes: list[str], asked: str) -> None:
    path = path_of(asked)
    spelled = {n for n, route in enumerate(routes) if pieces(route) == (path,)}
    fits = {n for n, route in enumerate(routes) if re.fullmatch(as_a_pattern(route), path)}
    assert set(RouteIndex({Value(n): {route} for n, route in enumerate(routes)}).meant(asked)) == (spelled or fits)


def test_a_path_is_compared_with_the_routes_that_have_its_rarest_part() -> None:
    index = RouteIndex({Value(n): {f"/api/a{n}/<b>"} for n in range(1_000)})
    assert index.meant("http://localhost/api/a7/1") == [Value(7)]
    assert index.tried == 1


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


@pytest.mark.parametrize(
    "program",
    [
        "import flask\napp = flask.Flask('a')\ndef f():\n @app.route('/a')\n def a(): pass\n"
        " @app.route('/b')\n def b(): pass\n",
        "import flask\napp = flask.Flask('a')\ndef a(): pass\ndef b(): pass\ndef f():\n"
        " app.add_url_rule('/a', view_func=a)\n app.add_url_rule('/b', view_func=b)\n",
    ],
)
def test_what_keeps_a_handler_under_a_path_calls_none(program: str) -> None:
    graph = solve(program)
    called = {row.split(" -> ")[1].split(" ")[0] for row in (*edges(graph), *guesses(graph))}
    assert not {"m.a", "m.b", "m.f.a", "m.f.b"} & called


def test_a_request_calls_the_handler_of_its_path_among_many() -> None:
    handlers = "".join(f"@app.route('/a{n}')\ndef a{n}(): pass\n" for n in range(9))
    graph = solve(
        f"import flask\napp = flask.Flask('a')\n{handlers}"
        "def f():\n client = app.test_client()\n client.get('/a3')\n client.get('/a4')\n"
    )
    called = [row.split(" -> ")[1].split(" ")[0] for row in edges(graph)]
    assert sorted(name for name in called if name.startswith("m.a")) == ["m.a3", "m.a4"]


GAPS = (
    ("/orders/<id>", "/orders/\0", True),
    ("/orders/<id>/lines", "/orders/\0/lines", True),
    ("/orders/<id>/lines", "/orders/\0/notes", False),
    ("/orders/new", "/orders/\0", True),  # the value may be that text
    ("/orders/<id>", "/\0/7", True),
    ("/orders/order-<id>", "/orders/order-\0", True),
    ("/files/<path:path>", "/files/\0/b", True),
    ("/orders", "/orders/\0", False),
    ("orders", "/\0/orders", True),
    ("lines/", "/orders/\0/lines/", True),  # a prefix may be said elsewhere
    ("/a/b/orders", "/\0/orders", False),
    ("/notes/<id>", "/orders/\0/lines", False),
)


@pytest.mark.parametrize(("route", "path", "fits"), GAPS)
def test_a_route_fits_a_path_that_values_stand_in(route: str, path: str, fits: bool) -> None:
    assert RouteIndex({ONE: {route}}).meant(path) == [ONE] * fits


AMONG = (
    # of these routes, what a path means that values stand in
    (("/reply/<id>", "/<type>/<id>/count"), "/api/reply/\0", {"/reply/<id>"}),  # has all that the route spells
    (("/<type>/<id>", "/<type>/<id>/count"), "/api/book/\0/count", {"/<type>/<id>/count"}),  # by most of it
    (("/<id>", "/clubs/<id>"), "/clubs/\0", {"/clubs/<id>"}),
    (("/orders/<id>", "/<shop>/orders/<id>"), "/a/orders/\0", {"/orders/<id>", "/<shop>/orders/<id>"}),
    (("/orders", "/stock"), "/\0", {"/orders", "/stock"}),  # nothing of what they spell is there
    (("/<id>/edit", "/<id>"), "/\0/\0", {"/<id>/edit"}),
    (("", "/reply/<id>"), "/reply/\0", {"/reply/<id>"}),
)


@pytest.mark.parametrize(("routes", "path", "expected"), AMONG)
def test_the_route_that_spells_most_of_a_path_is_meant(routes: tuple[str, ...], path: str, expected: set[str]) -> None:
    index = RouteIndex({Value(n): {route} for n, route in enumerate(routes)})
    assert {routes[n] for n in index.meant(path)} == expected


def test_a_request_for_a_path_that_values_stand_in() -> None:
    graph = solve(
        "import flask\napp = flask.Flask('a')\n"
        "@app.route('/orders/<id>')\ndef order(id): pass\n@app.route('/orders/<id>/lines')\ndef lines(id): pass\n"
        "def f(id):\n client = app.test_client()\n client.get(f'/orders/{id}/lines')\n"
    )
    called = [row.split(" -> ")[1].split(" ")[0] for row in edges(graph)]
    assert [name for name in called if name in ("m.order", "m.lines")] == ["m.lines"]


def test_a_request_that_only_a_library_s_own_routes_fit_is_told() -> None:
    modules = {
        "settings": "ROOT_URLCONF = 'urls'\n",
        "urls": "from django.urls import include, path\nimport views\n"
        "urlpatterns = [path('sent/', views.sent), path('', include('comments.urls'))]\n",
        "views": "def sent(request): pass\n",
        "m": "from django.test import Client\n"
        "def f():\n client = Client()\n client.get('/sent/')\n client.post('/post/')\n",
    }
    graph = solve(modules)
    assert [row for row in edges(graph) if "import" not in row] == ["m.f -> views.sent callback likely"]
    assert [(row.caller, row.reason, row.text) for row in graph.unresolved] == [
        ("m.f", "unknown callee", "client.post")
    ]
