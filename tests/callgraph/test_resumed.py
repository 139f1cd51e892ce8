"""A solution that is gone on from after an edit: what a solution from nothing says, and what of before stays."""
# ruff: noqa: E501 (a row is an edit, and reads best as one line)

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from random import Random

import pytest

from code_path_audit.callgraph.behaviours import NO_BEHAVIOURS
from code_path_audit.callgraph.edits import ModuleEdit, edit_of, in_program
from code_path_audit.callgraph.model import SolvedGraph
from code_path_audit.callgraph.resumed import gone_on
from code_path_audit.callgraph.solve import solve
from code_path_audit.callgraph.suspended import resume, suspend
from code_path_audit.program.files import Files
from code_path_audit.program.model import Program
from tests.conftest import SPECIMENS
from tests.gate.measuring.test_nearby import with_statement
from tests.gate.programs import tree

Texts = Mapping[str, str]


def program_of(texts: Texts) -> Program:
    return Files(tree(dict(texts))).program()


def suspended(program: Program, *roots: str) -> bytes:
    states: list[bytes] = []
    solve(program, roots, program.stubs, suspended=lambda begun: states.append(suspend(begun)))
    return states[0]


def edits_of(before: Program, now: Program) -> dict[str, ModuleEdit] | None:
    found = {}
    if before.modules.keys() != now.modules.keys():
        return None
    for module, facts in now.modules.items():
        old = before.modules[module]
        edit = edit_of(now, old, facts, range(len(old.functions)))
        if edit is None:
            return None
        if edit.functions or edit.names:
            found[module] = edit
    return found


def resumed(before: Texts, now: Texts, *roots: str) -> SolvedGraph | None:
    """The graph after an edit, gone on from the state before; None where that is refused."""
    old, new = program_of(before), program_of(now)
    edits = edits_of(old, new)
    if edits is None:
        return None
    new = in_program(new, edits)
    return gone_on(resume(suspended(old, *roots), new, new.stubs, NO_BEHAVIOURS), edits)


def from_nothing(now: Texts, *roots: str) -> SolvedGraph:
    program = program_of(now)
    return solve(program, roots, program.stubs)


FILES = {
    "app.py": """
import json
from http.server import BaseHTTPRequestHandler as Base
from util import Disk, Memory, clean, made, say

SIZE = 4

class Handler(Base):
    protocol = 1
    def do(self): pass

class Store:
    def __init__(self):
        self.rows = []
        self.backend = Disk()

    def save(self, name):
        def inner(row):
            return clean(row)
        for row in self.rows:
            inner(row)
        self.backend.write(name)
        return len(self.rows)

    def load(self, name):
        return json.loads(name)

def each(rows):
    for row in rows:
        yield clean(row)

def main(names: list[str]):
    store = Store()
    for name in names:
        store.save(name)
    total = sum(each(names))
    return total
""",
    "util.py": """
import time

class Disk:
    def write(self, name):
        open(name).read()

class Memory(Disk):
    def write(self, name):
        time.sleep(1)

def clean(value):
    return str(value)

def say(text):
    print(text)

def made() -> Disk:
    return Memory()

def never(value):
    return value.strip()
""",
    "more.py": "A = 1\n",
    "all.py": "from more import *\n",
}

SAVE, LOOP = "        self.backend.write(name)\n", "        store.save(name)\n"
EDITS: dict[str, tuple[str, ...]] = {
    "nothing": ("app.py", "", ""),
    "a call more": ("app.py", LOOP, LOOP + "        say(name)\n"),
    "a call before others": ("app.py", LOOP, "        say(name)\n" + LOOP),
    "a call of what is reached for the first time": ("app.py", LOOP, LOOP + "        store.load(name)\n"),
    "an operation": ("app.py", LOOP, LOOP + "        open(name).read()\n"),
    "a call of an object that is new": ("app.py", LOOP, LOOP + "        Memory().write(name)\n"),
    "a result that is called": ("app.py", LOOP, LOOP + "        made().write(name)\n"),
    "a loop": ("app.py", SAVE, "        for _ in range(3):\n    " + SAVE),
    "a branch": ("app.py", SAVE, "        if name:\n    " + SAVE),
    "a handler": ("app.py", SAVE, "        try:\n    " + SAVE + "        except OSError as error:\n            say(error)\n"),
    "a with": ("app.py", SAVE, "        with open(name) as file:\n            file.read()\n" + SAVE),
    "an attribute": ("app.py", "self.rows = []", "self.rows = []; self.other = Memory(); self.other.write('x')"),
    "a variable between": ("app.py", SAVE, "        backend = self.backend\n        backend.write(name)\n"),
    "a return more": ("util.py", "    return str(value)", "    if value:\n        return value.strip()\n    return str(value)"),
    "a constant of a module": ("app.py", "SIZE = 4", "SIZE = 5"),
    "a call in a module": ("app.py", "SIZE = 4", "SIZE = len('four')"),
    "a variable of a function around": ("app.py", "        def inner", "        more = name + 'x'\n        def inner"),
    "what a generator hands out": ("app.py", "yield clean(row)", "yield clean(row)\n        yield len(row)"),
    "a function that nothing reached": ("util.py", "value.strip()", "open(value)"),
    "a function more": ("util.py", "def never", "def more(): pass\n\ndef never"),
    "a lambda": ("app.py", LOOP, LOOP + "        (lambda: 1)()\n"),
    "a name more in a module": ("app.py", "SIZE = 4", "SIZE = 4\nOTHER = 5"),
    "an import in a body": ("app.py", LOOP, LOOP + "        import shutil\n        shutil.rmtree(name)\n"),
    "a function that is called": ("app.py", LOOP, "        helper(name)\n" + LOOP, "def main", "def helper(text):\n    open(text)\n\ndef main"),
    "a lambda before others": ("app.py", SAVE, "        key = lambda row: open(row)\n        key(name)\n" + SAVE),
    "a function inside": ("app.py", SAVE, "        def more(row):\n            return inner(name)\n        more(name)\n" + SAVE),
    "an import at the top": ("app.py", "import json\n", "import json\nimport shutil\n", LOOP, LOOP + "        shutil.rmtree(name)\n"),
    "another import of a module": ("app.py", "import Disk,", "import Disk, never,", LOOP, LOOP + "        never(name)\n"),
    "a constant that is used": ("app.py", "SIZE = 4", "SIZE = 4\nOTHER = Memory()", LOOP, LOOP + "        OTHER.write(name)\n"),
    "a body of a class": ("app.py", "class Store:", "class Store:\n    print(1)"),
    "a method": ("util.py", "class Memory(Disk):\n", "class Memory(Disk):\n    def read(self): pass\n"),
    "a method that is called": ("app.py", "    def load", "    def drop(self, name):\n        self.backend.write(name)\n        open(name)\n\n    def load", LOOP, LOOP + "        store.drop(name)\n"),
    "a parameter more": ("util.py", "def say(text)", "def say(text, more=1)"),
    "a parameter that is passed": ("util.py", "def clean(value):\n    return", "def clean(value, into=open):\n    into(value)\n    return"),
    "a parameter that calls pass": ("app.py", "    def save(self, name):", "    def save(self, name, then=None):\n        then(name)", "store.save(name)", "store.save(name, open)"),
    "another result": ("util.py", "def never(value):", "def never(value) -> Disk:"),
    "a default of a method below a library's class": ("app.py", "    def do(self): pass", "    def do(self, more=None): pass"),
    "two functions": ("util.py", "    print(text)", "    print(text, text)\n    open(text)"),
}  # fmt: skip


@pytest.mark.parametrize("name", EDITS)
def test_it_is_what_is_found_from_nothing(name: str) -> None:
    path, *changes = EDITS[name]
    now = dict(FILES)
    for old, new in zip(changes[::2], changes[1::2], strict=True):
        assert FILES[path].count(old) == 1 or not old
        now[path] = now[path].replace(old, new)
    found = resumed(FILES, now, "app.main")
    assert found is not None
    # a register that nothing was known of when it was asked has what was guessed then
    assert found._replace(plain={}) == from_nothing(now, "app.main")._replace(plain={})


def test_edits_add_up() -> None:
    now = dict(FILES)
    for name in ("a call more", "a loop", "a return more", "a call in a module"):
        path, old, new, *_ = EDITS[name]
        now[path] = now[path].replace(old, new)
    assert resumed(FILES, now, "app.main") == from_nothing(now, "app.main")


GONE = {
    "another annotation": ("app.py", "names: list[str]", "names: list[int]"),
    "a free variable": ("app.py", "return clean(row)", "return clean(name)"),
    "another value in a call": ("app.py", "            inner(row)\n", "            inner(self.rows[0])\n"),
    "another argument": ("app.py", "store.save(name)", "store.save(SIZE)"),
    "a call": ("app.py", SAVE, ""),
    "another function": ("app.py", "return clean(row)", "return say(row)"),
    "another class": ("app.py", "self.backend = Disk()", "self.backend = Memory()"),
    "a loop": ("app.py", "    for name in names:\n" + LOOP, "    store.save('x')\n"),
    "what a module calls": ("util.py", "    print(text)", "    pass"),
    "a value that flows on": ("app.py", "store.save(name)", "store.save(1)"),
}


@pytest.mark.parametrize("name", GONE)
def test_what_is_gone_may_have_left_something_and_nothing_is_missing(name: str) -> None:
    path, old, new = GONE[name]
    assert FILES[path].count(old) == 1
    now = {**FILES, path: FILES[path].replace(old, new)}
    found, right = resumed(FILES, now, "app.main"), from_nothing(now, "app.main")
    assert found is not None
    assert {row[:4] for row in right.edges} <= {row[:4] for row in found.edges}
    assert {row[:4] for row in right.externals} <= {row[:4] for row in found.externals}


def test_what_is_asked_of_another_value_is_found_anew() -> None:
    """A call, and what is asked of its result, where another function is called; also in a function inside."""
    texts = {"app.py": CALLED, "util.py": FILES["util.py"]}
    now = {**texts, "app.py": CALLED.replace("Disk()", "Memory()")}
    found = resumed(texts, now, "app.main")
    assert found is not None and found == from_nothing(now, "app.main")
    assert "util.Memory.write" in found.functions and "util.Disk.write" not in found.functions


CALLED = """
from util import Disk, Memory

def main():
    store = Disk()
    def inner():
        return store.write("x")
    store.write("y")
    return inner()
"""


FILTER = """
import logging

class Quiet(logging.Filter):
    def filter(self, record):
        open("x")
        return True

log = logging.getLogger()
log.addFilter(Quiet())

def main():
    log.error("a")
"""


def test_what_libraries_alone_have_is_called_at_a_new_place_too() -> None:
    now = {"app.py": FILTER + '    log.exception("b")\n'}
    found = resumed({"app.py": FILTER}, now, "app.main")
    assert found is not None and found == from_nothing(now, "app.main")
    assert sum(edge.callee == "app.Quiet.filter" for edge in found.edges) == 2


CALLBACK = """
import unknown_bus

class Mine(unknown_bus.Worker):
    def step(self):
        open("x")

    def run(self):
        self.step()

def main():
    mine = Mine()
    mine.run()
"""


def test_what_only_a_guess_leads_to_now_is_found_from_nothing() -> None:
    """A method that nothing calls any more may be one that an unknown base calls: that is likely where nothing is known."""
    now = {"app.py": CALLBACK.replace("        self.step()", "        pass")}
    assert "app.Mine.step" in from_nothing(now, "app.main").functions
    assert resumed({"app.py": CALLBACK}, now, "app.main") is None
    more = {"app.py": CALLBACK.replace("        self.step()", "        self.step(); self.step()")}
    assert resumed({"app.py": CALLBACK}, more, "app.main") == from_nothing(more, "app.main")


def test_what_a_library_called_where_a_call_is_gone_is_found_from_nothing() -> None:
    text = (SPECIMENS / "library_base_keeps" / "main.py").read_text(encoding="utf-8")
    now = text.replace("    application.run()\n", "")
    assert "main.Loader.names" in from_nothing({"main.py": now}, "main.run").functions
    assert resumed({"main.py": text}, {"main.py": now}, "main.run") is None


def test_what_stood_at_a_call_that_is_gone_is_not_told() -> None:
    now = {**FILES, "app.py": FILES["app.py"].replace(SAVE, "")}
    found = resumed(FILES, now, "app.main")
    assert found is not None and found == from_nothing(now, "app.main")
    assert "util.Disk.write" not in found.functions


REFUSED = {
    "a parameter in between": ("app.py", "def save(self, name)", "def save(self, more, name)"),
    "a method of the language": (
        "util.py",
        "class Memory(Disk):\n",
        "class Memory(Disk):\n    def __call__(self): pass\n",
    ),
    "a setting below a library's class": ("app.py", "    protocol = 1", "    protocol = 2"),
    "an attribute of a class": ("util.py", "class Memory(Disk):\n", "class Memory(Disk):\n    size = 1\n"),
    "a method below a library's class": (
        "app.py",
        "class Handler(Base):\n",
        "class Handler(Base):\n    def do_it(self): pass\n",
    ),
    "a class": ("util.py", "def never", "class More: pass\n\ndef never"),
    "a function that goes": ("util.py", "def never(value):\n    return value.strip()\n", ""),
    "a decorator": ("util.py", "def say", "@print\ndef say"),
    "a global that a function asked for": ("util.py", "import time\n", "import time\ndef open(name): pass\n"),
    "a library more": ("app.py", "import json\n", "import json\nimport requests\n"),
    "what all names are taken of": ("more.py", "A = 1\n", "A = 1\nB = 2\n"),
    "a yield that comes": ("util.py", "    print(text)", "    yield print(text)"),
    "a comment that counts": ("app.py", "    for name in names:", "    for name in names:  # audit: bound=3"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_more_than_a_body_is_refused(name: str) -> None:
    path, old, new = REFUSED[name]
    assert FILES[path].count(old) == 1
    assert resumed(FILES, {**FILES, path: FILES[path].replace(old, new)}, "app.main") is None


def called(graph: SolvedGraph) -> object:
    """Who calls whom, how sure or not."""
    return graph.functions, {row[:4] for row in (*graph.edges, *graph.externals)}


SPARES = {
    "app.py": """
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

def main(session, Booking):
    return session.scalars(select(Booking).options(joinedload(Booking.room)))
""",
}


@pytest.mark.parametrize(
    "old, new", [("joinedload(B", "selectinload(B"), (".options(joinedload(Booking.room))", "")], ids=["other", "none"]
)
def test_what_a_library_was_told_is_not_taken_back(old: str, new: str) -> None:
    assert resumed(SPARES, {"app.py": SPARES["app.py"].replace(old, new)}, "app.main") is None
    assert resumed(SPARES, {"app.py": SPARES["app.py"].replace("return", "print(1)\n    return")}, "app.main")


def specimens() -> list[tuple[str, Texts, list[str]]]:
    """The name of each specimen, its files, and its roots."""
    found: list[tuple[str, Texts, list[str]]] = []
    for folder in sorted(path.parent for path in SPECIMENS.glob("*/expected.toml")):
        roots = tomllib.loads((folder / "expected.toml").read_text(encoding="utf-8"))["entry"]
        texts = {path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8") for path in folder.rglob("*.py")}
        found.append((folder.name, texts, roots))
    return found


@pytest.mark.parametrize("part", range(4))
def test_without_an_edit_it_is_the_same_to_the_letter(part: int) -> None:
    tried = 0
    for name, texts, roots in specimens()[part::13]:
        program = program_of(texts)
        if set(roots) <= program.functions.keys():
            tried += 1
            begun = resume(suspended(program, *roots), program, program.stubs, NO_BEHAVIOURS)
            assert gone_on(begun, {}) == from_nothing(texts, *roots), name
    assert tried > 10


@pytest.mark.parametrize("part", range(4))
def test_a_statement_anywhere(part: int) -> None:
    """Wherever a statement is put that reads what its function reads, edges are those that are found from nothing."""
    tried = 0
    for name, texts, roots in specimens()[part::17]:
        random = Random(name)
        path = random.choice(sorted(texts))
        try:
            text = with_statement(texts[path], random, reading=True)
        except SyntaxError:  # of a later Python
            continue
        if text is None or not set(roots) <= program_of(texts).functions.keys():
            continue
        now = {**texts, path: text}
        found = resumed(texts, now, *roots)
        if found is not None:
            tried += 1
            assert called(found) == called(from_nothing(now, *roots)), (name, text)
    assert tried > 5
