"""Real applications and how to run each in a fresh folder: what the measurements of the recorder run.

A file of scenarios says how: for each `name`, `packages`, `entries`, `command` (after `python`), the exit codes that
are `ok` beside 0, and `serve` where it talks to the small web server that stands beside the file, `server.py`.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from code_path_audit.runtime.record.command import Root

OPS = """
import ast, copy, json, pickle, pathlib
def main():
    rows = [{"id": n, "name": f"item {n}", "tags": ["a", "b"]} for n in range(60)]
    source = "def f(a, b=None):\\n    return [x for x in a if x]\\n" * 30
    path = pathlib.Path("ops.json")
    for n in range(150):
        path.write_text(json.dumps(rows))
        read = json.loads(path.read_text())
        copy.deepcopy(read)
        pickle.loads(pickle.dumps(read))
        ast.parse(source)
        with open(path) as file:
            file.read()
main()
"""


class App(NamedTuple):
    """One program to run: `argv` after the interpreter, where its modules are, where it runs, and what made it so."""

    name: str
    python: str
    argv: tuple[str, ...]
    roots: tuple[Root, ...]
    entries: tuple[str, ...]
    cwd: Path
    env: dict[str, str]
    ok: tuple[int, ...]
    row: dict[str, Any]


def apps(options: argparse.Namespace, work: Path) -> list[App]:
    """The scenarios asked for; with `overhead`, also a script that does nothing but ops."""
    found = []
    with open(options.scenarios, "rb") as file:
        rows = tomllib.load(file)["scenario"]
    only = options.only.split(",") if options.only else [row["name"] for row in rows]
    for row in rows:
        if row["name"] in only and (not row.get("serve") or options.port):
            found.append(app_of(row, options, work))
    if options.what == "overhead":
        (work / "ops").mkdir()
        (work / "ops" / "ops.py").write_text(OPS)
        python = options.python or sys.executable
        found.append(
            App(
                "ops",
                python,
                ("ops.py",),
                (Root(str(work / "ops"), ""),),
                ("ops.main",),
                work / "ops",
                dict(os.environ),
                (0,),
                {},
            )
        )
    return found


def app_of(row: dict[str, Any], options: argparse.Namespace, work: Path) -> App:
    """One scenario, in a fresh copy of its run folder."""
    name = row["name"]
    venv, cwd = options.work / "venv" / name, work / name
    shutil.copytree(options.work / "run" / name, cwd, symlinks=True)
    for file, text in row.get("files", {}).items():
        (cwd / file).parent.mkdir(parents=True, exist_ok=True)
        (cwd / file).write_text(text.removeprefix("\n"))
    clean(row, cwd)
    site = next((venv / "lib").glob("python3*")) / "site-packages"
    words = {
        "{bin}": str(venv / "bin"),
        "{python}": str(venv / "bin/python"),
        "{run}": str(cwd),
        "{stdlib}": os.path.dirname(os.__file__),
        "{port}": options.port,
    }
    argv = []
    for word in row["command"]:
        for key, value in words.items():
            word = word.replace(key, value)
        argv.append(word)
    env = {
        "PATH": f"{venv / 'bin'}:/usr/bin:/bin", "HOME": str(cwd / "home"), "LANG": "C.UTF-8", "TZ": "UTC",
        "NO_COLOR": "1", "PYTHONHASHSEED": "0", "PYTHONWARNINGS": "ignore", "VIRTUAL_ENV": str(venv),
        "SOURCE_DATE_EPOCH": "1700000000",
        **({"PYTHONPATH": str(site)} if options.python else {}),
    }  # fmt: skip
    (cwd / "home").mkdir(exist_ok=True)
    for line in row.get("setup", []):
        for key, value in words.items():
            line = line.replace(key, value)
        subprocess.run(line, shell=True, cwd=cwd, env=env, check=False, capture_output=True)
    roots = [
        Root(str(site if (site / p).exists() or (site / f"{p}.py").exists() else cwd), "", p) for p in row["packages"]
    ]
    python = options.python or str(venv / "bin/python")
    return App(name, python, tuple(argv), tuple(roots), tuple(row["entries"]), cwd, env, (0, *row.get("ok", [])), row)


def clean(row: dict[str, Any], cwd: Path) -> None:
    """Take away what an earlier run of the scenario made, so that each run does the same."""
    keep = {name.split("/")[0] for name in row.get("files", {})} | {"home"}
    for path in cwd.iterdir():
        if path.name not in keep:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    shutil.rmtree(cwd / "home", ignore_errors=True)
    (cwd / "home").mkdir()


@contextmanager
def server(options: argparse.Namespace) -> Iterator[None]:
    """The web server beside the scenarios, while they run; `options.port` is where."""
    options.port = ""
    script = options.scenarios.resolve().with_name("server.py")
    if not script.exists():
        yield
        return
    process = subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE, text=True)
    try:
        options.port = process.stdout.readline().strip() if process.stdout else ""
        yield
    finally:
        process.terminate()
        process.wait()
