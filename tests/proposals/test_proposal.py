"""What is proposed for repositories of every common layout: source roots, and the actions with their entry points."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from code_path_audit.program.files import ALONE
from code_path_audit.proposals.proposal import LAST, LOOK, propose
from tests.conftest import write_tree

OPENS = "    open('x', 'w')\n"
RUN = "if __name__ == '__main__':\n    main()\n"
MANAGE = f"import sys\n\n\ndef main():\n    execute_from_command_line(sys.argv)\n\n\n{RUN}"

LAYOUTS: dict[str, tuple[dict[str, str], tuple[str, ...], dict[str, str]]] = {
    "a site of Django": (
        {
            "manage.py": MANAGE,
            "requirements.txt": "django\n",
            "site_settings/__init__.py": "",
            "site_settings/settings.py": "INSTALLED_APPS = ['orders']\nROOT_URLCONF = 'site_settings.urls'\n",
            "site_settings/urls.py": (
                "from django.urls import include, path\nurlpatterns = [path('shop/', include('orders.urls'))]\n"
            ),
            "orders/__init__.py": "",
            "orders/urls.py": (
                "from django.urls import path\nfrom orders import views\n"
                "urlpatterns = [path('orders/', views.orders), path('orders/<int:pk>/', views.Order.as_view()),"
                " path('start/', views.Start.as_view())]\n"
            ),
            "orders/views.py": (
                "from django.views.generic import DetailView\n"
                f"def orders(request):\n{OPENS}class Order(DetailView):\n    def get(self, request, pk):\n    {OPENS}"
                f"class Start(DetailView):\n    def news(self):\n    {OPENS}"
            ),
            "orders/management/__init__.py": "",
            "orders/management/commands/__init__.py": "",
            "orders/management/commands/remind.py": (
                "class Command(BaseCommand):\n    help = 'Sends reminders'\n"
                f"    def handle(self, *args, **options):\n    {OPENS}"
            ),
            "orders/tests.py": "",
        },
        (".",),
        {
            "get-shop-orders-pk": "route:GET /shop/orders/<int:pk>/",
            "remind": "command:remind",
            "shop-orders": "route:/shop/orders/",
            "shop-start": "orders.views:Start.news",
        },
    ),
    "an application of Flask with blueprints": (
        {
            "requirements.txt": "flask\n",
            "wsgi.py": "from web import create_app\napp = create_app()\nif __name__ == '__main__':\n    app.run()\n",
            "web/__init__.py": (
                "from flask import Flask\nfrom web.orders import bp\n"
                "def create_app():\n    app = Flask(__name__)\n    app.register_blueprint(bp, url_prefix='/api')\n"
                "    return app\n"
            ),
            "web/orders.py": (
                "from flask import Blueprint\nbp = Blueprint('orders', __name__)\n"
                f"@bp.route('/orders')\ndef orders():\n{OPENS}"
                f"@bp.route('/orders/<int:number>', methods=['POST'])\ndef change(number):\n{OPENS}"
            ),
            "tests/test_web.py": "",
        },
        (".",),
        {"api-orders": "route:/api/orders", "post-api-orders-number": "route:POST /api/orders/<int:number>"},
    ),
    "a service of FastAPI below src": (
        {
            "pyproject.toml": '[project]\nname = "service"\n[build-system]\nrequires = ["hatchling"]\n',
            "src/service/__init__.py": "",
            "src/service/main.py": (
                "from fastapi import FastAPI\nfrom service.routers import orders\n"
                "app = FastAPI()\napp.include_router(orders.router)\n"
            ),
            "src/service/routers/__init__.py": "",
            "src/service/routers/orders.py": (
                "from fastapi import APIRouter\nrouter = APIRouter(prefix='/orders')\n"
                f"@router.get('')\nasync def all_orders():\n{OPENS}@router.post('')\nasync def order():\n{OPENS}"
            ),
        },
        ("src",),
        {"get-orders": "route:GET /orders", "post-orders": "route:POST /orders"},
    ),
    "Flask, a route that answers questions about itself, too": (
        {
            "requirements.txt": "flask\n",
            "site.py": (
                "from flask import Flask\napp = Flask(__name__)\n"
                f"@app.route('/alert', methods=['OPTIONS', 'POST'])\ndef receive():\n{OPENS}"
            ),
        },
        (".",),
        {"post-alert": "route:POST /alert"},
    ),
    "several packages in one repository": (
        {
            "pyproject.toml": "[tool.uv.workspace]\nmembers = ['packages/*']\n",
            "packages/core/pyproject.toml": "[project]\nname = 'acme-core'\n",
            "packages/core/src/acme_core/__init__.py": "from acme_core.load import load\n",
            "packages/core/src/acme_core/load.py": f"def load(path):\n{OPENS}",
            "packages/cli/pyproject.toml": "[project]\nname = 'acme-cli'\n[project.scripts]\nacme = 'acme_cli:main'\n",
            "packages/cli/src/acme_cli/__init__.py": f"from acme_core import load\ndef main():\n    load('x')\n{OPENS}",
            "README.md": "from acme_core import load\n\nload('x')\n",
        },
        ("packages/cli/src", "packages/core/src"),
        {"acme": "acme_cli:main", "load": "acme_core.load:load"},
    ),
    "a namespace package": (
        {
            "setup.cfg": (
                "[metadata]\nname = acme-tools\n[options]\npackages = find_namespace:\n"
                "[options.entry_points]\nconsole_scripts =\n    tool = acme.tools.main:run\n"
            ),
            "setup.py": "from setuptools import setup\nsetup()\n",
            "acme/tools/__init__.py": "",
            "acme/tools/main.py": f"def run():\n{OPENS}",
        },
        (".",),
        {"tool": "acme.tools.main:run"},
    ),
    "poetry": (
        {
            "pyproject.toml": "[tool.poetry]\nname = 'shop'\n[tool.poetry.scripts]\nshop = 'shop.cli:main'\n",
            "shop/__init__.py": "",
            "shop/cli.py": f"def main():\n{OPENS}",
        },
        ("shop",),
        {"shop": "shop.cli:main"},
    ),
    "setup.py alone": (
        {
            "setup.py": (
                "from setuptools import setup\n"
                "setup(name='shop', packages=['shop'], entry_points={'console_scripts': ['shop = shop.cli:main']})\n"
            ),
            "shop/__init__.py": "",
            "shop/cli.py": f"def main():\n{OPENS}",
        },
        ("shop",),
        {"shop": "shop.cli:main"},
    ),
    "commands that are files": (
        {
            "pyproject.toml": (
                "[project]\nname = 'pdf'\n[tool.setuptools]\npackages = ['pdf']\nscript-files = ['tools/pdf2text.py']\n"
            ),
            "pdf/__init__.py": "",
            "pdf/high.py": f"def text(path):\n{OPENS}",
            "tools/pdf2text.py": f"from pdf.high import text\ndef main():\n    text('x')\n{RUN}",
        },
        ("pdf", "tools/pdf2text.py"),
        {"pdf2text": "pdf2text:main"},
    ),
    "commands in a table": (
        {
            "pyproject.toml": "[project]\nname = 'tool'\n[project.scripts]\ntool = 'tool.cli:main'\n",
            "tool/__init__.py": "",
            "tool/cli.py": (
                f"import argparse\ndef build(args):\n{OPENS}def clean(args):\n{OPENS}"
                "COMMANDS = {'build': build, 'clean-all': clean}\n"
                "def main():\n    parser = argparse.ArgumentParser()\n    parser.add_argument('what')\n"
                "    args = parser.parse_args()\n    COMMANDS[args.what](args)\n"
                "FILTERS.register('substitute', Filter, checked(build))\n"
            ),
        },
        ("tool",),
        {"build": "command:build", "clean-all": "command:clean-all", "tool": "tool.cli:main"},
    ),
    "a library whose functions are in modules": (
        {
            "pyproject.toml": "[project]\nname = 'pdf'\n",
            "README.md": "    from pdf.high import (\n        text,\n    )\n\n    text('x')\n",
            "pdf/__init__.py": "",
            "pdf/high.py": f"def text(path):\n{OPENS}def other(path):\n{OPENS}",
        },
        ("pdf",),
        {"text": "pdf.high:text"},
    ),
    "a library that exports less than its documents call": (
        {
            "pyproject.toml": "[project]\nname = 'sql'\n",
            "README.md": "import sql as s\n\ns.format('x')\n",
            "sql/__init__.py": f"__all__ = ['engine']\ndef format(text):\n{OPENS}",
            "sql/engine.py": "",
        },
        ("sql",),
        {"format": "sql:format"},
    ),
    "a library that says nothing of its use": (
        {
            "pyproject.toml": "[project]\nname = 'lib'\n",
            "lib/__init__.py": "",
            "lib/core.py": f"class Loader:\n    def load(self):\n        helper()\ndef helper():\n{OPENS}",
        },
        ("lib",),
        {"Loader.load": "lib.core:Loader.load"},
    ),
    "scripts in folders": (
        {
            "jobs/nightly.py": f"import sys\nif __name__ == '__main__':\n{OPENS}",
            "jobs/helpers.py": f"def run():\n{OPENS}",
            "train.ipynb": "{}",
        },
        (".",),
        {"nightly": "jobs.nightly"},
    ),
    "a script from top to bottom": (
        {"report.py": "import helpers\nhelpers.run()\n", "helpers.py": f"def run():\n{OPENS}"},
        (".",),
        {"report": "report"},
    ),
}


@pytest.mark.parametrize("name", LAYOUTS)
def test_layouts(name: str, tmp_path: Path) -> None:
    files, source, actions = LAYOUTS[name]
    found = propose(write_tree(tmp_path, files), lambda config: ALONE)
    assert found.roots.source == source
    assert {action.name: ", ".join(action.entry_points) for action in found.actions} == actions


class Seconds:
    """A clock that moves on with each candidate whose calls are followed: `at[n]` while it is the n-th, from 1."""

    def __init__(self, at: Sequence[float]) -> None:
        self.at = at
        self.begun = 0

    def progress(self, what: str, done: int, total: int, steps: int = 0) -> None:
        if what == "following calls" and not steps:
            self.begun += 1

    def __call__(self) -> float:
        return self.at[min(self.begun, len(self.at) - 1)]


@pytest.mark.parametrize(
    ("at", "names", "untraced", "slow"),
    [
        ([0.0], "abcdefgh", 0, ()),
        # the likeliest first; the script, which is the third, pays for nothing
        ([0.0, LOOK], "abc", 6, ()),
        ([0.0] * 6 + [LOOK], "abcde", 4, ()),
        # what takes too long is given up for others; in the end one is enough
        ([0.0, LAST - 1], "bcd", 5, ("a",)),
        ([0.0, LAST], "b", 8, ("a",)),
    ],
)
def test_after_a_while_the_likeliest_are_chosen_from(
    at: list[float], names: str, untraced: int, slow: tuple[str, ...], tmp_path: Path
) -> None:
    """As many as pay for something are traced in any case; more as long as there is time."""
    functions = "".join(f"@app.route('/{name}')\ndef {name}():\n{OPENS}" for name in "abcdefghijk")
    write_tree(tmp_path, {"requirements.txt": "flask\n", "web.py": f"app = Flask()\n{functions}{MANAGE}"})
    seconds = Seconds(at)
    how = ALONE._replace(progress=seconds.progress)
    found = propose(tmp_path, lambda config: how, seconds)
    said = ("".join(action.name for action in found.actions), found.untraced, found.slow)
    assert said == (names, untraced, slow)
