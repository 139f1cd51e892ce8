"""The gate over real source: a row is what was, what is now, and the findings, with the changed edge of what fails."""

# ruff: noqa: E501 (a row is an edit, and reads best as one line)

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import pytest

from code_path_gate.baseline.model import Baseline
from code_path_gate.causes.explain import explain, explaining
from code_path_gate.measuring.seen import Seen
from code_path_gate.verdict.drift import compare
from code_path_gate.verdict.policy import Policy, failure
from tests.gate.programs import traced

APP = "shop/app.py"
STORE = "shop/store.py"

SAVE = {
    APP: """
        from shop.store import Store

        def main(names):
            store = Store("x.json")
            for name in names:
                store.add(name)
            store.write()
        """,
    STORE: """
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
        """,
}


def edited(*edits: tuple[str, str, str], files: Mapping[str, str] = SAVE) -> dict[str, str]:
    """The program with some texts replaced: (file, old, new)."""
    new = dict(files)
    for path, old, text in edits:
        assert old in new[path], old
        new[path] = new[path].replace(old, text)
    return new


def moved(old: str, new: str, files: Mapping[str, str]) -> dict[str, str]:
    """The program with one file renamed."""
    return {new if path == old else path: text for path, text in files.items()}


HARMLESS = {
    "lines shift, comments": (
        SAVE,
        edited((STORE, "import json", "# why\n\n        import json  # here\n\n"), (APP, "for name", "# all\n            for name")),
        [],
    ),
    "reformatted": (SAVE, edited((STORE, 'open(self.path, "w")', "open(\n                    self.path,\n                    'w',\n                )")), []),
    "functions in another order": (
        SAVE,
        edited(
            (
                STORE,
                "    def add(self, name):\n                self.rows.append(name)\n\n            def write(self):",
                "    def write(self):",
            ),
            (
                STORE,
                "json.dump(self.rows, file)",
                "json.dump(self.rows, file)\n\n            def add(self, name):\n                self.rows.append(name)",
            ),
        ),
        [],
    ),
    "a local variable is renamed": (
        SAVE,
        edited((STORE, "as file", "as out"), (STORE, "self.rows, file", "self.rows, out"), (APP, "store", "kept"), (APP, "shop.kept", "shop.store")),
        [],
    ),
    "a method is renamed": (
        SAVE,
        edited((STORE, "def write", "def save"), (APP, "store.write", "store.save")),
        ["moved shop.store.Store.save builtins.open", "moved shop.store.Store.save json.dump"],
    ),
    "a class is renamed": (
        SAVE,
        edited((STORE, "class Store", "class Keeper"), (APP, "Store", "Keeper")),
        ["moved shop.store.Keeper.write builtins.open", "moved shop.store.Keeper.write json.dump"],
    ),
    "a module is renamed": (
        SAVE,
        moved(STORE, "shop/keep.py", edited((APP, "shop.store", "shop.keep"))),
        ["moved shop.keep.Store.write builtins.open", "moved shop.keep.Store.write json.dump"],
    ),
    "a module becomes a package, with its code in a submodule": (
        SAVE,
        {
            **moved(STORE, "shop/store/impl.py", SAVE),
            "shop/store/__init__.py": "from shop.store.impl import Store",
        },
        ["moved shop.store.impl.Store.write builtins.open", "moved shop.store.impl.Store.write json.dump"],
    ),
    "a helper between the entry point and the op": (
        SAVE,
        edited((APP, "store.write()", "finish(store)\n\n        def finish(store):\n            store.write()")),
        [],
    ),
    "a helper with the op in it": (
        SAVE,
        edited(
            (
                STORE,
                "json.dump(self.rows, file)",
                "self.dump(file)\n\n            def dump(self, file):\n                json.dump(self.rows, file)",
            )
        ),
        ["moved shop.store.Store.dump json.dump"],
    ),
    "a helper is inlined": (
        edited(
            (
                STORE,
                "json.dump(self.rows, file)",
                "self.dump(file)\n\n            def dump(self, file):\n                json.dump(self.rows, file)",
            )
        ),
        SAVE,
        ["moved shop.store.Store.write json.dump"],
    ),
    "a loop's body becomes a helper": (
        {
            APP: """
                import json

                def main(paths):
                    for path in paths:
                        with open(path) as file:
                            json.load(file)
                """
        },
        {
            APP: """
                import json

                def main(paths):
                    for path in paths:
                        read(path)

                def read(path):
                    with open(path) as file:
                        json.load(file)
                """
        },
        ["moved shop.app.read builtins.open", "moved shop.app.read json.load"],
    ),
    "an import is aliased": (
        SAVE,
        edited((STORE, "import json", "from json import dump as d"), (STORE, "json.dump", "d")),
        [],
    ),
    "type annotations and a docstring": (
        SAVE,
        edited((STORE, "def write(self):", 'def write(self) -> None:\n                """Writes all."""')),
        [],
    ),
    "what was an op is gone": (
        SAVE,
        edited((STORE, "json.dump(self.rows, file)", "pass")),
        ["gone shop.store.Store.write json.dump", "load_changed"],
    ),
}  # fmt: skip


@cache
def baseline_of_save() -> tuple[Seen, Baseline]:
    return traced(SAVE)


def findings(old: Mapping[str, str], new: Mapping[str, str]) -> list[str]:
    _, before = baseline_of_save() if old is SAVE else traced(old)
    now, after = traced(new)
    found = compare(before, after, now.measured.calls, now.measured.threshold)
    return [" ".join(f"{f.kind} {f.function} {f.what}".split()) for f in found]


@pytest.mark.parametrize("name", HARMLESS)
def test_harmless(name: str) -> None:
    old, new, expected = HARMLESS[name]
    assert findings(old, new) == expected


REGRESSIONS = {
    "a write moves into the loop": (
        edited((APP, "        store.write()", "            store.write()")),
        ["grown builtins.open: shop.app.main -> shop.store.Store.write, now in a loop, app.py:8"],
    ),
    "a method of the loop writes": (
        edited((STORE, "self.rows.append(name)", "self.rows.append(name)\n                self.write()")),
        ["grown builtins.open: shop.store.Store.add -> shop.store.Store.write, a new call, store.py:11"],
    ),
    "a new call of an expensive library": (
        edited((STORE, "import json", "import json, copy"), (STORE, "self.rows.append(name)", "self.rows = copy.deepcopy(self.rows)")),
        ["newly_expensive copy.deepcopy: shop.store.Store.add -> copy.deepcopy, a new op, store.py:10"],
    ),
    "through a new helper": (
        edited((APP, "store.write()", "store.write()\n            tell()\n\n        def tell():\n            import requests\n            requests.get('http://x')")),
        ["newly_expensive requests.get: shop.app.main -> shop.app.tell, a new call, app.py:9"],
    ),
    "through an alias": (
        edited((APP, "from shop.store", "from requests import get as g\n        from shop.store"), (APP, "store.write()", "store.write()\n            fetch = g\n            fetch('http://x')")),
        ["newly_expensive requests.get: shop.app.main -> requests.get, a new op, app.py:11"],
    ),
    "through a method of an instance": (
        edited(
            (STORE, "self.rows = []", "self.rows = []\n                self.log = Log()"),
            (STORE, "self.rows.append(name)", "self.rows.append(name)\n                self.log.note(name)"),
            (STORE, "class Store", "class Log:\n            def note(self, text):\n                open('log', 'a')\n\n        class Store"),
        ),
        ["newly_expensive builtins.open: shop.store.Store.add -> shop.store.Log.note, a new call, store.py:16"],
    ),
    "through a callback": (
        edited((APP, "store.write()", "store.write()\n            each(names, load)\n\n        def each(values, what):\n            for value in values:\n                what(value)\n\n        def load(path):\n            return open(path)")),
        ["newly_expensive builtins.open: shop.app.main -> shop.app.each, a new call, app.py:9"],
    ),
    "a callback of the standard library": (
        edited((APP, "store.write()", "store.write()\n            list(map(load, names))\n\n        def load(path):\n            return open(path)")),
        ["newly_expensive builtins.open: shop.app.main -> shop.app.load, a new call, app.py:9"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", REGRESSIONS)
def test_regressions(name: str) -> None:
    new, expected = REGRESSIONS[name]
    base, before = baseline_of_save()
    now, after = traced(new)
    calls = now.measured.calls
    by = explaining(now, base)
    told = []
    for finding in compare(before, after, calls, now.measured.threshold):
        if failure(finding, Policy(now.measured.threshold)):
            evidence = explain(finding, by)
            assert evidence.cause is not None
            assert evidence.path[0].function == "shop.app.main"
            assert evidence.path[-1].function == finding.function
            edge = evidence.cause
            file = edge.file.rpartition("/")[2]
            told.append(
                f"{finding.kind} {finding.what}: {edge.function} -> {edge.callee}, {edge.how}, {file}:{edge.line}"
            )
    assert told == expected


BOUNDS = {
    "a loop bound grows": ("range(2)", "range(200)", ["newly_expensive json.dumps: a loop around it runs more often"]),
    "a literal grows": ("[1, 2]", "[" + "1, " * 300 + "1]", ["newly_expensive json.dumps: it handles more"]),
    "a constant grows": (
        "TIMES = 2",
        "TIMES = 300",
        ["grown pickle.dumps: a loop around it runs more often"],
    ),
}
SMALL = {
    APP: """
        import json
        import pickle

        TIMES = 2

        def main():
            for number in range(2):
                json.dumps([1, 2])
            for number in range(TIMES):
                pickle.dumps(number)
        """
}


@pytest.mark.parametrize("name", BOUNDS)
def test_growth_past_the_threshold(name: str) -> None:
    old, new, expected = BOUNDS[name]
    base, before = traced(SMALL)
    now, after = traced(edited((APP, old, new), files=SMALL))
    told = []
    for finding in compare(before, after, now.measured.calls, now.measured.threshold):
        if failure(finding, Policy(now.measured.threshold)):
            edge = explain(finding, explaining(now, base)).cause
            told.append(f"{finding.kind} {finding.what}: {edge.how if edge else 'no edge'}")
    assert told == expected
