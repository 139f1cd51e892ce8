"""What a check with `--staged` or `--base` leaves out is the same as before: random changes of files, links and marks.

Each change is a row that edits a project with every kind of dependency in it; a few of them are made together, in the
working tree and in the index. For every action that counts as not affected, what the check without a shortcut would
measure now is what was measured before the change.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from textwrap import dedent

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from code_path_gate.cli import main
from tests.gate.repositories import Repo
from tests.system.shortcuts import (
    Change,
    both,
    grow,
    holds,
    intended,
    link,
    marked,
    mode,
    remove,
    renamed,
    replace,
    sparse,
    write,
)  # fmt: skip

CONFIG = """\
[project]
name = "shop"
[project.entry-points."shop.steps"]
tax = "shop.steps.tax:run"

[tool.code-path-audit]
source = ["src/main", "lib"]
model = "model.toml"
rule_files = ["rules.toml"]
[tool.code-path-audit.actions.save]
entry_points = ["shop.store.save"]
[tool.code-path-audit.actions.load]
entry_points = ["shop.reader.load"]
[tool.code-path-audit.actions.plugins]
entry_points = ["shop.plugins.run"]
[tool.code-path-audit.actions.every]
entry_points = ["shop.jobs.*.run"]
[tool.code-path-audit.actions.named]
entry_points = ["shop.named.run"]
"""

SLOW = "import requests\ndef {name}(rows=()):\n    for row in rows:\n        requests.get(row)\n"
QUICK = "def {name}(rows=()):\n    return rows\n"

FILES = {
    "pyproject.toml": CONFIG,
    "setup.cfg": "[options.entry_points]\nshop.steps =\n    old = shop.steps.old:run\n",
    "model.toml": 'extends = "heuristic"\nthreshold = 40000\n',
    "rules.toml": '[[rule]]\nclass = "network"\nmatch = ["special.call"]\n',
    ".gitignore": "generated.py\nignored/\n*.bin\n",
    "src/main/shop/__init__.py": "",
    "src/main/shop/store.py": dedent("""\
        import special
        from shop import util, common, linked
        from shop.generated import made
        import vendored.tool
        def save(rows):
            special.call(); special.run()
            util.note(rows); common.go(rows); linked.deep.go(rows); made(rows); vendored.tool.go(rows)
        """),
    "src/main/shop/util.py": QUICK.format(name="note"),
    "src/main/shop/unused.py": QUICK.format(name="go"),
    "src/main/shop/reader.py": dedent("""\
        import os, json, pathlib
        FOLDER = "data"
        EXT = ".json"
        def load():
            open("data/rows.csv").read()
            json.load(open("data/" + "table" + EXT))
            pathlib.Path("data-more/x.bin").read_bytes()
            pathlib.Path("ROWS.TXT".lower()).read_text()
            open("src/main/shop/unused.py").read()
        """),
    "src/main/shop/plugins.py": dedent("""\
        from importlib.metadata import entry_points
        def run(rows):
            for point in entry_points(group="shop.steps"):
                point.load()(rows)
        """),
    "src/main/shop/steps/__init__.py": "",
    "src/main/shop/steps/tax.py": QUICK.format(name="run"),
    "src/main/shop/steps/old.py": QUICK.format(name="run"),
    "src/main/shop/steps/new.py": SLOW.format(name="run"),
    "src/main/shop/jobs/__init__.py": "",
    "src/main/shop/jobs/one.py": QUICK.format(name="run"),
    "src/main/shop/named.py": dedent("""\
        import importlib
        def run(kind):
            importlib.import_module("shop.backends." + kind).connect(kind)
            importlib.import_module(kind).setup(kind)
        """),
    "src/main/shop/backends/__init__.py": "",
    "src/main/shop/backends/memory.py": QUICK.format(name="connect"),
    "src/main/shop/other.py": "def setup(rows):\n    return rows\n",
    "lib/vendored/__init__.py": "",
    "lib/vendored/tool.py": QUICK.format(name="go"),
    "shared/common.py": QUICK.format(name="go") + "# as large as no file that is read\n",
    "shared/slow.py": SLOW.format(name="go"),
    "shared/folder/__init__.py": "",
    "shared/folder/deep.py": QUICK.format(name="go"),
    "shared/other/__init__.py": "",
    "shared/other/deep.py": SLOW.format(name="go"),
    "data/rows.csv": "1\n" * 10,
    "data/table.json": "[1]\n",
    "data-more/y.txt": "1\n",
    "rows.txt": "1\n",
    "README.md": "about\n",
    "src/main/shop/plain/x.txt": "",
}

LINKS = {"src/main/shop/common.py": "../../../shared/common.py", "src/main/shop/linked": "../../../shared/folder"}


def slow(path: str, name: str) -> Change:
    return write(path, SLOW.format(name=name))


def nested_repository(repo: Repo) -> None:
    if not (repo.root / "data-more" / ".git").exists():
        Repo.init(repo.root / "data-more").commit({"x.bin": "1" * 3_000_000})


CHANGES: dict[str, Change] = {
    "reached code": slow("src/main/shop/util.py", "note"),
    "unreached code": slow("src/main/shop/unused.py", "go"),
    "code below a second root": slow("lib/vendored/tool.py", "go"),
    "what a linked file leads to": slow("shared/common.py", "go"),
    "a file in what a linked folder leads to": slow("shared/folder/deep.py", "go"),
    "a linked file leads elsewhere": link("src/main/shop/common.py", "../../../shared/slow.py"),
    "a linked folder leads elsewhere": link("src/main/shop/linked", "../../../shared/other"),
    "a file becomes a link": link("src/main/shop/util.py", "../../../shared/slow.py"),
    "a folder becomes a link": link("lib/vendored", "../shared/other"),
    "a source root becomes a link": link("lib", "shared"),
    "a link that leads out": link("src/main/shop/common.py", "/etc/hostname"),
    "a file that git ignores": slow("src/main/shop/generated.py", "made"),
    "a folder that git ignores": write("src/main/shop/ignored/__init__.py", ""),
    "an entry point of a plugin": replace("pyproject.toml", "shop.steps.tax:run", "shop.steps.new:run"),
    "one more plugin": replace("pyproject.toml", 'tax = "', 'new = "shop.steps.new:run"\ntax = "'),
    "a plugin of setup.cfg": replace("setup.cfg", "shop.steps.old", "shop.steps.new"),
    "a plugin of setup.py": write("setup.py", "setup(entry_points={'shop.steps': ['n = shop.steps.new:run']})"),
    "an installed plugin": write("lib/x.dist-info/entry_points.txt", "[shop.steps]\nn = shop.steps.new:run\n"),
    "code of a plugin": slow("src/main/shop/steps/tax.py", "run"),
    "a new job": slow("src/main/shop/jobs/two.py", "run"),
    "a job goes": remove("src/main/shop/jobs/one.py"),
    "a new backend": slow("src/main/shop/backends/files.py", "connect"),
    "a backend": slow("src/main/shop/backends/memory.py", "connect"),
    "a function of the name that is asked for": slow("src/main/shop/other.py", "setup"),
    "a new one": slow("src/main/shop/brand_new.py", "setup"),
    "data": grow("data/rows.csv"),
    "data whose name is put together": grow("data/table.json"),
    "data in other letters": grow("rows.txt"),
    "data that git ignores": grow("data-more/x.bin"),
    "data in a folder with a like name": grow("data-more/rows.csv"),
    "data in a repository inside": nested_repository,
    "source that is read as data": grow("src/main/shop/unused.py"),
    "data goes": remove("data/rows.csv"),
    "data becomes a link": link("data/rows.csv", "../rows.txt"),
    "data that nobody names": grow("README.md"),
    "an __init__ above a source root": write("src/main/__init__.py", ""),
    "and one above that": write("src/__init__.py", ""),
    "an __init__ goes": remove("src/main/shop/steps/__init__.py"),
    "a mark of an environment": write("src/main/shop/steps/pyvenv.cfg", ""),
    "another": write("src/main/shop/pyvenv.cfg", ""),
    "a mark of conda": write("src/main/shop/backends/conda-meta/history", ""),
    "a module beside a package": write("src/main/shop/steps.py", "x = 1\n"),
    "a package in place of a module": slow("src/main/shop/util/__init__.py", "note"),
    "a package that hides one of the second root": slow("src/main/vendored/tool.py", "go"),
    "code that does not parse": write("src/main/shop/util.py", "def note(:\n"),
    "code with a NUL byte": write("src/main/shop/common_more.py", "\0"),
    "the cost model": replace("model.toml", "40000", "20000000"),
    "the rules": write("rules.toml", '[[rule]]\nclass = "pickle"\nmatch = ["special.call"]\n'),
    "rules that are gone": remove("rules.toml"),
    "observations": write("baselines/observations.jsonl", "{}\n"),
    "the configuration": replace("pyproject.toml", '"lib"]', '"lib", "shared"]'),
    "a configuration further down": write("src/code-path-audit.toml", 'source = ["main"]\n'),
    "an entry point": replace("pyproject.toml", "shop.reader.load", "shop.util.note"),
    "ends of lines": replace("src/main/shop/util.py", "\n", "\r\n"),
    "assumed unchanged": marked(
        "--assume-unchanged", "src/main/shop/util.py", slow("src/main/shop/util.py", "note")
    ),
    "skipped in the work tree": marked(
        "--skip-worktree", "src/main/shop/util.py", slow("src/main/shop/util.py", "note")
    ),
    "data assumed unchanged": marked("--assume-unchanged", "data/rows.csv", grow("data/rows.csv")),
    "a stub beside reached code": write("src/main/shop/util.pyi", "def note(rows: object) -> object: ...\n"),
    "a stub of what nobody reaches": write("src/main/shop/unused.pyi", "def go(rows: object) -> object: ...\n"),
    "a mark of types": write("src/main/shop/py.typed", ""),
    "a path file": write("lib/more.pth", "../shared\n"),
    "a package that loses its __init__": remove("src/main/shop/__init__.py"),
    "a second root's package that loses its __init__": remove("lib/vendored/__init__.py"),
    "a folder beside that is a package without one": slow("lib/shop/extra.py", "go"),
    "a folder without one that the code imports": slow("lib/special/__init__.py", "call"),
    "a package that the code carries along": slow("src/main/shop/_vendor/special/__init__.py", "call"),
    "a module that only a library loads": write(
        "src/main/shop/hooks.py", "import requests, special\nfor row in special.rows:\n    requests.get(row)\n"
    ),
    "a module that hides one of outside": write("src/main/special.py", SLOW.format(name="call")),
    "a standard module's name": slow("src/main/json.py", "load"),
    "a name in other letters": renamed("src/main/shop/util.py", "src/main/shop/Util.py"),
    "data in other letters of its name": renamed("data/rows.csv", "data/Rows.csv"),
    "a module that moves": renamed("src/main/shop/steps/tax.py", "src/main/shop/steps/duty.py"),
    "a mode": mode("src/main/shop/util.py", 0o755),
    "a program's first line": replace("src/main/shop/util.py", "def note", "#!/usr/bin/env python\ndef note"),
    "an encoding": replace("src/main/shop/util.py", "def note", "# -*- coding: latin-1 -*-\ndef note"),
    "a mark of byte order": replace("src/main/shop/util.py", "def note", "\ufeffdef note"),
    "attributes that change ends of lines": write(".gitattributes", "*.py text eol=crlf\n*.csv text eol=crlf\n"),
    "attributes that name a filter": write(".gitattributes", "*.py filter=other\n"),
    "what git ignores": write(".gitignore", "*\n"),
    "modules of git": write(".gitmodules", '[submodule "data"]\npath = data\nurl = ./x\n'),
    "a repository in reached code": lambda repo: Repo.init(repo.root / "src/main/shop/backends/inner").commit(
        {"__init__.py": SLOW.format(name="connect")}
    ),
    "intended to be added": intended("src/main/shop/backends/soon.py", SLOW.format(name="connect")),
    "taken out of the index alone": lambda repo: repo.run("rm", "--cached", "-q", "src/main/shop/util.py"),
    "data taken out of the index alone": lambda repo: repo.run("rm", "--cached", "-q", "data/rows.csv"),
    "a sparse checkout": sparse("src", "data"),
    "a template": write("src/main/shop/templates/a.html", "{{ x }}"),
    "a settings file in a package": write("src/main/shop/pyproject.toml", "[project]\nname = 'x'\n"),
    "entry points of a second project": write(
        "lib/pyproject.toml", '[project.entry-points."shop.steps"]\nn = "shop.steps.new:run"\n'
    ),
    "a plugin without a name": write("lib/x.egg-info/entry_points.txt", "[shop.steps]\nn = shop.steps.new:run\n"),
    "a folder that is made of nothing": lambda repo: (repo.root / "src/main/empty").mkdir(),
    "compiled code": write("src/main/shop/util.cpython-311-x86_64-linux-gnu.so", "x"),
    "a folder build": slow("src/main/build/shop/util.py", "note"),
    "a conftest beside reached code": write("src/main/shop/conftest.py", "import shop.unused\n"),
    "a conftest at the top": write("conftest.py", "import shop.unused\n"),
    "what Python imports at its start": slow("src/main/sitecustomize.py", "go"),
    "a program of a package": slow("src/main/shop/__main__.py", "go"),
    "a stub of a package": write("src/main/shop/__init__.pyi", "def go(rows: object) -> object: ...\n"),
    "a package in other letters": renamed("src/main/shop/steps", "src/main/shop/Steps"),
    "a module in place of a package": both(remove("src/main/shop/steps"), slow("src/main/shop/steps.py", "run")),
    "a package without one in the second root": slow("lib/shop/backends/extra.py", "connect"),
    "a link to a link": both(
        link("shared/again.py", "slow.py"), link("src/main/shop/common.py", "../../../shared/again.py")
    ),
    "a package becomes a link": link("src/main/shop/backends", "../../../shared/other"),
    "a folder above a root becomes a link": both(renamed("src", "sources"), link("src", "sources")),
    "data through a folder that becomes a link": both(renamed("data", "elsewhere"), link("data", "elsewhere")),
    "an encoding of the working tree": both(
        write(".gitattributes", "*.py working-tree-encoding=ISO-8859-1\n"),
        replace("src/main/shop/util.py", "def note", "# \u00e9\ndef note"),
    ),
    "names that git writes into files": both(
        write(".gitattributes", "*.py ident\n"), replace("src/main/shop/util.py", "def note", "# $Id$\ndef note")
    ),
    "attributes of one folder": write("src/main/shop/.gitattributes", "*.py -text diff=other merge=other\n"),
    "what git's own list excludes": both(
        write(".git/info/exclude", "soon.py\n"), slow("src/main/shop/backends/soon.py", "connect")
    ),
    "attributes of git's own": write(".git/info/attributes", "*.py text eol=crlf\n"),
    "ends of lines by configuration": lambda repo: repo.run("config", "core.autocrlf", "true"),
    "letters by configuration": lambda repo: repo.run("config", "core.ignoreCase", "true"),
    "a replaced object": lambda repo: repo.run(
        "replace", "-f", "HEAD:src/main/shop/util.py", "HEAD:shared/slow.py"
    ),
    "a link in a ring": link("src/main/shop/round", "."),
    "a link to nothing": link("data/rows.csv", "nowhere"),
    "a comment": replace("src/main/shop/util.py", "return", "# nothing\n    return"),
}  # fmt: skip


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project, committed with the baselines of all its actions."""
    repo = Repo.init(tmp_path_factory.mktemp("template") / "project")
    repo.write(FILES)
    for path, target in LINKS.items():
        os.symlink(target, repo.root / path)
    with contextlib.chdir(repo.root):
        assert main(["refresh"]) == 0
    repo.commit({})
    return repo.root


@pytest.mark.parametrize("name", CHANGES)
def test_one_change(template: Path, tmp_path: Path, name: str) -> None:
    holds(template, tmp_path / "project", CHANGES, [name])


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(names=st.lists(st.sampled_from(sorted(CHANGES)), min_size=2, max_size=4, unique=True))
@example(names=["a folder above a root becomes a link", "a sparse checkout"])
def test_several_changes(template: Path, tmp_path: Path, names: list[str]) -> None:
    holds(template, tmp_path / "project", CHANGES, names)


TOUCHES = {
    "reached code": {"save"},
    "unreached code": {"load"},
    "what a linked file leads to": {"save"},
    "code of a plugin": {"plugins", "named"},
    "data": {"load"},
    "data that nobody names": set(),
    "a new job": {"every", "named"},
    "ends of lines": set(),
    "a backend": {"named"},
    "a package that the code carries along": {"save"},
    "a module that only a library loads": {"save"},
    "assumed unchanged": {"save"},
}
"""Changes and all actions that they touch: what is plainly not reached costs no trace."""


@pytest.mark.parametrize("name", TOUCHES)
def test_what_is_left_out(template: Path, tmp_path: Path, name: str) -> None:
    left_out = holds(template, tmp_path / "project", CHANGES, [name])[False]
    assert {"save", "load", "plugins", "every", "named"} - left_out == TOUCHES[name]
