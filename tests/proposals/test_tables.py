"""Routes in tables and in attributes of a class, a row for each way to write them; and tables of something else."""

from __future__ import annotations

import pytest

from code_path_audit.proposals.handlers import find_handlers
from tests.proposals.projects import modules

VIEWS = "class Orders:\n    def get(self): pass\n    def post(self): pass\ndef index(): pass\n"

TABLES: dict[str, tuple[str, list[tuple[str, str, str]]]] = {
    "rows of a path, a function and methods": (
        "for path, view, methods in [('/x', views.index, ['POST']), ('/y', f, ('GET', 'HEAD'))]:\n"
        "    app.add_url_rule(path, view_func=view, methods=methods)\ndef f(): pass",
        [("route", "POST /x", "views:index"), ("route", "GET /y", "app:f")],
    ),
    "rows of a path and a function, where the module has a router": (
        "for path, view in [['/x', views.index]]:\n    app.add_route(view, path)",
        [("route", "/x", "views:index")],
    ),
    "paths that are put together": (
        "handlers = [(r'/x%s' % number, views.Orders), (f'/y{number}/z', views.index, ['GET']),\n"
        "    ('/y/' + number, f, ['GET']), (r'/v/%s/%s' % (a.b, c()), g, ['PUT']), (start + '/x', f, ['PUT'])]\n"
        "def f(): pass\ndef g(): pass",
        [
            ("route", "GET /x/<number>", "views:Orders.get"),
            ("route", "POST /x/<number>", "views:Orders.post"),
            ("route", "GET /y/<number>/z", "views:index"),
            ("route", "GET /y/<number>", "app:f"),
            ("route", "PUT /v/<b>/<value>", "app:g"),
        ],
    ),
    "methods of the class around, by name": (
        "class API:\n    VIEWS = [('fetch', ('GET', '/x')), ('gone', ('POST', '/x'))]\n    def fetch(self): pass",
        [("route", "GET /x", "app:API.fetch")],
    ),
    "methods of an object": (
        "class API:\n    def __init__(self, app):\n        app.router.add_get('/x', self.one)\n"
        "        app.add_routes([('PUT', '/y', self.two)])\n    def one(self): pass\n    def two(self): pass",
        [("route", "GET /x", "app:API.one"), ("route", "PUT /y", "app:API.two")],
    ),
    "a dictionary by path": (
        "def f(): pass\nROUTES = {'/x': views.index, '/y': f}",
        [("route", "/x", "views:index"), ("route", "/y", "app:f")],
    ),
    "a dictionary by method and path": (
        "def f(): pass\nhandlers = {('GET', '/x'): views.index, 'POST /x': f}",
        [("route", "GET /x", "views:index"), ("route", "POST /x", "app:f")],
    ),
    "werkzeug": ("urls = Map([Rule('/x', endpoint=views.index)])", [("route", "/x", "views:index")]),
    "werkzeug, by the name of a method": (
        "class Shop:\n    def __init__(self):\n        self.urls = [Rule('/x', methods=['POST'], endpoint='new')]\n"
        "    def on_new(self): pass",
        [("route", "POST /x", "app:Shop.on_new")],
    ),
    "werkzeug, by the name of a function": (
        "urls = Map([Rule('/x', endpoint='index')])\ndef index(): pass",
        [("route", "/x", "app:index")],
    ),
    "a view that the class around names": (
        "class Urls(Base):\n    order_view = views.Orders\n    def get_urls(self):\n"
        "        urlpatterns = [path('x/', self.order_view.as_view())]",
        [("route", "GET /x/", "views:Orders.get"), ("route", "POST /x/", "views:Orders.post")],
    ),
    "a view that a class it is derived from names": (
        "class Base:\n    other_view = views.index\nclass Urls(Base):\n    def get_urls(self):\n"
        "        urlpatterns = [path('y/', self.other_view)]",
        [("route", "/y/", "views:index")],
    ),
    "a path that a function of the project makes": (
        "def slashed(path): return path\nurlpatterns = [path(slashed('x/'), views.index)]",
        [("route", "/x/", "views:index")],
    ),
    "a view in the hands of a function of the project": (
        "def guarded(view): return view\nurlpatterns = [path('x/', guarded(views.index), name='x')]",
        [("route", "/x/", "views:index")],
    ),
}


@pytest.mark.parametrize("name", TABLES)
def test_tables(name: str) -> None:
    text, found = TABLES[name]
    files = {"app": f"import views\n{text}\n", "views": VIEWS}
    assert [(h.kind, h.name, *h.entry_points) for h in find_handlers(modules(files))] == found


LEAVES_ALONE = {
    "a file and what reads it": "READERS = [('/etc/x', views.index), ('/etc/y', views.index)]",
    "files and what reads them": "READERS = {'/etc/x': views.index, '/etc/y': views.index}",
    "a row of two paths": "MOVED = [('/x', '/y', views.Orders)]",
    "a dictionary of one": "handlers = {'/x': views.Orders}",
    "a method and a path that nothing answers": "CALLS = [('GET', '/x', 'index')]",
    "a rule whose endpoint is elsewhere": "Rule('/x', endpoint='gone')",
}


@pytest.mark.parametrize("name", LEAVES_ALONE)
def test_leaves_alone(name: str) -> None:
    files = {"app": f"import views\n{LEAVES_ALONE[name]}\n", "views": VIEWS}
    assert find_handlers(modules(files)) == ()
