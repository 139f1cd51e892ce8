"""`init` as its users see it: one command from a repository to a gate that holds; a second one changes nothing."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from code_path_audit import cli
from code_path_audit.commands import init
from code_path_audit.commands.requirement import requirement_of_this
from code_path_audit.proposals.continuous import ONE_MACHINE
from code_path_gate.cli import main as gate
from tests.conftest import ROOT, write_tree
from tests.gate.repositories import Repo

FILES = {
    "pyproject.toml": '[project]\nname = "shop"\n\n[project.scripts]\nshop = "shop.cli:main"\n',
    "README.md": "Run `shop export`.\n",
    "src/shop/__init__.py": "raise SystemExit('the audited code must never run')\n",
    "src/shop/cli.py": (
        "from shop.store import write\n\n\ndef main():\n    '''Runs the shop.'''\n    write([])\n\n\n"
        "@cli.command()\ndef export(rows):\n    for row in rows:\n        write(row)\n"
    ),
    "src/shop/store.py": "def write(rows):\n    open('x', 'w')\n",
    "src/shop/tests/test_store.py": "def (",
}

CONFIGURATION = """
# What code-path-audit follows and code-path-gate guards; `code-path-audit --help` says what can be asked.
[tool.code-path-audit]
source = ["src"]  # folders whose relative paths are module names
exclude = [
    "tests",      # tests
    "test_*.py",  # tests
]

# What users wait for, an action a table: rename, add and delete them as you like.
[tool.code-path-audit.actions.export]
entry_points = ["shop.cli:export"]
description = "shop export"

[tool.code-path-audit.actions.shop]
entry_points = ["shop.cli:main"]
description = "Runs the shop"
"""

SAID = """\
wrote pyproject.toml
wrote .pre-commit-config.yaml
wrote .github/workflows/code-path-gate.yml
wrote baselines/export.json
wrote baselines/shop.json
{from_where}
export N \u00b5s  1 op, N expensive  builtins.open src/shop/store.py:2, per row
shop N \u00b5s  1 op, N expensive  builtins.open src/shop/store.py:2, once

Commit these files: from then on the gate holds every change against them.
"""


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repo:
    repo = Repo.init(tmp_path / "shop")
    repo.commit(FILES)
    monkeypatch.chdir(repo.root)
    # the gate runs in a process of its own, and it is the one of this very tree
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(str(ROOT / part) for part in ("audit", "hooks")))
    return repo


def snapshot(root: Path) -> dict[str, bytes]:
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file() and ".git/" not in f"{path.relative_to(root).as_posix()}"
    }


def test_a_repository_in_one_command(shop: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["init", "--yes"]) == 0
    out, err = capsys.readouterr()
    # what it weighs is the cost model's
    from_where = "" if requirement_of_this() else f"{ONE_MACHINE}\n"
    assert (re.sub(r" *\d+(?= \u00b5s| expensive)", " N", out), err) == (SAID.format(from_where=from_where), "")
    assert (shop.root / "pyproject.toml").read_text() == FILES["pyproject.toml"] + CONFIGURATION
    assert "code-path-gate" in (shop.root / ".pre-commit-config.yaml").read_text()
    assert gate(["check"]) == 0
    capsys.readouterr()
    before = snapshot(shop.root)
    assert cli.main(["init", "--yes"]) == 0
    assert capsys.readouterr().out == "all of it is there already: nothing was written\n"
    assert snapshot(shop.root) == before


WEB = {
    "pyproject.toml": '[project]\nname = "web"\nscripts = { web = "web:cli" }\n',
    "web.py": (
        "import click\nfrom celery import shared_task\nfrom flask import Flask\n\napp = Flask(__name__)\n\n\n"
        "@app.get('/orders/<int:number>')\ndef order(number):\n    return open(str(number)).read()\n\n\n"
        "@app.route('/')\ndef start():\n    return open('start').read()\n\n\n"
        "@shared_task\ndef send_invoice():\n    open('x', 'w')\n\n\n"
        "@click.group()\ndef cli():\n    pass\n\n\n"
        "@cli.command('take-out')\ndef export():\n    open('y', 'w')\n"
    ),
}


def test_what_a_framework_names_is_named_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(write_tree(tmp_path, WEB))
    assert cli.main(["init", "--yes"]) == 0
    capsys.readouterr()
    tables = tomllib.loads((tmp_path / "pyproject.toml").read_text())["tool"]["code-path-audit"]["actions"]
    assert {name: table["entry_points"] for name, table in tables.items()} == {
        "get-orders-number": ["route:GET /orders/<int:number>"],
        "root": ["route:/"],
        "send-invoice": ["task:send_invoice"],
        "take-out": ["command:take-out"],
    }
    assert gate(["check"]) == 0


def test_what_is_missing_is_added(shop: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["init", "--yes"]) == 0
    before = snapshot(shop.root)
    (shop.root / "baselines" / "shop.json").unlink()
    (shop.root / ".pre-commit-config.yaml").unlink()
    capsys.readouterr()
    assert cli.main(["init", "--yes"]) == 0
    assert [line for line in capsys.readouterr().out.splitlines() if line.startswith("wrote")] == [
        "wrote .pre-commit-config.yaml",
        "wrote baselines/shop.json",
    ]
    assert snapshot(shop.root) == before


def test_without_pyproject_and_without_git(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(
        write_tree(tmp_path, {"run.py": "def go():\n    open('x')\nif __name__ == '__main__':\n    go()\n"})
    )
    assert cli.main(["init", "--yes"]) == 0
    assert capsys.readouterr().out.splitlines()[:3] == [
        "wrote code-path-audit.toml",
        "wrote baselines/run.json",
        "no git repository here: the hook and the workflow are left out; init adds them later",
    ]
    tables = tomllib.loads((tmp_path / "code-path-audit.toml").read_text())
    assert tables["actions"] == {"run": {"entry_points": ["run:go"], "description": "python run.py"}}


def folders_of(root: Path) -> list[Path]:
    return sorted(path for path in root.rglob("*") if path.is_dir() and ".git" not in path.parts)


def no_python(root: Path) -> None:
    for path in root.rglob("*.py"):
        path.unlink()


def notebooks_alone(root: Path) -> None:
    no_python(root)
    (root / "a.ipynb").write_text("{}")


def no_functions(root: Path) -> None:
    for path in root.rglob("*"):
        if path.suffix in (".py", ".toml"):
            path.write_text("x = 1\n")


def linked(root: Path) -> None:
    (root / "pyproject.toml").rename(root / "p.toml")
    (root / "pyproject.toml").symlink_to("p.toml")


def writes(path: str, text: str) -> Callable[[Path], object]:
    return lambda root: (root / path).write_text(text)


REFUSED: dict[str, tuple[Callable[[Path], object], str]] = {
    "no terminal": (lambda root: None, "usage"),
    "broken TOML": (writes("pyproject.toml", "[tool"), "config-syntax"),
    "a broken configuration": (writes("code-path-audit.toml", "sorce = 1"), "config-unknown-key"),
    "a configuration without actions": (writes("code-path-audit.toml", ""), "no-actions"),
    "tables that cannot be added": (writes("pyproject.toml", "tool = 1"), "config-syntax"),
    "no Python": (no_python, "no-files"),
    "notebooks alone": (notebooks_alone, "no-files"),
    "nothing to wait for": (no_functions, "init-nothing"),
    "a folder for the hooks": (lambda root: (root / ".pre-commit-config.yaml").mkdir(), "init-unusable"),
    "a folder for the workflow": (
        lambda root: (root / ".github/workflows/code-path-gate.yml").mkdir(parents=True),
        "init-unusable",
    ),
    "a folder for a baseline": (lambda root: (root / "baselines/shop.json").mkdir(parents=True), "init-unusable"),
    "a link for the configuration": (linked, "init-unusable"),
    "a file for the folder of the workflow": (writes(".github", "x"), "init-unwritable"),
    "a file for the folder of the baselines": (writes("baselines", "x"), "init-baselines"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused_and_nothing_written(name: str, shop: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    spoil, slug = REFUSED[name]
    spoil(shop.root)
    before, folders = snapshot(shop.root), folders_of(shop.root)
    assert cli.main(["init"] if slug == "usage" else ["init", "--yes"]) == 2
    out, err = capsys.readouterr()
    assert (out, err.splitlines()[-1].rpartition(" ")[2]) == ("", f"[{slug}]"), err
    assert "Traceback" not in err
    assert (snapshot(shop.root), folders_of(shop.root)) == (before, folders)
    assert ("jupyter nbconvert --to script a.ipynb" in err) == (name == "notebooks alone")


def test_what_says_how_far_it_is_goes_before_a_question(monkeypatch: pytest.MonkeyPatch) -> None:
    said = io.StringIO("following calls: 30 functions reached")
    monkeypatch.setattr("sys.stderr", said)

    def clear() -> None:
        said.truncate(0)

    init.on_terminal(clear).tell("Write all this?")
    assert said.getvalue() == "Write all this?"


@pytest.mark.skipif(not hasattr(os, "openpty"), reason="there are no pseudo terminals here")
@pytest.mark.parametrize(
    ("answers", "code", "written"),
    [
        ("1\ny\nn\n\n", 0, {".pre-commit-config.yaml", "baselines/.gitattributes", "baselines/export.json"}),
        ("n\n", 2, set()),
    ],
)
def test_on_a_terminal(shop: Repo, answers: str, code: int, written: set[str]) -> None:
    before = snapshot(shop.root)
    ours, theirs = os.openpty()
    command = [sys.executable, "-m", "code_path_audit", "init"]
    with subprocess.Popen(
        command, stdin=theirs, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=shop.root
    ) as process:
        os.write(ours, answers.encode())
        out, err = process.communicate()
    os.close(ours)
    os.close(theirs)
    assert process.returncode == code, err
    assert " 1  export  shop.cli:export\n 2  shop    shop.cli:main\nTake these actions?" in err
    assert snapshot(shop.root).keys() - before.keys() == written
    # what was not taken is not told either
    taken = {Path(path).stem for path in written if path.startswith("baselines/") and path.endswith(".json")}
    assert {line.split()[0] for line in out.splitlines() if "builtins.open" in line} == taken
