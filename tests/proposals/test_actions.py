"""The candidates of small programs, in the order in which they are worth a trace; and which of them are chosen."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from code_path_audit.config import ActionConfig
from code_path_audit.proposals.actions import (
    API,
    SCRIPT,
    STARTUP,
    Candidate,
    Cost,
    action_name,
    choose,
    is_site,
    likeliest,
)
from code_path_audit.proposals.actions import find_candidates as candidates_of
from code_path_audit.proposals.asked import asked
from code_path_audit.proposals.handlers import COMMAND, ROUTE, TASK
from code_path_audit.reports.overview import Overview
from tests.proposals.projects import modules, repository

PROJECT = '[project]\nname = "shop"\n'
SCRIPTS = PROJECT + '[project.scripts]\nshop = "shop.cli:main"\n'
CLI = "def main():\n    'Runs the shop.'\n"

ROWS: dict[str, tuple[dict[str, str], list[tuple[str, str, str, str]]]] = {
    "a script": (
        {"pyproject.toml": SCRIPTS, "shop/__init__.py": "", "shop/cli.py": CLI},
        [
            ("script", "shop", "shop.cli:main", "Runs the shop"),
            ("startup", "startup", "shop.cli", "Starts shop: all its imports"),
        ],
    ),
    "a script that is an object of a framework": (
        {
            "pyproject.toml": SCRIPTS,
            "shop/__init__.py": "",
            "shop/cli.py": "main = App()\n@main.command\ndef buy(): pass",
        },
        [
            ("command", "buy", "shop.cli:buy", "shop buy"),
            ("startup", "startup", "shop.cli", "Starts shop: all its imports"),
        ],
    ),
    "of commands that documents do not name the longest first, a module before the second of another": (
        {
            "a.py": (
                "@click.command()\ndef show(): pass\n@click.command()\ndef fetch():\n    a()\n    b()\n"
                "@click.command()\ndef drop(): pass\n"
            ),
            "b.py": "@click.command()\ndef send(): pass\n",
        },
        [
            ("command", "fetch", "a:fetch", "The command fetch"),
            ("command", "send", "b:send", "The command send"),
            ("command", "show", "a:show", "The command show"),
            ("command", "drop", "a:drop", "The command drop"),
        ],
    ),
    "python -m": (
        {"shop/__init__.py": "", "shop/__main__.py": "1"},
        [
            ("script", "shop", "shop.__main__", "python -m shop"),
            ("startup", "startup", "shop.__main__", "Starts shop: all its imports"),
        ],
    ),
    "python -m, of a package whose commands are known": (
        {
            "shop/__init__.py": "@click.group()\ndef cli(): pass\n@cli.command()\ndef buy(): pass",
            "shop/__main__.py": "import shop\nif __name__ == '__main__':\n    shop.cli()\n",
            "tool/__init__.py": "@click.command()\ndef cli(): pass",
        },
        [
            ("command", "buy", "shop:buy", "The command buy"),
            # what is all of a command line is called by its package
            ("command", "tool", "tool:cli", "The command tool"),
            ("startup", "startup", "shop.__main__", "Starts shop: all its imports"),
        ],
    ),
    "a command that is called like a route": (
        {"a.py": "@app.get('/send')\ndef f(): pass\n", "send.py": "@click.command()\ndef get_send(): pass\n"},
        [
            ("route", "get-send", "a:f", "GET /send"),
            ("command", "send-get-send", "send:get_send", "The command get-send"),
        ],
    ),
    "a command that is called like a route, in a file of its name": (
        {"a.py": "@app.route('/send')\ndef f(): pass\n", "send.py": "@click.command()\ndef send(): pass\n"},
        [("route", "send", "a:f", "/send"), ("command", "command-send", "send:send", "The command send")],
    ),
    "a file that is run": (
        {"run.py": "def go(): pass\nif __name__ == '__main__':\n    raise SystemExit(go())\n"},
        [
            ("script", "run", "run:go", "python run.py"),
            ("startup", "startup", "run", "Starts run: all its imports"),
        ],
    ),
    "what a package exports, by what its documents call": (
        {
            "pyproject.toml": PROJECT,
            "README.md": "shop.save(x); shop.save(y); Cart().total()",
            "shop/__init__.py": "from shop.core import load, save, Cart, _hidden\n",
            "shop/core.py": (
                "def load(): pass\ndef save(): 'Saves :class:`~x.Y`.'\ndef _hidden(): pass\n"
                "class Cart:\n    def total(self): pass\n    def other(self): pass\n"
            ),
        },
        [
            ("api", "save", "shop.core:save", "Saves x.Y"),
            ("api", "Cart.total", "shop.core:Cart.total", ""),
            ("api", "load", "shop.core:load", ""),
        ],
    ),
    "__all__": (
        {"pyproject.toml": PROJECT, "shop/__init__.py": "__all__ = ['a']\ndef a(): pass\ndef b(): pass\n"},
        [("api", "a", "shop:a", "")],
    ),
    "what only makes something of its arguments comes after what works, however often it is named": (
        {
            "pyproject.toml": PROJECT,
            "README.md": "from shop import make, load\nmake()\nmake()\nload()\n",
            "shop/__init__.py": "def make():\n    return 1\ndef load():\n    a()\n    b()\n",
        },
        [("api", "load", "shop:load", ""), ("api", "make", "shop:make", "")],
    ),
    "short paths first": (
        {"a.py": "@app.get('/x/y')\ndef f(): pass\n@app.get('/z')\ndef g(): pass\n@app.get('/')\ndef h(): pass\n"},
        [
            ("route", "get-root", "a:h", "GET /"),
            ("route", "get-z", "a:g", "GET /z"),
            ("route", "get-x-y", "a:f", "GET /x/y"),
        ],
    ),
    "what most paths begin with comes first, then as seats go by votes": (
        {
            "a.py": (
                "@app.get('/api/v1/hours')\ndef hours(): pass\n@app.get('/api/v1/orders')\ndef orders(): pass\n"
                "@app.post('/api/v1/orders')\ndef order(): pass\n@app.get('/api/v1/orders/{id}')\ndef one(): pass\n"
            ),
        },
        [
            ("route", "get-api-v1-orders", "a:orders", "GET /api/v1/orders"),
            ("route", "post-api-v1-orders", "a:order", "POST /api/v1/orders"),
            ("route", "get-api-v1-hours", "a:hours", "GET /api/v1/hours"),
            ("route", "get-api-v1-orders-id", "a:one", "GET /api/v1/orders/{id}"),
        ],
    ),
    "what does most comes before what is as near, and what nobody comes for last": (
        {
            "a.py": (
                "@app.get('/a')\ndef f(): pass\n@app.get('/b')\ndef g():\n    one()\n    two()\n    three()\n"
                "@app.delete('/a')\ndef h():\n    one()\n    two()\n    three()\n    four()\n"
                "@app.post('/login')\ndef i():\n    one()\n    two()\n    three()\n    four()\n"
            ),
        },
        [
            ("route", "get-b", "a:g", "GET /b"),
            ("route", "get-a", "a:f", "GET /a"),
            ("route", "delete-a", "a:h", "DELETE /a"),
            ("route", "post-login", "a:i", "POST /login"),
        ],
    ),
    "routes of the same path, and a module before the second of another": (
        {
            "a.py": "@app.get('/x')\ndef f(): pass\n@app.get('/y')\ndef g(): 'Says y.'\n",
            "b.py": "@app.get('/x')\ndef h(): pass\n",
        },
        [
            ("route", "get-x", "a:f", "GET /x"),
            ("route", "b-get-x", "b:h", "GET /x"),
            ("route", "get-y", "a:g", "GET /y: Says y"),
        ],
    ),
}


@pytest.mark.parametrize("name", ROWS)
def test_candidates(name: str, tmp_path: Path) -> None:
    files, rows = ROWS[name]
    found = repository(tmp_path, files)
    named = {path.removesuffix(".py").replace("/", "."): data.decode() for path, data in found.files.items()}
    shown = [
        (c.kind, c.action.name, *c.action.entry_points, c.action.description)
        for c in candidates_of(found, modules(named))
    ]
    assert shown == rows


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("GET /orders/{id}", "get-orders-id"), ("POST /", "post-root"), ("/", "root"), ("/x/<int:pk>/", "x-pk"),
        (r"/x/(?P<id>\d+)", "x-id"), ("send-mail", "send-mail"), ("Cart.total", "Cart.total"), ("caf\u00e9", "caf"),
        ("..", "root"), ("x" * 300, "x" * 50), ("a\x1b[31m", "a-31m"),
    ],
)  # fmt: skip
def test_action_name(text: str, name: str) -> None:
    assert action_name(text) == name


def candidate(kind: str, name: str, mentions: int = 0) -> Candidate:
    return Candidate(kind, ActionConfig(name, (name,)), mentions)


def cost(name: str, load: int, starts: frozenset[str] = frozenset()) -> Cost:
    return Cost(Overview(name, bool(load), 0, ""), load, 1, starts)


CHOICES: dict[str, tuple[list[tuple[Candidate, int]], str]] = {
    "the heaviest": ([(candidate(COMMAND, name), n) for n, name in enumerate("abcdefghijkl", 1)], "efghijkl"),
    "of routes two of three as ranked": (
        [(candidate(ROUTE, name), n) for n, name in enumerate("abcdefghijkl", 1)],
        "abcdefkl",
    ),
    "what documents name comes first": (
        [(candidate(COMMAND, "a", 9), 1), *((candidate(COMMAND, name), 5) for name in "bcdefghij")],
        "abcdefgh",
    ),
    "the page that everybody begins with": (
        [(candidate(ROUTE, "a", 1), 1), *((candidate(ROUTE, name), 5) for name in "bcdefghij")],
        "abcdefgh",
    ),
    "a share for each kind": (
        [
            *((candidate(ROUTE, name), 9) for name in "abcdefgh"),
            *((candidate(API, name), 1) for name in "stuvw"),
            (candidate(STARTUP, "z"), 1),
        ],
        "abcdstuz",
    ),
    "what pays for nothing is left out": ([(candidate(API, "a"), 0), (candidate(API, "b"), 1)], "b"),
    "unless nothing pays": ([(candidate(API, "a"), 0), (candidate(SCRIPT, "b"), 0)], "ab"),
    "nothing": ([], ""),
}


@pytest.mark.parametrize("name", CHOICES)
def test_choose(name: str) -> None:
    rows, names = CHOICES[name]
    costs = {c.action.name: cost(c.action.name, load) for c, load in rows}
    assert "".join(c.action.name for c in choose([c for c, _ in rows], costs)) == names


def test_a_site_is_what_it_answers() -> None:
    routes = [candidate(ROUTE, name) for name in "abcdefghij"]
    others = [candidate(kind, name) for kind, name in ((SCRIPT, "s"), (COMMAND, "q"), (TASK, "t"), (STARTUP, "z"))]
    more = [candidate(COMMAND, name) for name in "mnopqrstuv"]
    rows = [*others, *routes]
    assert is_site(rows) and not is_site(routes[:7]) and not is_site([*routes, *more])
    # a command that documents name has its turn, another comes after all routes
    assert [c.action.name for c in likeliest(rows, site=True)] == ["a", "b", "s", "c", "d", "e", "f", "t"]
    named = [c._replace(mentions=1) if c.kind == COMMAND else c for c in rows]
    assert [c.action.name for c in likeliest(named, site=True)] == ["a", "b", "s", "c", "d", "q", "e", "f"]
    assert [c.action.name for c in likeliest(rows)] == ["s", "a", "q", "t", "z", "b", "c", "d"]
    costs = {c.action.name: cost(c.action.name, 1) for c in rows}
    assert [c.action.name for c in choose(named, costs, site=True)] == ["a", "b", "c", "d", "e", "f", "q", "s"]
    assert [c.action.name for c in likeliest([*routes[:2], *others], site=True)] == ["a", "b", "s", "t", "z", "q"]


def test_one_page_is_the_first_of_a_site(tmp_path: Path) -> None:
    """Of two parts of a site that each have a page at their top, the one that is asked for; methods of a class share
    no name with one another."""
    files = {
        "requirements.txt": "flask\n",
        "site_a.py": ("@bp.route('/', endpoint='overview')\ndef overview(): [url_for('home'), url_for('home')]\n"),
        "site_b.py": (
            "class Home(View):\n    def get(self): pass\n    def post(self): pass\n"
            "bp.add_url_rule('/', view_func=Home.as_view('home'))\n"
        ),
    }
    sources = {path.removesuffix(".py"): text for path, text in files.items() if path.endswith(".py")}
    asks = partial(asked, tmp_path, [text.encode() for text in sources.values()])
    found = candidates_of(repository(tmp_path, files), modules(sources), {}, asks)
    said = [(c.action.entry_points[0], c.mentions) for c in found if c.kind == ROUTE]
    assert said == [("site_b:Home.get", 1), ("site_a:overview", 0), ("site_b:Home.post", 0)]


def test_a_view_whose_path_the_program_alone_knows(tmp_path: Path) -> None:
    """It is asked with the method that its function answers, not with its name."""
    source = {"site": "class Page(DetailView):\n    def dispatch(self): pass\n    def post(self): pass\n"}
    found = candidates_of(repository(tmp_path, {"a.py": ""}), modules(source), {"site.Page": "/pages/<pk>/"})
    told = [(c.action.name, c.action.description, c.action.entry_points) for c in found]
    assert told == [("post-pages-pk", "POST /pages/<pk>/", ("site:Page.post",))]


def test_what_documents_name_is_chosen_though_it_pays_for_nothing() -> None:
    """Large ones, two of them, where there is room."""
    rows = [candidate(API, "a"), *(candidate(API, name, 2) for name in "bcde"), candidate(API, "f")]
    costs = {"a": cost("a", 1)} | {name: cost(name, 0)._replace(functions=10 * n) for n, name in enumerate("bcdef", 1)}
    assert [c.action.name for c in choose(rows, costs)] == ["a", "d", "e"]
    full = [candidate(ROUTE, name) for name in "stuvwxyz"]
    assert len(choose([*full, *rows], costs | {name: cost(name, 5) for name in "stuvwxyz"})) == 8


def test_a_start_up_that_runs_the_program_is_none() -> None:
    rows = [candidate(SCRIPT, "a"), candidate(STARTUP, "startup")]
    costs = {"a": cost("a", 1), "startup": cost("startup", 1, frozenset({"a"}))}
    assert [c.action.name for c in choose(rows, costs)] == ["a"]


def test_what_could_not_be_traced_is_left_out() -> None:
    assert choose([candidate(API, "a"), candidate(API, "b")], {"b": cost("b", 1)})[0].action.name == "b"
