"""What frameworks and shells call by name, a row for each way to say so; and what only looks like it."""

from __future__ import annotations

import pytest

from code_path_audit.proposals.handlers import find_handlers
from tests.proposals.projects import modules

VIEWS = (
    "BASE = '/views'\nclass Orders:\n    def get(self): pass\n    def post(self): pass\n"
    "    def helper(self): pass\ndef index(): pass\n"
)

MATCHES: dict[str, tuple[str, list[tuple[str, str, str]]]] = {
    "Flask": ("@app.route('/x', methods=['POST'])\ndef f(): 'Says x.'", [("route", "POST /x", "app:f")]),
    "Flask, several methods": ("@bp.route('/x', methods=['GET', 'POST'])\ndef f(): pass", [("route", "/x", "app:f")]),
    "Flask, by call": ("app.add_url_rule('/x', view_func=views.index)", [("route", "/x", "views:index")]),
    "Flask, by class": (
        "app.add_url_rule('/x', view_func=views.Orders.as_view('x'))",
        [("route", "GET /x", "views:Orders.get"), ("route", "POST /x", "views:Orders.post")],
    ),
    "a function of the project's own that registers views": (
        "register_view(bp, routes=['/x', '/x-<slug>'], view_func=views.Orders.as_view('x'))",
        [("route", "GET /x", "views:Orders.get"), ("route", "POST /x", "views:Orders.post")],
    ),
    "Flask-RESTful": (
        "api.add_resource(views.Orders, '/x')",
        [("route", "GET /x", "views:Orders.get"), ("route", "POST /x", "views:Orders.post")],
    ),
    "FastAPI": ("@router.get('/x/{id}')\nasync def f(id): pass", [("route", "GET /x/{id}", "app:f")]),
    "FastAPI, the root of a router": ("@router.post('')\ndef f(): pass", [("route", "POST /", "app:f")]),
    "a path that is put together of constants": (
        "class E(enum.Enum):\n    search = 'search'\nBASE = '/api'\n"
        "@app.route(f'/{E.search}')\ndef f(): pass\n@app.get(BASE + '/x')\ndef g(): pass\n"
        "@app.get(f'{views.BASE}/y')\ndef h(): pass\n@app.get(views.BASE)\ndef i(): pass\n"
        "@app.route(f'/{E.search.value}/all')\ndef j(): pass\n"
        "class Held:\n    value = '/held'\n@app.get(Held.value)\ndef k(): pass",
        [
            ("route", "/search", "app:f"),
            ("route", "GET /api/x", "app:g"),
            ("route", "GET /views/y", "app:h"),
            ("route", "GET /views", "app:i"),
            ("route", "/search/all", "app:j"),
            ("route", "GET /held", "app:k"),
        ],
    ),
    "a path with something unknown in it": (
        "@app.get(f'{settings.BASE}/x')\ndef f(): pass",
        [("route", "GET /<BASE>/x", "app:f")],
    ),
    "in a factory": (
        "def make():\n    @app.get('/x')\n    def f(): pass",
        [("route", "GET /x", "app:make.f")],
    ),
    "Bottle": ("@route('/x')\ndef f(): pass", [("route", "/x", "app:f")]),
    "aiohttp": ("app.router.add_get('/x', views.index)", [("route", "GET /x", "views:index")]),
    "Starlette": ("routes = [Route('/x', views.index)]", [("route", "/x", "views:index")]),
    "Tornado": (
        "app = Application([(r'/x', views.Orders)])",
        [("route", "GET /x", "views:Orders.get"), ("route", "POST /x", "views:Orders.post")],
    ),
    "Django": ("urlpatterns = [path('x/', views.index)]", [("route", "/x/", "views:index")]),
    "Django, patterns of another name": (
        "from django.urls import path\norders = [path('x/', views.index)]",
        [("route", "/x/", "views:index")],
    ),
    "Django, re_path": (
        "urlpatterns = [re_path(r'^x/(?P<id>\\d+)$', views.index)]",
        [("route", "/x/<id>", "views:index")],
    ),
    "Django, a page whose class says only what it posts": (
        "urlpatterns = [path('x/', Page.as_view())]\n"
        "class Page(DetailView):\n    def get_context_data(self): pass\n    def post(self): pass",
        [("route", "POST /x/", "app:Page.post"), ("route", "GET /x/", "app:Page.get_context_data")],
    ),
    "Django, a path that is put together": (
        "urlpatterns = [re_path(PATH, views.index, name='serve')]",
        [("route", "/serve", "views:index")],
    ),
    "a view that no path leads to": (
        "class Page(generic.DetailView):\n    def get(self): pass\n    def get_object(self): pass",
        [("route", "Page.get", "app:Page.get")],
    ),
    "a view of a path that another file has": (
        "urlpatterns = [path('x/', Page.as_view())]\nclass Page(View):\n    def get(self): pass",
        [("route", "GET /x/", "app:Page.get")],
    ),
    "click": ("@cli.command()\ndef do_it(): pass", [("command", "do-it", "app:do_it")]),
    "click, with a name": ("@cli.command('it')\ndef do_it(): pass", [("command", "it", "app:do_it")]),
    "Typer, bare": ("@app.command\ndef x(): pass", [("command", "x", "app:x")]),
    "argparse": (
        "def cmd_add(a): pass\nparser.set_defaults(func=cmd_add)",
        [("command", "add", "app:cmd_add")],
    ),
    "Celery": ("@shared_task\ndef mail(): pass", [("task", "mail", "app:mail")]),
    "Celery, of an app": ("@celery.task(bind=True)\ndef mail(self): pass", [("task", "mail", "app:mail")]),
    "Dramatiq": ("@dramatiq.actor\ndef mail(): pass", [("task", "mail", "app:mail")]),
    "a bot": ("@client.event\nasync def on_message(m): pass", [("message", "on-message", "app:on_message")]),
}


@pytest.mark.parametrize("name", MATCHES)
def test_matches(name: str) -> None:
    text, found = MATCHES[name]
    files = {"app": f"import views\n{text}\n", "views": VIEWS}
    assert [(h.kind, h.name, *h.entry_points) for h in find_handlers(modules(files))] == found


def test_a_command_of_djangos_manage() -> None:
    text = "class Command(BaseCommand):\n    help = 'Sends mail.'\n    def handle(self): pass\n"
    (found,) = find_handlers(modules({"shop.management.commands.send": text}))
    assert found[:3] == ("command", "send", ("shop.management.commands.send:Command.handle",))
    assert found.doc == "Sends mail."


LEAVES_ALONE = {
    "a getter": "@cache.get('key')\ndef f(): pass",
    "a path of files": "path('x', views.index)",
    "a handler of another library": "urlpatterns = [path('x/', other.index)]",
    "a pair that is no route": "pairs = [('x', views.Orders), ('/x', 1)]",
    "a class with no method for requests": "register('x', views.Orders.Inner)",
    "defaults that are no function": "parser.set_defaults(func=1, level=index)",
    "a property": "@property\ndef task(self): pass",
    "a view without methods of its own": "class Page(View):\n    def helper(self): pass",
    "a class that only looks like a view": "class Page(Viewer):\n    def get(self): pass",
    "a mock": "@mock.patch(f'{views.NAME}.x')\ndef f(): pass",
    "a plain decorator": "@event\ndef f(): pass",
}


@pytest.mark.parametrize("name", LEAVES_ALONE)
def test_leaves_alone(name: str) -> None:
    files = {"app": f"import views\n{LEAVES_ALONE[name]}\n", "views": VIEWS}
    assert find_handlers(modules(files)) == ()


def test_a_handler_stands_once() -> None:
    text = "@app.get('/a')\n@app.get('/b')\ndef f(): pass\napp.add_route('/c', f)\n"
    assert [h.name for h in find_handlers(modules({"app": text}))] == ["GET /a"]


def test_files_that_do_not_parse_are_passed_over() -> None:
    assert find_handlers(modules({"app": "@app.get('/x')\ndef (", "other": "@a.command\ndef f(): pass"}))[0].name == "f"
