"""What the models of frameworks that ship say: small applications, and all edges that a function of theirs has then."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from tests.callgraph.solving import edges, solve


class Application(NamedTuple):
    """Modules, the entry point, and the edges of the functions whose edges are listed here."""

    name: str
    modules: dict[str, str]
    entry: str
    expected: list[str]


PYRAMID = Application(
    "pyramid",
    {
        "blog.__init__": """
from pyramid.config import Configurator
from .roots import Root

def main(settings):
    config = Configurator(settings={"storage": "blog.memory"}, root_factory=Root)
    config.include(".parts")
    config.scan("blog.views")
    return config.make_wsgi_app()
""",
        "blog.roots": """
class Root:
    def __init__(self, request):
        request.registry.storage.load()
""",
        "blog.memory": """
class Memory:
    def load(self): ...

def from_config(config):
    return Memory()
""",
        "blog.parts": """
def user(request): ...

def includeme(config):
    storage = config.maybe_dotted(config.get_settings()["storage"])
    config.registry.storage = storage.from_config(config)
    config.add_request_method(user, "user", reify=True)
""",
        "blog.views.__init__": "",
        "blog.views.home": """
from pyramid.view import view_config

@view_config(route_name="home")
def home(request):
    request.user
    request.registry.storage.load()
""",
    },
    "blog.main",
    [
        "blog.main -> blog.parts.includeme callback likely",
        "blog.main -> blog.roots.Root.__init__ callback likely",
        "blog.main -> blog.views.home.home callback likely",
        "blog.parts.includeme -> blog.memory.from_config call likely",
        "blog.roots.Root.__init__ -> blog.memory.Memory.load call likely",
        "blog.views.home.home -> blog.memory.Memory.load call likely",
        "blog.views.home.home -> blog.parts.user property likely",
    ],
)

CELERY = Application(
    "celery",
    {
        "shop.__init__": "",
        "shop.app": """
from celery import Celery, Task, signals

class Base(Task):
    def store(self): ...
    def on_failure(self, exc, task_id, args, kwargs, einfo): ...
    def helper(self): ...

app = Celery("shop", task_cls=Base)
app.config_from_object("shop.config")

@signals.task_prerun.connect
def before(sender=None, **more): ...

def work():
    app.worker_main()

def order():
    from shop.tasks import place
    place.delay(3)
""",
        "shop.config": 'imports = ["shop.tasks"]\ntask_routes = ("shop.routes.ByName",)\n',
        "shop.routes": "class ByName:\n    def route_for_task(self, name, args=None): ...\n    def other(self): ...\n",
        "shop.tasks": """
from shop.app import app

@app.task(bind=True)
def place(self, number):
    self.store()
""",
    },
    "shop.app.work",
    [
        "shop.app.work -> shop.app.Base.on_failure callback likely",
        "shop.app.work -> shop.app.before callback likely",
        "shop.app.work -> shop.routes.ByName.route_for_task callback likely",
        "shop.app.work -> shop.tasks.place callback certain",
        "shop.tasks.place -> shop.app.Base.store call likely",
    ],
)

SCRAPY = Application(
    "scrapy",
    {
        "pages.__init__": "",
        "pages.settings": """
SPIDER_MODULES = ["pages.spiders"]
ITEM_PIPELINES = {"pages.pipelines.Keep": 100}
""",
        "pages.pipelines": """
class Keep:
    @classmethod
    def from_crawler(cls, crawler):
        kept = cls()
        crawler.signals.connect(kept.opened, signal=1)
        return kept

    def opened(self, spider): ...
    def process_item(self, item, spider): ...
    def helper(self): ...
""",
        "pages.spiders.__init__": "",
        "pages.spiders.site": """
import scrapy

class Site(scrapy.Spider):
    name = "site"

    def parse(self, response):
        yield response.follow("/next", self.after)

    def after(self, response): ...
    def helper(self): ...
""",
        "pages.run": """
from scrapy.crawler import CrawlerProcess
from scrapy.utils.project import get_project_settings

def main():
    process = CrawlerProcess(get_project_settings())
    process.crawl("site")
    process.start()
""",
    },
    "pages.run.main",
    [
        "pages.run.main -> pages.pipelines.Keep.from_crawler callback likely",
        "pages.run.main -> pages.pipelines.Keep.opened callback likely",
        "pages.run.main -> pages.pipelines.Keep.process_item callback likely",
        "pages.run.main -> pages.spiders.site.Site.after callback likely",
        "pages.run.main -> pages.spiders.site.Site.parse callback likely",
    ],
)

AIOHTTP = Application(
    "aiohttp",
    {
        "notes": """
from aiohttp import web

class Store:
    def load(self): ...

STORE = web.AppKey("store", Store)
routes = web.RouteTableDef()

@routes.get("/")
async def index(request):
    request.app[STORE].load()

@routes.view("/one")
class One(web.View):
    async def get(self): ...
    async def helper(self): ...

@web.middleware
async def errors(request, handler):
    return await handler(request)

async def started(app):
    app[STORE].load()

def main():
    app = web.Application(middlewares=[errors])
    app[STORE] = Store()
    app.add_routes(routes)
    app.on_startup.append(started)
    web.run_app(app)
""",
    },
    "notes.main",
    [
        "notes.errors -> notes.One.get callback likely",
        "notes.errors -> notes.errors callback likely",
        "notes.errors -> notes.index callback likely",
        "notes.index -> notes.Store.load call likely",
        "notes.main -> notes.One.get callback likely",
        "notes.main -> notes.errors callback likely",
        "notes.main -> notes.index callback likely",
        "notes.main -> notes.started callback likely",
        "notes.started -> notes.Store.load call likely",
    ],
)

LUIGI = Application(
    "luigi",
    {
        "report": """
import luigi
from luigi.util import requires

class Load(luigi.Task):
    def output(self): ...
    def run(self): ...
    def helper(self): ...

@requires(Load)
class Totals(luigi.Task):
    def output(self): ...
    def run(self):
        self.helper()
    def helper(self): ...

@luigi.Task.event_handler("failed")
def failed(task, error): ...

def main():
    luigi.build([Totals()], local_scheduler=True)
""",
    },
    "report.main",
    [
        "report.Totals.run -> report.Totals.helper call certain",
        "report.main -> report.Load.output callback likely",
        "report.main -> report.Load.run callback likely",
        "report.main -> report.Totals.output callback likely",
        "report.main -> report.Totals.run callback likely",
        "report.main -> report.failed callback likely",
    ],
)

TEXTUAL = Application(
    "textual",
    {
        "look": """
from textual.app import App
from textual.widgets import Static

class Line(Static):
    def on_click(self, event):
        self.refresh()
    def watch_text(self, text): ...
    def helper(self): ...

class Look(App):
    def compose(self):
        yield Line()
    def action_stop(self): ...

def main():
    Look().run()
""",
    },
    "look.main",
    [
        "look.main -> look.Line.on_click callback likely",
        "look.main -> look.Line.watch_text callback likely",
        "look.main -> look.Look.action_stop callback likely",
        "look.main -> look.Look.compose callback likely",
    ],
)


@pytest.mark.parametrize("found", (PYRAMID, CELERY, SCRAPY, AIOHTTP, LUIGI, TEXTUAL), ids=lambda found: found.name)
def test_application(found: Application) -> None:
    """Every edge but those to the bodies of modules and classes."""
    bodies = (" import ", " construct ")
    rows = edges(solve(found.modules, found.entry))
    assert sorted(row for row in rows if not any(body in row for body in bodies)) == found.expected


def test_task_that_is_an_entry_point_is_given_itself() -> None:
    assert "shop.tasks.place -> shop.app.Base.store call likely" in edges(solve(CELERY.modules, "shop.tasks.place"))
