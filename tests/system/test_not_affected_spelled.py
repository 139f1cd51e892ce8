"""What a check with `--base` leaves out, however a program spells that it loads a module which no import names.

Each row is a function of a module of its own, and an action; all of them may run a module that is slow, gone, or has a
function of another name after the change. What is not measured again must be as before. Rows that the solver does not
follow today stay: nothing is left out wrongly of them either, when it does.
"""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest

from code_path_gate.cli import main
from tests.gate.repositories import Repo
from tests.system.shortcuts import claims, remove, replace

LOADED = {
    "plain": "importlib.import_module('pkg77.' + k).hook77(k)",
    "whole": "importlib.import_module('pkg77.hooks').hook77(k)",
    "by an attribute": "getattr(importlib, 'import_module')('pkg77.' + k).hook77(k)",
    "by an attribute in two parts": "getattr(importlib, 'import_' + 'module')(k).hook77(k)",
    "any module": "importlib.import_module(k).hook77(k)",
    "any module, an attribute in two parts": "getattr(importlib.import_module(k), 'ho' + 'ok77')(k)",
    "any module, other letters": "importlib.import_module(k).ho\uff4fk77(k)",
    "other letters": "importlib.import_\uff4dodule(k).hook77(k)",
    "of its own name": "getattr(importlib.import_module(__name__.rpartition('.')[0] + '.' + k), k)(k)",
    "of its own name in two lines": "getattr(importlib.import_module(__name__\n .rpartition('.')[0] + '.' + k), k)(k)",
    "of its own name by another function": "getattr(importlib.import_module(upper(__name__) + '.' + k), k)(k)",
    "of its own name, cut": "getattr(importlib.import_module(__name__.removesuffix('.m') + '.' + k), k)(k)",
    "of a module's name": "getattr(importlib.import_module(pkg77.__name__ + '.' + k), k)(k)",
    "of a class's module": "getattr(importlib.import_module(C.__module__.rpartition('.')[0] + '.' + k), k)(k)",
    "of its package": "getattr(importlib.import_module(f'{__package__}.{k}'), k)(k)",
    "of its specification": "getattr(importlib.import_module(__spec__.parent + '.' + k), k)(k)",
    "relative": "getattr(importlib.import_module('.' + k, __package__), k)(k)",
    "relative to its name": "getattr(importlib.import_module('.' + k, __name__), k)(k)",
    "the beginning of a name": "getattr(importlib.import_module('pkg77.ho' + k), k)(k)",
    "put together": "getattr(importlib.import_module('p' + 'kg77.h' + 'ooks'), k)(k)",
    "joined": "getattr(importlib.import_module('.'.join(['pkg77', 'hooks'])), k)(k)",
    "formatted": "getattr(importlib.import_module('%s.%s' % ('pkg77', 'hooks')), k)(k)",
    "in other letters": "getattr(importlib.import_module('PKG77.HOOKS'.lower()), k)(k)",
    "with other separators": "getattr(importlib.import_module('pkg77/hooks'.replace('/', '.')), k)(k)",
    "of a text": "eval('__import__(\"pkg77.hooks\")').hooks.hook77(k)",
    "in a text": "exec('import pkg77.hooks')\n    pkg77.hooks.hook77(k)",
    "what is loaded": "sys.modules['pkg77.' + k].hook77(k)",
    "what is loaded, by an attribute": "getattr(sys, 'mod' + 'ules')['pkg77.' + k].hook77(k)",
    "an attribute of the package": "pkg77.hooks.hook77(k)",
    "one by a text": "getattr(pkg77, 'hooks').hook77(k)",
    "one by a text in two parts": "getattr(pkg77, 'ho' + 'oks').hook77(k)",
    "listed": "[importlib.import_module('pkg77.' + m.name).hook77(k) for m in pkgutil.iter_modules(pkg77.__path__)]",
    "a file": "runpy.run_path('pkg77/hooks.py')",
    "control": "lib77.run()",
    "control by an attribute": "getattr(lib77, 'run')()",
    "control by an attribute in two parts": "getattr(lib77, 'r' + 'un')()",
    "control behind a comment": "(lib77.  # now\n        run)()",
    "control on the next line": "lib77. \\\n        run()",
    "control in other letters": "lib77.\uff52un()",
    "control of a library that a text names": "importlib.import_module('l' + 'ib77').run()",
    "control by what calls a method": "operator.methodcaller('run')(lib77)",
    "control by what gets an attribute": "operator.attrgetter('run')(lib77)()",
    "control by a pattern": "match lib77:\n        case object(run=r):\n            r()",
}
"""What a function `go(k)` does; 77 stands for the number of the row."""

HEADS = {
    "control from a list": ("from lib77 import (a,  # and\n    run as q)", "q()"),
    "control by a star": ("from lib77 import *", "run()"),
    "control in another encoding": ("# coding: utf-7\nimport lib77", "lib77.+AHI-un()"),
    "in another encoding": ("# coding: utf-7\nimport importlib", "importlib.import+AF8-module(k).hook77(k)"),
}
"""And what stands above it, where that is something else."""

HEAD = """\
import importlib, operator, pkgutil, runpy, sys
import pkg77
class C: pass
def upper(name): return name[:5]"""

HOOKS = {
    "src/pkg77/hooks.py": "import requests\ndef hook77(rows):\n    for row in rows: print(row)\n",
    "src/pkg77/framed.py": "import lib77, requests\n@lib77.page\ndef page(rows):\n    for row in rows: print(row)\n",
}


def numbered(text: str, number: int) -> str:
    return text.replace("77", f"{number:02}")


def rows() -> dict[str, tuple[str, str]]:
    """What stands above the function, and what it does, by the name of the row."""
    heads = {name: HEAD + "\nimport lib77" * name.startswith("control") for name in LOADED}
    return {**{name: (heads[name], does) for name, does in LOADED.items()}, **HEADS}


@pytest.fixture(scope="module")
def spelled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project, committed with its baselines: an action for each row."""
    files, config = {}, '[tool.code-path-audit]\nsource = ["src"]\n'
    for number, (head, does) in enumerate(rows().values()):
        own = {"src/pkg77/__init__.py": "", "src/pkg77/m.py": f"{head}\ndef go(k):\n    {does}\n", **HOOKS}
        files.update({numbered(path, number): numbered(text, number) for path, text in own.items()})
        config += f'[tool.code-path-audit.actions.a{number:02}]\nentry_points = ["pkg{number:02}.m.go"]\n'
    repo = Repo.init(tmp_path_factory.mktemp("spelled") / "project")
    repo.write({"pyproject.toml": config, **files})
    with contextlib.chdir(repo.root):
        assert main(["refresh"]) == 0
    repo.commit({})
    return repo.root


CHANGES = {
    "slow": lambda path: replace(path, "print(row)", "requests.get(row)"),
    "of another name": lambda path: replace(path, "def ", "def not_"),
    "gone": remove,
}
"""What happens to the files that may be loaded."""


@pytest.mark.parametrize("change", CHANGES)
def test_nothing_is_left_out_wrongly(spelled: Path, change: str) -> None:
    repo, names = Repo(spelled), list(rows())
    for number in range(len(names)):
        for path in HOOKS:
            CHANGES[change](numbered(path, number))(repo)
    try:
        claimed = claims(spelled, staged=False)
    finally:
        repo.run("checkout", "-q", "--", ".")
    assert claimed is not None
    left_out, before, now = claimed
    differing = {action for action in before if before[action] != now[action]}
    assert {names[int(action[1:])] for action in left_out & differing} == set()
    # most rows are followed by the solver: there is something to leave out
    assert len(differing) >= 29
