"""Which changes can affect an action: a row is what is imported, the changed files, and the answer."""

from __future__ import annotations

import pytest

from code_path_audit.callgraph.frameworks.loading import is_loaded
from code_path_audit.config import ActionConfig, Config
from code_path_audit.program.dependencies import Ledger
from code_path_audit.program.files import Files
from code_path_audit.sources.layout import module_of
from code_path_audit.sources.worktree import discover
from code_path_gate.measuring import engine
from code_path_gate.measuring.affected import (
    closure_of_users,
    constants_of,
    import_closure,
    may_hold,
)
from code_path_gate.measuring.file_names import can_name
from code_path_gate.measuring.said import FRAMEWORK, LOADERS
from tests.conftest import SPECIMENS
from tests.gate.programs import tree

FILES = {
    "shop/__init__.py": "",
    "shop/app.py": "from shop import store\nimport shop.missing\ndef main():\n    import shop.late, shop.many",
    "shop/store.py": "from . import names\nfrom .deep.inner import f\nDATA = 'data/rows.csv'\nCODE = 'shop/by_path.py'",
    "shop/names.py": "",
    "shop/late.py": "def f(): return __import__('importlib').import_module('shop.plugin')",
    "shop/many.py": "F = lambda n: [__import__('shop.backends.' + n), 'shop.ways.%s' % n, 'shop/run/it.py']",
    "shop/backends/by_mail.py": "",
    "shop/ways/by_ship.py": "",
    "shop/run/it.py": "",
    "shop/plugin.py": "",
    "shop/by_path.py": "",
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
    "a file whose name is spelled out": ("src/shop/by_path.py", True),
}


@pytest.mark.parametrize("name", ROWS)
def test_affected(name: str) -> None:
    path, expected = ROWS[name]
    program = engine.load(tree(FILES))
    module = module_of(path.removeprefix("src/"), "")
    assert (module in import_closure(program, ["shop.app:main"])) is expected


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
    assert ("shop.names" in import_closure(program, [entry])) is expected
    if "*" in entry:
        # also where it is gone, or was not there yet
        assert may_hold("shop.names", entry) is expected


def test_files_that_the_code_names() -> None:
    program = engine.load(tree(FILES))
    pieces = constants_of(program, import_closure(program, ["shop.app:main"]))
    assert can_name("src/shop/data/rows.csv", pieces)
    assert not can_name("README.md", pieces)


SEARCHED = sorted(path.name for path in SPECIMENS.iterdir() if (path / "main.py").exists())


@pytest.mark.parametrize("specimen", SEARCHED)
def test_what_a_trace_asks_of_is_in_the_closure(specimen: str) -> None:
    """But for modules that are loaded under names which nobody knows, of which a text of the closure says so."""
    files = Files(discover(SPECIMENS / specimen, (".",)))
    program, config = files.program(), Config(root=SPECIMENS / specimen, source=(".",))
    texts = {module: files.data(file) for module, file in files.by_module.items()}
    for module in program.modules:
        ledger = Ledger()
        action = ActionConfig("specimen", (module,))
        engine.trace(ledger.watch(program), action, config, lambda path: None)
        asked, closure = ledger.consulted(), import_closure(program, [module])
        elsewhere = set(asked.modules) & program.modules.keys() - closure
        if elsewhere or asked.listed or any(asked.defined) or asked.everything:
            found = [texts[name] for name in closure if name in texts]
            starts_framework = any(map(FRAMEWORK.search, found)) and all(map(is_loaded, elsewhere))
            if elsewhere <= closure_of_users(program, [module]):
                continue
            assert starts_framework or any(map(LOADERS.search, found))
