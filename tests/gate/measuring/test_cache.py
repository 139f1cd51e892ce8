"""What a kept result depends on: a row is an edit, and whether the action is traced again; the result is always right."""

# ruff: noqa: E501 (a row is an edit, and reads best as one line)

from __future__ import annotations

import functools
import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from code_path_audit.callgraph.kept import Graphs
from code_path_audit.config import ActionConfig
from code_path_audit.facts.extract import extract_module
from code_path_audit.program import verifying_trace
from code_path_audit.program.dependencies import Importers, defining
from code_path_audit.program.files import ALONE, Files, How
from code_path_audit.program.model import Program
from code_path_audit.program.verifying_trace import LISTS
from code_path_audit.sources.data_files import FileSize
from code_path_audit.store.pack import open_store
from code_path_gate.measuring import cache, engine
from code_path_gate.measuring.affected import import_closure
from code_path_gate.measuring.measured import Measured
from tests.gate.programs import ACTION, config, tree

FILES = {
    "shop/__init__.py": "",
    "shop/app.py": """
        from shop.store import Store
        from shop import util
        import shop.missing

        LIMIT = 3

        def main(names):
            store = Store("x.json")
            for name in names:
                store.add(name)
            store.write()
            return util.clean(LIMIT)

        def other(names):
            '''Nobody calls it.'''
            return sorted(names)

        def outer(n):
            def inner(m):
                return m + n
            key = lambda row: row + n
            return inner, key

        def counted():
            global LIMIT
            LIMIT = 4

        class Unused:
            kind = "a"

            def go(self, way: int = 1) -> None:
                self.way = way

            @property
            def name(self):
                return 1

            @name.setter
            def name(self, value):
                self.kept = value
        """,
    "shop/store.py": """
        import json

        class Store:
            def __init__(self, path):
                self.path = path
                self.rows = []

            def add(self, name):
                self.rows.append(name)

            def write(self):
                with open(self.path, "w") as file:
                    json.dump(self.rows, file)

            def clear(self):
                self.rows = []
        """,
    "shop/util.py": """
        import sys

        __all__ = ["clean"]

        def clean(n):
            return [i for i in range(n)]

        def lost(n):
            return n

        def lost(n):
            return n + 1

        if sys.platform == "x":
            def how():
                return 1
        else:
            def how():
                return 2
        """,
    "shop/far.py": "def f():\n    return 1\n",
}

APP, STORE, UTIL, FAR = "shop/app.py", "shop/store.py", "shop/util.py", "shop/far.py"

ROWS = {
    # what was not read
    "nothing": ("", "", "", False),
    "a function": (APP, "return sorted(names)", "return open(names)", False),
    "its docstring": (APP, "Nobody calls it", "Somebody may", False),
    "a string in it": (APP, "return sorted(names)", "return 'other.module'", False),
    "it becomes a generator": (APP, "return sorted(names)", "yield sorted(names)", False),
    "a method": (STORE, "def clear(self):\n                self.rows = []", "def clear(self):\n                open('y')", False),
    "a method of a class that nobody uses": (APP, "self.way = way", "open(way)", False),
    "a nested function": (APP, "return m + n", "return open(m)", False),
    "the function around it": (APP, "return inner, key", "return key", False),
    "a lambda": (APP, "row + n", "open(row)", False),
    "the value that a function gives to a global": (APP, "LIMIT = 4", "LIMIT = 400", False),
    "a setter": (APP, "self.kept = value", "open(value)", False),
    "the second of two of one name": (UTIL, "return n + 1", "return open(n)", False),
    "one of a condition": (UTIL, "return 2", "return open('z')", False),
    "a file that nobody imports": (FAR, "return 1", "return open('q')", False),
    "a function more in it": (FAR, "return 1", "return 1\ndef g():\n    open('q')", False),
    "a new file": ("shop/new.py", "", "def f():\n    open('q')\n", False),
    # layout
    "a comment in what was read": (APP, "store.write()", "store.write()  # at last", False),
    "lines above it": (APP, "def main", "# one\n\n\n        # two\n\n        def main", False),
    # the same in other words
    "a line that is wrapped": (APP, "return util.clean(LIMIT)", "return util.clean(\n                LIMIT,\n            )", False),
    "other quotes": (APP, '"x.json"', "'x.json'", False),
    "parentheses": (STORE, "self.rows.append(name)", "(self.rows).append((name))", False),
    "a docstring in what was read": (STORE, "self.rows.append(name)", "'''Adds one.'''\n                self.rows.append(name)", False),
    "a statement that does nothing": (STORE, "self.rows.append(name)", "pass\n                self.rows.append(name)", False),
    "two statements in one line": (STORE, "self.path = path\n                self.rows = []", "self.path = path; self.rows = []", False),
    "the layout of the body of a module": (APP, "LIMIT = 3", "LIMIT = (\n            3\n        )", False),
    "a docstring that changes": (APP, "store = Store", "'''Adds.'''\n            store = Store", False),
    # what was read
    "the function that is entered": (APP, "store.write()", "store.write()\n            open('y')", True),
    "a method that it calls": (STORE, "self.rows.append(name)", "open(name)", True),
    "a function of another module": (UTIL, "range(n)", "range(2 * n)", True),
    "the body of a module": (APP, "LIMIT = 3", "LIMIT = 5", True),
    "the body of a class": (APP, 'kind = "a"', 'kind = "b"', True),
    # what belongs to the code around a function
    "a default": (APP, "def other(names)", "def other(names=open('x'))", True),
    "the value of a default": (APP, "way: int = 1", "way: int = 2", True),
    "a decorator": (APP, "def other", "@print\n        def other", True),
    "a decorator in a class": (STORE, "    def clear", "    @print\n            def clear", True),
    # what the outline of a module has
    "a new function": (APP, "def other", "def more():\n            pass\n\n        def other", True),
    "a new lambda": (APP, "return sorted(names)", "return sorted(names, key=lambda n: n)", True),
    "a new nested function": (APP, "return m + n", "def more(): pass\n                return m + n", True),
    "one more of a name": (UTIL, "return n + 1", "return n + 1\n\n        def lost(n):\n            return n", True),
    "a function is renamed": (APP, "def other", "def another", True),
    "a function is gone": (APP, "def other(names):\n            '''Nobody calls it.'''\n            return sorted(names)\n", "", True),
    "a function becomes a coroutine": (APP, "def other", "async def other", True),
    "a class becomes a function": (APP, "class Unused:\n            kind", "def Unused():\n            kind", True),
    "two functions change places": (UTIL, "def lost(n):\n            return n\n\n        def lost(n):\n            return n + 1", "def lost(n):\n            return n + 1\n\n        def lost(n):\n            return n", False),
    "an import in a function": (APP, "return sorted(names)", "import json", True),
    "a function writes a global": (APP, "return sorted(names)", "global SORTED\n            SORTED = names", True),
    "what a star import takes": (UTIL, '["clean"]', '["clean", "lost"]', True),
    "a comment that speaks of lines": (UTIL, "return n + 1", "return n + 1  # audit: bound=9", True),
    "a module that was missing": ("shop/missing.py", "", "open('w')\n", True),
    "a package of that name": ("shop/missing/__init__.py", "", "", True),
}  # fmt: skip


def edited(files: Mapping[str, str], path: str, old: str, new: str) -> dict[str, str]:
    assert not path or old in files.get(path, ""), old
    return {**files, path: files[path].replace(old, new, 1) if path in files else new} if path else dict(files)


class Work:
    """Measures with a store, and counts what is traced."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.traces = 0

    def files(self, files: Mapping[str, str]) -> Files:
        return Files(tree(files), How(open_store(str(self.folder), 1e9)))

    def measured(self, files: Files, action: ActionConfig = ACTION) -> Measured:
        def measure(program: Program, size: FileSize, graphs: Graphs) -> Measured:
            self.traces += 1
            return engine.trace(program, action, config(), size, graphs=graphs)

        found = cache.known(files, [action], no_size)
        if found is None:
            found = cache.keep(files, [action], no_size, cache.fresh(files, no_size, measure))
        files.how.store.commit()
        return found.measured

    def is_traced(self, files: Mapping[str, str]) -> bool:
        """Whether the action of some files is traced anew. The result is the one that a trace gives."""
        before = self.traces
        found = self.measured(self.files(files))
        assert found == alone(tuple(files.items()))
        return self.traces > before


def no_size(path: str) -> None:
    return None


@functools.cache
def alone(files: tuple[tuple[str, str], ...]) -> Measured:
    """The result of a trace that nothing was kept for."""
    return engine.trace(engine.load(tree(dict(files))), ACTION, config(), no_size)


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    work = Work(tmp_path_factory.mktemp("store"))
    assert work.is_traced(FILES)
    return work.folder


@pytest.fixture
def work(begun: Path, tmp_path: Path) -> Work:
    """With a store that has the result of `FILES`."""
    return Work(shutil.copytree(begun, tmp_path / "store"))


@pytest.mark.parametrize("name", ROWS)
def test_edits(work: Work, name: str) -> None:
    path, old, new, again = ROWS[name]
    files = edited(FILES, path, old, new)
    assert work.is_traced(files) == again
    # neither has pushed out the other
    assert not work.is_traced(FILES)
    assert not work.is_traced(files)


BACKENDS = {
    **FILES, "shop/store.py": "from importlib import import_module\nclass Store:\n    def __init__(self, path):\n"
    "        import_module('shop.backends.' + input()).make()\n"
    "    def add(self, name): pass\n    def write(self): print('it is a text. of.words', 'x' * 9)\n",
    "shop/backends/one.py": "def make(): open('a')\n",
}  # fmt: skip


def test_a_new_file_counts_where_names_of_modules_were_asked_for(tmp_path: Path) -> None:
    work = Work(tmp_path)
    assert work.is_traced(BACKENDS)
    assert not work.is_traced({**BACKENDS, "shop/new.py": "def make(): open('b')\n"})
    below = {**BACKENDS, "shop/backends/two.py": "def make(): open('b')\n"}
    assert work.is_traced(below)
    assert not work.is_traced(below)
    assert not work.is_traced(BACKENDS)
    assert work.is_traced({**BACKENDS, "shop/backends/one.py": "def make(:\n"})


UNIMPORTED = {
    "shop/__init__.py": "",
    "shop/app.py": "import framework\n\ndef main(names):\n    framework.run(names)\n",
    "shop/plugin.py": "import framework\n\ndef setup(app):\n    open('a')\n",
    "shop/far.py": "import os\n\ndef f():\n    return 1\n",
}
LOADED = {
    # of what nobody loads
    "a function more": ("shop/far.py", "def f()", "def g():\n    return 2\n\ndef f()", False),
    "another import": ("shop/far.py", "import os", "import sys", False),
    "a new file": ("shop/new.py", "", "import os\n\ndef f():\n    open('b')\n", False),
    # of what the library may load
    "another statement": ("shop/plugin.py", "open('a')", "open('a'); open('b')", True),
    "another module uses it": ("shop/far.py", "import os", "import framework.parts", True),
    "a new file that uses it": ("shop/new.py", "", "import framework\n\ndef setup(app):\n    open('b')\n", True),
    "the module is imported": ("shop/far.py", "import os", "import shop.plugin", True),
    "it uses it no more": ("shop/plugin.py", "import framework\n", "", True),
}  # fmt: skip


@pytest.mark.parametrize("name", LOADED)
def test_what_nothing_imports_depends_on_who_imports_what_is_asked_for(tmp_path: Path, name: str) -> None:
    path, old, new, again = LOADED[name]
    work = Work(tmp_path)
    assert work.is_traced(UNIMPORTED)
    assert work.measured(work.files(UNIMPORTED)).calls.get("shop.plugin.setup") is not None
    files = edited(UNIMPORTED, path, old, new)
    assert work.is_traced(files) == again
    assert not work.is_traced(UNIMPORTED)
    assert not work.is_traced(files)


def moved_on(count: int) -> list[dict[str, str]]:
    """States of which each reads other functions than all before."""
    states = []
    for number in range(count):
        more = "".join(f"\n        def f{at}(n):\n            return n\n" for at in range(count))
        states.append(edited(FILES, UTIL, "return [i for i in range(n)]", f"return f{number}(n)\n{more}"))
    return states


def test_states_in_turn(work: Work) -> None:
    states = moved_on(LISTS + 1)
    assert all(map(work.is_traced, states[:LISTS]))
    assert not any(map(work.is_traced, states[:LISTS]))
    # of what is asked in the first one there is no list any more
    assert not any(map(work.is_traced, states[1:LISTS]))
    assert work.is_traced(states[LISTS])
    assert work.is_traced(states[0])


def test_many_edits_of_what_was_not_read(work: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verifying_trace, "MANY", 1)
    files = dict(FILES)
    for path, old, new in ((APP, "sorted(names)", "open(names)"), (UTIL, "return n + 1", "pass"), (FAR, "1", "2")):
        files = edited(files, path, old, new)
        assert not work.is_traced(files)
    assert work.is_traced(edited(files, STORE, "self.rows.append(name)", "open(name)"))


def test_each_action_depends_on_what_it_has_read_itself(work: Work) -> None:
    """Though another one has read the same bodies before, in the same program."""
    other = ActionConfig("other", ("shop.app:other",))
    files = work.files(FILES)
    work.measured(files, ACTION._replace(description="anew"))
    work.measured(files, other)
    for path, old, new, again in ((STORE, "append(name)", "append(1)", 1), (APP, "sorted(names)", "open(names)", 2)):
        before = work.traces
        files = work.files(edited(FILES, path, old, new))
        assert work.measured(files, other) == engine.trace(files.program(), other, config(), no_size)
        work.measured(files)
        assert work.traces == before + 1, again


def test_the_names_of_what_is_imported_depend_on_strings_alone(work: Work) -> None:
    for path, old, new, again in (
        ("", "", "", True),
        (APP, "return sorted(names)", "return open(names)", False),
        (APP, "return sorted(names)", "return 'shop.far'", True),
        (APP, "return sorted(names)", "import shop.far", True),
    ):
        files = work.files(edited(FILES, path, old, new))
        asked: list[Program] = []

        def find(program: Program, asked: list[Program] = asked) -> frozenset[str]:
            asked.append(program)
            return import_closure(program, ACTION.entry_points)

        assert cache.names(files, [], find) == import_closure(files.program(), ACTION.entry_points)
        assert bool(asked) == again
        files.how.store.commit()


@pytest.mark.parametrize("names", [(), ("main",), ("f", "b", "c", "nothing", "cl")])
def test_what_defines_a_name_is_found_without_linking(work: Work, names: tuple[str, ...]) -> None:
    files = {
        **FILES, "a.py": "class b:\n    def c(self): pass\ndef c(): pass\n", "a/b.py": "def f(): pass\n", "broken.py": "def f(",
        "a/b/f.py": "", "c.py": "def f(): pass\ndef f(): pass\n", "clean.py": "from shop.util import clean as cl\ncl = 1\n",
    }  # fmt: skip
    for _ in range(2):
        found = work.files(files)
        program = Files(found.tree, ALONE).program()
        assert found.defining(names) == [defining(program, name) for name in names]
        found.how.store.commit()


@pytest.mark.parametrize("names", [(), ("shop.util",), ("shop", "shop.util.clean", "json", "nothing", "a.b")])
def test_what_imports_a_name_is_found_without_linking(work: Work, names: tuple[str, ...]) -> None:
    files = {
        **FILES, "a.py": "import json.decoder\n", "a/b.py": "def f():\n    from shop.util import clean\n", "broken.py": "def f(",
        "c.py": "from a import b\n",
    }  # fmt: skip
    for _ in range(2):
        found = work.files(files)
        importers = Importers(Files(found.tree, ALONE).program())
        assert found.importing(names) == [tuple(sorted(importers.of(name))) for name in names]
        found.how.store.commit()


# comments that speak of lines


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("# audit: bound=3\n\ndef f(): return [i for i in g()]\n", "# audit: bound=3\ndef f(): return [i for i in g()]\n"),
        ("# audit: bound=3\n\nfor i in g():\n    h(i)\n", "# audit: bound=3\nfor i in g():\n    h(i)\n"),
    ],
)  # fmt: skip
def test_digests_where_lines_count(one: str, two: str) -> None:
    last = [extract_module(text.encode(), "m").digests[-1] for text in (one, two)]
    assert last[0] != last[1]
    plain = [extract_module(text.replace("audit", "").encode(), "m").digests[-1] for text in (one, two)]
    assert plain[0] == plain[1]
