"""A small shop in a repository, with a configuration whose weights separate something."""

from __future__ import annotations

from collections.abc import Callable
from textwrap import dedent
from typing import NamedTuple

import pytest

from code_path_gate.cli import main
from tests.gate.repositories import Repo

BASELINE = "baselines/save.json"

CONFIG = """\
[tool.code-path-audit]
source = ["src"]
model = "heuristic"

[tool.code-path-audit.classes.file_io]
base = 90000
per_unit = 0.3
assumed_size = 4000

[tool.code-path-audit.classes.json_io]
base = 12000
per_unit = 190
assumed_size = 50

[tool.code-path-audit.actions.save]
entry_points = ["shop.app:save"]

[tool.code-path-audit.actions.load]
entry_points = ["shop.reader:load"]
"""

APP = dedent("""\
    from shop.store import write


    def save(names):
        for name in names:
            print(name)
        write(names)
    """)
STORE = dedent("""\
    import json


    def write(rows):
        with open("x.json", "w") as file:
            json.dump(rows, file)
    """)
READER = dedent("""\
    def load():
        return 1
    """)
FILES = {
    "pyproject.toml": CONFIG,
    "src/shop/__init__.py": "",
    "src/shop/app.py": APP,
    "src/shop/store.py": STORE,
    "src/shop/reader.py": READER,
    "src/shop/unused.py": "x = 1\n",
}

SLOW_APP = APP.replace("        print(name)\n    write(names)", "        print(name)\n        write(names)")
"""The write moved into the loop."""


class Ran(NamedTuple):
    code: int
    out: str
    err: str


Gate = Callable[..., Ran]


def make_gate(capsys: pytest.CaptureFixture[str]) -> Gate:
    """Runs the gate's command line in this process."""

    def run(*arguments: str) -> Ran:
        capsys.readouterr()
        code = main(list(arguments))
        captured = capsys.readouterr()
        return Ran(code, captured.out, captured.err)

    return run


def commit_shop(repo: Repo, gate: Gate) -> None:
    """The shop with its baselines, committed."""
    repo.write(FILES)
    assert gate("refresh").code == 0
    repo.commit({})
