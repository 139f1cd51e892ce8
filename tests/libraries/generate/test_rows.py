"""What is read off the source of small libraries, row by row: each library is `lib`, and these are all of its rows."""

from __future__ import annotations

import pytest

from code_path_audit.libraries.generate.read_off import read_off
from code_path_audit.libraries.generate.rows import Rows, rows_of, used
from tests.callgraph.solving import program_of

COSTS = {"builtins.open": "file_io", "json.loads": "json_io"}


def read(text: str, **more: str) -> list[str]:
    """The rows of a library, as "word name: values"."""
    package = read_off(program_of({"lib.__init__": text, **{f"lib.{name}": part for name, part in more.items()}}))
    rows, aliases = rows_of(package, lambda callee: COSTS.get(callee, ""))
    found = [f"{word} {name}: {', '.join(values)}" for word, table in rows.items() for name, values in table.items()]
    return sorted([*found, *(f"alias {name}: {public}" for name, public in aliases.items())])


CASES = {
    "a function that calls an argument": (
        "def retry(times, func):\n    return func()\n",
        ["calls lib.retry: 1:func"],
    ),
    "behind a condition": (
        "def retry(func=None):\n    if func:\n        func()\n",
        ["calls lib.retry: 0:func?"],
    ),
    "by way of another function": (
        "def run(f):\n    f()\ndef start(a, b):\n    run(b)\n",
        ["calls lib.run: 0:f", "calls lib.start: 1:b"],
    ),
    "only by name, and all of several": (
        "def a(*, key):\n    key()\ndef b(*funcs):\n    for f in funcs:\n        f()\n",
        ["calls lib.a: key", "calls lib.b: 0*"],
    ),
    "elements of an argument": (
        "def each(funcs):\n    for f in funcs:\n        f()\n",
        ["calls lib.each: 0:funcs[]"],
    ),
    "an object that keeps and fires": (
        "class Bus:\n    def __init__(self):\n        self.all = []\n"
        "    def on(self, name, f):\n        self.all.append(f)\n"
        "    def emit(self):\n        for f in self.all:\n            f()\n",
        ["fires lib.Bus.emit: self?", "keeps lib.Bus.on: 1:f"],
    ),
    "a constructor that keeps, another method that calls": (
        "class Command:\n    def __init__(self, callback):\n        self.callback = callback\n"
        "    def main(self):\n        self.invoke()\n    def invoke(self):\n        return self.callback()\n",
        [
            "fires lib.Command.invoke: self", "fires lib.Command.main: self", "keeps lib.Command: 0:callback",
            "self lib.Command.main: invoke",
        ],
    ),
    "what is kept for the whole process": (
        "ALL = []\ndef at_end(f):\n    ALL.append(f)\ndef finish():\n    for f in ALL:\n        f()\n",
        ["fires lib.finish: process?", "keeps lib.at_end: 0:f in process"],
    ),
    "a decorator that gives back what it got": (
        "ALL = {}\ndef register(name):\n    def decorator(f):\n        ALL[name] = f\n        return f\n"
        "    return decorator\ndef run(name):\n    ALL[name]()\n",
        ["fires lib.run: process?", "keeps lib.register(): 0:f in process", "returns lib.register(): 0:f"],
    ),
    "a decorator that makes an object": (
        "class Command:\n    def __init__(self, callback):\n        self.callback = callback\n"
        "    def main(self):\n        self.callback()\n"
        "def command(name):\n    def decorator(f):\n        return Command(f)\n    return decorator\n",
        [
            "face lib.command(): lib.Command", "fires lib.Command.main: self", "keeps lib.Command: 0:callback",
            "keeps lib.command(): 0:f",
        ],
    ),
    "a decorator with arguments and without": (
        "class Command:\n    def __init__(self, callback):\n        self.callback = callback\n"
        "    def main(self):\n        self.callback()\n"
        "def command(name=None):\n    def decorator(f):\n        return Command(f)\n"
        "    if callable(name):\n        return decorator(name)\n    return decorator\n",
        [
            "face lib.command(): lib.Command", "face lib.command: lib.Command", "fires lib.Command.main: self",
            "keeps lib.Command: 0:callback", "keeps lib.command(): 0:f", "keeps lib.command: 0:name",
        ],
    ),
    "what is kept where nothing is ever called": (
        "class A:\n    def __init__(self, name, f):\n        self.name = name.strip()\n        self.f = f\n"
        "        self.__label = name\n    def run(self):\n        return self.f(self.name)\n",
        ["fires lib.A.run: self", "keeps lib.A: 1:f"],
    ),
    "kept in one attribute by way of another": (
        "class A:\n    def __init__(self, f):\n        self.first = f\n        self.second = self.first\n"
        "    def run(self):\n        self.second()\n",
        ["fires lib.A.run: self", "keeps lib.A: 0:f"],
    ),
    "set by name": (
        "class A:\n    __slots__ = ('f',)\n    def __init__(self, f):\n        object.__setattr__(self, 'f', f)\n"
        "    def run(self):\n        self.f()\ndef put(a, g):\n    setattr(a, 'f', g)\n",
        ["fires lib.A.run: self", "keeps lib.A: 0:f"],
    ),
    "options in a dict": (
        "class A:\n    def __init__(self, **options):\n        self.f = options.get('done')\n"
        "        self.g = options['start']\n    def run(self):\n        self.f()\n        self.g()\n",
        ["fires lib.A.run: self", "keeps lib.A: done, start"],
    ),
    "options that are handed on": (
        "class A:\n    def __init__(self, f=None):\n        self.f = f\n    def run(self):\n        self.f()\n"
        "class B(A):\n    def __init__(self, name, **options):\n        super().__init__(**options)\n",
        ["bases lib.B: lib.A", "fires lib.A.run: self", "keeps lib.A: 0:f", "keeps lib.B: f"],
    ),
    "registers of registers": (
        "class A:\n    def __init__(self):\n        self.all = {}\n    def on(self, code, name, f):\n"
        "        self.all[code][name] = f\n    def run(self, code):\n        for f in reversed(self.all[code]['x']):\n"
        "            f()\n",
        ["fires lib.A.run: self?", "keeps lib.A.on: 2:f"],
    ),
    "the object of the method around": (
        "class A:\n    def __init__(self):\n        self.all = []\n    def add(self, f):\n        self.all.append(f)\n"
        "    def on(self, name):\n        def decorator(f):\n            self.add(f)\n            return f\n"
        "        return decorator\n    def run(self):\n        for f in self.all:\n            f()\n",
        ["fires lib.A.run: self?", "keeps lib.A.add: 0:f", "keeps lib.A.on(): 0:f", "returns lib.A.on(): 0:f"],
    ),
    "a method that a class below overrides": (
        "class A:\n    def add(self, f):\n        raise NotImplementedError\n    def on(self, name):\n"
        "        def decorator(f):\n            self.add(f)\n            return f\n        return decorator\n"
        "class B(A):\n    def __init__(self):\n        self.all = []\n    def add(self, f):\n"
        "        self.all.append(f)\n    def run(self):\n        for f in self.all:\n            f()\n",
        [
            "bases lib.B: lib.A", "fires lib.B.run: self?", "keeps lib.A.on(): 0:f", "keeps lib.B.add: 0:f",
            "returns lib.A.on(): 0:f",
        ],
    ),
    "a closure that is kept keeps what it hands over": (
        "from functools import update_wrapper\nclass A:\n    def __init__(self):\n        self.later = []\n"
        "    def record(self, f):\n        self.later.append(f)\n    def once(self, f):\n        def wrapper(state):\n"
        "            f(state)\n        self.record(update_wrapper(wrapper, f))\n    def on(self, f):\n"
        "        self.once(lambda state: state.app.add(f))\n    def run(self):\n        for f in self.later:\n"
        "            f(1)\n",
        [
            "fires lib.A.run: self?", "keeps lib.A.on: 0:f", "keeps lib.A.once: 0:f", "keeps lib.A.record: 0:f",
            "self lib.A.on: once, record", "self lib.A.once: record",
        ],
    ),
    "what an argument keeps": (
        "class A:\n    def __init__(self, callback):\n        self.callback = callback\n"
        "def run(a):\n    return a.callback()\n",
        ["fires lib.run: 0:a", "keeps lib.A: 0:callback"],
    ),
    "a class of another library": (
        "import other\nclass A(other.Base):\n    pass\n",
        ["bases lib.A: other.Base"],
    ),
    "a class that is given makes what is returned": (
        "class A:\n    pass\nclass B(A):\n    pass\ndef make(cls=None):\n    cls = cls or A\n    return cls()\n"
        "def other():\n    return make(B)\n",
        ["bases lib.B: lib.A", "calls lib.make: 0:cls", "returns lib.make: lib.A", "returns lib.other: lib.B"],
    ),
    "a wrapper": (
        "import functools\ndef logged(f):\n    @functools.wraps(f)\n    def wrapper(*a):\n        return f(*a)\n"
        "    return wrapper\n",
        ["face lib.logged: function", "keeps lib.logged: 0:f"],
    ),
    "a base class that asks its own object": (
        "class Visitor:\n    def walk(self, node):\n        self.enter(node)\n"
        "        return getattr(self, 'visit_' + node)(node)\n    def enter(self, node):\n        pass\n",
        ["self lib.Visitor.walk: enter, visit_*"],
    ),
    "any method may be asked for": (
        "class Visitor:\n    def walk(self, name):\n        return getattr(self, name)()\n",
        [],
    ),
    "super is no override": (
        "class A:\n    def run(self):\n        self.step()\n    def step(self):\n        pass\n"
        "class B(A):\n    def run(self):\n        super().run()\n",
        ["bases lib.B: lib.A", "self lib.A.run: step", "self lib.B.run: step"],
    ),
    "members of an argument": (
        "def copy(source, target):\n    target.save(source.fetch())\n",
        ["asks lib.copy: 0:source.fetch, 1:target.save"],
    ),
    "plain data is neither kept nor asked": (
        "class A:\n    def __init__(self, name: str, size: int | None = None):\n        self.name = name\n"
        "        self.size = size\n",
        [],
    ),
    "what an argument is, and what a function makes": (
        "class A:\n    pass\ndef same(x):\n    return x\ndef make():\n    return A()\n",
        ["returns lib.make: lib.A", "returns lib.same: 0:x"],
    ),
    "work inside": (
        "def load(path):\n    return open(path)\ndef maybe(path):\n    if path:\n        load(path)\n"
        "def start():\n    load('x')\n",
        ["costs lib.load: file_io", "costs lib.start: file_io"],
    ),
    "what is not public": (
        "def _run(f):\n    f()\nclass _A:\n    def run(self, f):\n        f()\n",
        [],
    ),
    "key functions of builtins": (
        "def best(rows, rank):\n    return max(rows, key=rank)\n",
        ["calls lib.best: 1:rank"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_rows(name: str) -> None:
    text, expected = CASES[name]
    assert read(text) == expected


def test_what_a_package_exports_has_that_name() -> None:
    found = read("from lib.core import run\n", core="def run(f):\n    f()\ndef other(f):\n    f()\n")
    assert found == ["alias lib.core.run: lib.run", "calls lib.core.other: 0:f", "calls lib.run: 0:f"]


def test_what_a_package_exports_by_a_star() -> None:
    found = read("from lib._core import *\n", _core="def run(f):\n    f()\ndef _own(f):\n    f()\n")
    assert found == ["alias lib._core.run: lib.run", "calls lib.run: 0:f"]


def test_overloads_are_one_function() -> None:
    overloads = "from typing import overload\n@overload\ndef run(f: int): ...\n@overload\ndef run(f: str): ...\n"
    assert read(overloads + "def run(f):\n    f()\n") == ["calls lib.run: 0:f"]


USED: Rows = {
    "calls": {"lib.run": ("0",), "lib.walk": ("0",)},
    "bases": {"lib.Group": ("lib.Command",), "lib.Other": ("lib.Base",)},
    "returns": {"lib.make": ("lib.Result",)},
    "self": {"lib.Command.main": ("invoke",), "lib.Command.help": ("show",), "lib.Result.get": ("x",)},
}


def test_only_what_a_program_mentions_is_written() -> None:
    assert used(USED, {"run", "Group", "main", "make", "get"}) == {
        "calls": {"lib.run": ("0",)},
        "bases": {"lib.Group": ("lib.Command",)},
        "returns": {"lib.make": ("lib.Result",)},
        "self": {"lib.Command.main": ("invoke",), "lib.Result.get": ("x",)},
    }
