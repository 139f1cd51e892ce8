"""What a repository asks for itself: routes by name and by path, in templates, scripts and tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from code_path_audit.proposals import asked as module
from code_path_audit.proposals.asked import asked, segments, words_of
from tests.conftest import write_tree

ROUTE = "GET /api/orders/<int:pk>"
NAMES = ("order_detail",)

ASKS = {
    "a name": ("url_for('shop.order_detail', pk=1)", 1),
    "a name of a namespace": ('reverse("shop:order_detail")', 1),
    "a tag of a template": ("<a href=\"{% url 'order_detail' 1 %}\">", 1),
    "a function of the project's own": ("eventreverse(request.event, 'shop:order_detail')", 1),
    "a tag of the project's own": ('{% eventurl event "shop:order_detail" order=1 %}', 1),
    "several": ("redirect('order_detail'); url_for('order_detail')", 2),
    "a path": ("fetch('/api/orders/17')", 1),
    "a path of a version": ("fetch('/api/v2/orders/17')", 1),
    "a path with what is put in": ("fetch(`/api/orders/${order.id}`)", 1),
    "an f-string with the method": ('client.get(f"/api/orders/{order.pk}")', 1),
    "a method before a path": ("request('GET', '/api/orders/17')", 1),
    "a path with a query": ("fetch('/api/orders/17?full=1')", 1),
    "a path of a document": ("see GET /api/orders/17 for one", 1),
    "an address": ("    curl https://shop.example.org/api/orders/17", 1),
    "another method": ('client.delete(f"/api/orders/{order.pk}")', 0),
    "another path": ("fetch('/api/orders')", 0),
    "a longer name": ("url_for('order_detail_old')", 0),
    "a word that is no link": ("rows['order_detail']", 0),
    "nothing": ("", 0),
}


@pytest.mark.parametrize("name", ASKS)
def test_how_often(name: str, tmp_path: Path) -> None:
    text, times = ASKS[name]
    assert asked(tmp_path, [text.encode()]).times(ROUTE, NAMES) == times


def test_a_name_with_points(tmp_path: Path) -> None:
    found = asked(tmp_path, [b"reverse('shop:order.detail'); url_for('pages.about')"])
    assert [found.times("", (name,)) for name in ("order.detail", "about", "pages.about", "shop")] == [1, 1, 1, 0]


def test_a_route_of_no_method_is_asked_for_by_any(tmp_path: Path) -> None:
    found = asked(tmp_path, [b'client.get("/orders"); client.post("/orders")'])
    assert (found.times("/orders", ()), found.times("GET /orders", ()), found.times("Orders.get", ())) == (2, 1, 0)


AS_ANSWERED = {
    "a name where a route has a parameter": ("/users/ann", {"/users/<name>": 1, "/users": 0}),
    "a name that is a route": ("/users/me", {"/users/<name>": 0, "/users/me": 1}),
    "the route with most words": ("/users/ann/mails", {"/<kind>/<name>/mails": 0, "/users/<name>/mails": 1}),
    "a route of parameters alone": ("/about", {"/<page>": 0}),
    "a longer path": ("/users/ann/x", {"/users/<name>": 0}),
}


@pytest.mark.parametrize("name", AS_ANSWERED)
def test_a_path_is_of_the_route_that_answers_it(name: str, tmp_path: Path) -> None:
    path, times = AS_ANSWERED[name]
    found = asked(tmp_path, [f"fetch('{path}')".encode()]).of(times)
    assert {route: found.times(route, ()) for route in times} == times


def test_a_name_that_several_have_is_shared_among_them(tmp_path: Path) -> None:
    text = b"reverse('gyms:list'); reverse('contracts:list'); reverse('dashboard')"
    known = [("list",), ("list", "list"), ("dashboard",)]
    found = asked(tmp_path, [text]).of((), known)
    assert [found.times("", names) for names in known] == [1, 1, 1]


def test_which_files_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asks = "url_for('order')"
    files = {
        "templates/a.html": asks, "static/a.js": asks, "notes.log": asks, ".git/a.html": asks,
        "node_modules/x/a.js": asks, "static/long.js": asks + " " * module.MAX_BYTES,
    }  # fmt: skip
    write_tree(tmp_path, files)
    (tmp_path / "gone.html").symlink_to(tmp_path / "nowhere")
    assert asked(tmp_path, []).times("/x", ("order",)) == 2
    monkeypatch.setattr(module, "MAX_FILES", 1)
    assert asked(tmp_path, []).times("/x", ("order",)) == 1
    monkeypatch.setattr(module, "MAX_ALL", 1)
    assert asked(tmp_path, []).times("/x", ("order",)) == 0


PARTS = {
    "/orders": ["orders"],
    "GET /api/v1/orders/{id}": ["orders", "{id}"],
    "/api": ["api"],
    "/^orders/$": ["orders"],
    "/": [],
}


@pytest.mark.parametrize("route", PARTS)
def test_segments(route: str) -> None:
    assert segments(route) == PARTS[route]
    assert len(words_of(route)) == len(PARTS[route])
