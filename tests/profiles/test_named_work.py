"""Tasks and commands that no decorator declares, and routes in lists: each row is what a name means in a program."""

from __future__ import annotations

import pytest

from code_path_audit.profiles.entry import resolve_entries
from tests.callgraph.solving import program_of

TASKS = """
from celery import Celery, Task
from audited import Mixin
app = Celery("shop")
class Send(Task):
    name = "send_invoice"
    def run(self, order): pass
class Base(app.Task):
    def helper(self): pass
class Count(Base):
    def run(self): pass
class Logged(Mixin, app.Task):
    def run(self): pass
class NoTask:
    def run(self): pass
app.register_task(Send())
"""

WORKER = """
from arq import cron, func
from arq.connections import RedisSettings
from shop.mails import mail
async def download(ctx, url): pass
async def clean(ctx): pass
class WorkerSettings:
    functions = [download, func(mail, name="send_mail")]
    cron_jobs = [cron(clean, hour=3)]
"""

COMPARED = """
import argparse
def export(args): pass
def load(args): pass
def check(args): pass
def count(args): pass
def other(): pass
def main(argv=None):
    parser = argparse.ArgumentParser()
    commands = parser.add_subparsers(dest="command")
    for name in ("a",): pass
    commands.add_parser("export")
    commands.add_parser("load")
    commands.add_parser("nothing")
    args = parser.parse_args(argv)
    if args.command == "nothing":
        pass
    elif args.command == "export":
        export(args)
    elif "load" == args.command:
        load(args)
    else:
        other()
def turns(args, last):  # copies lead in a circle here
    word = args.command
    while word == last:
        word, last = last, word
def second():
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=["check", "count"])
    args = parser.parse_args()
    match args.what:
        case "check":
            check(args)
        case "count":
            count(args)
def third(rows):
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=["check"])
    what = other = parser.parse_args().what
    for row in rows:
        what, other = other, what  # copies in a ring
        if what == "swapped":
            check(what)
        if "check" == other.what:
            check(other)
"""

TABLE = """
import argparse
def dump(args): pass
def fill(args): pass
COMMANDS = {"dump": dump, "fill-up": fill}
OTHERS = {"x": dump}
def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("command", choices=sorted(COMMANDS))
    args = parser.parse_args()
    COMMANDS[args.command](args)
"""

STARLETTE = """
from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.routing import Mount, Route, Router
from shop.users import routes as user_routes
def send(x): pass
async def orders(request): return BackgroundTask(send, 1)
async def one(request): pass
async def status(request): pass
async def deep(request): pass
inner = [Route("/{id}", one)]
api = Starlette(routes=[Route("/status", status)])
app = Starlette(routes=[
    Mount("/api", routes=[Route("/orders", orders, methods=["POST"]), Mount("/orders", routes=inner)]),
    Mount("/internal", app=api), Mount("/users", routes=user_routes), Mount("/r", Router([Route("/deep", deep)])),
])
"""

USERS = """
from starlette.routing import Route
async def me(request): pass
routes = [Route("/me", me)]
"""

LITESTAR = """
from litestar import Controller, Litestar, Router, get, post
@get("/items/{number:int}")
async def item(number: int) -> dict: return {}
@get("/health")
async def health() -> dict: return {}
class Orders(Controller):
    path = "/orders"
    @get("/{order_id:int}")
    async def one(self, order_id: int) -> dict: return {}
    @post()
    async def make(self) -> dict: return {}
v1 = Router(path="/v1", route_handlers=[item, Orders])
app = Litestar(route_handlers=[v1, health])
"""

PROGRAM = {
    "shop.__init__": "", "shop.tasks": TASKS, "shop.mails": "async def mail(ctx): pass\n", "shop.worker": WORKER,
    "shop.compared": COMPARED, "shop.table": TABLE, "shop.web": STARLETTE, "shop.users": USERS, "shop.lite": LITESTAR,
    "shop.later": "from fastapi import APIRouter, BackgroundTasks\nfrom shop.mails import mail\nrouter = APIRouter()\n"
                  "@router.post('/x')\nasync def x(tasks: BackgroundTasks): tasks.add_task(mail, 1)\n",
}  # fmt: skip

ROWS = {
    "task:send_invoice": ["shop.tasks.Send.run"],
    "task:shop.tasks.Send": ["shop.tasks.Send.run"],
    "task:Count": ["shop.tasks.Count.run"],
    "task:Logged": ["shop.tasks.Logged.run"],
    "task:download": ["shop.worker.download"],
    "task:send_mail": ["shop.mails.mail"],
    "task:clean": ["shop.worker.clean"],
    "task:mail": ["shop.mails.mail"],
    "task:shop.web.send": ["shop.web.send"],
    "command:export": ["shop.compared.export"],
    "command:load": ["shop.compared.load"],
    "command:check": ["shop.compared.check"],
    "command:count": ["shop.compared.count"],
    "command:dump": ["shop.table.dump"],
    "command:fill-up": ["shop.table.fill"],
    "route:POST /api/orders": ["shop.web.orders"],
    "route:GET /api/orders/{id}": ["shop.web.one"],
    "route:GET /internal/status": ["shop.web.status"],
    "route:GET /users/me": ["shop.users.me"],
    "route:GET /r/deep": ["shop.web.deep"],
    "route:GET /v1/items/{number}": ["shop.lite.item"],
    "route:GET /health": ["shop.lite.health"],
    "route:GET /v1/orders/{order_id}": ["shop.lite.Orders.one"],
    "route:POST /v1/orders": ["shop.lite.Orders.make"],
}

NONE = ("task:NoTask", "task:Base", "command:nothing", "command:x", "route:/orders", "route:/me")


@pytest.mark.parametrize("text", ROWS)
def test_a_name_means_a_function(text: str) -> None:
    assert list(resolve_entries(program_of(PROGRAM), [text])) == ROWS[text]


@pytest.mark.parametrize("text", NONE)
def test_a_name_that_there_is_not(text: str) -> None:
    with pytest.raises(Exception, match="no route, command or task"):
        resolve_entries(program_of(PROGRAM), [text])
