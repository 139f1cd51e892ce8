"""What frameworks find though nothing imports it: a row is an action, and a change of a module that one finds; and what
no constants name.

Each row is a project of its own, of one action: what it measures is another after the change, so the action counts as
affected by it.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from pathlib import Path

import pytest

from code_path_gate.cli import main
from tests.gate.repositories import Repo
from tests.system.shortcuts import claims

CONFIG = """\
[tool.code-path-audit]
source = ["src"]
[tool.code-path-audit.actions.save]
entry_points = ["{entry}"]
"""

ENTRY, OTHER, SLOW = "src/shop/m.py", "src/shop/other.py", "for r in X: requests.get(r)"
"""The module of the action, one that nothing imports, and what that begins to do in place of `pass`."""

FLASK = "from flask import Blueprint\nbp = Blueprint('a', __name__)\n@bp.route('/a')\ndef go(): return ''\n"
FASTAPI = "from fastapi import APIRouter\nrouter = APIRouter()\n@router.get('/a')\ndef go(): return ''\n"
ROUTERS = "import requests\nfrom fastapi import Depends, FastAPI\nfrom shop import m\ndef asked():\n    pass\n"
LOGIN = "from flask import Blueprint\nfrom flask_login import login_required\nbp = Blueprint('a', __name__)\n"
SETTINGS = "INSTALLED_APPS = ['shop']\nDATABASES = {}\nMIDDLEWARE = ['shop.other.Middle']\n"
URLS = "from django.urls import path\nfrom shop import m\nurlpatterns = [path('', m.go)]\n"
MIDDLE = "class Middle:\n    def __init__(self, n): self.n = n\n    def __call__(self, r):\n        pass\n"
COMMAND = "src/shop/management/commands/tidy.py"
HANDLES = "from django.core.management.base import BaseCommand\nimport requests\nclass Command(BaseCommand):\n"
TIDY = HANDLES + "    def handle(self, *a, **k):\n        pass\n"
WORKER = "from arq import cron\nimport requests\nfrom shop import m\nclass F:\n    def work(self):\n        pass\n"
FIXTURE = "import pytest, requests\n@pytest.fixture\ndef fix():\n    pass\n"

ROWS: dict[str, tuple[str, str, Mapping[str, str], str]] = {
    # the entry point, the module that changes, and all files
    "a hook of requests": ("shop.m.go", OTHER, {
        ENTRY: FLASK,
        OTHER: "import flask, requests\napp = flask.Flask('a')\n@app.before_request\ndef b():\n    pass\n",
    }, ""),
    "one that is registered by a call": ("shop.m.go", OTHER, {
        ENTRY: FLASK,
        OTHER: "import flask, requests\napp = flask.Flask('a')\ndef b():\n    pass\napp.before_request(b)\n",
    }, ""),
    "one of a factory": ("shop.m.go", OTHER, {
        ENTRY: FLASK,
        OTHER: (
            "import flask, requests\ndef made():\n    app = flask.Flask('a')\n    @app.context_processor\n"
            "    def b():\n        pass\n    return app\n"
        ),
    }, ""),
    "what a hook calls": ("shop.m.go", OTHER, {
        ENTRY: FLASK,
        "src/shop/app.py": (
            "import flask\nfrom shop import other\napp = flask.Flask('a')\n"
            "@app.before_request\ndef b(): other.helper()\n"
        ),
        OTHER: "import requests\ndef helper():\n    pass\n",
    }, ""),
    "who finds the user": ("shop.m.go", OTHER, {
        ENTRY: LOGIN + "@bp.route('/a')\n@login_required\ndef go(): return ''\n",
        OTHER: (
            "import requests\nfrom flask_login import LoginManager\nlm = LoginManager()\n"
            "@lm.user_loader\ndef load(i):\n    pass\n"
        ),
    }, ""),
    "what a router depends on": ("shop.m.go", OTHER, {
        ENTRY: FASTAPI,
        OTHER: ROUTERS + "app = FastAPI()\napp.include_router(m.router, dependencies=[Depends(asked)])\n",
    }, ""),
    "what an application depends on": ("shop.m.go", OTHER, {
        ENTRY: FASTAPI, OTHER: ROUTERS + "app = FastAPI(dependencies=[Depends(asked)])\n",
    }, ""),
    "middleware of a function": ("shop.m.go", OTHER, {
        ENTRY: FASTAPI, OTHER: ROUTERS.replace("def", "app = FastAPI()\n@app.middleware('http')\nasync def"),
    }, ""),
    "middleware of a class": ("shop.m.go", OTHER, {
        ENTRY: FASTAPI,
        OTHER: (
            "import requests\nfrom fastapi import FastAPI\nclass M:\n    async def dispatch(self, r, n):\n"
            "        pass\napp = FastAPI()\napp.add_middleware(M)\n"
        ),
    }, ""),
    "the context of a worker": ("shop.m.go", OTHER, {
        ENTRY: "async def go(ctx):\n    ctx['f'].work()\n",
        OTHER: (
            WORKER + "async def up(ctx): ctx['f'] = F()\nclass Settings:\n    functions = [m.go]\n"
            "    on_startup = up\n"
        ),
    }, ""),
    "middleware of Django, for a view that says nothing of it": ("shop.m.go", OTHER, {
        ENTRY: "def go(request): pass\n", "src/shop/settings.py": SETTINGS, "src/shop/urls.py": URLS,
        OTHER: "import requests\n" + MIDDLE,
    }, ""),
    "URLs that lead to it, and come": ("shop.m.go", "src/shop/urls.py", {
        ENTRY: "def go(request): pass\n", "src/shop/settings.py": SETTINGS, "src/shop/urls.py": "",
        OTHER: "import requests\n" + MIDDLE.replace("pass", SLOW),
    }, URLS),
    "a command": ("shop.m.go", COMMAND, {
        ENTRY: "from django.core.management import call_command\ndef go(): call_command('tidy')\n", COMMAND: TIDY,
    }, ""),
    "one by a name in parts": ("shop.m.go", COMMAND, {
        ENTRY: "from django.core import management\ndef go(): management.call_command('ti' + 'dy')\n", COMMAND: TIDY,
    }, ""),
    "any command": ("shop.m.go", COMMAND, {
        ENTRY: (
            "import sys\nfrom django.core.management import execute_from_command_line\n"
            "def go(): execute_from_command_line(sys.argv)\n"
        ),
        COMMAND: TIDY,
    }, ""),
    "a fixture": ("shop.test_m.test_it", "src/shop/conftest.py", {
        "src/shop/test_m.py": "def test_it(fix): pass\n", "src/shop/conftest.py": FIXTURE,
    }, ""),
    "a fixture of the package around, that comes": ("shop.a.test_m.test_it", "src/conftest.py", {
        "src/shop/a/__init__.py": "", "src/shop/a/test_m.py": "def test_it(fix): pass\n", "src/conftest.py": "",
    }, FIXTURE.replace("pass", SLOW)),
}  # fmt: skip
"""... and what the module says after the change, "" for what it said with `SLOW` in place of `pass`."""


def committed(root: Path, entry: str, files: Mapping[str, str]) -> Repo:
    """A project with the baseline of its action."""
    repo = Repo.init(root)
    repo.write({"pyproject.toml": CONFIG.format(entry=entry), "src/shop/__init__.py": "", **files})
    with contextlib.chdir(root):
        assert main(["refresh"]) == 0
    repo.commit({})
    return repo


@pytest.mark.parametrize("name", ROWS)
def test_what_a_framework_finds(tmp_path: Path, name: str) -> None:
    entry, path, files, after = ROWS[name]
    repo = committed(tmp_path, entry, files)
    repo.write({path: after or files[path].replace("pass", SLOW)})
    claimed = claims(tmp_path, staged=False)
    assert claimed is not None
    left_out, before, now = claimed
    assert before["save"] != now["save"]
    assert left_out == set()


@pytest.mark.parametrize(
    "other",
    [
        "import flask, requests\napp = flask.Flask('a')\ndef b():\n    pass\n",
        "import requests\nclass Middle:\n    def before_request(self):\n        pass\n",
        "from fastapi import APIRouter\nimport requests\nother = APIRouter()\ndef f():\n    pass\n",
    ],
)
def test_what_no_framework_finds(tmp_path: Path, other: str) -> None:
    repo = committed(tmp_path, "shop.m.go", {ENTRY: FLASK, OTHER: other})
    repo.write({OTHER: other.replace("pass", SLOW)})
    claimed = claims(tmp_path, staged=False)
    assert claimed is not None
    assert claimed[0] == {"save"}


def test_urls_that_come_are_the_cause_of_what_runs_around_a_view(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    entry, path, files, after = ROWS["URLs that lead to it, and come"]
    repo = committed(tmp_path, entry, files)
    repo.write({path: after})
    with contextlib.chdir(tmp_path):
        assert main(["check", "--base", "HEAD"]) == 1
    told = "FAILS src/shop/urls.py:3: shop.other.Middle.__call__ -> requests.get, a new entry point\n"
    assert told in capsys.readouterr().out


NAMES = {
    "cut twice": "'data/rows.csv'.replace('csv', 'js').replace('js', 'json')",
    "by a name of another module": "'data/rows.csv'.replace(OLD, 'json')",
    "after another method": "'DATA/ROWS.CSV'.lower().replace('csv', 'json')",
    "by a method that a name keeps": "cut('csv', 'json')",
    "what is taken off": "'xxdata/rows.jsonxx'.strip('x')",
    "what stands behind a beginning": "'old-data/rows.json'.removeprefix('old-')",
    "parts of a text": "'data/:rows.json'.partition(':')[0] + 'data/:rows.json'.partition(':')[2]",
    "parts at blanks": "'data/rows.json\\tb'.split()[0]",
}
"""Names of a file that no constants spell."""


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("does", ["grows", "goes", "comes"])
def test_a_file_whose_name_is_cut_out_of_others_is_known(tmp_path: Path, name: str, does: str) -> None:
    """By its size; of one that comes by what its name may be cut out of."""
    files = {
        ENTRY: (
            "from pathlib import Path\nfrom shop.names import OLD\ncut = 'data/rows.csv'.replace\n"
            f"def go(): Path({NAMES[name]}).read_text()\n"
        ),
        "src/shop/names.py": "OLD = 'csv'\n",
        **({} if does == "comes" else {"data/rows.json": "1" * 5_000}),
    }
    repo = committed(tmp_path, "shop.m.go", files)
    if does == "goes":
        (tmp_path / "data/rows.json").unlink()
    else:
        repo.write({"data/rows.json": "1" * 3_000_000})
    claimed = claims(tmp_path, staged=False)
    assert claimed is not None
    left_out, before, now = claimed
    assert before["save"] != now["save"]
    assert left_out == set()


@pytest.mark.parametrize("path", ["docs/new.md", "data/csv.rows", "other/rows.json"])
def test_a_file_that_comes_and_that_nothing_cut_out_names(tmp_path: Path, path: str) -> None:
    text = f"from pathlib import Path\ndef go(): Path({NAMES['cut twice']}).read_text()\n"
    repo = committed(tmp_path, "shop.m.go", {ENTRY: text})
    repo.write({path: "1" * 3_000_000})
    claimed = claims(tmp_path, staged=False)
    assert claimed is not None
    assert claimed[0] == {"save"}
