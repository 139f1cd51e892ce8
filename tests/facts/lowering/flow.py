"""Which values a name has where it is read: versions, merges, loops, scopes.

Each row is a program in which a value is its own line number (`a = 3` on line 3), and each `use(x)` says in a comment
which of them it sees; after "maybe" stand those that a coarser reading may add. What flows is followed here through
the instructions that move a value, and through no other.
"""

from __future__ import annotations

from collections import defaultdict

from code_path_audit.facts import opcodes as op
from code_path_audit.facts.extract import extract_module
from code_path_audit.facts.module import ModuleFacts

Place = tuple[int, int | str]
"""A register of a function, or the name of a global (of "function" -1)."""


def sources(module: ModuleFacts) -> tuple[dict[Place, set[Place]], dict[Place, int], dict[Place, list[int]]]:
    """For each place the places it is filled from; the numbers; the displays (lists and tuples) with their elements."""
    filled: dict[Place, set[Place]] = defaultdict(set)
    numbers: dict[Place, int] = {}
    displays: dict[Place, list[int]] = {}
    for index, function in enumerate(module.functions):
        for row in function.code:
            match row:
                case (op.INT, reg, value):
                    numbers[index, reg] = value
                case (op.COPY | op.NARROW, reg, source, *_):
                    filled[index, reg].add((index, source))
                case (op.TYPED, reg, source, _) if source >= 0:
                    filled[index, reg].add((index, source))
                case (op.GLOBAL, reg, name):
                    filled[index, reg].add((-1, name))
                case (op.STORE_GLOBAL, name, reg):
                    filled[-1, name].add((index, reg))
                case (op.FREE, reg, owner, cell):
                    filled[index, reg].add((owner, cell))
                case (op.STORE_FREE, owner, cell, reg):
                    filled[owner, cell].add((index, reg))
                case (op.LIST | op.TUPLE, reg, elements):
                    displays[index, reg] = list(elements)
    for index, function in enumerate(module.functions):
        for row in function.code:
            if row[0] == op.ITER:
                filled[index, row[1]].update((index, e) for e in displays.get((index, row[2]), ()))
            elif row[0] == op.UNPACK and row[3] < 0:
                for part, element in zip(row[2], displays.get((index, row[1]), ()), strict=False):
                    filled[index, part].add((index, element))
    return filled, numbers, displays


def seen(source: str) -> dict[int, set[int]]:
    """The numbers that the argument of each `use(...)` may be, by line."""
    module = extract_module(source.encode(), "m")
    filled, numbers, _ = sources(module)
    found: dict[int, set[int]] = {}
    for index, function in enumerate(module.functions):
        for site, position in zip(function.sites, function.positions.sites, strict=True):
            if site.text != "use":
                continue
            todo: list[Place] = [(index, argument.reg) for argument in site.arguments]
            known = set(todo)
            while todo:
                new = filled[todo.pop()] - known
                known |= new
                todo += new
            found[position[0]] = {numbers[place] for place in known if place in numbers}
    return found


def check(source: str) -> None:
    """Holds what is seen against what the comments say."""
    found = seen(source)
    stated: dict[int, set[int]] = {}
    for number, line in enumerate(source.splitlines(), 1):
        if "# sees" in line:
            must, _, may = line.partition("# sees")[2].partition("maybe")
            stated[number] = set(map(int, must.split())) | (found.get(number, set()) & set(map(int, may.split())))
    assert stated
    assert found == stated
