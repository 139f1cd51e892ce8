"""What is run without a declaration: files that are scripts, and functions that nothing in the source calls."""

from __future__ import annotations

from pathlib import Path

import pytest

from code_path_audit.proposals.undeclared import bodies_that_run, called_by_none, mains, script_files
from tests.proposals.projects import modules, repository

RUN = "if __name__ == '__main__':\n    "


@pytest.mark.parametrize(
    ("files", "rows"),
    [
        ({"shop.__init__": "", "shop.__main__": "1"}, [("shop", "shop.__main__")]),
        ({"run": f"def go(): pass\n{RUN}go()\n"}, [("run", "run:go")]),
        ({"run": f"{RUN}app.run()\n"}, []),
        ({"jobs.run": f"def go(): pass\n{RUN}go()\n"}, []),
    ],
)
def test_mains(files: dict[str, str], rows: list[tuple[str, str]]) -> None:
    assert [row[:2] for row in mains(modules(files))] == rows


@pytest.mark.parametrize(
    ("files", "rows"),
    [
        ({"jobs.run": f"def go(): pass\n{RUN}go()\n", "flat": "f()"}, [("run", "jobs.run:go")]),
        ({"run": f"{RUN}Thing().run()\n"}, [("run", "run")]),
        ({"a": "import b\nb.f()\n", "b": "print(1)\n", "c": "X = 1\ndef f(): g()\n"}, [("a", "a")]),
        ({"a": "'__main__'\n"}, []),
        # a module of a package is imported by others than its own
        ({"lib.__init__": "", "lib.handler": "T = TypeVar('T')\n"}, []),
    ],
)
def test_bodies_that_run(files: dict[str, str], rows: list[tuple[str, str]]) -> None:
    assert [row[:2] for row in bodies_that_run(modules(files))] == rows


def test_called_by_none() -> None:
    files = {
        "shop.__init__": "",
        "shop.store": "def save():\n    helper()\n\ndef helper(): pass\nclass Cart:\n    def total(self): pass\n",
        "shop.adapter": "class Base:\n    def send(self): pass\nclass Web(Base):\n    def send(self):\n        1\n",
        "shop._private": "def nobody(): pass\n",
    }
    assert [row[1] for row in called_by_none(modules(files))] == [
        "shop.adapter:Web.send", "shop.store:save", "shop.adapter:Base.send", "shop.store:Cart.total",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "declaring",
    [
        {"pyproject.toml": "[tool.setuptools]\nscript-files = ['bin/run.py', '../other.py', 'bin/gone.py']\n"},
        {"setup.cfg": "[options]\nscripts =\n    bin/run.py\n"},
        {"setup.py": "setup(scripts=['bin/run.py'])"},
    ],
)
def test_script_files(declaring: dict[str, str], tmp_path: Path) -> None:
    text = f"'''Runs it.'''\ndef go(): pass\n{RUN}go()\n"
    found = repository(tmp_path, {**declaring, "bin/run.py": text})
    # the one that is gone is not like a file that is empty
    assert list(script_files(found, modules({"run": text, "shop": ""}))) == [("run", "run:go", "Runs it.")]
