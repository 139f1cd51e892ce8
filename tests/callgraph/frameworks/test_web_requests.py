"""What runs around a handler of Flask and FastAPI: dependencies, middleware, hooks."""

from __future__ import annotations

import pytest

from tests.callgraph.frameworks.querying import ops_of, profile_of

ORDERS = """\
from fastapi import APIRouter, Depends
router = APIRouter()
class Session:
    def get(self):
        open("query")
def settings():
    open("settings")
def session(config=Depends(settings)):
    open("session")
    yield Session()
@router.get("/")
def many(db=Depends(session)):
    return db.get()
@router.get("/other")
def other():
    pass
"""

MAIN = """\
from fastapi import FastAPI
app = FastAPI()
@app.middleware("http")
async def timing(request, call_next):
    open("timing")
"""


def opens(entry: str, **modules: str) -> list[str]:
    found = ops_of({name.replace("_", "."): text for name, text in modules.items()}, entry)
    return sorted(op.function for op in found if op.callee == "builtins.open")


def test_a_route_has_its_dependencies_and_middleware_and_not_its_neighbours() -> None:
    assert opens("orders.many", orders=ORDERS, main=MAIN) == [
        "main.timing", "orders.Session.get", "orders.session", "orders.settings",
    ]  # fmt: skip
    assert opens("orders.other", orders=ORDERS, main=MAIN) == ["main.timing"]


STORE = """\
class Store:
    def load(self):
        open("load")
    def get(self):
        open("get")
"""

STARTED = """\
from contextlib import asynccontextmanager
from fastapi import FastAPI
import orders
from store import Store
@asynccontextmanager
async def lifespan(app: FastAPI):
    app.state.store = Store()
    app.state.store.load()
    yield
def make_app():
    app = FastAPI(lifespan=lifespan)
    app.include_router(orders.router)
    return app
"""

ASKED = """\
from fastapi import APIRouter, Request
router = APIRouter()
@router.get("/")
def many(request: Request):
    return request.app.state.store.get()
"""


def test_what_an_application_stores_when_it_starts_is_there_and_costs_a_request_nothing() -> None:
    assert opens("orders.many", orders=ASKED, store=STORE, main=STARTED) == ["store.Store.get"]


LAYERS = """\
from fastapi import FastAPI
from starlette.middleware.base import BaseHTTPMiddleware
app = FastAPI()
class Log(BaseHTTPMiddleware):
    async def dispatch(self, request, call_next):
        response = await call_next(request)
        open("log")
        return response
    def other(self):
        open("other")
app.add_middleware(Log)
@app.get("/")
def index():
    pass
@app.task
def work():
    pass
"""


def test_middleware_runs_for_requests_and_not_for_messages() -> None:
    assert opens("web.index", web=LAYERS) == ["web.Log.dispatch"]
    assert opens("web.work", web=LAYERS) == []


FLASK = """\
from flask import Blueprint, Flask
app = Flask(__name__)
bp = Blueprint("a", __name__)
@app.before_request
def load():
    open("a")
@bp.before_request
def near():
    open("b")
@app.route("/")
def index():
    pass
def helper():
    pass
"""

ELSEWHERE = """\
from flask import Blueprint
bp = Blueprint("b", __name__)
@bp.before_request
def far():
    open("c")
"""


def test_hooks_of_requests_run_for_handlers() -> None:
    assert opens("web.index", web=FLASK, elsewhere=ELSEWHERE) == ["web.load", "web.near"]
    assert opens("web.helper", web=FLASK, elsewhere=ELSEWHERE) == []


CACHED = """\
from functools import lru_cache
from flask import Flask
app = Flask(__name__)
@lru_cache(maxsize=1)
def rates():
    open("a")
@app.route("/")
def index():
    rates()
def script():
    rates()
"""


def test_what_a_process_keeps_runs_rarely_in_a_request() -> None:
    conditions = {entry: ops_of({"web": CACHED}, entry)[0].condition for entry in ("web.index", "web.script")}
    assert conditions == {"web.index": "rarely", "web.script": "always"}


FACTORY = """\
from flask import Flask
def create_app():
    from shop import around
    app = Flask(__name__)
    app.before_request(around.tenant)
    app.context_processor(around.branding)
    return app
"""

AROUND = """\
from flask_login import LoginManager
login = LoginManager()
class Team:
    @property
    def name(self): open("team")
class User:
    def __init__(self): self.team = Team()
def tenant(): open("tenant")
def branding(): open("branding")
def other(): open("other")
@login.user_loader
def load_user(key):
    open("user")
    return User()
"""

PAGES = """\
from flask import Blueprint
bp = Blueprint("pages", __name__)
@bp.get("/")
def index(): pass
"""

STAFF = """\
from flask import Blueprint
from flask_login import current_user, login_required
bp = Blueprint("staff", __name__)
@bp.get("/")
@login_required
def index(): return current_user.team.name
"""


def test_what_a_factory_registers_for_each_request_and_who_is_logged_in() -> None:
    modules = {"shop": FACTORY, "shop_around": AROUND, "shop_pages": PAGES, "shop_staff": STAFF}
    around = ["shop.around.branding", "shop.around.tenant"]
    assert opens("shop.pages.index", **modules) == around
    assert opens("shop.staff.index", **modules) == sorted(["shop.around.Team.name", "shop.around.load_user", *around])


GUARD = """\
from flask_login import current_user
def guarded(view):
    def wrapper():
        open("guard")
        return view() if current_user.is_authenticated else None
    return wrapper
"""

GUARDED = """\
from flask import Blueprint
from shop.guard import guarded
bp = Blueprint("guarded", __name__)
@bp.get("/")
@guarded
def index(): pass
"""


LISTED = {
    "from starlette.routing import Route\nroutes = [Route('/', view)]\n": True,
    "from flask import Flask\ndef install(app): app.add_url_rule('/', view_func=view)\n": True,
    "from aiohttp import web\ndef install(app): app.add_routes([web.get('/', view)])\n": True,
    "from aiohttp import web\ndef install(app): app.router.add_get('/', view)\n": True,
    "from flask import Flask\ndef install(app): app.register(view)\n": False,
}


@pytest.mark.parametrize("listing", LISTED)
def test_what_a_call_makes_answer_has_the_middleware_too(listing: str) -> None:
    timing = "from starlette.middleware import Middleware\nclass Timing:\n"
    timing += "    async def dispatch(self, request, call_next): open('timing')\nmiddleware = [Middleware(Timing)]\n"
    found = opens("shop.views.view", shop_views=f"def view(request): pass\n{listing}", shop_main=timing)
    assert found == (["shop.main.Timing.dispatch"] if LISTED[listing] else [])


def test_a_class_that_a_call_makes_answer_has_them_too() -> None:
    views = "from flask.views import MethodView\nclass Orders(MethodView):\n    def get(self): pass\n"
    install = (
        "from flask import Flask\nfrom shop.views import Orders\ndef install(app):\n    app.before_request(start)\n"
    )
    install += "    app.add_url_rule('/', view_func=Orders.as_view('orders'))\ndef start(): open('start')\n"
    assert opens("shop.views.Orders.get", shop_views=views, shop_main=install) == ["shop.main.start"]


def test_who_is_logged_in_where_a_decorator_of_the_source_asks() -> None:
    modules = {"shop": FACTORY, "shop_around": AROUND, "shop_guard": GUARD, "shop_guarded": GUARDED}
    expected = [f"shop.around.{name}" for name in ("branding", "load_user", "tenant")]
    assert opens("shop.guarded.index", **modules) == [*expected, "shop.guard.guarded.wrapper"]


FILTERING = """\
from flask import Flask
def money(value): open("money")
def date(value): open("date")
def other(value): open("other")
def create_app():
    app = Flask(__name__)
    app.add_template_filter(money)
    app.add_template_filter(date, "nice")
    app.jinja_env.filters["short"] = date
    return app
"""

PAGE = """\
from flask import Blueprint, render_template
bp = Blueprint("pages", __name__)
@bp.get("/")
def index(): return render_template("page.html", rows=[1])
"""

SHOWN = {"rows|money": ["shop.money"], "rows|nice": ["shop.date"], "rows|short": ["shop.date"], "rows|other": []}


@pytest.mark.parametrize("shown", SHOWN)
def test_filters_that_a_factory_adds(shown: str) -> None:
    modules = {"shop.__init__": FILTERING, "shop.pages": PAGE, "shop/templates/page.html": "{{ " + shown + " }}"}
    assert [op.function for op in ops_of(modules, "shop.pages.index")] == SHOWN[shown]


NEIGHBOURS = """\
from flask import Blueprint, render_template
bp = Blueprint("pages", __name__)
class Page:
    @property
    def shown(self):
        open("shown")
@bp.before_request
def key():
    pass
@bp.get("/")
def index():
    return render_template("index.html", page=1)
@bp.get("/other")
def other():
    return render_template("other.html", page=Page())
"""

SHARED = {
    "shop/templates/base.html": "{% block main %}{% endblock %}",
    "shop/templates/index.html": "{% extends 'base.html' %}{% block main %}{{ page }}{% endblock %}",
    "shop/templates/other.html": "{% extends 'base.html' %}{% block main %}{{ page.shown }}{% endblock %}",
}


def test_what_answers_another_request_is_not_called_beside_this_one() -> None:
    """It fills templates, which both extend, with other things."""
    modules = {"shop.__init__": "", "shop.pages": NEIGHBOURS, **SHARED}
    assert [op.function for op in ops_of(modules, "shop.pages.index") if op.callee == "builtins.open"] == []
    found = [op.function for op in ops_of(modules, "shop.pages.other") if op.callee == "builtins.open"]
    assert found == ["shop.pages.Page.shown"]


DEFINING = """\
from flask import Flask
def create_app():
    app = Flask(__name__)
    @app.template_filter("cover")
    def cover(row): open("cover")
    @app.before_request
    def tenant(): open("tenant")
    def other(): open("other")
    from shop.filters import register
    return extended(register, app)
"""
DATES = """\
def register(app):
    @app.template_filter()
    def date(row): open("date")
"""

INSIDE = {"rows|cover": ["shop.create_app.cover"], "rows|date": ["shop.filters.register.date"], "rows|other": []}


@pytest.mark.parametrize("shown", INSIDE)
def test_what_a_factory_defines_for_each_request(shown: str) -> None:
    modules = {"shop.__init__": DEFINING, "shop.pages": PAGE, "shop.filters": DATES}
    modules["shop/templates/page.html"] = "{{ " + shown + " }}"
    assert [op.function for op in ops_of(modules, "shop.pages.index")] == sorted(
        ["shop.create_app.tenant", *INSIDE[shown]]
    )


METHODS = """\
from flask import Flask, request
app = Flask(__name__)
@app.route("/", methods=["GET", "POST"])
def index():
    open("both")
    if request.method == "POST":
        open("post")
        return save()
    return shown()
def save(): open("save")
def shown(): open("shown")
"""

BY_METHOD = {
    "route:POST /": ["both", "post", "save"], "route:GET /": ["both", "shown"],
    "web.index": ["both", "post", "save", "shown"],
}  # fmt: skip


@pytest.mark.parametrize("entry", BY_METHOD)
def test_a_function_that_answers_several_methods_does_what_it_is_asked_with(entry: str) -> None:
    found = profile_of({"web": METHODS}, entry).expensive_ops
    lines = METHODS.splitlines()
    assert sorted(lines[op.line - 1].split('"')[1] for op in found) == BY_METHOD[entry]
