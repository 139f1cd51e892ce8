"""What FastAPI injects into a handler: each row is a handler, and what it runs beside its own body."""

from __future__ import annotations

import pytest

from tests.callgraph.frameworks.querying import ops_of

DEPENDENCIES = """\
from typing import Annotated
import fastapi
from fastapi import APIRouter, Depends, FastAPI, Header, Security
class Store:
    def rows(self):
        open("rows")
def settings():
    open("settings")
async def store(config=Depends(settings)):
    yield Store()
StoreDep = Annotated[Store, Depends(store)]
def nested(inner: StoreDep):
    return inner
class Repository:
    def __init__(self, store: StoreDep, limit: int = 3):
        self.store = store
    def all(self):
        return self.store.rows()
class Check:
    def __init__(self, role):
        self.role = role
    def __call__(self, token: Annotated[str, Header()]):
        open("check")
is_admin = Check("admin")
def verify(store: StoreDep):
    open("verify")
router = APIRouter()
"""

FROM_STORE = ["m.Store.rows", "m.settings"]

ROWS = {
    "def f(s=Depends(store)): s.rows()": FROM_STORE,
    "def f(s: Store = Depends(store)): s.rows()": FROM_STORE,
    "def f(s: Annotated[Store, Depends(store)]): s.rows()": FROM_STORE,
    "def f(s: 'Annotated[Store, fastapi.Depends(store)]'): s.rows()": FROM_STORE,
    "def f(s: StoreDep): s.rows()": FROM_STORE,
    "async def f(*, s: StoreDep): s.rows()": FROM_STORE,
    "def f(s: Annotated[Store, Depends(nested)]): s.rows()": FROM_STORE,
    "def f(r: Annotated[Repository, Depends()]): r.all()": FROM_STORE,
    "def f(r: Repository = Depends()): r.all()": FROM_STORE,
    "def f(r=Depends(Repository)): r.all()": FROM_STORE,
    "def f(ok: Annotated[bool, Security(is_admin)]): pass": ["m.Check.__call__"],
    "def f(x: Annotated[str, Header()]): pass": [],
    "def f(x: int): pass": [],
}


@pytest.mark.parametrize("handler", ROWS)
def test_a_dependency_runs_and_what_it_gives_reaches_the_parameter(handler: str) -> None:
    assert opened(DEPENDENCIES + '@router.get("/")\n' + handler) == ROWS[handler]


BESIDE = {
    '@router.get("/", dependencies=[Depends(verify)])\ndef f(): pass': ["m.settings", "m.verify"],
    '@router.get("/a", dependencies=[Depends(verify)])\ndef g(): pass\n@router.get("/")\ndef f(): pass': [],
    'own = APIRouter(dependencies=[Depends(verify)])\n@own.get("/")\ndef f(): pass': ["m.settings", "m.verify"],
    'app = FastAPI(dependencies=[Depends(settings)])\n@app.get("/")\ndef f(): pass': ["m.settings"],
    'app = FastAPI()\napp.include_router(router, dependencies=[Depends(settings)])\n@router.get("/")\ndef f(): pass': [
        "m.settings"
    ],
}


@pytest.mark.parametrize("text", BESIDE)
def test_dependencies_that_stand_beside_routes(text: str) -> None:
    assert opened(DEPENDENCIES + text) == BESIDE[text]


def test_what_no_router_declares_is_injected_nowhere() -> None:
    assert opened(DEPENDENCIES + "def f(s=Depends(store)): pass") == []


def opened(text: str) -> list[str]:
    return sorted(op.function for op in ops_of({"m": text}, "m.f") if op.callee == "builtins.open")


APP = """\
from fastapi import APIRouter, Depends, FastAPI
from shop import other, orders
def key(): open("key")
def user(): open("user")
def limit(): open("limit")
def create():
    api = APIRouter(dependencies=[Depends(user)])
    for module in (orders,):
        api.include_router(module.router, dependencies=[Depends(limit)])
    app = FastAPI()
    app.include_router(api)
    app.include_router(other.router, dependencies=[Depends(key)])
    return app
"""

ROUTER = "from fastapi import APIRouter\nrouter = APIRouter()\n@router.get('/')\ndef f(): pass\n"


def test_routers_within_routers_of_another_module() -> None:
    modules = {"shop.__init__": "", "shop.app": APP, "shop.orders": ROUTER, "shop.other": ROUTER}
    found = {name: sorted(op.function for op in ops_of(modules, f"shop.{name}.f")) for name in ("orders", "other")}
    assert found == {"orders": ["shop.app.limit", "shop.app.user"], "other": ["shop.app.key"]}


FIXTURES = {
    "conftest": "import pytest\n@pytest.fixture(scope='session')\ndef engine():\n    open('engine')\n"
                "@pytest.fixture\ndef other():\n    open('other')\n",
    "tests.__init__": "",
    "tests.conftest": "import pytest\nclass Session:\n    def rows(self): open('rows')\n@pytest.fixture\n"
                      "def db(engine):\n    open('db')\n    yield Session()\n",
    "tests.test_shop": "def test_rows(db):\n    db.rows()\ndef helper(db):\n    db.rows()\n",
}  # fmt: skip


def test_a_test_is_given_its_fixtures() -> None:
    opened = {
        entry: sorted(op.function for op in ops_of(FIXTURES, entry))
        for entry in ("tests.test_shop.test_rows", "tests.test_shop.helper")
    }
    assert opened == {
        "tests.test_shop.test_rows": ["conftest.engine", "tests.conftest.Session.rows", "tests.conftest.db"],
        "tests.test_shop.helper": [],
    }


CHAINS = {
    "functions": ("def d0(): open('x')\n", "def d{n}(x=Depends(d{p})): pass\n"),
    "classes": (
        "class d0:\n    def __init__(self): open('x')\n",
        "class d{n}:\n    def __init__(self, x: Annotated[d{p}, Depends()]): pass\n",
    ),
}
"""Dependencies of which each has the one before it."""


@pytest.mark.parametrize("kind", CHAINS)
def test_dependencies_that_lead_to_one_another_over_many_hands(kind: str) -> None:
    first, further = CHAINS[kind]
    lines = "".join(further.replace("{n}", str(n)).replace("{p}", str(n - 1)) for n in range(1, 400))
    source = (
        f"from typing import Annotated\nfrom fastapi import APIRouter, Depends\nrouter = APIRouter()\n{first}{lines}"
    )
    found = opened(f'{source}@router.get("/")\ndef f(x=Depends(d399)): pass\n')
    assert found == ["m.d0" if kind == "functions" else "m.d0.__init__"]
