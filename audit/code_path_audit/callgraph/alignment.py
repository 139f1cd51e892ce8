"""Which instructions of a function that was edited are those of before, up to the numbers of registers and call sites.

Registers and sites are numbered in the order of the source, so a statement more moves all numbers behind it. Two bodies
are compared without numbers first; of the pairs that this gives those count whose numbers fit together, one register of
now always standing for the same one of before.
"""

from __future__ import annotations

from collections.abc import Collection, Container, Hashable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import NamedTuple

from code_path_audit.common_runs import common_runs
from code_path_audit.facts import opcodes as op
from code_path_audit.facts.function import FunctionFacts
from code_path_audit.facts.instruction_fields import renumbered
from code_path_audit.facts.opcodes import Row


class Alignment(NamedTuple):
    """`registers` and `places` (call sites) of now, each with that of before that it is; `same` are the instructions of
    now, each with that of before, by their places in the code; `added` those of now, `removed` those of before that
    have none."""

    registers: dict[int, int]
    places: dict[int, int]
    same: dict[int, int]
    added: tuple[int, ...]
    removed: tuple[int, ...]


Cells = Mapping[int, Mapping[int, int]]
"""Of the functions of a module that were edited, by their index: the registers of now by those of before."""


class _Numbers(NamedTuple):
    """The numbers in an instruction, in the order of its fields."""

    registers: list[int]
    places: list[int]
    cells: list[tuple[int, int]]


MOST_TRIED = 16
"""Instructions that are tried for one which is read in another order: of more alike none says which it is."""


def align(old: FunctionFacts, new: FunctionFacts, cells: Cells) -> Alignment:
    """How two bodies with the same parameters go together, of which there may be more behind in one; `cells` has the
    functions around them that were edited."""
    before, now = [_shape(row, old) for row in old.code], [_shape(row, new) for row in new.code]
    pairs = _Pairs(old, new, cells)
    # a value that is put in before another of the same look is not it, if something else is made of it
    numbers: dict[Hashable, int] = {}
    pairs.add_common(_with_use(before, old, numbers), _with_use(now, new, numbers))
    pairs.add_common(before, now)
    # what is read of the module or around comes in the order in which it is first needed
    left: dict[Hashable, list[int]] = {}
    for place in sorted(set(range(len(before))).difference(pairs.same.values())):
        left.setdefault(before[place], []).append(place)
    for place, shape in enumerate(now):
        if place not in pairs.same:
            found = next((one for one in islice(left.get(shape, ()), MOST_TRIED) if pairs.add(place, one)), None)
            if found is not None:
                left[shape].remove(found)
    return _alignment(old, new, pairs.registers, pairs.places, pairs.same)


class _Pairs:
    """Pairs of instructions whose numbers fit together."""

    def __init__(self, old: FunctionFacts, new: FunctionFacts, cells: Cells) -> None:
        self.old, self.new, self.cells = old, new, cells
        self.registers = {index: index for index in range(min(len(old.params), len(new.params)))}
        self.taken = set(self.registers)
        self.places: dict[int, int] = {}
        self.filled: set[int] = set()
        self.same: dict[int, int] = {}

    def add_common(self, before: Sequence[Hashable], now: Sequence[Hashable]) -> None:
        """Those of what both bodies have in common, by the shapes of their instructions."""
        taken = set(self.same.values())
        for first, second, size in common_runs(before, now):
            for offset in range(size):
                if second + offset not in self.same and first + offset not in taken:
                    self.add(second + offset, first + offset)

    def add(self, place: int, there: int) -> bool:
        """One more, of an instruction of now and one of before; whether it fits those that there are."""
        became, was = _numbers(self.new.code[place]), _numbers(self.old.code[there])
        bound = _bound(zip(became.registers, was.registers, strict=True), self.registers, self.taken)
        sites = dict(zip(became.places, was.places, strict=True))
        if bound is None or any(self.places.get(one, other) != other for one, other in sites.items()):
            return False
        if any(other in self.filled and one not in self.places for one, other in sites.items()):
            return False
        if not all(map(self._is_same_cell, became.cells, was.cells)):
            return False
        self.registers.update(bound)
        self.taken.update(bound.values())
        self.places.update(sites)
        self.filled.update(was.places)
        self.same[place] = there
        return True

    def _is_same_cell(self, now: tuple[int, int], before: tuple[int, int]) -> bool:
        (owner, number), (owner_before, number_before) = now, before
        known = self.cells.get(owner)
        return owner == owner_before and (number if known is None else known.get(number, -1)) == number_before


def with_pairs(old: FunctionFacts, new: FunctionFacts, aligned: Alignment, pairs: Mapping[int, int]) -> Alignment:
    """The same with further pairs of instructions, each of now with that of before."""
    return _alignment(old, new, aligned.registers, aligned.places, {**aligned.same, **pairs})


def registers_of(row: Row) -> list[int]:
    """The registers of its function that an instruction reads or writes."""
    return _numbers(row).registers


def _alignment(
    old: FunctionFacts, new: FunctionFacts, registers: dict[int, int], places: dict[int, int], same: dict[int, int]
) -> Alignment:
    kept = set(same.values())
    added = tuple([index for index in range(len(new.code)) if index not in same])
    return Alignment(
        registers, places, same, added, tuple([index for index in range(len(old.code)) if index not in kept])
    )


MAKING = frozenset((
    op.STR, op.INT, op.PRIM, op.FUNC, op.CLASS, op.COPY, op.GLOBAL, op.FREE, op.ATTR, op.ITEM, op.CALL, op.BINARY,
    op.UNARY, op.COMPARE, op.ITER, op.ENTER, op.AWAIT, op.LIST, op.TUPLE, op.SET, op.DICT, op.IMPORT, op.IMPORT_FROM,
    op.NARROW, op.TYPED, op.SLICE, op.JOINED, op.COMPREHENSION, op.CATCH, op.YIELD_FROM, op.YIELD, op.MATCH_ATTR,
))  # fmt: skip
"""Instructions that give their first register a value."""

MADE_OF = {
    op.COPY: 2, op.ATTR: 2, op.ITEM: 2, op.CALL: 2, op.ITER: 2, op.ENTER: 2, op.AWAIT: 2, op.NARROW: 2, op.SLICE: 2,
    op.YIELD_FROM: 2,
}  # fmt: skip
"""Of those whose value is another one where that of one register is: the place of the register."""


def without_replaced(old: FunctionFacts, new: FunctionFacts, aligned: Alignment) -> Alignment:
    """The same without pairs that ask something of a value, or call it, in whose place stands another now: what was
    found of them is of the one before."""
    if not (aligned.added and aligned.removed):
        return aligned
    same = dict(aligned.same)
    makes, made = _makers(new.code), _makers(old.code)
    params = range(len(new.params))
    todo = [place for place in same if new.code[place][0] in MADE_OF]
    users: dict[int, list[int]] = {}
    for place in todo:
        users.setdefault(new.code[place][MADE_OF[new.code[place][0]]], []).append(place)
    while todo:
        place = todo.pop()
        if place not in same:
            continue
        row, before = new.code[place], old.code[same[place]]
        at = MADE_OF[row[0]]
        now, was = makes.get(row[at], ()), made.get(before[at], ())
        gone = set(same.values())
        if row[at] in params or not now or not was or any(one in same for one in now) or not gone.isdisjoint(was):
            continue
        del same[place]
        todo += users.get(row[1], ())
    return aligned if len(same) == len(aligned.same) else _of_pairs(old, new, same)


def _makers(code: Sequence[Row]) -> dict[int, list[int]]:
    """By register the instructions that give it a value."""
    found: dict[int, list[int]] = {}
    for place, row in enumerate(code):
        for register in row[2] if row[0] == op.UNPACK else row[1:2] if row[0] in MAKING else ():
            found.setdefault(register, []).append(place)
    return found


def _of_pairs(old: FunctionFacts, new: FunctionFacts, same: dict[int, int]) -> Alignment:
    registers = {index: index for index in range(len(new.params))}
    places: dict[int, int] = {}
    for now, before in same.items():
        became, was = _numbers(new.code[now]), _numbers(old.code[before])
        registers.update(zip(became.registers, was.registers, strict=True))
        places.update(zip(became.places, was.places, strict=True))
    return _alignment(old, new, registers, places, same)


READING = frozenset((op.FORMAT, op.TRUTH))
"""Of the instructions that make values of values, those that give no register anything."""


def filled_by(row: Row) -> int:
    """The register that an instruction gives a value, if it is of those that make one; -1 for none."""
    return -1 if row[0] in READING else row[1]


def without_neighbours(
    old: FunctionFacts,
    new: FunctionFacts,
    aligned: Alignment,
    kinds: Container[int],
    shared: Collection[int],
    readable: Container[int] = (),
) -> Alignment:
    """The same without those pairs of instructions, of some kinds, that share a register with one that has no pair: of
    a statement that became another some instructions look as before. Registers in `shared`, of now, are nobody's
    alone; those in `readable` are shared by all who only read them."""
    now, before = [_numbers(row) for row in new.code], [_numbers(row) for row in old.code]
    registers, places, same = dict(aligned.registers), dict(aligned.places), dict(aligned.same)
    back = {was: number for number, was in registers.items()}

    def loose(row: Row, used: Iterable[int]) -> Iterator[int]:
        filled = filled_by(row)
        return (one for one in used if one not in readable or one == filled)

    found = {number for index in aligned.added for number in loose(new.code[index], now[index].registers)}
    for index in aligned.removed:
        row, mine = old.code[index], [back.get(number, NOWHERE) for number in before[index].registers]
        found.update(one for one in mine if one not in readable or one == back.get(filled_by(row), NOWHERE))
    todo = [number for number in found if number in registers and number not in shared]
    users: dict[int, list[int]] = {}
    for index in same:
        for number in dict.fromkeys(now[index].registers):
            users.setdefault(number, []).append(index)
    while todo:
        number = todo.pop()
        touching = [index for index in users.get(number, ()) if index in same]
        if any(new.code[index][0] not in kinds for index in touching):
            continue  # what is not of these kinds keeps its pair, and then the register is shared
        registers.pop(number, None)
        for index in touching:
            del same[index]
            for place in now[index].places:
                places.pop(place, None)
            used = loose(new.code[index], now[index].registers)
            todo += [one for one in used if one in registers and one not in shared]
    return _alignment(old, new, registers, places, same)


NOWHERE = -2
"""In the place of the register of now that one of before has become, where there is none."""


ONCE = frozenset((op.ATTR, op.CALL, op.ITEM, op.STR, op.INT))
"""Instructions whose value is mostly used in one place."""


def _with_use(shapes: Sequence[Hashable], facts: FunctionFacts, numbers: dict[Hashable, int]) -> list[Hashable]:
    """Shapes of instructions together with what is made of their value, as long as it is used once, and of what that
    makes in its turn. `numbers` has all that was made of values so far."""
    used: dict[int, list[tuple[int, int]]] = {}
    for index, row in enumerate(facts.code):
        for at, register in enumerate(_numbers(row).registers):
            used.setdefault(register, []).append((index, at))
    made = [-1] * len(shapes)
    for index in range(len(shapes) - 1, -1, -1):
        row = facts.code[index]
        if row[0] in ONCE and len(used[row[1]]) == 2:
            user, at = used[row[1]][1]
            made[index] = numbers.setdefault((shapes[user], at, made[user]), len(numbers))
    return list(zip(shapes, made, strict=True))


def _shape(row: Row, facts: FunctionFacts) -> Hashable:
    """An instruction without numbers; a call site is what is written there."""
    return renumbered(_told_apart(row), lambda _: 0, lambda place: facts.sites[place][:2], lambda _, __: 0)


def _numbers(row: Row) -> _Numbers:
    found = _Numbers([], [], [])

    def register(number: int) -> int:
        found.registers.append(number)
        return number

    def place(number: int) -> int:
        found.places.append(number)
        return number

    def cell(owner: int, number: int) -> int:
        found.cells.append((owner, number))
        return number

    renumbered(_told_apart(row), register, place, cell)
    return found


def _told_apart(row: Row) -> Row:
    """An instruction without what follows from the others: which call site is the last inside of a context."""
    return row[:2] if row[0] == op.LEAVE else row


def _bound(pairs: Iterable[tuple[int, int]], known: Mapping[int, int], taken: set[int]) -> dict[int, int] | None:
    """The registers that a pair of instructions binds beside those that are known; None where they do not fit."""
    found: dict[int, int] = {}
    for now, before in pairs:
        was = known.get(now, found.get(now))
        if was is None:
            if before in taken or before in found.values():
                return None
            found[now] = before
        elif was != before:
            return None
    return found
