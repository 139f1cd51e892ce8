"""A source tree of any size, from a seed: the same arguments give the same bytes. It is written, and never committed.

    python -m benchmarks.generated_tree FOLDER [--files 5000] [--megabytes 60] [--seed 1]

Ten layers of packages, of which a module imports from the layers below its own: classes with a base class in another
module, properties, dataclasses, decorators, context managers, tables of handlers, functions that call across modules,
loops, and in one module of eight an operation that costs. Half of the modules belong to nothing that the two actions
reach, and import from one another alone.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import NamedTuple

LAYERS = ("web", "views", "flows", "rules", "orders", "stock", "prices", "records", "storage", "base")
NOUNS = (
    "order",
    "invoice",
    "basket",
    "price",
    "item",
    "stock",
    "parcel",
    "client",
    "record",
    "event",
    "ticket",
    "batch",
)
VERBS = ("load", "check", "merge", "total", "render", "collect", "filter", "update", "resolve", "prepare", "convert")
FIELDS = ("amount", "name", "state", "owner", "lines", "rate", "margin", "weight", "tags", "parent")
ACTIONS = {"run": "app.main:run", "serve": "app.main:serve"}
"""The actions of every tree, and their entry points."""

MODULES_OF_PACKAGE = 25
OP_EVERY = 8
HELPERS = 4  # at least


class Module(NamedTuple):
    """One file: where it is, what it is called, what others may use of it, and what it uses."""

    path: str
    name: str
    noun: str
    verbs: tuple[str, ...]
    imports: tuple[int, ...]
    number: int


def source_tree(files: int = 5000, size: int = 60_000_000, seed: int = 1) -> Iterator[tuple[str, str]]:
    """Path and text of every file, about `files` of them with `size` bytes in all."""
    modules = _modules(files, Random(seed))
    yield from _shared()
    packages = sorted({module.path.rpartition("/")[0] for module in modules} | {"app"})
    yield from ((f"{package}/__init__.py", '"""Part of the application."""\n') for package in packages)
    yield "app/main.py", _main(modules)
    for module in modules:
        yield module.path, _text(module, modules, size // files, Random(seed * 1_000_003 + module.number))


def places(files: int, seed: int = 1) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Files with a function each: five that actions reach, the first of them both, and five that none reaches."""
    modules = _modules(files, Random(seed))
    reached = [modules[0], *(module for module in modules[2 : files // len(LAYERS) : 2])][:5]
    found = [
        [(module.path, f"{module.verbs[0]}_{module.noun}") for module in part] for part in (reached, modules[1:10:2])
    ]
    return found[0], found[1]


def _modules(files: int, noise: Random) -> list[Module]:
    per_layer = max(files // len(LAYERS), 4)
    found: list[Module] = []
    for layer, area in enumerate(LAYERS):
        for index in range(per_layer):
            number = layer * per_layer + index
            noun = NOUNS[number % len(NOUNS)]
            package = f"app/{area}_{index // MODULES_OF_PACKAGE:02}"
            path = f"{package}/{noun}_{index:03}.py"
            imports: list[int] = []
            for below in range(layer + 1, min(layer + 3, len(LAYERS))):
                # of the same half: even numbers are the application, odd ones are what nothing of it imports
                choices = range(below * per_layer + index % 2, (below + 1) * per_layer, 2)
                imports += noise.sample(choices, min(3, len(choices)))
            verbs = tuple(noise.sample(VERBS, 5))
            found.append(Module(path, path[:-3].replace("/", "."), noun, verbs, tuple(imports), number))
    return found


def _shared() -> Iterator[tuple[str, str]]:
    yield (
        "app/shared.py",
        '''"""What every module of the application uses."""

import functools
import time


class Base:
    """What all classes of the application have in common."""

    registry = {}

    def __init__(self, amount=0, name="", parent=None):
        self.amount = amount
        self.name = name
        self.parent = parent
        self.lines = []

    @property
    def title(self):
        return f"{type(self).__name__} {self.name}"

    def add(self, line):
        self.lines.append(line)
        return self

    def apply(self, value):
        return value


class Guard:
    """Counts how often a part of the program is entered."""

    def __init__(self, name):
        self.name = name
        self.count = 0

    def __enter__(self):
        self.count += 1
        return self

    def __exit__(self, *error):
        return False


def timed(function):
    """Says how long a function took."""

    @functools.wraps(function)
    def inner(*args, **kwargs):
        begin = time.perf_counter()
        try:
            return function(*args, **kwargs)
        finally:
            function.seconds = time.perf_counter() - begin

    return inner
''',
    )


def _main(modules: list[Module]) -> str:
    per_layer = len(modules) // len(LAYERS)
    first, second = modules[0:per_layer:2][:6], modules[0:per_layer:2][:1] + modules[0:per_layer:2][6:12]
    lines = ['"""The entry points."""', ""]
    lines += sorted({f"from {m.name.rpartition('.')[0]} import {_alias(m)}" for m in (*first, *second)})
    for name, used in (("run", first), ("serve", second)):
        lines += ["", "", f"def {name}(value):", f'    """What users wait for: {name}."""', "    results = []"]
        lines += [f"    results.append({_alias(m)}.{m.verbs[0]}_{m.noun}(value))" for m in used]
        lines += ["    return results"]
    return "\n".join(lines) + "\n"


def _alias(module: Module) -> str:
    return module.name.rpartition(".")[2]


def _class(module: Module) -> str:
    return module.noun.title() + str(module.number)


def _text(module: Module, modules: list[Module], size: int, noise: Random) -> str:
    """The text of one module, of `size` bytes, give or take a half."""
    used = [modules[number] for number in module.imports]
    size = int(size * noise.uniform(0.6, 1.4))
    lines = [
        f'"""Everything about each {module.noun}: {", ".join(module.verbs)}."""',
        "",
        "from __future__ import annotations",
        "",
    ]
    lines += ["import json", "import logging", "import os", "from dataclasses import dataclass, field", ""]
    lines += sorted(f"from {one.name.rpartition('.')[0]} import {_alias(one)}" for one in used)
    lines += ["from app.shared import Base, Guard, timed", "", "log = logging.getLogger(__name__)"]
    lines += [f"LIMIT = {noise.randrange(10, 999)}", f"NAMES = {tuple(noise.sample(FIELDS, 4))!r}", ""]
    lines += _record(module, noise) + _main_class(module, used, noise)
    for verb in module.verbs:
        lines += _public(module, verb, used, noise)
    if module.number % OP_EVERY < 2:
        lines += _operation(module)
    lines += ["", "", "HANDLERS = {", *(f'    "{verb}": {verb}_{module.noun},' for verb in module.verbs), "}"]
    count, length = 0, sum(map(len, lines)) + len(lines)
    while length < size or count < HELPERS:
        more = _helper(module, count, noise)
        count += 1
        lines += more
        length += sum(map(len, more)) + len(more)
    return "\n".join(lines) + "\n"


def _record(module: Module, noise: Random) -> list[str]:
    fields = noise.sample(FIELDS, 4)
    return [
        "", "@dataclass", f"class {_class(module)}Row:", f'    """One row of each {module.noun}."""', "",
        f"    {fields[0]}: int = 0", f'    {fields[1]}: str = ""',
        f"    {fields[2]}: list[int] = field(default_factory=list)",
        f"    {fields[3]}: float = 1.0", "",
        "    def key(self) -> tuple[int, str]:",
        '        """What rows are sorted by."""', f"        return (self.{fields[0]}, self.{fields[1]})", "",
    ]  # fmt: skip


def _main_class(module: Module, used: list[Module], noise: Random) -> list[str]:
    base = f"{_alias(used[0])}.{_class(used[0])}" if used and noise.random() < 0.5 else "Base"
    lines = ["", f"class {_class(module)}({base}):", f'    """One {module.noun} of the application."""', ""]
    lines += [
        "    def __init__(self, amount=0, name='', parent=None):",
        "        super().__init__(amount, name, parent)",
    ]
    lines += [f"        self.rate = {noise.randrange(1, 50)} / 10", "        self.state = {}", ""]
    lines += ["    @property", "    def worth(self):", '        """The amount at its rate."""']
    lines += ["        return self.amount * self.rate", ""]
    lines += ["    def apply(self, value):", '        """Overrides what the base class does."""']
    lines += ["        self.state[value] = self.worth", f"        return self.{module.verbs[1]}(value)", ""]
    for verb in module.verbs[1:4]:
        lines += [f"    def {verb}(self, value, limit=LIMIT):", f'        """Does what is meant by {verb}."""']
        lines += _statements(noise, 2, "        ")
        if used and noise.random() < 0.4:
            other = noise.choice(used)
            lines += [f"        part = {_alias(other)}.{_class(other)}(value, self.name, parent=self)"]
            lines += ["        self.add(part)", "        result += int(part.worth)"]
        lines += ["        return result", ""]
    return lines


def _public(module: Module, verb: str, used: list[Module], noise: Random) -> list[str]:
    lines = ["", *(["@timed"] if noise.random() < 0.1 else []), f"def {verb}_{module.noun}(value, limit=LIMIT):"]
    lines += [f'    """{verb.title()}s each {module.noun} up to a limit, and says how many there were."""']
    lines += _statements(noise, 3, "    ")
    lines += [
        f"    one = {_class(module)}(value, NAMES[0])",
        "    with Guard(NAMES[1]):",
        "        result += one.apply(value) or 0",
    ]
    lines += [f"    result += _help_{noise.randrange(HELPERS)}(value, limit)"]
    for other in noise.sample(used, min(len(used), noise.choice((0, 1, 1, 2)))):
        wanted = noise.choice(other.verbs)
        if noise.random() < 0.2:
            lines += [f'    result += {_alias(other)}.HANDLERS["{wanted}"](value, limit)']
        else:
            lines += [f"    result += {_alias(other)}.{wanted}_{other.noun}(value)"]
    if verb == module.verbs[0] and module.number % OP_EVERY < 2:
        lines += [f"    result += len(read_{module.noun}(str(value)))"]
    return [*lines, "    return result", ""]


def _operation(module: Module) -> list[str]:
    return [
        "", "", f"def read_{module.noun}(path):", f'    """Reads one {module.noun} from a file."""',
        "    if not os.path.exists(path):", '        log.warning("no file %s", path)', "        return {}",
        '    with open(path, encoding="utf-8") as handle:', "        return json.load(handle)",
    ]  # fmt: skip


def _helper(module: Module, count: int, noise: Random) -> list[str]:
    lines = ["", "", f"def _help_{count}(value, limit):", f'    """A step of what is done with each {module.noun}."""']
    lines += _statements(noise, noise.randrange(2, 6), "    ")
    if count % 3 and noise.random() < 0.5:
        lines += [f"    result -= _help_{noise.randrange(count)}(value, limit - 1)"]
    return [*lines, "    return result"]


def _statements(noise: Random, count: int, margin: str) -> list[str]:
    """Lines that begin with a `result` and change it."""
    lines = [f"result = {noise.randrange(100)}"]
    for _ in range(count):
        one, two = noise.sample(FIELDS, 2)
        number = noise.randrange(2, 90)
        lines += noise.choice(
            (
                [f"{one} = [value + step * {number} for step in range({noise.randrange(2, 9)})]",
                 f"result += sum({one})"],
                [f"if value > {number}:", f"    result += {number} % (limit or 1)", f"elif value == {number}:",
                 "    result -= 1", "else:", f"    # nothing that {one} would change", "    result = abs(result)"],
                [f"for {one} in range({noise.randrange(2, 30)}):", f"    if {one} % {number} == 1:", "        continue",
                 f"    result += {one} * {number}"],
                [f'{two} = {{"{one}": value, "{two}": limit, "number": {number}}}',
                 f'result += len({two}) + {two}.get("{one}", 0)'],
                ["try:", f"    result //= value - {number}", "except ZeroDivisionError:",
                 f'    log.debug("{one} of %s is at its limit", value)'],
                [f'{one} = f"{two} {{value}} of {{limit:>{number}}}"', f"result += len({one}.strip().split())"],
                [f"{one}, {two} = divmod(value, {number})", f"result += max({one}, {two}, key=abs)"],
                [f"{one} = sorted(NAMES, key=lambda name: (len(name), name))[:{number % 4}]",
                 f"result += sum(len(part) for part in {one} if part)"],
                [f"while result > {number * 1000}:", f"    result -= {number}  # as often as it takes"],
            )
        )  # fmt: skip
    return [margin + line for line in lines]


def write(root: Path, files: int, size: int, seed: int) -> None:
    """Writes the tree below a folder."""
    for path, text in source_tree(files, size, seed):
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--files", type=int, default=5000)
    parser.add_argument("--megabytes", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    write(options.folder, options.files, int(options.megabytes * 1e6), options.seed)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
