"""Which changes can affect an action: a row is what is imported, the changed files, and the answer."""

from __future__ import annotations

import pytest

from code_path_audit.program.model import Program
from code_path_gate.measuring import engine
from code_path_gate.measuring.affected import import_closure, names_file, touches
from tests.gate.programs import tree

FILES = {
    "shop/__init__.py": "",
    "shop/app.py": "from shop import store\nimport shop.missing\ndef main():\n    import shop.late, shop.many",
    "shop/store.py": "from . import names\nfrom .deep.inner import f\nDATA = 'data/rows.csv'",
    "shop/names.py": "",
    "shop/late.py": "def f(): return __import__('importlib').import_module('shop.plugin')",
    "shop/many.py": "F = lambda n: [__import__('shop.backends.' + n), 'shop.ways.%s' % n, 'shop/run/it.py']",
    "shop/backends/by_mail.py": "",
    "shop/ways/by_ship.py": "",
    "shop/run/it.py": "",
    "shop/plugin.py": "",
    "shop/deep/__init__.py": "",
    "shop/deep/inner.py": "def f(): pass",
    "shop/other.py": "import shop.elsewhere",
    "shop/elsewhere.py": "",
}

ROWS = {
    "the module of the entry point": ("src/shop/app.py", True),
    "an imported module": ("src/shop/store.py", True),
    "a module that an imported one imports": ("src/shop/names.py", True),
    "the package around it": ("src/shop/__init__.py", True),
    "the package around an inner module": ("src/shop/deep/__init__.py", True),
    "an import within a function": ("src/shop/late.py", True),
    "a module that is loaded by its name": ("src/shop/plugin.py", True),
    "a module below the beginning of a text": ("src/shop/backends/by_mail.py", True),
    "a module below the beginning of a template": ("src/shop/ways/by_ship.py", True),
    "a file that a text names": ("src/shop/run/it.py", True),
    "a missing module appears": ("src/shop/missing.py", True),
    "as a package": ("src/shop/missing/__init__.py", True),
    "a name of a module becomes a module": ("src/shop/deep/inner/f.py", True),
    "a module that nothing imports": ("src/shop/other.py", False),
    "what only that imports": ("src/shop/elsewhere.py", False),
    "a new file that nothing imports": ("src/shop/brand_new.py", False),
    "a deleted file that nothing imports": ("src/shop/deleted.py", False),
    "a test": ("tests/test_app.py", False),
}


def by_path(program: Program) -> dict[str, str]:
    return {path: module for module, path in program.paths.items()}


@pytest.mark.parametrize("name", ROWS)
def test_affected(name: str) -> None:
    path, expected = ROWS[name]
    program = engine.load(tree(FILES))
    assert touches([path], import_closure(program, ["shop.app:main"]), by_path(program)) is expected


ENTRIES = {
    "a function": ("shop.names.f", True),
    "a module and function": ("shop.names:f", True),
    "a module": ("shop.names", True),
    "a glob over functions": ("shop.names.*", True),
    "a glob over modules": ("shop.n*.run", True),
    "a glob over everything": ("*.run", True),
    "a glob elsewhere": ("shop.deep.*", False),
    "another module": ("shop.plugin", False),
}


@pytest.mark.parametrize("name", ENTRIES)
def test_entry_points(name: str) -> None:
    entry, expected = ENTRIES[name]
    program = engine.load(tree(FILES))
    assert touches(["src/shop/names.py"], import_closure(program, [entry]), by_path(program)) is expected


def test_files_that_the_code_names() -> None:
    program = engine.load(tree(FILES))
    closure = import_closure(program, ["shop.app:main"])
    assert names_file(program, closure, ["src/shop/data/rows.csv"])
    assert not names_file(program, closure, ["README.md"])
