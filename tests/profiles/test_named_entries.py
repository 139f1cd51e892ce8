"""Entry points by the name that callers say: each row is a program and what a name means in it."""

from __future__ import annotations

import pytest

from code_path_audit.errors import AuditError
from code_path_audit.profiles.entry import methods_asked, resolve_entries
from code_path_audit.profiles.named_entries import readable
from code_path_audit.program.register_names import canonical
from tests.callgraph.solving import program_of

FASTAPI = """
from fastapi import APIRouter
router = APIRouter(prefix="/orders")
@router.get("/{order_id}")
def one(order_id): pass
@router.get("")
def many(): pass
@router.post("/")
async def make(): pass
@router.api_route("/both", methods=["GET", "PUT"])
def both(): pass
"""

PROGRAM = {
    "shop.__init__": "", "shop.orders": FASTAPI,
    "shop.main": "from fastapi import FastAPI\nfrom shop import orders\napp = FastAPI()\n"
                 "app.include_router(orders.router, prefix='/api')\n@app.get('/health')\ndef health(): pass\n",
    "shop.pages": "from flask import Blueprint\nbp = Blueprint('pages', __name__, url_prefix='/pages')\n"
                  "@bp.route('/<int:page>', methods=['GET', 'POST'])\ndef page(page): pass\n"
                  "def other(): pass\nbp.add_url_rule('/other', view_func=other)\n",
    "shop.api.__init__": "from shop.api.events import router as events_router\n",
    "shop.api.events": "from fastapi import APIRouter\nrouter = APIRouter(prefix='/events')\n"
                       "@router.get('/{event_id}')\ndef event(event_id): pass\n",
    "shop.api.users": "from fastapi import APIRouter\nrouter = APIRouter()\n@router.get('/me')\ndef me(): pass\n",
    "shop.factory": "from fastapi import APIRouter, FastAPI\nfrom shop.api import events_router, users\n"
                    "def versioned():\n    api = APIRouter(prefix='/v1')\n    for module in (users,):\n"
                    "        api.include_router(module.router, prefix='/users')\n"
                    "    api.include_router(events_router)\n    return api\n"
                    "def create_app():\n    app = FastAPI()\n    app.include_router(versioned(), prefix='/api')\n"
                    "    @app.get('/ready')\n    def ready(): pass\n    return app\n",
    "shop.flask_app": "from flask import Flask\ndef create(app):\n    from shop.admin import bp as admin_bp\n"
                      "    app.register_blueprint(admin_bp, url_prefix='/staff')\n",
    "shop.admin": "from flask import Blueprint\nfrom flask_restful import Api, Resource\n"
                  "bp = Blueprint('admin', __name__, url_prefix='/admin')\napi = Api(bp)\n"
                  "@bp.get('/')\ndef home(): pass\n"
                  "class Users(Resource):\n    def get(self): pass\n    def post(self): pass\n"
                  "Api().add_resource(Users, '/users', '/people')\n",
    "shop.table": "from aiohttp import web\nfrom shop import handlers\ndef make(app):\n"
                  "    api = web.Application()\n    app.add_subapp('/internal', api)\n"
                  "    app.add_routes([web.get('/carts/{id}', handlers.carts), web.post('/carts', handlers.carts)])\n"
                  "    api.router.add_get('/health', handlers.health)\n"
                  "    api.router.add_route('PUT', '/baskets', handlers.carts)\n"
                  "    api.router.add_view('/shelf', handlers.Shelf)\n",
    "shop.rest": "from rest_framework import viewsets\nfrom rest_framework.decorators import action\n"
                 "class Orders(viewsets.ModelViewSet):\n"
                 "    def get_queryset(self): pass\n    def create(self, request): pass\n"
                 "    @action(detail=True, methods=['post'])\n    def publish(self, request, pk): pass\n"
                 "    @action(detail=False, url_path='top-ten')\n    def top(self, request): pass\n"
                 "class Carts(viewsets.ReadOnlyModelViewSet):\n    queryset = None\n",
    "shop.rest_urls": "from django.urls import include, path\nfrom rest_framework.routers import DefaultRouter\n"
                      "from shop import rest\nrouter = DefaultRouter()\nrouter.register('orders', rest.Orders)\n"
                      "router.register(r'carts', rest.Carts, basename='cart')\n"
                      "urlpatterns = [path('v2/', include(router.urls))]\n",
    "shop.extensions": "from celery import Celery\nqueue = Celery('shop')\n",
    "shop.jobs": "from shop.extensions import queue\n@queue.task\ndef clean(): pass\n",
    "shop.lambdas": "from aws_lambda_powertools.event_handler import APIGatewayRestResolver\n"
                    "app = APIGatewayRestResolver()\n@app.get('/bills/<number>')\ndef bill(number): pass\n"
                    "def handler(event, context): return app.resolve(event, context)\n",
    "shop.made": "from django.views import View\nclass Made(View):\n    def __init__(self, **kwargs): pass\n"
                 "    def get(self, request): pass\n",
    "shop.views": "from django.views import View\nclass Orders(View):\n    def get(self, request): pass\n"
                  "    def post(self, request): pass\ndef order(request, pk): pass\n",
    "shop.web": "import shop.handlers\nimport aiohttp.web\ndef make():\n    app = aiohttp.web.Application()\n"
                "    app.router.add_get('/carts', shop.handlers.carts)\n    return app\n",
    "shop.handlers": "from aiohttp import web\nasync def carts(request): pass\nasync def health(request): pass\n"
                     "class Shelf(web.View):\n    async def get(self): pass\n    async def delete(self): pass\n",
    "shop.sockets": "from starlette.routing import Route, WebSocketRoute\nasync def news(socket): pass\n"
                    "routes = [WebSocketRoute('/news', news)]\n",
    "shop.queued": "from datetime import timedelta\nfrom rq import Queue\nqueue = Queue()\ndef thumb(path): pass\n"
                   "def weigh(path): pass\ndef sort(path): pass\ndef start(path):\n    queue.enqueue(thumb, path)\n"
                   "    queue.enqueue_in(timedelta(1), weigh, path)\n    queue.enqueue_call(func=sort, args=(path,))\n",
    "shop.urls": "from django.urls import path\nfrom shop import views\n"
                 "urlpatterns = [path('', views.Orders.as_view()), path('<int:pk>/', views.order)]\n",
    "shop.lists.__init__": "from shop.lists.detail import detail\n",
    "shop.lists.detail": "def detail(request): pass\n",
    "shop.lists.urls": "from django.urls import path\nfrom shop import lists\n"
                       "urlpatterns = [path('list/', lists.detail)]\n",
    "shop.everything": "from shop.views import *\nfrom shop.shadowed import *\n",
    "shop.shadowed": "__all__ = ['last']\ndef last(request): pass\ndef order(request): pass\n"
                     "def unlisted(request): pass\n",
    "shop.star_urls": "from django.urls import path\nfrom shop.ring import *\nfrom shop.everything import *\n"
                      "urlpatterns = [path('star/', order), path('stars/', Orders.as_view()), path('last/', last)]\n",
    "shop.ring": "from shop.star_urls import *\nfrom shop.ring import *\n",
    "shop.site": "from django.urls import include, path\nurlpatterns = [path('shop/', include('shop.urls'))]\n",
    "shop.inline": "from django.urls import include, path\nfrom shop import views\n"
                   "kept = [path('kept/', views.order)]\n"
                   "urlpatterns = [path('in/', include([path('line/', views.order), "
                   "path('deep/', include(([path('er/', views.order), path('mod/', include('shop.urls'))], 'n')))])), "
                   "path('a/', include(kept)), path('b/', include((kept, 'b'))), path('top/', views.order)]\n",
    "shop.around": "from django.urls import include, path\nurlpatterns = [path('x/', include('shop.inline'))]\n",
    "shop.guarded": "from django.urls import path\nfrom django.contrib.auth.decorators import login_required\n"
                    "from django.views.decorators.cache import cache_page\nfrom shop import views\n"
                    "urlpatterns = [path('guarded/', login_required(views.order)), "
                    "path('all/', login_required(cache_page(60)(views.Orders.as_view())))]\n",
    "shop.management.commands.export_orders": "from django.core.management.base import BaseCommand\n"
                                              "class Command(BaseCommand):\n    def handle(self): pass\n",
    "shop.cli": "import click, argparse\n@click.group()\ndef cli(): pass\n"
                "@cli.command('import')\ndef import_(): pass\n@cli.command()\ndef clean_up(): pass\n"
                "def export(args): pass\ndef main():\n    commands = argparse.ArgumentParser().add_subparsers()\n"
                "    one = commands.add_parser('export', aliases=['dump'])\n    one.set_defaults(func=export)\n",
    "shop.worker": "async def sweep(ctx): pass\nclass WorkerSettings:\n    functions = [sweep]\n",
    "shop.tasks": "from celery import shared_task\n@shared_task\ndef send(): pass\n"
                  "@shared_task(name='shop.later')\ndef later(): pass\n",
}  # fmt: skip

ROWS = {
    "route:/guarded/": ["shop.views.order"],
    "route:POST /all/": ["shop.views.Orders.post"],
    "route:GET /api/orders/{order_id}": ["shop.orders.one"],
    "route:GET /api/orders/{order_id:int}/": ["shop.orders.one"],
    "route:GET /api/orders": ["shop.orders.many"],
    "route:POST /api/orders": ["shop.orders.make"],
    "route:PUT /api/orders/both": ["shop.orders.both"],
    "route:/health": ["shop.main.health"],
    "route:POST /pages/{page}": ["shop.pages.page"],
    "route:GET /pages/other": ["shop.pages.other"],
    "route:GET /shop": ["shop.views.Orders.get"],
    "route:POST /shop/": ["shop.views.Orders.post"],
    "route:/shop/<int:pk>/": ["shop.views.order"],
    "route:/list/": ["shop.lists.detail.detail"],
    "route:/star/": ["shop.views.order"],
    "route:POST /stars/": ["shop.views.Orders.post"],
    "route:/last/": ["shop.shadowed.last"],
    "route:GET /carts": ["shop.handlers.carts"],
    "route:GET /api/v1/events/{event_id}": ["shop.api.events.event"],
    "route:GET /api/v1/users/me": ["shop.api.users.me"],
    "route:GET /ready": ["shop.factory.create_app.ready"],
    "route:GET /internal/health": ["shop.handlers.health"],
    "route:GET /staff": ["shop.admin.home"],
    "route:GET /users": ["shop.admin.Users.get"],
    "route:POST /people": ["shop.admin.Users.post"],
    "route:GET /carts/{id}": ["shop.handlers.carts"],
    "route:POST /carts": ["shop.handlers.carts"],
    "route:GET /v2/orders/": ["shop.rest.Orders.<list>"],
    "route:POST /v2/orders/": ["shop.rest.Orders.create"],
    "route:GET /v2/orders/{pk}/": ["shop.rest.Orders.<retrieve>"],
    "route:GET /v2/carts/": ["shop.rest.Carts.<list>"],
    "route:/x/top": ["shop.views.order"],
    "route:/x/in/line/": ["shop.views.order"],
    "route:/x/in/deep/er": ["shop.views.order"],
    "route:GET /bills/{number}": ["shop.lambdas.bill"],
    "shop.lambdas:handler": ["shop.lambdas.handler"],
    "route:GET /x/in/deep/mod": ["shop.views.Orders.get"],
    "route:/x/a/kept": ["shop.views.order"],
    "route:/x/b/kept": ["shop.views.order"],
    # of a method that the class leaves to the library: what that calls, and not the handlers of other methods
    "route:DELETE /v2/orders/{pk}/": ["shop.rest.Orders.<destroy>"],
    "route:POST /v2/orders/{pk}/publish/": ["shop.rest.Orders.publish"],
    "route:GET /v2/orders/top-ten/": ["shop.rest.Orders.top"],
    "route:PUT /internal/baskets": ["shop.handlers.carts"],
    "route:DELETE /internal/shelf": ["shop.handlers.Shelf.delete"],
    "route:WS /news": ["shop.sockets.news"],
    "command:export_orders": ["shop.management.commands.export_orders.Command.handle"],
    "command:import": ["shop.cli.import_"],
    "command:clean-up": ["shop.cli.clean_up"],
    "command:export": ["shop.cli.export"],
    "command:dump": ["shop.cli.export"],
    "task:clean": ["shop.jobs.clean"],
    "task:sweep": ["shop.worker.sweep"],
    "task:send": ["shop.tasks.send"],
    "task:shop.tasks.send": ["shop.tasks.send"],
    "task:shop.later": ["shop.tasks.later"],
    "task:thumb": ["shop.queued.thumb"],
    "task:shop.queued.weigh": ["shop.queued.weigh"],
    "task:sort": ["shop.queued.sort"],
    # a view stands for what it does when it is made, and for its handlers
    "shop.views:Orders": ["shop.views.Orders.get"],
    "shop.made:Made": ["shop.made.Made.__init__", "shop.made.Made.get"],
    "shop.admin.Users": ["shop.admin.Users.get"],
    "shop.rest:Orders": ["shop.rest.Orders.get_queryset"],
    "shop.handlers:Shelf": ["shop.handlers.Shelf.get"],
}


@pytest.mark.parametrize("text", ROWS)
def test_a_name_means_a_function(text: str) -> None:
    assert list(resolve_entries(program_of(PROGRAM), [text])) == ROWS[text]


@pytest.mark.parametrize(
    ("name", "bound"),
    [
        ("shop.star_urls.order", "shop.views.order"),  # `shop.shadowed` has one, and does not hand it on
        ("shop.star_urls.unlisted", "shop.star_urls.unlisted"),
        ("shop.ring.last", "shop.shadowed.last"),
        ("shop.ring.path", "django.urls.path"),
        ("shop.ring.nothing", "shop.ring.nothing"),
    ],
)
def test_what_stars_bring_is_called_as_where_it_is_bound(name: str, bound: str) -> None:
    assert canonical(program_of(PROGRAM), name) == bound


ASKED = {
    ("route:GET /api/orders/both",): (("shop.orders.both", "GET"),),
    ("route:/api/orders/both",): (("shop.orders.both", "GET"), ("shop.orders.both", "PUT")),
    ("route:POST /pages/{page}", "route:GET /api/orders"): (("shop.orders.many", "GET"), ("shop.pages.page", "POST")),
    ("route:POST /pages/{page}", "shop.pages.page"): (),
    ("route:/shop/<int:pk>/",): (),
    ("route:GET /shop", "task:clean"): (),
}


@pytest.mark.parametrize("texts", ASKED)
def test_with_which_methods_functions_are_asked(texts: tuple[str, ...]) -> None:
    assert methods_asked(program_of(PROGRAM), texts) == ASKED[texts]


UNKNOWN = {
    "route:DELETE /health": "route:GET /health",
    "route:GET /api/order": "route:POST /api/orders/",
    "route:/line": "route:x/in/line/",
    "command:exports": "command:export",
    "task:sends": "task:send",
    "route:POST /v2/orders/{pk}/publsh/": "route:POST v2/orders/{pk}/publish/",
    "shop.management.commands.export_orders:Command": "shop.management.commands.export_orders.Command.handle",
}


@pytest.mark.parametrize("text", UNKNOWN)
def test_a_name_that_there_is_not_is_an_error_with_the_nearest(text: str) -> None:
    with pytest.raises(AuditError) as found:
        resolve_entries(program_of(PROGRAM), [text])
    assert found.value.slug == "unknown-entry-point"
    assert UNKNOWN[text] in str(found.value)


READABLE = {
    "^orders/(?P<pk>[0-9]+)/$": "orders/<pk>/",
    "^api/v1/^upload$": "api/v1/upload",
    r"^(?P<slug>[^/(]+)\.(?P<kind>(?:xml|json))/?\Z": "<slug>.<kind>/",
    "orders/<int:pk>/": "orders/<int:pk>/",
    "/orders/{pk}": "/orders/{pk}",
    "^" + "(?P<a>[" * 20_000: "^" + "(?P<a>[" * 20_000,  # nobody's path, and slow to read
}


@pytest.mark.parametrize("path", READABLE, ids=range(len(READABLE)))
def test_a_path_that_is_a_regular_expression_is_told_as_others(path: str) -> None:
    assert readable(path) == READABLE[path]
