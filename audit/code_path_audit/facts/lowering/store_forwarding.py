"""Loads from containers that the same stretch of code has filled: the element is known, so the load becomes a copy.

    table = {"a": f}
    table["a"] = g
    table["a"]()        # calls g, and never f

Works on the instructions of one function in their order, between the places where control flow meets or leaves
(`Builder.joins`): there all that is known of elements is forgotten. Followed are the lists, tuples and dicts that a
display makes, by the register of the display. A container that nothing but this stretch of code has in hand keeps its
elements through calls; one that others may have (a global, an attribute, an argument, something captured) is forgotten
as soon as anything runs that could be code of others. Assumes that no other thread changes a container between two
instructions of one function, and that the elements' own `__eq__` and `__hash__` change nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from code_path_audit.facts import opcodes as op
from code_path_audit.facts.opcodes import Row

Key = str | int

FILLING = frozenset(("append", "update"))
"""Methods whose effect on the elements is followed; any other method is taken to do anything."""

MAX_UPDATE = 100
"""Elements of a dict that another is updated by; a larger one may do anything, so that very many updates end."""

SOURCES: dict[int, tuple[int, ...]] = {
    op.FUNC: (3,), op.CLASS: (3, 4), op.COPY: (2,), op.STORE_GLOBAL: (2,), op.STORE_FREE: (3,), op.STORE_NAME: (2,),
    op.ATTR: (2,), op.STORE_ATTR: (1, 3), op.ITEM: (2, 3), op.STORE_ITEM: (1, 2, 3), op.DEL_ITEM: (1, 2),
    op.CALL: (2, 3, 4), op.BINARY: (3, 4), op.UNARY: (3,), op.COMPARE: (3, 4), op.FORMAT: (2,), op.TRUTH: (1,),
    op.ITER: (2,), op.UNPACK: (1,), op.ENTER: (2,), op.AWAIT: (2,), op.YIELD: (2,), op.YIELD_FROM: (2,),
    op.RETURN: (1,), op.RAISE: (1,), op.CATCH: (2,), op.LIST: (2,), op.TUPLE: (2,), op.SET: (2,), op.DICT: (2,),
    op.NARROW: (2, 4), op.TYPED: (2,), op.SLICE: (2,), op.MATCH_ATTR: (2, 4), op.DELETE_ATTR: (1,),
    op.COMPREHENSION: (3, 4), op.JOINED: (3,),
}  # fmt: skip
"""The fields of each instruction that hold registers which it reads."""

NO_RESULT = frozenset((
    op.STORE_GLOBAL, op.STORE_FREE, op.STORE_NAME, op.STORE_ATTR, op.STORE_ITEM, op.DEL_ITEM, op.FORMAT, op.TRUTH,
    op.UNPACK, op.RETURN, op.RAISE, op.IMPORT_STAR, op.DELETE_ATTR, op.MAIN, op.ONLY,
    op.LEAVE,
))  # fmt: skip
"""Instructions whose first field is no register that they set; UNPACK sets several."""

HARMLESS = frozenset((
    op.STR, op.INT, op.PRIM, op.FUNC, op.COPY, op.GLOBAL, op.FREE, op.STORE_GLOBAL, op.STORE_FREE, op.STORE_NAME,
    op.LIST, op.TUPLE, op.SET, op.DICT, op.RETURN, op.JOINED,
))  # fmt: skip
"""Instructions that run no code of others; what they read is still handed on."""

SAME = frozenset((op.COPY, op.TYPED))
"""Instructions whose result is what they read."""

READING = {op.TRUTH: 1, op.ITER: 2, op.UNPACK: 1, op.SLICE: 2}
"""Instructions that read elements of a container, which then have a second name; and the field of the container."""


def forward(code: list[Row], joins: list[int], end: int) -> list[Row]:
    """The instructions with each load whose element is known made a copy of it.

    `joins` are the places before which control flow meets, ascending; what stands from `end` on was added in no order,
    for names that other functions share.
    """
    if not concerned(code):
        return code
    view = View(code, end)
    out = list(code)
    places = iter([*joins, end])
    place = next(places)
    for index in range(end):
        if index >= place:
            view.forget()
            while index >= place:
                place = next(places)
        element = view.step(code[index])
        if element is not None:
            out[index] = (op.COPY, code[index][1], element)
    return out


def concerned(code: list[Row]) -> bool:
    """Whether anything is loaded from a display at all: in most functions nothing is."""
    copies: dict[int, int] = {}
    displays: set[int] = set()
    loaded: list[int] = []
    for row in code:
        kind = row[0]
        if kind in SAME:
            source: int = row[2]
            copies[row[1]] = copies.get(source, source)
        elif kind == op.ITEM:
            loaded.append(row[2])
        elif kind in (op.LIST, op.TUPLE, op.DICT):
            displays.add(row[1])
    return any(copies.get(reg, reg) in displays for reg in loaded)


def read_by(row: Row) -> Iterator[int]:
    """The registers that an instruction reads."""
    for place in SOURCES.get(row[0], ()):
        yield from registers(row[place])


def registers(field: Any) -> Iterator[int]:
    """The registers in a field: one, a tuple of them, or of pairs. -1 for none gives register 0, which does no harm."""
    if type(field) is int:
        yield field if field >= 0 else ~field
    elif type(field) is tuple:
        for part in field:
            yield from registers(part)


class View:
    """What is known at one place of a function: the elements of its containers, and which of those others have."""

    def __init__(self, code: list[Row], end: int) -> None:
        sets: dict[int, int] = {}
        for row in code:
            for reg in row[2] if row[0] == op.UNPACK else () if row[0] in NO_RESULT else row[1:2]:
                sets[reg] = sets.get(reg, 0) + 1
        self.sets = sets
        self.origins: dict[int, int] = {}
        for row in code[:end]:
            if row[0] in SAME and row[2] >= 0 and sets[row[1]] == 1:
                source: int = row[2]
                self.origins[row[1]] = self.origins.get(source, source)
        self.aliases: dict[int, int] = {}
        self.constants: dict[int, Key] = {
            row[1]: row[2] for row in code if row[0] in (op.STR, op.INT) and sets[row[1]] == 1
        }
        self.elements: dict[int, dict[Key, int]] = {}
        # of which something is known, or which nobody else has; of those, the ones that others have; those all of whose
        # elements have been shared: so that each step looks at few containers
        self.recent: dict[int, None] = {}
        self.exposed: dict[int, None] = {}
        self.revealed: set[int] = set()
        self.lengths: dict[int, int | None] = {}
        self.closed: set[int] = set()
        self.methods: dict[int, tuple[int, str]] = {}
        # where a register has several sources, or other functions read it, nobody knows when
        self.shared = {self.origin(row[2]) for row in code[:end] if row[0] in SAME and sets[row[1]] > 1}
        self.shared.update(self.origin(reg) for row in code[end:] for reg in read_by(row))

    def origin(self, reg: int) -> int:
        """The register that a value was copied from, or the display that a load gave."""
        reg = self.origins.get(reg, reg)
        return self.aliases.get(reg, reg)

    def forget(self) -> None:
        """Control flow meets: no element is known, and in a loop what comes later may have given anything to others."""
        self.methods.clear()
        for container in self.recent:
            self.shared.add(container)
            self.lose(container)
        self.recent.clear()
        self.exposed.clear()

    def step(self, row: Row) -> int | None:
        """Go on by one instruction. Returns the register of the element where it loads one that is known."""
        kind = row[0]
        if kind in SAME:
            return None
        if kind in (op.LIST, op.TUPLE):
            self.sequence(row)
        elif kind == op.DICT:
            self.mapping(row)
        elif kind == op.ITEM and self.origin(row[2]) in self.elements:
            return self.load(row)
        elif kind == op.STORE_ITEM and self.origin(row[1]) in self.elements:
            self.store(self.origin(row[1]), self.key(self.origin(row[1]), row[2]), row[3])
        elif kind == op.DEL_ITEM and self.origin(row[1]) in self.elements:
            self.remove(self.origin(row[1]), row[2])
        elif kind == op.ATTR and row[3] in FILLING and self.origin(row[2]) in self.elements:
            self.methods[row[1]] = (self.origin(row[2]), row[3])
        elif kind == op.CALL and self.origin(row[2]) in self.methods and self.fill(row):
            pass
        elif kind in READING and self.origin(row[READING[kind]]) in self.elements:
            self.reveal(self.origin(row[READING[kind]]))
        else:
            self.other(row)
        return None

    # what makes containers

    def begin(self, container: int) -> None:
        """A new container, of which everything is known."""
        self.elements[container] = {}
        self.recent[container] = None
        if container in self.shared:
            self.exposed[container] = None

    def sequence(self, row: Row) -> None:
        """[a, b], (a, b)"""
        _, reg, parts = row
        self.begin(reg)
        if any(part < 0 for part in parts):
            self.lengths[reg] = None
            for part in parts:
                self.share(part if part >= 0 else ~part)
            self.disturb()
            return
        self.lengths[reg] = len(parts)
        for place, part in enumerate(parts):
            self.store(reg, place, part)

    def mapping(self, row: Row) -> None:
        """{key: value}"""
        _, reg, pairs = row
        self.begin(reg)
        self.closed.add(reg)
        for key, value in pairs:
            if key < 0:
                self.share(value)
                self.lose(reg)
                self.disturb()
            else:
                self.store(reg, self.key(reg, key), value)

    # what reads and changes them

    def key(self, container: int, reg: int) -> Key | None:
        """The constant that a register holds as a key; an index from the end counts from the start if that is known."""
        key = self.constants.get(self.origin(reg))
        if container not in self.lengths:
            return key
        if not isinstance(key, int):
            return None
        length = self.lengths[container]
        if key < 0 and length is not None:
            key += length
        return key if key >= 0 else None

    def load(self, row: Row) -> int | None:
        """container[key]: the element; one that is not known may be any, under a second name."""
        container = self.origin(row[2])
        key = self.key(container, row[3])
        element = self.elements[container].get(key) if key is not None else None
        if element is None:
            self.reveal(container)
        else:
            if row[1] in self.shared or self.sets[row[1]] > 1:
                self.share(element)
            if self.sets[row[1]] == 1:
                self.aliases[row[1]] = self.origin(element)
        return element

    def store(self, container: int, key: Key | None, value: int) -> None:
        """container[key] = value; under a key that is not known any element may be gone."""
        if key is None:
            self.share(value)
            self.lose(container)
            return
        self.elements[container][key] = value
        self.recent[container] = None
        self.revealed.discard(container)
        if container in self.shared:
            self.exposed[container] = None
            self.share(value)

    def remove(self, container: int, key: int) -> None:
        """del container[key]: in a list all that comes after moves."""
        name = self.key(container, key)
        if name is None or container in self.lengths:
            self.lose(container)
        else:
            self.elements[container].pop(name, None)

    def fill(self, row: Row) -> bool:
        """list.append(x), dict.update(other, key=x); False where more than that may happen."""
        _, _, callee, positional, keywords, _ = row
        container, name = self.methods[self.origin(callee)]
        length = self.lengths.get(container)
        if name == "append" and length is not None and len(positional) == 1 and positional[0] >= 0 and not keywords:
            self.lengths[container] = length + 1
            self.store(container, length, positional[0])
            return True
        if name == "update" and container not in self.lengths and len(positional) <= 1:
            others = [self.origin(reg) for reg in positional]
            known = all(reg in self.closed and len(self.elements[reg]) <= MAX_UPDATE for reg in others)
            if known and all(key is not None for key, _ in keywords):
                rows = [row for reg in others for row in self.elements[reg].items()]
                for key, value in [*rows, *keywords]:
                    self.store(container, key, value)
                return True
        return False

    # what others may do

    def other(self, row: Row) -> None:
        """An instruction that is not followed: what it reads is in the hands of others, who may run."""
        for reg in read_by(row):
            self.share(reg)
        if row[0] not in HARMLESS:
            self.disturb()

    def share(self, reg: int) -> None:
        """Others have a value, and so what it holds."""
        todo = [self.origin(reg)]
        for container in todo:
            if container in self.methods:
                todo.append(self.methods[container][0])
            if container in self.elements and container not in self.shared:
                todo += [self.origin(element) for element in self.elements[container].values()]
            self.shared.add(container)
            if container in self.elements:
                self.exposed[container] = None

    def reveal(self, container: int) -> None:
        """Any element of a container may have a second name from here on."""
        if container not in self.revealed:
            self.revealed.add(container)
            for element in self.elements[container].values():
                self.share(element)

    def lose(self, container: int) -> None:
        """Nothing is known of the elements of a container any more."""
        for element in self.elements[container].values():
            self.share(element)
        self.elements[container] = {}
        self.closed.discard(container)
        if container in self.lengths:
            self.lengths[container] = None

    def disturb(self) -> None:
        """Code of others runs: it may change all containers that others have."""
        while self.exposed:
            self.lose(self.exposed.popitem()[0])
